// trust.c - certificates, the time they are judged by, and the anchor behind them

#include "state.h"

enum tp_err imp_check_certificate(struct tp_implant *imp, const uint8_t *bytes,
                                  size_t len, enum tp_control authentication,
                                  struct tp_certificate *out, uint64_t now_us)
{
    struct tp_certificate cert;
    enum tp_err e = tp_certificate_parse(bytes, len, &cert);
    if (e)
        return e;
    if (cert.role > TP_ROLE_SERVICE) // a service's on the network, which has no wand
        return TP_E_AUTH;
    struct tp_certificate_terms terms = {
        .anchor = imp->anchor,
        .key = imp->handshake.rs,
        .implant = imp_id(imp),
        .now_s = imp_wall_s(imp, now_us),
        .epoch_min = imp->epoch_min,
    };
    tp_out_work(&imp->out, EP_WORK_VERIFY, 1);
    e = tp_certificate_check(&cert, &terms, &imp->controls, authentication);
    if (!e)
        *out = cert;
    return e;
}

// Moves the persistent floor to the present, and to a later time if told one.
void imp_raise_floor(struct tp_implant *imp, uint32_t time_s, uint64_t now_us)
{
    uint32_t now_s = imp_wall_s(imp, now_us);
    // The fraction of a second that has gone by is not lost.
    imp->floor_at_us += (uint64_t)(now_s - imp->floor_s) * TP_SECOND;
    imp->floor_s = time_s > now_s ? time_s : now_s;
    imp_nvm_time(imp);
    (void)now_us;
}

enum tp_err imp_statement(struct tp_implant *imp, struct call *c)
{
    uint64_t now_us = c->now_us;
    struct tp_statement st;
    enum tp_err e = tp_statement_parse(c->q->args, c->q->len, &st);
    if (e)
        return e;
    tp_out_work(&imp->out, EP_WORK_VERIFY, 1);
    e = tp_statement_check(&st, imp->anchor);
    if (e)
        return e;
    if (c->rehearse) {
        c->status = TP_STATUS_CHECKED;
        return TP_OK;
    }
    // One from before says nothing of how long the power was off.
    if (st.time_s > imp->floor_s)
        imp->time_known = true;
    if (st.epoch <= imp->epoch_min && st.time_s <= imp->floor_s)
        return TP_OK; // nothing new, so neither written nor noted: memory wears
    if (st.epoch > imp->epoch_min)
        imp->epoch_min = st.epoch; // it never falls
    imp_raise_floor(imp, st.time_s, now_us);
    imp_note(imp, TP_LOG_TRUST, TP_LOG_STATEMENT, now_us);
    return TP_OK;
}

static void adopt(struct tp_implant *imp, const uint8_t *anchor, uint64_t now_us)
{
    memcpy(imp->anchor, anchor, CR_SIGN_PUBLIC_LEN);
    imp->anchor_due_us = EP_NEVER;
    imp_nvm_anchor(imp);
    imp_note(imp, TP_LOG_TRUST, TP_LOG_ANCHOR_ADOPTED, now_us);
}

static void announce(struct tp_implant *imp, const uint8_t *anchor, uint64_t now_us)
{
    uint8_t reason = 2;
    memcpy(imp->new_anchor, anchor, CR_SIGN_PUBLIC_LEN);
    imp->anchor_due_us = now_us + TP_ANCHOR_WAIT_US;
    imp_nvm_anchor(imp);
    tp_out_commit(&imp->out, EP_COMMIT_ALERT, &reason, 1);
    imp_note(imp, TP_LOG_TRUST, TP_LOG_ANCHOR_ANNOUNCED, now_us);
}

void imp_anchor(struct tp_implant *imp, const uint8_t *frame, size_t len,
                uint64_t now_us)
{
    struct rd r = rd_of(frame, len);
    uint8_t anchor[CR_SIGN_PUBLIC_LEN], signature[CR_SIGNATURE_LEN];
    rd_u8(&r);
    rd_get(&r, anchor, sizeof anchor);
    rd_get(&r, signature, sizeof signature);

    uint8_t done[TP_ANCHOR_DONE_LEN] = {TP_ANCHOR_DONE, TP_STATUS_REFUSED};
    tp_out_work(&imp->out, EP_WORK_VERIFY, 1);
    if (!has(imp, TP_CTL_ANCHOR_CHANGE) ||
        tp_anchor_check(signature, anchor, imp->anchor) == TP_OK) {
        adopt(imp, anchor, now_us);
        done[1] = TP_STATUS_DONE;
    } else if (imp->magnet) {
        announce(imp, anchor, now_us);
        done[1] = TP_STATUS_PROPOSED;
    } else {
        imp_note(imp, TP_LOG_TRUST, TP_LOG_ANCHOR_REFUSED, now_us);
    }
    imp_send(imp, EP_NEAR, done, sizeof done);
}

void imp_anchor_due(struct tp_implant *imp, uint64_t now_us)
{
    uint8_t anchor[CR_SIGN_PUBLIC_LEN];
    memcpy(anchor, imp->new_anchor, sizeof anchor);
    adopt(imp, anchor, now_us);
}

// A clinician's session under the old anchor withdraws an announced one.
void imp_anchor_cancel(struct tp_implant *imp, uint64_t now_us)
{
    if (imp->anchor_due_us == EP_NEVER)
        return;
    imp->anchor_due_us = EP_NEVER;
    imp_nvm_anchor(imp);
    imp_note(imp, TP_LOG_TRUST, TP_LOG_ANCHOR_WITHDRAWN, now_us);
}
