#include <protocol/programmer_fsm.h>

// clang-format off
static const struct tp_prg_row table[] = {
    // from                     on                      to
    { TP_PRG_IDLE,              TP_PEV_PAIR,            TP_PRG_PAIRING         },
    { TP_PRG_IDLE,              TP_PEV_INTENT,          TP_PRG_INTENT_ASKED    },
    { TP_PRG_IDLE,              TP_PEV_WAKE,            TP_PRG_WAKING          },
    { TP_PRG_IDLE,              TP_PEV_EMERGENCY,       TP_PRG_EMERGENCY_ASKED },
    { TP_PRG_IDLE,              TP_PEV_HAND_OVER,       TP_PRG_NEAR_SENT       },
    { TP_PRG_IDLE,              TP_PEV_CALL,            TP_PRG_CALLING         },

    { TP_PRG_PAIRING,           TP_PEV_PAIR_2_OK,       TP_PRG_PAIR_ENDING     },
    { TP_PRG_PAIRING,           TP_PEV_RETRY,           TP_PRG_PAIRING         },
    { TP_PRG_PAIRING,           TP_PEV_GIVE_UP,         TP_PRG_IDLE            },
    { TP_PRG_PAIR_ENDING,       TP_PEV_PAIRED_OK,       TP_PRG_IDLE            },
    { TP_PRG_PAIR_ENDING,       TP_PEV_RETRY,           TP_PRG_PAIRING         },
    { TP_PRG_PAIR_ENDING,       TP_PEV_GIVE_UP,         TP_PRG_IDLE            },

    { TP_PRG_INTENT_ASKED,      TP_PEV_CHALLENGE,       TP_PRG_INTENT_PROVED   },
    { TP_PRG_INTENT_ASKED,      TP_PEV_RETRY,           TP_PRG_INTENT_ASKED    },
    { TP_PRG_INTENT_ASKED,      TP_PEV_GIVE_UP,         TP_PRG_IDLE            },
    { TP_PRG_INTENT_PROVED,     TP_PEV_TOKEN_OK,        TP_PRG_IDLE            },
    { TP_PRG_INTENT_PROVED,     TP_PEV_RETRY,           TP_PRG_INTENT_ASKED    },
    { TP_PRG_INTENT_PROVED,     TP_PEV_GIVE_UP,         TP_PRG_IDLE            },

    { TP_PRG_WAKING,            TP_PEV_AWAKE_OK,        TP_PRG_HELLOED         },
    { TP_PRG_WAKING,            TP_PEV_RETRY,           TP_PRG_IDLE            },
    { TP_PRG_WAKING,            TP_PEV_GIVE_UP,         TP_PRG_IDLE            },
    { TP_PRG_HELLOED,           TP_PEV_REPLY_OK,        TP_PRG_PROVED          },
    { TP_PRG_HELLOED,           TP_PEV_RETRY,           TP_PRG_IDLE            },
    { TP_PRG_HELLOED,           TP_PEV_GIVE_UP,         TP_PRG_IDLE            },
    { TP_PRG_PROVED,            TP_PEV_OPENED_OK,       TP_PRG_OPEN            },
    { TP_PRG_PROVED,            TP_PEV_RETRY,           TP_PRG_IDLE            },
    { TP_PRG_PROVED,            TP_PEV_GIVE_UP,         TP_PRG_IDLE            },

    { TP_PRG_OPEN,              TP_PEV_ASK,             TP_PRG_ASKED           },
    { TP_PRG_ASKED,             TP_PEV_ANSWER_OK,       TP_PRG_OPEN            },
    { TP_PRG_ASKED,             TP_PEV_MORE,            TP_PRG_ASKED           },
    { TP_PRG_ASKED,             TP_PEV_CLOSED,          TP_PRG_IDLE            },
    { TP_PRG_ASKED,             TP_PEV_RETRY,           TP_PRG_ASKED           },
    { TP_PRG_ASKED,             TP_PEV_GIVE_UP,         TP_PRG_IDLE            },

    { TP_PRG_EMERGENCY_ASKED,   TP_PEV_EMERGENCY_TOKEN, TP_PRG_NEAR_SENT       },
    { TP_PRG_EMERGENCY_ASKED,   TP_PEV_RETRY,           TP_PRG_EMERGENCY_ASKED },
    { TP_PRG_EMERGENCY_ASKED,   TP_PEV_GIVE_UP,         TP_PRG_IDLE            },
    { TP_PRG_NEAR_SENT,         TP_PEV_DONE_OK,         TP_PRG_IDLE            },
    { TP_PRG_NEAR_SENT,         TP_PEV_RETRY,           TP_PRG_IDLE            },
    { TP_PRG_NEAR_SENT,         TP_PEV_GIVE_UP,         TP_PRG_IDLE            },

    { TP_PRG_CALLING,           TP_PEV_ANSWER_OK,       TP_PRG_IDLE            },
    { TP_PRG_CALLING,           TP_PEV_RETRY,           TP_PRG_CALLING         },
    { TP_PRG_CALLING,           TP_PEV_GIVE_UP,         TP_PRG_IDLE            },
    { TP_PRG_OPEN,              TP_PEV_CALL,            TP_PRG_CARRYING        },
    { TP_PRG_CARRYING,          TP_PEV_ANSWER_OK,       TP_PRG_OPEN            },
    { TP_PRG_CARRYING,          TP_PEV_RETRY,           TP_PRG_CARRYING        },
    { TP_PRG_CARRYING,          TP_PEV_GIVE_UP,         TP_PRG_OPEN            },
};
// clang-format on

const struct tp_prg_row *tp_prg_table(size_t *count)
{
    *count = sizeof table / sizeof table[0];
    return table;
}

enum tp_err tp_prg_next(enum tp_prg_state from, enum tp_prg_event on,
                        enum tp_prg_state *out)
{
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        if (table[i].from == from && table[i].on == on) {
            *out = table[i].to;
            return TP_OK;
        }
    }
    return TP_E_STATE;
}

const char *tp_prg_state_name(enum tp_prg_state s)
{
#define X(n) [TP_PRG_##n] = #n,
    static const char *const names[] = {TP_PRG_STATES(X)};
#undef X
    return s < TP_PRG_STATE_COUNT ? names[s] : "?";
}

const char *tp_prg_event_name(enum tp_prg_event e)
{
#define X(n) [TP_PEV_##n] = #n,
    static const char *const names[] = {TP_PRG_EVENTS(X)};
#undef X
    return e < TP_PRG_EVENT_COUNT ? names[e] : "?";
}
