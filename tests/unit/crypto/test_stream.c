// test_stream.c - seeded streams: the published keystream, seeking, fairness

#include <crypto/init.h>
#include <crypto/stream.h>
#include <hex.h>
#include <stdlib.h>
#include <suite.h>

// Blocks 0 and 1 of the ChaCha20 keystream under a key and nonce of zeroes, as
// in the test vectors of RFC 8439 (A.1).
static const char zero_keystream[] =
    "76b8e0ada0f13d90405d6ae55386bd28bdd219b8a08ded1aa836efcc8b770dc7"
    "da41597c5157488d7724e03fb8d84a376a43b8f41518a11cc387b669b2ee6586"
    "9f07e7be5551387a98ba977c732d080dcb0f29a048e3656912c6533e32ee7aed"
    "29b721769ce64e43d57133b074d839d531ed1f28510afb45ace10a1f4b794d6f";

static const uint8_t zero_key[32];

static void stream_is_the_published_keystream(void)
{
    struct cr_stream s;
    uint8_t out[128];
    cr_stream_init(&s, zero_key);
    cr_stream_fill(&s, out, sizeof out);
    CU_ASSERT_TRUE(is_hex(zero_keystream, out, sizeof out));
    CU_ASSERT_EQUAL(s.position, sizeof out);
}

static void cuts_do_not_matter(void)
{
    struct cr_stream whole, parts;
    uint8_t want[300], have[300];
    cr_stream_named(&whole, 7, "cuts");
    cr_stream_fill(&whole, want, sizeof want);
    for (size_t step = 1; step <= 130; step++) {
        cr_stream_named(&parts, 7, "cuts");
        for (size_t at = 0; at < sizeof have; at += step) {
            size_t n = sizeof have - at < step ? sizeof have - at : step;
            cr_stream_fill(&parts, have + at, n);
        }
        CU_ASSERT_EQUAL(memcmp(want, have, sizeof have), 0);
    }
}

static void position_is_a_seek(void)
{
    struct cr_stream s;
    uint8_t want[200], have[9];
    cr_stream_init(&s, zero_key);
    cr_stream_fill(&s, want, sizeof want);
    for (size_t at = 0; at + sizeof have <= sizeof want; at++) {
        s.position = at;
        cr_stream_fill(&s, have, sizeof have);
        CU_ASSERT_EQUAL(memcmp(want + at, have, sizeof have), 0);
    }
}

// Block counters need 64 bits: 2^32 blocks are only 256 GiB.
static void positions_past_32_bits_of_blocks_differ(void)
{
    struct cr_stream s;
    uint8_t low[32], high[32];
    cr_stream_init(&s, zero_key);
    s.position = 32;
    cr_stream_fill(&s, low, sizeof low);
    s.position = ((uint64_t)1 << 38) + 32;
    cr_stream_fill(&s, high, sizeof high);
    CU_ASSERT_NOT_EQUAL(memcmp(low, high, sizeof low), 0);
}

static void an_empty_read_moves_nothing(void)
{
    struct cr_stream s;
    cr_stream_init(&s, zero_key);
    cr_stream_fill(&s, NULL, 0);
    CU_ASSERT_EQUAL(s.position, 0);
    s.position = 5;
    cr_stream_fill(&s, NULL, 0);
    CU_ASSERT_EQUAL(s.position, 5);
}

// The keys were computed with another implementation of BLAKE2b.
static void names_and_seeds_make_the_key(void)
{
    static const struct {
        uint64_t seed;
        const char *name, *key;
    } cases[] = {
        {0, "", "81e47a19e6b29b0a65b9591762ce5143ed30d0261e5d24a3201752506b20f15c"},
        {1, "attacker",
         "50a654dd9b5403e9a9dc904813227b4a078cdcf9ae5b0d5f2845ab7561176112"},
        {UINT64_MAX, "implant/boot",
         "0e026a911f552cfe77fb9768573471aeb9da90583035d3f4d42ab0a5f28ef4c4"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct cr_stream s;
        cr_stream_named(&s, cases[i].seed, cases[i].name);
        CU_ASSERT_TRUE(is_hex(cases[i].key, s.key, sizeof s.key));
        CU_ASSERT_EQUAL(s.position, 0);
    }
}

static void a_copy_is_a_snapshot(void)
{
    struct cr_stream s, copy;
    uint8_t a[100], b[100];
    cr_stream_named(&s, 3, "snapshot");
    cr_stream_fill(&s, a, 13);
    copy = s;
    cr_stream_fill(&s, a, sizeof a);
    cr_stream_fill(&copy, b, sizeof b);
    CU_ASSERT_EQUAL(memcmp(a, b, sizeof a), 0);
}

static void the_callback_reads_the_stream(void)
{
    struct cr_stream direct, lent;
    uint8_t a[40], b[40];
    cr_stream_named(&direct, 4, "rng");
    cr_stream_named(&lent, 4, "rng");
    struct cr_rng rng = cr_stream_rng(&lent);
    cr_stream_fill(&direct, a, sizeof a);
    uint64_t first = cr_rng_u64(rng);
    cr_rng_fill(rng, b + 8, sizeof b - 8);
    CU_ASSERT_EQUAL(memcmp(a + 8, b + 8, sizeof b - 8), 0);
    for (size_t i = 0; i < 8; i++)
        CU_ASSERT_EQUAL(a[i], (uint8_t)(first >> (8 * i)));
}

static void below_stays_below(void)
{
    static const uint64_t bounds[] = {
        1, 2, 3, 10, 255, 1000003, (UINT64_C(1) << 63) + 1, UINT64_MAX};
    struct cr_stream s;
    cr_stream_named(&s, 5, "below");
    for (size_t i = 0; i < sizeof bounds / sizeof bounds[0]; i++) {
        for (int n = 0; n < 200; n++)
            CU_ASSERT(cr_stream_below(&s, bounds[i]) < bounds[i]);
    }
}

// With a bound of three quarters of the range, taking the remainder alone would
// give the lowest third of the results twice as often as the others.
static void below_has_no_bias(void)
{
    const uint64_t third = UINT64_C(1) << 62;
    enum { DRAWS = 30000 };
    unsigned hits[3] = {0};
    struct cr_stream s;
    cr_stream_named(&s, 6, "bias");
    for (int n = 0; n < DRAWS; n++)
        hits[cr_stream_below(&s, 3 * third) / third]++;
    for (int i = 0; i < 3; i++)
        CU_ASSERT(abs((int)hits[i] - DRAWS / 3) < 500); // six standard deviations
}

int main(void)
{
    static const struct suite_case cases[] = {
        {"a stream is the published keystream", stream_is_the_published_keystream},
        {"how reads are cut does not matter", cuts_do_not_matter},
        {"setting the position is a seek", position_is_a_seek},
        {"positions past 32 bits of blocks differ",
         positions_past_32_bits_of_blocks_differ},
        {"an empty read moves nothing", an_empty_read_moves_nothing},
        {"seed and name make the key", names_and_seeds_make_the_key},
        {"a copy is a snapshot", a_copy_is_a_snapshot},
        {"the callback reads the stream", the_callback_reads_the_stream},
        {"a bounded draw stays below its bound", below_stays_below},
        {"a bounded draw has no bias", below_has_no_bias},
        {0},
    };
    return cr_init() == 0 ? suite_main("crypto/stream", cases) : 2;
}
