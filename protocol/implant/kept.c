// kept.c - what limits an implant outlasts a start that it asked for itself
//
// One record, written in one piece right before such a start and taken once: its mark
// is cleared before anything else is written. A start after a power cut finds none.
//
//   0      1       2        6        10      18      34       40        46     53 60
//   +------+-------+--------+--------+-------+-------+--------+---------+------+------+
//   | mark | flags | bucket | anchor | units | since | writes | boluses | ages | last |
//   +------+-------+--------+--------+-------+-------+--------+---------+------+------+
//      u8     u8      u32      u32    8 u8    8 u16    3 u16     3 u16    7 u8   7 u8
//
// Anchor: seconds until one that was announced counts. Units: of each bond; since:
// tenths of a second on the way to the next. Writes, boluses: seconds that they still
// count. Ages, last: of each log class's last entry, in seconds, and its detail.

#include "state.h"

enum { MARK = 1, TIME_KNOWN = 1, SNIFFS_SLOWLY = 2, LEN = 60 };

_Static_assert((int)LEN <= (int)IMP_KEPT_MAX, "one write, so whole or not at all");

// Whole seconds, rounded up: nothing ends earlier for being written down.
static uint32_t left_s(uint64_t until_us, uint64_t now_us)
{
    return until_us > now_us ? imp_second_after(until_us - now_us) : 0;
}

static void put_left(struct wr *w, const uint32_t until_s[TP_WRITES_MAX],
                     uint64_t now_us)
{
    for (size_t i = 0; i < TP_WRITES_MAX; i++)
        wr_u16(w, (uint16_t)left_s(until_s[i] * TP_SECOND, now_us));
}

static void get_left(struct rd *r, uint32_t until_s[TP_WRITES_MAX], uint64_t now_us)
{
    for (size_t i = 0; i < TP_WRITES_MAX; i++) {
        uint16_t left = rd_u16(r);
        until_s[i] = left ? imp_second_after(now_us) + left : 0;
    }
}

static void put_log(struct wr *w, const struct tp_log *log, uint32_t now_s)
{
    for (size_t c = 0; c < TP_LOG_CLASSES; c++) {
        uint32_t age = now_s - log->last_s[c];
        wr_u8(w, age < TP_LOG_COALESCE_S ? (uint8_t)age : TP_LOG_COALESCE_S);
    }
    wr_put(w, log->last_detail, sizeof log->last_detail);
}

static void get_log(struct rd *r, struct tp_log *log, uint32_t now_s)
{
    for (size_t c = 0; c < TP_LOG_CLASSES; c++)
        log->last_s[c] = now_s - rd_u8(r);
    rd_get(r, log->last_detail, sizeof log->last_detail);
}

void imp_keep(struct tp_implant *imp, uint64_t now_us)
{
    uint8_t b[LEN];
    struct wr w = wr_of(b, sizeof b);
    bool slow = imp->sniff_us == TP_SNIFF_SLOW_US;
    imp_refill(imp, now_us);
    wr_u8(&w, MARK);
    wr_u8(&w, (imp->time_known ? TIME_KNOWN : 0) | (slow ? SNIFFS_SLOWLY : 0));
    wr_u32(&w, imp->bucket_nc);
    wr_u32(&w, imp->anchor_due_us == EP_NEVER ? 0 : left_s(imp->anchor_due_us, now_us));
    wr_put(&w, imp->work_units, sizeof imp->work_units);
    for (size_t i = 0; i < TP_BONDS_MAX; i++)
        wr_u16(&w, (uint16_t)(imp_tenths(now_us) - imp->work_at_ds[i]));
    put_left(&w, imp->write_until_s, now_us);
    put_left(&w, imp->bolus_until_s, now_us);
    put_log(&w, &imp->log, imp_wall_s(imp, now_us));
    assert(!w.bad && w.done == LEN);
    tp_out_nvm(&imp->out, IMP_KEPT_AT, b, LEN);
}

void imp_take_kept(struct tp_implant *imp, const uint8_t *nvm, uint64_t now_us)
{
    static const uint8_t taken = 0;
    struct rd r = rd_of(nvm + IMP_KEPT_AT, LEN);
    if (rd_u8(&r) != MARK)
        return;
    tp_out_nvm(&imp->out, IMP_KEPT_AT, &taken, 1);
    uint8_t flags = rd_u8(&r);
    imp->time_known = imp->time_known || (flags & TIME_KNOWN) != 0;
    imp->sniff_us = flags & SNIFFS_SLOWLY ? TP_SNIFF_SLOW_US : TP_SNIFF_US;
    imp->bucket_nc = rd_u32(&r);
    uint32_t anchor_s = rd_u32(&r);
    if (imp->anchor_due_us != EP_NEVER)
        imp->anchor_due_us = now_us + anchor_s * TP_SECOND;
    rd_get(&r, imp->work_units, sizeof imp->work_units);
    for (size_t i = 0; i < TP_BONDS_MAX; i++)
        imp->work_at_ds[i] = imp_tenths(now_us) - rd_u16(&r);
    get_left(&r, imp->write_until_s, now_us);
    get_left(&r, imp->bolus_until_s, now_us);
    get_log(&r, &imp->log, imp_wall_s(imp, now_us));
}
