#include <cmd/list.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <suite.h>
#include <sys/stat.h>
#include <unistd.h>

static const char attack_b[] = "id: B-attack\nname: one of two sets\n"
                               "advisories: [ICSMA-18-219-02]\n"
                               "category: authorization\ntier: injector\n"
                               "cast: {implant: cardiac, programmer: clinician}\n"
                               "steps:\n  - wait: 1s\nopened_by:\n"
                               "  - {without: [role-check], violates: [I1]}\n"
                               "  - {without: [padding, rekey], violates: [I1]}\n";
static const char story_a[] = "id: A-story\nname: nothing happens\nkind: story\n"
                              "cast: {implant: cardiac, programmer: clinician}\n"
                              "steps:\n  - wait: 1s\n";
static const char legacy[] = "id: legacy-x\nname: an old one\nlacks: [role-check]\n"
                             "advisories: [ICSMA-18-219-02, ICSMA-17-241-01]\n"
                             "notes: none\n";

struct folder {
    char path[64];
};

static void put(const struct folder *d, const char *name, const char *text)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", d->path, name);
    FILE *f = fopen(path, "w");
    CU_ASSERT_PTR_NOT_NULL_FATAL(f);
    fputs(text, f);
    fclose(f);
}

static struct folder make_folder(void)
{
    struct folder d = {"/tmp/telltale-test.XXXXXX"};
    char path[256];
    CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(d.path));
    snprintf(path, sizeof path, "%s/scenarios", d.path);
    CU_ASSERT_EQUAL_FATAL(mkdir(path, 0700), 0);
    snprintf(path, sizeof path, "%s/profiles", d.path);
    CU_ASSERT_EQUAL_FATAL(mkdir(path, 0700), 0);
    put(&d, "scenarios/B-attack.yaml", attack_b);
    put(&d, "scenarios/A-story.yaml", story_a);
    put(&d, "scenarios/.hidden.yaml", "nonsense");
    put(&d, "scenarios/README.md", "nonsense");
    put(&d, "profiles/legacy-x.yaml", legacy);
    return d;
}

static void drop_folder(const struct folder *d)
{
    static const char *const names[] = {"scenarios/B-attack.yaml",
                                        "scenarios/A-story.yaml",
                                        "scenarios/.hidden.yaml",
                                        "scenarios/README.md",
                                        "scenarios/bad.yaml",
                                        "scenarios",
                                        "profiles/legacy-x.yaml",
                                        "profiles",
                                        "."};
    char path[256];
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        snprintf(path, sizeof path, "%s/%s", d->path, names[i]);
        (void)remove(path);
    }
    rmdir(d->path);
}

static struct hx_catalogue load(const struct folder *d)
{
    struct hx_catalogue c;
    struct hx_error err;
    int e = hx_catalogue_load(&c, d->path, &err);
    if (e)
        fprintf(stderr, "%s\n", err.text);
    CU_ASSERT_EQUAL_FATAL(e, 0);
    return c;
}

static void scenarios_are_in_order(void)
{
    struct folder d = make_folder();
    struct hx_catalogue c = load(&d);
    CU_ASSERT_EQUAL_FATAL(c.scenario_count, 2);
    CU_ASSERT_STRING_EQUAL(c.scenarios[0].id, "A-story");
    CU_ASSERT_STRING_EQUAL(c.scenarios[1].id, "B-attack");
    hx_catalogue_free(&c);
    drop_folder(&d);
}

static void cut_sets_make_profiles(void)
{
#ifdef TP_WEAKNESSES
    static const char *const want[] = {"hardened",           "legacy-x",
                                       "without-padding",    "without-rekey",
                                       "without-role-check", "without-padding+rekey"};
#else
    static const char *const want[] = {"hardened"};
#endif
    struct folder d = make_folder();
    struct hx_catalogue c = load(&d);
    CU_ASSERT_EQUAL_FATAL(c.profile_count, sizeof want / sizeof want[0]);
    for (size_t i = 0; i < c.profile_count; i++)
        CU_ASSERT_STRING_EQUAL(c.profiles[i].id, want[i]);
    hx_catalogue_free(&c);
    drop_folder(&d);
}

static void bad_file_leaves_nothing(void)
{
    struct folder d = make_folder();
    struct hx_catalogue c;
    struct hx_error err;
    put(&d, "scenarios/bad.yaml", "id: bad\nsurprise: 1\n");
    CU_ASSERT_EQUAL(hx_catalogue_load(&c, d.path, &err), -1);
    CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "scenarios/bad.yaml:"));
    CU_ASSERT_EQUAL(c.scenario_count, 0);
    CU_ASSERT_PTR_NULL(c.scenarios);
    CU_ASSERT_EQUAL(hx_catalogue_load(&c, "/nowhere", &err), -1);
    CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "/nowhere/scenarios"));
    drop_folder(&d);
}

static void environment_says_where(void)
{
    setenv("TELLTALE_FIXTURES", "/somewhere", 1);
    CU_ASSERT_STRING_EQUAL(hx_fixtures_dir(), "/somewhere");
    setenv("TELLTALE_FIXTURES", "", 1);
    CU_ASSERT_STRING_EQUAL(hx_fixtures_dir(), getenv("FIXTURES"));
}

static char *list(const struct hx_catalogue *c, const char *kind, bool json)
{
    char *text = NULL;
    size_t len = 0;
    FILE *f = open_memstream(&text, &len);
    CU_ASSERT_PTR_NOT_NULL_FATAL(f);
    CU_ASSERT_EQUAL(hx_list(f, c, kind, json), 0);
    fclose(f);
    return text;
}

// Every object of a list has an id, and the list as text names it.
static void check_list(const struct hx_catalogue *c, const char *kind)
{
    char *text = list(c, kind, true), *plain = list(c, kind, false);
    json_t *all = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    CU_ASSERT(json_is_array(all) && json_array_size(all) > 0);
    for (size_t k = 0; k < json_array_size(all); k++) {
        const json_t *id = json_object_get(json_array_get(all, k), "id");
        const char *word = json_string_value(id);
        CU_ASSERT(word && strstr(plain, word));
    }
    json_decref(all);
    free(text);
    free(plain);
}

static void lists_are_objects_with_ids(void)
{
    static const char *const kinds[] = {"scenarios", "profiles", "controls"};
    struct folder d = make_folder();
    struct hx_catalogue c = load(&d);
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        check_list(&c, kinds[i]);
    CU_ASSERT_EQUAL(hx_list(stderr, &c, "people", false), -1);
    CU_ASSERT_EQUAL(hx_list(stderr, &c, "advisories", false), -1); // it is no list
    hx_catalogue_free(&c);
    drop_folder(&d);
}

static void controls_know_their_scenarios(void)
{
    struct folder d = make_folder();
    struct hx_catalogue c = load(&d);
    char *text = list(&c, "controls", false);
    const char *line = strstr(text, "\nrole-check ");
    const char *by = line ? strstr(line, "[B-attack]\n") : NULL;
    const char *end = line ? strchr(line + 1, '\n') : NULL;
    CU_ASSERT(by && end && by + strlen("[B-attack]") == end);
    free(text);
    hx_catalogue_free(&c);
    drop_folder(&d);
}

int main(void)
{
    static const struct suite_case cases[] = {
        {"scenarios are in the order of their ids", scenarios_are_in_order},
        {"every cut set, and every one less a member, makes a profile",
         cut_sets_make_profiles},
        {"a bad file is named and leaves nothing", bad_file_leaves_nothing},
        {"the environment says where the fixtures are", environment_says_where},
        {"every list is an array of objects with ids", lists_are_objects_with_ids},
        {"a control knows the scenarios that cut it", controls_know_their_scenarios},
        {0}};
    return suite_main("catalogue", cases);
}
