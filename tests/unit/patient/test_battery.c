// Charge into days: a table of wake-up floods, by the integer formula.

#include <CUnit/CUnit.h>
#include <math.h>
#include <patient/battery.h>
#include <stdio.h>
#include <suite.h>

static const double day_s = 86400, year_s = 365.25 * 86400;

// A bogus wake-up keeps a 5 mA receiver on for so long, so often.
static uint64_t flood_nc_s(uint64_t on_ms, uint64_t every_s)
{
    return on_ms * 5000 / every_s;
}

static void the_flooding_table_is_reproduced(void)
{
    // The life of 1 Ah at 15 uA, to the last digit printed.
    static const struct {
        uint64_t on_ms, every_s;
        double life, unit_s, last_digit;
    } cells[] = {
        {10, 60, 7.2, year_s, 0.1},   {10, 10, 5.7, year_s, 0.1},
        {10, 1, 1.8, year_s, 0.1},    {50, 60, 6.0, year_s, 0.1},
        {50, 10, 2.9, year_s, 0.1},   {50, 1, 0.43, year_s, 0.01},
        {100, 60, 4.9, year_s, 0.1},  {100, 10, 1.8, year_s, 0.1},
        {1000, 60, 1.2, year_s, 0.1}, {1000, 1, 8.3, day_s, 0.1},
        {0, 1, 7.6, year_s, 0.1},
    };
    double worst = 0;
    for (size_t i = 0; i < sizeof cells / sizeof cells[0]; i++) {
        uint64_t s = hx_battery_life_s(flood_nc_s(cells[i].on_ms, cells[i].every_s));
        double off = fabs((double)s / cells[i].unit_s - cells[i].life);
        CU_ASSERT(off <= cells[i].last_digit / 2);
        worst = fmax(worst, off / cells[i].last_digit);
    }
    printf("# furthest from a printed cell: %.2f of its last digit\n", worst);

    // The two cells of whole days are 80.9 days, rounded down.
    CU_ASSERT_EQUAL(hx_battery_life_days(flood_nc_s(100, 1)), 80);
    CU_ASSERT_EQUAL(hx_battery_life_days(flood_nc_s(1000, 10)), 80);
}

static void days_are_whole(void)
{
    CU_ASSERT_EQUAL(hx_battery_life_s(0), 240000000); // 3600 C / 15 uA
    CU_ASSERT_EQUAL(hx_battery_life_days(0), 2777);
    CU_ASSERT_EQUAL(hx_battery_life_days(15000), 1388);
    CU_ASSERT_EQUAL(hx_battery_life_days(5000000), 8);
}

static void nothing_unearned_costs_nothing(void)
{
    CU_ASSERT_EQUAL(hx_battery_days_lost(0, 1000000), 0);
    CU_ASSERT_EQUAL(hx_battery_days_lost(0, 0), 0);
    CU_ASSERT_EQUAL(hx_battery_days_lost(5000, 0), 0);
}

static void a_current_is_what_counts_and_not_how_long_it_was_watched(void)
{
    // 15 uA more halves the life: 2777.8 days become 1388.9.
    CU_ASSERT_EQUAL(hx_battery_days_lost(15000, 1000000), 1389);
    CU_ASSERT_EQUAL(hx_battery_days_lost(15, 1000), 1389);
    uint64_t year_us = UINT64_C(31536000) * 1000000;
    CU_ASSERT_EQUAL(hx_battery_days_lost(UINT64_C(31536000) * 15000, year_us), 1389);
    CU_ASSERT_EQUAL(hx_battery_days_lost(UINT64_C(315360000) * 15000, 10 * year_us),
                    1389);
    // A receiver that never goes off: 8.3 days are left.
    CU_ASSERT_EQUAL(hx_battery_days_lost(UINT64_C(3600) * 5000000, 3600000000), 2769);
}

static void a_trickle_is_taken_to_the_nearest_nanoampere(void)
{
    CU_ASSERT_EQUAL(hx_battery_days_lost(3, 1000000), 1);     // 3 nA: 0.56 days
    CU_ASSERT_EQUAL(hx_battery_days_lost(299, 100000000), 1); // 2.99 nA
    CU_ASSERT_EQUAL(hx_battery_days_lost(249, 100000000), 0); // 2.49 nA: 2
    CU_ASSERT_EQUAL(hx_battery_days_lost(1, UINT64_C(1) << 40), 0);
}

static void no_value_overflows(void)
{
    static const uint64_t nc[] = {1, 15000, UINT64_C(1) << 44, UINT64_MAX - 1,
                                  UINT64_MAX};
    static const uint64_t us[] = {
        1, 3, 1000000, UINT64_C(9223372036854), UINT64_C(9223372036855), UINT64_MAX};
    for (size_t i = 0; i < sizeof us / sizeof us[0]; i++) {
        uint32_t before = 0;
        for (size_t j = 0; j < sizeof nc / sizeof nc[0]; j++) {
            uint32_t lost = hx_battery_days_lost(nc[j], us[i]);
            CU_ASSERT(lost >= before && lost <= 2778);
            before = lost;
        }
    }
    CU_ASSERT_EQUAL(hx_battery_days_lost(UINT64_MAX, 1), 2778); // all of it
    // 1 mA leaves 41.05 days of 2777.78.
    CU_ASSERT_EQUAL(hx_battery_days_lost(UINT64_C(31536000) * 1000000 - 1,
                                         UINT64_C(31536000) * 1000000),
                    2737);
    CU_ASSERT_EQUAL(hx_battery_days_lost(UINT64_MAX, UINT64_MAX), 2737);
    CU_ASSERT_EQUAL(hx_battery_life_s(UINT64_MAX), 0);
}

int main(void)
{
    static const struct suite_case cases[] = {
        {"the wake-up flooding table is reproduced", the_flooding_table_is_reproduced},
        {"days are whole", days_are_whole},
        {"nothing unearned costs nothing", nothing_unearned_costs_nothing},
        {"a current is what counts, and not how long it was watched",
         a_current_is_what_counts_and_not_how_long_it_was_watched},
        {"a trickle is taken to the nearest nanoampere",
         a_trickle_is_taken_to_the_nearest_nanoampere},
        {"no value overflows", no_value_overflows},
        {0},
    };
    return suite_main("patient/battery", cases);
}
