// hash.c - SHA-256, HMAC, HKDF; comparing and wiping

#include <assert.h>
#include <crypto/hash.h>
#include <sodium.h>
#include <string.h>

void cr_sha256(uint8_t out[CR_HASH_LEN], const uint8_t *in, size_t len)
{
    crypto_hash_sha256(out, in, len);
}

void cr_blake2b256(uint8_t out[CR_BLAKE2B_LEN], const uint8_t *in, size_t len)
{
    crypto_generichash_blake2b(out, CR_BLAKE2B_LEN, in, len, NULL, 0);
}

void cr_hmac256(uint8_t out[CR_HASH_LEN], const uint8_t *key, size_t key_len,
                const uint8_t *in, size_t len)
{
    crypto_auth_hmacsha256_state st;
    crypto_auth_hmacsha256_init(&st, key_len ? key : (const uint8_t *)"", key_len);
    crypto_auth_hmacsha256_update(&st, in, len);
    crypto_auth_hmacsha256_final(&st, out);
    sodium_memzero(&st, sizeof st);
}

// NOLINTNEXTLINE(readability-function-size): as many parameters as the header has
void cr_hkdf256(uint8_t *out, size_t out_len, const uint8_t *ikm, size_t ikm_len,
                const uint8_t *salt, size_t salt_len, const uint8_t *info,
                size_t info_len)
{
    assert(out_len <= CR_HKDF_MAX);
    uint8_t prk[CR_HASH_LEN], block[CR_HASH_LEN];
    crypto_auth_hmacsha256_state keyed, st;

    // An absent salt is one hash length of zeroes (RFC 5869, 2.2), and HMAC pads
    // a short key with zeroes: an empty key is the same key.
    cr_hmac256(prk, salt, salt_len, ikm, ikm_len);
    crypto_auth_hmacsha256_init(&keyed, prk, sizeof prk);

    uint8_t counter = 1;
    for (size_t done = 0; done < out_len; counter++) {
        size_t n = out_len - done < CR_HASH_LEN ? out_len - done : CR_HASH_LEN;
        st = keyed;
        if (counter > 1)
            crypto_auth_hmacsha256_update(&st, block, sizeof block);
        crypto_auth_hmacsha256_update(&st, info, info_len);
        crypto_auth_hmacsha256_update(&st, &counter, 1);
        crypto_auth_hmacsha256_final(&st, block);
        memcpy(out + done, block, n);
        done += n;
    }

    sodium_memzero(prk, sizeof prk);
    sodium_memzero(block, sizeof block);
    sodium_memzero(&keyed, sizeof keyed);
    sodium_memzero(&st, sizeof st);
}

bool cr_equal(const uint8_t *a, const uint8_t *b, size_t n)
{
    return sodium_memcmp(a, b, n) == 0;
}

void cr_wipe(void *p, size_t n)
{
    sodium_memzero(p, n);
}
