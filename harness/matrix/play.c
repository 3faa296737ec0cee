// play.c - the steps of a scenario, and the session that closes every run

#include "play_internal.h"
#include <attack/attacker.h>
#include <bench/charge.h>
#include <bench/truth.h>
#include <matrix/honest.h>
#include <oracle/oracle.h>
#include <protocol/body.h>
#include <protocol/limits.h>
#include <scenario/load.h>
#include <severity/rubric.h>
#include <stdio.h>
#include <string.h>

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
             hx_node_name((int)hx_honest_node(s)));
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
        r->b->cut_node = HX_NODE_IMPLANT;
        r->b->cut_off_us = (uint64_t)s->for_us;
        if (s->after > 0)
            r->b->cut_after = (int)s->after;
        else
            hx_bench_power_cut(r->b, HX_NODE_IMPLANT, (uint64_t)s->for_us);
        break;
    default:
        honest_step(r, s);
    }
}

void hx_play_steps(struct hx_playing *r)
{
    for (size_t i = 0; i < r->s->step_count && !r->failed && !r->denied; i++)
        step(r, &r->s->steps[i]);
    r->cut_short = r->b->deaf_after == 0;
    hx_aftermath(r);
    hx_oracle_judge(r->b);
}

// Charge that left without a frame is the battery's own fault and nobody's attack.
static void note_fault(struct hx_cell *out)
{
    size_t len = strlen(out->note);
    if (out->fault_nc == 0)
        return;
    snprintf(out->note + len, sizeof out->note - len,
             "%s%llu of %llu C spent without a frame: a fault of the battery%s",
             len > 0 ? "; " : "", (unsigned long long)(out->fault_nc / 1000000000),
             (unsigned long long)(HX_BATTERY_NC / 1000000000),
             out->fault_nc == HX_BATTERY_NC ? ", which is empty" : "");
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
    out->fault_nc = b->charge.fault_nc;
    out->frames = (uint32_t)b->frames;
    out->commits = b->truth.commits;
    out->issued = (uint32_t)b->truth.issue_count;
    out->events = (uint32_t)b->events;
    out->trace_hash = b->hash;
    if (b->truth.longest_gap_us > out->longest_gap_us) // a sweep has had others
        out->longest_gap_us = b->truth.longest_gap_us;
    out->wrong_therapy = b->truth.wrong_therapy;
    snprintf(out->note, sizeof out->note, "%s", r->why[0] ? r->why : b->truth.first);
    note_fault(out);
}

// Nothing is played; the cell says why.
static void leave_out(struct hx_cell *out, const char *why)
{
    out->verdict = HX_VERDICT_UNSUPPORTED;
    out->time_to_detect_us = EP_NEVER;
    snprintf(out->note, sizeof out->note, "%s", why);
}

static void play_twice(struct hx_player *p, struct hx_playing *r,
                       const struct hx_profile *prof, const struct hx_tap *tap)
{
    struct hx_playing other = {.b = &p->bench[1], .s = r->s, .lost = r->lost};
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

void hx_play_once(struct hx_player *p, struct hx_playing *r,
                  const struct hx_profile *profile, const struct hx_tap *tap)
{
    if (r->s->compare != HX_COMPARE_NONE) {
        play_twice(p, r, profile, tap);
        return;
    }
    hx_play_start(p, r, profile, 0, tap);
    hx_play_steps(r);
}

void hx_play(struct hx_player *p, const struct hx_scenario *s,
             const struct hx_profile *profile, const struct hx_tap *tap,
             struct hx_cell *out)
{
    struct hx_playing r = {.b = &p->bench[0], .s = s};
    *out = (struct hx_cell){.expected = (uint8_t)hx_expected(s, profile)};
    if (out->expected == HX_VERDICT_UNSUPPORTED) {
        leave_out(out, hx_unsupported(s, profile));
        return;
    }
    if (s->sweep == HX_SWEEP_POWER_CUT) {
        hx_sweep_power(p, &r, profile, tap, out);
    } else if (s->sweep == HX_SWEEP_LINK_CUT) {
        hx_sweep_links(p, &r, profile, tap, out);
    } else if (s->sweep == HX_SWEEP_REPLAY) {
        hx_sweep_replay(p, &r, profile, tap, out);
    } else {
        hx_play_once(p, &r, profile, tap);
    }
    fill(&r, out);
    if (s->kind == HX_KIND_STORY)
        hx_judge_story(&r, profile, out);
    else
        hx_judge_attack(&r, profile, out);
    hx_harm_of(&r, out);
    uint32_t needless = hx_try_with_less(p, s, profile, out);
    if (needless) {
        out->unexpected = true;
        snprintf(out->note, sizeof out->note, "it succeeds without the ability to %s",
                 hx_ability_word((enum hx_ability)__builtin_ctz(needless)));
    }
}
