#include "sample.h"
#include <stdlib.h>
#include <string.h>
#include <suite.h>

// Compares a run with the JSON of another; *said is what was printed.
static int compare(const char *text, size_t len, const struct hx_run *run, char **said,
                   struct hx_error *err)
{
    size_t said_len = 0;
    FILE *f = open_memstream(said, &said_len);
    CU_ASSERT_PTR_NOT_NULL_FATAL(f);
    int n =
        hx_baseline_compare_text("old.json", (const uint8_t *)text, len, run, f, err);
    fclose(f);
    return n;
}

struct pair {
    struct hx_run *now;
    char *old; // JSON of the same run, as it was
    size_t len;
    char *said;
    struct hx_error err;
};

static struct pair begin(void)
{
    struct pair p = {.now = sample_run()};
    p.old = sample_report(hx_report_json, p.now, &p.len);
    return p;
}

static int run(struct pair *p)
{
    return compare(p->old, p->len, p->now, &p->said, &p->err);
}

static void end(struct pair *p)
{
    free(p->old);
    free(p->said);
    sample_free(p->now);
}

static bool says(const struct pair *p, const char *what)
{
    return strstr(p->said, what) != NULL;
}

static void equal_runs_have_no_difference(void)
{
    struct pair p = begin();
    CU_ASSERT_EQUAL(run(&p), 0);
    CU_ASSERT_STRING_EQUAL(p.said, "");
    end(&p);
}

static void what_opened_is_named_by_its_controls(void)
{
    struct pair p = begin();
    p.now->cells[0].verdict = HX_VERDICT_SUCCEEDED; // first attack, hardened
    p.now->cells[3].verdict = HX_VERDICT_SUCCEEDED; // the same, without-role-check
    p.now->cells[10].verdict = HX_VERDICT_DENIED;   // story, without-padding
    CU_ASSERT_EQUAL(run(&p), 3);
    CU_ASSERT_STRING_EQUAL(
        p.said, "opened: 3\n"
                "  with every control\n"
                "    A01-first on hardened: was stopped, is succeeded\n"
                "  without padding\n"
                "    S01-story on without-padding: was served, is denied\n"
                "  without role-check\n"
                "    A01-first on without-role-check: was stopped, is succeeded\n");
    end(&p);
}

static void what_closed_does_not_count_as_opened(void)
{
    struct pair p = begin();
    p.now->cells[2].verdict = HX_VERDICT_STOPPED;
    CU_ASSERT_EQUAL(run(&p), 0);
    CU_ASSERT(says(&p, "closed: 1\n  without padding\n    A01-first on "));
    end(&p);
}

static void control_without_proof_is_open(void)
{
    struct pair p = begin();
    p.now->controls[TP_CTL_PADDING].killed = HX_ALIVE;
    p.now->controls[TP_CTL_REKEY].killed = HX_SOLE;
    CU_ASSERT_EQUAL(run(&p), 1);
    CU_ASSERT(says(&p, "opened: 1\n  control padding: was sole, is alive\n"));
    CU_ASSERT(says(&p, "closed: 1\n  control rekey: was alive, is sole\n"));
    end(&p);
}

static void part_of_a_matrix_takes_nothing_away(void)
{
    struct pair p = begin();
    p.now->whole = false;
    p.now->cell_count = SAMPLE_PROFILES;
    memset(p.now->controls, 0, sizeof p.now->controls);
    CU_ASSERT_EQUAL(run(&p), 0);
    CU_ASSERT_STRING_EQUAL(p.said, "");
    end(&p);
}

static void additions_and_removals_are_named(void)
{
    struct pair p = begin();
    snprintf(p.now->scenarios[1].id, HX_ID_MAX, "A09-new");
    snprintf(p.now->profiles[1].id, sizeof p.now->profiles[1].id, "legacy-new");
    CU_ASSERT_EQUAL(run(&p), 0);
    CU_ASSERT_STRING_EQUAL(p.said, "removed scenario A02-second\n"
                                   "added scenario A09-new\n"
                                   "removed profile legacy-example\n"
                                   "added profile legacy-new\n");
    end(&p);
}

static void every_cut_of_a_result_is_refused(void)
{
    struct pair p = begin();
    for (size_t len = 0; len + 2 < p.len; len += 7) {
        CU_ASSERT_EQUAL(compare(p.old, len, p.now, &p.said, &p.err), -1);
        CU_ASSERT_STRING_EQUAL(p.said, "");
        CU_ASSERT_EQUAL(strncmp(p.err.text, "old.json:", 9), 0);
        CU_ASSERT_PTR_NULL(strchr(p.err.text, '\n'));
        free(p.said);
    }
    p.said = NULL;
    end(&p);
}

#define CELL "{\"scenario\":\"a\",\"profile\":\"b\",\"verdict\":\"stopped\"}"

static void wrong_members_are_refused_where_they_are(void)
{
    static const struct {
        const char *text, *says;
    } wrong[] = {
        {"[]", "old.json:1: expected a result"},
        {"{}", "old.json:1: expected \"schema\": 1"},
        {"{\n\"x\":[\"}\\\"\",{\"schema\":0}],\n\"schema\":2}",
         "old.json:3: expected \"schema\": 1"},
        {"{\"schema\":1}", "old.json:1: expected \"cells\": a list"},
        {"{\"schema\":1,\"cells\":[],\n\n\"controls\":3}",
         "old.json:3: expected \"controls\": a list"},
        {"{\"schema\":1,\"whole\":0,\"cells\":[],\"controls\":[]}",
         "old.json:1: expected \"whole\""},
        {"{\"schema\":1,\n\"cells\":[" CELL ",\n7]}",
         "old.json:3: expected an object for a cell"},
        {"{\"schema\":1,\n\"cells\":[" CELL ",\n{\"scenario\":1}]}",
         "old.json:3: expected \"scenario\""},
        {"{\"schema\":1,\n\"cells\":[\n{\"scenario\":\"a\"}]}",
         "old.json:3: expected \"profile\""},
        {"{\"schema\":1,\n\"cells\":[{\"scenario\":\"a\",\"profile\":\"b\",\n"
         "\"verdict\":\"fine\"}]}",
         "old.json:3: expected \"verdict\""},
        {"{\"schema\":1,\n\"cells\":[" CELL ",\n" CELL "],\"controls\":[]}",
         "old.json:3: expected each pair of scenario and profile once"},
        {"{\"schema\":1,\"cells\":[],\"controls\":[\n{\"id\":\"rekey\"}]}",
         "old.json:2: expected \"killed\""},
        {"{\"schema\":1,\"cells\":[],\"controls\":[\n{\"id\":\"rekey\","
         "\"killed\":\"sole\"},\n{\"id\":\"rekey\",\"killed\":\"sole\"}]}",
         "old.json:3: expected each control once"},
        {"{\"schema\":1,\n\"schema\":1}", "old.json:2: expected a JSON result: "},
    };
    struct pair p = begin();
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        const char *text = wrong[i].text, *want = wrong[i].says;
        CU_ASSERT_EQUAL(compare(text, strlen(text), p.now, &p.said, &p.err), -1);
        CU_ASSERT_EQUAL(strncmp(p.err.text, want, strlen(want)), 0);
        if (strncmp(p.err.text, want, strlen(want)) != 0)
            fprintf(stderr, "%s\n", p.err.text);
        free(p.said);
    }
    p.said = NULL;
    end(&p);
}

static void file_that_is_not_there_is_bad_input(void)
{
    struct hx_run *now = sample_run();
    struct hx_error err;
    CU_ASSERT_EQUAL(hx_baseline_compare("/nowhere/old.json", now, stderr, &err), -1);
    CU_ASSERT_EQUAL(strncmp(err.text, "/nowhere/old.json:1: expected ", 30), 0);
    CU_ASSERT_EQUAL(hx_baseline_compare("/", now, stderr, &err), -1);
    sample_free(now);
}

int main(void)
{
    static const struct suite_case cases[] = {
        {"equal runs have no difference", equal_runs_have_no_difference},
        {"what opened is named by its controls", what_opened_is_named_by_its_controls},
        {"what closed does not count as opened", what_closed_does_not_count_as_opened},
        {"a control that nothing proves any longer is open",
         control_without_proof_is_open},
        {"part of a matrix takes nothing away", part_of_a_matrix_takes_nothing_away},
        {"additions and removals are named", additions_and_removals_are_named},
        {"every cut of a result is refused", every_cut_of_a_result_is_refused},
        {"wrong members are refused where they are",
         wrong_members_are_refused_where_they_are},
        {"a file that is not there is bad input", file_that_is_not_there_is_bad_input},
        {0}};
    return suite_main("baseline", cases);
}
