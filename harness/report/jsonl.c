#include <jansson.h>
#include <report/jsonl.h>
#include <report/utf8.h>
#include <stdlib.h>
#include <string.h>

static void put_text(FILE *f, const char *key, const char *s)
{
    size_t cap = 3 * strlen(s) + 1;
    char *clean = malloc(cap);
    json_t *text = NULL;
    if (clean) {
        hx_utf8_clean(s, true, clean, cap);
        text = json_string(clean);
    }
    fprintf(f, ",\"%s\":", key);
    if (text)
        json_dumpf(text, f, JSON_ENCODE_ANY | JSON_ENSURE_ASCII);
    else
        fputs("null", f);
    json_decref(text);
    free(clean);
}

static void put_bytes(FILE *f, const uint8_t *bytes, size_t len)
{
    fputs(",\"bytes\":\"", f);
    for (size_t i = 0; i < len; i++)
        fprintf(f, "%02x", bytes[i]);
    fputc('"', f);
}

// Times stay below 2^53 for 285 years of virtual time; what is above is text.
static void put_head(FILE *f, uint64_t t_us, const char *what)
{
    const char *quote = t_us >> 53 ? "\"" : "";
    fprintf(f, "{\"t_us\":%s%llu%s,\"type\":\"%s\"", quote, (unsigned long long)t_us,
            quote, what);
}

// NOLINTNEXTLINE(readability-function-size): as many parameters as the header has
void hx_jsonl_frame(FILE *f, uint64_t t_us, const char *from, const char *to,
                    const char *link, const uint8_t *bytes, size_t len,
                    const char *comment)
{
    put_head(f, t_us, "frame");
    put_text(f, "from", from);
    put_text(f, "to", to);
    put_text(f, "link", link);
    put_bytes(f, bytes, len);
    if (comment && *comment)
        put_text(f, "comment", comment);
    fputs("}\n", f);
}

// NOLINTNEXTLINE(readability-function-size): as many parameters as the header has
void hx_jsonl_output(FILE *f, uint64_t t_us, const char *node, const char *kind,
                     unsigned code, const uint8_t *bytes, size_t len)
{
    put_head(f, t_us, "output");
    put_text(f, "node", node);
    put_text(f, "kind", kind);
    fprintf(f, ",\"code\":%u", code);
    put_bytes(f, bytes, len);
    fputs("}\n", f);
}

void hx_jsonl_note(FILE *f, uint64_t t_us, const char *who, const char *text)
{
    put_head(f, t_us, "note");
    put_text(f, "who", who);
    put_text(f, "text", text);
    fputs("}\n", f);
}
