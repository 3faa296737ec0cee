// verdict.c - what a run was expected to show, and whether it did

#include "play_internal.h"
#include <scenario/links.h>
#include <string.h>

bool hx_cut_open(const struct hx_cut *cut, const struct hx_profile *p)
{
    for (int i = 0; i < 2; i++)
        if (cut->without.lack[i] & ~p->lacks.lack[i])
            return false;
    return true;
}

const char *hx_unsupported(const struct hx_scenario *s, const struct hx_profile *p)
{
    if (p->device != HX_DEVICE_ANY && p->device != s->implant + HX_DEVICE_CARDIAC)
        return "the cast has another implant than such devices";
    if (s->kind == HX_KIND_STORY && (hx_links_honest(s) & (uint64_t)p->closes) != 0)
        return "an honest step needs a link that is switched off";
    return NULL;
}

// Has the product line switched off a link that the attack needs?
static bool cut_off(const struct hx_scenario *s, const struct hx_profile *p)
{
    return (hx_links_surface(s) & (uint64_t)p->closes) != 0;
}

enum hx_verdict hx_expected(const struct hx_scenario *s, const struct hx_profile *p)
{
    if (hx_unsupported(s, p))
        return HX_VERDICT_UNSUPPORTED;
    if (s->kind == HX_KIND_STORY)
        return HX_VERDICT_SERVED;
    if (cut_off(s, p))
        return HX_VERDICT_STOPPED;
    for (size_t i = 0; i < s->cut_count; i++)
        if (hx_cut_open(&s->cuts[i], p))
            return HX_VERDICT_SUCCEEDED;
    return HX_VERDICT_STOPPED;
}

bool hx_is_hardened(const struct hx_profile *p)
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
    if (hx_is_hardened(p) || p->legacy)
        return true;
    if (s->kind == HX_KIND_STORY)
        return !s->heavy && strcmp(s->id, "S01-clinician-session") == 0;
    return !s->heavy || is_own(s, p);
}

static uint32_t scope(const struct hx_scenario *s, const struct hx_profile *prof)
{
    uint32_t set = 0;
    if (hx_is_hardened(prof))
        return UINT32_MAX;
    for (size_t i = 0; i < s->cut_count; i++)
        set |= s->cuts[i].violates;
    return set;
}

static bool as_claimed(const struct hx_scenario *s, const struct hx_profile *prof,
                       uint32_t violated)
{
    for (size_t i = 0; i < s->cut_count; i++)
        if (hx_cut_open(&s->cuts[i], prof) && (s->cuts[i].violates & ~violated) == 0)
            return true;
    return false;
}

bool hx_attack_succeeded(const struct hx_scenario *s, const struct hx_profile *prof,
                         uint32_t violated)
{
    return (violated & scope(s, prof)) != 0;
}

void hx_judge_attack(const struct hx_playing *r, const struct hx_profile *prof,
                     struct hx_cell *out)
{
    bool succeeded = hx_attack_succeeded(r->s, prof, out->violated);
    out->verdict = succeeded ? HX_VERDICT_SUCCEEDED : HX_VERDICT_STOPPED;
    if (r->failed && !cut_off(r->s, prof))
        out->verdict = HX_VERDICT_INCONCLUSIVE;
    out->unexpected = out->verdict != out->expected;
    if (out->verdict == HX_VERDICT_SUCCEEDED && !out->unexpected)
        out->unexpected = !as_claimed(r->s, prof, out->violated);
    // With a control missing the refusal may fall to another layer, and to its class
    // of the log: what must be logged is judged on hardened.
    if (hx_is_hardened(prof) && out->must_log && !out->logged)
        out->unexpected = true;
}

void hx_judge_story(const struct hx_playing *r, const struct hx_profile *prof,
                    struct hx_cell *out)
{
    // Judged in full on hardened; a weaker device must serve, which is all that its
    // own profile promises.
    uint32_t harm = hx_is_hardened(prof) ? out->violated : 0;
    out->verdict = r->denied ? HX_VERDICT_DENIED
                   : harm    ? HX_VERDICT_HARMED
                             : HX_VERDICT_SERVED;
    out->unexpected = out->verdict != out->expected;
}
