// controls.h - every protective measure of the protocol, by name
//
// The only list. Each control has an id (as profiles and scenarios write it),
// the category of the premarket guidance it answers to, and the clause of
// SPEC.md that demands it. An attack in fixtures/scenarios proves each needed.
//
// In a build with TP_WEAKNESSES a set of controls can be taken away at run time:
// then the control's check passes, or its transformation is the identity, while
// layouts and honest interoperability stay. Without it no switch is left:
// tp_has() is the constant true and struct tp_controls is empty of meaning.

#ifndef PROTOCOL_CONTROLS_H
#define PROTOCOL_CONTROLS_H

#include <stdbool.h>
#include <stdint.h>

// clang-format off
#define TP_CONTROL_LIST(X)                                                        \
    /* near field and trust */                                                    \
    X(PAIRING_AUTHENTICATION, "pairing-authentication", AUTHENTICATION,  "NEAR-3") \
    X(INTENT_TOKEN,           "intent-token",           AUTHORIZATION,   "INT-1")  \
    X(INTENT_SINGLE_USE,      "intent-single-use",      AUTHORIZATION,   "INT-4")  \
    X(INTENT_AGE,             "intent-age",             AUTHORIZATION,   "INT-5")  \
    X(NEAR_FIELD_ROUND_TRIP,  "near-field-round-trip",  AUTHENTICATION,  "INT-3")  \
    X(ANCHOR_CHANGE,          "anchor-change",          AUTHORIZATION,   "ANC-1")  \
    /* wake-up */                                                                 \
    X(WAKE_AUTHENTICATION,    "wake-authentication",    AUTHENTICATION,  "WAKE-2") \
    X(WAKE_COUNTER,           "wake-counter",           AUTHENTICATION,  "WAKE-4") \
    X(WAKE_MASKING,           "wake-masking",           CONFIDENTIALITY, "WAKE-3") \
    X(WAKE_BUDGET,            "wake-budget",            RESILIENCE,      "WAKE-6") \
    X(ATTEMPT_PER_WAKE,       "attempt-per-wake",       RESILIENCE,      "WAKE-5") \
    /* handshake */                                                               \
    X(CERTIFICATE_CHECK,      "certificate-check",      AUTHENTICATION,  "CERT-2") \
    X(CERTIFICATE_SCOPE,      "certificate-scope",      AUTHORIZATION,   "CERT-3") \
    X(CERTIFICATE_VALIDITY,   "certificate-validity",   AUTHENTICATION,  "CERT-4") \
    X(CERTIFICATE_EPOCH,      "certificate-epoch",      AUTHENTICATION,  "CERT-5") \
    X(IMPLANT_AUTHENTICATION, "implant-authentication", AUTHENTICATION,  "HS-3")   \
    X(PROXIMITY_BINDING,      "proximity-binding",      AUTHENTICATION,  "HS-5")   \
    X(VERSION_BINDING,        "version-binding",        CRYPTOGRAPHY,    "HS-2")   \
    X(HANDSHAKE_ORDER,        "handshake-order",        AUTHENTICATION,  "HS-6")   \
    X(FORWARD_SECRECY,        "forward-secrecy",        CRYPTOGRAPHY,    "HS-4")   \
    X(DEVICE_KEYS,            "device-keys",            CRYPTOGRAPHY,    "NEAR-5") \
    X(FRESH_RANDOMNESS,       "fresh-randomness",       CRYPTOGRAPHY,    "RND-1")  \
    X(TIME_AFTER_CUT,         "time-after-power-cut",   AUTHENTICATION,  "TIME-3") \
    /* records */                                                                 \
    X(ENCRYPTION,             "encryption",             CONFIDENTIALITY, "REC-2")  \
    X(RECORD_AUTHENTICATION,  "record-authentication",  AUTHENTICATION,  "REC-3")  \
    X(HEADER_AUTHENTICATION,  "header-authentication",  AUTHENTICATION,  "REC-4")  \
    X(DIRECTION_KEYS,         "direction-keys",         CRYPTOGRAPHY,    "REC-6")  \
    X(SESSION_KEYS,           "session-keys",           CRYPTOGRAPHY,    "REC-5")  \
    X(REPLAY_ORDER,           "replay-order",           AUTHENTICATION,  "REC-7")  \
    X(NONCE_PERSISTENCE,      "nonce-persistence",      CRYPTOGRAPHY,    "REC-8")  \
    X(PADDING,                "padding",                CONFIDENTIALITY, "REC-9")  \
    X(REKEY,                  "rekey",                  CRYPTOGRAPHY,    "REC-10") \
    X(SESSION_LIFETIME,       "session-lifetime",       AUTHORIZATION,   "SES-3")  \
    /* commands */                                                                \
    X(COMMAND_ALLOW_LIST,     "command-allow-list",     INTEGRITY,       "CMD-1")  \
    X(EXACT_LENGTH,           "exact-length",           INTEGRITY,       "CMD-2")  \
    X(ROLE_CHECK,             "role-check",             AUTHORIZATION,   "CMD-3")  \
    X(TWO_STEP_WRITE,         "two-step-write",         AUTHORIZATION,   "CMD-5")  \
    X(COMMAND_DEADLINE,       "command-deadline",       AUTHENTICATION,  "CMD-6")  \
    X(RANGE_LIMITS,           "range-limits",           INTEGRITY,       "LIM-1")  \
    X(CROSS_LIMITS,           "cross-limits",           INTEGRITY,       "LIM-2")  \
    X(RAMP_LIMITS,            "ramp-limits",            INTEGRITY,       "LIM-3")  \
    X(COMMAND_RATE,           "command-rate",           RESILIENCE,      "LIM-4")  \
    X(SECURE_DEFAULTS,        "secure-defaults",        AUTHORIZATION,   "PMP-4")  \
    /* availability and emergency */                                              \
    X(THERAPY_ISOLATION,      "therapy-isolation",      RESILIENCE,      "AVL-1")  \
    X(WORK_BUDGET,            "work-budget",            RESILIENCE,      "AVL-2")  \
    X(SESSION_PREEMPTION,     "session-preemption",     RESILIENCE,      "AVL-3")  \
    X(EMERGENCY_PRESENCE,     "emergency-presence",     AUTHENTICATION,  "EMG-1")  \
    X(EMERGENCY_RESTRICTION,  "emergency-restriction",  AUTHORIZATION,   "EMG-3")  \
    /* log */                                                                     \
    X(LOG_CHAIN,              "log-chain",              LOGGING,         "LOG-3")  \
    X(LOG_RESERVE,            "log-reserve",            LOGGING,         "LOG-2")  \
    /* update */                                                                  \
    X(UPDATE_SIGNATURE,       "update-signature",       INTEGRITY,       "UPD-2")  \
    X(UPDATE_SCOPE,           "update-scope",           INTEGRITY,       "UPD-3")  \
    X(UPDATE_NO_ROLLBACK,     "update-no-rollback",     UPDATABILITY,    "UPD-4")  \
    X(UPDATE_EXPIRY,          "update-expiry",          UPDATABILITY,    "UPD-5")  \
    X(UPDATE_VERIFY_AT_USE,   "update-verify-at-use",   INTEGRITY,       "UPD-6")  \
    X(UPDATE_ATOMIC,          "update-atomic",          UPDATABILITY,    "UPD-7")  \
    X(UPDATE_KEEPS_THERAPY,   "update-keeps-therapy",   RESILIENCE,      "UPD-8")  \
    /* network */                                                                 \
    X(UPLINK_AUTHENTICATION,  "uplink-authentication",  AUTHENTICATION,  "NET-2")  \
    X(CHANNEL_CHECK_AT_USE,   "channel-check-at-use",   AUTHENTICATION,  "NET-4")  \
    X(TELEMETRY_ORIGIN,       "telemetry-origin",       AUTHENTICATION,  "TEL-1")  \
    X(TELEMETRY_SEQUENCE,     "telemetry-sequence",     AUTHENTICATION,  "TEL-2")  \
    X(RELAY_ALLOW_LIST,       "relay-allow-list",       AUTHORIZATION,   "MON-2")  \
    X(PATH_IDS,               "path-ids",               INTEGRITY,       "NET-6")  \
    X(NO_SHIPPED_CREDENTIALS, "no-shipped-credentials", AUTHENTICATION,  "NET-7")
// clang-format on

enum tp_control {
#define X(name, id, category, clause) TP_CTL_##name,
    TP_CONTROL_LIST(X)
#undef X
        TP_CTL_COUNT
};

// The eight categories of the premarket guidance's Appendix 1.
#define TP_CATEGORY_LIST(X)                                                            \
    X(AUTHENTICATION, "authentication")                                                \
    X(AUTHORIZATION, "authorization")                                                  \
    X(CRYPTOGRAPHY, "cryptography")                                                    \
    X(INTEGRITY, "integrity")                                                          \
    X(CONFIDENTIALITY, "confidentiality")                                              \
    X(LOGGING, "logging")                                                              \
    X(RESILIENCE, "resilience")                                                        \
    X(UPDATABILITY, "updatability")

enum tp_category {
#define X(name, id) TP_CAT_##name,
    TP_CATEGORY_LIST(X)
#undef X
        TP_CAT_COUNT
};

struct tp_control_info {
    const char *id;
    enum tp_category category;
    const char *clause;
};

// Which controls are taken away: bit n stands for control n.
struct tp_controls {
    uint64_t lack[2];
};

const struct tp_control_info *tp_control_info(enum tp_control c);
const char *tp_category_id(enum tp_category c);

// Finds a control by its id; TP_CTL_COUNT if there is none.
enum tp_control tp_control_find(const char *id);

static inline void tp_controls_drop(struct tp_controls *set, enum tp_control c)
{
    set->lack[c / 64] |= UINT64_C(1) << (c % 64);
}

#ifdef TP_WEAKNESSES
// A function, not an inline test, so that a build's object files show by their
// undefined symbols whether any switch is left in them.
bool tp_controls_lack(const struct tp_controls *set, enum tp_control c);

static inline bool tp_has(const struct tp_controls *set, enum tp_control c)
{
    return !tp_controls_lack(set, c);
}
#else
static inline bool tp_has(const struct tp_controls *set, enum tp_control c)
{
    (void)set;
    (void)c;
    return true;
}
#endif

#endif
