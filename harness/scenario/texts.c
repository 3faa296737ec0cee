// texts.c - names, labels and prose

#include <assert.h>
#include <scenario/fields.h>
#include <string.h>

// The character at *text, which moves on by one. Only for valid UTF-8.
static uint32_t take_character(const unsigned char **text)
{
    uint32_t c = *(*text)++;
    uint32_t more = c >= 0xf0 ? 3 : c >= 0xe0 ? 2 : c >= 0xc0 ? 1 : 0;
    if (more > 0)
        c &= 0x3fu >> more;
    for (; more > 0 && **text; more--)
        c = c << 6 | (*(*text)++ & 0x3fu);
    return c;
}

bool hx_printable(const char *text, bool lines)
{
    const unsigned char *at = (const unsigned char *)text;
    while (*at) {
        uint32_t c = take_character(&at);
        bool control = c < 0x20 || (c >= 0x7f && c < 0xa0);
        bool separator = c == 0x2028 || c == 0x2029;
        bool unwritable = c == 0xfeff || c == 0xfffe || c == 0xffff;
        if ((control && !(lines && c == '\n')) || separator || unwritable)
            return false;
    }
    return true;
}

// A day of this century as files write it; that its month has so many days is not
// looked at.
static bool is_date(const char *text)
{
    static const char shape[] = "20dd-dd-dd";
    if (strlen(text) != sizeof shape - 1)
        return false;
    for (size_t i = 0; shape[i]; i++) {
        bool digit = text[i] >= '0' && text[i] <= '9';
        if (shape[i] == 'd' ? !digit : text[i] != shape[i])
            return false;
    }
    int month = 10 * (text[5] - '0') + text[6] - '0';
    int day = 10 * (text[8] - '0') + text[9] - '0';
    return month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

static bool spelled(enum hx_type type, const char *text)
{
    static const char digits_lower[] = "0123456789-abcdefghijklmnopqrstuvwxyz";
    static const char any[] = "0123456789-abcdefghijklmnopqrstuvwxyz"
                              "ABCDEFGHIJKLMNOPQRSTUVWXYZ.";
    if (type == HX_T_DATE)
        return is_date(text);
    if (type == HX_T_LABEL)
        return *text >= 'a' && *text <= 'z' &&
               strspn(text, digits_lower) == strlen(text);
    if (type == HX_T_LINE || type == HX_T_PROSE)
        return *text && hx_printable(text, type == HX_T_PROSE);
    return *text && *text != '-' && *text != '.' && strspn(text, any) == strlen(text);
}

static const char *what(enum hx_type type)
{
    if (type == HX_T_DATE)
        return "a date (\"2017-08-29\")";
    if (type == HX_T_LABEL)
        return "a label (a letter a-z, then a-z, 0-9 and -)";
    if (type == HX_T_LINE)
        return "a line of printable text";
    if (type == HX_T_PROSE)
        return "printable text";
    return "a name of letters, digits, - and .";
}

bool hx_read_text(const struct hx_reader *r, const struct hx_node *node,
                  const struct hx_field *f, char *out, size_t cap)
{
    enum hx_type type = f->type == HX_T_NAMES ? HX_T_NAME : f->type;
    char found[80];
    hx_found(node, found, sizeof found);
    if (node->kind != HX_NODE_SCALAR)
        return hx_refuse(r, node, "expected %s, found %s", what(type), found);
    if (node->plain && node->text[0] && hx_ambiguous(node->text))
        return hx_refuse(r, node, "expected %s, found %s without quotes", what(type),
                         found);

    size_t len = strlen(node->text);
    while (type == HX_T_PROSE && len > 0 && node->text[len - 1] == '\n')
        len--;
    if (len >= cap)
        return hx_refuse(r, node, "expected at most %zu bytes, found %zu: %s", cap - 1,
                         len, found);
    char text[HX_PROSE_MAX];
    assert(cap <= sizeof text);
    memcpy(text, node->text, len);
    text[len] = '\0';
    if (!spelled(type, text))
        return hx_refuse(r, node, "expected %s, found %s", what(type), found);
    memcpy(out, text, len + 1);
    return true;
}
