// From a pump's effects to minutes out of range, a minute at a time.

#include <math.h>
#include <patient/glucose.h>

#define MINUTE_US UINT64_C(60000000)
static const double meal_g_min = 5;

struct pump {
    const struct hx_effect *e;
    size_t left;
    double basal_u_min;
    bool suspended;
};

static double units(uint64_t milliunits)
{
    return (double)milliunits / 1000;
}

// Takes the effects before this time; returns the units that came as boluses.
static double take_before(struct pump *pump, uint64_t us)
{
    double bolus_u = 0;
    for (; pump->left > 0 && pump->e->at_us < us; pump->e++, pump->left--) {
        if (pump->e->kind == HX_EFFECT_BASAL)
            pump->basal_u_min = units(pump->e->value) / 60;
        if (pump->e->kind == HX_EFFECT_BOLUS)
            bolus_u += units(pump->e->value);
        if (pump->e->kind == HX_EFFECT_SUSPEND)
            pump->suspended = pump->e->value != 0;
    }
    return bolus_u;
}

static bool is_pumps(const struct hx_effect *e)
{
    return e->kind == HX_EFFECT_BASAL || e->kind == HX_EFFECT_BOLUS ||
           e->kind == HX_EFFECT_SUSPEND;
}

// The minute in which something first happens, or the run ends.
static uint64_t first_minute(const struct hx_effect *e, size_t n, uint64_t end_us)
{
    for (size_t i = 0; i < n && e[i].at_us < end_us; i++)
        if (is_pumps(&e[i]))
            return e[i].at_us / MINUTE_US;
    return end_us / MINUTE_US;
}

static void note(struct hx_harm *out, double mg_dl)
{
    uint32_t rounded = (uint32_t)lround(mg_dl);
    if (rounded < out->nadir_mg_dl)
        out->nadir_mg_dl = rounded;
    out->below_54_min += mg_dl < HX_GLUCOSE_LOW_MG_DL;
    out->above_250_min += mg_dl > HX_GLUCOSE_HIGH_MG_DL;
}

// The units that flow in this minute: infusion, boluses, and the meal's own.
static double flow_u(struct pump *pump, uint64_t minute, double meal_u)
{
    double bolus_u = take_before(pump, (minute + 1) * MINUTE_US);
    if (pump->suspended)
        return bolus_u;
    return bolus_u + meal_u + pump->basal_u_min;
}

static void follow(const struct hx_glucose_patient *p, struct pump *pump,
                   uint64_t minute, uint64_t stop, uint64_t meal, struct hx_harm *out)
{
    double plate_g = 0;
    struct hx_glucose g;
    hx_glucose_init(&g, p->params);
    note(out, hx_glucose_blood_mg_dl(&g));
    for (; minute < stop; minute++) {
        double served_g = minute == meal ? p->meal_g : 0;
        double insulin_u = flow_u(pump, minute, served_g / p->params->carb_ratio_g_u);
        plate_g += served_g;
        double bite_g = fmin(plate_g, meal_g_min);
        plate_g -= bite_g;
        hx_glucose_step(&g, bite_g, insulin_u);
        note(out, hx_glucose_blood_mg_dl(&g));
    }
}

void hx_glucose_harm(const struct hx_effect *e, size_t n,
                     const struct hx_glucose_patient *p, uint64_t end_us,
                     uint64_t live_on_us, struct hx_harm *out)
{
    uint64_t stop = (end_us + live_on_us + MINUTE_US - 1) / MINUTE_US;
    uint64_t minute = first_minute(e, n, end_us);
    uint64_t at_most = HX_GLUCOSE_AT_MOST_US / MINUTE_US;
    if (stop - minute > at_most)
        minute = stop - at_most;

    struct pump pump = {e, n, hx_glucose_basal_u_min(p->params), false};
    take_before(&pump, minute * MINUTE_US);
    *out = (struct hx_harm){.patient = HX_PATIENT_GLUCOSE, .nadir_mg_dl = UINT32_MAX};
    follow(p, &pump, minute, stop, (end_us + p->meal_from_us) / MINUTE_US, out);
}
