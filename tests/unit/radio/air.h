// air.h - what the suites about the medium share: nodes, frames, draws, taking

#ifndef TESTS_UNIT_RADIO_AIR_H
#define TESTS_UNIT_RADIO_AIR_H

#include "suite.h"
#include <radio/medium.h>
#include <string.h>

// A frame of 13 bytes on RL_RF takes a whole millisecond: (12 + 13) * 40 us.
enum { COPY_LEN = 13 };
#define COPY_US UINT64_C(1000)
#define SECOND  UINT64_C(1000000)

// Draws from a counter, and counts.
struct draws {
    uint64_t state;
    unsigned count;
};

static inline void draws_fill(void *ctx, uint8_t *out, size_t len)
{
    struct draws *d = ctx;
    d->count++;
    for (size_t i = 0; i < len; i++) {
        d->state = d->state * 6364136223846793005u + 1442695040888963407u;
        out[i] = (uint8_t)(d->state >> 56);
    }
}

static inline struct cr_rng draws_rng(struct draws *d)
{
    return (struct cr_rng){draws_fill, d};
}

static inline void no_draw(void *ctx, uint8_t *out, size_t len)
{
    (void)ctx;
    memset(out, 0, len);
    CU_FAIL("a clean air draws nothing");
}

static const struct cr_rng no_rng = {no_draw, NULL};

// An air with count nodes, a metre apart on the x axis, all receivers off.
static inline void air_with(struct rl_medium *m, struct rl_air air, int count)
{
    rl_medium_init(m, &air);
    for (int i = 0; i < count; i++) {
        struct rl_node_config c = rl_node_default();
        c.x_mm = i * 1000;
        CU_ASSERT_EQUAL_FATAL(rl_medium_add(m, &c), i);
    }
}

static inline void retune(struct rl_medium *m, int node, enum rl_band band,
                          uint64_t now_us, uint32_t every_us, uint64_t until_us)
{
    struct rl_tuning t = {.every_us = every_us, .until_us = until_us};
    rl_medium_tune(m, node, band, now_us, t);
}

static inline void switch_on(struct rl_medium *m, int node)
{
    retune(m, node, RL_RF, 0, 0, RL_NEVER);
}

// A frame whose first byte is mark.
static inline struct rl_frame frame_of(enum rl_band band, uint8_t mark)
{
    struct rl_frame f = {.band = (uint8_t)band, .len = COPY_LEN, .bytes = {mark}};
    return f;
}

static inline void transmit(struct rl_medium *m, int node, uint8_t mark,
                            uint64_t now_us)
{
    struct rl_frame f = frame_of(RL_RF, mark);
    rl_medium_send(m, node, &f, now_us, no_rng);
}

static inline void transmit_burst(struct rl_medium *m, int node, uint32_t repeat_us,
                                  uint64_t now_us)
{
    struct rl_frame f = frame_of(RL_RF, 'b');
    f.repeat_us = repeat_us;
    rl_medium_send(m, node, &f, now_us, no_rng);
}

// Takes the next arrival, however late; its time is RL_NEVER if there is none.
static inline struct rl_arrival take_next(struct rl_medium *m)
{
    struct rl_arrival a = {.at_us = RL_NEVER};
    uint64_t next_us = rl_medium_next(m);
    bool taken = rl_medium_take(m, next_us, &a);
    CU_ASSERT_EQUAL(taken, next_us != RL_NEVER);
    CU_ASSERT_EQUAL(a.at_us, next_us);
    return a;
}

// That nothing is in flight any more and every frame is accounted for.
static inline void settled(struct rl_medium *m)
{
    struct rl_arrival a;
    CU_ASSERT_FALSE(rl_medium_take(m, RL_NEVER, &a));
    const struct rl_counters *c = &m->counters;
    CU_ASSERT_EQUAL(c->offered + c->duplicated, c->delivered + c->lost + c->collided +
                                                    c->out_of_range + c->not_listening +
                                                    c->overflowed);
}

#endif
