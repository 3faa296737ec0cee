// vectors.c - telltale vectors noise FILE
//
// The file is read twice: once to see that all of it is well formed, so that bad
// input is said before anything is run, and once to run it.

#include <cmd/vectors.h>
#include <crypto/init.h>
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <vectors/vectors.h>

enum {
    EXIT_EXPECTED = 0,
    EXIT_UNEXPECTED = 1,
    EXIT_BAD_INPUT = 2,
    EXIT_BROKEN = 3,
    FILE_MAX = 64 << 20,
    REASONS_MAX = 32,
    REASON_CAP = 48,
};

static const char usage[] = "usage: telltale vectors noise FILE [--json]\n";

struct tally {
    const char *path;
    unsigned long passed, failed, unsupported;
    struct {
        char text[REASON_CAP];
        unsigned long count;
    } reasons[REASONS_MAX + 1]; // the last is for all that found no place
    size_t reason_count;
};

static void count_reason(struct tally *t, const char *why)
{
    char text[REASON_CAP];
    size_t i = 0;
    snprintf(text, sizeof text, "%.*s", REASON_CAP - 1, why);
    while (i < t->reason_count && strcmp(t->reasons[i].text, text) != 0)
        i++;
    if (i == t->reason_count && i < REASONS_MAX) {
        memcpy(t->reasons[i].text, text, sizeof text);
        t->reason_count++;
    }
    if (i == REASONS_MAX)
        snprintf(t->reasons[i].text, REASON_CAP, "other reasons");
    t->reasons[i].count++;
    t->unsupported++;
}

static bool refuse(const struct hx_vector *v, const char *why,
                   struct hx_vectors_error *error)
{
    error->line = v->line;
    snprintf(error->what, sizeof error->what, "%s", why);
    return false;
}

static bool check_one(void *ctx, const struct hx_vector *v,
                      struct hx_vectors_error *error)
{
    (void)ctx;
    char why[HX_VECTOR_WHY_CAP];
    bool good = hx_vector_check(v, why) != HX_VECTOR_MALFORMED;
    return good || refuse(v, why, error);
}

static bool run_one(void *ctx, const struct hx_vector *v,
                    struct hx_vectors_error *error)
{
    struct tally *t = ctx;
    char why[HX_VECTOR_WHY_CAP];
    switch (hx_vector_run(v, why)) {
    case HX_VECTOR_PASSED:
        t->passed++;
        return true;
    case HX_VECTOR_FAILED:
        t->failed++;
        fprintf(stderr, "%s:%u: %s: %s\n", t->path, v->line, v->name, why);
        return true;
    case HX_VECTOR_UNSUPPORTED:
        count_reason(t, why);
        return true;
    case HX_VECTOR_MALFORMED:
        break;
    }
    return refuse(v, why, error);
}

static void print_text(const struct tally *t)
{
    for (size_t i = 0; i <= REASONS_MAX; i++) {
        if (t->reasons[i].count > 0)
            printf("%lu unsupported: %s\n", t->reasons[i].count, t->reasons[i].text);
    }
    printf("%lu passed, %lu failed, %lu unsupported\n", t->passed, t->failed,
           t->unsupported);
}

static void print_json(const struct tally *t)
{
    json_t *reasons = json_array();
    for (size_t i = 0; i <= REASONS_MAX; i++) {
        if (t->reasons[i].count > 0)
            json_array_append_new(reasons,
                                  json_pack("{s:s, s:I}", "reason", t->reasons[i].text,
                                            "count", (json_int_t)t->reasons[i].count));
    }
    // A path need not be UTF-8; JSON must be.
    json_t *path = json_string(t->path);
    json_t *all = json_pack("{s:i, s:o, s:I, s:I, s:o}", "schema", 1, "file",
                            path ? path : json_null(), "passed", (json_int_t)t->passed,
                            "failed", (json_int_t)t->failed, "unsupported", reasons);
    json_dumpf(all, stdout, JSON_INDENT(2));
    putchar('\n');
    json_decref(all);
}

// Reads the whole file, which the caller frees. On failure says why, and returns
// NULL.
static char *read_file(const char *path, size_t *len)
{
    FILE *f = fopen(path, "rb");
    char *text = f ? malloc(FILE_MAX) : NULL;
    if (text)
        *len = fread(text, 1, FILE_MAX, f);
    if (!text || ferror(f)) {
        fprintf(stderr, "%s: expected a readable file (%s)\n", path, strerror(errno));
        free(text);
        text = NULL;
    } else if (fgetc(f) != EOF) {
        fprintf(stderr, "%s: expected at most %d MiB\n", path, FILE_MAX >> 20);
        free(text);
        text = NULL;
    }
    if (f)
        fclose(f);
    return text;
}

static int run_text(const char *path, const char *text, size_t len, bool json)
{
    struct tally t = {.path = path};
    struct hx_vectors_error error = {0};
    struct hx_vectors_sink check = {.take = check_one, .ctx = NULL};
    struct hx_vectors_sink run = {.take = run_one, .ctx = &t};
    if (!hx_vectors_read(text, len, check, &error) ||
        !hx_vectors_read(text, len, run, &error)) {
        fprintf(stderr, "%s:%u: %s\n", path, error.line, error.what);
        return EXIT_BAD_INPUT;
    }

    if (json)
        print_json(&t);
    else
        print_text(&t);
    if (fflush(stdout) != 0 || ferror(stdout)) {
        fprintf(stderr, "telltale vectors: cannot write: %s\n", strerror(errno));
        return EXIT_BROKEN;
    }
    if (t.passed == 0 && t.failed == 0)
        fprintf(stderr, "%s: not one vector could be run\n", path);
    return t.failed > 0 || t.passed == 0 ? EXIT_UNEXPECTED : EXIT_EXPECTED;
}

int hx_cmd_vectors(int argc, const char **argv)
{
    const char *operands[2];
    int count = 0;
    bool json = false;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--json") == 0) {
            json = true;
        } else if (strcmp(argv[i], "--help") == 0) {
            fputs(usage, stdout);
            return EXIT_EXPECTED;
        } else if (argv[i][0] == '-' || count == 2) {
            count = -1;
            break;
        } else {
            operands[count++] = argv[i];
        }
    }
    if (count != 2 || strcmp(operands[0], "noise") != 0) {
        fputs(usage, stderr);
        return EXIT_BAD_INPUT;
    }
    if (cr_init() != 0) {
        fprintf(stderr,
                "telltale vectors: the cryptographic library failed to start\n");
        return EXIT_BROKEN;
    }

    size_t len = 0;
    char *text = read_file(operands[1], &len);
    if (!text)
        return EXIT_BAD_INPUT;
    int status = run_text(operands[1], text, len, json);
    free(text);
    return status;
}
