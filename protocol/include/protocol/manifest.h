// manifest.h - what a release of software is, in its maker's word
//
//   0       2         6       10       14     16     48          112
//   +-------+---------+-------+--------+------+------+-----------+
//   | model | version | least | expiry | size | hash | signature |
//   +-------+---------+-------+--------+------+------+-----------+
//      u16      u32      u32     u32     u16    32        64
//
// The signature (Ed25519, by the maker, who is not the clinic) covers the text
// "telltale manifest" and bytes 0..47. The hash is BLAKE2b-256 of the image. Least is
// the oldest version that may still be installed once this one has run. After expiry
// (seconds of wall time) nobody may begin to install it.

#ifndef PROTOCOL_MANIFEST_H
#define PROTOCOL_MANIFEST_H

#include <crypto/hash.h>
#include <crypto/sign.h>
#include <protocol/err.h>
#include <stdbool.h>

// Device models: each runs its own software and no other's.
enum tp_model {
    TP_MODEL_CARDIAC = 1,
    TP_MODEL_PUMP = 2,
    TP_MODEL_PROGRAMMER = 3,
    TP_MODEL_MONITOR = 4,
};

enum {
    TP_MANIFEST_BODY = 2 + 4 + 4 + 4 + 2 + CR_BLAKE2B_LEN,
    TP_MANIFEST_LEN = TP_MANIFEST_BODY + CR_SIGNATURE_LEN,
    TP_IMAGE_MAX = 768,
    TP_CHUNK_MAX = 64, // bytes of an image in one message
};

struct tp_manifest {
    uint16_t model; // enum tp_model
    uint32_t version, least;
    uint32_t expiry_s;
    uint16_t size; // of the image, 1..TP_IMAGE_MAX
    uint8_t hash[CR_BLAKE2B_LEN];
    uint8_t signature[CR_SIGNATURE_LEN];
};

// Fails  TP_E_SHORT, TP_E_EXCESS, TP_E_VALUE (a size out of range, or a least version
//        above the version); *out is then untouched.
TP_MUST_CHECK enum tp_err tp_manifest_parse(const uint8_t *buf, size_t len,
                                            struct tp_manifest *out);
void tp_manifest_build(const struct tp_manifest *in, uint8_t out[TP_MANIFEST_LEN]);

// Signs the other fields with the maker's secret key.
void tp_manifest_sign(struct tp_manifest *m, const uint8_t maker[CR_SIGN_SECRET_LEN]);

// Fails  TP_E_AUTH if the signature is not the maker's.
TP_MUST_CHECK enum tp_err tp_manifest_check(const struct tp_manifest *m,
                                            const uint8_t maker[CR_SIGN_PUBLIC_LEN]);

// True if image[0..size) is the one the manifest speaks of.
bool tp_manifest_is_of(const struct tp_manifest *m, const uint8_t *image);

#endif
