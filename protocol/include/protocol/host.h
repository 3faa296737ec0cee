// host.h - what a service on a network does for its visitors, whatever it serves
//
// One connection for each place that may visit (enum ep_place). Who says to come from a
// place need not be there: a connection is its keys' and nobody else's. A message that
// came over an open connection is handed to the service, which answers it; without
// channel-check-at-use also one that came over none.

#ifndef PROTOCOL_HOST_H
#define PROTOCOL_HOST_H

#include <crypto/stream.h>
#include <protocol/body.h>
#include <protocol/outbox.h>
#include <protocol/uplink.h>

enum {
    TP_HOST_LINES = 2, // programmer, monitor
    TP_HOST_CONFIG_LEN = 16 + CR_DH_LEN + TP_CERT_LEN + CR_SIGN_PUBLIC_LEN + 4,
    TP_ANSWER_HEAD = 1 + 1,
    TP_ANSWER_MAX = TP_UP_MESSAGE_MAX - TP_ANSWER_HEAD,
};

struct tp_host_config {
    struct tp_controls controls;
    uint8_t s_priv[CR_DH_LEN];
    struct tp_certificate certificate;
    uint8_t anchor[CR_SIGN_PUBLIC_LEN];
    uint32_t time_s; // wall time at the start
};

struct tp_host {
    struct tp_controls controls;
    struct cr_stream rng;
    uint8_t s_priv[CR_DH_LEN];
    struct tp_certificate certificate;
    uint8_t anchor[CR_SIGN_PUBLIC_LEN];
    uint64_t started_us;
    uint32_t time_s; // wall time then
    uint8_t roles;   // set of enum tp_role: whom it serves
    struct tp_uplink lines[TP_HOST_LINES];
    struct tp_outbox out;
};

// A message that waits for its answer.
struct tp_asked {
    uint8_t place; // enum ep_place
    bool plain;    // came over no connection
    uint8_t type;  // enum tp_uplink_message
    size_t len;
    uint8_t args[TP_UP_MESSAGE_MAX - 1];
};

void tp_host_config_build(const struct tp_host_config *in,
                          uint8_t out[TP_HOST_CONFIG_LEN]);

// Starts a host, on zeroed memory, from what tp_host_config_build wrote.
//
// Fails  TP_E_VALUE if the certificate in it cannot be read; *host is then unusable.
TP_MUST_CHECK enum tp_err tp_host_start(struct tp_host *host,
                                        const uint8_t config[TP_HOST_CONFIG_LEN],
                                        const uint8_t seed[EP_SEED_LEN],
                                        uint64_t now_us);

// Takes a frame. True if it brought a message, which is then in *asked; of everything
// else (a handshake, an end, whatever is refused) it sees to itself.
bool tp_host_hear(struct tp_host *host, const struct ep_frame *frame,
                  struct tp_asked *asked);

// Answers a message as it came; data[0..len) of at most TP_ANSWER_MAX bytes.
void tp_host_answer(struct tp_host *host, const struct tp_asked *asked,
                    enum tp_status status, const uint8_t *data, size_t len);

// For struct ep_ops, of an endpoint whose first member is its host: nothing of a host
// waits for a time, and nothing that is asked of it takes any.
void tp_host_expire(void *ep, uint64_t now_us);
uint64_t tp_host_deadline(const void *ep);
bool tp_host_output(void *ep, struct ep_output *out);
int tp_host_outcome(const void *ep, uint8_t *reply, size_t cap, size_t *reply_len);

#endif
