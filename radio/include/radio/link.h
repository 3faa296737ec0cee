// link.h - frames, how long they take, and the seam behind which an air lies
//
// A band is one of three ways between devices: the MedRadio channel, a wand's
// coil, the network. A frame is opaque here: what its bytes mean is decided
// elsewhere.
//
// All times are microseconds of the run, and never decrease from call to call.

#ifndef RADIO_LINK_H
#define RADIO_LINK_H

#include <radio/err.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum rl_band { RL_RF, RL_NEAR, RL_UPLINK, RL_BAND_COUNT };

enum { RL_FRAME_MAX = 255 };
#define RL_NEVER UINT64_MAX

struct rl_frame {
    uint32_t repeat_us;  // repeated back to back for so long; 0 = sent once
    int16_t rssi_q8_dbm; // received power in 1/256 dBm; unused when sending
    uint8_t band;        // enum rl_band
    uint8_t mark;        // its sender's, carried along as it is
    uint8_t len;
    uint8_t bytes[RL_FRAME_MAX];
};

// One frame at one receiver. frame.bytes past frame.len are zero.
struct rl_arrival {
    uint64_t at_us;    // its last byte is in
    uint64_t start_us; // its sender began to transmit (a burst: its first copy)
    uint8_t from, to;  // node numbers
    struct rl_frame frame;
};

// When a receiver is open: all the time until until_us, or (every_us not 0) for a
// moment each every_us.
struct rl_tuning {
    uint32_t every_us;
    uint64_t until_us; // RL_NEVER: until told otherwise
};

// What a frame costs on each band. Overhead is what surrounds its bytes.
enum {
    // MSK at 200 kb/s, a raw rate of the ZL70102 and ZL70103 transceivers (data
    // sheets); 99 % of its power is within 237 of a channel's 300 kHz.
    RL_RF_BYTE_US = 40,
    RL_RF_OVERHEAD = 12, // preamble 5, sync word 4, length 1, CRC 2
    // 100 kb/s over a coil of a few centimetres, without a preamble: assumptions of
    // this bench, as the wands on sale differ.
    RL_NEAR_BYTE_US = 80,
    RL_NEAR_OVERHEAD = 4, // sync word 1, length 1, CRC 2
    // A home network: 10 Mb/s, 20 ms to the other end; also assumptions.
    RL_UPLINK_LATENCY_US = 20000,
    RL_UPLINK_BITS_PER_US = 10,
};

// How long one copy of a frame with len bytes takes, from its first bit leaving
// to its last byte arriving. len is at most RL_FRAME_MAX.
uint32_t rl_airtime_us(enum rl_band band, size_t len);

// How long the sender transmits: one airtime; for a repeated frame as many whole
// copies as cover repeat_us, and one more, so that a receiver which wakes up at
// any moment of repeat_us still gets a whole copy.
uint64_t rl_on_air_us(const struct rl_frame *frame);

// Where a node is and what its radio can do.
struct rl_node_config {
    int32_t x_mm, y_mm, z_mm;
    int16_t power_q8_dbm;       // radiated (EIRP) on RL_RF
    int16_t sensitivity_q8_dbm; // weakest that it receives on RL_RF
    int16_t body_loss_q8_db;    // tissue in front of its antenna, both ways
    bool promiscuous;           // an attacker: on all bands, always, however tuned
};

// At the origin, -16 dBm (the 25 uW that MedRadio allows), -95 dBm, no body.
struct rl_node_config rl_node_default(void);

// The seam: a whole air, to which this process joins its own nodes. The medium
// in medium.h is one; datagrams, recordings and radios are others. Nothing here
// blocks, and an air may lie in another process: what it needs to know of a node
// goes through these calls.
struct rl_link_ops {
    const char *scheme; // "loopback"

    // Opens the air that where names, in the backend's own words; "" if there is
    // nothing to choose.
    //
    // Fails  RL_E_CLOSED if there is no such air.
    enum rl_err (*open)(void *link, const char *where);

    // Adds a node of this process and gives its number.
    //
    // Fails  RL_E_OVERFLOW, RL_E_CLOSED; *node is then untouched.
    enum rl_err (*join)(void *link, const struct rl_node_config *config, uint8_t *node);

    // Sends a frame from one of this process's nodes, as soon as its transmitter
    // is free.
    //
    // Owner  frame is copied.
    // Fails  RL_E_OVERFLOW, RL_E_UNDERFLOW, RL_E_LATE, RL_E_CLOSED; nothing, or
    //        (UNDERFLOW) only a part, was transmitted.
    enum rl_err (*submit)(void *link, uint8_t node, const struct rl_frame *frame,
                          uint64_t now_us);

    // Sets one receiver of a node; see rl_medium_tune.
    void (*tune)(void *link, uint8_t node, enum rl_band band, uint64_t now_us,
                 struct rl_tuning tuning);

    // The earliest time at which take() may have something, as far as is known
    // now; RL_NEVER if nothing is under way.
    uint64_t (*next)(const void *link);

    // Takes the earliest arrival due by now_us at any node of this process.
    //
    // Fails  RL_E_TIMEOUT if there is none, RL_E_CLOSED; *out is then untouched.
    enum rl_err (*take)(void *link, uint64_t now_us, struct rl_arrival *out);

    // Ends transmission, reception and membership of the air.
    void (*close)(void *link);
};

#endif
