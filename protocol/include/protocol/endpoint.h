// endpoint.h - what the bench asks of any implant, programmer or monitor
//
// This is the seam at which a designer swaps in another protocol: it names no
// message, key or state of ours. An endpoint never reads a clock, opens a
// socket, allocates or sleeps. Time, bytes and a boot seed come in through these
// calls; everything it does leaves through output(), in order. So one endpoint
// runs in process, as a child process, or on a board, with the same trace.
//
// All times are microseconds since the start of the run, never decreasing.
// API version 1: append only.

#ifndef PROTOCOL_ENDPOINT_H
#define PROTOCOL_ENDPOINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    EP_API_VERSION = 1,
    EP_FRAME_MAX = 255, // bytes of a frame on any link
    EP_ARGS_MAX = 128,  // bytes of an act's or a commit's arguments
    EP_NVM_MAX = 64,    // bytes of one write to non-volatile memory
    EP_SEED_LEN = 32,
};
#define EP_NEVER UINT64_MAX

// Links are bits where a set is meant (1u << EP_RF).
enum ep_link { EP_RF, EP_NEAR, EP_UPLINK };

struct ep_frame {
    uint64_t now_us;     // when its last byte arrived; unused when sending
    uint32_t repeat_us;  // sending: repeated back to back for so long (wake-up
                         // bursts, which a sniffing receiver must not miss);
                         // 0 = once
    int16_t rssi_q8_dbm; // received power in 1/256 dBm; unused when sending
    uint8_t link;        // enum ep_link
    uint8_t place;       // EP_UPLINK: sending, for whom; received, from whom the
                         // network says it comes (enum ep_place; not to be trusted)
    uint8_t len;
    uint8_t bytes[EP_FRAME_MAX];
};

// Who is reached over a network.
enum ep_place {
    EP_PLACE_NONE,
    EP_PLACE_SERVER,  // collects the monitors' telemetry
    EP_PLACE_UPDATER, // hands out software
    EP_PLACE_PROGRAMMER,
    EP_PLACE_MONITOR,
    EP_PLACE_IMPLANT, // a device with a service port
};

// What a person does: a clinician writes therapy, a patient holds a magnet. The
// bench issues acts, so they are ground truth. Arguments are little-endian and
// packed; kinds that an endpoint does not know are refused by act().
enum ep_act_kind {
    EP_ACT_MAGNET = 1,     // to an implant: u8 1 = held over it, 0 = taken away
    EP_ACT_PAIR = 16,      // to a programmer or monitor: u8 peer
    EP_ACT_INTENT = 17,    // u8 peer: fetch an intent token over the near field
    EP_ACT_OPEN = 18,      // u8 peer, u8 purpose (enum ep_purpose)
    EP_ACT_COMMAND = 19,   // u8 peer, u8 flags (enum ep_command_flag), u16 opcode, args
    EP_ACT_CLOSE = 20,     // u8 peer
    EP_ACT_EMERGENCY = 21, // u8 peer, u8 what (enum ep_emergency)
    EP_ACT_STATEMENT = 22, // u8 peer, then the authority's signed statement
    EP_ACT_ANCHOR = 23,    // u8 peer, the new trust anchor, its signature: over the
                           // near field
    EP_ACT_REPORT = 24,    // to a monitor: u8 peer: read its report, pass it upstream
    EP_ACT_FETCH = 25,     // to a programmer or monitor: u8 0: fetch and install what
                           // the updater has for it itself
    EP_ACT_UPDATE = 26,    // to a programmer: u8 peer: fetch the implant's software and
                           // install it, in the session that is open
    EP_ACT_PUBLISH = 27,   // to an updater: u8 release, from now on the current one of
                           // its model
};

enum ep_purpose { EP_READ_OUT = 1, EP_THERAPY = 2 };
enum ep_command_flag { EP_REHEARSE = 1 };                 // check only, do not execute
enum ep_emergency { EP_SAFE_PACING = 1, EP_INHIBIT = 2 }; // a pump knows the second

struct ep_act {
    uint16_t kind; // enum ep_act_kind
    uint8_t len;
    uint8_t args[EP_ARGS_MAX];
};

// The actuator's opcodes: what a commit changes in the world outside.
enum ep_commit_kind {
    EP_COMMIT_PACE = 1,       // one pacing pulse; no arguments
    EP_COMMIT_THERAPY = 2,    // u16 lower, u16 upper (pulses/min), u16 amplitude (mV),
                              // u8 mode: the therapy parameters now in force
    EP_COMMIT_ALARM = 3,      // u8 volume 0..7 of the patient alarm, now in force
    EP_COMMIT_EMERGENCY = 4,  // u8 enum ep_emergency, or 0 when it reverts
    EP_COMMIT_ALERT = 5,      // the patient alarm sounds: u8 reason
    EP_COMMIT_TEST_PULSE = 6, // one capture-test pulse: u16 amplitude (mV)
    EP_COMMIT_SHOCK = 7,      // one high-voltage shock; no arguments
    EP_COMMIT_INFUSION = 8,   // u16 basal (mU/h), u16 greatest bolus (mU), u16 greatest
                              // daily dose (10 mU), u8 1 = remote bolus allowed: the
                              // infusion parameters now in force
    EP_COMMIT_BOLUS = 9,      // u16 mU of insulin, delivered at once
    EP_COMMIT_DOSE = 10,      // one micro-dose of the basal infusion; no arguments
    EP_COMMIT_BACKUP = 11,    // u8 1: therapy reduced to a backup mode, 0: back
    EP_COMMIT_BOOT = 12,      // u16 at, u16 size: software that runs from now on, where
                              // it lies in non-volatile memory; u32 its version
    EP_COMMIT_REPORT = 13,    // a report on the patient leaves the implant: its bytes
    EP_COMMIT_SHOWN = 14, // the server shows a report to the clinic: u8 implant, then
                          // the report's bytes
};

// SEND, NVM and COMMIT are truth: the bench owns the air, the memory and the
// actuator. LISTEN is truth too: radio charge follows from it. WORK is declared
// by the endpoint, and reports say so. EVENT explains; no verdict rests on it.
// RESTART has no fields: the endpoint asks to be started anew, from its memory, as
// soon as this output is taken.
enum ep_output_kind {
    EP_SEND,
    EP_NVM,
    EP_COMMIT,
    EP_LISTEN,
    EP_WORK,
    EP_EVENT,
    EP_RESTART
};

enum ep_work { EP_WORK_DH = 1, EP_WORK_VERIFY = 2, EP_WORK_MAC = 3 };

struct ep_output {
    uint8_t kind; // enum ep_output_kind
    union {
        struct ep_frame send;
        struct {
            uint16_t at;
            uint8_t len;
            uint8_t bytes[EP_NVM_MAX];
        } nvm;
        struct {
            uint16_t opcode; // enum ep_commit_kind
            uint8_t len;
            uint8_t args[EP_ARGS_MAX];
        } commit;
        struct {
            uint8_t link;      // enum ep_link
            uint8_t len_max;   // longer frames are cut off behind so many bytes, and
                               // the receiver is off again; 0: none are
            uint32_t every_us; // 0: receiver on all the time; else it sniffs
                               // for a moment so often
            uint64_t until_us; // EP_NEVER: until told otherwise
        } listen;
        struct {
            uint16_t operation; // enum ep_work
            uint32_t count;
        } work;
        struct {
            uint16_t kind;    // the endpoint's own
            uint16_t control; // which control decided, or 0xffff
            int32_t value;
        } event;
    };
};

struct ep_ops {
    const char *name;      // "reference-implant"
    uint32_t api_version;  // EP_API_VERSION
    size_t size, nvm_size; // bytes the caller provides, aligned for anything

    // Powers up on zeroed state, which may hold no pointers: a snapshot is a copy.
    // nvm is what survived the last power cut, read only here: every change of it
    // leaves as an NVM output. seed is fresh at each boot. config is the
    // endpoint's own binary configuration, borrowed for the call.
    //
    // Fails  -1 if config is no good; the state is then unusable.
    int (*init)(void *ep, const void *nvm, const uint8_t seed[EP_SEED_LEN],
                const uint8_t *config, size_t config_len, uint64_t now_us);

    // A frame came off a link. Never fails: a bad frame is no error, and what the
    // peer may learn of it is the protocol's decision.
    void (*receive)(void *ep, const struct ep_frame *frame);

    // The moment named by deadline() has come.
    void (*expire)(void *ep, uint64_t now_us);
    uint64_t (*deadline)(const void *ep); // EP_NEVER if none

    // Fails  -1 if this endpoint knows no such act, or is busy with another.
    int (*act)(void *ep, const struct ep_act *act, uint64_t now_us);

    // Takes the oldest output not yet taken; false when there is none.
    bool (*output)(void *ep, struct ep_output *out);

    // How the last act stands: 0 in progress, 1 served, -1 denied or given up. In
    // the second case reply (if not NULL) gets up to cap bytes of what was read.
    int (*outcome)(const void *ep, uint8_t *reply, size_t cap, size_t *reply_len);

    void (*wipe)(void *ep); // forgets every secret; the state is then zero
};

#endif
