#include "device.h"
#include <crypto/bytes.h>
#include <stdlib.h>

struct device device;

static uint8_t maker[CR_SIGN_PUBLIC_LEN];

struct release device_release(uint32_t version)
{
    struct release r;
    bed_release(&r.m, r.image, TP_MODEL_CARDIAC, version);
    return r;
}

static struct tp_slots_terms terms(void)
{
    return (struct tp_slots_terms){
        .maker = maker, .base = DEVICE_BASE, .model = TP_MODEL_CARDIAC};
}

uint8_t *device_slot(unsigned place)
{
    return device.nvm + DEVICE_BASE + TP_SLOTS_HEAD + (size_t)place * TP_SLOT_LEN;
}

static void sure(bool what)
{
    if (!what)
        abort();
}

// What starts is in memory where it is said to be, as a whole.
static void started(const struct ep_output *o)
{
    struct rd r = rd_of(o->commit.args, o->commit.len);
    size_t at = rd_u16(&r);
    size_t size = rd_u16(&r);
    device.runs = rd_u32(&r);
    sure(rd_end(&r) && at + size <= sizeof device.nvm);
    if (device.controls.lack[0] == 0 && device.controls.lack[1] == 0)
        for (size_t i = 0; i < size; i++)
            sure(device.nvm[at + i] == (device.runs & 0xff));
}

static void take_all(void)
{
    struct ep_output o;
    while (!device.cut && tp_out_take(&device.out, &o)) {
        if (o.kind == EP_COMMIT && o.commit.opcode == EP_COMMIT_BOOT)
            started(&o);
        if (o.kind != EP_NVM)
            continue;
        sure(o.nvm.at >= DEVICE_BASE && o.nvm.at + o.nvm.len <= DEVICE_END);
        memcpy(device.nvm + o.nvm.at, o.nvm.bytes, o.nvm.len);
        device.writes++;
        device.head_writes += o.nvm.at < DEVICE_BASE + TP_SLOTS_HEAD;
        device.cut = device.cut_after > 0 && --device.cut_after == 0;
    }
}

enum tp_slots_event device_boot(void)
{
    struct tp_slots_terms t = terms();
    memset(&device.s, 0xa5, sizeof device.s);
    memset(&device.out, 0, sizeof device.out);
    device.cut = false;
    device.runs = 0;
    device.writes = device.head_writes = 0;
    enum tp_slots_event e =
        tp_slots_boot(&device.s, &t, device.nvm, &device.out, &device.controls);
    take_all();
    return e;
}

void device_start_with(struct tp_controls controls)
{
    struct release r = device_release(10);
    memset(&device, 0, sizeof device);
    bed_maker(maker);
    device.controls = controls;
    tp_slots_provision(device.nvm, DEVICE_BASE, &r.m, r.image);
    sure(device_boot() == TP_SLOTS_SAME);
}

void device_start(void)
{
    device_start_with(all_controls);
}

enum tp_err device_begin(const struct tp_manifest *m, uint32_t now_s)
{
    uint8_t bytes[TP_MANIFEST_LEN];
    struct tp_slots_terms t = terms();
    tp_manifest_build(m, bytes);
    enum tp_err e =
        tp_slots_begin(&device.s, &t, bytes, now_s, &device.out, &device.controls);
    take_all();
    return e;
}

enum tp_err device_chunk(const struct release *r, size_t offset, size_t len)
{
    struct tp_slots_terms t = terms();
    struct tp_chunk c = {(uint16_t)offset, r->image + offset, len};
    enum tp_err e = tp_slots_chunk(&device.s, &t, &c, &device.out, &device.controls);
    take_all();
    return e;
}

enum tp_err device_finish(void)
{
    struct tp_slots_terms t = terms();
    enum tp_err e = tp_slots_finish(&device.s, &t, &device.out, &device.controls);
    take_all();
    return e;
}

size_t device_len_at(const struct release *r, size_t offset)
{
    size_t left = r->m.size - offset;
    return left < TP_CHUNK_MAX ? left : TP_CHUNK_MAX;
}

bool device_receive(const struct release *r)
{
    bool good = device_begin(&r->m, DEVICE_NOW_S) == TP_OK;
    for (size_t at = 0; good && !device.cut && at < r->m.size; at += TP_CHUNK_MAX)
        good = device_chunk(r, at, device_len_at(r, at)) == TP_OK;
    return good && !device.cut && device_finish() == TP_OK && !device.cut;
}

void device_plant(unsigned place, const struct release *r)
{
    tp_manifest_build(&r->m, device_slot(place) + TP_SLOT_MANIFEST);
    memcpy(device_slot(place) + TP_SLOT_IMAGE, r->image, r->m.size);
    device_slot(place)[0] = TP_SLOT_WHOLE;
}
