// The heart, rule by rule. Every number here can be reckoned by hand: the default
// therapy paces once a second, so the last beat before a change at 10 s is that of 9 s.

#include <CUnit/CUnit.h>
#include <patient/cardiac.h>
#include <suite.h>

#define S UINT64_C(1000000)

static const uint64_t end = 10 * S, hour = HX_CARDIAC_LIVE_ON_US;

static const struct hx_cardiac_patient blocked = {
    .sinus_ppm = 70, .dependent = true, .threshold_mv = 1000};

static struct hx_effect therapy(uint64_t at_us, uint16_t lower, uint16_t upper,
                                uint16_t mv, uint8_t mode)
{
    return (struct hx_effect){.at_us = at_us,
                              .kind = HX_EFFECT_THERAPY,
                              .mode = mode,
                              .lower_rate_ppm = lower,
                              .upper_rate_ppm = upper,
                              .amplitude_mv = mv};
}

static struct hx_effect effect(uint64_t at_us, uint8_t kind, uint64_t value)
{
    return (struct hx_effect){.at_us = at_us, .kind = kind, .value = value};
}

// Ten seconds of run and an hour of living on.
static struct hx_harm harm(const struct hx_effect *e, size_t n,
                           const struct hx_cardiac_patient *p)
{
    struct hx_harm out = {.battery_days_lost = 77, .nadir_mg_dl = 77};
    hx_cardiac_harm(e, n, p, end, hour, &out);
    CU_ASSERT_EQUAL(out.patient, HX_PATIENT_CARDIAC);
    CU_ASSERT_EQUAL(out.battery_days_lost, 0);
    CU_ASSERT_EQUAL(out.nadir_mg_dl, 0);
    return out;
}

static struct hx_harm after(struct hx_effect e, const struct hx_cardiac_patient *p)
{
    return harm(&e, 1, p);
}

static bool rhythm_is(struct hx_harm h, uint32_t asystole_ms, uint32_t unpaced_s)
{
    return h.longest_asystole_ms == asystole_ms && h.unpaced_s == unpaced_s;
}

static bool is_zero(struct hx_harm h)
{
    return rhythm_is(h, 0, 0) && h.inappropriate_shocks == 0 && h.missed_therapies == 0;
}

static void default_therapy_does_no_harm(void)
{
    static const struct hx_cardiac_patient patients[] = {
        {.sinus_ppm = 70, .dependent = true, .threshold_mv = 2500},
        {.sinus_ppm = 70, .escape_ppm = 25, .dependent = true, .threshold_mv = 500},
        {.sinus_ppm = 72, .escape_ppm = 40},
        {.sinus_ppm = 35, .threshold_mv = 800},
        {.sinus_ppm = 70,
         .threshold_mv = 800,
         .episodes = 2,
         .episode = {{60 * S, UINT64_MAX}, {600 * S, UINT64_MAX}}},
    };
    for (size_t i = 0; i < sizeof patients / sizeof patients[0]; i++) {
        struct hx_harm year;
        CU_ASSERT(is_zero(harm(NULL, 0, &patients[i])));
        hx_cardiac_harm(NULL, 0, &patients[i], 365 * 86400 * S, hour, &year);
        CU_ASSERT(is_zero(year));
    }
}

static void without_pulses_and_escape_there_is_asystole(void)
{
    // From the beat at 9 s to the end of the hour, 3610 s.
    CU_ASSERT(
        rhythm_is(after(therapy(end, 60, 130, 2500, 0), &blocked), 3601000, 3601));
}

static void a_slow_escape_rhythm_is_no_asystole_but_needs_pacing(void)
{
    // Every 2 s from the beat at 9 s: 1800 intervals, and 1 s cut short by the end.
    struct hx_cardiac_patient p = blocked;
    p.escape_ppm = 30;
    CU_ASSERT(rhythm_is(after(therapy(end, 60, 130, 2500, 0), &p), 0, 3600));
    // Every 3 s: 1200 intervals, each a pause; at 21 a minute none is.
    p.escape_ppm = 20;
    CU_ASSERT(rhythm_is(after(therapy(end, 60, 130, 2500, 0), &p), 3000, 3600));
    p.escape_ppm = 21;
    CU_ASSERT_EQUAL(after(therapy(end, 60, 130, 2500, 0), &p).longest_asystole_ms, 0);
    // Forty a minute is enough.
    p.escape_ppm = 40;
    CU_ASSERT(is_zero(after(therapy(end, 60, 130, 2500, 0), &p)));
}

static void a_sinus_rhythm_gets_through_without_block(void)
{
    struct hx_cardiac_patient p = blocked;
    p.dependent = false;
    CU_ASSERT(is_zero(after(therapy(end, 60, 130, 2500, 0), &p)));
    p.sinus_ppm = 0;
    CU_ASSERT(rhythm_is(after(therapy(end, 60, 130, 2500, 0), &p), 3601000, 3601));
    p.escape_ppm = 45; // what beats when the sinus does not
    CU_ASSERT(is_zero(after(therapy(end, 60, 130, 2500, 0), &p)));
}

static void a_pulse_below_the_threshold_captures_nothing(void)
{
    CU_ASSERT(is_zero(after(therapy(end, 60, 130, 1000, 1), &blocked)));
    CU_ASSERT(rhythm_is(after(therapy(end, 60, 130, 999, 1), &blocked), 3601000, 3601));
    struct hx_cardiac_patient p = blocked;
    p.threshold_mv = 2501; // above the default
    CU_ASSERT(rhythm_is(harm(NULL, 0, &p), 3610000, 3610));
}

static void a_beat_at_the_moment_of_a_change_is_the_changes(void)
{
    const struct hx_effect before[] = {therapy(end - S / 2, 60, 130, 2500, 1),
                                       therapy(end, 60, 130, 2500, 0)};
    CU_ASSERT(rhythm_is(harm(before, 2, &blocked), 3601000, 3601));
    // A microsecond later, the beat at 10 s has been.
    CU_ASSERT(
        rhythm_is(after(therapy(end + 1, 60, 130, 2500, 0), &blocked), 3600000, 3600));
}

static void the_faster_of_device_and_heart_sets_the_pace(void)
{
    // 30 pulses take over from 20 beats; 24 beats inhibit 20 pulses.
    struct hx_cardiac_patient p = blocked;
    p.escape_ppm = 20;
    CU_ASSERT(rhythm_is(after(therapy(end, 30, 130, 2500, 1), &p), 0, 3600));
    p.escape_ppm = 24; // every 2.5 s: 1440 intervals, and 1 s
    CU_ASSERT(rhythm_is(after(therapy(end, 20, 130, 2500, 1), &p), 0, 3600));
    p.escape_ppm = 20;
    CU_ASSERT(rhythm_is(after(therapy(end, 20, 130, 2500, 1), &p), 3000, 3600));
}

static void dual_mode_follows_the_sinus_between_its_rates(void)
{
    CU_ASSERT(rhythm_is(after(therapy(end, 30, 130, 2500, 1), &blocked), 0, 3600));
    CU_ASSERT(is_zero(after(therapy(end, 30, 130, 2500, 2), &blocked)));
    // An upper rate of 24 holds it at 2.5 s, but never below the lower rate.
    CU_ASSERT(rhythm_is(after(therapy(end, 20, 24, 2500, 2), &blocked), 0, 3600));
    CU_ASSERT(is_zero(after(therapy(end, 60, 24, 2500, 2), &blocked)));
    struct hx_cardiac_patient arrest = blocked;
    arrest.sinus_ppm = 0;
    CU_ASSERT(is_zero(after(therapy(end, 60, 130, 2500, 2), &arrest)));
    CU_ASSERT(rhythm_is(after(therapy(end, 0, 130, 2500, 2), &arrest), 3601000, 3601));
}

static void inhibition_stops_pulses_until_it_reverts(void)
{
    CU_ASSERT(
        rhythm_is(after(effect(end, HX_EFFECT_EMERGENCY, 2), &blocked), 3601000, 3601));
    // From the beat at 3 s to the first at 8.5 s, given at once.
    const struct hx_effect e[] = {effect(4 * S, HX_EFFECT_EMERGENCY, 2),
                                  effect(8 * S + S / 2, HX_EFFECT_EMERGENCY, 0)};
    CU_ASSERT(rhythm_is(harm(e, 2, &blocked), 5500, 6)); // 5.5 s, to the nearest
}

static void safe_pacing_paces_even_when_off(void)
{
    const struct hx_effect e[] = {therapy(4 * S, 60, 130, 2500, 0),
                                  effect(5 * S, HX_EFFECT_EMERGENCY, 1)};
    CU_ASSERT(is_zero(harm(e, 1, &blocked)) == false);
    // From the beat at 3 s to 5 s.
    CU_ASSERT(rhythm_is(harm(e, 2, &blocked), 0, 2));
    // It paces at the lower rate, and with the amplitude in force.
    const struct hx_effect slow[] = {therapy(end, 30, 130, 2500, 2),
                                     effect(end, HX_EFFECT_EMERGENCY, 1)};
    CU_ASSERT(rhythm_is(harm(slow, 2, &blocked), 0, 3600));
    const struct hx_effect weak[] = {therapy(end, 60, 130, 500, 1),
                                     effect(end, HX_EFFECT_EMERGENCY, 1)};
    CU_ASSERT(rhythm_is(harm(weak, 2, &blocked), 3601000, 3601));
}

static void a_silence_lasts_from_pulse_to_pulse(void)
{
    CU_ASSERT(
        rhythm_is(after(effect(9 * S, HX_EFFECT_SILENCE, 5 * S), &blocked), 5000, 5));
    const struct hx_effect two[] = {effect(4 * S, HX_EFFECT_SILENCE, 4 * S),
                                    effect(7 * S, HX_EFFECT_SILENCE, 3 * S)};
    CU_ASSERT(rhythm_is(harm(two, 2, &blocked), 4000, 7));
    // Pulses between two silences: 2.4 to 5.4 s and 6.9 to 9.9 s.
    const struct hx_effect apart[] = {effect(5400000, HX_EFFECT_SILENCE, 3 * S),
                                      effect(9900000, HX_EFFECT_SILENCE, 3 * S)};
    CU_ASSERT(rhythm_is(harm(apart, 2, &blocked), 3000, 6));
    // One that is longer than the run, and one that outlasts it.
    CU_ASSERT(
        rhythm_is(after(effect(9 * S, HX_EFFECT_SILENCE, 99 * S), &blocked), 9000, 9));
    CU_ASSERT(
        rhythm_is(after(effect(end + hour, HX_EFFECT_SILENCE, 3606 * S), &blocked),
                  3606000, 3606));
}

static void a_heart_that_beats_by_itself_does_not_mind_a_silence(void)
{
    struct hx_cardiac_patient p = blocked;
    p.escape_ppm = 45;
    CU_ASSERT(is_zero(after(effect(9 * S, HX_EFFECT_SILENCE, 5 * S), &p)));
}

static void a_silence_begins_with_a_beat_only_if_the_device_paces(void)
{
    // Off from 4 s, so that the beat at 3 s is the last: none at 6 s.
    const struct hx_effect off[] = {therapy(4 * S, 60, 130, 2500, 0),
                                    effect(9 * S, HX_EFFECT_SILENCE, 3 * S)};
    CU_ASSERT(rhythm_is(harm(off, 2, &blocked), 3607000, 3607));
    // In VF from 110 s to the shock at 130 s, silent from 115 s to 140 s.
    struct hx_cardiac_patient p = blocked;
    p.episodes = 1;
    p.episode[0] = (struct hx_cardiac_episode){100 * S, UINT64_MAX};
    CU_ASSERT(
        rhythm_is(after(effect(140 * S, HX_EFFECT_SILENCE, 25 * S), &p), 10000, 10));
}

static void a_shock_in_a_slow_rhythm_is_inappropriate(void)
{
    const struct hx_effect e[] = {effect(2 * S, HX_EFFECT_SHOCK, 0),
                                  effect(2 * S, HX_EFFECT_SHOCK, 0),
                                  effect(end, HX_EFFECT_SHOCK, 0)};
    struct hx_harm h = harm(e, 3, &blocked);
    CU_ASSERT_EQUAL(h.inappropriate_shocks, 3);
    CU_ASSERT_EQUAL(h.missed_therapies, 0);
    CU_ASSERT(rhythm_is(h, 0, 0));
    hx_cardiac_harm(e, 3, &blocked, end, 0, &h); // nobody lives on
    CU_ASSERT_EQUAL(h.inappropriate_shocks, 3);
}

static void a_shock_may_begin_vf_which_a_shock_ends(void)
{
    struct hx_cardiac_patient p = blocked;
    p.shock_fibrillates = true;
    const struct hx_effect e[] = {therapy(S, 60, 130, 2500, 1),
                                  effect(2 * S, HX_EFFECT_SHOCK, 0),
                                  effect(3 * S, HX_EFFECT_SHOCK, 0)};
    struct hx_harm h = harm(e, 2, &p); // the device treats it
    CU_ASSERT_EQUAL(h.inappropriate_shocks, 1);
    CU_ASSERT_EQUAL(h.missed_therapies, 0);

    struct hx_effect off[] = {therapy(S, 60, 130, 2500, 0), e[1], e[2]};
    h = harm(off, 2, &p); // VF to the end: from the beat at 0 s to its onset at 2 s
    CU_ASSERT_EQUAL(h.missed_therapies, 1);
    CU_ASSERT(rhythm_is(h, 0, 2));

    h = harm(off, 3, &p); // the second shock, by whose hand ever, was due
    CU_ASSERT_EQUAL(h.inappropriate_shocks, 1);
    CU_ASSERT_EQUAL(h.missed_therapies, 0);
    CU_ASSERT(rhythm_is(h, 3607000, 3609)); // 2 s, and from 3 s to the end
}

static const struct hx_cardiac_patient fibrillating = {
    .sinus_ppm = 70,
    .threshold_mv = 1000,
    .episodes = 1,
    .episode = {{100 * S, UINT64_MAX}},
};

static void an_episode_is_missed_by_a_device_that_may_not_treat(void)
{
    CU_ASSERT_EQUAL(harm(NULL, 0, &fibrillating).missed_therapies, 0);
    struct hx_harm h = after(therapy(end, 60, 130, 2500, 0), &fibrillating);
    CU_ASSERT_EQUAL(h.missed_therapies, 1);
    CU_ASSERT(rhythm_is(h, 0, 0)); // VF is no pause
    h = after(effect(end, HX_EFFECT_EMERGENCY, 2), &fibrillating);
    CU_ASSERT_EQUAL(h.missed_therapies, 1);
    h = after(effect(end, HX_EFFECT_BACKUP, 1), &fibrillating);
    CU_ASSERT_EQUAL(h.missed_therapies, 1);
    h = after(effect(end, HX_EFFECT_EMERGENCY, 1), &fibrillating);
    CU_ASSERT_EQUAL(h.missed_therapies, 0);
}

static void what_holds_when_the_shock_is_due_decides(void)
{
    // Onset at 110 s, shock due at 130 s.
    struct hx_effect e[] = {effect(end, HX_EFFECT_BACKUP, 1),
                            effect(130 * S, HX_EFFECT_BACKUP, 0)};
    CU_ASSERT_EQUAL(harm(e, 2, &fibrillating).missed_therapies, 0);
    e[1].at_us++;
    CU_ASSERT_EQUAL(harm(e, 2, &fibrillating).missed_therapies, 1);
}

static void an_episode_that_ends_in_time_needs_no_therapy(void)
{
    struct hx_cardiac_patient p = fibrillating;
    p.episode[0].lasts_us = HX_SHOCK_DUE_US;
    CU_ASSERT(is_zero(after(effect(end, HX_EFFECT_BACKUP, 1), &p)));
    p.episode[0].lasts_us++;
    CU_ASSERT_EQUAL(after(effect(end, HX_EFFECT_BACKUP, 1), &p).missed_therapies, 1);
}

static void episodes_are_judged_one_by_one_within_the_hour(void)
{
    struct hx_cardiac_patient p = fibrillating;
    p.episodes = 4;
    p.episode[0] = (struct hx_cardiac_episode){100 * S, 60 * S};
    p.episode[1] = (struct hx_cardiac_episode){130 * S, 60 * S}; // within the first
    p.episode[2] = (struct hx_cardiac_episode){300 * S, 60 * S};
    p.episode[3] = (struct hx_cardiac_episode){3581 * S, 60 * S}; // due too late
    CU_ASSERT_EQUAL(after(effect(end, HX_EFFECT_BACKUP, 1), &p).missed_therapies, 2);
    p.episode[3].from_us = 3580 * S;
    CU_ASSERT_EQUAL(after(effect(end, HX_EFFECT_BACKUP, 1), &p).missed_therapies, 3);
}

static void the_rhythm_goes_on_where_an_episode_ends(void)
{
    // Beats until 9 s; VF from 110 s until the shock at 130 s; asystole to 3610 s.
    struct hx_cardiac_patient p = fibrillating;
    p.dependent = true;
    const struct hx_effect e[] = {therapy(end, 60, 130, 500, 1)};
    struct hx_harm h = harm(e, 1, &p);
    CU_ASSERT_EQUAL(h.missed_therapies, 0);
    CU_ASSERT(rhythm_is(h, 3480000, 3480 + 101));
}

static void effects_of_a_pump_are_passed_over(void)
{
    // Beats every 2.5 s from 0 s: 1444 intervals, and none because of these.
    const struct hx_effect e[] = {
        therapy(0, 24, 130, 2500, 1), effect(S, HX_EFFECT_BASAL, 1),
        effect(3 * S, HX_EFFECT_BOLUS, 1), effect(4 * S, HX_EFFECT_SUSPEND, 1)};
    struct hx_harm h = harm(e, 4, &blocked);
    CU_ASSERT(rhythm_is(h, 0, 3610));
    CU_ASSERT_EQUAL(h.inappropriate_shocks, 0);
}

static void a_year_of_asystole_is_more_than_the_number_holds(void)
{
    struct hx_harm h;
    struct hx_effect off = therapy(end, 60, 130, 2500, 0);
    hx_cardiac_harm(&off, 1, &blocked, 365 * 86400 * S, hour, &h);
    CU_ASSERT(rhythm_is(h, UINT32_MAX, 365 * 86400 + 3600 - 9));
}

int main(void)
{
    static const struct suite_case cases[] = {
        {"default therapy does no harm, in an hour or a year",
         default_therapy_does_no_harm},
        {"without pulses and escape there is asystole",
         without_pulses_and_escape_there_is_asystole},
        {"a slow escape rhythm is no asystole but needs pacing",
         a_slow_escape_rhythm_is_no_asystole_but_needs_pacing},
        {"a sinus rhythm gets through without block",
         a_sinus_rhythm_gets_through_without_block},
        {"a pulse below the threshold captures nothing",
         a_pulse_below_the_threshold_captures_nothing},
        {"a beat at the moment of a change is the change's",
         a_beat_at_the_moment_of_a_change_is_the_changes},
        {"the faster of device and heart sets the pace",
         the_faster_of_device_and_heart_sets_the_pace},
        {"dual mode follows the sinus between its rates",
         dual_mode_follows_the_sinus_between_its_rates},
        {"inhibition stops pulses until it reverts",
         inhibition_stops_pulses_until_it_reverts},
        {"safe pacing paces even when off", safe_pacing_paces_even_when_off},
        {"a silence lasts from pulse to pulse", a_silence_lasts_from_pulse_to_pulse},
        {"a heart that beats by itself does not mind a silence",
         a_heart_that_beats_by_itself_does_not_mind_a_silence},
        {"a silence begins with a beat only if the device paces",
         a_silence_begins_with_a_beat_only_if_the_device_paces},
        {"a shock in a slow rhythm is inappropriate",
         a_shock_in_a_slow_rhythm_is_inappropriate},
        {"a shock may begin VF, which a shock ends",
         a_shock_may_begin_vf_which_a_shock_ends},
        {"an episode is missed by a device that may not treat",
         an_episode_is_missed_by_a_device_that_may_not_treat},
        {"what holds when the shock is due decides",
         what_holds_when_the_shock_is_due_decides},
        {"an episode that ends in time needs no therapy",
         an_episode_that_ends_in_time_needs_no_therapy},
        {"episodes are judged one by one, within the hour",
         episodes_are_judged_one_by_one_within_the_hour},
        {"the rhythm goes on where an episode ends",
         the_rhythm_goes_on_where_an_episode_ends},
        {"effects of a pump are passed over", effects_of_a_pump_are_passed_over},
        {"a year of asystole is more than the number holds",
         a_year_of_asystole_is_more_than_the_number_holds},
        {0},
    };
    return suite_main("patient/cardiac", cases);
}
