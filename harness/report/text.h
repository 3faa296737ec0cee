// text.h - what the parts of the text report share

#ifndef HARNESS_REPORT_TEXT_H
#define HARNESS_REPORT_TEXT_H

#include <report/result.h>
#include <stdio.h>

enum { HX_TEXT_COLUMNS = 100 };

enum hx_colour { HX_PLAIN, HX_GREEN, HX_YELLOW, HX_RED, HX_BOLD };

struct hx_text {
    FILE *f;
    bool colours;
    const struct hx_run *run;
};

// Prints text in a column of this width, cut with a '~' if it is wider, the colour
// around it; hx_text_column with a space behind.
void hx_text_put(const struct hx_text *t, enum hx_colour c, int width,
                 const char *text);
void hx_text_column(const struct hx_text *t, enum hx_colour c, int width,
                    const char *text);

// The scenarios and what became of them: attacks, then stories.
void hx_text_matrix(const struct hx_text *t);

// What each attack did to the patient on the legacy profile where it was worst; nothing
// if there is no harm and no rating.
void hx_text_harm(const struct hx_text *t);

// The number by which the text knows a legacy profile, L1 and on.
size_t hx_text_legacy(const struct hx_run *run, uint32_t profile);

#endif
