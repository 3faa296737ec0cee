// Frames that overlap, and nodes that transmit while others do.

#include "air.h"

static struct rl_medium m;

// Two senders, 0 and 1, as far from the receiver 2 as from each other; the second
// sender's power is more than the first's by more_q8_db.
static void triangle(struct rl_air air, int more_q8_db)
{
    struct rl_node_config c = rl_node_default();
    rl_medium_init(&m, &air);
    CU_ASSERT_EQUAL_FATAL(rl_medium_add(&m, &c), 0);
    c.power_q8_dbm = (int16_t)(c.power_q8_dbm + more_q8_db);
    c.x_mm = 2000;
    CU_ASSERT_EQUAL_FATAL(rl_medium_add(&m, &c), 1);
    c.x_mm = 1000;
    c.y_mm = 1732;
    CU_ASSERT_EQUAL_FATAL(rl_medium_add(&m, &c), 2);
    switch_on(&m, 2);
}

static void frames_that_overlap_are_both_lost(void)
{
    static const uint64_t second_us[] = {5000, 5001, 5500, 5999};
    for (size_t i = 0; i < sizeof second_us / sizeof second_us[0]; i++) {
        triangle(rl_air_clean(), 0);
        transmit(&m, 0, 1, 5000);
        transmit(&m, 1, 2, second_us[i]);
        CU_ASSERT_EQUAL(rl_medium_next(&m), RL_NEVER);
        settled(&m);
        CU_ASSERT_EQUAL(m.counters.collided, 2);
    }
}

static void frames_that_touch_are_both_received(void)
{
    triangle(rl_air_clean(), 0);
    transmit(&m, 0, 1, 5000);
    transmit(&m, 1, 2, 6000);
    CU_ASSERT_EQUAL(take_next(&m).frame.bytes[0], 1);
    CU_ASSERT_EQUAL(take_next(&m).frame.bytes[0], 2);
    settled(&m);
    CU_ASSERT_EQUAL(m.counters.collided, 0);
}

static void ten_decibels_capture_the_receiver(void)
{
    triangle(rl_air_clean(), 10 * 256);
    transmit(&m, 0, 1, 5000);
    transmit(&m, 1, 2, 5900);
    CU_ASSERT_EQUAL(take_next(&m).frame.bytes[0], 2);
    settled(&m);
    CU_ASSERT_EQUAL(m.counters.collided, 1);

    triangle(rl_air_clean(), 10 * 256 - 1);
    transmit(&m, 0, 1, 5000);
    transmit(&m, 1, 2, 5900);
    settled(&m);
    CU_ASSERT_EQUAL(m.counters.collided, 2);

    triangle(rl_air_clean(), 10 * 256); // the stronger one first
    transmit(&m, 1, 2, 5000);
    transmit(&m, 0, 1, 5900);
    CU_ASSERT_EQUAL(take_next(&m).frame.bytes[0], 2);
    settled(&m);
    CU_ASSERT_EQUAL(m.counters.collided, 1);
}

static void one_receiver_may_capture_what_another_loses(void)
{
    air_with(&m, rl_air_clean(), 4); // in a row, a metre apart
    rl_medium_move(&m, 2, 300, 0, 0);
    switch_on(&m, 2);
    switch_on(&m, 3);
    rl_medium_move(&m, 3, 500, 0, 0);
    transmit(&m, 0, 1, 0);
    transmit(&m, 1, 2, 0);
    // 7.4 dB between them at node 2, none at node 3.
    settled(&m);
    CU_ASSERT_EQUAL(m.counters.collided, 4);

    rl_medium_move(&m, 2, 200, 0, 0); // 12 dB
    transmit(&m, 0, 1, SECOND);
    transmit(&m, 1, 2, SECOND);
    struct rl_arrival a = take_next(&m);
    CU_ASSERT_EQUAL(a.to, 2);
    CU_ASSERT_EQUAL(a.from, 0);
    settled(&m);
    CU_ASSERT_EQUAL(m.counters.collided, 7);
}

static void a_frame_too_weak_to_hear_still_disturbs_a_weak_one(void)
{
    struct rl_node_config c = rl_node_default();
    struct rl_air air = rl_air_clean();
    rl_medium_init(&m, &air);
    CU_ASSERT_EQUAL_FATAL(rl_medium_add(&m, &c), 0);
    c.x_mm = 500000; // 78.6 dB: just above the sensitivity
    CU_ASSERT_EQUAL_FATAL(rl_medium_add(&m, &c), 1);
    c.x_mm = 1200000; // 81.5 dB from node 1: below it
    CU_ASSERT_EQUAL_FATAL(rl_medium_add(&m, &c), 2);
    switch_on(&m, 1);
    transmit(&m, 0, 1, 0);
    transmit(&m, 2, 2, 0);
    settled(&m);
    CU_ASSERT_EQUAL(m.counters.collided, 1);
    CU_ASSERT_EQUAL(m.counters.out_of_range, 3);
}

static void collisions_can_be_switched_off(void)
{
    struct rl_air air = rl_air_clean();
    air.collisions = false;
    triangle(air, 0);
    transmit(&m, 0, 1, 5000);
    transmit(&m, 1, 2, 5000);
    CU_ASSERT_EQUAL(take_next(&m).frame.bytes[0], 1);
    CU_ASSERT_EQUAL(take_next(&m).frame.bytes[0], 2);
    transmit(&m, 0, 1, SECOND);
    transmit(&m, 2, 2, SECOND); // half duplex stays
    settled(&m);
    CU_ASSERT_EQUAL(m.counters.delivered, 2);
}

static void bands_do_not_disturb_each_other(void)
{
    triangle(rl_air_clean(), 0);
    rl_medium_move(&m, 1, 1000, 1732, 10);
    retune(&m, 2, RL_NEAR, 0, 0, RL_NEVER);
    struct rl_frame f = frame_of(RL_NEAR, 2);
    transmit(&m, 0, 1, 0);
    rl_medium_send(&m, 1, &f, 0, no_rng);
    CU_ASSERT_EQUAL(take_next(&m).frame.bytes[0], 1);
    CU_ASSERT_EQUAL(take_next(&m).frame.bytes[0], 2);
    settled(&m);
}

static void coils_collide_too(void)
{
    triangle(rl_air_clean(), 0);
    rl_medium_move(&m, 0, 0, 0, 20);
    rl_medium_move(&m, 1, 0, 0, -20);
    rl_medium_move(&m, 2, 0, 0, 0);
    retune(&m, 2, RL_NEAR, 0, 0, RL_NEVER);
    struct rl_frame f = frame_of(RL_NEAR, 2);
    rl_medium_send(&m, 0, &f, 0, no_rng);
    rl_medium_send(&m, 1, &f, 100, no_rng);
    settled(&m);
    CU_ASSERT_EQUAL(m.counters.collided, 2);
    CU_ASSERT_EQUAL(m.counters.not_listening, 2); // the senders themselves
}

static void the_network_carries_both_ways_at_once(void)
{
    air_with(&m, rl_air_clean(), 3);
    struct rl_frame f = frame_of(RL_UPLINK, 0);
    for (int i = 0; i < 3; i++)
        retune(&m, i, RL_UPLINK, 0, 0, RL_NEVER);
    for (int i = 0; i < 6; i++)
        rl_medium_send(&m, i % 3, &f, 0, no_rng);
    for (int i = 0; i < 12; i++) {
        struct rl_arrival a = take_next(&m);
        CU_ASSERT_EQUAL(a.start_us, 0);
        CU_ASSERT_EQUAL(a.at_us, rl_airtime_us(RL_UPLINK, COPY_LEN));
    }
    settled(&m);
}

static void who_transmits_does_not_hear(void)
{
    air_with(&m, rl_air_clean(), 2);
    switch_on(&m, 0);
    switch_on(&m, 1);
    transmit(&m, 0, 1, 0);
    transmit(&m, 1, 2, 999);
    settled(&m);
    CU_ASSERT_EQUAL(m.counters.not_listening, 2);

    transmit(&m, 0, 1, 5000);
    transmit(&m, 1, 2, 6000); // after the other's last bit
    CU_ASSERT_EQUAL(take_next(&m).frame.bytes[0], 1);
    CU_ASSERT_EQUAL(take_next(&m).frame.bytes[0], 2);
    settled(&m);
}

static void a_transmitter_sends_one_frame_after_the_other(void)
{
    air_with(&m, rl_air_clean(), 2);
    switch_on(&m, 1);
    for (uint8_t i = 0; i < 5; i++)
        transmit(&m, 0, i, 100);
    for (uint8_t i = 0; i < 5; i++) {
        struct rl_arrival a = take_next(&m);
        CU_ASSERT_EQUAL(a.frame.bytes[0], i);
        CU_ASSERT_EQUAL(a.start_us, 100 + i * COPY_US);
        CU_ASSERT_EQUAL(a.at_us, a.start_us + COPY_US);
    }
    settled(&m);
}

static void a_burst_survives_the_loss_of_a_copy(void)
{
    triangle(rl_air_clean(), 0);
    transmit_burst(&m, 0, SECOND, 0);
    transmit(&m, 1, 'x', 500); // spoils the copies at 0 and 1000
    struct rl_arrival a = take_next(&m);
    CU_ASSERT_EQUAL(a.frame.bytes[0], 'x');
    CU_ASSERT_EQUAL(a.at_us, 1500);
    a = take_next(&m);
    CU_ASSERT_EQUAL(a.frame.bytes[0], 'b');
    CU_ASSERT_EQUAL(a.at_us, 3000);
    settled(&m);
    CU_ASSERT_EQUAL(m.counters.collided, 0);
}

static void a_burst_jammed_to_its_end_has_collided(void)
{
    triangle(rl_air_clean(), 0);
    transmit_burst(&m, 0, 3000, 0); // ends at 4000
    for (uint8_t i = 0; i < 4; i++)
        transmit(&m, 1, i, 500);
    CU_ASSERT_EQUAL(m.counters.collided, 0);
    for (uint8_t i = 0; i < 4; i++)
        CU_ASSERT_EQUAL(take_next(&m).frame.bytes[0], i);
    settled(&m);
    CU_ASSERT_EQUAL(m.counters.collided, 1);
}

static void a_burst_leaves_room_for_single_frames_not_for_bursts(void)
{
    triangle(rl_air_clean(), 0);
    transmit_burst(&m, 0, 10000, 0); // ends at 11000
    CU_ASSERT_EQUAL(take_next(&m).at_us, COPY_US);
    transmit(&m, 1, 'x', 5300);
    CU_ASSERT_EQUAL(take_next(&m).at_us, 6300);
    transmit_burst(&m, 1, 1000, 8000); // two copies, until 10000
    CU_ASSERT_EQUAL(rl_medium_next(&m), RL_NEVER);
    transmit_burst(&m, 1, 1000, 10500); // the second, from 11500, is clear
    CU_ASSERT_EQUAL(take_next(&m).at_us, 12500);
    settled(&m);
    CU_ASSERT_EQUAL(m.counters.collided, 1);
}

static void what_was_disturbed_stays_so_after_its_disturber(void)
{
    triangle(rl_air_clean(), 0);
    retune(&m, 2, RL_RF, 0, 0, 0);
    transmit_burst(&m, 0, SECOND, 0);
    retune(&m, 2, RL_RF, 500, 0, RL_NEVER);
    transmit(&m, 1, 'x', 1200); // spoils the copies at 1000 and 2000
    CU_ASSERT_EQUAL(take_next(&m).frame.bytes[0], 'x');
    CU_ASSERT_EQUAL(rl_medium_next(&m), 4000);
    struct rl_arrival a;
    CU_ASSERT_FALSE(rl_medium_take(&m, 2300, &a)); // x is over, and forgotten
    CU_ASSERT_EQUAL(m.flight_count, 1);
    retune(&m, 2, RL_RF, 2400, 0, 2900);
    CU_ASSERT_EQUAL(rl_medium_next(&m), RL_NEVER);
    retune(&m, 2, RL_RF, 2500, 0, RL_NEVER);
    CU_ASSERT_EQUAL(take_next(&m).at_us, 4000);
    settled(&m);
}

static void a_burst_that_ends_early_frees_what_is_still_to_be_sent(void)
{
    triangle(rl_air_clean(), 0);
    transmit_burst(&m, 0, SECOND, 1000);
    CU_ASSERT_EQUAL(take_next(&m).at_us, 2000);
    for (uint8_t i = 0; i < 3; i++)
        transmit_burst(&m, 1, 1000, 4100); // at 4100, 5100 and 6100
    CU_ASSERT_EQUAL(rl_medium_next(&m), RL_NEVER);
    transmit(&m, 0, 'x', 4300); // from 5000 to 6000
    CU_ASSERT_EQUAL(take_next(&m).frame.bytes[0], 'x');
    struct rl_arrival a = take_next(&m);
    CU_ASSERT_EQUAL(a.from, 1);
    CU_ASSERT_EQUAL(a.start_us, 6100);
    CU_ASSERT_EQUAL(a.at_us, 7100);
    settled(&m);
    CU_ASSERT_EQUAL(m.counters.collided, 2);
}

static void a_disturbed_sniff_tries_again_at_the_next(void)
{
    triangle(rl_air_clean(), 0);
    retune(&m, 2, RL_RF, 0, 10000, RL_NEVER);
    transmit_burst(&m, 0, 25000, 5500);
    CU_ASSERT_EQUAL(rl_medium_next(&m), 11500);
    transmit(&m, 1, 'x', 10600);
    CU_ASSERT_EQUAL(take_next(&m).at_us, 21500);
    settled(&m);
    CU_ASSERT_EQUAL(m.counters.not_listening, 3); // x at node 2 and 0, b at node 1
}

static void a_burst_is_answered_while_it_lasts(void)
{
    air_with(&m, rl_air_clean(), 2);
    switch_on(&m, 0);
    switch_on(&m, 1);
    transmit_burst(&m, 0, 10000, 0);
    struct rl_arrival a = take_next(&m);
    CU_ASSERT_EQUAL(a.to, 1);
    transmit(&m, 1, 'x', a.at_us);
    a = take_next(&m);
    CU_ASSERT_EQUAL(a.to, 0);
    CU_ASSERT_EQUAL(a.frame.bytes[0], 'x');
    transmit_burst(&m, 1, 1000, 5000); // but not by another burst
    settled(&m);
    CU_ASSERT_EQUAL(m.counters.not_listening, 1);
}

int main(void)
{
    static const struct suite_case cases[] = {
        {"frames that overlap are both lost", frames_that_overlap_are_both_lost},
        {"frames that touch are both received", frames_that_touch_are_both_received},
        {"ten decibels capture the receiver", ten_decibels_capture_the_receiver},
        {"one receiver may capture what another loses",
         one_receiver_may_capture_what_another_loses},
        {"a frame too weak to hear still disturbs a weak one",
         a_frame_too_weak_to_hear_still_disturbs_a_weak_one},
        {"collisions can be switched off", collisions_can_be_switched_off},
        {"bands do not disturb each other", bands_do_not_disturb_each_other},
        {"coils collide too", coils_collide_too},
        {"the network carries both ways at once",
         the_network_carries_both_ways_at_once},
        {"who transmits does not hear", who_transmits_does_not_hear},
        {"a transmitter sends one frame after the other",
         a_transmitter_sends_one_frame_after_the_other},
        {"a burst survives the loss of a copy", a_burst_survives_the_loss_of_a_copy},
        {"a burst jammed to its end has collided",
         a_burst_jammed_to_its_end_has_collided},
        {"a burst leaves room for single frames, not for bursts",
         a_burst_leaves_room_for_single_frames_not_for_bursts},
        {"what was disturbed stays so after its disturber",
         what_was_disturbed_stays_so_after_its_disturber},
        {"a burst that ends early frees what is still to be sent",
         a_burst_that_ends_early_frees_what_is_still_to_be_sent},
        {"a disturbed sniff tries again at the next",
         a_disturbed_sniff_tries_again_at_the_next},
        {"a burst is answered while it lasts", a_burst_is_answered_while_it_lasts},
        {0},
    };
    return suite_main("radio/collisions", cases);
}
