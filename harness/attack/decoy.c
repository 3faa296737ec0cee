// decoy.c - the puppet in the implant's place, and the eavesdropper with leaked keys

#include "puppet_internal.h"
#include <crypto/bytes.h>
#include <crypto/hash.h>
#include <protocol/body.h>
#include <protocol/handshake.h>
#include <protocol/limits.h>

static void learn(struct hx_puppet *p, const uint8_t *bytes, size_t len)
{
    hx_puppet_learn(p, bytes, len);
    p->seen_lawful = false;
}

static void fake_awake(struct hx_bench *b, const uint8_t *bytes, size_t len)
{
    struct hx_puppet *p = b->puppet;
    struct tp_wake w;
    uint8_t frame[TP_AWAKE_LEN] = {TP_AWAKE};
    const struct tp_bond *bond = &p->bond[HX_NODE_IMPLANT];
    if (tp_wake_parse(bytes, len, &w))
        return;
    tp_wake_open(&w, bond, &p->fake_counter, &p->fake_purpose, hx_puppet_controls(b));
    memcpy(p->fake_nonce, w.nonce, TP_NONCE_LEN);
    tp_awake_mac(frame + 1, bond, w.nonce, p->fake_counter);
    hx_bench_send(b, HX_NODE_ATTACKER, EP_RF, frame, sizeof frame, 0);
}

static void fake_reply(struct hx_bench *b, const uint8_t *bytes, size_t len)
{
    struct hx_puppet *p = b->puppet;
    struct tp_hello hello;
    uint8_t psk[CR_KEY_LEN], none[1], frame[TP_REPLY_LEN] = {TP_REPLY};
    uint8_t version = TP_VERSION_2;
    size_t n;
    if (tp_hello_parse(bytes, len, &hello))
        return;
    struct tp_handshake_terms terms = {.versions = hello.versions,
                                       .wake_counter = p->fake_counter,
                                       .purpose = p->fake_purpose};
    tp_bond_psk(psk, &p->bond[HX_NODE_IMPLANT], NULL, hx_puppet_controls(b));
    // It has the implant's key only if that was stolen; else it tries its own.
    const uint8_t *key = p->have_implant_priv ? p->implant_priv : p->s_priv;
    if (tp_handshake_respond(&p->fake, &terms, key, psk, hx_puppet_controls(b)) ||
        cr_noise_read(&p->fake, hello.noise, TP_NOISE_1, none, 0, &n) ||
        cr_noise_write(&p->fake, cr_stream_rng(&p->rng), &version, 1, frame + 1,
                       sizeof frame - 1, &n))
        return;
    hx_bench_send(b, HX_NODE_ATTACKER, EP_RF, frame, 1 + n, 0);
}

static void fake_say(struct hx_bench *b, const struct tp_response *a)
{
    struct hx_puppet *p = b->puppet;
    uint8_t body[TP_BODY_MAX], frame[TP_RECORD_MAX];
    size_t n, frame_len;
    if (tp_response_build(a, tp_has(hx_puppet_controls(b), TP_CTL_PADDING), body, &n) ||
        tp_channel_seal(&p->fake_channel, TP_RECORD, body, n, frame, &frame_len,
                        hx_puppet_controls(b)))
        return;
    hx_bench_send(b, HX_NODE_ATTACKER, EP_RF, frame, frame_len, 0);
}

static void fake_open(struct hx_bench *b, const uint8_t *bytes, size_t len)
{
    struct hx_puppet *p = b->puppet;
    uint8_t payload[TP_CERT_LEN];
    size_t n;
    struct tp_bond bond = p->bond[HX_NODE_IMPLANT];
    struct tp_response a = {.opcode = TP_OP_OPENED};
    if (cr_noise_read(&p->fake, bytes + 1, len - 1, payload, sizeof payload, &n))
        return;
    learn(p, p->fake.rs, CR_DH_LEN); // whom the clinic sends
    bond.wake_counter = p->fake_counter;
    p->fake_channel.limit =
        b->cast.rekey_after ? b->cast.rekey_after : TP_REKEY_DEFAULT;
    tp_channel_open(&p->fake_channel, &p->fake, &bond, true, hx_puppet_controls(b));
    p->fake_open = true;
    fake_say(b, &a);
}

static void fake_answer(struct hx_bench *b, const uint8_t *bytes, size_t len)
{
    struct hx_puppet *p = b->puppet;
    struct tp_opened o;
    struct tp_request q;
    if (!p->fake_open ||
        tp_channel_take(&p->fake_channel, bytes, len, &o, hx_puppet_controls(b)) ||
        tp_request_parse(o.body, o.len, &q))
        return;
    learn(p, q.args, q.len);
    struct tp_response a = {.request = q.request, .opcode = q.opcode};
    fake_say(b, &a);
}

void hx_puppet_hears(struct hx_bench *b, const struct rl_arrival *a)
{
    const struct rl_frame *f = &a->frame;
    if (!b->puppet->impersonating || a->from != HX_NODE_PROGRAMMER ||
        f->band != RL_RF || tp_frame_check(f->bytes, f->len))
        return;
    switch (f->bytes[0]) {
    case TP_WAKE:
        fake_awake(b, f->bytes, f->len);
        break;
    case TP_HELLO:
        fake_reply(b, f->bytes, f->len);
        break;
    case TP_PROOF:
        fake_open(b, f->bytes, f->len);
        break;
    case TP_RECORD:
        fake_answer(b, f->bytes, f->len);
        break;
    default:
        break;
    }
}

// One session, as recorded: what a passive listener can work with.
struct recorded {
    struct tp_wake wake;
    const struct hx_heard *hello, *reply, *proof;
    size_t end;
};

static void note_message(struct recorded *r, const struct hx_heard *h)
{
    if (h->bytes[0] == TP_HELLO)
        r->hello = h;
    if (h->bytes[0] == TP_REPLY)
        r->reply = h;
    if (h->bytes[0] == TP_PROOF)
        r->proof = h;
}

static void note_wake(struct recorded *r, const struct hx_heard *h)
{
    if (tp_wake_parse(h->bytes, h->len, &r->wake))
        r->wake = (struct tp_wake){0}; // then no key fits, and nothing opens
}

// The next session from frame *at on; *at moves to its end.
static bool find_session(const struct hx_bench *b, size_t *at, struct recorded *r)
{
    size_t n = b->attacker.heard_count;
    *r = (struct recorded){.end = n};
    for (size_t i = *at; i < n && r->end == n; i++) {
        const struct hx_heard *h = &b->attacker.heard[i];
        if (h->link != EP_RF || h->len == 0)
            continue;
        if (h->bytes[0] == TP_WAKE && r->proof)
            r->end = i;
        else if (h->bytes[0] == TP_WAKE)
            note_wake(r, h);
        else
            note_message(r, h);
    }
    *at = r->end;
    return r->hello && r->reply && r->proof;
}

// Follows a recorded handshake with both static keys and the bond, but no ephemeral
// key: message 1 from the implant's chair, the rest from the programmer's. Where the
// two ephemeral keys were combined, this ends at message 2.
static bool follow(struct hx_bench *b, const struct recorded *r,
                   struct cr_noise_handshake *hs, uint32_t *counter)
{
    struct hx_puppet *p = b->puppet;
    uint8_t psk[CR_KEY_LEN], payload[1], cert[TP_CERT_LEN], proof[TP_NOISE_3], purpose;
    struct tp_hello hello;
    size_t n;
    const struct tp_bond *bond = &p->bond[HX_NODE_IMPLANT];
    tp_wake_open(&r->wake, bond, counter, &purpose, hx_puppet_controls(b));
    if (tp_hello_parse(r->hello->bytes, r->hello->len, &hello))
        return false;
    struct tp_handshake_terms terms = {
        .versions = hello.versions, .wake_counter = *counter, .purpose = purpose};
    tp_bond_psk(psk, bond, p->have_token ? p->token : NULL, hx_puppet_controls(b));
    if (tp_handshake_respond(hs, &terms, p->implant_priv, psk, hx_puppet_controls(b)) ||
        cr_noise_read(hs, hello.noise, TP_NOISE_1, payload, 0, &n))
        return false;
    hs->initiator = true;
    memcpy(hs->s_priv, p->s_priv, CR_DH_LEN);
    cr_dh_public(hs->s_priv, hs->s_pub);
    tp_certificate_build(&p->certificate, cert);
    return cr_noise_read(hs, r->reply->bytes + 1, TP_NOISE_2, payload, 1, &n) ==
               CR_OK &&
           cr_noise_write(hs, cr_stream_rng(&p->rng), cert, sizeof cert, proof,
                          sizeof proof, &n) == CR_OK &&
           cr_equal(proof, r->proof->bytes + 1, TP_NOISE_3);
}

static void open_records(struct hx_bench *b, size_t from, size_t to,
                         struct tp_channel *as_implant, struct tp_channel *as_peer)
{
    struct tp_opened o;
    struct tp_response a;
    struct tp_request q;
    for (size_t i = from; i < to; i++) {
        const struct hx_heard *h = &b->attacker.heard[i];
        if (h->link != EP_RF || !hx_frame_is(h->bytes, h->len, HX_FRAME_RECORD))
            continue;
        if (tp_channel_take(as_implant, h->bytes, h->len, &o, hx_puppet_controls(b)) ==
                TP_OK &&
            tp_request_parse(o.body, o.len, &q) == TP_OK)
            learn(b->puppet, q.args, q.len);
        else if (tp_channel_take(as_peer, h->bytes, h->len, &o,
                                 hx_puppet_controls(b)) == TP_OK &&
                 tp_response_parse(o.body, o.len, &a) == TP_OK)
            learn(b->puppet, a.data, a.len);
    }
}

void hx_puppet_decrypt(struct hx_bench *b)
{
    struct hx_puppet *p = b->puppet;
    struct recorded r;
    uint16_t limit = b->cast.rekey_after ? b->cast.rekey_after : TP_REKEY_DEFAULT;
    for (size_t at = 0; at < b->attacker.heard_count;) {
        size_t from = at;
        struct cr_noise_handshake hs;
        struct tp_bond bond = p->bond[HX_NODE_IMPLANT];
        if (!find_session(b, &at, &r) || !follow(b, &r, &hs, &bond.wake_counter))
            continue;
        struct tp_channel as_implant = {.limit = limit}, as_peer = {.limit = limit};
        tp_channel_open(&as_implant, &hs, &bond, true, hx_puppet_controls(b));
        tp_channel_open(&as_peer, &hs, &bond, false, hx_puppet_controls(b));
        open_records(b, from, at, &as_implant, &as_peer);
    }
}
