// hand.h - a peer that a test moves by hand, message by message
//
// It speaks the wire format and keeps no state machine, so a case may leave out,
// delay, change or repeat any message. Answers are read from the bed's outputs of the
// call that sent the question.

#ifndef TESTS_UNIT_PROTOCOL_HAND_H
#define TESTS_UNIT_PROTOCOL_HAND_H

#include "bed.h"
#include <crypto/noise.h>
#include <crypto/stream.h>
#include <protocol/bond.h>
#include <protocol/channel.h>
#include <protocol/handshake.h>

struct hand {
    struct bed *bed;
    struct tp_controls controls;
    struct cr_stream rng;
    uint8_t s_priv[CR_DH_LEN];
    struct tp_certificate cert;

    struct tp_bond bond;
    uint8_t implant[CR_DH_LEN];
    uint8_t token[TP_TOKEN_LEN];
    bool have_token;

    uint8_t versions; // offered
    uint8_t purpose, version, request;
    uint8_t wake_nonce[TP_NONCE_LEN];
    struct cr_noise_handshake hs;
    struct tp_channel ch;
    uint8_t ticket[TP_TICKET_LEN]; // of the last answer

    struct tp_opened opened;
    struct tp_response answer; // data points into opened
};

// A peer of a role with a good certificate of the bed's clinic. seed makes its keys.
void hand_make(struct hand *h, struct bed *b, enum tp_role role, uint8_t seed);

// Each goes through with it and says whether the implant played along.
bool hand_pair(struct hand *h);
bool hand_intent(struct hand *h);
bool hand_wake(struct hand *h, uint8_t purpose);
bool hand_hello(struct hand *h);
bool hand_proof(struct hand *h);
bool hand_open(struct hand *h, uint8_t purpose);

// Only the messages. pair_3 reads PAIR_2 from the bed's last outputs.
void hand_pair_1(struct hand *h, uint8_t out[TP_PAIR_1_LEN]);
bool hand_pair_3(struct hand *h, uint8_t out[TP_PAIR_3_LEN]);
bool hand_paired(struct hand *h); // reads PAIRED, makes the bond
void hand_intent_ask(struct hand *h, uint8_t nonce[TP_TOKEN_LEN],
                     uint8_t out[TP_INTENT_ASK_LEN]);
void hand_wake_frame(struct hand *h, uint32_t counter, uint8_t purpose,
                     uint8_t out[TP_WAKE_LEN]);
void hand_hello_frame(struct hand *h, uint8_t out[TP_HELLO_LEN]);
bool hand_read_reply(struct hand *h);
void hand_proof_frame(struct hand *h, uint8_t out[TP_PROOF_LEN]);
size_t hand_record(struct hand *h, uint8_t type, uint16_t opcode, const uint8_t *args,
                   size_t len, uint8_t out[TP_RECORD_MAX]);

// Reads the answer among the bed's last outputs, if there is one.
bool hand_take(struct hand *h);

// A request with an id of its own: the answer's status, or -1 if there is none.
int hand_ask(struct hand *h, uint16_t opcode, const uint8_t *args, size_t len);
int hand_rehearse(struct hand *h, uint16_t opcode, const uint8_t *args, size_t len);

// Proposes; confirms what was proposed; both.
int hand_propose(struct hand *h, struct tp_therapy t);
int hand_confirm(struct hand *h);
int hand_write(struct hand *h, struct tp_therapy t);

#endif
