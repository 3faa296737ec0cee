// programmer_fsm.h - a programmer's or monitor's state machine, as a table
//
// Events are conclusions, made by the code that verified. A pair without a row
// leaves the programmer as it is: nothing on the air can make it do more than
// answer what it asked for. CALLING and CARRYING wait for an answer over the uplink:
// by itself, and while a session with an implant is open.

#ifndef PROTOCOL_PROGRAMMER_FSM_H
#define PROTOCOL_PROGRAMMER_FSM_H

#include <protocol/err.h>
#include <stddef.h>

// clang-format off
#define TP_PRG_STATES(X)                                                      \
    X(IDLE) X(PAIRING) X(PAIR_ENDING) X(INTENT_ASKED) X(INTENT_PROVED)        \
    X(WAKING) X(HELLOED) X(PROVED) X(OPEN) X(ASKED) X(EMERGENCY_ASKED)        \
    X(NEAR_SENT) X(CALLING) X(CARRYING)
#define TP_PRG_EVENTS(X)                                                      \
    X(PAIR) X(PAIR_2_OK) X(PAIRED_OK) X(INTENT) X(CHALLENGE) X(TOKEN_OK)      \
    X(WAKE) X(AWAKE_OK) X(REPLY_OK) X(OPENED_OK) X(ASK) X(ANSWER_OK) X(MORE)  \
    X(CLOSED) X(EMERGENCY) X(EMERGENCY_TOKEN) X(HAND_OVER) X(DONE_OK)         \
    X(CALL) X(RETRY) X(GIVE_UP)
// clang-format on

#define X(n) TP_PRG_##n,
enum tp_prg_state { TP_PRG_STATES(X) TP_PRG_STATE_COUNT };
#undef X
#define X(n) TP_PEV_##n,
enum tp_prg_event { TP_PRG_EVENTS(X) TP_PRG_EVENT_COUNT };
#undef X

struct tp_prg_row {
    enum tp_prg_state from;
    enum tp_prg_event on;
    enum tp_prg_state to;
};

const struct tp_prg_row *tp_prg_table(size_t *count);

// Fails  TP_E_STATE if the pair has no row; *out is then untouched.
TP_MUST_CHECK enum tp_err tp_prg_next(enum tp_prg_state from, enum tp_prg_event on,
                                      enum tp_prg_state *out);

const char *tp_prg_state_name(enum tp_prg_state s);
const char *tp_prg_event_name(enum tp_prg_event e);

#endif
