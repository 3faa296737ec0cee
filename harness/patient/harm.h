// harm.h - what the actuators' effects did to the patient
//
// The bench keeps a list of effects: what a device's actuator did and when, from its
// commits. A patient model is driven by that list alone, so a device is judged by what
// it did and never by what it says. The list ends when the run does; the patient goes
// on living with the therapy left in force, until somebody would notice, and what
// happens then belongs to the harm.

#ifndef HARNESS_PATIENT_HARM_H
#define HARNESS_PATIENT_HARM_H

#include <stddef.h>
#include <stdint.h>

enum hx_effect_kind {
    HX_EFFECT_THERAPY,   // pacing parameters in force: lower, upper (pulses/min),
                         // amplitude (mV), mode (0 off, 1 ventricular demand, 2 dual)
    HX_EFFECT_EMERGENCY, // value: 0 reverted, 1 safe pacing, 2 inhibit
    HX_EFFECT_SHOCK,     // one high-voltage shock, whatever the rhythm
    HX_EFFECT_SILENCE,   // the device gave no pulse for value microseconds, up to now,
                         // although its parameters asked for pulses
    HX_EFFECT_BACKUP,    // value: 1 therapy for fast rhythms suspended, 0 back
    HX_EFFECT_BASAL,     // value: basal infusion in force, milliunits an hour
    HX_EFFECT_BOLUS,     // value: insulin delivered at once, milliunits
    HX_EFFECT_SUSPEND,   // value: 1 no insulin at all, 0 as before
};

struct hx_effect {
    uint64_t at_us; // since the run began, never decreasing along a list
    uint8_t kind;   // enum hx_effect_kind
    uint8_t mode;
    uint16_t lower_rate_ppm, upper_rate_ppm, amplitude_mv;
    uint64_t value;
};

enum hx_patient_kind { HX_PATIENT_CARDIAC, HX_PATIENT_GLUCOSE };

// The harm of one run. Zero where it does not apply.
struct hx_harm {
    uint8_t patient; // enum hx_patient_kind
    // cardiac
    uint32_t longest_asystole_ms;  // the longest time without a ventricular beat
    uint32_t unpaced_s;            // seconds in which pacing was needed and not had
    uint32_t inappropriate_shocks; // shocks while the rhythm was not VT or VF
    uint32_t missed_therapies;     // VT or VF episodes that ought to have been treated
    // glucose
    uint32_t nadir_mg_dl; // least blood glucose, rounded
    uint32_t below_54_min, above_250_min;
    // any device
    uint32_t battery_days_lost; // of service life, if the attack went on for a year
};

#endif
