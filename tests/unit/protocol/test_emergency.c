// test_emergency.c - care without keys: who may have it, how much, how long

#include "hand.h"
#include <crypto/bytes.h>
#include <crypto/init.h>
#include <suite.h>

static struct bed bed;
static struct hand h;

static void start_with(struct tp_controls controls, bool pacing)
{
    struct tp_implant_config config = {.controls = controls, .pacing = pacing};
    bed_start(&bed, &config);
    hand_make(&h, &bed, TP_ROLE_CLINICIAN, 1);
    CU_ASSERT_FATAL(hand_pair(&h));
}

static void start(void)
{
    start_with(all_controls, true);
}

static bool ask(uint8_t token[TP_TOKEN_LEN])
{
    static const uint8_t frame[] = {TP_EMERGENCY_ASK};
    bed_hear(&bed, EP_NEAR, frame, sizeof frame);
    const struct ep_frame *f = bed_sent(&bed, EP_NEAR);
    if (!f || f->len != TP_EMERGENCY_TOKEN_LEN || f->bytes[0] != TP_EMERGENCY_TOKEN)
        return false;
    memcpy(token, f->bytes + 1, TP_TOKEN_LEN);
    return true;
}

// The answer's status; -1 if there is no answer.
static int emergency(enum ep_link link, const uint8_t token[TP_TOKEN_LEN],
                     uint16_t what, const uint8_t args[TP_EMERGENCY_ARGS])
{
    static const uint8_t none[TP_EMERGENCY_ARGS];
    uint8_t frame[TP_EMERGENCY_LEN];
    struct wr w = wr_of(frame, sizeof frame);
    wr_u8(&w, TP_EMERGENCY);
    wr_put(&w, token, TP_TOKEN_LEN);
    wr_u16(&w, what);
    wr_put(&w, args ? args : none, TP_EMERGENCY_ARGS);
    bed_hear(&bed, link, frame, w.done);
    const struct ep_frame *f = bed_sent(&bed, link);
    bool done =
        f && f->len == TP_EMERGENCY_DONE_LEN && f->bytes[0] == TP_EMERGENCY_DONE;
    return done ? f->bytes[1] : -1;
}

static bool is_commit(enum ep_commit_kind kind, uint8_t arg)
{
    const struct ep_output *o = bed_committed(&bed, kind);
    return o && o->commit.len == 1 && o->commit.args[0] == arg;
}

// EMG-1, EMG-2: with a magnet, at once and with an alarm.
static void with_a_magnet_it_is_given(void)
{
    uint8_t token[TP_TOKEN_LEN];
    for (uint16_t what = EP_SAFE_PACING; what <= EP_INHIBIT; what++) {
        start();
        bed_magnet(&bed, true);
        CU_ASSERT_FATAL(ask(token));
        CU_ASSERT_EQUAL(emergency(EP_NEAR, token, what, NULL), TP_STATUS_DONE);
        CU_ASSERT(is_commit(EP_COMMIT_EMERGENCY, (uint8_t)what));
        CU_ASSERT(is_commit(EP_COMMIT_ALERT, 1));
        CU_ASSERT(bed_place(&bed, EP_COMMIT) < bed_place(&bed, EP_NVM)); // NVM-1
        CU_ASSERT_FATAL(hand_open(&h, EP_READ_OUT));
        CU_ASSERT_EQUAL(hand_ask(&h, TP_OP_STATUS, NULL, 0), TP_STATUS_DONE);
        CU_ASSERT_EQUAL(h.answer.data[12], what);
    }
}

// EMG-1: no magnet, no near field, no token, another token, twice, too late.
static void without_presence_it_is_not(void)
{
    uint8_t token[TP_TOKEN_LEN] = {0};
    start();
    CU_ASSERT_FALSE(ask(token));
    CU_ASSERT_EQUAL(bed.sends, 0);
    CU_ASSERT_EQUAL(emergency(EP_NEAR, token, EP_INHIBIT, NULL), TP_STATUS_REFUSED);
    bed_magnet(&bed, true);
    CU_ASSERT_EQUAL(emergency(EP_NEAR, token, EP_INHIBIT, NULL), TP_STATUS_REFUSED);
    CU_ASSERT_FATAL(ask(token));
    bed_magnet(&bed, false);
    CU_ASSERT_EQUAL(emergency(EP_NEAR, token, EP_INHIBIT, NULL), TP_STATUS_REFUSED);
    bed_magnet(&bed, true);
    CU_ASSERT_EQUAL(emergency(EP_RF, token, EP_INHIBIT, NULL), -1); // FRM-3: silence
    CU_ASSERT_EQUAL(bed.sends, 0);
    token[0] ^= 1;
    CU_ASSERT_EQUAL(emergency(EP_NEAR, token, EP_INHIBIT, NULL), TP_STATUS_REFUSED);
    CU_ASSERT_EQUAL(bed.other_commits, 0);
    token[0] ^= 1; // which spent nothing
    CU_ASSERT_EQUAL(emergency(EP_NEAR, token, EP_INHIBIT, NULL), TP_STATUS_DONE);
    CU_ASSERT_EQUAL(emergency(EP_NEAR, token, EP_INHIBIT, NULL), TP_STATUS_REFUSED);
}

static void tokens_live_ten_seconds(void)
{
    uint8_t token[TP_TOKEN_LEN], again[TP_TOKEN_LEN];
    start();
    bed_magnet(&bed, true);
    CU_ASSERT_FATAL(ask(token));
    bed_pass(&bed, TP_EMERGENCY_TOKEN_US - 1);
    CU_ASSERT(ask(again)); // the same one, and no more time
    CU_ASSERT_EQUAL(memcmp(again, token, sizeof token), 0);
    bed_pass(&bed, 1);
    CU_ASSERT_EQUAL(emergency(EP_NEAR, token, EP_INHIBIT, NULL), TP_STATUS_REFUSED);
    CU_ASSERT(ask(again));
    CU_ASSERT_NOT_EQUAL(memcmp(again, token, sizeof token), 0);
    CU_ASSERT_EQUAL(emergency(EP_NEAR, again, EP_INHIBIT, NULL), TP_STATUS_DONE);
}

static void without_emergency_presence_the_air_will_do(void)
{
    static const uint8_t token[TP_TOKEN_LEN];
    start_with(without(TP_CTL_EMERGENCY_PRESENCE), true);
    CU_ASSERT_EQUAL(emergency(EP_RF, token, EP_INHIBIT, NULL),
                    SWITCHES ? TP_STATUS_DONE : -1);
    CU_ASSERT_EQUAL(bed.other_commits, 2 * SWITCHES);
}

// EMG-3: safe pacing or inhibit, and not one other thing.
static void nothing_else_is_given(void)
{
    static const uint8_t args[8] = {90, 0, 130, 0, 0xc4, 9, 1};
    uint8_t token[TP_TOKEN_LEN];
    start();
    bed_magnet(&bed, true);
    for (unsigned what = 0; what < 300; what++) {
        if (what == EP_SAFE_PACING || what == EP_INHIBIT)
            continue;
        CU_ASSERT_FATAL(ask(token));
        CU_ASSERT_EQUAL(emergency(EP_NEAR, token, (uint16_t)what, args),
                        TP_STATUS_REFUSED);
    }
    CU_ASSERT_EQUAL(bed.therapy_commits + bed.other_commits, 0);

    start_with(without(TP_CTL_EMERGENCY_RESTRICTION), true);
    bed_magnet(&bed, true);
    CU_ASSERT_FATAL(ask(token));
    CU_ASSERT_EQUAL(emergency(EP_NEAR, token, 0x0040, args), TP_STATUS_REFUSED);
    CU_ASSERT_FATAL(ask(token));
    CU_ASSERT_EQUAL(emergency(EP_NEAR, token, TP_OP_THERAPY, args),
                    SWITCHES ? TP_STATUS_DONE : TP_STATUS_REFUSED);
    CU_ASSERT_EQUAL(bed.therapy_commits, SWITCHES);
}

static void give(uint16_t what)
{
    uint8_t token[TP_TOKEN_LEN];
    CU_ASSERT_FATAL(ask(token));
    CU_ASSERT_EQUAL_FATAL(emergency(EP_NEAR, token, what, NULL), TP_STATUS_DONE);
}

// EMG-2: it reverts by itself; another starts the ten minutes over.
static void it_reverts_by_itself(void)
{
    start();
    bed_magnet(&bed, true);
    give(EP_INHIBIT);
    bed_pass(&bed, TP_EMERGENCY_HOLD_US - 1);
    CU_ASSERT_EQUAL(bed.paces, 0);
    CU_ASSERT_PTR_NULL(bed_committed(&bed, EP_COMMIT_EMERGENCY));
    give(EP_SAFE_PACING);
    bed_pass(&bed, TP_EMERGENCY_HOLD_US - 1);
    CU_ASSERT_PTR_NULL(bed_committed(&bed, EP_COMMIT_EMERGENCY));
    CU_ASSERT(bed.paces > 590);
    bed_pass(&bed, 1);
    CU_ASSERT(is_commit(EP_COMMIT_EMERGENCY, 0));
}

// EMG-2: a power cut ends it.
static void a_power_cut_ends_it(void)
{
    start();
    bed_magnet(&bed, true);
    give(EP_INHIBIT);
    bed_boot(&bed);
    bed_pass(&bed, 10 * TP_SECOND);
    CU_ASSERT(bed.paces >= 9);
}

// EMG-2: safe pacing paces, whatever the mode.
static void safe_pacing_paces_in_mode_off(void)
{
    static const struct tp_therapy off = {60, 130, 2500, 0};
    start();
    CU_ASSERT_FATAL(hand_intent(&h));
    CU_ASSERT_FATAL(hand_open(&h, EP_THERAPY));
    CU_ASSERT_EQUAL_FATAL(hand_write(&h, off), TP_STATUS_DONE);
    bed_pass(&bed, 10 * TP_SECOND);
    CU_ASSERT_EQUAL(bed.paces, 0);
    bed_magnet(&bed, true);
    give(EP_SAFE_PACING);
    bed_pass(&bed, 10 * TP_SECOND);
    CU_ASSERT(bed.paces >= 9);
}

// EMG-2: an open session, an empty bucket or a spent budget are no hindrance.
static void it_waits_for_nothing(void)
{
    static const uint8_t junk[TP_WAKE_LEN] = {TP_WAKE};
    start();
    for (int i = 0; i < 300; i++)
        bed_hear(&bed, EP_RF, junk, sizeof junk);
    for (int i = 0; i < 40; i++) {
        if (hand_wake(&h, EP_READ_OUT))
            hand_hello(&h);
        bed_pass(&bed, TP_SECOND);
    }
    bed_magnet(&bed, true);
    give(EP_INHIBIT);
    start();
    CU_ASSERT_FATAL(hand_open(&h, EP_READ_OUT));
    bed_magnet(&bed, true);
    give(EP_SAFE_PACING);
    CU_ASSERT_EQUAL(hand_ask(&h, TP_OP_STATUS, NULL, 0), TP_STATUS_DONE);
}

// NEAR-1: nobody's other business takes the token away.
static void it_is_not_interrupted(void)
{
    static const uint8_t junk[40] = {0x77};
    uint8_t token[TP_TOKEN_LEN], one[TP_PAIR_1_LEN], nonce[TP_TOKEN_LEN];
    uint8_t intent[TP_INTENT_ASK_LEN];
    start();
    bed_magnet(&bed, true);
    CU_ASSERT_FATAL(ask(token));
    hand_pair_1(&h, one);
    bed_hear(&bed, EP_NEAR, one, sizeof one);
    CU_ASSERT_EQUAL(bed.sends, 0);
    hand_intent_ask(&h, nonce, intent);
    bed_hear(&bed, EP_NEAR, intent, sizeof intent);
    CU_ASSERT_EQUAL(bed.sends, 0);
    for (size_t len = 0; len < sizeof junk; len++)
        bed_hear(&bed, EP_NEAR, junk, len);
    CU_ASSERT_EQUAL(emergency(EP_NEAR, token, EP_INHIBIT, NULL), TP_STATUS_DONE);
    CU_ASSERT(hand_pair(&h));
}

int main(void)
{
    static const struct suite_case cases[] = {
        {"EMG-1: with a magnet it is given", with_a_magnet_it_is_given},
        {"EMG-1: without presence it is not", without_presence_it_is_not},
        {"EMG-1: tokens live ten seconds", tokens_live_ten_seconds},
        {"EMG-1: without emergency-presence the air will do",
         without_emergency_presence_the_air_will_do},
        {"EMG-3: nothing else is given", nothing_else_is_given},
        {"EMG-2: it reverts by itself", it_reverts_by_itself},
        {"EMG-2: a power cut ends it", a_power_cut_ends_it},
        {"EMG-2: safe pacing paces in mode off", safe_pacing_paces_in_mode_off},
        {"EMG-2: it waits for nothing", it_waits_for_nothing},
        {"NEAR-1: it is not interrupted", it_is_not_interrupted},
        {0},
    };
    return cr_init() ? 2 : suite_main("protocol/emergency", cases);
}
