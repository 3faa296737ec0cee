// flynn.c - vectors as lines of key=value
//
// A vector begins at handshake= and ends where the next begins. Messages come as
// msg_N_payload and then msg_N_ciphertext, N counting from 0. Prologue and psk
// belong to both sides; a side knows beforehand what its peer's private key
// makes its static public key. Blank lines and lines from '#' are passed over.

#include <string.h>
#include <vectors/parse.h>

// The byte fields other than messages.
static struct hx_hex *field_of(struct hx_vector *v, struct hx_text key)
{
    const struct {
        const char *key;
        struct hx_hex *field;
    } fields[] = {
        {"init_static", &v->init.s_priv},
        {"resp_static", &v->resp.s_priv},
        {"gen_init_ephemeral", &v->init.e_priv},
        {"gen_resp_ephemeral", &v->resp.e_priv},
        {"prologue", &v->init.prologue},
        {"preshared_key", &v->init.psk[0]},
        {"handshake_hash", &v->handshake_hash},
    };
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        if (hx_text_is(key, fields[i].key))
            return fields[i].field;
    }
    return NULL;
}

// Takes the number off msg_N_what and leaves what.
static bool split_message_key(struct hx_text *key, size_t *number)
{
    struct hx_text k = *key;
    if (k.len < 4 || memcmp(k.at, "msg_", 4) != 0)
        return false;
    k = (struct hx_text){.at = k.at + 4, .len = k.len - 4};

    size_t digits = 0;
    for (*number = 0; digits < k.len && k.at[digits] >= '0' && k.at[digits] <= '9';
         digits++) {
        if (digits == 4)
            return false;
        *number = *number * 10 + (size_t)(k.at[digits] - '0');
    }
    if (digits == 0 || digits == k.len || k.at[digits] != '_')
        return false;
    *key = (struct hx_text){.at = k.at + digits + 1, .len = k.len - digits - 1};
    return true;
}

static bool take_payload(struct hx_vectors_reader *r, unsigned line, size_t number,
                         struct hx_text value)
{
    struct hx_vector *v = &r->v;
    bool complete =
        v->message_count == 0 || v->messages[v->message_count - 1].ciphertext.given;
    if (number != v->message_count || !complete)
        return hx_vectors_fail(r, line, "expected msg_%zu_%s",
                               complete ? v->message_count : v->message_count - 1,
                               complete ? "payload, payloads in order and once"
                                        : "ciphertext");
    if (number == HX_VECTOR_MESSAGES_MAX)
        return hx_vectors_fail(r, line, "expected at most %d messages",
                               HX_VECTOR_MESSAGES_MAX);
    v->message_count++;
    return hx_vectors_hex(r, line, "the payload", value, &v->messages[number].payload);
}

static bool take_ciphertext(struct hx_vectors_reader *r, unsigned line, size_t number,
                            struct hx_text value)
{
    struct hx_vector *v = &r->v;
    if (number + 1 != v->message_count)
        return hx_vectors_fail(
            r, line, "expected msg_%zu_payload before its ciphertext", number);
    return hx_vectors_hex(r, line, "the ciphertext", value,
                          &v->messages[number].ciphertext);
}

static bool take_field(struct hx_vectors_reader *r, unsigned line, struct hx_text key,
                       struct hx_text value)
{
    char shown[40];
    size_t number = 0;
    struct hx_text what = key;
    hx_vectors_printable(key, shown, sizeof shown);
    if (r->v.line == 0)
        return hx_vectors_fail(r, line, "expected handshake= before %s", shown);

    struct hx_hex *field = field_of(&r->v, key);
    if (field)
        return hx_vectors_hex(r, line, shown, value, field);
    bool message = split_message_key(&what, &number);
    if (message && hx_text_is(what, "payload"))
        return take_payload(r, line, number, value);
    if (message && hx_text_is(what, "ciphertext"))
        return take_ciphertext(r, line, number, value);
    return hx_vectors_fail(r, line, "expected a key of this format, not %s", shown);
}

static bool end_block(struct hx_vectors_reader *r)
{
    struct hx_vector *v = &r->v;
    if (v->line == 0)
        return true;
    v->init.psk_count = v->init.psk[0].given;
    v->resp.psk[0] = v->init.psk[0];
    v->resp.psk_count = v->init.psk_count;
    v->resp.prologue = v->init.prologue;
    v->derive_rs = true;
    v->transport_starts_over = true;
    return hx_vectors_end(r);
}

static bool take_line(struct hx_vectors_reader *r, unsigned number, struct hx_text line)
{
    if (line.len > 0 && line.at[line.len - 1] == '\r')
        line.len--;
    if (line.len == 0 || line.at[0] == '#')
        return true;

    const char *equals = memchr(line.at, '=', line.len);
    if (!equals)
        return hx_vectors_fail(r, number, "expected key=value");
    struct hx_text key = {.at = line.at, .len = (size_t)(equals - line.at)};
    struct hx_text value = {.at = equals + 1, .len = line.len - key.len - 1};
    if (!hx_text_is(key, "handshake"))
        return take_field(r, number, key, value);
    if (!end_block(r))
        return false;
    hx_vectors_begin(r, number);
    return hx_vectors_name(r, number, value);
}

bool hx_vectors_lines(struct hx_vectors_reader *r, struct hx_text text)
{
    unsigned number = 1;
    for (size_t at = 0; at < text.len; number++) {
        const char *end = memchr(text.at + at, '\n', text.len - at);
        size_t len = end ? (size_t)(end - text.at) - at : text.len - at;
        if (!take_line(r, number, (struct hx_text){.at = text.at + at, .len = len}))
            return false;
        at += len + 1;
    }
    return end_block(r);
}
