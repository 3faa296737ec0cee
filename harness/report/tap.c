// tap.c - one line a cell, with a YAML block behind each that was not as expected or
// did harm

#include <jansson.h>
#include <report/harm_text.h>
#include <report/report.h>
#include <report/utf8.h>
#include <report/words.h>
#include <stdlib.h>

// A JSON string is a YAML one.
static void put_quoted(FILE *f, const char *key, const char *s)
{
    char clean[3 * 512 + 1];
    hx_utf8_clean(s, true, clean, sizeof clean);
    json_t *text = json_string(clean);
    fprintf(f, "  %s: ", key);
    json_dumpf(text, f, JSON_ENCODE_ANY | JSON_ENSURE_ASCII);
    fputc('\n', f);
    json_decref(text);
}

static void put_harm(FILE *f, const struct hx_cell *c)
{
    char harm[HX_HARM_TEXT_MAX], severity[HX_SEVERITY_TEXT_MAX];
    hx_harm_text(&c->harm, harm, sizeof harm);
    hx_severity_text(c, severity, sizeof severity);
    if (harm[0])
        put_quoted(f, "harm", harm);
    if (c->rated)
        put_quoted(f, "severity", severity);
}

static void put_diagnostic(FILE *f, const struct hx_run *run, const struct hx_cell *c)
{
    char list[HX_VIOLATED_MAX], command[512];
    hx_invariants_list(c->violated, ", ", list, sizeof list);
    hx_report_reproduce(run, c, command, sizeof command);
    fprintf(f, "  verdict: %s\n  expected: %s\n  violated: [%s]\n",
            hx_verdict_word(c->verdict), hx_verdict_word(c->expected), list);
    if (c->must_log)
        fprintf(f, "  logged: %s\n", c->logged ? "true" : "false");
    put_quoted(f, "note", c->note);
    put_quoted(f, "reproduce", command);
}

static void put_block(FILE *f, const struct hx_run *run, const struct hx_cell *c)
{
    fputs("  ---\n", f);
    if (c->unexpected)
        put_diagnostic(f, run, c);
    put_harm(f, c);
    fputs("  ...\n", f);
}

int hx_report_tap(FILE *f, const struct hx_run *run)
{
    fprintf(f, "TAP version 13\n1..%zu\n", run->cell_count);
    for (size_t i = 0; i < run->cell_count; i++) {
        const struct hx_cell *c = &run->cells[i];
        fprintf(f, "%sok %zu - %s on %s: %s\n", c->unexpected ? "not " : "", i + 1,
                run->scenarios[c->scenario].id, run->profiles[c->profile].id,
                hx_verdict_word(c->verdict));
        if (c->unexpected || hx_cell_hurt(c))
            put_block(f, run, c);
    }
    if (run->interrupted)
        fputs("Bail out! interrupted\n", f);
    return ferror(f) ? -1 : 0;
}
