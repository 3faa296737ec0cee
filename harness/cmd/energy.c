// energy.c - telltale energy: what floods without end cost the battery

#include <cmd/select.h>
#include <cmd/verbs.h>
#include <jansson.h>
#include <matrix/catalogue.h>
#include <matrix/energy.h>
#include <patient/battery.h>
#include <popt.h>
#include <report/words.h>
#include <stdlib.h>
#include <string.h>

// What a flood may cost on hardened, above the base current: at most a tenth of a
// pacemaker's 15 uA, however long it lasts.
enum { ALLOWED_PA = 1500000, PROFILES_MAX = 16 };

static const char usage[] = "usage: telltale energy [--profile GLOB]... [--json]"
                            " [--seed N] [--fixtures DIR]\n";

static void print_profile(const char *id, const struct hx_energy *list)
{
    printf("%s\n", id);
    for (size_t i = 0; i < HX_ENERGY_FLOODS; i++) {
        const struct hx_energy *e = &list[i];
        printf("  %-8s %5.1f /s  +%9.3f uA  %5.2f years%s\n", e->kind,
               e->rate_mhz / 1000.0, (double)e->extra_pa / 1e6,
               (double)e->life_days / 365.25,
               e == hx_energy_worst(list) ? "  worst" : "");
    }
}

static json_t *profile_json(const char *id, const struct hx_energy *list)
{
    json_t *floods = json_array();
    for (size_t i = 0; i < HX_ENERGY_FLOODS; i++) {
        const struct hx_energy *e = &list[i];
        json_array_append_new(floods,
                              json_pack("{s:s, s:I, s:I, s:I, s:b}", "flood", e->kind,
                                        "rate_millihertz", (json_int_t)e->rate_mhz,
                                        "extra_pa", (json_int_t)e->extra_pa,
                                        "life_days", (json_int_t)e->life_days,
                                        "clinician_served", (int)e->sessions));
    }
    return json_pack("{s:s, s:I, s:o}", "profile", id, "worst_pa",
                     (json_int_t)hx_energy_worst(list)->extra_pa, "floods", floods);
}

// Measures every profile chosen; true if hardened stays within what is allowed.
static bool measure_all(struct hx_player *player, const struct hx_catalogue *c,
                        bool chosen, json_t *json)
{
    bool within = true;
    for (size_t i = 0; i < c->profile_count; i++) {
        const struct hx_profile *p = &c->profiles[i];
        struct hx_energy list[HX_ENERGY_FLOODS];
        if (p->device == HX_DEVICE_PUMP) {
            if (chosen)
                fprintf(stderr, "telltale energy: %s is a pump, and left out\n", p->id);
            continue; // the battery model is a pacemaker's
        }
        hx_energy_measure(player, p, list);
        if (hx_profile_lacking(p) == 0)
            within = within && hx_energy_worst(list)->extra_pa <= ALLOWED_PA;
        if (json)
            json_array_append_new(json, profile_json(p->id, list));
        else
            print_profile(p->id, list);
    }
    return within;
}

static int energy(const struct hx_catalogue *c, uint64_t seed, bool chosen,
                  bool as_json)
{
    struct hx_player *player = hx_player_new(seed);
    json_t *json = as_json ? json_array() : NULL;
    if (!player)
        return HX_EXIT_BENCH;
    if (!as_json)
        printf("without a flood: %d uA, %.2f years\n", HX_BATTERY_BASE_NC_S / 1000,
               (double)hx_battery_life_days(0) / 365.25);
    bool within = measure_all(player, c, chosen, json);
    if (json) {
        json_dumpf(json, stdout, JSON_INDENT(1));
        putchar('\n');
    }
    json_decref(json);
    hx_player_free(player);
    if (!within)
        fputs("telltale energy: hardened pays more than 1.5 uA for a flood\n", stderr);
    return within ? HX_EXIT_OK : HX_EXIT_UNEXPECTED;
}

struct request {
    const char *profiles[PROFILES_MAX];
    size_t profile_count;
    char *seed, *fixtures;
    int json;
};

static int parse(int argc, const char **argv, struct request *q)
{
    char *text = NULL;
    struct poptOption options[] = {
        {"profile", 'p', POPT_ARG_STRING, &text, 1,
         "only profiles whose id matches, or a file; may be repeated "
         "(default: hardened and the legacy ones)",
         "GLOB"},
        {"seed", 0, POPT_ARG_STRING, &q->seed, 0, "seed of the run (default 1)", "N"},
        {"json", 0, POPT_ARG_NONE, &q->json, 0, "an array of objects", NULL},
        {"fixtures", 0, POPT_ARG_STRING, &q->fixtures, 0, "where profiles lie", "DIR"},
        POPT_AUTOHELP POPT_TABLEEND};
    poptContext pc = poptGetContext("telltale energy", argc, argv, options, 0);
    int rc;
    while ((rc = poptGetNextOpt(pc)) > 0 && q->profile_count < PROFILES_MAX)
        q->profiles[q->profile_count++] = text;
    bool bad = rc != -1 || poptPeekArg(pc) != NULL;
    if (bad)
        fputs(usage, stderr);
    poptFreeContext(pc);
    return bad ? -1 : 0;
}

static int run(const struct request *q)
{
    static const char *const usual[] = {"hardened", "legacy-*"};
    const char *dir = q->fixtures ? q->fixtures : hx_fixtures_dir();
    struct hx_catalogue c;
    struct hx_error err;
    uint64_t seed;
    bool chosen = q->profile_count > 0;
    if (hx_select_seed(q->seed, &seed)) {
        fprintf(stderr, "telltale energy: no seed: %s\n", q->seed);
        return HX_EXIT_USAGE;
    }
    if (hx_catalogue_load(&c, dir, &err)) {
        fprintf(stderr, "%s\n", err.text);
        return HX_EXIT_USAGE;
    }
    int status = HX_EXIT_USAGE;
    if (hx_select_profiles(&c, chosen ? q->profiles : usual,
                           chosen ? q->profile_count : 2, &err))
        fprintf(stderr, "telltale energy: %s\n", err.text);
    else
        status = energy(&c, seed, chosen, q->json != 0);
    hx_catalogue_free(&c);
    return status;
}

int hx_cmd_energy(int argc, const char **argv)
{
    struct request q = {0};
    int status = parse(argc, argv, &q) ? HX_EXIT_USAGE : run(&q);
    for (size_t i = 0; i < q.profile_count; i++)
        free((char *)q.profiles[i]);
    free(q.seed);
    free(q.fixtures);
    return status;
}
