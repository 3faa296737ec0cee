// What is wrong, in one line.

#include "yaml.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { SHOWN_MAX = 40 };

// The beginning of a scalar, without what would upset a terminal.
static void clip(const struct hx_node *node, char buf[SHOWN_MAX + 4])
{
    size_t n = 0;
    while (n < node->len && n < SHOWN_MAX) {
        char c = node->text[n];
        buf[n++] = (unsigned char)c < ' ' || c == 0x7f ? '?' : c;
    }
    if (node->len > n) {
        while (n > 0 && (node->text[n] & 0xc0) == 0x80)
            n--; // not through the middle of a character
        memcpy(buf + n, "...", 3);
        n += 3;
    }
    buf[n] = 0;
}

void hx_describe(const struct hx_node *node, char *buf, size_t cap)
{
    static const char *const named[] = {
        [HX_AS_TEXT] = "\"%s\"",       [HX_AS_NULL] = "nothing",
        [HX_AS_BOOL] = "%s, unquoted", [HX_AS_NUMBER] = "the number %s",
        [HX_AS_OTHER] = "%s, unquoted",
    };
    if (node->kind == HX_MAP) {
        snprintf(buf, cap, node->count ? "a map" : "an empty map");
        return;
    }
    if (node->kind == HX_LIST) {
        snprintf(buf, cap, node->count ? "a list" : "an empty list");
        return;
    }

    char shown[SHOWN_MAX + 4];
    clip(node, shown);
    const char *around = named[node->sense];
    const char *hole = strstr(around, "%s");
    if (!hole)
        snprintf(buf, cap, "%s", around);
    else
        snprintf(buf, cap, "%.*s%s%s", (int)(hole - around), around, shown, hole + 2);
}

int hx_refuse(const struct hx_source *src, const struct hx_node *at, const char *found,
              const char *expected, ...)
{
    char wanted[320];
    va_list args;
    va_start(args, expected);
    vsnprintf(wanted, sizeof wanted, expected, args);
    va_end(args);

    char there[SHOWN_MAX + 40];
    hx_describe(at, there, sizeof there);
    // A path may be longer than all the rest has room for.
    char path[HX_PATH_MAX / 2];
    snprintf(path, sizeof path, "%s", src->path);
    snprintf(src->err->text, sizeof src->err->text, "%s:%u:%u: expected %s, found %s",
             path, at->line, at->column, wanted, found ? found : there);
    return -1;
}
