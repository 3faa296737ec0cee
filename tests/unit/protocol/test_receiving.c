// test_receiving.c - a release on its way into a device: what is taken, in which order

#include "device.h"
#include <crypto/init.h>
#include <suite.h>

struct bad {
    enum tp_control control;
    struct tp_manifest m;
    uint32_t now_s;
};

// Refused with every control, and begun and run without the one that is asked.
static void refused_but_for(const struct bad *bad, const uint8_t *image)
{
    struct release r = {.m = bad->m};
    memcpy(r.image, image, sizeof r.image);
    device_start();
    CU_ASSERT_EQUAL(device_begin(&bad->m, bad->now_s), TP_E_AUTH);
    CU_ASSERT(device.writes == 0 && device.s.size == 0);
    device_start_with(without(bad->control));
    CU_ASSERT_EQUAL(device_begin(&bad->m, bad->now_s), SWITCHES ? TP_OK : TP_E_AUTH);
    if (!SWITCHES)
        return;
    for (size_t at = 0; at < r.m.size; at += TP_CHUNK_MAX)
        CU_ASSERT_EQUAL(device_chunk(&r, at, device_len_at(&r, at)), TP_OK);
    CU_ASSERT_EQUAL(device_finish(), TP_OK);
    CU_ASSERT_EQUAL(device_boot(), TP_SLOTS_SWITCHED);
    CU_ASSERT_EQUAL(device.runs, r.m.version);
}

// UPD-2, UPD-3, UPD-4, UPD-5
static void each_control_refuses_its_own(void)
{
    struct release r = device_release(11);
    struct bad forged = {TP_CTL_UPDATE_SIGNATURE, r.m, DEVICE_NOW_S};
    struct bad other = {TP_CTL_UPDATE_SCOPE, r.m, DEVICE_NOW_S};
    struct bad late = {TP_CTL_UPDATE_EXPIRY, r.m, r.m.expiry_s + 1};
    forged.m.signature[9] ^= 1;
    other.m.model = TP_MODEL_PUMP;
    bed_sign(&other.m, r.image);
    refused_but_for(&forged, r.image);
    refused_but_for(&other, r.image);
    refused_but_for(&late, r.image);
    for (uint32_t version = 8; version <= 10; version++) { // the same is no newer
        r = device_release(version);
        struct bad old = {TP_CTL_UPDATE_NO_ROLLBACK, r.m, DEVICE_NOW_S};
        if (version < 10)
            refused_but_for(&old, r.image);
        device_start();
        CU_ASSERT_EQUAL(device_begin(&r.m, DEVICE_NOW_S), TP_E_AUTH);
    }
    r = device_release(11);
    device_start();
    CU_ASSERT_EQUAL(device_begin(&r.m, r.m.expiry_s), TP_OK); // the last second counts
}

// UPD-9: in order, of the right length; a repeat changes nothing.
static void chunks_come_in_order(void)
{
    struct release r = device_release(11);
    device_start();
    CU_ASSERT_EQUAL(device_chunk(&r, 0, 64), TP_E_STATE);
    CU_ASSERT_EQUAL(device_finish(), TP_E_STATE);
    CU_ASSERT_EQUAL_FATAL(device_begin(&r.m, DEVICE_NOW_S), TP_OK);
    CU_ASSERT_EQUAL(device_chunk(&r, 64, 64), TP_E_STATE);
    for (size_t len = 0; len <= TP_IMAGE_MAX; len++)
        if (len != 64)
            CU_ASSERT_EQUAL(device_chunk(&r, 0, len), TP_E_VALUE);
    CU_ASSERT_EQUAL(device_chunk(&r, 0, 64), TP_OK);
    unsigned before = device.writes;
    CU_ASSERT_EQUAL(device_chunk(&r, 0, 64), TP_OK);
    CU_ASSERT_EQUAL(device.writes, before);
    CU_ASSERT_EQUAL(device_chunk(&r, 1, 64), TP_E_VALUE);
    CU_ASSERT_EQUAL(device_chunk(&r, 65, 64), TP_E_STATE);
    CU_ASSERT_EQUAL(device_chunk(&r, 64, 64), TP_OK);
    CU_ASSERT_EQUAL(device_chunk(&r, 128, 64), TP_OK);
    CU_ASSERT_EQUAL(device_finish(), TP_E_STATE);
    CU_ASSERT_EQUAL(device_chunk(&r, 192, 64), TP_E_VALUE); // eight are left
    CU_ASSERT_EQUAL(device_chunk(&r, 192, 8), TP_OK);
    CU_ASSERT_EQUAL(device_chunk(&r, 200, 0), TP_E_VALUE);
    CU_ASSERT_EQUAL(device_chunk(&r, 256, 64), TP_E_STATE);
    CU_ASSERT_EQUAL(device_finish(), TP_OK);
}

// UPD-9: the same manifest goes on; any other starts over, even of the same version.
static void beginning_again_goes_on(void)
{
    struct release r = device_release(11), other = device_release(11);
    device_start();
    CU_ASSERT_EQUAL_FATAL(device_begin(&r.m, DEVICE_NOW_S), TP_OK);
    CU_ASSERT_EQUAL(device_chunk(&r, 0, 64), TP_OK);
    unsigned before = device.writes;
    CU_ASSERT_EQUAL(device_begin(&r.m, DEVICE_NOW_S), TP_OK);
    CU_ASSERT(device.s.got == 64 && device.writes == before);
    other.image[0] ^= 1;
    bed_sign(&other.m, other.image);
    CU_ASSERT_EQUAL(device_begin(&other.m, DEVICE_NOW_S), TP_OK);
    CU_ASSERT_EQUAL(device.s.got, 0);
    CU_ASSERT(device_receive(&r) && device_boot() == TP_SLOTS_SWITCHED);
}

static void finishing_again_changes_nothing(void)
{
    struct release r = device_release(11), next = device_release(12);
    device_start();
    CU_ASSERT_FATAL(device_receive(&r));
    unsigned before = device.writes;
    CU_ASSERT_EQUAL(device_begin(&r.m, DEVICE_NOW_S), TP_OK);
    CU_ASSERT_EQUAL(device_chunk(&r, 192, 8), TP_OK);
    CU_ASSERT_EQUAL(device_finish(), TP_OK);
    CU_ASSERT_EQUAL(device.writes, before);
    CU_ASSERT_EQUAL(device_begin(&next.m, DEVICE_NOW_S), TP_OK); // takes its place
    CU_ASSERT_EQUAL(device_finish(), TP_E_STATE);
    CU_ASSERT_EQUAL(device_boot(), TP_SLOTS_SAME);
    CU_ASSERT_EQUAL(device.runs, 10);
}

// UPD-9: a start forgets what was not finished.
static void a_start_forgets_half_a_release(void)
{
    struct release r = device_release(11);
    device_start();
    CU_ASSERT_EQUAL_FATAL(device_begin(&r.m, DEVICE_NOW_S), TP_OK);
    CU_ASSERT_EQUAL(device_chunk(&r, 0, 64), TP_OK);
    CU_ASSERT_EQUAL(device_boot(), TP_SLOTS_SAME);
    CU_ASSERT_EQUAL(device_chunk(&r, 64, 64), TP_E_STATE);
    CU_ASSERT_EQUAL(device_begin(&r.m, DEVICE_NOW_S), TP_OK);
    CU_ASSERT_EQUAL(device.s.got, 0);
}

int main(void)
{
    static const struct suite_case cases[] = {
        {"each control refuses its own", each_control_refuses_its_own},
        {"UPD-9: chunks come in order", chunks_come_in_order},
        {"UPD-9: beginning again goes on", beginning_again_goes_on},
        {"UPD-9: finishing again changes nothing", finishing_again_changes_nothing},
        {"UPD-9: a start forgets half a release", a_start_forgets_half_a_release},
        {0},
    };
    if (cr_init())
        return 2;
    return suite_main("protocol/receiving", cases);
}
