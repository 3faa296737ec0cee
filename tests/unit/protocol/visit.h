// visit.h - a service on the network in a test, and visitors moved by hand
//
// Every frame that the service is given first forgets what it did before.

#ifndef TESTS_UNIT_PROTOCOL_VISIT_H
#define TESTS_UNIT_PROTOCOL_VISIT_H

#include "bed.h"
#include <crypto/stream.h>
#include <protocol/uplink.h>

enum {
    DESK_RAM = 6144, // more than a service may use
    DESK_CANARY = 64,
    SILENCE = -1, // instead of a status
};

// A service under test.
struct desk {
    const struct ep_ops *ops;
    uint64_t now_us;

    // Of the last frame.
    unsigned sends, commits, others;
    struct ep_frame sent;
    struct ep_output committed;

    _Alignas(16) uint8_t ram[DESK_RAM + DESK_CANARY];
};

// Starts a service on its memory, which may be NULL; false if it refuses.
bool desk_start(struct desk *d, const struct ep_ops *ops, const uint8_t *nvm,
                const uint8_t *config, size_t config_len);

void desk_hear(struct desk *d, enum ep_place place, const uint8_t *bytes, size_t len);

// True if the service wrote nothing past its memory.
bool desk_sound(const struct desk *d);

// Someone with a key and a certificate, at one end of a connection.
struct visitor {
    struct tp_controls controls;
    struct tp_certificate certificate;
    struct tp_uplink up;
    struct cr_stream stream;
    enum ep_place place;
    uint8_t s_priv[CR_DH_LEN], anchor[CR_SIGN_PUBLIC_LEN];
    uint32_t now_s;
};

// Makes a visitor, certified by a clinic for a role; seed makes the key.
void visitor_make(struct visitor *v, const struct clinic *c, enum tp_role role,
                  uint8_t seed);

struct tp_uplink_self visitor_self(const struct visitor *v);
struct cr_rng visitor_rng(struct visitor *v);

// Connects to a service that holds a role's certificate. True if it said all that it
// could: whether the service admits it, its silence shows.
bool visitor_connect(struct visitor *v, struct desk *d, enum tp_role role);

struct answer {
    size_t len; // of the data
    uint8_t data[TP_UP_MESSAGE_MAX];
};

// Asks over the connection: the status of the answer, or SILENCE.
int visitor_ask(struct visitor *v, struct desk *d, uint8_t type, const uint8_t *args,
                size_t len, struct answer *a);

// Asks without a connection.
int visitor_ask_plain(struct visitor *v, struct desk *d, uint8_t type,
                      const uint8_t *args, size_t len, struct answer *a);

#endif
