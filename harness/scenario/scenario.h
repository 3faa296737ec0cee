// scenario.h - one attack or one honest story, as loaded from its file
//
// A plain value without pointers. The field tables in scenario_fields.c and
// verbs.c are the only description of the file format: they drive the loader, its
// errors, the writer and the JSON Schema. The words of every enum stand in X-macro
// lists here, in the order of the enum.

#ifndef HARNESS_SCENARIO_SCENARIO_H
#define HARNESS_SCENARIO_SCENARIO_H

#include <protocol/controls.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    HX_ID_MAX = 64,
    HX_TEXT_MAX = 160,
    HX_PROSE_MAX = 512,
    HX_PATH_MAX = 256,
    HX_LABEL_MAX = 24,
    HX_ADVISORY_MAX = 24,
    HX_STEPS_MAX = 64,
    HX_CUTS_MAX = 12,
    HX_BYTES_MAX = 64,
    HX_ADVISORIES_MAX = 8,
    HX_CWES_MAX = 8,
};

// clang-format off
#define HX_KIND_LIST(X) X(HX_KIND_ATTACK, "attack") X(HX_KIND_STORY, "story")

// Kinds of attacker. A scenario names the smallest set of them that can do it; what
// each is able to do stands in abilities.c.
#define HX_TIER_LIST(X)                                                               \
    X(HX_TIER_EAVESDROPPER, "eavesdropper")                                           \
    X(HX_TIER_REPLAYER,     "replayer")                                               \
    X(HX_TIER_INJECTOR,     "injector")                                               \
    X(HX_TIER_MITM,         "man-in-the-middle")                                      \
    X(HX_TIER_INSIDER,      "insider")                                                \
    X(HX_TIER_STOLEN_KEY,   "stolen-key")                                             \
    X(HX_TIER_FLOODER,      "flooder")                                                \
    X(HX_TIER_NETWORK,      "network")                                                \
    X(HX_TIER_BEDSIDE,      "bedside")                                                \
    X(HX_TIER_THIEF,        "thief")

// What an attacker is able to do. A step needs what stands in its verb's row.
#define HX_ABILITY_LIST(X)                                                             \
    X(LISTEN, "listen")                                                                \
    X(INJECT, "inject")                                                                \
    X(BLOCK, "block")                                                                  \
    X(RELAY, "relay")                                                                  \
    X(TIMING, "timing") /* must hit a moment that it does not choose */                \
    X(NEAR_COIL, "near-coil")                                                          \
    X(LOW_ROLE, "low-role-keys")                                                       \
    X(STOLEN_KEYS, "stolen-keys")                                                      \
    X(NETWORK, "network") /* a place between the devices and their servers */          \
    X(MEMORY, "memory")   /* reads and writes a device's memory, in hand or from within */

#define HX_INVARIANT_LIST(X)                                                          \
    X(HX_I1, "I1")   X(HX_I2, "I2")   X(HX_I3, "I3")   X(HX_I4, "I4")                 \
    X(HX_I5, "I5")   X(HX_I6, "I6")   X(HX_I7, "I7")   X(HX_I8, "I8")                 \
    X(HX_I9, "I9")   X(HX_I10, "I10") X(HX_I11, "I11") X(HX_I12, "I12")               \
    X(HX_I13, "I13") X(HX_I14, "I14") X(HX_I15, "I15")

#define HX_LOG_CLASS_LIST(X)                                                          \
    X(HX_LOG_NONE,      "none")                                                       \
    X(HX_LOG_WAKE,      "refused-wake")                                               \
    X(HX_LOG_HANDSHAKE, "refused-handshake")                                          \
    X(HX_LOG_RECORD,    "refused-record")                                             \
    X(HX_LOG_COMMAND,   "refused-command")                                            \
    X(HX_LOG_NEAR,      "refused-near-field")                                         \
    X(HX_LOG_TRUST,     "trust-change")                                               \
    X(HX_LOG_SESSION,   "session")

#define HX_COMPARE_LIST(X)                                                            \
    X(HX_COMPARE_NONE, "none")                                                        \
    X(HX_COMPARE_SECRETS, "secrets")                                                  \
    X(HX_COMPARE_IMPLANTS, "implants")

#define HX_SWEEP_LIST(X)                                                              \
    X(HX_SWEEP_NONE, "none")                                                          \
    X(HX_SWEEP_REPLAY, "replay")                                                      \
    X(HX_SWEEP_POWER_CUT, "power-cut")                                                \
    X(HX_SWEEP_LINK_CUT, "link-cut")

#define HX_ACTOR_LIST(X)                                                              \
    X(HX_ACTOR_WAIT,       "wait")                                                    \
    X(HX_ACTOR_PROGRAMMER, "programmer")                                              \
    X(HX_ACTOR_MONITOR,    "monitor")                                                 \
    X(HX_ACTOR_REMOTE,     "remote")                                                  \
    X(HX_ACTOR_UPDATER,    "updater")                                                 \
    X(HX_ACTOR_PATIENT,    "patient")                                                 \
    X(HX_ACTOR_IMPLANT,    "implant")                                                 \
    X(HX_ACTOR_ATTACKER,   "attacker")

// Whom a step speaks of: an endpoint, or the second implant of the cast.
#define HX_PARTY_LIST(X)                                                              \
    X(HX_PARTY_ANY,        "any")                                                     \
    X(HX_PARTY_IMPLANT,    "implant")                                                 \
    X(HX_PARTY_OTHER,      "other")                                                   \
    X(HX_PARTY_PROGRAMMER, "programmer")                                              \
    X(HX_PARTY_MONITOR,    "monitor")                                                 \
    X(HX_PARTY_REMOTE,     "remote")                                                  \
    X(HX_PARTY_SERVER,     "server")                                                  \
    X(HX_PARTY_UPDATER,    "updater")                                                 \
    X(HX_PARTY_ATTACKER,   "attacker")

#define HX_LINK_LIST(X)                                                               \
    X(HX_LINK_RF, "rf") X(HX_LINK_NEAR, "near") X(HX_LINK_UPLINK, "uplink")

#define HX_PURPOSE_LIST(X)                                                            \
    X(HX_PURPOSE_NONE, "none")                                                        \
    X(HX_PURPOSE_READ_OUT, "read-out")                                                \
    X(HX_PURPOSE_THERAPY, "therapy")

#define HX_READ_LIST(X)                                                               \
    X(HX_READ_STATUS, "status") X(HX_READ_PATIENT, "patient") X(HX_READ_LOG, "log")   \
    X(HX_READ_REPORT, "report") X(HX_READ_SOFTWARE, "software")

#define HX_EMERGENCY_LIST(X)                                                          \
    X(HX_EMERGENCY_NONE, "none")                                                      \
    X(HX_EMERGENCY_SAFE_PACING, "safe-pacing")                                        \
    X(HX_EMERGENCY_INHIBIT, "inhibit")

#define HX_EXPECT_LIST(X)                                                             \
    X(HX_EXPECT_DEFAULT, "default")                                                   \
    X(HX_EXPECT_SERVED, "served")                                                     \
    X(HX_EXPECT_DENIED, "denied")                                                     \
    X(HX_EXPECT_ANY, "any")

// Kinds of frame, as an attacker tells them apart on the air (by their first byte).
#define HX_FRAME_LIST(X)                                                              \
    X(HX_FRAME_ANY,       "any")                                                      \
    X(HX_FRAME_WAKE,      "wake")                                                     \
    X(HX_FRAME_AWAKE,     "awake")                                                    \
    X(HX_FRAME_HELLO,     "hello")                                                    \
    X(HX_FRAME_REPLY,     "reply")                                                    \
    X(HX_FRAME_PROOF,     "proof")                                                    \
    X(HX_FRAME_RECORD,    "record")                                                   \
    X(HX_FRAME_REHEARSAL, "rehearsal")                                                \
    X(HX_FRAME_NEAR,      "near")                                                     \
    X(HX_FRAME_UPLINK,    "uplink")

#define HX_ROLE_LIST(X)                                                               \
    X(HX_ROLE_NONE,      "none")                                                      \
    X(HX_ROLE_MONITOR,   "monitor")                                                   \
    X(HX_ROLE_PATIENT,   "patient")                                                   \
    X(HX_ROLE_CLINICIAN, "clinician")                                                 \
    X(HX_ROLE_SERVICE,   "service")

#define HX_SIGNER_LIST(X)                                                             \
    X(HX_SIGNER_AUTHORITY, "authority") X(HX_SIGNER_SELF, "self")

// Keys and material that a scenario declares stolen, as of the step that says so.
#define HX_STOLEN_LIST(X)                                                             \
    X(HX_STOLEN_PROGRAMMER_KEY,   "programmer-key")                                   \
    X(HX_STOLEN_PROGRAMMER_BOND,  "programmer-bond")                                  \
    X(HX_STOLEN_PROGRAMMER_TOKEN, "programmer-token")                                 \
    X(HX_STOLEN_MONITOR_KEY,      "monitor-key")                                      \
    X(HX_STOLEN_MONITOR_BOND,     "monitor-bond")                                     \
    X(HX_STOLEN_IMPLANT_KEY,      "implant-key")                                      \
    X(HX_STOLEN_IMPLANT_MEMORY,   "implant-memory")                                   \
    X(HX_STOLEN_OTHER_BOND,       "other-bond")                                       \
    X(HX_STOLEN_REMOTE_KEY,       "remote-key")                                       \
    X(HX_STOLEN_REMOTE_BOND,      "remote-bond")                                      \
    X(HX_STOLEN_UPDATER_KEY,      "updater-key")

#define HX_TOKEN_LIST(X)                                                              \
    X(HX_TOKEN_NONE, "none")                                                          \
    X(HX_TOKEN_OWN, "own")                                                            \
    X(HX_TOKEN_STOLEN, "stolen")                                                      \
    X(HX_TOKEN_ZERO, "zero")

#define HX_FLOOD_LIST(X)                                                              \
    X(HX_FLOOD_WAKE, "wake")                                                          \
    X(HX_FLOOD_HELLO, "hello")                                                        \
    X(HX_FLOOD_GARBAGE, "garbage")                                                    \
    X(HX_FLOOD_CAPTURE, "capture")                                                    \
    X(HX_FLOOD_MUTATED, "mutated")

// What the patient's own heart does, and so what therapy is worth to them.
#define HX_RESTS_LIST(X)                                                              \
    X(HX_RESTS_INTRINSIC, "intrinsic") X(HX_RESTS_DEPENDENT, "dependent")

// What a cast may ask for.
#define HX_IMPLANT_LIST(X)    X(HX_IMPLANT_CARDIAC, "cardiac") X(HX_IMPLANT_PUMP, "pump")
#define HX_PROGRAMMER_LIST(X)                                                         \
    X(HX_PROGRAMMER_CLINICIAN, "clinician") X(HX_PROGRAMMER_SERVICE, "service")

// Software that an attacker offers: its own, with the maker's signature of another;
// an older release; a newer one; another model's.
#define HX_IMAGE_LIST(X)                                                              \
    X(HX_IMAGE_OWN, "own") X(HX_IMAGE_OLD, "old") X(HX_IMAGE_NEXT, "next")            \
    X(HX_IMAGE_OTHER_MODEL, "other-model")

// What an attacker in a server's place asks of a monitor.
#define HX_WANT_LIST(X)                                                               \
    X(HX_WANT_NOTHING, "nothing") X(HX_WANT_REPORT, "report") X(HX_WANT_RELAY, "relay")

#define HX_FORGED_LIST(X)                                                             \
    X(HX_FORGED_MADE_UP, "made-up") X(HX_FORGED_KEPT, "kept")

// What a product line implants: anything, or one of the above in their order.
#define HX_DEVICE_LIST(X)                                                             \
    X(HX_DEVICE_ANY, "any") X(HX_DEVICE_CARDIAC, "cardiac") X(HX_DEVICE_PUMP, "pump")
// clang-format on

#define HX_NAME_OF(name, word) name,
enum hx_kind { HX_KIND_LIST(HX_NAME_OF) HX_KIND_COUNT };
enum hx_tier { HX_TIER_LIST(HX_NAME_OF) HX_TIER_COUNT };
enum hx_invariant { HX_INVARIANT_LIST(HX_NAME_OF) HX_INVARIANT_COUNT };
enum hx_log_class { HX_LOG_CLASS_LIST(HX_NAME_OF) HX_LOG_COUNT };
enum hx_compare { HX_COMPARE_LIST(HX_NAME_OF) HX_COMPARE_COUNT };
enum hx_sweep { HX_SWEEP_LIST(HX_NAME_OF) HX_SWEEP_COUNT };
enum hx_actor { HX_ACTOR_LIST(HX_NAME_OF) HX_ACTOR_COUNT };
enum hx_party { HX_PARTY_LIST(HX_NAME_OF) HX_PARTY_COUNT };
enum hx_link { HX_LINK_LIST(HX_NAME_OF) HX_LINK_COUNT };
enum hx_purpose { HX_PURPOSE_LIST(HX_NAME_OF) HX_PURPOSE_COUNT };
enum hx_read { HX_READ_LIST(HX_NAME_OF) HX_READ_COUNT };
enum hx_emergency { HX_EMERGENCY_LIST(HX_NAME_OF) HX_EMERGENCY_COUNT };
enum hx_expect { HX_EXPECT_LIST(HX_NAME_OF) HX_EXPECT_COUNT };
enum hx_frame { HX_FRAME_LIST(HX_NAME_OF) HX_FRAME_COUNT };
enum hx_role { HX_ROLE_LIST(HX_NAME_OF) HX_ROLE_COUNT };
enum hx_signer { HX_SIGNER_LIST(HX_NAME_OF) HX_SIGNER_COUNT };
enum hx_stolen { HX_STOLEN_LIST(HX_NAME_OF) HX_STOLEN_COUNT };
enum hx_token { HX_TOKEN_LIST(HX_NAME_OF) HX_TOKEN_COUNT };
enum hx_flood { HX_FLOOD_LIST(HX_NAME_OF) HX_FLOOD_COUNT };
enum hx_rests { HX_RESTS_LIST(HX_NAME_OF) HX_RESTS_COUNT };
enum hx_implant { HX_IMPLANT_LIST(HX_NAME_OF) HX_IMPLANT_COUNT };
enum hx_programmer { HX_PROGRAMMER_LIST(HX_NAME_OF) HX_PROGRAMMER_COUNT };
enum hx_image { HX_IMAGE_LIST(HX_NAME_OF) HX_IMAGE_COUNT };
enum hx_want { HX_WANT_LIST(HX_NAME_OF) HX_WANT_COUNT };
enum hx_forged { HX_FORGED_LIST(HX_NAME_OF) HX_FORGED_COUNT };
enum hx_device { HX_DEVICE_LIST(HX_NAME_OF) HX_DEVICE_COUNT };
#undef HX_NAME_OF

#define X(name, word) HX_ABILITY_##name,
enum hx_ability { HX_ABILITY_LIST(X) HX_ABILITIES };
#undef X

// What a step does, and the members of struct hx_step that say how. Which actor may
// do what, and by which words, stands in the verb table of verbs.c.
enum hx_verb {
    HX_DO_WAIT, // wait_us

    // A programmer or monitor: honest, and the bench acts on its person's behalf. All
    // take with, expect and background.
    HX_DO_PAIR,
    HX_DO_INTENT,
    HX_DO_OPEN,       // purpose
    HX_DO_READ,       // read
    HX_DO_WRITE,      // therapy (two-step), rehearse
    HX_DO_ALARM,      // value: volume, rehearse
    HX_DO_TEST_PULSE, // value: amplitude in mV, rehearse
    HX_DO_CLOSE,
    HX_DO_EMERGENCY, // emergency
    HX_DO_STATEMENT, // epoch: delivers the authority's statement of time and least
                     // certificate epoch
    HX_DO_SHOCK,
    HX_DO_BOLUS,   // value: milliunits
    HX_DO_REPORT,  // a monitor: from the implant to the server
    HX_DO_FETCH,   // its own software, from the updater
    HX_DO_UPDATE,  // the implant's software, from the updater
    HX_DO_PUBLISH, // by the updater: the programmer's latest release is current

    // A patient; the implant's power supply.
    HX_DO_MAGNET,    // on
    HX_DO_POWER_CUT, // after: outputs from now, 0 = at once

    // The attacker without keys. In capture and replay nth counts what was heard so
    // far (-1: the last), elsewhere the frames to come that match; both from 1.
    HX_DO_CAPTURE,     // label; from, frame, nth: picks a frame heard
    HX_DO_SEND,        // label; to, link, times, every_us
    HX_DO_TAMPER,      // label; at, bytes (XOR): alters a captured frame
    HX_DO_BLOCK,       // frame; from, nth, times: so many from the nth never arrive
    HX_DO_HOLD,        // label; frame, from, nth: kept back, and a capture from then on
    HX_DO_MODIFY,      // frame; from, nth, at, bytes (XOR): arrives altered
    HX_DO_LET_PASS,    // ends every block, hold and modify
    HX_DO_REFLECT,     // frame; from, nth, times: so many return to their sender
    HX_DO_REPLAY,      // from, nth: all heard from it in its nth session is sent again,
                       // with the gaps it had
    HX_DO_FLOOD,       // flood; label (of a capture), rate_mhz, for_us, to, background
    HX_DO_RELAY,       // link; from, delay_us: carries all between programmer and
                       // implant, wherever they are
    HX_DO_REWRITE_LOG, // edits the stolen implant memory's log with the key in it

    // The attacker as puppet: speaks the wire format with what it stole or was given.
    HX_DO_STEAL,         // stolen (set)
    HX_DO_ENROL,         // role, scope, expired, epoch (-1 = today's), signer: gets
                         // itself a static key and a certificate like this
    HX_DO_PUPPET_PAIR,   // with
    HX_DO_PUPPET_INTENT, // with
    HX_DO_PUPPET_OPEN,   // purpose, with, token, short_handshake, times, every_us
    HX_DO_PUPPET_READ,   // read
    HX_DO_PUPPET_WRITE,  // therapy; hold_us: pause between proposal and confirmation
    HX_DO_PUPPET_ALARM,  // value
    HX_DO_PUPPET_RAW,    // opcode, bytes: a request with any opcode and body
    HX_DO_PUPPET_CLOSE,
    HX_DO_PUPPET_KEEP_OPEN, // for_us, every_us: reads status so often; background
    HX_DO_PUPPET_EMERGENCY, // emergency, or opcode and bytes; link
    HX_DO_PUPPET_ANCHOR,    // hands the implant an anchor of its own, badly signed
    HX_DO_IMPERSONATE,      // with: answers as that implant with what was stolen
    HX_DO_DECRYPT,          // opens all it heard with what was stolen
    HX_DO_PUPPET_BOLUS,     // value: milliunits
    HX_DO_PUPPET_UPDATE,    // image; value: chunks, then it walks off (0: all)

    // The attacker in the network.
    HX_DO_SERVE,         // to: in whose place; image, want, opcode, bytes, tunnel
    HX_DO_UPLINK_OPEN,   // to; from: as whom
    HX_DO_UPLINK_REPORT, // forged
    HX_DO_UPLINK_FILE,   // text
    HX_DO_LOGIN,         // at the implant's service port
    HX_DO_SERVICE,       // opcode, bytes: a request there

    // The attacker within a device, or with many of them.
    HX_DO_REWRITE_STAGING, // to: whose; image
    HX_DO_OPEN_FLEET,      // value: how many other implants it tries
    HX_DO_COUNT
};

struct hx_therapy_args {
    int64_t lower_rate_ppm, upper_rate_ppm, amplitude_mv, mode; // -1: as it is
    int64_t basal_mu_h, bolus_max_mu, daily_max_cu, remote;     // of a pump
};

struct hx_step {
    uint32_t line; // of the file, for messages
    enum hx_actor actor;
    enum hx_verb verb;
    int64_t wait_us, for_us, every_us, delay_us, hold_us;
    int64_t nth, times, at, after, value, opcode, epoch, rate_mhz;
    int64_t purpose, read, emergency, expect, with, from, to, link, frame, token, flood;
    int64_t role, scope, signer; // enums above
    int64_t image, want, forged;
    int64_t on, rehearse, expired, short_handshake, background, tunnel; // booleans
    uint64_t stolen; // set of enum hx_stolen
    char label[HX_LABEL_MAX];
    char text[HX_LABEL_MAX];
    struct hx_therapy_args therapy;
    uint8_t bytes[HX_BYTES_MAX];
    size_t bytes_len;
};

enum { HX_SURFACE_COMPUTED = -1 };

struct hx_cut { // one minimal set of controls, and what falls without it
    struct tp_controls without;
    uint32_t violates; // set of enum hx_invariant
    uint32_t line;
};

struct hx_scenario {
    char id[HX_ID_MAX];
    char path[HX_PATH_MAX];
    char name[HX_TEXT_MAX];
    char why[HX_PROSE_MAX];
    int64_t kind, compare, sweep, sweep_of, must_log;
    uint64_t tiers; // set of enum hx_tier
    char advisories[HX_ADVISORIES_MAX][HX_ADVISORY_MAX];
    size_t advisory_count;
    int64_t cwes[HX_CWES_MAX];
    size_t cwe_count;
    int64_t category; // enum tp_category; TP_CAT_COUNT where a story names none
    // cast
    int64_t implant, programmer, has_monitor, has_other, has_network, rests;
    int64_t rekey_after; // records per key generation, 0 = the default
    // air
    int64_t loss_ppm, duplicate_ppm, delay_max_us;
    // attacker
    int64_t hears;                  // set of enum hx_link as bits
    int64_t at_mm, power_dbm, near; // near: has a coil at the bedside
    int64_t
        surface; // set of enum hx_link; HX_SURFACE_COMPUTED where the file is silent
    int64_t heavy;
    struct hx_step steps[HX_STEPS_MAX];
    size_t step_count;
    struct hx_cut cuts[HX_CUTS_MAX];
    size_t cut_count;
};

struct hx_profile {
    char id[160];
    char path[HX_PATH_MAX];
    char name[HX_TEXT_MAX];
    char notes[HX_PROSE_MAX];
    char advisories[HX_ADVISORIES_MAX][HX_ADVISORY_MAX];
    size_t advisory_count;
    struct tp_controls lacks;
    int64_t legacy;        // hand-written
    int64_t updatable;     // false where the family can't be mended in the field
    char fixes[HX_ID_MAX]; // the family that its maker mended so; empty: it is one
    int64_t device;        // enum hx_device
    int64_t closes;        // set of enum hx_link: switched off
    int64_t battery_fault; // a cell of its battery is shorted
};

#endif
