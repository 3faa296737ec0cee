// less.c - is every ability that an attack takes truly needed?
//
// An attack that opens a profile is played again without each of its abilities in
// turn: the steps that take it do nothing, and without ears nothing is heard. It must
// fail then, or its tiers say more than it needs. A legacy device lacks much at once,
// and one control may stop two attacks, so a lesser one of another name may be what is
// left; nothing else may.

#include "play_internal.h"
#include <scenario/load.h>
#include <string.h>

static uint32_t claimed(const struct hx_scenario *s)
{
    uint32_t set = 0;
    for (size_t i = 0; i < s->cut_count; i++)
        set |= s->cuts[i].violates;
    return set;
}

// Does another attack, with no more than these abilities, break one of these on such
// a device as well?
static bool explained(const struct hx_player *p, const struct hx_scenario *s,
                      const struct hx_profile *prof, uint32_t abilities,
                      uint32_t violated)
{
    for (size_t i = 0; i < p->known; i++) {
        const struct hx_scenario *t = &p->scenarios[i];
        if (t->kind == HX_KIND_ATTACK && strcmp(t->id, s->id) != 0 &&
            t->implant == s->implant && (claimed(t) & violated) != 0 &&
            (hx_scenario_abilities(t) & ~abilities) == 0 &&
            hx_expected(t, prof) == HX_VERDICT_SUCCEEDED)
            return true;
    }
    return false;
}

static bool is_own_cut(const struct hx_scenario *s, const struct hx_profile *prof)
{
    for (size_t i = 0; i < s->cut_count; i++)
        if (memcmp(s->cuts[i].without.lack, prof->lacks.lack,
                   sizeof prof->lacks.lack) == 0)
            return true;
    return false;
}

// Does it still succeed when it is not able to do that?
static bool does_without(struct hx_player *p, const struct hx_scenario *s,
                         const struct hx_profile *prof, unsigned ability)
{
    struct hx_playing less = {.b = &p->bench[0], .s = s, .lost = 1u << ability};
    hx_play_once(p, &less, prof, NULL);
    // What was not done need not be in the log.
    uint32_t violated = less.b->truth.violated & claimed(s) & ~(1u << HX_I10);
    // Whoever is able to do anything has ears, too.
    uint32_t left =
        (hx_scenario_abilities(s) | 1u << HX_ABILITY_LISTEN) & ~(1u << ability);
    return !less.failed && violated != 0 && !explained(p, s, prof, left, violated);
}

uint32_t hx_try_with_less(struct hx_player *p, const struct hx_scenario *s,
                          const struct hx_profile *prof, const struct hx_cell *cell)
{
    uint32_t needless = 0, abilities = hx_scenario_abilities(s);
    if (cell->verdict != HX_VERDICT_SUCCEEDED || cell->unexpected ||
        s->sweep != HX_SWEEP_NONE || !(prof->legacy || is_own_cut(s, prof)))
        return 0;
    for (unsigned a = 0; a < HX_ABILITIES; a++)
        if (abilities >> a & 1 && does_without(p, s, prof, a))
            needless |= 1u << a;
    return needless;
}
