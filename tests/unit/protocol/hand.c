#include "hand.h"
#include <crypto/bytes.h>
#include <crypto/hash.h>
#include <stdlib.h>

// What a test's own peer does cannot fail; if it does, the test is wrong.
static void sure(bool what)
{
    if (!what)
        abort();
}

void hand_make(struct hand *h, struct bed *b, enum tp_role role, uint8_t seed)
{
    uint8_t key[CR_KEY_LEN];
    memset(h, 0, sizeof *h);
    memset(key, seed, sizeof key);
    cr_stream_init(&h->rng, key);
    cr_stream_fill(&h->rng, h->s_priv, CR_DH_LEN);
    h->bed = b;
    h->controls = b->config.controls;
    h->versions = TP_VERSIONS;
    h->cert = (struct tp_certificate){.role = (uint8_t)role,
                                      .not_before_s = BED_TIME_S - 1000,
                                      .not_after_s = BED_TIME_S + 10000000,
                                      .epoch = BED_EPOCH};
    clinic_certify(&b->clinic, &h->cert, h->s_priv);
}

// --- near field ------------------------------------------------------------------

void hand_pair_1(struct hand *h, uint8_t out[TP_PAIR_1_LEN])
{
    size_t n;
    out[0] = TP_PAIR_1;
    sure(!tp_pairing_start(&h->hs, true, h->s_priv));
    sure(!cr_noise_write(&h->hs, cr_stream_rng(&h->rng), NULL, 0, out + 1,
                         TP_PAIR_1_LEN - 1, &n));
}

bool hand_pair_3(struct hand *h, uint8_t out[TP_PAIR_3_LEN])
{
    uint8_t payload[TP_CERT_LEN], own[TP_CERT_LEN];
    size_t n;
    const struct ep_frame *f = bed_sent(h->bed, EP_NEAR);
    if (!f || f->len != TP_PAIR_2_LEN || f->bytes[0] != TP_PAIR_2 ||
        cr_noise_read(&h->hs, f->bytes + 1, f->len - 1u, payload, sizeof payload, &n))
        return false;
    tp_certificate_build(&h->cert, own);
    out[0] = TP_PAIR_3;
    sure(!cr_noise_write(&h->hs, cr_stream_rng(&h->rng), own, sizeof own, out + 1,
                         TP_PAIR_3_LEN - 1, &n));
    return true;
}

bool hand_paired(struct hand *h)
{
    struct cr_cipher first, second;
    uint8_t none[1];
    const struct ep_frame *f = bed_sent(h->bed, EP_NEAR);
    if (!f || f->len != TP_PAIRED_LEN || f->bytes[0] != TP_PAIRED)
        return false;
    cr_noise_split(&h->hs, &first, &second);
    sure(!cr_cipher_open(&second, NULL, 0, f->bytes + 1, f->len - 1u, none));
    h->bond = (struct tp_bond){.used = 1};
    tp_bond_derive(&h->bond, &h->hs, &h->controls);
    memcpy(h->implant, h->hs.rs, CR_DH_LEN);
    return true;
}

bool hand_pair(struct hand *h)
{
    uint8_t one[TP_PAIR_1_LEN], three[TP_PAIR_3_LEN];
    hand_pair_1(h, one);
    bed_hear(h->bed, EP_NEAR, one, sizeof one);
    if (!hand_pair_3(h, three))
        return false;
    bed_hear(h->bed, EP_NEAR, three, sizeof three);
    return hand_paired(h);
}

void hand_intent_ask(struct hand *h, uint8_t nonce[TP_TOKEN_LEN],
                     uint8_t out[TP_INTENT_ASK_LEN])
{
    out[0] = TP_INTENT_ASK;
    cr_stream_fill(&h->rng, nonce, TP_TOKEN_LEN);
    memcpy(out + 1, nonce, TP_TOKEN_LEN);
    tp_intent_ask_mac(out + 1 + TP_TOKEN_LEN, &h->bond, nonce);
}

bool hand_intent(struct hand *h)
{
    uint8_t nonce[TP_TOKEN_LEN], ask[TP_INTENT_ASK_LEN], key[CR_KEY_LEN];
    uint8_t proof[TP_INTENT_PROOF_LEN] = {TP_INTENT_PROOF};
    hand_intent_ask(h, nonce, ask);
    bed_hear(h->bed, EP_NEAR, ask, sizeof ask);
    const struct ep_frame *f = bed_sent(h->bed, EP_NEAR);
    if (!f || f->bytes[0] != TP_INTENT_CHALLENGE)
        return false;
    tp_intent_proof(proof + 1, &h->bond, nonce, f->bytes + 1);
    tp_intent_key(key, &h->bond, nonce, f->bytes + 1);
    bed_hear(h->bed, EP_NEAR, proof, sizeof proof);
    f = bed_sent(h->bed, EP_NEAR);
    if (!f || f->len != TP_INTENT_TOKEN_LEN || f->bytes[0] != TP_INTENT_TOKEN)
        return false;
    sure(!cr_open(h->token, key, 0, NULL, 0, f->bytes + 1, f->len - 1u));
    h->have_token = true;
    return true;
}

// --- from asleep to open ---------------------------------------------------------

void hand_wake_frame(struct hand *h, uint32_t counter, uint8_t purpose,
                     uint8_t out[TP_WAKE_LEN])
{
    struct tp_wake w;
    cr_stream_fill(&h->rng, w.nonce, TP_NONCE_LEN);
    memcpy(h->wake_nonce, w.nonce, TP_NONCE_LEN);
    h->purpose = purpose;
    h->bond.wake_counter = counter;
    tp_wake_seal(&w, &h->bond, counter, purpose, &h->controls);
    tp_wake_build(&w, out);
}

bool hand_wake(struct hand *h, uint8_t purpose)
{
    uint8_t frame[TP_WAKE_LEN], mac[TP_MAC_LEN];
    hand_wake_frame(h, h->bond.wake_counter + 1, purpose, frame);
    bed_hear(h->bed, EP_RF, frame, sizeof frame);
    const struct ep_frame *f = bed_sent(h->bed, EP_RF);
    if (!f || f->len != TP_AWAKE_LEN || f->bytes[0] != TP_AWAKE)
        return false;
    tp_awake_mac(mac, &h->bond, h->wake_nonce, h->bond.wake_counter);
    return memcmp(mac, f->bytes + 1, sizeof mac) == 0;
}

void hand_hello_frame(struct hand *h, uint8_t out[TP_HELLO_LEN])
{
    uint8_t psk[1][CR_KEY_LEN];
    size_t n;
    struct tp_hello hello = {.versions = h->versions};
    struct tp_handshake_terms terms = {.versions = h->versions,
                                       .wake_counter = h->bond.wake_counter,
                                       .purpose = h->purpose};
    bool intent = h->purpose == EP_THERAPY && h->have_token;
    tp_bond_psk(psk[0], &h->bond, intent ? h->token : NULL, &h->controls);
    struct cr_noise_keys keys = {.s_priv = h->s_priv,
                                 .rs = h->implant,
                                 .psk = (const uint8_t(*)[CR_KEY_LEN])psk,
                                 .psk_count = 1};
    sure(!tp_handshake_initiate(&h->hs, &terms, &keys, &h->controls));
    sure(!cr_noise_write(&h->hs, cr_stream_rng(&h->rng), NULL, 0, hello.noise,
                         TP_NOISE_1, &n));
    tp_hello_mac(hello.mac, &h->bond, h->bond.wake_counter, &hello);
    tp_hello_build(&hello, out);
}

bool hand_read_reply(struct hand *h)
{
    size_t n;
    const struct ep_frame *f = bed_sent(h->bed, EP_RF);
    return f && f->len == TP_REPLY_LEN && f->bytes[0] == TP_REPLY &&
           !cr_noise_read(&h->hs, f->bytes + 1, f->len - 1u, &h->version, 1, &n);
}

bool hand_hello(struct hand *h)
{
    uint8_t frame[TP_HELLO_LEN];
    hand_hello_frame(h, frame);
    bed_hear(h->bed, EP_RF, frame, sizeof frame);
    return hand_read_reply(h);
}

void hand_proof_frame(struct hand *h, uint8_t out[TP_PROOF_LEN])
{
    uint8_t cert[TP_CERT_LEN];
    size_t n;
    tp_certificate_build(&h->cert, cert);
    out[0] = TP_PROOF;
    sure(!cr_noise_write(&h->hs, cr_stream_rng(&h->rng), cert, sizeof cert, out + 1,
                         TP_PROOF_LEN - 1, &n));
    uint16_t limit = h->bed->config.rekey_after;
    h->ch.limit = limit ? limit : TP_REKEY_DEFAULT;
    tp_channel_open(&h->ch, &h->hs, &h->bond, false, &h->controls);
}

bool hand_proof(struct hand *h)
{
    uint8_t frame[TP_PROOF_LEN];
    hand_proof_frame(h, frame);
    bed_hear(h->bed, EP_RF, frame, sizeof frame);
    return hand_take(h) && h->answer.opcode == TP_OP_OPENED;
}

bool hand_open(struct hand *h, uint8_t purpose)
{
    return hand_wake(h, purpose) && hand_hello(h) && hand_proof(h);
}

// --- in a session ----------------------------------------------------------------

size_t hand_record(struct hand *h, uint8_t type, uint16_t opcode, const uint8_t *args,
                   size_t len, uint8_t out[TP_RECORD_MAX])
{
    uint8_t body[TP_BODY_MAX];
    size_t n, frame_len;
    struct tp_request q = {
        .request = h->request, .opcode = opcode, .args = args, .len = (uint8_t)len};
    memcpy(q.ticket, h->ticket, TP_TICKET_LEN);
    sure(!tp_request_build(&q, h->version != TP_VERSION_1, body, &n));
    sure(!tp_channel_seal(&h->ch, type, body, n, out, &frame_len, &h->controls));
    return frame_len;
}

bool hand_take(struct hand *h)
{
    const struct ep_frame *f = bed_sent(h->bed, EP_RF);
    if (!f || tp_channel_take(&h->ch, f->bytes, f->len, &h->opened, &h->controls) ||
        tp_response_parse(h->opened.body, h->opened.len, &h->answer))
        return false;
    memcpy(h->ticket, h->answer.ticket, TP_TICKET_LEN);
    return true;
}

static int ask_as(struct hand *h, uint8_t type, uint16_t opcode, const uint8_t *args,
                  size_t len)
{
    uint8_t frame[TP_RECORD_MAX];
    h->request = h->request == UINT8_MAX ? 1 : h->request + 1;
    size_t n = hand_record(h, type, opcode, args, len, frame);
    bed_hear(h->bed, EP_RF, frame, n);
    bool answered =
        hand_take(h) && h->answer.request == h->request && h->answer.opcode == opcode;
    return answered ? h->answer.status : -1;
}

int hand_ask(struct hand *h, uint16_t opcode, const uint8_t *args, size_t len)
{
    return ask_as(h, TP_RECORD, opcode, args, len);
}

int hand_rehearse(struct hand *h, uint16_t opcode, const uint8_t *args, size_t len)
{
    return ask_as(h, TP_REHEARSAL, opcode, args, len);
}

int hand_propose(struct hand *h, struct tp_therapy t)
{
    uint8_t args[2 + TP_THERAPY_LEN] = {TP_OP_THERAPY};
    tp_therapy_build(&t, args + 2);
    return hand_ask(h, TP_OP_PROPOSE, args, sizeof args);
}

int hand_confirm(struct hand *h)
{
    uint8_t digest[TP_DIGEST_LEN] = {0};
    if (h->answer.len == TP_TICKET_LEN + TP_DIGEST_LEN)
        memcpy(digest, h->answer.data + TP_TICKET_LEN, sizeof digest);
    return hand_ask(h, TP_OP_CONFIRM, digest, sizeof digest);
}

int hand_write(struct hand *h, struct tp_therapy t)
{
    int status = hand_propose(h, t);
    return status == TP_STATUS_PROPOSED ? hand_confirm(h) : status;
}
