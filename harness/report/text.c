// text.c - the matrix as a person reads it

#include <matrix/catalogue.h>
#include <report/harm_text.h>
#include <report/report.h>
#include <report/text.h>
#include <report/utf8.h>
#include <report/words.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { CONTROL_WIDTH = 22, KILLED_WIDTH = 8, INDENT = 4 };

void hx_text_put(const struct hx_text *t, enum hx_colour c, int width, const char *text)
{
    static const char *const codes[] = {[HX_PLAIN] = "",
                                        [HX_GREEN] = "\033[32m",
                                        [HX_YELLOW] = "\033[33m",
                                        [HX_RED] = "\033[1;31m",
                                        [HX_BOLD] = "\033[1m"};
    bool coloured = t->colours && c != HX_PLAIN;
    bool wide = (int)strlen(text) > width;
    fprintf(t->f, "%s%-*.*s%s%s", coloured ? codes[c] : "", wide ? width - 1 : width,
            wide ? width - 1 : width, text, wide ? "~" : "", coloured ? "\033[0m" : "");
}

void hx_text_column(const struct hx_text *t, enum hx_colour c, int width,
                    const char *text)
{
    hx_text_put(t, c, width, text);
    fputc(' ', t->f);
}

void hx_report_reproduce(const struct hx_run *run, const struct hx_cell *cell,
                         char *buf, size_t cap)
{
    const struct hx_scenario *s = &run->scenarios[cell->scenario];
    const char *dir = hx_fixtures_dir();
    bool listed = s->path[0] == '\0' || strncmp(s->path, dir, strlen(dir)) == 0;
    snprintf(buf, cap, "telltale trace %s --profile %s --seed %llu -o trace.jsonl",
             listed ? s->id : s->path, run->profiles[cell->profile].id,
             (unsigned long long)run->options.seed);
}

// --- controls ---

// The scenarios that kill a control, as many as fit.
static void print_by(const struct hx_text *t, const struct hx_control_result *r)
{
    int room = HX_TEXT_COLUMNS - CONTROL_WIDTH - 1 - KILLED_WIDTH - 1 - 6;
    for (size_t i = 0; i < r->by_count; i++) {
        const char *id = t->run->scenarios[r->by[i]].id;
        room -= (int)strlen(id) + 2;
        if (i > 0 && room < 0) {
            fprintf(t->f, ", +%zu", r->by_count - i);
            break;
        }
        fprintf(t->f, "%s%s", i > 0 ? ", " : "", id);
    }
    fputs(r->by_count > 0 ? "\n" : "-\n", t->f);
}

static bool any_weak(const struct hx_run *run)
{
    for (size_t i = 0; i < run->profile_count; i++)
        if (hx_profile_lacking(&run->profiles[i]) > 0)
            return true;
    return false;
}

static bool controls_tried(const struct hx_run *run)
{
    return run->whole && !run->interrupted && any_weak(run);
}

static void print_controls(const struct hx_text *t)
{
    static const enum hx_colour colours[] = {
        [HX_ALIVE] = HX_RED, [HX_LAYERED] = HX_GREEN, [HX_SOLE] = HX_GREEN};
    if (!controls_tried(t->run))
        return;
    hx_text_column(t, HX_BOLD, CONTROL_WIDTH, "control");
    hx_text_column(t, HX_BOLD, KILLED_WIDTH, "killed");
    fputs("by\n", t->f);
    for (enum tp_control c = 0; c < TP_CTL_COUNT; c++) {
        const struct hx_control_result *r = &t->run->controls[c];
        hx_text_column(t, HX_PLAIN, CONTROL_WIDTH, tp_control_info(c)->id);
        hx_text_column(t, colours[r->killed], KILLED_WIDTH, hx_killed_word(r->killed));
        print_by(t, r);
    }
    fputc('\n', t->f);
}

// --- cells that are not as expected ---

// Prints words over as many lines as they need.
static void print_wrapped(const struct hx_text *t, const char *text)
{
    size_t width = HX_TEXT_COLUMNS - INDENT;
    for (text += strspn(text, " "); *text; text += strspn(text, " ")) {
        size_t len = strlen(text);
        if (len > width) {
            len = width;
            while (len > 1 && text[len] != ' ')
                len--;
            if (len == 1) // no space: one word wider than the line
                len = strcspn(text, " ");
        }
        fprintf(t->f, "%*s%.*s\n", INDENT, "", (int)len, text);
        text += len;
    }
}

// A command is broken so that it still is one when it is copied.
static void print_command(const struct hx_text *t, const struct hx_cell *c)
{
    char command[512];
    hx_report_reproduce(t->run, c, command, sizeof command);
    if (strlen(command) + INDENT <= HX_TEXT_COLUMNS) {
        fprintf(t->f, "%*s%s\n\n", INDENT, "", command);
        return;
    }
    char *profile = strstr(command, " --profile ");
    char *seed = strstr(command, " --seed ");
    if (!profile || !seed) {
        fprintf(t->f, "%*s%s\n\n", INDENT, "", command);
        return;
    }
    *profile = *seed = '\0';
    fprintf(t->f, "%*s%s \\\n%*s%s \\\n%*s%s\n\n", INDENT, "", command, 2 * INDENT, "",
            profile + 1, 2 * INDENT, "", seed + 1);
}

static void print_harm(const struct hx_text *t, const struct hx_cell *c)
{
    char harm[HX_HARM_TEXT_MAX], severity[HX_SEVERITY_TEXT_MAX], line[256];
    hx_harm_text(&c->harm, harm, sizeof harm);
    hx_severity_text(c, severity, sizeof severity);
    snprintf(line, sizeof line, "%s%s%s%s%s", harm[0] ? "harm: " : "", harm,
             harm[0] && c->rated ? "; " : "", c->rated ? "severity: " : "", severity);
    print_wrapped(t, line);
}

static void print_cell(const struct hx_text *t, const struct hx_cell *c)
{
    char list[HX_VIOLATED_MAX], note[3 * sizeof c->note + 1], line[256];
    const char *log = !c->must_log ? "" : c->logged ? "; logged" : "; not logged";
    hx_invariants_list(c->violated, " ", list, sizeof list);
    fprintf(t->f, "  %s\n", t->run->scenarios[c->scenario].id);
    fprintf(t->f, "  on %s\n    ", t->run->profiles[c->profile].id);
    hx_text_column(t, HX_RED, (int)strlen(hx_verdict_word(c->verdict)),
                   hx_verdict_word(c->verdict));
    if (c->verdict != c->expected)
        fprintf(t->f, "where %s is expected", hx_verdict_word(c->expected));
    else
        fputs("as expected, but not all that the scenario claims holds", t->f);
    fprintf(t->f, "; violated: %s%s\n", list[0] ? list : "none", log);
    snprintf(line, sizeof line,
             "%.6f s, %u frames, %u events, %u commits, %u issued, trace %016llx",
             (double)c->duration_us / 1e6, c->frames, c->events, c->commits, c->issued,
             (unsigned long long)c->trace_hash);
    print_wrapped(t, line);
    print_harm(t, c);
    hx_utf8_clean(c->note, false, note, sizeof note);
    print_wrapped(t, note);
    print_command(t, c);
}

static void print_unexpected(const struct hx_text *t)
{
    bool any = false;
    for (size_t i = 0; i < t->run->cell_count; i++) {
        if (!t->run->cells[i].unexpected)
            continue;
        if (!any)
            fputs("not as expected\n\n", t->f);
        any = true;
        print_cell(t, &t->run->cells[i]);
    }
}

// --- the end ---

static size_t count_killed(const struct hx_run *run, enum hx_killed how)
{
    size_t n = 0;
    for (enum tp_control c = 0; c < TP_CTL_COUNT; c++)
        n += run->controls[c].killed == how;
    return n;
}

static bool on_hardened(const struct hx_run *run)
{
    for (size_t i = 0; i < run->cell_count; i++)
        if (hx_profile_lacking(&run->profiles[run->cells[i].profile]) == 0)
            return true;
    return false;
}

// Of what was not played on hardened, nothing can be said.
void hx_report_summary(FILE *f, const struct hx_run *run)
{
    bool hardened = on_hardened(run);
    fprintf(f, "%s%zu cells, %zu unexpected", run->interrupted ? "interrupted: " : "",
            run->cell_count, run->unexpected);
    if (run->attacks > 0 && hardened)
        fprintf(f, " · %zu attacks, %zu stopped on hardened", run->attacks,
                run->stopped_on_hardened);
    if (controls_tried(run))
        fprintf(f, " · %d controls, %zu killed (%zu sole, %zu layered)", TP_CTL_COUNT,
                run->killed, count_killed(run, HX_SOLE), count_killed(run, HX_LAYERED));
    if (run->stories > 0 && hardened)
        fprintf(f, " · %zu stories, %zu served", run->stories, run->served_on_hardened);
    fprintf(f, " · %.1f s\n", run->seconds);
}

int hx_report_text(FILE *f, const struct hx_run *run)
{
    const char *no_colour = getenv("NO_COLOR");
    int fd = fileno(f);
    struct hx_text t = {.f = f, .run = run};
    t.colours = fd >= 0 && isatty(fd) && !(no_colour && *no_colour);
    hx_text_matrix(&t);
    hx_text_harm(&t);
    print_controls(&t);
    print_unexpected(&t);
    hx_report_summary(f, run);
    return ferror(f) ? -1 : 0;
}
