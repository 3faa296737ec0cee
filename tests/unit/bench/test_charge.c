// What a radio costs: continuous reception, sniffing, and whose account it is on.

#include <CUnit/CUnit.h>
#include <bench/charge.h>
#include <protocol/limits.h>
#include <suite.h>

static void a_receiver_that_is_on_costs_by_the_microsecond(void)
{
    struct hx_charge c = {0};
    hx_charge_listen(&c, 0, EP_NEVER);
    hx_charge_accrue(&c, TP_SECOND, false);
    CU_ASSERT_EQUAL(c.total_nc, TP_SECOND * HX_RADIO_NC_US);
    CU_ASSERT_EQUAL(c.unearned_nc, c.total_nc);
}

static void nothing_is_charged_twice(void)
{
    struct hx_charge c = {0};
    hx_charge_listen(&c, 0, EP_NEVER);
    for (uint64_t t = 0; t <= 1000; t += 10)
        hx_charge_accrue(&c, t, false);
    hx_charge_accrue(&c, 1000, false);
    CU_ASSERT_EQUAL(c.total_nc, 1000 * HX_RADIO_NC_US);
}

static void a_receiver_goes_off_when_its_time_is_up(void)
{
    struct hx_charge c = {0};
    hx_charge_listen(&c, 0, 300);
    hx_charge_accrue(&c, 100, true);
    CU_ASSERT_EQUAL(c.total_nc, 100 * HX_RADIO_NC_US);
    hx_charge_accrue(&c, 5000, true);
    CU_ASSERT_EQUAL(c.total_nc, 300 * HX_RADIO_NC_US);
    hx_charge_accrue(&c, 9000, true);
    CU_ASSERT_EQUAL(c.total_nc, 300 * HX_RADIO_NC_US);
}

static void what_was_off_costs_nothing_when_it_is_turned_on(void)
{
    struct hx_charge c = {0};
    hx_charge_accrue(&c, 4 * TP_SECOND, false);
    hx_charge_listen(&c, 0, EP_NEVER);
    hx_charge_accrue(&c, 4 * TP_SECOND + 7, false);
    CU_ASSERT_EQUAL(c.total_nc, 7 * HX_RADIO_NC_US);
}

static void sniffing_is_cheap_and_always_earned(void)
{
    struct hx_charge c = {0};
    hx_charge_listen(&c, (uint32_t)TP_SNIFF_US, EP_NEVER);
    hx_charge_accrue(&c, 100 * TP_SECOND, false);
    CU_ASSERT_EQUAL(c.total_nc, 100 * HX_SNIFF_NC);
    CU_ASSERT_EQUAL(c.unearned_nc, 0);

    struct hx_charge slow = {0};
    hx_charge_listen(&slow, (uint32_t)TP_SNIFF_SLOW_US, EP_NEVER);
    hx_charge_accrue(&slow, 100 * TP_SECOND, false);
    CU_ASSERT_EQUAL(slow.total_nc, 10 * HX_SNIFF_NC);
}

static void an_honest_session_is_earned(void)
{
    struct hx_charge c = {0};
    hx_charge_listen(&c, 0, EP_NEVER);
    hx_charge_accrue(&c, 100, true);
    CU_ASSERT_EQUAL(c.unearned_nc, 0);
    hx_charge_accrue(&c, 150, false);
    CU_ASSERT_EQUAL(c.unearned_nc, 50 * HX_RADIO_NC_US);
    hx_charge_spend(&c, 1000, true);
    CU_ASSERT_EQUAL(c.unearned_nc, 50 * HX_RADIO_NC_US);
    hx_charge_spend(&c, 1000, false);
    CU_ASSERT_EQUAL(c.unearned_nc, 50 * HX_RADIO_NC_US + 1000);
    CU_ASSERT_EQUAL(c.total_nc, 150 * HX_RADIO_NC_US + 2000);
}

static void a_short_empties_the_battery_in_a_day(void)
{
    struct hx_charge c = {.faulty = true};
    hx_charge_accrue(&c, 6 * 3600 * TP_SECOND, true);
    CU_ASSERT(c.fault_nc > HX_BATTERY_NC / 4 - HX_BATTERY_NC / 1000);
    CU_ASSERT(c.fault_nc < HX_BATTERY_NC / 4 + HX_BATTERY_NC / 1000);
    CU_ASSERT_EQUAL(c.total_nc, 0); // no radio spent it, so no stranger did
    CU_ASSERT_EQUAL(c.unearned_nc, 0);
    hx_charge_accrue(&c, UINT64_C(25) * 3600 * TP_SECOND, false);
    CU_ASSERT_EQUAL(c.fault_nc, HX_BATTERY_NC); // and then there is no more
    CU_ASSERT_EQUAL(c.unearned_nc, 0);
}

static void ten_years_do_not_overflow(void)
{
    struct hx_charge c = {0};
    uint64_t years = UINT64_C(10) * 365 * 86400 * TP_SECOND;
    hx_charge_listen(&c, 0, EP_NEVER);
    hx_charge_accrue(&c, years, false);
    CU_ASSERT_EQUAL(c.total_nc, years * HX_RADIO_NC_US);
    CU_ASSERT(c.total_nc > HX_BATTERY_NC); // a receiver always on empties any battery

    struct hx_charge sniff = {0};
    hx_charge_listen(&sniff, (uint32_t)TP_SNIFF_US, EP_NEVER);
    hx_charge_accrue(&sniff, years, false);
    CU_ASSERT_EQUAL(sniff.total_nc, years / TP_SNIFF_US * HX_SNIFF_NC);
    CU_ASSERT(sniff.total_nc < HX_BATTERY_NC / 20); // sniffing does not
}

static const struct suite_case cases[] = {
    {"a receiver that is on costs by the microsecond",
     a_receiver_that_is_on_costs_by_the_microsecond},
    {"nothing is charged twice", nothing_is_charged_twice},
    {"a receiver goes off when its time is up",
     a_receiver_goes_off_when_its_time_is_up},
    {"what was off costs nothing when it is turned on",
     what_was_off_costs_nothing_when_it_is_turned_on},
    {"sniffing is cheap and always earned", sniffing_is_cheap_and_always_earned},
    {"an honest session is earned, anything else is not", an_honest_session_is_earned},
    {"a short empties the battery in a day", a_short_empties_the_battery_in_a_day},
    {"ten years do not overflow", ten_years_do_not_overflow},
    {0}};

int main(void)
{
    return suite_main("bench charge", cases);
}
