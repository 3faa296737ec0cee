// Drives: hx_vectors_read, hx_vector_check, hx_vector_run
// Holds:  a refusal says what was expected, at a line of the file; every vector given
//         is complete; what check lets through can be run, twice with one result
// Corpus: fixtures/corpus/fuzz_vectors

#include <stdlib.h>
#include <string.h>
#include <vectors/vectors.h>

enum { RUNS_MAX = 4 }; // of each input: a run takes a thousand times a parse

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void hold(bool what)
{
    if (!what)
        abort();
}

static void is_a_sentence(const char *s, size_t cap)
{
    const char *end = memchr(s, '\0', cap);
    hold(end != NULL && end != s);
    for (; s < end; s++)
        hold(*s >= ' ' && *s <= '~');
}

static void is_complete(const struct hx_vector *v)
{
    is_a_sentence(v->name, sizeof v->name);
    hold(v->init.e_priv.given);
    hold(v->init.psk_count <= HX_VECTOR_PSKS_MAX);
    hold(v->resp.psk_count <= HX_VECTOR_PSKS_MAX);
    hold(v->message_count > 0 && v->message_count <= HX_VECTOR_MESSAGES_MAX);
    for (size_t i = 0; i < v->message_count; i++)
        hold(v->messages[i].payload.given && v->messages[i].ciphertext.given);
}

static bool take(void *ctx, const struct hx_vector *v, struct hx_vectors_error *error)
{
    unsigned *runs = ctx;
    char why[HX_VECTOR_WHY_CAP], again[HX_VECTOR_WHY_CAP];
    (void)error;
    is_complete(v);
    enum hx_vector_verdict can = hx_vector_check(v, why);
    if (can != HX_VECTOR_PASSED) {
        is_a_sentence(why, sizeof why);
        return true;
    }
    if (++*runs > RUNS_MAX)
        return true;

    enum hx_vector_verdict first = hx_vector_run(v, why);
    hold(first != HX_VECTOR_UNSUPPORTED);
    if (first != HX_VECTOR_PASSED)
        is_a_sentence(why, sizeof why);
    hold(hx_vector_run(v, again) == first && strcmp(why, again) == 0);
    return true;
}

static size_t lines_of(const uint8_t *data, size_t len)
{
    size_t lines = 1;
    for (size_t i = 0; i < len; i++)
        lines += data[i] == '\n';
    return lines;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    unsigned runs = 0;
    struct hx_vectors_error error = {0};
    struct hx_vectors_sink sink = {.take = take, .ctx = &runs};
    if (!hx_vectors_read((const char *)data, len, sink, &error)) {
        is_a_sentence(error.what, sizeof error.what);
        hold(strncmp(error.what, "expected ", strlen("expected ")) == 0);
        hold(error.line >= 1 && error.line <= lines_of(data, len));
    }
    return 0;
}
