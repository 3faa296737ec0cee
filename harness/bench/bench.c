#include "internal.h"
#include <attack/attacker.h>
#include <bench/charge.h>
#include <bench/truth.h>
#include <crypto/bytes.h>
#include <stdio.h>

bool hx_bench_honest(const struct hx_bench *b)
{
    for (int n = 0; n < HX_NODE_COUNT; n++)
        if (b->honest_until_us[n] > b->now_us)
            return true;
    return b->honest > 0;
}

static void boot(struct hx_bench *b, int node)
{
    struct hx_party_state *p = &b->party[node];
    struct cr_stream s;
    uint8_t seed[EP_SEED_LEN];
    char name[48];
    // A boot's seed follows from the run's air stream key, so from seed and scenario.
    snprintf(name, sizeof name, "boot/%s/%u", hx_node_name(node), p->boots);
    uint64_t root = 0;
    for (int i = 0; i < 8; i++)
        root = root << 8 | b->air.key[i];
    cr_stream_named(&s, root, name);
    cr_stream_fill(&s, seed, sizeof seed);
    p->boots++;
    p->runs = false;
    memset(p->state, 0, p->ops->size);
    int e = p->ops->init(p->state, p->nvm, seed, p->config, p->config_len, b->now_us);
    assert(e == 0);
}

static void restart(struct hx_bench *b, int node);

// Takes what an endpoint has to say; a power cut may fall between two outputs.
static void drain(struct hx_bench *b, int node)
{
    struct hx_party_state *p = &b->party[node];
    struct ep_output o;
    while (p->ops->output(p->state, &o)) {
        hx_bench_take(b, node, &o);
        if (o.kind == EP_RESTART) {
            hx_bench_note(b, hx_node_name(node), "starts anew");
            restart(b, node);
        } else if (node == b->cut_node && b->cut_after >= 0 && b->cut_after-- == 0) {
            hx_bench_power_cut(b, (enum hx_node)node, b->cut_off_us);
        }
    }
}

static void restart(struct hx_bench *b, int node)
{
    boot(b, node);
    drain(b, node);
    hx_truth_started(b, node);
    if (node == HX_NODE_IMPLANT && b->magnet)
        hx_bench_magnet(b, true);
}

// Without power a party hears nothing and misses every deadline.
static void be_off(struct hx_bench *b, int node, uint64_t off_us)
{
    if (node == HX_NODE_IMPLANT) {
        hx_charge_accrue(&b->charge, b->now_us, hx_bench_honest(b));
        hx_charge_listen(&b->charge, 0, b->now_us);
    }
    b->party[node].present = false;
    hx_bench_run(b, b->now_us + off_us);
    b->party[node].present = true;
}

void hx_bench_power_cut(struct hx_bench *b, enum hx_node node, uint64_t off_us)
{
    hx_bench_note(b, hx_node_name((int)node), "power cut");
    b->cut_after = -1;
    b->cuts++;
    if (off_us > 0)
        be_off(b, (int)node, off_us);
    restart(b, (int)node);
}

void hx_bench_magnet(struct hx_bench *b, bool there)
{
    struct hx_party_state *p = &b->party[HX_NODE_IMPLANT];
    struct ep_act a = {.kind = EP_ACT_MAGNET, .len = 1};
    a.args[0] = there;
    b->magnet = there;
    (void)p->ops->act(p->state, &a, b->now_us);
    drain(b, HX_NODE_IMPLANT);
}

void hx_bench_start(struct hx_bench *b, const struct hx_world *w, uint64_t seed,
                    const struct hx_cast *cast)
{
    struct rl_air air = rl_air_clean();
    memset(b, 0, offsetof(struct hx_bench, attacker.heard));
    b->world = w;
    b->cast = *cast;
    b->charge.faulty = cast->battery_fault;
    b->cut_after = b->deaf_after = -1;
    b->hash = UINT64_C(0xcbf29ce484222325);
    b->attacker.began_us = EP_NEVER;
    b->attacker.hears_near = false;
    rl_medium_init(&b->medium, &air);
    cr_stream_named(&b->air, seed, "prelude/air");
    hx_cast_place(b);
    hx_truth_start(b);
    for (int n = 0; n < HX_NODE_COUNT; n++)
        b->wand[n] = HX_NODE_COUNT;
    for (int n = 0; n < HX_ENDPOINTS; n++) {
        b->party[n].present = hx_cast_has(cast, n);
        if (!b->party[n].present)
            continue;
        hx_cast_config(b, n);
        boot(b, n);
        drain(b, n);
        hx_truth_started(b, n);
    }
}

static void copy_party(struct hx_party_state *to, const struct hx_party_state *from)
{
    if (!from->present) {
        to->present = false;
        return;
    }
    memcpy(to, from, offsetof(struct hx_party_state, state));
    memcpy(to->state, from->state, from->ops->size);
    memcpy(to->nvm, from->nvm, from->ops->nvm_size);
}

// Only what is used: most casts have few parties, and most runs hear little.
void hx_bench_copy(struct hx_bench *to, const struct hx_bench *from)
{
    const struct hx_tap *tap = to->tap;
    struct hx_puppet *puppet = to->puppet;
    size_t heard = from->attacker.heard_count * sizeof from->attacker.heard[0];
    memcpy(to, from, offsetof(struct hx_bench, party));
    for (int n = 0; n < HX_ENDPOINTS; n++)
        copy_party(&to->party[n], &from->party[n]);
    memcpy(&to->attacker, &from->attacker, offsetof(struct hx_attacker, heard) + heard);
    to->tap = tap;
    to->puppet = puppet;
}

void hx_bench_air(struct hx_bench *b, uint64_t seed, const char *scenario,
                  const struct rl_air *air)
{
    char name[96];
    snprintf(name, sizeof name, "%s/air", scenario);
    cr_stream_named(&b->air, seed, name);
    b->medium.air = *air;
}

// Has every link failed, after so many frames?
static bool deaf(struct hx_bench *b)
{
    if (b->deaf_after > 0)
        b->deaf_after--;
    return b->deaf_after == 0;
}

// A sniffing receiver met a frame: it stays on for what is left of one copy and for the
// next, but for no longer than two of the longest that it wants.
static void sniffed(struct hx_bench *b, struct ep_frame *f)
{
    size_t most = b->charge.len_max;
    if (b->charge.every_us == 0)
        return;
    if (most > 0 && f->len > most)
        f->len = (uint8_t)most;
    hx_charge_spend(&b->charge,
                    UINT64_C(2) * rl_airtime_us(RL_RF, f->len) * HX_RADIO_NC_US,
                    hx_bench_honest(b));
}

static void deliver(struct hx_bench *b, const struct rl_arrival *a)
{
    struct hx_party_state *p = &b->party[a->to];
    struct ep_frame f = {.now_us = b->now_us,
                         .rssi_q8_dbm = a->frame.rssi_q8_dbm,
                         .link = a->frame.band,
                         .place = a->frame.mark,
                         .len = a->frame.len};
    memcpy(f.bytes, a->frame.bytes, a->frame.len);
    if (!p->present || hx_bench_closed(b, a->to, f.link) || deaf(b) ||
        !hx_attacker_lets_pass(b, a, &f))
        return;
    if (a->to == HX_NODE_IMPLANT && f.link == EP_RF)
        sniffed(b, &f);
    hx_bench_hash_event(b, a->to, 0x80, f.bytes, f.len);
    if (b->tap && b->tap->frame)
        b->tap->frame(b->tap->ctx, b->now_us, a->from, a->to, (enum ep_link)f.link,
                      f.bytes, f.len, a->from == HX_NODE_ATTACKER ? "attacker" : NULL);
    p->ops->receive(p->state, &f);
    drain(b, a->to);
}

static void arrive(struct hx_bench *b, const struct rl_arrival *a)
{
    if (a->to == HX_NODE_ATTACKER)
        hx_attacker_hears(b, a);
    else
        deliver(b, a);
}

// The earliest deadline and whose it is.
static uint64_t next_deadline(const struct hx_bench *b, int *node)
{
    uint64_t t = EP_NEVER;
    for (int n = 0; n < HX_ENDPOINTS; n++) {
        const struct hx_party_state *p = &b->party[n];
        uint64_t d = p->present ? p->ops->deadline(p->state) : EP_NEVER;
        if (d < t) {
            t = d;
            *node = n;
        }
    }
    return t;
}

bool hx_bench_step(struct hx_bench *b, uint64_t until_us)
{
    int node = 0;
    struct rl_arrival a;
    uint64_t due = next_deadline(b, &node);
    uint64_t heard = rl_medium_next(&b->medium);
    uint64_t t = due <= heard ? due : heard;
    if (b->hung || t > until_us)
        return false;
    if (++b->events > HX_EVENTS_MAX) {
        b->hung = true;
        return false;
    }
    if (t > b->now_us)
        b->now_us = t;
    if (due <= heard) {
        b->party[node].ops->expire(b->party[node].state, b->now_us);
        drain(b, node);
    } else if (rl_medium_take(&b->medium, b->now_us, &a)) {
        arrive(b, &a);
    }
    return true;
}

void hx_bench_run(struct hx_bench *b, uint64_t until_us)
{
    while (hx_bench_step(b, until_us)) {
    }
    if (until_us > b->now_us)
        b->now_us = until_us;
}

// NOLINTNEXTLINE(readability-function-size): a frame's way has seven words
void hx_bench_hand(struct hx_bench *b, enum hx_node from, enum hx_node to,
                   enum ep_link link, const uint8_t *bytes, size_t len, uint64_t at_us)
{
    struct rl_frame frame = {.band = (uint8_t)link, .len = (uint8_t)len};
    memcpy(frame.bytes, bytes, len);
    rl_medium_inject(&b->medium, (int)from, (int)to, &frame, at_us);
}

int hx_bench_act_begin(struct hx_bench *b, enum hx_node node, const struct ep_act *act)
{
    struct hx_party_state *p = &b->party[node];
    hx_charge_accrue(&b->charge, b->now_us, hx_bench_honest(b));
    int e = p->present ? p->ops->act(p->state, act, b->now_us) : -1;
    if (e == 0)
        drain(b, (int)node);
    return e;
}

int hx_bench_act(struct hx_bench *b, enum hx_node node, const struct ep_act *act,
                 uint64_t limit_us)
{
    struct hx_party_state *p = &b->party[node];
    uint64_t end = b->now_us + limit_us;
    hx_charge_accrue(&b->charge, b->now_us, hx_bench_honest(b));
    b->honest++;
    int outcome = -1;
    if (hx_bench_act_begin(b, node, act) == 0) {
        while ((outcome = p->ops->outcome(p->state, NULL, 0, NULL)) == 0)
            if (!hx_bench_step(b, end))
                break;
    }
    hx_charge_accrue(&b->charge, b->now_us, true);
    b->honest--;
    return outcome;
}
