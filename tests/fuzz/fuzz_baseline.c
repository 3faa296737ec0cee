// Drives: hx_baseline_compare_text
// Holds:  a refusal is one line that names a place in the file, and prints nothing;
// what
//         is accepted opens no more than there are cells and controls
// Corpus: fixtures/corpus/fuzz_baseline
//
// The run compared with has one attack and one story, on hardened and on a profile
// without padding.

#include <report/report.h>
#include <stdlib.h>
#include <string.h>

enum { SCENARIOS = 2, PROFILES = 2, CELLS = SCENARIOS * PROFILES };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static struct hx_scenario scenarios[SCENARIOS];
static struct hx_profile profiles[PROFILES];
static struct hx_cell cells[CELLS];
static struct hx_run run;

static void set_up(void)
{
    if (run.whole)
        return;
    strcpy(scenarios[0].id, "A01-first");
    strcpy(scenarios[1].id, "S01-story");
    strcpy(profiles[0].id, "hardened");
    strcpy(profiles[1].id, "without-padding");
    tp_controls_drop(&profiles[1].lacks, TP_CTL_PADDING);
    for (uint32_t i = 0; i < CELLS; i++) {
        cells[i] = (struct hx_cell){.scenario = i / PROFILES, .profile = i % PROFILES};
        cells[i].verdict = i == 1 ? HX_VERDICT_SUCCEEDED : HX_VERDICT_STOPPED;
    }
    run.controls[TP_CTL_PADDING].killed = HX_SOLE;
    run.scenarios = scenarios;
    run.scenario_count = SCENARIOS;
    run.profiles = profiles;
    run.profile_count = PROFILES;
    run.cells = cells;
    run.cell_count = CELLS;
    run.whole = true;
}

static void check_refusal(const struct hx_error *err, size_t said)
{
    const char *colon = strchr(err->text, ':');
    if (!colon || strchr(err->text, '\n') || said > 0)
        abort();
    size_t digits = strspn(colon + 1, "0123456789");
    if (digits == 0 || strncmp(colon + 1 + digits, ": expected ", 11) != 0)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    char *said = NULL;
    size_t said_len = 0;
    struct hx_error err = {{0}};
    FILE *f = open_memstream(&said, &said_len);
    if (!f)
        abort();
    set_up();
    int opened = hx_baseline_compare_text("old.json", data, len, &run, f, &err);
    fclose(f);
    if (opened < 0)
        check_refusal(&err, said_len);
    else if (opened > CELLS + TP_CTL_COUNT)
        abort();
    free(said);
    return 0;
}
