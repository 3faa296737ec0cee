// bench.h - virtual time, the parties, and the way of every frame between them
//
// The bench owns what is true: the air, the non-volatile memories, the actuator and
// the clock. It is one plain value without pointers into itself, so a snapshot is a
// copy; only the tap (who watches) is not part of it.
//
// Time moves to the next deadline or arrival. At one moment endpoints' deadlines
// come first, in the order of their nodes, then arrivals in the medium's order.

#ifndef HARNESS_BENCH_BENCH_H
#define HARNESS_BENCH_BENCH_H

#include <crypto/stream.h>
#include <patient/harm.h>
#include <protocol/certificate.h>
#include <protocol/controls.h>
#include <protocol/endpoint.h>
#include <protocol/log.h>
#include <protocol/manifest.h>
#include <protocol/report.h>
#include <protocol/slots.h>
#include <radio/medium.h>
#include <stdalign.h>

enum hx_node {
    HX_NODE_IMPLANT,
    HX_NODE_OTHER, // a second patient's implant
    HX_NODE_PROGRAMMER,
    HX_NODE_MONITOR,
    HX_NODE_REMOTE, // a patient's remote control, for the pump
    HX_NODE_SERVER,
    HX_NODE_UPDATER,
    HX_NODE_ATTACKER, // no endpoint: harness/attack speaks for it
    HX_NODE_COUNT
};

enum {
    HX_ENDPOINTS = HX_NODE_ATTACKER,
    HX_STATE_MAX = 6144,
    HX_NVM_MAX = 6144,
    HX_CONFIG_MAX = 384,
    HX_ISSUES_MAX = 96,
    HX_EFFECTS_MAX = 48,
    HX_REPORTS_MAX = 8,
    HX_HEARD_MAX = 768,
    HX_VOLLEY = 16,          // frames handed over at once, as many as fit in flight
    HX_EVENTS_MAX = 4000000, // one run; more is a hang
};

// All releases but the latest may be installed for so long after the run began.
enum { HX_RELEASE_DAYS = 30 };

// Wall time at the start of every run, seconds: certificates are judged by it.
enum { HX_EPOCH_S = 1900000000 };

// Releases that the maker has signed, by model and age: the one before the first, the
// one that every device runs at first, the next two. Indices of hx_world's lists.
enum {
    HX_RELEASE_OLD,
    HX_RELEASE_FIRST,
    HX_RELEASE_NEXT,
    HX_RELEASE_LATER,
    HX_RELEASES
};
enum { HX_MODELS = TP_MODEL_MONITOR, HX_SOFTWARE_COUNT = HX_MODELS * HX_RELEASES };

// The programmer's latest release in the updater's store, not current at first.
enum { HX_PUBLISHED_LATER = HX_MODELS };

// Certificate epochs: what the clinic issues today, and the least that an implant
// accepts until a statement says otherwise.
enum { HX_CERT_EPOCH = 3, HX_CERT_EPOCH_LEAST = 2 };

// A party: an endpoint, its memory and what the bench knows of its radio.
struct hx_party_state {
    bool present;
    bool runs; // it said at its last start what software it runs
    const struct ep_ops *ops;
    uint32_t boots;
    uint32_t version; // the newest software that it ever ran
    uint64_t outputs; // taken so far, all boots
    size_t config_len;
    uint8_t config[HX_CONFIG_MAX];
    alignas(16) uint8_t state[HX_STATE_MAX];
    uint8_t nvm[HX_NVM_MAX];
};

// Charge of an implant's radio (see charge.h).
struct hx_charge {
    uint64_t since_us; // accounted up to here
    uint64_t on_until_us;
    uint32_t every_us; // sniffing, 0: on until on_until_us
    uint8_t len_max;   // of a frame that it receives then; 0: any
    uint64_t total_nc, unearned_nc;
    bool faulty;       // the battery has a short, which no frame explains
    uint64_t fault_nc; // what it lost by that
};

// An act by a person, or by an attacker's puppet with keys declared stolen.
struct hx_issue {
    uint64_t from_us, until_us; // when a commit of it is timely
    uint16_t commit;            // enum ep_commit_kind
    uint8_t len;
    uint8_t args[16];
    uint8_t node, implant;
    bool entitled; // certificate valid, in scope, not revoked
    bool role;     // the role allows it
    bool present;  // its issuer's own wand was over the implant within a minute
    bool done;
    bool open; // until_us is not known yet
};

// The last reports that an implant made, and how many of all are shown or older.
struct hx_reports {
    uint8_t made[HX_REPORTS_MAX][TP_REPORT_LEN];
    size_t made_count, shown;
};

// When the last commits of a kind were, of implant 0, and how many there have been.
struct hx_rate {
    uint64_t at_us[8];
    size_t count;
};

// What happened, as far as verdicts rest on it.
struct hx_truth {
    struct hx_issue issues[HX_ISSUES_MAX];
    size_t issue_count;
    uint32_t commits, wrong_therapy;
    uint32_t violated; // set of enum hx_invariant, found while running
    char first[160];   // the first violation, in words
    struct hx_rate writes, boluses;
    uint8_t therapy[TP_ID_LEN]; // parameters in force, of implant 0
    uint64_t last_pace_us, longest_gap_us;
    bool pacing, inhibited;
    uint64_t backup_us, longest_backup_us; // therapy in a backup mode: since when
    bool backup;
    uint64_t day_us; // of the pump's boluses: when this day's first was, and how much
    uint32_t day_mu;
    struct hx_reports reports[2];
    struct hx_effect effects[HX_EFFECTS_MAX]; // on patient 0
    size_t effect_count;
    uint64_t presence_us[HX_NODE_COUNT][2]; // last time its wand was at that implant
    uint64_t pulse_us;                      // the last pulse or dose that truly came
    uint64_t interval_us[2]; // between two: by the settings in force, and those before
    uint64_t started_us;     // of implant 0
    uint8_t emergency;       // enum ep_emergency that is in force at implant 0, or 0
    uint32_t alerts, emergencies; // alarms raised; emergency care given
    bool phi_read, keys_read;     // what somebody came to read that should not
    uint32_t fleet, fleet_opened; // other implants tried with one device's keys
};

// A frame as the attacker heard it.
struct hx_heard {
    uint64_t at_us, start_us;
    uint8_t from, link, len;
    uint8_t bytes[EP_FRAME_MAX];
};

// Who is who: keys of the authority and of the parties, from the run's seed.
struct hx_world {
    uint8_t authority_secret[CR_SIGN_SECRET_LEN], anchor[CR_SIGN_PUBLIC_LEN];
    uint8_t maker_secret[CR_SIGN_SECRET_LEN], maker[CR_SIGN_PUBLIC_LEN];
    // Every release there is: see hx_world_release.
    struct tp_manifest software[HX_SOFTWARE_COUNT];
    uint8_t image[HX_SOFTWARE_COUNT][TP_IMAGE_MAX];
    uint8_t s_priv[HX_NODE_COUNT][CR_DH_LEN];
    struct tp_certificate cert[HX_NODE_COUNT];
    struct tp_certificate service; // the programmer's, where a technician has it
    uint8_t service_secret[32];    // a key in the updater's store
    uint8_t id[2][TP_ID_LEN];
    uint8_t log_key[2][TP_LOG_KEY_LEN];
    uint8_t text[2][40];
    uint8_t text_len[2];
};

struct hx_cast {
    struct tp_controls controls;
    uint16_t rekey_after;
    bool monitor, other, dependent;
    bool pump;       // the implant is one, and there is a remote control
    bool network;    // server and updater are there
    bool service;    // the programmer is a service technician's
    uint8_t tries;   // radio tries of every peer's act; 0 = two
    uint8_t secrets; // 0 or 1: which of two sets of secrets of different length
    uint8_t closed;  // bits of enum ep_link: switched off in the product line
    bool battery_fault;
};

// What the attacker does with frames on their way; see attack/attacker.h.
struct hx_rule {
    uint8_t what; // enum hx_rule_kind
    uint8_t kind; // enum hx_frame
    uint8_t from; // enum hx_node, or HX_NODE_COUNT for any
    uint8_t len;  // of xor
    uint16_t at;
    uint32_t skip, times;
    uint8_t xor_bytes[16];
    char label[24];
};

struct hx_capture {
    char label[24];
    uint8_t link, len;
    uint8_t bytes[EP_FRAME_MAX];
};

struct hx_attacker {
    bool hears_near, near;
    bool hears_uplink;
    uint8_t serves;    // on the network, instead of this enum ep_place; 0: nobody
    uint8_t poses;     // as this enum ep_place it asks, and gets what is for it
    bool tunnel;       // it lets the connection be made first, and ends it then
    uint64_t began_us; // first hostile action; EP_NEVER before
    struct hx_rule rules[8];
    size_t rule_count;
    struct hx_capture captures[16];
    size_t capture_count;
    uint64_t relay_us;                // delay added to the near field; 0: no relay
    bool overflow;                    // more was heard than is kept
    uint8_t forged[TP_LOG_ENTRY_LEN]; // a log entry that it made up
    size_t inject_at, inject_what; // when `at` frames have been heard (0: never), hand
                                   // the implant a volley of the radio frames that
                                   // the programmer sent, back from before heard frame
                                   // `what`
    uint32_t lost; // abilities that it is tried without (enum hx_ability, as bits)
    size_t heard_count;
    struct hx_heard heard[HX_HEARD_MAX]; // last: a snapshot copies only what is used
};

// Somebody who watches: the trace writers. NULL members are not called.
struct hx_tap {
    void *ctx;
    void (*frame)(void *ctx, uint64_t at_us, int from, int to, enum ep_link link,
                  const uint8_t *bytes, size_t len, const char *comment);
    void (*output)(void *ctx, uint64_t at_us, int node, const struct ep_output *out);
    void (*note)(void *ctx, uint64_t at_us, const char *who, const char *text);
};

struct hx_puppet;

struct hx_bench {
    uint64_t now_us, events, frames;
    uint64_t hash; // FNV-1a, of everything that happened
    struct hx_cast cast;
    struct rl_medium medium;
    struct cr_stream air;
    struct hx_charge charge;
    uint32_t honest; // honest acts in progress and sessions open
    uint64_t honest_until_us[HX_NODE_COUNT];
    uint64_t uplink_us[HX_NODE_COUNT]; // last arrival over the network, to come or gone
    uint8_t wand[HX_NODE_COUNT]; // which implant it lies over, HX_NODE_COUNT: none
    bool magnet;                 // one lies over implant 0, whatever its power does
    int cut_after;               // outputs until a power cut of cut_node; -1 none
    uint8_t cut_node;
    int deaf_after;      // frames until every link fails; -1 none
    uint64_t cut_off_us; // how long power is off then
    uint64_t cuts;
    uint16_t log_chain; // entries in the implant's log before the scenario began
    bool hung;
    const struct hx_world *world; // borrowed, constant during a run
    const struct hx_tap *tap;     // borrowed; NULL: nobody watches
    struct hx_puppet *puppet;     // borrowed; NULL: none
    struct hx_truth truth;
    struct hx_party_state party[HX_ENDPOINTS];
    struct hx_attacker attacker; // last, for its array
};

// Makes a world from a seed. secrets chooses one of two sets.
void hx_world_make(struct hx_world *w, uint64_t seed, uint8_t secrets);

// Where a release of a model (enum tp_model) stands in a world's lists.
size_t hx_world_release(unsigned model, unsigned release);

// Issues a certificate by the authority or by the bearer itself, which no one should
// believe.
void hx_world_certify(const struct hx_world *w, struct tp_certificate *cert,
                      const uint8_t s_priv[CR_DH_LEN], bool by_authority);

// Starts a bench: parties powered up at time 0, nobody paired.
void hx_bench_start(struct hx_bench *b, const struct hx_world *w, uint64_t seed,
                    const struct hx_cast *cast);

// Copies a snapshot, leaving tap and puppet of the target.
void hx_bench_copy(struct hx_bench *to, const struct hx_bench *from);

// Starts the scenario's own randomness and air.
void hx_bench_air(struct hx_bench *b, uint64_t seed, const char *scenario,
                  const struct rl_air *air);

// Runs until a moment.
void hx_bench_run(struct hx_bench *b, uint64_t until_us);

// Runs one event, not past until_us; false when there is none before it.
bool hx_bench_step(struct hx_bench *b, uint64_t until_us);

// Begins a person's act; ends it when the endpoint says so or after the limit.
// Returns what ops->outcome says, 0 if it is still in progress at the limit.
int hx_bench_act(struct hx_bench *b, enum hx_node node, const struct ep_act *act,
                 uint64_t limit_us);
int hx_bench_act_begin(struct hx_bench *b, enum hx_node node, const struct ep_act *act);

// Cuts a party's power now and brings it back so much later. Its own clock stands still
// meanwhile.
void hx_bench_power_cut(struct hx_bench *b, enum hx_node node, uint64_t off_us);

// Holds a magnet over implant 0, or takes it away. It stays there over a power cut.
void hx_bench_magnet(struct hx_bench *b, bool there);

// Is the radio's present charge spent for an honest act or session?
bool hx_bench_honest(const struct hx_bench *b);

// Carries a near-field frame to whoever is within centimetres (or relayed).
void hx_near_send(struct hx_bench *b, int from, const uint8_t *bytes, size_t len);

// Sends a frame over the network to a place, said to come from another.
void hx_bench_uplink(struct hx_bench *b, enum hx_node from, enum ep_place claimed,
                     enum ep_place to, const uint8_t *bytes, size_t len);
enum hx_node hx_place_node(enum ep_place place);
enum ep_place hx_node_place(int node);

// Sends a frame as a node (the attacker), or hands it to one receiver on a wire.
void hx_bench_send(struct hx_bench *b, enum hx_node from, enum ep_link link,
                   const uint8_t *bytes, size_t len, uint32_t repeat_us);
void hx_bench_hand(struct hx_bench *b, enum hx_node from, enum hx_node to,
                   enum ep_link link, const uint8_t *bytes, size_t len, uint64_t at_us);

// Tells the tap.
void hx_bench_note(struct hx_bench *b, const char *who, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

const char *hx_node_name(int node);
bool hx_is_implant(int node);

// The therapy settings that an implant has from the factory.
void hx_first_settings(bool pump, uint8_t out[TP_SETTINGS_LEN]);

#endif
