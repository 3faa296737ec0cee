// path_loss.h - how much weaker a signal is at a distance
//
// Distances are given squared, in square millimetres, as three coordinates yield
// them without a root. Losses are in 1/256 dB, within 1/256 dB of the formula.

#ifndef RADIO_MEDIUM_PATH_LOSS_H
#define RADIO_MEDIUM_PATH_LOSS_H

#include <stdint.h>

// Free space at 403.5 MHz, the middle of the band: 20 log10(4 pi d / wavelength).
// Nearer than wavelength / 2 pi (118 mm) that does not hold; the loss then stays
// what it is there, 6 dB.
int32_t rl_rf_loss_q8_db(uint64_t square_mm);

// Between two coils the field falls with the cube of the distance, so 60 dB a
// decade; 40 dB at 10 mm, an arbitrary origin, and nearer.
int32_t rl_near_loss_q8_db(uint64_t square_mm);

#endif
