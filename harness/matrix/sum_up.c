// sum_up.c - which control is proved needed, and the totals of a run

#include <matrix/matrix.h>
#include <matrix/play.h>
#include <stdlib.h>
#include <string.h>

static const struct hx_cell *cell_of(const struct hx_run *run, size_t scenario,
                                     const struct tp_controls *lacks)
{
    for (size_t i = 0; i < run->cell_count; i++) {
        const struct hx_cell *c = &run->cells[i];
        const struct hx_profile *p = &run->profiles[c->profile];
        if (c->scenario == scenario && !p->legacy &&
            memcmp(p->lacks.lack, lacks->lack, sizeof lacks->lack) == 0)
            return c;
    }
    return NULL;
}

static void killed_by(struct hx_control_result *r, size_t scenario, enum hx_killed how)
{
    if (how > r->killed)
        r->killed = (uint8_t)how;
    for (size_t i = 0; i < r->by_count; i++)
        if (r->by[i] == scenario)
            return;
    if (r->by_count < sizeof r->by / sizeof r->by[0])
        r->by[r->by_count++] = (uint32_t)scenario;
}

// A control is killed by a cut set that opens, while the set without it stays shut.
static void try_cut(struct hx_run *run, size_t scenario, const struct hx_cut *cut)
{
    const struct hx_cell *open = cell_of(run, scenario, &cut->without);
    int size = __builtin_popcountll(cut->without.lack[0]) +
               __builtin_popcountll(cut->without.lack[1]);
    if (!open || open->verdict != HX_VERDICT_SUCCEEDED || open->unexpected)
        return;
    for (enum tp_control c = 0; c < TP_CTL_COUNT; c++) {
        struct tp_controls less = cut->without;
        if (!(less.lack[c / 64] >> (c % 64) & 1))
            continue;
        less.lack[c / 64] &= ~(UINT64_C(1) << (c % 64));
        const struct hx_cell *shut = cell_of(run, scenario, &less);
        if (shut && shut->verdict == HX_VERDICT_STOPPED && !shut->unexpected)
            killed_by(&run->controls[c], scenario, size == 1 ? HX_SOLE : HX_LAYERED);
    }
}

static void count_cell(struct hx_run *run, const struct hx_cell *c)
{
    const struct hx_profile *p = &run->profiles[c->profile];
    run->unexpected += c->unexpected;
    if (p->lacks.lack[0] || p->lacks.lack[1])
        return;
    if (run->scenarios[c->scenario].kind == HX_KIND_STORY)
        run->served_on_hardened += c->verdict == HX_VERDICT_SERVED && !c->unexpected;
    else
        run->stopped_on_hardened += c->verdict == HX_VERDICT_STOPPED && !c->unexpected;
}

// A cell that was not reached (an interrupt) is no result and leaves the list.
static void drop_unplayed(struct hx_run *run)
{
    size_t n = 0;
    for (size_t i = 0; i < run->cell_count; i++)
        if (run->cells[i].verdict != HX_VERDICT_COUNT)
            run->cells[n++] = run->cells[i];
    run->cell_count = n;
}

void hx_matrix_sum_up(struct hx_run *run)
{
    drop_unplayed(run);
    for (size_t i = 0; i < run->cell_count; i++)
        count_cell(run, &run->cells[i]);
    for (size_t s = 0; s < run->scenario_count; s++) {
        const struct hx_scenario *sc = &run->scenarios[s];
        run->attacks += sc->kind == HX_KIND_ATTACK;
        run->stories += sc->kind == HX_KIND_STORY;
        for (size_t k = 0; k < sc->cut_count; k++)
            try_cut(run, s, &sc->cuts[k]);
    }
    for (enum tp_control c = 0; c < TP_CTL_COUNT; c++)
        run->killed += run->controls[c].killed != HX_ALIVE;
}
