// test_kept.c - a start that the implant asked for makes no room for more

#include "device.h"
#include "hand.h"
#include <crypto/bytes.h>
#include <crypto/init.h>
#include <protocol/pump.h>
#include <suite.h>

static struct bed bed;
static struct hand h, service;
static uint32_t version; // of the last release

static void meet(enum tp_role role)
{
    hand_make(&h, &bed, role, 1);
    hand_make(&service, &bed, TP_ROLE_SERVICE, 2);
    CU_ASSERT_FATAL(hand_pair(&h) && hand_pair(&service));
    version = BED_SOFTWARE;
    bed_pass(&bed, TP_SECOND);
}

static void start(enum tp_role role)
{
    struct tp_implant_config config = {.pacing = 1};
    bed_start(&bed, &config);
    meet(role);
}

// Gives it a release, or what is not quite one, in the session that is open.
static bool give(uint16_t model, bool sound)
{
    struct tp_manifest m;
    uint8_t image[TP_IMAGE_MAX], bytes[TP_MANIFEST_LEN], args[2 + TP_CHUNK_MAX];
    bed_release(&m, image, model, version + 1);
    version += sound;
    image[0] ^= !sound;
    tp_manifest_build(&m, bytes);
    bool good = hand_ask(&service, TP_OP_UPDATE_BEGIN, bytes, sizeof bytes) == 0;
    for (uint16_t at = 0; good && at < m.size; at += TP_CHUNK_MAX) {
        size_t left = (size_t)(m.size - at);
        struct wr w = wr_of(args, sizeof args);
        wr_u16(&w, at);
        wr_put(&w, image + at, left < TP_CHUNK_MAX ? left : TP_CHUNK_MAX);
        good = hand_ask(&service, TP_OP_UPDATE_CHUNK, args, w.done) == 0;
    }
    return good && hand_ask(&service, TP_OP_UPDATE_FINISH, NULL, 0) == 0;
}

static void start_anew(void)
{
    uint16_t model = bed.ops == &tp_implant_ops ? TP_MODEL_CARDIAC : TP_MODEL_PUMP;
    unsigned before = bed.restarts;
    bed_pass(&bed, TP_PREEMPT_IDLE_US);
    CU_ASSERT_FATAL(hand_intent(&service));
    CU_ASSERT_FATAL(hand_open(&service, EP_THERAPY));
    CU_ASSERT_FATAL(give(model, true));
    bed_pass(&bed, TP_DOSE_US);
    CU_ASSERT_FATAL(bed.restarts == before + 1 && bed.software == version);
}

static int write_once(int n)
{
    struct tp_therapy t = {(uint16_t)(60 + n % 2), 130, 2500, 1};
    CU_ASSERT_FATAL(hand_intent(&h));
    CU_ASSERT_FATAL(hand_open(&h, EP_THERAPY));
    return hand_write(&h, t);
}

// LIM-4: the same 600 s, whatever starts in between; a power cut forgets them.
static void writes_stay_few(void)
{
    start(TP_ROLE_CLINICIAN);
    for (int i = 0; i < 3; i++)
        CU_ASSERT_EQUAL(write_once(i), TP_STATUS_DONE);
    uint64_t until_us = bed.now_us + TP_WRITES_WINDOW_S * TP_SECOND;
    start_anew();
    CU_ASSERT_EQUAL(write_once(1), TP_STATUS_REFUSED);
    start_anew();
    bed_pass(&bed, until_us - bed.now_us - 1);
    CU_ASSERT_EQUAL(write_once(1), TP_STATUS_REFUSED);
    bed_pass(&bed, 2 * TP_SECOND + 1); // each start may cost what is left of a second
    CU_ASSERT_EQUAL(write_once(1), TP_STATUS_DONE);
}

static int bolus(void)
{
    CU_ASSERT_FATAL(hand_intent(&h));
    CU_ASSERT_FATAL(hand_open(&h, EP_THERAPY));
    return hand_ask(&h, TP_OP_BOLUS, (const uint8_t[]){100, 0}, 2);
}

static void boluses_stay_few(void)
{
    static const struct tp_infusion usual = {1000, 10000, 5000, 0};
    struct tp_implant_config config = {.pacing = 1};
    uint8_t settings[TP_SETTINGS_LEN];
    tp_infusion_build(&usual, settings);
    bed_start_as(&bed, &tp_pump_ops, &config, settings);
    meet(TP_ROLE_CLINICIAN);
    for (int i = 0; i < 3; i++)
        CU_ASSERT_EQUAL(bolus(), TP_STATUS_DONE);
    start_anew();
    CU_ASSERT_EQUAL(bolus(), TP_STATUS_REFUSED);
    bed_pass(&bed, TP_WRITES_WINDOW_S * TP_SECOND);
    CU_ASSERT_EQUAL(bolus(), TP_STATUS_DONE);
}

static int attempts(void)
{
    int n = 0;
    while (n < 100 && hand_wake(&h, EP_READ_OUT) && hand_hello(&h))
        n++;
    return n;
}

// AVL-2: units that were used up come back when they would have.
static void units_stay_used(void)
{
    start(TP_ROLE_MONITOR);
    CU_ASSERT_EQUAL(attempts(), TP_WORK_UNITS / 2);
    uint64_t unit_us = bed.now_us + TP_WORK_REFILL_S * TP_SECOND;
    start_anew();
    CU_ASSERT_FALSE(hand_wake(&h, EP_READ_OUT));
    start_anew();
    bed_pass(&bed, unit_us - bed.now_us - 3 * TP_SECOND);
    CU_ASSERT_FALSE(hand_wake(&h, EP_READ_OUT));
    bed_pass(&bed, 4 * TP_SECOND);
    CU_ASSERT(hand_wake(&h, EP_READ_OUT));
    bed_boot(&bed); // a power cut fills them, and what was kept is not kept twice
    CU_ASSERT_EQUAL(attempts(), TP_WORK_UNITS / 2);
}

// AVL-2, UPD-9: what is not quite a release makes it start, and each time at a price.
static void starts_are_few(void)
{
    int starts = 0;
    start(TP_ROLE_MONITOR);
    while (starts < 100 && hand_open(&service, EP_READ_OUT) &&
           give(TP_MODEL_CARDIAC, false)) {
        bed_pass(&bed, 2 * TP_SECOND);
        starts++;
    }
    CU_ASSERT(starts > 0 && starts <= TP_WORK_UNITS);
    CU_ASSERT_EQUAL(bed.restarts, (unsigned)starts);
    // LOG-2: of the same detail, one entry a minute.
    CU_ASSERT(bed_logged(&bed, TP_LOG_TRUST) < 2 + 32 * 2 / 60 + 4);
}

// AVL-2: a session that such a start ends is paid for.
static void the_session_is_paid_for(void)
{
    start(TP_ROLE_MONITOR);
    CU_ASSERT_FATAL(hand_open(&service, EP_READ_OUT));
    for (int i = 0; i < 20; i++) {
        bed_pass(&bed, 10 * TP_SECOND);
        CU_ASSERT_EQUAL(hand_ask(&service, TP_OP_STATUS, NULL, 0), TP_STATUS_DONE);
    }
    CU_ASSERT_FATAL(give(TP_MODEL_CARDIAC, true));
    bed_pass(&bed, 2 * TP_SECOND);
    CU_ASSERT_EQUAL_FATAL(bed.restarts, 1);
    h = service;
    CU_ASSERT_EQUAL(attempts(), (TP_WORK_UNITS - 1 - 20) / 2);
}

// WAKE-6: an implant that sniffs slowly goes on so.
static void the_bucket_stays_empty(void)
{
    static const uint8_t junk[TP_WAKE_LEN] = {TP_WAKE};
    start(TP_ROLE_CLINICIAN);
    for (int i = 0; i < 120; i++)
        bed_hear(&bed, EP_RF, junk, sizeof junk);
    CU_ASSERT_EQUAL(bed.sniff_us, TP_SNIFF_SLOW_US);
    start_anew();
    bed_pass(&bed, TP_SECOND);
    CU_ASSERT_EQUAL(bed.sniff_us, TP_SNIFF_SLOW_US);
    bed_hear(&bed, EP_RF, junk, sizeof junk);
    CU_ASSERT_EQUAL(bed.sniff_us, TP_SNIFF_SLOW_US);
    bed_boot(&bed);
    CU_ASSERT_EQUAL(bed.sniff_us, TP_SNIFF_US);
}

// ANC-2: the day neither ends earlier nor starts over.
static void the_anchors_day_goes_on(void)
{
    uint8_t frame[TP_ANCHOR_LEN] = {TP_ANCHOR};
    struct clinic next;
    clinic_make(&next, 0x77);
    memcpy(frame + 1, next.anchor, CR_SIGN_PUBLIC_LEN);
    tp_anchor_sign(frame + 33, next.anchor, next.secret);
    start(TP_ROLE_MONITOR);
    bed_magnet(&bed, true);
    bed_hear(&bed, EP_NEAR, frame, sizeof frame);
    CU_ASSERT_EQUAL(bed_sent(&bed, EP_NEAR)->bytes[1], TP_STATUS_PROPOSED);
    uint64_t due_us = bed.now_us + TP_ANCHOR_WAIT_US;
    bed_pass(&bed, TP_ANCHOR_WAIT_US / 2);
    start_anew();
    bed_pass(&bed, due_us - bed.now_us - 1);
    CU_ASSERT(hand_open(&h, EP_READ_OUT));
    bed_pass(&bed, 1 + TP_SECOND);
    CU_ASSERT_FALSE(hand_open(&h, EP_READ_OUT));
}

static bool may_do_more_than_read(void)
{
    CU_ASSERT_FATAL(hand_open(&h, EP_READ_OUT));
    return hand_ask(&h, TP_OP_ALARM, (const uint8_t[]){2}, 1) == TP_STATUS_DONE;
}

// TIME-3: the time is known as it was before, and not after a cut that comes later.
static void what_time_it_is_stays_known_or_unknown(void)
{
    start(TP_ROLE_CLINICIAN);
    CU_ASSERT(may_do_more_than_read());
    start_anew();
    CU_ASSERT(may_do_more_than_read());
    bed_boot(&bed);
    CU_ASSERT_FALSE(may_do_more_than_read());
    start_anew();
    CU_ASSERT_FALSE(may_do_more_than_read());
}

// UPD-8: cut between the record and the start, or right behind its first write: the
// record is used once at most.
static void a_record_is_used_once(void)
{
    for (int cut = 1; cut < 24; cut++) {
        start(TP_ROLE_CLINICIAN);
        CU_ASSERT_FATAL(hand_open(&service, EP_READ_OUT));
        CU_ASSERT_FATAL(give(TP_MODEL_CARDIAC, true));
        bed.cut_after = cut;
        bed_pass(&bed, 2 * TP_SECOND);
        bed.cut_after = BED_NEVER_CUT;
        // The floor's and the record's: only a cut right behind them is not noticed.
        CU_ASSERT_EQUAL(may_do_more_than_read(), cut == 2 || !bed.cut);
        bed_boot(&bed);
        CU_ASSERT_FALSE(may_do_more_than_read());
        CU_ASSERT(bed_sound(&bed));
    }
}

int main(void)
{
    static const struct suite_case cases[] = {
        {"LIM-4: writes stay few", writes_stay_few},
        {"PMP-2: boluses stay few", boluses_stay_few},
        {"AVL-2: units stay used", units_stay_used},
        {"UPD-9: starts are few", starts_are_few},
        {"AVL-2: the session is paid for", the_session_is_paid_for},
        {"WAKE-6: the bucket stays empty", the_bucket_stays_empty},
        {"ANC-2: the anchor's day goes on", the_anchors_day_goes_on},
        {"TIME-3: what time it is stays known or unknown",
         what_time_it_is_stays_known_or_unknown},
        {"UPD-8: a record is used once", a_record_is_used_once},
        {0},
    };
    return cr_init() ? 2 : suite_main("protocol/kept", cases);
}
