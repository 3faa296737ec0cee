// play.c - the steps of a scenario, and the session that closes every run

#include "play_internal.h"
#include <attack/attacker.h>
#include <bench/truth.h>
#include <matrix/honest.h>
#include <oracle/oracle.h>
#include <protocol/body.h>
#include <protocol/limits.h>
#include <stdio.h>

static void honest_step(struct hx_playing *r, const struct hx_step *s)
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
    bool good =
        expect == HX_EXPECT_ANY || (expect == HX_EXPECT_SERVED) == (outcome == 1);
    if (good || r->lenient)
        return;
    r->denied = true;
    snprintf(r->why, sizeof r->why, "line %u: %s by the %s", s->line,
             outcome == 1 ? "served, not denied" : "not served",
             s->actor == HX_ACTOR_MONITOR ? "monitor" : "programmer");
}

static void step(struct hx_playing *r, const struct hx_step *s)
{
    switch ((int)s->actor) {
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

static void read_log(struct hx_playing *r)
{
    static const int order[] = {TP_LOG_WAKE,    TP_LOG_HANDSHAKE, TP_LOG_RECORD,
                                TP_LOG_COMMAND, TP_LOG_NEAR,      TP_LOG_TRUST,
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
static void close_run(struct hx_playing *r)
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
    if (r->s->must_log != HX_LOG_NONE && !r->logged && read == 1 &&
        claims(r->s, HX_I10))
        hx_truth_violate(b, HX_I10, "the log does not show what happened");
    (void)hx_honest_close(b, HX_NODE_PROGRAMMER, HX_NODE_IMPLANT);
}

void hx_play_steps(struct hx_playing *r)
{
    for (size_t i = 0; i < r->s->step_count && !r->failed && !r->denied; i++)
        step(r, &r->s->steps[i]);
    close_run(r);
    hx_oracle_judge(r->b);
}

static void fill(const struct hx_playing *r, struct hx_cell *out)
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

static void play_twice(struct hx_player *p, struct hx_playing *r,
                       const struct hx_profile *prof, const struct hx_tap *tap)
{
    struct hx_playing other = {.b = &p->bench[1], .s = r->s};
    bool implants = r->s->compare == HX_COMPARE_IMPLANTS;
    r->swap_other = implants;
    hx_play_start(p, &other, prof, implants ? 0 : 1, NULL);
    hx_play_steps(&other);
    hx_play_start(p, r, prof, 0, tap);
    hx_play_steps(r);
    if (implants)
        hx_oracle_compare_implants(r->b, other.b, r->last, other.last);
    else
        hx_oracle_compare_secrets(r->b, other.b);
}

void hx_play(struct hx_player *p, const struct hx_scenario *s,
             const struct hx_profile *profile, const struct hx_tap *tap,
             struct hx_cell *out)
{
    struct hx_playing r = {.b = &p->bench[0], .s = s};
    *out = (struct hx_cell){.expected = (uint8_t)hx_expected(s, profile)};
    if (s->sweep == HX_SWEEP_POWER_CUT) {
        hx_sweep_power(p, &r, profile, tap, out);
    } else if (s->sweep == HX_SWEEP_REPLAY) {
        hx_sweep_replay(p, &r, profile, tap, out);
    } else if (s->compare != HX_COMPARE_NONE) {
        play_twice(p, &r, profile, tap);
    } else {
        hx_play_start(p, &r, profile, 0, tap);
        hx_play_steps(&r);
    }
    fill(&r, out);
    if (s->kind == HX_KIND_STORY)
        hx_judge_story(&r, profile, out);
    else
        hx_judge_attack(&r, profile, out);
}
