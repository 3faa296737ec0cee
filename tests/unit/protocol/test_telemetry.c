// test_telemetry.c - the report that an implant makes of its patient

#include "hand.h"
#include <crypto/init.h>
#include <suite.h>

static struct bed bed;
static struct hand h;
static uint8_t key[TP_ORIGIN_KEY_LEN]; // as the factory gives it to the server

static void start(enum tp_role role)
{
    bed_start(&bed, NULL);
    hand_make(&h, &bed, role, 1);
    tp_origin_key(key, bed.identity.s_priv);
    CU_ASSERT_FATAL(hand_pair(&h));
    CU_ASSERT_FATAL(hand_open(&h, EP_READ_OUT));
}

// Asks for a report; false if there is none that the server would believe.
static bool report(struct tp_report *out)
{
    return hand_ask(&h, TP_OP_REPORT, NULL, 0) == TP_STATUS_DONE &&
           tp_report_parse(h.answer.data, h.answer.len, out) == TP_OK &&
           tp_report_check(out, bed.identity.certificate.scope, key) == TP_OK;
}

static void it_says_what_is_in_force(void)
{
    static const uint8_t junk[TP_WAKE_LEN] = {TP_WAKE};
    struct tp_report r = {0};
    start(TP_ROLE_MONITOR);
    for (int i = 0; i < 3; i++)
        bed_hear(&bed, EP_RF, junk, sizeof junk);
    CU_ASSERT_EQUAL(hand_ask(&h, 0x00f0, NULL, 0), TP_STATUS_REFUSED);
    bed_pass(&bed, 9 * TP_SECOND);
    CU_ASSERT_FATAL(report(&r));
    CU_ASSERT(r.sequence == 1 && r.time_s == BED_TIME_S + 9);
    CU_ASSERT_EQUAL(memcmp(r.settings, bed.identity.settings, TP_SETTINGS_LEN), 0);
    CU_ASSERT(r.alarm == 3 && r.emergency == 0);
    CU_ASSERT_EQUAL(r.refused, 3);
    // What leaves is said to the bench as it is.
    const struct ep_output *o = bed_committed(&bed, EP_COMMIT_REPORT);
    CU_ASSERT_PTR_NOT_NULL_FATAL(o);
    CU_ASSERT_EQUAL_FATAL(o->commit.len, TP_REPORT_LEN);
    CU_ASSERT_EQUAL(memcmp(o->commit.args, h.answer.data, TP_REPORT_LEN), 0);
}

// NVM-1: a sequence number is in memory before it leaves.
static void the_number_is_written_first(void)
{
    struct tp_report r = {0};
    start(TP_ROLE_MONITOR);
    CU_ASSERT_FATAL(report(&r));
    CU_ASSERT(bed_place(&bed, EP_NVM) < bed_place(&bed, EP_COMMIT));
    CU_ASSERT(bed_place(&bed, EP_NVM) < bed_place(&bed, EP_SEND));
}

// NVM-3, TEL-2: wherever the power is cut, no number comes twice, and each is higher.
static void no_number_comes_twice(void)
{
    struct tp_report r = {0};
    uint32_t last = 0;
    start(TP_ROLE_MONITOR);
    for (int i = 0; i < 12; i++) {
        bed.cut_after = i % 3 ? BED_NEVER_CUT : 1;
        if (report(&r)) {
            CU_ASSERT(r.sequence > last);
            last = r.sequence;
        }
        bed.cut_after = BED_NEVER_CUT;
        if (i % 2)
            bed_boot(&bed);
        bed_pass(&bed, TP_PREEMPT_IDLE_US);
        CU_ASSERT_FATAL(hand_open(&h, EP_READ_OUT));
    }
    CU_ASSERT(report(&r) && r.sequence > last && last > 0);
}

// NVM-4: one write serves for sixteen reports; a start goes on behind them.
static void reading_hardly_wears_memory(void)
{
    struct tp_report r = {0};
    unsigned writes = 0;
    start(TP_ROLE_MONITOR);
    for (int i = 0; i < 10 * TP_REPORT_STRIDE; i++) {
        CU_ASSERT(report(&r));
        writes += bed.writes;
    }
    CU_ASSERT(r.sequence == 10 * TP_REPORT_STRIDE && writes == 10);
    CU_ASSERT(report(&r));
    bed_boot(&bed);
    CU_ASSERT_FATAL(hand_open(&h, EP_READ_OUT));
    CU_ASSERT(report(&r));
    CU_ASSERT_EQUAL(r.sequence, 11 * TP_REPORT_STRIDE + 1);
}

// TEL-2: rather none than one that was there before.
static void numbers_end(void)
{
    enum { AT_REPORTS = 384 };
    struct tp_report r = {0};
    start(TP_ROLE_MONITOR);
    memset(bed.nvm + AT_REPORTS, 0xff, 4);
    bed.nvm[AT_REPORTS] = 0xe0;
    bed_boot(&bed);
    CU_ASSERT_FATAL(hand_open(&h, EP_READ_OUT));
    for (int i = 0; i < TP_REPORT_STRIDE; i++)
        CU_ASSERT(report(&r));
    CU_ASSERT_EQUAL(r.sequence, UINT32_MAX - TP_REPORT_STRIDE + 1);
    CU_ASSERT_FALSE(report(&r));
    bed_boot(&bed);
    CU_ASSERT_FATAL(hand_open(&h, EP_READ_OUT));
    CU_ASSERT_FALSE(report(&r));
}

// CMD-7: a report is too long to be kept: asked for again, it is another.
static void the_same_question_gives_another_report(void)
{
    struct tp_report first = {0}, second = {0};
    start(TP_ROLE_MONITOR);
    CU_ASSERT_FATAL(report(&first));
    h.request--;
    CU_ASSERT_FATAL(report(&second));
    CU_ASSERT_EQUAL(second.sequence, first.sequence + 1);
}

// CMD-3: who may not read gets none.
static void who_may_not_read_gets_none(void)
{
    struct tp_report r = {0};
    start(TP_ROLE_PATIENT);
    CU_ASSERT_FALSE(report(&r));
    CU_ASSERT_PTR_NULL(bed_committed(&bed, EP_COMMIT_REPORT));
}

// Another implant's key makes another's word of it.
static void no_other_implant_could_have_said_it(void)
{
    uint8_t other[CR_DH_LEN] = {1};
    struct tp_report r = {0};
    start(TP_ROLE_MONITOR);
    tp_origin_key(key, other);
    CU_ASSERT_FALSE(report(&r));
}

int main(void)
{
    static const struct suite_case cases[] = {
        {"TEL-1: a report says what is in force", it_says_what_is_in_force},
        {"NVM-1: its number is written first", the_number_is_written_first},
        {"TEL-2: no number comes twice", no_number_comes_twice},
        {"NVM-4: reading hardly wears memory", reading_hardly_wears_memory},
        {"TEL-2: numbers end", numbers_end},
        {"CMD-7: the same question gives another report",
         the_same_question_gives_another_report},
        {"CMD-3: who may not read gets none", who_may_not_read_gets_none},
        {"TEL-1: no other implant could have said it",
         no_other_implant_could_have_said_it},
        {0},
    };
    return cr_init() ? 2 : suite_main("protocol/telemetry", cases);
}
