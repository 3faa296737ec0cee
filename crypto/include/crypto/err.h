// err.h - every way a cryptographic call can fail
//
// Negative, stable, appended only. AUTH is blunt on purpose: which check
// refused a message is nothing a caller could repeat to a peer.

#ifndef CRYPTO_ERR_H
#define CRYPTO_ERR_H

// clang-format off
#define CR_ERR_LIST(X)                                                        \
    X(CR_E_AUTH,  -1, "not authentic")                                        \
    X(CR_E_KEY,   -2, "public key of low order, or none where one is needed") \
    X(CR_E_SPACE, -3, "buffer too small, message too short or too long")      \
    X(CR_E_NAME,  -4, "protocol name or pattern that this engine cannot run") \
    X(CR_E_ORDER, -5, "handshake call out of turn")
// clang-format on

enum cr_err {
    CR_OK = 0,
#define X(name, value, text) name = (value),
    CR_ERR_LIST(X)
#undef X
};

#define CR_MUST_CHECK __attribute__((warn_unused_result))

// Names an error for a trace ("CR_E_AUTH"). Never NULL; an unknown value gives
// "CR_E_?".
const char *cr_err_name(enum cr_err e);

#endif
