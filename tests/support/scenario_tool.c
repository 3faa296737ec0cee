// scenario_tool.c - what the loader makes of files, for tests in other languages
//
// usage: scenario_tool check KIND FILE...   one line a file: "ok" or why not
//        scenario_tool print KIND FILE...   each as the writer has it
//        scenario_tool schemas FOLDER       writes the JSON Schemas there
//
// KIND is scenario, profile or advisories. An id need not be its file's name here.

#include <scenario/advisories.h>
#include <stdlib.h>
#include <string.h>

static char text[HX_FILE_MAX + 1];

static bool slurp(const char *path, size_t *len)
{
    FILE *f = fopen(path, "rb");
    if (!f) {
        perror(path);
        return false;
    }
    *len = fread(text, 1, sizeof text, f);
    bool whole = !ferror(f);
    fclose(f);
    return whole;
}

static int take_scenario(const char *path, const uint8_t *bytes, size_t len,
                         struct hx_error *err, bool print)
{
    static struct hx_scenario s;
    int e = hx_scenario_parse(path, bytes, len, &s, err);
    if (e == 0 && print)
        hx_scenario_print(stdout, &s);
    return e;
}

static int take_profile(const char *path, const uint8_t *bytes, size_t len,
                        struct hx_error *err, bool print)
{
    static struct hx_profile p;
    int e = hx_profile_parse(path, bytes, len, &p, err);
    if (e == 0 && print)
        hx_profile_print(stdout, &p);
    return e;
}

static int take_advisories(const char *path, const uint8_t *bytes, size_t len,
                           struct hx_error *err, bool print)
{
    static struct hx_advisories a;
    int e = hx_advisories_parse(path, bytes, len, &a, err);
    if (e == 0 && print)
        hx_advisories_print(stdout, &a);
    return e;
}

static const struct kind {
    const char *name;
    int (*take)(const char *path, const uint8_t *bytes, size_t len,
                struct hx_error *err, bool print);
    void (*schema)(FILE *f);
} kinds[] = {
    {"scenario", take_scenario, hx_schema_scenario},
    {"profile", take_profile, hx_schema_profile},
    {"advisories", take_advisories, hx_schema_advisories},
};

enum { KINDS = sizeof kinds / sizeof kinds[0] };

static bool take(const char *path, const struct kind *kind, bool print)
{
    struct hx_error err;
    size_t len = 0;
    if (!slurp(path, &len))
        exit(2);
    int e = kind->take(path, (const uint8_t *)text, len, &err, print);
    if (e != 0 || !print)
        puts(e != 0 ? err.text : "ok");
    return e == 0;
}

static int write_schema(const char *folder, const char *name, void (*print)(FILE *f))
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s.schema.json", folder, name);
    FILE *f = fopen(path, "w");
    if (!f) {
        perror(path);
        return 2;
    }
    print(f);
    return fclose(f) == 0 ? 0 : 2;
}

static int write_schemas(const char *folder)
{
    int e = 0;
    for (size_t i = 0; i < KINDS; i++)
        e |= write_schema(folder, kinds[i].name, kinds[i].schema);
    return e;
}

static const struct kind *find_kind(const char *name)
{
    for (size_t i = 0; i < KINDS; i++)
        if (strcmp(kinds[i].name, name) == 0)
            return &kinds[i];
    return NULL;
}

static int usage(void)
{
    fputs("usage: scenario_tool check|print scenario|profile|advisories FILE...\n"
          "       scenario_tool schemas FOLDER\n",
          stderr);
    return 2;
}

int main(int argc, char **argv)
{
    if (argc == 3 && strcmp(argv[1], "schemas") == 0)
        return write_schemas(argv[2]);
    bool print = argc >= 3 && strcmp(argv[1], "print") == 0;
    const struct kind *kind = argc >= 3 ? find_kind(argv[2]) : NULL;
    if (!kind || (!print && strcmp(argv[1], "check") != 0))
        return usage();
    bool good = true;
    for (int i = 3; i < argc; i++)
        good = take(argv[i], kind, print) && good;
    return good ? 0 : 1;
}
