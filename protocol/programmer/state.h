// state.h - all of one programmer's memory, and the functions its files share

#ifndef PROTOCOL_PROGRAMMER_STATE_H
#define PROTOCOL_PROGRAMMER_STATE_H

#include <crypto/bytes.h>
#include <crypto/hash.h>
#include <crypto/stream.h>
#include <protocol/body.h>
#include <protocol/channel.h>
#include <protocol/handshake.h>
#include <protocol/limits.h>
#include <protocol/outbox.h>
#include <protocol/programmer.h>
#include <protocol/programmer_fsm.h>

enum { ASK_TRIES = 8, NEAR_TRIES = 6, WAKE_JUMP = 256 };
#define ASK_WAIT_US   (TP_SECOND / 5)
#define WAKE_BURST_US (TP_SECOND * 12 / 10) // more than one sniffing interval
#define WAKE_LONG_US  (TP_SECOND * 11)      // more than one slow one

struct peer {
    uint8_t implant[CR_DH_LEN]; // its static public key
    struct tp_bond bond;
    uint8_t token_secret[TP_TOKEN_LEN];
    bool bonded;
    bool token_live;
};

struct asking {           // one command, from its first record to its last answer
    uint16_t opcode;      // what the act wants in the end
    uint16_t sent_opcode; // what is on the air
    uint8_t type;         // TP_RECORD or TP_REHEARSAL
    uint8_t len;
    uint8_t args[EP_ARGS_MAX];
    uint8_t sent_len, sent[TP_ARGS_MAX];
    uint8_t ticket[TP_TICKET_LEN];
};

struct tp_programmer {
    struct tp_controls controls;
    struct cr_stream rng;
    uint8_t s_priv[CR_DH_LEN];
    struct tp_certificate certificate;
    uint8_t anchor[CR_SIGN_PUBLIC_LEN], maker[CR_SIGN_PUBLIC_LEN];
    uint64_t started_us;
    uint32_t time_s;
    uint16_t rekey_after;
    uint8_t tries_max;

    struct peer peers[TP_PEERS_MAX];
    uint8_t peer; // of the act

    uint8_t state; // enum tp_prg_state
    uint64_t deadline_us;
    struct ep_act act;
    int outcome;
    uint8_t tries; // left
    bool session;  // a session is open with peers[session_peer]
    uint8_t session_peer;

    uint8_t nonce[TP_TOKEN_LEN], wake_nonce[TP_NONCE_LEN];
    uint32_t wake_counter;
    uint8_t purpose, version, request;
    struct cr_noise_handshake handshake;
    struct tp_channel channel;
    struct asking asking;
    uint8_t reply[TP_DATA_MAX];
    uint8_t reply_len;
    struct tp_outbox out;
};

// programmer.c
void prg_step(struct tp_programmer *prg, enum tp_prg_event on);
void prg_end(struct tp_programmer *prg, int outcome);
void prg_send(struct tp_programmer *prg, enum ep_link link, const uint8_t *frame,
              size_t len, uint64_t wait_until_us);
bool prg_expects(const struct tp_programmer *prg, enum tp_prg_state state);

// near.c
void prg_pair(struct tp_programmer *prg, uint64_t now_us);
void prg_intent(struct tp_programmer *prg, uint64_t now_us);
void prg_emergency(struct tp_programmer *prg, uint64_t now_us);
void prg_anchor(struct tp_programmer *prg, uint64_t now_us);
void prg_near(struct tp_programmer *prg, const uint8_t *frame, size_t len,
              uint64_t now_us);

// air.c
void prg_open(struct tp_programmer *prg, uint64_t now_us);
void prg_wake(struct tp_programmer *prg, uint64_t now_us);
void prg_air(struct tp_programmer *prg, const uint8_t *frame, size_t len,
             uint64_t now_us);

// ask.c
int prg_command(struct tp_programmer *prg, uint64_t now_us);
int prg_close(struct tp_programmer *prg, uint64_t now_us);
int prg_statement(struct tp_programmer *prg, uint64_t now_us);
void prg_ask_again(struct tp_programmer *prg, uint64_t now_us);
void prg_answer(struct tp_programmer *prg, const uint8_t *frame, size_t len,
                uint64_t now_us);

#endif
