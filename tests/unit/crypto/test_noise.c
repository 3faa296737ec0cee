// test_noise.c - handshakes that meet forgery, loss, bad timing and small buffers
//
// That the engine agrees with other implementations is test_vectors.c's affair.

#include "noise_pair.h"
#include <crypto/hash.h>
#include <crypto/init.h>
#include <stdlib.h>
#include <string.h>
#include <suite.h>

static const char xkpsk3[] = "Noise_XKpsk3_25519_ChaChaPoly_SHA256";
static const char xx[] = "Noise_XX_25519_ChaChaPoly_SHA256";

// Gives a copy that ends where its heap block ends, so that a read one byte too
// far is a sanitizer report.
static void refuses_exact(struct cr_noise_handshake *hs, const uint8_t *msg, size_t len,
                          enum cr_err want)
{
    uint8_t *exact = malloc(len ? len : 1);
    if (!exact)
        abort();
    memcpy(exact, msg, len);
    pair_refuses(hs, exact, len, want);
    free(exact);
}

// Every message arrives with each of its bytes changed in turn, and then as sent.
static void flip_everything(const char *name)
{
    struct pair p;
    pair_start(&p, name);
    while (!cr_noise_done(&p.init.hs) || !cr_noise_done(&p.resp.hs)) {
        struct party *reader = pair_reader(&p);
        uint8_t msg[PAIR_MESSAGE_CAP];
        size_t len = pair_write(&p, msg);
        for (size_t i = 0; i < len; i++) {
            msg[i] ^= (uint8_t)(1U << i % 8);
            pair_refuses(&reader->hs, msg, len, CR_E_AUTH);
            msg[i] ^= (uint8_t)(1U << i % 8);
        }
        pair_takes(&reader->hs, msg, len);
    }
}

static void flips_leave_no_trace(void)
{
    // Patterns whose every message is authenticated.
    flip_everything(xkpsk3);
    flip_everything("Noise_X_25519_ChaChaPoly_SHA512");
    flip_everything("Noise_IK_25519_ChaChaPoly_BLAKE2b");
    flip_everything("Noise_NNpsk0_25519_ChaChaPoly_BLAKE2b");
    flip_everything("Noise_KKpsk0+psk2_25519_ChaChaPoly_SHA256");
}

// The first message of XX cannot be authenticated when it is read.
static void a_flip_in_the_clear_shows_next(void)
{
    struct pair p;
    uint8_t msg[PAIR_MESSAGE_CAP];
    pair_start(&p, xx);
    size_t len = pair_write(&p, msg);
    msg[31] ^= 0x80; // the same point, other bytes
    pair_takes(&p.resp.hs, msg, len);
    len = pair_write(&p, msg);
    pair_refuses(&p.init.hs, msg, len, CR_E_AUTH);
}

static void truncate_everything(const char *name)
{
    struct pair p;
    pair_start(&p, name);
    while (!cr_noise_done(&p.init.hs) || !cr_noise_done(&p.resp.hs)) {
        struct party *reader = pair_reader(&p);
        uint8_t msg[PAIR_MESSAGE_CAP] = {0};
        size_t len = pair_write(&p, msg);
        size_t shortest = len - sizeof "to the point";
        for (size_t cut = 0; cut < len; cut++)
            refuses_exact(&reader->hs, msg, cut,
                          cut < shortest ? CR_E_SPACE : CR_E_AUTH);
        refuses_exact(&reader->hs, msg, len + 1, CR_E_AUTH);
        pair_takes(&reader->hs, msg, len);
    }
}

static void truncations_are_refused(void)
{
    // None sends a static key: that one's tag would be the first to fail.
    truncate_everything("Noise_KKpsk2_25519_ChaChaPoly_SHA256");
    truncate_everything("Noise_NK_25519_ChaChaPoly_SHA512");
    truncate_everything("Noise_K_25519_ChaChaPoly_BLAKE2b");
}

static void a_sealed_static_key_cut_short_is_refused(void)
{
    struct pair p;
    uint8_t msg[PAIR_MESSAGE_CAP];
    pair_start(&p, xkpsk3);
    pair_step(&p);
    pair_step(&p);
    size_t len = pair_write(&p, msg);
    for (size_t cut = 0; cut < CR_DH_LEN + CR_TAG_LEN; cut++)
        refuses_exact(&p.resp.hs, msg, cut, CR_E_SPACE);
    refuses_exact(&p.resp.hs, msg, CR_DH_LEN + CR_TAG_LEN, CR_E_SPACE);
    pair_takes(&p.resp.hs, msg, len);
}

static void write_is_out_of_turn(struct party *who)
{
    uint8_t msg[PAIR_MESSAGE_CAP];
    size_t len = 77;
    struct snapshot before = pair_snap(&who->hs);
    CU_ASSERT_FALSE(cr_noise_my_turn(&who->hs));
    CU_ASSERT_EQUAL(cr_noise_write(&who->hs, cr_stream_rng(&who->stream), NULL, 0, msg,
                                   sizeof msg, &len),
                    CR_E_ORDER);
    CU_ASSERT_EQUAL(len, 77);
    CU_ASSERT_TRUE(pair_unchanged(&before, &who->hs));
}

static void calls_out_of_turn_are_refused(void)
{
    struct pair p;
    uint8_t msg[PAIR_MESSAGE_CAP] = {0};
    pair_start(&p, xkpsk3);
    for (int i = 0; i < 3; i++) {
        write_is_out_of_turn(pair_reader(&p));
        pair_refuses(&pair_writer(&p)->hs, msg, 100, CR_E_ORDER);
        CU_ASSERT_FALSE(cr_noise_done(&p.init.hs));
        pair_step(&p);
    }
    CU_ASSERT_TRUE(cr_noise_done(&p.init.hs) && cr_noise_done(&p.resp.hs));
    write_is_out_of_turn(&p.init);
    write_is_out_of_turn(&p.resp);
    pair_refuses(&p.init.hs, msg, 100, CR_E_ORDER);
    pair_refuses(&p.resp.hs, msg, 100, CR_E_ORDER);
}

static void replay_and_reflection_are_refused(void)
{
    struct pair p;
    uint8_t msg[PAIR_MESSAGE_CAP];
    pair_start(&p, xkpsk3);
    size_t len = pair_write(&p, msg);
    pair_refuses(&p.init.hs, msg, len, CR_E_AUTH); // its own, come back
    pair_takes(&p.resp.hs, msg, len);
    pair_refuses(&p.resp.hs, msg, len, CR_E_ORDER);
    pair_step(&p);
    pair_refuses(&p.resp.hs, msg, len, CR_E_AUTH);
    pair_finish(&p);
}

static void output_that_does_not_fit_is_refused(void)
{
    struct pair p;
    uint8_t msg[PAIR_MESSAGE_CAP], got[4] = {0};
    size_t len = 77, whole = CR_DH_LEN + CR_TAG_LEN + sizeof got;
    pair_start(&p, xkpsk3);
    struct snapshot before = pair_snap(&p.init.hs);
    for (size_t cap = 0; cap < whole; cap++)
        CU_ASSERT_EQUAL(cr_noise_write(&p.init.hs, cr_stream_rng(&p.init.stream), got,
                                       sizeof got, msg, cap, &len),
                        CR_E_SPACE);
    CU_ASSERT_TRUE(len == 77 && pair_unchanged(&before, &p.init.hs));
    CU_ASSERT_EQUAL(cr_noise_write(&p.init.hs, cr_stream_rng(&p.init.stream), got,
                                   sizeof got, msg, whole, &len),
                    CR_OK);
    CU_ASSERT_EQUAL(len, whole);

    size_t got_len = 77;
    before = pair_snap(&p.resp.hs);
    CU_ASSERT_EQUAL(cr_noise_read(&p.resp.hs, msg, len, got, sizeof got - 1, &got_len),
                    CR_E_SPACE);
    CU_ASSERT_TRUE(got_len == 77 && pair_unchanged(&before, &p.resp.hs));
    CU_ASSERT_EQUAL(cr_noise_read(&p.resp.hs, msg, len, got, sizeof got, &got_len),
                    CR_OK);
    CU_ASSERT_EQUAL(got_len, sizeof got);
}

static void messages_are_at_most_65535_bytes(void)
{
    enum { MOST = CR_NOISE_MESSAGE_MAX, FITS = MOST - CR_DH_LEN - CR_TAG_LEN };
    static uint8_t text[MOST + 1], msg[MOST + 1];
    struct pair p;
    size_t len = 77;
    pair_start(&p, xkpsk3);
    struct cr_rng rng = cr_stream_rng(&p.init.stream);
    CU_ASSERT_EQUAL(
        cr_noise_write(&p.init.hs, rng, text, FITS + 1, msg, sizeof msg, &len),
        CR_E_SPACE);
    CU_ASSERT_EQUAL(
        cr_noise_write(&p.init.hs, rng, text, sizeof text, msg, sizeof msg, &len),
        CR_E_SPACE);
    CU_ASSERT_EQUAL(len, 77);
    CU_ASSERT_EQUAL(cr_noise_write(&p.init.hs, rng, text, FITS, msg, sizeof msg, &len),
                    CR_OK);
    CU_ASSERT_EQUAL(len, MOST);
    CU_ASSERT_EQUAL(cr_noise_read(&p.resp.hs, msg, sizeof msg, text, sizeof text, &len),
                    CR_E_SPACE);
    CU_ASSERT_EQUAL(cr_noise_read(&p.resp.hs, msg, MOST, text, sizeof text, &len),
                    CR_OK);
    CU_ASSERT_EQUAL(len, FITS);
}

static void a_copy_is_a_snapshot(void)
{
    struct pair p, copy;
    uint8_t msg[PAIR_MESSAGE_CAP], again[PAIR_MESSAGE_CAP];
    pair_start(&p, xkpsk3);
    pair_step(&p);
    copy = p;
    size_t len = pair_write(&p, msg), again_len = pair_write(&copy, again);
    CU_ASSERT_EQUAL(len, again_len);
    CU_ASSERT_EQUAL(memcmp(msg, again, len), 0);
    pair_takes(&copy.init.hs, msg, len);
    pair_finish(&copy);
}

static void both_ends_hold_the_same_keys(void)
{
    struct pair p;
    struct cr_cipher first[2], second[2];
    pair_start(&p, xkpsk3);
    pair_finish(&p);
    CU_ASSERT_EQUAL(cr_noise_hash_len(&p.init.hs), CR_HASH_LEN);
    CU_ASSERT_TRUE(
        cr_equal(cr_noise_hash(&p.init.hs), cr_noise_hash(&p.resp.hs), CR_HASH_LEN));
    cr_noise_split(&p.init.hs, &first[0], &second[0]);
    cr_noise_split(&p.resp.hs, &first[1], &second[1]);
    CU_ASSERT_TRUE(cr_equal(first[0].key, first[1].key, CR_KEY_LEN));
    CU_ASSERT_TRUE(cr_equal(second[0].key, second[1].key, CR_KEY_LEN));
    CU_ASSERT_FALSE(cr_equal(first[0].key, second[0].key, CR_KEY_LEN));
    CU_ASSERT_TRUE(first[0].keyed && first[0].nonce == 0);
}

static void nonces_step_on_success_alone(void)
{
    static const uint8_t text[5] = "beat";
    struct cr_cipher out = {.keyed = true}, in = {.keyed = true};
    uint8_t sealed[sizeof text + CR_TAG_LEN], got[sizeof text];
    cr_cipher_seal(&out, NULL, 0, text, sizeof text, sealed);
    CU_ASSERT_EQUAL(out.nonce, 1);
    CU_ASSERT_EQUAL(cr_cipher_open(&in, NULL, 0, sealed, 3, got), CR_E_SPACE);
    CU_ASSERT_EQUAL(cr_cipher_open(&in, text, 1, sealed, sizeof sealed, got),
                    CR_E_AUTH);
    CU_ASSERT_EQUAL(in.nonce, 0);
    CU_ASSERT_EQUAL(cr_cipher_open(&in, NULL, 0, sealed, sizeof sealed, got), CR_OK);
    CU_ASSERT_EQUAL(in.nonce, 1);
    CU_ASSERT_EQUAL(memcmp(got, text, sizeof text), 0);
    CU_ASSERT_EQUAL(cr_cipher_open(&in, NULL, 0, sealed, sizeof sealed, got),
                    CR_E_AUTH);
}

static void the_last_nonce_is_never_used(void)
{
    struct cr_cipher in = {.keyed = true, .nonce = UINT64_MAX};
    uint8_t tag[CR_TAG_LEN];
    cr_seal(tag, in.key, UINT64_MAX, NULL, 0, NULL, 0); // good but for its nonce
    CU_ASSERT_EQUAL(cr_cipher_open(&in, NULL, 0, tag, sizeof tag, NULL), CR_E_AUTH);
    CU_ASSERT_EQUAL(in.nonce, UINT64_MAX);
}

static void without_a_key_nothing_is_sealed(void)
{
    static const uint8_t text[5] = "beat";
    struct cr_cipher c = {0};
    uint8_t out[sizeof text] = {0}, got[sizeof text] = {0};
    cr_cipher_seal(&c, NULL, 0, text, sizeof text, out);
    CU_ASSERT_EQUAL(memcmp(out, text, sizeof text), 0);
    CU_ASSERT_EQUAL(cr_cipher_open(&c, NULL, 0, out, sizeof out, got), CR_OK);
    CU_ASSERT_EQUAL(memcmp(got, text, sizeof text), 0);
    CU_ASSERT_EQUAL(c.nonce, 0);
}

int main(void)
{
    static const struct suite_case cases[] = {
        {"a flipped bit at any byte leaves no trace", flips_leave_no_trace},
        {"a flip that nothing authenticates shows next",
         a_flip_in_the_clear_shows_next},
        {"truncations and extensions are refused", truncations_are_refused},
        {"a sealed static key cut short is refused",
         a_sealed_static_key_cut_short_is_refused},
        {"calls out of turn are refused", calls_out_of_turn_are_refused},
        {"replay and reflection are refused", replay_and_reflection_are_refused},
        {"output that does not fit is refused", output_that_does_not_fit_is_refused},
        {"messages are at most 65535 bytes", messages_are_at_most_65535_bytes},
        {"a copy is a snapshot", a_copy_is_a_snapshot},
        {"both ends hold the same keys", both_ends_hold_the_same_keys},
        {"nonces step on success alone", nonces_step_on_success_alone},
        {"the last nonce is never used", the_last_nonce_is_never_used},
        {"without a key nothing is sealed", without_a_key_nothing_is_sealed},
        {0},
    };
    return cr_init() == 0 ? suite_main("crypto/noise", cases) : 2;
}
