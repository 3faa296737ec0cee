// Drives: hx_scenario_parse, hx_scenario_print, hx_scenario_same
// Holds:  what loads prints and loads back equal; a refusal is one line that names a
//         place, and leaves *out alone
// Corpus: fixtures/corpus/fuzz_scenario

#include <scenario/load.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void check_refusal(const struct hx_scenario *s, const struct hx_error *err)
{
    if (strcmp(s->id, "untouched") != 0 || strncmp(err->text, "f.yaml:", 7) != 0)
        abort();
    if (strchr(err->text, '\n') || strlen(err->text) == sizeof err->text - 1)
        abort();
}

static void check_again(const struct hx_scenario *s)
{
    static struct hx_scenario again;
    struct hx_error err;
    char *text = NULL;
    size_t len = 0;
    FILE *f = open_memstream(&text, &len);
    if (!f)
        abort();
    hx_scenario_print(f, s);
    fclose(f);
    if (hx_scenario_parse("f.yaml", (const uint8_t *)text, len, &again, &err) != 0)
        abort();
    if (!hx_scenario_same(s, &again))
        abort();
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    static struct hx_scenario s;
    struct hx_error err;
    strcpy(s.id, "untouched");
    if (hx_scenario_parse("f.yaml", data, len, &s, &err) != 0)
        check_refusal(&s, &err);
    else
        check_again(&s);
    return 0;
}
