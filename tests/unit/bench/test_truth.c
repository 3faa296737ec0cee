// Commits planted by hand: each breaks the invariants it is meant to, and no other.

#include "stage.h"
#include <bench/truth.h>
#include <crypto/init.h>
#include <protocol/body.h>
#include <suite.h>

static struct hx_bench b;
static const uint8_t loud[] = {5}, quiet[] = {1};

// A hundred seconds in, with the programmer's wand over the implant a moment ago.
static void begin(void)
{
    stage_set(&b, NULL);
    b.now_us = 100 * TP_SECOND;
    b.truth.presence_us[HX_NODE_PROGRAMMER][0] = b.now_us;
}

static struct hx_issue *ask(uint16_t commit, const uint8_t *args, size_t len)
{
    struct hx_issue *i =
        hx_truth_issue(&b, HX_NODE_PROGRAMMER, HX_NODE_IMPLANT, commit, args, len);
    CU_ASSERT_PTR_NOT_NULL_FATAL(i);
    return i;
}

static struct hx_issue *ask_alarm(void)
{
    return ask(EP_COMMIT_ALARM, loud, sizeof loud);
}

static void do_alarm(void)
{
    hx_truth_commit(&b, HX_NODE_IMPLANT, EP_COMMIT_ALARM, loud, sizeof loud);
}

// Therapy that starts as 60..130 per minute at 2500 mV.
static const struct tp_therapy moderate = {70, 120, 3000, 1};

static struct hx_issue *ask_therapy(struct tp_therapy t)
{
    uint8_t args[TP_THERAPY_LEN];
    tp_therapy_build(&t, args);
    return ask(EP_COMMIT_THERAPY, args, sizeof args);
}

static void do_therapy(struct tp_therapy t)
{
    uint8_t args[TP_THERAPY_LEN];
    tp_therapy_build(&t, args);
    hx_truth_commit(&b, HX_NODE_IMPLANT, EP_COMMIT_THERAPY, args, sizeof args);
}

static void lawful_commits_break_nothing(void)
{
    begin();
    unsigned before = (unsigned)b.truth.commits; // of the start
    ask_alarm();
    do_alarm();
    ask_therapy(moderate);
    do_therapy(moderate);
    CU_ASSERT_EQUAL(b.truth.violated, 0);
    CU_ASSERT_EQUAL(b.truth.commits, before + 2);
    CU_ASSERT_EQUAL(b.truth.wrong_therapy, 0);
    CU_ASSERT_EQUAL(b.truth.first[0], '\0');
}

static void what_nobody_asked_for(void)
{
    begin();
    do_alarm();
    CU_ASSERT_EQUAL(b.truth.violated, ONLY(HX_I1));
    CU_ASSERT_EQUAL(b.truth.wrong_therapy, 1);

    // Therapy needs a person's intent besides.
    begin();
    do_therapy(moderate);
    CU_ASSERT_EQUAL(b.truth.violated, ONLY(HX_I1) | ONLY(HX_I7));
}

static void what_was_asked_for_otherwise(void)
{
    begin();
    ask(EP_COMMIT_ALARM, quiet, sizeof quiet);
    do_alarm();
    CU_ASSERT_EQUAL(b.truth.violated, ONLY(HX_I1));

    begin(); // of another implant
    ask_alarm();
    hx_truth_commit(&b, HX_NODE_OTHER, EP_COMMIT_ALARM, loud, sizeof loud);
    CU_ASSERT_EQUAL(b.truth.violated, ONLY(HX_I1));
}

static void what_is_done_twice(void)
{
    begin();
    ask_alarm();
    do_alarm();
    do_alarm();
    CU_ASSERT_EQUAL(b.truth.violated, ONLY(HX_I1) | ONLY(HX_I2));

    begin(); // asked for twice, it may be done twice
    ask_alarm();
    ask_alarm();
    do_alarm();
    do_alarm();
    CU_ASSERT_EQUAL(b.truth.violated, 0);
}

static void what_comes_when_the_act_is_over(void)
{
    begin();
    ask_alarm();
    hx_truth_close(&b, HX_NODE_PROGRAMMER);
    b.now_us += TP_SECOND / 2; // the last frame may still have been on the air
    do_alarm();
    CU_ASSERT_EQUAL(b.truth.violated, 0);

    begin();
    ask_alarm();
    hx_truth_close(&b, HX_NODE_PROGRAMMER);
    b.now_us += TP_SECOND / 2 + 1;
    do_alarm();
    CU_ASSERT_EQUAL(b.truth.violated, ONLY(HX_I1));
}

static void an_act_ends_for_its_own_node_only(void)
{
    begin();
    ask_alarm();
    hx_truth_close(&b, HX_NODE_MONITOR);
    b.now_us += 10 * TP_SECOND;
    do_alarm();
    CU_ASSERT_EQUAL(b.truth.violated, 0);
}

static void who_is_not_entitled(void)
{
    begin();
    ask_alarm()->entitled = false;
    do_alarm();
    CU_ASSERT_EQUAL(b.truth.violated, ONLY(HX_I1));
    CU_ASSERT_EQUAL(b.truth.wrong_therapy, 1);
}

static void whose_role_does_not_allow_it(void)
{
    begin();
    ask_alarm()->role = false;
    do_alarm();
    CU_ASSERT_EQUAL(b.truth.violated, ONLY(HX_I1) | ONLY(HX_I7));
}

static void who_was_not_there(void)
{
    begin();
    b.truth.presence_us[HX_NODE_PROGRAMMER][0] = EP_NEVER;
    ask_therapy(moderate);
    do_therapy(moderate);
    CU_ASSERT_EQUAL(b.truth.violated, ONLY(HX_I7));

    begin(); // or too long ago
    b.now_us += TP_INTENT_AGE_US + TP_SECOND + 1;
    ask_therapy(moderate);
    do_therapy(moderate);
    CU_ASSERT_EQUAL(b.truth.violated, ONLY(HX_I7));

    begin(); // the alarm needs nobody's presence
    b.truth.presence_us[HX_NODE_PROGRAMMER][0] = EP_NEVER;
    ask_alarm();
    do_alarm();
    CU_ASSERT_EQUAL(b.truth.violated, 0);
}

// One lawfully asked write; the words name the limit that it broke.
static void write_breaks(struct tp_therapy t, const char *words)
{
    begin();
    ask_therapy(t);
    do_therapy(t);
    CU_ASSERT_EQUAL(b.truth.violated, words ? ONLY(HX_I3) : 0);
    if (words)
        CU_ASSERT_PTR_NOT_NULL(strstr(b.truth.first, words));
}

static void values_out_of_their_range(void)
{
    write_breaks((struct tp_therapy){29, 130, 2500, 1}, "range");
    write_breaks((struct tp_therapy){30, 130, 2500, 1}, NULL);
    write_breaks((struct tp_therapy){60, 79, 2500, 1}, "range");
    write_breaks((struct tp_therapy){60, 130, 499, 1}, "range");
    write_breaks((struct tp_therapy){60, 130, 500, 1}, NULL);
    write_breaks((struct tp_therapy){60, 130, 2500, 3}, "range");
}

static void rates_that_contradict(void)
{
    write_breaks((struct tp_therapy){91, 100, 2500, 1}, "contradict");
    write_breaks((struct tp_therapy){90, 100, 2500, 1}, NULL);
}

static void values_that_move_too_far(void)
{
    write_breaks((struct tp_therapy){101, 130, 2500, 1}, "too far");
    write_breaks((struct tp_therapy){100, 130, 2500, 1}, NULL);
    write_breaks((struct tp_therapy){60, 171, 2500, 1}, "too far");
    write_breaks((struct tp_therapy){60, 130, 5001, 1}, "too far");
    write_breaks((struct tp_therapy){60, 130, 5000, 1}, NULL);
}

static void the_ramp_begins_where_the_last_write_ended(void)
{
    begin();
    for (uint16_t lower = 80; lower <= 120; lower = (uint16_t)(lower + 20)) {
        struct tp_therapy t = {lower, 130, 2500, 1};
        ask_therapy(t);
        do_therapy(t);
    }
    CU_ASSERT_EQUAL(b.truth.violated, 0);
}

// Three writes in a row, then one more after a while.
static void fourth_write(uint64_t after_us)
{
    begin();
    for (int i = 0; i < 4; i++) {
        if (i == TP_WRITES_MAX)
            b.now_us += after_us;
        b.truth.presence_us[HX_NODE_PROGRAMMER][0] = b.now_us;
        ask_therapy(moderate);
        do_therapy(moderate);
    }
}

static void writes_too_often(void)
{
    fourth_write(TP_WRITES_WINDOW_S * TP_SECOND - 1);
    CU_ASSERT_EQUAL(b.truth.violated, ONLY(HX_I3));
    CU_ASSERT_PTR_NOT_NULL(strstr(b.truth.first, "often"));
    fourth_write(TP_WRITES_WINDOW_S * TP_SECOND);
    CU_ASSERT_EQUAL(b.truth.violated, 0);
}

static void pulses_are_counted_by_their_gaps(void)
{
    begin();
    b.truth.last_pace_us = b.now_us;
    b.now_us += 900000;
    hx_truth_commit(&b, HX_NODE_IMPLANT, EP_COMMIT_PACE, NULL, 0);
    CU_ASSERT_EQUAL(b.truth.longest_gap_us, 900000);
    b.truth.inhibited = true; // none is needed
    b.now_us += 5 * TP_SECOND;
    hx_truth_commit(&b, HX_NODE_IMPLANT, EP_COMMIT_PACE, NULL, 0);
    CU_ASSERT_EQUAL(b.truth.longest_gap_us, 900000);
    CU_ASSERT_EQUAL(b.truth.violated, 0);
}

static void an_emergency_needs_asking_and_ends_by_itself(void)
{
    static const uint8_t inhibit[] = {EP_INHIBIT}, over[] = {0};
    begin();
    ask(EP_COMMIT_EMERGENCY, inhibit, 1);
    hx_truth_commit(&b, HX_NODE_IMPLANT, EP_COMMIT_EMERGENCY, inhibit, 1);
    CU_ASSERT_TRUE(b.truth.inhibited);
    hx_truth_commit(&b, HX_NODE_IMPLANT, EP_COMMIT_EMERGENCY, over, 1);
    CU_ASSERT_FALSE(b.truth.inhibited);
    CU_ASSERT_EQUAL(b.truth.violated, 0);

    begin();
    hx_truth_commit(&b, HX_NODE_IMPLANT, EP_COMMIT_EMERGENCY, inhibit, 1);
    CU_ASSERT_EQUAL(b.truth.violated, ONLY(HX_I1) | ONLY(HX_I7));
}

static void alerts_are_nobodys(void)
{
    static const uint8_t reason[] = {1};
    begin();
    hx_truth_commit(&b, HX_NODE_IMPLANT, EP_COMMIT_ALERT, reason, 1);
    CU_ASSERT_EQUAL(b.truth.alerts, 1);
    CU_ASSERT_EQUAL(b.truth.violated, 0);
}

static void a_commit_of_no_known_kind(void)
{
    begin();
    hx_truth_commit(&b, HX_NODE_IMPLANT, 0xffff, loud, sizeof loud);
    CU_ASSERT_EQUAL(b.truth.violated, ONLY(HX_I1));
}

static void the_first_words_are_kept(void)
{
    begin();
    hx_truth_violate(&b, HX_I4, "first %d", 1);
    hx_truth_violate(&b, HX_I5, "second");
    CU_ASSERT_EQUAL(b.truth.violated, ONLY(HX_I4) | ONLY(HX_I5));
    CU_ASSERT_STRING_EQUAL(b.truth.first, "first 1");
}

static void acts_without_room_are_told(void)
{
    uint8_t wide[sizeof b.truth.issues[0].args + 1] = {0};
    begin();
    CU_ASSERT_PTR_NULL(hx_truth_issue(&b, HX_NODE_PROGRAMMER, HX_NODE_IMPLANT,
                                      EP_COMMIT_ALARM, wide, sizeof wide));
    for (int i = 0; i < HX_ISSUES_MAX; i++)
        ask_alarm();
    CU_ASSERT_PTR_NULL(hx_truth_issue(&b, HX_NODE_PROGRAMMER, HX_NODE_IMPLANT,
                                      EP_COMMIT_ALARM, loud, sizeof loud));
}

static const struct suite_case cases[] = {
    {"lawful commits break nothing", lawful_commits_break_nothing},
    {"what nobody asked for breaks I1, therapy I7 too", what_nobody_asked_for},
    {"other arguments or another implant break I1", what_was_asked_for_otherwise},
    {"what is done twice breaks I1 and I2, if asked for once", what_is_done_twice},
    {"what comes after its act is over breaks I1", what_comes_when_the_act_is_over},
    {"an act ends for its own node only", an_act_ends_for_its_own_node_only},
    {"who is not entitled breaks I1", who_is_not_entitled},
    {"whose role does not allow it breaks I1 and I7", whose_role_does_not_allow_it},
    {"who was not there breaks I7, where presence is needed", who_was_not_there},
    {"values out of their range break I3", values_out_of_their_range},
    {"rates that contradict break I3", rates_that_contradict},
    {"values that move too far break I3", values_that_move_too_far},
    {"the ramp begins where the last write ended",
     the_ramp_begins_where_the_last_write_ended},
    {"writes too often break I3", writes_too_often},
    {"pulses are counted by their gaps", pulses_are_counted_by_their_gaps},
    {"an emergency needs asking, and ends by itself",
     an_emergency_needs_asking_and_ends_by_itself},
    {"alerts are nobody's", alerts_are_nobodys},
    {"a commit of no known kind breaks I1", a_commit_of_no_known_kind},
    {"the first words are kept", the_first_words_are_kept},
    {"acts without room are told", acts_without_room_are_told},
    {0}};

int main(void)
{
    return cr_init() ? 2 : suite_main("bench truth", cases);
}
