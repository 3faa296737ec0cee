// handshake.h - Noise_XKpsk3_25519_ChaChaPoly_SHA256, as both sides run it
//
//     <- s
//     ...
//     -> e, es
//     <- e, ee        payload: the version chosen
//     -> s, se, psk   payload: the certificate
//
// Prologue: "telltale", the versions offered, the wake counter, the purpose. So a
// changed offer, a stale wake-up or another purpose ends in a message that does
// not open. The psk comes from the bond and, where intent is needed, its token.

#ifndef PROTOCOL_HANDSHAKE_H
#define PROTOCOL_HANDSHAKE_H

#include <crypto/noise.h>
#include <protocol/controls.h>
#include <protocol/err.h>

// What both sides must agree on before the first message.
struct tp_handshake_terms {
    uint8_t versions; // offered, a bit each
    uint32_t wake_counter;
    uint8_t purpose; // enum ep_purpose
};

// Starts the implant's side. s_priv is its static key, psk from tp_bond_psk().
TP_MUST_CHECK enum tp_err tp_handshake_respond(struct cr_noise_handshake *hs,
                                               const struct tp_handshake_terms *terms,
                                               const uint8_t s_priv[CR_DH_LEN],
                                               const uint8_t psk[CR_KEY_LEN],
                                               const struct tp_controls *controls);

// Starts the peer's side; implant is the implant's static public key.
//
// Fails  TP_E_AUTH if a key is unusable.
TP_MUST_CHECK enum tp_err tp_handshake_initiate(struct cr_noise_handshake *hs,
                                                const struct tp_handshake_terms *terms,
                                                const struct cr_noise_keys *keys,
                                                const struct tp_controls *controls);

// Starts a pairing: Noise_XX_25519_ChaChaPoly_SHA256 over the near field.
TP_MUST_CHECK enum tp_err tp_pairing_start(struct cr_noise_handshake *hs,
                                           bool initiator,
                                           const uint8_t s_priv[CR_DH_LEN]);

// The highest version in both sets; 0 if there is none.
uint8_t tp_version_choose(uint8_t offered, uint8_t spoken);

#endif
