// harm.c - an attack that succeeded, followed to the patient, and rated

#include "play_internal.h"
#include <patient/battery.h>
#include <patient/cardiac.h>
#include <patient/glucose.h>
#include <scenario/links.h>
#include <scenario/load.h>
#include <severity/rubric.h>

// What fibrillates ten minutes after the run must be treated: a device that was made
// not to is found out.
#define EPISODE_US (UINT64_C(600) * 1000000)

static void follow_heart(const struct hx_playing *r, struct hx_harm *out)
{
    const struct hx_bench *b = r->b;
    bool dependent = r->s->rests == HX_RESTS_DEPENDENT;
    struct hx_cardiac_patient p = {
        .sinus_ppm = 75,
        .escape_ppm = dependent ? 0 : 45,
        .dependent = dependent,
        .shock_fibrillates = true,
        .threshold_mv = 1000,
        .episodes = 1,
        .episode = {{.from_us = EPISODE_US, .lasts_us = UINT64_MAX}}};
    hx_cardiac_harm(b->truth.effects, b->truth.effect_count, &p, b->now_us,
                    HX_CARDIAC_LIVE_ON_US, out);
}

static void follow_glucose(const struct hx_playing *r, struct hx_harm *out)
{
    const struct hx_bench *b = r->b;
    struct hx_glucose_patient p = {.params = hx_glucose_params_of("adolescent#001")};
    hx_glucose_harm(b->truth.effects, b->truth.effect_count, &p, b->now_us,
                    HX_GLUCOSE_LIVE_ON_US, out);
}

// Were keys taken that belong to another device than the one that suffers, or did the
// attack come in through one?
static bool crosses(const struct hx_scenario *s, uint32_t violated)
{
    uint64_t elsewhere =
        UINT64_C(1) << HX_STOLEN_MONITOR_KEY | UINT64_C(1) << HX_STOLEN_UPDATER_KEY;
    uint32_t of_implant = 1u << HX_I1 | 1u << HX_I3 | 1u << HX_I4 | 1u << HX_I5 |
                          1u << HX_I7 | 1u << HX_I8;
    bool through = false;
    for (size_t i = 0; i < s->step_count; i++)
        through = through || s->steps[i].verb == HX_DO_SERVE ||
                  (s->steps[i].stolen & elsewhere) != 0;
    return through && (violated & of_implant) != 0;
}

static bool somebody_acts(const struct hx_scenario *s)
{
    for (size_t i = 0; i < s->step_count; i++)
        if (s->steps[i].actor != HX_ACTOR_ATTACKER &&
            s->steps[i].actor != HX_ACTOR_WAIT)
            return true;
    return false;
}

static void rate(const struct hx_playing *r, struct hx_cell *out)
{
    const struct hx_truth *t = &r->b->truth;
    struct hx_severity_facts f = {.links = (uint32_t)hx_links_surface(r->s),
                                  .abilities = hx_scenario_abilities(r->s),
                                  .violated = out->violated,
                                  .user_acts = somebody_acts(r->s),
                                  .crosses = crosses(r->s, out->violated),
                                  .therapy_affected = t->wrong_therapy > 0,
                                  .phi_read = t->phi_read,
                                  .keys_read = t->keys_read};
    out->severity = hx_severity_rate(&f);
    out->rated = true;
}

void hx_harm_of(const struct hx_playing *r, struct hx_cell *out)
{
    const struct hx_bench *b = r->b;
    if (out->verdict != HX_VERDICT_SUCCEEDED && out->verdict != HX_VERDICT_HARMED)
        return;
    if (b->cast.pump)
        follow_glucose(r, &out->harm);
    else
        follow_heart(r, &out->harm);
    if (out->violated >> HX_I5 & 1)
        out->harm.battery_days_lost =
            hx_battery_days_lost(b->charge.unearned_nc, b->now_us);
    if (out->verdict == HX_VERDICT_SUCCEEDED)
        rate(r, out);
}
