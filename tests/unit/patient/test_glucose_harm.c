// From a pump's effects to the patient, against the same minutes lived by hand.

#include <CUnit/CUnit.h>
#include <math.h>
#include <patient/glucose.h>
#include <suite.h>

#define MINUTE UINT64_C(60000000)
#define HOUR   (60 * MINUTE)

enum { EIGHT_H_MIN = 480 };

static const char *const names[] = {"adolescent#001", "adult#001", "child#001"};
enum { PEOPLE = sizeof names / sizeof names[0] };

static struct hx_glucose_patient person(const char *name, uint16_t meal_g)
{
    struct hx_glucose_patient p = {hx_glucose_params_of(name), meal_g, HOUR};
    CU_ASSERT_PTR_NOT_NULL_FATAL(p.params);
    return p;
}

static struct hx_effect effect(uint64_t at_us, uint8_t kind, uint64_t value)
{
    return (struct hx_effect){.at_us = at_us, .kind = kind, .value = value};
}

// A run of ten minutes, and eight hours of living on.
static struct hx_harm harm(const struct hx_effect *e, size_t n, const char *name,
                           uint16_t meal_g)
{
    struct hx_harm out = {.battery_days_lost = 77, .missed_therapies = 77};
    struct hx_glucose_patient p = person(name, meal_g);
    hx_glucose_harm(e, n, &p, 10 * MINUTE, HX_GLUCOSE_LIVE_ON_US, &out);
    CU_ASSERT_EQUAL(out.patient, HX_PATIENT_GLUCOSE);
    CU_ASSERT_EQUAL(out.battery_days_lost, 0);
    CU_ASSERT_EQUAL(out.missed_therapies, 0);
    return out;
}

static bool harm_is(struct hx_harm h, uint32_t nadir, uint32_t below, uint32_t above)
{
    return h.nadir_mg_dl == nadir && h.below_54_min == below &&
           h.above_250_min == above;
}

static bool same(struct hx_harm a, struct hx_harm b)
{
    return harm_is(a, b.nadir_mg_dl, b.below_54_min, b.above_250_min);
}

static void an_honest_pump_does_no_harm(void)
{
    static const uint32_t basal[PEOPLE] = {149, 139, 141};
    for (int i = 0; i < PEOPLE; i++) {
        CU_ASSERT(harm_is(harm(NULL, 0, names[i], 0), basal[i], 0, 0));
        struct hx_harm fed = harm(NULL, 0, names[i], 50);
        CU_ASSERT(harm_is(fed, fed.nadir_mg_dl, 0, 0));
        CU_ASSERT(fed.nadir_mg_dl > 54);
    }
}

// What one person lives through, minute by minute.
struct by_hand {
    const char *name;
    int from, to;   // minutes
    double first_u; // in the fifth minute
    double infusion_u_min;
    double meal_g; // an hour after the tenth
};

static struct hx_harm live(const struct by_hand *b)
{
    struct hx_glucose g;
    struct hx_harm h = {0};
    hx_glucose_init(&g, hx_glucose_params_of(b->name));
    double nadir = hx_glucose_blood_mg_dl(&g);
    for (int m = b->from; m < b->to; m++) {
        double first_u = m == 5 ? b->first_u : 0;
        double carbs_g = m >= 70 && m < 70 + b->meal_g / 5 ? 5 : 0;
        hx_glucose_step(&g, carbs_g, b->infusion_u_min + first_u);
        double mg_dl = hx_glucose_blood_mg_dl(&g);
        nadir = fmin(nadir, mg_dl);
        h.below_54_min += mg_dl < 54;
        h.above_250_min += mg_dl > 250;
    }
    h.nadir_mg_dl = (uint32_t)lround(nadir);
    return h;
}

// From the fifth minute to the end.
static struct hx_harm lived(const char *name, double first_u, double infusion_u_min,
                            double meal_g)
{
    return live(
        &(struct by_hand){name, 5, 10 + EIGHT_H_MIN, first_u, infusion_u_min, meal_g});
}

static void a_bolus_flows_in_its_minute(void)
{
    const char *who = names[0];
    double basal = hx_glucose_basal_u_min(hx_glucose_params_of(who));
    const struct hx_effect e[] = {effect(5 * MINUTE, HX_EFFECT_BOLUS, 6000),
                                  effect(6 * MINUTE - 1, HX_EFFECT_BOLUS, 4000)};
    struct hx_harm h = harm(e, 2, who, 0);
    CU_ASSERT(same(h, lived(who, 10, basal, 0)));
    CU_ASSERT(h.nadir_mg_dl < 54 && h.below_54_min > 60 && h.above_250_min == 0);

    // So much that the end comes first: a minute earlier would be a minute more.
    const struct hx_effect late[] = {effect(3 * MINUTE, HX_EFFECT_SUSPEND, 0),
                                     effect(5 * MINUTE, HX_EFFECT_BOLUS, 25000)};
    h = harm(late, 2, who, 0);
    CU_ASSERT(same(h, lived(who, 25, basal, 0)));
    CU_ASSERT(h.below_54_min > 300);
}

static void suspension_stops_the_infusion_until_it_ends(void)
{
    const char *who = names[0];
    struct hx_effect e[] = {effect(5 * MINUTE, HX_EFFECT_SUSPEND, 1),
                            effect(6 * MINUTE, HX_EFFECT_SUSPEND, 0)};
    struct hx_harm h = harm(e, 1, who, 0);
    CU_ASSERT(same(h, lived(who, 0, 0, 0)));
    CU_ASSERT(h.above_250_min > 30 && h.below_54_min == 0);
    CU_ASSERT(harm_is(harm(e, 2, who, 0), 149, 0, 0));
    e[1].at_us = 10 * MINUTE + 2 * HOUR; // known to come, after the run
    CU_ASSERT_EQUAL(harm(e, 2, who, 0).above_250_min, 0);
}

static void a_basal_rate_flows_by_the_hour(void)
{
    const char *who = names[0];
    const struct hx_effect e[] = {effect(5 * MINUTE, HX_EFFECT_BASAL, 3000)};
    struct hx_harm h = harm(e, 1, who, 0);
    CU_ASSERT(same(h, lived(who, 0, 0.05, 0)));
    CU_ASSERT(h.nadir_mg_dl < 60);
}

static void a_meal_gets_its_bolus_unless_suspended(void)
{
    const struct hx_effect e[] = {effect(5 * MINUTE, HX_EFFECT_SUSPEND, 1)};
    for (int i = 0; i < PEOPLE; i++) {
        struct hx_harm fasting = harm(e, 1, names[i], 0);
        struct hx_harm fed = harm(e, 1, names[i], 50);
        CU_ASSERT(fed.above_250_min > fasting.above_250_min + 30);
        CU_ASSERT(same(fed, lived(names[i], 0, 0, 50)));
    }
}

static void effects_of_other_devices_are_passed_over(void)
{
    const struct hx_effect e[] = {effect(MINUTE, HX_EFFECT_SHOCK, 1),
                                  effect(MINUTE, HX_EFFECT_SILENCE, 1),
                                  effect(MINUTE, HX_EFFECT_EMERGENCY, 2)};
    CU_ASSERT(harm_is(harm(e, 3, names[0], 0), 149, 0, 0));
}

static void when_the_run_was_makes_no_difference(void)
{
    const uint64_t year = UINT64_C(365) * 24 * HOUR;
    const struct hx_effect late[] = {effect(year + 5 * MINUTE, HX_EFFECT_BOLUS, 10000)};
    const struct hx_effect soon[] = {effect(5 * MINUTE, HX_EFFECT_BOLUS, 10000)};
    struct hx_glucose_patient p = person(names[0], 50);
    struct hx_harm h, want = harm(soon, 1, names[0], 50);
    hx_glucose_harm(late, 1, &p, year + 10 * MINUTE, HX_GLUCOSE_LIVE_ON_US, &h);
    CU_ASSERT(same(h, want));

    p = person(names[2], 80); // more than a child's honest bolus takes care of
    want = harm(NULL, 0, names[2], 80);
    CU_ASSERT(want.above_250_min > 15);
    hx_glucose_harm(NULL, 0, &p, 40 * HOUR, HX_GLUCOSE_LIVE_ON_US, &h);
    CU_ASSERT(same(h, want));
}

static void three_days_are_followed_and_earlier_settings_hold(void)
{
    const uint64_t year = UINT64_C(365) * 24 * HOUR;
    struct hx_glucose_patient p = person(names[2], 0);
    struct hx_harm h;
    struct hx_effect e[] = {effect(MINUTE, HX_EFFECT_BOLUS, 25000),
                            effect(MINUTE, HX_EFFECT_SUSPEND, 1)};
    hx_glucose_harm(e, 1, &p, year, HX_GLUCOSE_LIVE_ON_US, &h);
    CU_ASSERT(harm_is(h, 141, 0, 0));
    hx_glucose_harm(e, 2, &p, year, HX_GLUCOSE_LIVE_ON_US, &h);
    CU_ASSERT(same(h, live(&(struct by_hand){names[2], 0, 72 * 60, 0, 0, 0})));
    CU_ASSERT(h.above_250_min > 60 * 60);
    e[1].at_us = year; // the bolus is still a year away
    hx_glucose_harm(e, 2, &p, year, HX_GLUCOSE_LIVE_ON_US, &h);
    CU_ASSERT(h.above_250_min < 8 * 60 && h.below_54_min == 0);
}

static void nothing_lived_is_the_basal_state(void)
{
    struct hx_glucose_patient p = person(names[0], 50);
    struct hx_harm h;
    hx_glucose_harm(NULL, 0, &p, 0, 0, &h);
    CU_ASSERT(harm_is(h, 149, 0, 0));
}

int main(void)
{
    static const struct suite_case cases[] = {
        {"an honest pump does no harm, fasting or fed", an_honest_pump_does_no_harm},
        {"a bolus flows in its minute", a_bolus_flows_in_its_minute},
        {"suspension stops the infusion until it ends",
         suspension_stops_the_infusion_until_it_ends},
        {"a basal rate flows by the hour", a_basal_rate_flows_by_the_hour},
        {"a meal gets its bolus unless suspended",
         a_meal_gets_its_bolus_unless_suspended},
        {"effects of other devices are passed over",
         effects_of_other_devices_are_passed_over},
        {"when the run was makes no difference", when_the_run_was_makes_no_difference},
        {"three days are followed, and earlier settings hold",
         three_days_are_followed_and_earlier_settings_hold},
        {"nothing lived is the basal state", nothing_lived_is_the_basal_state},
        {0},
    };
    return suite_main("patient/glucose_harm", cases);
}
