// state.h - all of one peer's memory, and the functions its files share
//
// A monitor's memory begins with it: see struct prg_kind.

#ifndef PROTOCOL_PROGRAMMER_STATE_H
#define PROTOCOL_PROGRAMMER_STATE_H

#include <crypto/bytes.h>
#include <crypto/hash.h>
#include <crypto/stream.h>
#include <protocol/body.h>
#include <protocol/channel.h>
#include <protocol/client.h>
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
    uint8_t id[TP_ID_LEN];      // and its id, from its certificate
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

// Software on its way from the updater: to itself, or through to an implant.
struct carried {
    uint16_t model;
    uint32_t version;
    uint16_t size, got;
};

struct prg_kind;

// NOLINTNEXTLINE(clang-analyzer-optin.performance.Padding): in the order of reading
struct tp_programmer {
    // What kind of device this is. Set by each call from outside for as long as that
    // call lasts, so a copy of the state is still a snapshot.
    const struct prg_kind *kind;
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
    bool lasting; // there is a memory that lasts, and peers are kept in it

    uint8_t state; // enum tp_prg_state
    uint64_t deadline_us;
    struct ep_act act;
    int outcome;
    uint8_t tries; // left
    bool session;  // a session is open with peers[session_peer]
    uint8_t session_peer;

    uint8_t nonce[TP_TOKEN_LEN], wake_nonce[TP_NONCE_LEN];
    uint8_t pairing_id[TP_ID_LEN]; // of the implant that is being paired with
    uint32_t wake_counter;
    uint8_t purpose, version, request;
    struct cr_noise_handshake handshake;
    struct tp_channel channel;
    struct asking asking;
    uint8_t reply[TP_DATA_MAX];
    uint8_t reply_len;

    // software and the network
    struct tp_slots slots;
    bool software; // of its own is running
    bool dead;     // its own was there, and nothing of it is authentic
    uint32_t runs; // what the implant says that it runs
    struct carried carried;
    struct tp_client client;
    struct tp_outbox out;
};

_Static_assert(sizeof(struct tp_programmer) <= 6144, "a peer's memory is bounded");

// What a kind of peer does that others do not. Pure functions and constants.
struct prg_kind {
    uint16_t model; // enum tp_model, of its own software

    // Begins an act of its own. Fails: -1 if it knows no such act.
    int (*act)(struct tp_programmer *prg, uint64_t now_us);
    // An exchange with the implant was served in the course of an act of its own; a
    // question was answered over the uplink.
    void (*served)(struct tp_programmer *prg, uint64_t now_us);
    void (*answered)(struct tp_programmer *prg, const struct tp_answer *a,
                     uint64_t now_us);
};

// programmer.c: the calls of the seam, for a peer whose kind is set
int prg_start(struct tp_programmer *prg, const void *nvm,
              const uint8_t seed[EP_SEED_LEN], const uint8_t *config, size_t config_len,
              uint64_t now_us);
void prg_receive(struct tp_programmer *prg, const struct ep_frame *frame);
void prg_expire(struct tp_programmer *prg, uint64_t now_us);
int prg_act(struct tp_programmer *prg, const struct ep_act *a, uint64_t now_us);
uint64_t prg_deadline(const void *ep);
bool prg_output(void *ep, struct ep_output *out);
int prg_outcome(const void *ep, uint8_t *reply, size_t cap, size_t *reply_len);

void prg_step(struct tp_programmer *prg, enum tp_prg_event on);
void prg_end(struct tp_programmer *prg, int outcome);
// One exchange of the act was served: the act goes on, or is.
void prg_served(struct tp_programmer *prg, uint64_t now_us);
uint32_t prg_wall_s(const struct tp_programmer *prg, uint64_t now_us);
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
// Opens a session for a purpose, with as many tries as it may have.
void prg_session(struct tp_programmer *prg, uint8_t purpose, uint64_t now_us);
void prg_open(struct tp_programmer *prg, uint64_t now_us);
void prg_wake(struct tp_programmer *prg, uint64_t now_us);
void prg_air(struct tp_programmer *prg, const uint8_t *frame, size_t len,
             uint64_t now_us);

// ask.c
bool prg_in_session(const struct tp_programmer *prg);
// Asks the implant one thing, in the session that is open.
void prg_ask(struct tp_programmer *prg, uint16_t opcode, const uint8_t *args,
             size_t len, uint64_t now_us);
int prg_command(struct tp_programmer *prg, uint64_t now_us);
int prg_close(struct tp_programmer *prg, uint64_t now_us);
int prg_statement(struct tp_programmer *prg, uint64_t now_us);
void prg_ask_again(struct tp_programmer *prg, uint64_t now_us);
void prg_answer(struct tp_programmer *prg, const uint8_t *frame, size_t len,
                uint64_t now_us);

// uplink.c
void prg_call(struct tp_programmer *prg, const uint8_t *question, size_t len,
              uint64_t now_us);
void prg_call_again(struct tp_programmer *prg, uint64_t now_us);
bool prg_calls(const struct tp_programmer *prg);
void prg_uplink(struct tp_programmer *prg, const struct ep_frame *frame);

// fetch.c
void prg_boot(struct tp_programmer *prg, const uint8_t *nvm);
int prg_fetch(struct tp_programmer *prg, uint64_t now_us);
void prg_fetched(struct tp_programmer *prg, const struct tp_answer *a, uint64_t now_us);
// Does a manifest, in the maker's word, speak of the model and version that run
// already?
bool prg_is_running(const struct tp_programmer *prg, const struct tp_manifest *m,
                    uint16_t model, uint32_t version);
// Asks the updater for a model's manifest; for the next chunk of what is carried.
void prg_call_manifest(struct tp_programmer *prg, uint16_t model, uint64_t now_us);
void prg_call_chunk(struct tp_programmer *prg, uint64_t now_us);

// update.c
int prg_update(struct tp_programmer *prg, uint64_t now_us);
void prg_update_served(struct tp_programmer *prg, uint64_t now_us);
void prg_update_answered(struct tp_programmer *prg, const struct tp_answer *a,
                         uint64_t now_us);

// nvm.c
void prg_nvm_load(struct tp_programmer *prg, const uint8_t *nvm);
void prg_nvm_peer(struct tp_programmer *prg);
void prg_nvm_counter(struct tp_programmer *prg);

#endif
