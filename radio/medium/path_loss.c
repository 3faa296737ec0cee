// path_loss.c - logarithms from a table, so that every machine decides alike

#include "path_loss.h"

// 10 log10(1 + i / 64) dB in units of 1/65536 dB, i = 0..64, rounded to nearest:
// round(10 * log10(1 + i / 64.0) * 65536). Between two entries a straight line
// is at most 0.00014 dB too low.
// clang-format off
static const int32_t mantissa_q16[65] = {
         0,   4413,   8758,  13038,  17255,  21410,  25505,  29543,
     33523,  37449,  41322,  45142,  48912,  52632,  56305,  59931,
     63511,  67047,  70539,  73989,  77398,  80766,  84095,  87385,
     90638,  93854,  97034, 100179, 103290, 106367, 109411, 112423,
    115403, 118353, 121272, 124161, 127022, 129854, 132658, 135435,
    138185, 140909, 143606, 146279, 148926, 151550, 154149, 156725,
    159277, 161807, 164315, 166801, 169265, 171708, 174130, 176532,
    178914, 181276, 183619, 185942, 188247, 190533, 192801, 195051,
    197283,
};
// clang-format on

enum {
    OCTAVE_Q16 = 197283, // 10 log10(2)
    DB_Q16 = 65536,
    RF_AT_1MM_Q16 = -2322291,       // 20 log10(4 pi * 1 mm / 742.98 mm)
    RF_LEAST_SQUARE_MM = 118 * 118, // wavelength / 2 pi
    NEAR_ORIGIN_SQUARE_MM = 10 * 10,
    NEAR_ORIGIN_Q16 = 40 * DB_Q16,
};

static int highest_bit(uint64_t x)
{
    int n = 0;
    for (int step = 32; step > 0; step /= 2) {
        if (x >> step != 0) {
            x >>= step;
            n += step;
        }
    }
    return n;
}

// 10 log10(x) in 1/65536 dB; x is not 0.
static int32_t ten_log10_q16(uint64_t x)
{
    int octaves = highest_bit(x);
    uint64_t mantissa = x << (63 - octaves); // 1.0 is the top bit
    uint32_t i = (uint32_t)(mantissa >> 57 & 63);
    int64_t between = (int64_t)(mantissa >> 41 & 0xffff);
    int64_t rise = mantissa_q16[i + 1] - mantissa_q16[i];
    return octaves * OCTAVE_Q16 + mantissa_q16[i] + (int32_t)(rise * between / 65536);
}

static int32_t q8_of_q16(int32_t positive)
{
    return (positive + 128) / 256;
}

int32_t rl_rf_loss_q8_db(uint64_t square_mm)
{
    if (square_mm < RF_LEAST_SQUARE_MM)
        square_mm = RF_LEAST_SQUARE_MM;
    return q8_of_q16(ten_log10_q16(square_mm) + RF_AT_1MM_Q16);
}

int32_t rl_near_loss_q8_db(uint64_t square_mm)
{
    if (square_mm < NEAR_ORIGIN_SQUARE_MM)
        square_mm = NEAR_ORIGIN_SQUARE_MM;
    return q8_of_q16(NEAR_ORIGIN_Q16 + 3 * (ten_log10_q16(square_mm) - 20 * DB_Q16));
}
