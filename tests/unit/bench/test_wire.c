// The network: who gets what, in which order, and who may stand in its midst.

#include "recorder.h"
#include <attack/puppet.h>
#include <crypto/init.h>
#include <matrix/honest.h>
#include <scenario/load.h>
#include <suite.h>

static struct hx_bench b;
static struct hx_puppet puppet;
static struct recorded server, updater, programmer, monitor;

static const struct hx_cast networked = {.network = true, .monitor = true, .tries = 2};

// Every party of the network keeps what it gets.
static void begin_with(const struct hx_cast *cast)
{
    stage_set(&b, cast);
    puppet = (struct hx_puppet){0};
    hx_puppet_start(&puppet, 1, "wire");
    b.puppet = &puppet;
    record(&b, HX_NODE_SERVER, &server);
    record(&b, HX_NODE_UPDATER, &updater);
    record(&b, HX_NODE_PROGRAMMER, &programmer);
    record(&b, HX_NODE_MONITOR, &monitor);
}

static void begin(void)
{
    begin_with(&networked);
}

static size_t everybodys(void)
{
    return server.count + updater.count + programmer.count + monitor.count;
}

// A frame of this length that says which it is.
static void send_len(enum hx_node from, enum ep_place to, uint8_t type, uint8_t mark,
                     size_t len)
{
    uint8_t bytes[EP_FRAME_MAX] = {type, mark};
    hx_bench_uplink(&b, from, hx_node_place((int)from), to, bytes, len);
}

static void send(enum hx_node from, enum ep_place to, uint8_t type)
{
    send_len(from, to, type, 1, 4);
}

static void arrive(void)
{
    hx_bench_run(&b, b.now_us + TP_SECOND);
}

// --- places ---

static void places_and_nodes_are_each_others(void)
{
    static const enum hx_node nodes[] = {HX_NODE_SERVER, HX_NODE_UPDATER,
                                         HX_NODE_PROGRAMMER, HX_NODE_MONITOR,
                                         HX_NODE_IMPLANT};
    for (size_t i = 0; i < sizeof nodes / sizeof nodes[0]; i++)
        CU_ASSERT_EQUAL(hx_place_node(hx_node_place((int)nodes[i])), nodes[i]);
    CU_ASSERT_EQUAL(hx_node_place(HX_NODE_ATTACKER), EP_PLACE_NONE);
    CU_ASSERT_EQUAL(hx_node_place(HX_NODE_OTHER), EP_PLACE_NONE);
    CU_ASSERT_EQUAL(hx_node_place(HX_NODE_REMOTE), EP_PLACE_NONE);
    CU_ASSERT_EQUAL(hx_place_node(EP_PLACE_NONE), HX_NODE_COUNT);
    CU_ASSERT_EQUAL(hx_place_node((enum ep_place)200), HX_NODE_COUNT);
}

static void a_frame_reaches_its_place_and_no_other(void)
{
    begin();
    send(HX_NODE_MONITOR, EP_PLACE_SERVER, TP_UP_HELLO);
    arrive();
    CU_ASSERT_EQUAL(everybodys(), 1);
    CU_ASSERT_EQUAL_FATAL(server.count, 1);
    CU_ASSERT_EQUAL(server.at[0].link, EP_UPLINK);
    CU_ASSERT_EQUAL(server.at[0].place, EP_PLACE_MONITOR);
    CU_ASSERT_EQUAL(server.at[0].len, 4);
    CU_ASSERT_EQUAL(server.at[0].bytes[0], TP_UP_HELLO);

    begin(); // and to no place nothing goes
    send(HX_NODE_MONITOR, EP_PLACE_NONE, TP_UP_HELLO);
    arrive();
    CU_ASSERT_EQUAL(everybodys(), 0);
}

static void the_network_believes_who_sends(void)
{
    static const uint8_t hello[] = {TP_UP_HELLO};
    begin();
    hx_bench_uplink(&b, HX_NODE_ATTACKER, EP_PLACE_MONITOR, EP_PLACE_SERVER, hello, 1);
    arrive();
    CU_ASSERT_EQUAL_FATAL(server.count, 1);
    CU_ASSERT_EQUAL(server.at[0].place, EP_PLACE_MONITOR);
}

static void who_is_not_there_gets_nothing(void)
{
    begin();
    b.party[HX_NODE_MONITOR].present = false;
    send(HX_NODE_SERVER, EP_PLACE_MONITOR, TP_UP_REPLY);
    arrive();
    CU_ASSERT_EQUAL(everybodys(), 0);
    CU_ASSERT_FALSE(b.hung);
}

// --- order ---

static void frames_for_one_place_keep_their_order(void)
{
    begin();
    // The long one first, which takes longer to send; then from somebody else.
    send_len(HX_NODE_MONITOR, EP_PLACE_SERVER, TP_UP_RECORD, 1, EP_FRAME_MAX);
    send_len(HX_NODE_MONITOR, EP_PLACE_SERVER, TP_UP_RECORD, 2, 3);
    send_len(HX_NODE_PROGRAMMER, EP_PLACE_SERVER, TP_UP_RECORD, 3, 100);
    send_len(HX_NODE_MONITOR, EP_PLACE_SERVER, TP_UP_RECORD, 4, 3);
    arrive();
    CU_ASSERT_EQUAL_FATAL(server.count, 4);
    for (size_t i = 0; i < server.count; i++) {
        CU_ASSERT_EQUAL(server.at[i].bytes[1], i + 1);
        CU_ASSERT(i == 0 || server.at[i].now_us > server.at[i - 1].now_us);
    }
}

static void places_do_not_wait_for_each_other(void)
{
    begin();
    uint64_t began = b.now_us;
    send_len(HX_NODE_MONITOR, EP_PLACE_SERVER, TP_UP_RECORD, 1, EP_FRAME_MAX);
    send_len(HX_NODE_MONITOR, EP_PLACE_UPDATER, TP_UP_RECORD, 2, 3);
    arrive();
    CU_ASSERT_EQUAL_FATAL(server.count, 1);
    CU_ASSERT_EQUAL_FATAL(updater.count, 1);
    CU_ASSERT(updater.at[0].now_us < server.at[0].now_us);
    CU_ASSERT_EQUAL(server.at[0].now_us,
                    began + rl_airtime_us(RL_UPLINK, EP_FRAME_MAX));
    // Once all is there, nobody waits for what was.
    began = b.now_us;
    send_len(HX_NODE_MONITOR, EP_PLACE_SERVER, TP_UP_RECORD, 3, 3);
    arrive();
    CU_ASSERT_EQUAL(server.at[1].now_us, began + rl_airtime_us(RL_UPLINK, 3));
}

// --- in its midst ---

static void only_who_is_in_its_midst_hears_it(void)
{
    begin();
    send(HX_NODE_MONITOR, EP_PLACE_SERVER, TP_UP_HELLO);
    CU_ASSERT_EQUAL(b.attacker.heard_count, 0);
    b.attacker.hears_uplink = true;
    send(HX_NODE_MONITOR, EP_PLACE_SERVER, TP_UP_PROOF);
    CU_ASSERT_EQUAL_FATAL(b.attacker.heard_count, 1);
    CU_ASSERT_EQUAL(b.attacker.heard[0].bytes[0], TP_UP_PROOF);
    CU_ASSERT_EQUAL(b.attacker.heard[0].from, HX_NODE_MONITOR);
    CU_ASSERT_EQUAL(b.attacker.heard[0].link, EP_UPLINK);
    send(HX_NODE_ATTACKER, EP_PLACE_SERVER, TP_UP_PROOF); // its own it does not hear
    CU_ASSERT_EQUAL(b.attacker.heard_count, 1);
}

static void who_poses_gets_what_is_for_that_place(void)
{
    begin();
    b.attacker.poses = EP_PLACE_MONITOR;
    send(HX_NODE_SERVER, EP_PLACE_MONITOR, TP_UP_REPLY);
    send(HX_NODE_UPDATER, EP_PLACE_PROGRAMMER, TP_UP_REPLY);
    send(HX_NODE_MONITOR, EP_PLACE_SERVER, TP_UP_HELLO);
    arrive();
    CU_ASSERT_EQUAL(monitor.count, 0);
    CU_ASSERT_EQUAL(programmer.count, 1);
    CU_ASSERT_EQUAL(server.count, 1);
    CU_ASSERT_EQUAL_FATAL(b.attacker.heard_count, 1);
    CU_ASSERT_EQUAL(b.attacker.heard[0].from, HX_NODE_SERVER);

    b.attacker.poses = EP_PLACE_NONE; // the place is its owner's again
    send(HX_NODE_SERVER, EP_PLACE_MONITOR, TP_UP_REPLY);
    arrive();
    CU_ASSERT_EQUAL(monitor.count, 1);
}

static void serve_as(int64_t party, bool tunnel)
{
    struct hx_step s;
    hx_step_blank(HX_ACTOR_ATTACKER, HX_DO_SERVE, &s);
    s.to = party;
    s.tunnel = tunnel;
    CU_ASSERT_EQUAL(hx_puppet_step(&b, &s, (char[80]){""}, 80), 0);
}

static void who_serves_answers_in_that_place(void)
{
    begin();
    serve_as(HX_PARTY_UPDATER, false);
    send_len(HX_NODE_PROGRAMMER, EP_PLACE_UPDATER, TP_UP_HELLO, 9, TP_UP_HELLO_LEN);
    send(HX_NODE_MONITOR, EP_PLACE_SERVER, TP_UP_HELLO);
    arrive();
    CU_ASSERT_EQUAL(updater.count, 0);
    CU_ASSERT_EQUAL(server.count, 1);
    CU_ASSERT_EQUAL(monitor.count, 0);
    CU_ASSERT_EQUAL_FATAL(programmer.count, 1);
    CU_ASSERT_EQUAL(programmer.at[0].bytes[0], TP_UP_REPLY);
    CU_ASSERT_EQUAL(programmer.at[0].place, EP_PLACE_UPDATER);
}

static void a_tunnel_stands_until_the_first_record(void)
{
    begin();
    serve_as(HX_PARTY_UPDATER, true);
    send(HX_NODE_PROGRAMMER, EP_PLACE_UPDATER, TP_UP_HELLO);
    send(HX_NODE_PROGRAMMER, EP_PLACE_UPDATER, TP_UP_PROOF);
    arrive();
    CU_ASSERT_EQUAL(updater.count, 2);
    CU_ASSERT_EQUAL(programmer.count, 0);
    send(HX_NODE_PROGRAMMER, EP_PLACE_UPDATER, TP_UP_RECORD);
    arrive();
    CU_ASSERT_EQUAL(updater.count, 2);
    CU_ASSERT_EQUAL_FATAL(programmer.count, 1);
    CU_ASSERT_EQUAL(programmer.at[0].bytes[0], TP_UP_CLOSED);
    send(HX_NODE_PROGRAMMER, EP_PLACE_UPDATER, TP_UP_HELLO); // now it serves itself
    arrive();
    CU_ASSERT_EQUAL(updater.count, 2);
}

// --- switched off ---

static void a_network_that_is_off_carries_nothing(void)
{
    struct hx_cast off = networked;
    off.closed = 1 << EP_UPLINK;
    begin_with(&off);
    send(HX_NODE_SERVER, EP_PLACE_MONITOR, TP_UP_REPLY);
    send(HX_NODE_ATTACKER, EP_PLACE_SERVER, TP_UP_HELLO);
    arrive();
    CU_ASSERT_EQUAL(everybodys(), 0);
}

static int fetched(unsigned closed)
{
    static const struct ep_act fetch = {.kind = EP_ACT_FETCH, .len = 1};
    struct hx_cast cast = networked;
    cast.closed = (uint8_t)closed;
    stage_set(&b, &cast);
    b.attacker.hears_uplink = true;
    return hx_bench_act(&b, HX_NODE_PROGRAMMER, &fetch, 300 * TP_SECOND);
}

static void nobody_fetches_over_a_network_that_is_off(void)
{
    CU_ASSERT_EQUAL(fetched(0), 1);
    CU_ASSERT(b.attacker.heard_count > 0);
    CU_ASSERT_EQUAL(fetched(1u << EP_UPLINK), -1);
    CU_ASSERT_EQUAL(b.attacker.heard_count, 0);
    CU_ASSERT_EQUAL(fetched(1u << EP_RF), 1); // that is another link
}

static const struct suite_case cases[] = {
    {"places and nodes are each other's", places_and_nodes_are_each_others},
    {"a frame reaches its place and no other", a_frame_reaches_its_place_and_no_other},
    {"the network believes who sends", the_network_believes_who_sends},
    {"who is not there gets nothing", who_is_not_there_gets_nothing},
    {"frames for one place keep their order", frames_for_one_place_keep_their_order},
    {"places do not wait for each other", places_do_not_wait_for_each_other},
    {"only who is in its midst hears it", only_who_is_in_its_midst_hears_it},
    {"who poses gets what is for that place", who_poses_gets_what_is_for_that_place},
    {"who serves answers in that place", who_serves_answers_in_that_place},
    {"a tunnel stands until the first record", a_tunnel_stands_until_the_first_record},
    {"a network that is off carries nothing", a_network_that_is_off_carries_nothing},
    {"nobody fetches over a network that is off",
     nobody_fetches_over_a_network_that_is_off},
    {0}};

int main(void)
{
    return cr_init() ? 2 : suite_main("bench wire", cases);
}
