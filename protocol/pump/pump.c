// pump.c - the insulin pump: an implant whose therapy is basal infusion and boluses

#include "../implant/state.h"
#include <protocol/pump.h>

static struct tp_infusion infusion_of(const uint8_t *settings)
{
    struct tp_infusion t;
    enum tp_err e = tp_infusion_parse(settings, TP_THERAPY_LEN, &t);
    assert(!e); // as many bytes as there are
    return t;
}

static bool in_range(const uint8_t *settings)
{
    struct tp_infusion t = infusion_of(settings);
    return t.basal_mu_h <= TP_BASAL_MAX_MU_H && t.bolus_max_mu <= TP_BOLUS_MAX_MU &&
           t.daily_max_cu <= TP_DAILY_MAX_CU && t.remote <= 1;
}

// A day of basal infusion, and the greatest bolus, must each fit into the daily dose.
static bool agree(const uint8_t *settings)
{
    struct tp_infusion t = infusion_of(settings);
    return t.basal_mu_h * UINT32_C(24) <= t.daily_max_cu * UINT32_C(10) &&
           t.bolus_max_mu <= t.daily_max_cu * UINT32_C(10);
}

static bool within_ramp(const uint8_t *from, const uint8_t *to)
{
    struct tp_infusion a = infusion_of(from), b = infusion_of(to);
    return imp_apart(a.basal_mu_h, b.basal_mu_h) <= TP_RAMP_BASAL_MU_H &&
           imp_apart(a.bolus_max_mu, b.bolus_max_mu) <= TP_RAMP_BOLUS_MU;
}

static void in_force(struct tp_implant *imp)
{
    tp_out_commit(&imp->out, EP_COMMIT_INFUSION, imp->settings, TP_SETTINGS_LEN);
}

static uint64_t interval_us(const struct tp_implant *imp)
{
    (void)imp;
    return TP_DOSE_US;
}

static void due(struct tp_implant *imp)
{
    if (infusion_of(imp->settings).basal_mu_h > 0 && !imp->backup)
        tp_out_commit(&imp->out, EP_COMMIT_DOSE, NULL, 0);
}

static bool emergency(uint16_t what)
{
    return what == EP_INHIBIT;
}

// May whoever asks have a bolus? The patient's remote may if the clinic said so.
static bool allowed(const struct tp_implant *imp)
{
    return imp->session.role != TP_ROLE_PATIENT || !has(imp, TP_CTL_SECURE_DEFAULTS) ||
           infusion_of(imp->settings).remote != 0;
}

// What was given in boluses since this day began, by the pump's own clock.
static uint32_t given_mu(struct tp_implant *imp, uint64_t now_us)
{
    uint64_t ends_us = ((uint64_t)imp->day_at_s + TP_DAY_S) * TP_SECOND;
    if (imp->day_mu == 0 || now_us >= ends_us) {
        imp->day_at_s = imp_second_after(now_us);
        imp->day_mu = 0;
    }
    return imp->day_mu;
}

static enum tp_err bolus_holds(struct tp_implant *imp, uint16_t mu, uint64_t now_us)
{
    struct tp_infusion t = infusion_of(imp->settings);
    uint32_t given = given_mu(imp, now_us);
    if (!allowed(imp) || imp->emergency == EP_INHIBIT)
        return TP_E_DENIED;
    if (has(imp, TP_CTL_RANGE_LIMITS) && (mu == 0 || mu > t.bolus_max_mu))
        return TP_E_DENIED;
    if (has(imp, TP_CTL_CROSS_LIMITS) && given + mu > t.daily_max_cu * UINT32_C(10))
        return TP_E_DENIED;
    if (has(imp, TP_CTL_COMMAND_RATE) && imp_too_often(imp->bolus_until_s, now_us))
        return TP_E_DENIED;
    return TP_OK;
}

static enum tp_err run_bolus(struct tp_implant *imp, struct call *c)
{
    struct rd r = rd_of(c->q->args, c->q->len);
    uint16_t mu = rd_u16(&r);
    enum tp_err e = bolus_holds(imp, mu, c->now_us);
    if (e)
        return e;
    if (c->rehearse) {
        c->status = TP_STATUS_CHECKED;
        return TP_OK;
    }
    imp->day_mu += mu;
    imp_nvm_day(imp); // before it is given
    imp_count(imp->bolus_until_s, c->now_us);
    tp_out_commit(&imp->out, EP_COMMIT_BOLUS, c->q->args, 2);
    return TP_OK;
}

// clang-format off
static const struct imp_command commands[] = {
    // opcode      capability    form        length, least intent handler
    { TP_OP_BOLUS, TP_CAP_BOLUS, IMP_ONE_STEP, 2,      0, false, run_bolus },
};
// clang-format on

static const struct imp_kind pump_kind = {
    .model = TP_MODEL_PUMP,
    .commands = commands,
    .command_count = sizeof commands / sizeof commands[0],
    .in_range = in_range,
    .agree = agree,
    .within_ramp = within_ramp,
    .in_force = in_force,
    .interval_us = interval_us,
    .due = due,
    .emergency = emergency,
};

// --- the endpoint ---

static struct tp_implant *of(void *ep)
{
    struct tp_implant *imp = ep;
    imp->kind = &pump_kind;
    return imp;
}

static int start(void *ep, const void *nvm, const uint8_t seed[EP_SEED_LEN],
                 const uint8_t *config, size_t config_len, uint64_t now_us)
{
    return imp_start(of(ep), nvm, seed, config, config_len, now_us);
}

static void receive(void *ep, const struct ep_frame *frame)
{
    imp_receive(of(ep), frame);
}

static void expire(void *ep, uint64_t now_us)
{
    imp_expire(of(ep), now_us);
}

static int act(void *ep, const struct ep_act *a, uint64_t now_us)
{
    (void)now_us;
    return imp_act(of(ep), a);
}

const struct ep_ops tp_pump_ops = {
    .name = "reference-pump",
    .api_version = EP_API_VERSION,
    .size = sizeof(struct tp_implant),
    .nvm_size = TP_IMPLANT_NVM_LEN,
    .init = start,
    .receive = receive,
    .expire = expire,
    .deadline = imp_deadline,
    .act = act,
    .output = imp_output,
    .outcome = imp_outcome,
    .wipe = imp_wipe,
};
