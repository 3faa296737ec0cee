// What is expected of a cell, what a finished run proves of a control, and that the
// number of workers does not show.

#include "stage.h"
#include <crypto/init.h>
#include <matrix/matrix.h>
#include <matrix/play.h>
#include <scenario/load.h>
#include <stdio.h>
#include <stdlib.h>
#include <suite.h>

enum { A = TP_CTL_RANGE_LIMITS, B = TP_CTL_INTENT_TOKEN, C = TP_CTL_TWO_STEP_WRITE };

static struct tp_controls set_of(int x, int y)
{
    struct tp_controls set = {{0}};
    if (x >= 0)
        tp_controls_drop(&set, (enum tp_control)x);
    if (y >= 0)
        tp_controls_drop(&set, (enum tp_control)y);
    return set;
}

static struct hx_profile lacking(int x, int y)
{
    return (struct hx_profile){.lacks = set_of(x, y)};
}

// An attack that A alone stops, or B and C together.
static struct hx_scenario attack(void)
{
    struct hx_scenario s = {.id = "T-attack", .kind = HX_KIND_ATTACK, .cut_count = 2};
    s.cuts[0] = (struct hx_cut){.without = set_of(A, -1), .violates = ONLY(HX_I3)};
    s.cuts[1] = (struct hx_cut){.without = set_of(B, C), .violates = ONLY(HX_I1)};
    return s;
}

static void a_cut_is_open_when_all_of_it_is_missing(void)
{
    struct hx_scenario s = attack();
    struct hx_profile none = lacking(-1, -1), a = lacking(A, -1), b = lacking(B, -1);
    struct hx_profile bc = lacking(B, C), ab = lacking(A, B);
    CU_ASSERT_FALSE(hx_cut_open(&s.cuts[0], &none));
    CU_ASSERT_TRUE(hx_cut_open(&s.cuts[0], &a));
    CU_ASSERT_TRUE(hx_cut_open(&s.cuts[0], &ab));
    CU_ASSERT_FALSE(hx_cut_open(&s.cuts[1], &b));
    CU_ASSERT_TRUE(hx_cut_open(&s.cuts[1], &bc));
}

static void what_is_expected_follows_from_the_cuts(void)
{
    struct hx_scenario s = attack(), story = {.kind = HX_KIND_STORY};
    struct hx_profile none = lacking(-1, -1), a = lacking(A, -1), b = lacking(B, -1);
    struct hx_profile bc = lacking(B, C);
    CU_ASSERT_EQUAL(hx_expected(&s, &none), HX_VERDICT_STOPPED);
    CU_ASSERT_EQUAL(hx_expected(&s, &a), HX_VERDICT_SUCCEEDED);
    CU_ASSERT_EQUAL(hx_expected(&s, &b), HX_VERDICT_STOPPED);
    CU_ASSERT_EQUAL(hx_expected(&s, &bc), HX_VERDICT_SUCCEEDED);
    CU_ASSERT_EQUAL(hx_expected(&story, &none), HX_VERDICT_SERVED);
    CU_ASSERT_EQUAL(hx_expected(&story, &bc), HX_VERDICT_SERVED);
}

static void heavy_ones_run_where_they_matter(void)
{
    struct hx_scenario s = attack(), story = {.id = "S09", .kind = HX_KIND_STORY};
    struct hx_profile none = lacking(-1, -1), a = lacking(A, -1), b = lacking(B, -1);
    struct hx_profile elsewhere = lacking(TP_CTL_REKEY, TP_CTL_PADDING);
    struct hx_profile old = elsewhere;
    old.legacy = 1;
    CU_ASSERT_TRUE(hx_runs_on(&s, &elsewhere));
    s.heavy = 1;
    CU_ASSERT_FALSE(hx_runs_on(&s, &elsewhere));
    CU_ASSERT_TRUE(hx_runs_on(&s, &old));
    CU_ASSERT_TRUE(hx_runs_on(&s, &none));
    CU_ASSERT_TRUE(hx_runs_on(&s, &a)); // a cut set of its own
    CU_ASSERT_TRUE(hx_runs_on(&s, &b)); // a cut set less one member

    CU_ASSERT_TRUE(hx_runs_on(&story, &none));
    CU_ASSERT_TRUE(hx_runs_on(&story, &old));
    CU_ASSERT_FALSE(hx_runs_on(&story, &a));
    strcpy(story.id, "S01-clinician-session");
    CU_ASSERT_TRUE(hx_runs_on(&story, &a));
}

// --- summing up ---

enum { HARDENED, NO_A, NO_B, NO_C, NO_BC, PROFILES };

static struct hx_scenario scenarios[2];
static struct hx_profile profiles[PROFILES];
static struct hx_cell cells[2 * PROFILES];
static struct hx_run run;

// A finished run in which everything went as expected: an attack and a story.
static void finish(void)
{
    scenarios[0] = attack();
    scenarios[1] = (struct hx_scenario){.id = "T-story", .kind = HX_KIND_STORY};
    profiles[HARDENED] = lacking(-1, -1);
    profiles[NO_A] = lacking(A, -1);
    profiles[NO_B] = lacking(B, -1);
    profiles[NO_C] = lacking(C, -1);
    profiles[NO_BC] = lacking(B, C);
    run = (struct hx_run){.scenarios = scenarios,
                          .scenario_count = 2,
                          .profiles = profiles,
                          .profile_count = PROFILES,
                          .cells = cells,
                          .cell_count = 2 * PROFILES};
    for (uint32_t i = 0; i < 2 * PROFILES; i++) {
        struct hx_cell c = {.scenario = i / PROFILES, .profile = i % PROFILES};
        enum hx_verdict v = hx_expected(&scenarios[c.scenario], &profiles[c.profile]);
        c.verdict = c.expected = (uint8_t)v;
        cells[i] = c;
    }
}

static void controls_are_killed_alone_or_in_layers(void)
{
    finish();
    hx_matrix_sum_up(&run);
    CU_ASSERT_EQUAL(run.controls[A].killed, HX_SOLE);
    CU_ASSERT_EQUAL(run.controls[B].killed, HX_LAYERED);
    CU_ASSERT_EQUAL(run.controls[C].killed, HX_LAYERED);
    CU_ASSERT_EQUAL(run.controls[TP_CTL_REKEY].killed, HX_ALIVE);
    CU_ASSERT_EQUAL(run.killed, 3);
    CU_ASSERT_EQUAL(run.controls[A].by_count, 1);
    CU_ASSERT_EQUAL(run.controls[A].by[0], 0);
    CU_ASSERT_EQUAL(run.attacks, 1);
    CU_ASSERT_EQUAL(run.stories, 1);
    CU_ASSERT_EQUAL(run.stopped_on_hardened, 1);
    CU_ASSERT_EQUAL(run.served_on_hardened, 1);
    CU_ASSERT_EQUAL(run.unexpected, 0);
}

static void set_cell(size_t cell, enum hx_verdict v)
{
    cells[cell].verdict = (uint8_t)v;
    cells[cell].unexpected = cells[cell].verdict != cells[cell].expected;
}

static void a_set_that_stays_shut_kills_nothing(void)
{
    finish();
    set_cell(NO_BC, HX_VERDICT_STOPPED);
    hx_matrix_sum_up(&run);
    CU_ASSERT_EQUAL(run.controls[A].killed, HX_SOLE);
    CU_ASSERT_EQUAL(run.controls[B].killed, HX_ALIVE);
    CU_ASSERT_EQUAL(run.controls[C].killed, HX_ALIVE);
    CU_ASSERT_EQUAL(run.unexpected, 1);
}

static void a_smaller_set_that_opens_proves_the_rest_needless(void)
{
    finish();
    set_cell(NO_B, HX_VERDICT_SUCCEEDED);
    hx_matrix_sum_up(&run);
    CU_ASSERT_EQUAL(run.controls[B].killed, HX_LAYERED);
    CU_ASSERT_EQUAL(run.controls[C].killed, HX_ALIVE);
    CU_ASSERT_EQUAL(run.unexpected, 1);
}

static void an_attack_that_always_succeeds_kills_nothing(void)
{
    finish();
    set_cell(HARDENED, HX_VERDICT_SUCCEEDED);
    hx_matrix_sum_up(&run);
    CU_ASSERT_EQUAL(run.controls[A].killed, HX_ALIVE);
    CU_ASSERT_EQUAL(run.stopped_on_hardened, 0);
}

static void a_success_of_another_kind_kills_nothing(void)
{
    finish();
    cells[NO_A].unexpected = true; // it broke something else than was claimed
    hx_matrix_sum_up(&run);
    CU_ASSERT_EQUAL(run.controls[A].killed, HX_ALIVE);
}

static void a_legacy_profile_proves_nothing(void)
{
    finish();
    profiles[NO_A].legacy = 1;
    hx_matrix_sum_up(&run);
    CU_ASSERT_EQUAL(run.controls[A].killed, HX_ALIVE);
}

static void what_was_not_played_is_no_result(void)
{
    finish();
    for (size_t i = NO_B; i < 2 * PROFILES; i++)
        cells[i].verdict = HX_VERDICT_COUNT;
    hx_matrix_sum_up(&run);
    CU_ASSERT_EQUAL(run.cell_count, 2);
    CU_ASSERT_EQUAL(run.controls[A].killed, HX_SOLE);
    CU_ASSERT_EQUAL(run.controls[B].killed, HX_ALIVE);
    CU_ASSERT_EQUAL(run.served_on_hardened, 0);
}

// --- real runs ---

static void load(struct hx_scenario *s, const char *id)
{
    char path[4096];
    struct hx_error err;
    const char *dir = getenv("FIXTURES");
    CU_ASSERT_PTR_NOT_NULL_FATAL(dir);
    snprintf(path, sizeof path, "%s/scenarios/%s.yaml", dir, id);
    CU_ASSERT_EQUAL_FATAL(hx_scenario_load(path, s, &err), 0);
}

// Two scenarios on every profile that this build can play.
static struct hx_run play(unsigned jobs, uint64_t seed)
{
    static struct hx_scenario played[2];
    static struct hx_profile on[3];
    static const char *const ids[] = {"hardened", "without-range-limits",
                                      "without-ramp-limits"};
#ifdef TP_WEAKNESSES
    size_t count = 3;
#else
    size_t count = 1;
#endif
    struct hx_error err;
    load(&played[0], "A23-value-out-of-range");
    load(&played[1], "S01-clinician-session");
    for (size_t i = 0; i < count; i++)
        CU_ASSERT_EQUAL_FATAL(hx_profile_generated(ids[i], &on[i], &err), 0);
    struct hx_run r = {.options = {.seed = seed, .jobs = jobs},
                       .scenarios = played,
                       .scenario_count = 2,
                       .profiles = on,
                       .profile_count = count};
    CU_ASSERT_EQUAL_FATAL(hx_matrix_plan(&r), 0);
    CU_ASSERT_EQUAL(r.cell_count, 2 * count);
    CU_ASSERT_EQUAL(hx_matrix_run(&r, false), 0);
    hx_matrix_sum_up(&r);
    return r;
}

static bool same_cell(const struct hx_cell *x, const struct hx_cell *y)
{
    return x->scenario == y->scenario && x->profile == y->profile &&
           x->verdict == y->verdict && x->expected == y->expected &&
           x->unexpected == y->unexpected && x->must_log == y->must_log &&
           x->logged == y->logged && x->violated == y->violated &&
           x->time_to_detect_us == y->time_to_detect_us &&
           strcmp(x->note, y->note) == 0 && x->duration_us == y->duration_us &&
           x->radio_nc == y->radio_nc && x->unearned_nc == y->unearned_nc &&
           x->frames == y->frames && x->commits == y->commits &&
           x->issued == y->issued && x->events == y->events &&
           x->trace_hash == y->trace_hash && x->longest_gap_us == y->longest_gap_us &&
           x->wrong_therapy == y->wrong_therapy;
}

static void the_number_of_workers_does_not_show(void)
{
    static const unsigned jobs[] = {1, 2, 7};
    struct hx_run one = play(1, 1);
    CU_ASSERT_EQUAL(one.unexpected, 0);
    for (size_t k = 0; k < sizeof jobs / sizeof jobs[0]; k++) {
        struct hx_run two = play(jobs[k], 1);
        CU_ASSERT_EQUAL_FATAL(two.cell_count, one.cell_count);
        for (size_t i = 0; i < one.cell_count; i++)
            CU_ASSERT_TRUE(same_cell(&one.cells[i], &two.cells[i]));
        free(two.cells);
    }
    free(one.cells);
}

static void another_seed_is_another_run(void)
{
    struct hx_run one = play(2, 1), two = play(2, 2);
    CU_ASSERT_EQUAL_FATAL(two.cell_count, one.cell_count);
    CU_ASSERT_EQUAL(two.unexpected, 0);
    for (size_t i = 0; i < one.cell_count; i++) {
        CU_ASSERT_EQUAL(one.cells[i].verdict, two.cells[i].verdict);
        CU_ASSERT_NOT_EQUAL(one.cells[i].trace_hash, two.cells[i].trace_hash);
    }
    free(one.cells);
    free(two.cells);
}

static void a_cell_does_not_depend_on_those_before_it(void)
{
    struct hx_run r = play(1, 1);
    struct hx_player *player = hx_player_new(1);
    struct hx_cell alone;
    CU_ASSERT_PTR_NOT_NULL_FATAL(player);
    for (size_t i = r.cell_count; i-- > 0;) { // backwards
        const struct hx_cell *c = &r.cells[i];
        hx_play(player, &r.scenarios[c->scenario], &r.profiles[c->profile], NULL,
                &alone);
        CU_ASSERT_EQUAL(alone.trace_hash, c->trace_hash);
        CU_ASSERT_EQUAL(alone.verdict, c->verdict);
    }
    hx_player_free(player);
    free(r.cells);
}

static const struct suite_case cases[] = {
    {"a cut is open when all of it is missing",
     a_cut_is_open_when_all_of_it_is_missing},
    {"what is expected follows from the cuts", what_is_expected_follows_from_the_cuts},
    {"heavy ones and stories run where they matter", heavy_ones_run_where_they_matter},
    {"controls are killed alone or in layers", controls_are_killed_alone_or_in_layers},
    {"a set that stays shut kills nothing", a_set_that_stays_shut_kills_nothing},
    {"a smaller set that opens proves the rest needless",
     a_smaller_set_that_opens_proves_the_rest_needless},
    {"an attack that always succeeds kills nothing",
     an_attack_that_always_succeeds_kills_nothing},
    {"a success of another kind kills nothing",
     a_success_of_another_kind_kills_nothing},
    {"a legacy profile proves nothing", a_legacy_profile_proves_nothing},
    {"what was not played is no result", what_was_not_played_is_no_result},
    {"the number of workers does not show", the_number_of_workers_does_not_show},
    {"another seed is another run, with the same verdicts",
     another_seed_is_another_run},
    {"a cell does not depend on those before it",
     a_cell_does_not_depend_on_those_before_it},
    {0}};

int main(void)
{
    return cr_init() ? 2 : suite_main("bench matrix", cases);
}
