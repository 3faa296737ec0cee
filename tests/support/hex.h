// hex.h - bytes written as hexadecimal in tests, as published vectors are

#ifndef TESTS_SUPPORT_HEX_H
#define TESTS_SUPPORT_HEX_H

#include <CUnit/CUnit.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

// Decodes lower-case text to out[0..cap) and returns how many bytes it was. A
// case that gives anything else ends there, failed.
static inline size_t from_hex(const char *text, uint8_t *out, size_t cap)
{
    static const char digits[] = "0123456789abcdef";
    size_t len = strlen(text);
    CU_ASSERT_FATAL(len % 2 == 0 && len / 2 <= cap);
    for (size_t i = 0; i < len / 2; i++) {
        const char *high = strchr(digits, text[2 * i]);
        const char *low = strchr(digits, text[2 * i + 1]);
        CU_ASSERT_FATAL(high != NULL && low != NULL);
        out[i] = (uint8_t)((high - digits) << 4 | (low - digits));
    }
    return len / 2;
}

// True if have[0..len) is what text says.
static inline int is_hex(const char *text, const uint8_t *have, size_t len)
{
    static const char digits[] = "0123456789abcdef";
    if (strlen(text) != 2 * len)
        return 0;
    for (size_t i = 0; i < len; i++) {
        if (text[2 * i] != digits[have[i] >> 4] ||
            text[2 * i + 1] != digits[have[i] & 15])
            return 0;
    }
    return 1;
}

#endif
