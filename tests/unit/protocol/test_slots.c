// test_slots.c - two places for software: what a start makes of them

#include "device.h"
#include <crypto/init.h>
#include <suite.h>

enum { CUTS_MAX = 64 };

static void a_release_is_received_and_runs(void)
{
    struct release r = device_release(11);
    device_start();
    CU_ASSERT(device.runs == 10 && device.s.version == 10 && device.s.least == 1);
    CU_ASSERT_EQUAL(device.writes, 0);
    CU_ASSERT_FATAL(device_receive(&r));
    CU_ASSERT_EQUAL(device.s.version, 10); // until it starts anew
    CU_ASSERT_EQUAL(device_boot(), TP_SLOTS_SWITCHED);
    CU_ASSERT(device.runs == 11 && device.s.version == 11 && device.s.active == 1);
    CU_ASSERT_EQUAL(device_boot(), TP_SLOTS_SAME);
    CU_ASSERT(device.runs == 11 && device.writes == 0);
    r = device_release(12); // and back into the first place
    CU_ASSERT_FATAL(device_receive(&r));
    CU_ASSERT_EQUAL(device_boot(), TP_SLOTS_SWITCHED);
    CU_ASSERT(device.runs == 12 && device.s.active == 0);
}

static void the_greatest_and_the_smallest_fit(void)
{
    static const uint16_t sizes[] = {1, 63, 64, 65, 767, 768};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct release r = device_release(11);
        r.m.size = sizes[i];
        bed_sign(&r.m, r.image);
        device_start();
        memset(device.nvm + DEVICE_END, 0xee, DEVICE_NVM_LEN - DEVICE_END);
        CU_ASSERT_FATAL(device_receive(&r));
        CU_ASSERT_EQUAL(device_boot(), TP_SLOTS_SWITCHED);
        CU_ASSERT_EQUAL(device.runs, 11);
        CU_ASSERT_EQUAL(device.nvm[DEVICE_END], 0xee);
    }
}

// How many of all the power cuts of an update left nothing to run.
static int cuts_that_kill(struct tp_controls controls)
{
    int dead = 0, cuts = 0;
    struct release r = device_release(11);
    for (int cut = 1; cut < CUTS_MAX; cut++) {
        device_start_with(controls);
        device.cut_after = cut;
        if (device_receive(&r))
            device_boot();
        if (device.cut_after > 0)
            break;
        cuts++;
        enum tp_slots_event e = device_boot();
        dead += e == TP_SLOTS_NOTHING;
        CU_ASSERT_EQUAL(e == TP_SLOTS_NOTHING, device.runs == 0);
        CU_ASSERT(device.runs == 0 || device.runs == 10 || device.runs == 11);
        if (device.runs == 10) // it can be had again
            CU_ASSERT(device_receive(&r) && device_boot() == TP_SLOTS_SWITCHED);
        CU_ASSERT(device.runs == 0 || device.runs == 11);
    }
    // Mark, manifest in two writes, four chunks, mark; then head and mark of the start.
    CU_ASSERT(cuts >= 8 && cuts <= 10);
    return dead;
}

// UPD-7: a power cut after any write of an update and of the start behind it.
static void a_power_cut_leaves_the_old_or_the_new(void)
{
    CU_ASSERT_EQUAL(cuts_that_kill(all_controls), 0);
    struct tp_controls weak = without(TP_CTL_UPDATE_ATOMIC);
    CU_ASSERT_EQUAL(cuts_that_kill(weak) > 0, (bool)SWITCHES);
}

// UPD-7: which runs and the least version change with one write.
static void one_write_decides(void)
{
    struct release r = device_release(11);
    r.m.least = 11;
    bed_sign(&r.m, r.image);
    device_start();
    CU_ASSERT_FATAL(device_receive(&r));
    CU_ASSERT_EQUAL(device.head_writes, 0);
    device.cut_after = 1;
    CU_ASSERT_EQUAL(device_boot(), TP_SLOTS_SWITCHED);
    CU_ASSERT(device.cut && device.head_writes == 1);
    CU_ASSERT(device.nvm[DEVICE_BASE] == 1 && device.nvm[DEVICE_BASE + 4] == 11);
    // The start after the cut ends what that one began, and says so.
    CU_ASSERT_EQUAL(device_boot(), TP_SLOTS_SWITCHED);
    CU_ASSERT(device.runs == 11 && device.s.least == 11);
    CU_ASSERT_EQUAL(device_boot(), TP_SLOTS_SAME);
    // So the next update is not mistaken for that one, nor it for a refused one.
    r = device_release(12);
    CU_ASSERT_FATAL(device_receive(&r));
    CU_ASSERT_EQUAL(device_boot(), TP_SLOTS_SWITCHED);
    CU_ASSERT_EQUAL(device_boot(), TP_SLOTS_SAME);
    CU_ASSERT_EQUAL(device.runs, 12);
}

// UPD-6: every byte of what was received counts at the start, not on arrival.
static void what_was_changed_after_arrival_is_found_out(void)
{
    struct release r = device_release(11);
    struct tp_controls weak = without(TP_CTL_UPDATE_VERIFY_AT_USE);
    for (size_t i = 0; i < (size_t)TP_MANIFEST_LEN + r.m.size; i += 3) {
        device_start();
        CU_ASSERT_FATAL(device_receive(&r));
        device_slot(1)[i < TP_MANIFEST_LEN ? TP_SLOT_MANIFEST + i
                                           : TP_SLOT_IMAGE + i - TP_MANIFEST_LEN] ^= 1;
        CU_ASSERT_EQUAL(device_boot(), TP_SLOTS_REFUSED);
        CU_ASSERT_EQUAL(device.runs, 10);
        CU_ASSERT_EQUAL(device_boot(), TP_SLOTS_SAME); // and is not tried again
    }
    device_start_with(weak);
    CU_ASSERT_FATAL(device_receive(&r));
    device_slot(1)[TP_SLOT_IMAGE + 7] ^= 1;
    CU_ASSERT_EQUAL(device_boot(), SWITCHES ? TP_SLOTS_SWITCHED : TP_SLOTS_REFUSED);
    CU_ASSERT_EQUAL(device.runs, SWITCHES ? 11 : 10);
}

// UPD-6: a device that does not ask at its start does on arrival.
static void a_wrong_image_does_not_run(void)
{
    struct release r = device_release(11);
    r.image[100] ^= 1;
    device_start();
    CU_ASSERT(device_receive(&r));
    CU_ASSERT_EQUAL(device_boot(), TP_SLOTS_REFUSED);
    CU_ASSERT_EQUAL(device.runs, 10);
    device_start_with(without(TP_CTL_UPDATE_VERIFY_AT_USE));
    CU_ASSERT_EQUAL(device_receive(&r), !SWITCHES);
}

// UPD-4: nor does a start take what is older, whoever put it there.
static void no_start_goes_back(void)
{
    struct release old = device_release(9);
    device_start();
    device_plant(1, &old);
    CU_ASSERT_EQUAL(device_boot(), TP_SLOTS_REFUSED);
    CU_ASSERT_EQUAL(device.runs, 10);
    device_start_with(without(TP_CTL_UPDATE_NO_ROLLBACK));
    device_plant(1, &old);
    CU_ASSERT_EQUAL(device_boot(), SWITCHES ? TP_SLOTS_SWITCHED : TP_SLOTS_REFUSED);
    CU_ASSERT_EQUAL(device.runs, SWITCHES ? 9 : 10);
}

// Runs a release whose manifest says the least version is that.
static void move_to(uint32_t version, uint32_t least)
{
    struct release r = device_release(version);
    r.m.least = least;
    bed_sign(&r.m, r.image);
    CU_ASSERT_FATAL(device_receive(&r));
    CU_ASSERT_EQUAL_FATAL(device_boot(), TP_SLOTS_SWITCHED);
}

// UPD-4: the least version rises with what ran and never falls.
static void the_least_version_never_falls(void)
{
    device_start();
    move_to(11, 5);
    CU_ASSERT_EQUAL(device.s.least, 5);
    move_to(12, 2);
    CU_ASSERT_EQUAL(device.s.least, 5);
    move_to(13, 13);
    CU_ASSERT_EQUAL(device.s.least, 13);
    device_boot();
    CU_ASSERT_EQUAL(device.s.least, 13);
    struct release r = device_release(UINT32_MAX);
    CU_ASSERT(device_receive(&r) && device_boot() == TP_SLOTS_SWITCHED);
    CU_ASSERT_EQUAL(device.s.least, 13);
    for (uint32_t version = 0; version < 3;
         version++) { // no version is beyond the last
        r = device_release(version - 1);
        r.m.least = 0;
        bed_sign(&r.m, r.image);
        CU_ASSERT_EQUAL(device_begin(&r.m, DEVICE_NOW_S), TP_E_AUTH);
    }
}

// UPD-7: what ran before is there if what runs rots; below the least version it is not.
static void what_ran_before_still_can(void)
{
    device_start();
    move_to(11, 10);
    device_slot(1)[TP_SLOT_IMAGE] ^= 1;
    CU_ASSERT_EQUAL(device_boot(), TP_SLOTS_BACK);
    CU_ASSERT(device.runs == 10 && device.s.active == 0);
    CU_ASSERT_EQUAL(device_boot(), TP_SLOTS_SAME);
    move_to(12, 10);

    device_start();
    move_to(11, 11);
    device_slot(1)[TP_SLOT_IMAGE] ^= 1;
    CU_ASSERT_EQUAL(device_boot(), TP_SLOTS_NOTHING);
    CU_ASSERT_EQUAL(device.runs, 0);
}

int main(void)
{
    static const struct suite_case cases[] = {
        {"UPD-7: a release is received and runs", a_release_is_received_and_runs},
        {"UPD-1: the greatest and the smallest fit", the_greatest_and_the_smallest_fit},
        {"UPD-7: a power cut leaves the old or the new",
         a_power_cut_leaves_the_old_or_the_new},
        {"UPD-7: one write decides", one_write_decides},
        {"UPD-6: what was changed after arrival is found out",
         what_was_changed_after_arrival_is_found_out},
        {"UPD-6: a wrong image does not run", a_wrong_image_does_not_run},
        {"UPD-4: no start goes back", no_start_goes_back},
        {"UPD-4: the least version never falls", the_least_version_never_falls},
        {"UPD-7: what ran before still can", what_ran_before_still_can},
        {0},
    };
    if (cr_init())
        return 2;
    return suite_main("protocol/slots", cases);
}
