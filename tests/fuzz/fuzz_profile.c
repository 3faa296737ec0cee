// Drives: hx_profile_parse, hx_profile_print, hx_profile_generated, hx_profile_name
// Holds:  what loads prints and loads back equal; a name that makes a profile is the
//         profile's only name; a refusal is one line, and leaves *out alone
// Corpus: fixtures/corpus/fuzz_profile
//
// An input is a file; its first line is also tried as the name of a profile.

#include <scenario/load.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_CAP = 512 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void check_refusal(const struct hx_profile *p, const struct hx_error *err)
{
    if (strcmp(p->id, "untouched") != 0 || strchr(err->text, '\n'))
        abort();
}

static void check_again(const struct hx_profile *p)
{
    struct hx_profile again;
    struct hx_error err;
    char *text = NULL;
    size_t len = 0;
    FILE *f = open_memstream(&text, &len);
    if (!f)
        abort();
    hx_profile_print(f, p);
    fclose(f);
    if (hx_profile_parse("f.yaml", (const uint8_t *)text, len, &again, &err) != 0)
        abort();
    if (!hx_profile_same(p, &again))
        abort();
    free(text);
}

static void try_name(const uint8_t *data, size_t len)
{
    char name[NAME_CAP], again[NAME_CAP];
    struct hx_profile p = {.id = "untouched"};
    struct hx_error err;
    const uint8_t *end = len > 0 ? memchr(data, '\n', len) : NULL;
    size_t name_len = end ? (size_t)(end - data) : len;
    if (name_len >= sizeof name)
        return;
    if (name_len > 0)
        memcpy(name, data, name_len);
    name[name_len] = '\0';
    if (hx_profile_generated(name, &p, &err) != 0) {
        check_refusal(&p, &err);
        return;
    }
    hx_profile_name(&p.lacks, again, sizeof again);
    if (strcmp(name, again) != 0)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct hx_profile p = {.id = "untouched"};
    struct hx_error err;
    if (hx_profile_parse("f.yaml", data, len, &p, &err) != 0)
        check_refusal(&p, &err);
    else
        check_again(&p);
    try_name(data, len);
    return 0;
}
