// programmer.h - the reference programmer, behind the endpoint seam
//
// Also the patient's remote control: the two differ in the role that their certificate
// names. Its own software, and an implant's, come from the updater over the uplink.

#ifndef PROTOCOL_PROGRAMMER_H
#define PROTOCOL_PROGRAMMER_H

#include <protocol/bond.h>
#include <protocol/certificate.h>
#include <protocol/controls.h>
#include <protocol/endpoint.h>
#include <protocol/slots.h>

enum {
    TP_PEERS_MAX = 2,
    TP_PEER_NVM_LEN = 128,
    // its software, then the implants that it is paired with
    TP_PROGRAMMER_NVM_LEN = TP_SLOTS_LEN + TP_PEERS_MAX * TP_PEER_NVM_LEN,
};

// Its memory may be NULL: then it keeps no peers and has no software that it could
// renew. The same if no software was ever put there. One whose software was there, and
// is not authentic, does not run: it refuses every act.
extern const struct ep_ops tp_programmer_ops;

struct tp_programmer_config {
    struct tp_controls controls;
    uint8_t s_priv[CR_DH_LEN];
    struct tp_certificate certificate;
    uint8_t anchor[CR_SIGN_PUBLIC_LEN]; // the clinic's authority
    uint8_t maker[CR_SIGN_PUBLIC_LEN];  // signs software
    uint32_t time_s;                    // wall time at start
    uint16_t rekey_after;               // as the implant's
    uint8_t tries;                      // radio tries per act
};
enum {
    TP_PROGRAMMER_CONFIG_LEN =
        16 + CR_DH_LEN + TP_CERT_LEN + 2 * CR_SIGN_PUBLIC_LEN + 4 + 2 + 1
};
void tp_programmer_config_build(const struct tp_programmer_config *in,
                                uint8_t out[TP_PROGRAMMER_CONFIG_LEN]);

// Puts a programmer's first software into its memory.
void tp_programmer_provision(uint8_t nvm[TP_PROGRAMMER_NVM_LEN],
                             const struct tp_manifest *manifest, const uint8_t *image);

// What a thief finds in a programmer's memory.
struct tp_programmer_loot {
    uint8_t s_priv[CR_DH_LEN];
    struct tp_certificate certificate;
    struct tp_bond bond;
    uint8_t implant[CR_DH_LEN]; // the implant's static public key
    uint8_t token[TP_TOKEN_LEN];
    bool have_bond, have_token;
};
void tp_programmer_steal(const void *ep, size_t peer, struct tp_programmer_loot *out);

#endif
