// attack.c - the matrix: run, report, compare

#include <cmd/select.h>
#include <cmd/verbs.h>
#include <errno.h>
#include <matrix/matrix.h>
#include <popt.h>
#include <report/report.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PATTERNS_MAX = 64 };

struct request {
    const char *scenarios[PATTERNS_MAX], *profiles[PATTERNS_MAX];
    size_t scenario_count, profile_count;
    char *seed, *format, *output, *baseline, *fixtures, *air, *fidelity;
    int jobs;
};

enum { OPT_SCENARIO = 1, OPT_PROFILE };

static int complain(const char *what, const char *arg)
{
    fprintf(stderr, "telltale attack: %s%s%s\n", what, arg ? " " : "", arg ? arg : "");
    return HX_EXIT_USAGE;
}

static int parse(int argc, const char **argv, struct request *q)
{
    char *text = NULL;
    struct poptOption options[] = {
        {"scenario", 's', POPT_ARG_STRING, &text, OPT_SCENARIO,
         "only scenarios whose id matches, or a file; may be repeated", "GLOB"},
        {"profile", 'p', POPT_ARG_STRING, &text, OPT_PROFILE,
         "only profiles whose id matches, or a file; may be repeated", "GLOB"},
        {"seed", 0, POPT_ARG_STRING, &q->seed, 0, "seed of the run (default 1)", "N"},
        {"jobs", 'j', POPT_ARG_INT, &q->jobs, 0, "worker processes (default: cores)",
         "N"},
        {"format", 'f', POPT_ARG_STRING, &q->format, 0,
         "text (default), json, junit or tap", "NAME"},
        {"output", 'o', POPT_ARG_STRING, &q->output, 0, "write there, not to stdout",
         "FILE"},
        {"baseline", 'b', POPT_ARG_STRING, &q->baseline, 0,
         "compare with an earlier JSON result; exit 1 if anything opened", "FILE"},
        {"air", 0, POPT_ARG_STRING, &q->air, 0, "loopback", "URI"},
        {"fidelity", 0, POPT_ARG_STRING, &q->fidelity, 0, "frame", "NAME"},
        {"fixtures", 0, POPT_ARG_STRING, &q->fixtures, 0,
         "where scenarios and profiles lie", "DIR"},
        POPT_AUTOHELP POPT_TABLEEND};
    poptContext pc = poptGetContext("telltale attack", argc, argv, options, 0);
    int rc, status = -1;
    while ((rc = poptGetNextOpt(pc)) > 0) {
        bool scenario = rc == OPT_SCENARIO;
        size_t *n = scenario ? &q->scenario_count : &q->profile_count;
        if (*n == PATTERNS_MAX)
            status = complain("too many patterns", NULL);
        else if (scenario)
            q->scenarios[(*n)++] = text;
        else
            q->profiles[(*n)++] = text;
    }
    if (rc < -1)
        status = complain(poptStrerror(rc), poptBadOption(pc, 0));
    else if (poptPeekArg(pc))
        status = complain("unexpected argument", poptPeekArg(pc));
    poptFreeContext(pc);
    return status;
}

typedef int report_fn(FILE *, const struct hx_run *);

static report_fn *reporter(const char *name)
{
    static const struct {
        const char *name;
        report_fn *write;
    } all[] = {{"text", hx_report_text},
               {"json", hx_report_json},
               {"junit", hx_report_junit},
               {"tap", hx_report_tap}};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        if (strcmp(name, all[i].name) == 0)
            return all[i].write;
    return NULL;
}

static int options_of(const struct request *q, struct hx_options *o)
{
    const char *air = q->air ? q->air : "loopback";
    const char *fidelity = q->fidelity ? q->fidelity : "frame";
    if (hx_select_seed(q->seed, &o->seed))
        return complain("--seed takes a whole number, not", q->seed);
    if (strcmp(air, "loopback") != 0)
        return complain("--air takes loopback, not", air);
    if (strcmp(fidelity, "frame") != 0)
        return complain("--fidelity takes frame, not", fidelity);
    if (q->jobs < 0)
        return complain("--jobs takes a positive number", NULL);
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    o->jobs = q->jobs > 0 ? (unsigned)q->jobs : cores > 0 ? (unsigned)cores : 1;
    snprintf(o->air, sizeof o->air, "%s", air);
    snprintf(o->fidelity, sizeof o->fidelity, "%s", fidelity);
    return -1;
}

static int write_report(const struct request *q, const struct hx_run *run)
{
    struct hx_output out;
    report_fn *write = reporter(q->format ? q->format : "text");
    if (hx_output_open(&out, q->output)) {
        fprintf(stderr, "telltale attack: %s: %s\n", q->output, strerror(errno));
        return HX_EXIT_USAGE;
    }
    errno = 0;
    int e = write(out.f, run);
    int why = errno;
    if (e)
        hx_output_abandon(&out);
    else if (hx_output_commit(&out) == 0)
        return -1;
    else
        why = errno;
    fprintf(stderr, "telltale attack: the report could not be written: %s\n",
            strerror(why ? why : EIO));
    return HX_EXIT_BENCH;
}

static int compare(const struct request *q, const struct hx_run *run)
{
    struct hx_error err;
    if (!q->baseline)
        return -1;
    int opened = hx_baseline_compare(q->baseline, run, stderr, &err);
    if (opened < 0) {
        fprintf(stderr, "%s\n", err.text);
        return HX_EXIT_USAGE;
    }
    if (opened > 0)
        return HX_EXIT_UNEXPECTED;
    fprintf(stderr, "telltale attack: nothing opened since %s\n", q->baseline);
    return -1;
}

// A baseline is read before the run, too: bad input should not cost one.
static int check_baseline(const struct request *q)
{
    struct hx_run none = {0};
    struct hx_error err;
    FILE *null = q->baseline ? fopen("/dev/null", "w") : NULL;
    if (!null)
        return -1;
    int e = hx_baseline_compare(q->baseline, &none, null, &err);
    fclose(null);
    if (e >= 0)
        return -1;
    fprintf(stderr, "%s\n", err.text);
    return HX_EXIT_USAGE;
}

static int run_all(const struct request *q, struct hx_run *run)
{
    bool progress = isatty(STDERR_FILENO);
    if (hx_matrix_plan(run) || hx_matrix_run(run, progress)) {
        fprintf(stderr, "telltale attack: workers cannot be started: %s\n",
                strerror(errno));
        return HX_EXIT_BENCH;
    }
    hx_matrix_sum_up(run);
    int status = write_report(q, run);
    if (status < 0)
        status = compare(q, run);
    if (status < 0 && run->interrupted)
        status = HX_EXIT_INTERRUPTED;
    if (status < 0)
        status = run->unexpected > 0 ? HX_EXIT_UNEXPECTED : HX_EXIT_OK;
    if (status == HX_EXIT_UNEXPECTED && q->format && strcmp(q->format, "text") != 0)
        fprintf(stderr, "telltale attack: %zu unexpected\n", run->unexpected);
    return status;
}

static int attack(const struct request *q)
{
    struct hx_run run = {0};
    struct hx_catalogue cat = {0};
    struct hx_error err = {{0}};
    int status = options_of(q, &run.options);
    if (status < 0 && !reporter(q->format ? q->format : "text"))
        status = complain("--format takes text, json, junit or tap, not", q->format);
    if (status < 0)
        status = check_baseline(q);
    if (status >= 0)
        return status;
    if (hx_catalogue_load(&cat, q->fixtures ? q->fixtures : hx_fixtures_dir(), &err) ||
        hx_select_scenarios(&cat, q->scenarios, q->scenario_count, &err) ||
        hx_select_profiles(&cat, q->profiles, q->profile_count, &err)) {
        fprintf(stderr, "%s\n", err.text);
        hx_catalogue_free(&cat);
        return HX_EXIT_USAGE;
    }
    run.scenarios = cat.scenarios;
    run.scenario_count = cat.scenario_count;
    run.profiles = cat.profiles;
    run.profile_count = cat.profile_count;
    run.whole = q->scenario_count == 0 && q->profile_count == 0;
    status = run_all(q, &run);
    free(run.cells);
    hx_catalogue_free(&cat);
    return status;
}

// popt hands out copies of its arguments.
static void free_request(struct request *q)
{
    for (size_t i = 0; i < q->scenario_count; i++)
        free((void *)q->scenarios[i]);
    for (size_t i = 0; i < q->profile_count; i++)
        free((void *)q->profiles[i]);
    free(q->seed);
    free(q->format);
    free(q->output);
    free(q->baseline);
    free(q->fixtures);
    free(q->air);
    free(q->fidelity);
}

int hx_cmd_attack(int argc, const char **argv)
{
    struct request q = {0};
    int status = parse(argc, argv, &q);
    if (status < 0)
        status = attack(&q);
    free_request(&q);
    return status;
}
