// baseline.h - an earlier result, read from its JSON

#ifndef HARNESS_REPORT_BASELINE_H
#define HARNESS_REPORT_BASELINE_H

#include <report/result.h>
#include <scenario/load.h>

enum { HX_BASELINE_MAX = 256 * 1024 * 1024 };

struct hx_old_cell {
    const char *scenario, *profile; // ids
    size_t index;                   // in the file's list
    enum hx_verdict verdict;
};

struct hx_baseline {
    void *owned;               // what the ids point into
    struct hx_old_cell *cells; // by scenario, then profile; no two alike
    size_t cell_count;
    bool whole;
    bool listed[TP_CTL_COUNT]; // a later build may have more controls
    enum hx_killed killed[TP_CTL_COUNT];
};

// Reads a result. Members it has no use for may be anything.
//
// Owner  *out is the caller's, to be given to hx_baseline_free.
// Fails  -1, *err says "FILE:LINE: expected ..." on one line; *out is then empty.
int hx_baseline_read(const char *path, const uint8_t *text, size_t len,
                     struct hx_baseline *out, struct hx_error *err);
void hx_baseline_free(struct hx_baseline *b);

// The cell of these ids, NULL if there is none.
const struct hx_old_cell *hx_baseline_cell(const struct hx_baseline *b,
                                           const char *scenario, const char *profile);

// Where in a JSON text that is known to be well-formed and ends with NUL a value
// begins: text's member `list`, of that the element `index`, of that `member`. Each
// may be left out from the right (NULL, SIZE_MAX, NULL); what is not there counts as
// being where its container begins. Lines count from 1.
size_t hx_json_line(const char *text, const char *list, size_t index,
                    const char *member);

#endif
