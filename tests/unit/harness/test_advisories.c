// test_advisories.c - the file of safety communications

#include "../../support/suite.h"
#include "scenario_text.h"
#include <scenario/advisories.h>
#include <scenario/fields.h>
#include <scenario/links.h>
#include <stdlib.h>
#include <string.h>

static const char least[] = "communications:\n"
                            "  - id: \"1\"\n"
                            "    date: \"2017-08-29\"\n"
                            "    device: pacemakers\n"
                            "    advisories: [ICSMA-17-241-01]\n"
                            "    weaknesses:\n"
                            "      - {cve: CVE-2017-12714, cwe: [920]}\n"
                            "    consequence: a battery drained\n"
                            "    remedy: firmware\n"
                            "    family: legacy-x\n"
                            "    scenarios: [A11-wake-flood]\n";

static struct hx_advisories first, again;

static int parse(const char *text, struct hx_advisories *out, struct hx_error *err)
{
    return hx_advisories_parse("a.yaml", (const uint8_t *)text, strlen(text), out, err);
}

static void the_least_has_its_defaults(void)
{
    struct hx_error err;
    CU_ASSERT_EQUAL_FATAL(parse(least, &first, &err), 0);
    CU_ASSERT_EQUAL_FATAL(first.count, 1);
    const struct hx_communication *c = &first.rows[0];
    CU_ASSERT_STRING_EQUAL(c->date, "2017-08-29");
    CU_ASSERT_STRING_EQUAL(c->advisories[0], "ICSMA-17-241-01");
    CU_ASSERT_EQUAL(c->weaknesses[0].cwes[0], 920);
    CU_ASSERT_EQUAL(c->weaknesses[0].score, 0);
    CU_ASSERT_EQUAL(c->fixed_count, 0);
    CU_ASSERT_STRING_EQUAL(c->scenarios[0], "A11-wake-flood");
}

static void a_score_is_kept_in_tenths(void)
{
    struct hx_error err;
    char *text = changed(least, "[920]", "[920], cvss: \"AV:A/AC:H\", score: 5.3");
    CU_ASSERT_EQUAL_FATAL(parse(text, &first, &err), 0);
    CU_ASSERT_EQUAL(first.rows[0].weaknesses[0].score, 53);
    CU_ASSERT_STRING_EQUAL(first.rows[0].weaknesses[0].cvss, "AV:A/AC:H");
    free(text);
}

static void what_is_printed_loads_back(void)
{
    char path[1024];
    struct hx_error err;
    data_path("FIXTURES", "advisories.yaml", path, sizeof path);
    CU_ASSERT_EQUAL_FATAL(hx_advisories_load(path, &first, &err), 0);
    CU_ASSERT_EQUAL(first.count, 9);
    FILE *f = tmpfile();
    CU_ASSERT_PTR_NOT_NULL_FATAL(f);
    hx_advisories_print(f, &first);
    char *text = read_all(f);
    CU_ASSERT_EQUAL_FATAL(parse(text, &again, &err), 0);
    CU_ASSERT(hx_advisories_same(&first, &again));
    again.rows[0].weaknesses[0].cwes[0]++;
    CU_ASSERT_FALSE(hx_advisories_same(&first, &again));
    free(text);
}

static void what_is_wrong_is_told(void)
{
    static const struct {
        const char *from, *to, *says;
    } cases[] = {
        {"    family: legacy-x\n", "",
         "a.yaml:2:5: expected the key 'family', found a map without it"},
        {"family:", "familly:",
         "a.yaml:10:5: unknown key 'familly', did you mean 'family'?"},
        {"\"2017-08-29\"", "2017-08-29",
         "a.yaml:3:11: expected a date (\"2017-08-29\"), found '2017-08-29' without "
         "quotes"},
        {"2017-08-29", "2017-13-29",
         "a.yaml:3:11: expected a date (\"2017-08-29\"), found \"2017-13-29\""},
        {"2017-08-29", "2017-8-29",
         "a.yaml:3:11: expected a date (\"2017-08-29\"), found \"2017-8-29\""},
        {"cwe: [920]", "cwe: [920, 920]",
         "a.yaml:7:42: expected each item once, found '920' again"},
        {"[920]", "[920], score: 5.3",
         "a.yaml:7:9: expected a vector and its score, found one without the other"},
        {"[920]", "[920], cvss: AVN, score: 10.1",
         "a.yaml:7:61: expected a number from 0 to 10 with at most 1 decimals, found "
         "'10.1'"},
        {"scenarios: [A11-wake-flood]", "scenarios: []",
         "a.yaml:11:16: expected 1 to 16 items, found 0"},
        {NULL, "communications: []", "a.yaml:1:17: expected 1 to 16 items, found 0"},
        {NULL, "", "a.yaml:1:1: expected a map, found nothing"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct hx_error err = {""};
        char *text = changed(least, cases[i].from, cases[i].to);
        again.count = 77;
        int e = parse(text, &again, &err);
        CU_ASSERT_EQUAL(e, -1);
        CU_ASSERT_STRING_EQUAL(err.text, cases[i].says);
        CU_ASSERT_EQUAL(again.count, 77);
        if (strcmp(err.text, cases[i].says) != 0)
            printf("# got: %s\n", err.text);
        free(text);
    }
}

// The least twice, the second time with a change.
static void twice(const char *from, const char *to, const char *says)
{
    struct hx_error err = {""};
    char *second = changed(strchr(least, '\n') + 1, from, to);
    char *text = malloc(sizeof least + strlen(second) + 1);
    CU_ASSERT_PTR_NOT_NULL_FATAL(text);
    memcpy(text, least, sizeof least - 1);
    memcpy(text + sizeof least - 1, second, strlen(second) + 1);
    CU_ASSERT_EQUAL(parse(text, &again, &err), says ? -1 : 0);
    CU_ASSERT_STRING_EQUAL(err.text, says ? says : "");
    free(second);
    free(text);
}

static void rows_have_their_order(void)
{
    twice("\"1\"", "\"2\"", NULL);
    twice("", "", "a.yaml:12:9: expected each id once, found '1' again");
    twice("2017-08", "2016-08",
          "a.yaml:13:11: expected the order of their dates, found '2016-08-29' after "
          "'2017-08-29'");
}

static void the_schema_is_the_committed_one(void)
{
    char path[1024];
    FILE *f = tmpfile();
    CU_ASSERT_PTR_NOT_NULL_FATAL(f);
    hx_schema_advisories(f);
    char *made = read_all(f);
    data_path("FIXTURES", "schema/advisories.schema.json", path, sizeof path);
    char *kept = read_all(fopen(path, "r"));
    CU_ASSERT_STRING_EQUAL(made, kept);
    free(kept);
    free(made);
}

static uint64_t surface(const char *steps)
{
    struct hx_scenario s;
    struct hx_error err = {""};
    CU_ASSERT_EQUAL_FATAL(
        load_story("  - programmer: {open: read-out}\n", steps, &s, &err), 0);
    return hx_links_surface(&s);
}

static void a_surface_follows_from_the_steps(void)
{
    enum { RF = 1 << HX_LINK_RF, NEAR = 1 << HX_LINK_NEAR };
    CU_ASSERT_EQUAL(surface("  - attacker: {puppet-open: read-out}\n"), RF);
    CU_ASSERT_EQUAL(surface("  - attacker: {puppet-pair: }\n"), NEAR);
    CU_ASSERT_EQUAL(surface("  - attacker: {puppet-pair: }\n"
                            "  - attacker: {flood: wake, rate_hz: 1, for: 1s}\n"),
                    RF | NEAR);
    CU_ASSERT_EQUAL(surface("  - attacker: {capture: w}\n"
                            "  - attacker: {send: w, link: near}\n"),
                    NEAR);
    CU_ASSERT_EQUAL(surface("  - attacker: {block: near, times: 1}\n"), NEAR);
    CU_ASSERT_EQUAL(surface("  - attacker: {block: hello, times: 1}\n"), RF);
    // Who only listens, or opens later what was heard, needs what it hears: the radio.
    CU_ASSERT_EQUAL(surface("  - programmer: {open: read-out}\n"), RF);
    CU_ASSERT_EQUAL(surface("  - attacker: {decrypt: }\n"), RF);
    // A memory on the table needs no link.
    CU_ASSERT_EQUAL(surface("  - attacker: {steal: [implant-memory]}\n"), 0);
}

static void a_surface_may_be_told(void)
{
    struct hx_scenario s;
    struct hx_error err = {""};
    CU_ASSERT_EQUAL(load_attack("steps:", "surface: [uplink, rf]\nsteps:", &s, &err),
                    0);
    CU_ASSERT_EQUAL(hx_links_surface(&s), 1 << HX_LINK_RF | 1 << HX_LINK_UPLINK);
    CU_ASSERT_EQUAL(load_attack("steps:", "surface: []\nsteps:", &s, &err), 0);
    CU_ASSERT_EQUAL(hx_links_surface(&s), 0);
    CU_ASSERT_EQUAL(load_attack("steps:", "surface: air\nsteps:", &s, &err), -1);
    CU_ASSERT_STRING_EQUAL(err.text,
                           "t.yaml:6:10: expected rf, near or uplink, found 'air'");
}

static void honest_people_need_links_too(void)
{
    struct hx_scenario s;
    struct hx_error err = {""};
    CU_ASSERT_EQUAL_FATAL(load_attack("", "", &s, &err), 0);
    CU_ASSERT_EQUAL(hx_links_honest(&s), 1 << HX_LINK_RF | 1 << HX_LINK_NEAR);
    CU_ASSERT_EQUAL_FATAL(load_text(story_text, &s, &err), 0);
    CU_ASSERT_EQUAL(hx_links_honest(&s), 1 << HX_LINK_RF);
}

// The links of one step alone.
static uint64_t links_of(enum hx_actor actor, enum hx_verb verb)
{
    struct hx_scenario s = {.surface = HX_SURFACE_COMPUTED, .step_count = 1};
    hx_step_blank(actor, verb, &s.steps[0]);
    s.hears = 1 << HX_LINK_RF;
    return actor == HX_ACTOR_ATTACKER ? hx_links_surface(&s) : hx_links_honest(&s);
}

// A verb forgotten in links.c would need no link, and no closed one would stop it.
static void every_verb_has_its_link(void)
{
    static const enum hx_verb without[] = {HX_DO_TAMPER,      HX_DO_LET_PASS,
                                           HX_DO_REWRITE_LOG, HX_DO_REWRITE_STAGING,
                                           HX_DO_STEAL,       HX_DO_ENROL};
    static const enum hx_actor actors[] = {HX_ACTOR_PROGRAMMER, HX_ACTOR_MONITOR,
                                           HX_ACTOR_REMOTE, HX_ACTOR_ATTACKER};
    for (enum hx_verb v = 0; v < HX_DO_COUNT; v++) {
        bool none = false;
        for (size_t i = 0; i < sizeof without / sizeof without[0]; i++)
            none |= without[i] == v;
        for (size_t i = 0; i < sizeof actors / sizeof actors[0]; i++) {
            if (!(hx_verbs[v].actors >> actors[i] & 1))
                continue;
            CU_ASSERT_EQUAL(links_of(actors[i], v) == 0, none);
            if ((links_of(actors[i], v) == 0) != none)
                printf("# %s\n", hx_verb_word(v));
        }
    }
}

int main(void)
{
    static const struct suite_case cases[] = {
        {"the least has its defaults", the_least_has_its_defaults},
        {"a score is kept in tenths", a_score_is_kept_in_tenths},
        {"what is printed loads back the same", what_is_printed_loads_back},
        {"what is wrong with a file is told", what_is_wrong_is_told},
        {"rows have their order, and ids of their own", rows_have_their_order},
        {"the schema is the committed one", the_schema_is_the_committed_one},
        {"a surface follows from the steps", a_surface_follows_from_the_steps},
        {"a surface may be told", a_surface_may_be_told},
        {"every verb has its link, or is known to need none", every_verb_has_its_link},
        {"honest people need links too", honest_people_need_links_too},
        {0},
    };
    return suite_main("harness/advisories", cases);
}
