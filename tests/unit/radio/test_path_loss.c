#include "../../../radio/medium/path_loss.h"
#include "suite.h"
#include <math.h>

static const double pi = 3.14159265358979323846;
static const double wavelength_mm = 299792458.0 / 403.5e6 * 1000;

static double free_space_db(double square_mm)
{
    return 20 * log10(4 * pi * sqrt(square_mm) / wavelength_mm);
}

static double coil_db(double square_mm)
{
    return 40 + 60 * log10(sqrt(square_mm) / 10);
}

// Distances that reach every entry of the table and between, up to 2^31 mm.
static uint64_t nth_square(unsigned n)
{
    return (uint64_t)(13924 * pow(1.0071, n));
}

static void free_space_is_as_the_formula_says(void)
{
    for (unsigned n = 0; n < 4900; n++) {
        uint64_t square = nth_square(n);
        double exact = 256 * free_space_db((double)square);
        CU_ASSERT(fabs(rl_rf_loss_q8_db(square) - exact) <= 1);
    }
}

static void coils_are_as_the_formula_says(void)
{
    for (uint64_t square = 100; square < 20000; square++) {
        double exact = 256 * coil_db((double)square);
        CU_ASSERT(fabs(rl_near_loss_q8_db(square) - exact) <= 1);
    }
    for (unsigned n = 0; n < 4900; n++) {
        uint64_t square = nth_square(n);
        double exact = 256 * coil_db((double)square);
        CU_ASSERT(fabs(rl_near_loss_q8_db(square) - exact) <= 1);
    }
}

static void loss_never_falls_with_distance(void)
{
    for (unsigned n = 1; n < 4900; n++) {
        uint64_t square = nth_square(n), before = nth_square(n - 1);
        CU_ASSERT(rl_rf_loss_q8_db(square) >= rl_rf_loss_q8_db(before));
        CU_ASSERT(rl_near_loss_q8_db(square) >= rl_near_loss_q8_db(before));
    }
}

static void closer_than_the_formulas_hold_nothing_changes(void)
{
    int32_t least = rl_rf_loss_q8_db(13924); // 118 mm
    CU_ASSERT(fabs(least - 256 * 20 * log10(2)) < 8);
    CU_ASSERT_EQUAL(rl_rf_loss_q8_db(0), least);
    CU_ASSERT_EQUAL(rl_rf_loss_q8_db(13689), least);
    CU_ASSERT_EQUAL(rl_near_loss_q8_db(0), 40 * 256);
    CU_ASSERT_EQUAL(rl_near_loss_q8_db(99), 40 * 256);
}

static void the_farthest_distance_still_has_a_loss(void)
{
    double exact = 256 * free_space_db((double)UINT64_MAX);
    CU_ASSERT(fabs(rl_rf_loss_q8_db(UINT64_MAX) - exact) <= 1);
}

int main(void)
{
    static const struct suite_case cases[] = {
        {"free space is within 1/256 dB of Friis", free_space_is_as_the_formula_says},
        {"coils are within 1/256 dB of 60 dB a decade", coils_are_as_the_formula_says},
        {"loss never falls with distance", loss_never_falls_with_distance},
        {"nearer than the formulas hold, loss stays",
         closer_than_the_formulas_hold_nothing_changes},
        {"the farthest distance still has a loss",
         the_farthest_distance_still_has_a_loss},
        {0},
    };
    return suite_main("radio/path_loss", cases);
}
