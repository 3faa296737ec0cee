#include "sample.h"
#include <CUnit/CUnit.h>
#include <protocol/endpoint.h>
#include <stdlib.h>
#include <string.h>

static void name_scenario(struct hx_scenario *s, const char *id, enum hx_kind kind)
{
    memcpy(s->id, id, strlen(id) + 1);
    s->kind = kind;
    s->tiers = kind == HX_KIND_ATTACK ? UINT64_C(1) << HX_TIER_REPLAYER : 0;
    s->category = TP_CAT_COUNT;
}

static void fill_lists(struct hx_run *run)
{
    static const char *const ids[] = {"hardened", "legacy-example", "without-padding",
                                      "without-role-check"};
    name_scenario(&run->scenarios[0], "A01-first", HX_KIND_ATTACK);
    name_scenario(&run->scenarios[1], "A02-second", HX_KIND_ATTACK);
    name_scenario(&run->scenarios[2], "S01-story", HX_KIND_STORY);
    tp_controls_drop(&run->scenarios[0].cuts[0].without, TP_CTL_PADDING);
    tp_controls_drop(&run->scenarios[1].cuts[0].without, TP_CTL_ROLE_CHECK);
    run->scenarios[0].cut_count = run->scenarios[1].cut_count = 1;
    for (size_t i = 0; i < SAMPLE_PROFILES; i++)
        memcpy(run->profiles[i].id, ids[i], strlen(ids[i]) + 1);
    run->profiles[1].legacy = 1;
    tp_controls_drop(&run->profiles[1].lacks, TP_CTL_PADDING);
    tp_controls_drop(&run->profiles[1].lacks, TP_CTL_ROLE_CHECK);
    tp_controls_drop(&run->profiles[2].lacks, TP_CTL_PADDING);
    tp_controls_drop(&run->profiles[3].lacks, TP_CTL_ROLE_CHECK);
}

static void fill_cell(struct hx_run *run, uint32_t i)
{
    static const uint8_t verdicts[SAMPLE_CELLS] = {
        HX_VERDICT_STOPPED, HX_VERDICT_SUCCEEDED, HX_VERDICT_SUCCEEDED,
        HX_VERDICT_STOPPED, HX_VERDICT_STOPPED,   HX_VERDICT_SUCCEEDED,
        HX_VERDICT_CRASHED, HX_VERDICT_SUCCEEDED, HX_VERDICT_SERVED,
        HX_VERDICT_SERVED,  HX_VERDICT_SERVED,    HX_VERDICT_SERVED};
    struct hx_cell *c = &run->cells[i];
    c->scenario = i / SAMPLE_PROFILES;
    c->profile = i % SAMPLE_PROFILES;
    c->verdict = c->expected = verdicts[i];
    c->must_log = c->logged = c->scenario == 0;
    c->violated = c->verdict == HX_VERDICT_SUCCEEDED ? 1u << HX_I1 | 1u << HX_I12 : 0;
    c->time_to_detect_us = c->violated ? 1500000 : EP_NEVER;
    c->duration_us = 2500000;
    c->frames = 10 + i;
    c->events = 40;
    c->trace_hash = UINT64_C(0xfedcba9876543210) + i;
    c->radio_nc = UINT64_C(1) << 60;
}

// A heart and a pump, each on the legacy profile, and the cell that is wrong.
static void fill_harm(struct hx_run *run)
{
    struct hx_severity_facts facts = {.links = 1u << HX_LINK_RF,
                                      .abilities = 1u << HX_ABILITY_INJECT,
                                      .violated = 1u << HX_I1,
                                      .therapy_affected = true};
    struct hx_cell *heart = &run->cells[SAMPLE_HEART], *pump = &run->cells[SAMPLE_PUMP];
    heart->harm = (struct hx_harm){.longest_asystole_ms = 12049,
                                   .inappropriate_shocks = 2,
                                   .battery_days_lost = 2200};
    heart->rated = pump->rated = true;
    heart->severity = hx_severity_rate(&facts);
    pump->harm = (struct hx_harm){
        .patient = HX_PATIENT_GLUCOSE, .nadir_mg_dl = 31, .below_54_min = 140};
    facts.violated |= 1u << HX_I4;
    facts.crosses = true;
    pump->severity = hx_severity_rate(&facts);
    run->cells[SAMPLE_WRONG].harm.unpaced_s = 45;
}

struct hx_run *sample_run(void)
{
    struct hx_run *run = calloc(1, sizeof *run);
    if (!run)
        abort();
    run->scenarios = calloc(SAMPLE_SCENARIOS, sizeof *run->scenarios);
    run->profiles = calloc(SAMPLE_PROFILES, sizeof *run->profiles);
    run->cells = calloc(SAMPLE_CELLS, sizeof *run->cells);
    if (!run->scenarios || !run->profiles || !run->cells)
        abort();
    run->scenario_count = SAMPLE_SCENARIOS;
    run->profile_count = SAMPLE_PROFILES;
    run->cell_count = SAMPLE_CELLS;
    run->options = (struct hx_options){
        .seed = UINT64_MAX, .jobs = 7, .fidelity = "frame", .air = "loopback"};
    fill_lists(run);
    for (uint32_t i = 0; i < SAMPLE_CELLS; i++)
        fill_cell(run, i);
    fill_harm(run);
    struct hx_cell *wrong = &run->cells[SAMPLE_WRONG];
    wrong->expected = HX_VERDICT_STOPPED;
    wrong->unexpected = true;
    snprintf(wrong->note, sizeof wrong->note, "signal 6 <\"&\x01\xff>");
    run->controls[TP_CTL_PADDING] = (struct hx_control_result){HX_SOLE, {0}, 1};
    run->controls[TP_CTL_ROLE_CHECK] = (struct hx_control_result){HX_LAYERED, {1}, 1};
    run->attacks = run->stopped_on_hardened = 2;
    run->stories = run->served_on_hardened = 1;
    run->unexpected = 1;
    run->killed = 2;
    run->seconds = 1.25;
    run->whole = true;
    return run;
}

void sample_free(struct hx_run *run)
{
    free(run->scenarios);
    free(run->profiles);
    free(run->cells);
    free(run);
}

char *sample_report(int (*write)(FILE *, const struct hx_run *),
                    const struct hx_run *run, size_t *len)
{
    char *text = NULL;
    FILE *f = open_memstream(&text, len);
    CU_ASSERT_PTR_NOT_NULL_FATAL(f);
    CU_ASSERT_EQUAL(write(f, run), 0);
    fclose(f);
    CU_ASSERT_PTR_NOT_NULL_FATAL(text);
    return text;
}
