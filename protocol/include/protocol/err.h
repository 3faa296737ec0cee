// err.h - every way a telemetry call can fail
//
// Negative, so that none is ever taken for a length; stable, so that traces of
// two builds can be compared. Add at the end; never renumber; never reuse.
//
// AUTH is blunt on purpose: a wrong tag, a wrong key and a stale counter look the
// same to a caller, because they must look the same on the air.

#ifndef PROTOCOL_ERR_H
#define PROTOCOL_ERR_H

// clang-format off
#define TP_ERR_LIST(X)                                                        \
    X(TP_E_SHORT,  -1, "input ends before the field does")                    \
    X(TP_E_EXCESS, -2, "bytes left over after the last field")                \
    X(TP_E_VALUE,  -3, "field holds a value the format forbids")              \
    X(TP_E_SPACE,  -4, "caller's buffer is too small")                        \
    X(TP_E_STATE,  -5, "event not allowed in this state")                     \
    X(TP_E_AUTH,   -6, "not authentic, or not fresh")                         \
    X(TP_E_SPENT,  -7, "key has reached its record limit")                    \
    X(TP_E_DENIED, -8, "authentic, but not allowed")
// clang-format on

enum tp_err {
    TP_OK = 0,
#define X(name, value, text) name = (value),
    TP_ERR_LIST(X)
#undef X
};

#define TP_MUST_CHECK __attribute__((warn_unused_result))

// Names an error for a trace ("TP_E_AUTH"), never for the peer. Never NULL; an
// unknown value gives "TP_E_?".
const char *tp_err_name(enum tp_err e);

#endif
