// test_scenario.c - scenarios as they load, print and compare

#include "../../support/suite.h"
#include "scenario_text.h"
#include <scenario/fields.h>
#include <stdlib.h>
#include <string.h>

static struct hx_scenario loaded(const char *file)
{
    char path[1024];
    struct hx_scenario s;
    struct hx_error err = {""};
    data_path("TEST_DATA", file, path, sizeof path);
    int e = hx_scenario_load(path, &s, &err);
    if (e != 0)
        printf("# %s\n", err.text);
    CU_ASSERT_EQUAL_FATAL(e, 0);
    CU_ASSERT_STRING_EQUAL(s.path, path);
    return s;
}

static void keys_land_where_they_belong(void)
{
    struct hx_scenario s = loaded("scenarios/T01-write-replayed.yaml");
    CU_ASSERT_STRING_EQUAL(s.id, "T01-write-replayed");
    CU_ASSERT_STRING_EQUAL(s.why, "A session's keys must not outlive it.\n"
                                  "Two layers stand in the way.");
    CU_ASSERT_EQUAL(s.kind, HX_KIND_ATTACK);
    CU_ASSERT_EQUAL(s.tiers, HX_BIT(HX_TIER_MITM) | HX_BIT(HX_TIER_BEDSIDE));
    CU_ASSERT_EQUAL(s.category, TP_CAT_AUTHENTICATION);
    CU_ASSERT_EQUAL_FATAL(s.advisory_count, 2);
    CU_ASSERT_STRING_EQUAL(s.advisories[1], "CVE-2017-12714");
    CU_ASSERT_EQUAL_FATAL(s.cwe_count, 2);
    CU_ASSERT_EQUAL(s.cwes[1], 1391);
    CU_ASSERT_EQUAL(s.has_monitor, 1);
    CU_ASSERT_EQUAL(s.has_other, 1);
    CU_ASSERT_EQUAL(s.rests, HX_RESTS_DEPENDENT);
    CU_ASSERT_EQUAL(s.rekey_after, 16);
    CU_ASSERT_EQUAL(s.loss_ppm, 25000);
    CU_ASSERT_EQUAL(s.duplicate_ppm, 1);
    CU_ASSERT_EQUAL(s.delay_max_us, 50000);
    CU_ASSERT_EQUAL(s.hears, 7);
    CU_ASSERT_EQUAL(s.at_mm, 750);
    CU_ASSERT_EQUAL(s.power_dbm, -16);
    CU_ASSERT_EQUAL(s.near, 1);
    CU_ASSERT_EQUAL(s.must_log, HX_LOG_RECORD);
}

static void cuts_know_their_controls_and_lines(void)
{
    struct hx_scenario s = loaded("scenarios/T01-write-replayed.yaml");
    struct tp_controls both = {{0}};
    tp_controls_drop(&both, TP_CTL_SESSION_KEYS);
    tp_controls_drop(&both, TP_CTL_REPLAY_ORDER);
    CU_ASSERT_EQUAL_FATAL(s.cut_count, 2);
    CU_ASSERT_EQUAL(s.cuts[0].without.lack[0], both.lack[0]);
    CU_ASSERT_EQUAL(s.cuts[0].without.lack[1], both.lack[1]);
    CU_ASSERT_EQUAL(s.cuts[0].violates, 1u << HX_I1 | 1u << HX_I2);
    CU_ASSERT_EQUAL(s.cuts[0].line, 34);
    CU_ASSERT_EQUAL(s.cuts[1].violates, 1u << HX_I6);
    CU_ASSERT_EQUAL(s.cuts[1].line, 35);
}

static void steps_know_who_what_and_how(void)
{
    struct hx_scenario s = loaded("scenarios/T01-write-replayed.yaml");
    CU_ASSERT_EQUAL_FATAL(s.step_count, 15);
    const struct hx_step *at = s.steps;
    CU_ASSERT_EQUAL(at[0].line, 17);
    CU_ASSERT_EQUAL(at[1].verb, HX_DO_INTENT);
    CU_ASSERT_EQUAL(at[1].with, HX_PARTY_OTHER);
    CU_ASSERT_EQUAL(at[2].purpose, HX_PURPOSE_THERAPY);
    CU_ASSERT_EQUAL(at[3].therapy.lower_rate_ppm, 90);
    CU_ASSERT_EQUAL(at[3].therapy.upper_rate_ppm, -1);
    CU_ASSERT_EQUAL(at[3].therapy.mode, 2);
    CU_ASSERT_EQUAL(at[3].expect, HX_EXPECT_SERVED);
    CU_ASSERT_EQUAL(at[3].background, 1);
    CU_ASSERT_EQUAL(at[4].frame, HX_FRAME_RECORD);
    CU_ASSERT_EQUAL(at[4].nth, -1);
    CU_ASSERT_STRING_EQUAL(at[5].label, "next");
    CU_ASSERT_EQUAL(at[5].nth, 2);
    CU_ASSERT_EQUAL(at[7].on, 1);
    CU_ASSERT_EQUAL(at[8].actor, HX_ACTOR_IMPLANT);
    CU_ASSERT_EQUAL(at[8].after, 3);
    CU_ASSERT_EQUAL(at[9].wait_us, 600000000);
    CU_ASSERT_EQUAL(at[10].actor, HX_ACTOR_MONITOR);
    CU_ASSERT_EQUAL(at[11].at, 12);
    CU_ASSERT_EQUAL(at[11].bytes_len, 1);
    CU_ASSERT_EQUAL(at[11].bytes[0], 0x80);
    CU_ASSERT_EQUAL(at[12].to, HX_PARTY_MONITOR);
    CU_ASSERT_EQUAL(at[12].every_us, 10000);
    CU_ASSERT_EQUAL(at[13].rate_mhz, 12500);
    CU_ASSERT_EQUAL(at[13].for_us, INT64_C(7200000000));
}

static void what_is_not_said_has_its_default(void)
{
    struct hx_scenario s;
    struct hx_error err;
    CU_ASSERT_EQUAL_FATAL(load_text(story_text, &s, &err), 0);
    CU_ASSERT_EQUAL(s.category, TP_CAT_COUNT);
    CU_ASSERT_EQUAL(s.tiers, 0);
    CU_ASSERT_EQUAL(s.hears, 1 << HX_LINK_RF);
    CU_ASSERT_EQUAL(s.at_mm, 3000);
    CU_ASSERT_EQUAL(s.power_dbm, -16);
    CU_ASSERT_EQUAL(s.steps[0].with, HX_PARTY_IMPLANT);
    CU_ASSERT_EQUAL(s.steps[0].expect, HX_EXPECT_DEFAULT);
    // Of arguments that the verb does not take as well.
    CU_ASSERT_EQUAL(s.steps[0].times, 1);
    CU_ASSERT_EQUAL(s.steps[0].nth, 1);
    CU_ASSERT_EQUAL(s.steps[0].to, HX_PARTY_IMPLANT);
    CU_ASSERT_EQUAL(s.steps[0].opcode, -1);
    CU_ASSERT_EQUAL(s.steps[0].therapy.mode, -1);
}

static void values_have_several_spellings(void)
{
    static const struct {
        const char *act;
        size_t member;
        int64_t value;
    } cases[] = {
        {"{capture: v, nth: first}", offsetof(struct hx_step, nth), 1},
        {"{capture: v, nth: 1000000}", offsetof(struct hx_step, nth), 1000000},
        {"{puppet-raw: 0xFf}", offsetof(struct hx_step, opcode), 255},
        {"{puppet-raw: 255}", offsetof(struct hx_step, opcode), 255},
        {"{enrol: service, expired: yes}", offsetof(struct hx_step, expired), 1},
        {"{enrol: service, expired: \"on\"}", offsetof(struct hx_step, expired), 1},
        {"{enrol: service, expired: off}", offsetof(struct hx_step, expired), 0},
        {"{relay: near, delay: 500us}", offsetof(struct hx_step, delay_us), 500},
        {"{relay: near, delay: 0h}", offsetof(struct hx_step, delay_us), 0},
        {"{relay: 'near', delay: \"3d\"}", offsetof(struct hx_step, delay_us),
         INT64_C(259200000000)},
        {"{steal: implant-key}", offsetof(struct hx_step, stolen),
         1 << HX_STOLEN_IMPLANT_KEY},
        {"{puppet-emergency: ~, opcode: 1}", offsetof(struct hx_step, emergency), 0},
        {"{flood: wake, for: 1s, rate_hz: 0.10}", offsetof(struct hx_step, rate_mhz),
         100},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct hx_scenario s;
        struct hx_error err = {""};
        int64_t value;
        char text[128];
        snprintf(text, sizeof text, "attacker: %s", cases[i].act);
        CU_ASSERT_EQUAL(load_story("programmer: {open: read-out}", text, &s, &err), 0);
        CU_ASSERT_STRING_EQUAL(err.text, "");
        memcpy(&value, (const char *)&s.steps[0] + cases[i].member, sizeof value);
        CU_ASSERT_EQUAL(value, cases[i].value);
    }
}

// What the writer says of s loads, and is the same.
static void comes_back(const struct hx_scenario *s)
{
    struct hx_scenario again;
    struct hx_error err = {""};
    FILE *f = tmpfile();
    CU_ASSERT_PTR_NOT_NULL_FATAL(f);
    hx_scenario_print(f, s);
    char *text = read_all(f);
    int e = load_text(text, &again, &err);
    CU_ASSERT_EQUAL(e, 0);
    CU_ASSERT(e == 0 && hx_scenario_same(s, &again));
    if (e != 0)
        printf("# %s in:\n# %s\n", err.text, text);
    free(text);
}

static void what_is_printed_loads_back(void)
{
    static const char *const files[] = {"scenarios/T01-write-replayed.yaml",
                                        "scenarios/T02-puppet.yaml",
                                        "scenarios/T03-story.yaml"};
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        struct hx_scenario s = loaded(files[i]);
        comes_back(&s);
    }
}

static void texts_load_back_whatever_they_hold(void)
{
    static const char *const texts[] = {
        "yes",         "12",   "- a",        "a: b",
        "a #b",        "'a'",  "\"a\\",      "\"",
        "{a}",         "[a]",  "&a",         "*a",
        "caf\xc3\xa9", "a, b", "%a",         "@a",
        "null",        "0x1f", "~",          "!a",
        "a ",          " a",   "2026-01-01", "<<",
        "|",           ">",    "?",          "a' \"b\"",
        "1e5 x",       "...",  "---",        "\xf0\x9f\xab\x80",
    };
    struct hx_scenario s = loaded("scenarios/T03-story.yaml");
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        snprintf(s.name, sizeof s.name, "%s", texts[i]);
        snprintf(s.why, sizeof s.why, "%s\n\n%s", texts[i], texts[i]);
        comes_back(&s);
    }
}

// The first or the last of the words allowed.
static int64_t end_word(const struct hx_field *f, bool last)
{
    size_t n = last ? f->words.count - 1 : 0;
    while (!hx_allowed(f, n))
        n = last ? n - 1 : n + 1;
    return (int64_t)n;
}

static int64_t end_number(const struct hx_field *f, bool high)
{
    switch ((int)f->type) {
    case HX_T_WORD:
        return end_word(f, high);
    case HX_T_SET:
        return (int64_t)(high ? hx_every_word(f) : HX_BIT(end_word(f, false)));
    case HX_T_BOOL:
        return high;
    case HX_T_NTH:
        return high ? f->max : 1;
    default:
        return high ? f->max : f->min;
    }
}

// A value of each type, one of the least or one of the greatest.
static void fill(const struct hx_field *fields, void *base, bool high)
{
    static const char labels[2][HX_LABEL_MAX] = {"x", "w2345678901234567890123"};
    for (const struct hx_field *f = fields; f->key; f++) {
        if (f->type == HX_T_MAP)
            fill(f->fields, base, high);
        else if (f->type == HX_T_LABEL || f->type == HX_T_LINE)
            memcpy((char *)base + f->offset, labels[high], f->size);
        else if (f->type == HX_T_BYTES)
            hx_set_count(f, base, high ? f->most : (size_t)f->min);
        else if (f->type != HX_T_NOTHING)
            hx_put(f, base, end_number(f, high));
    }
}

// A story that does only this, once the labels are there: its attacker needs no tier.
static struct hx_scenario doing(enum hx_actor actor, enum hx_verb verb, bool high)
{
    struct hx_scenario s = loaded("scenarios/T03-story.yaml");
    struct hx_step *last = &s.steps[2];
    struct hx_field fields[HX_ARGS_MAX + 2];
    for (size_t i = 0; i < 2; i++) {
        hx_step_blank(HX_ACTOR_ATTACKER, HX_DO_CAPTURE, &s.steps[i]);
        snprintf(s.steps[i].label, HX_LABEL_MAX, i ? "x" : "w2345678901234567890123");
    }
    s.implant = HX_IMPLANT_PUMP;
    s.has_monitor = s.has_other = s.has_network = 1;
    hx_step_blank(actor, verb, last);
    hx_verb_fields(verb, fields);
    fill(fields, last, high);
    if (verb == HX_DO_FLOOD && high)
        last->flood = HX_FLOOD_CAPTURE; // the only one with a label
    else if (verb == HX_DO_FLOOD)
        last->label[0] = '\0';
    if (verb == HX_DO_PUPPET_EMERGENCY)
        last->emergency = HX_EMERGENCY_NONE; // either this or an opcode
    s.step_count = 3;
    return s;
}

static void every_verb_loads_back_at_its_limits(void)
{
    for (int i = 0; i < HX_ACTOR_COUNT * HX_DO_COUNT * 2; i++) {
        enum hx_actor actor = (enum hx_actor)(i / 2 / HX_DO_COUNT);
        enum hx_verb verb = (enum hx_verb)(i / 2 % HX_DO_COUNT);
        if (!(hx_verbs[verb].actors >> actor & 1))
            continue;
        struct hx_scenario s = doing(actor, verb, i % 2);
        comes_back(&s);
    }
}

static void every_argument_counts_when_compared(void)
{
    for (int verb = 0; verb < HX_DO_COUNT; verb++) {
        struct hx_field fields[HX_ARGS_MAX + 2];
        hx_verb_fields((enum hx_verb)verb, fields);
        enum hx_actor actor = HX_ACTOR_WAIT;
        while (!(hx_verbs[verb].actors >> actor & 1))
            actor++;
        struct hx_scenario low = doing(actor, (enum hx_verb)verb, false);
        struct hx_scenario high = doing(actor, (enum hx_verb)verb, true);
        CU_ASSERT(hx_scenario_same(&low, &low));
        bool bare = fields[0].type == HX_T_NOTHING && !fields[1].key;
        CU_ASSERT_EQUAL(hx_scenario_same(&low, &high), bare);
    }
    struct hx_scenario a = loaded("scenarios/T01-write-replayed.yaml"), b = a;
    b.cuts[1].violates ^= 2;
    CU_ASSERT_FALSE(hx_scenario_same(&a, &b));
    b = a;
    b.advisories[0][0] = 'X';
    CU_ASSERT_FALSE(hx_scenario_same(&a, &b));
    b = a;
    b.cut_count--;
    CU_ASSERT_FALSE(hx_scenario_same(&a, &b));
    b = a;
    b.cuts[0].line = b.steps[0].line = 9;
    b.path[0] = 'X';
    CU_ASSERT(hx_scenario_same(&a, &b));
}

static void is_verb_of_its_actors_only(enum hx_verb verb)
{
    const struct hx_verb_row *row = &hx_verbs[verb];
    for (int a = 0; a < HX_ACTOR_COUNT; a++) {
        enum hx_verb found = hx_verb_find((enum hx_actor)a, row->value.key);
        CU_ASSERT_EQUAL(found, row->actors >> a & 1 ? verb : HX_DO_COUNT);
    }
}

static void every_verb_has_one_word_an_actor(void)
{
    for (enum hx_verb v = 0; v < HX_DO_COUNT; v++) {
        CU_ASSERT_STRING_NOT_EQUAL(hx_verb_word(v), "?");
        CU_ASSERT_NOT_EQUAL(hx_verbs[v].actors, 0);
        is_verb_of_its_actors_only(v);
    }
    CU_ASSERT_STRING_EQUAL(hx_verb_word(HX_DO_COUNT), "?");
}

// It would be taken for the verb.
static void no_argument_is_a_verb_of_the_actor(void)
{
    for (int v = 0; v < HX_DO_COUNT * HX_ACTOR_COUNT; v++) {
        const struct hx_verb_row *row = &hx_verbs[v / HX_ACTOR_COUNT];
        enum hx_actor actor = (enum hx_actor)(v % HX_ACTOR_COUNT);
        if (!(row->actors >> actor & 1))
            continue;
        for (const struct hx_field *arg = row->args; arg->key; arg++)
            CU_ASSERT_EQUAL(hx_verb_find(actor, arg->key), HX_DO_COUNT);
    }
}

static void an_id_is_the_name_of_its_file(void)
{
    struct hx_scenario s = {.id = "untouched"};
    struct hx_error err;
    FILE *f = fopen("not-A1.yaml", "w");
    CU_ASSERT_PTR_NOT_NULL_FATAL(f);
    fputs(attack_text, f);
    fclose(f);
    CU_ASSERT_EQUAL(hx_scenario_load("not-A1.yaml", &s, &err), -1);
    CU_ASSERT_STRING_EQUAL(err.text,
                           "not-A1.yaml:1:5: expected the id 'not-A1', as the "
                           "file is named, found 'A1'");
    CU_ASSERT_EQUAL(rename("not-A1.yaml", "A1.yaml"), 0);
    CU_ASSERT_EQUAL(hx_scenario_load("./A1.yaml", &s, &err), 0);
    CU_ASSERT_EQUAL(rename("A1.yaml", "A1.yml"), 0);
    CU_ASSERT_EQUAL(hx_scenario_load("A1.yml", &s, &err), -1);
    CU_ASSERT_STRING_EQUAL(err.text, "A1.yml: expected a name that ends in .yaml");
    remove("A1.yml");
    CU_ASSERT_EQUAL(hx_scenario_load("A1.yaml", &s, &err), -1);
    CU_ASSERT_STRING_EQUAL(err.text, "A1.yaml: No such file or directory");
}

static void the_schema_is_the_committed_one(void)
{
    char path[1024];
    FILE *f = tmpfile();
    CU_ASSERT_PTR_NOT_NULL_FATAL(f);
    hx_schema_scenario(f);
    char *made = read_all(f);
    data_path("FIXTURES", "schema/scenario.schema.json", path, sizeof path);
    char *kept = read_all(fopen(path, "r"));
    CU_ASSERT_STRING_EQUAL(made, kept);
    if (strcmp(made, kept) != 0)
        printf("# made again by: ninja -C build schemas\n");
    free(kept);
    free(made);
}

int main(void)
{
    static const struct suite_case cases[] = {
        {"every key lands where it belongs", keys_land_where_they_belong},
        {"a cut knows its controls and its line", cuts_know_their_controls_and_lines},
        {"a step knows who, what and how", steps_know_who_what_and_how},
        {"what is not said has its default", what_is_not_said_has_its_default},
        {"values have several spellings", values_have_several_spellings},
        {"what is printed loads back the same", what_is_printed_loads_back},
        {"texts load back whatever they hold", texts_load_back_whatever_they_hold},
        {"every verb loads back at its limits", every_verb_loads_back_at_its_limits},
        {"every argument counts when compared", every_argument_counts_when_compared},
        {"every verb has one word an actor", every_verb_has_one_word_an_actor},
        {"no argument is a verb of the same actor", no_argument_is_a_verb_of_the_actor},
        {"an id is the name of its file", an_id_is_the_name_of_its_file},
        {"the schema is the committed one", the_schema_is_the_committed_one},
        {0},
    };
    return suite_main("harness/scenario", cases);
}
