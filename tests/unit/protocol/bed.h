// bed.h - an implant in a test: provisioned, fed by hand, its outputs kept
//
// Every call that may make the implant act first forgets the outputs of the call
// before, then keeps the new ones in order. Non-volatile writes are applied as they
// leave, so a power cut may be put between any two of them. An implant that asks to be
// started anew is, at once.

#ifndef TESTS_UNIT_PROTOCOL_BED_H
#define TESTS_UNIT_PROTOCOL_BED_H

#include "weak.h"
#include <protocol/body.h>
#include <protocol/endpoint.h>
#include <protocol/implant.h>
#include <protocol/limits.h>

enum {
    BED_OUTS = 32,
    BED_RAM = 5120, // more than one implant may use, what only weak builds keep too
    BED_CANARY = 64,
    BED_CALL_MAX = 592, // bytes of outputs from one call
    BED_NEVER_CUT = -1,
    BED_TIME_S = 1700000000, // wall time at the start
    BED_EPOCH = 5,           // the least one
    BED_SOFTWARE = 10,       // the version that runs at first
};

// The clinic's authority.
struct clinic {
    uint8_t anchor[CR_SIGN_PUBLIC_LEN], secret[CR_SIGN_SECRET_LEN];
};

void clinic_make(struct clinic *c, uint8_t seed);

// Fills in key and signature; role, scope, times and epoch are the caller's.
void clinic_certify(const struct clinic *c, struct tp_certificate *cert,
                    const uint8_t s_priv[CR_DH_LEN]);

struct bed {
    const struct ep_ops *ops; // tp_implant_ops, or another kind of implant
    struct clinic clinic;
    struct tp_implant_identity identity;
    uint8_t image[TP_IMAGE_MAX]; // of its first software
    struct tp_implant_config config;
    uint8_t nvm[TP_IMPLANT_NVM_LEN];
    uint64_t now_us;
    uint8_t boots;
    int cut_after; // writes until the power cut, BED_NEVER_CUT for none
    bool cut;      // it has come

    // Of the last call.
    struct ep_output outs[BED_OUTS];
    size_t out_count, out_bytes;
    unsigned sends, writes, paces; // a pump's doses are its pulses

    // Of all calls.
    uint64_t last_pace_us, longest_gap_us;
    uint32_t sniff_us; // of the radio; 0 = on
    uint8_t longest;   // of what it hears meanwhile; 0 = all of it
    uint64_t listen_until_us;
    struct tp_therapy therapy; // as committed last
    unsigned therapy_commits, other_commits;
    unsigned boot_count, restarts; // the latter at the implant's own wish
    uint64_t restart_us;           // the last one's moment
    uint32_t software;             // the version that runs; 0 = none

    _Alignas(16) uint8_t ram[BED_RAM + BED_CANARY];
};

// A release of the maker's, of 200 bytes, good for a million seconds; the image is of
// the version's number throughout. bed_sign makes hash and signature good again after
// a change.
void bed_release(struct tp_manifest *m, uint8_t image[TP_IMAGE_MAX], uint16_t model,
                 uint32_t version);
void bed_sign(struct tp_manifest *m, const uint8_t *image);
void bed_maker(uint8_t pub[CR_SIGN_PUBLIC_LEN]);

// Provisions an implant and starts it. config may be NULL: all controls, no pacing.
void bed_start(struct bed *b, const struct tp_implant_config *config);

// The same with another kind of implant, whose settings these are.
void bed_start_as(struct bed *b, const struct ep_ops *ops,
                  const struct tp_implant_config *config,
                  const uint8_t settings[TP_SETTINGS_LEN]);

// Starts the implant from what its non-volatile memory holds, under a new seed.
void bed_boot(struct bed *b);

// Gives the implant a frame; behind its last byte lies rubbish.
void bed_hear(struct bed *b, enum ep_link link, const uint8_t *bytes, size_t len);

// Lets time pass, expiring every deadline on the way.
void bed_pass(struct bed *b, uint64_t us);

void bed_magnet(struct bed *b, bool held);

// The last frame sent on a link in the last call; NULL if there was none.
const struct ep_frame *bed_sent(const struct bed *b, enum ep_link link);

// The last commit of a kind in the last call; NULL if there was none.
const struct ep_output *bed_committed(const struct bed *b, enum ep_commit_kind kind);

// Where the first output of a kind stands in the last call; BED_OUTS if nowhere.
size_t bed_place(const struct bed *b, enum ep_output_kind kind);

// True if the implant wrote nothing past its memory and kept its bounds.
bool bed_sound(const struct bed *b);

bool bed_therapy_is(const struct bed *b, struct tp_therapy t);

// How many entries a log class has made, as its non-volatile memory tells.
unsigned bed_logged(const struct bed *b, enum tp_log_class class);

// The entry of a class at a place in non-volatile memory.
struct tp_log_entry bed_entry(const struct bed *b, enum tp_log_class class,
                              size_t place);

#endif
