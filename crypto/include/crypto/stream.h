// stream.h - named, seeded, seekable streams of random bytes
//
// A stream is the ChaCha20 keystream (64-bit block counter, zero nonce) under a
// 32-byte key, with a position in bytes. Reading a bytes and then b bytes gives
// the same as reading a + b bytes at once. No pointers inside: a copy is a
// snapshot.

#ifndef CRYPTO_STREAM_H
#define CRYPTO_STREAM_H

#include <crypto/rng.h>

struct cr_stream {
    uint8_t key[32];
    uint64_t position; // bytes already given out
};

// Starts the stream of a key at position 0.
void cr_stream_init(struct cr_stream *s, const uint8_t key[32]);

// Starts the stream called name of a run: key = BLAKE2b-256 over the seed in
// eight little-endian bytes and then the name without its terminating zero.
void cr_stream_named(struct cr_stream *s, uint64_t seed, const char *name);

void cr_stream_fill(struct cr_stream *s, uint8_t *out, size_t len);

// Draws a whole number in [0, bound), without bias. bound is not 0.
uint64_t cr_stream_below(struct cr_stream *s, uint64_t bound);

// Borrows s as a source of randomness.
struct cr_rng cr_stream_rng(struct cr_stream *s);

#endif
