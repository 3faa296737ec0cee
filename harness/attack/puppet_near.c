// puppet_near.c - the puppet with a coil of its own

#include "puppet_internal.h"
#include <attack/attacker.h>
#include <crypto/bytes.h>
#include <protocol/handshake.h>
#include <protocol/limits.h>

static void near_frame(struct hx_bench *b, const uint8_t *bytes, size_t len)
{
    hx_near_send(b, HX_NODE_ATTACKER, bytes, len);
}

static const struct hx_heard *await(struct hx_bench *b, uint8_t type)
{
    return hx_puppet_await_type(b, EP_NEAR, b->puppet->target, type, TP_SECOND / 4);
}

static void aim(struct hx_bench *b, const struct hx_step *s)
{
    b->puppet->target = (uint8_t)hx_party_implant(s->with);
    // Without a coil at the bedside it reaches nobody.
    b->wand[HX_NODE_ATTACKER] = b->attacker.near ? b->puppet->target : HX_NODE_COUNT;
}

void hx_puppet_pair(struct hx_bench *b, const struct hx_step *s)
{
    struct hx_puppet *p = b->puppet;
    uint8_t frame[EP_FRAME_MAX] = {TP_PAIR_1}, payload[EP_FRAME_MAX], cert[TP_CERT_LEN];
    size_t n;
    struct cr_rng rng = cr_stream_rng(&p->rng);
    struct cr_noise_handshake *hs = &p->handshake;
    aim(b, s);
    struct tp_bond *bond = &p->bond[p->target];
    if (tp_pairing_start(hs, true, p->s_priv) ||
        cr_noise_write(hs, rng, NULL, 0, frame + 1, sizeof frame - 1, &n))
        return;
    near_frame(b, frame, 1 + n);
    const struct hx_heard *h = await(b, TP_PAIR_2);
    if (!h || cr_noise_read(hs, h->bytes + 1, h->len - 1u, payload, sizeof payload, &n))
        return;
    memcpy(p->implant_pub[p->target], hs->rs, CR_DH_LEN);
    tp_certificate_build(&p->certificate, cert);
    frame[0] = TP_PAIR_3;
    if (cr_noise_write(hs, rng, cert, sizeof cert, frame + 1, sizeof frame - 1, &n))
        return;
    near_frame(b, frame, 1 + n);
    if (!await(b, TP_PAIRED))
        return;
    *bond = (struct tp_bond){.used = 1, .role = p->certificate.role};
    tp_bond_derive(bond, hs, hx_puppet_controls(b));
    p->have_bond[p->target] = true;
    hx_bench_note(b, "attacker", "is paired");
}

void hx_puppet_intent(struct hx_bench *b, const struct hx_step *s)
{
    struct hx_puppet *p = b->puppet;
    uint8_t frame[TP_INTENT_ASK_LEN] = {TP_INTENT_ASK}, nonce[TP_TOKEN_LEN];
    uint8_t proof[TP_INTENT_PROOF_LEN] = {TP_INTENT_PROOF}, key[CR_KEY_LEN];
    aim(b, s);
    const struct tp_bond *bond = &p->bond[p->target];
    uint64_t relay = b->attacker.relay_us;
    b->attacker.relay_us = (uint64_t)s->delay_us;
    cr_stream_fill(&p->rng, nonce, sizeof nonce);
    memcpy(frame + 1, nonce, sizeof nonce);
    tp_intent_ask_mac(frame + 1 + TP_TOKEN_LEN, bond, nonce);
    near_frame(b, frame, sizeof frame);
    const struct hx_heard *h = await(b, TP_INTENT_CHALLENGE);
    if (h) {
        tp_intent_proof(proof + 1, bond, nonce, h->bytes + 1);
        tp_intent_key(key, bond, nonce, h->bytes + 1);
        near_frame(b, proof, sizeof proof);
        h = await(b, TP_INTENT_TOKEN);
    }
    b->attacker.relay_us = relay;
    if (h && cr_open(p->token, key, 0, NULL, 0, h->bytes + 1, h->len - 1u) == CR_OK) {
        p->have_token = true;
        p->own_token = s->delay_us == 0;
        hx_bench_note(b, "attacker", "has an intent token");
    }
}

// What the emergency channel is asked for: one of its own two, or any opcode.
void hx_puppet_emergency(struct hx_bench *b, const struct hx_step *s)
{
    uint8_t frame[TP_EMERGENCY_LEN], ask[TP_EMERGENCY_ASK_LEN] = {TP_EMERGENCY_ASK};
    uint8_t token[TP_TOKEN_LEN] = {0}, args[TP_EMERGENCY_ARGS] = {0};
    aim(b, s);
    if (s->link == HX_LINK_NEAR) {
        near_frame(b, ask, sizeof ask);
        const struct hx_heard *h = await(b, TP_EMERGENCY_TOKEN);
        if (h)
            memcpy(token, h->bytes + 1, TP_TOKEN_LEN);
    }
    size_t n = s->bytes_len < sizeof args ? s->bytes_len : sizeof args;
    memcpy(args, s->bytes, n);
    struct wr w = wr_of(frame, sizeof frame);
    wr_u8(&w, TP_EMERGENCY);
    wr_put(&w, token, sizeof token);
    wr_u16(&w, (uint16_t)(s->opcode > 0 ? s->opcode : s->emergency));
    wr_put(&w, args, sizeof args);
    if (s->link == HX_LINK_NEAR)
        near_frame(b, frame, w.done);
    else // long enough for a sleeping implant to find it
        hx_bench_send(b, HX_NODE_ATTACKER, EP_RF, frame, w.done,
                      (uint32_t)(TP_SECOND * 12 / 10));
    hx_bench_run(b, b->now_us + 2 * TP_SECOND);
}

void hx_puppet_anchor(struct hx_bench *b, const struct hx_step *s)
{
    struct hx_puppet *p = b->puppet;
    uint8_t frame[TP_ANCHOR_LEN] = {TP_ANCHOR}, secret[CR_SIGN_SECRET_LEN];
    aim(b, s);
    // Its own key becomes the authority; its own signature vouches for it.
    cr_sign_keypair(p->s_priv, frame + 1, secret);
    tp_anchor_sign(frame + 1 + CR_SIGN_PUBLIC_LEN, frame + 1, secret);
    near_frame(b, frame, sizeof frame);
    hx_bench_run(b, b->now_us + TP_SECOND / 2);
}
