// wake.c - who may turn the radio on, how often, and at what price

#include "state.h"

static void refill(struct tp_implant *imp, uint64_t now_us)
{
    uint64_t nc = (now_us - imp->bucket_at_us) * TP_REFILL_NC_S / TP_SECOND;
    if (nc == 0)
        return;
    imp->bucket_at_us = now_us;
    uint64_t level = imp->bucket_nc + nc;
    imp->bucket_nc = level > TP_BUCKET_NC ? TP_BUCKET_NC : (uint32_t)level;
}

static void set_sniff(struct tp_implant *imp, uint64_t every_us)
{
    if (imp->sniff_us == every_us)
        return;
    imp->sniff_us = (uint32_t)every_us;
    if (imp->state == TP_IMP_ASLEEP)
        imp_sniff(imp);
}

// An empty bucket makes the implant sniff less often; a half full one makes it
// sniff as before.
void imp_pay_for_check(struct tp_implant *imp, uint64_t now_us)
{
    if (!has(imp, TP_CTL_WAKE_BUDGET))
        return;
    refill(imp, now_us);
    imp->bucket_nc -= imp->bucket_nc < TP_CHECK_NC ? imp->bucket_nc : TP_CHECK_NC;
    if (imp->bucket_nc < TP_CHECK_NC)
        set_sniff(imp, TP_SNIFF_SLOW_US);
}

static void recover(struct tp_implant *imp, uint64_t now_us)
{
    refill(imp, now_us);
    if (imp->bucket_nc >= TP_BUCKET_NC / 2)
        set_sniff(imp, TP_SNIFF_US);
}

static void work_refill(struct tp_implant *imp, size_t bond, uint64_t now_us)
{
    uint32_t now_ds = imp_tenths(now_us);
    uint32_t units = (now_ds - imp->work_at_ds[bond]) / (TP_WORK_REFILL_S * 10);
    if (units == 0)
        return;
    uint32_t level = imp->work_units[bond] + units;
    imp->work_units[bond] = level > TP_WORK_UNITS ? TP_WORK_UNITS : (uint8_t)level;
    imp->work_at_ds[bond] = now_ds;
}

void imp_refill(struct tp_implant *imp, uint64_t now_us)
{
    refill(imp, now_us);
    for (size_t i = 0; i < TP_BONDS_MAX; i++)
        work_refill(imp, i, now_us);
}

bool imp_work_take(struct tp_implant *imp, size_t bond, uint64_t now_us)
{
    if (!has(imp, TP_CTL_WORK_BUDGET))
        return true;
    work_refill(imp, bond, now_us);
    if (imp->work_units[bond] == 0)
        return false;
    imp->work_units[bond]--;
    return true;
}

void imp_work_refund(struct tp_implant *imp, size_t bond, bool whole)
{
    unsigned level = imp->work_units[bond] + (unsigned)TP_WORK_ATTEMPT;
    if (whole || level > TP_WORK_UNITS)
        level = TP_WORK_UNITS;
    imp->work_units[bond] = (uint8_t)level;
}

uint64_t imp_work_until(const struct tp_implant *imp)
{
    uint64_t units = imp->work_units[imp->attempt.bond];
    if (!has(imp, TP_CTL_WORK_BUDGET) || imp->session.role == TP_ROLE_CLINICIAN)
        return EP_NEVER;
    return imp->session.opened_us + (units + 1) * TP_WORK_OPEN_S * TP_SECOND;
}

void imp_work_pay_session(struct tp_implant *imp, uint64_t now_us)
{
    uint8_t *units = &imp->work_units[imp->attempt.bond];
    uint64_t cost = (now_us - imp->session.opened_us) / (TP_WORK_OPEN_S * TP_SECOND);
    if (imp->session.role != TP_ROLE_CLINICIAN)
        *units = cost > *units ? 0 : (uint8_t)(*units - cost);
}

// Whose wake-up is it? TP_BONDS_MAX if nobody's.
static size_t bond_of(const struct tp_implant *imp, const struct tp_wake *wake)
{
    size_t first = TP_BONDS_MAX, match = TP_BONDS_MAX;
    for (size_t i = TP_BONDS_MAX; i-- > 0;) {
        if (!imp->bonds[i].used)
            continue;
        first = i;
        if (match == TP_BONDS_MAX && tp_wake_authentic(wake, &imp->bonds[i]))
            match = i;
    }
    if (match == TP_BONDS_MAX && !has(imp, TP_CTL_WAKE_AUTHENTICATION))
        match = first;
    return match;
}

// May a wake-up by this bond end the session that is open?
static bool may_preempt(const struct tp_implant *imp, size_t bond, uint64_t now_us)
{
    if (imp->state != TP_IMP_OPEN || bond == imp->attempt.bond)
        return true;
    if (!has(imp, TP_CTL_SESSION_PREEMPTION))
        return false;
    return (imp->bonds[bond].role == TP_ROLE_CLINICIAN &&
            imp->session.role != TP_ROLE_CLINICIAN) ||
           now_us - imp->session.heard_us >= TP_PREEMPT_IDLE_US;
}

static bool acceptable(struct tp_implant *imp, size_t bond, uint32_t counter,
                       uint64_t now_us)
{
    if (has(imp, TP_CTL_WAKE_COUNTER) && counter <= imp->bonds[bond].wake_counter)
        return false;
    return may_preempt(imp, bond, now_us) && imp_work_take(imp, bond, now_us);
}

void imp_wake(struct tp_implant *imp, const uint8_t *frame, size_t len, uint64_t now_us)
{
    struct tp_wake wake;
    uint32_t counter = 0;
    uint8_t purpose = 0;
    recover(imp, now_us);
    size_t bond = TP_BONDS_MAX;
    if (tp_wake_parse(frame, len, &wake) == TP_OK)
        bond = bond_of(imp, &wake);
    if (bond < TP_BONDS_MAX)
        tp_wake_open(&wake, &imp->bonds[bond], &counter, &purpose, &imp->controls);
    tp_out_work(&imp->out, EP_WORK_MAC, TP_BONDS_MAX);

    if (bond == TP_BONDS_MAX || (purpose != EP_READ_OUT && purpose != EP_THERAPY &&
                                 has(imp, TP_CTL_WAKE_AUTHENTICATION))) {
        imp_note(imp, TP_LOG_WAKE, 1, now_us);
        imp_pay_for_check(imp, now_us);
        imp_step(imp, TP_IEV_REFUSED, now_us);
        return;
    }
    if (!acceptable(imp, bond, counter, now_us)) {
        imp_note(imp, TP_LOG_WAKE, 2, now_us);
        imp_pay_for_check(imp, now_us);
        imp_step(imp, TP_IEV_REFUSED, now_us);
        return;
    }
    if (imp->state == TP_IMP_OPEN)
        imp_work_pay_session(imp, now_us); // it ends for this one
    imp->attempt =
        (struct attempt){.counter = counter, .bond = (uint8_t)bond, .purpose = purpose};
    memcpy(imp->attempt.nonce, wake.nonce, TP_NONCE_LEN);
    imp->bonds[bond].wake_counter = counter;
    imp_nvm_bond_counter(imp, bond); // before any answer
    imp_step(imp, TP_IEV_WAKE_OK, now_us);
}

void imp_answer_wake(struct tp_implant *imp, uint64_t now_us)
{
    uint8_t frame[TP_AWAKE_LEN] = {TP_AWAKE};
    const struct tp_bond *bond = &imp->bonds[imp->attempt.bond];
    tp_awake_mac(frame + 1, bond, imp->attempt.nonce, imp->attempt.counter);
    imp->deadline_us = now_us + TP_WINDOW_US;
    tp_out_listen(&imp->out, EP_RF, 0, imp->deadline_us);
    imp_send(imp, EP_RF, frame, sizeof frame);
}
