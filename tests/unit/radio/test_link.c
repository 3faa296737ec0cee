#include "air.h"

static void airtime_follows_from_rate_and_overhead(void)
{
    CU_ASSERT_EQUAL(rl_airtime_us(RL_RF, 0), 12 * 40);
    CU_ASSERT_EQUAL(rl_airtime_us(RL_RF, RL_FRAME_MAX), 267 * 40);
    CU_ASSERT_EQUAL(rl_airtime_us(RL_NEAR, 100), 104 * 80);
    CU_ASSERT_EQUAL(rl_airtime_us(RL_UPLINK, 100), 20000 + 80);
}

static void a_burst_is_whole_copies_and_one_more(void)
{
    static const struct {
        uint32_t repeat_us;
        uint64_t copies;
    } cases[] = {{0, 1}, {1, 2}, {COPY_US, 2}, {COPY_US + 1, 3}, {10 * COPY_US, 11}};
    struct rl_frame f = frame_of(RL_RF, 0);
    CU_ASSERT_EQUAL(rl_airtime_us(RL_RF, COPY_LEN), COPY_US);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        f.repeat_us = cases[i].repeat_us;
        CU_ASSERT_EQUAL(rl_on_air_us(&f), cases[i].copies * COPY_US);
    }
    f.repeat_us = UINT32_MAX;
    CU_ASSERT(rl_on_air_us(&f) > UINT32_MAX);
}

static void every_error_has_its_name(void)
{
#define X(name, value, text)                                                           \
    CU_ASSERT_STRING_EQUAL(rl_err_name(name), #name);                                  \
    CU_ASSERT_EQUAL(name, value);
    RL_ERR_LIST(X)
#undef X
    CU_ASSERT_STRING_EQUAL(rl_err_name(RL_OK), "RL_OK");
    CU_ASSERT_STRING_EQUAL(rl_err_name((enum rl_err) - 99), "RL_E_?");
}

static void the_loopback_carries_frames_behind_the_seam(void)
{
    static struct rl_loopback l;
    const struct rl_link_ops *ops = &rl_loopback_ops;
    struct rl_node_config c = rl_node_default();
    struct rl_frame f = frame_of(RL_RF, 7);
    struct rl_arrival a;
    uint8_t one = 99, two = 99;
    l.air = rl_air_clean();
    l.rng = no_rng;

    CU_ASSERT_STRING_EQUAL(ops->scheme, "loopback");
    CU_ASSERT_EQUAL_FATAL(ops->open(&l, ""), RL_OK);
    CU_ASSERT_EQUAL_FATAL(ops->join(&l, &c, &one), RL_OK);
    CU_ASSERT_EQUAL_FATAL(ops->join(&l, &c, &two), RL_OK);
    CU_ASSERT_EQUAL(ops->next(&l), RL_NEVER);
    ops->tune(&l, two, RL_RF, 5, (struct rl_tuning){.until_us = RL_NEVER});
    CU_ASSERT_EQUAL(ops->submit(&l, one, &f, 5), RL_OK);
    CU_ASSERT_EQUAL(ops->next(&l), 5 + COPY_US);
    CU_ASSERT_EQUAL(ops->take(&l, 4 + COPY_US, &a), RL_E_TIMEOUT);
    CU_ASSERT_EQUAL_FATAL(ops->take(&l, 5 + COPY_US, &a), RL_OK);
    CU_ASSERT_EQUAL(a.from, one);
    CU_ASSERT_EQUAL(a.to, two);
    CU_ASSERT_EQUAL(a.frame.bytes[0], 7);

    CU_ASSERT_EQUAL(ops->submit(&l, one, &f, 2000), RL_OK);
    ops->close(&l);
    CU_ASSERT_EQUAL(ops->take(&l, RL_NEVER, &a), RL_E_TIMEOUT);
}

static void the_loopback_says_when_it_is_full(void)
{
    static struct rl_loopback l;
    const struct rl_link_ops *ops = &rl_loopback_ops;
    struct rl_node_config c = rl_node_default();
    struct rl_frame f = frame_of(RL_RF, 7);
    uint8_t node = 99;
    l.air = rl_air_clean();
    l.rng = no_rng;

    CU_ASSERT_EQUAL(ops->open(&l, "elsewhere"), RL_E_CLOSED);
    CU_ASSERT_EQUAL_FATAL(ops->open(&l, ""), RL_OK);
    for (int i = 0; i < RL_NODE_MAX; i++)
        CU_ASSERT_EQUAL(ops->join(&l, &c, &node), RL_OK);
    node = 99;
    CU_ASSERT_EQUAL(ops->join(&l, &c, &node), RL_E_OVERFLOW);
    CU_ASSERT_EQUAL(node, 99);
    for (int i = 0; i < RL_FLIGHT_MAX; i++)
        CU_ASSERT_EQUAL(ops->submit(&l, 0, &f, 0), RL_OK);
    CU_ASSERT_EQUAL(ops->submit(&l, 0, &f, 0), RL_E_OVERFLOW);
}

int main(void)
{
    static const struct suite_case cases[] = {
        {"airtime follows from rate and overhead",
         airtime_follows_from_rate_and_overhead},
        {"a burst is whole copies that cover it, and one more",
         a_burst_is_whole_copies_and_one_more},
        {"every error has its name and number", every_error_has_its_name},
        {"the loopback carries frames behind the seam",
         the_loopback_carries_frames_behind_the_seam},
        {"the loopback says when it is full", the_loopback_says_when_it_is_full},
        {0},
    };
    return suite_main("radio/link", cases);
}
