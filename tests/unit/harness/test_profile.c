// test_profile.c - profiles, from files and from their names

#include "../../support/suite.h"
#include "scenario_text.h"
#include <stdlib.h>
#include <string.h>

static int load_profile(const char *text, struct hx_profile *out, struct hx_error *err)
{
    return hx_profile_parse("p.yaml", (const uint8_t *)text, strlen(text), out, err);
}

static struct hx_profile loaded(const char *file)
{
    char path[1024];
    struct hx_profile p;
    struct hx_error err = {""};
    data_path("TEST_DATA", file, path, sizeof path);
    CU_ASSERT_EQUAL_FATAL(hx_profile_load(path, &p, &err), 0);
    return p;
}

static bool lacks(const struct hx_profile *p, enum tp_control c)
{
    return p->lacks.lack[c / 64] >> (c % 64) & 1;
}

static void keys_land_where_they_belong(void)
{
    struct hx_profile p = loaded("profiles/legacy-open.yaml");
    CU_ASSERT_STRING_EQUAL(p.id, "legacy-open");
    CU_ASSERT_STRING_EQUAL(p.name, "a family that trusts whoever speaks");
    CU_ASSERT_STRING_EQUAL(p.notes, "Two lines,\nand \"quotes\".");
    CU_ASSERT_EQUAL_FATAL(p.advisory_count, 1);
    CU_ASSERT_STRING_EQUAL(p.advisories[0], "ICSMA-19-080-01");
    CU_ASSERT(lacks(&p, TP_CTL_WAKE_AUTHENTICATION));
    CU_ASSERT(lacks(&p, TP_CTL_RECORD_AUTHENTICATION));
    CU_ASSERT_FALSE(lacks(&p, TP_CTL_PADDING));
    CU_ASSERT_EQUAL(p.legacy, 1);
    CU_ASSERT_EQUAL(p.updatable, 0);

    CU_ASSERT_EQUAL(p.device, HX_DEVICE_CARDIAC);
    CU_ASSERT_EQUAL(p.closes, 1 << HX_LINK_RF | 1 << HX_LINK_UPLINK);
    CU_ASSERT_STRING_EQUAL(p.fixes, "legacy-small");
    CU_ASSERT_EQUAL(p.battery_fault, 1);

    p = loaded("profiles/legacy-small.yaml");
    CU_ASSERT_EQUAL(p.device, HX_DEVICE_ANY);
    CU_ASSERT_EQUAL(p.closes, 0);
    CU_ASSERT_EQUAL(p.battery_fault, 0);
    CU_ASSERT_EQUAL(p.legacy, 1);
    CU_ASSERT_EQUAL(p.updatable, 1);
    CU_ASSERT_EQUAL(p.advisory_count, 0);
    CU_ASSERT_STRING_EQUAL(p.notes, "");
}

static void what_is_printed_loads_back(void)
{
    static const char *const files[] = {"profiles/legacy-open.yaml",
                                        "profiles/legacy-small.yaml"};
    for (size_t i = 0; i < 2; i++) {
        struct hx_profile p = loaded(files[i]), again;
        struct hx_error err;
        FILE *f = tmpfile();
        CU_ASSERT_PTR_NOT_NULL_FATAL(f);
        hx_profile_print(f, &p);
        char *text = read_all(f);
        CU_ASSERT_EQUAL_FATAL(load_profile(text, &again, &err), 0);
        CU_ASSERT(hx_profile_same(&p, &again));
        again.updatable ^= 1;
        CU_ASSERT_FALSE(hx_profile_same(&p, &again));
        free(text);
    }
}

static void what_is_wrong_is_told(void)
{
    static const struct {
        const char *from, *to, *says;
    } cases[] = {
        {"lacks: [padding]\n", "",
         "p.yaml:1:1: expected the key 'lacks', found a map without it"},
        {"padding", "paddin",
         "p.yaml:3:9: expected a control, found 'paddin', did you mean 'padding'?"},
        {"[padding]", "[]", "p.yaml:3:8: expected 1 to 64 items, found 0"},
        {"lacks", "lack", "p.yaml:3:1: unknown key 'lack', did you mean 'lacks'?"},
        {"legacy-x", "hardened",
         "p.yaml:1:5: expected an id that no generated profile has, found 'hardened'"},
        {"legacy-x", "without-x",
         "p.yaml:1:5: expected an id that no generated profile has, found 'without-x'"},
        {"name: a family", "name: a family\nlegacy: true",
         "p.yaml:3:1: unknown key 'legacy', expected id, name, advisories, device, "
         "fixes, lacks, closes, battery_fault, updatable or notes"},
        {"name: a family", "name: a family\ndevice: lung",
         "p.yaml:3:9: expected any, cardiac or pump, found 'lung'"},
        {"name: a family", "name: a family\ncloses: []",
         "p.yaml:3:9: expected 1 to 3 items, found 0"},
        {"name: a family", "name: a family\nfixes: a b",
         "p.yaml:3:8: expected a name of letters, digits, - and ., found 'a b'"},
        {"name: a family", "name: a family\nupdatable: 1",
         "p.yaml:3:12: expected true or false, found '1'"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct hx_profile p = {.id = "untouched"};
        struct hx_error err = {""};
        char *text = changed(profile_text, cases[i].from, cases[i].to);
        CU_ASSERT_EQUAL(load_profile(text, &p, &err), -1);
        CU_ASSERT_STRING_EQUAL(err.text, cases[i].says);
        CU_ASSERT_STRING_EQUAL(p.id, "untouched");
        free(text);
    }
}

static void an_id_is_the_name_of_its_file(void)
{
    struct hx_profile p;
    struct hx_error err;
    FILE *f = fopen("legacy-y.yaml", "w");
    CU_ASSERT_PTR_NOT_NULL_FATAL(f);
    fputs(profile_text, f);
    fclose(f);
    CU_ASSERT_EQUAL(hx_profile_load("legacy-y.yaml", &p, &err), -1);
    CU_ASSERT_STRING_EQUAL(err.text,
                           "legacy-y.yaml:1:5: expected the id 'legacy-y', as "
                           "the file is named, found 'legacy-x'");
    remove("legacy-y.yaml");
}

static void names_make_profiles(void)
{
    struct hx_profile p;
    struct hx_error err;
    CU_ASSERT_EQUAL_FATAL(hx_profile_generated("hardened", &p, &err), 0);
    CU_ASSERT_EQUAL(p.lacks.lack[0] | p.lacks.lack[1], 0);
    CU_ASSERT_STRING_EQUAL(p.id, "hardened");
    CU_ASSERT_EQUAL(p.legacy, 0);
    CU_ASSERT_EQUAL(p.updatable, 1);

    const char *two = "without-replay-order+session-keys";
    CU_ASSERT_EQUAL_FATAL(hx_profile_generated(two, &p, &err), 0);
    CU_ASSERT_STRING_EQUAL(p.id, two);
    CU_ASSERT(lacks(&p, TP_CTL_REPLAY_ORDER));
    CU_ASSERT(lacks(&p, TP_CTL_SESSION_KEYS));
    CU_ASSERT_FALSE(lacks(&p, TP_CTL_PADDING));
}

static void wrong_names_make_none(void)
{
    static const struct {
        const char *id, *says;
    } cases[] = {
        {"", ": expected hardened or without-<control>[+<control>...], found ''"},
        {"hardene", "hardene: expected hardened or without-<control>[+<control>...], "
                    "found 'hardene'"},
        {"without-", "without-: expected a control, found ''"},
        {"without-padding+", "without-padding+: expected a control, found ''"},
        {"without-x", "without-x: expected a control, found 'x'"},
        {"without-padding+padding",
         "without-padding+padding: expected members in alphabetical order, each once, "
         "found 'padding'"},
        {"without-session-keys+padding",
         "without-session-keys+padding: expected members in alphabetical order, each "
         "once, found 'padding'"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct hx_profile p = {.id = "untouched"};
        struct hx_error err = {""};
        CU_ASSERT_EQUAL(hx_profile_generated(cases[i].id, &p, &err), -1);
        CU_ASSERT_STRING_EQUAL(err.text, cases[i].says);
        CU_ASSERT_STRING_EQUAL(p.id, "untouched");
    }
}

static void sets_have_one_name(void)
{
    for (int i = 0; i < TP_CTL_COUNT * TP_CTL_COUNT; i++) {
        struct tp_controls set = {{0}};
        struct hx_profile p;
        struct hx_error err = {""};
        char name[160];
        tp_controls_drop(&set, (enum tp_control)(i / TP_CTL_COUNT));
        tp_controls_drop(&set, (enum tp_control)(i % TP_CTL_COUNT));
        hx_profile_name(&set, name, sizeof name);
        CU_ASSERT_EQUAL_FATAL(hx_profile_generated(name, &p, &err), 0);
        CU_ASSERT_EQUAL(p.lacks.lack[0], set.lack[0]);
        CU_ASSERT_EQUAL(p.lacks.lack[1], set.lack[1]);
    }
    char name[9];
    struct tp_controls set = {{0}};
    hx_profile_name(&set, name, sizeof name);
    CU_ASSERT_STRING_EQUAL(name, "hardened");
    tp_controls_drop(&set, TP_CTL_PADDING);
    hx_profile_name(&set, name, sizeof name);
    CU_ASSERT_STRING_EQUAL(name, "without-");
}

static void the_schema_is_the_committed_one(void)
{
    char path[1024];
    FILE *f = tmpfile();
    CU_ASSERT_PTR_NOT_NULL_FATAL(f);
    hx_schema_profile(f);
    char *made = read_all(f);
    data_path("FIXTURES", "schema/profile.schema.json", path, sizeof path);
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
        {"what is printed loads back the same", what_is_printed_loads_back},
        {"what is wrong with a file is told", what_is_wrong_is_told},
        {"an id is the name of its file", an_id_is_the_name_of_its_file},
        {"names make profiles", names_make_profiles},
        {"wrong names make none", wrong_names_make_none},
        {"a set of controls has one name", sets_have_one_name},
        {"the schema is the committed one", the_schema_is_the_committed_one},
        {0},
    };
    return suite_main("harness/profile", cases);
}
