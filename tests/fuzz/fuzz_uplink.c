// Drives: tp_server_ops and tp_updater_ops, in the middle of an honest visit
// Holds:  bytes made without a key have no effect (no COMMIT), are answered by nothing
//         but the reply to a hello, and leave a service inside its memory; an honest
//         monitor's next visit is served
// Corpus: fixtures/corpus/fuzz_uplink
//
// An input is a byte that says which service and how much of the visit came before,
// then steps: a byte that says what, and its operands.

#include <crypto/bytes.h>
#include <crypto/stream.h>
#include <protocol/server.h>
#include <protocol/updater.h>
#include <protocol/uplink.h>
#include <stdalign.h>
#include <stdlib.h>

enum {
    STATE_MAX = 8192,
    GUARD = 64,
    UNTOUCHED = 0xa5,
    WALL_S = 1900000000,
    VISIT_FRAMES = 3, // hello, proof, a record
    STEPS_MAX = 64,
};

enum step { NEW, REPLAY, ECHO, STEPS };

struct frame {
    uint8_t len, bytes[EP_FRAME_MAX];
};

// A service and its monitor, as far as the visit has come.
struct visit {
    const struct ep_ops *ops;
    enum tp_role role; // of the service
    struct tp_uplink monitor;
    uint32_t sequence; // of the monitor's implant
    struct frame frames[VISIT_FRAMES];
    struct frame said; // by the service, last
    alignas(16) uint8_t state[STATE_MAX];
};

// Whose the keys are: drawn by name, the same in every process.
struct world {
    uint8_t anchor[CR_SIGN_PUBLIC_LEN], authority[CR_SIGN_SECRET_LEN];
    uint8_t monitor_priv[CR_DH_LEN];
    struct tp_certificate monitor;
    struct tp_server_config server;
    struct tp_host_config updater;
    uint8_t store[TP_UPDATER_NVM_LEN];
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

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

static struct tp_certificate certify(const struct world *w, enum tp_role role,
                                     const uint8_t s_priv[CR_DH_LEN])
{
    struct tp_certificate cert = {
        .role = (uint8_t)role, .not_after_s = WALL_S + 86400, .epoch = 1};
    cr_dh_public(s_priv, cert.key);
    tp_certificate_sign(&cert, w->authority);
    return cert;
}

static void make(struct world *w)
{
    uint8_t seed[CR_SIGN_SEED_LEN];
    static const uint8_t image[100] = {1};
    struct tp_manifest m = {.model = TP_MODEL_MONITOR, .version = 1, .size = 100};
    drawn("authority", seed, sizeof seed);
    cr_sign_keypair(seed, w->anchor, w->authority);
    drawn("monitor", w->monitor_priv, CR_DH_LEN);
    w->monitor = certify(w, TP_ROLE_MONITOR, w->monitor_priv);

    drawn("server", w->server.host.s_priv, CR_DH_LEN);
    w->server.host.certificate = certify(w, TP_ROLE_SERVER, w->server.host.s_priv);
    memcpy(w->server.host.anchor, w->anchor, sizeof w->anchor);
    w->server.host.time_s = WALL_S;
    drawn("implant", w->server.id[0], TP_ID_LEN);
    drawn("origin", w->server.origin_key[0], TP_ORIGIN_KEY_LEN);

    drawn("updater", w->updater.s_priv, CR_DH_LEN);
    w->updater.certificate = certify(w, TP_ROLE_UPDATER, w->updater.s_priv);
    memcpy(w->updater.anchor, w->anchor, sizeof w->anchor);
    w->updater.time_s = WALL_S;
    tp_updater_release(w->store, 0, &m, image);
    tp_updater_file(w->store, 0, "logs/today", image, sizeof "quiet");
    tp_updater_file(w->store, 1, "keys/service", w->updater.s_priv, CR_DH_LEN);
}

static const struct world *world(void)
{
    static struct world w;
    if (w.server.host.time_s == 0)
        make(&w);
    return &w;
}

// --- the honest side ---

static void start(struct visit *v, bool updater)
{
    uint8_t seed[EP_SEED_LEN], server[TP_SERVER_CONFIG_LEN], config[TP_HOST_CONFIG_LEN];
    drawn("boots", seed, sizeof seed);
    tp_server_config_build(&world()->server, server);
    tp_host_config_build(&world()->updater, config);
    memset(v, 0, sizeof *v);
    v->ops = updater ? &tp_updater_ops : &tp_server_ops;
    v->role = updater ? TP_ROLE_UPDATER : TP_ROLE_SERVER;
    hold(v->ops->size + GUARD <= sizeof v->state);
    memset(v->state + v->ops->size, UNTOUCHED, GUARD);
    hold(v->ops->init(v->state, world()->store, seed, updater ? config : server,
                      updater ? sizeof config : sizeof server, 0) == 0);
}

static struct tp_uplink_self monitor_self(void)
{
    static const struct tp_controls all;
    return (struct tp_uplink_self){.s_priv = world()->monitor_priv,
                                   .certificate = &world()->monitor,
                                   .anchor = world()->anchor,
                                   .now_s = WALL_S,
                                   .controls = &all};
}

// What the monitor asks for: a report's showing, or its own software.
static size_t question(struct visit *v, uint8_t out[TP_UP_MESSAGE_MAX])
{
    struct wr w = wr_of(out, TP_UP_MESSAGE_MAX);
    if (v->role == TP_ROLE_UPDATER) {
        wr_u8(&w, TP_UP_MANIFEST);
        wr_u16(&w, TP_MODEL_MONITOR);
        return w.done;
    }
    const struct tp_server_config *s = &world()->server;
    struct tp_report report = {.sequence = ++v->sequence, .time_s = WALL_S};
    uint8_t bytes[TP_REPORT_LEN];
    tp_report_seal(&report, s->id[0], s->origin_key[0]);
    tp_report_build(&report, bytes);
    wr_u8(&w, TP_UP_REPORT);
    wr_put(&w, s->id[0], TP_ID_LEN);
    wr_put(&w, bytes, sizeof bytes);
    return w.done;
}

// Gives the service a frame; how many effects that had.
static size_t hear(struct visit *v, uint8_t place, const struct frame *f)
{
    struct ep_frame frame = {.link = EP_UPLINK, .place = place, .len = f->len};
    struct ep_output out;
    size_t sends = 0, commits = 0;
    memcpy(frame.bytes, f->bytes, f->len);
    v->ops->receive(v->state, &frame);
    while (v->ops->output(v->state, &out)) {
        hold(out.kind == EP_SEND || out.kind == EP_COMMIT);
        if (out.kind == EP_COMMIT) {
            commits++;
            continue;
        }
        hold(out.send.link == EP_UPLINK && out.send.place == place);
        v->said.len = out.send.len;
        memcpy(v->said.bytes, out.send.bytes, out.send.len);
        sends++;
    }
    hold(sends <= 1 && commits <= 1);
    if (sends == 0)
        v->said.len = 0;
    for (size_t i = 0; i < GUARD; i++)
        hold(v->state[v->ops->size + i] == UNTOUCHED);
    return commits;
}

// The monitor's next frame, after the service's answer to the one before.
static void write_frame(struct visit *v, size_t i)
{
    struct tp_uplink_self self = monitor_self();
    struct cr_stream stream;
    struct frame *f = &v->frames[i];
    uint8_t message[TP_UP_MESSAGE_MAX];
    size_t n;
    cr_stream_named(&stream, v->sequence, "monitor boots");
    if (i == 0) {
        f->len = TP_UP_HELLO_LEN;
        hold(tp_uplink_hello(&v->monitor, &self, cr_stream_rng(&stream), f->bytes) ==
             TP_OK);
    } else if (i == 1) {
        f->len = TP_UP_PROOF_LEN;
        hold(tp_uplink_prove(&v->monitor, &self, v->role, cr_stream_rng(&stream),
                             v->said.bytes, v->said.len, f->bytes) == TP_OK);
    } else {
        n = question(v, message);
        hold(tp_uplink_seal(&v->monitor, message, n, f->bytes, &n) == TP_OK);
        f->len = (uint8_t)n;
    }
}

static void go_on(struct visit *v, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++) {
        write_frame(v, i);
        size_t shown = hear(v, EP_PLACE_MONITOR, &v->frames[i]);
        hold(shown == (i == 2 && v->role == TP_ROLE_SERVER));
        hold((v->said.len == 0) == (i == 1));
    }
}

// --- the other side ---

static struct frame new_frame(struct rd *in)
{
    struct frame f;
    size_t len = rd_u8(in);
    f.len = (uint8_t)(len < in->left ? len : in->left);
    rd_get(in, f.bytes, f.len);
    return f;
}

// A frame that was on the wire, with some of its bytes changed and its length too.
static struct frame changed(struct rd *in, struct frame f)
{
    size_t changes = rd_u8(in) % 4;
    for (size_t i = 0; i < changes && f.len > 0; i++) {
        size_t at = rd_u8(in) % f.len;
        f.bytes[at] ^= rd_u8(in);
    }
    uint8_t cut = rd_u8(in);
    if (cut < f.len)
        f.len = (uint8_t)(f.len - cut);
    return f;
}

static void step(struct visit *v, size_t came, struct rd *in)
{
    uint8_t what = rd_u8(in);
    uint8_t place = what & 0x80 ? EP_PLACE_PROGRAMMER : EP_PLACE_MONITOR;
    struct frame f;
    if (what % STEPS == NEW)
        f = new_frame(in);
    else if (what % STEPS == ECHO)
        f = changed(in, v->said);
    else if (came > 0)
        f = changed(in, v->frames[rd_u8(in) % came]);
    else
        return;
    hold(hear(v, place, &f) == 0);
    hold(v->said.len == 0 ||
         (v->said.bytes[0] == TP_UP_REPLY && f.bytes[0] == TP_UP_HELLO));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    static struct visit v;
    struct rd in = rd_of(data, len);
    uint8_t how = rd_u8(&in);
    size_t came = (how >> 1) % (VISIT_FRAMES + 1);
    start(&v, how & 1);
    go_on(&v, 0, came);
    for (int i = 0; i < STEPS_MAX && in.left > 0; i++)
        step(&v, came, &in);
    go_on(&v, 0, VISIT_FRAMES);

    v.ops->wipe(v.state);
    for (size_t i = 0; i < v.ops->size; i++)
        hold(v.state[i] == 0);
    return 0;
}
