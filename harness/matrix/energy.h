// energy.h - what a flood without end costs an implant's battery
//
// The worst is looked for among kinds of frame and rates. A flood goes on for a day of
// virtual time; what it costs on average is taken over the second half, when every
// budget that there is has been used up, so the figure holds however long it lasts.

#ifndef HARNESS_MATRIX_ENERGY_H
#define HARNESS_MATRIX_ENERGY_H

#include <matrix/play.h>

struct hx_energy {
    uint64_t extra_pa;  // picoamperes above the base current, on average
    uint64_t life_days; // of a full battery, if it went on
    uint32_t rate_mhz;  // frames a second, in thousandths
    bool sessions;      // the clinician was served in its midst
    char kind[16];      // of flood
};

enum { HX_ENERGY_KINDS = 5, HX_ENERGY_RATES = 3 };
enum { HX_ENERGY_FLOODS = HX_ENERGY_KINDS * HX_ENERGY_RATES };

// Floods a profile's cardiac implant in every way.
void hx_energy_measure(struct hx_player *p, const struct hx_profile *profile,
                       struct hx_energy out[HX_ENERGY_FLOODS]);

// The one that costs most.
const struct hx_energy *hx_energy_worst(const struct hx_energy list[HX_ENERGY_FLOODS]);

#endif
