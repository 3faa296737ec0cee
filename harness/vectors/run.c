// run.c - runs a Noise vector, both sides, against the engine
//
// The engine decides what it supports: a name that cr_noise_named refuses is
// taken apart only to say why.

#include <crypto/noise.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <vectors/vectors.h>

struct party {
    const struct hx_vector_side *side;
    struct cr_noise_handshake hs;
    struct cr_cipher first, second;
    uint8_t rs[CR_DH_LEN];
    bool lacks_e; // asked for an ephemeral key, and the vector gives none
};

struct run {
    const struct hx_vector *v;
    struct cr_noise_protocol protocol;
    struct party init, resp;
    char *why;
    uint8_t sent[CR_NOISE_MESSAGE_MAX], got[CR_NOISE_MESSAGE_MAX];
    size_t sent_len, got_len;
};

__attribute__((format(printf, 2, 3))) static void say(char *why, const char *format,
                                                      ...)
{
    va_list args;
    va_start(args, format);
    // The analyzer forgets va_start when it sees a file for the second time.
    // NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized)
    vsnprintf(why, HX_VECTOR_WHY_CAP, format, args);
    va_end(args);
}

// Names the first part of a protocol name that no engine here has.
static void say_unsupported(const char *name, char *why)
{
    // One field more than any name: loading saw to the count of the others.
    char part[5][HX_VECTOR_NAME_CAP] = {{0}};
    size_t at = 0, len = 0;
    for (const char *c = name; *c; c++) {
        if (*c == '_' && at < 4) {
            at++;
            len = 0;
        } else {
            part[at][len++] = *c;
        }
    }
    if (strcmp(part[0], "Noise") != 0)
        say(why, "prefix %s", part[0]);
    else if (strcmp(part[2], "25519") != 0)
        say(why, "dh %s", part[2]);
    else if (strcmp(part[3], "ChaChaPoly") != 0)
        say(why, "cipher %s", part[3]);
    else if (strcmp(part[4], "SHA256") != 0 && strcmp(part[4], "SHA512") != 0 &&
             strcmp(part[4], "BLAKE2b") != 0)
        say(why, "hash %s", part[4]);
    else
        say(why, "pattern %s", part[1]);
}

static bool key_len_ok(const struct hx_hex *key)
{
    return !key->given || key->len == CR_DH_LEN;
}

static bool side_ok(const struct hx_vector_side *side, size_t psk_count, char *why)
{
    bool lens =
        key_len_ok(&side->s_priv) && key_len_ok(&side->e_priv) && key_len_ok(&side->rs);
    for (size_t i = 0; i < side->psk_count; i++)
        lens = lens && key_len_ok(&side->psk[i]);
    if (!lens)
        say(why, "expected keys and psks of %d bytes", CR_DH_LEN);
    else if (side->psk_count != psk_count)
        say(why, "expected %zu psks a side, not %zu", psk_count, side->psk_count);
    return lens && side->psk_count == psk_count;
}

enum hx_vector_verdict hx_vector_check(const struct hx_vector *v,
                                       char why[HX_VECTOR_WHY_CAP])
{
    struct cr_noise_protocol protocol;
    why[0] = '\0';
    if (v->unsupported) {
        say(why, "%s", v->unsupported);
        return HX_VECTOR_UNSUPPORTED;
    }
    if (cr_noise_named(&protocol, v->name) != CR_OK) {
        say_unsupported(v->name, why);
        return HX_VECTOR_UNSUPPORTED;
    }
    if (!side_ok(&v->init, protocol.psk_count, why) ||
        !side_ok(&v->resp, protocol.psk_count, why))
        return HX_VECTOR_MALFORMED;
    if (v->handshake_hash.given &&
        v->handshake_hash.len != (protocol.hash == CR_NOISE_SHA256 ? 32 : 64)) {
        say(why, "expected a handshake_hash as long as the hash is");
        return HX_VECTOR_MALFORMED;
    }
    return HX_VECTOR_PASSED;
}

// The source of randomness: the vector's ephemeral key. No pattern that compiles
// asks for a second one.
static void draw(void *ctx, uint8_t *out, size_t len)
{
    struct party *p = ctx;
    p->lacks_e = !p->side->e_priv.given || len != CR_DH_LEN;
    if (p->lacks_e)
        memset(out, 0, len);
    else
        memcpy(out, p->side->e_priv.at, len);
}

static bool start(struct run *r, struct party *p, bool initiator)
{
    const struct hx_vector_side *side = initiator ? &r->v->init : &r->v->resp;
    const struct hx_vector_side *peer = initiator ? &r->v->resp : &r->v->init;
    const uint8_t *rs = side->rs.given ? side->rs.at : NULL;
    uint8_t psk[CR_NOISE_PSK_MAX][CR_KEY_LEN] = {{0}};
    p->side = side;
    if (r->v->derive_rs && peer->s_priv.given) {
        cr_dh_public(peer->s_priv.at, p->rs);
        rs = p->rs;
    }
    for (size_t i = 0; i < side->psk_count; i++)
        memcpy(psk[i], side->psk[i].at, CR_KEY_LEN);

    struct cr_noise_keys keys = {
        .s_priv = side->s_priv.given ? side->s_priv.at : NULL,
        .rs = rs,
        .psk = (const uint8_t(*)[CR_KEY_LEN])psk,
        .psk_count = side->psk_count,
    };
    return cr_noise_start(&p->hs, &r->protocol, r->v->name, initiator,
                          side->prologue.at, side->prologue.len, &keys) == CR_OK;
}

static bool same(const struct hx_hex *want, const uint8_t *have, size_t len)
{
    return want->len == len && (len == 0 || memcmp(want->at, have, len) == 0);
}

static enum cr_err send_handshake(struct run *r, struct party *p,
                                  const struct hx_hex *payload)
{
    struct cr_rng rng = {.fill = draw, .ctx = p};
    return cr_noise_write(&p->hs, rng, payload->at, payload->len, r->sent,
                          sizeof r->sent, &r->sent_len);
}

static enum cr_err send_transport(struct run *r, struct cr_cipher *c,
                                  const struct hx_hex *payload)
{
    if (payload->len > sizeof r->sent - CR_TAG_LEN)
        return CR_E_SPACE;
    cr_cipher_seal(c, NULL, 0, payload->at, payload->len, r->sent);
    r->sent_len = payload->len + CR_TAG_LEN;
    return CR_OK;
}

static enum cr_err read_transport(struct run *r, struct cr_cipher *c)
{
    enum cr_err e = cr_cipher_open(c, NULL, 0, r->sent, r->sent_len, r->got);
    if (e == CR_OK)
        r->got_len = r->sent_len - CR_TAG_LEN;
    return e;
}

// Whether transport message n, the handshake's not counted, is the initiator's.
static bool initiator_sends(const struct run *r, size_t handshake_len, size_t n)
{
    if (r->v->transport_starts_over)
        return n % 2 == 0;
    return r->protocol.one_way || (handshake_len + n) % 2 == 0;
}

enum step { STEP_GOOD, STEP_BAD, STEP_REFUSED, STEP_LACKING };

// Compares what was sent and what was read of message i with the vector.
static enum step judge(struct run *r, size_t i, enum cr_err sent, enum cr_err read)
{
    if (sent != CR_OK) {
        say(r->why, "message %zu: writing gave %s", i, cr_err_name(sent));
        return STEP_BAD;
    }
    if (!same(&r->v->messages[i].ciphertext, r->sent, r->sent_len)) {
        say(r->why, "message %zu: ciphertext differs", i);
        return STEP_BAD;
    }
    if (read != CR_OK) {
        say(r->why, "message %zu: reading gave %s", i, cr_err_name(read));
        return STEP_REFUSED;
    }
    if (!same(&r->v->messages[i].payload, r->got, r->got_len)) {
        say(r->why, "message %zu: payload differs", i);
        return STEP_BAD;
    }
    return STEP_GOOD;
}

static enum step handshake_message(struct run *r, size_t i)
{
    bool ours = cr_noise_my_turn(&r->init.hs);
    struct party *from = ours ? &r->init : &r->resp;
    struct party *to = ours ? &r->resp : &r->init;
    enum cr_err read = CR_E_ORDER;
    enum cr_err sent = send_handshake(r, from, &r->v->messages[i].payload);
    if (from->lacks_e || (sent == CR_E_KEY && !from->side->s_priv.given)) {
        say(r->why, "expected the %s key that message %zu of %s needs",
            from->lacks_e ? "ephemeral" : "static", i, r->v->name);
        return STEP_LACKING;
    }
    if (sent == CR_OK)
        read = cr_noise_read(&to->hs, r->sent, r->sent_len, r->got, sizeof r->got,
                             &r->got_len);
    return judge(r, i, sent, read);
}

static enum step transport_message(struct run *r, size_t handshake_len, size_t i)
{
    bool initiators = initiator_sends(r, handshake_len, i - handshake_len);
    struct cr_cipher *out = initiators ? &r->init.first : &r->resp.second;
    struct cr_cipher *in = initiators ? &r->resp.first : &r->init.second;
    enum cr_err sent = send_transport(r, out, &r->v->messages[i].payload);
    enum cr_err read = sent == CR_OK ? read_transport(r, in) : CR_E_ORDER;
    return judge(r, i, sent, read);
}

static enum step finish_handshake(struct run *r)
{
    const struct hx_hex *hash = &r->v->handshake_hash;
    size_t len = cr_noise_hash_len(&r->init.hs);
    cr_noise_split(&r->init.hs, &r->init.first, &r->init.second);
    cr_noise_split(&r->resp.hs, &r->resp.first, &r->resp.second);
    if (hash->given && (!same(hash, cr_noise_hash(&r->init.hs), len) ||
                        !same(hash, cr_noise_hash(&r->resp.hs), len))) {
        say(r->why, "handshake_hash differs");
        return STEP_BAD;
    }
    return STEP_GOOD;
}

static enum step run_messages(struct run *r)
{
    enum step s = STEP_GOOD;
    size_t i = 0;
    for (; s == STEP_GOOD && i < r->v->message_count && !cr_noise_done(&r->init.hs);
         i++)
        s = handshake_message(r, i);
    if (s != STEP_GOOD)
        return s;
    if (!cr_noise_done(&r->init.hs)) {
        say(r->why, "the messages end before the handshake does");
        return STEP_BAD;
    }
    size_t handshake_len = i;
    s = finish_handshake(r);
    for (; s == STEP_GOOD && i < r->v->message_count; i++)
        s = transport_message(r, handshake_len, i);
    return s;
}

enum hx_vector_verdict hx_vector_run(const struct hx_vector *v,
                                     char why[HX_VECTOR_WHY_CAP])
{
    enum hx_vector_verdict can = hx_vector_check(v, why);
    if (can != HX_VECTOR_PASSED)
        return can;

    struct run r = {.v = v, .why = why};
    if (cr_noise_named(&r.protocol, v->name) != CR_OK)
        return HX_VECTOR_UNSUPPORTED;
    if (!start(&r, &r.init, true) || !start(&r, &r.resp, false)) {
        say(why, "expected the static keys that %s needs beforehand", v->name);
        return HX_VECTOR_MALFORMED;
    }
    enum step s = run_messages(&r);
    if (s == STEP_LACKING)
        return HX_VECTOR_MALFORMED;
    if (v->fail && s == STEP_GOOD)
        say(why, "no message was refused, and one must be");
    if (s != (v->fail ? STEP_REFUSED : STEP_GOOD))
        return HX_VECTOR_FAILED;
    why[0] = '\0';
    return HX_VECTOR_PASSED;
}
