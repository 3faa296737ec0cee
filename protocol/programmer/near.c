// near.c - what a programmer does with its wand over the implant

#include "state.h"

static void random_bytes(struct tp_programmer *prg, uint8_t *out, size_t len)
{
    cr_stream_fill(&prg->rng, out, len);
}

static void near_send(struct tp_programmer *prg, const uint8_t *frame, size_t len,
                      uint64_t now_us)
{
    prg_send(prg, EP_NEAR, frame, len, now_us + TP_SECOND / 4);
}

void prg_pair(struct tp_programmer *prg, uint64_t now_us)
{
    uint8_t frame[TP_PAIR_1_LEN] = {TP_PAIR_1};
    size_t n;
    if (tp_pairing_start(&prg->handshake, true, prg->s_priv) ||
        cr_noise_write(&prg->handshake, cr_stream_rng(&prg->rng), NULL, 0, frame + 1,
                       sizeof frame - 1, &n)) {
        prg_end(prg, -1);
        return;
    }
    near_send(prg, frame, sizeof frame, now_us);
}

// Is it an implant, of this clinic, whose key the handshake proved?
static enum tp_err check_implant(struct tp_programmer *prg, const uint8_t *payload,
                                 size_t len, uint64_t now_us)
{
    struct tp_certificate cert;
    enum tp_err e = tp_certificate_parse(payload, len, &cert);
    if (e)
        return e;
    struct tp_certificate_terms terms = {
        .anchor = prg->anchor,
        .key = prg->handshake.rs,
        .implant = cert.scope,
        .now_s = prg_wall_s(prg, now_us),
        .roles_implant = true,
    };
    memcpy(prg->pairing_id, cert.scope, TP_ID_LEN);
    tp_out_work(&prg->out, EP_WORK_VERIFY, 1);
    return tp_certificate_check(&cert, &terms, &prg->controls,
                                TP_CTL_PAIRING_AUTHENTICATION);
}

static void pair_2(struct tp_programmer *prg, const uint8_t *frame, size_t len,
                   uint64_t now_us)
{
    uint8_t payload[TP_CERT_LEN], own[TP_CERT_LEN], answer[TP_PAIR_3_LEN] = {TP_PAIR_3};
    size_t n = 0;
    if (!prg_expects(prg, TP_PRG_PAIRING) ||
        cr_noise_read(&prg->handshake, frame + 1, len - 1, payload, sizeof payload, &n))
        return;
    tp_certificate_build(&prg->certificate, own);
    if (check_implant(prg, payload, n, now_us) ||
        cr_noise_write(&prg->handshake, cr_stream_rng(&prg->rng), own, sizeof own,
                       answer + 1, sizeof answer - 1, &n)) {
        prg_step(prg, TP_PEV_GIVE_UP);
        prg_end(prg, -1);
        return;
    }
    prg_step(prg, TP_PEV_PAIR_2_OK);
    near_send(prg, answer, sizeof answer, now_us);
}

static void paired(struct tp_programmer *prg, const uint8_t *frame, size_t len)
{
    struct cr_cipher first, second;
    struct peer *peer = &prg->peers[prg->peer];
    uint8_t none[1];
    if (!prg_expects(prg, TP_PRG_PAIR_ENDING))
        return;
    cr_noise_split(&prg->handshake, &first, &second);
    if (cr_cipher_open(&second, NULL, 0, frame + 1, len - 1, none) == CR_OK) {
        *peer = (struct peer){.bonded = true};
        memcpy(peer->implant, prg->handshake.rs, CR_DH_LEN);
        memcpy(peer->id, prg->pairing_id, TP_ID_LEN);
        tp_bond_derive(&peer->bond, &prg->handshake, &prg->controls);
        peer->bond.role = prg->certificate.role;
        prg_nvm_peer(prg);
        cr_wipe(&prg->handshake, sizeof prg->handshake);
        prg_step(prg, TP_PEV_PAIRED_OK);
        prg_end(prg, 1);
    }
    cr_wipe(&first, sizeof first);
    cr_wipe(&second, sizeof second);
}

void prg_intent(struct tp_programmer *prg, uint64_t now_us)
{
    uint8_t frame[TP_INTENT_ASK_LEN] = {TP_INTENT_ASK};
    random_bytes(prg, prg->nonce, TP_TOKEN_LEN);
    memcpy(frame + 1, prg->nonce, TP_TOKEN_LEN);
    tp_intent_ask_mac(frame + 1 + TP_TOKEN_LEN, &prg->peers[prg->peer].bond,
                      prg->nonce);
    near_send(prg, frame, sizeof frame, now_us);
}

static void challenge(struct tp_programmer *prg, const uint8_t *frame, uint64_t now_us)
{
    uint8_t answer[TP_INTENT_PROOF_LEN] = {TP_INTENT_PROOF};
    if (!prg_expects(prg, TP_PRG_INTENT_ASKED))
        return;
    tp_intent_proof(answer + 1, &prg->peers[prg->peer].bond, prg->nonce, frame + 1);
    // The key that opens the token waits where the handshake's psk will be.
    tp_intent_key(prg->handshake.psk[0], &prg->peers[prg->peer].bond, prg->nonce,
                  frame + 1);
    prg_step(prg, TP_PEV_CHALLENGE);
    near_send(prg, answer, sizeof answer, now_us);
}

static void token(struct tp_programmer *prg, const uint8_t *frame, size_t len,
                  uint64_t now_us)
{
    struct peer *peer = &prg->peers[prg->peer];
    if (!prg_expects(prg, TP_PRG_INTENT_PROVED) ||
        cr_open(peer->token_secret, prg->handshake.psk[0], 0, NULL, 0, frame + 1,
                len - 1))
        return;
    cr_wipe(prg->handshake.psk[0], CR_KEY_LEN);
    peer->token_live = true;
    prg_step(prg, TP_PEV_TOKEN_OK);
    if (prg->act.kind == EP_ACT_OPEN)
        prg_wake(prg, now_us);
    else
        prg_end(prg, 1);
}

void prg_emergency(struct tp_programmer *prg, uint64_t now_us)
{
    uint8_t frame[TP_EMERGENCY_ASK_LEN] = {TP_EMERGENCY_ASK};
    near_send(prg, frame, sizeof frame, now_us);
}

static void emergency_token(struct tp_programmer *prg, const uint8_t *frame,
                            uint64_t now_us)
{
    uint8_t answer[TP_EMERGENCY_LEN];
    if (!prg_expects(prg, TP_PRG_EMERGENCY_ASKED))
        return;
    struct wr w = wr_of(answer, sizeof answer);
    wr_u8(&w, TP_EMERGENCY);
    wr_put(&w, frame + 1, TP_TOKEN_LEN);
    wr_u16(&w, prg->act.args[1]);
    wr_fill(&w, 0, TP_EMERGENCY_ARGS);
    prg_step(prg, TP_PEV_EMERGENCY_TOKEN);
    near_send(prg, answer, w.done, now_us);
}

void prg_anchor(struct tp_programmer *prg, uint64_t now_us)
{
    uint8_t frame[TP_ANCHOR_LEN];
    struct wr w = wr_of(frame, sizeof frame);
    wr_u8(&w, TP_ANCHOR);
    wr_put(&w, prg->act.args + 1, TP_ANCHOR_LEN - 1);
    near_send(prg, frame, w.done, now_us);
}

static void done(struct tp_programmer *prg, const uint8_t *frame)
{
    if (!prg_expects(prg, TP_PRG_NEAR_SENT))
        return;
    if (frame[0] == TP_EMERGENCY_DONE && frame[1] == TP_STATUS_REFUSED &&
        prg->tries > 0)
        return; // somebody else's, perhaps: it asks again when its time is up
    prg_step(prg, TP_PEV_DONE_OK);
    prg_end(prg, frame[1] == TP_STATUS_REFUSED ? -1 : 1);
}

void prg_near(struct tp_programmer *prg, const uint8_t *frame, size_t len,
              uint64_t now_us)
{
    if (tp_frame_check(frame, len))
        return;
    switch (frame[0]) {
    case TP_PAIR_2:
        pair_2(prg, frame, len, now_us);
        break;
    case TP_PAIRED:
        paired(prg, frame, len);
        break;
    case TP_INTENT_CHALLENGE:
        challenge(prg, frame, now_us);
        break;
    case TP_INTENT_TOKEN:
        token(prg, frame, len, now_us);
        break;
    case TP_EMERGENCY_TOKEN:
        emergency_token(prg, frame, now_us);
        break;
    case TP_EMERGENCY_DONE:
    case TP_ANCHOR_DONE:
        done(prg, frame);
        break;
    default:
        break;
    }
}
