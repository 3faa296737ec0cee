// bond.h - what a pairing leaves behind, and what is derived from it
//
// A bond is shared by one implant and one programmer or monitor: a secret that
// goes into every handshake, and a wake key for the frames that come before one.
// Everything here is HMAC-SHA-256 or HKDF-SHA-256 under those two.

#ifndef PROTOCOL_BOND_H
#define PROTOCOL_BOND_H

#include <crypto/noise.h>
#include <protocol/controls.h>
#include <protocol/frame.h>

enum { TP_BONDS_MAX = 8, TP_BOND_KEY_LEN = 32, TP_PEER_MARK_LEN = 4 };

struct tp_bond {
    uint8_t secret[TP_BOND_KEY_LEN];
    uint8_t wake_key[TP_BOND_KEY_LEN];
    uint32_t wake_counter; // the highest accepted (implant) or used (peer)
    uint8_t role;          // of the peer, from its certificate
    uint8_t used;
    uint8_t peer[TP_PEER_MARK_LEN]; // first bytes of the peer's static key
};

// Fills secret and wake_key from a completed pairing handshake.
//
// Without device-keys every pairing in the world gives the same two.
void tp_bond_derive(struct tp_bond *bond, const struct cr_noise_handshake *pairing,
                    const struct tp_controls *controls);

// Fills a WAKE frame. nonce is fresh; purpose is of enum ep_purpose.
void tp_wake_seal(struct tp_wake *wake, const struct tp_bond *bond, uint32_t counter,
                  uint8_t purpose, const struct tp_controls *controls);

// True if the frame's MAC is this bond's. Cost: one HMAC.
bool tp_wake_authentic(const struct tp_wake *wake, const struct tp_bond *bond);

// Unmasks counter and purpose; they mean something only if the MAC holds.
void tp_wake_open(const struct tp_wake *wake, const struct tp_bond *bond,
                  uint32_t *counter, uint8_t *purpose,
                  const struct tp_controls *controls);

// The MAC of the AWAKE that answers wake: over "awake", nonce and counter.
void tp_awake_mac(uint8_t mac[TP_MAC_LEN], const struct tp_bond *bond,
                  const uint8_t nonce[TP_NONCE_LEN], uint32_t counter);

// The MAC of a HELLO: over "hello", the wake counter and all before the MAC.
void tp_hello_mac(uint8_t mac[TP_MAC_LEN], const struct tp_bond *bond, uint32_t counter,
                  const struct tp_hello *hello);

// The handshake's pre-shared key. token is NULL for purposes without intent.
void tp_bond_psk(uint8_t psk[CR_KEY_LEN], const struct tp_bond *bond,
                 const uint8_t *token, const struct tp_controls *controls);

// Intent, over the near field: ask, prove that one is near, open the token.
void tp_intent_ask_mac(uint8_t mac[TP_MAC_LEN], const struct tp_bond *bond,
                       const uint8_t nonce[TP_TOKEN_LEN]);
void tp_intent_proof(uint8_t proof[TP_TOKEN_LEN], const struct tp_bond *bond,
                     const uint8_t nonce[TP_TOKEN_LEN],
                     const uint8_t challenge[TP_TOKEN_LEN]);
void tp_intent_key(uint8_t key[CR_KEY_LEN], const struct tp_bond *bond,
                   const uint8_t nonce[TP_TOKEN_LEN],
                   const uint8_t challenge[TP_TOKEN_LEN]);

#endif
