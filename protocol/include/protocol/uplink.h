// uplink.h - one connection over a network: Noise XX, both sides certified
//
//   UP_HELLO   type | e                                       client -> service
//   UP_REPLY   type | e | s (48) | certificate (123 + 16)     service -> client
//   UP_PROOF   type | s (48) | certificate (123 + 16)         client -> service
//   UP_RECORD  type | counter u16 | ciphertext | tag (16)     both ways
//   UP_CLOSED  type                                           the network's word that
//              the connection is gone; anybody can say it
//   UP_PLAIN   type | message                                 no connection at all
//   UP_LOGIN   type | secret (16)                             a device's service port
//   UP_SERVICE type | message                                 after such a login
//
// Noise_XX_25519_ChaChaPoly_SHA256 with the prologue "telltale uplink". Each side
// checks the other's certificate under the clinic's anchor, and that its role is the
// one it means to talk to, at every connection; nothing is kept between two. One key
// per direction; a counter is accepted once, and only if it is the next or later.
// UP_PLAIN, UP_LOGIN and UP_SERVICE are refused unless a control is missing.

#ifndef PROTOCOL_UPLINK_H
#define PROTOCOL_UPLINK_H

#include <crypto/noise.h>
#include <protocol/certificate.h>
#include <protocol/controls.h>
#include <protocol/endpoint.h>

enum tp_uplink_type {
    TP_UP_HELLO = 0x40,
    TP_UP_REPLY = 0x41,
    TP_UP_PROOF = 0x42,
    TP_UP_RECORD = 0x43,
    TP_UP_CLOSED = 0x44,
    TP_UP_PLAIN = 0x45,
    TP_UP_LOGIN = 0x46,
    TP_UP_SERVICE = 0x47,
};

enum {
    TP_UP_HELLO_LEN = 1 + CR_DH_LEN,
    TP_UP_REPLY_LEN = 1 + CR_DH_LEN + CR_DH_LEN + CR_TAG_LEN + TP_CERT_LEN + CR_TAG_LEN,
    TP_UP_PROOF_LEN = 1 + CR_DH_LEN + CR_TAG_LEN + TP_CERT_LEN + CR_TAG_LEN,
    TP_UP_HEAD = 1 + 2,
    TP_UP_MESSAGE_MAX = EP_FRAME_MAX - TP_UP_HEAD - CR_TAG_LEN,
    TP_LOGIN_LEN = 16,
};

// What devices with a service port were shipped with: the whole line's password.
#define TP_SHIPPED_SECRET "service-service"

// What is asked over a connection, and how it is answered. The first byte of a message;
// an answer is the request's byte with the top bit set, a status (enum tp_status),
// data.
enum tp_uplink_message {
    TP_UP_REPORT = 0x01,   // monitor -> server: id (16), report (37)
    TP_UP_MANIFEST = 0x02, // to the updater: u16 model; data: manifest (112)
    TP_UP_CHUNK = 0x03,    // to the updater: u16 model, u32 version, u16 offset;
                           // data: up to 64 bytes of the image
    TP_UP_FILE = 0x04,     // to the updater, its log service: u8 item, allow-listed;
                           // without path-ids a path as text. data: the file's bytes
    TP_UP_ANSWER = 0x80,
};

// After the data of its answer to TP_UP_REPORT, a server may ask the monitor for more:
// one byte TP_WANT_..., then its arguments.
enum tp_server_want {
    TP_WANT_NOTHING = 0,
    TP_WANT_REPORT = 1, // another report, now
    TP_WANT_RELAY = 2,  // u16 opcode, arguments: pass this request to the implant; a
                        // monitor does only where relay-allow-list is missing
};

enum tp_uplink_state { TP_UP_CLOSED_, TP_UP_ASKING, TP_UP_ANSWERED, TP_UP_OPEN };

struct tp_uplink {
    struct cr_noise_handshake handshake;
    uint8_t tx_key[CR_KEY_LEN], rx_key[CR_KEY_LEN];
    uint16_t tx_next, rx_next;
    uint8_t state; // enum tp_uplink_state
};

// Who speaks, and by whose word it judges others. Borrowed for each call.
struct tp_uplink_self {
    const uint8_t *s_priv;
    const struct tp_certificate *certificate;
    const uint8_t *anchor;
    uint32_t now_s;
    const struct tp_controls *controls;
};

// The client's first message; forgets any connection before it.
//
// Fails  TP_E_AUTH on an unusable key; up is then as it was, as for all below, and out
//        untouched.
TP_MUST_CHECK enum tp_err tp_uplink_hello(struct tp_uplink *up,
                                          const struct tp_uplink_self *self,
                                          struct cr_rng rng,
                                          uint8_t out[TP_UP_HELLO_LEN]);

// The service's answer to it; forgets any connection before it.
//
// Fails  TP_E_VALUE if it is not one, TP_E_AUTH.
TP_MUST_CHECK enum tp_err tp_uplink_reply(struct tp_uplink *up,
                                          const struct tp_uplink_self *self,
                                          struct cr_rng rng, const uint8_t *frame,
                                          size_t len, uint8_t out[TP_UP_REPLY_LEN]);

// The client reads that, checks that it comes from the holder of a role, and proves
// itself: the connection is open.
//
// Fails  TP_E_STATE, TP_E_VALUE, TP_E_AUTH.
TP_MUST_CHECK enum tp_err tp_uplink_prove(struct tp_uplink *up,
                                          const struct tp_uplink_self *self,
                                          enum tp_role role, struct cr_rng rng,
                                          const uint8_t *frame, size_t len,
                                          uint8_t out[TP_UP_PROOF_LEN]);

// The service reads the proof: the connection is open, with the bearer of *peer. Which
// roles it serves is the service's own to ask.
//
// Fails  TP_E_STATE, TP_E_VALUE, TP_E_AUTH.
TP_MUST_CHECK enum tp_err tp_uplink_admit(struct tp_uplink *up,
                                          const struct tp_uplink_self *self,
                                          const uint8_t *frame, size_t len,
                                          struct tp_certificate *peer);

// Seals message[0..len) as the next record.
//
// Fails  TP_E_STATE if the connection is not open; TP_E_SPACE; TP_E_SPENT after 65535
//        records.
TP_MUST_CHECK enum tp_err tp_uplink_seal(struct tp_uplink *up, const uint8_t *message,
                                         size_t len, uint8_t out[EP_FRAME_MAX],
                                         size_t *out_len);

// Opens a record to out[0..TP_UP_MESSAGE_MAX).
//
// Fails  TP_E_STATE, TP_E_VALUE, TP_E_AUTH.
TP_MUST_CHECK enum tp_err tp_uplink_open(struct tp_uplink *up, const uint8_t *frame,
                                         size_t len, uint8_t *out, size_t *out_len);

void tp_uplink_close(struct tp_uplink *up); // forgets its keys

#endif
