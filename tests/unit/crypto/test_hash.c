// test_hash.c - SHA-256, HMAC (RFC 4231), HKDF (RFC 5869), comparing, wiping (CRY-1)

#include <crypto/hash.h>
#include <crypto/init.h>
#include <hex.h>
#include <suite.h>

static void sha256_gives_published_digests(void)
{
    uint8_t out[CR_HASH_LEN];
    cr_sha256(out, NULL, 0);
    CU_ASSERT_TRUE(
        is_hex("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", out,
               sizeof out));
    cr_sha256(out, (const uint8_t *)"abc", 3);
    CU_ASSERT_TRUE(
        is_hex("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", out,
               sizeof out));
}

// RFC 4231, cases 1 to 4, 6 and 7; 5 is about truncation, which is not offered.
static void hmac_gives_rfc_4231(void)
{
    static const struct {
        const char *key, *data, *mac;
    } cases[] = {
        {"0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", "4869205468657265",
         "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
        {"4a656665", "7768617420646f2079612077616e7420666f72206e6f7468696e673f",
         "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
        {"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
         "dddddddddddddddddddddddddddddddddddddddddddddddddd"
         "dddddddddddddddddddddddddddddddddddddddddddddddddd",
         "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"},
        {"0102030405060708090a0b0c0d0e0f10111213141516171819",
         "cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd"
         "cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd",
         "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint8_t key[32], data[64], mac[CR_HASH_LEN];
        size_t key_len = from_hex(cases[i].key, key, sizeof key);
        size_t data_len = from_hex(cases[i].data, data, sizeof data);
        cr_hmac256(mac, key, key_len, data, data_len);
        CU_ASSERT_TRUE(is_hex(cases[i].mac, mac, sizeof mac));
    }
}

// Cases 6 and 7: a key longer than the hash's block is hashed first.
static void hmac_takes_long_keys(void)
{
    static const char six[] = "Test Using Larger Than Block-Size Key - Hash Key First";
    static const char seven[] =
        "This is a test using a larger than block-size key and a larger than "
        "block-size data. The key needs to be hashed before being used by the "
        "HMAC algorithm.";
    uint8_t key[131], mac[CR_HASH_LEN];
    memset(key, 0xaa, sizeof key);
    cr_hmac256(mac, key, sizeof key, (const uint8_t *)six, sizeof six - 1);
    CU_ASSERT_TRUE(
        is_hex("60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54", mac,
               sizeof mac));
    cr_hmac256(mac, key, sizeof key, (const uint8_t *)seven, sizeof seven - 1);
    CU_ASSERT_TRUE(
        is_hex("9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2", mac,
               sizeof mac));
}

static void hkdf_gives_rfc_5869_case_1(void)
{
    uint8_t ikm[22], salt[13], info[10], okm[42];
    memset(ikm, 0x0b, sizeof ikm);
    from_hex("000102030405060708090a0b0c", salt, sizeof salt);
    from_hex("f0f1f2f3f4f5f6f7f8f9", info, sizeof info);
    cr_hkdf256(okm, sizeof okm, ikm, sizeof ikm, salt, sizeof salt, info, sizeof info);
    CU_ASSERT_TRUE(
        is_hex("3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf"
               "34007208d5b887185865",
               okm, sizeof okm));
}

static void hkdf_gives_rfc_5869_case_2(void)
{
    uint8_t ikm[80], salt[80], info[80], okm[82];
    for (size_t i = 0; i < 80; i++) {
        ikm[i] = (uint8_t)i;
        salt[i] = (uint8_t)(0x60 + i);
        info[i] = (uint8_t)(0xb0 + i);
    }
    cr_hkdf256(okm, sizeof okm, ikm, sizeof ikm, salt, sizeof salt, info, sizeof info);
    CU_ASSERT_TRUE(
        is_hex("b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c"
               "59045a99cac7827271cb41c65e590e09da3275600c2f09b8367793a9aca3db71"
               "cc30c58179ec3e87c14c01d5c1f3434f1d87",
               okm, sizeof okm));
}

static void hkdf_gives_rfc_5869_case_3(void)
{
    uint8_t ikm[22], okm[42];
    memset(ikm, 0x0b, sizeof ikm);
    cr_hkdf256(okm, sizeof okm, ikm, sizeof ikm, NULL, 0, NULL, 0);
    CU_ASSERT_TRUE(
        is_hex("8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d"
               "9d201395faa4b61a96c8",
               okm, sizeof okm));
}

static void hkdf_fills_exactly_what_is_asked(void)
{
    static uint8_t longest[CR_HKDF_MAX + 1];
    uint8_t some[100];
    const uint8_t *ikm = (const uint8_t *)"secret";
    longest[CR_HKDF_MAX] = 0x77;
    cr_hkdf256(longest, CR_HKDF_MAX, ikm, 6, NULL, 0, NULL, 0);
    CU_ASSERT_EQUAL(longest[CR_HKDF_MAX], 0x77);
    for (size_t len = 0; len < sizeof some; len++) {
        memset(some, 0x77, sizeof some);
        cr_hkdf256(some, len, ikm, 6, NULL, 0, NULL, 0);
        CU_ASSERT_EQUAL(memcmp(some, longest, len), 0);
        CU_ASSERT_EQUAL(some[len], 0x77);
    }
}

static void equal_sees_every_bit(void)
{
    uint8_t a[40], b[40];
    memset(a, 0x3c, sizeof a);
    memset(b, 0x3c, sizeof b);
    CU_ASSERT_TRUE(cr_equal(a, b, sizeof a));
    CU_ASSERT_TRUE(cr_equal(a, b, 0));
    for (size_t bit = 0; bit < 8 * sizeof b; bit++) {
        b[bit / 8] ^= (uint8_t)(1U << bit % 8);
        CU_ASSERT_FALSE(cr_equal(a, b, sizeof a));
        CU_ASSERT_TRUE(cr_equal(a, b, bit / 8)); // what comes before it
        b[bit / 8] ^= (uint8_t)(1U << bit % 8);
    }
}

static void wipe_clears_what_it_is_given(void)
{
    uint8_t a[9];
    memset(a, 0xff, sizeof a);
    cr_wipe(a, 8);
    for (size_t i = 0; i < 8; i++)
        CU_ASSERT_EQUAL(a[i], 0);
    CU_ASSERT_EQUAL(a[8], 0xff);
}

int main(void)
{
    static const struct suite_case cases[] = {
        {"SHA-256 gives published digests", sha256_gives_published_digests},
        {"HMAC gives RFC 4231", hmac_gives_rfc_4231},
        {"HMAC takes keys longer than a block", hmac_takes_long_keys},
        {"HKDF gives RFC 5869, case 1", hkdf_gives_rfc_5869_case_1},
        {"HKDF gives RFC 5869, case 2", hkdf_gives_rfc_5869_case_2},
        {"HKDF gives RFC 5869, case 3, without salt or info",
         hkdf_gives_rfc_5869_case_3},
        {"HKDF fills exactly what is asked", hkdf_fills_exactly_what_is_asked},
        {"comparing sees every bit", equal_sees_every_bit},
        {"wiping clears what it is given", wipe_clears_what_it_is_given},
        {0},
    };
    return cr_init() == 0 ? suite_main("crypto/hash", cases) : 2;
}
