// glucose.h - a patient with type 1 diabetes and an insulin pump
//
// The UVA/Padova type 1 diabetes model in its form of 2008: Dalla Man, Rizza and
// Cobelli 2007, "Meal simulation model of the glucose-insulin system", and Kovatchev
// et al. 2009, "In silico preclinical trials", as the open simulator simglucose (Jinyu
// Xie, MIT licence) computes it. Thirteen states, in steps of one minute by the
// classical fourth-order Runge-Kutta method.
//
// The model knows no counter-regulation and no rescue: nobody notices, nobody eats.
// So a deep nadir is deeper than a body's would be, and a child without insulin rises
// beyond what any body does. It is a bench's patient, and no basis for anyone's
// therapy.
//
// Emptying of the stomach takes tanh from libm, whose last digit machines may differ
// in; harm is in whole numbers.

#ifndef HARNESS_PATIENT_GLUCOSE_H
#define HARNESS_PATIENT_GLUCOSE_H

#include <patient/harm.h>
#include <stdbool.h>

// The states, in the units of the papers: mg, mg/kg, pmol/kg; the insulin signals are
// concentrations in pmol/L.
enum {
    HX_GL_SOLID,  // carbohydrate in the stomach, mg
    HX_GL_LIQUID, // the same, triturated
    HX_GL_GUT,
    HX_GL_PLASMA,  // glucose in plasma and fast tissue, mg/kg
    HX_GL_TISSUE,  // in slow tissue
    HX_GL_INSULIN, // insulin in plasma, pmol/kg
    HX_GL_ACTION,  // on utilisation, above basal
    HX_GL_DELAY_1, // on production
    HX_GL_DELAY_2,
    HX_GL_LIVER,   // insulin, pmol/kg
    HX_GL_DEPOT_1, // under the skin
    HX_GL_DEPOT_2,
    HX_GL_SENSOR, // glucose under the skin, mg/kg
    HX_GL_STATES
};

// One virtual patient: rates are per minute, masses per kilogram of body weight.
struct hx_glucose_params {
    const char *name;
    double carb_ratio_g_u; // carbohydrate that one unit of insulin covers
    double weight_kg;
    double kabs, kmax, kmin, b, d, f;                      // stomach and gut
    double vg, k1, k2, fsnc, ke1, ke2;                     // glucose
    double vm0, vmx, km0, p2u;                             // its utilisation
    double kp1, kp2, kp3, ki;                              // its production
    double vi, m1, m2, m4, m30;                            // insulin
    double kd, ka1, ka2, ksc;                              // under the skin
    double u2ss;                                           // basal, pmol/kg/min
    double plasma, tissue, insulin, ib, liver, sc_1, sc_2; // the basal state
};

// "adolescent#001", "adult#001" or "child#001"; NULL for any other name.
const struct hx_glucose_params *hx_glucose_params_of(const char *name);

struct hx_glucose {
    const struct hx_glucose_params *p;
    double x[HX_GL_STATES];
    double meal_mg; // in the stomach when this meal began, and eaten since
    bool eating;
};

// Sets the patient to the basal state, fasting.
//
// Owner  g borrows p, which must outlive it.
void hx_glucose_init(struct hx_glucose *g, const struct hx_glucose_params *p);

// Lives one minute with these inputs throughout. A meal is a row of minutes with
// carbs, which the model's people eat at 5 g/min or slower.
void hx_glucose_step(struct hx_glucose *g, double carbs_g_min, double insulin_u_min);

// The same minute in smaller steps: how exact the method is can so be measured.
void hx_glucose_step_in(struct hx_glucose *g, double carbs_g_min, double insulin_u_min,
                        unsigned parts);

double hx_glucose_blood_mg_dl(const struct hx_glucose *g);
double hx_glucose_sensor_mg_dl(const struct hx_glucose *g);

// The infusion that keeps this patient where init puts them.
double hx_glucose_basal_u_min(const struct hx_glucose_params *p);

#define HX_GLUCOSE_LIVE_ON_US (UINT64_C(8) * 3600 * 1000000)
#define HX_GLUCOSE_AT_MOST_US (UINT64_C(72) * 3600 * 1000000)
enum { HX_GLUCOSE_LOW_MG_DL = 54, HX_GLUCOSE_HIGH_MG_DL = 250 };

struct hx_glucose_patient {
    const struct hx_glucose_params *params;
    uint16_t meal_g;       // 0: fasting
    uint64_t meal_from_us; // the meal begins this long after the end of the run
};

// Follows the pump's effects to the patient: nadir, minutes below 54 mg/dL and minutes
// above 250 mg/dL (clinically important hypo- and hyperglycaemia: Agiostratidou et al.
// 2017). Fills all of *out; battery_days_lost is 0.
//
// Until an effect says otherwise the patient's own basal flows. A minute's infusion is
// what its last effect sets, a bolus flows within its minute, and effects of other
// devices are passed over. The pump gives the meal's bolus by the carbohydrate ratio,
// unless it is suspended. What a BOLUS says was delivered, was.
//
// The patient is in the basal state until the first effect. Nothing but the last 72
// hours before end_us + live_on_us is followed: of what came earlier the settings hold
// and the insulin is gone. An effect after end_us, such as a reversion that is known
// to come, counts like any other.
//
// Time   at most 4320 steps, and once through the effects.
void hx_glucose_harm(const struct hx_effect *e, size_t n,
                     const struct hx_glucose_patient *p, uint64_t end_us,
                     uint64_t live_on_us, struct hx_harm *out);

#endif
