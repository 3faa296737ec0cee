// puppet.h - the attacker with keys: speaks the wire format, obeys no state machine
//
// It uses what it stole or was issued, and nothing else: its material comes from
// steal and enrol steps. What it asks for is noted as issued by it, entitled only
// as far as its keys truly are.

#ifndef HARNESS_ATTACK_PUPPET_H
#define HARNESS_ATTACK_PUPPET_H

#include <bench/bench.h>
#include <protocol/body.h>
#include <protocol/bond.h>
#include <protocol/channel.h>
#include <protocol/manifest.h>
#include <protocol/report.h>
#include <protocol/uplink.h>
#include <scenario/scenario.h>

struct hx_puppet {
    // material
    uint8_t s_priv[CR_DH_LEN];
    struct tp_certificate certificate;
    struct tp_bond bond[2];            // by implant
    uint8_t implant_pub[2][CR_DH_LEN]; // their static keys
    uint8_t implant_priv[CR_DH_LEN];
    uint8_t token[TP_TOKEN_LEN];
    bool have_key, have_bond[2], have_token, have_implant_priv, have_memory;
    bool own_token; // it fetched the token itself
    bool valid;     // its certificate is the authority's word, as long as it lasts
    // a session
    struct cr_noise_handshake handshake;
    struct tp_channel channel;
    uint8_t target; // which implant
    uint8_t version, request, role;
    bool open;
    uint64_t sessions;
    uint8_t ticket[TP_TICKET_LEN];
    // as an implant
    bool impersonating;
    struct cr_noise_handshake fake;
    struct tp_channel fake_channel;
    uint32_t fake_counter;
    uint8_t fake_nonce[TP_NONCE_LEN], fake_purpose;
    bool fake_open;
    // in the network
    struct tp_uplink client, service; // its own connection; the one that it answers
    uint8_t updater_priv[CR_DH_LEN];
    uint8_t as;    // in whose place it asks (enum ep_place)
    uint8_t place; // whom it is connected with (enum ep_place)
    bool have_updater, have_report;
    uint8_t report[TP_REPORT_LEN]; // one that it once read
    struct hx_step serving;        // how it serves in another's place
    bool asked;                    // it has asked for what it wants
    struct tp_manifest software;   // its own, signed by nobody who counts
    uint8_t image[TP_IMAGE_MAX];
    // randomness and what it learned
    struct cr_stream rng;
    uint8_t seen[2048]; // plain text that it got to read
    size_t seen_len;
    bool seen_lawful; // all of it was within its entitlement
};

void hx_puppet_start(struct hx_puppet *p, uint64_t seed, const char *scenario);
void hx_puppet_hears(struct hx_bench *b, const struct rl_arrival *a);

// As hx_attacker_step, for the steps that need keys.
int hx_puppet_step(struct hx_bench *b, const struct hx_step *s, char *why, size_t cap);

// A frame on its way over the network, to a place: true if the puppet has it instead.
bool hx_puppet_takes(struct hx_bench *b, int from, enum ep_place to,
                     const uint8_t *bytes, size_t len);

// Opens everything heard with the keys stolen so far; plain text goes to seen.
void hx_puppet_decrypt(struct hx_bench *b);

#endif
