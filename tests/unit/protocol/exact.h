// exact.h - copies that end where their heap block ends
//
// A parser that reads one byte too far is then a sanitizer's report and not a quiet
// success.

#ifndef TESTS_UNIT_PROTOCOL_EXACT_H
#define TESTS_UNIT_PROTOCOL_EXACT_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static inline uint8_t *exact_copy(const uint8_t *src, size_t len)
{
    uint8_t *buf = malloc(len ? len : 1);
    if (!buf)
        abort();
    if (len > 0)
        memcpy(buf, src, len);
    return buf;
}

// Fills bytes with a pattern in which no two neighbours are alike.
static inline void fill_with(uint8_t *out, size_t len, uint8_t from)
{
    for (size_t i = 0; i < len; i++)
        out[i] = (uint8_t)(from + 7 * i);
}

#endif
