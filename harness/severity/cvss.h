// cvss.h - base vectors of the Common Vulnerability Scoring System, version 3.0 and 3.1
//
// Only the eight base metrics: what a flaw is, not what becomes of it. Both versions
// share their letters, weights and base formula; they differ in how the last digit is
// rounded up, and here the way of 3.1 (its specification, section 7 and appendix A) is
// taken for both. All of it is done in integers, so a score is the same on every
// machine.

#ifndef HARNESS_SEVERITY_CVSS_H
#define HARNESS_SEVERITY_CVSS_H

#include <stddef.h>

// Metric, name in a vector, its values from the most to the least severe.
#define HX_CVSS_LIST(X)                                                                \
    X(AV, "AV", "NALP") /* attack vector: network, adjacent, local, physical */        \
    X(AC, "AC", "LH")   /* attack complexity: low, high */                             \
    X(PR, "PR", "NLH")  /* privileges required: none, low, high */                     \
    X(UI, "UI", "NR")   /* user interaction: none, required */                         \
    X(S, "S", "CU")     /* scope: changed, unchanged */                                \
    X(C, "C", "HLN")    /* confidentiality: high, low, none lost */                    \
    X(I, "I", "HLN")    /* integrity */                                                \
    X(A, "A", "HLN")    /* availability */

#define X(metric, name, values) HX_CVSS_##metric,
enum hx_cvss_metric { HX_CVSS_LIST(X) HX_CVSS_METRICS };
#undef X

// The letter of each metric; all zero where nothing was rated.
struct hx_cvss {
    char value[HX_CVSS_METRICS];
};

struct hx_cvss_error {
    char text[96];
};

#define HX_CVSS_PREFIX "CVSS:3.1/"
enum { HX_CVSS_TEXT_MAX = 40 }; // a vector without prefix, and its NUL

// Reads a vector such as "AV:A/AC:H/PR:N/UI:N/S:U/C:L/I:H/A:H", its metrics in any
// order, each of them once, with or without "CVSS:3.0/" or "CVSS:3.1/" before it.
//
// Fails  -1, *err says on one line what is wrong; *out is then untouched.
int hx_cvss_parse(const char *text, struct hx_cvss *out, struct hx_cvss_error *err);

// Writes a vector in the order of the list and without prefix; cut short if cap is less
// than HX_CVSS_TEXT_MAX. A metric without value shows as '?'.
void hx_cvss_format(const struct hx_cvss *v, char *buf, size_t cap);

// The base score in tenths, 0..100. Every metric must have one of its values.
unsigned hx_cvss_score(const struct hx_cvss *v);

// What the specification calls a score in its section 5: "none", "low", "medium",
// "high", "critical".
const char *hx_cvss_word(unsigned tenths);

// The values of a metric, from the most to the least severe.
const char *hx_cvss_values(enum hx_cvss_metric m);

#endif
