// ask.c - commands in an open session: ask, ask again, understand the answer

#include "state.h"

static void send_request(struct tp_programmer *prg, uint64_t now_us)
{
    struct asking *ask = &prg->asking;
    uint8_t body[TP_BODY_MAX], frame[TP_RECORD_MAX];
    size_t len, frame_len;
    struct tp_request q = {.request = prg->request,
                           .opcode = ask->sent_opcode,
                           .args = ask->sent,
                           .len = ask->sent_len};
    bool pad = tp_has(&prg->controls, TP_CTL_PADDING) && prg->version != TP_VERSION_1;
    memcpy(q.ticket, ask->ticket, TP_TICKET_LEN);
    if (tp_request_build(&q, pad, body, &len) ||
        tp_channel_seal(&prg->channel, ask->type, body, len, frame, &frame_len,
                        &prg->controls)) {
        prg_step(prg, TP_PEV_GIVE_UP);
        prg_end(prg, -1);
        return;
    }
    prg_send(prg, EP_RF, frame, frame_len, now_us + ASK_WAIT_US);
}

// Puts the next request of the command on the air, with an id of its own.
static void ask_for(struct tp_programmer *prg, uint16_t opcode, const uint8_t *args,
                    size_t len, uint64_t now_us)
{
    struct asking *ask = &prg->asking;
    prg->request = prg->request == UINT8_MAX ? 1 : prg->request + 1;
    prg->tries = ASK_TRIES;
    ask->sent_opcode = opcode;
    ask->sent_len = (uint8_t)len;
    if (len > 0)
        memcpy(ask->sent, args, len);
    prg_step(prg, prg->state == TP_PRG_ASKED ? TP_PEV_MORE : TP_PEV_ASK);
    send_request(prg, now_us);
}

void prg_ask_again(struct tp_programmer *prg, uint64_t now_us)
{
    prg_step(prg, TP_PEV_RETRY);
    send_request(prg, now_us);
}

bool prg_in_session(const struct tp_programmer *prg)
{
    return prg->session && prg->session_peer == prg->peer && prg->state == TP_PRG_OPEN;
}

int prg_command(struct tp_programmer *prg, uint64_t now_us)
{
    struct asking *ask = &prg->asking;
    struct rd r = rd_of(prg->act.args, prg->act.len);
    rd_u8(&r);
    uint8_t flags = rd_u8(&r);
    *ask = (struct asking){.type = flags & EP_REHEARSE ? TP_REHEARSAL : TP_RECORD};
    ask->opcode = rd_u16(&r);
    if (r.bad || !prg_in_session(prg) || r.left > TP_ARGS_MAX)
        return -1;
    ask->len = (uint8_t)r.left;
    rd_get(&r, ask->args, ask->len);

    uint8_t proposal[TP_ARGS_MAX];
    struct wr w = wr_of(proposal, sizeof proposal);
    switch (ask->opcode) {
    case TP_OP_THERAPY:
        wr_u16(&w, ask->opcode);
        wr_put(&w, ask->args, ask->len);
        if (w.bad)
            return -1;
        ask_for(prg, TP_OP_PROPOSE, proposal, w.done, now_us);
        break;
    case TP_OP_ALARM:
    case TP_OP_TEST_PULSE:
    case TP_OP_SHOCK:
    case TP_OP_BOLUS:
        ask_for(prg, TP_OP_TICKET, NULL, 0, now_us);
        break;
    default:
        ask_for(prg, ask->opcode, ask->args, ask->len, now_us);
    }
    return 0;
}

void prg_ask(struct tp_programmer *prg, uint16_t opcode, const uint8_t *args,
             size_t len, uint64_t now_us)
{
    prg->asking = (struct asking){.type = TP_RECORD, .opcode = opcode};
    ask_for(prg, opcode, args, len, now_us);
}

int prg_close(struct tp_programmer *prg, uint64_t now_us)
{
    if (!prg_in_session(prg))
        return -1;
    prg_ask(prg, TP_OP_CLOSE, NULL, 0, now_us);
    return 0;
}

int prg_statement(struct tp_programmer *prg, uint64_t now_us)
{
    if (!prg_in_session(prg) || prg->act.len != 1 + TP_STATEMENT_LEN)
        return -1;
    prg_ask(prg, TP_OP_STATEMENT, prg->act.args + 1, TP_STATEMENT_LEN, now_us);
    return 0;
}

// An implant that was closed, or starts anew with other software, has no session.
static bool ends_session(const struct tp_response *a)
{
    return a->opcode == TP_OP_CLOSE ||
           (a->opcode == TP_OP_UPDATE_FINISH && a->status == TP_STATUS_DONE);
}

static void finish(struct tp_programmer *prg, const struct tp_response *a,
                   uint64_t now_us)
{
    bool closed = ends_session(a);
    prg->reply_len = a->len;
    if (a->len > 0)
        memcpy(prg->reply, a->data, a->len);
    prg_step(prg, closed ? TP_PEV_CLOSED : TP_PEV_ANSWER_OK);
    if (closed) {
        prg->session = false;
        cr_wipe(&prg->channel, sizeof prg->channel);
    }
    if (a->status == TP_STATUS_REFUSED)
        prg_end(prg, -1);
    else
        prg_served(prg, now_us);
}

// Did the implant understand what was proposed? It says so in its own words: the
// digest over its nonce and what it will do, which is recomputed here.
static bool understood(const struct tp_programmer *prg, const struct tp_response *a)
{
    const struct asking *ask = &prg->asking;
    uint8_t text[64], hash[CR_HASH_LEN];
    struct wr w = wr_of(text, sizeof text);
    if (a->len != TP_TICKET_LEN + TP_DIGEST_LEN)
        return false;
    wr_put(&w, (const uint8_t *)"telltale proposal", 17);
    wr_put(&w, a->data, TP_TICKET_LEN);
    wr_put(&w, ask->sent, ask->sent_len);
    cr_sha256(hash, text, w.done);
    return !w.bad && cr_equal(hash, a->data + TP_TICKET_LEN, TP_DIGEST_LEN);
}

static void go_on(struct tp_programmer *prg, const struct tp_response *a,
                  uint64_t now_us)
{
    struct asking *ask = &prg->asking;
    memcpy(ask->ticket, a->ticket, TP_TICKET_LEN);
    if (a->opcode == TP_OP_TICKET && ask->opcode != TP_OP_TICKET) {
        ask_for(prg, ask->opcode, ask->args, ask->len, now_us);
    } else if (a->opcode == TP_OP_PROPOSE && a->status == TP_STATUS_PROPOSED) {
        if (understood(prg, a))
            ask_for(prg, TP_OP_CONFIRM, a->data + TP_TICKET_LEN, TP_DIGEST_LEN, now_us);
        else {
            prg_step(prg, TP_PEV_ANSWER_OK);
            prg_end(prg, -1);
        }
    } else {
        finish(prg, a, now_us);
    }
}

void prg_answer(struct tp_programmer *prg, const uint8_t *frame, size_t len,
                uint64_t now_us)
{
    struct tp_opened o;
    struct tp_response a;
    if (tp_channel_take(&prg->channel, frame, len, &o, &prg->controls) ||
        tp_response_parse(o.body, o.len, &a) || a.request != prg->request ||
        a.opcode != prg->asking.sent_opcode)
        return;
    go_on(prg, &a, now_us);
    cr_wipe(&o, sizeof o);
}
