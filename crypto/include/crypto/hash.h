// hash.h - SHA-256, its HMAC and HKDF; BLAKE2b; comparing and wiping secrets
//
// The protocol uses one hash throughout, SHA-256: the one its Noise suite uses. Images
// of software, which are long and hashed by whole devices' makers, have BLAKE2b.

#ifndef CRYPTO_HASH_H
#define CRYPTO_HASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CR_HASH_LEN = 32, CR_BLAKE2B_LEN = 32, CR_HKDF_MAX = 255 * CR_HASH_LEN };

void cr_sha256(uint8_t out[CR_HASH_LEN], const uint8_t *in, size_t len);

// BLAKE2b (RFC 7693) with an output of 32 bytes, no key.
void cr_blake2b256(uint8_t out[CR_BLAKE2B_LEN], const uint8_t *in, size_t len);

// HMAC-SHA-256 (RFC 2104), any key length.
void cr_hmac256(uint8_t out[CR_HASH_LEN], const uint8_t *key, size_t key_len,
                const uint8_t *in, size_t len);

// HKDF-SHA-256 (RFC 5869): extract with salt, expand with info to out_len bytes.
// out_len is at most CR_HKDF_MAX. Salt or info may be NULL with length 0.
void cr_hkdf256(uint8_t *out, size_t out_len, const uint8_t *ikm, size_t ikm_len,
                const uint8_t *salt, size_t salt_len, const uint8_t *info,
                size_t info_len);

// True if the n bytes are equal, in time that depends on n alone.
bool cr_equal(const uint8_t *a, const uint8_t *b, size_t n);

// Overwrites n bytes with zeroes; the compiler does not remove it.
void cr_wipe(void *p, size_t n);

#endif
