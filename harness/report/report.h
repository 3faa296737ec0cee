// report.h - a finished run, told to a person, a program or a CI server
//
// A report says nothing that the run does not hold, in the run's order, so that equal
// runs have equal reports. Wall time is the one exception, and it stands in one place.

#ifndef HARNESS_REPORT_REPORT_H
#define HARNESS_REPORT_REPORT_H

#include <report/result.h>
#include <scenario/load.h>
#include <stdio.h>

enum { HX_REPORT_SCHEMA = 1 };

// Each writes the whole report to f.
//
// Fails  -1 if f took not all of it, or memory ran out.
int hx_report_json(FILE *f, const struct hx_run *run);
int hx_report_junit(FILE *f, const struct hx_run *run);
int hx_report_tap(FILE *f, const struct hx_run *run);

// For a person, in at most 100 columns. Colours only if f is a terminal and NO_COLOR
// is not set.
int hx_report_text(FILE *f, const struct hx_run *run);

// The one line at the end of the text, with its newline.
void hx_report_summary(FILE *f, const struct hx_run *run);

// Writes the command that plays one cell again, cut short if cap is too small.
void hx_report_reproduce(const struct hx_run *run, const struct hx_cell *cell,
                         char *buf, size_t cap);

// A file that appears whole or not at all: f is a temporary one beside the target
// until it is committed. Without a path f is stdout.
struct hx_output {
    FILE *f;
    char path[4096], draft[4096]; // empty for stdout
};

// Opens an output. What stands at path stays as it is until commit.
//
// Owner  the caller, until exactly one of commit and abandon.
// Fails  -1 with errno; nothing is then to be committed or abandoned.
int hx_output_open(struct hx_output *o, const char *path);

// Closes the output and puts it where it belongs. On failure (-1 with errno, also if
// an earlier write to o->f failed) it is abandoned.
int hx_output_commit(struct hx_output *o);
void hx_output_abandon(struct hx_output *o);

// Prints what changed from an earlier result, the JSON of hx_report_json, to this run:
// what is open now and was shut, grouped by the controls missing and the scenario,
// what is shut now and was open, and scenarios and profiles on one side only. Controls
// count only if the run was whole.
//
// Returns the number opened.
// Fails  -1, *err says "FILE:LINE: expected ..." and nothing is printed.
int hx_baseline_compare(const char *path, const struct hx_run *run, FILE *out,
                        struct hx_error *err);

// The same from text[0..len), which is said to come from path.
int hx_baseline_compare_text(const char *path, const uint8_t *text, size_t len,
                             const struct hx_run *run, FILE *out, struct hx_error *err);

#endif
