// test_patience.c - how long a peer waits, how often it tries, what it spends

#include "two.h"
#include <crypto/init.h>
#include <suite.h>

static struct two two;

static const struct tp_therapy faster = {70, 130, 2500, 1};

static void start(enum tp_role role)
{
    two_start(&two, role, NULL);
}

static void lose_all_of(uint8_t type)
{
    two.lose_type = type;
    two.lose_times = -1;
}

static struct tp_programmer_loot loot(void)
{
    struct tp_programmer_loot l;
    memset(&l, 0, sizeof l);
    tp_programmer_steal(two.prg, 0, &l);
    return l;
}

// PRG-2: 250 ms in the near field, and six tries more.
static void the_wand_is_tried_seven_times(void)
{
    start(TP_ROLE_CLINICIAN);
    lose_all_of(TP_PAIR_1);
    CU_ASSERT_EQUAL(two_pair(&two), -1);
    CU_ASSERT_EQUAL_FATAL(two.sent_count, 7);
    for (size_t i = 1; i < 7; i++)
        CU_ASSERT_EQUAL(two.sent[i].at_us - two.sent[i - 1].at_us, 250000);
    CU_ASSERT_EQUAL(two.bed.now_us - two.sent[6].at_us, 250000);
}

// PRG-2: a request is sent eight times more, 200 ms apart.
static void a_request_is_sent_nine_times(void)
{
    start(TP_ROLE_MONITOR);
    CU_ASSERT_EQUAL_FATAL(two_pair(&two), 1);
    CU_ASSERT_EQUAL_FATAL(two_open(&two, EP_READ_OUT), 1);
    lose_all_of(TP_RECORD);
    CU_ASSERT_EQUAL(two_command(&two, 0, TP_OP_STATUS, NULL, 0), -1);
    CU_ASSERT_EQUAL_FATAL(two.sent_count, 9);
    for (size_t i = 1; i < 9; i++)
        CU_ASSERT_EQUAL(two.sent[i].at_us - two.sent[i - 1].at_us, 200000);
    // And then there is no session to ask in.
    CU_ASSERT_EQUAL(two_command(&two, 0, TP_OP_STATUS, NULL, 0), -1);
    CU_ASSERT_EQUAL(two.sent_count, 0);
}

// PRG-2: a short burst first, then long ones, each waited out.
static void bursts_grow(void)
{
    start(TP_ROLE_MONITOR);
    CU_ASSERT_EQUAL_FATAL(two_pair(&two), 1);
    lose_all_of(TP_WAKE);
    CU_ASSERT_EQUAL(two_open(&two, EP_READ_OUT), -1);
    CU_ASSERT_EQUAL_FATAL(two.sent_count, 3); // as often as configured
    CU_ASSERT_EQUAL(two.sent[0].frame.repeat_us, 1200000);
    CU_ASSERT_EQUAL(two.sent[1].frame.repeat_us, 11000000);
    CU_ASSERT_EQUAL(two.sent[2].frame.repeat_us, 11000000);
    CU_ASSERT_EQUAL(two.sent[1].at_us - two.sent[0].at_us, 1300000);
    CU_ASSERT_EQUAL(two.sent[2].at_us - two.sent[1].at_us, 11100000);
}

// WAKE-7: a long burst finds an implant that was flooded into sniffing slowly.
static void a_flooded_implant_is_found(void)
{
    static const uint8_t junk[TP_WAKE_LEN] = {TP_WAKE};
    start(TP_ROLE_MONITOR);
    CU_ASSERT_EQUAL_FATAL(two_pair(&two), 1);
    for (int i = 0; i < 200; i++)
        bed_hear(&two.bed, EP_RF, junk, sizeof junk);
    CU_ASSERT_EQUAL(two.bed.sniff_us, TP_SNIFF_SLOW_US);
    CU_ASSERT_EQUAL(two_open(&two, EP_READ_OUT), 1);
    CU_ASSERT_EQUAL(two_count(&two, TP_WAKE), 2);
}

static uint32_t counter_of(const struct ep_frame *f, const struct tp_bond *bond)
{
    struct tp_wake w;
    uint32_t counter = 0;
    uint8_t purpose = 0;
    CU_ASSERT_EQUAL_FATAL(tp_wake_parse(f->bytes, f->len, &w), TP_OK);
    CU_ASSERT(tp_wake_authentic(&w, bond));
    tp_wake_open(&w, bond, &counter, &purpose, &all_controls);
    return counter;
}

// PRG-3: by one, and by 256 where an answer is missing.
static void counters_jump_after_silence(void)
{
    start(TP_ROLE_MONITOR);
    CU_ASSERT_EQUAL_FATAL(two_pair(&two), 1);
    struct tp_programmer_loot l = loot();
    lose_all_of(TP_WAKE);
    CU_ASSERT_EQUAL(two_open(&two, EP_READ_OUT), -1);
    static const uint32_t want[] = {1, 257, 513};
    for (size_t i = 0; i < 3; i++)
        CU_ASSERT_EQUAL(counter_of(&two.sent[i].frame, &l.bond), want[i]);
    two.lose_times = 0;
    CU_ASSERT_EQUAL(two_open(&two, EP_READ_OUT), 1);
    CU_ASSERT_EQUAL(counter_of(&two.sent[0].frame, &l.bond), 514);
}

// PRG-3: a token is spent once REPLY was read.
static void a_token_is_spent_by_reply(void)
{
    start(TP_ROLE_CLINICIAN);
    CU_ASSERT_EQUAL_FATAL(two_pair(&two), 1);
    CU_ASSERT_EQUAL(two_act(&two, EP_ACT_INTENT, NULL, 0), 1);
    CU_ASSERT(loot().have_token);
    two.config.tries = 1;
    lose_all_of(TP_HELLO);
    CU_ASSERT_EQUAL(two_open(&two, EP_THERAPY), -1);
    CU_ASSERT(loot().have_token);
    lose_all_of(TP_PROOF);
    CU_ASSERT_EQUAL(two_open(&two, EP_THERAPY), -1);
    CU_ASSERT(two_count(&two, TP_PROOF) > 0 && two_count(&two, TP_INTENT_ASK) > 0);
    two.lose_times = 0;
    CU_ASSERT_EQUAL(two_open(&two, EP_THERAPY), 1);
    CU_ASSERT_FALSE(loot().have_token);
}

// PRG-4: two requests each, also for what this implant has not.
static void writes_and_alarms_take_two_requests(void)
{
    static const uint8_t volume = 5, mu[2] = {100};
    start(TP_ROLE_CLINICIAN);
    CU_ASSERT_EQUAL_FATAL(two_pair(&two), 1);
    CU_ASSERT_EQUAL_FATAL(two_open(&two, EP_THERAPY), 1);
    CU_ASSERT_EQUAL(two_write(&two, faster), 1);
    CU_ASSERT_EQUAL(two_count(&two, TP_RECORD), 2);
    CU_ASSERT_EQUAL(two_command(&two, 0, TP_OP_ALARM, &volume, 1), 1);
    CU_ASSERT_EQUAL(two_count(&two, TP_RECORD), 2);
    CU_ASSERT_EQUAL(two_command(&two, 0, TP_OP_STATUS, NULL, 0), 1);
    CU_ASSERT_EQUAL(two_count(&two, TP_RECORD), 1);
    CU_ASSERT_EQUAL(two_command(&two, 0, TP_OP_BOLUS, mu, sizeof mu), -1);
    CU_ASSERT_EQUAL(two_count(&two, TP_RECORD), 2);
    CU_ASSERT_EQUAL_FATAL(two_open(&two, EP_THERAPY), 1);
    CU_ASSERT_EQUAL(two_command(&two, 0, TP_OP_SHOCK, NULL, 0), 1);
    CU_ASSERT_EQUAL(two_count(&two, TP_RECORD), 2);
}

int main(void)
{
    static const struct suite_case cases[] = {
        {"PRG-2: the wand is tried seven times", the_wand_is_tried_seven_times},
        {"PRG-2: a request is sent nine times", a_request_is_sent_nine_times},
        {"PRG-2: bursts grow", bursts_grow},
        {"WAKE-7: a flooded implant is found", a_flooded_implant_is_found},
        {"PRG-3: counters jump after silence", counters_jump_after_silence},
        {"PRG-3: a token is spent by REPLY", a_token_is_spent_by_reply},
        {"PRG-4: writes and alarms take two requests",
         writes_and_alarms_take_two_requests},
        {0},
    };
    return cr_init() ? 2 : suite_main("protocol/patience", cases);
}
