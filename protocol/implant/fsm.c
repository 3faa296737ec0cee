#include <protocol/implant_fsm.h>

// clang-format off
static const struct tp_imp_row table[] = {
    // from             on                 to               action
    { TP_IMP_ASLEEP,    TP_IEV_WAKE_OK,    TP_IMP_AWAKE,    TP_IAC_ANSWER_WAKE  },
    { TP_IMP_ASLEEP,    TP_IEV_REFUSED,    TP_IMP_ASLEEP,   TP_IAC_NOTE         },

    { TP_IMP_AWAKE,     TP_IEV_HELLO_OK,   TP_IMP_ANSWERED, TP_IAC_REPLY        },
    { TP_IMP_AWAKE,     TP_IEV_WAKE_OK,    TP_IMP_AWAKE,    TP_IAC_ANSWER_WAKE  },
    { TP_IMP_AWAKE,     TP_IEV_REFUSED,    TP_IMP_AWAKE,    TP_IAC_NOTE         },
    { TP_IMP_AWAKE,     TP_IEV_TIMEOUT,    TP_IMP_ASLEEP,   TP_IAC_END          },

    { TP_IMP_ANSWERED,  TP_IEV_PROOF_OK,   TP_IMP_OPEN,     TP_IAC_OPEN_SESSION },
    { TP_IMP_ANSWERED,  TP_IEV_WAKE_OK,    TP_IMP_AWAKE,    TP_IAC_ANSWER_WAKE  },
    { TP_IMP_ANSWERED,  TP_IEV_REFUSED,    TP_IMP_ANSWERED, TP_IAC_NOTE         },
    { TP_IMP_ANSWERED,  TP_IEV_TIMEOUT,    TP_IMP_ASLEEP,   TP_IAC_END          },

    { TP_IMP_OPEN,      TP_IEV_RECORD_OK,  TP_IMP_OPEN,     TP_IAC_DELIVER      },
    { TP_IMP_OPEN,      TP_IEV_CLOSE_OK,   TP_IMP_ASLEEP,   TP_IAC_END          },
    { TP_IMP_OPEN,      TP_IEV_WAKE_OK,    TP_IMP_AWAKE,    TP_IAC_ANSWER_WAKE  },
    { TP_IMP_OPEN,      TP_IEV_REFUSED,    TP_IMP_OPEN,     TP_IAC_NOTE         },
    { TP_IMP_OPEN,      TP_IEV_TIMEOUT,    TP_IMP_ASLEEP,   TP_IAC_END          },
};
// clang-format on

const struct tp_imp_row *tp_imp_table(size_t *count)
{
    *count = sizeof table / sizeof table[0];
    return table;
}

enum tp_err tp_imp_next(enum tp_imp_state from, enum tp_imp_event on,
                        const struct tp_imp_row **out)
{
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        if (table[i].from == from && table[i].on == on) {
            *out = &table[i];
            return TP_OK;
        }
    }
    return TP_E_STATE;
}

const char *tp_imp_state_name(enum tp_imp_state s)
{
#define X(n) [TP_IMP_##n] = #n,
    static const char *const names[] = {TP_IMP_STATES(X)};
#undef X
    return s < TP_IMP_STATE_COUNT ? names[s] : "?";
}

const char *tp_imp_event_name(enum tp_imp_event e)
{
#define X(n) [TP_IEV_##n] = #n,
    static const char *const names[] = {TP_IMP_EVENTS(X)};
#undef X
    return e < TP_IMP_EVENT_COUNT ? names[e] : "?";
}

const char *tp_imp_action_name(enum tp_imp_action a)
{
#define X(n) [TP_IAC_##n] = #n,
    static const char *const names[] = {TP_IMP_ACTIONS(X)};
#undef X
    return a < TP_IMP_ACTION_COUNT ? names[a] : "?";
}
