// Drives: the medium, by any sequence of sending, tuning, moving, injecting, taking
// Holds:  nothing arrives in the past, out of order, changed, or once too often; all
//         is accounted for; a copy of the medium goes on as the original does
// Corpus: fixtures/corpus/fuzz_medium
//
// An input is the air (bits: chances, delays, collisions), the number of nodes, the
// step before which the copy is made, and steps of six bytes: what, node, band or
// other node, microseconds to pass in units of 64, and a number of two bytes.

#include <crypto/bytes.h>
#include <radio/medium.h>
#include <stdlib.h>
#include <string.h>

enum { STEPS_MAX = 255, UNIT_US = 64, CHANCE_PPM = 200000 };

enum what { SEND, BURST, OPEN, SNIFF, MOVE, INJECT, WAIT, WHAT_COUNT };

struct step {
    enum what what;
    int node;
    uint8_t other;
    uint64_t now_us;
    uint32_t number;
};

// A medium, where its chances come from, and what has arrived.
struct world {
    struct rl_medium medium;
    uint64_t draws;
    uint64_t taken_until_us, last_us;
    uint8_t times[STEPS_MAX][RL_NODE_MAX]; // that the frame of a step arrived
    uint64_t digest;
};

static struct world original, copy;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void hold(bool what)
{
    if (!what)
        abort();
}

static void draw(void *ctx, uint8_t *out, size_t len)
{
    uint64_t *state = ctx;
    for (size_t i = 0; i < len; i++) {
        *state = *state * 6364136223846793005U + 1442695040888963407U;
        out[i] = (uint8_t)(*state >> 56);
    }
}

static void note(struct world *w, uint64_t value)
{
    w->digest = (w->digest ^ value) * 1099511628211U;
}

static void start(struct world *w, uint8_t air_bits, int nodes)
{
    struct rl_air air = rl_air_clean();
    memset(w, 0, sizeof *w);
    air.collisions = (air_bits & 1) != 0;
    for (int b = 0; b < RL_BAND_COUNT; b++) {
        air.loss_ppm[b] = air_bits & 2 ? CHANCE_PPM : 0;
        air.duplicate_ppm[b] = air_bits & 4 ? CHANCE_PPM : 0;
        air.delay_max_us[b] = air_bits & 8 ? 5000 : 0;
    }
    rl_medium_init(&w->medium, &air);
    for (int i = 0; i < nodes; i++) {
        struct rl_node_config c = rl_node_default();
        c.x_mm = i * 20;
        c.power_q8_dbm = (int16_t)(c.power_q8_dbm + i * 4 * 256);
        c.promiscuous = (air_bits >> 4 & 1) != 0 && i == 0;
        hold(rl_medium_add(&w->medium, &c) == i);
    }
}

// The frame of a step says which it was and how long it is.
static struct rl_frame frame_of(const struct step *s, uint8_t number)
{
    struct rl_frame f = {.band = s->other % RL_BAND_COUNT, .len = 2};
    f.len = (uint8_t)(f.len + s->number % (RL_FRAME_MAX - 1));
    memset(f.bytes, number, f.len);
    f.bytes[1] = f.len;
    if (s->what == BURST)
        f.repeat_us = s->number * UNIT_US;
    return f;
}

static void check(struct world *w, const struct rl_arrival *a)
{
    const struct rl_frame *f = &a->frame;
    hold(a->at_us > w->taken_until_us || w->last_us == 0);
    hold(a->at_us >= w->last_us);
    hold(a->from < w->medium.node_count && a->to < w->medium.node_count);
    hold(f->len >= 2 && f->bytes[1] == f->len);
    for (size_t i = 2; i < RL_FRAME_MAX; i++)
        hold(f->bytes[i] == (i < f->len ? f->bytes[0] : 0));
    hold(++w->times[f->bytes[0]][a->to] <= 2);
    w->last_us = a->at_us;

    note(w, a->at_us);
    note(w, a->start_us);
    note(w, (uint64_t)a->from << 24 | (uint64_t)a->to << 16 | (uint16_t)f->rssi_q8_dbm);
    note(w, f->bytes[0]);
}

static void take_until(struct world *w, uint64_t now_us)
{
    struct rl_arrival a;
    uint64_t next_us = rl_medium_next(&w->medium);
    while (rl_medium_take(&w->medium, now_us, &a)) {
        hold(a.at_us == next_us && a.at_us <= now_us);
        check(w, &a);
        next_us = rl_medium_next(&w->medium);
    }
    hold(next_us == RL_NEVER || next_us > now_us);
    w->taken_until_us = now_us;
}

static void tune(struct world *w, const struct step *s, uint32_t every_us)
{
    uint64_t for_us = (uint64_t)(s->number >> 8) * 16 * UNIT_US;
    struct rl_tuning t = {.every_us = every_us, .until_us = s->now_us + for_us};
    if (s->number >> 8 == 255)
        t.until_us = RL_NEVER;
    rl_medium_tune(&w->medium, s->node, (enum rl_band)(s->other % RL_BAND_COUNT),
                   s->now_us, t);
}

static void go(struct world *w, const struct step *s, uint8_t number)
{
    struct cr_rng rng = {draw, &w->draws};
    struct rl_frame f = frame_of(s, number);
    switch (s->what) {
    case SEND:
    case BURST:
        rl_medium_send(&w->medium, s->node, &f, s->now_us, rng);
        break;
    case OPEN:
        tune(w, s, 0);
        break;
    case SNIFF:
        tune(w, s, (s->number & 255) * UNIT_US + 1);
        break;
    case MOVE:
        rl_medium_move(&w->medium, s->node, (int32_t)s->number, -s->other, 0);
        break;
    case INJECT:
        rl_medium_inject(&w->medium, s->node, s->other % w->medium.node_count, &f,
                         s->now_us + s->number);
        break;
    case WAIT:
    case WHAT_COUNT:
        break;
    }
}

static void step(struct world *w, const struct step *s, uint8_t number)
{
    // Taken up to just before, so that the step may find all of now still to come.
    if (s->now_us > 0)
        take_until(w, s->now_us - 1);
    go(w, s, number);
}

static bool read_step(struct rd *r, int nodes, struct step *s)
{
    s->what = rd_u8(r) % WHAT_COUNT;
    s->node = rd_u8(r) % nodes;
    s->other = rd_u8(r);
    s->now_us += (uint64_t)rd_u8(r) * UNIT_US;
    s->number = rd_u16(r);
    return !r->bad;
}

static void finish(struct world *w)
{
    take_until(w, INT64_MAX);
    const struct rl_counters *c = &w->medium.counters;
    hold(rl_medium_next(&w->medium) == RL_NEVER);
    hold(w->medium.flight_count == 0);
    hold(c->offered + c->duplicated == c->delivered + c->lost + c->collided +
                                           c->out_of_range + c->not_listening +
                                           c->overflowed);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct rd r = rd_of(data, len);
    struct step s = {0};
    uint8_t air_bits = rd_u8(&r);
    int nodes = 1 + rd_u8(&r) % RL_NODE_MAX;
    uint8_t copied_at = rd_u8(&r);
    bool copied = false;
    start(&original, air_bits, nodes);
    for (uint8_t i = 0; i < STEPS_MAX && read_step(&r, nodes, &s); i++) {
        if (i == copied_at) {
            memcpy(&copy, &original, sizeof copy);
            copied = true;
        }
        step(&original, &s, i);
        if (copied)
            step(&copy, &s, i);
    }
    finish(&original);
    if (copied) {
        finish(&copy);
        hold(copy.digest == original.digest);
        hold(copy.draws == original.draws);
    }
    return 0;
}
