// err.h - every way a radio call can fail
//
// "Nothing was heard" and "the transport broke" are different findings, so they
// are different codes. Negative, stable, appended only.

#ifndef RADIO_ERR_H
#define RADIO_ERR_H

// clang-format off
#define RL_ERR_LIST(X)                                                        \
    X(RL_E_TIMEOUT,   -1, "nothing has arrived by then")                      \
    X(RL_E_OVERFLOW,  -2, "no room for another node or another frame")        \
    X(RL_E_UNDERFLOW, -3, "the transmitter ran out of samples")               \
    X(RL_E_CLOSED,    -4, "the air is not open, or has gone away")            \
    X(RL_E_LATE,      -5, "the time to send this frame is past")
// clang-format on

enum rl_err {
    RL_OK = 0,
#define X(name, value, text) name = (value),
    RL_ERR_LIST(X)
#undef X
};

#define RL_MUST_CHECK __attribute__((warn_unused_result))

// Names an error for a trace ("RL_E_LATE"). Never NULL; an unknown value gives
// "RL_E_?".
const char *rl_err_name(enum rl_err e);

#endif
