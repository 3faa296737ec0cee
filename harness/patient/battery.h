// battery.h - what charge means in days of an implant's life
//
// A pacemaker's lithium-iodine cell holds 0.5 to 1.2 Ah and feeds 10 to 25 uA for
// seven to ten years (Mallela et al. 2004, "Trends in cardiac pacemaker batteries");
// the model takes 1 Ah and 15 uA, hence 7.6 years, and no self-discharge. Integers
// throughout: nanocoulombs, and nanocoulombs a second, which are nanoamperes.

#ifndef HARNESS_PATIENT_BATTERY_H
#define HARNESS_PATIENT_BATTERY_H

#include <stdint.h>

enum { HX_BATTERY_BASE_NC_S = 15000 };              // pacing and housekeeping together
#define HX_BATTERY_NC (UINT64_C(3600) * 1000000000) // 1 Ah

// How long a new battery lasts that gives extra_nc_s on top of the base current;
// whole seconds and whole days, rounded down. No value overflows.
uint64_t hx_battery_life_s(uint64_t extra_nc_s);
uint64_t hx_battery_life_days(uint64_t extra_nc_s);

// Days of life, to the nearest, that a new battery loses if the average current of
// unearned_nc over over_us goes on until it is empty. The current is taken to the
// nearest nanoampere, a sixth of a day; without a time there is none.
uint32_t hx_battery_days_lost(uint64_t unearned_nc, uint64_t over_us);

#endif
