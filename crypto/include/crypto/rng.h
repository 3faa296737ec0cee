// rng.h - where random bytes come from: always from a parameter
//
// Header-only, so that a layer without libsodium can be given randomness too.

#ifndef CRYPTO_RNG_H
#define CRYPTO_RNG_H

#include <stddef.h>
#include <stdint.h>

struct cr_rng {
    void (*fill)(void *ctx, uint8_t *out, size_t len);
    void *ctx; // borrowed for as long as the cr_rng is in use
};

static inline void cr_rng_fill(struct cr_rng r, uint8_t *out, size_t len)
{
    r.fill(r.ctx, out, len);
}

static inline uint64_t cr_rng_u64(struct cr_rng r)
{
    uint8_t b[8];
    uint64_t v = 0;
    r.fill(r.ctx, b, sizeof b);
    for (size_t i = sizeof b; i-- > 0;)
        v = v << 8 | b[i];
    return v;
}

#endif
