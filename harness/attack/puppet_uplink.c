// puppet_uplink.c - the puppet as a client in the network, and at service ports

#include "puppet_internal.h"
#include <crypto/bytes.h>
#include <protocol/limits.h>
#include <stdio.h>

static const struct hx_heard *await(struct hx_bench *b, int node, uint8_t type)
{
    return hx_puppet_await_type(b, EP_UPLINK, node, type, TP_SECOND / 2);
}

static void say(struct hx_bench *b, enum ep_place to, const uint8_t *bytes, size_t len)
{
    hx_bench_uplink(b, HX_NODE_ATTACKER, (enum ep_place)b->attacker.poses, to, bytes,
                    len);
}

static void connect(struct hx_bench *b, const struct hx_step *s)
{
    struct hx_puppet *p = b->puppet;
    int node = hx_party_node(s->to);
    enum ep_place to = hx_node_place(node);
    struct cr_rng rng = cr_stream_rng(&p->rng);
    uint8_t hello[TP_UP_HELLO_LEN], proof[TP_UP_PROOF_LEN];
    if (!p->have_key) { // a certificate that it made for itself
        cr_stream_fill(&p->rng, p->s_priv, CR_DH_LEN);
        p->certificate =
            (struct tp_certificate){.role = TP_ROLE_MONITOR,
                                    .not_after_s = HX_EPOCH_S + 86400 * 365,
                                    .epoch = HX_CERT_EPOCH};
        hx_world_certify(b->world, &p->certificate, p->s_priv, false);
    }
    struct tp_uplink_self self = {.s_priv = p->s_priv,
                                  .certificate = &p->certificate,
                                  .anchor = b->world->anchor,
                                  .now_s = HX_EPOCH_S,
                                  .controls = &b->cast.controls};
    enum tp_role role = node == HX_NODE_SERVER ? TP_ROLE_SERVER : TP_ROLE_UPDATER;
    p->as = (uint8_t)hx_node_place(s->from == HX_PARTY_PROGRAMMER ? HX_NODE_PROGRAMMER
                                                                  : HX_NODE_MONITOR);
    p->place = (uint8_t)to;
    b->attacker.poses = p->as;
    if (tp_uplink_hello(&p->client, &self, rng, hello))
        return;
    say(b, to, hello, sizeof hello);
    const struct hx_heard *h = await(b, node, TP_UP_REPLY);
    if (!h || tp_uplink_prove(&p->client, &self, role, rng, h->bytes, h->len, proof))
        return;
    say(b, to, proof, sizeof proof);
    hx_bench_run(b, b->now_us + TP_SECOND / 10);
    b->attacker.poses = EP_PLACE_NONE; // the place is its owner's again
}

// Asks, and takes what is answered for what it came to know.
static void ask(struct hx_bench *b, const uint8_t *message, size_t len)
{
    struct hx_puppet *p = b->puppet;
    uint8_t frame[EP_FRAME_MAX], said[EP_FRAME_MAX];
    size_t n;
    if (tp_uplink_seal(&p->client, message, len, frame, &n))
        return;
    b->attacker.poses = p->as;
    say(b, (enum ep_place)p->place, frame, n);
    const struct hx_heard *h =
        await(b, (int)hx_place_node((enum ep_place)p->place), TP_UP_RECORD);
    b->attacker.poses = EP_PLACE_NONE;
    if (h && tp_uplink_open(&p->client, h->bytes, h->len, said, &n) == TP_OK)
        hx_puppet_learn(p, said, n);
}

// Good news that no implant sent, or what one once said.
static int report(struct hx_bench *b, const struct hx_step *s, char *why, size_t cap)
{
    struct hx_puppet *p = b->puppet;
    struct tp_report r = {.sequence = 1000,
                          .time_s = HX_EPOCH_S + (uint32_t)(b->now_us / TP_SECOND)};
    uint8_t message[1 + TP_ID_LEN + TP_REPORT_LEN] = {TP_UP_REPORT};
    memcpy(message + 1, b->world->id[0], TP_ID_LEN);
    memcpy(r.settings, b->truth.therapy, TP_SETTINGS_LEN);
    if (s->forged == HX_FORGED_MADE_UP) {
        tp_report_build(&r, message + 1 + TP_ID_LEN);
    } else if (p->have_report) {
        memcpy(message + 1 + TP_ID_LEN, p->report, TP_REPORT_LEN);
    } else {
        snprintf(why, cap, "line %u: the attacker has no report", s->line);
        return -1;
    }
    ask(b, message, sizeof message);
    return 0;
}

static void file(struct hx_bench *b, const struct hx_step *s)
{
    uint8_t message[1 + HX_LABEL_MAX] = {TP_UP_FILE};
    size_t n = strlen(s->text);
    memcpy(message + 1, s->text, n);
    ask(b, message, 1 + n);
}

static void login(struct hx_bench *b)
{
    uint8_t frame[1 + TP_LOGIN_LEN] = {TP_UP_LOGIN};
    memcpy(frame + 1, TP_SHIPPED_SECRET, sizeof TP_SHIPPED_SECRET);
    b->attacker.poses = EP_PLACE_SERVER;
    say(b, EP_PLACE_IMPLANT, frame, sizeof frame);
    (void)await(b, HX_NODE_IMPLANT, TP_UP_LOGIN);
}

static void service_request(struct hx_bench *b, const struct hx_step *s)
{
    struct hx_puppet *p = b->puppet;
    uint8_t frame[EP_FRAME_MAX] = {TP_UP_SERVICE}, body[TP_BODY_MAX];
    size_t n;
    p->request = p->request == UINT8_MAX ? 1 : p->request + 1;
    struct tp_request q = {.request = p->request,
                           .opcode = (uint16_t)s->opcode,
                           .args = s->bytes,
                           .len = (uint8_t)s->bytes_len};
    if (tp_request_build(&q, false, body, &n))
        return;
    memcpy(frame + 1, body, n);
    say(b, EP_PLACE_IMPLANT, frame, 1 + n);
    const struct hx_heard *h = await(b, HX_NODE_IMPLANT, TP_UP_SERVICE);
    if (h)
        hx_puppet_learn(p, h->bytes, h->len);
    hx_bench_run(b, b->now_us + TP_SECOND / 10);
}

int hx_puppet_uplink_step(struct hx_bench *b, const struct hx_step *s, char *why,
                          size_t cap)
{
    switch ((int)s->verb) {
    case HX_DO_SERVE:
        hx_puppet_serve(b, s);
        return 0;
    case HX_DO_UPLINK_OPEN:
        connect(b, s);
        return 0;
    case HX_DO_UPLINK_REPORT:
        return report(b, s, why, cap);
    case HX_DO_UPLINK_FILE:
        file(b, s);
        return 0;
    case HX_DO_LOGIN:
        login(b);
        return 0;
    default:
        service_request(b, s);
        return 0;
    }
}
