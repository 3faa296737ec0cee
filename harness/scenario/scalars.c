// scalars.c - numbers, texts and bytes as files write them
//
// A value has one spelling a reader could take for nothing else: no octal, no 1e3,
// no "5" in quotes where a number is meant, no bare 12 where a text is.

#include <inttypes.h>
#include <scenario/fields.h>
#include <string.h>

static const struct {
    const char *word;
    int64_t us;
} units[] = {
    {"d", INT64_C(86400000000)},
    {"h", INT64_C(3600000000)},
    {"min", 60000000},
    {"s", 1000000},
    {"ms", 1000},
    {"us", 1},
};

enum { UNITS = sizeof units / sizeof units[0], DIGITS_MAX = 18 };

static int64_t power_of_ten(unsigned n)
{
    int64_t p = 1;
    while (n-- > 0)
        p *= 10;
    return p;
}

// Takes decimal digits off the front of *text: at least one, no needless zero in
// front, and not so many that the value could overflow.
static bool take_digits(const char **text, int64_t *out)
{
    size_t n = strspn(*text, "0123456789");
    if (n == 0 || n > DIGITS_MAX || (n > 1 && **text == '0'))
        return false;
    *out = 0;
    for (; n > 0; n--, ++*text)
        *out = *out * 10 + (**text - '0');
    return true;
}

static bool parse_integer(const char *text, int64_t *out)
{
    bool negative = *text == '-';
    int64_t v;
    text += negative;
    if (!take_digits(&text, &v) || *text != '\0')
        return false;
    *out = negative ? -v : v;
    return true;
}

static bool parse_opcode(const char *text, int64_t *out)
{
    if (text[0] != '0' || text[1] != 'x')
        return parse_integer(text, out);
    text += 2;
    size_t n = strspn(text, "0123456789abcdefABCDEF");
    if (n == 0 || n > 8 || text[n] != '\0')
        return false;
    *out = 0;
    for (; *text; text++) {
        int digit = *text <= '9' ? *text - '0' : (*text & 0x5f) - 'A' + 10;
        *out = *out * 16 + digit;
    }
    return true;
}

static bool parse_nth(const char *text, int64_t *out)
{
    bool first = strcmp(text, "first") == 0;
    if (!first && strcmp(text, "last") != 0)
        return parse_integer(text, out) && *out >= 1;
    *out = first ? 1 : -1;
    return true;
}

static bool parse_decimal(const char *text, unsigned places, int64_t *out)
{
    bool negative = *text == '-';
    int64_t whole, v;
    text += negative;
    if (!take_digits(&text, &whole) || whole > INT64_MAX / power_of_ten(places + 1))
        return false;
    v = whole * power_of_ten(places);
    if (*text == '.') {
        size_t n = strspn(++text, "0123456789");
        if (n == 0 || n > places)
            return false;
        for (size_t i = 0; i < n; i++)
            v += (*text++ - '0') * power_of_ten(places - 1 - (unsigned)i);
    }
    *out = negative ? -v : v;
    return *text == '\0';
}

static bool parse_duration(const char *text, int64_t *out)
{
    int64_t v;
    if (!take_digits(&text, &v))
        return false;
    for (size_t i = 0; i < UNITS; i++) {
        if (strcmp(text, units[i].word) == 0) {
            *out = v <= INT64_MAX / units[i].us ? v * units[i].us : INT64_MAX;
            return true;
        }
    }
    return false;
}

static bool parse_bool(const char *text, bool plain, int64_t *out)
{
    static const char *const words[] = {"off", "on", "no", "yes", "false", "true"};
    // Which of these is more than a text depends on the version of YAML, so that on
    // and off may have quotes; true and false are never texts.
    for (size_t i = 0; i < (plain ? 6 : 4); i++) {
        if (strcmp(text, words[i]) == 0) {
            *out = (int64_t)(i % 2);
            return true;
        }
    }
    return false;
}

static bool parse_number(const struct hx_field *f, const struct hx_node *node,
                         int64_t *out)
{
    const char *text = node->text;
    if (f->type == HX_T_BOOL)
        return parse_bool(text, node->plain, out);
    if (f->type == HX_T_DURATION)
        return parse_duration(text, out);
    if (f->type == HX_T_NTH &&
        (strcmp(text, "first") == 0 || strcmp(text, "last") == 0))
        return parse_nth(text, out);
    if (!node->plain)
        return false;
    if (f->type == HX_T_NTH)
        return parse_nth(text, out);
    if (f->type == HX_T_OPCODE)
        return parse_opcode(text, out);
    if (f->type == HX_T_DECIMAL)
        return parse_decimal(text, f->places, out);
    return parse_integer(text, out);
}

static void format_decimal(int64_t value, unsigned places, char *buf, size_t cap)
{
    int64_t unit = power_of_ten(places);
    int64_t size = value < 0 ? -value : value;
    int len = snprintf(buf, cap, "%s%" PRId64, value < 0 ? "-" : "", size / unit);
    if (size % unit == 0 || len < 0 || (size_t)len >= cap)
        return;
    len +=
        snprintf(buf + len, cap - (size_t)len, ".%0*" PRId64, (int)places, size % unit);
    while ((size_t)len < cap && buf[len - 1] == '0')
        buf[--len] = '\0';
}

static void format_duration(int64_t us, char *buf, size_t cap)
{
    size_t i = us == 0 ? 3 : 0; // "0s"
    while (us % units[i].us != 0)
        i++;
    snprintf(buf, cap, "%" PRId64 "%s", us / units[i].us, units[i].word);
}

void hx_format(const struct hx_field *f, int64_t value, char *buf, size_t cap)
{
    if (f->type == HX_T_BOOL)
        snprintf(buf, cap, "%s", value ? "true" : "false");
    else if (f->type == HX_T_WORD)
        snprintf(buf, cap, "%s", f->words.at[value]);
    else if (f->type == HX_T_NTH && value == -1)
        snprintf(buf, cap, "last");
    else if (f->type == HX_T_OPCODE && value >= 0)
        snprintf(buf, cap, "0x%02" PRIx64, (uint64_t)value);
    else if (f->type == HX_T_DECIMAL)
        format_decimal(value, f->places, buf, cap);
    else if (f->type == HX_T_DURATION)
        format_duration(value, buf, cap);
    else
        snprintf(buf, cap, "%" PRId64, value);
}

static bool refuse_number(const struct hx_reader *r, const struct hx_node *node,
                          const struct hx_field *f)
{
    char low[32], high[32], found[80];
    hx_format(f, f->type == HX_T_NTH ? 1 : f->min, low, sizeof low);
    hx_format(f, f->max, high, sizeof high);
    hx_found(node, found, sizeof found);
    if (f->type == HX_T_BOOL)
        return hx_refuse(r, node, "expected true or false, found %s", found);
    if (f->type == HX_T_DURATION)
        return hx_refuse(r, node,
                         "expected a duration from %s to %s, such as 250ms or 10min, "
                         "found %s",
                         low, high, found);
    if (f->type == HX_T_DECIMAL)
        return hx_refuse(
            r, node,
            "expected a number from %s to %s with at most %u decimals, found %s", low,
            high, f->places, found);
    const char *more = f->min < 0 ? ", first or last" : " or first";
    return hx_refuse(r, node, "expected an integer from %s to %s%s, found %s", low,
                     high, f->type == HX_T_NTH ? more : "", found);
}

bool hx_read_number(const struct hx_reader *r, const struct hx_node *node,
                    const struct hx_field *f, int64_t *out)
{
    int64_t v = 0;
    bool read = node->kind == HX_NODE_SCALAR && parse_number(f, node, &v);
    bool ranged = f->type != HX_T_BOOL;
    if (!read || (ranged && (v < f->min || v > f->max)))
        return refuse_number(r, node, f);
    *out = v;
    return true;
}

bool hx_read_bytes(const struct hx_reader *r, const struct hx_node *node,
                   const struct hx_field *f, void *out)
{
    static const char hex[] = "0123456789abcdefABCDEF";
    size_t len = node->kind == HX_NODE_SCALAR ? strlen(node->text) : 0;
    if (node->kind != HX_NODE_SCALAR || (node->plain && hx_ambiguous(node->text)) ||
        len % 2 != 0 || len / 2 < (size_t)f->min || len / 2 > f->most ||
        strspn(node->text, hex) != len) {
        char found[80];
        hx_found(node, found, sizeof found);
        return hx_refuse(r, node,
                         "expected %d to %zu bytes as hex digits in quotes, found %s",
                         (int)f->min, f->most, found);
    }
    uint8_t *to = hx_element_of(f, out, 0);
    for (size_t i = 0; i < len / 2; i++) {
        char pair[] = {'0', 'x', node->text[2 * i], node->text[2 * i + 1], '\0'};
        int64_t byte = 0;
        parse_opcode(pair, &byte);
        to[i] = (uint8_t)byte;
    }
    hx_set_count(f, out, len / 2);
    return true;
}
