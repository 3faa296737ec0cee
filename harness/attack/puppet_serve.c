// puppet_serve.c - the puppet in a service's place in the network

#include "puppet_internal.h"
#include <crypto/bytes.h>
#include <protocol/body.h>

// As an endpoint would speak for itself, but that it believes anybody.
static struct tp_uplink_self self_of(struct hx_bench *b, struct tp_certificate *cert,
                                     const struct tp_controls *controls)
{
    struct hx_puppet *p = b->puppet;
    bool updater = b->attacker.serves == EP_PLACE_UPDATER;
    const uint8_t *key = updater && p->have_updater ? p->updater_priv : p->s_priv;
    if (updater && p->have_updater) {
        *cert = b->world->cert[HX_NODE_UPDATER];
    } else {
        *cert =
            (struct tp_certificate){.role = updater ? TP_ROLE_UPDATER : TP_ROLE_SERVER,
                                    .not_after_s = HX_EPOCH_S + 86400 * 365,
                                    .epoch = HX_CERT_EPOCH};
        hx_world_certify(b->world, cert, key, false);
    }
    return (struct tp_uplink_self){.s_priv = key,
                                   .certificate = cert,
                                   .anchor = b->world->anchor,
                                   .now_s = HX_EPOCH_S,
                                   .controls = controls};
}

static void reply(struct hx_bench *b, int to, const uint8_t *bytes, size_t len)
{
    hx_bench_uplink(b, HX_NODE_ATTACKER, (enum ep_place)b->attacker.serves,
                    hx_node_place(to), bytes, len);
}

static size_t answer_manifest(struct hx_bench *b, struct rd *r, uint8_t *out)
{
    const uint8_t *image;
    unsigned model = rd_u16(r);
    if (model < 1 || model > HX_MODELS)
        return 0;
    const struct tp_manifest *m =
        hx_puppet_image(b, model, b->puppet->serving.image, &image);
    tp_manifest_build(m, out);
    return TP_MANIFEST_LEN;
}

static size_t answer_chunk(struct hx_bench *b, struct rd *r, uint8_t *out)
{
    const uint8_t *image;
    unsigned model = rd_u16(r);
    rd_u32(r);
    size_t at = rd_u16(r);
    if (model < 1 || model > HX_MODELS)
        return 0;
    const struct tp_manifest *m =
        hx_puppet_image(b, model, b->puppet->serving.image, &image);
    if (at >= m->size)
        return 0;
    size_t n = m->size - at < TP_CHUNK_MAX ? m->size - at : TP_CHUNK_MAX;
    memcpy(out, image + at, n);
    return n;
}

// A report is taken, read, and answered with what the attacker wants of the monitor.
static size_t answer_report(struct hx_bench *b, const uint8_t *message, size_t len,
                            uint8_t *out)
{
    struct hx_puppet *p = b->puppet;
    const struct hx_step *s = &p->serving;
    struct wr w = wr_of(out, 96);
    hx_puppet_learn(p, message, len);
    if (s->want == HX_WANT_NOTHING || (s->want == HX_WANT_RELAY && p->asked)) {
        wr_u8(&w, TP_WANT_NOTHING);
        return w.done;
    }
    p->asked = true;
    wr_u8(&w, s->want == HX_WANT_REPORT ? TP_WANT_REPORT : TP_WANT_RELAY);
    if (s->want == HX_WANT_RELAY) {
        wr_u16(&w, (uint16_t)s->opcode);
        wr_put(&w, s->bytes, s->bytes_len);
    }
    return w.done;
}

// Answers one message of a client; returns the length of what it says.
static size_t answer(struct hx_bench *b, const uint8_t *message, size_t len,
                     uint8_t out[EP_FRAME_MAX])
{
    struct rd r = rd_of(message, len);
    uint8_t what = rd_u8(&r);
    out[0] = what | TP_UP_ANSWER;
    out[1] = TP_STATUS_DONE;
    switch (what) {
    case TP_UP_MANIFEST:
        return 2 + answer_manifest(b, &r, out + 2);
    case TP_UP_CHUNK:
        return 2 + answer_chunk(b, &r, out + 2);
    case TP_UP_REPORT:
        return 2 + answer_report(b, message, len, out + 2);
    default:
        return 2;
    }
}

static void serve_record(struct hx_bench *b, int from, const uint8_t *bytes, size_t len)
{
    uint8_t message[EP_FRAME_MAX], said[EP_FRAME_MAX], frame[EP_FRAME_MAX];
    size_t n, frame_len;
    struct tp_uplink *up = &b->puppet->service;
    if (tp_uplink_open(up, bytes, len, message, &n))
        return;
    n = answer(b, message, n, said);
    if (tp_uplink_seal(up, said, n, frame, &frame_len) == TP_OK)
        reply(b, from, frame, frame_len);
}

static void serve_plain(struct hx_bench *b, int from, const uint8_t *bytes, size_t len)
{
    uint8_t frame[EP_FRAME_MAX] = {TP_UP_PLAIN}, said[EP_FRAME_MAX];
    size_t n = answer(b, bytes + 1, len - 1, said);
    if (n > sizeof frame - 1)
        return;
    memcpy(frame + 1, said, n);
    reply(b, from, frame, 1 + n);
}

static void serve_handshake(struct hx_bench *b, int from, const uint8_t *bytes,
                            size_t len)
{
    struct hx_puppet *p = b->puppet;
    struct tp_certificate cert, peer;
    struct tp_controls anybody = b->cast.controls;
    uint8_t frame[TP_UP_REPLY_LEN];
    tp_controls_drop(&anybody, TP_CTL_UPLINK_AUTHENTICATION);
    struct tp_uplink_self self = self_of(b, &cert, &anybody);
    if (bytes[0] == TP_UP_PROOF)
        (void)!tp_uplink_admit(&p->service, &self, bytes, len, &peer);
    else if (tp_uplink_reply(&p->service, &self, cr_stream_rng(&p->rng), bytes, len,
                             frame) == TP_OK)
        reply(b, from, frame, sizeof frame);
}

void hx_puppet_serve(struct hx_bench *b, const struct hx_step *s)
{
    struct hx_puppet *p = b->puppet;
    if (!p->have_key)
        cr_stream_fill(&p->rng, p->s_priv, CR_DH_LEN);
    b->attacker.serves = (uint8_t)hx_node_place(hx_party_node(s->to));
    b->attacker.tunnel = s->tunnel != 0;
    p->serving = *s;
    p->asked = false;
}

bool hx_puppet_takes(struct hx_bench *b, int from, enum ep_place to,
                     const uint8_t *bytes, size_t len)
{
    static const uint8_t closed[] = {TP_UP_CLOSED};
    if (!b->puppet || len == 0)
        return false;
    if (to == b->attacker.poses && to != EP_PLACE_NONE) {
        hx_attacker_overhears(b, from, RL_UPLINK, bytes, len);
        return true;
    }
    if (to != b->attacker.serves || to == EP_PLACE_NONE)
        return false;
    if (b->attacker.tunnel) { // the true service connects; then the line goes dead
        if (bytes[0] != TP_UP_RECORD)
            return false;
        hx_bench_note(b, "attacker", "ends the connection");
        b->attacker.tunnel = false;
        reply(b, from, closed, sizeof closed);
        return true;
    }
    if (bytes[0] == TP_UP_RECORD)
        serve_record(b, from, bytes, len);
    else if (bytes[0] == TP_UP_PLAIN)
        serve_plain(b, from, bytes, len);
    else
        serve_handshake(b, from, bytes, len);
    return true;
}
