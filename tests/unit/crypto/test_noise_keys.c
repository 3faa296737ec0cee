// test_noise_keys.c - which keys a handshake takes, and when it refuses

#include "noise_pair.h"
#include <crypto/init.h>
#include <string.h>
#include <suite.h>

static const char xkpsk3[] = "Noise_XKpsk3_25519_ChaChaPoly_SHA256";
static const char xx[] = "Noise_XX_25519_ChaChaPoly_BLAKE2b";
static const char nn[] = "Noise_NN_25519_ChaChaPoly_SHA256";

static enum cr_err start(const char *name, bool initiator,
                         const struct cr_noise_keys *keys)
{
    struct cr_noise_protocol protocol;
    struct cr_noise_handshake hs;
    CU_ASSERT_EQUAL_FATAL(cr_noise_named(&protocol, name), CR_OK);
    return cr_noise_start(&hs, &protocol, name, initiator, NULL, 0, keys);
}

static void missing_keys_are_refused(void)
{
    struct pair_keys k = pair_keys();
    const uint8_t(*psk)[CR_KEY_LEN] = (const uint8_t(*)[CR_KEY_LEN])k.psk;
    const struct cr_noise_keys none = {0};
    const struct cr_noise_keys rs = {.rs = k.resp_pub};
    const struct cr_noise_keys s = {.s_priv = k.resp_s};
    const struct cr_noise_keys one = {.rs = k.resp_pub, .psk = psk, .psk_count = 1};
    const struct cr_noise_keys two = {.rs = k.resp_pub, .psk = psk, .psk_count = 2};
    CU_ASSERT_EQUAL(start(nn, true, &none), CR_OK);
    CU_ASSERT_EQUAL(start(nn, true, &one), CR_E_KEY);
    CU_ASSERT_EQUAL(start("Noise_NK_25519_ChaChaPoly_SHA256", true, &none), CR_E_KEY);
    CU_ASSERT_EQUAL(start("Noise_NK_25519_ChaChaPoly_SHA256", true, &rs), CR_OK);
    CU_ASSERT_EQUAL(start("Noise_NK_25519_ChaChaPoly_SHA256", false, &rs), CR_E_KEY);
    CU_ASSERT_EQUAL(start("Noise_NK_25519_ChaChaPoly_SHA256", false, &s), CR_OK);
    CU_ASSERT_EQUAL(start(xkpsk3, true, &rs), CR_E_KEY);
    CU_ASSERT_EQUAL(start(xkpsk3, true, &one), CR_OK);
    CU_ASSERT_EQUAL(start(xkpsk3, true, &two), CR_E_KEY);
}

static void a_missing_own_key_is_refused_when_it_is_due(void)
{
    struct pair p;
    struct cr_noise_keys none = {0};
    uint8_t msg[PAIR_MESSAGE_CAP];
    size_t len = 77;
    pair_start(&p, xx);
    CU_ASSERT_EQUAL(cr_noise_start(&p.resp.hs, &p.protocol, xx, false,
                                   (const uint8_t *)"before", 6, &none),
                    CR_OK);
    pair_step(&p);
    struct snapshot before = pair_snap(&p.resp.hs);
    CU_ASSERT_EQUAL(cr_noise_write(&p.resp.hs, cr_stream_rng(&p.resp.stream), NULL, 0,
                                   msg, sizeof msg, &len),
                    CR_E_KEY);
    CU_ASSERT_TRUE(pair_unchanged(&before, &p.resp.hs));
    CU_ASSERT_EQUAL(len, 77);
}

static void keys_of_low_order_are_refused(void)
{
    struct pair p;
    uint8_t msg[PAIR_MESSAGE_CAP] = {0};
    size_t len = 77;

    // In a message: an ephemeral key of zeroes.
    pair_start(&p, xkpsk3);
    pair_refuses(&p.resp.hs, msg, 48, CR_E_KEY);
    pair_step(&p);
    pair_refuses(&p.init.hs, msg, 48, CR_E_KEY);

    // Known beforehand.
    struct cr_noise_keys keys = {.rs = msg};
    pair_start(&p, nn);
    CU_ASSERT_EQUAL(cr_noise_named(&p.protocol, "Noise_NK_25519_ChaChaPoly_SHA256"),
                    CR_OK);
    CU_ASSERT_EQUAL(cr_noise_start(&p.init.hs, &p.protocol, "", true, NULL, 0, &keys),
                    CR_OK);
    uint8_t out[PAIR_MESSAGE_CAP];
    CU_ASSERT_EQUAL(cr_noise_write(&p.init.hs, cr_stream_rng(&p.init.stream), NULL, 0,
                                   out, sizeof out, &len),
                    CR_E_KEY);
    CU_ASSERT_EQUAL(len, 77);
}

static void another_psk_is_refused_until_the_right_one_is_set(void)
{
    struct pair p;
    struct pair_keys k = pair_keys();
    uint8_t msg[PAIR_MESSAGE_CAP];
    pair_start(&p, xkpsk3);
    cr_noise_set_psk(&p.resp.hs, 0, k.psk[1]);
    pair_step(&p);
    pair_step(&p);
    size_t len = pair_write(&p, msg);
    pair_refuses(&p.resp.hs, msg, len, CR_E_AUTH);
    cr_noise_set_psk(&p.resp.hs, 0, k.psk[0]);
    pair_takes(&p.resp.hs, msg, len);
    CU_ASSERT_TRUE(cr_noise_done(&p.resp.hs));
}

static void another_prologue_or_name_is_refused(void)
{
    struct pair p;
    struct pair_keys k = pair_keys();
    struct cr_noise_keys keys = {
        .s_priv = k.resp_s, .psk = (const uint8_t(*)[CR_KEY_LEN])k.psk, .psk_count = 1};
    uint8_t msg[PAIR_MESSAGE_CAP];
    pair_start(&p, xkpsk3);
    size_t len = pair_write(&p, msg);
    const uint8_t *prologue = (const uint8_t *)"beforehand";
    CU_ASSERT_EQUAL(
        cr_noise_start(&p.resp.hs, &p.protocol, xkpsk3, false, prologue, 7, &keys),
        CR_OK);
    pair_refuses(&p.resp.hs, msg, len, CR_E_AUTH);
    CU_ASSERT_EQUAL(
        cr_noise_start(&p.resp.hs, &p.protocol, "XKpsk3", false, prologue, 6, &keys),
        CR_OK);
    pair_refuses(&p.resp.hs, msg, len, CR_E_AUTH);
    CU_ASSERT_EQUAL(
        cr_noise_start(&p.resp.hs, &p.protocol, xkpsk3, false, prologue, 6, &keys),
        CR_OK);
    pair_takes(&p.resp.hs, msg, len);
}

// XX sends the responder's static key; an initiator that was told which one to
// expect takes no other.
static void a_key_sent_must_be_the_key_known(void)
{
    struct pair p;
    struct pair_keys k = pair_keys();
    uint8_t msg[PAIR_MESSAGE_CAP];
    pair_start(&p, xx);
    struct cr_noise_keys keys = {.s_priv = k.init_s, .rs = k.init_pub};
    CU_ASSERT_EQUAL(cr_noise_start(&p.init.hs, &p.protocol, xx, true,
                                   (const uint8_t *)"before", 6, &keys),
                    CR_OK);
    pair_step(&p);
    size_t len = pair_write(&p, msg);
    pair_refuses(&p.init.hs, msg, len, CR_E_AUTH);
}

static void a_key_not_known_is_learned(void)
{
    struct pair p;
    struct pair_keys k = pair_keys();
    pair_start(&p, xx);
    struct cr_noise_keys keys = {.s_priv = k.init_s};
    CU_ASSERT_EQUAL(cr_noise_start(&p.init.hs, &p.protocol, xx, true,
                                   (const uint8_t *)"before", 6, &keys),
                    CR_OK);
    pair_finish(&p);
    CU_ASSERT_TRUE(p.init.hs.have_rs);
    CU_ASSERT_EQUAL(memcmp(p.init.hs.rs, k.resp_pub, CR_DH_LEN), 0);
}

// Once mixed, a psk is of no more use; what stays behind could only leak.
static void a_mixed_psk_is_forgotten(void)
{
    struct pair p;
    static const uint8_t zero[CR_KEY_LEN];
    pair_start(&p, xkpsk3);
    pair_finish(&p);
    CU_ASSERT_EQUAL(memcmp(p.init.hs.psk[0], zero, sizeof zero), 0);
    CU_ASSERT_EQUAL(memcmp(p.resp.hs.psk[0], zero, sizeof zero), 0);
}

int main(void)
{
    static const struct suite_case cases[] = {
        {"a start without the keys it needs is refused", missing_keys_are_refused},
        {"a missing own key is refused when it is due",
         a_missing_own_key_is_refused_when_it_is_due},
        {"keys of low order are refused", keys_of_low_order_are_refused},
        {"another psk is refused until the right one is set",
         another_psk_is_refused_until_the_right_one_is_set},
        {"another prologue or name is refused", another_prologue_or_name_is_refused},
        {"a static key sent must be the one known", a_key_sent_must_be_the_key_known},
        {"a static key not known is learned", a_key_not_known_is_learned},
        {"a psk is forgotten once mixed", a_mixed_psk_is_forgotten},
        {0},
    };
    return cr_init() == 0 ? suite_main("crypto/noise keys", cases) : 2;
}
