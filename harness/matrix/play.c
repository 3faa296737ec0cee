#include <attack/attacker.h>
#include <attack/puppet.h>
#include <bench/truth.h>
#include <matrix/honest.h>
#include <matrix/play.h>
#include <oracle/oracle.h>
#include <protocol/body.h>
#include <protocol/limits.h>
#include <stdio.h>
#include <string.h>
#include <stdlib.h>

enum { PRELUDES = 16 };

// What comes before every scenario: everybody paired, one honest session held. It
// depends on the cast alone, so it is run once per cast and copied.
struct prelude {
    bool made;
    uint64_t used; // for replacing the least recently used
    struct hx_cast cast;
    struct hx_bench bench;
};

struct hx_player {
    uint64_t seed, clock;
    struct hx_world worlds[2]; // two sets of secrets
    struct hx_bench bench[2];
    struct hx_puppet puppet;
    struct prelude preludes[PRELUDES];
};

struct hx_player *hx_player_new(uint64_t seed)
{
    struct hx_player *p = calloc(1, sizeof *p);
    if (!p)
        return NULL;
    p->seed = seed;
    for (uint8_t i = 0; i < 2; i++)
        hx_world_make(&p->worlds[i], seed, i);
    return p;
}

void hx_player_free(struct hx_player *p)
{
    free(p);
}

bool hx_cut_open(const struct hx_cut *cut, const struct hx_profile *p)
{
    for (int i = 0; i < 2; i++)
        if (cut->without.lack[i] & ~p->lacks.lack[i])
            return false;
    return true;
}

enum hx_verdict hx_expected(const struct hx_scenario *s, const struct hx_profile *p)
{
    if (s->kind == HX_KIND_STORY)
        return HX_VERDICT_SERVED;
    for (size_t i = 0; i < s->cut_count; i++)
        if (hx_cut_open(&s->cuts[i], p))
            return HX_VERDICT_SUCCEEDED;
    return HX_VERDICT_STOPPED;
}

static bool is_hardened(const struct hx_profile *p)
{
    return p->lacks.lack[0] == 0 && p->lacks.lack[1] == 0;
}

// Is the profile one of those generated from the scenario's own cut sets: a set, or
// a set less one member?
static bool is_own(const struct hx_scenario *s, const struct hx_profile *p)
{
    for (size_t i = 0; i < s->cut_count; i++) {
        const uint64_t *cut = s->cuts[i].without.lack;
        uint64_t extra = (p->lacks.lack[0] & ~cut[0]) | (p->lacks.lack[1] & ~cut[1]);
        int missing = __builtin_popcountll(cut[0] & ~p->lacks.lack[0]) +
                      __builtin_popcountll(cut[1] & ~p->lacks.lack[1]);
        if (extra == 0 && missing <= 1)
            return true;
    }
    return false;
}

bool hx_runs_on(const struct hx_scenario *s, const struct hx_profile *p)
{
    if (is_hardened(p) || p->legacy)
        return true;
    if (s->kind == HX_KIND_STORY)
        return !s->heavy && strcmp(s->id, "S01-clinician-session") == 0;
    return !s->heavy || is_own(s, p);
}

// How many entries the log has, from the clinician's read-out.
static void read_log_head(struct hx_bench *b)
{
    struct hx_party_state *prg = &b->party[HX_NODE_PROGRAMMER];
    uint8_t reply[256];
    size_t len = 0;
    if (hx_honest_read(b, HX_NODE_PROGRAMMER, HX_NODE_IMPLANT, TP_OP_LOG,
                       TP_LOG_SESSION) == 1 &&
        prg->ops->outcome(prg->state, reply, sizeof reply, &len) == 1 && len >= 6)
        b->log_chain = (uint16_t)(reply[4] | reply[5] << 8);
}

static void make_prelude(struct hx_player *p, struct prelude *pre,
                         const struct hx_cast *cast)
{
    struct hx_bench *b = &pre->bench;
    pre->made = true;
    pre->cast = *cast;
    b->tap = NULL;
    b->puppet = NULL;
    hx_bench_start(b, &p->worlds[cast->secrets], p->seed, cast);
    hx_bench_run(b, TP_SECOND / 2);
    (void)hx_honest_pair(b, HX_NODE_PROGRAMMER, HX_NODE_IMPLANT);
    if (cast->monitor)
        (void)hx_honest_pair(b, HX_NODE_MONITOR, HX_NODE_IMPLANT);
    if (cast->other) {
        size_t heard = b->attacker.heard_count; // the attacker was elsewhere
        (void)hx_honest_pair(b, HX_NODE_PROGRAMMER, HX_NODE_OTHER);
        // Two implants have lived different lives: their counters differ.
        for (int i = 0; i < 6; i++) {
            (void)hx_honest_open(b, HX_NODE_PROGRAMMER, HX_NODE_OTHER, EP_READ_OUT);
            (void)hx_honest_close(b, HX_NODE_PROGRAMMER, HX_NODE_OTHER);
        }
        b->attacker.heard_count = heard;
    }
    b->wand[HX_NODE_PROGRAMMER] = HX_NODE_COUNT;
    b->wand[HX_NODE_MONITOR] = HX_NODE_COUNT;
    (void)hx_honest_open(b, HX_NODE_PROGRAMMER, HX_NODE_IMPLANT, EP_READ_OUT);
    (void)hx_honest_read(b, HX_NODE_PROGRAMMER, HX_NODE_IMPLANT, TP_OP_STATUS, -1);
    read_log_head(b);
    (void)hx_honest_close(b, HX_NODE_PROGRAMMER, HX_NODE_IMPLANT);
    hx_bench_run(b, b->now_us + TP_SECOND);
}

static bool same_cast(const struct hx_cast *a, const struct hx_cast *b)
{
    return a->controls.lack[0] == b->controls.lack[0] &&
           a->controls.lack[1] == b->controls.lack[1] &&
           a->rekey_after == b->rekey_after && a->monitor == b->monitor &&
           a->other == b->other && a->dependent == b->dependent &&
           a->tries == b->tries && a->secrets == b->secrets;
}

static const struct hx_bench *prelude(struct hx_player *p, const struct hx_cast *cast)
{
    struct prelude *oldest = &p->preludes[0];
    p->clock++;
    for (size_t i = 0; i < PRELUDES; i++) {
        struct prelude *pre = &p->preludes[i];
        if (pre->made && same_cast(&pre->cast, cast)) {
            pre->used = p->clock;
            return &pre->bench;
        }
        if (pre->used < oldest->used)
            oldest = pre;
    }
    make_prelude(p, oldest, cast);
    oldest->used = p->clock;
    return &oldest->bench;
}

// One run of a scenario's steps, from a snapshot to the closing session.
struct run {
    struct hx_bench *b;
    const struct hx_scenario *s;
    bool swap_other;       // "other" stands for the one implant
    bool lenient;          // honest steps may be denied (a power cut hit them)
    struct hx_meeting last; // from when the last session was opened
    bool failed;           // the attack could not be tried
    bool denied;           // a story's step was not served
    bool logged;
    uint64_t detect_us;
    char why[160];
};

static void start_run(struct hx_player *p, struct run *r, const struct hx_profile *prof,
                      uint8_t secrets, const struct hx_tap *tap)
{
    const struct hx_scenario *s = r->s;
    struct hx_cast cast = {.controls = prof->lacks,
                           .rekey_after = (uint16_t)s->rekey_after,
                           .monitor = s->has_monitor != 0,
                           .other = s->has_other != 0,
                           .dependent = s->rests == HX_RESTS_DEPENDENT,
                           .tries = s->loss_ppm > 0 ? 16 : 2,
                           .secrets = secrets};
    struct rl_air air = rl_air_clean();
    air.loss_ppm[RL_RF] = (uint32_t)s->loss_ppm;
    air.duplicate_ppm[RL_RF] = (uint32_t)s->duplicate_ppm;
    air.delay_max_us[RL_RF] = (uint32_t)s->delay_max_us;
    hx_bench_copy(r->b, prelude(p, &cast));
    r->b->tap = tap;
    r->b->puppet = &p->puppet;
    hx_puppet_start(&p->puppet, p->seed, s->id);
    hx_bench_air(r->b, p->seed, s->id, &air);
    r->b->attacker.hears_near = (s->hears >> HX_LINK_NEAR & 1) != 0;
    r->b->attacker.near = s->near != 0;
    if (s->at_mm > 0)
        rl_medium_move(&r->b->medium, HX_NODE_ATTACKER, (int32_t)s->at_mm, 0, 0);
}

static void honest_step(struct run *r, const struct hx_step *s)
{
    struct hx_step step = *s;
    if (r->swap_other)
        step.with = HX_PARTY_IMPLANT;
    if (s->verb == HX_DO_OPEN)
        r->last.from_us = r->b->now_us;
    int outcome = hx_honest_step(r->b, &step);
    bool story = r->s->kind == HX_KIND_STORY && !r->lenient;
    int64_t expect = s->expect;
    if (expect == HX_EXPECT_DEFAULT)
        expect = story ? HX_EXPECT_SERVED : HX_EXPECT_ANY;
    bool good = expect == HX_EXPECT_ANY || (expect == HX_EXPECT_SERVED) == (outcome == 1);
    if (good || r->lenient)
        return;
    r->denied = true;
    snprintf(r->why, sizeof r->why, "line %u: %s by the %s", s->line,
             outcome == 1 ? "served, not denied" : "not served",
             s->actor == HX_ACTOR_MONITOR ? "monitor" : "programmer");
}

static void step(struct run *r, const struct hx_step *s)
{
    switch (s->actor) {
    case HX_ACTOR_WAIT:
        hx_bench_run(r->b, r->b->now_us + (uint64_t)s->wait_us);
        break;
    case HX_ACTOR_ATTACKER:
        if (hx_attacker_step(r->b, s, r->why, sizeof r->why))
            r->failed = true;
        break;
    case HX_ACTOR_IMPLANT:
        if (s->after > 0)
            r->b->cut_after = (int)s->after;
        else
            hx_bench_power_cut(r->b, HX_NODE_IMPLANT);
        break;
    default:
        honest_step(r, s);
    }
}

static int log_class(const struct hx_scenario *s)
{
    return (int)s->must_log - (int)HX_LOG_WAKE;
}

static void read_log(struct run *r)
{
    static const int order[] = {TP_LOG_WAKE, TP_LOG_HANDSHAKE, TP_LOG_RECORD,
                                TP_LOG_COMMAND, TP_LOG_NEAR, TP_LOG_TRUST,
                                TP_LOG_SESSION};
    struct hx_bench *b = r->b;
    struct hx_party_state *prg = &b->party[HX_NODE_PROGRAMMER];
    bool all = b->attacker.forged[0] != 0;
    for (size_t i = 0; i < sizeof order / sizeof order[0]; i++) {
        uint8_t reply[256];
        size_t len = 0;
        uint64_t at;
        if (!all && (r->s->must_log == HX_LOG_NONE || order[i] != log_class(r->s)))
            continue;
        if (hx_honest_read(b, HX_NODE_PROGRAMMER, HX_NODE_IMPLANT, TP_OP_LOG,
                           order[i]) != 1 ||
            prg->ops->outcome(prg->state, reply, sizeof reply, &len) != 1)
            continue;
        (void)hx_oracle_log(b, order[i], reply, len, b->attacker.began_us, &at);
        if (order[i] == log_class(r->s) && at != EP_NEVER) {
            r->logged = true;
            r->detect_us = at > b->attacker.began_us ? at - b->attacker.began_us : 0;
        }
    }
}

static bool claims(const struct hx_scenario *s, enum hx_invariant i)
{
    for (size_t k = 0; k < s->cut_count; k++)
        if (s->cuts[k].violates >> i & 1)
            return true;
    return false;
}

// The attacker falls silent; the rightful programmer must be back in control within
// two tries and thirty seconds, without the wand (I14).
static void close_run(struct run *r)
{
    struct hx_bench *b = r->b;
    b->attacker.rule_count = 0;
    b->attacker.relay_us = 0;
    b->cut_after = -1;
    b->puppet->impersonating = false;
    b->attacker.inject_at = 0;
    b->wand[HX_NODE_PROGRAMMER] = HX_NODE_COUNT;
    b->medium.air.loss_ppm[RL_RF] = 0;
    hx_bench_run(b, b->now_us + 3 * TP_SECOND);
    r->last.until_us = b->now_us;
    uint64_t began = b->now_us;
    int open = hx_honest_open(b, HX_NODE_PROGRAMMER, HX_NODE_IMPLANT, EP_READ_OUT);
    int read = open == 1 ? hx_honest_read(b, HX_NODE_PROGRAMMER, HX_NODE_IMPLANT,
                                          TP_OP_STATUS, -1)
                         : -1;
    if (read != 1 || b->now_us - began > 30 * TP_SECOND)
        hx_truth_violate(b, HX_I14, "the rightful programmer is not back in control");
    if (read == 1)
        read_log(r);
    if (r->s->must_log != HX_LOG_NONE && !r->logged && read == 1 && claims(r->s, HX_I10))
        hx_truth_violate(b, HX_I10, "the log does not show what happened");
    (void)hx_honest_close(b, HX_NODE_PROGRAMMER, HX_NODE_IMPLANT);
}

static void play_steps(struct run *r)
{
    for (size_t i = 0; i < r->s->step_count && !r->failed && !r->denied; i++)
        step(r, &r->s->steps[i]);
    close_run(r);
    hx_oracle_judge(r->b);
}

// --- sweeps ----------------------------------------------------------------------

static bool worse(const struct run *r, const struct hx_cell *worst)
{
    return (r->b->truth.violated & ~worst->violated) || r->denied || r->failed;
}

// The story with the power cut after its first output, its second, and so on.
static void sweep_power(struct hx_player *p, struct run *r, const struct hx_profile *prof,
                        const struct hx_tap *tap, struct hx_cell *out)
{
    uint64_t cut;
    int k = 0;
    do {
        struct run one = {.b = r->b, .s = r->s, .lenient = true};
        start_run(p, &one, prof, 0, tap);
        one.b->cut_after = k++;
        cut = one.b->cuts;
        play_steps(&one);
        cut = one.b->cuts - cut;
        bool bad = worse(&one, out);
        out->violated |= one.b->truth.violated;
        *r = one;
        if (bad) {
            snprintf(r->why, sizeof r->why, "after output %d: %.120s", k - 1,
                     one.b->truth.first);
            break;
        }
    } while (cut > 0);
}

// Every frame heard so far, sent again at every later moment: a volley at a time,
// the newest first, which for frames that are refused is as good as one by one.
static void sweep_replay(struct hx_player *p, struct run *r, const struct hx_profile *prof,
                         const struct hx_tap *tap, struct hx_cell *out)
{
    struct run base = {.b = r->b, .s = r->s};
    start_run(p, &base, prof, 0, tap);
    size_t before = base.b->attacker.heard_count;
    play_steps(&base);
    size_t after = base.b->attacker.heard_count;
    uint32_t violated = base.b->truth.violated;
    *r = base;
    for (size_t at = before + 1; at <= after; at++) {
        // The frames of every run up to `at` are the same, so they may be counted here.
        for (size_t what = at, next; what > 0; what = next) {
            next = hx_attacker_volley_end(r->b, what);
            struct run one = {.b = r->b, .s = r->s};
            start_run(p, &one, prof, 0, tap);
            one.b->attacker.began_us = one.b->now_us;
            one.b->attacker.inject_at = at;
            one.b->attacker.inject_what = what;
            play_steps(&one);
            if (one.b->truth.violated & ~violated) {
                violated |= one.b->truth.violated;
                *r = one;
                snprintf(r->why, sizeof r->why, "frames up to %zu again at %zu: %.80s",
                         what, at, one.b->truth.first);
            }
        }
    }
    out->violated |= violated;
}

// --- verdicts --------------------------------------------------------------------

static uint32_t scope(const struct hx_scenario *s, const struct hx_profile *prof)
{
    uint32_t set = 0;
    if (is_hardened(prof))
        return UINT32_MAX;
    for (size_t i = 0; i < s->cut_count; i++)
        set |= s->cuts[i].violates;
    return set;
}

static bool as_claimed(const struct hx_scenario *s, const struct hx_profile *prof,
                       uint32_t violated)
{
    for (size_t i = 0; i < s->cut_count; i++)
        if (hx_cut_open(&s->cuts[i], prof) &&
            (s->cuts[i].violates & ~violated) == 0)
            return true;
    return false;
}

static void judge_attack(const struct run *r, const struct hx_profile *prof,
                         struct hx_cell *out)
{
    out->verdict = out->violated & scope(r->s, prof) ? HX_VERDICT_SUCCEEDED
                                                     : HX_VERDICT_STOPPED;
    if (r->failed)
        out->verdict = HX_VERDICT_INCONCLUSIVE;
    out->unexpected = out->verdict != out->expected;
    if (out->verdict == HX_VERDICT_SUCCEEDED && !out->unexpected)
        out->unexpected = !as_claimed(r->s, prof, out->violated);
    // With a control missing the refusal may fall to another layer, and to its class
    // of the log: what must be logged is judged on hardened.
    if (is_hardened(prof) && out->must_log && !out->logged)
        out->unexpected = true;
}

static void judge_story(const struct run *r, const struct hx_profile *prof,
                        struct hx_cell *out)
{
    // Judged in full on hardened; a weaker device must serve, which is all that its
    // own profile promises.
    uint32_t harm = is_hardened(prof) ? out->violated : 0;
    out->verdict = r->denied ? HX_VERDICT_DENIED
                   : harm    ? HX_VERDICT_HARMED
                             : HX_VERDICT_SERVED;
    out->unexpected = out->verdict != out->expected;
}

static void fill(const struct run *r, struct hx_cell *out)
{
    const struct hx_bench *b = r->b;
    out->violated |= b->truth.violated;
    out->must_log = r->s->must_log != HX_LOG_NONE;
    out->logged = r->logged;
    out->time_to_detect_us = r->logged ? r->detect_us : EP_NEVER;
    out->duration_us = b->now_us;
    out->radio_nc = b->charge.total_nc;
    out->unearned_nc = b->charge.unearned_nc;
    out->frames = (uint32_t)b->frames;
    out->commits = b->truth.commits;
    out->issued = (uint32_t)b->truth.issue_count;
    out->events = (uint32_t)b->events;
    out->trace_hash = b->hash;
    out->longest_gap_us = b->truth.longest_gap_us;
    out->wrong_therapy = b->truth.wrong_therapy;
    snprintf(out->note, sizeof out->note, "%s", r->why[0] ? r->why : b->truth.first);
}

static void play_twice(struct hx_player *p, struct run *r, const struct hx_profile *prof,
                       const struct hx_tap *tap)
{
    struct run other = {.b = &p->bench[1], .s = r->s};
    bool implants = r->s->compare == HX_COMPARE_IMPLANTS;
    r->swap_other = implants;
    start_run(p, &other, prof, implants ? 0 : 1, NULL);
    play_steps(&other);
    start_run(p, r, prof, 0, tap);
    play_steps(r);
    if (implants)
        hx_oracle_compare_implants(r->b, other.b, r->last, other.last);
    else
        hx_oracle_compare_secrets(r->b, other.b);
}

void hx_play(struct hx_player *p, const struct hx_scenario *s,
             const struct hx_profile *profile, const struct hx_tap *tap,
             struct hx_cell *out)
{
    struct run r = {.b = &p->bench[0], .s = s};
    *out = (struct hx_cell){.expected = (uint8_t)hx_expected(s, profile)};
    if (s->sweep == HX_SWEEP_POWER_CUT) {
        sweep_power(p, &r, profile, tap, out);
    } else if (s->sweep == HX_SWEEP_REPLAY) {
        sweep_replay(p, &r, profile, tap, out);
    } else if (s->compare != HX_COMPARE_NONE) {
        play_twice(p, &r, profile, tap);
    } else {
        start_run(p, &r, profile, 0, tap);
        play_steps(&r);
    }
    fill(&r, out);
    if (s->kind == HX_KIND_STORY)
        judge_story(&r, profile, out);
    else
        judge_attack(&r, profile, out);
}
