// doctor.c - what this machine has, and what is missing for what

#include <cmd/verbs.h>
#include <crypto/init.h>
#include <jansson.h>
#include <libxml/xmlversion.h>
#include <matrix/catalogue.h>
#include <report/version.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <yaml.h>

static void tool(const char *name, const char *path, const char *what)
{
    bool there = access(path, X_OK) == 0;
    printf("  %-12s %-8s %s\n", name, there ? "found" : "missing", what);
}

int hx_cmd_doctor(int argc, const char **argv)
{
    struct hx_catalogue cat = {0};
    struct hx_error err = {{0}};
    if (argc == 2 && strcmp(argv[1], "--help") == 0) {
        puts("usage: telltale doctor\n\nTells the libraries, tools and fixtures that "
             "this machine has.");
        return HX_EXIT_OK;
    }
    if (argc > 1) {
        fputs("usage: telltale doctor\n", stderr);
        return HX_EXIT_USAGE;
    }
    printf("telltale %s (%s)\n\nlibraries\n", HX_VERSION, HX_COMMIT);
    printf("  %-12s %s\n", "libsodium", cr_library_version());
    printf("  %-12s %s\n", "libyaml", yaml_get_version_string());
    printf("  %-12s %s\n", "jansson", jansson_version_str());
    printf("  %-12s %s\n", "libxml2", LIBXML_DOTTED_VERSION);
    puts("\ntools");
    tool("tshark", "/usr/bin/tshark", "opens traces written as pcapng");
    tool("valgrind", "/usr/bin/valgrind", "timing tests");
    tool("clang", "/usr/bin/clang", "the second compiler, sanitizers, fuzzing");
    puts("\nradios\n  none: this version plays on the simulated air alone, and has no "
         "code\n  that transmits");
    const char *dir = hx_fixtures_dir();
    int bad = hx_catalogue_load(&cat, dir, &err);
    printf("\nfixtures\n  %s: ", dir);
    if (bad)
        printf("%s\n", err.text);
    else
        printf("%zu scenarios, %zu profiles\n", cat.scenario_count, cat.profile_count);
    hx_catalogue_free(&cat);
    return bad ? HX_EXIT_USAGE : HX_EXIT_OK;
}
