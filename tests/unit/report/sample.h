// sample.h - a small finished run with one cell of every sort, for tests of reports

#ifndef TESTS_UNIT_REPORT_SAMPLE_H
#define TESTS_UNIT_REPORT_SAMPLE_H

#include <report/report.h>

enum {
    SAMPLE_SCENARIOS = 3,
    SAMPLE_PROFILES = 4,
    SAMPLE_CELLS = SAMPLE_SCENARIOS * SAMPLE_PROFILES,
    SAMPLE_HEART = 1, // attacks that did harm, on a legacy profile
    SAMPLE_PUMP = 5,
    SAMPLE_WRONG = 6, // the one cell that is not as expected
};

// Owner  the run is the caller's, to be given to sample_free.
struct hx_run *sample_run(void);
void sample_free(struct hx_run *run);

// What a report writes, as a text that the caller frees. A failed one ends the case.
char *sample_report(int (*write)(FILE *, const struct hx_run *),
                    const struct hx_run *run, size_t *len);

#endif
