// test_vectors.c - published Noise vectors: that they hold, that a wrong one is
// noticed, and that files which are no vectors are refused with the place
//
// FIXTURES is the folder of the vector files. PUBLISHED, if set, is the text file
// that a Debian package ships: all that it holds for our suites.

#include <crypto/init.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <suite.h>
#include <vectors/vectors.h>

struct tally {
    unsigned verdicts[HX_VECTOR_MALFORMED + 1];
    char last_why[HX_VECTOR_WHY_CAP];
    bool check_only;
};

static bool take(void *ctx, const struct hx_vector *v, struct hx_vectors_error *error)
{
    struct tally *t = ctx;
    char why[HX_VECTOR_WHY_CAP];
    enum hx_vector_verdict verdict =
        t->check_only ? hx_vector_check(v, why) : hx_vector_run(v, why);
    t->verdicts[verdict]++;
    if (verdict == HX_VECTOR_FAILED)
        memcpy(t->last_why, why, sizeof why);
    if (verdict != HX_VECTOR_MALFORMED)
        return true;
    error->line = v->line;
    memcpy(error->what, why, sizeof error->what);
    return false;
}

// Reads from memory that ends where the text does.
static bool read_text(const char *text, size_t len, struct tally *t,
                      struct hx_vectors_error *error)
{
    char *exact = malloc(len ? len : 1);
    struct hx_vectors_sink sink = {.take = take, .ctx = t};
    if (!exact)
        abort();
    if (len)
        memcpy(exact, text, len);
    bool good = hx_vectors_read(exact, len, sink, error);
    free(exact);
    return good;
}

// The text ends with a zero.
static char *read_file(const char *path, size_t *len)
{
    enum { CAP = 4 << 20 };
    FILE *f = fopen(path, "rb");
    char *text = calloc(1, CAP);
    if (!f || !text) {
        fprintf(stderr, "%s: cannot be read\n", path);
        abort();
    }
    *len = fread(text, 1, CAP - 1, f);
    CU_ASSERT(feof(f) && !ferror(f));
    fclose(f);
    return text;
}

static struct tally run_file(const char *path)
{
    struct tally t = {0};
    struct hx_vectors_error error = {0};
    size_t len = 0;
    char *text = read_file(path, &len);
    CU_ASSERT_TRUE(read_text(text, len, &t, &error));
    free(text);
    return t;
}

static struct tally run_fixture(const char *name)
{
    char path[1024];
    const char *folder = getenv("FIXTURES");
    CU_ASSERT_PTR_NOT_NULL_FATAL(folder);
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return run_file(path);
}

static void published_values_hold(void)
{
    struct tally t = run_fixture("noise-published.json");
    CU_ASSERT_EQUAL(t.verdicts[HX_VECTOR_PASSED], 69);
    CU_ASSERT_EQUAL(t.verdicts[HX_VECTOR_FAILED], 0);
    CU_ASSERT_EQUAL(t.verdicts[HX_VECTOR_UNSUPPORTED], 0);
}

static void values_of_a_second_implementation_hold(void)
{
    struct tally t = run_fixture("noise-computed.json");
    CU_ASSERT_EQUAL(t.verdicts[HX_VECTOR_PASSED], 90);
    CU_ASSERT_EQUAL(t.verdicts[HX_VECTOR_FAILED], 0);
    CU_ASSERT_EQUAL(t.verdicts[HX_VECTOR_UNSUPPORTED], 2);
}

static void all_of_the_published_text_file_holds(void)
{
    const char *path = getenv("PUBLISHED");
    if (!path) {
        CU_PASS("the package that ships it is not installed");
        return;
    }
    struct tally t = run_file(path);
    CU_ASSERT_EQUAL(t.verdicts[HX_VECTOR_PASSED], 720);
    CU_ASSERT_EQUAL(t.verdicts[HX_VECTOR_FAILED], 0);
    CU_ASSERT_EQUAL(t.verdicts[HX_VECTOR_UNSUPPORTED], 1200);
}

#define NN       "Noise_NN_25519_ChaChaPoly_SHA256"
#define INIT_E   "202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f"
#define INIT_PUB "358072d6365880d1aeea329adf9121383851ed21a28e3b75e965d0d2cd166254"
#define VECTOR(rest)                                                                   \
    "{\"vectors\": [\n{\"protocol_name\": \"" NN "\", \"init_ephemeral\": \"" INIT_E   \
    "\"" rest "}]}\n"
#define MESSAGE(payload, ciphertext)                                                   \
    "{\"payload\": \"" payload "\", \"ciphertext\": \"" ciphertext "\"}"

static struct tally run_string(const char *text)
{
    struct tally t = {0};
    struct hx_vectors_error error = {0};
    CU_ASSERT_TRUE(read_text(text, strlen(text), &t, &error));
    return t;
}

static void fails_because(const char *text, const char *why)
{
    struct tally t = run_string(text);
    CU_ASSERT_EQUAL(t.verdicts[HX_VECTOR_FAILED], 1);
    CU_ASSERT_PTR_NOT_NULL(strstr(t.last_why, why));
}

static void wrong_values_are_noticed(void)
{
    // The handshake stops after its first message, so none of these can pass.
    fails_because(VECTOR(", \"messages\": [" MESSAGE("", INIT_PUB) "]"),
                  "end before the handshake");
    fails_because(VECTOR(", \"messages\": [" MESSAGE("", INIT_E) "]"),
                  "message 0: ciphertext differs");
    fails_because(VECTOR(", \"messages\": [" MESSAGE("00", INIT_PUB) "]"),
                  "message 0: ciphertext differs");
    fails_because("{\"vectors\": [{\"name\": \"Noise_N_25519_ChaChaPoly_SHA256\","
                  "\"init_ephemeral\": \"" INIT_E "\", \"resp_static\": \"" INIT_E
                  "\", \"init_remote_static\": \"" INIT_PUB "\","
                  "\"messages\": [" MESSAGE("", INIT_PUB) "]}]}",
                  "message 0: ciphertext differs");
}

static void overwrite(char *at, const char *text)
{
    while (*text)
        *at++ = *text++;
}

static void a_run_that_must_fail_and_does_not_is_noticed(void)
{
    struct tally t = {0};
    struct hx_vectors_error error = {0};
    size_t len = 0;
    char path[1024];
    snprintf(path, sizeof path, "%s/noise-published.json", getenv("FIXTURES"));
    char *text = read_file(path, &len);
    // The first flag that fits over something else: nobody reads the psks of N.
    char *spare = strstr(text, "\"init_psks\": []");
    if (!spare)
        abort();
    overwrite(spare, "\"fail\": true   ");
    CU_ASSERT_TRUE(read_text(text, len, &t, &error));
    CU_ASSERT_EQUAL(t.verdicts[HX_VECTOR_FAILED], 1);
    CU_ASSERT_PTR_NOT_NULL(strstr(t.last_why, "no message was refused"));
    free(text);
}

static void what_is_unsupported_is_said(void)
{
    static const struct {
        const char *name, *why;
    } cases[] = {
        {"Noise_NN_25519_AESGCM_SHA256", "cipher AESGCM"},
        {"Noise_NN_448_AESGCM_SHA256", "dh 448"},
        {"Noise_NN_25519_ChaChaPoly_BLAKE2s", "hash BLAKE2s"},
        {"Noise_XXfallback_25519_ChaChaPoly_SHA256", "pattern XXfallback"},
        {"NoisePSK_NN_25519_ChaChaPoly_SHA256", "prefix NoisePSK"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct hx_vector v = {.line = 1};
        char why[HX_VECTOR_WHY_CAP];
        snprintf(v.name, sizeof v.name, "%s", cases[i].name);
        CU_ASSERT_EQUAL(hx_vector_check(&v, why), HX_VECTOR_UNSUPPORTED);
        CU_ASSERT_STRING_EQUAL(why, cases[i].why);
    }
    struct tally t =
        run_string(VECTOR(", \"fallback\": true, \"messages\": [" MESSAGE("", "") "]"));
    CU_ASSERT_EQUAL(t.verdicts[HX_VECTOR_UNSUPPORTED], 1);
}

struct bad {
    const char *text;
    unsigned line;
    const char *what;
};

static void refused(const struct bad *bad)
{
    struct tally t = {.check_only = true};
    struct hx_vectors_error error = {0};
    CU_ASSERT_FALSE(read_text(bad->text, strlen(bad->text), &t, &error));
    CU_ASSERT_EQUAL(error.line, bad->line);
    CU_ASSERT_EQUAL(strncmp(error.what, "expected ", 9), 0);
    if (!strstr(error.what, bad->what)) {
        printf("# wanted %s, got %s\n", bad->what, error.what);
        CU_FAIL("another message");
    }
}

static void all_refused(const struct bad *bad)
{
    for (; bad->text; bad++)
        refused(bad);
}

#define BEGIN "handshake=" NN "\ngen_init_ephemeral=" INIT_E "\n"

static void bad_lines_are_refused_with_their_place(void)
{
    static const struct bad bad[] = {
        {"", 1, "empty"},
        {" \r\n\t\n", 1, "empty"},
        {"# nothing but this\n", 1, "at least one vector"},
        {"\n\nthe quick brown fox\n", 3, "key=value"},
        {"\x7f\x45LF=\n", 1, "before ?ELF"},
        {"init_static=00\n", 1, "handshake= before init_static"},
        {"handshake=XX\n", 1, "a name like"},
        {"handshake=Noise_NN_25519_ChaChaPoly\n", 1, "a name like"},
        {"handshake=Loise_NN_25519_ChaChaPoly_SHA256\n", 1, "a name like"},
        {"handshake=" NN "\nmsg_0_payload=\nmsg_0_ciphertext=\n", 1, "ephemeral key"},
        {BEGIN, 1, "messages"},
        {BEGIN "speed=00\n", 3, "not speed"},
        {BEGIN "prologue=0\n", 3, "even number of digits in prologue"},
        {BEGIN "prologue=0g\n", 3, "hexadecimal digits in prologue"},
        {BEGIN "\n# said\nprologue=00\nprologue=00\n", 6, "prologue only once"},
        {BEGIN "msg_0_ciphertext=00\n", 3, "msg_0_payload before"},
        {BEGIN "msg_1_payload=00\n", 3, "msg_0_payload"},
        {BEGIN "msg_0_payload=00\nmsg_0_payload=00\n", 4, "msg_0_ciphertext"},
        {BEGIN "msg_0_payload=00\nmsg_1_payload=00\n", 4, "msg_0_ciphertext"},
        {BEGIN "msg_0_payload=00\n", 1, "a ciphertext for each payload"},
        {BEGIN "msg__payload=00\n", 3, "not msg__payload"},
        {BEGIN "msg_0=00\n", 3, "not msg_0"},
        {BEGIN "msg_99999_payload=00\n", 3, "not msg_99999_payload"},
        {BEGIN "init_static=0011\nmsg_0_payload=\nmsg_0_ciphertext=\n", 1, "32 bytes"},
        {BEGIN "preshared_key=" INIT_E "\nmsg_0_payload=\nmsg_0_ciphertext=\n", 1,
         "0 psks a side, not 1"},
        {BEGIN "handshake_hash=00\nmsg_0_payload=\nmsg_0_ciphertext=\n", 1,
         "as long as the hash"},
        {0},
    };
    all_refused(bad);
}

static void bad_json_is_refused_with_its_place(void)
{
    static const struct bad bad[] = {
        {"{", 1, "{\"vectors\": ["},
        {"[]", 1, "{\"vectors\": ["},
        {"{\n\"wectors\": []}", 2, "{\"vectors\": ["},
        {"{\"vectors\": []}", 1, "at least one vector"},
        {"{\"vectors\": [3]}", 1, "a vector, {...}"},
        {"{\"vectors\": [{}]}", 1, "protocol_name"},
        {"{\"vectors\": [\n{", 2, "well-formed"},
        {"{\"vectors\": [\n{\"a\": \n \"}]}", 3, "well-formed"},
        {"{\"vectors\": [{\"name\": 1}]}", 1, "protocol_name"},
        {"{\"vectors\": [{\"name\": \"XX\"}]}", 1, "a name like"},
        {VECTOR(""), 2, "messages"},
        {VECTOR(", \"messages\": []"), 2, "messages"},
        {VECTOR(", \"messages\": {}"), 2, "a list of messages"},
        {VECTOR(", \"messages\": [7]"), 2, "payload and ciphertext"},
        {VECTOR(", \"messages\": [{\"payload\": \"\"}]"), 2, "payload and ciphertext"},
        {VECTOR(", \"messages\": [" MESSAGE("0", "") "]"), 2, "even number"},
        {VECTOR(", \"messages\": [" MESSAGE("", "zz") "]"), 2, "hexadecimal"},
        {VECTOR(", \"init_ephemeral\": \"\""), 2, "each key once"},
        {VECTOR(", \"init_prologue\": 5"), 2, "a string in init_prologue"},
        {VECTOR(", \"init_psks\": [5]"), 2, "a string in init_psks"},
        {VECTOR(", \"init_psks\": [\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\"]"), 2,
         "at most 8 psks"},
        {VECTOR(", \"fail\": \"yes\""), 2, "true or false in fail"},
        {VECTOR(", \"speed\": 1"), 2, "not speed"},
        {VECTOR(", \"init_static\": \"00\", \"messages\": [" MESSAGE("", "") "]"), 2,
         "32 bytes"},
        {VECTOR(", \"messages\": [" MESSAGE("", "") "]") "{}", 3, "end of the file"},
        {0},
    };
    all_refused(bad);
}

static void too_many_messages_are_refused(void)
{
    static char text[1 << 16] = BEGIN;
    size_t len = strlen(text);
    struct tally t = {.check_only = true};
    struct hx_vectors_error error = {0};
    for (int i = 0; i <= HX_VECTOR_MESSAGES_MAX; i++) {
        int more = snprintf(text + len, sizeof text - len,
                            "msg_%d_payload=\nmsg_%d_ciphertext=\n", i, i);
        len += (size_t)more;
    }
    CU_ASSERT_FALSE(read_text(text, len, &t, &error));
    CU_ASSERT_PTR_NOT_NULL(strstr(error.what, "at most 32 messages"));
}

static void a_vector_too_large_is_refused(void)
{
    struct tally t = {.check_only = true};
    struct hx_vectors_error error = {0};
    size_t len = strlen(BEGIN "prologue=") + HX_VECTOR_TEXT_MAX;
    char *text = malloc(len);
    if (!text)
        abort();
    memset(text, '0', len);
    overwrite(text, BEGIN "prologue=");
    CU_ASSERT_FALSE(read_text(text, len, &t, &error));
    CU_ASSERT_EQUAL(error.line, 3);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.what, "at most 1048576 characters"));

    memset(text, ' ', len);
    overwrite(text, "{\"vectors\":[{");
    CU_ASSERT_FALSE(read_text(text, len, &t, &error));
    CU_ASSERT_PTR_NOT_NULL(strstr(error.what, "at most 1048576 characters"));
    free(text);
}

// What is missing shows only when it is needed.
static void keys_the_pattern_needs_are_missed(void)
{
    static const char text[] =
        "handshake=Noise_NK_25519_ChaChaPoly_SHA256\ngen_init_ephemeral=" INIT_E
        "\nmsg_0_payload=\nmsg_0_ciphertext=\n";
    static const char second[] = BEGIN "msg_0_payload=\nmsg_0_ciphertext=" INIT_PUB
                                       "\nmsg_1_payload=\nmsg_1_ciphertext=\n";
    struct tally t = {0};
    struct hx_vectors_error error = {0};
    CU_ASSERT_FALSE(read_text(text, sizeof text - 1, &t, &error));
    CU_ASSERT_PTR_NOT_NULL(strstr(error.what, "needs beforehand"));
    CU_ASSERT_FALSE(read_text(second, sizeof second - 1, &t, &error));
    CU_ASSERT_PTR_NOT_NULL(strstr(error.what, "the ephemeral key that message 1"));
}

int main(void)
{
    static const struct suite_case cases[] = {
        {"published values hold", published_values_hold},
        {"values of a second implementation hold",
         values_of_a_second_implementation_hold},
        {"all of the published text file holds", all_of_the_published_text_file_holds},
        {"wrong values are noticed", wrong_values_are_noticed},
        {"a run that must fail and does not is noticed",
         a_run_that_must_fail_and_does_not_is_noticed},
        {"what is unsupported is said", what_is_unsupported_is_said},
        {"bad lines are refused with their place",
         bad_lines_are_refused_with_their_place},
        {"bad JSON is refused with its place", bad_json_is_refused_with_its_place},
        {"too many messages are refused", too_many_messages_are_refused},
        {"a vector too large is refused", a_vector_too_large_is_refused},
        {"keys that the pattern needs are missed", keys_the_pattern_needs_are_missed},
        {0},
    };
    return cr_init() == 0 ? suite_main("vectors", cases) : 2;
}
