// test_bytes.c - the cursors: bounds, stickiness, byte order

#include <crypto/bytes.h>
#include <stdlib.h>
#include <suite.h>

// A buffer that ends at the end of a heap block, so that one byte too far is a
// sanitizer report.
static uint8_t *exact(size_t len)
{
    uint8_t *buf = malloc(len ? len : 1);
    if (!buf)
        abort();
    for (size_t i = 0; i < len; i++)
        buf[i] = (uint8_t)(i + 1);
    return buf;
}

static void integers_are_little_endian(void)
{
    uint8_t *buf = exact(15);
    struct rd r = rd_of(buf, 15);
    CU_ASSERT_EQUAL(rd_u8(&r), 0x01);
    CU_ASSERT_EQUAL(rd_u16(&r), 0x0302);
    CU_ASSERT_EQUAL(rd_u32(&r), 0x07060504);
    CU_ASSERT_EQUAL(rd_u64(&r), 0x0f0e0d0c0b0a0908);
    CU_ASSERT_TRUE(rd_end(&r));
    free(buf);
}

static void odd_widths_are_read(void)
{
    uint8_t *buf = exact(3);
    struct rd r = rd_of(buf, 3);
    CU_ASSERT_EQUAL(rd_le(&r, 3), 0x030201);
    CU_ASSERT_TRUE(rd_end(&r));
    free(buf);
}

static void a_read_past_the_end_sticks(void)
{
    uint8_t *buf = exact(3);
    struct rd r = rd_of(buf, 3);
    CU_ASSERT_EQUAL(rd_u32(&r), 0);
    CU_ASSERT_TRUE(r.bad);
    CU_ASSERT_EQUAL(rd_u8(&r), 0); // there are bytes left, and none is given
    CU_ASSERT_PTR_NULL(rd_take(&r, 0));
    CU_ASSERT_FALSE(rd_end(&r));
    free(buf);
}

static void left_over_bytes_are_not_the_end(void)
{
    uint8_t *buf = exact(2);
    struct rd r = rd_of(buf, 2);
    (void)rd_u8(&r);
    CU_ASSERT_FALSE(rd_end(&r));
    (void)rd_u8(&r);
    CU_ASSERT_TRUE(rd_end(&r));
    free(buf);
}

static void take_borrows_in_place(void)
{
    uint8_t *buf = exact(4);
    struct rd r = rd_of(buf, 4);
    CU_ASSERT_PTR_EQUAL(rd_take(&r, 3), buf);
    CU_ASSERT_PTR_EQUAL(rd_take(&r, 1), buf + 3);
    CU_ASSERT_PTR_EQUAL(rd_take(&r, 0), buf + 4);
    CU_ASSERT_PTR_NULL(rd_take(&r, 1));
    free(buf);
}

static void a_huge_length_does_not_wrap(void)
{
    uint8_t *buf = exact(4);
    struct rd r = rd_of(buf, 4);
    struct wr w = wr_of(buf, 4);
    volatile size_t huge = SIZE_MAX; // or the compiler sees it, and warns
    CU_ASSERT_PTR_NULL(rd_take(&r, huge));
    wr_put(&w, buf, huge);
    CU_ASSERT_TRUE(r.bad);
    CU_ASSERT_TRUE(w.bad);
    free(buf);
}

static void get_copies_or_clears(void)
{
    uint8_t *buf = exact(4);
    uint8_t out[3] = {9, 9, 9};
    struct rd r = rd_of(buf, 4);
    rd_get(&r, out, 3);
    CU_ASSERT(out[0] == 1 && out[1] == 2 && out[2] == 3);
    rd_get(&r, out, 0);
    CU_ASSERT_FALSE(r.bad);
    rd_get(&r, out, 2);
    CU_ASSERT_TRUE(r.bad);
    CU_ASSERT(out[0] == 0 && out[1] == 0 && out[2] == 3);
    free(buf);
}

static void an_empty_buffer_needs_no_memory(void)
{
    struct rd r = rd_of(NULL, 0);
    struct wr w = wr_of(NULL, 0);
    CU_ASSERT_PTR_NULL(rd_take(&r, 0));
    CU_ASSERT_TRUE(rd_end(&r));
    wr_put(&w, NULL, 0);
    wr_fill(&w, 0xff, 0);
    CU_ASSERT_FALSE(w.bad);
    wr_u8(&w, 1);
    CU_ASSERT_TRUE(w.bad);
}

static void what_is_written_is_read_back(void)
{
    uint8_t *buf = exact(20);
    struct wr w = wr_of(buf, 20);
    static const uint8_t tail[2] = {0xaa, 0xbb};
    wr_u8(&w, 0x11);
    wr_u16(&w, 0x2233);
    wr_u32(&w, 0x44556677);
    wr_u64(&w, UINT64_MAX);
    wr_fill(&w, 0x5a, 3);
    wr_put(&w, tail, sizeof tail);
    CU_ASSERT_FALSE(w.bad);
    CU_ASSERT_EQUAL(w.done, 20);
    CU_ASSERT_EQUAL(w.left, 0);

    struct rd r = rd_of(buf, 20);
    CU_ASSERT_EQUAL(rd_u8(&r), 0x11);
    CU_ASSERT_EQUAL(rd_u16(&r), 0x2233);
    CU_ASSERT_EQUAL(rd_u32(&r), 0x44556677);
    CU_ASSERT_EQUAL(rd_u64(&r), UINT64_MAX);
    CU_ASSERT_EQUAL(rd_le(&r, 3), 0x5a5a5a);
    CU_ASSERT_EQUAL(rd_u16(&r), 0xbbaa);
    CU_ASSERT_TRUE(rd_end(&r));
    free(buf);
}

static void a_write_past_the_end_sticks(void)
{
    uint8_t *buf = exact(3);
    struct wr w = wr_of(buf, 3);
    wr_u8(&w, 0xee);
    wr_u32(&w, 0);
    CU_ASSERT_TRUE(w.bad);
    wr_u8(&w, 0);
    wr_fill(&w, 0, 1);
    CU_ASSERT_EQUAL(w.done, 1); // nothing more went out, not even what would fit
    CU_ASSERT(buf[0] == 0xee && buf[1] == 2 && buf[2] == 3);
    free(buf);
}

static void a_fill_past_the_end_sticks(void)
{
    uint8_t *buf = exact(3);
    struct wr w = wr_of(buf, 3);
    wr_fill(&w, 0, 4);
    CU_ASSERT_TRUE(w.bad);
    CU_ASSERT_EQUAL(buf[0], 1);
    free(buf);
}

int main(void)
{
    static const struct suite_case cases[] = {
        {"integers are little-endian", integers_are_little_endian},
        {"odd widths are read", odd_widths_are_read},
        {"a read past the end sticks", a_read_past_the_end_sticks},
        {"left-over bytes are not the end", left_over_bytes_are_not_the_end},
        {"take borrows in place", take_borrows_in_place},
        {"a huge length does not wrap", a_huge_length_does_not_wrap},
        {"get copies, or clears when it cannot", get_copies_or_clears},
        {"an empty buffer needs no memory", an_empty_buffer_needs_no_memory},
        {"what is written is read back", what_is_written_is_read_back},
        {"a write past the end sticks", a_write_past_the_end_sticks},
        {"a fill past the end sticks", a_fill_past_the_end_sticks},
        {0},
    };
    return suite_main("crypto/bytes", cases);
}
