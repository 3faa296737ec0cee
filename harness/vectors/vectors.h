// vectors.h - published Noise test vectors: loading them and running them
//
// Two formats are known by their first character. One is lines of key=value, a
// block for each handshake; the other is the JSON that several implementations
// exchange, {"vectors": [...]}. Both are read one vector at a time, so memory
// is bounded by the largest vector allowed, not by the file.

#ifndef HARNESS_VECTORS_VECTORS_H
#define HARNESS_VECTORS_VECTORS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    HX_VECTOR_MESSAGES_MAX = 32,
    HX_VECTOR_PSKS_MAX = 8,
    HX_VECTOR_NAME_CAP = 128,
    HX_VECTOR_WHY_CAP = 160,
    HX_VECTOR_TEXT_MAX = 1 << 20, // of one vector as it stands in the file
};

// Bytes that a file gave in hexadecimal. Empty is not the same as not given.
struct hx_hex {
    const uint8_t *at;
    size_t len;
    bool given;
};

struct hx_vector_side {
    struct hx_hex prologue;
    struct hx_hex s_priv, e_priv;
    struct hx_hex rs; // the peer's static public key
    struct hx_hex psk[HX_VECTOR_PSKS_MAX];
    size_t psk_count;
};

struct hx_vector {
    char name[HX_VECTOR_NAME_CAP]; // of the protocol
    unsigned line;                 // where it begins in the file
    struct hx_vector_side init, resp;
    struct hx_hex handshake_hash;
    struct {
        struct hx_hex payload, ciphertext;
    } messages[HX_VECTOR_MESSAGES_MAX];
    size_t message_count;

    // rs is not in the file and is computed from the peer's private key.
    bool derive_rs;
    // Transport messages start over with the initiator's key and alternate;
    // otherwise they go on alternating where the handshake left off, and all
    // come from the initiator if the pattern is one way.
    bool transport_starts_over;
    // One of the messages must be refused by its reader.
    bool fail;
    const char *unsupported; // a feature used that no engine here has, or NULL
};

struct hx_vectors_error {
    unsigned line;
    char what[HX_VECTOR_WHY_CAP]; // "expected ..."
};

// Is given each vector in turn; v and what it points to die with the call.
// Returns false, after filling *error, to stop.
struct hx_vectors_sink {
    bool (*take)(void *ctx, const struct hx_vector *v, struct hx_vectors_error *error);
    void *ctx;
};

// Reads every vector in text, which need not end with a zero.
//
// Fails  false if the text is not a vectors file, holds no vector, or the sink
//        stopped it; *error then says where and what was expected.
bool hx_vectors_read(const char *text, size_t len, struct hx_vectors_sink sink,
                     struct hx_vectors_error *error);

enum hx_vector_verdict {
    HX_VECTOR_PASSED,
    HX_VECTOR_FAILED,
    HX_VECTOR_UNSUPPORTED,
    HX_VECTOR_MALFORMED, // a field is missing or of the wrong length
};

// Says whether v can be run: HX_VECTOR_PASSED if it can, else UNSUPPORTED or
// MALFORMED, with the reason in why. Costs no cryptography.
enum hx_vector_verdict hx_vector_check(const struct hx_vector *v,
                                       char why[HX_VECTOR_WHY_CAP]);

// Runs both sides of v, comparing every ciphertext, payload and the handshake
// hash. why says what differed, and is empty if nothing did.
enum hx_vector_verdict hx_vector_run(const struct hx_vector *v,
                                     char why[HX_VECTOR_WHY_CAP]);

#endif
