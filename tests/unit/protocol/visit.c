#include "visit.h"
#include <crypto/bytes.h>
#include <stdlib.h>

enum { CANARY = 0xc5 };

static void drain(struct desk *d)
{
    struct ep_output o;
    while (d->ops->output(d->ram, &o)) {
        if (o.kind == EP_SEND) {
            d->sends++;
            d->sent = o.send;
        } else if (o.kind == EP_COMMIT) {
            d->commits++;
            d->committed = o;
        } else {
            d->others++;
        }
    }
}

bool desk_start(struct desk *d, const struct ep_ops *ops, const uint8_t *nvm,
                const uint8_t *config, size_t config_len)
{
    static const uint8_t seed[EP_SEED_LEN] = {0x5d};
    memset(d, 0, sizeof *d);
    memset(d->ram + DESK_RAM, CANARY, DESK_CANARY);
    d->ops = ops;
    if (ops->size > DESK_RAM)
        abort();
    return ops->init(d->ram, nvm, seed, config, config_len, 0) == 0;
}

void desk_hear(struct desk *d, enum ep_place place, const uint8_t *bytes, size_t len)
{
    struct ep_frame f = {.now_us = d->now_us,
                         .link = EP_UPLINK,
                         .place = (uint8_t)place,
                         .len = (uint8_t)len};
    memset(f.bytes, 0xaa, sizeof f.bytes);
    if (len > 0)
        memcpy(f.bytes, bytes, len);
    d->sends = 0;
    d->commits = 0;
    d->others = 0;
    d->ops->receive(d->ram, &f);
    drain(d);
}

bool desk_sound(const struct desk *d)
{
    for (size_t i = 0; i < DESK_CANARY; i++)
        if (d->ram[DESK_RAM + i] != CANARY)
            return false;
    return true;
}

void visitor_make(struct visitor *v, const struct clinic *c, enum tp_role role,
                  uint8_t seed)
{
    uint8_t key[32];
    memset(v, 0, sizeof *v);
    memset(v->s_priv, seed, sizeof v->s_priv);
    memset(key, ~seed, sizeof key);
    memcpy(v->anchor, c->anchor, sizeof v->anchor);
    cr_stream_init(&v->stream, key);
    v->certificate = (struct tp_certificate){.role = (uint8_t)role,
                                             .not_before_s = BED_TIME_S - 1000,
                                             .not_after_s = BED_TIME_S + 1000,
                                             .epoch = BED_EPOCH};
    clinic_certify(c, &v->certificate, v->s_priv);
    v->now_s = BED_TIME_S;
    v->place = role == TP_ROLE_MONITOR ? EP_PLACE_MONITOR : EP_PLACE_PROGRAMMER;
}

struct tp_uplink_self visitor_self(const struct visitor *v)
{
    return (struct tp_uplink_self){.s_priv = v->s_priv,
                                   .certificate = &v->certificate,
                                   .anchor = v->anchor,
                                   .now_s = v->now_s,
                                   .controls = &v->controls};
}

struct cr_rng visitor_rng(struct visitor *v)
{
    return cr_stream_rng(&v->stream);
}

bool visitor_connect(struct visitor *v, struct desk *d, enum tp_role role)
{
    struct tp_uplink_self self = visitor_self(v);
    uint8_t hello[TP_UP_HELLO_LEN], proof[TP_UP_PROOF_LEN];
    if (tp_uplink_hello(&v->up, &self, visitor_rng(v), hello))
        return false;
    desk_hear(d, v->place, hello, sizeof hello);
    if (d->sends != 1 || d->sent.place != v->place ||
        tp_uplink_prove(&v->up, &self, role, visitor_rng(v), d->sent.bytes, d->sent.len,
                        proof))
        return false;
    desk_hear(d, v->place, proof, sizeof proof);
    return d->sends == 0;
}

static size_t message_of(uint8_t out[TP_UP_MESSAGE_MAX], uint8_t type,
                         const uint8_t *args, size_t len)
{
    struct wr w = wr_of(out, TP_UP_MESSAGE_MAX);
    wr_u8(&w, type);
    wr_put(&w, args, len);
    if (w.bad)
        abort();
    return w.done;
}

static int read_answer(struct rd message, uint8_t type, struct answer *a)
{
    uint8_t to = rd_u8(&message), status = rd_u8(&message);
    a->len = message.left;
    rd_get(&message, a->data, message.left);
    return message.bad || to != (type | TP_UP_ANSWER) ? SILENCE : status;
}

int visitor_ask(struct visitor *v, struct desk *d, uint8_t type, const uint8_t *args,
                size_t len, struct answer *a)
{
    uint8_t message[TP_UP_MESSAGE_MAX], frame[EP_FRAME_MAX];
    size_t n = message_of(message, type, args, len);
    a->len = 0;
    if (tp_uplink_seal(&v->up, message, n, frame, &n))
        return SILENCE;
    desk_hear(d, v->place, frame, n);
    if (d->sends != 1 || d->sent.place != v->place ||
        tp_uplink_open(&v->up, d->sent.bytes, d->sent.len, message, &n))
        return SILENCE;
    return read_answer(rd_of(message, n), type, a);
}

int visitor_ask_plain(struct visitor *v, struct desk *d, uint8_t type,
                      const uint8_t *args, size_t len, struct answer *a)
{
    uint8_t frame[1 + TP_UP_MESSAGE_MAX] = {TP_UP_PLAIN};
    size_t n = message_of(frame + 1, type, args, len);
    a->len = 0;
    desk_hear(d, v->place, frame, 1 + n);
    if (d->sends != 1 || d->sent.bytes[0] != TP_UP_PLAIN)
        return SILENCE;
    return read_answer(rd_of(d->sent.bytes + 1, d->sent.len - 1u), type, a);
}
