#include "sample.h"
#include <jansson.h>
#include <libxml/parser.h>
#include <libxml/xpath.h>
#include <stdlib.h>
#include <string.h>
#include <suite.h>

static json_t *as_json(const struct hx_run *run)
{
    size_t len = 0;
    char *text = sample_report(hx_report_json, run, &len);
    json_t *o = json_loadb(text, len, JSON_REJECT_DUPLICATES, NULL);
    CU_ASSERT_PTR_NOT_NULL_FATAL(o);
    free(text);
    return o;
}

static const char *text_at(const json_t *o, const char *key)
{
    const char *s = json_string_value(json_object_get(o, key));
    return s ? s : "";
}

static void json_holds_every_cell(void)
{
    struct hx_run *run = sample_run();
    json_t *o = as_json(run), *cells = json_object_get(o, "cells");
    CU_ASSERT_EQUAL(json_integer_value(json_object_get(o, "schema")), 1);
    CU_ASSERT_STRING_EQUAL(text_at(o, "seed"), "18446744073709551615");
    CU_ASSERT_EQUAL_FATAL(json_array_size(cells), SAMPLE_CELLS);
    for (size_t i = 0; i < SAMPLE_CELLS; i++) {
        const json_t *c = json_array_get(cells, i);
        const struct hx_cell *want = &run->cells[i];
        CU_ASSERT_STRING_EQUAL(text_at(c, "scenario"),
                               run->scenarios[want->scenario].id);
        CU_ASSERT_STRING_EQUAL(text_at(c, "profile"), run->profiles[want->profile].id);
        CU_ASSERT_STRING_EQUAL(text_at(c, "verdict"), hx_verdict_word(want->verdict));
        CU_ASSERT_EQUAL(json_is_true(json_object_get(c, "unexpected")),
                        want->unexpected);
    }
    json_decref(o);
    sample_free(run);
}

static void json_members_have_their_types(void)
{
    struct hx_run *run = sample_run();
    json_t *o = as_json(run), *cells = json_object_get(o, "cells");
    const json_t *open = json_array_get(cells, 1), *story = json_array_get(cells, 8);
    const json_t *evidence = json_object_get(open, "evidence");
    CU_ASSERT_EQUAL(json_array_size(json_object_get(open, "violated")), 2);
    CU_ASSERT(json_is_true(json_object_get(open, "logged")));
    CU_ASSERT(json_is_null(json_object_get(story, "logged")));
    CU_ASSERT(json_is_null(json_object_get(story, "time_to_detect_us")));
    CU_ASSERT_EQUAL(json_integer_value(json_object_get(open, "time_to_detect_us")),
                    1500000);
    CU_ASSERT_STRING_EQUAL(text_at(evidence, "radio_nc"), "1152921504606846976");
    CU_ASSERT_STRING_EQUAL(text_at(evidence, "trace"), "fedcba9876543211");
    CU_ASSERT_EQUAL(json_array_size(json_object_get(o, "controls")), TP_CTL_COUNT);
    CU_ASSERT_PTR_NULL(json_object_get(json_object_get(o, "options"), "jobs"));
    json_decref(o);
    sample_free(run);
}

static void json_differs_in_seconds_alone(void)
{
    struct hx_run *run = sample_run();
    size_t a_len = 0, b_len = 0, c_len = 0;
    char *a = sample_report(hx_report_json, run, &a_len);
    run->options.jobs = 1;
    char *b = sample_report(hx_report_json, run, &b_len);
    run->seconds = 9.75;
    char *c = sample_report(hx_report_json, run, &c_len);
    CU_ASSERT_STRING_EQUAL(a, b);
    CU_ASSERT_STRING_NOT_EQUAL(a, c);
    const char *end = strstr(a, "\"seconds\"");
    CU_ASSERT_PTR_NOT_NULL_FATAL(end);
    CU_ASSERT_EQUAL(strncmp(a, c, (size_t)(end - a)), 0);
    free(a);
    free(b);
    free(c);
    sample_free(run);
}

static double count_nodes(xmlXPathContextPtr x, const char *path)
{
    xmlXPathObjectPtr found = xmlXPathEval(BAD_CAST path, x);
    double n = found ? found->floatval : -1;
    xmlXPathFreeObject(found);
    return n;
}

static void junit_is_well_formed(void)
{
    struct hx_run *run = sample_run();
    size_t len = 0;
    char *text = sample_report(hx_report_junit, run, &len);
    xmlDocPtr doc = xmlReadMemory(text, (int)len, "junit.xml", NULL, XML_PARSE_NOERROR);
    CU_ASSERT_PTR_NOT_NULL_FATAL(doc);
    xmlXPathContextPtr x = xmlXPathNewContext(doc);
    CU_ASSERT_EQUAL(count_nodes(x, "count(/testsuites/testsuite)"), SAMPLE_SCENARIOS);
    CU_ASSERT_EQUAL(count_nodes(x, "count(//testcase)"), SAMPLE_CELLS);
    CU_ASSERT_EQUAL(count_nodes(x, "count(//failure)"), 1);
    CU_ASSERT_EQUAL(count_nodes(x, "count(//testsuite[@name='A02-second']"
                                   "/testcase[@name='without-padding']/failure)"),
                    1);
    CU_ASSERT_EQUAL(count_nodes(x, "sum(//testsuite/@failures)"), 1);
    xmlXPathFreeContext(x);
    xmlFreeDoc(doc);
    xmlCleanupParser();
    free(text);
    sample_free(run);
}

static size_t lines_with(const char *text, const char *start)
{
    size_t n = 0;
    for (const char *p = text; p; p = strchr(p, '\n')) {
        p += *p == '\n';
        n += strncmp(p, start, strlen(start)) == 0;
    }
    return n;
}

static void tap_has_a_line_for_each_cell(void)
{
    struct hx_run *run = sample_run();
    size_t len = 0;
    char *text = sample_report(hx_report_tap, run, &len);
    CU_ASSERT_EQUAL(strncmp(text, "TAP version 13\n1..12\n", 21), 0);
    CU_ASSERT_EQUAL(lines_with(text, "ok "), SAMPLE_CELLS - 1);
    CU_ASSERT_EQUAL(lines_with(text, "not ok "), 1);
    CU_ASSERT_EQUAL(lines_with(text, "  ---"), 3); // the wrong one, and two with harm
    CU_ASSERT_EQUAL(lines_with(text, "  ..."), 3);
    CU_ASSERT_EQUAL(lines_with(text, "  verdict: "), 1);
    free(text);
    sample_free(run);
}

static char *golden(void)
{
    char path[4096], *text = calloc(1, 65536);
    const char *dir = getenv("TEST_DATA");
    CU_ASSERT_FATAL(dir && text);
    snprintf(path, sizeof path, "%s/report/matrix.txt", dir);
    FILE *f = fopen(path, "r");
    CU_ASSERT_PTR_NOT_NULL_FATAL(f);
    CU_ASSERT(fread(text, 1, 65535, f) > 0);
    fclose(f);
    return text;
}

static void text_is_as_it_was(void)
{
    struct hx_run *run = sample_run();
    size_t len = 0;
    char *text = sample_report(hx_report_text, run, &len), *want = golden();
    CU_ASSERT_STRING_EQUAL(text, want);
    if (strcmp(text, want) != 0)
        fputs(text, stderr);
    free(want);
    free(text);
    sample_free(run);
}

static void fill_to_the_brim(struct hx_cell *c)
{
    struct hx_severity_facts all = {.links = 1u << HX_LINK_RF,
                                    .violated = (1u << HX_INVARIANT_COUNT) - 1};
    c->violated = all.violated;
    c->harm = (struct hx_harm){.longest_asystole_ms = UINT32_MAX,
                               .unpaced_s = UINT32_MAX,
                               .inappropriate_shocks = UINT32_MAX,
                               .missed_therapies = UINT32_MAX,
                               .battery_days_lost = UINT32_MAX};
    c->rated = true;
    c->severity = hx_severity_rate(&all);
}

static void lines_stay_within_100_columns(void)
{
    struct hx_run *run = sample_run();
    size_t len = 0, wide = 0;
    for (size_t i = 0; i < SAMPLE_SCENARIOS; i++)
        memset(run->scenarios[i].id, 'x', HX_ID_MAX - 1);
    for (size_t i = 0; i < SAMPLE_CELLS; i++)
        fill_to_the_brim(&run->cells[i]);
    memset(run->cells[SAMPLE_WRONG].note, 'y', sizeof run->cells[0].note - 1);
    for (size_t i = 9; i < 190; i += 9)
        run->cells[SAMPLE_WRONG].note[i] = ' ';
    run->controls[0] = (struct hx_control_result){HX_SOLE, {0, 1, 2}, 3};
    char *text = sample_report(hx_report_text, run, &len);
    char *last = strstr(text, "12 cells"); // the summary is one line, however long
    CU_ASSERT_PTR_NOT_NULL_FATAL(last);
    *last = '\0';
    for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n"))
        wide += strlen(line) > 100;
    CU_ASSERT_EQUAL(wide, 0);
    free(text);
    sample_free(run);
}

static void part_of_a_matrix_proves_no_control(void)
{
    struct hx_run *run = sample_run();
    size_t len = 0;
    run->whole = false;
    char *text = sample_report(hx_report_text, run, &len);
    CU_ASSERT_PTR_NULL(strstr(text, "killed"));
    free(text);
    sample_free(run);
}

static void full_disk_is_an_error(void)
{
    struct hx_run *run = sample_run();
    static int (*const all[])(FILE *, const struct hx_run *) = {
        hx_report_json, hx_report_junit, hx_report_tap, hx_report_text};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        FILE *f = fopen("/dev/full", "w");
        CU_ASSERT_PTR_NOT_NULL_FATAL(f);
        setvbuf(f, NULL, _IONBF, 0);
        CU_ASSERT_EQUAL(all[i](f, run), -1);
        fclose(f);
    }
    sample_free(run);
}

int main(void)
{
    static const struct suite_case cases[] = {
        {"the JSON holds every cell", json_holds_every_cell},
        {"members of the JSON have their types", json_members_have_their_types},
        {"two results of one run differ in seconds alone",
         json_differs_in_seconds_alone},
        {"JUnit is well-formed XML with a case for each cell", junit_is_well_formed},
        {"TAP has a line for each cell", tap_has_a_line_for_each_cell},
        {"the text is as it was", text_is_as_it_was},
        {"lines of the text stay within 100 columns", lines_stay_within_100_columns},
        {"part of a matrix proves no control", part_of_a_matrix_proves_no_control},
        {"a report that is not written in full is an error", full_disk_is_an_error},
        {0}};
    return suite_main("reports", cases);
}
