#include <attack/attacker.h>
#include <attack/puppet.h>
#include <protocol/frame.h>
#include <protocol/limits.h>
#include <protocol/uplink.h>
#include <scenario/load.h>
#include <stdio.h>
#include <string.h>

bool hx_frame_is(const uint8_t *bytes, size_t len, int kind)
{
    static const uint8_t types[] = {
        [HX_FRAME_WAKE] = TP_WAKE,           [HX_FRAME_AWAKE] = TP_AWAKE,
        [HX_FRAME_HELLO] = TP_HELLO,         [HX_FRAME_REPLY] = TP_REPLY,
        [HX_FRAME_PROOF] = TP_PROOF,         [HX_FRAME_RECORD] = TP_RECORD,
        [HX_FRAME_REHEARSAL] = TP_REHEARSAL,
    };
    if (len == 0)
        return false;
    if (kind == HX_FRAME_ANY)
        return true;
    if (kind == HX_FRAME_UPLINK)
        return bytes[0] >= TP_UP_HELLO && bytes[0] <= TP_UP_SERVICE;
    if (kind == HX_FRAME_NEAR)
        return bytes[0] >= TP_PAIR_1 && bytes[0] <= TP_ANCHOR_DONE;
    return bytes[0] == types[kind];
}

int hx_party_node(int64_t party)
{
    static const int nodes[] = {
        [HX_PARTY_ANY] = HX_NODE_COUNT,
        [HX_PARTY_IMPLANT] = HX_NODE_IMPLANT,
        [HX_PARTY_OTHER] = HX_NODE_OTHER,
        [HX_PARTY_PROGRAMMER] = HX_NODE_PROGRAMMER,
        [HX_PARTY_MONITOR] = HX_NODE_MONITOR,
        [HX_PARTY_REMOTE] = HX_NODE_REMOTE,
        [HX_PARTY_SERVER] = HX_NODE_SERVER,
        [HX_PARTY_UPDATER] = HX_NODE_UPDATER,
        [HX_PARTY_ATTACKER] = HX_NODE_ATTACKER,
    };
    return nodes[party];
}

int hx_party_implant(int64_t with)
{
    return with == HX_PARTY_OTHER ? HX_NODE_OTHER : HX_NODE_IMPLANT;
}

static bool volleys(const struct hx_heard *h)
{
    return h->from == HX_NODE_PROGRAMMER && h->link == EP_RF;
}

static void volley(struct hx_bench *b)
{
    const struct hx_attacker *at = &b->attacker;
    unsigned n = 0;
    for (size_t i = at->inject_what; i-- > 0 && n < HX_VOLLEY;) {
        const struct hx_heard *old = &at->heard[i];
        if (volleys(old))
            hx_bench_hand(b, HX_NODE_ATTACKER, HX_NODE_IMPLANT, EP_RF, old->bytes,
                          old->len, b->now_us + ++n);
    }
}

size_t hx_attacker_volley_end(const struct hx_bench *b, size_t from)
{
    unsigned n = 0;
    while (from > 0 && n < HX_VOLLEY)
        n += volleys(&b->attacker.heard[--from]);
    return from;
}

void hx_attacker_hears(struct hx_bench *b, const struct rl_arrival *a)
{
    struct hx_attacker *at = &b->attacker;
    if (at->lost >> HX_ABILITY_LISTEN & 1)
        return; // it is tried without ears
    if (at->heard_count < HX_HEARD_MAX) {
        struct hx_heard *h = &at->heard[at->heard_count++];
        *h = (struct hx_heard){.at_us = b->now_us,
                               .start_us = a->start_us,
                               .from = a->from,
                               .link = a->frame.band,
                               .len = a->frame.len};
        memcpy(h->bytes, a->frame.bytes, a->frame.len);
    } else {
        at->overflow = true;
    }
    if (at->inject_at > 0 && at->heard_count == at->inject_at)
        volley(b);
    if (b->puppet)
        hx_puppet_hears(b, a);
}

void hx_attacker_overhears(struct hx_bench *b, int from, enum rl_band band,
                           const uint8_t *bytes, size_t len)
{
    struct rl_arrival a = {.at_us = b->now_us,
                           .start_us = b->now_us,
                           .from = (uint8_t)from,
                           .to = HX_NODE_ATTACKER};
    a.frame.band = (uint8_t)band;
    a.frame.len = (uint8_t)len;
    memcpy(a.frame.bytes, bytes, len);
    hx_attacker_hears(b, &a);
}

static struct hx_rule *rule_for(struct hx_bench *b, const struct rl_arrival *a)
{
    struct hx_attacker *at = &b->attacker;
    for (size_t i = 0; i < at->rule_count; i++) {
        struct hx_rule *r = &at->rules[i];
        if (r->times == 0 || !hx_frame_is(a->frame.bytes, a->frame.len, r->kind) ||
            (r->from != HX_NODE_COUNT && r->from != a->from) ||
            a->from == HX_NODE_ATTACKER)
            continue;
        if (r->skip > 0) {
            r->skip--;
            continue;
        }
        r->times--;
        return r;
    }
    return NULL;
}

static void keep(struct hx_bench *b, const char *label, const uint8_t *bytes,
                 size_t len, int link)
{
    struct hx_capture *c = hx_attacker_capture(b, label);
    if (!c)
        return;
    c->link = (uint8_t)link;
    c->len = (uint8_t)len;
    memcpy(c->bytes, bytes, len);
}

bool hx_attacker_lets_pass(struct hx_bench *b, const struct rl_arrival *a,
                           struct ep_frame *f)
{
    struct hx_rule *r = rule_for(b, a);
    if (!r)
        return true;
    switch (r->what) {
    case HX_RULE_BLOCK:
        hx_bench_note(b, "attacker", "blocks a frame from %s", hx_node_name(a->from));
        return false;
    case HX_RULE_HOLD:
        hx_bench_note(b, "attacker", "holds a frame from %s", hx_node_name(a->from));
        keep(b, r->label, f->bytes, f->len, f->link);
        return false;
    case HX_RULE_MODIFY:
        hx_bench_note(b, "attacker", "alters a frame from %s", hx_node_name(a->from));
        for (size_t i = 0; i < r->len && r->at + i < f->len; i++)
            f->bytes[r->at + i] ^= r->xor_bytes[i];
        return true;
    default: // reflect: back to where it came from, and on its way too
        hx_bench_note(b, "attacker", "reflects a frame to %s", hx_node_name(a->from));
        hx_bench_hand(b, HX_NODE_ATTACKER, a->from, (enum ep_link)f->link, f->bytes,
                      f->len, b->now_us + 100);
        return true;
    }
}

const struct hx_heard *hx_attacker_find(const struct hx_bench *b, int kind, int from,
                                        int64_t nth)
{
    const struct hx_heard *found = NULL;
    int64_t n = 0;
    for (size_t i = 0; i < b->attacker.heard_count; i++) {
        const struct hx_heard *h = &b->attacker.heard[i];
        if (!hx_frame_is(h->bytes, h->len, kind) || h->from == HX_NODE_ATTACKER ||
            (from != HX_NODE_COUNT && h->from != from))
            continue;
        found = h;
        if (++n == nth)
            return h;
    }
    return nth < 0 ? found : NULL;
}

struct hx_capture *hx_attacker_labelled(struct hx_bench *b, const char *label)
{
    for (size_t i = 0; i < b->attacker.capture_count; i++)
        if (strcmp(b->attacker.captures[i].label, label) == 0)
            return &b->attacker.captures[i];
    return NULL;
}

static void label_copy(char to[HX_LABEL_MAX], const char *from)
{
    size_t n = strnlen(from, HX_LABEL_MAX - 1);
    memcpy(to, from, n);
    to[n] = '\0';
}

struct hx_capture *hx_attacker_capture(struct hx_bench *b, const char *label)
{
    struct hx_attacker *at = &b->attacker;
    struct hx_capture *c = hx_attacker_labelled(b, label);
    if (!c && at->capture_count < sizeof at->captures / sizeof at->captures[0]) {
        c = &at->captures[at->capture_count++];
        label_copy(c->label, label);
    }
    return c;
}

static int do_capture(struct hx_bench *b, const struct hx_step *s, char *why,
                      size_t cap)
{
    const struct hx_heard *h =
        hx_attacker_find(b, (int)s->frame, hx_party_node(s->from), s->nth);
    if (!h) {
        snprintf(why, cap, "line %u: no such frame was heard", s->line);
        return -1;
    }
    keep(b, s->label, h->bytes, h->len, h->link);
    return 0;
}

static int need(struct hx_bench *b, const struct hx_step *s, struct hx_capture **c,
                char *why, size_t cap)
{
    *c = hx_attacker_labelled(b, s->label);
    if (*c)
        return 0;
    snprintf(why, cap, "line %u: '%s' was never held", s->line, s->label);
    return -1;
}

// A sleeping implant hears only what lasts until it next listens: bursts of a second.
static void transmit(struct hx_bench *b, int link, int64_t to, const uint8_t *bytes,
                     size_t len)
{
    int node = hx_party_node(to);
    bool wake = len > 0 && bytes[0] == TP_WAKE;
    if (link == HX_LINK_NEAR)
        hx_bench_hand(b, HX_NODE_ATTACKER, (enum hx_node)node, EP_NEAR, bytes, len,
                      b->now_us + rl_airtime_us(RL_NEAR, len));
    else
        hx_bench_send(b, HX_NODE_ATTACKER, EP_RF, bytes, len,
                      wake ? (uint32_t)(TP_SECOND * 12 / 10) : 0);
}

static int do_send(struct hx_bench *b, const struct hx_step *s, char *why, size_t cap)
{
    struct hx_capture *c;
    if (need(b, s, &c, why, cap))
        return -1;
    for (int64_t i = 0; i < s->times; i++) {
        hx_bench_note(b, "attacker", "sends '%s'", s->label);
        transmit(b, (int)s->link, s->to, c->bytes, c->len);
        // Long enough to have left the antenna before the next.
        int64_t gap = s->every_us > 0 ? s->every_us : 20000;
        hx_bench_run(b, b->now_us + (uint64_t)gap);
    }
    return 0;
}

static int do_tamper(struct hx_bench *b, const struct hx_step *s, char *why, size_t cap)
{
    struct hx_capture *c;
    if (need(b, s, &c, why, cap))
        return -1;
    for (size_t i = 0; i < s->bytes_len && (size_t)s->at + i < c->len; i++)
        c->bytes[(size_t)s->at + i] ^= s->bytes[i];
    return 0;
}

static int add_rule(struct hx_bench *b, const struct hx_step *s, enum hx_rule_kind what)
{
    struct hx_attacker *at = &b->attacker;
    if (at->rule_count == sizeof at->rules / sizeof at->rules[0])
        return -1;
    struct hx_rule *r = &at->rules[at->rule_count++];
    *r = (struct hx_rule){.what = (uint8_t)what,
                          .kind = (uint8_t)s->frame,
                          .from = (uint8_t)hx_party_node(s->from),
                          .at = (uint16_t)s->at,
                          .skip = s->nth > 1 ? (uint32_t)(s->nth - 1) : 0,
                          .times = s->times > 0 ? (uint32_t)s->times : 1};
    r->len = (uint8_t)(s->bytes_len < sizeof r->xor_bytes ? s->bytes_len
                                                          : sizeof r->xor_bytes);
    memcpy(r->xor_bytes, s->bytes, r->len);
    label_copy(r->label, s->label);
    return 0;
}

// A wake-up, then time for the answer: the implant may sleep on another second.
static void replay_wake(struct hx_bench *b, const struct hx_heard *h)
{
    size_t heard = b->attacker.heard_count;
    transmit(b, HX_LINK_RF, HX_PARTY_IMPLANT, h->bytes, h->len);
    uint64_t limit = b->now_us + 2 * TP_SECOND;
    while (b->attacker.heard_count == heard && hx_bench_step(b, limit)) {
    }
    hx_bench_run(b, b->now_us + 30000);
}

// Sends again what `from` sent in its nth session (-1: the last): all frames from
// one wake-up up to the next, with the gaps they had.
static int do_replay(struct hx_bench *b, const struct hx_step *s, char *why, size_t cap)
{
    int from = hx_party_node(s->from == HX_PARTY_ANY ? HX_PARTY_PROGRAMMER : s->from);
    const struct hx_heard *wake = hx_attacker_find(b, HX_FRAME_WAKE, from, s->nth);
    if (!wake) {
        snprintf(why, cap, "line %u: no session of its was heard", s->line);
        return -1;
    }
    size_t end = b->attacker.heard_count;
    uint64_t before_us = 0; // when the frame before was sent, then
    replay_wake(b, wake);
    for (const struct hx_heard *h = wake + 1; h < b->attacker.heard + end; h++) {
        if (h->from != from || h->link != EP_RF)
            continue;
        if (h->bytes[0] == TP_WAKE)
            break;
        // A little later than then: never before the answer to the last one is over.
        if (before_us > 0)
            hx_bench_run(b, b->now_us + (h->start_us - before_us) + 2000);
        before_us = h->start_us;
        transmit(b, HX_LINK_RF, HX_PARTY_IMPLANT, h->bytes, h->len);
    }
    hx_bench_run(b, b->now_us + TP_SECOND / 4);
    return 0;
}

int hx_attacker_step(struct hx_bench *b, const struct hx_step *s, char *why, size_t cap)
{
    struct hx_attacker *at = &b->attacker;
    if (at->began_us == EP_NEVER && s->verb != HX_DO_CAPTURE)
        at->began_us = b->now_us;
    if (hx_step_abilities(s) & at->lost) {
        hx_bench_note(b, "attacker", "is not able to: %s", hx_verb_word(s->verb));
        return 0;
    }
    switch ((int)s->verb) {
    case HX_DO_CAPTURE:
        return do_capture(b, s, why, cap);
    case HX_DO_SEND:
        return do_send(b, s, why, cap);
    case HX_DO_TAMPER:
        return do_tamper(b, s, why, cap);
    case HX_DO_BLOCK:
        return add_rule(b, s, HX_RULE_BLOCK);
    case HX_DO_HOLD:
        return add_rule(b, s, HX_RULE_HOLD);
    case HX_DO_MODIFY:
        return add_rule(b, s, HX_RULE_MODIFY);
    case HX_DO_REFLECT:
        return add_rule(b, s, HX_RULE_REFLECT);
    case HX_DO_LET_PASS:
        at->rule_count = 0;
        return 0;
    case HX_DO_REPLAY:
        return do_replay(b, s, why, cap);
    case HX_DO_FLOOD:
        return hx_attacker_flood(b, s, why, cap);
    case HX_DO_RELAY:
        at->relay_us = (uint64_t)s->delay_us;
        return 0;
    default:
        return hx_puppet_step(b, s, why, cap);
    }
}
