// state.h - all of one implant's memory, and the functions its files share

#ifndef PROTOCOL_IMPLANT_STATE_H
#define PROTOCOL_IMPLANT_STATE_H

#include <crypto/bytes.h>
#include <crypto/hash.h>
#include <crypto/stream.h>
#include <protocol/body.h>
#include <protocol/bond.h>
#include <protocol/channel.h>
#include <protocol/handshake.h>
#include <protocol/implant.h>
#include <protocol/implant_fsm.h>
#include <protocol/limits.h>
#include <protocol/outbox.h>
#include <protocol/report.h>
#include <protocol/slots.h>

// A fresh random value and the moment it was made; spent ones are not live.
struct ticket {
    uint8_t bytes[TP_TICKET_LEN];
    uint64_t at_us;
    bool live;
};

struct token_secret {
    uint8_t bytes[TP_TOKEN_LEN];
    uint64_t at_us;
    uint8_t bond;
    bool live;
};

struct proposal {
    uint8_t digest[TP_DIGEST_LEN];
    uint64_t at_us;
    uint8_t settings[TP_SETTINGS_LEN];
    bool live;
};

// The answer to the last command with an effect, for a retry of the same request.
struct answered {
    uint8_t request;
    uint8_t status;
    uint8_t len;
    bool any;
    uint16_t opcode;
    uint8_t data[TP_TICKET_LEN + TP_DIGEST_LEN];
};

struct session {
    uint64_t opened_us, heard_us, intent_us;
    struct tp_channel channel;
    struct ticket ticket;
    struct proposal proposal;
    struct answered last;
    uint8_t role, capabilities, version;
    bool intent; // a token was bound in and no command has used it yet
};

struct attempt { // from WAKE to PROOF
    uint32_t counter;
    uint8_t bond, purpose, version;
    bool bound;        // a token went into its key
    uint64_t token_us; // when that token was made
    uint8_t nonce[TP_NONCE_LEN];
};

enum near_state { NEAR_IDLE, NEAR_PAIRING, NEAR_CHALLENGED, NEAR_EMERGENCY };

struct near {
    uint64_t deadline_us, at_us;
    uint8_t state; // enum near_state
    uint8_t bond;
    uint8_t nonce[TP_TOKEN_LEN], challenge[TP_TOKEN_LEN];
};

struct imp_kind;

// NOLINTNEXTLINE(clang-analyzer-optin.performance.Padding): in the order of reading
struct tp_implant {
    // What kind of device this is. Set by each call from outside for as long as that
    // call lasts, so a copy of the state is still a snapshot.
    const struct imp_kind *kind;
    struct tp_controls controls;
    struct cr_stream rng;

    // identity and settings, as in non-volatile memory
    uint8_t s_priv[CR_DH_LEN];
    uint8_t anchor[CR_SIGN_PUBLIC_LEN], new_anchor[CR_SIGN_PUBLIC_LEN];
    uint8_t maker[CR_SIGN_PUBLIC_LEN];
    uint8_t certificate[TP_CERT_LEN]; // its scope is the implant's id
    uint64_t floor_at_us;             // when floor_s was true
    uint64_t anchor_due_us;
    uint32_t floor_s;
    uint16_t epoch_min, boots, rekey_after;
    uint8_t text_len, text[TP_IMPLANT_TEXT_MAX];
    uint8_t alarm;
    bool time_known, magnet;
    uint8_t settings[TP_SETTINGS_LEN]; // of therapy, as the kind writes them
    uint32_t reports;                  // sequences used: after a start, all reserved
    struct tp_bond bonds[TP_BONDS_MAX];
    struct tp_log log;

    // radio
    uint8_t state; // enum tp_imp_state
    uint32_t sniff_us;
    uint64_t deadline_us;
    struct attempt attempt;
    struct cr_noise_handshake handshake; // of the session or of a pairing
    struct session session;

    // near field and what it grants
    struct near near;
    struct token_secret token;

    // budgets
    uint64_t bucket_at_us;
    uint32_t bucket_nc;
    uint32_t work_at_ds[TP_BONDS_MAX]; // in tenths of a second
    uint8_t work_units[TP_BONDS_MAX];
    // Until when the last writes, and a pump's boluses, count; oldest first (LIM-4).
    uint32_t write_until_s[TP_WRITES_MAX], bolus_until_s[TP_WRITES_MAX];

    // therapy
    uint64_t next_due_us, emergency_until_us;
    uint32_t day_at_s, day_mu; // a pump: its boluses of the day, and when that began
    uint8_t emergency;         // enum ep_emergency, 0 = none
    bool pacing;
    bool backup; // therapy is reduced for the time of an update

    // software
    bool dead;           // nothing authentic was there to run
    uint64_t restart_us; // a release waits since then for a start; EP_NEVER if none
#ifdef TP_WEAKNESSES
    uint64_t service_until_us; // somebody is logged in at the service port
#endif
    struct tp_slots slots;

    struct tp_outbox out;
};

// Not counted: what only a build with switches keeps.
#ifdef TP_WEAKNESSES
enum {
    WEAK_LEN = sizeof(struct tp_controls) + sizeof(uint64_t) +
               sizeof(struct tp_manifest) + TP_IMAGE_MAX
};
#else
enum { WEAK_LEN = 0 };
#endif
_Static_assert(sizeof(struct tp_implant) <= 4096 + WEAK_LEN,
               "an implant's memory is small");

static inline const uint8_t *imp_id(const struct tp_implant *imp)
{
    return imp->certificate + CR_DH_LEN + 1;
}

static inline bool has(const struct tp_implant *imp, enum tp_control c)
{
    return tp_has(&imp->controls, c);
}

static inline uint32_t imp_apart(uint32_t a, uint32_t b)
{
    return a > b ? a - b : b - a;
}

// Where kept.c's record lies in non-volatile memory; written at once.
enum { IMP_KEPT_AT = 448, IMP_KEPT_MAX = EP_NVM_MAX };

// A moment in tenths of a second. They come round after thirteen years: only what lies
// between two of them counts.
static inline uint32_t imp_tenths(uint64_t us)
{
    return (uint32_t)(us / (TP_SECOND / 10));
}

// A moment in whole seconds, rounded up: what is counted from it ends no earlier.
static inline uint32_t imp_second_after(uint64_t us)
{
    return (uint32_t)((us + TP_SECOND - 1) / TP_SECOND);
}

// implant.c: the calls of the seam, for an implant whose kind is set
int imp_start(struct tp_implant *imp, const void *nvm, const uint8_t seed[EP_SEED_LEN],
              const uint8_t *config, size_t config_len, uint64_t now_us);
void imp_receive(struct tp_implant *imp, const struct ep_frame *frame);
void imp_expire(struct tp_implant *imp, uint64_t now_us);
int imp_act(struct tp_implant *imp, const struct ep_act *act);
uint64_t imp_deadline(const void *ep);
bool imp_output(void *ep, struct ep_output *out);
int imp_outcome(const void *ep, uint8_t *reply, size_t cap, size_t *reply_len);
void imp_wipe(void *ep);

uint32_t imp_wall_s(const struct tp_implant *imp, uint64_t now_us);
void imp_random(struct tp_implant *imp, uint8_t *out, size_t len);
// The randomness of a handshake, whose ephemeral key is drawn inside.
struct cr_rng imp_rng(struct tp_implant *imp);
void imp_send(struct tp_implant *imp, enum ep_link link, const uint8_t *frame,
              size_t len);
void imp_step(struct tp_implant *imp, enum tp_imp_event on, uint64_t now_us);
void imp_sleep(struct tp_implant *imp, uint64_t now_us);
void imp_sniff(struct tp_implant *imp);

// wake.c
void imp_wake(struct tp_implant *imp, const uint8_t *frame, size_t len,
              uint64_t now_us);
void imp_answer_wake(struct tp_implant *imp, uint64_t now_us);
// Pays for what a stranger cost a sleeping implant, from the bucket.
void imp_pay_for_check(struct tp_implant *imp, uint64_t now_us);
bool imp_work_take(struct tp_implant *imp, size_t bond, uint64_t now_us);
// Gives every budget what it has gained up to now.
void imp_refill(struct tp_implant *imp, uint64_t now_us);
void imp_work_refund(struct tp_implant *imp, size_t bond, bool whole);
// When the session that is open has used up its peer's units; EP_NEVER for a
// clinician's.
uint64_t imp_work_until(const struct tp_implant *imp);
// Takes what the session cost, when it ends.
void imp_work_pay_session(struct tp_implant *imp, uint64_t now_us);

// session.c
void imp_hello(struct tp_implant *imp, const uint8_t *frame, size_t len,
               uint64_t now_us);
void imp_proof(struct tp_implant *imp, const uint8_t *frame, size_t len,
               uint64_t now_us);
void imp_record(struct tp_implant *imp, const uint8_t *frame, size_t len,
                uint64_t now_us);
void imp_answer(struct tp_implant *imp, const struct tp_response *response,
                uint64_t now_us);

// command.c
struct call { // one request being served
    const struct tp_request *q;
    uint64_t now_us;
    struct wr data; // what goes into the response
    uint8_t status; // enum tp_status, if it is not refused
    bool rehearse;
};

enum imp_form { IMP_READS, IMP_ONE_STEP, IMP_PROPOSAL, IMP_CONFIRMATION, IMP_CONTROL };

struct imp_command {
    uint16_t opcode;
    uint8_t capability; // 0: any session
    uint8_t form;       // enum imp_form
    uint8_t len;        // of the arguments, exactly
    uint8_t len_least;  // where the length may vary up to len; else 0
    bool intent;        // uses up the session's token
    enum tp_err (*run)(struct tp_implant *imp, struct call *c);
};

enum tp_err imp_command(struct tp_implant *imp, struct call *c);

// What a kind of implant does to its patient: all else is common. Pure functions and
// constants.
struct imp_kind {
    uint16_t model; // enum tp_model
    const struct imp_command *commands;
    size_t command_count;

    // What its settings may be: each in its range (LIM-1), all together (LIM-2), and
    // how far they may move at once (LIM-3).
    bool (*in_range)(const uint8_t *settings);
    bool (*agree)(const uint8_t *settings);
    bool (*within_ramp)(const uint8_t *from, const uint8_t *to);
    // They are in imp->settings: says so to the actuator.
    void (*in_force)(struct tp_implant *imp);

    // Therapy's clock: its first moment, and what is due at each.
    uint64_t (*interval_us)(const struct tp_implant *imp);
    void (*due)(struct tp_implant *imp);
    bool (*emergency)(uint16_t what); // does it know this one?
};

extern const struct imp_kind imp_cardiac_kind;

// therapy.c
// May these settings be put in force now (LIM-1 to LIM-4)?
bool imp_settings_hold(const struct tp_implant *imp, const uint8_t *settings,
                       uint64_t now_us);
// LIM-4, of write_until_s or bolus_until_s: is another one refused for now?
bool imp_too_often(const uint32_t until_s[TP_WRITES_MAX], uint64_t now_us);
// LIM-4: counts one that was just executed.
void imp_count(uint32_t until_s[TP_WRITES_MAX], uint64_t now_us);
void imp_therapy_commit(struct tp_implant *imp, const uint8_t *settings,
                        uint64_t now_us);
// Therapy's clock, of pulses or of doses: sets it going; its moment has come.
void imp_clock_start(struct tp_implant *imp, uint64_t now_us);
void imp_clock_due(struct tp_implant *imp, uint64_t now_us);
void imp_emergency_start(struct tp_implant *imp, uint8_t what, uint64_t now_us);
void imp_emergency_end(struct tp_implant *imp);

// update.c
void imp_boot(struct tp_implant *imp, const uint8_t *nvm, uint64_t now_us);
void imp_backup_end(struct tp_implant *imp);
// When to start anew if no pulse comes first; EP_NEVER if not at all.
uint64_t imp_restart_us(const struct tp_implant *imp);
// Starts anew if that is wanted and this is the moment. The last thing in a call.
void imp_restart(struct tp_implant *imp, bool pulse, uint64_t now_us);
enum tp_err imp_run_software(struct tp_implant *imp, struct call *c);
enum tp_err imp_run_update_begin(struct tp_implant *imp, struct call *c);
enum tp_err imp_run_update_chunk(struct tp_implant *imp, struct call *c);
enum tp_err imp_run_update_finish(struct tp_implant *imp, struct call *c);

// kept.c: before a start that the implant asks for; after it
void imp_keep(struct tp_implant *imp, uint64_t now_us);
void imp_take_kept(struct tp_implant *imp, const uint8_t *nvm, uint64_t now_us);

// telemetry.c
enum tp_err imp_run_report(struct tp_implant *imp, struct call *c);

// service.c
void imp_service(struct tp_implant *imp, const struct ep_frame *frame);

// near.c
void imp_near(struct tp_implant *imp, const uint8_t *frame, size_t len,
              uint64_t now_us);
void imp_drop_older_bonds(struct tp_implant *imp, size_t keep);
void imp_emergency(struct tp_implant *imp, enum ep_link link, const uint8_t *frame,
                   size_t len, uint64_t now_us);

// trust.c
void imp_anchor(struct tp_implant *imp, const uint8_t *frame, size_t len,
                uint64_t now_us);
void imp_anchor_due(struct tp_implant *imp, uint64_t now_us);
void imp_anchor_cancel(struct tp_implant *imp, uint64_t now_us);
enum tp_err imp_statement(struct tp_implant *imp, struct call *c);
enum tp_err imp_check_certificate(struct tp_implant *imp, const uint8_t *bytes,
                                  size_t len, enum tp_control authentication,
                                  struct tp_certificate *out, uint64_t now_us);

void imp_raise_floor(struct tp_implant *imp, uint32_t time_s, uint64_t now_us);

// log.c
void imp_note(struct tp_implant *imp, enum tp_log_class class, uint16_t detail,
              uint64_t now_us);

// nvm.c
void imp_nvm_load(struct tp_implant *imp, const uint8_t *nvm);
void imp_nvm_bond(struct tp_implant *imp, size_t i);
void imp_nvm_bond_counter(struct tp_implant *imp, size_t i);
void imp_nvm_bond_clear(struct tp_implant *imp, size_t i);
void imp_nvm_settings(struct tp_implant *imp);
void imp_nvm_time(struct tp_implant *imp);
void imp_nvm_reports(struct tp_implant *imp, uint32_t most);
void imp_nvm_day(struct tp_implant *imp);
void imp_nvm_anchor(struct tp_implant *imp);
void imp_nvm_log(struct tp_implant *imp, enum tp_log_class class, size_t place);
void imp_nvm_boots(struct tp_implant *imp);

#endif
