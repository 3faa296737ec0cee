// What makes a row of the map of safety communications whole, and what leaves a hole.

#include <CUnit/CUnit.h>
#include <crypto/init.h>
#include <matrix/map.h>
#include <stdlib.h>
#include <string.h>
#include <suite.h>

enum { HARDENED, FAMILY, FIXED, PROFILES };

static struct hx_scenario scenarios[2];
static struct hx_profile profiles[PROFILES];
static struct hx_advisories a;
static struct hx_catalogue catalogue = {scenarios, 2, profiles, PROFILES};

static void load(struct hx_scenario *s, const char *id)
{
    char path[4096];
    struct hx_error err;
    const char *dir = getenv("FIXTURES");
    CU_ASSERT_PTR_NOT_NULL_FATAL(dir);
    snprintf(path, sizeof path, "%s/scenarios/%s.yaml", dir, id);
    CU_ASSERT_EQUAL_FATAL(hx_scenario_load(path, s, &err), 0);
}

static struct hx_profile legacy(const char *id, enum tp_control lacks)
{
    struct hx_profile p = {.legacy = 1};
    memcpy(p.id, id, strlen(id) + 1);
    tp_controls_drop(&p.lacks, lacks);
    return p;
}

// One communication that is whole: a family without limits, and its fix with them.
static void begin(void)
{
    load(&scenarios[0], "A23-value-out-of-range");
    load(&scenarios[1], "S01-clinician-session");
    profiles[HARDENED] = (struct hx_profile){.id = "hardened"};
    profiles[FAMILY] = legacy("legacy-x", TP_CTL_RANGE_LIMITS);
    profiles[FIXED] = legacy("legacy-x-fixed", TP_CTL_PADDING);
    strcpy(profiles[FIXED].fixes, "legacy-x");
    a = (struct hx_advisories){.count = 1};
    struct hx_communication *c = &a.rows[0];
    *c = (struct hx_communication){
        .id = "1",
        .date = "2017-08-29",
        .family = "legacy-x",
        .fixed = {"legacy-x-fixed"},
        .fixed_count = 1,
        .scenarios = {"A23-value-out-of-range", "S01-clinician-session"},
        .scenario_count = 2};
}

static struct hx_map made(void)
{
    struct hx_map m;
    CU_ASSERT_EQUAL_FATAL(hx_map_make(&catalogue, &a, 1, &m), 0);
    CU_ASSERT_EQUAL_FATAL(m.count, 1);
    return m;
}

// The map has exactly this hole.
static void only_hole(const char *says)
{
    struct hx_map m = made();
    CU_ASSERT_EQUAL(m.holes, 1);
    CU_ASSERT_STRING_EQUAL(m.rows[0].holes[0], says);
    hx_map_free(&m);
}

#ifdef TP_WEAKNESSES
static void a_whole_row_tells_each_verdict(void)
{
    begin();
    struct hx_map m = made();
    const struct hx_map_row *r = &m.rows[0];
    CU_ASSERT_EQUAL(m.holes, 0);
    CU_ASSERT_EQUAL_FATAL(r->profile_count, 3);
    CU_ASSERT_EQUAL(r->cells[0][0].verdict, HX_VERDICT_SUCCEEDED);
    CU_ASSERT_EQUAL(r->cells[0][1].verdict, HX_VERDICT_STOPPED);
    CU_ASSERT_EQUAL(r->cells[0][2].verdict, HX_VERDICT_STOPPED);
    CU_ASSERT_EQUAL(r->cells[1][0].verdict, HX_VERDICT_SERVED);
    CU_ASSERT_EQUAL(hx_map_attacks(r), 1);
    CU_ASSERT_EQUAL(hx_map_open(r, 0), 1);
    CU_ASSERT_EQUAL(hx_map_open(r, 2), 0);
    CU_ASSERT_STRING_EQUAL(hx_map_profile_word(r, 0), "family");
    CU_ASSERT_STRING_EQUAL(hx_map_profile_word(r, 1), "fixed");
    CU_ASSERT_STRING_EQUAL(hx_map_profile_word(r, 2), "hardened");
    hx_map_free(&m);
}

static void a_family_has_to_be_open(void)
{
    begin();
    a.rows[0].fixed_count = 0;
    profiles[FAMILY] = legacy("legacy-x", TP_CTL_PADDING);
    only_hole("no attack succeeds on legacy-x");
}

static void a_fix_has_to_stop_something(void)
{
    begin();
    profiles[FIXED].lacks = profiles[FAMILY].lacks;
    only_hole("no attack that succeeds on its family is stopped on legacy-x-fixed");
    profiles[FIXED].closes = 1 << HX_LINK_RF; // less to reach is a fix too
    struct hx_map m = made();
    CU_ASSERT_EQUAL(m.holes, 0);
    CU_ASSERT_EQUAL(m.rows[0].cells[1][1].verdict, HX_VERDICT_UNSUPPORTED);
    hx_map_free(&m);
}

static void a_fix_is_its_familys(void)
{
    begin();
    profiles[FIXED].fixes[0] = '\0';
    only_hole("legacy-x-fixed does not fix legacy-x");
    strcpy(a.rows[0].fixed[0], "legacy-y");
    only_hole("there is no profile legacy-y");
}

static void what_is_for_other_devices_is_told(void)
{
    begin();
    a.rows[0].scenario_count = 1;
    a.rows[0].fixed_count = 0;
    profiles[FAMILY].device = HX_DEVICE_PUMP;
    struct hx_map m = made();
    CU_ASSERT_EQUAL(m.holes, 2);
    CU_ASSERT_STRING_EQUAL(m.rows[0].holes[0],
                           "A23-value-out-of-range is not for such a device");
    hx_map_free(&m);
}
#endif

static void hardened_has_to_stop_it(void)
{
    begin();
    scenarios[0].steps[3].therapy.lower_rate_ppm = 70; // harmless: stopped everywhere
    scenarios[0].must_log = HX_LOG_HANDSHAKE;          // but nothing is logged
    a.rows[0].scenario_count = 1;
    struct hx_map m = made();
    CU_ASSERT(m.holes > 0);
    const struct hx_map_row *r = &m.rows[0];
    CU_ASSERT_STRING_EQUAL(r->holes[r->hole_count > 1 ? 1 : 0],
                           "A23-value-out-of-range is stopped on hardened");
    hx_map_free(&m);
}

static void a_missing_scenario_is_a_hole(void)
{
    begin();
    strcpy(a.rows[0].scenarios[1], "A99-nowhere");
    only_hole("there is no scenario A99-nowhere");
}

static const struct suite_case cases[] = {
#ifdef TP_WEAKNESSES
    {"a whole row tells each verdict", a_whole_row_tells_each_verdict},
    {"a family has to be open", a_family_has_to_be_open},
    {"a fix has to stop something", a_fix_has_to_stop_something},
    {"a fix is its family's", a_fix_is_its_familys},
    {"what is for other devices is told", what_is_for_other_devices_is_told},
#endif
    {"what hardened does unexpectedly is a hole", hardened_has_to_stop_it},
    {"a missing scenario is a hole", a_missing_scenario_is_a_hole},
    {0}};

int main(void)
{
    return cr_init() ? 2 : suite_main("bench map", cases);
}
