// test_aead.c - sealing and opening (CRY-1)

#include <crypto/aead.h>
#include <crypto/init.h>
#include <hex.h>
#include <suite.h>

// RFC 8439, A.5: the published case whose nonce begins with four zero bytes.
static const char rfc_key[] =
    "1c9240a5eb55d38af333888604f6b5f0473917c1402b80099dca5cbc207075c0";
static const char rfc_ad[] = "f33388860000000000004e91";
static const uint64_t rfc_nonce = 0x0807060504030201;
static const char rfc_text[] =
    "Internet-Drafts are draft documents valid for a maximum of six months and may be "
    "updated, replaced, or obsoleted by other documents at any time. It is "
    "inappropriate to use Internet-Drafts as reference material or to cite them other "
    "than as /\xe2\x80\x9cwork in progress./\xe2\x80\x9d";
static const char rfc_sealed[] =
    "64a0861575861af460f062c79be643bd5e805cfd345cf389f108670ac76c8cb24c6cfc18755d43eea0"
    "9ee94e382d26b0bdb7b73c321b0100d4f03b7f355894cf332f830e710b97ce98c8a84abd0b948114ad"
    "176e008d33bd60f982b1ff37c8559797a06ef4f0ef61c186324e2b3506383606907b6a7c02b0f9f615"
    "7b53c867e4b9166c767b804d46a59b5216cde7a4e99040c5a40433225ee282a1b0a06c523eaf4534d7"
    "f83fa1155b0047718cbc546a0d072b04b3564eea1b422273f548271a0bb2316053fa76991955ebd631"
    "59434ecebb4e466dae5a1073a6727627097a1049e617d91d361094fa68f0ff77987130305beaba2eda"
    "04df997b714d6c6f2c29a6ad5cb4022b02709beead9d67890cbb22392336fea1851f38";

enum { RFC_LEN = sizeof rfc_text - 1, RFC_SEALED_LEN = RFC_LEN + CR_TAG_LEN };

struct rfc_case {
    uint8_t key[CR_KEY_LEN], ad[12], sealed[RFC_SEALED_LEN];
};

static struct rfc_case rfc(void)
{
    struct rfc_case c;
    CU_ASSERT_EQUAL_FATAL(from_hex(rfc_key, c.key, sizeof c.key), sizeof c.key);
    CU_ASSERT_EQUAL_FATAL(from_hex(rfc_ad, c.ad, sizeof c.ad), sizeof c.ad);
    CU_ASSERT_EQUAL_FATAL(from_hex(rfc_sealed, c.sealed, sizeof c.sealed),
                          sizeof c.sealed);
    return c;
}

static void published_text_is_sealed(void)
{
    struct rfc_case c = rfc();
    uint8_t out[RFC_SEALED_LEN];
    cr_seal(out, c.key, rfc_nonce, c.ad, sizeof c.ad, (const uint8_t *)rfc_text,
            RFC_LEN);
    CU_ASSERT_EQUAL(memcmp(out, c.sealed, sizeof out), 0);
}

static void published_text_is_opened(void)
{
    struct rfc_case c = rfc();
    uint8_t out[RFC_LEN];
    CU_ASSERT_EQUAL(
        cr_open(out, c.key, rfc_nonce, c.ad, sizeof c.ad, c.sealed, sizeof c.sealed),
        CR_OK);
    CU_ASSERT_EQUAL(memcmp(out, rfc_text, sizeof out), 0);
}

static void out_may_be_in(void)
{
    struct rfc_case c = rfc();
    uint8_t buf[RFC_SEALED_LEN];
    memcpy(buf, rfc_text, RFC_LEN);
    cr_seal(buf, c.key, rfc_nonce, c.ad, sizeof c.ad, buf, RFC_LEN);
    CU_ASSERT_EQUAL(memcmp(buf, c.sealed, sizeof buf), 0);
    CU_ASSERT_EQUAL(cr_open(buf, c.key, rfc_nonce, c.ad, sizeof c.ad, buf, sizeof buf),
                    CR_OK);
    CU_ASSERT_EQUAL(memcmp(buf, rfc_text, RFC_LEN), 0);
}

static void untouched(const uint8_t *out, size_t len)
{
    for (size_t i = 0; i < len; i++)
        CU_ASSERT_EQUAL(out[i], 0x77);
}

static void every_flipped_bit_is_refused(void)
{
    struct rfc_case c = rfc();
    uint8_t out[RFC_LEN];
    memset(out, 0x77, sizeof out);
    for (size_t bit = 0; bit < 8 * sizeof c.sealed; bit++) {
        c.sealed[bit / 8] ^= (uint8_t)(1U << bit % 8);
        CU_ASSERT_EQUAL(cr_open(out, c.key, rfc_nonce, c.ad, sizeof c.ad, c.sealed,
                                sizeof c.sealed),
                        CR_E_AUTH);
        c.sealed[bit / 8] ^= (uint8_t)(1U << bit % 8);
    }
    untouched(out, sizeof out);
}

static void other_key_nonce_or_ad_is_refused(void)
{
    struct rfc_case c = rfc();
    uint8_t out[RFC_LEN];
    memset(out, 0x77, sizeof out);
    CU_ASSERT_EQUAL(cr_open(out, c.key, rfc_nonce + 1, c.ad, sizeof c.ad, c.sealed,
                            sizeof c.sealed),
                    CR_E_AUTH);
    CU_ASSERT_EQUAL(cr_open(out, c.key, rfc_nonce, c.ad, sizeof c.ad - 1, c.sealed,
                            sizeof c.sealed),
                    CR_E_AUTH);
    c.ad[0] ^= 1;
    CU_ASSERT_EQUAL(
        cr_open(out, c.key, rfc_nonce, c.ad, sizeof c.ad, c.sealed, sizeof c.sealed),
        CR_E_AUTH);
    c.ad[0] ^= 1;
    c.key[31] ^= 0x80;
    CU_ASSERT_EQUAL(
        cr_open(out, c.key, rfc_nonce, c.ad, sizeof c.ad, c.sealed, sizeof c.sealed),
        CR_E_AUTH);
    untouched(out, sizeof out);
}

static void every_truncation_is_refused(void)
{
    struct rfc_case c = rfc();
    uint8_t out[RFC_LEN];
    memset(out, 0x77, sizeof out);
    for (size_t len = 0; len < sizeof c.sealed; len++) {
        enum cr_err want = len < CR_TAG_LEN ? CR_E_SPACE : CR_E_AUTH;
        CU_ASSERT_EQUAL(
            cr_open(out, c.key, rfc_nonce, c.ad, sizeof c.ad, c.sealed, len), want);
    }
    untouched(out, sizeof out);
}

static void lengths_round_trip(void)
{
    struct rfc_case c = rfc();
    uint8_t sealed[200 + CR_TAG_LEN], out[200];
    for (size_t len = 0; len <= sizeof out; len++) {
        cr_seal(sealed, c.key, len, NULL, 0, c.sealed, len);
        memset(out, 0x77, sizeof out);
        CU_ASSERT_EQUAL(cr_open(out, c.key, len, NULL, 0, sealed, len + CR_TAG_LEN),
                        CR_OK);
        CU_ASSERT_EQUAL(memcmp(out, c.sealed, len), 0);
        untouched(out + len, sizeof out - len);
    }
}

static void nothing_at_all_is_sealed(void)
{
    struct rfc_case c = rfc();
    uint8_t tag[CR_TAG_LEN];
    cr_seal(tag, c.key, 0, NULL, 0, NULL, 0);
    CU_ASSERT_EQUAL(cr_open(NULL, c.key, 0, NULL, 0, tag, sizeof tag), CR_OK);
    tag[0] ^= 1;
    CU_ASSERT_EQUAL(cr_open(NULL, c.key, 0, NULL, 0, tag, sizeof tag), CR_E_AUTH);
}

static void keystream_is_the_seals(void)
{
    struct rfc_case c = rfc();
    uint8_t out[RFC_LEN];
    cr_keystream_xor(out, c.key, rfc_nonce, (const uint8_t *)rfc_text, RFC_LEN);
    CU_ASSERT_EQUAL(memcmp(out, c.sealed, sizeof out), 0);
    cr_keystream_xor(out, c.key, rfc_nonce, out, sizeof out);
    CU_ASSERT_EQUAL(memcmp(out, rfc_text, sizeof out), 0);
    cr_keystream_xor(NULL, c.key, rfc_nonce, NULL, 0);
}

int main(void)
{
    static const struct suite_case cases[] = {
        {"the published text is sealed as published", published_text_is_sealed},
        {"the published text is opened", published_text_is_opened},
        {"out may be in", out_may_be_in},
        {"every flipped bit is refused, out untouched", every_flipped_bit_is_refused},
        {"another key, nonce or associated data is refused",
         other_key_nonce_or_ad_is_refused},
        {"every truncation is refused, out untouched", every_truncation_is_refused},
        {"every length round-trips", lengths_round_trip},
        {"nothing at all can be sealed", nothing_at_all_is_sealed},
        {"the bare keystream is the one sealing uses", keystream_is_the_seals},
        {0},
    };
    return cr_init() == 0 ? suite_main("crypto/aead", cases) : 2;
}
