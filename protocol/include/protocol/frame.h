// frame.h - the frames of the telemetry protocol and their sizes
//
// The first byte of a frame is its type. Every type but the record has one exact
// length, checked before anything else is read.

#ifndef PROTOCOL_FRAME_H
#define PROTOCOL_FRAME_H

#include <crypto/aead.h>
#include <crypto/dh.h>
#include <protocol/certificate.h>
#include <protocol/err.h>
#include <stddef.h>
#include <stdint.h>

enum tp_frame_type {
    // radio
    TP_WAKE = 0x01,
    TP_AWAKE = 0x02,
    TP_HELLO = 0x03, // handshake message 1
    TP_REPLY = 0x04, // handshake message 2
    TP_PROOF = 0x05, // handshake message 3
    TP_RECORD = 0x10,
    TP_REHEARSAL = 0x11, // a record whose command is checked but not executed
    // near field
    TP_PAIR_1 = 0x20,
    TP_PAIR_2 = 0x21,
    TP_PAIR_3 = 0x22,
    TP_PAIRED = 0x23,
    TP_INTENT_ASK = 0x24,
    TP_INTENT_CHALLENGE = 0x25,
    TP_INTENT_PROOF = 0x26,
    TP_INTENT_TOKEN = 0x27,
    TP_EMERGENCY_ASK = 0x28,
    TP_EMERGENCY_TOKEN = 0x29,
    TP_EMERGENCY = 0x2a,
    TP_EMERGENCY_DONE = 0x2b,
    TP_ANCHOR = 0x2c,
    TP_ANCHOR_DONE = 0x2d,
};

enum {
    TP_MAC_LEN = 8,
    TP_NONCE_LEN = 8,
    TP_TOKEN_LEN = 16,
    TP_MASKED_LEN = 4 + 1, // wake counter and purpose
    TP_PURPOSE_AT = 4,

    TP_NOISE_1 = CR_DH_LEN + CR_TAG_LEN,
    TP_NOISE_2 = CR_DH_LEN + 1 + CR_TAG_LEN, // payload: the version chosen
    TP_NOISE_3 = CR_DH_LEN + CR_TAG_LEN + TP_CERT_LEN + CR_TAG_LEN,

    TP_WAKE_LEN = 1 + TP_NONCE_LEN + TP_MASKED_LEN + TP_MAC_LEN,
    TP_AWAKE_LEN = 1 + TP_MAC_LEN,
    TP_HELLO_LEN = 1 + 1 + TP_NOISE_1 + TP_MAC_LEN,
    TP_REPLY_LEN = 1 + TP_NOISE_2,
    TP_PROOF_LEN = 1 + TP_NOISE_3,

    TP_PAIR_1_LEN = 1 + CR_DH_LEN,
    TP_PAIR_2_LEN = 1 + 2 * CR_DH_LEN + CR_TAG_LEN + TP_CERT_LEN + CR_TAG_LEN,
    TP_PAIR_3_LEN = 1 + CR_DH_LEN + CR_TAG_LEN + TP_CERT_LEN + CR_TAG_LEN,
    TP_PAIRED_LEN = 1 + CR_TAG_LEN,
    TP_INTENT_ASK_LEN = 1 + TP_TOKEN_LEN + TP_MAC_LEN,
    TP_INTENT_CHALLENGE_LEN = 1 + TP_TOKEN_LEN,
    TP_INTENT_PROOF_LEN = 1 + TP_TOKEN_LEN,
    TP_INTENT_TOKEN_LEN = 1 + TP_TOKEN_LEN + CR_TAG_LEN,
    TP_EMERGENCY_ASK_LEN = 1,
    TP_EMERGENCY_TOKEN_LEN = 1 + TP_TOKEN_LEN,
    TP_EMERGENCY_ARGS = 8,
    TP_EMERGENCY_LEN = 1 + TP_TOKEN_LEN + 2 + TP_EMERGENCY_ARGS,
    TP_EMERGENCY_DONE_LEN = 1 + 1,
    TP_ANCHOR_LEN = 1 + CR_SIGN_PUBLIC_LEN + CR_SIGNATURE_LEN,
    TP_ANCHOR_DONE_LEN = 1 + 1,

    TP_RECORD_HEAD = 1 + 1 + 2,
    TP_BODY_MAX = 224,
    TP_RECORD_MIN = TP_RECORD_HEAD + CR_TAG_LEN,
    TP_RECORD_MAX = TP_RECORD_MIN + TP_BODY_MAX,
};

// The exact length of a frame type; 0 for records and for what is no type.
size_t tp_frame_len(uint8_t type);

// Tells whether the bytes have the length that their type demands.
//
// Fails  TP_E_SHORT, TP_E_EXCESS; TP_E_VALUE for an unknown type.
TP_MUST_CHECK enum tp_err tp_frame_check(const uint8_t *buf, size_t len);

// WAKE:  type | nonce | masked counter and purpose | mac
struct tp_wake {
    uint8_t nonce[TP_NONCE_LEN];
    uint8_t masked[TP_MASKED_LEN];
    uint8_t mac[TP_MAC_LEN];
};

// HELLO: type | versions offered, a bit each | Noise message 1 | mac
struct tp_hello {
    uint8_t versions;
    uint8_t noise[TP_NOISE_1];
    uint8_t mac[TP_MAC_LEN];
};

// RECORD: type | generation | counter (2) | ciphertext and tag
struct tp_record {
    uint8_t type;       // TP_RECORD or TP_REHEARSAL
    uint8_t generation; // of the key
    uint16_t counter;
    const uint8_t *sealed; // borrowed from the frame
    size_t sealed_len;
};

TP_MUST_CHECK enum tp_err tp_wake_parse(const uint8_t *buf, size_t len,
                                        struct tp_wake *out);
void tp_wake_build(const struct tp_wake *in, uint8_t out[TP_WAKE_LEN]);
TP_MUST_CHECK enum tp_err tp_hello_parse(const uint8_t *buf, size_t len,
                                         struct tp_hello *out);
void tp_hello_build(const struct tp_hello *in, uint8_t out[TP_HELLO_LEN]);

// Fails  TP_E_SHORT, TP_E_EXCESS, TP_E_VALUE; *out is then untouched.
TP_MUST_CHECK enum tp_err tp_record_parse(const uint8_t *buf, size_t len,
                                          struct tp_record *out);
void tp_record_head(const struct tp_record *in, uint8_t out[TP_RECORD_HEAD]);

#endif
