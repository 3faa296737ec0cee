// test_report.c - an implant's word on its patient: shape and tag

#include "exact.h"
#include <crypto/hash.h>
#include <crypto/init.h>
#include <protocol/report.h>
#include <suite.h>

static uint8_t s_priv[CR_DH_LEN], id[TP_ID_LEN], key[TP_ORIGIN_KEY_LEN];

static struct tp_report good(void)
{
    struct tp_report r = {.sequence = 0x01020304,
                          .time_s = 0x05060708,
                          .settings = {11, 12, 13, 14, 15, 16, 17},
                          .alarm = 3,
                          .emergency = 2,
                          .refused = 0x090a0b0c};
    tp_report_seal(&r, id, key);
    return r;
}

static enum tp_err parse_exact(const uint8_t *src, size_t len, struct tp_report *out)
{
    uint8_t *buf = exact_copy(src, len);
    enum tp_err e = tp_report_parse(buf, len, out);
    free(buf);
    return e;
}

static void layout_is_as_drawn(void)
{
    static const uint8_t head[] = {4,  3,  2,  1,  8, 7, 6,    5,    11,   12, 13,
                                   14, 15, 16, 17, 3, 2, 0x0c, 0x0b, 0x0a, 9};
    struct tp_report r = good();
    uint8_t b[TP_REPORT_LEN];
    memset(r.tag, 0x44, sizeof r.tag);
    tp_report_build(&r, b);
    CU_ASSERT_EQUAL(TP_REPORT_LEN, 37);
    CU_ASSERT_EQUAL(TP_REPORT_BODY, sizeof head);
    CU_ASSERT_EQUAL(memcmp(b, head, sizeof head), 0);
    CU_ASSERT(b[21] == 0x44 && b[36] == 0x44);
}

static void what_parses_is_built_again(void)
{
    uint8_t b[TP_REPORT_LEN + 1], again[TP_REPORT_LEN];
    struct tp_report r = {.sequence = 77};
    fill_with(b, sizeof b, 5);
    for (size_t len = 0; len < TP_REPORT_LEN; len++)
        CU_ASSERT_EQUAL(parse_exact(b, len, &r), TP_E_SHORT);
    CU_ASSERT_EQUAL(parse_exact(b, sizeof b, &r), TP_E_EXCESS);
    CU_ASSERT_EQUAL(r.sequence, 77);
    CU_ASSERT_EQUAL_FATAL(parse_exact(b, TP_REPORT_LEN, &r), TP_OK);
    tp_report_build(&r, again);
    CU_ASSERT_EQUAL(memcmp(again, b, sizeof again), 0);
}

// Every bit of it, another implant's id and another's key.
static void only_the_implants_own_word_counts(void)
{
    struct tp_report r = good(), bad;
    uint8_t b[TP_REPORT_LEN], other[TP_ORIGIN_KEY_LEN];
    CU_ASSERT_EQUAL(tp_report_check(&r, id, key), TP_OK);
    tp_report_build(&r, b);
    for (size_t i = 0; i < sizeof b; i++) {
        for (int bit = 0; bit < 8; bit++) {
            b[i] ^= (uint8_t)(1 << bit);
            CU_ASSERT_EQUAL_FATAL(tp_report_parse(b, sizeof b, &bad), TP_OK);
            CU_ASSERT_EQUAL(tp_report_check(&bad, id, key), TP_E_AUTH);
            b[i] ^= (uint8_t)(1 << bit);
        }
    }
    id[0] ^= 1;
    CU_ASSERT_EQUAL(tp_report_check(&r, id, key), TP_E_AUTH);
    id[0] ^= 1;
    s_priv[0] ^= 1;
    tp_origin_key(other, s_priv);
    s_priv[0] ^= 1;
    CU_ASSERT_EQUAL(tp_report_check(&r, id, other), TP_E_AUTH);
}

// TEL-1, CRY-2: the tag and its key, from their definition.
static void the_tag_is_what_the_page_says(void)
{
    struct tp_report r = good();
    uint8_t b[TP_REPORT_LEN], full[CR_HASH_LEN], text[9 + TP_ID_LEN + TP_REPORT_BODY];
    cr_hmac256(full, s_priv, sizeof s_priv, (const uint8_t *)"telemetry origin", 16);
    CU_ASSERT_EQUAL(memcmp(full, key, sizeof key), 0);
    tp_report_build(&r, b);
    memcpy(text, "telemetry", 9);
    memcpy(text + 9, id, TP_ID_LEN);
    memcpy(text + 9 + TP_ID_LEN, b, TP_REPORT_BODY);
    cr_hmac256(full, key, sizeof key, text, sizeof text);
    CU_ASSERT_EQUAL(memcmp(full, r.tag, sizeof r.tag), 0);
}

int main(void)
{
    static const struct suite_case cases[] = {
        {"TEL-1: the layout is as drawn", layout_is_as_drawn},
        {"TEL-1: what parses is built again", what_parses_is_built_again},
        {"TEL-1: only the implant's own word counts",
         only_the_implants_own_word_counts},
        {"TEL-1: the tag is what the page says", the_tag_is_what_the_page_says},
        {0},
    };
    if (cr_init())
        return 2;
    memset(s_priv, 0x5e, sizeof s_priv);
    memset(id, 0x1d, sizeof id);
    tp_origin_key(key, s_priv);
    return suite_main("protocol/report", cases);
}
