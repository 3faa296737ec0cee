// test_sign.c - Ed25519 (RFC 8032, 7.1) (CRY-1)

#include <crypto/init.h>
#include <crypto/sign.h>
#include <hex.h>
#include <suite.h>

static const struct {
    const char *seed, *pub, *msg, *sig;
} published[] = {
    {"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
     "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bac"
     "c61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"},
    {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
     "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e"
     "458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"},
    {"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
     "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290"
     "ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"},
    {"833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
     "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
     "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
     "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
     "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ec"
     "fdfbc7c66431e0303dca179c138ac17ad9bef1177331a704"},
};

static void published_keys_and_signatures(void)
{
    for (size_t i = 0; i < sizeof published / sizeof published[0]; i++) {
        uint8_t seed[CR_SIGN_SEED_LEN], pub[CR_SIGN_PUBLIC_LEN];
        uint8_t secret[CR_SIGN_SECRET_LEN], msg[64], sig[CR_SIGNATURE_LEN];
        from_hex(published[i].seed, seed, sizeof seed);
        size_t len = from_hex(published[i].msg, msg, sizeof msg);
        cr_sign_keypair(seed, pub, secret);
        CU_ASSERT_TRUE(is_hex(published[i].pub, pub, sizeof pub));
        cr_sign(sig, secret, msg, len);
        CU_ASSERT_TRUE(is_hex(published[i].sig, sig, sizeof sig));
        CU_ASSERT_EQUAL(cr_verify(sig, pub, msg, len), CR_OK);
    }
}

struct signed_msg {
    uint8_t pub[CR_SIGN_PUBLIC_LEN], msg[2], sig[CR_SIGNATURE_LEN];
};

static struct signed_msg third(void)
{
    struct signed_msg s;
    from_hex(published[2].pub, s.pub, sizeof s.pub);
    from_hex(published[2].msg, s.msg, sizeof s.msg);
    from_hex(published[2].sig, s.sig, sizeof s.sig);
    return s;
}

// part lies in s.
static void refuses_flips(const struct signed_msg *s, uint8_t *part, size_t len)
{
    for (size_t bit = 0; bit < 8 * len; bit++) {
        part[bit / 8] ^= (uint8_t)(1U << bit % 8);
        CU_ASSERT_EQUAL(cr_verify(s->sig, s->pub, s->msg, sizeof s->msg), CR_E_AUTH);
        part[bit / 8] ^= (uint8_t)(1U << bit % 8);
    }
}

static void every_flipped_bit_is_refused(void)
{
    struct signed_msg s = third();
    refuses_flips(&s, s.pub, sizeof s.pub);
    refuses_flips(&s, s.msg, sizeof s.msg);
    refuses_flips(&s, s.sig, sizeof s.sig);
    CU_ASSERT_EQUAL(cr_verify(s.sig, s.pub, s.msg, sizeof s.msg), CR_OK);
}

static void another_length_is_refused(void)
{
    struct signed_msg s = third();
    CU_ASSERT_EQUAL(cr_verify(s.sig, s.pub, s.msg, 1), CR_E_AUTH);
    CU_ASSERT_EQUAL(cr_verify(s.sig, s.pub, NULL, 0), CR_E_AUTH);
}

// Adding the group's order to the scalar half gives the same equation: a
// verifier that does not insist on a reduced scalar takes two signatures for one.
static void a_signature_has_one_form(void)
{
    uint8_t order[32];
    struct signed_msg s = third();
    from_hex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010", order,
             sizeof order);
    unsigned carry = 0;
    for (size_t i = 0; i < sizeof order; i++) {
        unsigned sum = carry + s.sig[32 + i] + order[i];
        s.sig[32 + i] = (uint8_t)sum;
        carry = sum >> 8;
    }
    CU_ASSERT_EQUAL_FATAL(carry, 0);
    CU_ASSERT_EQUAL(cr_verify(s.sig, s.pub, s.msg, sizeof s.msg), CR_E_AUTH);
}

// Under the neutral element as public key, R = [S]B would hold for any message.
static void a_public_key_of_low_order_is_refused(void)
{
    static const char *const low[] = {
        "0100000000000000000000000000000000000000000000000000000000000000",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    };
    uint8_t sig[CR_SIGNATURE_LEN] = {1}; // R neutral, S zero
    for (size_t i = 0; i < sizeof low / sizeof low[0]; i++) {
        uint8_t pub[CR_SIGN_PUBLIC_LEN];
        from_hex(low[i], pub, sizeof pub);
        CU_ASSERT_EQUAL(cr_verify(sig, pub, (const uint8_t *)"any", 3), CR_E_AUTH);
    }
}

int main(void)
{
    static const struct suite_case cases[] = {
        {"keys and signatures are the published ones", published_keys_and_signatures},
        {"every flipped bit is refused", every_flipped_bit_is_refused},
        {"a message of another length is refused", another_length_is_refused},
        {"a signature has one form only", a_signature_has_one_form},
        {"a public key of low order is refused", a_public_key_of_low_order_is_refused},
        {0},
    };
    return cr_init() == 0 ? suite_main("crypto/sign", cases) : 2;
}
