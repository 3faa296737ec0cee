// sign.h - Ed25519 (RFC 8032)

#ifndef CRYPTO_SIGN_H
#define CRYPTO_SIGN_H

#include <crypto/err.h>
#include <stddef.h>
#include <stdint.h>

enum {
    CR_SIGN_SEED_LEN = 32,
    CR_SIGN_PUBLIC_LEN = 32,
    CR_SIGN_SECRET_LEN = 64,
    CR_SIGNATURE_LEN = 64
};

void cr_sign_keypair(const uint8_t seed[CR_SIGN_SEED_LEN],
                     uint8_t pub[CR_SIGN_PUBLIC_LEN],
                     uint8_t secret[CR_SIGN_SECRET_LEN]);

void cr_sign(uint8_t sig[CR_SIGNATURE_LEN], const uint8_t secret[CR_SIGN_SECRET_LEN],
             const uint8_t *msg, size_t len);

// Fails  CR_E_AUTH if sig is not pub's signature of msg.
CR_MUST_CHECK enum cr_err cr_verify(const uint8_t sig[CR_SIGNATURE_LEN],
                                    const uint8_t pub[CR_SIGN_PUBLIC_LEN],
                                    const uint8_t *msg, size_t len);

#endif
