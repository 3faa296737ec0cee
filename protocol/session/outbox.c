#include <crypto/bytes.h>
#include <protocol/outbox.h>

static struct wr begin(struct tp_outbox *ob, enum ep_output_kind kind)
{
    struct wr w = wr_of(ob->bytes + ob->tail, (size_t)(TP_OUTBOX_CAP - ob->tail));
    wr_u8(&w, (uint8_t)kind);
    return w;
}

static void commit(struct tp_outbox *ob, const struct wr *w)
{
    assert(!w->bad); // an endpoint's calls never fill the queue: a bug if they do
    ob->tail = (uint16_t)(ob->tail + w->done);
}

// Link and place share a byte: the queue of an implant is small.
static void send(struct tp_outbox *ob, uint8_t where, const uint8_t *frame, size_t len,
                 uint32_t repeat_us)
{
    struct wr w = begin(ob, EP_SEND);
    wr_u8(&w, where);
    wr_u32(&w, repeat_us);
    wr_u8(&w, (uint8_t)len);
    wr_put(&w, frame, len);
    commit(ob, &w);
}

void tp_out_send(struct tp_outbox *ob, enum ep_link link, const uint8_t *frame,
                 size_t len, uint32_t repeat_us)
{
    send(ob, (uint8_t)link, frame, len, repeat_us);
}

void tp_out_uplink(struct tp_outbox *ob, enum ep_place place, const uint8_t *frame,
                   size_t len)
{
    send(ob, (uint8_t)((unsigned)place << 4 | EP_UPLINK), frame, len, 0);
}

void tp_out_nvm(struct tp_outbox *ob, size_t at, const uint8_t *bytes, size_t len)
{
    while (len > 0) {
        size_t part = len < EP_NVM_MAX ? len : EP_NVM_MAX;
        struct wr w = begin(ob, EP_NVM);
        wr_u16(&w, (uint16_t)at);
        wr_u8(&w, (uint8_t)part);
        wr_put(&w, bytes, part);
        commit(ob, &w);
        at += part;
        bytes += part;
        len -= part;
    }
}

void tp_out_commit(struct tp_outbox *ob, enum ep_commit_kind what, const uint8_t *args,
                   size_t len)
{
    struct wr w = begin(ob, EP_COMMIT);
    wr_u16(&w, (uint16_t)what);
    wr_u8(&w, (uint8_t)len);
    wr_put(&w, args, len);
    commit(ob, &w);
}

// Link and greatest length share a byte, as link and place do.
static void listen(struct tp_outbox *ob, uint8_t where, uint32_t every_us,
                   uint64_t until_us)
{
    struct wr w = begin(ob, EP_LISTEN);
    wr_u8(&w, where);
    wr_u32(&w, every_us);
    wr_u64(&w, until_us);
    commit(ob, &w);
}

void tp_out_listen(struct tp_outbox *ob, enum ep_link link, uint32_t every_us,
                   uint64_t until_us)
{
    listen(ob, (uint8_t)link, every_us, until_us);
}

void tp_out_sniff(struct tp_outbox *ob, enum ep_link link, uint32_t every_us,
                  uint8_t len_max)
{
    assert(len_max < 64);
    listen(ob, (uint8_t)((unsigned)len_max << 2 | (unsigned)link), every_us, EP_NEVER);
}

void tp_out_work(struct tp_outbox *ob, enum ep_work what, uint32_t count)
{
    struct wr w = begin(ob, EP_WORK);
    wr_u16(&w, (uint16_t)what);
    wr_u32(&w, count);
    commit(ob, &w);
}

void tp_out_event(struct tp_outbox *ob, uint16_t kind, int32_t value)
{
    struct wr w = begin(ob, EP_EVENT);
    wr_u16(&w, kind);
    wr_u32(&w, (uint32_t)value);
    commit(ob, &w);
}

void tp_out_restart(struct tp_outbox *ob)
{
    struct wr w = begin(ob, EP_RESTART);
    commit(ob, &w);
}

static void take_send(struct rd *r, struct ep_output *out)
{
    memset(&out->send, 0, offsetof(struct ep_frame, bytes));
    uint8_t where = rd_u8(r);
    out->send.link = where & 0x0f;
    out->send.place = where >> 4;
    out->send.repeat_us = rd_u32(r);
    out->send.len = rd_u8(r);
    rd_get(r, out->send.bytes, out->send.len);
}

static void take_nvm(struct rd *r, struct ep_output *out)
{
    out->nvm.at = rd_u16(r);
    out->nvm.len = rd_u8(r);
    rd_get(r, out->nvm.bytes, out->nvm.len);
}

static void take_commit(struct rd *r, struct ep_output *out)
{
    out->commit.opcode = rd_u16(r);
    out->commit.len = rd_u8(r);
    rd_get(r, out->commit.args, out->commit.len);
}

static void take_rest(struct rd *r, struct ep_output *out)
{
    if (out->kind == EP_LISTEN) {
        uint8_t where = rd_u8(r);
        out->listen.link = where & 3;
        out->listen.len_max = where >> 2;
        out->listen.every_us = rd_u32(r);
        out->listen.until_us = rd_u64(r);
    } else if (out->kind == EP_WORK) {
        out->work.operation = rd_u16(r);
        out->work.count = rd_u32(r);
    } else if (out->kind == EP_EVENT) {
        out->event.kind = rd_u16(r);
        out->event.control = UINT16_MAX;
        out->event.value = (int32_t)rd_u32(r);
    }
}

bool tp_out_take(struct tp_outbox *ob, struct ep_output *out)
{
    if (ob->head == ob->tail) {
        ob->head = 0;
        ob->tail = 0;
        return false;
    }
    struct rd r = rd_of(ob->bytes + ob->head, (size_t)(ob->tail - ob->head));
    out->kind = rd_u8(&r);
    if (out->kind == EP_SEND)
        take_send(&r, out);
    else if (out->kind == EP_NVM)
        take_nvm(&r, out);
    else if (out->kind == EP_COMMIT)
        take_commit(&r, out);
    else
        take_rest(&r, out);
    assert(!r.bad);
    ob->head = (uint16_t)(ob->tail - r.left);
    return true;
}
