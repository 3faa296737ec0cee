// Breaks one control after the other and sees that the matrix finds it out.
//
// The linker sends every question for a control through here (--wrap), so a broken
// control is missing from hardened too, as if somebody had taken it out of the source.

#include "suite.h"
#include <crypto/init.h>
#include <matrix/catalogue.h>
#include <matrix/matrix.h>
#include <matrix/play.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static enum tp_control broken = TP_CTL_COUNT;

// NOLINTBEGIN(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp)
bool __real_tp_controls_lack(const struct tp_controls *set, enum tp_control c);
bool __wrap_tp_controls_lack(const struct tp_controls *set, enum tp_control c);

bool __wrap_tp_controls_lack(const struct tp_controls *set, enum tp_control c)
{
    return c == broken || __real_tp_controls_lack(set, c);
}
// NOLINTEND(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp)

static struct hx_catalogue catalogue;

static bool holds(const struct tp_controls *set, enum tp_control c)
{
    return set->lack[c / 64] >> (c % 64) & 1;
}

static bool speaks_of(const struct hx_scenario *s, enum tp_control c)
{
    for (size_t k = 0; k < s->cut_count; k++)
        if (holds(&s->cuts[k].without, c))
            return true;
    return false;
}

// The scenarios that the control is for, on all profiles that the matrix has.
static void pick(struct hx_run *run, enum tp_control c)
{
    *run = (struct hx_run){.profiles = catalogue.profiles,
                           .profile_count = catalogue.profile_count};
    run->options.seed = 1;
    run->options.jobs = 2;
    run->scenarios = calloc(catalogue.scenario_count, sizeof *run->scenarios);
    CU_ASSERT_PTR_NOT_NULL_FATAL(run->scenarios);
    for (size_t i = 0; i < catalogue.scenario_count; i++)
        if (speaks_of(&catalogue.scenarios[i], c))
            run->scenarios[run->scenario_count++] = catalogue.scenarios[i];
    CU_ASSERT_EQUAL_FATAL(hx_matrix_plan(run), 0);
}

// Does the profile open one of the scenario's cut sets, once the control is gone too?
static bool opens_without(const struct hx_scenario *s, const struct hx_profile *p,
                          enum tp_control c)
{
    struct hx_profile less = *p;
    tp_controls_drop(&less.lacks, c);
    for (size_t k = 0; k < s->cut_count; k++)
        if (holds(&s->cuts[k].without, c) && hx_cut_open(&s->cuts[k], &less))
            return true;
    return false;
}

// Of the generated profiles, those on which the control makes the difference are
// enough, and hardened.
static void narrow(struct hx_run *run, enum tp_control c)
{
    size_t n = 0;
    for (size_t i = 0; i < run->cell_count; i++) {
        const struct hx_profile *p = &run->profiles[run->cells[i].profile];
        const struct hx_scenario *s = &run->scenarios[run->cells[i].scenario];
        bool hardened = p->lacks.lack[0] == 0 && p->lacks.lack[1] == 0;
        if (hardened || (!p->legacy && opens_without(s, p, c)))
            run->cells[n++] = run->cells[i];
    }
    run->cell_count = n;
}

static void a_broken_control_is_found_out(void)
{
    for (enum tp_control c = 0; c < TP_CTL_COUNT; c++) {
        struct hx_run run;
        pick(&run, c);
        narrow(&run, c);
        broken = c;
        CU_ASSERT_EQUAL(hx_matrix_run(&run, false), 0);
        broken = TP_CTL_COUNT;
        hx_matrix_sum_up(&run);
        bool found = run.unexpected > 0 && run.controls[c].killed == HX_ALIVE;
        if (!found)
            printf("# %s: broken, and nobody noticed\n", tp_control_info(c)->id);
        CU_ASSERT(found);
        free(run.cells);
        free(run.scenarios);
    }
}

static void a_sound_control_is_not_accused(void)
{
    struct hx_run run;
    pick(&run, TP_CTL_REPLAY_ORDER);
    CU_ASSERT_EQUAL(hx_matrix_run(&run, false), 0);
    hx_matrix_sum_up(&run);
    CU_ASSERT_EQUAL(run.unexpected, 0);
    CU_ASSERT_EQUAL(run.controls[TP_CTL_REPLAY_ORDER].killed, HX_LAYERED);
    free(run.cells);
    free(run.scenarios);
}

int main(void)
{
    static const struct suite_case cases[] = {
        {"a control broken in the source is found out", a_broken_control_is_found_out},
        {"a sound control is not accused", a_sound_control_is_not_accused},
        {0},
    };
    struct hx_error err;
    if (cr_init() || hx_catalogue_load(&catalogue, hx_fixtures_dir(), &err)) {
        puts("Bail out! the fixtures do not load");
        return 2;
    }
    int status = suite_main("matrix/broken", cases);
    hx_catalogue_free(&catalogue);
    return status;
}
