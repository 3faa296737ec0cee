// update.c - the implant's own software: received over a session, tried at a start
//
// Therapy goes on meanwhile. The start that a new release needs is taken right after a
// pulse, so the patient gets the next one when it was due anyway, and not while an
// emergency is in force, which a start would end.

#include "state.h"

// How long after the answer an implant starts anew that has no pulse to wait for.
#define RESTART_US (TP_SECOND / 20)

static struct tp_slots_terms terms_of(const struct tp_implant *imp)
{
    return (struct tp_slots_terms){
        .maker = imp->maker, .base = TP_IMPLANT_SLOTS_AT, .model = imp->kind->model};
}

static void backup(struct tp_implant *imp, uint8_t on)
{
    imp->backup = on != 0;
    tp_out_commit(&imp->out, EP_COMMIT_BACKUP, &on, 1);
}

void imp_backup_end(struct tp_implant *imp)
{
    if (imp->backup)
        backup(imp, 0);
}

void imp_boot(struct tp_implant *imp, const uint8_t *nvm, uint64_t now_us)
{
    struct tp_slots_terms terms = terms_of(imp);
    enum tp_slots_event e =
        tp_slots_boot(&imp->slots, &terms, nvm, &imp->out, &imp->controls);
    imp->restart_us = EP_NEVER;
    imp->dead = e == TP_SLOTS_NOTHING;
    if (e == TP_SLOTS_SWITCHED)
        imp_note(imp, TP_LOG_TRUST, TP_LOG_SWITCHED, now_us);
    else if (e == TP_SLOTS_REFUSED || e == TP_SLOTS_BACK)
        imp_note(imp, TP_LOG_TRUST, TP_LOG_START_REFUSED, now_us);
}

uint64_t imp_restart_us(const struct tp_implant *imp)
{
    bool waits = imp->emergency != 0 || imp->next_due_us != EP_NEVER;
    return waits ? EP_NEVER : imp->restart_us;
}

void imp_restart(struct tp_implant *imp, bool pulse, uint64_t now_us)
{
    bool wanted = imp->restart_us != EP_NEVER && imp->emergency == 0;
    if (!wanted || !(pulse || now_us >= imp_restart_us(imp)))
        return;
    imp->restart_us = EP_NEVER;
    imp_backup_end(imp);
    if (imp->state == TP_IMP_OPEN)
        imp_work_pay_session(imp, now_us); // the start ends it
    imp_raise_floor(imp, 0, now_us);
    imp_keep(imp, now_us);
    tp_out_restart(&imp->out);
}

enum tp_err imp_run_software(struct tp_implant *imp, struct call *c)
{
    wr_u16(&c->data, imp->kind->model);
    wr_u32(&c->data, imp->slots.version);
    wr_u32(&c->data, imp->slots.least);
    wr_u32(&c->data, imp->slots.size ? imp->slots.staged : 0);
    wr_u16(&c->data, imp->slots.got);
    return TP_OK;
}

enum tp_err imp_run_update_begin(struct tp_implant *imp, struct call *c)
{
    struct tp_slots_terms terms = terms_of(imp);
    bool goes_on = tp_slots_goes_on(&imp->slots, c->q->args);
    if (c->rehearse)
        return TP_E_DENIED; // receiving is no effect that could be rehearsed
    // A beginning costs a verification and, if it is good, memory that wears: it is
    // paid for like an attempt at a session.
    if (!goes_on && !imp_work_take(imp, imp->attempt.bond, c->now_us))
        return TP_E_DENIED;
    tp_out_work(&imp->out, EP_WORK_VERIFY, 1);
    enum tp_err e =
        tp_slots_begin(&imp->slots, &terms, c->q->args, imp_wall_s(imp, c->now_us),
                       &imp->out, &imp->controls);
    if (e) {
        imp_note(imp, TP_LOG_TRUST, TP_LOG_UPDATE_REFUSED, c->now_us);
        return e;
    }
    wr_u16(&c->data, imp->slots.got);
    if (!goes_on)
        imp->restart_us = EP_NEVER; // what waited for it is gone
    if (!has(imp, TP_CTL_UPDATE_KEEPS_THERAPY))
        backup(imp, 1);
    return TP_OK;
}

enum tp_err imp_run_update_chunk(struct tp_implant *imp, struct call *c)
{
    struct tp_slots_terms terms = terms_of(imp);
    struct rd r = rd_of(c->q->args, c->q->len);
    struct tp_chunk chunk = {.offset = rd_u16(&r)};
    chunk.len = r.left;
    chunk.bytes = rd_take(&r, r.left);
    if (c->rehearse || r.bad)
        return TP_E_DENIED;
    return tp_slots_chunk(&imp->slots, &terms, &chunk, &imp->out, &imp->controls);
}

enum tp_err imp_run_update_finish(struct tp_implant *imp, struct call *c)
{
    struct tp_slots_terms terms = terms_of(imp);
    if (c->rehearse)
        return TP_E_DENIED;
    enum tp_err e = tp_slots_finish(&imp->slots, &terms, &imp->out, &imp->controls);
    if (e)
        return e;
    if (imp->restart_us == EP_NEVER)
        imp->restart_us = c->now_us + RESTART_US;
    return TP_OK;
}
