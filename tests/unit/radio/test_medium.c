// Range, listening and order. The rest of the medium: test_bursts.c,
// test_collisions.c, test_chance.c.

#include "air.h"

static struct rl_medium m;

static void a_frame_arrives_one_airtime_later(void)
{
    air_with(&m, rl_air_clean(), 3);
    switch_on(&m, 1);
    transmit(&m, 0, 'x', 500);
    CU_ASSERT_EQUAL(rl_medium_next(&m), 500 + COPY_US);

    struct rl_arrival a = {.at_us = 77};
    CU_ASSERT_FALSE(rl_medium_take(&m, 499 + COPY_US, &a));
    CU_ASSERT_EQUAL(a.at_us, 77); // nothing taken, out untouched
    CU_ASSERT_TRUE_FATAL(rl_medium_take(&m, 500 + COPY_US, &a));
    CU_ASSERT_EQUAL(a.at_us, 500 + COPY_US);
    CU_ASSERT_EQUAL(a.start_us, 500);
    CU_ASSERT_EQUAL(a.from, 0);
    CU_ASSERT_EQUAL(a.to, 1);
    CU_ASSERT_EQUAL(a.frame.len, COPY_LEN);
    CU_ASSERT_EQUAL(a.frame.bytes[0], 'x');
    CU_ASSERT_EQUAL(rl_medium_next(&m), RL_NEVER);
    settled(&m);
    CU_ASSERT_EQUAL(m.counters.sent, 1);
    CU_ASSERT_EQUAL(m.counters.delivered, 1);
    CU_ASSERT_EQUAL(m.counters.not_listening, 1); // node 2
}

static void bytes_past_the_end_do_not_leak(void)
{
    struct rl_frame f = frame_of(RL_RF, 1);
    air_with(&m, rl_air_clean(), 2);
    switch_on(&m, 1);
    memset(f.bytes, 0xee, sizeof f.bytes);
    rl_medium_send(&m, 0, &f, 0, no_rng);
    struct rl_arrival a = take_next(&m);
    CU_ASSERT_EQUAL(a.frame.bytes[COPY_LEN - 1], 0xee);
    for (int i = COPY_LEN; i < RL_FRAME_MAX; i++)
        CU_ASSERT_EQUAL(a.frame.bytes[i], 0);
}

static void level_is_power_less_path_and_bodies(void)
{
    struct rl_node_config implant = rl_node_default(), head = implant;
    struct rl_air air = rl_air_clean();
    implant.body_loss_q8_db = 30 * 256;
    head.y_mm = 2000;
    rl_medium_init(&m, &air);
    CU_ASSERT_EQUAL_FATAL(rl_medium_add(&m, &implant), 0);
    CU_ASSERT_EQUAL_FATAL(rl_medium_add(&m, &head), 1);
    switch_on(&m, 0);
    switch_on(&m, 1);

    // -16 dBm, 30.585 dB over 2 m, 30 dB of body, whoever of the two sends.
    transmit(&m, 0, 1, 0);
    struct rl_arrival a = take_next(&m);
    CU_ASSERT_EQUAL(a.frame.rssi_q8_dbm, -19606);
    transmit(&m, 1, 2, 10000);
    a = take_next(&m);
    CU_ASSERT_EQUAL(a.frame.rssi_q8_dbm, -19606);
}

// Nodes at a distance; true if a frame of node 0 gets to node 1.
static bool heard_at(enum rl_band band, int32_t mm, struct rl_air air, int power_dbm)
{
    struct rl_node_config c = rl_node_default();
    struct rl_frame f = frame_of(band, 1);
    c.power_q8_dbm = (int16_t)(power_dbm * 256);
    rl_medium_init(&m, &air);
    CU_ASSERT_EQUAL_FATAL(rl_medium_add(&m, &c), 0);
    c.z_mm = mm;
    CU_ASSERT_EQUAL_FATAL(rl_medium_add(&m, &c), 1);
    retune(&m, 1, band, 0, 0, RL_NEVER);
    rl_medium_send(&m, 0, &f, 0, no_rng);
    bool heard = take_next(&m).at_us != RL_NEVER;
    settled(&m);
    CU_ASSERT_EQUAL(m.counters.out_of_range, !heard);
    return heard;
}

static void radio_range_ends_at_the_sensitivity(void)
{
    struct rl_air air = rl_air_clean();
    // 79 dB of path are 526 m.
    CU_ASSERT_TRUE(heard_at(RL_RF, 524000, air, -16));
    CU_ASSERT_FALSE(heard_at(RL_RF, 529000, air, -16));
    CU_ASSERT_TRUE(heard_at(RL_RF, 529000, air, -15));
    CU_ASSERT_FALSE(heard_at(RL_RF, INT32_MAX, air, 30));
    air.noise_q8_dbm = -100 * 256; // -90 dBm is needed now: 74 dB, 296 m
    CU_ASSERT_TRUE(heard_at(RL_RF, 294000, air, -16));
    CU_ASSERT_FALSE(heard_at(RL_RF, 298000, air, -16));
}

static void a_coil_reaches_six_centimetres_at_any_power(void)
{
    struct rl_air air = rl_air_clean();
    CU_ASSERT_TRUE(heard_at(RL_NEAR, 0, air, -16));
    CU_ASSERT_TRUE(heard_at(RL_NEAR, 60, air, -16));
    CU_ASSERT_FALSE(heard_at(RL_NEAR, 61, air, -16));
    CU_ASSERT_FALSE(heard_at(RL_NEAR, 61, air, 30));
    CU_ASSERT_FALSE(heard_at(RL_NEAR, -1000, air, 30));
}

static void the_network_reaches_everywhere(void)
{
    CU_ASSERT_TRUE(heard_at(RL_UPLINK, INT32_MIN, rl_air_clean(), -16));
}

static void the_largest_distance_is_far(void)
{
    struct rl_node_config c = rl_node_default();
    struct rl_air air = rl_air_clean();
    rl_medium_init(&m, &air);
    c.x_mm = c.y_mm = c.z_mm = INT32_MIN;
    CU_ASSERT_EQUAL_FATAL(rl_medium_add(&m, &c), 0);
    c.x_mm = c.y_mm = c.z_mm = INT32_MAX;
    CU_ASSERT_EQUAL_FATAL(rl_medium_add(&m, &c), 1);
    switch_on(&m, 1);
    transmit(&m, 0, 1, 0);
    settled(&m);
    CU_ASSERT_EQUAL(m.counters.out_of_range, 1);
}

static void a_node_that_moves_is_heard_elsewhere(void)
{
    air_with(&m, rl_air_clean(), 2);
    retune(&m, 1, RL_NEAR, 0, 0, RL_NEVER);
    struct rl_frame f = frame_of(RL_NEAR, 1);
    rl_medium_send(&m, 0, &f, 0, no_rng);
    CU_ASSERT_EQUAL(rl_medium_next(&m), RL_NEVER);
    rl_medium_move(&m, 0, 1000, 30, 40); // 50 mm from node 1
    rl_medium_send(&m, 0, &f, SECOND, no_rng);
    CU_ASSERT_EQUAL(take_next(&m).at_us, SECOND + rl_airtime_us(RL_NEAR, COPY_LEN));
    settled(&m);
}

static void bands_have_receivers_of_their_own(void)
{
    air_with(&m, rl_air_clean(), 2);
    rl_medium_move(&m, 1, 0, 0, 20);
    retune(&m, 1, RL_NEAR, 0, 0, RL_NEVER);
    transmit(&m, 0, 1, 0);
    struct rl_frame f = frame_of(RL_NEAR, 2);
    rl_medium_send(&m, 0, &f, 0, no_rng);
    CU_ASSERT_EQUAL(take_next(&m).frame.bytes[0], 2);
    settled(&m);
    CU_ASSERT_EQUAL(m.counters.not_listening, 1);
}

static void a_receiver_must_be_open_from_first_bit_to_last(void)
{
    static const struct {
        uint64_t from_us, until_us;
        bool heard;
    } cases[] = {
        {1000, 2000, true}, {1001, RL_NEVER, false}, {0, 1999, false},
        {0, 2000, true},    {1500, 1500, false},     {500, 600, false},
        {500, 1500, false}, {1000, RL_NEVER, true},  {1999, RL_NEVER, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        bool before = cases[i].from_us <= 1000;
        air_with(&m, rl_air_clean(), 2);
        if (before)
            retune(&m, 1, RL_RF, cases[i].from_us, 0, cases[i].until_us);
        transmit(&m, 0, 1, 1000);
        if (!before)
            retune(&m, 1, RL_RF, cases[i].from_us, 0, cases[i].until_us);
        CU_ASSERT_EQUAL(take_next(&m).at_us, cases[i].heard ? 2000 : RL_NEVER);
        settled(&m);
        CU_ASSERT_EQUAL(m.counters.not_listening, !cases[i].heard);
    }
}

static void a_receiver_switched_off_loses_what_it_was_receiving(void)
{
    air_with(&m, rl_air_clean(), 2);
    switch_on(&m, 1);
    transmit(&m, 0, 1, 0);
    retune(&m, 1, RL_RF, 999, 0, 0);
    CU_ASSERT_EQUAL(rl_medium_next(&m), RL_NEVER);
    settled(&m);

    transmit(&m, 0, 2, SECOND);
    retune(&m, 1, RL_RF, SECOND, 0, RL_NEVER);            // at the first bit: on again
    retune(&m, 1, RL_RF, SECOND + 500, 0, SECOND + 1000); // just long enough
    retune(&m, 1, RL_RF, SECOND + 1000, 0, 0);            // it is all in
    CU_ASSERT_EQUAL(take_next(&m).at_us, SECOND + COPY_US);

    transmit(&m, 0, 3, 2 * SECOND);
    retune(&m, 1, RL_RF, 2 * SECOND, 0, RL_NEVER);
    retune(&m, 1, RL_RF, 2 * SECOND + 1, 0, 2 * SECOND + 999);
    settled(&m);
    CU_ASSERT_EQUAL(m.counters.not_listening, 2);
}

static void listening_longer_is_listening_on(void)
{
    air_with(&m, rl_air_clean(), 2);
    retune(&m, 1, RL_RF, 0, 0, 1500);
    transmit(&m, 0, 1, 1000);
    CU_ASSERT_EQUAL(rl_medium_next(&m), RL_NEVER);
    retune(&m, 1, RL_RF, 1499, 0, RL_NEVER);
    CU_ASSERT_EQUAL(take_next(&m).at_us, 2000);

    retune(&m, 1, RL_RF, 3000, 0, 4500);
    transmit(&m, 0, 2, 4000);
    retune(&m, 1, RL_RF, 4500, 0, RL_NEVER); // just too late
    CU_ASSERT_EQUAL(rl_medium_next(&m), RL_NEVER);
    settled(&m);
}

static void a_promiscuous_node_hears_whatever_it_is_tuned_to(void)
{
    struct rl_node_config c = rl_node_default();
    air_with(&m, rl_air_clean(), 1);
    c.promiscuous = true;
    CU_ASSERT_EQUAL_FATAL(rl_medium_add(&m, &c), 1);
    retune(&m, 1, RL_RF, 0, 0, 0);
    for (int b = 0; b < RL_BAND_COUNT; b++) {
        struct rl_frame f = frame_of((enum rl_band)b, 1);
        rl_medium_send(&m, 0, &f, 0, no_rng);
        CU_ASSERT_EQUAL(take_next(&m).frame.band, b);
    }
    rl_medium_move(&m, 1, 61, 0, 0); // but not out of range
    struct rl_frame f = frame_of(RL_NEAR, 1);
    rl_medium_send(&m, 0, &f, SECOND, no_rng);
    settled(&m);
    CU_ASSERT_EQUAL(m.counters.out_of_range, 1);
}

static void ties_go_to_sender_then_order_then_receiver(void)
{
    air_with(&m, rl_air_clean(), 4);
    struct rl_frame f = frame_of(RL_UPLINK, 0);
    for (int i = 0; i < 4; i++)
        retune(&m, i, RL_UPLINK, 0, 0, RL_NEVER);
    static const uint8_t sender[4] = {2, 1, 2, 1};
    for (uint8_t i = 0; i < 4; i++) {
        f.bytes[0] = i;
        rl_medium_send(&m, sender[i], &f, 100, no_rng);
    }
    static const uint8_t want[12][3] = {
        {1, 1, 0}, {1, 1, 2}, {1, 1, 3}, {1, 3, 0}, {1, 3, 2}, {1, 3, 3},
        {2, 0, 0}, {2, 0, 1}, {2, 0, 3}, {2, 2, 0}, {2, 2, 1}, {2, 2, 3},
    };
    for (int i = 0; i < 12; i++) {
        struct rl_arrival a = take_next(&m);
        CU_ASSERT_EQUAL(a.from, want[i][0]);
        CU_ASSERT_EQUAL(a.frame.bytes[0], want[i][1]);
        CU_ASSERT_EQUAL(a.to, want[i][2]);
    }
    settled(&m);
}

static void an_injected_frame_asks_nobody(void)
{
    air_with(&m, rl_air_clean(), 3);
    struct rl_frame f = frame_of(RL_NEAR, 9);
    f.rssi_q8_dbm = -123;
    transmit(&m, 2, 1, 0); // occupies the air, and node 1 is not tuned
    rl_medium_inject(&m, 0, 1, &f, 300);
    retune(&m, 1, RL_NEAR, 200, 0, 0);
    struct rl_arrival a = take_next(&m);
    CU_ASSERT_EQUAL(a.at_us, 300);
    CU_ASSERT_EQUAL(a.start_us, 300);
    CU_ASSERT_EQUAL(a.from, 0);
    CU_ASSERT_EQUAL(a.to, 1);
    CU_ASSERT_EQUAL(a.frame.rssi_q8_dbm, -123);
    CU_ASSERT_EQUAL(a.frame.bytes[0], 9);
    settled(&m);
}

static void an_injected_frame_disturbs_nobody(void)
{
    air_with(&m, rl_air_clean(), 3);
    struct rl_frame wired = frame_of(RL_RF, 'w');
    switch_on(&m, 1);
    rl_medium_inject(&m, 2, 1, &wired, 4700);
    rl_medium_inject(&m, 0, 2, &wired, 9000); // whose receiver is off
    transmit(&m, 0, 'x', 4000);
    CU_ASSERT_EQUAL(take_next(&m).at_us, 4700);
    CU_ASSERT_EQUAL(take_next(&m).frame.bytes[0], 'x');
    transmit_burst(&m, 0, SECOND, 5000);
    transmit(&m, 0, 'y', 6500); // ends the burst, not what is on the wire
    CU_ASSERT_EQUAL(take_next(&m).frame.bytes[0], 'b');
    CU_ASSERT_EQUAL(take_next(&m).frame.bytes[0], 'y');
    CU_ASSERT_EQUAL(take_next(&m).at_us, 9000);
    settled(&m);
}

static void nodes_beyond_the_eighth_are_refused(void)
{
    struct rl_node_config c = rl_node_default();
    air_with(&m, rl_air_clean(), RL_NODE_MAX);
    CU_ASSERT_EQUAL(rl_medium_add(&m, &c), RL_E_OVERFLOW);
    switch_on(&m, RL_NODE_MAX - 1);
    transmit(&m, 0, 1, 0);
    CU_ASSERT_EQUAL(take_next(&m).to, RL_NODE_MAX - 1);
    settled(&m);
}

static void a_node_added_late_hears_what_comes_after(void)
{
    struct rl_node_config c = rl_node_default();
    air_with(&m, rl_air_clean(), 2);
    c.promiscuous = true;
    transmit_burst(&m, 0, SECOND, 0);
    CU_ASSERT_EQUAL_FATAL(rl_medium_add(&m, &c), 2);
    transmit(&m, 0, 2, 100);
    CU_ASSERT_EQUAL(take_next(&m).frame.bytes[0], 2);
    settled(&m);
    CU_ASSERT_EQUAL(m.counters.offered, 3);
}

int main(void)
{
    static const struct suite_case cases[] = {
        {"a frame arrives one airtime later", a_frame_arrives_one_airtime_later},
        {"bytes past the end do not leak", bytes_past_the_end_do_not_leak},
        {"level is power less path and bodies", level_is_power_less_path_and_bodies},
        {"radio range ends at sensitivity or noise",
         radio_range_ends_at_the_sensitivity},
        {"a coil reaches six centimetres at any power",
         a_coil_reaches_six_centimetres_at_any_power},
        {"the network reaches everywhere", the_network_reaches_everywhere},
        {"the largest distance is far, not near", the_largest_distance_is_far},
        {"a node that moves is heard elsewhere", a_node_that_moves_is_heard_elsewhere},
        {"bands have receivers of their own", bands_have_receivers_of_their_own},
        {"a receiver must be open from first bit to last",
         a_receiver_must_be_open_from_first_bit_to_last},
        {"a receiver switched off loses what it was receiving",
         a_receiver_switched_off_loses_what_it_was_receiving},
        {"listening longer is listening on", listening_longer_is_listening_on},
        {"a promiscuous node hears whatever it is tuned to",
         a_promiscuous_node_hears_whatever_it_is_tuned_to},
        {"ties go to sender, then order of sending, then receiver",
         ties_go_to_sender_then_order_then_receiver},
        {"an injected frame asks nobody", an_injected_frame_asks_nobody},
        {"an injected frame disturbs nobody, and is not disturbed",
         an_injected_frame_disturbs_nobody},
        {"nodes beyond the eighth are refused", nodes_beyond_the_eighth_are_refused},
        {"a node added late hears what comes after",
         a_node_added_late_hears_what_comes_after},
        {0},
    };
    return suite_main("radio/medium", cases);
}
