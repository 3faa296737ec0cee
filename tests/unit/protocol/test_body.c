// test_body.c - requests and responses inside records, and their padding

#include "exact.h"
#include <crypto/init.h>
#include <protocol/body.h>
#include <suite.h>

static enum tp_err request_exact(const uint8_t *src, size_t len, struct tp_request *out)
{
    uint8_t *buf = exact_copy(src, len);
    enum tp_err e = tp_request_parse(buf, len, out);
    if (!e)
        out->args = src + (out->args - buf);
    free(buf);
    return e;
}

static enum tp_err response_exact(const uint8_t *src, size_t len,
                                  struct tp_response *out)
{
    uint8_t *buf = exact_copy(src, len);
    enum tp_err e = tp_response_parse(buf, len, out);
    if (!e)
        out->data = src + (out->data - buf);
    free(buf);
    return e;
}

// CMD-4: the request, byte by byte.
static void requests_are_as_drawn(void)
{
    static const uint8_t want[] = {7, 0x41, 0x00, 1, 2, 3, 4, 5, 6, 7, 8, 3, 9, 8, 7};
    static const uint8_t args[] = {9, 8, 7};
    struct tp_request q = {.request = 7,
                           .opcode = TP_OP_CONFIRM,
                           .args = args,
                           .len = 3,
                           .ticket = {1, 2, 3, 4, 5, 6, 7, 8}};
    uint8_t b[TP_BODY_MAX];
    size_t len = 0;
    CU_ASSERT_EQUAL(tp_request_build(&q, false, b, &len), TP_OK);
    CU_ASSERT_EQUAL_FATAL(len, sizeof want);
    CU_ASSERT_EQUAL(memcmp(b, want, len), 0);
}

// CMD-4: the response, byte by byte; its opcode has bit 15 set.
static void responses_are_as_drawn(void)
{
    static const uint8_t want[] = {7, 0x01, 0x80, 2, 1, 2, 3, 4, 5, 6, 7, 8, 2, 9, 8};
    static const uint8_t data[] = {9, 8};
    struct tp_response a = {.request = 7,
                            .opcode = TP_OP_STATUS,
                            .data = data,
                            .len = 2,
                            .status = TP_STATUS_CHECKED,
                            .ticket = {1, 2, 3, 4, 5, 6, 7, 8}};
    uint8_t b[TP_BODY_MAX];
    size_t len = 0;
    CU_ASSERT_EQUAL(tp_response_build(&a, false, b, &len), TP_OK);
    CU_ASSERT_EQUAL_FATAL(len, sizeof want);
    CU_ASSERT_EQUAL(memcmp(b, want, len), 0);
}

// REC-9: 64, 128 or 224 bytes, the least that fits, or none of it.
static void padding_goes_to_few_sizes(void)
{
    uint8_t args[TP_DATA_MAX] = {0}, b[TP_BODY_MAX];
    for (unsigned n = 0; n <= TP_ARGS_MAX; n++) {
        struct tp_request q = {.args = args, .len = (uint8_t)n};
        size_t bare = 0, len = 0;
        CU_ASSERT_EQUAL(tp_request_build(&q, false, b, &bare), TP_OK);
        CU_ASSERT_EQUAL(bare, 12 + n);
        CU_ASSERT_EQUAL(tp_request_build(&q, true, b, &len), TP_OK);
        CU_ASSERT_EQUAL(len, bare <= 64 ? 64 : 128);
    }
    for (unsigned n = 0; n <= TP_DATA_MAX; n++) {
        struct tp_response a = {.data = args, .len = (uint8_t)n};
        size_t bare = 0, len = 0;
        CU_ASSERT_EQUAL(tp_response_build(&a, false, b, &bare), TP_OK);
        CU_ASSERT_EQUAL(bare, 13 + n);
        CU_ASSERT_EQUAL(tp_response_build(&a, true, b, &len), TP_OK);
        CU_ASSERT_EQUAL(len, bare <= 64 ? 64 : bare <= 128 ? 128 : 224);
    }
}

static void too_much_is_refused(void)
{
    uint8_t args[256] = {0}, b[TP_BODY_MAX];
    size_t len = 77;
    for (unsigned n = TP_ARGS_MAX + 1; n < 256; n++) {
        struct tp_request q = {.args = args, .len = (uint8_t)n};
        CU_ASSERT_EQUAL(tp_request_build(&q, true, b, &len), TP_E_SPACE);
    }
    for (unsigned n = TP_DATA_MAX + 1; n < 256; n++) {
        struct tp_response a = {.data = args, .len = (uint8_t)n};
        CU_ASSERT_EQUAL(tp_response_build(&a, true, b, &len), TP_E_SPACE);
    }
    CU_ASSERT_EQUAL(len, 77);
}

static void what_parses_is_built_again(void)
{
    uint8_t src[TP_BODY_MAX], again[TP_BODY_MAX];
    size_t len = 0;
    for (unsigned n = 0; n <= TP_ARGS_MAX; n++) {
        struct tp_request q = {.request = 0};
        fill_with(src, sizeof src, (uint8_t)n);
        src[11] = (uint8_t)n;
        CU_ASSERT_EQUAL_FATAL(request_exact(src, 12 + n, &q), TP_OK);
        CU_ASSERT_EQUAL(tp_request_build(&q, false, again, &len), TP_OK);
        CU_ASSERT(len == 12 + n && memcmp(again, src, len) == 0);
    }
    for (unsigned n = 0; n <= TP_DATA_MAX; n++) {
        struct tp_response a = {.request = 0};
        fill_with(src, sizeof src, (uint8_t)n);
        src[2] |= 0x80;
        src[3] = (uint8_t)(n % 4);
        src[12] = (uint8_t)n;
        CU_ASSERT_EQUAL_FATAL(response_exact(src, 13 + n, &a), TP_OK);
        CU_ASSERT_EQUAL(tp_response_build(&a, false, again, &len), TP_OK);
        CU_ASSERT(len == 13 + n && memcmp(again, src, len) == 0);
    }
}

// Every truncation, of the head and of what the length byte promises.
static void truncations_are_short(void)
{
    uint8_t b[TP_BODY_MAX] = {0};
    struct tp_request q = {.request = 77};
    struct tp_response a = {.request = 77};
    b[11] = 9;
    for (size_t len = 0; len < 12 + 9; len++)
        CU_ASSERT_EQUAL(request_exact(b, len, &q), TP_E_SHORT);
    b[11] = 0;
    b[2] = 0x80;
    b[12] = 24;
    for (size_t len = 0; len < 13 + 24; len++)
        CU_ASSERT_EQUAL(response_exact(b, len, &a), TP_E_SHORT);
    CU_ASSERT(q.request == 77 && a.request == 77);
}

// REC-9: zeroes behind the last field, any number of them, and nothing else.
static void padding_is_zero(void)
{
    uint8_t b[TP_BODY_MAX] = {0};
    struct tp_request q;
    struct tp_response a;
    b[2] = 0x80;
    for (size_t len = 13; len <= TP_BODY_MAX; len++) {
        CU_ASSERT_EQUAL(request_exact(b, len, &q), TP_OK);
        CU_ASSERT_EQUAL(response_exact(b, len, &a), TP_OK);
    }
    for (size_t i = 13; i < TP_BODY_MAX; i++) {
        b[i] = 0x80;
        CU_ASSERT_EQUAL(request_exact(b, TP_BODY_MAX, &q), TP_E_VALUE);
        CU_ASSERT_EQUAL(response_exact(b, TP_BODY_MAX, &a), TP_E_VALUE);
        b[i] = 0;
    }
}

static void forbidden_values_are_refused(void)
{
    uint8_t b[TP_BODY_MAX] = {0};
    struct tp_request q;
    struct tp_response a;
    for (unsigned n = TP_ARGS_MAX + 1; n <= TP_BODY_MAX - 12; n++) {
        b[11] = (uint8_t)n;
        CU_ASSERT_EQUAL(request_exact(b, TP_BODY_MAX, &q), TP_E_VALUE);
    }
    b[11] = 0;
    CU_ASSERT_EQUAL(response_exact(b, 13, &a), TP_E_VALUE); // bit 15 is not set
    b[2] = 0x80;
    for (unsigned status = 0; status < 256; status++) {
        b[3] = (uint8_t)status;
        CU_ASSERT_EQUAL(response_exact(b, 13, &a), status <= 3 ? TP_OK : TP_E_VALUE);
    }
}

// CMD-1: the therapy parameters as PROPOSE carries them.
static void therapy_is_seven_bytes(void)
{
    static const uint8_t want[] = {0x3c, 0, 0x82, 0, 0xc4, 0x09, 1};
    struct tp_therapy t = {60, 130, 2500, 1}, back = {0};
    uint8_t b[TP_THERAPY_LEN + 1] = {0};
    tp_therapy_build(&t, b);
    CU_ASSERT_EQUAL(memcmp(b, want, sizeof want), 0);
    for (size_t len = 0; len <= sizeof b; len++) {
        uint8_t *buf = exact_copy(b, len);
        enum tp_err e = tp_therapy_parse(buf, len, &back);
        CU_ASSERT_EQUAL(e, len < 7 ? TP_E_SHORT : len > 7 ? TP_E_EXCESS : TP_OK);
        free(buf);
    }
    CU_ASSERT(back.lower_rate_ppm == 60 && back.upper_rate_ppm == 130);
    CU_ASSERT(back.amplitude_mv == 2500 && back.mode == 1);
}

// CMD-1: the infusion parameters lie in the same seven bytes.
static void infusion_is_seven_bytes(void)
{
    static const uint8_t want[] = {0x20, 0x03, 0x88, 0x13, 0xa0, 0x0f, 0};
    struct tp_infusion t = {
        .basal_mu_h = 800, .bolus_max_mu = 5000, .daily_max_cu = 4000};
    struct tp_infusion back = {0};
    uint8_t b[TP_THERAPY_LEN + 1] = {0};
    tp_infusion_build(&t, b);
    CU_ASSERT_EQUAL(memcmp(b, want, sizeof want), 0);
    for (size_t len = 0; len <= sizeof b; len++) {
        uint8_t *buf = exact_copy(b, len);
        enum tp_err e = tp_infusion_parse(buf, len, &back);
        CU_ASSERT_EQUAL(e, len < 7 ? TP_E_SHORT : len > 7 ? TP_E_EXCESS : TP_OK);
        free(buf);
    }
    CU_ASSERT(back.basal_mu_h == 800 && back.bolus_max_mu == 5000);
    CU_ASSERT(back.daily_max_cu == 4000);
}

int main(void)
{
    static const struct suite_case cases[] = {
        {"CMD-4: requests are as drawn", requests_are_as_drawn},
        {"CMD-4: responses are as drawn", responses_are_as_drawn},
        {"REC-9: padding goes to few sizes", padding_goes_to_few_sizes},
        {"too much is refused, the length untouched", too_much_is_refused},
        {"what parses is built again", what_parses_is_built_again},
        {"every truncation is short", truncations_are_short},
        {"REC-9: padding is zero", padding_is_zero},
        {"forbidden values are refused", forbidden_values_are_refused},
        {"CMD-1: therapy is seven bytes", therapy_is_seven_bytes},
        {"CMD-1: infusion is seven bytes", infusion_is_seven_bytes},
        {0},
    };
    return cr_init() ? 2 : suite_main("protocol/body", cases);
}
