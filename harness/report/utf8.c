#include <report/utf8.h>
#include <stdint.h>
#include <string.h>

// Bytes of a character that begins with head, 0 if none does.
static size_t length(uint8_t head)
{
    static const size_t lengths[] = {1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 2, 2, 3, 4};
    return head < 0xf8 ? lengths[head >> 4] : 0;
}

// Bytes of the valid character at s, 0 if there is none. No surrogates, nothing
// longer than it must be, nothing above U+10FFFF.
static size_t character(const char *s)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    uint8_t head = (uint8_t)s[0];
    size_t len = length(head);
    if (len < 2)
        return len;
    uint32_t code = head & (0x7fU >> len);
    for (size_t i = 1; i < len; i++) {
        uint8_t next = (uint8_t)s[i];
        if (next >> 6 != 2)
            return 0;
        code = code << 6 | (next & 0x3fU);
    }
    bool good = code >= least[len] && code <= 0x10ffff && code >> 11 != 27;
    return good ? len : 0;
}

// What XML 1.0 allows of the first 32 is white space, which these texts do not need.
static bool is_control(const char *s)
{
    return (uint8_t)*s < 0x20 || *s == 0x7f;
}

void hx_utf8_clean(const char *s, bool controls, char *buf, size_t cap)
{
    size_t n = 0;
    while (*s && cap > 0) {
        size_t len = character(s);
        const char *put = len == 0 ? "\xef\xbf\xbd" : s;
        size_t put_len = len == 0 ? 3 : len;
        if (!controls && is_control(s))
            put = " ";
        if (n + put_len >= cap)
            break;
        memcpy(buf + n, put, put_len);
        n += put_len;
        s += len == 0 ? 1 : len;
    }
    if (cap > 0)
        buf[n] = '\0';
}
