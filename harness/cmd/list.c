// list.c - telltale list: scenarios, profiles, controls, advisories

#include <cmd/list.h>
#include <cmd/verbs.h>
#include <popt.h>
#include <stdlib.h>
#include <string.h>

static const char usage[] =
    "usage: telltale list scenarios|profiles|controls|advisories [--json]"
    " [--fixtures DIR]\n";

static int print(const char *kind, const char *dir, bool json)
{
    struct hx_catalogue c;
    struct hx_error err;
    if (hx_catalogue_load(&c, dir, &err)) {
        fprintf(stderr, "%s\n", err.text);
        return HX_EXIT_USAGE;
    }
    int e = hx_list(stdout, &c, kind, json);
    hx_catalogue_free(&c);
    if (e < 0) {
        fprintf(stderr, "telltale list: nothing is called '%s'\n%s", kind, usage);
        return HX_EXIT_USAGE;
    }
    return e > 0 || fflush(stdout) ? HX_EXIT_BENCH : HX_EXIT_OK;
}

int hx_cmd_list(int argc, const char **argv)
{
    char *dir = NULL;
    int json = 0, status = HX_EXIT_USAGE;
    struct poptOption options[] = {
        {"json", 0, POPT_ARG_NONE, &json, 0, "an array of objects", NULL},
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
    else
        status = print(kind, dir ? dir : hx_fixtures_dir(), json != 0);
    poptFreeContext(pc);
    free(dir);
    return status;
}
