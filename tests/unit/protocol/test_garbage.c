// test_garbage.c - frames of every type and length, and what they may not do

#include "exact.h"
#include "hand.h"
#include <crypto/init.h>
#include <suite.h>

enum { FRAME_MAX = 255 };

static struct bed bed;
static struct hand h;

static void start_with(struct tp_controls controls)
{
    struct tp_implant_config config = {.controls = controls, .pacing = 1};
    bed_start(&bed, &config);
    hand_make(&h, &bed, TP_ROLE_CLINICIAN, 1);
    CU_ASSERT_FATAL(hand_pair(&h));
}

// What a stranger's frame may make an implant send: the coil's own first messages and
// refusals, and by radio nothing.
static bool answer_is_allowed(void)
{
    const struct ep_frame *f = bed_sent(&bed, EP_NEAR);
    if (bed_sent(&bed, EP_RF) || bed.sends > 1)
        return false;
    if (!f)
        return true;
    switch (f->bytes[0]) {
    case TP_PAIR_2: // to anybody: it says nothing that is secret
        return f->len == TP_PAIR_2_LEN;
    case TP_EMERGENCY_DONE:
    case TP_ANCHOR_DONE:
        return f->len == 2 && f->bytes[1] == TP_STATUS_REFUSED;
    default:
        return false;
    }
}

// Feeds every type with every length on a link; true if all was refused as it must be.
static bool all_refused(enum ep_link link)
{
    uint8_t frame[FRAME_MAX];
    unsigned effects = bed.therapy_commits + bed.other_commits;
    for (unsigned type = 0; type < 256; type += type < 0x30 ? 1 : 23) {
        fill_with(frame, sizeof frame, (uint8_t)(type * 3));
        frame[0] = (uint8_t)type;
        for (size_t len = 0; len <= FRAME_MAX; len++) {
            bed_hear(&bed, link, frame, len);
            if (!answer_is_allowed() || bed.out_bytes > BED_CALL_MAX)
                return false;
        }
    }
    return bed.therapy_commits + bed.other_commits == effects && bed_sound(&bed);
}

// FRM-3, FRM-2: asleep, on either link, and then it serves as if nothing had been.
static void a_sleeper_refuses_them_all(void)
{
    start_with(all_controls);
    CU_ASSERT(all_refused(EP_RF));
    CU_ASSERT(all_refused(EP_NEAR));
    CU_ASSERT(all_refused(EP_UPLINK));
    CU_ASSERT(hand_intent(&h));
    CU_ASSERT(hand_open(&h, EP_THERAPY));
}

// FRM-3: between WAKE and PROOF.
static void a_handshake_survives_them_all(void)
{
    start_with(all_controls);
    CU_ASSERT_FATAL(hand_wake(&h, EP_READ_OUT));
    CU_ASSERT(all_refused(EP_RF));
    CU_ASSERT_FATAL(hand_hello(&h));
    CU_ASSERT(all_refused(EP_RF));
    CU_ASSERT_FATAL(hand_proof(&h));
    CU_ASSERT(all_refused(EP_RF));
    CU_ASSERT(all_refused(EP_NEAR));
    CU_ASSERT_EQUAL(hand_ask(&h, TP_OP_STATUS, NULL, 0), TP_STATUS_DONE);
}

// EMG-1: with a magnet in place a stranger at the coil gets a token, and no more.
static void a_magnet_opens_only_what_it_must(void)
{
    uint8_t frame[FRAME_MAX] = {0};
    start_with(all_controls);
    bed_magnet(&bed, true);
    for (unsigned type = 0; type < 256; type++) {
        frame[0] = (uint8_t)type;
        if (type == TP_ANCHOR)
            continue; // waits for a day: ANC-2
        for (size_t len = 0; len <= FRAME_MAX; len++)
            bed_hear(&bed, EP_NEAR, frame, len);
    }
    CU_ASSERT_EQUAL(bed.therapy_commits + bed.other_commits, 0);
    CU_ASSERT(bed_sound(&bed));
}

// AVL-1: under any number of frames, the heart gets its pulse when it is due.
static uint64_t longest_gap_us(struct tp_controls controls)
{
    static const uint8_t junk[TP_WAKE_LEN] = {TP_WAKE};
    start_with(controls);
    bed.last_pace_us = bed.now_us;
    for (int i = 0; i < 2000; i++) {
        bed_hear(&bed, i % 2 ? EP_RF : EP_NEAR, junk, sizeof junk);
        bed_pass(&bed, 10000);
    }
    if (bed.now_us - bed.last_pace_us > bed.longest_gap_us)
        bed.longest_gap_us = bed.now_us - bed.last_pace_us;
    return bed.longest_gap_us;
}

static void no_frame_delays_a_pulse(void)
{
    CU_ASSERT_EQUAL(longest_gap_us(all_controls), TP_SECOND);
    struct tp_controls weak = without(TP_CTL_THERAPY_ISOLATION);
    CU_ASSERT_EQUAL(longest_gap_us(weak), SWITCHES ? 20 * TP_SECOND : TP_SECOND);
}

// AVL-1: nor adds one; and a write of therapy changes the next interval, as it must.
static void pulses_follow_the_rate(void)
{
    static const struct tp_therapy t = {100, 130, 2500, 1};
    start_with(all_controls);
    bed_pass(&bed, 60 * TP_SECOND);
    CU_ASSERT_EQUAL(bed.paces, 60);
    CU_ASSERT_FATAL(hand_intent(&h));
    CU_ASSERT_FATAL(hand_open(&h, EP_THERAPY));
    CU_ASSERT_EQUAL(hand_write(&h, t), TP_STATUS_DONE);
    bed_pass(&bed, TP_SECOND);
    bed_pass(&bed, 60 * TP_SECOND);
    CU_ASSERT(bed.paces >= 99 && bed.paces <= 101);
    bed_pass(&bed, 3600 * TP_SECOND);
    CU_ASSERT(bed.paces >= 5999 && bed.paces <= 6001);
}

// OUT-1: an implant's whole state, and the most that one call may put out.
static void it_stays_within_its_bounds(void)
{
    CU_ASSERT(tp_implant_ops.size <= BED_RAM);
    CU_ASSERT(tp_implant_ops.nvm_size <= 8192);
    start_with(all_controls);
    CU_ASSERT_FATAL(hand_open(&h, EP_READ_OUT));
    for (uint8_t class = 0; class < TP_LOG_CLASSES; class ++) {
        CU_ASSERT_EQUAL(hand_ask(&h, TP_OP_LOG, &class, 1), TP_STATUS_DONE);
        CU_ASSERT(bed_sound(&bed));
    }
}

// An act or a configuration that it does not know.
static void it_refuses_what_it_does_not_know(void)
{
    struct bed b;
    struct ep_act act = {.kind = EP_ACT_OPEN, .len = 1};
    uint8_t config[TP_IMPLANT_CONFIG_LEN + 1] = {0}, seed[EP_SEED_LEN] = {0};
    bed_start(&b, NULL);
    CU_ASSERT_EQUAL(tp_implant_ops.act(b.ram, &act, 0), -1);
    act.kind = EP_ACT_MAGNET;
    act.len = 2;
    CU_ASSERT_EQUAL(tp_implant_ops.act(b.ram, &act, 0), -1);
    CU_ASSERT_EQUAL(tp_implant_ops.outcome(b.ram, NULL, 0, NULL), 1);
    for (size_t len = 0; len <= sizeof config; len++) {
        uint8_t *exact = exact_copy(config, len);
        memset(b.ram, 0, BED_RAM);
        CU_ASSERT_EQUAL(tp_implant_ops.init(b.ram, b.nvm, seed, exact, len, 0),
                        len == TP_IMPLANT_CONFIG_LEN ? 0 : -1);
        free(exact);
    }
    tp_implant_ops.wipe(b.ram);
    for (size_t i = 0; i < tp_implant_ops.size; i++)
        CU_ASSERT_EQUAL_FATAL(b.ram[i], 0);
}

int main(void)
{
    static const struct suite_case cases[] = {
        {"FRM-3: a sleeper refuses them all", a_sleeper_refuses_them_all},
        {"FRM-3: a handshake survives them all", a_handshake_survives_them_all},
        {"EMG-1: a magnet opens only what it must", a_magnet_opens_only_what_it_must},
        {"AVL-1: no frame delays a pulse", no_frame_delays_a_pulse},
        {"AVL-1: pulses follow the rate", pulses_follow_the_rate},
        {"OUT-1: it stays within its bounds", it_stays_within_its_bounds},
        {"it refuses what it does not know", it_refuses_what_it_does_not_know},
        {0},
    };
    return cr_init() ? 2 : suite_main("protocol/garbage", cases);
}
