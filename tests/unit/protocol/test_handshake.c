// test_handshake.c - the two handshakes: what both sides must agree on, and what
// each missing control opens

#include "weak.h"
#include <crypto/hash.h>
#include <crypto/init.h>
#include <crypto/stream.h>
#include <protocol/body.h>
#include <protocol/frame.h>
#include <protocol/handshake.h>
#include <string.h>
#include <suite.h>

enum { MSG = 256 };

struct side {
    struct cr_noise_handshake hs;
    struct tp_handshake_terms terms;
    uint8_t psk[1][CR_KEY_LEN];
};

struct both {
    struct tp_controls controls;
    struct cr_stream rng;
    uint8_t peer_key[CR_DH_LEN], implant_key[CR_DH_LEN];
    uint8_t known[CR_DH_LEN]; // what the peer takes for the implant's public key
    struct side peer, implant;
};

static void prepare(struct both *b, const struct tp_controls *controls, uint8_t seed)
{
    uint8_t key[CR_KEY_LEN];
    memset(b, 0, sizeof *b);
    memset(key, seed, sizeof key);
    cr_stream_init(&b->rng, key);
    b->controls = *controls;
    memset(b->peer_key, 0x21, CR_DH_LEN);
    memset(b->implant_key, 0x22, CR_DH_LEN);
    cr_dh_public(b->implant_key, b->known);
    memset(b->peer.psk, 0x23, CR_KEY_LEN);
    memset(b->implant.psk, 0x23, CR_KEY_LEN);
    b->peer.terms = (struct tp_handshake_terms){TP_VERSIONS, 9, 1};
    b->implant.terms = b->peer.terms;
}

static void begin(struct both *b)
{
    struct cr_noise_keys keys = {.s_priv = b->peer_key,
                                 .rs = b->known,
                                 .psk = (const uint8_t(*)[CR_KEY_LEN])b->peer.psk,
                                 .psk_count = 1};
    CU_ASSERT_EQUAL_FATAL(
        tp_handshake_initiate(&b->peer.hs, &b->peer.terms, &keys, &b->controls), TP_OK);
    CU_ASSERT_EQUAL_FATAL(tp_handshake_respond(&b->implant.hs, &b->implant.terms,
                                               b->implant_key, b->implant.psk[0],
                                               &b->controls),
                          TP_OK);
}

// How many messages went through, 0 to 3.
static int run(struct both *b)
{
    uint8_t msg[MSG], none[MSG];
    struct cr_noise_handshake *hs[2] = {&b->peer.hs, &b->implant.hs};
    begin(b);
    for (int i = 0; i < 3; i++) {
        size_t n;
        CU_ASSERT_EQUAL_FATAL(cr_noise_write(hs[i % 2], cr_stream_rng(&b->rng), NULL, 0,
                                             msg, sizeof msg, &n),
                              CR_OK);
        if (cr_noise_read(hs[(i + 1) % 2], msg, n, none, sizeof none, &n))
            return i;
    }
    return 3;
}

// HS-1, HS-2: it is the named protocol, with the prologue on the page.
static void it_is_the_named_protocol(void)
{
    struct both b;
    struct cr_noise_protocol protocol;
    struct cr_noise_handshake plain;
    uint8_t msg[MSG], none[MSG];
    size_t n;
    static const uint8_t prologue[] = {'t', 'e', 'l', 'l', 't', 'a', 'l',
                                       'e', 6,   9,   0,   0,   0,   1};
    prepare(&b, &all_controls, 1);
    begin(&b);
    struct cr_noise_keys keys = {.s_priv = b.implant_key,
                                 .psk = (const uint8_t(*)[CR_KEY_LEN])b.implant.psk,
                                 .psk_count = 1};
    static const char name[] = "Noise_XKpsk3_25519_ChaChaPoly_SHA256";
    CU_ASSERT_EQUAL_FATAL(cr_noise_named(&protocol, name), CR_OK);
    CU_ASSERT_EQUAL_FATAL(cr_noise_start(&plain, &protocol, name, false, prologue,
                                         sizeof prologue, &keys),
                          CR_OK);
    struct cr_noise_handshake *hs[2] = {&b.peer.hs, &plain};
    for (int i = 0; i < 3; i++) {
        CU_ASSERT_EQUAL_FATAL(cr_noise_write(hs[i % 2], cr_stream_rng(&b.rng), NULL, 0,
                                             msg, sizeof msg, &n),
                              CR_OK);
        CU_ASSERT_EQUAL(cr_noise_read(hs[(i + 1) % 2], msg, n, none, sizeof none, &n),
                        CR_OK);
    }
    CU_ASSERT(cr_noise_done(&plain));
}

// HS-2: another offer, wake-up or purpose ends at the first message.
static void terms_must_agree(void)
{
    struct both b;
    prepare(&b, &all_controls, 1);
    CU_ASSERT_EQUAL(run(&b), 3);
    prepare(&b, &all_controls, 1);
    b.implant.terms.versions = 1 << TP_VERSION_1;
    CU_ASSERT_EQUAL(run(&b), 0);
    prepare(&b, &all_controls, 1);
    b.implant.terms.wake_counter++;
    CU_ASSERT_EQUAL(run(&b), 0);
    prepare(&b, &all_controls, 1);
    b.implant.terms.purpose = 2;
    CU_ASSERT_EQUAL(run(&b), 0);

    struct tp_controls weak = without(TP_CTL_VERSION_BINDING);
    prepare(&b, &weak, 1);
    b.implant.terms.versions = 1 << TP_VERSION_1;
    CU_ASSERT_EQUAL(run(&b), SWITCHES ? 3 : 0);
}

// HS-3: only the implant that was paired with.
static void another_implant_cannot_answer(void)
{
    struct both b;
    prepare(&b, &all_controls, 1);
    b.implant_key[0] ^= 8;
    CU_ASSERT_EQUAL(run(&b), 0);

    struct tp_controls weak = without(TP_CTL_IMPLANT_AUTHENTICATION);
    prepare(&b, &weak, 1);
    b.implant_key[0] ^= 8;
    CU_ASSERT_EQUAL(run(&b), SWITCHES ? 3 : 0);
}

// HS-5: another psk, so another token or none, ends at the last message.
static void the_psk_must_agree(void)
{
    struct both b;
    prepare(&b, &all_controls, 1);
    b.peer.psk[0][0] ^= 1;
    CU_ASSERT_EQUAL(run(&b), 2);
}

// HS-4: what a thief of the implant's static key and of the bond, who recorded the
// first two messages, can compute: the chaining key up to the public ephemeral key.
// True if that is all there is to know.
static bool keys_follow_from(const struct tp_controls *controls)
{
    struct both b;
    uint8_t msg[MSG], none[MSG], ck[CR_HASH_LEN], temp[CR_HASH_LEN], want[CR_HASH_LEN];
    size_t n;
    prepare(&b, controls, 1);
    CU_ASSERT_EQUAL(run(&b), 3); // honest sides meet either way
    prepare(&b, controls, 1);
    begin(&b);
    struct cr_noise_handshake thief = b.implant.hs; // nothing ephemeral in it yet
    CU_ASSERT_EQUAL_FATAL(
        cr_noise_write(&b.peer.hs, cr_stream_rng(&b.rng), NULL, 0, msg, MSG, &n),
        CR_OK);
    CU_ASSERT_EQUAL_FATAL(cr_noise_read(&b.implant.hs, msg, n, none, MSG, &n), CR_OK);
    CU_ASSERT_EQUAL_FATAL(cr_noise_read(&thief, msg, TP_NOISE_1, none, MSG, &n), CR_OK);
    memcpy(ck, thief.symmetric.ck, sizeof ck);
    CU_ASSERT_EQUAL_FATAL(
        cr_noise_write(&b.implant.hs, cr_stream_rng(&b.rng), NULL, 0, msg, MSG, &n),
        CR_OK);
    cr_hmac256(temp, ck, sizeof ck, msg, CR_DH_LEN);
    cr_hmac256(want, temp, sizeof temp, (const uint8_t *)"\1", 1);
    return memcmp(want, b.implant.hs.symmetric.ck, sizeof want) == 0;
}

static void stolen_keys_open_no_recording(void)
{
    struct tp_controls weak = without(TP_CTL_FORWARD_SECRECY);
    CU_ASSERT_FALSE(keys_follow_from(&all_controls));
    CU_ASSERT_EQUAL(keys_follow_from(&weak), (bool)SWITCHES);
}

// HS-1: the highest version that both know; none is none.
static void the_highest_common_version_is_chosen(void)
{
    CU_ASSERT_EQUAL(tp_version_choose(0x06, TP_VERSIONS), 2);
    CU_ASSERT_EQUAL(tp_version_choose(0x02, TP_VERSIONS), 1);
    CU_ASSERT_EQUAL(tp_version_choose(0xfe, TP_VERSIONS), 2);
    CU_ASSERT_EQUAL(tp_version_choose(0xf8, TP_VERSIONS), 0);
    CU_ASSERT_EQUAL(tp_version_choose(0x01, TP_VERSIONS), 0);
    CU_ASSERT_EQUAL(tp_version_choose(0x00, TP_VERSIONS), 0);
    CU_ASSERT_EQUAL(tp_version_choose(0x80, 0xff), 7);
}

// NEAR-2: pairing is XX under its own prologue.
static void pairing_is_the_named_protocol(void)
{
    struct cr_noise_protocol protocol;
    struct cr_noise_handshake peer, implant;
    struct cr_stream rng;
    uint8_t s[CR_DH_LEN] = {7}, t[CR_DH_LEN] = {8}, msg[MSG], none[MSG];
    size_t n;
    static const char name[] = "Noise_XX_25519_ChaChaPoly_SHA256";
    struct cr_noise_keys keys = {.s_priv = t};
    cr_stream_init(&rng, s);
    CU_ASSERT_EQUAL_FATAL(tp_pairing_start(&peer, true, s), TP_OK);
    CU_ASSERT_EQUAL_FATAL(cr_noise_named(&protocol, name), CR_OK);
    CU_ASSERT_EQUAL_FATAL(cr_noise_start(&implant, &protocol, name, false,
                                         (const uint8_t *)"telltale pairing", 16,
                                         &keys),
                          CR_OK);
    struct cr_noise_handshake *hs[2] = {&peer, &implant};
    for (int i = 0; i < 3; i++) {
        CU_ASSERT_EQUAL_FATAL(cr_noise_write(hs[i % 2], cr_stream_rng(&rng), NULL, 0,
                                             msg, sizeof msg, &n),
                              CR_OK);
        CU_ASSERT_EQUAL(cr_noise_read(hs[(i + 1) % 2], msg, n, none, sizeof none, &n),
                        CR_OK);
    }
    CU_ASSERT_EQUAL(memcmp(peer.rs, implant.s_pub, CR_DH_LEN), 0);
}

int main(void)
{
    static const struct suite_case cases[] = {
        {"HS-1, HS-2: it is the named protocol", it_is_the_named_protocol},
        {"HS-2: terms must agree", terms_must_agree},
        {"HS-3: another implant cannot answer", another_implant_cannot_answer},
        {"HS-5: the psk must agree", the_psk_must_agree},
        {"HS-4: stolen keys open no recording", stolen_keys_open_no_recording},
        {"HS-1: the highest common version is chosen",
         the_highest_common_version_is_chosen},
        {"NEAR-2: pairing is the named protocol", pairing_is_the_named_protocol},
        {0},
    };
    return cr_init() ? 2 : suite_main("protocol/handshake", cases);
}
