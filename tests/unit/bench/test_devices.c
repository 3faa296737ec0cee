// What a profile may say beside its controls: its device, links that are off, a battery
// that is broken.

#include "stage.h"
#include <crypto/init.h>
#include <matrix/play.h>
#include <scenario/load.h>
#include <stdio.h>
#include <stdlib.h>
#include <suite.h>

static const enum tp_control A = TP_CTL_RANGE_LIMITS;

static struct hx_profile lacking(enum tp_control c)
{
    struct hx_profile p = {.id = "legacy-x", .legacy = 1};
    tp_controls_drop(&p.lacks, c);
    return p;
}

// An attack that A alone stops.
static struct hx_scenario attack(void)
{
    struct hx_scenario s = {.id = "T-attack", .kind = HX_KIND_ATTACK, .cut_count = 1};
    tp_controls_drop(&s.cuts[0].without, A);
    s.cuts[0].violates = ONLY(HX_I3);
    return s;
}

static void what_a_device_has_not_is_unsupported(void)
{
    struct hx_scenario s = attack(), story = {.kind = HX_KIND_STORY, .step_count = 1};
    struct hx_profile p = lacking(A);
    p.device = HX_DEVICE_PUMP;
    CU_ASSERT_EQUAL(hx_expected(&s, &p), HX_VERDICT_UNSUPPORTED);
    s.implant = HX_IMPLANT_PUMP;
    CU_ASSERT_EQUAL(hx_expected(&s, &p), HX_VERDICT_SUCCEEDED);
    p.device = HX_DEVICE_ANY;
    CU_ASSERT_EQUAL(hx_expected(&s, &p), HX_VERDICT_SUCCEEDED);

    p.closes = 1 << HX_LINK_NEAR;
    story.steps[0] = (struct hx_step){.actor = HX_ACTOR_MONITOR, .verb = HX_DO_READ};
    CU_ASSERT_EQUAL(hx_expected(&story, &p), HX_VERDICT_SERVED);
    p.closes = 1 << HX_LINK_RF;
    CU_ASSERT_EQUAL(hx_expected(&story, &p), HX_VERDICT_UNSUPPORTED);
}

static void a_link_that_is_off_stops_what_needs_it(void)
{
    struct hx_scenario s = attack();
    struct hx_profile p = lacking(A);
    s.surface = 1 << HX_LINK_NEAR | 1 << HX_LINK_RF;
    p.closes = 1 << HX_LINK_UPLINK;
    CU_ASSERT_EQUAL(hx_expected(&s, &p), HX_VERDICT_SUCCEEDED);
    p.closes |= 1 << HX_LINK_RF;
    CU_ASSERT_EQUAL(hx_expected(&s, &p), HX_VERDICT_STOPPED);
}

// --- played ---

static void load(struct hx_scenario *s, const char *id)
{
    char path[4096];
    struct hx_error err;
    const char *dir = getenv("FIXTURES");
    CU_ASSERT_PTR_NOT_NULL_FATAL(dir);
    snprintf(path, sizeof path, "%s/scenarios/%s.yaml", dir, id);
    CU_ASSERT_EQUAL_FATAL(hx_scenario_load(path, s, &err), 0);
}

static struct hx_cell played(const char *scenario, const struct hx_profile *p)
{
    static struct hx_scenario s;
    struct hx_cell cell;
    struct hx_player *player = hx_player_new(1);
    CU_ASSERT_PTR_NOT_NULL_FATAL(player);
    load(&s, scenario);
    hx_play(player, &s, p, NULL, &cell);
    hx_player_free(player);
    CU_ASSERT_FALSE(cell.unexpected);
    return cell;
}

static void what_is_unsupported_is_not_played(void)
{
    struct hx_profile p = {.id = "hardened", .device = HX_DEVICE_PUMP};
    struct hx_cell c = played("A11-wake-flood", &p);
    CU_ASSERT_EQUAL(c.verdict, HX_VERDICT_UNSUPPORTED);
    CU_ASSERT_EQUAL(c.events, 0);
    CU_ASSERT_NOT_EQUAL(c.note[0], '\0');
}

// A step that fails because its link is off does not leave the attack open to doubt.
static void a_radio_that_is_off_stops_the_attack(void)
{
    struct hx_profile p = lacking(TP_CTL_WAKE_BUDGET);
    p.closes = 1 << HX_LINK_RF;
    CU_ASSERT_EQUAL(played("A05-unauthenticated-injection", &p).verdict,
                    HX_VERDICT_STOPPED);
    CU_ASSERT_EQUAL(played("A11-wake-flood", &p).verdict, HX_VERDICT_STOPPED);
    CU_ASSERT_EQUAL(played("S01-clinician-session", &p).verdict,
                    HX_VERDICT_UNSUPPORTED);
}

static void a_broken_battery_is_no_attack(void)
{
    struct hx_profile p = {.battery_fault = 1}, sound = {.id = "hardened"};
    struct hx_cell c = played("S08-battery-fault", &p);
    CU_ASSERT_EQUAL(c.verdict, HX_VERDICT_SERVED);
    CU_ASSERT_EQUAL(c.violated & ONLY(HX_I5), 0);
    CU_ASSERT_EQUAL(c.fault_nc, UINT64_C(3600000000000));
    CU_ASSERT_PTR_NOT_NULL(strstr(c.note, "a fault of the battery, which is empty"));
    c = played("S08-battery-fault", &sound);
    CU_ASSERT_EQUAL(c.verdict, HX_VERDICT_SERVED);
    CU_ASSERT_EQUAL(c.fault_nc, 0);
    CU_ASSERT_EQUAL(c.note[0], '\0');
}

#ifdef TP_WEAKNESSES
static void an_attack_on_a_broken_battery_is_one(void)
{
    struct hx_profile p = lacking(TP_CTL_WAKE_BUDGET);
    p.battery_fault = 1;
    struct hx_cell c = played("A11-wake-flood", &p);
    CU_ASSERT_EQUAL(c.verdict, HX_VERDICT_SUCCEEDED);
    CU_ASSERT(c.violated & ONLY(HX_I5));
    CU_ASSERT(c.fault_nc > 0);
    CU_ASSERT_PTR_NOT_NULL(strstr(c.note, "spent on strangers"));
}
#endif

static const struct suite_case cases[] = {
    {"what a device has not is unsupported", what_a_device_has_not_is_unsupported},
    {"a link that is off stops what needs it", a_link_that_is_off_stops_what_needs_it},
    {"what is unsupported is not played", what_is_unsupported_is_not_played},
    {"a radio that is off stops the attack", a_radio_that_is_off_stops_the_attack},
    {"a broken battery is no attack", a_broken_battery_is_no_attack},
#ifdef TP_WEAKNESSES
    {"an attack on a broken battery is one", an_attack_on_a_broken_battery_is_one},
#endif
    {0}};

int main(void)
{
    return cr_init() ? 2 : suite_main("bench devices", cases);
}
