// noise_pair.h - two parties of one Noise handshake, for tests

#ifndef TESTS_UNIT_CRYPTO_NOISE_PAIR_H
#define TESTS_UNIT_CRYPTO_NOISE_PAIR_H

#include <crypto/noise.h>
#include <crypto/stream.h>

enum { PAIR_MESSAGE_CAP = 512 };

struct party {
    struct cr_noise_handshake hs;
    struct cr_stream stream; // where its ephemeral key comes from
};

struct pair {
    struct cr_noise_protocol protocol;
    struct party init, resp;
};

// What the two bring along; the tests change one thing each.
struct pair_keys {
    uint8_t init_s[CR_DH_LEN], resp_s[CR_DH_LEN];
    uint8_t init_pub[CR_DH_LEN], resp_pub[CR_DH_LEN];
    uint8_t psk[CR_NOISE_PSK_MAX][CR_KEY_LEN];
};

struct pair_keys pair_keys(void);

// Starts both parties of the protocol called name, each with all the keys.
void pair_start(struct pair *p, const char *name);

// Sends the next message, payload "to the point", from whose turn it is, and
// reads it on the other side. Fails the case if any of it fails.
void pair_step(struct pair *p);

// Steps until the handshake is over.
void pair_finish(struct pair *p);

struct party *pair_writer(struct pair *p);
struct party *pair_reader(struct pair *p);

// Writes the next message for the reader, who is not shown it; returns its length.
size_t pair_write(struct pair *p, uint8_t out[PAIR_MESSAGE_CAP]);

// Compared as bytes, padding and all: an untouched state was not written at all.
struct snapshot {
    uint8_t bytes[sizeof(struct cr_noise_handshake)];
};

struct snapshot pair_snap(const struct cr_noise_handshake *hs);
bool pair_unchanged(const struct snapshot *s, const struct cr_noise_handshake *hs);

// Gives msg to hs, which must refuse it as want and stay as it was.
void pair_refuses(struct cr_noise_handshake *hs, const uint8_t *msg, size_t len,
                  enum cr_err want);

// Gives hs a message of pair_write's, which it must take.
void pair_takes(struct cr_noise_handshake *hs, const uint8_t *msg, size_t len);

#endif
