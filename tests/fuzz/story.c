#include "story.h"
#include <crypto/bytes.h>
#include <crypto/stream.h>
#include <protocol/body.h>
#include <stdlib.h>

enum {
    WALL_S = 1900000000,
    IN_FLIGHT_MAX = 4,
    ACT_LIMIT_S = 60,
    RESTARTED = 1000, // its seed is none of a fuzz target's
};

static const struct ep_ops *const ops[STORY_SIDES] = {&tp_implant_ops,
                                                      &tp_programmer_ops};

static void hold(bool what)
{
    if (!what)
        abort();
}

static void drawn(const char *name, uint8_t *out, size_t len)
{
    struct cr_stream s;
    cr_stream_named(&s, 1, name);
    cr_stream_fill(&s, out, len);
}

static void blank(struct story_state *s, const struct ep_ops *who)
{
    hold(who->size + STORY_GUARD <= sizeof s->bytes);
    memset(s->bytes, 0, who->size);
    memset(s->bytes + who->size, STORY_UNTOUCHED, STORY_GUARD);
}

bool story_intact(const struct story_state *s, const struct ep_ops *who)
{
    const uint8_t *guard = s->bytes + who->size;
    return guard[0] == STORY_UNTOUCHED &&
           memcmp(guard, guard + 1, STORY_GUARD - 1) == 0;
}

bool story_wiped(const struct story_state *s, const struct ep_ops *who)
{
    return s->bytes[0] == 0 && memcmp(s->bytes, s->bytes + 1, who->size - 1) == 0;
}

static void certify(struct tp_certificate *cert, const uint8_t s_priv[CR_DH_LEN],
                    const uint8_t authority[CR_SIGN_SECRET_LEN])
{
    cr_dh_public(s_priv, cert->key);
    cert->not_before_s = WALL_S - 86400;
    cert->not_after_s = WALL_S + 86400;
    cert->epoch = 1;
    tp_certificate_sign(cert, authority);
}

const uint8_t *story_image(uint32_t version)
{
    static const uint8_t images[2][STORY_IMAGE_LEN] = {
        "the software that an implant left the factory with",
        "the software that service brings it one fine morning",
    };
    hold(version == 1 || version == 2);
    return images[version - 1];
}

static struct tp_manifest release(uint32_t version, const uint8_t *maker)
{
    struct tp_manifest m = {.model = TP_MODEL_CARDIAC,
                            .version = version,
                            .least = 1,
                            .expiry_s = WALL_S + 86400,
                            .size = STORY_IMAGE_LEN};
    cr_blake2b256(m.hash, story_image(version), m.size);
    tp_manifest_sign(&m, maker);
    return m;
}

static void provision(uint8_t nvm[TP_IMPLANT_NVM_LEN], const uint8_t *anchor,
                      const uint8_t *authority)
{
    struct tp_implant_identity id = {
        .time_s = WALL_S, .epoch_min = 1, .certificate = {.role = TP_ROLE_IMPLANT}};
    id.text_len = sizeof "patient Jo Ek" - 1;
    memcpy(id.text, "patient Jo Ek", id.text_len);
    drawn("implant key", id.s_priv, sizeof id.s_priv);
    drawn("implant log", id.log_key, sizeof id.log_key);
    memcpy(id.anchor, anchor, sizeof id.anchor);
    drawn("implant id", id.certificate.scope, sizeof id.certificate.scope);
    certify(&id.certificate, id.s_priv, authority);
    id.software = release(1, authority);
    id.image = story_image(1);
    memcpy(id.maker, anchor, sizeof id.maker);
    tp_therapy_build(&(struct tp_therapy){60, 130, 2500, 1}, id.settings);
    tp_implant_provision(nvm, &id);
}

void story_boot(struct story_state *implant, const uint8_t nvm[TP_IMPLANT_NVM_LEN],
                uint32_t boots, uint64_t now_us)
{
    uint8_t config[TP_IMPLANT_CONFIG_LEN], seed[EP_SEED_LEN];
    struct tp_implant_config plain = {.pacing = 1};
    struct cr_stream s;
    tp_implant_config_build(&plain, config);
    cr_stream_named(&s, boots, "implant boots");
    cr_stream_fill(&s, seed, sizeof seed);
    blank(implant, &tp_implant_ops);
    hold(tp_implant_ops.init(implant->bytes, nvm, seed, config, sizeof config,
                             now_us) == 0);
}

// Each time it boots under another name, it draws from another stream.
static void boot_programmer(struct story_state *programmer, enum tp_role role,
                            const char *boots, const uint8_t *anchor,
                            const uint8_t *authority)
{
    uint8_t bytes[TP_PROGRAMMER_CONFIG_LEN], seed[EP_SEED_LEN];
    struct tp_programmer_config config = {
        .certificate = {.role = (uint8_t)role}, .time_s = WALL_S, .tries = 2};
    drawn(role == TP_ROLE_SERVICE ? "service key" : "programmer key", config.s_priv,
          sizeof config.s_priv);
    drawn(boots, seed, sizeof seed);
    memcpy(config.anchor, anchor, sizeof config.anchor);
    certify(&config.certificate, config.s_priv, authority);
    tp_programmer_config_build(&config, bytes);
    blank(programmer, &tp_programmer_ops);
    hold(tp_programmer_ops.init(programmer->bytes, NULL, seed, bytes, sizeof bytes,
                                0) == 0);
}

// Everything as it is now, and what is on its way.
struct telling {
    struct story *story;
    struct story_moment now;
    struct story_frame flying[IN_FLIGHT_MAX];
    size_t count;
    bool restarted;
};

static void empty(struct telling *t, enum story_side side)
{
    struct ep_output out;
    while (ops[side]->output(t->now.state[side].bytes, &out)) {
        if (out.kind == EP_NVM) {
            hold(side == STORY_IMPLANT);
            memcpy(t->now.nvm + out.nvm.at, out.nvm.bytes, out.nvm.len);
        } else if (out.kind == EP_SEND) {
            hold(t->count < IN_FLIGHT_MAX);
            struct story_frame *f = &t->flying[t->count++];
            *f = (struct story_frame){
                .from = (uint8_t)side, .link = out.send.link, .len = out.send.len};
            memcpy(f->bytes, out.send.bytes, f->len);
        } else if (out.kind == EP_RESTART) {
            t->restarted = true;
            story_boot(&t->now.state[side], t->now.nvm, RESTARTED, t->now.now_us);
        }
    }
}

static void deliver(struct telling *t)
{
    struct story *story = t->story;
    struct story_frame f = t->flying[0];
    struct ep_frame frame = {.link = f.link, .len = f.len};
    enum story_side to = f.from == STORY_IMPLANT ? STORY_PROGRAMMER : STORY_IMPLANT;
    memmove(t->flying, t->flying + 1, --t->count * sizeof t->flying[0]);
    memcpy(frame.bytes, f.bytes, f.len);
    frame.now_us = t->now.now_us += 1000;
    ops[to]->receive(t->now.state[to].bytes, &frame);
    empty(t, to);
    hold(story->count < STORY_MOMENTS_MAX);
    story->frames[story->count++] = f;
    story->moments[story->count] = t->now;
}

static void let_time_pass(struct telling *t)
{
    uint64_t next = EP_NEVER;
    for (int i = 0; i < STORY_SIDES; i++) {
        uint64_t due = ops[i]->deadline(t->now.state[i].bytes);
        if (due < next)
            next = due;
    }
    t->now.now_us = next;
    for (enum story_side i = 0; i < STORY_SIDES; i++) {
        if (ops[i]->deadline(t->now.state[i].bytes) <= next)
            ops[i]->expire(t->now.state[i].bytes, next);
        empty(t, i);
    }
}

static void act(struct telling *t, enum ep_act_kind kind, const uint8_t *args,
                uint8_t len)
{
    struct ep_act a = {.kind = (uint16_t)kind, .len = len};
    uint8_t *programmer = t->now.state[STORY_PROGRAMMER].bytes;
    uint64_t limit_us = t->now.now_us + ACT_LIMIT_S * UINT64_C(1000000);
    memcpy(a.args, args, len);
    t->now.act = a.kind;
    hold(tp_programmer_ops.act(programmer, &a, t->now.now_us) == 0);
    empty(t, STORY_PROGRAMMER);
    while (tp_programmer_ops.outcome(programmer, NULL, 0, NULL) == 0) {
        hold(t->now.now_us < limit_us);
        if (t->count > 0)
            deliver(t);
        else
            let_time_pass(t);
    }
    hold(tp_programmer_ops.outcome(programmer, NULL, 0, NULL) == 1);
}

static void command(struct telling *t, enum tp_opcode opcode, const uint8_t *args,
                    size_t len)
{
    uint8_t bytes[EP_ARGS_MAX];
    struct wr w = wr_of(bytes, sizeof bytes);
    wr_u8(&w, 0);
    wr_u8(&w, 0);
    wr_u16(&w, (uint16_t)opcode);
    wr_put(&w, args, len);
    act(t, EP_ACT_COMMAND, bytes, (uint8_t)w.done);
}

// Another programmer, and so another peer: it brings the implant its new software.
static void tell_of_the_update(struct telling *t, const uint8_t *anchor,
                               const uint8_t *authority)
{
    static const uint8_t peer[1] = {0}, read[2] = {0, EP_READ_OUT};
    uint8_t manifest[TP_MANIFEST_LEN], chunk[2 + TP_CHUNK_MAX];
    struct tp_manifest m = release(2, authority);
    boot_programmer(&t->now.state[STORY_PROGRAMMER], TP_ROLE_SERVICE, "service boots",
                    anchor, authority);
    act(t, EP_ACT_PAIR, peer, sizeof peer);
    act(t, EP_ACT_OPEN, read, sizeof read);
    tp_manifest_build(&m, manifest);
    command(t, TP_OP_UPDATE_BEGIN, manifest, sizeof manifest);
    for (uint16_t at = 0; at < STORY_IMAGE_LEN; at += TP_CHUNK_MAX) {
        struct wr w = wr_of(chunk, sizeof chunk);
        size_t left = (size_t)(STORY_IMAGE_LEN - at);
        wr_u16(&w, at);
        wr_put(&w, story_image(2) + at, left < TP_CHUNK_MAX ? left : TP_CHUNK_MAX);
        command(t, TP_OP_UPDATE_CHUNK, chunk, w.done);
    }
    t->story->finished = t->story->count + 1;
    command(t, TP_OP_UPDATE_FINISH, NULL, 0);
    while (!t->restarted)
        let_time_pass(t);
    boot_programmer(&t->now.state[STORY_PROGRAMMER], TP_ROLE_SERVICE,
                    "service boots again", anchor, authority);
    act(t, EP_ACT_PAIR, peer, sizeof peer);
}

static void tell(struct story *story)
{
    static const uint8_t peer[1] = {0}, treat[2] = {0, EP_THERAPY},
                         read[2] = {0, EP_READ_OUT}, volume[1] = {5};
    static const struct tp_therapy faster = {70, 130, 2500, 1};
    static struct telling t;
    uint8_t sign_seed[CR_SIGN_SEED_LEN], anchor[CR_SIGN_PUBLIC_LEN];
    uint8_t authority[CR_SIGN_SECRET_LEN], therapy[TP_THERAPY_LEN];
    drawn("authority", sign_seed, sizeof sign_seed);
    cr_sign_keypair(sign_seed, anchor, authority);
    t.story = story;
    provision(t.now.nvm, anchor, authority);
    story_boot(&t.now.state[STORY_IMPLANT], t.now.nvm, 0, 0);
    boot_programmer(&t.now.state[STORY_PROGRAMMER], TP_ROLE_CLINICIAN,
                    "programmer boots", anchor, authority);
    for (enum story_side i = 0; i < STORY_SIDES; i++)
        empty(&t, i);
    story->moments[0] = t.now;

    act(&t, EP_ACT_PAIR, peer, sizeof peer);
    act(&t, EP_ACT_OPEN, treat, sizeof treat);
    tp_therapy_build(&faster, therapy);
    command(&t, TP_OP_THERAPY, therapy, sizeof therapy);
    command(&t, TP_OP_ALARM, volume, sizeof volume);
    act(&t, EP_ACT_CLOSE, peer, sizeof peer);
    act(&t, EP_ACT_OPEN, read, sizeof read);
    command(&t, TP_OP_STATUS, NULL, 0);
    act(&t, EP_ACT_CLOSE, peer, sizeof peer);
    tell_of_the_update(&t, anchor, authority);
}

const struct story *story_told(void)
{
    static struct story story;
    if (story.count == 0)
        tell(&story);
    return &story;
}
