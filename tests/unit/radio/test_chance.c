// What the air does by chance, what does not fit into it, and that a run repeats.

#include "air.h"

static struct rl_medium m;

static void chance_is_drawn_alike_wherever_nodes_are(void)
{
    struct rl_air air = rl_air_clean();
    air.loss_ppm[RL_RF] = air.duplicate_ppm[RL_RF] = 1;
    air.delay_max_us[RL_RF] = 10;
    struct draws near = {.state = 3}, far = {.state = 3};
    struct rl_frame f = frame_of(RL_RF, 1);
    air_with(&m, air, 4);
    switch_on(&m, 1);
    rl_medium_send(&m, 0, &f, 0, draws_rng(&near));
    CU_ASSERT_EQUAL(near.count, 9);

    air_with(&m, air, 4);
    rl_medium_move(&m, 1, INT32_MAX, 0, 0);
    rl_medium_send(&m, 0, &f, 0, draws_rng(&far));
    CU_ASSERT_EQUAL(far.count, near.count);
    CU_ASSERT_EQUAL(far.state, near.state);

    f.band = RL_UPLINK; // whose chances are zero
    rl_medium_send(&m, 0, &f, 0, no_rng);
}

static void loss_and_duplication_happen_as_often_as_said(void)
{
    struct rl_air air = rl_air_clean();
    struct draws d = {.state = 1};
    air.loss_ppm[RL_RF] = 250000;
    air.duplicate_ppm[RL_RF] = 100000;
    air_with(&m, air, 2);
    switch_on(&m, 1);
    for (uint64_t i = 0; i < 10000; i++) {
        struct rl_frame f = frame_of(RL_RF, 1);
        rl_medium_send(&m, 0, &f, i * 10000, draws_rng(&d));
        for (uint64_t at_us = i * 10000 + COPY_US; rl_medium_next(&m) != RL_NEVER;
             at_us += COPY_US)
            CU_ASSERT_EQUAL(take_next(&m).at_us, at_us);
    }
    settled(&m);
    CU_ASSERT(m.counters.lost > 2350 && m.counters.lost < 2650);
    CU_ASSERT(m.counters.duplicated > 650 && m.counters.duplicated < 850);

    air.loss_ppm[RL_RF] = 1000000;
    air_with(&m, air, 2);
    switch_on(&m, 1);
    struct rl_frame f = frame_of(RL_RF, 1);
    rl_medium_send(&m, 0, &f, 0, draws_rng(&d));
    CU_ASSERT_EQUAL(m.counters.lost, 1);
    settled(&m);
}

static void delay_stays_below_its_limit_and_reorders(void)
{
    struct rl_air air = rl_air_clean();
    struct draws d = {.state = 1};
    air.delay_max_us[RL_UPLINK] = 50000;
    uint64_t airtime_us = rl_airtime_us(RL_UPLINK, COPY_LEN);
    int overtaken = 0;
    air_with(&m, air, 2);
    retune(&m, 1, RL_UPLINK, 0, 0, SECOND);
    for (uint8_t i = 0; i < 20; i++) {
        struct rl_frame f = frame_of(RL_UPLINK, i);
        rl_medium_send(&m, 0, &f, i, draws_rng(&d));
    }
    retune(&m, 1, RL_UPLINK, 20 + airtime_us, 0, 0); // all are in, if late
    for (int i = 0, last = -1; i < 20; i++) {
        struct rl_arrival a = take_next(&m);
        CU_ASSERT(a.at_us >= a.start_us + airtime_us);
        CU_ASSERT(a.at_us <= a.start_us + airtime_us + 50000);
        overtaken += a.frame.bytes[0] < last;
        last = a.frame.bytes[0];
    }
    CU_ASSERT(overtaken > 0);
    settled(&m);
}

static void overflow_is_counted_and_corrupts_nothing(void)
{
    air_with(&m, rl_air_clean(), 3);
    retune(&m, 1, RL_UPLINK, 0, 0, RL_NEVER);
    struct rl_frame f = frame_of(RL_UPLINK, 0);
    for (unsigned i = 0; i < RL_FLIGHT_MAX + 5; i++) {
        f.bytes[0] = (uint8_t)i;
        rl_medium_send(&m, 0, &f, i, no_rng);
    }
    rl_medium_inject(&m, 0, 1, &f, 50);
    CU_ASSERT_EQUAL(m.counters.overflowed, 11);
    for (unsigned i = 0; i < RL_FLIGHT_MAX; i++)
        CU_ASSERT_EQUAL(take_next(&m).frame.bytes[0], i);
    settled(&m);
    CU_ASSERT_EQUAL(m.counters.delivered, RL_FLIGHT_MAX);

    f.bytes[0] = 99; // and there is room again
    rl_medium_send(&m, 0, &f, SECOND, no_rng);
    CU_ASSERT_EQUAL(take_next(&m).frame.bytes[0], 99);
    settled(&m);
}

// Drives a noisy air for a while; returns a digest of what arrived.
static uint64_t run(struct rl_medium *air, struct draws *d, uint64_t from_us)
{
    uint64_t digest = 0;
    struct rl_arrival a;
    for (uint64_t t = from_us; t < from_us + 300; t++) {
        struct rl_frame f = frame_of((enum rl_band)(t % 3), (uint8_t)t);
        f.repeat_us = t % 7 == 0 ? 5000 : 0;
        rl_medium_send(air, (int)(t % 4), &f, t * 400, draws_rng(d));
        retune(air, (int)(t / 5 % 4), (enum rl_band)(t % 3), t * 400,
               t % 5 == 0 ? 1500 : 0, t * 400 + 9000);
        while (rl_medium_take(air, t * 400 + 399, &a))
            digest = (digest ^ a.at_us ^ (uint64_t)a.to << 60 ^ a.frame.bytes[0]) *
                     1099511628211u;
    }
    return digest ^ air->counters.delivered;
}

static void the_same_draws_give_the_same_arrivals(void)
{
    struct rl_air air = rl_air_clean();
    for (int b = 0; b < RL_BAND_COUNT; b++) {
        air.loss_ppm[b] = air.duplicate_ppm[b] = 100000;
        air.delay_max_us[b] = 3000;
    }
    struct draws one = {.state = 5}, two = {.state = 5};
    static struct rl_medium again;
    air_with(&m, air, 4);
    air_with(&again, air, 4);
    uint64_t first = run(&m, &one, 0);
    CU_ASSERT_EQUAL(run(&again, &two, 0), first);
    CU_ASSERT(m.counters.delivered > 50);

    // A copy goes on as the original does.
    memcpy(&again, &m, sizeof m);
    uint64_t second = run(&m, &one, 300);
    CU_ASSERT_EQUAL(run(&again, &two, 300), second);
    CU_ASSERT_NOT_EQUAL(second, first);
    while (take_next(&m).at_us != RL_NEVER)
        CU_ASSERT(m.counters.delivered < m.counters.offered + m.counters.duplicated);
    settled(&m);
}

int main(void)
{
    static const struct suite_case cases[] = {
        {"chance is drawn alike wherever nodes are",
         chance_is_drawn_alike_wherever_nodes_are},
        {"loss and duplication happen as often as said",
         loss_and_duplication_happen_as_often_as_said},
        {"delay stays within its limit and reorders",
         delay_stays_below_its_limit_and_reorders},
        {"overflow is counted and corrupts nothing",
         overflow_is_counted_and_corrupts_nothing},
        {"the same draws give the same arrivals, and a copy goes on alike",
         the_same_draws_give_the_same_arrivals},
        {0},
    };
    return suite_main("radio/chance", cases);
}
