// programmer.c - the endpoint: acts and frames in, outputs out

#include "state.h"

void prg_step(struct tp_programmer *prg, enum tp_prg_event on)
{
    enum tp_prg_state to;
    enum tp_err e = tp_prg_next(prg->state, on, &to);
    assert(!e); // events are made only where the table has a row
    prg->state = (uint8_t)to;
}

bool prg_expects(const struct tp_programmer *prg, enum tp_prg_state state)
{
    return prg->state == state;
}

void prg_end(struct tp_programmer *prg, int outcome)
{
    prg->outcome = outcome;
    prg->deadline_us = EP_NEVER;
    tp_client_close(&prg->client);
}

void prg_served(struct tp_programmer *prg, uint64_t now_us)
{
    if (prg->act.kind == EP_ACT_UPDATE)
        prg_update_served(prg, now_us);
    else if (prg->act.kind == EP_ACT_REPORT && prg->kind->served)
        prg->kind->served(prg, now_us);
    else
        prg_end(prg, 1);
}

uint32_t prg_wall_s(const struct tp_programmer *prg, uint64_t now_us)
{
    return prg->time_s + (uint32_t)((now_us - prg->started_us) / TP_SECOND);
}

void prg_send(struct tp_programmer *prg, enum ep_link link, const uint8_t *frame,
              size_t len, uint64_t wait_until_us)
{
    prg->deadline_us = wait_until_us;
    tp_out_send(&prg->out, link, frame, len, 0);
    tp_out_listen(&prg->out, link, 0, wait_until_us);
}

static void read_certificate(struct rd *r, struct tp_certificate *out)
{
    const uint8_t *p = rd_take(r, TP_CERT_LEN);
    if (!p || tp_certificate_parse(p, TP_CERT_LEN, out))
        r->bad = true;
}

int prg_start(struct tp_programmer *prg, const void *nvm,
              const uint8_t seed[EP_SEED_LEN], const uint8_t *config, size_t config_len,
              uint64_t now_us)
{
    struct rd r = rd_of(config, config_len);
    prg->controls.lack[0] = rd_u64(&r);
    prg->controls.lack[1] = rd_u64(&r);
    rd_get(&r, prg->s_priv, CR_DH_LEN);
    read_certificate(&r, &prg->certificate);
    rd_get(&r, prg->anchor, CR_SIGN_PUBLIC_LEN);
    rd_get(&r, prg->maker, CR_SIGN_PUBLIC_LEN);
    prg->time_s = rd_u32(&r);
    prg->rekey_after = rd_u16(&r);
    prg->tries_max = rd_u8(&r);
    if (!rd_end(&r) || prg->tries_max == 0)
        return -1;
    if (prg->rekey_after == 0)
        prg->rekey_after = TP_REKEY_DEFAULT;
    prg->started_us = now_us;
    cr_stream_init(&prg->rng, seed);
    prg_end(prg, 1);
    if (nvm) {
        prg_boot(prg, nvm);
        prg_nvm_load(prg, nvm);
    }
    if (!prg->dead)
        tp_out_listen(&prg->out, EP_UPLINK, 0, EP_NEVER);
    return 0;
}

void prg_receive(struct tp_programmer *prg, const struct ep_frame *frame)
{
    if (prg->outcome != 0)
        return; // nothing was asked
    if (frame->link == EP_RF)
        prg_air(prg, frame->bytes, frame->len, frame->now_us);
    else if (frame->link == EP_NEAR)
        prg_near(prg, frame->bytes, frame->len, frame->now_us);
    else if (frame->link == EP_UPLINK)
        prg_uplink(prg, frame);
}

uint64_t prg_deadline(const void *ep)
{
    return ((const struct tp_programmer *)ep)->deadline_us;
}

static void begin(struct tp_programmer *prg, uint64_t now_us)
{
    switch (prg->act.kind) {
    case EP_ACT_PAIR:
        prg_step(prg, TP_PEV_PAIR);
        prg_pair(prg, now_us);
        break;
    case EP_ACT_INTENT:
        prg_step(prg, TP_PEV_INTENT);
        prg_intent(prg, now_us);
        break;
    case EP_ACT_EMERGENCY:
        prg_step(prg, TP_PEV_EMERGENCY);
        prg_emergency(prg, now_us);
        break;
    case EP_ACT_ANCHOR:
        prg_step(prg, TP_PEV_HAND_OVER);
        prg_anchor(prg, now_us);
        break;
    default:
        prg_open(prg, now_us);
    }
}

static void give_up(struct tp_programmer *prg, uint64_t now_us)
{
    prg->session = false;
    prg_step(prg, TP_PEV_GIVE_UP);
    if (prg->asking.sent_opcode == TP_OP_CLOSE)
        prg_served(prg, now_us); // it ends by itself, then
    else
        prg_end(prg, -1);
}

// The message was not answered in time: say it again, or start over, or give up.
static void retry(struct tp_programmer *prg, uint64_t now_us)
{
    if (prg_calls(prg)) {
        prg_call_again(prg, now_us);
        return;
    }
    if (prg->tries == 0) {
        give_up(prg, now_us);
        return;
    }
    prg->tries--;
    if (prg->state == TP_PRG_ASKED) {
        prg_ask_again(prg, now_us);
        return;
    }
    prg_step(prg, TP_PEV_RETRY);
    switch (prg->state) {
    case TP_PRG_PAIRING:
        prg_pair(prg, now_us);
        break;
    case TP_PRG_INTENT_ASKED:
        prg_intent(prg, now_us);
        break;
    case TP_PRG_EMERGENCY_ASKED:
        prg_emergency(prg, now_us);
        break;
    default:
        begin(prg, now_us);
    }
}

void prg_expire(struct tp_programmer *prg, uint64_t now_us)
{
    if (prg->outcome != 0 || now_us < prg->deadline_us)
        return;
    retry(prg, now_us);
}

// Starting anything that needs no session leaves one that was open.
static int leave_and_begin(struct tp_programmer *prg, uint64_t now_us)
{
    prg->session = false;
    prg->state = TP_PRG_IDLE;
    prg->tries = NEAR_TRIES;
    switch (prg->act.kind) {
    case EP_ACT_FETCH:
        return prg_fetch(prg, now_us);
    case EP_ACT_REPORT:
        return prg->kind->act ? prg->kind->act(prg, now_us) : -1;
    case EP_ACT_OPEN:
        prg_session(prg, prg->act.args[1], now_us);
        return 0;
    default:
        begin(prg, now_us);
        return 0;
    }
}

static bool knows(const struct tp_programmer *prg, uint16_t act)
{
    return (act >= EP_ACT_PAIR && act <= EP_ACT_ANCHOR) || act == EP_ACT_FETCH ||
           act == EP_ACT_UPDATE || (act == EP_ACT_REPORT && prg->kind->act);
}

static int start_act(struct tp_programmer *prg, uint64_t now_us)
{
    switch (prg->act.kind) {
    case EP_ACT_COMMAND:
        return prg_command(prg, now_us);
    case EP_ACT_CLOSE:
        return prg_close(prg, now_us);
    case EP_ACT_STATEMENT:
        return prg_statement(prg, now_us);
    case EP_ACT_UPDATE:
        return prg_update(prg, now_us);
    default:
        return leave_and_begin(prg, now_us);
    }
}

int prg_act(struct tp_programmer *prg, const struct ep_act *a, uint64_t now_us)
{
    if (prg->dead || prg->outcome == 0 || a->len < 1 || a->args[0] >= TP_PEERS_MAX)
        return -1;
    prg->act = *a;
    prg->peer = a->args[0];
    prg->reply_len = 0;
    prg->outcome = 0;
    prg->asking.sent_opcode = 0;
    if (!knows(prg, a->kind)) {
        prg_end(prg, -1);
        return -1;
    }
    if (start_act(prg, now_us))
        prg_end(prg, -1);
    return 0;
}

bool prg_output(void *ep, struct ep_output *out)
{
    return tp_out_take(&((struct tp_programmer *)ep)->out, out);
}

int prg_outcome(const void *ep, uint8_t *reply, size_t cap, size_t *reply_len)
{
    const struct tp_programmer *prg = ep;
    if (reply && prg->outcome == 1) {
        size_t n = prg->reply_len < cap ? prg->reply_len : cap;
        memcpy(reply, prg->reply, n);
        *reply_len = n;
    }
    return prg->outcome;
}

// --- the endpoint ---

static const struct prg_kind programmer_kind = {.model = TP_MODEL_PROGRAMMER};

static struct tp_programmer *of(void *ep)
{
    struct tp_programmer *prg = ep;
    prg->kind = &programmer_kind;
    return prg;
}

static int start(void *ep, const void *nvm, const uint8_t seed[EP_SEED_LEN],
                 const uint8_t *config, size_t config_len, uint64_t now_us)
{
    return prg_start(of(ep), nvm, seed, config, config_len, now_us);
}

static void receive(void *ep, const struct ep_frame *frame)
{
    prg_receive(of(ep), frame);
}

static void expire(void *ep, uint64_t now_us)
{
    prg_expire(of(ep), now_us);
}

static int act(void *ep, const struct ep_act *a, uint64_t now_us)
{
    return prg_act(of(ep), a, now_us);
}

static void wipe(void *ep)
{
    cr_wipe(ep, sizeof(struct tp_programmer));
}

const struct ep_ops tp_programmer_ops = {
    .name = "reference-programmer",
    .api_version = EP_API_VERSION,
    .size = sizeof(struct tp_programmer),
    .nvm_size = TP_PROGRAMMER_NVM_LEN,
    .init = start,
    .receive = receive,
    .expire = expire,
    .deadline = prg_deadline,
    .act = act,
    .output = prg_output,
    .outcome = prg_outcome,
    .wipe = wipe,
};

void tp_programmer_config_build(const struct tp_programmer_config *in,
                                uint8_t out[TP_PROGRAMMER_CONFIG_LEN])
{
    uint8_t cert[TP_CERT_LEN];
    struct wr w = wr_of(out, TP_PROGRAMMER_CONFIG_LEN);
    wr_u64(&w, in->controls.lack[0]);
    wr_u64(&w, in->controls.lack[1]);
    wr_put(&w, in->s_priv, CR_DH_LEN);
    tp_certificate_build(&in->certificate, cert);
    wr_put(&w, cert, sizeof cert);
    wr_put(&w, in->anchor, CR_SIGN_PUBLIC_LEN);
    wr_put(&w, in->maker, CR_SIGN_PUBLIC_LEN);
    wr_u32(&w, in->time_s);
    wr_u16(&w, in->rekey_after);
    wr_u8(&w, in->tries);
    assert(!w.bad && w.done == TP_PROGRAMMER_CONFIG_LEN);
}

void tp_programmer_steal(const void *ep, size_t peer, struct tp_programmer_loot *out)
{
    const struct tp_programmer *prg = ep;
    const struct peer *p = &prg->peers[peer];
    memcpy(out->s_priv, prg->s_priv, CR_DH_LEN);
    out->certificate = prg->certificate;
    out->bond = p->bond;
    memcpy(out->implant, p->implant, CR_DH_LEN);
    memcpy(out->token, p->token_secret, TP_TOKEN_LEN);
    out->have_bond = p->bonded;
    out->have_token = p->token_live;
}
