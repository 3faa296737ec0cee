// session.c - from the first handshake message to the last record

#include "state.h"

static void refuse(struct tp_implant *imp, enum tp_log_class class, uint16_t detail,
                   uint64_t now_us)
{
    imp_note(imp, class, detail, now_us);
    if (imp->state == TP_IMP_ASLEEP)
        imp_pay_for_check(imp, now_us);
    imp_step(imp, TP_IEV_REFUSED, now_us);
}

static bool token_fresh(const struct tp_implant *imp, uint64_t now_us)
{
    return !has(imp, TP_CTL_INTENT_AGE) ||
           now_us - imp->token.at_us <= TP_INTENT_AGE_US;
}

// The token that this attempt must be bound to; NULL if its purpose needs none or
// there is none for its bond.
static const uint8_t *token_of(const struct tp_implant *imp)
{
    bool wanted = imp->attempt.purpose == EP_THERAPY && imp->token.live &&
                  imp->token.bond == imp->attempt.bond;
    return wanted ? imp->token.bytes : NULL;
}

// Is the token that went into the handshake's key still there and still young? One
// that was fetched since, by somebody else's wand, is not this attempt's.
static bool token_holds(const struct tp_implant *imp, uint64_t now_us)
{
    return imp->attempt.bound && token_of(imp) != NULL &&
           imp->attempt.token_us == imp->token.at_us && token_fresh(imp, now_us);
}

static enum tp_err start(struct tp_implant *imp, const struct tp_hello *hello)
{
    uint8_t psk[CR_KEY_LEN];
    const struct tp_bond *bond = &imp->bonds[imp->attempt.bond];
    struct tp_handshake_terms terms = {.versions = hello->versions,
                                       .wake_counter = imp->attempt.counter,
                                       .purpose = imp->attempt.purpose};
    if (imp->near.state == NEAR_PAIRING) { // whose handshake state this was
        imp->near.state = NEAR_IDLE;
        imp->near.deadline_us = EP_NEVER;
    }
    imp->attempt.bound = token_of(imp) != NULL;
    imp->attempt.token_us = imp->token.at_us;
    tp_bond_psk(psk, bond, token_of(imp), &imp->controls);
    enum tp_err e =
        tp_handshake_respond(&imp->handshake, &terms, imp->s_priv, psk, &imp->controls);
    cr_wipe(psk, sizeof psk);
    return e;
}

// Reads message 1 and writes message 2.
static enum tp_err reply(struct tp_implant *imp, const struct tp_hello *hello)
{
    uint8_t none[1], frame[TP_REPLY_LEN] = {TP_REPLY};
    size_t len;
    uint8_t version = tp_version_choose(hello->versions, TP_VERSIONS);
    if (version == 0)
        return TP_E_VALUE;
    enum tp_err e = start(imp, hello);
    if (e)
        return e;
    tp_out_work(&imp->out, EP_WORK_DH, 3);
    if (cr_noise_read(&imp->handshake, hello->noise, TP_NOISE_1, none, 0, &len) ||
        cr_noise_write(&imp->handshake, imp_rng(imp), &version, 1, frame + 1,
                       sizeof frame - 1, &len))
        return TP_E_AUTH;
    imp->attempt.version = version;
    imp_send(imp, EP_RF, frame, 1 + len);
    return TP_OK;
}

static bool hello_authentic(struct tp_implant *imp, const struct tp_hello *hello)
{
    uint8_t mac[TP_MAC_LEN];
    tp_hello_mac(mac, &imp->bonds[imp->attempt.bond], imp->attempt.counter, hello);
    tp_out_work(&imp->out, EP_WORK_MAC, 1);
    return !has(imp, TP_CTL_WAKE_AUTHENTICATION) ||
           cr_equal(mac, hello->mac, TP_MAC_LEN);
}

void imp_hello(struct tp_implant *imp, const uint8_t *frame, size_t len,
               uint64_t now_us)
{
    struct tp_hello hello;
    // One attempt per wake-up: a second hello has no row unless that control is gone.
    if (imp->state == TP_IMP_ANSWERED && !has(imp, TP_CTL_ATTEMPT_PER_WAKE))
        imp->state = TP_IMP_AWAKE;
    if (imp->state != TP_IMP_AWAKE || tp_hello_parse(frame, len, &hello) ||
        !hello_authentic(imp, &hello) ||
        !imp_work_take(imp, imp->attempt.bond, now_us)) {
        refuse(imp, TP_LOG_HANDSHAKE, 1, now_us);
        return;
    }
    if (reply(imp, &hello)) {
        refuse(imp, TP_LOG_HANDSHAKE, 2, now_us);
        return;
    }
    imp_step(imp, TP_IEV_HELLO_OK, now_us);
}

// Does message 3 entitle its sender to the session it asked for?
static enum tp_err admit(struct tp_implant *imp, const uint8_t *payload, size_t len,
                         struct tp_certificate *cert, uint64_t now_us)
{
    enum tp_err e = imp_check_certificate(imp, payload, len, TP_CTL_CERTIFICATE_CHECK,
                                          cert, now_us);
    if (e)
        return e;
    bool intent = imp->attempt.purpose == EP_THERAPY;
    if (intent && has(imp, TP_CTL_INTENT_TOKEN) && !token_holds(imp, now_us))
        return TP_E_DENIED;
    imp->session = (struct session){.opened_us = now_us,
                                    .heard_us = now_us,
                                    .intent_us = imp->token.at_us,
                                    .role = cert->role,
                                    .capabilities = tp_role_capabilities(cert->role),
                                    .version = imp->attempt.version,
                                    .intent = intent};
    if (intent && has(imp, TP_CTL_INTENT_SINGLE_USE))
        cr_wipe(&imp->token, sizeof imp->token);
    // After a power cut nobody knows how long the clock stood still, so whether a
    // certificate has expired: without proof of nearness such a session only reads.
    // Nearness speaks for itself and for nobody else: it tells no time.
    if (!imp->time_known && !intent)
        imp->session.capabilities &= TP_CAP_READ;
    if (cert->role == TP_ROLE_CLINICIAN)
        imp_anchor_cancel(imp, now_us);
    return TP_OK;
}

static void open_session(struct tp_implant *imp, const struct tp_certificate *cert,
                         uint64_t now_us)
{
    size_t bond = imp->attempt.bond;
    imp->session.channel.limit = imp->rekey_after;
    tp_channel_open(&imp->session.channel, &imp->handshake, &imp->bonds[bond], true,
                    &imp->controls);
    cr_wipe(&imp->handshake, sizeof imp->handshake);
    imp_work_refund(imp, bond, imp->session.role == TP_ROLE_CLINICIAN);
    imp_drop_older_bonds(imp, bond);
    imp_raise_floor(imp, cert->not_before_s, now_us);
    imp_note(imp, TP_LOG_SESSION, imp->session.role, now_us);
    imp_step(imp, TP_IEV_PROOF_OK, now_us);
}

void imp_proof(struct tp_implant *imp, const uint8_t *frame, size_t len,
               uint64_t now_us)
{
    uint8_t payload[TP_CERT_LEN];
    size_t payload_len = 0;
    struct tp_certificate cert;
    if (imp->state != TP_IMP_ANSWERED || len != TP_PROOF_LEN) {
        refuse(imp, TP_LOG_HANDSHAKE, 3, now_us);
        return;
    }
    struct cr_noise_handshake before = imp->handshake;
    tp_out_work(&imp->out, EP_WORK_DH, 1);
    if (cr_noise_read(&imp->handshake, frame + 1, len - 1, payload, sizeof payload,
                      &payload_len) ||
        admit(imp, payload, payload_len, &cert, now_us)) {
        imp->handshake = before;
        refuse(imp, TP_LOG_HANDSHAKE, 4, now_us);
    } else {
        open_session(imp, &cert, now_us);
    }
    cr_wipe(&before, sizeof before);
}

static void fresh_ticket(struct tp_implant *imp, uint64_t now_us)
{
    imp_random(imp, imp->session.ticket.bytes, TP_TICKET_LEN);
    imp->session.ticket.at_us = now_us;
    imp->session.ticket.live = true;
}

void imp_answer(struct tp_implant *imp, const struct tp_response *response,
                uint64_t now_us)
{
    struct tp_response a = *response;
    uint8_t body[TP_BODY_MAX], frame[TP_RECORD_MAX];
    size_t len, frame_len;
    bool pad = has(imp, TP_CTL_PADDING) && imp->session.version != TP_VERSION_1;
    fresh_ticket(imp, now_us);
    memcpy(a.ticket, imp->session.ticket.bytes, TP_TICKET_LEN);
    if (tp_response_build(&a, pad, body, &len) ||
        tp_channel_seal(&imp->session.channel, TP_RECORD, body, len, frame, &frame_len,
                        &imp->controls)) {
        imp_sleep(imp, now_us); // the session's keys are used up
        return;
    }
    imp_send(imp, EP_RF, frame, frame_len);
}

static bool repeats(const struct tp_implant *imp, const struct tp_request *q)
{
    const struct answered *last = &imp->session.last;
    return last->any && last->request == q->request && last->opcode == q->opcode;
}

static void remember(struct tp_implant *imp, const struct tp_request *q,
                     const struct tp_response *a)
{
    struct answered *last = &imp->session.last;
    if (a->len > sizeof last->data || q->opcode == TP_OP_TICKET)
        return; // reads have no effect that a second answer could double
    *last = (struct answered){.request = q->request,
                              .opcode = q->opcode,
                              .status = a->status,
                              .len = a->len,
                              .any = true};
    if (a->len > 0)
        memcpy(last->data, a->data, a->len);
}

static void serve(struct tp_implant *imp, const struct tp_request *q, bool rehearse,
                  uint64_t now_us)
{
    uint8_t data[TP_DATA_MAX];
    struct tp_response a = {.request = q->request, .opcode = q->opcode, .data = data};
    if (repeats(imp, q)) {
        a.status = imp->session.last.status;
        a.data = imp->session.last.data;
        a.len = imp->session.last.len;
        imp_answer(imp, &a, now_us);
        return;
    }
    imp->session.last.any = false; // its peer has gone on, and ids come round again
    struct call c = {.q = q,
                     .now_us = now_us,
                     .rehearse = rehearse,
                     .data = wr_of(data, sizeof data)};
    enum tp_err e = imp_command(imp, &c);
    a.status = c.status;
    a.len = (uint8_t)c.data.done;
    if (e) {
        imp_note(imp, TP_LOG_COMMAND, (uint16_t)(q->opcode & 0xff), now_us);
        a.status = TP_STATUS_REFUSED;
        a.len = 0;
    }
    remember(imp, q, &a);
    imp_answer(imp, &a, now_us);
}

// A record before the handshake is over opens nothing, unless its order is not kept:
// then the keys as they stand after message 2 are taken for the session's.
static void skip_handshake(struct tp_implant *imp, uint64_t now_us)
{
    if (has(imp, TP_CTL_HANDSHAKE_ORDER) || imp->state != TP_IMP_ANSWERED)
        return;
    uint8_t role = imp->bonds[imp->attempt.bond].role;
    imp->session = (struct session){.opened_us = now_us,
                                    .heard_us = now_us,
                                    .role = role,
                                    .capabilities = tp_role_capabilities(role),
                                    .version = imp->attempt.version};
    struct cr_noise_handshake hs = imp->handshake;
    imp->session.channel.limit = imp->rekey_after;
    tp_channel_open(&imp->session.channel, &hs, &imp->bonds[imp->attempt.bond], true,
                    &imp->controls);
    imp->state = TP_IMP_OPEN;
    cr_wipe(&hs, sizeof hs);
}

void imp_record(struct tp_implant *imp, const uint8_t *frame, size_t len,
                uint64_t now_us)
{
    struct tp_opened opened;
    struct tp_request q;
    skip_handshake(imp, now_us);
    if (imp->state != TP_IMP_OPEN ||
        tp_channel_take(&imp->session.channel, frame, len, &opened, &imp->controls) ||
        tp_request_parse(opened.body, opened.len, &q)) {
        refuse(imp, TP_LOG_RECORD, 1, now_us);
        return;
    }
    imp->session.heard_us = now_us;
    bool close = q.opcode == TP_OP_CLOSE;
    serve(imp, &q, opened.type == TP_REHEARSAL, now_us);
    imp_step(imp, close ? TP_IEV_CLOSE_OK : TP_IEV_RECORD_OK, now_us);
    cr_wipe(&opened, sizeof opened);
}
