#include "sample.h"
#include <jansson.h>
#include <libxml/parser.h>
#include <report/harm_text.h>
#include <stdlib.h>
#include <string.h>
#include <suite.h>

static const char *words(struct hx_harm h)
{
    static char text[HX_HARM_TEXT_MAX];
    hx_harm_text(&h, text, sizeof text);
    return text;
}

static void harm_is_told_in_few_words(void)
{
    const uint8_t pump = HX_PATIENT_GLUCOSE;
    CU_ASSERT_STRING_EQUAL(words((struct hx_harm){0}), "");
    CU_ASSERT_STRING_EQUAL(words((struct hx_harm){.longest_asystole_ms = 12049}),
                           "asystole 12.0 s");
    CU_ASSERT_STRING_EQUAL(words((struct hx_harm){.inappropriate_shocks = 1}),
                           "1 shock");
    CU_ASSERT_STRING_EQUAL(words((struct hx_harm){.longest_asystole_ms = 3000,
                                                  .missed_therapies = 1,
                                                  .inappropriate_shocks = 2,
                                                  .unpaced_s = 9}),
                           "1 VT/VF missed, asystole 3.0 s, 2 shocks, unpaced 9 s");
    CU_ASSERT_STRING_EQUAL(words((struct hx_harm){.battery_days_lost = 2200}),
                           "battery -2200 days");
    CU_ASSERT_STRING_EQUAL(
        words(
            (struct hx_harm){.patient = pump, .nadir_mg_dl = 31, .below_54_min = 140}),
        "nadir 31 mg/dL, 140 min < 54");
    CU_ASSERT_STRING_EQUAL(words((struct hx_harm){.patient = pump,
                                                  .nadir_mg_dl = 90,
                                                  .above_250_min = 30,
                                                  .battery_days_lost = 1}),
                           "30 min > 250, battery -1 days");
}

static void what_everybody_has_is_no_harm(void)
{
    CU_ASSERT_STRING_EQUAL(words((struct hx_harm){.longest_asystole_ms = 2999}), "");
    CU_ASSERT_STRING_EQUAL(
        words((struct hx_harm){.patient = HX_PATIENT_GLUCOSE, .nadir_mg_dl = 70}), "");
    struct hx_cell c = {.harm = {.longest_asystole_ms = 1000}};
    CU_ASSERT_FALSE(hx_cell_hurt(&c));
    CU_ASSERT(hx_harm_known(&c.harm));
    c.rated = true;
    CU_ASSERT(hx_cell_hurt(&c));
}

static void words_are_cut_where_the_room_ends(void)
{
    struct hx_harm h = {.longest_asystole_ms = 12000, .inappropriate_shocks = 2};
    char text[32];
    for (size_t cap = 1; cap <= sizeof text; cap++) {
        hx_harm_text(&h, text, cap);
        CU_ASSERT(strlen(text) < cap);
        CU_ASSERT_NSTRING_EQUAL(text, "asystole 12.0 s, 2 shocks", strlen(text));
    }
}

static void sooner_deadly_is_worse(void)
{
    static const struct hx_harm falling[] = {
        {.missed_therapies = 1},
        {.longest_asystole_ms = 9000, .unpaced_s = 1},
        {.longest_asystole_ms = 9000},
        {.inappropriate_shocks = 3, .longest_asystole_ms = 2000},
        {.unpaced_s = 60},
        {.battery_days_lost = 2000},
        {.longest_asystole_ms = 2000},
    };
    static const struct hx_harm low = {.nadir_mg_dl = 40, .below_54_min = 10},
                                lower = {.nadir_mg_dl = 31, .below_54_min = 10},
                                high = {.nadir_mg_dl = 90, .above_250_min = 600};
    for (size_t i = 1; i < sizeof falling / sizeof falling[0]; i++) {
        CU_ASSERT(hx_harm_compare(&falling[i - 1], &falling[i]) > 0);
        CU_ASSERT(hx_harm_compare(&falling[i], &falling[i - 1]) < 0);
    }
    CU_ASSERT(hx_harm_compare(&lower, &low) > 0);
    CU_ASSERT(hx_harm_compare(&low, &high) > 0);
    CU_ASSERT_EQUAL(hx_harm_compare(&high, &high), 0);
}

static json_t *cells_as_json(const struct hx_run *run)
{
    size_t len = 0;
    char *text = sample_report(hx_report_json, run, &len);
    json_t *o = json_loadb(text, len, JSON_REJECT_DUPLICATES, NULL);
    CU_ASSERT_PTR_NOT_NULL_FATAL(o);
    json_t *cells = json_incref(json_object_get(o, "cells"));
    json_decref(o);
    free(text);
    return cells;
}

static const json_t *member(const json_t *cells, size_t cell, const char *object,
                            const char *key)
{
    return json_object_get(json_object_get(json_array_get(cells, cell), object), key);
}

static void json_has_the_members_of_the_patient(void)
{
    struct hx_run *run = sample_run();
    json_t *cells = cells_as_json(run);
    CU_ASSERT_STRING_EQUAL(
        json_string_value(member(cells, SAMPLE_HEART, "harm", "patient")), "cardiac");
    CU_ASSERT_EQUAL(
        json_integer_value(member(cells, SAMPLE_HEART, "harm", "longest_asystole_ms")),
        12049);
    CU_ASSERT_EQUAL(
        json_integer_value(member(cells, SAMPLE_HEART, "harm", "battery_days_lost")),
        2200);
    CU_ASSERT_PTR_NULL(member(cells, SAMPLE_HEART, "harm", "nadir_mg_dl"));
    CU_ASSERT_STRING_EQUAL(
        json_string_value(member(cells, SAMPLE_PUMP, "harm", "patient")), "glucose");
    CU_ASSERT_EQUAL(
        json_integer_value(member(cells, SAMPLE_PUMP, "harm", "below_54_min")), 140);
    CU_ASSERT_PTR_NULL(member(cells, SAMPLE_PUMP, "harm", "unpaced_s"));
    CU_ASSERT_PTR_NULL(member(cells, 0, "harm", "patient"));
    CU_ASSERT(json_is_integer(member(cells, 0, "harm", "wrong_therapy")));
    json_decref(cells);
    sample_free(run);
}

static void json_has_the_rating(void)
{
    struct hx_run *run = sample_run();
    json_t *cells = cells_as_json(run);
    CU_ASSERT_STRING_EQUAL(
        json_string_value(member(cells, SAMPLE_PUMP, "severity", "vector")),
        "CVSS:3.1/AV:A/AC:L/PR:N/UI:N/S:C/C:N/I:H/A:H");
    double score = json_real_value(member(cells, SAMPLE_PUMP, "severity", "score"));
    CU_ASSERT_DOUBLE_EQUAL(score, 9.3, 1e-9);
    CU_ASSERT_STRING_EQUAL(
        json_string_value(member(cells, SAMPLE_PUMP, "severity", "words")), "critical");
    const char *rubric =
        json_string_value(member(cells, SAMPLE_PUMP, "severity", "rubric"));
    CU_ASSERT_PTR_NOT_NULL_FATAL(rubric);
    CU_ASSERT_PTR_NOT_NULL(strstr(rubric, "/XIT:H/"));
    CU_ASSERT_PTR_NULL(json_object_get(json_array_get(cells, 0), "severity"));
    json_decref(cells);
    sample_free(run);
}

// What the baseline's reader makes of it stands in test_baseline.c: its results are
// this sample's too.
static void junit_tells_harm_in_its_output(void)
{
    struct hx_run *run = sample_run();
    size_t len = 0;
    char *text = sample_report(hx_report_junit, run, &len);
    xmlDocPtr doc = xmlReadMemory(text, (int)len, "junit.xml", NULL, XML_PARSE_NOERROR);
    CU_ASSERT_PTR_NOT_NULL_FATAL(doc);
    xmlFreeDoc(doc);
    xmlCleanupParser();
    CU_ASSERT_PTR_NOT_NULL(
        strstr(text, "<system-out>harm: nadir 31 mg/dL, 140 min &lt; 54\n"
                     "severity: 9.3 critical CVSS:3.1/AV:A/AC:L/PR:N/UI:N/S:C/C:N/I:H/"
                     "A:H\n</system-out>"));
    const char *failure = strstr(text, "</failure>");
    CU_ASSERT_PTR_NOT_NULL_FATAL(failure);
    CU_ASSERT_PTR_NOT_NULL(strstr(failure, "<system-out>harm: unpaced 45 s\n"));
    free(text);
    sample_free(run);
}

static void tap_tells_harm_in_its_block(void)
{
    struct hx_run *run = sample_run();
    size_t len = 0;
    char *text = sample_report(hx_report_tap, run, &len);
    CU_ASSERT_PTR_NOT_NULL(strstr(
        text,
        "ok 2 - A01-first on legacy-example: succeeded\n  ---\n"
        "  harm: \"asystole 12.0 s, 2 shocks, battery -2200 days\"\n"
        "  severity: \"6.5 medium CVSS:3.1/AV:A/AC:L/PR:N/UI:N/S:U/C:N/I:H/A:N\"\n"
        "  ...\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "  harm: \"unpaced 45 s\"\n  ...\n"));
    free(text);
    sample_free(run);
}

// The zeros of cells that nobody filled in.
static void without_harm_nothing_is_printed(void)
{
    static int (*const all[])(FILE *, const struct hx_run *) = {
        hx_report_junit, hx_report_tap, hx_report_text};
    struct hx_run *run = sample_run();
    for (size_t i = 0; i < run->cell_count; i++) {
        run->cells[i].harm = (struct hx_harm){0};
        run->cells[i].severity = (struct hx_severity){.score = 0};
        run->cells[i].rated = false;
    }
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        size_t len = 0;
        char *text = sample_report(all[i], run, &len);
        CU_ASSERT_PTR_NULL(strstr(text, "harm"));
        CU_ASSERT_PTR_NULL(strstr(text, "severity"));
        CU_ASSERT_PTR_NULL(strstr(text, "CVSS"));
        CU_ASSERT_PTR_NULL(strstr(text, "system-out"));
        free(text);
    }
    json_t *cells = cells_as_json(run);
    for (size_t i = 0; i < json_array_size(cells); i++) {
        const json_t *c = json_array_get(cells, i);
        CU_ASSERT_EQUAL(json_object_size(json_object_get(c, "harm")), 2);
        CU_ASSERT_PTR_NULL(json_object_get(c, "severity"));
    }
    json_decref(cells);
    sample_free(run);
}

// Both attacks' rows as the text has them.
static char *harm_section(const struct hx_run *run)
{
    size_t len = 0;
    char *text = sample_report(hx_report_text, run, &len);
    char *from = strstr(text, "harm where it opened\n");
    CU_ASSERT_PTR_NOT_NULL_FATAL(from);
    char *to = strstr(from, "\n\n");
    CU_ASSERT_PTR_NOT_NULL_FATAL(to);
    *to = '\0';
    char *section = strdup(from);
    free(text);
    CU_ASSERT_PTR_NOT_NULL_FATAL(section);
    return section;
}

static void worst_legacy_profile_is_shown(void)
{
    struct hx_run *run = sample_run();
    run->profiles[2].legacy = 1;
    struct hx_cell *other = &run->cells[SAMPLE_HEART + 1]; // succeeded, too
    other->harm.longest_asystole_ms = 12500;
    char *section = harm_section(run);
    CU_ASSERT_PTR_NOT_NULL(strstr(section, "A01-first  b   asystole 12.5 s  "));
    CU_ASSERT_PTR_NOT_NULL(strstr(section, " -\nA02-second a   nadir 31 mg/dL"));
    free(section);
    other->verdict = HX_VERDICT_STOPPED; // no longer open
    section = harm_section(run);
    CU_ASSERT_PTR_NOT_NULL(strstr(section, "A01-first  a   asystole 12.0 s, 2 shocks"));
    free(section);
    sample_free(run);
}

static void a_figure_that_does_not_fit_is_left_out(void)
{
    struct hx_run *run = sample_run();
    char *section = harm_section(run);
    CU_ASSERT_PTR_NOT_NULL(strstr(section, "  asystole 12.0 s, 2 shocks ~  "));
    free(section);
    sample_free(run);
}

static void same_harm_is_worse_with_the_higher_score(void)
{
    struct hx_run *run = sample_run();
    run->profiles[2].legacy = 1;
    struct hx_cell *a = &run->cells[SAMPLE_HEART], *b = a + 1;
    b->harm = a->harm = (struct hx_harm){0};
    b->rated = true;
    b->severity = run->cells[SAMPLE_PUMP].severity;
    char *section = harm_section(run);
    CU_ASSERT_PTR_NOT_NULL(strstr(section, "A01-first  b   - "));
    free(section);
    b->severity = a->severity; // equal in all: the first one
    section = harm_section(run);
    CU_ASSERT_PTR_NOT_NULL(strstr(section, "A01-first  a   - "));
    free(section);
    sample_free(run);
}

int main(void)
{
    static const struct suite_case cases[] = {
        {"harm is told in few words", harm_is_told_in_few_words},
        {"what everybody has is no harm", what_everybody_has_is_no_harm},
        {"words are cut where the room ends", words_are_cut_where_the_room_ends},
        {"what is sooner deadly is worse", sooner_deadly_is_worse},
        {"the JSON has the members of its patient",
         json_has_the_members_of_the_patient},
        {"the JSON has the rating", json_has_the_rating},
        {"JUnit tells harm in a case's output", junit_tells_harm_in_its_output},
        {"TAP tells harm in a case's block", tap_tells_harm_in_its_block},
        {"without harm nothing is printed", without_harm_nothing_is_printed},
        {"the text shows the worst legacy profile", worst_legacy_profile_is_shown},
        {"a figure that does not fit is left out whole",
         a_figure_that_does_not_fit_is_left_out},
        {"the same harm is worse with the higher score",
         same_harm_is_worse_with_the_higher_score},
        {0}};
    return suite_main("report harm", cases);
}
