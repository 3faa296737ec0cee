// air.c - from a sleeping implant to an open session

#include "state.h"

void prg_session(struct tp_programmer *prg, uint8_t purpose, uint64_t now_us)
{
    prg->purpose = purpose;
    prg->tries = (uint8_t)(prg->tries_max - 1);
    prg_open(prg, now_us);
}

void prg_open(struct tp_programmer *prg, uint64_t now_us)
{
    const struct peer *peer = &prg->peers[prg->peer];
    prg->session = false;
    if (!peer->bonded) {
        prg_end(prg, -1);
        return;
    }
    if (prg->purpose == EP_THERAPY && !peer->token_live) {
        prg_step(prg, TP_PEV_INTENT);
        prg_intent(prg, now_us);
        return;
    }
    prg_wake(prg, now_us);
}

void prg_wake(struct tp_programmer *prg, uint64_t now_us)
{
    struct peer *peer = &prg->peers[prg->peer];
    struct tp_wake wake;
    uint8_t frame[TP_WAKE_LEN];
    prg_step(prg, TP_PEV_WAKE);
    // A try that was not answered may mean that the implant knows a higher counter.
    bool first = prg->tries + 1 >= prg->tries_max;
    peer->bond.wake_counter += first ? 1 : WAKE_JUMP;
    prg->wake_counter = peer->bond.wake_counter;
    prg_nvm_counter(prg); // before it leaves: none is used twice
    cr_stream_fill(&prg->rng, wake.nonce, TP_NONCE_LEN);
    memcpy(prg->wake_nonce, wake.nonce, TP_NONCE_LEN);
    tp_wake_seal(&wake, &peer->bond, prg->wake_counter, prg->purpose, &prg->controls);
    tp_wake_build(&wake, frame);
    // The first burst outlasts a sniffing interval; later ones the longest there is.
    uint64_t burst_us = first ? WAKE_BURST_US : WAKE_LONG_US;
    prg->deadline_us = now_us + burst_us + TP_SECOND / 10;
    tp_out_send(&prg->out, EP_RF, frame, sizeof frame, (uint32_t)burst_us);
    tp_out_listen(&prg->out, EP_RF, 0, prg->deadline_us);
}

static enum tp_err say_hello(struct tp_programmer *prg, struct tp_hello *hello)
{
    struct peer *peer = &prg->peers[prg->peer];
    uint8_t psk[1][CR_KEY_LEN];
    size_t n;
    bool intent = prg->purpose == EP_THERAPY && peer->token_live;
    struct tp_handshake_terms terms = {.versions = TP_VERSIONS,
                                       .wake_counter = prg->wake_counter,
                                       .purpose = prg->purpose};
    tp_bond_psk(psk[0], &peer->bond, intent ? peer->token_secret : NULL,
                &prg->controls);
    struct cr_noise_keys keys = {.s_priv = prg->s_priv,
                                 .rs = peer->implant,
                                 .psk = (const uint8_t(*)[CR_KEY_LEN])psk,
                                 .psk_count = 1};
    enum tp_err e =
        tp_handshake_initiate(&prg->handshake, &terms, &keys, &prg->controls);
    cr_wipe(psk, sizeof psk);
    hello->versions = TP_VERSIONS;
    if (e || cr_noise_write(&prg->handshake, cr_stream_rng(&prg->rng), NULL, 0,
                            hello->noise, TP_NOISE_1, &n))
        return TP_E_AUTH;
    tp_hello_mac(hello->mac, &peer->bond, prg->wake_counter, hello);
    return TP_OK;
}

static void awake(struct tp_programmer *prg, const uint8_t *frame, uint64_t now_us)
{
    uint8_t mac[TP_MAC_LEN], bytes[TP_HELLO_LEN];
    struct tp_hello hello;
    if (!prg_expects(prg, TP_PRG_WAKING))
        return;
    tp_awake_mac(mac, &prg->peers[prg->peer].bond, prg->wake_nonce, prg->wake_counter);
    if (tp_has(&prg->controls, TP_CTL_WAKE_AUTHENTICATION) &&
        !cr_equal(mac, frame + 1, TP_MAC_LEN))
        return;
    if (say_hello(prg, &hello)) {
        prg_step(prg, TP_PEV_GIVE_UP);
        prg_end(prg, -1);
        return;
    }
    prg_step(prg, TP_PEV_AWAKE_OK);
    tp_hello_build(&hello, bytes);
    prg_send(prg, EP_RF, bytes, sizeof bytes, now_us + ASK_WAIT_US);
}

static void reply(struct tp_programmer *prg, const uint8_t *frame, size_t len,
                  uint64_t now_us)
{
    uint8_t version, cert[TP_CERT_LEN], answer[TP_PROOF_LEN] = {TP_PROOF};
    size_t n = 0;
    struct peer *peer = &prg->peers[prg->peer];
    if (!prg_expects(prg, TP_PRG_HELLOED) ||
        cr_noise_read(&prg->handshake, frame + 1, len - 1, &version, 1, &n))
        return;
    prg->version = version;
    tp_certificate_build(&prg->certificate, cert);
    if (version >= 8 || !(TP_VERSIONS >> version & 1) ||
        cr_noise_write(&prg->handshake, cr_stream_rng(&prg->rng), cert, sizeof cert,
                       answer + 1, sizeof answer - 1, &n)) {
        prg_step(prg, TP_PEV_GIVE_UP);
        prg_end(prg, -1);
        return;
    }
    if (prg->purpose == EP_THERAPY)
        peer->token_live = false; // whatever becomes of it, it is spent
    struct tp_bond bond = peer->bond;
    bond.wake_counter = prg->wake_counter;
    prg->channel.limit = prg->rekey_after;
    tp_channel_open(&prg->channel, &prg->handshake, &bond, false, &prg->controls);
    cr_wipe(&bond, sizeof bond);
    prg_step(prg, TP_PEV_REPLY_OK);
    prg_send(prg, EP_RF, answer, sizeof answer, now_us + ASK_WAIT_US);
}

static void opened(struct tp_programmer *prg, const uint8_t *frame, size_t len,
                   uint64_t now_us)
{
    struct tp_opened o;
    struct tp_response a;
    if (tp_channel_take(&prg->channel, frame, len, &o, &prg->controls) ||
        tp_response_parse(o.body, o.len, &a) || a.opcode != TP_OP_OPENED)
        return;
    prg->session = true;
    prg->session_peer = prg->peer;
    prg_step(prg, TP_PEV_OPENED_OK);
    cr_wipe(&prg->handshake, sizeof prg->handshake);
    prg_served(prg, now_us);
}

void prg_air(struct tp_programmer *prg, const uint8_t *frame, size_t len,
             uint64_t now_us)
{
    if (tp_frame_check(frame, len))
        return;
    switch (frame[0]) {
    case TP_AWAKE:
        awake(prg, frame, now_us);
        break;
    case TP_REPLY:
        reply(prg, frame, len, now_us);
        break;
    case TP_RECORD:
        if (prg->state == TP_PRG_PROVED)
            opened(prg, frame, len, now_us);
        else if (prg->state == TP_PRG_ASKED)
            prg_answer(prg, frame, len, now_us);
        break;
    default:
        break;
    }
}
