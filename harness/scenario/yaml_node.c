// yaml_node.c - asking a node what it is

#include <scenario/yaml_tree.h>
#include <stdarg.h>
#include <string.h>

bool hx_refuse(const struct hx_reader *r, const struct hx_node *at, const char *format,
               ...)
{
    char *to = r->err->text;
    size_t cap = sizeof r->err->text;
    // A path too long for the line gives way to what is wrong.
    int len = snprintf(to, cap, "%.200s:%u:%u: ", r->path, at ? at->line : 1,
                       at ? at->col : 1);

    va_list args;
    va_start(args, format);
    vsnprintf(to + len, cap - (size_t)len, format, args);
    va_end(args);
    return false;
}

// How many bytes of text are a character that would move a cursor, end a line, or
// worse; 0 if it would not.
static size_t unruly(const unsigned char *text)
{
    if (text[0] < 0x20 || text[0] == 0x7f)
        return 1;
    if (text[0] == 0xc2 && text[1] < 0xa0)
        return 2;
    if (text[0] == 0xe2 && text[1] == 0x80 && (text[2] & 0xfe) == 0xa8)
        return 3;
    return 0;
}

// Copies the beginning of a text: whole characters only, question marks for some.
static void quote(const char *text, char *buf, size_t cap)
{
    size_t n = strlen(text) < cap ? strlen(text) : cap - 1;
    while (n > 0 && ((unsigned char)text[n] & 0xC0) == 0x80)
        n--;
    memcpy(buf, text, n);
    buf[n] = '\0';
    for (size_t i = 0; i < n; i++)
        memset(buf + i, '?', unruly((const unsigned char *)buf + i));
}

void hx_found(const struct hx_node *node, char *buf, size_t cap)
{
    char start[48];
    if (node->kind == HX_NODE_LIST) {
        snprintf(buf, cap, "a list");
    } else if (node->kind == HX_NODE_MAP) {
        snprintf(buf, cap, "a map");
    } else if (node->plain && node->text[0] == '\0') {
        snprintf(buf, cap, "nothing");
    } else {
        quote(node->text, start, sizeof start);
        const char *mark = node->plain ? "'" : "\"";
        const char *more = strlen(start) < strlen(node->text) ? "..." : "";
        snprintf(buf, cap, "%s%s%s%s", mark, start, more, mark);
    }
}

const struct hx_node *hx_node_key(const struct hx_node *map, const char *key)
{
    if (map->kind != HX_NODE_MAP)
        return NULL;
    for (const struct hx_node *k = map->child; k; k = k->next->next)
        if (strcmp(k->text, key) == 0)
            return k;
    return NULL;
}

const struct hx_node *hx_node_item(const struct hx_node *list, size_t n)
{
    const struct hx_node *item = list->kind == HX_NODE_LIST ? list->child : NULL;
    while (item && n-- > 0)
        item = item->next;
    return item;
}

static bool among(const char *text, const char *const *words)
{
    while (*words && strcmp(text, *words) != 0)
        words++;
    return *words != NULL;
}

static const char *const nulls[] = {"", "~", "null", "Null", "NULL", NULL};

bool hx_node_null(const struct hx_node *node)
{
    return node->kind == HX_NODE_SCALAR && node->plain && among(node->text, nulls);
}

bool hx_ambiguous(const char *text)
{
    static const char *const words[] = {
        "true", "True", "TRUE", "false", "False", "FALSE", "yes", "Yes",
        "YES",  "no",   "No",   "NO",    "on",    "On",    "ON",  "off",
        "Off",  "OFF",  "y",    "Y",     "n",     "N",     "=",   "<<",
        ".nan", ".NaN", ".NAN", ".inf",  ".Inf",  ".INF",  NULL};
    static const char numeric[] = "0123456789abcdefABCDEFxXoTtZz_.:+- ";
    if (among(text, nulls) || among(text, words))
        return true;
    text += *text == '-' || *text == '+';
    return *text && strchr("0123456789.", *text) &&
           strspn(text, numeric) == strlen(text);
}
