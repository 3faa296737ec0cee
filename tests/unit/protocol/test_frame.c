// test_frame.c - the shape of every frame, before any key is asked

#include "exact.h"
#include <crypto/init.h>
#include <protocol/frame.h>
#include <suite.h>

enum { FRAME_MAX = 255 };

static bool is_record(unsigned type)
{
    return type == TP_RECORD || type == TP_REHEARSAL;
}

static enum tp_err check_exact(uint8_t type, size_t len)
{
    uint8_t bytes[FRAME_MAX + 1] = {type};
    uint8_t *buf = exact_copy(bytes, len);
    enum tp_err e = tp_frame_check(buf, len);
    free(buf);
    return e;
}

// FRM-2: one length a type; nothing else is a frame.
static void every_type_has_its_length(void)
{
    unsigned known = 0;
    for (unsigned type = 0; type < 256; type++) {
        size_t want = tp_frame_len((uint8_t)type);
        if (want == 0)
            continue;
        known++;
        CU_ASSERT(!is_record(type));
        CU_ASSERT_EQUAL(check_exact((uint8_t)type, 0), TP_E_SHORT);
        for (size_t len = 1; len <= FRAME_MAX; len++)
            CU_ASSERT_EQUAL(check_exact((uint8_t)type, len), len < want   ? TP_E_SHORT
                                                             : len > want ? TP_E_EXCESS
                                                                          : TP_OK);
    }
    CU_ASSERT_EQUAL(known, 19);
}

static void records_have_a_range(void)
{
    for (size_t len = 1; len <= FRAME_MAX; len++) {
        enum tp_err want = len < 20 ? TP_E_SHORT : len > 244 ? TP_E_EXCESS : TP_OK;
        CU_ASSERT_EQUAL(check_exact(TP_RECORD, len), want);
        CU_ASSERT_EQUAL(check_exact(TP_REHEARSAL, len), want);
    }
}

static void other_types_are_refused(void)
{
    for (unsigned type = 0; type < 256; type++) {
        if (tp_frame_len((uint8_t)type) > 0 || is_record(type))
            continue;
        for (size_t len = 1; len <= FRAME_MAX; len += 11)
            CU_ASSERT_EQUAL(check_exact((uint8_t)type, len), TP_E_VALUE);
    }
}

// FRM-1: no frame outgrows a byte.
static void nothing_is_longer_than_255(void)
{
    CU_ASSERT_EQUAL(check_exact(TP_RECORD, FRAME_MAX), TP_E_EXCESS);
    for (unsigned type = 0; type < 256; type++)
        CU_ASSERT(tp_frame_len((uint8_t)type) <= FRAME_MAX);
}

// WAKE-1: type, nonce, masked, MAC.
static void wakes_are_as_drawn(void)
{
    uint8_t b[TP_WAKE_LEN], again[TP_WAKE_LEN];
    struct tp_wake w;
    fill_with(b, sizeof b, 3);
    b[0] = TP_WAKE;
    CU_ASSERT_EQUAL_FATAL(tp_wake_parse(b, sizeof b, &w), TP_OK);
    CU_ASSERT_EQUAL(memcmp(w.nonce, b + 1, 8), 0);
    CU_ASSERT_EQUAL(memcmp(w.masked, b + 9, 5), 0);
    CU_ASSERT_EQUAL(memcmp(w.mac, b + 14, 8), 0);
    tp_wake_build(&w, again);
    CU_ASSERT_EQUAL(memcmp(again, b, sizeof b), 0);
}

// HS-1: type, versions, Noise message 1, MAC.
static void hellos_are_as_drawn(void)
{
    uint8_t b[TP_HELLO_LEN], again[TP_HELLO_LEN];
    struct tp_hello h;
    fill_with(b, sizeof b, 5);
    b[0] = TP_HELLO;
    CU_ASSERT_EQUAL_FATAL(tp_hello_parse(b, sizeof b, &h), TP_OK);
    CU_ASSERT_EQUAL(h.versions, b[1]);
    CU_ASSERT_EQUAL(memcmp(h.noise, b + 2, 48), 0);
    CU_ASSERT_EQUAL(memcmp(h.mac, b + 50, 8), 0);
    tp_hello_build(&h, again);
    CU_ASSERT_EQUAL(memcmp(again, b, sizeof b), 0);
}

// REC-1: type, generation, counter, the rest.
static void records_are_as_drawn(void)
{
    uint8_t b[TP_RECORD_MAX], head[TP_RECORD_HEAD];
    struct tp_record r;
    fill_with(b, sizeof b, 9);
    for (unsigned type = TP_RECORD; type <= TP_REHEARSAL; type++) {
        b[0] = (uint8_t)type;
        for (size_t len = TP_RECORD_MIN; len <= TP_RECORD_MAX; len++) {
            uint8_t *buf = exact_copy(b, len);
            CU_ASSERT_EQUAL_FATAL(tp_record_parse(buf, len, &r), TP_OK);
            CU_ASSERT(r.type == type && r.generation == b[1]);
            CU_ASSERT_EQUAL(r.counter, b[2] | b[3] << 8);
            CU_ASSERT(r.sealed == buf + 4 && r.sealed_len == len - 4);
            tp_record_head(&r, head);
            CU_ASSERT_EQUAL(memcmp(head, buf, sizeof head), 0);
            free(buf);
        }
    }
}

// A parser takes its own type and size alone, and a refusal leaves *out alone.
static void parsers_take_only_their_own(void)
{
    uint8_t b[FRAME_MAX] = {0};
    struct tp_wake w = {.nonce = {77}};
    struct tp_hello h = {.versions = 77};
    struct tp_record r = {.counter = 77};
    for (unsigned type = 0; type < 256; type++) {
        b[0] = (uint8_t)type;
        for (size_t len = 0; len < sizeof b; len++) {
            uint8_t *buf = exact_copy(b, len);
            bool wake = type == TP_WAKE && len == TP_WAKE_LEN;
            bool hello = type == TP_HELLO && len == TP_HELLO_LEN;
            bool record =
                is_record(type) && len >= TP_RECORD_MIN && len <= TP_RECORD_MAX;
            if (!wake)
                CU_ASSERT(tp_wake_parse(buf, len, &w) && w.nonce[0] == 77);
            if (!hello)
                CU_ASSERT(tp_hello_parse(buf, len, &h) && h.versions == 77);
            if (!record)
                CU_ASSERT(tp_record_parse(buf, len, &r) && r.counter == 77);
            free(buf);
        }
    }
}

int main(void)
{
    static const struct suite_case cases[] = {
        {"FRM-2: every type has its length", every_type_has_its_length},
        {"FRM-2: records have a range", records_have_a_range},
        {"FRM-2: other types are refused", other_types_are_refused},
        {"FRM-1: nothing is longer than 255 bytes", nothing_is_longer_than_255},
        {"WAKE-1: wake-ups are as drawn", wakes_are_as_drawn},
        {"HS-1: hellos are as drawn", hellos_are_as_drawn},
        {"REC-1: records are as drawn", records_are_as_drawn},
        {"parsers take only their own", parsers_take_only_their_own},
        {0},
    };
    return cr_init() ? 2 : suite_main("protocol/frame", cases);
}
