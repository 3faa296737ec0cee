// medium.h - the air at frame fidelity: who hears which frame, and when
//
// A frame is a stretch of time on one band, and a level at each other node. A
// node receives a copy of it if
//
//   - it is in range: level at or above its sensitivity, and RL_SNR_Q8_DB above
//     the air's noise; on RL_NEAR within RL_NEAR_RANGE_MM; on RL_UPLINK always;
//   - its receiver is tuned to the band (on every band alike), open when the copy
//     begins, and stays open until it ends;
//   - it does not itself transmit on that band meanwhile (not on RL_UPLINK);
//   - no other frame overlaps the copy there, unless the copy is at least
//     RL_CAPTURE_Q8_DB stronger (not on RL_UPLINK; air.collisions);
//   - the air does not lose it (air.loss_ppm).
//
// A burst is strobed: between two copies its sender listens, long enough for an
// answer. So a burst spoils no frame that is sent once.
//
// It receives a frame once, burst or not: the first copy for which all that
// holds. A sniffing receiver that finds a burst, within its repeat_us, stays open
// for the copy that begins next, and so has it two airtimes later at most.
// Levels are those of the moment of sending. A transmitter sends one frame at a
// time per band: a frame handed to it meanwhile follows without a gap, and a
// burst ends, after the copy under way, as soon as its sender is handed another
// frame. RL_UPLINK is a network: it carries any number of frames at once.
//
// The medium is plain memory without pointers, so a copy of it is a snapshot. It
// decides on integers alone. Its state is public to be copied, not to be read or
// written; only the chances in air may be changed, and counters read.

#ifndef RADIO_MEDIUM_H
#define RADIO_MEDIUM_H

#include <crypto/rng.h>
#include <radio/link.h>

enum {
    RL_NODE_MAX = 8,
    RL_FLIGHT_MAX = 32,          // frames on the air or still to be delivered
    RL_CAPTURE_Q8_DB = 10 * 256, // the stronger of two frames survives
    RL_SNR_Q8_DB = 10 * 256,     // what a frame needs above the noise
    RL_NEAR_RANGE_MM = 60,
};

// What the air does to frames beside distance. One draw a receiver and frame,
// for a burst too; delivered late by up to delay_max_us (as a network does: the
// time on the air stays what it is), so frames may overtake each other. A
// duplicate comes one airtime after the first.
struct rl_air {
    uint32_t loss_ppm[RL_BAND_COUNT];
    uint32_t duplicate_ppm[RL_BAND_COUNT];
    uint32_t delay_max_us[RL_BAND_COUNT];
    int16_t noise_q8_dbm; // at every receiver's antenna, on RL_RF
    bool collisions;      // false: frames of different senders pass through
};

// Nothing lost, doubled or delayed; collisions; thermal noise of a 300 kHz
// channel (-119 dBm) under a receiver with a noise figure of 10 dB.
struct rl_air rl_air_clean(void);

// What became of each frame at each other node. Once nothing is in flight,
//   offered + duplicated = delivered + lost + collided + out_of_range
//                          + not_listening + overflowed.
struct rl_counters {
    uint64_t sent;      // frames given to rl_medium_send
    uint64_t offered;   // (frame, other node) pairs, and frames injected
    uint64_t delivered; // taken
    uint64_t lost;      // by chance, air.loss_ppm
    uint64_t collided;
    uint64_t out_of_range;
    uint64_t not_listening; // off, asleep between sniffs, or itself transmitting
    uint64_t duplicated;
    uint64_t overflowed; // no flight was free
};

// One receiver: open in [from_us, until_us), or for a moment at from_us +
// k * every_us.
struct rl_receiver {
    uint64_t from_us, until_us;
    uint32_t every_us;
};

struct rl_node {
    struct rl_node_config config;
    struct rl_receiver receiver[RL_BAND_COUNT];
};

// A frame on the air. Sets of nodes are bits.
struct rl_flight {
    uint64_t start_us, end_us; // on the air
    uint64_t next_us;          // earliest of due_us
    uint64_t due_us[RL_NODE_MAX];
    uint64_t spoilt_us[RL_NODE_MAX]; // copies begun before are spoilt
    uint32_t delay_us[RL_NODE_MAX];
    int16_t level_q8_dbm[RL_NODE_MAX];
    uint32_t airtime_us;
    uint8_t from;
    uint8_t waiting; // would hear it, but no copy has been found yet
    uint8_t coming;  // due_us is set
    uint8_t doubled; // will get it a second time
    uint8_t again;   // coming for the second time
    uint8_t jammed;  // lost a copy to a collision
    bool wired;      // injected: not on the air
    struct rl_frame frame;
};

struct rl_medium {
    struct rl_air air;
    struct rl_counters counters;
    struct rl_node node[RL_NODE_MAX];
    struct rl_flight flight[RL_FLIGHT_MAX];
    uint8_t line[RL_FLIGHT_MAX]; // flights in order of sending, then those free
    uint8_t flight_count;
    uint8_t node_count;
};

// Starts an empty air.
void rl_medium_init(struct rl_medium *m, const struct rl_air *air);

// Adds a node, its receivers off, and returns its number. Frames already under
// way do not reach it.
//
// Fails  RL_E_OVERFLOW if there are RL_NODE_MAX.
RL_MUST_CHECK int rl_medium_add(struct rl_medium *m,
                                const struct rl_node_config *config);

// Puts a node elsewhere, for frames sent from now on.
void rl_medium_move(struct rl_medium *m, int node, int32_t x_mm, int32_t y_mm,
                    int32_t z_mm);

// Sets what a node radiates on RL_RF, for frames sent from now on.
void rl_medium_power(struct rl_medium *m, int node, int16_t power_q8_dbm);

// Sets a node's receiver on a band. every_us = 0: open until until_us. Otherwise
// it sniffs: it opens for a moment at now_us, now_us + every_us, ... before
// until_us. Off, if until_us is not after now_us.
//
// Bursts under way are looked at again, so one that a receiver slept through is
// heard when it opens. A copy that is being received goes on unless the receiver
// is now off, or will be before the copy ends. Promiscuous nodes are always on;
// for them this does nothing.
void rl_medium_tune(struct rl_medium *m, int node, enum rl_band band, uint64_t now_us,
                    struct rl_tuning tuning);

// Transmits a frame. rng is drawn from only where the air's chances are not zero,
// and then for every other node alike, wherever it is and whatever it does.
//
// Owner  frame is copied.
// Fails  never; a frame for which no flight is free is not transmitted and counts
//        as overflowed at every other node.
void rl_medium_send(struct rl_medium *m, int node, const struct rl_frame *frame,
                    uint64_t now_us, struct cr_rng rng);

// Delivers a frame to one node at at_us as if from another, over a wire: neither
// range, tuning, chance nor collisions are asked, and frame keeps its rssi.
void rl_medium_inject(struct rl_medium *m, int from, int to,
                      const struct rl_frame *frame, uint64_t at_us);

// Time of the earliest arrival; RL_NEVER if none. A call to tune or send may
// bring one forward or take it away.
uint64_t rl_medium_next(const struct rl_medium *m);

// Takes the earliest arrival due at or before now_us; of several, that of the
// lowest sender, then of the frame sent first, then of the lowest receiver.
// False, and *out untouched, if there is none.
bool rl_medium_take(struct rl_medium *m, uint64_t now_us, struct rl_arrival *out);

// The medium behind the seam of link.h, for one process. Fill air and rng, then
// open.
struct rl_loopback {
    struct rl_air air;
    struct cr_rng rng; // borrowed until close
    struct rl_medium medium;
};

extern const struct rl_link_ops rl_loopback_ops;

#endif
