// stream.c - random access to the ChaCha20 keystream

#include <assert.h>
#include <crypto/stream.h>
#include <sodium.h>
#include <string.h>

enum { BLOCK_LEN = 64 };

static_assert(sizeof((struct cr_stream *)NULL)->key == crypto_stream_chacha20_KEYBYTES,
              "key");

static const uint8_t no_nonce[crypto_stream_chacha20_NONCEBYTES];

void cr_stream_init(struct cr_stream *s, const uint8_t key[32])
{
    memcpy(s->key, key, sizeof s->key);
    s->position = 0;
}

void cr_stream_named(struct cr_stream *s, uint64_t seed, const char *name)
{
    crypto_generichash_blake2b_state st;
    uint8_t le[8];
    for (size_t i = 0; i < sizeof le; i++)
        le[i] = (uint8_t)(seed >> (8 * i));
    crypto_generichash_blake2b_init(&st, NULL, 0, sizeof s->key);
    crypto_generichash_blake2b_update(&st, le, sizeof le);
    crypto_generichash_blake2b_update(&st, (const uint8_t *)name, strlen(name));
    crypto_generichash_blake2b_final(&st, s->key, sizeof s->key);
    s->position = 0;
}

// Gives out the rest of the block that the position is inside of, or len bytes
// if that is less. Returns how many.
static size_t fill_within_block(struct cr_stream *s, uint8_t *out, size_t len)
{
    uint8_t block[BLOCK_LEN] = {0};
    size_t skip = s->position % BLOCK_LEN;
    size_t n = BLOCK_LEN - skip < len ? BLOCK_LEN - skip : len;
    crypto_stream_chacha20_xor_ic(block, block, sizeof block, no_nonce,
                                  s->position / BLOCK_LEN, s->key);
    memcpy(out, block + skip, n);
    sodium_memzero(block, sizeof block);
    s->position += n;
    return n;
}

void cr_stream_fill(struct cr_stream *s, uint8_t *out, size_t len)
{
    size_t done = 0;
    if (len > 0 && s->position % BLOCK_LEN != 0)
        done = fill_within_block(s, out, len);
    if (done == len)
        return;
    memset(out + done, 0, len - done);
    crypto_stream_chacha20_xor_ic(out + done, out + done, len - done, no_nonce,
                                  s->position / BLOCK_LEN, s->key);
    s->position += len - done;
}

static void fill(void *ctx, uint8_t *out, size_t len)
{
    cr_stream_fill((struct cr_stream *)ctx, out, len);
}

struct cr_rng cr_stream_rng(struct cr_stream *s)
{
    return (struct cr_rng){.fill = fill, .ctx = s};
}

uint64_t cr_stream_below(struct cr_stream *s, uint64_t bound)
{
    assert(bound > 0);
    // 2^64 mod bound: as many of the lowest draws would favour small results.
    uint64_t surplus = (0 - bound) % bound;
    uint64_t draw;
    do {
        draw = cr_rng_u64(cr_stream_rng(s));
    } while (draw < surplus);
    return draw % bound;
}
