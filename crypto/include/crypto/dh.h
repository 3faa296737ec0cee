// dh.h - X25519 (RFC 7748), refusing public keys of low order

#ifndef CRYPTO_DH_H
#define CRYPTO_DH_H

#include <crypto/err.h>
#include <crypto/rng.h>

enum { CR_DH_LEN = 32 };

// Draws a private key from rng and computes its public key.
void cr_dh_generate(struct cr_rng rng, uint8_t priv[CR_DH_LEN], uint8_t pub[CR_DH_LEN]);

void cr_dh_public(const uint8_t priv[CR_DH_LEN], uint8_t pub[CR_DH_LEN]);

// Fails  CR_E_KEY if the shared value is all zero, that is, if pub is of low
//        order; out is then all zero.
CR_MUST_CHECK enum cr_err cr_dh(uint8_t out[CR_DH_LEN], const uint8_t priv[CR_DH_LEN],
                                const uint8_t pub[CR_DH_LEN]);

#endif
