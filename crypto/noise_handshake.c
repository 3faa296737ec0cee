// noise_handshake.c - runs the steps of a compiled pattern
//
// One small function a token. Both directions work on a copy of the handshake
// and commit it only when the whole message went well, so that a forged or
// mangled message changes nothing.

#include "noise_internal.h"
#include <crypto/hash.h>

static const uint8_t *pub_or_null(bool have, const uint8_t *pub)
{
    return have ? pub : NULL;
}

static void mix_hash(struct cr_noise_handshake *hs, const uint8_t *data, size_t len)
{
    cr_sym_mix_hash(&hs->symmetric, hs->protocol.hash, data, len);
}

static void mix_key(struct cr_noise_handshake *hs, const uint8_t *ikm, size_t len)
{
    cr_sym_mix_key(&hs->symmetric, hs->protocol.hash, ikm, len);
}

// Pre-messages: both sides hash what both know already.
static enum cr_err mix_known(struct cr_noise_handshake *hs, bool initiators)
{
    bool mine = initiators == hs->initiator;
    const uint8_t *pub =
        mine ? pub_or_null(hs->have_s, hs->s_pub) : pub_or_null(hs->have_rs, hs->rs);
    if (!pub)
        return CR_E_KEY;
    mix_hash(hs, pub, CR_DH_LEN);
    hs->step++;
    return CR_OK;
}

static enum cr_err mix_all_known(struct cr_noise_handshake *hs)
{
    enum cr_err e = CR_OK;
    const uint8_t *steps = hs->protocol.steps;
    while (e == CR_OK && steps[hs->step] <= STEP_KNOWN_RESPONDER)
        e = mix_known(hs, steps[hs->step] == STEP_KNOWN_INITIATOR);
    return e;
}

static void take_keys(struct cr_noise_handshake *hs, const struct cr_noise_keys *keys)
{
    if (keys->s_priv) {
        memcpy(hs->s_priv, keys->s_priv, CR_DH_LEN);
        cr_dh_public(hs->s_priv, hs->s_pub);
        hs->have_s = true;
    }
    if (keys->rs) {
        memcpy(hs->rs, keys->rs, CR_DH_LEN);
        hs->have_rs = true;
    }
    for (size_t i = 0; i < keys->psk_count; i++)
        memcpy(hs->psk[i], keys->psk[i], CR_KEY_LEN);
}

// NOLINTNEXTLINE(readability-function-size): as many parameters as the header has
enum cr_err cr_noise_start(struct cr_noise_handshake *hs,
                           const struct cr_noise_protocol *protocol, const char *name,
                           bool initiator, const uint8_t *prologue, size_t prologue_len,
                           const struct cr_noise_keys *keys)
{
    memset(hs, 0, sizeof *hs);
    if (keys->psk_count != protocol->psk_count)
        return CR_E_KEY;

    hs->protocol = *protocol;
    hs->initiator = initiator;
    take_keys(hs, keys);
    cr_sym_start(&hs->symmetric, protocol->hash, name);
    mix_hash(hs, prologue, prologue_len);
    enum cr_err e = mix_all_known(hs);
    if (e != CR_OK)
        cr_wipe(hs, sizeof *hs);
    return e;
}

void cr_noise_set_psk(struct cr_noise_handshake *hs, size_t i,
                      const uint8_t psk[CR_KEY_LEN])
{
    assert(i < hs->protocol.psk_count);
    memcpy(hs->psk[i], psk, CR_KEY_LEN);
}

static void mix_e(struct cr_noise_handshake *hs, const uint8_t *pub)
{
    mix_hash(hs, pub, CR_DH_LEN);
    if (hs->protocol.psk_count > 0)
        mix_key(hs, pub, CR_DH_LEN);
}

static void write_e(struct cr_noise_handshake *hs, struct cr_rng rng, struct wr *w)
{
    cr_dh_generate(rng, hs->e_priv, hs->e_pub);
    hs->have_e = true;
    wr_put(w, hs->e_pub, CR_DH_LEN);
    mix_e(hs, hs->e_pub);
}

static void read_e(struct cr_noise_handshake *hs, struct rd *r)
{
    rd_get(r, hs->re, CR_DH_LEN);
    hs->have_re = true;
    mix_e(hs, hs->re);
}

static enum cr_err write_s(struct cr_noise_handshake *hs, struct wr *w)
{
    if (!hs->have_s)
        return CR_E_KEY;
    cr_sym_seal(&hs->symmetric, hs->protocol.hash, hs->s_pub, CR_DH_LEN, w);
    return CR_OK;
}

// A key that was known beforehand and is sent all the same must be that one.
static enum cr_err read_s(struct cr_noise_handshake *hs, struct rd *r)
{
    uint8_t pub[CR_DH_LEN];
    size_t len = CR_DH_LEN + (hs->symmetric.cipher.keyed ? CR_TAG_LEN : 0);
    const uint8_t *sealed = rd_take(r, len);
    if (!sealed)
        return CR_E_SPACE;
    enum cr_err e = cr_sym_open(&hs->symmetric, hs->protocol.hash, sealed, len, pub);
    if (e != CR_OK)
        return e;
    if (hs->have_rs && !cr_equal(hs->rs, pub, CR_DH_LEN))
        return CR_E_AUTH;
    memcpy(hs->rs, pub, CR_DH_LEN);
    hs->have_rs = true;
    return CR_OK;
}

static enum cr_err mix_dh(struct cr_noise_handshake *hs, const uint8_t *priv,
                          const uint8_t *pub)
{
    uint8_t product[CR_DH_LEN];
    enum cr_err e = priv && pub ? cr_dh(product, priv, pub) : CR_E_KEY;
    if (e == CR_OK)
        mix_key(hs, product, sizeof product);
    cr_wipe(product, sizeof product);
    return e;
}

static enum cr_err mix_own_e(struct cr_noise_handshake *hs, bool with_rs)
{
    return mix_dh(hs, pub_or_null(hs->have_e, hs->e_priv),
                  with_rs ? pub_or_null(hs->have_rs, hs->rs)
                          : pub_or_null(hs->have_re, hs->re));
}

static enum cr_err mix_own_s(struct cr_noise_handshake *hs, bool with_rs)
{
    return mix_dh(hs, pub_or_null(hs->have_s, hs->s_priv),
                  with_rs ? pub_or_null(hs->have_rs, hs->rs)
                          : pub_or_null(hs->have_re, hs->re));
}

// The first letter of a product is the initiator's key, the second the
// responder's.
static enum cr_err mix_product(struct cr_noise_handshake *hs, enum noise_step step)
{
    if (step == STEP_EE)
        return mix_own_e(hs, false);
    if (step == STEP_SS)
        return mix_own_s(hs, true);
    if ((step == STEP_ES) == hs->initiator)
        return mix_own_e(hs, true);
    return mix_own_s(hs, false);
}

static void mix_psk(struct cr_noise_handshake *hs)
{
    cr_sym_mix_key_and_hash(&hs->symmetric, hs->protocol.hash, hs->psk[hs->psk_next]);
    cr_wipe(hs->psk[hs->psk_next], CR_KEY_LEN);
    hs->psk_next++;
}

// Tokens that do the same whoever sends the message.
static enum cr_err mix_token(struct cr_noise_handshake *hs, enum noise_step step)
{
    if (step != STEP_PSK)
        return mix_product(hs, step);
    mix_psk(hs);
    return CR_OK;
}

static bool at_token(const struct cr_noise_handshake *hs)
{
    return hs->step < hs->protocol.step_count &&
           hs->protocol.steps[hs->step] > STEP_RESPONDER;
}

static enum cr_err write_tokens(struct cr_noise_handshake *hs, struct cr_rng rng,
                                struct wr *w)
{
    enum cr_err e = CR_OK;
    for (hs->step++; e == CR_OK && !w->bad && at_token(hs); hs->step++) {
        enum noise_step step = (enum noise_step)hs->protocol.steps[hs->step];
        if (step == STEP_E)
            write_e(hs, rng, w);
        else if (step == STEP_S)
            e = write_s(hs, w);
        else
            e = mix_token(hs, step);
    }
    return w->bad ? CR_E_SPACE : e;
}

static enum cr_err read_tokens(struct cr_noise_handshake *hs, struct rd *r)
{
    enum cr_err e = CR_OK;
    for (hs->step++; e == CR_OK && !r->bad && at_token(hs); hs->step++) {
        enum noise_step step = (enum noise_step)hs->protocol.steps[hs->step];
        if (step == STEP_E)
            read_e(hs, r);
        else if (step == STEP_S)
            e = read_s(hs, r);
        else
            e = mix_token(hs, step);
    }
    return r->bad ? CR_E_SPACE : e;
}

bool cr_noise_done(const struct cr_noise_handshake *hs)
{
    return hs->step >= hs->protocol.step_count;
}

bool cr_noise_my_turn(const struct cr_noise_handshake *hs)
{
    return !cr_noise_done(hs) && hs->protocol.steps[hs->step] ==
                                     (hs->initiator ? STEP_INITIATOR : STEP_RESPONDER);
}

// NOLINTNEXTLINE(readability-function-size): as many parameters as the header has
enum cr_err cr_noise_write(struct cr_noise_handshake *hs, struct cr_rng rng,
                           const uint8_t *payload, size_t payload_len, uint8_t *out,
                           size_t cap, size_t *out_len)
{
    if (!cr_noise_my_turn(hs))
        return CR_E_ORDER;
    if (payload_len > CR_NOISE_MESSAGE_MAX)
        return CR_E_SPACE;

    struct cr_noise_handshake next = *hs;
    struct wr w = wr_of(out, cap < CR_NOISE_MESSAGE_MAX ? cap : CR_NOISE_MESSAGE_MAX);
    enum cr_err e = write_tokens(&next, rng, &w);
    if (e != CR_OK)
        goto wipe;
    cr_sym_seal(&next.symmetric, next.protocol.hash, payload, payload_len, &w);
    if (w.bad) {
        e = CR_E_SPACE;
        goto wipe;
    }
    *hs = next;
    *out_len = w.done;
wipe:
    cr_wipe(&next, sizeof next);
    return e;
}

enum cr_err cr_noise_read(struct cr_noise_handshake *hs, const uint8_t *msg, size_t len,
                          uint8_t *payload, size_t cap, size_t *out_len)
{
    if (cr_noise_done(hs) || cr_noise_my_turn(hs))
        return CR_E_ORDER;
    if (len > CR_NOISE_MESSAGE_MAX)
        return CR_E_SPACE;

    struct cr_noise_handshake next = *hs;
    struct rd r = rd_of(msg, len);
    size_t tag_len = 0;
    enum cr_err e = read_tokens(&next, &r);
    if (e != CR_OK)
        goto wipe;

    tag_len = next.symmetric.cipher.keyed ? CR_TAG_LEN : 0;
    e = CR_E_SPACE;
    if (r.left < tag_len || r.left - tag_len > cap)
        goto wipe;
    e = cr_sym_open(&next.symmetric, next.protocol.hash, r.at, r.left, payload);
    if (e != CR_OK)
        goto wipe;
    *hs = next;
    *out_len = r.left - tag_len;
wipe:
    cr_wipe(&next, sizeof next);
    return e;
}

const uint8_t *cr_noise_hash(const struct cr_noise_handshake *hs)
{
    return hs->symmetric.h;
}

size_t cr_noise_hash_len(const struct cr_noise_handshake *hs)
{
    return cr_sym_hash_len(hs->protocol.hash);
}

void cr_noise_split(const struct cr_noise_handshake *hs, struct cr_cipher *first,
                    struct cr_cipher *second)
{
    cr_sym_split(&hs->symmetric, hs->protocol.hash, first, second);
}
