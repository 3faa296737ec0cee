// Frames that are repeated, and receivers that sniff. A copy takes COPY_US.

#include "air.h"

static struct rl_medium m;

// The arrival of a burst at a receiver tuned before it.
static struct rl_arrival burst_at(uint64_t start_us, uint32_t repeat_us,
                                  uint32_t every_us, uint64_t until_us)
{
    air_with(&m, rl_air_clean(), 2);
    retune(&m, 1, RL_RF, 0, every_us, until_us);
    transmit_burst(&m, 0, repeat_us, start_us);
    struct rl_arrival a = take_next(&m);
    settled(&m);
    CU_ASSERT_EQUAL(m.counters.delivered, a.at_us != RL_NEVER);
    CU_ASSERT_EQUAL(m.counters.not_listening, a.at_us == RL_NEVER);
    return a;
}

static void a_sniff_inside_a_copy_gets_the_next(void)
{
    struct rl_arrival a = burst_at(3500, 12000, 10000, RL_NEVER);
    CU_ASSERT_EQUAL(a.at_us, 11500);
    CU_ASSERT_EQUAL(a.start_us, 3500);
    CU_ASSERT_EQUAL(a.frame.repeat_us, 12000);
}

static void a_sniff_between_two_copies_gets_the_second(void)
{
    CU_ASSERT_EQUAL(burst_at(5000, 12000, 10000, RL_NEVER).at_us, 11000);
    CU_ASSERT_EQUAL(burst_at(10000, 12000, 10000, RL_NEVER).at_us, 11000);
}

static void a_burst_as_long_as_the_interval_is_never_slept_through(void)
{
    const uint32_t every_us = 10000;
    for (uint64_t start_us = 0; start_us < 20000; start_us += 77) {
        struct rl_arrival a = burst_at(start_us, every_us, every_us, RL_NEVER);
        uint64_t sniff_us = (start_us + every_us - 1) / every_us * every_us;
        CU_ASSERT(a.at_us >= sniff_us + COPY_US);
        CU_ASSERT(a.at_us <= sniff_us + 2 * COPY_US);
        CU_ASSERT((a.at_us - start_us) % COPY_US == 0);
        CU_ASSERT(a.at_us <= start_us + every_us + COPY_US);
    }
}

static void eleven_seconds_wake_a_receiver_that_sniffs_every_ten(void)
{
    struct rl_arrival a = burst_at(123, 11 * SECOND, 10 * SECOND, RL_NEVER);
    CU_ASSERT(a.at_us > 10 * SECOND && a.at_us <= 10 * SECOND + 2 * COPY_US);
}

static void a_short_burst_falls_between_sniffs(void)
{
    // Copies begin from 4000 to 7000; the sniffs are at 0 and 10000.
    CU_ASSERT_EQUAL(burst_at(4000, 3000, 10000, RL_NEVER).at_us, RL_NEVER);
    // The sniff comes just when repeat_us ends, and just before.
    CU_ASSERT_EQUAL(burst_at(7000, 3000, 10000, RL_NEVER).at_us, RL_NEVER);
    CU_ASSERT_EQUAL(burst_at(7001, 3000, 10000, RL_NEVER).at_us, 11001);
}

static void a_single_frame_needs_a_sniff_at_its_first_bit(void)
{
    CU_ASSERT_EQUAL(burst_at(10000, 0, 10000, RL_NEVER).at_us, 11000);
    CU_ASSERT_EQUAL(burst_at(9999, 0, 10000, RL_NEVER).at_us, RL_NEVER);
    CU_ASSERT_EQUAL(burst_at(9001, 0, 10000, RL_NEVER).at_us, RL_NEVER);
    CU_ASSERT_EQUAL(burst_at(10001, 0, 10000, RL_NEVER).at_us, RL_NEVER);
}

static void sniffing_ends_with_its_time(void)
{
    CU_ASSERT_EQUAL(burst_at(5000, 12000, 10000, 10000).at_us, RL_NEVER);
    CU_ASSERT_EQUAL(burst_at(5500, 12000, 10000, 11499).at_us, RL_NEVER);
    CU_ASSERT_EQUAL(burst_at(5500, 12000, 10000, 11500).at_us, 11500);
}

static void an_open_receiver_gets_a_burst_once(void)
{
    CU_ASSERT_EQUAL(burst_at(5000, SECOND, 0, RL_NEVER).at_us, 5000 + COPY_US);
    // Opened again, as after every frame, it does not get it once more.
    air_with(&m, rl_air_clean(), 2);
    switch_on(&m, 1);
    transmit_burst(&m, 0, SECOND, 0);
    CU_ASSERT_EQUAL(take_next(&m).at_us, COPY_US);
    retune(&m, 1, RL_RF, COPY_US, 0, RL_NEVER);
    retune(&m, 1, RL_RF, COPY_US, 100, RL_NEVER);
    CU_ASSERT_EQUAL(rl_medium_next(&m), RL_NEVER);
    settled(&m);
}

static void a_receiver_opened_during_a_burst_gets_the_next_copy(void)
{
    air_with(&m, rl_air_clean(), 2);
    transmit_burst(&m, 0, 11 * SECOND, 0);
    CU_ASSERT_EQUAL(rl_medium_next(&m), RL_NEVER);
    retune(&m, 1, RL_RF, 5000001, 0, RL_NEVER);
    CU_ASSERT_EQUAL(take_next(&m).at_us, 5002000);
    settled(&m);
}

static void a_receiver_that_begins_to_sniff_during_a_burst_hears_it(void)
{
    air_with(&m, rl_air_clean(), 3);
    transmit_burst(&m, 0, 11 * SECOND, 0);
    retune(&m, 2, RL_RF, 1998300, 700, 2000000);
    CU_ASSERT_EQUAL(take_next(&m).at_us, 2000000);
    retune(&m, 1, RL_RF, 2000500, SECOND, RL_NEVER); // sniffs at once
    CU_ASSERT_EQUAL(take_next(&m).at_us, 2002000);
    settled(&m);
}

static void a_receiver_opened_too_late_misses_the_burst(void)
{
    air_with(&m, rl_air_clean(), 2);
    transmit_burst(&m, 0, 4000, 0); // the last copy begins at 4000
    retune(&m, 1, RL_RF, 4001, 0, RL_NEVER);
    CU_ASSERT_EQUAL(rl_medium_next(&m), RL_NEVER);
    CU_ASSERT_EQUAL(m.counters.not_listening, 0); // not before it is over
    settled(&m);
    CU_ASSERT_EQUAL(m.counters.not_listening, 1);
}

static void retuning_changes_which_copy_comes(void)
{
    air_with(&m, rl_air_clean(), 2);
    retune(&m, 1, RL_RF, 0, 50000, RL_NEVER);
    transmit_burst(&m, 0, SECOND, 100);
    CU_ASSERT_EQUAL(rl_medium_next(&m), 51100);
    retune(&m, 1, RL_RF, 20000, 0, RL_NEVER);
    CU_ASSERT_EQUAL(rl_medium_next(&m), 21100);
    retune(&m, 1, RL_RF, 20050, 0, 0);
    CU_ASSERT_EQUAL(rl_medium_next(&m), RL_NEVER);
    retune(&m, 1, RL_RF, 30000, 0, 30900); // too short for a copy
    CU_ASSERT_EQUAL(rl_medium_next(&m), RL_NEVER);
    retune(&m, 1, RL_RF, 40000, 0, RL_NEVER);
    CU_ASSERT_EQUAL(take_next(&m).at_us, 41100);
    settled(&m);
}

static void a_copy_being_received_outlives_retuning(void)
{
    air_with(&m, rl_air_clean(), 2);
    switch_on(&m, 1);
    transmit_burst(&m, 0, SECOND, 0);
    retune(&m, 1, RL_RF, 300, 20000, RL_NEVER);
    retune(&m, 1, RL_RF, 600, 0, RL_NEVER);
    CU_ASSERT_EQUAL(rl_medium_next(&m), COPY_US);
    retune(&m, 1, RL_RF, 700, 0, 0); // off and on: the next copy
    retune(&m, 1, RL_RF, 700, 0, RL_NEVER);
    CU_ASSERT_EQUAL(take_next(&m).at_us, 2 * COPY_US);
    settled(&m);
}

static void chance_takes_a_burst_as_a_whole(void)
{
    struct rl_air air = rl_air_clean();
    struct draws d = {.state = 1};
    air.loss_ppm[RL_RF] = 1000000;
    air_with(&m, air, 2);
    switch_on(&m, 1);
    struct rl_frame f = frame_of(RL_RF, 1);
    f.repeat_us = SECOND;
    rl_medium_send(&m, 0, &f, 0, draws_rng(&d));
    CU_ASSERT_EQUAL(d.count, 1);
    retune(&m, 1, RL_RF, 5000, 0, RL_NEVER);
    CU_ASSERT_EQUAL(rl_medium_next(&m), RL_NEVER);
    settled(&m);
    CU_ASSERT_EQUAL(m.counters.lost, 1);
}

static void the_next_frame_ends_a_burst_after_its_copy(void)
{
    air_with(&m, rl_air_clean(), 3);
    switch_on(&m, 1);
    retune(&m, 2, RL_RF, 0, 9900, RL_NEVER); // would have woken at 9900
    transmit_burst(&m, 0, SECOND, 100);
    CU_ASSERT_EQUAL(take_next(&m).frame.bytes[0], 'b');
    CU_ASSERT_EQUAL(rl_medium_next(&m), 11100);
    transmit(&m, 0, 'x', 4300);
    struct rl_arrival a = take_next(&m);
    CU_ASSERT_EQUAL(a.to, 1);
    CU_ASSERT_EQUAL(a.frame.bytes[0], 'x');
    CU_ASSERT_EQUAL(a.start_us, 5100);
    CU_ASSERT_EQUAL(a.at_us, 6100);
    settled(&m);
    CU_ASSERT_EQUAL(m.counters.not_listening, 2);
}

static void what_a_burst_would_have_disturbed_comes_when_it_ends(void)
{
    air_with(&m, rl_air_clean(), 4);
    switch_on(&m, 2);
    retune(&m, 3, RL_RF, 0, 100000, RL_NEVER);
    transmit_burst(&m, 0, 50000, 100);
    CU_ASSERT_EQUAL(take_next(&m).to, 2);
    transmit_burst(&m, 1, SECOND, 10000); // node 2 is to get it after the other
    CU_ASSERT_EQUAL(rl_medium_next(&m), 53000);
    transmit(&m, 0, 'x', 20500); // which now ends at 21100, and x at 22100
    struct rl_arrival a = take_next(&m);
    CU_ASSERT_EQUAL(a.frame.bytes[0], 'x');
    CU_ASSERT_EQUAL(a.at_us, 22100);
    a = take_next(&m);
    CU_ASSERT_EQUAL(a.from, 1);
    CU_ASSERT_EQUAL(a.to, 2);
    CU_ASSERT_EQUAL(a.at_us, 24000);
    a = take_next(&m);
    CU_ASSERT_EQUAL(a.to, 3);
    CU_ASSERT_EQUAL(a.at_us, 101000);
    settled(&m);
}

int main(void)
{
    static const struct suite_case cases[] = {
        {"a sniff inside a copy gets the next", a_sniff_inside_a_copy_gets_the_next},
        {"a sniff between two copies gets the second",
         a_sniff_between_two_copies_gets_the_second},
        {"a burst as long as the interval is never slept through",
         a_burst_as_long_as_the_interval_is_never_slept_through},
        {"eleven seconds wake a receiver that sniffs every ten",
         eleven_seconds_wake_a_receiver_that_sniffs_every_ten},
        {"a short burst falls between sniffs", a_short_burst_falls_between_sniffs},
        {"a single frame needs a sniff at its first bit",
         a_single_frame_needs_a_sniff_at_its_first_bit},
        {"sniffing ends with its time", sniffing_ends_with_its_time},
        {"an open receiver gets a burst once", an_open_receiver_gets_a_burst_once},
        {"a receiver opened during a burst gets the next copy",
         a_receiver_opened_during_a_burst_gets_the_next_copy},
        {"a receiver that begins to sniff during a burst hears it",
         a_receiver_that_begins_to_sniff_during_a_burst_hears_it},
        {"a receiver opened too late misses the burst",
         a_receiver_opened_too_late_misses_the_burst},
        {"retuning changes which copy comes", retuning_changes_which_copy_comes},
        {"a copy being received outlives retuning",
         a_copy_being_received_outlives_retuning},
        {"chance takes a burst as a whole", chance_takes_a_burst_as_a_whole},
        {"the next frame ends a burst after the copy under way",
         the_next_frame_ends_a_burst_after_its_copy},
        {"what a burst would have disturbed comes when it ends",
         what_a_burst_would_have_disturbed_comes_when_it_ends},
        {0},
    };
    return suite_main("radio/bursts", cases);
}
