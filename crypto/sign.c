// sign.c - Ed25519 over libsodium

#include <crypto/sign.h>
#include <sodium.h>

void cr_sign_keypair(const uint8_t seed[CR_SIGN_SEED_LEN],
                     uint8_t pub[CR_SIGN_PUBLIC_LEN],
                     uint8_t secret[CR_SIGN_SECRET_LEN])
{
    crypto_sign_ed25519_seed_keypair(pub, secret, seed);
}

void cr_sign(uint8_t sig[CR_SIGNATURE_LEN], const uint8_t secret[CR_SIGN_SECRET_LEN],
             const uint8_t *msg, size_t len)
{
    crypto_sign_ed25519_detached(sig, NULL, msg, len, secret);
}

enum cr_err cr_verify(const uint8_t sig[CR_SIGNATURE_LEN],
                      const uint8_t pub[CR_SIGN_PUBLIC_LEN], const uint8_t *msg,
                      size_t len)
{
    return crypto_sign_ed25519_verify_detached(sig, msg, len, pub) == 0 ? CR_OK
                                                                        : CR_E_AUTH;
}
