// Many implants of a make, and what one programmer's keys do to them (I9).

#include "stage.h"
#include <attack/attacker.h>
#include <attack/puppet.h>
#include <crypto/init.h>
#include <matrix/honest.h>
#include <scenario/load.h>
#include <suite.h>

static struct hx_bench b;
static struct hx_puppet puppet;

enum { FEW = 5 };

static const struct hx_cast cardiac = {.tries = 2}, pump = {.pump = true, .tries = 2};

// An implant and a programmer that are paired.
static void begin(const struct hx_cast *cast)
{
    stage_set(&b, cast);
    puppet = (struct hx_puppet){0};
    hx_puppet_start(&puppet, 1, "fleet");
    b.puppet = &puppet;
    hx_bench_run(&b, TP_SECOND / 2);
    CU_ASSERT_EQUAL_FATAL(hx_honest_pair(&b, HX_NODE_PROGRAMMER, HX_NODE_IMPLANT), 1);
}

static void take(enum hx_verb verb, uint64_t stolen, int64_t value)
{
    char why[80];
    struct hx_step s;
    hx_step_blank(HX_ACTOR_ATTACKER, verb, &s);
    s.stolen = stolen;
    s.value = value;
    CU_ASSERT_EQUAL(hx_attacker_step(&b, &s, why, sizeof why), 0);
}

static void steal(uint64_t what)
{
    take(HX_DO_STEAL, what, 0);
}

static void open_fleet(int64_t count)
{
    take(HX_DO_OPEN_FLEET, 0, count);
}

static const uint64_t key = UINT64_C(1) << HX_STOLEN_PROGRAMMER_KEY,
                      bond = UINT64_C(1) << HX_STOLEN_PROGRAMMER_BOND;

static void ones_keys_open_no_other(void)
{
    const struct hx_cast *casts[] = {&cardiac, &pump};
    for (size_t i = 0; i < 2; i++) {
        begin(casts[i]);
        steal(key | bond);
        open_fleet(FEW);
        CU_ASSERT_EQUAL(b.truth.fleet, FEW);
        CU_ASSERT_EQUAL(b.truth.fleet_opened, 0);
        CU_ASSERT_EQUAL(b.truth.violated, 0);
    }
}

static void half_of_the_keys_open_nothing(void)
{
    begin(&cardiac);
    steal(bond);
    open_fleet(FEW);
    CU_ASSERT_EQUAL(b.truth.fleet, 0);
    begin(&cardiac);
    steal(key);
    open_fleet(FEW);
    CU_ASSERT_EQUAL(b.truth.fleet, 0);
}

static void who_is_not_able_to_does_not_try(void)
{
    begin(&cardiac);
    steal(key | bond);
    b.attacker.lost = 1u << HX_ABILITY_INJECT;
    open_fleet(FEW);
    CU_ASSERT_EQUAL(b.truth.fleet, 0);
}

#ifdef TP_WEAKNESSES
static void equal_keys_open_them_all(void)
{
    const struct hx_cast *casts[] = {&cardiac, &pump};
    for (size_t i = 0; i < 2; i++) {
        struct hx_cast alike = *casts[i];
        tp_controls_drop(&alike.controls, TP_CTL_DEVICE_KEYS);
        begin(&alike);
        steal(key | bond);
        open_fleet(FEW);
        CU_ASSERT_EQUAL(b.truth.fleet_opened, FEW);
        CU_ASSERT_EQUAL(b.truth.violated, ONLY(HX_I9));
        CU_ASSERT_STRING_EQUAL(b.truth.first, "one device's keys open 5 of 5 others");
        open_fleet(2); // and some of them
        CU_ASSERT_EQUAL(b.truth.fleet_opened, 2);
    }
}
#endif

// The stolen keys do open the one that they are for: with them, it is the keys alone
// that keep the others shut.
static void the_keys_open_their_own(void)
{
    struct hx_step s;
    char why[80];
    begin(&cardiac);
    steal(key | bond);
    hx_step_blank(HX_ACTOR_ATTACKER, HX_DO_PUPPET_OPEN, &s);
    s.purpose = HX_PURPOSE_READ_OUT;
    CU_ASSERT_EQUAL(hx_attacker_step(&b, &s, why, sizeof why), 0);
    CU_ASSERT_TRUE(puppet.open);
}

static const struct suite_case cases[] = {
    {"one device's keys open no other", ones_keys_open_no_other},
    {"half of the keys open nothing", half_of_the_keys_open_nothing},
    {"who is not able to does not try", who_is_not_able_to_does_not_try},
    {"the keys open their own device", the_keys_open_their_own},
#ifdef TP_WEAKNESSES
    {"equal keys open them all, which breaks I9", equal_keys_open_them_all},
#endif
    {0}};

int main(void)
{
    return cr_init() ? 2 : suite_main("bench fleet", cases);
}
