// dh.c - X25519 over libsodium

#include <crypto/dh.h>
#include <sodium.h>

void cr_dh_generate(struct cr_rng rng, uint8_t priv[CR_DH_LEN], uint8_t pub[CR_DH_LEN])
{
    cr_rng_fill(rng, priv, CR_DH_LEN);
    cr_dh_public(priv, pub);
}

void cr_dh_public(const uint8_t priv[CR_DH_LEN], uint8_t pub[CR_DH_LEN])
{
    // The base point is never of low order, so this cannot fail.
    (void)crypto_scalarmult_curve25519_base(pub, priv);
}

enum cr_err cr_dh(uint8_t out[CR_DH_LEN], const uint8_t priv[CR_DH_LEN],
                  const uint8_t pub[CR_DH_LEN])
{
    // Some implementations recognise the point and return before they write.
    if (crypto_scalarmult_curve25519(out, priv, pub) != 0) {
        sodium_memzero(out, CR_DH_LEN);
        return CR_E_KEY;
    }
    return CR_OK;
}
