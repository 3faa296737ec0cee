// noise_internal.h - what the three files of the Noise engine share
//
// A compiled pattern is a row of steps: first what each side knows beforehand,
// then messages, each a mark that says who sends it and the tokens it holds.

#ifndef CRYPTO_NOISE_INTERNAL_H
#define CRYPTO_NOISE_INTERNAL_H

#include <crypto/bytes.h>
#include <crypto/noise.h>

enum noise_step {
    STEP_KNOWN_INITIATOR, // pre-message "-> s"
    STEP_KNOWN_RESPONDER, // pre-message "<- s"
    STEP_INITIATOR,       // "->": a message of the initiator's begins
    STEP_RESPONDER,       // "<-"
    STEP_E,
    STEP_S,
    STEP_EE,
    STEP_ES,
    STEP_SE,
    STEP_SS,
    STEP_PSK,
};

// The symmetric state (Noise specification, section 5.2), with the hash to use
// as a parameter. HASHLEN is cr_sym_hash_len().

size_t cr_sym_hash_len(enum cr_noise_hash hash);

void cr_sym_start(struct cr_noise_symmetric *s, enum cr_noise_hash hash,
                  const char *name);

void cr_sym_mix_hash(struct cr_noise_symmetric *s, enum cr_noise_hash hash,
                     const uint8_t *data, size_t len);

void cr_sym_mix_key(struct cr_noise_symmetric *s, enum cr_noise_hash hash,
                    const uint8_t *ikm, size_t len);

void cr_sym_mix_key_and_hash(struct cr_noise_symmetric *s, enum cr_noise_hash hash,
                             const uint8_t psk[CR_KEY_LEN]);

// EncryptAndHash, appended to w.
void cr_sym_seal(struct cr_noise_symmetric *s, enum cr_noise_hash hash,
                 const uint8_t *in, size_t len, struct wr *w);

// DecryptAndHash. in counts the tag if there is one.
CR_MUST_CHECK enum cr_err cr_sym_open(struct cr_noise_symmetric *s,
                                      enum cr_noise_hash hash, const uint8_t *in,
                                      size_t len, uint8_t *out);

void cr_sym_split(const struct cr_noise_symmetric *s, enum cr_noise_hash hash,
                  struct cr_cipher *first, struct cr_cipher *second);

#endif
