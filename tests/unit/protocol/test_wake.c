// test_wake.c - who may wake an implant, how often, and at what price

#include "hand.h"
#include <crypto/init.h>
#include <suite.h>

static struct bed bed;
static struct hand clinician, monitor;

static void start_with(struct tp_controls controls)
{
    struct tp_implant_config config = {.controls = controls};
    bed_start(&bed, &config);
    hand_make(&clinician, &bed, TP_ROLE_CLINICIAN, 1);
    hand_make(&monitor, &bed, TP_ROLE_MONITOR, 2);
    CU_ASSERT_FATAL(hand_pair(&clinician));
    CU_ASSERT_FATAL(hand_pair(&monitor));
}

static void start(void)
{
    start_with(all_controls);
}

static bool woken_by(const uint8_t *frame, size_t len)
{
    bed_hear(&bed, EP_RF, frame, len);
    return bed.sends == 1;
}

// WAKE-1, WAKE-7: the answer, and the window that it opens.
static void a_wake_up_is_answered_and_times_out(void)
{
    start();
    CU_ASSERT_EQUAL(bed.sniff_us, TP_SNIFF_US);
    CU_ASSERT(hand_wake(&monitor, EP_READ_OUT));
    CU_ASSERT_EQUAL(bed.sniff_us, 0);
    CU_ASSERT_EQUAL(bed.listen_until_us, bed.now_us + TP_WINDOW_US);
    bed_pass(&bed, TP_WINDOW_US);
    CU_ASSERT_EQUAL(bed.sniff_us, TP_SNIFF_US);
    CU_ASSERT_EQUAL(bed.listen_until_us, EP_NEVER);
    CU_ASSERT_FALSE(hand_hello(&monitor));
}

// WAKE-7: a frame that begins as a wake-up and goes on is none, as much as is heard.
static void what_is_cut_off_is_no_wake_up(void)
{
    uint8_t frame[TP_HELLO_LEN] = {0};
    start();
    CU_ASSERT_EQUAL_FATAL(bed.longest, TP_WAKE_LEN + 1);
    hand_wake_frame(&monitor, 1, EP_READ_OUT, frame);
    CU_ASSERT_FALSE(woken_by(frame, bed.longest));
    CU_ASSERT(woken_by(frame, TP_WAKE_LEN));
    CU_ASSERT_EQUAL(bed.longest, 0);
}

static void purposes_are_two(void)
{
    uint8_t frame[TP_WAKE_LEN];
    start();
    for (unsigned purpose = 0; purpose < 256; purpose++) {
        hand_wake_frame(&monitor, 1 + purpose, (uint8_t)purpose, frame);
        CU_ASSERT_EQUAL(woken_by(frame, sizeof frame), purpose == 1 || purpose == 2);
        bed_pass(&bed, TP_SECOND);
    }
}

// WAKE-2: any changed bit is a stranger's, and costs one check of the MAC.
static void strangers_wake_nobody(void)
{
    uint8_t frame[TP_WAKE_LEN];
    start();
    hand_wake_frame(&monitor, 1, EP_READ_OUT, frame);
    for (size_t i = 8; i < 8 * sizeof frame; i++) {
        frame[i / 8] ^= (uint8_t)(1u << i % 8);
        CU_ASSERT_FALSE(woken_by(frame, sizeof frame));
        for (size_t k = 0; k < bed.out_count; k++)
            CU_ASSERT(bed.outs[k].kind != EP_WORK ||
                      bed.outs[k].work.operation == EP_WORK_MAC);
        frame[i / 8] ^= (uint8_t)(1u << i % 8);
    }
    CU_ASSERT(woken_by(frame, sizeof frame));

    start_with(without(TP_CTL_WAKE_AUTHENTICATION));
    hand_wake_frame(&monitor, 1, EP_READ_OUT, frame);
    frame[TP_WAKE_LEN - 1] ^= 1;
    CU_ASSERT_EQUAL(woken_by(frame, sizeof frame), (bool)SWITCHES);
}

// WAKE-2: HELLO's MAC is checked before any key exchange.
static void a_strangers_hello_costs_one_mac(void)
{
    uint8_t frame[TP_HELLO_LEN];
    start();
    CU_ASSERT_FATAL(hand_wake(&monitor, EP_READ_OUT));
    hand_hello_frame(&monitor, frame);
    for (size_t i = 1; i < sizeof frame; i++) {
        frame[i] ^= 1;
        bed_hear(&bed, EP_RF, frame, sizeof frame);
        CU_ASSERT_EQUAL(bed.sends, 0);
        for (size_t k = 0; k < bed.out_count; k++)
            CU_ASSERT(bed.outs[k].kind != EP_WORK ||
                      bed.outs[k].work.operation == EP_WORK_MAC);
        frame[i] ^= 1;
    }
    bed_hear(&bed, EP_RF, frame, sizeof frame);
    CU_ASSERT(hand_read_reply(&monitor));
}

// WAKE-3: what is on the air before a session has nothing in common twice.
static void wake_ups_look_unrelated(void)
{
    uint8_t a[TP_WAKE_LEN], b[TP_WAKE_LEN];
    start();
    hand_wake_frame(&monitor, 7, EP_READ_OUT, a);
    hand_wake_frame(&monitor, 8, EP_READ_OUT, b);
    CU_ASSERT_NOT_EQUAL(memcmp(a + 9, b + 9, 4), 0);
    CU_ASSERT_NOT_EQUAL(a[13] ^ b[13], 0);

    struct tp_controls weak = without(TP_CTL_WAKE_MASKING);
    monitor.controls = weak;
    hand_wake_frame(&monitor, 7, EP_READ_OUT, a);
    static const uint8_t clear[5] = {7, 0, 0, 0, EP_READ_OUT};
    CU_ASSERT_EQUAL(memcmp(a + 9, clear, 5) == 0, (bool)SWITCHES);
}

// WAKE-4: higher wakes, also much higher; the same or lower does not.
static void counters_go_up(void)
{
    uint8_t frame[TP_WAKE_LEN], first[TP_WAKE_LEN];
    start();
    hand_wake_frame(&monitor, 5, EP_READ_OUT, first);
    CU_ASSERT(woken_by(first, sizeof first));
    CU_ASSERT_FALSE(woken_by(first, sizeof first));
    hand_wake_frame(&monitor, 5, EP_READ_OUT, frame);
    CU_ASSERT_FALSE(woken_by(frame, sizeof frame));
    hand_wake_frame(&monitor, 4, EP_READ_OUT, frame);
    CU_ASSERT_FALSE(woken_by(frame, sizeof frame));
    hand_wake_frame(&monitor, 6, EP_READ_OUT, frame);
    CU_ASSERT(woken_by(frame, sizeof frame));
    hand_wake_frame(&monitor, UINT32_MAX, EP_READ_OUT, frame);
    CU_ASSERT(woken_by(frame, sizeof frame));
    hand_wake_frame(&monitor, 0, EP_READ_OUT, frame);
    CU_ASSERT_FALSE(woken_by(frame, sizeof frame));
    CU_ASSERT(hand_wake(&clinician, EP_READ_OUT)); // each bond counts for itself

    start_with(without(TP_CTL_WAKE_COUNTER));
    hand_wake_frame(&monitor, 5, EP_READ_OUT, first);
    CU_ASSERT(woken_by(first, sizeof first));
    CU_ASSERT_EQUAL(woken_by(first, sizeof first), (bool)SWITCHES);
}

// WAKE-4, NVM-1: the counter is written before the answer, and outlives a power cut
// that comes between the two.
static void counters_are_persistent(void)
{
    uint8_t frame[TP_WAKE_LEN];
    start();
    hand_wake_frame(&monitor, 5, EP_READ_OUT, frame);
    CU_ASSERT(woken_by(frame, sizeof frame));
    CU_ASSERT(bed_place(&bed, EP_NVM) < bed_place(&bed, EP_SEND));
    bed_boot(&bed);
    CU_ASSERT_FALSE(woken_by(frame, sizeof frame));
    hand_wake_frame(&monitor, 6, EP_READ_OUT, frame);
    bed.cut_after = 1;
    CU_ASSERT_FALSE(woken_by(frame, sizeof frame));
    CU_ASSERT_FATAL(bed.cut);
    CU_ASSERT_FALSE(woken_by(frame, sizeof frame));
}

// True if a second hello after one wake-up is answered.
static bool second_hello_is_answered(void)
{
    CU_ASSERT_FATAL(hand_wake(&monitor, EP_READ_OUT));
    CU_ASSERT_FATAL(hand_hello(&monitor));
    return hand_hello(&monitor);
}

// WAKE-5
static void one_wake_up_allows_one_attempt(void)
{
    start();
    CU_ASSERT_FALSE(second_hello_is_answered());
    CU_ASSERT(hand_open(&monitor, EP_READ_OUT));
    start_with(without(TP_CTL_ATTEMPT_PER_WAKE));
    CU_ASSERT_EQUAL(second_hello_is_answered(), (bool)SWITCHES);
}

// How often a stranger is heard until the implant sniffs slowly; 200 for never.
static int refusals_until_slow(const uint8_t *frame, size_t len)
{
    int n = 0;
    while (n < 200 && bed.sniff_us == TP_SNIFF_US) {
        bed_hear(&bed, EP_RF, frame, len);
        n++;
    }
    return n;
}

// WAKE-6: a hundred checks empty the bucket; ten seconds is as slow as it gets.
static void an_empty_bucket_slows_sniffing(void)
{
    static const uint8_t junk[TP_WAKE_LEN] = {TP_WAKE};
    start();
    CU_ASSERT_EQUAL(refusals_until_slow(junk, sizeof junk), TP_BUCKET_NC / TP_CHECK_NC);
    CU_ASSERT_EQUAL(bed.sniff_us, TP_SNIFF_SLOW_US);
    for (int i = 0; i < 300; i++)
        bed_hear(&bed, EP_RF, junk, sizeof junk);
    CU_ASSERT_EQUAL(bed.sniff_us, TP_SNIFF_SLOW_US);
    CU_ASSERT(hand_wake(&clinician, EP_READ_OUT)); // who is heard is served
    CU_ASSERT(hand_intent(&clinician));            // and the near field does not care

    start_with(without(TP_CTL_WAKE_BUDGET));
    CU_ASSERT_EQUAL(refusals_until_slow(junk, sizeof junk),
                    SWITCHES ? 200 : TP_BUCKET_NC / TP_CHECK_NC);
}

// WAKE-6: other frames that reach a sleeping implant cost as much.
static void anything_that_reaches_a_sleeper_costs(void)
{
    static const struct {
        uint8_t type;
        size_t len;
    } kinds[] = {{TP_HELLO, TP_HELLO_LEN},
                 {TP_PROOF, TP_PROOF_LEN},
                 {TP_RECORD, TP_RECORD_MAX},
                 {TP_AWAKE, TP_AWAKE_LEN},
                 {0xee, 3}};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        uint8_t frame[TP_RECORD_MAX] = {kinds[i].type};
        start();
        CU_ASSERT_EQUAL(refusals_until_slow(frame, kinds[i].len),
                        TP_BUCKET_NC / TP_CHECK_NC);
    }
}

// WAKE-6: half full, it sniffs as before. 500 nC a second fill half in 1000 s.
static void the_bucket_fills_again(void)
{
    static const uint8_t junk[TP_WAKE_LEN] = {TP_WAKE};
    start();
    refusals_until_slow(junk, sizeof junk);
    bed_pass(&bed, 990 * TP_SECOND);
    CU_ASSERT(hand_wake(&clinician, EP_READ_OUT));
    bed_pass(&bed, TP_SECOND);
    CU_ASSERT_EQUAL(bed.sniff_us, TP_SNIFF_SLOW_US);
    bed_pass(&bed, 20 * TP_SECOND);
    CU_ASSERT(hand_wake(&clinician, EP_READ_OUT));
    bed_pass(&bed, TP_SECOND);
    CU_ASSERT_EQUAL(bed.sniff_us, TP_SNIFF_US);
}

// How many attempts of wake-up and hello a bond gets without ever proving itself.
static int attempts_of(struct hand *h)
{
    int n = 0;
    while (n < 100 && hand_wake(h, EP_READ_OUT) && hand_hello(h)) {
        n++;
        bed_pass(&bed, TP_SECOND);
    }
    return n;
}

// AVL-2: 32 units, two an attempt; one comes back every 1800 s; others keep theirs.
static void attempts_are_budgeted(void)
{
    start();
    CU_ASSERT_EQUAL(attempts_of(&monitor), TP_WORK_UNITS / 2);
    CU_ASSERT_FALSE(hand_wake(&monitor, EP_READ_OUT));
    CU_ASSERT(hand_open(&clinician, EP_READ_OUT));
    bed_pass(&bed, 2 * TP_WORK_REFILL_S * TP_SECOND);
    CU_ASSERT(hand_wake(&monitor, EP_READ_OUT));
    CU_ASSERT(hand_hello(&monitor));
    bed_pass(&bed, TP_SECOND);
    CU_ASSERT_FALSE(hand_wake(&monitor, EP_READ_OUT));

    start_with(without(TP_CTL_WORK_BUDGET));
    CU_ASSERT_EQUAL(attempts_of(&monitor), SWITCHES ? 100 : TP_WORK_UNITS / 2);
}

// AVL-2: a clinician's session fills the units up, and so does the wand.
static void proof_fills_the_budget(void)
{
    start();
    CU_ASSERT_EQUAL(attempts_of(&monitor), TP_WORK_UNITS / 2);
    CU_ASSERT(hand_intent(&monitor));
    CU_ASSERT_EQUAL(attempts_of(&monitor), TP_WORK_UNITS / 2);

    for (int i = 0; i < TP_WORK_UNITS / 2 - 1; i++) {
        CU_ASSERT_FATAL(hand_wake(&clinician, EP_READ_OUT));
        CU_ASSERT_FATAL(hand_hello(&clinician));
    }
    CU_ASSERT(hand_open(&clinician, EP_READ_OUT));
    bed_pass(&bed, TP_IDLE_US);
    CU_ASSERT_EQUAL(attempts_of(&clinician), TP_WORK_UNITS / 2);
}

// How long a session of h stays open that asks something every second.
static uint64_t stays_open(struct hand *h)
{
    uint64_t since_us = bed.now_us;
    CU_ASSERT_FATAL(hand_open(h, EP_READ_OUT));
    while (bed.now_us - since_us < TP_LIFETIME_US &&
           hand_ask(h, TP_OP_STATUS, NULL, 0) >= 0)
        bed_pass(&bed, TP_SECOND);
    return bed.now_us - since_us;
}

// AVL-2: any other session gives two units back and costs one for ten seconds.
static void sessions_cost_their_peer(void)
{
    start();
    CU_ASSERT_EQUAL(stays_open(&monitor), (TP_WORK_UNITS + 1) * 10 * TP_SECOND);
    CU_ASSERT_FALSE(hand_wake(&monitor, EP_READ_OUT));
    CU_ASSERT_EQUAL(stays_open(&clinician), TP_LIFETIME_US);

    start();
    for (int i = 0; i < TP_WORK_UNITS / 2; i++) { // short sessions cost nothing
        CU_ASSERT(hand_open(&monitor, EP_READ_OUT));
        CU_ASSERT_EQUAL(hand_ask(&monitor, TP_OP_CLOSE, NULL, 0), TP_STATUS_DONE);
    }
    CU_ASSERT_EQUAL(attempts_of(&monitor), TP_WORK_UNITS / 2);
}

int main(void)
{
    static const struct suite_case cases[] = {
        {"WAKE-7: a wake-up is answered and times out",
         a_wake_up_is_answered_and_times_out},
        {"WAKE-7: what is cut off is no wake-up", what_is_cut_off_is_no_wake_up},
        {"WAKE-1: purposes are two", purposes_are_two},
        {"WAKE-2: strangers wake nobody", strangers_wake_nobody},
        {"WAKE-2: a stranger's hello costs one MAC", a_strangers_hello_costs_one_mac},
        {"WAKE-3: wake-ups look unrelated", wake_ups_look_unrelated},
        {"WAKE-4: counters go up", counters_go_up},
        {"WAKE-4: counters are persistent", counters_are_persistent},
        {"WAKE-5: one wake-up allows one attempt", one_wake_up_allows_one_attempt},
        {"WAKE-6: an empty bucket slows sniffing", an_empty_bucket_slows_sniffing},
        {"WAKE-6: anything that reaches a sleeper costs",
         anything_that_reaches_a_sleeper_costs},
        {"WAKE-6: the bucket fills again", the_bucket_fills_again},
        {"AVL-2: attempts are budgeted", attempts_are_budgeted},
        {"AVL-2: proof fills the budget", proof_fills_the_budget},
        {"AVL-2: sessions cost their peer", sessions_cost_their_peer},
        {0},
    };
    return cr_init() ? 2 : suite_main("protocol/wake", cases);
}
