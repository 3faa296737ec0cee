// advisories.h - the dated safety communications, and what here answers to each
//
// One file, fixtures/advisories.yaml, goes by the same tables as scenarios and
// profiles. It names profiles and scenarios; whether they are there, and what becomes
// of them, is matrix/map.h's business.

#ifndef HARNESS_SCENARIO_ADVISORIES_H
#define HARNESS_SCENARIO_ADVISORIES_H

#include <scenario/load.h>

enum {
    HX_COMMUNICATIONS_MAX = 16,
    HX_WEAKNESSES_MAX = 12,
    HX_FIXES_MAX = 2,
    HX_ANSWERS_MAX = 16,
};

// One published weakness. Where a number was never given there is none.
struct hx_weakness {
    char cve[HX_ADVISORY_MAX];
    int64_t cwes[HX_CWES_MAX];
    size_t cwe_count;
    char cvss[HX_ID_MAX]; // base vector of version 3; empty if none was published
    int64_t score;        // its base score in tenths
};

struct hx_communication {
    char id[8], date[12];
    char device[HX_TEXT_MAX], consequence[HX_TEXT_MAX], remedy[HX_PROSE_MAX];
    char advisories[HX_ADVISORIES_MAX][HX_ADVISORY_MAX];
    size_t advisory_count;
    struct hx_weakness weaknesses[HX_WEAKNESSES_MAX];
    size_t weakness_count;
    char family[HX_ID_MAX]; // a legacy profile
    char fixed[HX_FIXES_MAX][HX_ID_MAX];
    size_t fixed_count; // 0: nothing was shipped
    char scenarios[HX_ANSWERS_MAX][HX_ID_MAX];
    size_t scenario_count;
};

struct hx_advisories {
    char path[HX_PATH_MAX];
    struct hx_communication rows[HX_COMMUNICATIONS_MAX]; // in the order of their dates
    size_t count;
};

// Reads the map in text[0..len), or in a file.
//
// Fails  -1, *err says why as for scenarios; *out is then untouched.
int hx_advisories_parse(const char *path, const uint8_t *text, size_t len,
                        struct hx_advisories *out, struct hx_error *err);
int hx_advisories_load(const char *path, struct hx_advisories *out,
                       struct hx_error *err);

void hx_advisories_print(FILE *f, const struct hx_advisories *a);
bool hx_advisories_same(const struct hx_advisories *a, const struct hx_advisories *b);
void hx_schema_advisories(FILE *f);

#endif
