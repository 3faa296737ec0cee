// programmer.h - the reference programmer and home monitor, behind the endpoint seam
//
// One endpoint serves both: they differ in the role that their certificate names.

#ifndef PROTOCOL_PROGRAMMER_H
#define PROTOCOL_PROGRAMMER_H

#include <protocol/bond.h>
#include <protocol/certificate.h>
#include <protocol/controls.h>
#include <protocol/endpoint.h>

enum { TP_PEERS_MAX = 2 };

extern const struct ep_ops tp_programmer_ops;

struct tp_programmer_config {
    struct tp_controls controls;
    uint8_t s_priv[CR_DH_LEN];
    struct tp_certificate certificate;
    uint8_t anchor[CR_SIGN_PUBLIC_LEN]; // the clinic's authority
    uint32_t time_s;                    // wall time at start
    uint16_t rekey_after;               // as the implant's
    uint8_t tries;                      // radio tries per act
};
enum {
    TP_PROGRAMMER_CONFIG_LEN =
        16 + CR_DH_LEN + TP_CERT_LEN + CR_SIGN_PUBLIC_LEN + 4 + 2 + 1
};
void tp_programmer_config_build(const struct tp_programmer_config *in,
                                uint8_t out[TP_PROGRAMMER_CONFIG_LEN]);

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
