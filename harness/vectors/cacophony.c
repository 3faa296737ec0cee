// cacophony.c - vectors as JSON, {"vectors": [{...}, ...]}
//
// The outer brackets are walked by hand and each vector is parsed by itself:
// that bounds memory, and gives every error the line its vector begins on.

#include <jansson.h>
#include <string.h>
#include <vectors/parse.h>

struct walk {
    struct hx_text text;
    size_t at;
    unsigned line;
};

static void skip_blanks(struct walk *w)
{
    for (; w->at < w->text.len; w->at++) {
        char c = w->text.at[w->at];
        if (c == '\n')
            w->line++;
        else if (c != ' ' && c != '\t' && c != '\r')
            return;
    }
}

// Steps over token, and blanks before it, if it is what comes next.
static bool step_over(struct walk *w, const char *token)
{
    skip_blanks(w);
    size_t len = strlen(token);
    if (len > w->text.len - w->at || memcmp(w->text.at + w->at, token, len) != 0)
        return false;
    w->at += len;
    return true;
}

// Takes an object with everything in it, by its brackets alone. An unfinished
// one ends with the text.
static struct hx_text take_object(struct walk *w)
{
    struct hx_text object = {.at = w->text.at + w->at, .len = 0};
    size_t depth = 0;
    bool in_string = false;
    while (w->at < w->text.len) {
        char c = w->text.at[w->at++];
        object.len++;
        w->line += c == '\n';
        if (in_string && c == '\\' && w->at < w->text.len) {
            w->at++;
            object.len++;
        } else if (c == '"') {
            in_string = !in_string;
        } else if (!in_string && (c == '{' || c == '[')) {
            depth++;
        } else if (!in_string && (c == '}' || c == ']') && --depth == 0) {
            break;
        }
    }
    return object;
}

static struct hx_hex *field_of(struct hx_vector *v, const char *key)
{
    const struct {
        const char *key;
        struct hx_hex *field;
    } fields[] = {
        {"init_prologue", &v->init.prologue},   {"resp_prologue", &v->resp.prologue},
        {"init_static", &v->init.s_priv},       {"resp_static", &v->resp.s_priv},
        {"init_ephemeral", &v->init.e_priv},    {"resp_ephemeral", &v->resp.e_priv},
        {"init_remote_static", &v->init.rs},    {"resp_remote_static", &v->resp.rs},
        {"handshake_hash", &v->handshake_hash},
    };
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        if (strcmp(key, fields[i].key) == 0)
            return fields[i].field;
    }
    return NULL;
}

static bool take_hex(struct hx_vectors_reader *r, const char *key, const json_t *value,
                     struct hx_hex *out)
{
    if (!json_is_string(value))
        return hx_vectors_fail(r, r->v.line, "expected a string in %s", key);
    struct hx_text text = {.at = json_string_value(value),
                           .len = json_string_length(value)};
    return hx_vectors_hex(r, r->v.line, key, text, out);
}

static bool take_psks(struct hx_vectors_reader *r, const char *key, const json_t *value,
                      struct hx_vector_side *side)
{
    bool list = json_is_array(value);
    size_t count = list ? json_array_size(value) : 1;
    if (count > HX_VECTOR_PSKS_MAX)
        return hx_vectors_fail(r, r->v.line, "expected at most %d psks",
                               HX_VECTOR_PSKS_MAX);
    for (size_t i = 0; i < count; i++) {
        const json_t *one = list ? json_array_get(value, i) : value;
        if (!take_hex(r, key, one, &side->psk[i]))
            return false;
    }
    side->psk_count = count;
    return true;
}

static bool take_message(struct hx_vectors_reader *r, json_t *message)
{
    struct hx_vector *v = &r->v;
    if (v->message_count == HX_VECTOR_MESSAGES_MAX)
        return hx_vectors_fail(r, v->line, "expected at most %d messages",
                               HX_VECTOR_MESSAGES_MAX);
    const json_t *payload = json_object_get(message, "payload");
    const json_t *ciphertext = json_object_get(message, "ciphertext");
    if (!payload || !ciphertext || json_object_size(message) != 2)
        return hx_vectors_fail(r, v->line,
                               "expected payload and ciphertext in each message");
    size_t at = v->message_count++;
    return take_hex(r, "payload", payload, &v->messages[at].payload) &&
           take_hex(r, "ciphertext", ciphertext, &v->messages[at].ciphertext);
}

static bool take_messages(struct hx_vectors_reader *r, const json_t *list)
{
    if (!json_is_array(list))
        return hx_vectors_fail(r, r->v.line, "expected a list of messages");
    for (size_t i = 0; i < json_array_size(list); i++) {
        if (!take_message(r, json_array_get(list, i)))
            return false;
    }
    return true;
}

static bool take_flag(struct hx_vectors_reader *r, const char *key, const json_t *value,
                      bool *out)
{
    if (!json_is_boolean(value))
        return hx_vectors_fail(r, r->v.line, "expected true or false in %s", key);
    *out = json_is_true(value);
    return true;
}

static bool is_one_of(const char *key, const char *const *keys)
{
    while (*keys && strcmp(key, *keys) != 0)
        keys++;
    return *keys != NULL;
}

static bool take_field(struct hx_vectors_reader *r, const char *key,
                       const json_t *value)
{
    // Said once more elsewhere, or for people.
    static const char *const spare[] = {
        "name",   "protocol_name", "pattern",          "dh",
        "cipher", "hash",          "fallback_pattern", NULL};
    static const char *const foreign[] = {"hybrid",
                                          "init_ssk",
                                          "resp_ssk",
                                          "init_semiephemeral",
                                          "resp_semiephemeral",
                                          "init_remote_semiephemeral",
                                          "resp_remote_semiephemeral",
                                          NULL};
    struct hx_vector *v = &r->v;
    char shown[40];
    struct hx_hex *field = field_of(v, key);
    if (json_is_null(value) || is_one_of(key, spare))
        return true;
    if (field)
        return take_hex(r, key, value, field);
    if (strcmp(key, "init_psks") == 0 || strcmp(key, "init_psk") == 0)
        return take_psks(r, key, value, &v->init);
    if (strcmp(key, "resp_psks") == 0 || strcmp(key, "resp_psk") == 0)
        return take_psks(r, key, value, &v->resp);
    if (strcmp(key, "messages") == 0)
        return take_messages(r, value);
    if (strcmp(key, "fail") == 0)
        return take_flag(r, key, value, &v->fail);
    if (is_one_of(key, foreign)) {
        v->unsupported = "hybrid or semi-ephemeral keys";
        return true;
    }
    bool fallback = false;
    if (strcmp(key, "fallback") == 0) {
        bool good = take_flag(r, key, value, &fallback);
        v->unsupported = fallback ? "fallback" : v->unsupported;
        return good;
    }
    hx_vectors_printable((struct hx_text){.at = key, .len = strlen(key)}, shown,
                         sizeof shown);
    return hx_vectors_fail(r, v->line, "expected a key of this format, not %s", shown);
}

static bool take_vector(struct hx_vectors_reader *r, json_t *object)
{
    const json_t *name = json_object_get(object, "protocol_name");
    if (!name)
        name = json_object_get(object, "name");
    if (!json_is_string(name))
        return hx_vectors_fail(r, r->v.line, "expected protocol_name");
    if (!hx_vectors_name(r, r->v.line,
                         (struct hx_text){.at = json_string_value(name),
                                          .len = json_string_length(name)}))
        return false;

    for (void *i = json_object_iter(object); i; i = json_object_iter_next(object, i)) {
        if (!take_field(r, json_object_iter_key(i), json_object_iter_value(i)))
            return false;
    }
    return hx_vectors_end(r);
}

static bool parse_vector(struct hx_vectors_reader *r, struct walk *w)
{
    unsigned line = w->line;
    struct hx_text text = take_object(w);
    if (text.len > HX_VECTOR_TEXT_MAX)
        return hx_vectors_fail(r, line, "expected a vector of at most %d characters",
                               HX_VECTOR_TEXT_MAX);

    json_error_t bad;
    json_t *object = json_loadb(text.at, text.len, JSON_REJECT_DUPLICATES, &bad);
    if (!object) {
        char shown[80];
        hx_vectors_printable((struct hx_text){.at = bad.text, .len = strlen(bad.text)},
                             shown, sizeof shown);
        unsigned at = bad.line > 0 ? line + (unsigned)bad.line - 1 : line;
        return hx_vectors_fail(r, at, "expected well-formed JSON, each key once: %s",
                               shown);
    }
    hx_vectors_begin(r, line);
    bool good = take_vector(r, object);
    json_decref(object);
    return good;
}

bool hx_vectors_json(struct hx_vectors_reader *r, struct hx_text text)
{
    struct walk w = {.text = text, .line = 1};
    if (!step_over(&w, "{") || !step_over(&w, "\"vectors\"") || !step_over(&w, ":") ||
        !step_over(&w, "["))
        return hx_vectors_fail(r, w.line, "expected {\"vectors\": [");

    bool more = !step_over(&w, "]");
    while (more) {
        skip_blanks(&w);
        if (w.at == w.text.len || w.text.at[w.at] != '{')
            return hx_vectors_fail(r, w.line, "expected a vector, {...}");
        if (!parse_vector(r, &w))
            return false;
        more = step_over(&w, ",");
        if (!more && !step_over(&w, "]"))
            return hx_vectors_fail(r, w.line, "expected , or ] after a vector");
    }
    bool closed = step_over(&w, "}");
    skip_blanks(&w);
    if (!closed || w.at != w.text.len)
        return hx_vectors_fail(r, w.line, "expected } and the end of the file");
    return true;
}
