#include <assert.h>
#include <cmd/floor.h>
#include <crypto/aead.h>
#include <stdint.h>
#include <string.h>

// The functions of libsodium that a session uses, with the types that its headers
// give them; states are opaque here.
// clang-format off
#define PUBLIC_KEY(X)                                                                  \
    X(crypto_scalarmult_curve25519, int,                                               \
      (uint8_t *q, const uint8_t *n, const uint8_t *p), (q, n, p), 0,                  \
      (out, key, point))                                                               \
    X(crypto_scalarmult_curve25519_base, int, (uint8_t *q, const uint8_t *n), (q, n),  \
      0, (out, key))                                                                   \
    X(crypto_sign_ed25519_verify_detached, int,                                        \
      (const uint8_t *sig, const uint8_t *m, unsigned long long len,                   \
       const uint8_t *pk), (sig, m, len, pk), len, (signature, in, len, signer))

#define SYMMETRIC(X)                                                                   \
    X(crypto_aead_chacha20poly1305_ietf_encrypt, int,                                  \
      (uint8_t *c, unsigned long long *clen, const uint8_t *m, unsigned long long len, \
       const uint8_t *ad, unsigned long long adlen, const uint8_t *nsec,               \
       const uint8_t *npub, const uint8_t *k),                                         \
      (c, clen, m, len, ad, adlen, nsec, npub, k), len,                                \
      (out, NULL, in, len, in, 32, NULL, key, key))                                    \
    X(crypto_aead_chacha20poly1305_ietf_decrypt_detached, int,                         \
      (uint8_t *m, uint8_t *nsec, const uint8_t *c, unsigned long long len,            \
       const uint8_t *mac, const uint8_t *ad, unsigned long long adlen,                \
       const uint8_t *npub, const uint8_t *k),                                         \
      (m, nsec, c, len, mac, ad, adlen, npub, k), len,                                 \
      (out, NULL, sealed(len), len, sealed(len) + len, in, 32, key, key))              \
    X(crypto_auth_hmacsha256_init, int, (void *s, const uint8_t *k, size_t len),       \
      (s, k, len), len, (state, key, len))                                             \
    X(crypto_auth_hmacsha256_update, int,                                              \
      (void *s, const uint8_t *m, unsigned long long len), (s, m, len), len,           \
      (state, in, len))                                                                \
    X(crypto_auth_hmacsha256_final, int, (void *s, uint8_t *o), (s, o), 0,             \
      (state, out))                                                                    \
    X(crypto_hash_sha256_init, int, (void *s), (s), 0, (state))                        \
    X(crypto_hash_sha256_update, int,                                                  \
      (void *s, const uint8_t *m, unsigned long long len), (s, m, len), len,           \
      (state, in, len))                                                                \
    X(crypto_hash_sha256_final, int, (void *s, uint8_t *o), (s, o), 0, (state, out))   \
    X(crypto_hash_sha256, int,                                                         \
      (uint8_t *o, const uint8_t *m, unsigned long long len), (o, m, len), len,        \
      (out, in, len))                                                                  \
    X(crypto_stream_chacha20_xor_ic, int,                                              \
      (uint8_t *c, const uint8_t *m, unsigned long long len, const uint8_t *n,         \
       uint64_t ic, const uint8_t *k), (c, m, len, n, ic, k), len,                     \
      (out, in, len, key, 0, key))                                                     \
    X(sodium_memcmp, int, (const void *a, const void *b, size_t len), (a, b, len),     \
      len, (in, out, len))
// clang-format on

enum call_kind {
#define X(name, ret, params, args, len, bare) KIND_##name,
    PUBLIC_KEY(X) FIRST_SYMMETRIC,
    BEFORE_SYMMETRIC = FIRST_SYMMETRIC - 1,
    SYMMETRIC(X)
#undef X
        WIPE
};

enum { CALLS_MAX = 4096, BYTES_MAX = 4096 };

static struct {
    bool on;
    size_t count, public_key;
    struct {
        uint16_t kind, len;
    } calls[CALLS_MAX];
} list;

static void note(enum call_kind kind, size_t len)
{
    if (!list.on || list.count == CALLS_MAX)
        return;
    assert(len <= BYTES_MAX);
    list.calls[list.count].kind = (uint16_t)kind;
    list.calls[list.count].len = (uint16_t)len;
    list.count++;
    list.public_key += kind < FIRST_SYMMETRIC;
}

// NOLINTBEGIN(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp)
// NOLINTBEGIN(readability-function-size): libsodium's signatures
// The linker sends calls of NAME to __wrap_NAME and those of __real_NAME to NAME.
#define X(name, ret, params, args, length, bare)                                       \
    ret __real_##name params;                                                          \
    ret __wrap_##name params;                                                          \
    ret __wrap_##name params                                                           \
    {                                                                                  \
        note(KIND_##name, (size_t)(length));                                           \
        return __real_##name args;                                                     \
    }
PUBLIC_KEY(X)
SYMMETRIC(X)
#undef X

void __real_sodium_memzero(void *p, size_t len);
void __wrap_sodium_memzero(void *p, size_t len);
void __wrap_sodium_memzero(void *p, size_t len)
{
    note(WIPE, len);
    __real_sodium_memzero(p, len);
}

// NOLINTEND(readability-function-size)
// NOLINTEND(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp)

void hx_floor_record(void)
{
    list.count = 0;
    list.public_key = 0;
    list.on = true;
}

size_t hx_floor_stop(size_t *public_key)
{
    list.on = false;
    *public_key = list.public_key;
    return list.count;
}

static _Alignas(64) uint8_t out[2 * BYTES_MAX], in[BYTES_MAX], state[1024];
static uint8_t sealed_bytes[BYTES_MAX + 16], signature[64];
static const uint8_t key[64] = {9, 8, 7, 6}, point[32] = {9}, signer[32] = {1};
static size_t sealed_len = SIZE_MAX;

// A text of a length that really opens, for opening one that does not is cheaper.
static const uint8_t *sealed(size_t len)
{
    if (sealed_len != len) {
        __real_crypto_aead_chacha20poly1305_ietf_encrypt(sealed_bytes, NULL, in, len,
                                                         in, 32, NULL, key, key);
        sealed_len = len;
    }
    return sealed_bytes;
}

static void run_one(enum call_kind kind, size_t len)
{
    switch ((int)kind) {
#define X(name, ret, params, args, length, bare)                                       \
    case KIND_##name:                                                                  \
        (void)__real_##name bare;                                                      \
        break;
        PUBLIC_KEY(X)
        SYMMETRIC(X)
#undef X
    default:
        __real_sodium_memzero(state, len < sizeof state ? len : sizeof state);
    }
}

void hx_floor_run(bool public_key_only)
{
    for (size_t i = 0; i < list.count; i++)
        if (!public_key_only || list.calls[i].kind < FIRST_SYMMETRIC)
            run_one((enum call_kind)list.calls[i].kind, list.calls[i].len);
}
