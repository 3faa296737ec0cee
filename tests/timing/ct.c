// ct.c - does a branch or an address depend on a secret?
//
// usage: ct secrets|handshake|leak, under valgrind
//
// Every secret is marked as undefined memory, so that memcheck reports each jump
// and each index that depends on one. What a party sends is public and is marked
// as defined again; so is whether a message is authentic and whether a key is of low
// order, since the peer sees what comes of it. A case holds if it raised no report;
// one that leaks on purpose, if it did.

#include <crypto/aead.h>
#include <crypto/dh.h>
#include <crypto/hash.h>
#include <crypto/init.h>
#include <crypto/noise.h>
#include <crypto/sign.h>
#include <crypto/stream.h>
#include <stdio.h>
#include <string.h>
#include <valgrind/memcheck.h>

enum { TEXT_LEN = 100 };

struct timing_case {
    const char *says;
    void (*run)(void);
    bool leaks; // and must be found out
};

static uint8_t text[TEXT_LEN], public_text[TEXT_LEN];
static bool sound; // what the case did came out right

static void make_secret(void *p, size_t len)
{
    (void)VALGRIND_MAKE_MEM_UNDEFINED(p, len);
}

static void make_public(void *p, size_t len)
{
    (void)VALGRIND_MAKE_MEM_DEFINED(p, len);
}

// Fills p from a stream, the same in every run, and makes it a secret.
static void draw_secret(const char *name, uint8_t *p, size_t len)
{
    struct cr_stream s;
    cr_stream_named(&s, 1, name);
    cr_stream_fill(&s, p, len);
    make_secret(p, len);
}

// Secrets the stream of a party too: what is drawn from it is a private key.
static void seed_secretly(struct cr_stream *s, const char *name)
{
    cr_stream_named(s, 1, name);
    make_secret(s->key, sizeof s->key);
}

// The two verdicts are declared public where they are made: the linker puts these
// in front of libsodium's calls (--wrap).
int verdict_of_open(
    unsigned char *m, unsigned char *nsec, const unsigned char *c,
    unsigned long long clen, const unsigned char *mac, const unsigned char *ad,
    unsigned long long adlen, const unsigned char *npub,
    const unsigned char
        *k) __asm__("__wrap_crypto_aead_chacha20poly1305_ietf_decrypt_detached");
int real_open(
    unsigned char *m, unsigned char *nsec, const unsigned char *c,
    unsigned long long clen, const unsigned char *mac, const unsigned char *ad,
    unsigned long long adlen, const unsigned char *npub,
    const unsigned char
        *k) __asm__("__real_crypto_aead_chacha20poly1305_ietf_decrypt_detached");
int verdict_of_dh(
    unsigned char *q, const unsigned char *n,
    const unsigned char *p) __asm__("__wrap_crypto_scalarmult_curve25519");
int real_dh(unsigned char *q, const unsigned char *n,
            const unsigned char *p) __asm__("__real_crypto_scalarmult_curve25519");

// NOLINTNEXTLINE(readability-function-size): libsodium's own parameters
int verdict_of_open(unsigned char *m, unsigned char *nsec, const unsigned char *c,
                    unsigned long long clen, const unsigned char *mac,
                    const unsigned char *ad, unsigned long long adlen,
                    const unsigned char *npub, const unsigned char *k)
{
    int verdict = real_open(m, nsec, c, clen, mac, ad, adlen, npub, k);
    make_public(&verdict, sizeof verdict);
    return verdict;
}

int verdict_of_dh(unsigned char *q, const unsigned char *n, const unsigned char *p)
{
    int verdict = real_dh(q, n, p);
    make_public(&verdict, sizeof verdict);
    return verdict;
}

static void sealing(void)
{
    uint8_t key[CR_KEY_LEN], out[TEXT_LEN + CR_TAG_LEN];
    draw_secret("key", key, sizeof key);
    draw_secret("text", text, sizeof text);
    cr_seal(out, key, 7, public_text, sizeof public_text, text, sizeof text);
}

static void opening(void)
{
    uint8_t key[CR_KEY_LEN], sealed[TEXT_LEN + CR_TAG_LEN];
    draw_secret("key", key, sizeof key);
    draw_secret("text", text, sizeof text);
    cr_seal(sealed, key, 7, public_text, sizeof public_text, text, sizeof text);
    make_public(sealed, sizeof sealed);

    enum cr_err good =
        cr_open(text, key, 7, public_text, sizeof public_text, sealed, sizeof sealed);
    sealed[TEXT_LEN] ^= 1;
    enum cr_err bad =
        cr_open(text, key, 7, public_text, sizeof public_text, sealed, sizeof sealed);
    sound = good == CR_OK && bad == CR_E_AUTH;
}

static void keystream(void)
{
    uint8_t key[CR_KEY_LEN];
    draw_secret("key", key, sizeof key);
    cr_keystream_xor(text, key, 7, text, sizeof text);
}

static void diffie_hellman(void)
{
    struct cr_stream a_stream, b_stream;
    uint8_t a[CR_DH_LEN], a_pub[CR_DH_LEN], b[CR_DH_LEN], b_pub[CR_DH_LEN];
    uint8_t shared[CR_DH_LEN];
    seed_secretly(&a_stream, "a");
    seed_secretly(&b_stream, "b");
    cr_dh_generate(cr_stream_rng(&a_stream), a, a_pub);
    cr_dh_generate(cr_stream_rng(&b_stream), b, b_pub);
    make_public(b_pub, sizeof b_pub);
    sound = cr_dh(shared, a, b_pub) == CR_OK;
}

static void hmac_and_hkdf(void)
{
    uint8_t key[CR_HASH_LEN], mac[CR_HASH_LEN], okm[TEXT_LEN];
    draw_secret("key", key, sizeof key);
    draw_secret("text", text, sizeof text);
    cr_sha256(mac, text, sizeof text);
    cr_hmac256(mac, key, sizeof key, text, sizeof text);
    cr_hkdf256(okm, sizeof okm, key, sizeof key, mac, sizeof mac, public_text,
               sizeof public_text);
}

static void signing(void)
{
    uint8_t seed[CR_SIGN_SEED_LEN], pub[CR_SIGN_PUBLIC_LEN];
    uint8_t secret[CR_SIGN_SECRET_LEN], sig[CR_SIGNATURE_LEN];
    draw_secret("seed", seed, sizeof seed);
    cr_sign_keypair(seed, pub, secret);
    cr_sign(sig, secret, public_text, sizeof public_text);
}

static void comparing(void)
{
    uint8_t a[CR_HASH_LEN], b[CR_HASH_LEN];
    draw_secret("a", a, sizeof a);
    draw_secret("a", b, sizeof b);
    bool same = cr_equal(a, b, sizeof a);
    b[0] ^= 1;
    bool other = cr_equal(a, b, sizeof a);
    make_public(&same, sizeof same);
    make_public(&other, sizeof other);
    sound = same && !other;
}

static void drawing(void)
{
    struct cr_stream s;
    uint8_t out[TEXT_LEN];
    seed_secretly(&s, "drawn");
    cr_stream_fill(&s, out, sizeof out / 2);
    cr_stream_fill(&s, out, sizeof out);
}

// Two parties of one handshake. What they bring and draw is secret; what they send
// is public.
struct pair {
    struct cr_noise_handshake init, resp;
    struct cr_stream init_stream, resp_stream;
    uint8_t init_s[CR_DH_LEN], resp_s[CR_DH_LEN], resp_pub[CR_DH_LEN];
    uint8_t psk[1][CR_KEY_LEN];
};

static const char protocol_name[] = "Noise_XKpsk3_25519_ChaChaPoly_SHA256";

static enum cr_err start(struct pair *p)
{
    struct cr_noise_protocol protocol;
    enum cr_err e = cr_noise_named(&protocol, protocol_name);
    if (e != CR_OK)
        return e;

    seed_secretly(&p->init_stream, "initiator");
    seed_secretly(&p->resp_stream, "responder");
    cr_stream_fill(&p->init_stream, p->init_s, sizeof p->init_s);
    cr_dh_generate(cr_stream_rng(&p->resp_stream), p->resp_s, p->resp_pub);
    make_public(p->resp_pub, sizeof p->resp_pub);
    draw_secret("psk", p->psk[0], sizeof p->psk[0]);

    const uint8_t(*psk)[CR_KEY_LEN] = (const uint8_t(*)[CR_KEY_LEN])p->psk;
    struct cr_noise_keys init = {p->init_s, p->resp_pub, psk, 1};
    struct cr_noise_keys resp = {p->resp_s, NULL, psk, 1};
    e = cr_noise_start(&p->init, &protocol, protocol_name, true, NULL, 0, &init);
    if (e == CR_OK)
        e = cr_noise_start(&p->resp, &protocol, protocol_name, false, NULL, 0, &resp);
    return e;
}

static enum cr_err pass(struct cr_noise_handshake *from, struct cr_stream *stream,
                        struct cr_noise_handshake *to)
{
    uint8_t msg[512], payload[TEXT_LEN];
    size_t len = 0, payload_len = 0;
    draw_secret("payload", payload, sizeof payload);
    enum cr_err e = cr_noise_write(from, cr_stream_rng(stream), payload, sizeof payload,
                                   msg, sizeof msg, &len);
    if (e != CR_OK)
        return e;
    make_public(msg, len);
    return cr_noise_read(to, msg, len, payload, sizeof payload, &payload_len);
}

static void whole_handshake(void)
{
    struct pair p;
    struct cr_cipher first, second;
    enum cr_err e = start(&p);
    if (e == CR_OK)
        e = pass(&p.init, &p.init_stream, &p.resp);
    if (e == CR_OK)
        e = pass(&p.resp, &p.resp_stream, &p.init);
    if (e == CR_OK)
        e = pass(&p.init, &p.init_stream, &p.resp);
    sound = e == CR_OK && cr_noise_done(&p.init) && cr_noise_done(&p.resp);
    cr_noise_split(&p.init, &first, &second);
}

// What cr_equal must not be: it stops at the first difference.
static bool leaky_equal(const uint8_t *a, const uint8_t *b, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (a[i] != b[i])
            return false;
    }
    return true;
}

static void leaky_comparing(void)
{
    uint8_t a[CR_HASH_LEN], b[CR_HASH_LEN];
    draw_secret("a", a, sizeof a);
    draw_secret("a", b, sizeof b);
    volatile bool same = leaky_equal(a, b, sizeof a);
    (void)same;
}

static void leaky_lookup(void)
{
    static volatile uint8_t table[256];
    uint8_t secret;
    draw_secret("index", &secret, sizeof secret);
    volatile uint8_t found = table[secret];
    (void)found;
}

static const struct timing_case secrets[] = {
    {"sealing depends on neither key nor text", sealing, false},
    {"opening depends on neither key nor text", opening, false},
    {"the bare keystream does not depend on its key", keystream, false},
    {"X25519 depends on no private key", diffie_hellman, false},
    {"HMAC and HKDF depend on neither key nor text", hmac_and_hkdf, false},
    {"signing does not depend on the seed", signing, false},
    {"cr_equal does not depend on what it compares", comparing, false},
    {"a stream does not depend on its key", drawing, false},
    {0},
};

static const struct timing_case handshake[] = {
    {"a whole XKpsk3 depends on no key and no payload", whole_handshake, false},
    {0},
};

static const struct timing_case leak[] = {
    {"a compare that stops early is found out", leaky_comparing, true},
    {"a secret as index is found out", leaky_lookup, true},
    {0},
};

static const struct timing_case *cases_called(const char *name)
{
    if (strcmp(name, "secrets") == 0)
        return secrets;
    if (strcmp(name, "handshake") == 0)
        return handshake;
    return strcmp(name, "leak") == 0 ? leak : NULL;
}

static bool holds(const struct timing_case *c)
{
    unsigned before = (unsigned)VALGRIND_COUNT_ERRORS;
    sound = true;
    c->run();
    bool reported = (unsigned)VALGRIND_COUNT_ERRORS != before;
    return sound && reported == c->leaks;
}

int main(int argc, char **argv)
{
    const struct timing_case *c = argc == 2 ? cases_called(argv[1]) : NULL;
    if (!c || !RUNNING_ON_VALGRIND || cr_init() != 0) {
        fprintf(stderr, "usage: valgrind ct secrets|handshake|leak\n");
        return 2;
    }

    unsigned failed = 0, number = 0;
    for (; c->says; c++) {
        bool good = holds(c);
        failed += !good;
        printf("%s %u - %s\n", good ? "ok" : "not ok", ++number, c->says);
        fflush(stdout);
    }
    printf("1..%u\n", number);
    return failed > 0;
}
