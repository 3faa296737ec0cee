// noise.h - the Noise protocol framework (revision 34) over 25519 and ChaChaPoly
//
// A handshake is run from its pattern written as text, as the Noise
// specification writes it, so an unusual pattern needs no new code:
//
//     "<- s ... -> e, es <- e, ee -> s, se, psk"
//
// Fundamental and deferred patterns are known by name, with any psk modifiers
// ("XKpsk3", "NNpsk0+psk2"). Hashes: SHA256, SHA512, BLAKE2b.
//
// A handshake state holds no pointers: a copy is a snapshot. Randomness is a
// parameter of each call that needs it, so a published vector is run by passing
// a source that yields the vector's ephemeral key.

#ifndef CRYPTO_NOISE_H
#define CRYPTO_NOISE_H

#include <crypto/aead.h>
#include <crypto/dh.h>
#include <crypto/err.h>
#include <stdbool.h>

enum {
    CR_NOISE_HASH_MAX = 64,
    CR_NOISE_STEPS_MAX = 48, // tokens of a pattern, turn marks included
    CR_NOISE_PSK_MAX = 4,
    CR_NOISE_MESSAGE_MAX = 65535, // Noise specification, section 3
};

enum cr_noise_hash { CR_NOISE_SHA256, CR_NOISE_SHA512, CR_NOISE_BLAKE2B };

// A protocol: its hash and its compiled pattern. Filled by one of the two
// functions below; a plain value after that.
struct cr_noise_protocol {
    enum cr_noise_hash hash;
    uint8_t steps[CR_NOISE_STEPS_MAX];
    uint8_t step_count;
    uint8_t psk_count;
    bool one_way;
};

// Compiles the protocol called name, e.g. "Noise_XKpsk3_25519_ChaChaPoly_SHA256".
//
// Fails  CR_E_NAME; *out is then untouched.
CR_MUST_CHECK enum cr_err cr_noise_named(struct cr_noise_protocol *out,
                                         const char *name);

// Compiles a pattern given as text, to run under the given hash. What cannot be
// run is refused; what is merely weak is not, since the bench runs that too.
//
// Fails  CR_E_NAME; *out is then untouched.
CR_MUST_CHECK enum cr_err cr_noise_compile(struct cr_noise_protocol *out,
                                           const char *pattern,
                                           enum cr_noise_hash hash);

// One direction's transport key.
struct cr_cipher {
    uint8_t key[CR_KEY_LEN];
    uint64_t nonce; // of the next message
    bool keyed;     // false: nothing is encrypted
};

struct cr_noise_symmetric {
    struct cr_cipher cipher;
    uint8_t ck[CR_NOISE_HASH_MAX];
    uint8_t h[CR_NOISE_HASH_MAX];
};

struct cr_noise_handshake {
    struct cr_noise_protocol protocol;
    struct cr_noise_symmetric symmetric;
    uint8_t s_priv[CR_DH_LEN], s_pub[CR_DH_LEN]; // own static
    uint8_t e_priv[CR_DH_LEN], e_pub[CR_DH_LEN]; // own ephemeral
    uint8_t rs[CR_DH_LEN], re[CR_DH_LEN];        // the peer's
    uint8_t psk[CR_NOISE_PSK_MAX][CR_KEY_LEN];
    uint8_t step;     // next step of the pattern
    uint8_t psk_next; // next psk to mix
    bool initiator;
    bool have_s, have_e, have_rs, have_re;
};

// What a party brings to a handshake. NULL where it brings none; all borrowed
// for the call.
struct cr_noise_keys {
    const uint8_t *s_priv; // own static private key
    const uint8_t *rs;     // the peer's static public key, if known beforehand;
                           // a pattern that sends it must then send this one
    const uint8_t (*psk)[CR_KEY_LEN];
    size_t psk_count;
};

// Starts a handshake. name is what is hashed first (the full protocol name).
//
// Fails  CR_E_KEY if the pattern's pre-messages need a key that is not in keys,
//        or if keys->psk_count is not what the pattern takes; hs is then zero.
CR_MUST_CHECK enum cr_err cr_noise_start(struct cr_noise_handshake *hs,
                                         const struct cr_noise_protocol *protocol,
                                         const char *name, bool initiator,
                                         const uint8_t *prologue, size_t prologue_len,
                                         const struct cr_noise_keys *keys);

// Replaces psk number i before it is mixed: a responder that learns only from
// the handshake which psk belongs to its peer sets it here.
void cr_noise_set_psk(struct cr_noise_handshake *hs, size_t i,
                      const uint8_t psk[CR_KEY_LEN]);

// Writes the next message, payload inside, and its length to *out_len.
//
// Fails  CR_E_ORDER if it is the peer's turn or the handshake is over; CR_E_SPACE;
//        CR_E_KEY on a key of low order. hs is then untouched.
CR_MUST_CHECK enum cr_err cr_noise_write(struct cr_noise_handshake *hs,
                                         struct cr_rng rng, const uint8_t *payload,
                                         size_t payload_len, uint8_t *out, size_t cap,
                                         size_t *out_len);

// Reads the next message; its payload goes to payload, the length to *out_len.
//
// Fails  CR_E_ORDER, CR_E_SPACE, CR_E_KEY, CR_E_AUTH. hs and *out_len are then
//        untouched: a forged message leaves the handshake where it was.
CR_MUST_CHECK enum cr_err cr_noise_read(struct cr_noise_handshake *hs,
                                        const uint8_t *msg, size_t len,
                                        uint8_t *payload, size_t cap, size_t *out_len);

bool cr_noise_my_turn(const struct cr_noise_handshake *hs);
bool cr_noise_done(const struct cr_noise_handshake *hs);

// The handshake hash so far (its length is that of the hash).
const uint8_t *cr_noise_hash(const struct cr_noise_handshake *hs);
size_t cr_noise_hash_len(const struct cr_noise_handshake *hs);

// Derives both directions' transport keys: first is the initiator's sending key.
// Works on the chaining key as it stands; callers ask cr_noise_done() first.
void cr_noise_split(const struct cr_noise_handshake *hs, struct cr_cipher *first,
                    struct cr_cipher *second);

// Seals one transport message under c and steps its nonce.
void cr_cipher_seal(struct cr_cipher *c, const uint8_t *ad, size_t ad_len,
                    const uint8_t *in, size_t len, uint8_t *out);

// Opens one; the nonce steps only on success.
//
// Fails  CR_E_SPACE, CR_E_AUTH.
CR_MUST_CHECK enum cr_err cr_cipher_open(struct cr_cipher *c, const uint8_t *ad,
                                         size_t ad_len, const uint8_t *in, size_t len,
                                         uint8_t *out);

#endif
