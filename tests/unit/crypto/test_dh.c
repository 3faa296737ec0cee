// test_dh.c - X25519 (RFC 7748), and the keys it must refuse (CRY-1)

#include <crypto/dh.h>
#include <crypto/init.h>
#include <crypto/stream.h>
#include <hex.h>
#include <suite.h>

struct key {
    uint8_t b[CR_DH_LEN];
};

static struct key key(const char *text)
{
    struct key k;
    CU_ASSERT_EQUAL_FATAL(from_hex(text, k.b, sizeof k.b), sizeof k.b);
    return k;
}

// RFC 7748, 5.2.
static void products_are_the_published_ones(void)
{
    static const struct {
        const char *scalar, *u, *product;
    } cases[] = {
        {"a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4",
         "e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c",
         "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552"},
        {"4b66e9d4d1b4673c5ad22691957d6af5c11b6421e0ea01d42ca4169e7918ba0d",
         "e5210f12786811d3f4b7959d0538ae2c31dbe7106fc03c3efc4cd549c715a493",
         "95cbde9476e8907d7aade45cb4b873f88b595a68799fa152e6f8f7647aac7957"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct key out, scalar = key(cases[i].scalar), u = key(cases[i].u);
        CU_ASSERT_EQUAL(cr_dh(out.b, scalar.b, u.b), CR_OK);
        CU_ASSERT_TRUE(is_hex(cases[i].product, out.b, sizeof out.b));
    }
}

static void a_thousand_rounds_end_as_published(void)
{
    struct key k =
        key("0900000000000000000000000000000000000000000000000000000000000000");
    struct key u = k;
    for (int i = 0; i < 1000; i++) {
        struct key out;
        CU_ASSERT_EQUAL_FATAL(cr_dh(out.b, k.b, u.b), CR_OK);
        u = k;
        k = out;
    }
    CU_ASSERT_TRUE(
        is_hex("684cf59ba83309552800ef566f2f4d3c1c3887c49360e3875f2eb94d99532c51", k.b,
               sizeof k.b));
}

// RFC 7748, 6.1.
static void two_parties_agree_as_published(void)
{
    struct key a =
        key("77076d0a7318a57d3c16c17251b26645df4c2f92ebc099a3a1a0e17b2d7ef6e4");
    struct key b =
        key("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb");
    struct key a_pub, b_pub, ab, ba;
    cr_dh_public(a.b, a_pub.b);
    cr_dh_public(b.b, b_pub.b);
    CU_ASSERT_TRUE(
        is_hex("de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f",
               b_pub.b, sizeof b_pub.b));
    CU_ASSERT_EQUAL(cr_dh(ab.b, a.b, b_pub.b), CR_OK);
    CU_ASSERT_EQUAL(cr_dh(ba.b, b.b, a_pub.b), CR_OK);
    CU_ASSERT_EQUAL(memcmp(ab.b, ba.b, sizeof ab.b), 0);
}

// All points whose order divides 8, and the encodings of them that are not
// reduced: 0, 1, p-1, p, p+1 and the two of order 8. Each also with the top bit
// set, which X25519 ignores.
static void keys_of_low_order_are_refused(void)
{
    static const char *const low[] = {
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
        "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
    };
    static const struct key zero;
    struct key priv =
        key("77076d0a7318a57d3c16c17251b26645df4c2f92ebc099a3a1a0e17b2d7ef6e4");
    for (size_t i = 0; i < 2 * (sizeof low / sizeof low[0]); i++) {
        struct key out, pub = key(low[i / 2]);
        pub.b[31] |= (uint8_t)(i % 2 << 7);
        memset(out.b, 0x77, sizeof out.b);
        CU_ASSERT_EQUAL(cr_dh(out.b, priv.b, pub.b), CR_E_KEY);
        CU_ASSERT_EQUAL(memcmp(out.b, zero.b, sizeof out.b), 0);
    }
}

static void unreduced_keys_of_full_order_are_taken(void)
{
    // p + 9 is the base point, written otherwise.
    struct key nine =
        key("f6ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f");
    struct key priv =
        key("77076d0a7318a57d3c16c17251b26645df4c2f92ebc099a3a1a0e17b2d7ef6e4");
    struct key out, pub;
    cr_dh_public(priv.b, pub.b);
    CU_ASSERT_EQUAL(cr_dh(out.b, priv.b, nine.b), CR_OK);
    CU_ASSERT_EQUAL(memcmp(out.b, pub.b, sizeof out.b), 0);
}

static void generated_keys_come_from_the_source(void)
{
    struct cr_stream s, again;
    struct key priv, pub, want_priv, want_pub;
    cr_stream_named(&s, 1, "keys");
    again = s;
    cr_dh_generate(cr_stream_rng(&s), priv.b, pub.b);
    cr_stream_fill(&again, want_priv.b, sizeof want_priv.b);
    cr_dh_public(want_priv.b, want_pub.b);
    CU_ASSERT_EQUAL(memcmp(priv.b, want_priv.b, sizeof priv.b), 0);
    CU_ASSERT_EQUAL(memcmp(pub.b, want_pub.b, sizeof pub.b), 0);
    CU_ASSERT_EQUAL(s.position, CR_DH_LEN);
}

int main(void)
{
    static const struct suite_case cases[] = {
        {"products are the published ones", products_are_the_published_ones},
        {"a thousand rounds end as published", a_thousand_rounds_end_as_published},
        {"two parties agree as published", two_parties_agree_as_published},
        {"keys of low order are refused, out cleared", keys_of_low_order_are_refused},
        {"unreduced keys of full order are taken",
         unreduced_keys_of_full_order_are_taken},
        {"generated keys come from the given source",
         generated_keys_come_from_the_source},
        {0},
    };
    return cr_init() == 0 ? suite_main("crypto/dh", cases) : 2;
}
