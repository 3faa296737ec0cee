// test_log.c - where an entry is kept, what its tag covers, how its key steps

#include "weak.h"
#include <crypto/hash.h>
#include <crypto/init.h>
#include <protocol/log.h>
#include <string.h>
#include <suite.h>

// LOG-1: an entry, byte by byte.
static void entries_are_as_drawn(void)
{
    static const uint8_t want[] = {4, 3, 2, 1, 6, 5, 8, 7, 9, 9, 9, 9};
    struct tp_log_entry e = {0x01020304, 0x0506, 0x0708, {9, 9, 9, 9}}, back;
    uint8_t b[TP_LOG_ENTRY_LEN];
    tp_log_entry_build(&e, b);
    CU_ASSERT_EQUAL(memcmp(b, want, sizeof want), 0);
    tp_log_entry_parse(b, &back);
    CU_ASSERT(back.time_s == e.time_s && back.detail == e.detail);
    CU_ASSERT(back.chain == e.chain && memcmp(back.tag, e.tag, 4) == 0);
}

// LOG-2: the first eight stay; behind them the last eight go round.
static void the_beginning_is_kept(void)
{
    for (size_t n = 0; n < 8; n++)
        CU_ASSERT_EQUAL(tp_log_place(n, &all_controls), n);
    for (size_t n = 8; n < 1000; n++)
        CU_ASSERT_EQUAL(tp_log_place(n, &all_controls), 8 + n % 8);
}

static void without_reserve_the_beginning_is_overwritten(void)
{
    struct tp_controls weak = without(TP_CTL_LOG_RESERVE);
    CU_ASSERT_EQUAL(tp_log_place(16, &weak), SWITCHES ? 0 : 8);
    CU_ASSERT_EQUAL(tp_log_place(5, &weak), 5);
}

// LOG-3, CRY-2: the tag covers class and entry.
static void tags_cover_class_and_entry(void)
{
    uint8_t key[TP_LOG_KEY_LEN], tag[TP_LOG_TAG_LEN], full[CR_HASH_LEN];
    static const uint8_t text[] = {'l', 'o', 'g', 4, 4, 3, 2, 1, 6, 5, 8, 7};
    struct tp_log_entry e = {0x01020304, 0x0506, 0x0708, {0}};
    memset(key, 0x66, sizeof key);
    tp_log_tag(tag, key, TP_LOG_NEAR, &e);
    cr_hmac256(full, key, sizeof key, text, sizeof text);
    CU_ASSERT_EQUAL(memcmp(tag, full, sizeof tag), 0);
}

// LOG-3: the key steps by the rule on the page, and not back.
static void keys_step(void)
{
    uint8_t key[TP_LOG_KEY_LEN], want[CR_HASH_LEN], first[TP_LOG_KEY_LEN];
    memset(key, 0x66, sizeof key);
    memcpy(first, key, sizeof key);
    for (int i = 0; i < 3; i++) {
        cr_hmac256(want, key, sizeof key, (const uint8_t *)"log step", 8);
        tp_log_step(key, &all_controls);
        CU_ASSERT_EQUAL(memcmp(key, want, sizeof key), 0);
    }
    struct tp_controls weak = without(TP_CTL_LOG_CHAIN);
    memcpy(key, first, sizeof key);
    tp_log_step(key, &weak);
    CU_ASSERT_EQUAL(memcmp(key, first, sizeof key) == 0, (bool)SWITCHES);
}

int main(void)
{
    static const struct suite_case cases[] = {
        {"LOG-1: entries are as drawn", entries_are_as_drawn},
        {"LOG-2: the beginning is kept", the_beginning_is_kept},
        {"LOG-2: without log-reserve the beginning is overwritten",
         without_reserve_the_beginning_is_overwritten},
        {"LOG-3: tags cover class and entry", tags_cover_class_and_entry},
        {"LOG-3: keys step", keys_step},
        {0},
    };
    return cr_init() ? 2 : suite_main("protocol/log", cases);
}
