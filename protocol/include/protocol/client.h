// client.h - whoever asks over the uplink: one question at a time, asked until answered
//
// A connection is made when a question needs one and kept for the next question. A
// question that is not answered is asked again over a new connection: answers carry no
// number, so none may be left over from an earlier try. Whether the connection is still
// there is looked at when it is used (NET-4): if it is not, a new one is made, or the
// question fails, and nothing is ever asked outside one. Where channel-check-at-use is
// missing the client goes on in clear instead, as products in the field did.

#ifndef PROTOCOL_CLIENT_H
#define PROTOCOL_CLIENT_H

#include <protocol/limits.h>
#include <protocol/outbox.h>
#include <protocol/report.h>
#include <protocol/uplink.h>

enum {
    TP_QUESTION_MAX = 1 + TP_ID_LEN + TP_REPORT_LEN, // the longest there is
    TP_CLIENT_TRIES = 4,                             // after the first
};
#define TP_CLIENT_WAIT_US (TP_SECOND / 4)

struct tp_client {
    struct tp_uplink up;
    uint64_t deadline_us; // of this try; EP_NEVER: nothing is being asked
    uint8_t place;        // enum ep_place: who is asked
    uint8_t tries;        // left
    bool clear;           // goes on without a connection
    uint8_t len, question[TP_QUESTION_MAX];
};

// Who asks, what it draws from, and where what it sends goes. Made for each call.
struct tp_client_env {
    struct tp_uplink_self self;
    struct cr_rng rng;
    struct tp_outbox *out;
};

struct tp_answer {
    uint8_t status; // enum tp_status
    size_t len;
    uint8_t data[TP_UP_MESSAGE_MAX];
};

// Forgets any connection; from now on a place is asked.
void tp_client_start(struct tp_client *c, enum ep_place place);

// Asks question[0..len), which begins with one of enum tp_uplink_message.
void tp_client_ask(struct tp_client *c, const struct tp_client_env *env,
                   const uint8_t *question, size_t len, uint64_t now_us);

// A frame came over the uplink. True if it is the answer, which *out then holds; the
// client is then ready for the next question.
bool tp_client_hear(struct tp_client *c, const struct tp_client_env *env,
                    const struct ep_frame *frame, struct tp_answer *out);

// deadline_us has come: asks again. False if it has given up; nothing is asked then.
bool tp_client_expire(struct tp_client *c, const struct tp_client_env *env,
                      uint64_t now_us);

void tp_client_close(struct tp_client *c); // forgets connection and question

#endif
