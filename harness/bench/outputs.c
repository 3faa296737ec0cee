// outputs.c - what an endpoint puts out, and where each of it goes

#include "internal.h"
#include <bench/charge.h>
#include <bench/truth.h>
#include <crypto/bytes.h>

void hx_bench_hash_event(struct hx_bench *b, int node, uint8_t kind,
                         const uint8_t *bytes, size_t len)
{
    uint8_t head[10];
    struct wr w = wr_of(head, sizeof head);
    wr_u64(&w, b->now_us);
    wr_u8(&w, (uint8_t)node);
    wr_u8(&w, kind);
    hx_bench_hash(b, head, sizeof head);
    hx_bench_hash(b, bytes, len);
}

bool hx_bench_closed(const struct hx_bench *b, int node, unsigned link)
{
    bool its_own = link == EP_UPLINK ? node != HX_NODE_ATTACKER : hx_is_implant(node);
    return its_own && (b->cast.closed >> link & 1);
}

static void out_send(struct hx_bench *b, int node, const struct ep_frame *f)
{
    struct rl_frame frame = {.repeat_us = f->repeat_us, .band = f->link, .len = f->len};
    if (hx_bench_closed(b, node, f->link))
        return;
    memcpy(frame.bytes, f->bytes, f->len);
    b->frames++;
    if (node == HX_NODE_IMPLANT && f->link == EP_RF)
        hx_charge_spend(&b->charge,
                        (uint64_t)rl_airtime_us(RL_RF, f->len) * HX_RADIO_NC_US,
                        hx_bench_honest(b));
    if (f->link == EP_NEAR)
        hx_near_send(b, node, f->bytes, f->len);
    else if (f->link == EP_UPLINK)
        hx_bench_uplink(b, (enum hx_node)node, hx_node_place(node),
                        (enum ep_place)f->place, f->bytes, f->len);
    else
        rl_medium_send(&b->medium, node, &frame, b->now_us, cr_stream_rng(&b->air));
}

static void out_listen(struct hx_bench *b, int node, const struct ep_output *o)
{
    struct rl_tuning t = {.every_us = o->listen.every_us,
                          .until_us = o->listen.until_us};
    if (o->listen.link == EP_UPLINK || hx_bench_closed(b, node, o->listen.link))
        return; // a network delivers, whoever listens
    rl_medium_tune(&b->medium, node, (enum rl_band)o->listen.link, b->now_us, t);
    if (node != HX_NODE_IMPLANT || o->listen.link != EP_RF)
        return;
    hx_charge_accrue(&b->charge, b->now_us, hx_bench_honest(b));
    hx_charge_listen(&b->charge, t.every_us, t.until_us);
    b->charge.len_max = o->listen.len_max;
}

static size_t output_len(const struct ep_output *o)
{
    switch (o->kind) {
    case EP_SEND:
        return o->send.len;
    case EP_NVM:
        return o->nvm.len;
    case EP_COMMIT:
        return o->commit.len;
    default:
        return 0;
    }
}

static const uint8_t *output_bytes(const struct ep_output *o)
{
    switch (o->kind) {
    case EP_SEND:
        return o->send.bytes;
    case EP_NVM:
        return o->nvm.bytes;
    case EP_COMMIT:
        return o->commit.args;
    default:
        return NULL;
    }
}

void hx_bench_take(struct hx_bench *b, int node, const struct ep_output *o)
{
    struct hx_party_state *p = &b->party[node];
    p->outputs++;
    hx_bench_hash_event(b, node, o->kind, output_bytes(o), output_len(o));
    if (b->tap && b->tap->output)
        b->tap->output(b->tap->ctx, b->now_us, node, o);
    switch (o->kind) {
    case EP_SEND:
        out_send(b, node, &o->send);
        break;
    case EP_NVM:
        if (o->nvm.at + o->nvm.len <= HX_NVM_MAX)
            memcpy(p->nvm + o->nvm.at, o->nvm.bytes, o->nvm.len);
        break;
    case EP_COMMIT:
        hx_truth_commit(b, node, o->commit.opcode, o->commit.args, o->commit.len);
        break;
    case EP_LISTEN:
        out_listen(b, node, o);
        break;
    default:
        break;
    }
}

void hx_bench_send(struct hx_bench *b, enum hx_node from, enum ep_link link,
                   const uint8_t *bytes, size_t len, uint32_t repeat_us)
{
    struct ep_frame f = {
        .link = (uint8_t)link, .len = (uint8_t)len, .repeat_us = repeat_us};
    memcpy(f.bytes, bytes, len);
    hx_bench_hash_event(b, (int)from, 0x81, bytes, len);
    out_send(b, (int)from, &f);
}
