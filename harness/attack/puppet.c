// puppet.c - what the puppet has, and what a step makes it do

#include "puppet_internal.h"
#include <crypto/hash.h>
#include <protocol/implant.h>
#include <protocol/limits.h>
#include <protocol/programmer.h>
#include <stdio.h>
#include <string.h>

void hx_puppet_start(struct hx_puppet *p, uint64_t seed, const char *scenario)
{
    char name[96];
    *p = (struct hx_puppet){.seen_lawful = true};
    snprintf(name, sizeof name, "%s/puppet", scenario);
    cr_stream_named(&p->rng, seed, name);
}

void hx_puppet_learn(struct hx_puppet *p, const uint8_t *bytes, size_t len)
{
    size_t room = sizeof p->seen - p->seen_len;
    size_t n = len < room ? len : room;
    memcpy(p->seen + p->seen_len, bytes, n);
    p->seen_len += n;
}

const struct hx_heard *hx_puppet_await(struct hx_bench *b, int kind, uint64_t for_us)
{
    size_t from = b->attacker.heard_count;
    uint64_t limit = b->now_us + for_us;
    int implant = b->puppet->target;
    for (;;) {
        for (; from < b->attacker.heard_count; from++) {
            const struct hx_heard *h = &b->attacker.heard[from];
            if (h->from == implant && hx_frame_is(h->bytes, h->len, kind))
                return h;
        }
        if (!hx_bench_step(b, limit))
            break;
    }
    if (b->now_us < limit)
        hx_bench_run(b, limit);
    return NULL;
}

const struct hx_heard *hx_puppet_await_type(struct hx_bench *b, enum ep_link link,
                                            int node, uint8_t type, uint64_t for_us)
{
    size_t from = b->attacker.heard_count;
    uint64_t limit = b->now_us + for_us;
    do {
        for (; from < b->attacker.heard_count; from++) {
            const struct hx_heard *h = &b->attacker.heard[from];
            if (h->link == link && h->from == node && h->len > 0 && h->bytes[0] == type)
                return h;
        }
    } while (hx_bench_step(b, limit));
    return NULL;
}

// What one party's memory holds of use.
enum { LOOT_KEY = 1, LOOT_BOND = 2, LOOT_TOKEN = 4 };

static void take_loot(struct hx_puppet *p, const struct hx_bench *b, int node,
                      unsigned what, size_t peer)
{
    struct tp_programmer_loot loot;
    tp_programmer_steal(b->party[node].state, peer, &loot);
    if (what & LOOT_KEY) {
        memcpy(p->s_priv, loot.s_priv, CR_DH_LEN);
        p->certificate = loot.certificate;
        p->have_key = true;
        p->valid = true;
    }
    if (what & LOOT_BOND) {
        p->bond[peer] = loot.bond;
        memcpy(p->implant_pub[peer], loot.implant, CR_DH_LEN);
        p->have_bond[peer] = loot.have_bond;
    }
    // What it knows of one patient is tried on the other.
    if (peer > 0 && (what & LOOT_BOND)) {
        p->bond[0] = loot.bond;
        p->have_bond[0] = loot.have_bond;
        memcpy(p->implant_pub[0], b->world->cert[HX_NODE_IMPLANT].key, CR_DH_LEN);
    }
    if (what & LOOT_TOKEN) {
        memcpy(p->token, loot.token, TP_TOKEN_LEN);
        p->have_token = true;
        p->own_token = false;
    }
    cr_wipe(&loot, sizeof loot);
}

static void steal(struct hx_bench *b, const struct hx_step *s)
{
    struct hx_puppet *p = b->puppet;
    struct {
        enum hx_stolen what;
        int node;
        unsigned parts;
        size_t peer;
    } const table[] = {
        {HX_STOLEN_PROGRAMMER_KEY, HX_NODE_PROGRAMMER, LOOT_KEY, 0},
        {HX_STOLEN_PROGRAMMER_BOND, HX_NODE_PROGRAMMER, LOOT_BOND, 0},
        {HX_STOLEN_PROGRAMMER_TOKEN, HX_NODE_PROGRAMMER, LOOT_TOKEN, 0},
        {HX_STOLEN_MONITOR_KEY, HX_NODE_MONITOR, LOOT_KEY, 0},
        {HX_STOLEN_MONITOR_BOND, HX_NODE_MONITOR, LOOT_BOND, 0},
        {HX_STOLEN_OTHER_BOND, HX_NODE_PROGRAMMER, LOOT_BOND, 1},
        {HX_STOLEN_REMOTE_KEY, HX_NODE_REMOTE, LOOT_KEY, 0},
        {HX_STOLEN_REMOTE_BOND, HX_NODE_REMOTE, LOOT_BOND, 0},
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        if (s->stolen >> table[i].what & 1)
            take_loot(p, b, table[i].node, table[i].parts, table[i].peer);
    if (s->stolen >> HX_STOLEN_IMPLANT_KEY & 1) {
        memcpy(p->implant_priv, b->world->s_priv[HX_NODE_IMPLANT], CR_DH_LEN);
        p->have_implant_priv = true;
    }
    if (s->stolen >> HX_STOLEN_UPDATER_KEY & 1) {
        memcpy(p->updater_priv, b->world->s_priv[HX_NODE_UPDATER], CR_DH_LEN);
        p->have_updater = true;
    }
    if (s->stolen >> HX_STOLEN_IMPLANT_MEMORY & 1)
        p->have_memory = true;
}

// A certificate and key of its own, with the properties asked for.
static void enrol(struct hx_bench *b, const struct hx_step *s)
{
    struct hx_puppet *p = b->puppet;
    cr_stream_fill(&p->rng, p->s_priv, CR_DH_LEN);
    struct tp_certificate *c = &p->certificate;
    *c = (struct tp_certificate){
        .role = (uint8_t)s->role,
        .not_before_s = HX_EPOCH_S - 86400 * 400,
        .not_after_s = s->expired ? HX_EPOCH_S - 86400
                                  : HX_EPOCH_S + (uint32_t)(s->for_us / 1000000),
        .epoch = (uint16_t)(s->epoch > 0 ? s->epoch : HX_CERT_EPOCH)};
    if (s->scope != HX_PARTY_ANY)
        memcpy(c->scope, b->world->id[s->scope == HX_PARTY_OTHER], TP_ID_LEN);
    hx_world_certify(b->world, c, p->s_priv, s->signer == HX_SIGNER_AUTHORITY);
    p->have_key = true;
    p->valid = s->signer == HX_SIGNER_AUTHORITY && c->epoch >= HX_CERT_EPOCH &&
               s->scope != HX_PARTY_OTHER;
}

bool hx_puppet_entitled(const struct hx_bench *b)
{
    const struct hx_puppet *p = b->puppet;
    uint64_t now_s = HX_EPOCH_S + b->now_us / TP_SECOND;
    return p->have_key && p->valid && now_s <= p->certificate.not_after_s;
}

// Edits every entry of the log in the stolen memory, as if it told of something else,
// and signs it with the key found there.
static int do_rewrite_log(struct hx_bench *b, const struct hx_step *s, char *why,
                          size_t cap)
{
    if (!b->puppet->have_memory) {
        snprintf(why, cap, "line %u: the attacker has not stolen the memory", s->line);
        return -1;
    }
    const struct tp_implant_map *m = &tp_implant_nvm_map;
    uint8_t *nvm = b->party[HX_NODE_IMPLANT].nvm;
    for (size_t class = 0; class < TP_LOG_CLASSES; class ++) {
        for (size_t i = 0; i < TP_LOG_KEPT; i++) {
            uint8_t *at =
                nvm + m->log_entries + (class * TP_LOG_KEPT + i) * TP_LOG_ENTRY_LEN;
            struct tp_log_entry e;
            tp_log_entry_parse(at, &e);
            if (e.time_s == 0)
                continue;
            e.detail ^= 0xff;
            tp_log_tag(e.tag, nvm + m->log_key, (enum tp_log_class) class, &e);
            tp_log_entry_build(&e, at);
            memcpy(b->attacker.forged, at, TP_LOG_ENTRY_LEN);
        }
    }
    hx_bench_note(b, "attacker", "rewrites the stolen log");
    hx_bench_power_cut(b, HX_NODE_IMPLANT, 0); // the implant goes on with that memory
    return 0;
}

static void open_sessions(struct hx_bench *b, const struct hx_step *s)
{
    for (int64_t i = 0; i < s->times; i++) {
        hx_puppet_open(b, s);
        hx_bench_run(b, b->now_us + (uint64_t)s->every_us);
    }
}

static void close_session(struct hx_bench *b, const struct hx_step *s)
{
    (void)s;
    hx_puppet_close(b);
}

static void impersonate(struct hx_bench *b, const struct hx_step *s)
{
    (void)s;
    b->puppet->impersonating = true;
}

static void decrypt(struct hx_bench *b, const struct hx_step *s)
{
    (void)s;
    hx_puppet_decrypt(b);
}

// What can be tried in any case; whether it leads anywhere, the other side decides.
static void (*const tries[HX_DO_COUNT])(struct hx_bench *, const struct hx_step *) = {
    [HX_DO_STEAL] = steal,
    [HX_DO_ENROL] = enrol,
    [HX_DO_PUPPET_PAIR] = hx_puppet_pair,
    [HX_DO_PUPPET_INTENT] = hx_puppet_intent,
    [HX_DO_PUPPET_OPEN] = open_sessions,
    [HX_DO_PUPPET_READ] = hx_puppet_read,
    [HX_DO_PUPPET_WRITE] = hx_puppet_write,
    [HX_DO_PUPPET_ALARM] = hx_puppet_alarm,
    [HX_DO_PUPPET_BOLUS] = hx_puppet_bolus,
    [HX_DO_PUPPET_RAW] = hx_puppet_raw,
    [HX_DO_PUPPET_CLOSE] = close_session,
    [HX_DO_PUPPET_KEEP_OPEN] = hx_puppet_keep_open,
    [HX_DO_PUPPET_EMERGENCY] = hx_puppet_emergency,
    [HX_DO_PUPPET_ANCHOR] = hx_puppet_anchor,
    [HX_DO_PUPPET_UPDATE] = hx_puppet_update,
    [HX_DO_OPEN_FLEET] = hx_puppet_open_fleet,
    [HX_DO_IMPERSONATE] = impersonate,
    [HX_DO_DECRYPT] = decrypt,
};

int hx_puppet_step(struct hx_bench *b, const struct hx_step *s, char *why, size_t cap)
{
    if (tries[s->verb]) {
        tries[s->verb](b, s);
        return 0;
    }
    switch ((int)s->verb) {
    case HX_DO_REWRITE_LOG:
        return do_rewrite_log(b, s, why, cap);
    case HX_DO_REWRITE_STAGING:
        return hx_puppet_rewrite_staging(b, s, why, cap);
    case HX_DO_SERVE:
    case HX_DO_UPLINK_OPEN:
    case HX_DO_UPLINK_REPORT:
    case HX_DO_UPLINK_FILE:
    case HX_DO_LOGIN:
    case HX_DO_SERVICE:
        return hx_puppet_uplink_step(b, s, why, cap);
    default:
        snprintf(why, cap, "line %u: no attacker can do that", s->line);
        return -1;
    }
}
