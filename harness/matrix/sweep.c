// sweep.c - one scenario many times: power or links cut, or a replay, at every moment

#include "play_internal.h"
#include <attack/attacker.h>
#include <stdio.h>

static bool worse(const struct hx_playing *r, const struct hx_cell *worst)
{
    return (r->b->truth.violated & ~worst->violated) || r->denied || r->failed;
}

// One more run of a sweep, cut after the nth of its outputs or frames: true if it shows
// what none before did.
static bool take(struct hx_playing *r, const struct hx_playing *one, const char *what,
                 int n, struct hx_cell *out)
{
    const struct hx_truth *t = &one->b->truth;
    bool bad = worse(one, out);
    out->violated |= t->violated;
    if (t->longest_gap_us > out->longest_gap_us)
        out->longest_gap_us = t->longest_gap_us;
    *r = *one;
    if (bad)
        snprintf(r->why, sizeof r->why, "after %s %d: %.120s", what, n, t->first);
    return bad;
}

// The story with the power cut after its first output, its second, and so on.
void hx_sweep_power(struct hx_player *p, struct hx_playing *r,
                    const struct hx_profile *prof, const struct hx_tap *tap,
                    struct hx_cell *out)
{
    struct hx_playing one;
    uint64_t cut;
    int k = 0;
    do {
        one = (struct hx_playing){.b = r->b, .s = r->s, .lenient = true};
        hx_play_start(p, &one, prof, 0, tap);
        one.b->cut_after = k;
        cut = one.b->cuts;
        hx_play_steps(&one);
        cut = one.b->cuts - cut;
    } while (!take(r, &one, "output", k++, out) && cut > 0);
}

// The story with every link failing after its first frame, its second, and so on: what
// was begun is left half done, and must be harmless and can be done again.
void hx_sweep_links(struct hx_player *p, struct hx_playing *r,
                    const struct hx_profile *prof, const struct hx_tap *tap,
                    struct hx_cell *out)
{
    struct hx_playing one;
    int k = 0;
    do {
        one = (struct hx_playing){.b = r->b, .s = r->s, .lenient = true};
        hx_play_start(p, &one, prof, 0, tap);
        one.b->deaf_after = k + 1; // the count ends at the frame that is lost
        hx_play_steps(&one);
    } while (!take(r, &one, "frame", k++, out) && one.cut_short);
}

// One run with a volley of old frames, back from before frame `what`, when `at` frames
// have been heard. Keeps it in *r if it shows a violation that none before did.
static void replay_at(struct hx_playing *r, struct hx_playing *one, size_t at,
                      size_t what)
{
    one->b->attacker.began_us = one->b->now_us;
    one->b->attacker.inject_at = at;
    one->b->attacker.inject_what = what;
    hx_play_steps(one);
    uint32_t found = one->b->truth.violated;
    if ((found & ~r->worst) == 0)
        return;
    one->worst = r->worst | found;
    *r = *one;
    snprintf(r->why, sizeof r->why, "frames up to %zu again at %zu: %.80s", what, at,
             one->b->truth.first);
}

// Every frame heard so far, sent again at every later moment: a volley at a time,
// the newest first, which for frames that are refused is as good as one by one.
void hx_sweep_replay(struct hx_player *p, struct hx_playing *r,
                     const struct hx_profile *prof, const struct hx_tap *tap,
                     struct hx_cell *out)
{
    struct hx_playing base = {.b = r->b, .s = r->s};
    hx_play_start(p, &base, prof, 0, tap);
    size_t before = base.b->attacker.heard_count;
    hx_play_steps(&base);
    size_t after = base.b->attacker.heard_count;
    base.worst = base.b->truth.violated;
    *r = base;
    for (size_t at = before + 1; at <= after; at++) {
        // The frames of every run up to `at` are the same, so they may be counted here.
        for (size_t what = at, next; what > 0; what = next) {
            next = hx_attacker_volley_end(r->b, what);
            struct hx_playing one = {.b = r->b, .s = r->s};
            hx_play_start(p, &one, prof, 0, tap);
            replay_at(r, &one, at, what);
        }
    }
    out->violated |= r->worst;
}
