// A pump's commits planted by hand: the limits of infusion and bolus, and what reaches
// the patient.

#include "stage.h"
#include <bench/truth.h>
#include <crypto/bytes.h>
#include <crypto/init.h>
#include <matrix/honest.h>
#include <oracle/oracle.h>
#include <protocol/body.h>
#include <scenario/load.h>
#include <suite.h>

static struct hx_bench b;

static const struct hx_cast pump = {.pump = true, .dependent = true, .tries = 2};

// Infusion that starts as 840 mU/h, at most 5 U at once and 50 U a day, no remote.
static const struct tp_infusion usual = {840, 5000, 5000, 0};

static void begin(void)
{
    stage_set(&b, &pump);
    b.truth.presence_us[HX_NODE_PROGRAMMER][0] = b.now_us;
}

static void asked_and_done(uint16_t commit, const uint8_t *args, size_t len)
{
    b.truth.presence_us[HX_NODE_PROGRAMMER][0] = b.now_us;
    CU_ASSERT_PTR_NOT_NULL_FATAL(
        hx_truth_issue(&b, HX_NODE_PROGRAMMER, HX_NODE_IMPLANT, commit, args, len));
    hx_truth_commit(&b, HX_NODE_IMPLANT, commit, args, len);
}

static void infuse(struct tp_infusion t)
{
    uint8_t args[TP_THERAPY_LEN];
    tp_infusion_build(&t, args);
    asked_and_done(EP_COMMIT_INFUSION, args, sizeof args);
}

static void bolus(uint16_t mu)
{
    uint8_t args[2];
    struct wr w = wr_of(args, sizeof args);
    wr_u16(&w, mu);
    asked_and_done(EP_COMMIT_BOLUS, args, sizeof args);
}

// What is asked for and done breaks this limit, and nothing else; or none.
static void broke(const char *words)
{
    CU_ASSERT_EQUAL(b.truth.violated, words ? ONLY(HX_I3) : 0);
    if (words)
        CU_ASSERT_PTR_NOT_NULL(strstr(b.truth.first, words));
}

static void write_breaks(struct tp_infusion t, const char *words)
{
    begin();
    infuse(t);
    broke(words);
}

// --- I3 ---

static void values_out_of_their_range(void)
{
    write_breaks(usual, NULL);
    write_breaks((struct tp_infusion){5001, 5000, 5000, 0}, "range");
    write_breaks((struct tp_infusion){840, 25001, 5000, 0}, "range");
    write_breaks((struct tp_infusion){840, 5000, 10001, 0}, "range");
    write_breaks((struct tp_infusion){840, 5000, 10000, 0}, NULL);
    write_breaks((struct tp_infusion){840, 5000, 5000, 2}, "range");
    write_breaks((struct tp_infusion){840, 5000, 5000, 1}, NULL);
}

static void doses_that_contradict(void)
{
    write_breaks((struct tp_infusion){840, 5000, 2016, 0}, NULL);
    write_breaks((struct tp_infusion){840, 5000, 2015, 0}, "contradict");
    write_breaks((struct tp_infusion){0, 5000, 500, 0}, NULL);
    write_breaks((struct tp_infusion){0, 5000, 499, 0}, "contradict");
}

static void values_that_move_too_far(void)
{
    write_breaks((struct tp_infusion){1840, 5000, 5000, 0}, NULL);
    write_breaks((struct tp_infusion){1841, 5000, 5000, 0}, "too far");
    write_breaks((struct tp_infusion){840, 10000, 5000, 0}, NULL);
    write_breaks((struct tp_infusion){840, 10001, 5000, 0}, "too far");
    begin(); // each write begins where the last one ended
    infuse((struct tp_infusion){1500, 5000, 10000, 0});
    infuse((struct tp_infusion){2500, 5000, 10000, 0});
    broke(NULL);
}

static void a_bolus_has_its_greatest(void)
{
    begin();
    bolus(5000);
    broke(NULL);
    begin();
    bolus(5001);
    broke("above the greatest");
    begin(); // as the clinic has set it
    infuse((struct tp_infusion){840, 6000, 5000, 0});
    bolus(5001);
    broke(NULL);
}

// Boluses of five units, as often as is allowed.
static void boluses(size_t count)
{
    for (size_t i = 0; i < count; i++) {
        bolus(5000);
        b.now_us += TP_WRITES_WINDOW_S * TP_SECOND;
    }
}

static void a_day_has_its_greatest(void)
{
    begin();
    boluses(10);
    broke(NULL);
    bolus(1);
    broke("a day allows");

    begin();
    boluses(10);
    b.now_us += TP_DAY_S * TP_SECOND - 10 * TP_WRITES_WINDOW_S * TP_SECOND;
    boluses(10); // on the next
    broke(NULL);
}

// Three of each, counted apart.
static void changes_and_boluses_too_often(void)
{
    for (int again = 0; again < 2; again++) {
        begin();
        for (uint16_t i = 0; i < 3; i++) {
            infuse((struct tp_infusion){(uint16_t)(840 + i), 5000, 5000, 0});
            bolus((uint16_t)(100 + i));
        }
        broke(NULL);
        b.now_us += TP_WRITES_WINDOW_S * TP_SECOND - 1;
        if (again)
            infuse(usual);
        else
            bolus(300);
        broke("too often");
    }
}

// --- I1, I7 ---

static void what_nobody_asked_for(void)
{
    uint8_t args[TP_THERAPY_LEN];
    static const uint8_t unit[] = {0xe8, 3};
    begin();
    hx_truth_commit(&b, HX_NODE_IMPLANT, EP_COMMIT_BOLUS, unit, sizeof unit);
    CU_ASSERT_EQUAL(b.truth.violated, ONLY(HX_I1));
    CU_ASSERT_EQUAL(b.truth.wrong_therapy, 1);
    begin(); // infusion is the clinic's, at the bedside
    tp_infusion_build(&usual, args);
    hx_truth_commit(&b, HX_NODE_IMPLANT, EP_COMMIT_INFUSION, args, sizeof args);
    CU_ASSERT_EQUAL(b.truth.violated, ONLY(HX_I1) | ONLY(HX_I7));
}

static void a_remote_may_what_the_clinic_has_set(void)
{
    begin();
    CU_ASSERT_FALSE(hx_truth_remote(&b));
    infuse((struct tp_infusion){840, 5000, 5000, 1});
    CU_ASSERT(hx_truth_remote(&b));
    infuse(usual);
    CU_ASSERT_FALSE(hx_truth_remote(&b));
}

// --- I4 ---

static void doses_that_fail_to_come(void)
{
    begin();
    hx_oracle_judge(&b);
    uint64_t last = b.truth.last_pace_us;
    b.now_us = last + 3 * TP_DOSE_US;
    hx_truth_commit(&b, HX_NODE_IMPLANT, EP_COMMIT_DOSE, NULL, 0);
    hx_oracle_judge(&b);
    CU_ASSERT_EQUAL(b.truth.violated, 0);
    b.now_us += 3 * TP_DOSE_US + 1;
    hx_truth_commit(&b, HX_NODE_IMPLANT, EP_COMMIT_DOSE, NULL, 0);
    hx_oracle_judge(&b);
    CU_ASSERT_EQUAL(b.truth.violated, ONLY(HX_I4));
}

static void doses_that_come_too_soon(void)
{
    begin();
    hx_truth_commit(&b, HX_NODE_IMPLANT, EP_COMMIT_DOSE, NULL, 0);
    b.now_us += TP_DOSE_US * 9 / 10;
    hx_truth_commit(&b, HX_NODE_IMPLANT, EP_COMMIT_DOSE, NULL, 0);
    CU_ASSERT_EQUAL(b.truth.violated, 0);
    b.now_us += TP_DOSE_US * 9 / 10 - 1;
    hx_truth_commit(&b, HX_NODE_IMPLANT, EP_COMMIT_DOSE, NULL, 0);
    CU_ASSERT_EQUAL(b.truth.violated, ONLY(HX_I4));
}

// --- the patient ---

static void is_effect(size_t i, enum hx_effect_kind kind, uint64_t value)
{
    CU_ASSERT_FATAL(i < b.truth.effect_count);
    CU_ASSERT_EQUAL(b.truth.effects[i].kind, kind);
    CU_ASSERT_EQUAL(b.truth.effects[i].value, value);
}

static void insulin_reaches_the_patient(void)
{
    static const uint8_t inhibit[] = {EP_INHIBIT}, over[] = {0}, on[] = {1},
                         off[] = {0};
    begin();
    infuse((struct tp_infusion){900, 5000, 5000, 0});
    bolus(1500);
    asked_and_done(EP_COMMIT_EMERGENCY, inhibit, 1);
    hx_truth_commit(&b, HX_NODE_IMPLANT, EP_COMMIT_EMERGENCY, over, 1);
    hx_truth_commit(&b, HX_NODE_IMPLANT, EP_COMMIT_BACKUP, on, 1);
    hx_truth_commit(&b, HX_NODE_IMPLANT, EP_COMMIT_BACKUP, off, 1);
    CU_ASSERT_EQUAL(b.truth.effect_count, 6);
    is_effect(0, HX_EFFECT_BASAL, 900);
    is_effect(1, HX_EFFECT_BOLUS, 1500);
    is_effect(2, HX_EFFECT_SUSPEND, 1);
    is_effect(3, HX_EFFECT_SUSPEND, 0);
    is_effect(4, HX_EFFECT_SUSPEND, 1);
    is_effect(5, HX_EFFECT_SUSPEND, 0);
    CU_ASSERT_EQUAL(b.truth.effects[1].at_us, b.now_us);
    broke(NULL);
}

static void doses_that_do_not_come_are_felt(void)
{
    begin();
    uint64_t last = b.truth.last_pace_us;
    b.now_us = last + TP_DOSE_US;
    bolus(100); // given meanwhile
    b.now_us = last + 4 * TP_DOSE_US;
    hx_truth_commit(&b, HX_NODE_IMPLANT, EP_COMMIT_DOSE, NULL, 0);
    CU_ASSERT_EQUAL(b.truth.effect_count, 3);
    is_effect(0, HX_EFFECT_SUSPEND, 1);
    is_effect(1, HX_EFFECT_BOLUS, 100);
    is_effect(2, HX_EFFECT_SUSPEND, 0);
    CU_ASSERT_EQUAL(b.truth.effects[0].at_us, last);
    CU_ASSERT_EQUAL(b.truth.effects[2].at_us, b.now_us);
}

static void another_patient_feels_nothing(void)
{
    static const uint8_t unit[] = {0xe8, 3};
    begin();
    hx_truth_commit(&b, HX_NODE_OTHER, EP_COMMIT_BOLUS, unit, sizeof unit);
    CU_ASSERT_EQUAL(b.truth.effect_count, 0);
}

static void a_full_list_keeps_its_beginning_and_its_newest(void)
{
    static const uint8_t inhibit[] = {EP_INHIBIT}, over[] = {0};
    begin();
    bolus(1);
    for (int i = 0; i < HX_EFFECTS_MAX; i++) {
        b.now_us++;
        hx_truth_commit(&b, HX_NODE_IMPLANT, EP_COMMIT_EMERGENCY,
                        i % 2 ? over : inhibit, 1);
    }
    CU_ASSERT_EQUAL(b.truth.effect_count, HX_EFFECTS_MAX);
    is_effect(0, HX_EFFECT_BOLUS, 1);
    is_effect(HX_EFFECTS_MAX - 1, HX_EFFECT_SUSPEND, 0);
    CU_ASSERT_EQUAL(b.truth.effects[HX_EFFECTS_MAX - 1].at_us, b.now_us);
}

// --- a real pump ---

static int does(enum hx_verb verb, int64_t value)
{
    struct hx_step s;
    hx_step_blank(HX_ACTOR_PROGRAMMER, verb, &s);
    s.purpose = HX_PURPOSE_THERAPY;
    s.value = s.therapy.basal_mu_h = value;
    return hx_honest_step(&b, &s);
}

static void a_clinics_insulin_is_given(void)
{
    begin();
    hx_bench_run(&b, TP_SECOND / 2);
    CU_ASSERT_EQUAL_FATAL(does(HX_DO_PAIR, 0), 1);
    CU_ASSERT_EQUAL_FATAL(does(HX_DO_OPEN, 0), 1);
    CU_ASSERT_EQUAL(does(HX_DO_WRITE, 1000), 1);
    CU_ASSERT_EQUAL(does(HX_DO_BOLUS, 700), 1);
    CU_ASSERT_EQUAL(b.truth.effect_count, 2);
    is_effect(0, HX_EFFECT_BASAL, 1000);
    is_effect(1, HX_EFFECT_BOLUS, 700);
    hx_bench_run(&b, b.now_us + 10 * TP_DOSE_US);
    hx_oracle_judge(&b);
    CU_ASSERT_EQUAL(b.truth.violated, 0);
}

static const struct suite_case cases[] = {
    {"values out of their range break I3", values_out_of_their_range},
    {"doses that contradict break I3", doses_that_contradict},
    {"values that move too far break I3", values_that_move_too_far},
    {"a bolus has its greatest, or breaks I3", a_bolus_has_its_greatest},
    {"a day has its greatest, or breaks I3", a_day_has_its_greatest},
    {"changes and boluses too often break I3", changes_and_boluses_too_often},
    {"what nobody asked for breaks I1, infusion I7 too", what_nobody_asked_for},
    {"a remote may what the clinic has set", a_remote_may_what_the_clinic_has_set},
    {"doses that fail to come break I4", doses_that_fail_to_come},
    {"doses that come too soon break I4", doses_that_come_too_soon},
    {"insulin reaches the patient, and its lack", insulin_reaches_the_patient},
    {"doses that do not come are felt from the last one on",
     doses_that_do_not_come_are_felt},
    {"another patient feels nothing", another_patient_feels_nothing},
    {"a full list keeps its beginning and its newest",
     a_full_list_keeps_its_beginning_and_its_newest},
    {"a clinic's insulin is given, and breaks nothing", a_clinics_insulin_is_given},
    {0}};

int main(void)
{
    return cr_init() ? 2 : suite_main("bench pump", cases);
}
