// Drives: cr_noise_read, at every message of ten patterns
// Holds:  a refusal leaves all untouched and the right message still passes; a changed
//         message that is authenticated is refused, an unchanged one gives its payload
// Corpus: fixtures/corpus/fuzz_noise_read
//
// An input is the pattern's number, how many honest messages go first, a mode, and
// bytes: the message itself (mode even), or what to change in the honest one, byte
// by byte, with more of them behind it (mode odd).

#include <crypto/noise.h>
#include <crypto/stream.h>
#include <stdlib.h>
#include <string.h>

enum { MESSAGE_CAP = 1024, PAYLOAD_LEN = 5 };

static const char *const names[] = {
    "Noise_NN_25519_ChaChaPoly_SHA256",    "Noise_XX_25519_ChaChaPoly_SHA256",
    "Noise_IK_25519_ChaChaPoly_BLAKE2b",   "Noise_XKpsk3_25519_ChaChaPoly_SHA256",
    "Noise_KK_25519_ChaChaPoly_SHA512",    "Noise_X1X1_25519_ChaChaPoly_SHA256",
    "Noise_Npsk0_25519_ChaChaPoly_SHA256", "Noise_X_25519_ChaChaPoly_SHA256",
    "Noise_I1K1_25519_ChaChaPoly_SHA256",  "Noise_NNpsk0+psk2_25519_ChaChaPoly_SHA256",
};

struct pair {
    struct cr_noise_handshake side[2]; // initiator, responder
    struct cr_stream stream;
};

struct message {
    uint8_t at[MESSAGE_CAP];
    size_t len;
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void hold(bool what)
{
    if (!what)
        abort();
}

// Both sides know each other's keys beforehand: a pattern takes what it needs.
static void start(struct pair *p, const char *name)
{
    struct cr_noise_protocol protocol;
    uint8_t priv[2][CR_DH_LEN], pub[2][CR_DH_LEN];
    uint8_t psk[CR_NOISE_PSK_MAX][CR_KEY_LEN] = {{1}, {2}, {3}, {4}};
    hold(cr_noise_named(&protocol, name) == CR_OK);
    cr_stream_named(&p->stream, 1, name);
    for (size_t i = 0; i < 2; i++)
        cr_dh_generate(cr_stream_rng(&p->stream), priv[i], pub[i]);

    for (size_t i = 0; i < 2; i++) {
        struct cr_noise_keys keys = {
            .s_priv = priv[i],
            .rs = pub[1 - i],
            .psk = (const uint8_t(*)[CR_KEY_LEN])psk,
            .psk_count = protocol.psk_count,
        };
        hold(cr_noise_start(&p->side[i], &protocol, name, i == 0, NULL, 0, &keys) ==
             CR_OK);
    }
}

static void write_honestly(struct pair *p, struct message *m)
{
    static const uint8_t payload[PAYLOAD_LEN] = "beat";
    size_t from = cr_noise_my_turn(&p->side[0]) ? 0 : 1;
    hold(cr_noise_write(&p->side[from], cr_stream_rng(&p->stream), payload,
                        sizeof payload, m->at, sizeof m->at, &m->len) == CR_OK);
}

static struct cr_noise_handshake *reader(struct pair *p)
{
    // Whoever wrote has stepped on, so that it is nobody's turn or the reader's own
    // is still to come: the one who is behind reads.
    return p->side[0].step < p->side[1].step ? &p->side[0] : &p->side[1];
}

static void read_honestly(struct cr_noise_handshake *hs, const struct message *m)
{
    uint8_t payload[PAYLOAD_LEN];
    size_t len = 0;
    hold(cr_noise_read(hs, m->at, m->len, payload, sizeof payload, &len) == CR_OK);
    hold(len == sizeof payload && memcmp(payload, "beat", sizeof payload) == 0);
}

static bool same(const void *a, const void *b, size_t len)
{
    return len == 0 || memcmp(a, b, len) == 0;
}

static void make_message(const struct message *honest, bool change, const uint8_t *data,
                         size_t len, struct message *out)
{
    if (len > sizeof out->at)
        len = sizeof out->at;
    *out = (struct message){.len = len};
    if (change)
        *out = *honest;
    for (size_t i = 0; i < len; i++)
        out->at[i] ^= data[i];
    if (len > out->len)
        out->len = len;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct pair p;
    struct message honest, m;
    if (len < 3)
        return 0;

    start(&p, names[data[0] % (sizeof names / sizeof names[0])]);
    write_honestly(&p, &honest);
    for (unsigned i = data[1] % 4; i > 0 && !cr_noise_done(&p.side[0]); i--) {
        read_honestly(reader(&p), &honest);
        if (!cr_noise_done(reader(&p)))
            write_honestly(&p, &honest);
    }
    struct cr_noise_handshake *hs = reader(&p);
    if (cr_noise_done(hs))
        return 0;

    uint8_t payload[MESSAGE_CAP] = {0};
    const uint8_t blank[MESSAGE_CAP] = {0};
    size_t out_len = SIZE_MAX;
    make_message(&honest, data[2] & 1, data + 3, len - 3, &m);
    struct cr_noise_handshake before, after = *hs;
    memcpy(&before, hs, sizeof before);
    enum cr_err e = cr_noise_read(hs, m.at, m.len, payload, sizeof payload, &out_len);
    bool unchanged = m.len == honest.len && same(m.at, honest.at, m.len);
    if (e != CR_OK) {
        hold(!unchanged && out_len == SIZE_MAX);
        hold(same(hs, &before, sizeof before) && same(payload, blank, sizeof payload));
        read_honestly(hs, &honest);
        return 0;
    }

    read_honestly(&after, &honest);
    hold(out_len + (honest.len - PAYLOAD_LEN) == m.len);
    hold(unchanged ? same(payload, "beat", PAYLOAD_LEN)
                   : !after.symmetric.cipher.keyed);
    return 0;
}
