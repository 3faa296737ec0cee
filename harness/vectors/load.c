// load.c - tells the vector formats apart, and does what both need

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <vectors/parse.h>

bool hx_text_is(struct hx_text t, const char *s)
{
    return t.len == strlen(s) && memcmp(t.at, s, t.len) == 0;
}

bool hx_vectors_fail(struct hx_vectors_reader *r, unsigned line, const char *format,
                     ...)
{
    va_list args;
    va_start(args, format);
    // The analyzer forgets va_start when it sees a file for the second time.
    // NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized)
    vsnprintf(r->error->what, sizeof r->error->what, format, args);
    va_end(args);
    r->error->line = line;
    return false;
}

const char *hx_vectors_printable(struct hx_text t, char *out, size_t cap)
{
    size_t n = t.len < cap - 1 ? t.len : cap - 1;
    for (size_t i = 0; i < n; i++)
        out[i] = (char)(t.at[i] >= ' ' && t.at[i] <= '~' ? t.at[i] : '?');
    out[n] = '\0';
    return out;
}

static int nibble(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

bool hx_vectors_hex(struct hx_vectors_reader *r, unsigned line, const char *key,
                    struct hx_text text, struct hx_hex *out)
{
    if (out->given)
        return hx_vectors_fail(r, line, "expected %s only once", key);
    if (text.len % 2 != 0)
        return hx_vectors_fail(r, line, "expected an even number of digits in %s", key);
    if (text.len / 2 > HX_VECTOR_TEXT_MAX / 2 - r->used)
        return hx_vectors_fail(r, line, "expected a vector of at most %d characters",
                               HX_VECTOR_TEXT_MAX);

    uint8_t *at = r->bytes + r->used;
    for (size_t i = 0; i < text.len / 2; i++) {
        int high = nibble(text.at[2 * i]);
        int low = nibble(text.at[2 * i + 1]);
        if (high < 0 || low < 0)
            return hx_vectors_fail(r, line, "expected hexadecimal digits in %s", key);
        at[i] = (uint8_t)(high << 4 | low);
    }
    *out = (struct hx_hex){.at = at, .len = text.len / 2, .given = true};
    r->used += text.len / 2;
    return true;
}

bool hx_vectors_name(struct hx_vectors_reader *r, unsigned line, struct hx_text text)
{
    static const char wanted[] =
        "expected a name like Noise_XX_25519_ChaChaPoly_SHA256";
    size_t parts = 1;
    for (size_t i = 0; i < text.len; i++)
        parts += text.at[i] == '_';
    if (text.len < 5 || text.len >= sizeof r->v.name || parts != 5 ||
        memcmp(text.at, "Noise", 5) != 0)
        return hx_vectors_fail(r, line, wanted);
    hx_vectors_printable(text, r->v.name, sizeof r->v.name);
    return true;
}

void hx_vectors_begin(struct hx_vectors_reader *r, unsigned line)
{
    memset(&r->v, 0, sizeof r->v);
    r->v.line = line;
    r->used = 0;
}

bool hx_vectors_end(struct hx_vectors_reader *r)
{
    const struct hx_vector *v = &r->v;
    if (!v->init.e_priv.given)
        return hx_vectors_fail(r, v->line,
                               "expected the initiator's ephemeral key in %s", v->name);
    if (v->message_count == 0)
        return hx_vectors_fail(r, v->line, "expected messages in %s", v->name);
    const struct hx_hex *last = &v->messages[v->message_count - 1].ciphertext;
    if (!last->given)
        return hx_vectors_fail(r, v->line,
                               "expected a ciphertext for each payload in %s", v->name);
    r->count++;
    return r->sink.take(r->sink.ctx, v, r->error);
}

static bool blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool read_as(struct hx_vectors_reader *r, struct hx_text text)
{
    size_t first = 0;
    while (first < text.len && blank(text.at[first]))
        first++;
    if (first == text.len)
        return hx_vectors_fail(r, 1, "expected vectors, the file is empty");

    bool json = text.at[first] == '{' || text.at[first] == '[';
    bool good = json ? hx_vectors_json(r, text) : hx_vectors_lines(r, text);
    if (good && r->count == 0)
        return hx_vectors_fail(r, 1, "expected at least one vector");
    return good;
}

bool hx_vectors_read(const char *text, size_t len, struct hx_vectors_sink sink,
                     struct hx_vectors_error *error)
{
    struct hx_vectors_reader r = {.sink = sink, .error = error};
    r.bytes = malloc(HX_VECTOR_TEXT_MAX / 2);
    if (!r.bytes)
        return hx_vectors_fail(&r, 1, "expected more memory than there is");
    bool good = read_as(&r, (struct hx_text){.at = text, .len = len});
    free(r.bytes);
    return good;
}
