// aead.h - ChaCha20-Poly1305 with 64-bit nonces, as Noise forms them
//
// The 12-byte IETF nonce is four zero bytes and then the nonce as 64 bits,
// little-endian (Noise specification, revision 34, section 12.3).

#ifndef CRYPTO_AEAD_H
#define CRYPTO_AEAD_H

#include <crypto/err.h>
#include <stddef.h>
#include <stdint.h>

enum { CR_KEY_LEN = 32, CR_TAG_LEN = 16 };

// Seals in[0..len) to out[0..len + CR_TAG_LEN): ciphertext, then tag. out may
// be in.
void cr_seal(uint8_t *out, const uint8_t key[CR_KEY_LEN], uint64_t nonce,
             const uint8_t *ad, size_t ad_len, const uint8_t *in, size_t len);

// Opens in[0..len), len counting the tag, to out[0..len - CR_TAG_LEN). out may
// be in.
//
// Fails  CR_E_SPACE if len < CR_TAG_LEN; CR_E_AUTH if the tag does not hold.
//        Nothing is written to out in either case.
CR_MUST_CHECK enum cr_err cr_open(uint8_t *out, const uint8_t key[CR_KEY_LEN],
                                  uint64_t nonce, const uint8_t *ad, size_t ad_len,
                                  const uint8_t *in, size_t len);

// Applies the keystream that cr_seal would use, without a tag: what is left of
// an AEAD when its authentication is taken away. out may be in.
void cr_keystream_xor(uint8_t *out, const uint8_t key[CR_KEY_LEN], uint64_t nonce,
                      const uint8_t *in, size_t len);

#endif
