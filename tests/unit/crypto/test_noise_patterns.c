// test_noise_patterns.c - names and pattern text: what compiles, what must not,
// and that everything that compiles runs

#include "noise_pair.h"
#include <crypto/init.h>
#include <stdio.h>
#include <string.h>
#include <suite.h>

static const struct {
    const char *name;
    unsigned messages;
    const char *text;
} patterns[] = {
    {"N", 1, "<- s ... -> e, es"},
    {"K", 1, "-> s <- s ... -> e, es, ss"},
    {"X", 1, "<- s ... -> e, es, s, ss"},
    {"NN", 2, "-> e <- e, ee"},
    {"NK", 2, "<- s ... -> e, es <- e, ee"},
    {"NX", 2, "-> e <- e, ee, s, es"},
    {"KN", 2, "-> s ... -> e <- e, ee, se"},
    {"KK", 2, "-> s <- s ... -> e, es, ss <- e, ee, se"},
    {"KX", 2, "-> s ... -> e <- e, ee, se, s, es"},
    {"XN", 3, "-> e <- e, ee -> s, se"},
    {"XK", 3, "<- s ... -> e, es <- e, ee -> s, se"},
    {"XX", 3, "-> e <- e, ee, s, es -> s, se"},
    {"IN", 2, "-> e, s <- e, ee, se"},
    {"IK", 2, "<- s ... -> e, es, s, ss <- e, ee, se"},
    {"IX", 2, "-> e, s <- e, ee, se, s, es"},
    {"NK1", 2, NULL},
    {"NX1", 3, NULL},
    {"K1N", 3, NULL},
    {"K1K", 3, NULL},
    {"KK1", 2, NULL},
    {"K1K1", 3, NULL},
    {"K1X", 3, NULL},
    {"KX1", 3, NULL},
    {"K1X1", 3, NULL},
    {"X1N", 4, NULL},
    {"X1K", 4, NULL},
    {"XK1", 3, NULL},
    {"X1K1", 4, NULL},
    {"X1X", 4, NULL},
    {"XX1", 3, NULL},
    {"X1X1", 4, NULL},
    {"I1N", 3, NULL},
    {"I1K", 3, NULL},
    {"IK1", 2, NULL},
    {"I1K1", 3, NULL},
    {"I1X", 3, NULL},
    {"IX1", 3, NULL},
    {"I1X1", 3, NULL},
};

enum { PATTERNS = sizeof patterns / sizeof patterns[0] };

static const char *const hashes[] = {"SHA256", "SHA512", "BLAKE2b"};

static void transport_works(struct pair *p)
{
    struct cr_cipher init[2], resp[2];
    uint8_t sealed[5 + CR_TAG_LEN], out[5];
    cr_noise_split(&p->init.hs, &init[0], &init[1]);
    cr_noise_split(&p->resp.hs, &resp[0], &resp[1]);
    for (int n = 0; n < 6; n++) {
        int way = n % 2;
        cr_cipher_seal(&init[way], NULL, 0, (const uint8_t *)"pulse", 5, sealed);
        CU_ASSERT_EQUAL(cr_cipher_open(&resp[way], NULL, 0, sealed, sizeof sealed, out),
                        CR_OK);
        CU_ASSERT_EQUAL(memcmp(out, "pulse", 5), 0);
    }
    CU_ASSERT_NOT_EQUAL(memcmp(init[0].key, init[1].key, CR_KEY_LEN), 0);
}

static void runs_with_itself(const char *name, unsigned messages)
{
    struct pair p;
    unsigned steps = 0;
    pair_start(&p, name);
    for (; !cr_noise_done(&p.init.hs) && steps < 10; steps++) {
        CU_ASSERT_EQUAL(cr_noise_my_turn(&p.init.hs), steps % 2 == 0);
        CU_ASSERT_EQUAL(cr_noise_my_turn(&p.resp.hs), steps % 2 == 1);
        pair_step(&p);
    }
    CU_ASSERT_EQUAL(steps, messages);
    CU_ASSERT_TRUE(cr_noise_done(&p.resp.hs));
    CU_ASSERT_EQUAL(p.protocol.one_way, messages == 1);
    size_t len = cr_noise_hash_len(&p.init.hs);
    CU_ASSERT_EQUAL(len, strstr(name, "SHA256") ? 32 : 64);
    CU_ASSERT_EQUAL(memcmp(cr_noise_hash(&p.init.hs), cr_noise_hash(&p.resp.hs), len),
                    0);
    transport_works(&p);
}

static void every_pattern_runs_with_every_hash(void)
{
    for (size_t i = 0; i < PATTERNS; i++) {
        for (size_t h = 0; h < 3; h++) {
            char name[64];
            snprintf(name, sizeof name, "Noise_%s_25519_ChaChaPoly_%s",
                     patterns[i].name, hashes[h]);
            runs_with_itself(name, patterns[i].messages);
        }
    }
}

static void every_pattern_runs_with_every_psk(void)
{
    for (size_t i = 0; i < PATTERNS; i++) {
        for (unsigned psk = 0; psk <= patterns[i].messages; psk++) {
            char name[64];
            snprintf(name, sizeof name, "Noise_%spsk%u_25519_ChaChaPoly_SHA256",
                     patterns[i].name, psk);
            runs_with_itself(name, patterns[i].messages);
        }
    }
}

static void several_psks_run(void)
{
    runs_with_itself("Noise_NNpsk0+psk2_25519_ChaChaPoly_SHA256", 2);
    runs_with_itself("Noise_Npsk0+psk1_25519_ChaChaPoly_BLAKE2b", 1);
    runs_with_itself("Noise_XXpsk0+psk1+psk2+psk3_25519_ChaChaPoly_SHA512", 3);
}

static void same_steps(const struct cr_noise_protocol *a,
                       const struct cr_noise_protocol *b)
{
    CU_ASSERT_EQUAL(a->hash, b->hash);
    CU_ASSERT_EQUAL(a->psk_count, b->psk_count);
    CU_ASSERT_EQUAL(a->one_way, b->one_way);
    CU_ASSERT_EQUAL_FATAL(a->step_count, b->step_count);
    CU_ASSERT_EQUAL(memcmp(a->steps, b->steps, a->step_count), 0);
}

static void text_gives_what_the_name_gives(void)
{
    for (size_t i = 0; i < PATTERNS && patterns[i].text; i++) {
        struct cr_noise_protocol named, compiled;
        char name[64];
        snprintf(name, sizeof name, "Noise_%s_25519_ChaChaPoly_SHA256",
                 patterns[i].name);
        CU_ASSERT_EQUAL(cr_noise_named(&named, name), CR_OK);
        CU_ASSERT_EQUAL(cr_noise_compile(&compiled, patterns[i].text, CR_NOISE_SHA256),
                        CR_OK);
        same_steps(&named, &compiled);
    }
}

static void psk_modifiers_stand_where_they_say(void)
{
    static const struct {
        const char *name, *text;
    } cases[] = {
        {"XKpsk3", "<- s ... -> e, es <- e, ee -> s, se, psk"},
        {"XKpsk0", "<- s ... -> psk, e, es <- e, ee -> s, se"},
        {"XXpsk1", "-> e, psk <- e, ee, s, es -> s, se"},
        {"NNpsk0+psk1+psk2", "-> psk, e, psk <- e, ee, psk"},
        {"Kpsk0", "-> s <- s ... -> psk, e, es, ss"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct cr_noise_protocol named, compiled;
        char name[64];
        snprintf(name, sizeof name, "Noise_%s_25519_ChaChaPoly_BLAKE2b", cases[i].name);
        CU_ASSERT_EQUAL(cr_noise_named(&named, name), CR_OK);
        CU_ASSERT_EQUAL(cr_noise_compile(&compiled, cases[i].text, CR_NOISE_BLAKE2B),
                        CR_OK);
        same_steps(&named, &compiled);
    }
}

static void unknown_names_are_refused(void)
{
    static const char *const bad[] = {
        "",
        "Noise",
        "Noise_XX",
        "Noise_XX_25519_ChaChaPoly",
        "Noise_XX_25519_ChaChaPoly_",
        "Noise_XX_25519_ChaChaPoly_SHA256_",
        "Noise_XX_25519_ChaChaPoly_SHA25",
        "Noise_XX_25519_ChaChaPoly_SHA2566",
        "Noise_XX_25519_ChaChaPoly_sha256",
        "Noise_XX_25519_ChaChaPoly_BLAKE2s",
        "Noise_XX_25519_AESGCM_SHA256",
        "Noise_XX_448_ChaChaPoly_SHA256",
        "noise_XX_25519_ChaChaPoly_SHA256",
        "NoisePSK_XX_25519_ChaChaPoly_SHA256",
        " Noise_XX_25519_ChaChaPoly_SHA256",
        "Noise__25519_ChaChaPoly_SHA256",
        "Noise_XY_25519_ChaChaPoly_SHA256",
        "Noise_X_X_25519_ChaChaPoly_SHA256",
        "Noise_XX2_25519_ChaChaPoly_SHA256",
        "Noise_N1N_25519_ChaChaPoly_SHA256",
        "Noise_NN1_25519_ChaChaPoly_SHA256",
        "Noise_XXfallback_25519_ChaChaPoly_SHA256",
        "Noise_XXfallback+psk0_25519_ChaChaPoly_SHA256",
        "Noise_XXhfs_25519+Kyber_ChaChaPoly_SHA256",
        "Noise_psk0_25519_ChaChaPoly_SHA256",
        "Noise_NNpsk_25519_ChaChaPoly_SHA256",
        "Noise_NNpsk3_25519_ChaChaPoly_SHA256",
        "Noise_NNpsk00_25519_ChaChaPoly_SHA256",
        "Noise_NNpsk-1_25519_ChaChaPoly_SHA256",
        "Noise_NNpsk0+_25519_ChaChaPoly_SHA256",
        "Noise_NNpsk0++psk1_25519_ChaChaPoly_SHA256",
        "Noise_NNpsk0psk1_25519_ChaChaPoly_SHA256",
        "Noise_NNpsk0+psk0_25519_ChaChaPoly_SHA256",
        "Noise_NNpsk2+psk0_25519_ChaChaPoly_SHA256",
        "Noise_X1X1psk0+psk1+psk2+psk3+psk4_25519_ChaChaPoly_SHA256",
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct cr_noise_protocol p = {.step_count = 77};
        CU_ASSERT_EQUAL(cr_noise_named(&p, bad[i]), CR_E_NAME);
        CU_ASSERT_EQUAL(p.step_count, 77);
    }
}

static void patterns_that_cannot_run_are_refused(void)
{
    static const char *const bad[] = {
        "",                              // nothing
        "...",                           // nothing known, nothing said
        "<- s ...",                      // nothing said
        "e",                             // by nobody
        "-> x",                          // no such token
        "-> E",                          // nor such
        "->e",                           // no such word
        "<- e -> e, ee",                 // the responder does not begin
        "-> e -> e, ee",                 // out of turn
        "-> e <- e, ee <- s, es",        // out of turn later on
        "-> ee",                         // without any key
        "-> e, ee",                      // without the peer's
        "-> e, es",                      // the responder's static is not known
        "-> s, se",                      // nor its ephemeral
        "<- s ... -> e, ss",             // nor the own static
        "-> e, e <- e, ee",              // a key twice
        "-> s ... -> e, s <- e, ee",     // known, and sent
        "-> e <- e, ee, ee",             // a product twice
        "<- s <- s ... -> e, es",        // known twice
        "<- s -> s ... -> e, es",        // known in the wrong order
        "<- e ... -> e, ee",             // only static keys are known beforehand
        "-> ... -> e",                   // half a pre-message
        "-> s ... ... -> e",             // dots twice
        "-> psk, psk, psk, psk, psk, e", // more than there is room for,
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct cr_noise_protocol p = {.step_count = 77};
        CU_ASSERT_EQUAL(cr_noise_compile(&p, bad[i], CR_NOISE_SHA256), CR_E_NAME);
        CU_ASSERT_EQUAL(p.step_count, 77);
    }
}

static void a_pattern_has_room_for_48_steps(void)
{
    static const char pair[] = "-> <- ";
    enum { PAIR_LEN = sizeof pair - 1, ROOM = PAIR_LEN * CR_NOISE_STEPS_MAX / 2 };
    char text[ROOM + PAIR_LEN + 1] = "";
    struct cr_noise_protocol p;
    for (size_t i = 0; i < ROOM; i++)
        text[i] = pair[i % PAIR_LEN];
    CU_ASSERT_EQUAL(cr_noise_compile(&p, text, CR_NOISE_SHA256), CR_OK);
    CU_ASSERT_EQUAL(p.step_count, CR_NOISE_STEPS_MAX);
    memcpy(text + ROOM, pair, sizeof pair);
    CU_ASSERT_EQUAL(cr_noise_compile(&p, text, CR_NOISE_SHA256), CR_E_NAME);
}

// The bench takes protocols apart: these are weaker than any named pattern.
static void weak_patterns_run(void)
{
    static const char *const weak[] = {
        "->",                                 // no key at all
        "<- s ... -> e, es <- -> s, ss, psk", // no ephemeral key of the responder
        "-> s <- s ... -> ss <-",             // static keys only
        "-> psk <- psk",                      // nothing but shared secrets
    };
    for (size_t i = 0; i < sizeof weak / sizeof weak[0]; i++) {
        struct pair_keys k = pair_keys();
        struct pair p = {0};
        cr_stream_named(&p.init.stream, 1, "initiator");
        cr_stream_named(&p.resp.stream, 1, "responder");
        CU_ASSERT_EQUAL_FATAL(cr_noise_compile(&p.protocol, weak[i], CR_NOISE_SHA256),
                              CR_OK);
        struct cr_noise_keys init = {k.init_s, k.resp_pub,
                                     (const uint8_t(*)[CR_KEY_LEN])k.psk,
                                     p.protocol.psk_count};
        struct cr_noise_keys resp = {k.resp_s, k.init_pub, init.psk, init.psk_count};
        CU_ASSERT_EQUAL(
            cr_noise_start(&p.init.hs, &p.protocol, weak[i], true, NULL, 0, &init),
            CR_OK);
        CU_ASSERT_EQUAL(
            cr_noise_start(&p.resp.hs, &p.protocol, weak[i], false, NULL, 0, &resp),
            CR_OK);
        pair_finish(&p);
        transport_works(&p);
    }
}

static void errors_have_names(void)
{
#define X(name, value, text) CU_ASSERT_STRING_EQUAL(cr_err_name(name), #name);
    CR_ERR_LIST(X)
#undef X
#define X(name, value, text) CU_ASSERT((name) < 0);
    CR_ERR_LIST(X)
#undef X
    CU_ASSERT_STRING_EQUAL(cr_err_name(CR_OK), "CR_OK");
    CU_ASSERT_STRING_EQUAL(cr_err_name((enum cr_err)(-99)), "CR_E_?");
    CU_ASSERT_STRING_EQUAL(cr_err_name((enum cr_err)1), "CR_E_?");
}

int main(void)
{
    static const struct suite_case cases[] = {
        {"every pattern runs with itself under every hash",
         every_pattern_runs_with_every_hash},
        {"every pattern runs with a psk at every place",
         every_pattern_runs_with_every_psk},
        {"several psks at once run", several_psks_run},
        {"text compiles to what the name does", text_gives_what_the_name_gives},
        {"psk modifiers stand where they say", psk_modifiers_stand_where_they_say},
        {"unknown names are refused, out untouched", unknown_names_are_refused},
        {"patterns that cannot run are refused, out untouched",
         patterns_that_cannot_run_are_refused},
        {"a pattern has room for 48 steps", a_pattern_has_room_for_48_steps},
        {"weak patterns run: the bench needs them", weak_patterns_run},
        {"every error has its name", errors_have_names},
        {0},
    };
    return cr_init() == 0 ? suite_main("crypto/noise patterns", cases) : 2;
}
