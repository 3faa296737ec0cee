// print.c - goes by the field tables from a value to a file that loads back to it
//
// A file's own keys stand one a line; what is inside them stands in brackets.

#include <inttypes.h>
#include <scenario/fields.h>
#include <string.h>

static void put_map(FILE *f, const struct hx_field *fields, const void *base);
static void put_value(FILE *f, const struct hx_field *field, const void *base);

static void put_quoted(FILE *f, const char *text)
{
    fputc('"', f);
    for (; *text; text++) {
        if (*text == '\n')
            fputs("\\n", f);
        else if (*text == '"' || *text == '\\')
            fprintf(f, "\\%c", *text);
        else
            fputc(*text, f);
    }
    fputc('"', f);
}

// Whether a text means itself without quotes, in brackets too.
static bool bare(const char *text)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                "0123456789 -_./()'";
    size_t len = strlen(text);
    bool word = (*text >= 'a' && *text <= 'z') || (*text >= 'A' && *text <= 'Z') ||
                (*text >= '0' && *text <= '9');
    return word && strspn(text, plain) == len && text[len - 1] != ' ' &&
           !hx_ambiguous(text);
}

static void put_text(FILE *f, const char *text)
{
    if (bare(text))
        fputs(text, f);
    else
        put_quoted(f, text);
}

// Steps stand one a line, and so without brackets around them.
static void put_step(FILE *f, const struct hx_step *step)
{
    struct hx_field fields[HX_ARGS_MAX + 2];
    hx_verb_fields(step->verb, fields);
    fprintf(f, "%s: ", hx_actor_words.at[step->actor]);
    if (step->actor == HX_ACTOR_WAIT)
        put_value(f, &fields[0], step);
    else
        put_map(f, fields, step);
}

// A set's words, as bits of up to two words of memory.
static void put_bits(FILE *f, const struct hx_field *field, const uint64_t bits[2])
{
    const char *link = "";
    fputc('[', f);
    for (size_t n = 0; n < field->words.count; n++) {
        if (!(bits[n / 64] >> (n % 64) & 1))
            continue;
        fprintf(f, "%s%s", link, field->words.at[n]);
        link = ", ";
    }
    fputc(']', f);
}

static void put_set(FILE *f, const struct hx_field *field, const void *base)
{
    uint64_t bits[2] = {(uint64_t)hx_get(field, base), 0};
    if (field->all && bits[0] == hx_every_word(field))
        fputs("all", f);
    else
        put_bits(f, field, bits);
}

static void put_controls(FILE *f, const struct hx_field *field, const void *base)
{
    struct tp_controls set;
    memcpy(&set, (const char *)base + field->offset, sizeof set);
    put_bits(f, field, set.lack);
}

static void put_bytes(FILE *f, const struct hx_field *field, const void *base)
{
    const uint8_t *bytes = hx_element(field, base, 0);
    fputc('"', f);
    for (size_t n = 0; n < hx_count(field, base); n++)
        fprintf(f, "%02x", bytes[n]);
    fputc('"', f);
}

static void put_element(FILE *f, const struct hx_field *field, const void *element)
{
    if (field->type == HX_T_NAMES) {
        put_text(f, element);
    } else if (field->type == HX_T_INTS) {
        int64_t v;
        memcpy(&v, element, sizeof v);
        fprintf(f, "%" PRId64, v);
    } else if (field->type == HX_T_STEPS) {
        put_step(f, element);
    } else {
        put_map(f, field->fields, element);
    }
}

static void put_list(FILE *f, const struct hx_field *field, const void *base)
{
    fputc('[', f);
    for (size_t n = 0; n < hx_count(field, base); n++) {
        fputs(n > 0 ? ", " : "", f);
        put_element(f, field, hx_element(field, base, n));
    }
    fputc(']', f);
}

static void put_number(FILE *f, const struct hx_field *field, const void *base)
{
    char text[64];
    hx_format(field, hx_get(field, base), text, sizeof text);
    fputs(text, f);
}

static void put_value(FILE *f, const struct hx_field *field, const void *base)
{
    if (field->or_nothing && hx_is_default(field, base))
        return;
    switch (field->type) {
    case HX_T_NOTHING:
        return;
    case HX_T_LINE:
    case HX_T_PROSE:
    case HX_T_NAME:
    case HX_T_DATE:
    case HX_T_LABEL:
        put_text(f, (const char *)base + field->offset);
        return;
    case HX_T_BOOL:
    case HX_T_INT:
    case HX_T_NTH:
    case HX_T_OPCODE:
    case HX_T_DECIMAL:
    case HX_T_DURATION:
    case HX_T_WORD:
        put_number(f, field, base);
        return;
    case HX_T_SET:
        put_set(f, field, base);
        return;
    case HX_T_CONTROLS:
        put_controls(f, field, base);
        return;
    case HX_T_BYTES:
        put_bytes(f, field, base);
        return;
    case HX_T_NAMES:
    case HX_T_INTS:
    case HX_T_MAPS:
    case HX_T_STEPS:
        put_list(f, field, base);
        return;
    case HX_T_MAP:
        put_map(f, field->fields, base);
        return;
    }
}

static bool left_out(const struct hx_field *field, const void *base)
{
    return !field->required && hx_is_default(field, base);
}

static void put_map(FILE *f, const struct hx_field *fields, const void *base)
{
    const char *link = "";
    fputc('{', f);
    for (const struct hx_field *field = fields; field->key; field++) {
        if (left_out(field, base))
            continue;
        fprintf(f, "%s%s: ", link, field->key);
        put_value(f, field, base);
        link = ", ";
    }
    fputc('}', f);
}

void hx_print_file(FILE *f, const struct hx_field *fields, const void *base)
{
    for (const struct hx_field *field = fields; field->key; field++) {
        if (left_out(field, base))
            continue;
        bool tall = field->type == HX_T_MAPS || field->type == HX_T_STEPS;
        fprintf(f, "%s:%s", field->key, tall ? "\n" : " ");
        if (!tall) {
            put_value(f, field, base);
            fputc('\n', f);
            continue;
        }
        for (size_t n = 0; n < hx_count(field, base); n++) {
            fputs("  - ", f);
            put_element(f, field, hx_element(field, base, n));
            fputc('\n', f);
        }
    }
}

void hx_scenario_print(FILE *f, const struct hx_scenario *s)
{
    hx_print_file(f, hx_scenario_fields, s);
}

void hx_profile_print(FILE *f, const struct hx_profile *p)
{
    hx_print_file(f, hx_profile_fields, p);
}
