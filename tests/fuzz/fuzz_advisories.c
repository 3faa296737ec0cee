// Drives: hx_advisories_parse, hx_advisories_print
// Holds:  what loads prints and loads back equal; a refusal is one line, and leaves
//         *out alone
// Corpus: fixtures/corpus/fuzz_advisories

#include <scenario/advisories.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void check_again(const struct hx_advisories *a)
{
    static struct hx_advisories again;
    struct hx_error err;
    char *text = NULL;
    size_t len = 0;
    FILE *f = open_memstream(&text, &len);
    if (!f)
        abort();
    hx_advisories_print(f, a);
    fclose(f);
    // What is printed has more in quotes, and may so be longer than a file may be.
    if (len <= HX_FILE_MAX &&
        (hx_advisories_parse("f.yaml", (const uint8_t *)text, len, &again, &err) != 0 ||
         !hx_advisories_same(a, &again)))
        abort();
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    static struct hx_advisories a;
    struct hx_error err;
    a.count = 77;
    if (hx_advisories_parse("f.yaml", data, len, &a, &err) == 0)
        check_again(&a);
    else if (a.count != 77 || strchr(err.text, '\n'))
        abort();
    return 0;
}
