// test_manifest.c - what a release is: shape, signature, image

#include "bed.h"
#include "exact.h"
#include <crypto/init.h>
#include <suite.h>

static uint8_t maker[CR_SIGN_PUBLIC_LEN], image[TP_IMAGE_MAX];

static struct tp_manifest good(void)
{
    struct tp_manifest m;
    bed_release(&m, image, TP_MODEL_CARDIAC, 11);
    return m;
}

static enum tp_err parse_exact(const uint8_t *src, size_t len, struct tp_manifest *out)
{
    uint8_t *buf = exact_copy(src, len);
    enum tp_err e = tp_manifest_parse(buf, len, out);
    free(buf);
    return e;
}

// UPD-1: the layout, byte by byte.
static void layout_is_as_drawn(void)
{
    static const uint8_t head[] = {2, 1, 6, 5, 4, 3, 5, 5, 4, 3, 9, 8, 7, 6, 0, 3};
    struct tp_manifest m = {.model = 0x0102,
                            .version = 0x03040506,
                            .least = 0x03040505,
                            .expiry_s = 0x06070809,
                            .size = 768};
    uint8_t b[TP_MANIFEST_LEN];
    memset(m.hash, 0x22, sizeof m.hash);
    memset(m.signature, 0x33, sizeof m.signature);
    tp_manifest_build(&m, b);
    CU_ASSERT_EQUAL(TP_MANIFEST_LEN, 112);
    CU_ASSERT_EQUAL(memcmp(b, head, sizeof head), 0);
    CU_ASSERT(b[16] == 0x22 && b[47] == 0x22);
    CU_ASSERT(b[48] == 0x33 && b[111] == 0x33);
}

static void what_parses_is_built_again(void)
{
    uint8_t b[TP_MANIFEST_LEN], again[TP_MANIFEST_LEN];
    struct tp_manifest m = good();
    tp_manifest_build(&m, b);
    memset(&m, 0, sizeof m);
    CU_ASSERT_EQUAL_FATAL(parse_exact(b, sizeof b, &m), TP_OK);
    tp_manifest_build(&m, again);
    CU_ASSERT_EQUAL(memcmp(again, b, sizeof b), 0);
}

// UPD-1: every truncation, a byte more, sizes and least versions out of range.
static void wrong_shapes_are_refused(void)
{
    static const struct {
        uint32_t least;
        uint16_t size;
        enum tp_err says;
    } cases[] = {{1, 0, TP_E_VALUE},      {1, 1, TP_OK},
                 {1, 768, TP_OK},         {1, 769, TP_E_VALUE},
                 {1, 0xffff, TP_E_VALUE}, {11, 200, TP_OK},
                 {12, 200, TP_E_VALUE},   {UINT32_MAX, 200, TP_E_VALUE}};
    uint8_t b[TP_MANIFEST_LEN + 1] = {0};
    struct tp_manifest m = good(), out = {.version = 77};
    tp_manifest_build(&m, b);
    for (size_t len = 0; len < TP_MANIFEST_LEN; len++)
        CU_ASSERT_EQUAL(parse_exact(b, len, &out), TP_E_SHORT);
    CU_ASSERT_EQUAL(parse_exact(b, sizeof b, &out), TP_E_EXCESS);
    CU_ASSERT_EQUAL(out.version, 77);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        out = (struct tp_manifest){.version = 77};
        m.least = cases[i].least;
        m.size = cases[i].size;
        tp_manifest_build(&m, b);
        CU_ASSERT_EQUAL(parse_exact(b, TP_MANIFEST_LEN, &out), cases[i].says);
        CU_ASSERT_EQUAL(out.version, cases[i].says == TP_OK ? 11 : 77);
    }
}

// UPD-2: any changed bit, another's key, or the same text under another label.
static void only_the_makers_word_counts(void)
{
    uint8_t b[TP_MANIFEST_LEN], pub[CR_SIGN_PUBLIC_LEN], secret[CR_SIGN_SECRET_LEN];
    static const uint8_t seed[CR_SIGN_SEED_LEN] = {0x77};
    struct tp_manifest m = good(), bad;
    CU_ASSERT_EQUAL(tp_manifest_check(&m, maker), TP_OK);
    tp_manifest_build(&m, b);
    for (size_t i = 0; i < sizeof b; i++) {
        for (int bit = 0; bit < 8; bit++) {
            b[i] ^= (uint8_t)(1 << bit);
            if (tp_manifest_parse(b, sizeof b, &bad) == TP_OK)
                CU_ASSERT_EQUAL(tp_manifest_check(&bad, maker), TP_E_AUTH);
            b[i] ^= (uint8_t)(1 << bit);
        }
    }
    cr_sign_keypair(seed, pub, secret);
    CU_ASSERT_EQUAL(tp_manifest_check(&m, pub), TP_E_AUTH);
    tp_manifest_sign(&m, secret);
    CU_ASSERT_EQUAL(tp_manifest_check(&m, maker), TP_E_AUTH);
    CU_ASSERT_EQUAL(tp_manifest_check(&m, pub), TP_OK);
    cr_sign(m.signature, secret, b, TP_MANIFEST_BODY);
    CU_ASSERT_EQUAL(tp_manifest_check(&m, pub), TP_E_AUTH);
}

// UPD-2: CRY-2: the label is what it is.
static void the_label_is_part_of_what_is_signed(void)
{
    struct tp_manifest m = good();
    uint8_t b[TP_MANIFEST_LEN], text[18 + TP_MANIFEST_BODY] = "telltale manifest";
    tp_manifest_build(&m, b);
    memcpy(text + 17, b, TP_MANIFEST_BODY);
    CU_ASSERT_EQUAL(cr_verify(m.signature, maker, text, 17 + TP_MANIFEST_BODY), CR_OK);
}

// UPD-1: the hash is of the image's bytes, all of them and no other.
static void an_image_is_its_manifests_or_not(void)
{
    struct tp_manifest m = good();
    CU_ASSERT(tp_manifest_is_of(&m, image));
    for (size_t i = 0; i < m.size; i++) {
        image[i] ^= 0x80;
        CU_ASSERT_FALSE(tp_manifest_is_of(&m, image));
        image[i] ^= 0x80;
    }
    image[m.size] ^= 0x80;
    CU_ASSERT(tp_manifest_is_of(&m, image));
    m.size--;
    CU_ASSERT_FALSE(tp_manifest_is_of(&m, image));
}

int main(void)
{
    static const struct suite_case cases[] = {
        {"UPD-1: the layout is as drawn", layout_is_as_drawn},
        {"UPD-1: what parses is built again", what_parses_is_built_again},
        {"UPD-1: wrong shapes are refused", wrong_shapes_are_refused},
        {"UPD-2: only the maker's word counts", only_the_makers_word_counts},
        {"UPD-2: the label is part of what is signed",
         the_label_is_part_of_what_is_signed},
        {"UPD-1: an image is its manifest's or not", an_image_is_its_manifests_or_not},
        {0},
    };
    if (cr_init())
        return 2;
    bed_maker(maker);
    return suite_main("protocol/manifest", cases);
}
