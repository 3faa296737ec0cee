// noise_symmetric.c - Noise's cipher state and symmetric state, for each hash
//
// HMAC-BLAKE2b is spelled out here (block of 128 bytes, RFC 2104): libsodium has
// none, and BLAKE2b's own keyed mode is something else.

#include "noise_internal.h"
#include <crypto/hash.h>
#include <sodium.h>

enum { SHA256_LEN = 32, SHA512_LEN = 64, BLAKE2B_LEN = 64, BLAKE2B_BLOCK_LEN = 128 };

struct hmac_blake2b {
    crypto_generichash_blake2b_state inner, outer;
};

struct hmac {
    enum cr_noise_hash hash;
    union {
        crypto_auth_hmacsha256_state sha256;
        crypto_auth_hmacsha512_state sha512;
        struct hmac_blake2b blake2b;
    };
};

size_t cr_sym_hash_len(enum cr_noise_hash hash)
{
    return hash == CR_NOISE_SHA256 ? SHA256_LEN : SHA512_LEN;
}

// Hashes a and then b. out may be a or b. What is hashed may come from a psk.
static void hash_both(enum cr_noise_hash hash, uint8_t *out, struct rd a, struct rd b)
{
    union {
        crypto_hash_sha256_state sha256;
        crypto_hash_sha512_state sha512;
        crypto_generichash_blake2b_state blake2b;
    } st;
    switch (hash) {
    case CR_NOISE_SHA256:
        crypto_hash_sha256_init(&st.sha256);
        crypto_hash_sha256_update(&st.sha256, a.at, a.left);
        crypto_hash_sha256_update(&st.sha256, b.at, b.left);
        crypto_hash_sha256_final(&st.sha256, out);
        break;
    case CR_NOISE_SHA512:
        crypto_hash_sha512_init(&st.sha512);
        crypto_hash_sha512_update(&st.sha512, a.at, a.left);
        crypto_hash_sha512_update(&st.sha512, b.at, b.left);
        crypto_hash_sha512_final(&st.sha512, out);
        break;
    case CR_NOISE_BLAKE2B:
        crypto_generichash_blake2b_init(&st.blake2b, NULL, 0, BLAKE2B_LEN);
        crypto_generichash_blake2b_update(&st.blake2b, a.at, a.left);
        crypto_generichash_blake2b_update(&st.blake2b, b.at, b.left);
        crypto_generichash_blake2b_final(&st.blake2b, out, BLAKE2B_LEN);
        break;
    }
    cr_wipe(&st, sizeof st);
}

static void hmac_blake2b_init(struct hmac_blake2b *m, const uint8_t *key, size_t len)
{
    uint8_t pad[BLAKE2B_BLOCK_LEN] = {0};
    memcpy(pad, key, len);
    for (size_t i = 0; i < sizeof pad; i++)
        pad[i] ^= 0x36;
    crypto_generichash_blake2b_init(&m->inner, NULL, 0, BLAKE2B_LEN);
    crypto_generichash_blake2b_update(&m->inner, pad, sizeof pad);

    for (size_t i = 0; i < sizeof pad; i++)
        pad[i] ^= 0x36 ^ 0x5c;
    crypto_generichash_blake2b_init(&m->outer, NULL, 0, BLAKE2B_LEN);
    crypto_generichash_blake2b_update(&m->outer, pad, sizeof pad);
    cr_wipe(pad, sizeof pad);
}

static void hmac_blake2b_final(struct hmac_blake2b *m, uint8_t *out)
{
    uint8_t digest[BLAKE2B_LEN];
    crypto_generichash_blake2b_final(&m->inner, digest, sizeof digest);
    crypto_generichash_blake2b_update(&m->outer, digest, sizeof digest);
    crypto_generichash_blake2b_final(&m->outer, out, BLAKE2B_LEN);
    cr_wipe(digest, sizeof digest);
}

// key is one hash length: a chaining key, or a key drawn from one.
static void hmac_init(struct hmac *m, enum cr_noise_hash hash, const uint8_t *key)
{
    m->hash = hash;
    switch (hash) {
    case CR_NOISE_SHA256:
        crypto_auth_hmacsha256_init(&m->sha256, key, SHA256_LEN);
        break;
    case CR_NOISE_SHA512:
        crypto_auth_hmacsha512_init(&m->sha512, key, SHA512_LEN);
        break;
    case CR_NOISE_BLAKE2B:
        hmac_blake2b_init(&m->blake2b, key, BLAKE2B_LEN);
        break;
    }
}

static void hmac_update(struct hmac *m, const uint8_t *in, size_t len)
{
    switch (m->hash) {
    case CR_NOISE_SHA256:
        crypto_auth_hmacsha256_update(&m->sha256, in, len);
        break;
    case CR_NOISE_SHA512:
        crypto_auth_hmacsha512_update(&m->sha512, in, len);
        break;
    case CR_NOISE_BLAKE2B:
        crypto_generichash_blake2b_update(&m->blake2b.inner, in, len);
        break;
    }
}

static void hmac_final(struct hmac *m, uint8_t *out)
{
    switch (m->hash) {
    case CR_NOISE_SHA256:
        crypto_auth_hmacsha256_final(&m->sha256, out);
        break;
    case CR_NOISE_SHA512:
        crypto_auth_hmacsha512_final(&m->sha512, out);
        break;
    case CR_NOISE_BLAKE2B:
        hmac_blake2b_final(&m->blake2b, out);
        break;
    }
}

// HKDF of section 4.3: count outputs of one hash length each, from ck and ikm.
static void hkdf(enum cr_noise_hash hash, const uint8_t *ck, struct rd ikm,
                 uint8_t out[][CR_NOISE_HASH_MAX], uint8_t count)
{
    struct hmac keyed, m;
    uint8_t temp_key[CR_NOISE_HASH_MAX];
    hmac_init(&m, hash, ck);
    hmac_update(&m, ikm.at, ikm.left);
    hmac_final(&m, temp_key);

    hmac_init(&keyed, hash, temp_key);
    for (uint8_t i = 0; i < count; i++) {
        const uint8_t nth = (uint8_t)(i + 1);
        m = keyed;
        if (i > 0)
            hmac_update(&m, out[i - 1], cr_sym_hash_len(hash));
        hmac_update(&m, &nth, 1);
        hmac_final(&m, out[i]);
    }
    cr_wipe(&keyed, sizeof keyed);
    cr_wipe(&m, sizeof m);
    cr_wipe(temp_key, sizeof temp_key);
}

static void cipher_start(struct cr_cipher *c, const uint8_t *key)
{
    memcpy(c->key, key, sizeof c->key);
    c->nonce = 0;
    c->keyed = true;
}

void cr_sym_start(struct cr_noise_symmetric *s, enum cr_noise_hash hash,
                  const char *name)
{
    const struct rd text = rd_of((const uint8_t *)name, strlen(name));
    const struct rd nothing = rd_of(NULL, 0);
    memset(s, 0, sizeof *s);
    if (text.left <= cr_sym_hash_len(hash))
        memcpy(s->h, name, text.left);
    else
        hash_both(hash, s->h, text, nothing);
    memcpy(s->ck, s->h, sizeof s->ck);
}

void cr_sym_mix_hash(struct cr_noise_symmetric *s, enum cr_noise_hash hash,
                     const uint8_t *data, size_t len)
{
    hash_both(hash, s->h, rd_of(s->h, cr_sym_hash_len(hash)), rd_of(data, len));
}

void cr_sym_mix_key(struct cr_noise_symmetric *s, enum cr_noise_hash hash,
                    const uint8_t *ikm, size_t len)
{
    uint8_t out[2][CR_NOISE_HASH_MAX];
    hkdf(hash, s->ck, rd_of(ikm, len), out, 2);
    memcpy(s->ck, out[0], cr_sym_hash_len(hash));
    cipher_start(&s->cipher, out[1]);
    cr_wipe(out, sizeof out);
}

void cr_sym_mix_key_and_hash(struct cr_noise_symmetric *s, enum cr_noise_hash hash,
                             const uint8_t psk[CR_KEY_LEN])
{
    uint8_t out[3][CR_NOISE_HASH_MAX];
    hkdf(hash, s->ck, rd_of(psk, CR_KEY_LEN), out, 3);
    memcpy(s->ck, out[0], cr_sym_hash_len(hash));
    cr_sym_mix_hash(s, hash, out[1], cr_sym_hash_len(hash));
    cipher_start(&s->cipher, out[2]);
    cr_wipe(out, sizeof out);
}

void cr_sym_seal(struct cr_noise_symmetric *s, enum cr_noise_hash hash,
                 const uint8_t *in, size_t len, struct wr *w)
{
    size_t sealed_len = len + (s->cipher.keyed ? CR_TAG_LEN : 0);
    if (w->bad || sealed_len > w->left) {
        w->bad = true;
        return;
    }
    cr_cipher_seal(&s->cipher, s->h, cr_sym_hash_len(hash), in, len, w->at);
    cr_sym_mix_hash(s, hash, w->at, sealed_len);
    w->at += sealed_len;
    w->left -= sealed_len;
    w->done += sealed_len;
}

enum cr_err cr_sym_open(struct cr_noise_symmetric *s, enum cr_noise_hash hash,
                        const uint8_t *in, size_t len, uint8_t *out)
{
    enum cr_err e =
        cr_cipher_open(&s->cipher, s->h, cr_sym_hash_len(hash), in, len, out);
    if (e == CR_OK)
        cr_sym_mix_hash(s, hash, in, len);
    return e;
}

void cr_sym_split(const struct cr_noise_symmetric *s, enum cr_noise_hash hash,
                  struct cr_cipher *first, struct cr_cipher *second)
{
    uint8_t out[2][CR_NOISE_HASH_MAX];
    hkdf(hash, s->ck, rd_of(NULL, 0), out, 2);
    cipher_start(first, out[0]);
    cipher_start(second, out[1]);
    cr_wipe(out, sizeof out);
}

void cr_cipher_seal(struct cr_cipher *c, const uint8_t *ad, size_t ad_len,
                    const uint8_t *in, size_t len, uint8_t *out)
{
    if (!c->keyed) {
        if (len > 0)
            memmove(out, in, len);
        return;
    }
    assert(c->nonce != UINT64_MAX); // reserved, section 5.1
    cr_seal(out, c->key, c->nonce, ad, ad_len, in, len);
    c->nonce++;
}

enum cr_err cr_cipher_open(struct cr_cipher *c, const uint8_t *ad, size_t ad_len,
                           const uint8_t *in, size_t len, uint8_t *out)
{
    if (!c->keyed) {
        if (len > 0)
            memmove(out, in, len);
        return CR_OK;
    }
    if (c->nonce == UINT64_MAX)
        return CR_E_AUTH;
    enum cr_err e = cr_open(out, c->key, c->nonce, ad, ad_len, in, len);
    if (e == CR_OK)
        c->nonce++;
    return e;
}
