// life = charge / (base current + extra current), in integers.

#include <patient/battery.h>

enum { DAY_S = 86400 };
#define SECOND_US UINT64_C(1000000)

uint64_t hx_battery_life_s(uint64_t extra_nc_s)
{
    if (extra_nc_s > HX_BATTERY_NC)
        return 0;
    return HX_BATTERY_NC / (HX_BATTERY_BASE_NC_S + extra_nc_s);
}

uint64_t hx_battery_life_days(uint64_t extra_nc_s)
{
    return hx_battery_life_s(extra_nc_s) / DAY_S;
}

// Nearest nanocoulombs a second; a current that empties the battery within its
// first second is not told from a greater one.
static uint64_t current_nc_s(uint64_t nc, uint64_t over_us)
{
    while (over_us > UINT64_MAX / SECOND_US / 2) { // a hundred days: halve both
        over_us /= 2;
        nc /= 2;
    }
    if (over_us == 0)
        return 0;
    uint64_t whole = nc / over_us;
    if (whole > HX_BATTERY_NC / SECOND_US)
        return HX_BATTERY_NC;
    uint64_t part = (nc % over_us * SECOND_US + over_us / 2) / over_us;
    return whole * SECOND_US + part;
}

uint32_t hx_battery_days_lost(uint64_t unearned_nc, uint64_t over_us)
{
    uint64_t life_s = hx_battery_life_s(current_nc_s(unearned_nc, over_us));
    uint64_t lost_s = hx_battery_life_s(0) - life_s;
    return (uint32_t)((lost_s + DAY_S / 2) / DAY_S);
}
