// list.c - telltale list: scenarios, profiles, controls, advisories

#include <cmd/list.h>
#include <cmd/verbs.h>
#include <popt.h>
#include <stdlib.h>
#include <string.h>

static const char usage[] =
    "usage: telltale list scenarios|profiles|controls|advisories [--json]"
    " [--fixtures DIR]\n"
    "       telltale list advisories --markdown\n";

static int complain(const char *says, const char *what)
{
    fprintf(stderr, "telltale list: %s%s\n%s", says, what, usage);
    return HX_EXIT_USAGE;
}

// The text shows the holes itself.
static void tell_holes(const struct hx_map *map)
{
    for (size_t i = 0; i < map->count; i++)
        for (size_t k = 0; k < map->rows[i].hole_count; k++)
            fprintf(stderr, "telltale list: %s: %s\n", map->rows[i].says->date,
                    map->rows[i].holes[k]);
}

// The map is played, which is a bench's work; a hole in it is a verdict.
static int print_map(const struct hx_catalogue *c, const char *dir,
                     enum hx_list_format format)
{
    static struct hx_advisories a;
    char path[4096];
    struct hx_map map;
    struct hx_error err;
    snprintf(path, sizeof path, "%s/advisories.yaml", dir);
    if (hx_advisories_load(path, &a, &err)) {
        fprintf(stderr, "%s\n", err.text);
        return HX_EXIT_USAGE;
    }
    if (hx_map_make(c, &a, 1, &map))
        return HX_EXIT_BENCH;
    int e = hx_list_advisories(stdout, &map, format);
    if (format != HX_LIST_TEXT)
        tell_holes(&map);
    bool holes = map.holes > 0;
    hx_map_free(&map);
    if (e || fflush(stdout))
        return HX_EXIT_BENCH;
    return holes ? HX_EXIT_UNEXPECTED : HX_EXIT_OK;
}

static int print_kind(const struct hx_catalogue *c, const char *kind, bool json)
{
    int e = hx_list(stdout, c, kind, json);
    if (e < 0) {
        fprintf(stderr, "telltale list: nothing is called '%s'\n%s", kind, usage);
        return HX_EXIT_USAGE;
    }
    return e > 0 || fflush(stdout) ? HX_EXIT_BENCH : HX_EXIT_OK;
}

static int print(const char *kind, const char *dir, enum hx_list_format format)
{
    struct hx_catalogue c;
    struct hx_error err;
    bool map = strcmp(kind, "advisories") == 0;
    if (format == HX_LIST_MARKDOWN && !map)
        return complain("--markdown is for advisories, not ", kind);
    if (hx_catalogue_load(&c, dir, &err)) {
        fprintf(stderr, "%s\n", err.text);
        return HX_EXIT_USAGE;
    }
    int status =
        map ? print_map(&c, dir, format) : print_kind(&c, kind, format == HX_LIST_JSON);
    hx_catalogue_free(&c);
    return status;
}

int hx_cmd_list(int argc, const char **argv)
{
    char *dir = NULL;
    int json = 0, markdown = 0, status = HX_EXIT_USAGE;
    struct poptOption options[] = {
        {"json", 0, POPT_ARG_NONE, &json, 0, "an array of objects", NULL},
        {"markdown", 0, POPT_ARG_NONE, &markdown, 0, "a table of the advisories", NULL},
        {"fixtures", 0, POPT_ARG_STRING, &dir, 0, "where scenarios and profiles lie",
         "DIR"},
        POPT_AUTOHELP POPT_TABLEEND};
    poptContext pc = poptGetContext("telltale list", argc, argv, options, 0);
    poptSetOtherOptionHelp(pc, "scenarios|profiles|controls|advisories");
    int rc = poptGetNextOpt(pc);
    const char *kind = rc == -1 ? poptGetArg(pc) : NULL;
    if (rc < -1)
        fprintf(stderr, "telltale list: %s %s\n%s", poptBadOption(pc, 0),
                poptStrerror(rc), usage);
    else if (!kind || poptPeekArg(pc))
        fputs(usage, stderr);
    else if (json && markdown)
        status = complain("one of --json and --markdown", "");
    else
        status = print(kind, dir ? dir : hx_fixtures_dir(),
                       json       ? HX_LIST_JSON
                       : markdown ? HX_LIST_MARKDOWN
                                  : HX_LIST_TEXT);
    poptFreeContext(pc);
    free(dir);
    return status;
}
