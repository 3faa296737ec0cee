// two.h - an implant and a programmer, joined in memory
//
// A frame arrives a millisecond after it was sent; one that finds the implant
// sniffing arrives at the end of a sniffing interval, if it is repeated for that
// long, and else never. A case may lose frames, or change them on their way. What the
// programmer says over the uplink reaches nobody, unless a case has a network.

#ifndef TESTS_UNIT_PROTOCOL_TWO_H
#define TESTS_UNIT_PROTOCOL_TWO_H

#include "bed.h"
#include <protocol/programmer.h>

enum {
    TWO_FLIGHTS = 16,
    TWO_SENT = 64,
    TWO_PRG_RAM = 8192,
    TWO_HOP_US = 1000,
};

enum two_end { TWO_IMPLANT, TWO_PEER, TWO_NETWORK };

struct two_flight {
    uint64_t at_us;
    uint8_t to; // enum two_end
    struct ep_frame frame;
};

// A frame that the programmer sent, and when.
struct two_sent {
    uint64_t at_us;
    struct ep_frame frame;
};

struct two {
    struct bed bed;
    struct tp_programmer_config config;
    struct two_flight flights[TWO_FLIGHTS];
    size_t flight_count;
    struct two_sent sent[TWO_SENT]; // since the last act
    size_t sent_count;
    uint64_t prg_listens_until_us;
    const struct ep_ops *ops; // the peer's kind: a programmer, unless said otherwise

    bool lasting;                       // the peer has a memory that lasts:
    uint8_t nvm[TP_PROGRAMMER_NVM_LEN]; // this one
    int cut_after; // writes of it until a power cut; BED_NEVER_CUT for none
    bool cut;      // it has come
    uint8_t boots;
    unsigned restarts; // at the peer's own wish
    uint32_t software; // the version that runs; 0 = none

    uint8_t lose_type;    // frames of this type are lost
    int lose_times;       // so often; negative = always
    unsigned lose_one_in; // and so many by chance; 0 = none
    size_t flown;         // frames since the act began
    size_t lose_from;     // the first of them that is lost,
    size_t lose_count;    // and how many are
    uint64_t draws;
    void (*network)(struct two *t, const struct ep_frame *frame);
    void (*change)(struct two *t, struct ep_frame *frame, bool to_implant);

    _Alignas(16) uint8_t prg[TWO_PRG_RAM];
};

// Starts both. role is the programmer's; its certificate is good.
void two_start(struct two *t, enum tp_role role,
               const struct tp_implant_config *config);

// Starts the programmer anew, after a change of its configuration.
void two_start_programmer(struct two *t);

// A frame leaves for the peer, from the network.
void two_fly_to_peer(struct two *t, const struct ep_frame *frame);

// Lets the programmer do something and goes on until it is served or denied: 1 or
// -1; 0 if it is neither after ten minutes, or power was cut. args begin behind the
// peer's number.
int two_act(struct two *t, enum ep_act_kind kind, const uint8_t *args, size_t len);

// What is read in the course of the last act.
size_t two_reply(struct two *t, uint8_t *out, size_t cap);

int two_pair(struct two *t);
int two_open(struct two *t, uint8_t purpose);
int two_command(struct two *t, uint8_t flags, uint16_t opcode, const uint8_t *args,
                size_t len);
int two_write(struct two *t, struct tp_therapy therapy);

// How many frames of a type the programmer sent in the last act.
unsigned two_count(const struct two *t, uint8_t type);

#endif
