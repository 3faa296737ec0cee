#include "two.h"
#include <crypto/bytes.h>
#include <stdlib.h>

enum { GIVE_UP_S = 600 };

static void collect_programmer(struct two *t);

void two_start_programmer(struct two *t)
{
    uint8_t config[TP_PROGRAMMER_CONFIG_LEN], seed[EP_SEED_LEN];
    memset(seed, 0x70 + t->boots++, sizeof seed);
    memset(t->prg, 0, sizeof t->prg);
    t->software = 0;
    tp_programmer_config_build(&t->config, config);
    if (t->ops->size > sizeof t->prg ||
        t->ops->init(t->prg, t->lasting ? t->nvm : NULL, seed, config, sizeof config,
                     t->bed.now_us))
        abort();
    t->flight_count = 0;
    collect_programmer(t);
}

void two_start(struct two *t, enum tp_role role, const struct tp_implant_config *config)
{
    memset(t, 0, sizeof *t);
    t->ops = &tp_programmer_ops;
    t->cut_after = BED_NEVER_CUT;
    bed_start(&t->bed, config);
    struct tp_certificate cert = {.role = (uint8_t)role,
                                  .not_before_s = BED_TIME_S - 1000,
                                  .not_after_s = BED_TIME_S + 10000000,
                                  .epoch = BED_EPOCH};
    t->config = (struct tp_programmer_config){.controls = t->bed.config.controls,
                                              .time_s = BED_TIME_S,
                                              .rekey_after = t->bed.config.rekey_after,
                                              .tries = 3};
    memset(t->config.s_priv, 0x9a, CR_DH_LEN);
    bed_maker(t->config.maker);
    clinic_certify(&t->bed.clinic, &cert, t->config.s_priv);
    t->config.certificate = cert;
    memcpy(t->config.anchor, t->bed.clinic.anchor, CR_SIGN_PUBLIC_LEN);
    two_start_programmer(t);
}

static bool is_lost(struct two *t, const struct ep_frame *f)
{
    size_t n = t->flown++;
    if (n >= t->lose_from && n - t->lose_from < t->lose_count)
        return true;
    if (f->len > 0 && f->bytes[0] == t->lose_type && t->lose_times != 0) {
        t->lose_times--;
        return true;
    }
    t->draws = t->draws * 6364136223846793005u + 1442695040888963407u;
    return t->lose_one_in > 0 && (t->draws >> 33) % t->lose_one_in == 0;
}

static void fly(struct two *t, const struct ep_frame *f, enum two_end to)
{
    uint64_t hop_us = TWO_HOP_US;
    if (is_lost(t, f))
        return;
    if (to == TWO_IMPLANT && f->link == EP_RF && t->bed.sniff_us > 0) {
        if (f->repeat_us < t->bed.sniff_us)
            return;
        hop_us = t->bed.sniff_us;
    }
    if (t->flight_count == TWO_FLIGHTS)
        abort();
    struct two_flight *w = &t->flights[t->flight_count++];
    *w = (struct two_flight){t->bed.now_us + hop_us, (uint8_t)to, *f};
    if (t->change)
        t->change(t, &w->frame, to == TWO_IMPLANT);
}

void two_fly_to_peer(struct two *t, const struct ep_frame *frame)
{
    fly(t, frame, TWO_PEER);
}

static void collect_implant(struct two *t)
{
    for (size_t i = 0; i < t->bed.out_count; i++)
        if (t->bed.outs[i].kind == EP_SEND)
            fly(t, &t->bed.outs[i].send, TWO_PEER);
}

static void sent(struct two *t, const struct ep_frame *f)
{
    if (t->sent_count < TWO_SENT)
        t->sent[t->sent_count++] = (struct two_sent){t->bed.now_us, *f};
    if (f->link != EP_UPLINK)
        fly(t, f, TWO_IMPLANT);
    else if (t->network)
        fly(t, f, TWO_NETWORK);
}

static void written(struct two *t, const struct ep_output *o)
{
    if (!t->lasting || o->nvm.at + o->nvm.len > t->ops->nvm_size)
        abort();
    memcpy(t->nvm + o->nvm.at, o->nvm.bytes, o->nvm.len);
    if (t->cut_after > 0 && --t->cut_after == 0) {
        t->cut_after = BED_NEVER_CUT;
        t->cut = true;
        two_start_programmer(t);
    }
}

static void booted(struct two *t, const struct ep_output *o)
{
    struct rd r = rd_of(o->commit.args, o->commit.len);
    if (o->commit.opcode != EP_COMMIT_BOOT)
        abort();
    rd_take(&r, 4); // where it lies, and how long it is
    t->software = rd_u32(&r);
}

static void collect_programmer(struct two *t)
{
    struct ep_output o;
    while (t->ops->output(t->prg, &o)) {
        if (o.kind == EP_LISTEN && o.listen.link != EP_UPLINK)
            t->prg_listens_until_us = o.listen.until_us;
        else if (o.kind == EP_SEND)
            sent(t, &o.send);
        else if (o.kind == EP_NVM)
            written(t, &o);
        else if (o.kind == EP_COMMIT)
            booted(t, &o);
        else if (o.kind == EP_RESTART && ++t->restarts)
            two_start_programmer(t);
    }
}

static void arrive(struct two *t, size_t i)
{
    struct two_flight w = t->flights[i];
    t->flights[i] = t->flights[--t->flight_count];
    w.frame.now_us = t->bed.now_us;
    if (w.to == TWO_IMPLANT) {
        bed_hear(&t->bed, w.frame.link, w.frame.bytes, w.frame.len);
        collect_implant(t);
    } else if (w.to == TWO_NETWORK) {
        t->network(t, &w.frame);
    } else {
        t->ops->receive(t->prg, &w.frame);
        collect_programmer(t);
    }
}

// The earliest arrival; flight_count if nothing is under way.
static size_t first_flight(const struct two *t)
{
    size_t first = t->flight_count;
    for (size_t i = 0; i < t->flight_count; i++)
        if (first == t->flight_count || t->flights[i].at_us < t->flights[first].at_us)
            first = i;
    return first;
}

static void step(struct two *t)
{
    size_t i = first_flight(t);
    uint64_t due = t->ops->deadline(t->prg);
    uint64_t at = i < t->flight_count ? t->flights[i].at_us : EP_NEVER;
    uint64_t next = at < due ? at : due;
    if (next == EP_NEVER)
        next = t->bed.now_us + TP_SECOND;
    bed_pass(&t->bed, next > t->bed.now_us ? next - t->bed.now_us : 0);
    collect_implant(t);
    if (at <= due && at != EP_NEVER) {
        arrive(t, i);
    } else if (due != EP_NEVER) {
        t->ops->expire(t->prg, t->bed.now_us);
        collect_programmer(t);
    }
}

int two_act(struct two *t, enum ep_act_kind kind, const uint8_t *args, size_t len)
{
    struct ep_act act = {.kind = (uint16_t)kind, .len = (uint8_t)(1 + len)};
    uint64_t end = t->bed.now_us + GIVE_UP_S * TP_SECOND;
    int outcome;
    if (len > 0)
        memcpy(act.args + 1, args, len);
    t->sent_count = 0;
    t->flown = 0;
    t->cut = false;
    if (t->ops->act(t->prg, &act, t->bed.now_us))
        return -2;
    collect_programmer(t);
    while ((outcome = t->ops->outcome(t->prg, NULL, 0, NULL)) == 0 &&
           t->bed.now_us < end)
        step(t);
    return t->cut ? 0 : outcome;
}

size_t two_reply(struct two *t, uint8_t *out, size_t cap)
{
    size_t n = 0;
    t->ops->outcome(t->prg, out, cap, &n);
    return n;
}

int two_pair(struct two *t)
{
    return two_act(t, EP_ACT_PAIR, NULL, 0);
}

int two_open(struct two *t, uint8_t purpose)
{
    return two_act(t, EP_ACT_OPEN, &purpose, 1);
}

int two_command(struct two *t, uint8_t flags, uint16_t opcode, const uint8_t *args,
                size_t len)
{
    uint8_t all[EP_ARGS_MAX];
    struct wr w = wr_of(all, sizeof all);
    wr_u8(&w, flags);
    wr_u16(&w, opcode);
    wr_put(&w, args, len);
    return two_act(t, EP_ACT_COMMAND, all, w.done);
}

int two_write(struct two *t, struct tp_therapy therapy)
{
    uint8_t args[TP_THERAPY_LEN];
    tp_therapy_build(&therapy, args);
    return two_command(t, 0, TP_OP_THERAPY, args, sizeof args);
}

unsigned two_count(const struct two *t, uint8_t type)
{
    unsigned n = 0;
    for (size_t i = 0; i < t->sent_count; i++)
        n += t->sent[i].frame.bytes[0] == type;
    return n;
}
