// scenario_tool.c - what the loader makes of files, for tests in other languages
//
// usage: scenario_tool check scenario|profile FILE...   one line a file: "ok" or why
// not
//        scenario_tool print scenario|profile FILE...   each as the writer has it
//        scenario_tool schemas FOLDER                   writes both JSON Schemas there
//
// An id need not be its file's name here.

#include <scenario/load.h>
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

static bool take(const char *path, bool profile, bool print)
{
    static struct hx_scenario s;
    static struct hx_profile p;
    struct hx_error err;
    size_t len = 0;
    if (!slurp(path, &len))
        exit(2);
    const uint8_t *bytes = (const uint8_t *)text;
    int e = profile ? hx_profile_parse(path, bytes, len, &p, &err)
                    : hx_scenario_parse(path, bytes, len, &s, &err);
    if (e != 0 || !print)
        puts(e != 0 ? err.text : "ok");
    else if (profile)
        hx_profile_print(stdout, &p);
    else
        hx_scenario_print(stdout, &s);
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

static int usage(void)
{
    fputs("usage: scenario_tool check|print scenario|profile FILE...\n"
          "       scenario_tool schemas FOLDER\n",
          stderr);
    return 2;
}

int main(int argc, char **argv)
{
    if (argc == 3 && strcmp(argv[1], "schemas") == 0)
        return write_schema(argv[2], "scenario", hx_schema_scenario) ||
               write_schema(argv[2], "profile", hx_schema_profile);
    bool print = argc >= 3 && strcmp(argv[1], "print") == 0;
    bool profile = argc >= 3 && strcmp(argv[2], "profile") == 0;
    if (argc < 3 || (!print && strcmp(argv[1], "check") != 0) ||
        (!profile && strcmp(argv[2], "scenario") != 0))
        return usage();
    bool good = true;
    for (int i = 3; i < argc; i++)
        good = take(argv[i], profile, print) && good;
    return good ? 0 : 1;
}
