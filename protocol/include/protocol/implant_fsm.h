// implant_fsm.h - the implant's radio state machine, as a table
//
// No bytes, no keys, no clock. Events are conclusions ("a hello whose MAC held"),
// made by the code that verified, so the table cannot be driven by unverified
// input. A pair without a row is refused.

#ifndef PROTOCOL_IMPLANT_FSM_H
#define PROTOCOL_IMPLANT_FSM_H

#include <protocol/err.h>
#include <stddef.h>

#define TP_IMP_STATES(X) X(ASLEEP) X(AWAKE) X(ANSWERED) X(OPEN)
#define TP_IMP_EVENTS(X)                                                               \
    X(WAKE_OK) X(HELLO_OK) X(PROOF_OK) X(RECORD_OK) X(CLOSE_OK) X(REFUSED) X(TIMEOUT)
#define TP_IMP_ACTIONS(X)                                                              \
    X(NONE) X(ANSWER_WAKE) X(REPLY) X(OPEN_SESSION) X(DELIVER) X(END) X(NOTE)

#define X(n) TP_IMP_##n,
enum tp_imp_state { TP_IMP_STATES(X) TP_IMP_STATE_COUNT };
#undef X
#define X(n) TP_IEV_##n,
enum tp_imp_event { TP_IMP_EVENTS(X) TP_IMP_EVENT_COUNT };
#undef X
#define X(n) TP_IAC_##n,
enum tp_imp_action { TP_IMP_ACTIONS(X) TP_IMP_ACTION_COUNT };
#undef X

struct tp_imp_row {
    enum tp_imp_state from;
    enum tp_imp_event on;
    enum tp_imp_state to;
    enum tp_imp_action action;
};

const struct tp_imp_row *tp_imp_table(size_t *count);

// Finds the row of a pair.
//
// Fails  TP_E_STATE if there is none; *out is then untouched.
TP_MUST_CHECK enum tp_err tp_imp_next(enum tp_imp_state from, enum tp_imp_event on,
                                      const struct tp_imp_row **out);

const char *tp_imp_state_name(enum tp_imp_state s);
const char *tp_imp_event_name(enum tp_imp_event e);
const char *tp_imp_action_name(enum tp_imp_action a);

#endif
