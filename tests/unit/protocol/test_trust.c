// test_trust.c - time, revocation and the anchor behind both

#include "hand.h"
#include <crypto/bytes.h>
#include <crypto/init.h>
#include <suite.h>

static struct bed bed;
static struct hand h;
static struct clinic next_clinic;

static void start_with(struct tp_controls controls)
{
    struct tp_implant_config config = {.controls = controls};
    bed_start(&bed, &config);
    hand_make(&h, &bed, TP_ROLE_CLINICIAN, 1);
    CU_ASSERT_FATAL(hand_pair(&h));
}

static void start(void)
{
    start_with(all_controls);
}

static int state_to(struct hand *by, uint32_t time_s, uint16_t epoch)
{
    uint8_t args[TP_STATEMENT_LEN];
    struct tp_statement st = {.time_s = time_s, .epoch = epoch};
    tp_statement_sign(&st, bed.clinic.secret);
    tp_statement_build(&st, args);
    return hand_ask(by, TP_OP_STATEMENT, args, sizeof args);
}

static uint32_t wall_s(struct hand *by)
{
    CU_ASSERT_EQUAL_FATAL(hand_ask(by, TP_OP_STATUS, NULL, 0), TP_STATUS_DONE);
    struct rd r = rd_of(by->answer.data, 4);
    return rd_u32(&r);
}

static void reopen(uint8_t purpose)
{
    if (purpose == EP_THERAPY)
        CU_ASSERT_FATAL(hand_intent(&h));
    CU_ASSERT_FATAL(hand_open(&h, purpose));
}

// TIME-1: elapsed seconds, kept whole over many sessions.
static void wall_time_elapses(void)
{
    start();
    for (int i = 0; i < 10; i++) {
        bed_pass(&bed, 7 * TP_SECOND + 900000);
        reopen(EP_READ_OUT);
    }
    CU_ASSERT_EQUAL(wall_s(&h), BED_TIME_S + 79);
}

// TIME-1: a session persists the floor; a power cut goes back no further than that.
static void sessions_persist_the_floor(void)
{
    start();
    bed_pass(&bed, 500 * TP_SECOND);
    reopen(EP_READ_OUT);
    bed_pass(&bed, 10 * TP_SECOND);
    bed_boot(&bed);
    bed_pass(&bed, 3 * TP_SECOND);
    reopen(EP_READ_OUT);
    CU_ASSERT_EQUAL(wall_s(&h), BED_TIME_S + 503);
}

// TIME-2: forward, never back; persisted before the answer (NVM-1).
static void statements_move_time_forward(void)
{
    start();
    reopen(EP_READ_OUT);
    CU_ASSERT_EQUAL(state_to(&h, BED_TIME_S + 1000, BED_EPOCH), TP_STATUS_DONE);
    CU_ASSERT(bed_place(&bed, EP_NVM) < bed_place(&bed, EP_SEND));
    CU_ASSERT_EQUAL(wall_s(&h), BED_TIME_S + 1000);
    CU_ASSERT_EQUAL(state_to(&h, BED_TIME_S, BED_EPOCH), TP_STATUS_DONE);
    CU_ASSERT_EQUAL(wall_s(&h), BED_TIME_S + 1000);
    bed_boot(&bed);
    reopen(EP_READ_OUT);
    CU_ASSERT_EQUAL(wall_s(&h), BED_TIME_S + 1000);
}

// NVM-4: what is known already is neither written nor noted.
static void old_news_wear_nothing(void)
{
    start();
    reopen(EP_READ_OUT);
    unsigned noted = bed_logged(&bed, TP_LOG_TRUST);
    for (int i = 0; i < 3; i++) {
        bed_pass(&bed, 30 * TP_SECOND);
        CU_ASSERT_EQUAL(state_to(&h, BED_TIME_S, BED_EPOCH), TP_STATUS_DONE);
        CU_ASSERT_EQUAL(bed.writes, 0);
    }
    CU_ASSERT_EQUAL(bed_logged(&bed, TP_LOG_TRUST), noted);
    CU_ASSERT_EQUAL(state_to(&h, BED_TIME_S, BED_EPOCH + 1), TP_STATUS_DONE);
    CU_ASSERT(bed.writes > 0);
    CU_ASSERT_EQUAL(state_to(&h, BED_TIME_S + 1000, BED_EPOCH), TP_STATUS_DONE);
    CU_ASSERT(bed.writes > 0);
    CU_ASSERT_EQUAL(wall_s(&h), BED_TIME_S + 1000);
}

// TIME-2: only the authority's.
static void other_statements_move_nothing(void)
{
    uint8_t args[TP_STATEMENT_LEN];
    struct tp_statement st = {.time_s = BED_TIME_S + 1000, .epoch = 99};
    start();
    reopen(EP_READ_OUT);
    tp_statement_sign(&st, next_clinic.secret);
    tp_statement_build(&st, args);
    CU_ASSERT_EQUAL(hand_ask(&h, TP_OP_STATEMENT, args, sizeof args),
                    TP_STATUS_REFUSED);
    CU_ASSERT_EQUAL(wall_s(&h), BED_TIME_S);
    reopen(EP_READ_OUT);
}

// CERT-5, TIME-2: the least epoch goes up and stays up.
static void revoked_epochs_stay_revoked(void)
{
    start();
    reopen(EP_READ_OUT);
    CU_ASSERT_EQUAL(state_to(&h, 0, BED_EPOCH + 1), TP_STATUS_DONE);
    CU_ASSERT_EQUAL(state_to(&h, 0, BED_EPOCH), TP_STATUS_DONE);
    CU_ASSERT_FALSE(hand_open(&h, EP_READ_OUT));
    bed_boot(&bed);
    CU_ASSERT_FALSE(hand_open(&h, EP_READ_OUT));
    CU_ASSERT_FALSE(hand_pair(&h));
    h.cert.epoch = BED_EPOCH + 1;
    clinic_certify(&bed.clinic, &h.cert, h.s_priv);
    CU_ASSERT(hand_open(&h, EP_READ_OUT));
}

// CERT-4: a certificate expires by the implant's own clock.
static void certificates_expire(void)
{
    start();
    h.cert.not_after_s = BED_TIME_S + 100;
    clinic_certify(&bed.clinic, &h.cert, h.s_priv);
    bed_pass(&bed, 100 * TP_SECOND);
    CU_ASSERT(hand_open(&h, EP_READ_OUT));
    bed_pass(&bed, TP_SECOND);
    CU_ASSERT_FALSE(hand_open(&h, EP_READ_OUT));
}

static bool may_sound_the_alarm(void)
{
    static const uint8_t volume = 2;
    return hand_ask(&h, TP_OP_ALARM, &volume, 1) == TP_STATUS_DONE;
}

// TIME-3: after a power cut only reading, until a statement tells what the time is.
static void an_implant_that_lost_time_only_reads(void)
{
    start();
    reopen(EP_READ_OUT);
    CU_ASSERT(may_sound_the_alarm());
    bed_boot(&bed);
    reopen(EP_READ_OUT);
    CU_ASSERT_FALSE(may_sound_the_alarm());
    CU_ASSERT_EQUAL(hand_ask(&h, TP_OP_STATUS, NULL, 0), TP_STATUS_DONE);
    CU_ASSERT_EQUAL(state_to(&h, BED_TIME_S + 1, 0), TP_STATUS_DONE);
    reopen(EP_READ_OUT);
    CU_ASSERT(may_sound_the_alarm());
}

// TIME-3: who is near may do what its role may, and speaks for nobody else.
static void a_wand_tells_no_time(void)
{
    struct hand other;
    start();
    hand_make(&other, &bed, TP_ROLE_CLINICIAN, 2);
    CU_ASSERT_FATAL(hand_pair(&other));
    other.cert.not_after_s = BED_TIME_S + 1000;
    clinic_certify(&bed.clinic, &other.cert, other.s_priv);
    bed_pass(&bed, 90 * (uint64_t)TP_DAY_S * TP_SECOND);
    CU_ASSERT_FALSE(hand_open(&other, EP_READ_OUT)); // expired
    bed_boot(&bed);
    reopen(EP_THERAPY);
    CU_ASSERT(may_sound_the_alarm());
    reopen(EP_READ_OUT);
    CU_ASSERT_FALSE(may_sound_the_alarm());
    CU_ASSERT_EQUAL(hand_ask(&h, TP_OP_CLOSE, NULL, 0), TP_STATUS_DONE);
    CU_ASSERT_FATAL(hand_open(&other, EP_READ_OUT));
    CU_ASSERT_EQUAL(hand_ask(&other, TP_OP_ALARM, (const uint8_t[]){2}, 1),
                    TP_STATUS_REFUSED);
}

// TIME-3: nor does a statement from before the cut, though it still revokes.
static void an_old_statement_tells_no_time(void)
{
    start();
    bed_pass(&bed, 500 * TP_SECOND);
    reopen(EP_READ_OUT);
    bed_boot(&bed);
    for (uint32_t time_s = BED_TIME_S + 499; time_s <= BED_TIME_S + 501; time_s++) {
        reopen(EP_READ_OUT);
        CU_ASSERT_FALSE(may_sound_the_alarm());
        CU_ASSERT_EQUAL(state_to(&h, time_s, BED_EPOCH + 1), TP_STATUS_DONE);
        h.cert.epoch = BED_EPOCH + 1;
        clinic_certify(&bed.clinic, &h.cert, h.s_priv);
    }
    reopen(EP_READ_OUT);
    CU_ASSERT(may_sound_the_alarm());
    CU_ASSERT_EQUAL(wall_s(&h), BED_TIME_S + 501);
}

// Without it, what a start does not know counts as known.
static void without_it_a_cut_forgets_no_time(void)
{
    start_with(without(TP_CTL_TIME_AFTER_CUT));
    bed_boot(&bed);
    reopen(EP_READ_OUT);
    CU_ASSERT_EQUAL(may_sound_the_alarm(), (bool)SWITCHES);
}

// TIME-1: the authority's word is from no earlier than the certificate says; this alone
// tells no time (TIME-3).
static void certificates_move_the_floor(void)
{
    struct hand newer;
    start();
    h.cert.not_before_s = BED_TIME_S + 1000;
    clinic_certify(&bed.clinic, &h.cert, h.s_priv);
    reopen(EP_READ_OUT);
    CU_ASSERT_EQUAL(wall_s(&h), BED_TIME_S + 1000);
    bed_boot(&bed);
    reopen(EP_READ_OUT);
    CU_ASSERT_EQUAL(wall_s(&h), BED_TIME_S + 1000);

    hand_make(&newer, &bed, TP_ROLE_MONITOR, 2);
    newer.cert.not_before_s = BED_TIME_S + 2000;
    clinic_certify(&next_clinic, &newer.cert, newer.s_priv);
    CU_ASSERT_FALSE(hand_pair(&newer)); // nobody's word
    reopen(EP_READ_OUT);
    CU_ASSERT_EQUAL(wall_s(&h), BED_TIME_S + 1000);
    clinic_certify(&bed.clinic, &newer.cert, newer.s_priv);
    CU_ASSERT(hand_pair(&newer));
    bed_boot(&bed);
    reopen(EP_READ_OUT);
    CU_ASSERT_EQUAL(wall_s(&h), BED_TIME_S + 2000);
    CU_ASSERT_FALSE(may_sound_the_alarm());
}

// The status of ANCHOR_DONE.
static int hand_over(const struct clinic *new_one, const struct clinic *signer)
{
    uint8_t frame[TP_ANCHOR_LEN] = {TP_ANCHOR};
    memcpy(frame + 1, new_one->anchor, CR_SIGN_PUBLIC_LEN);
    tp_anchor_sign(frame + 33, new_one->anchor, signer->secret);
    bed_hear(&bed, EP_NEAR, frame, sizeof frame);
    const struct ep_frame *f = bed_sent(&bed, EP_NEAR);
    bool done = f && f->len == TP_ANCHOR_DONE_LEN && f->bytes[0] == TP_ANCHOR_DONE;
    return done ? f->bytes[1] : -1;
}

// Whose certificates count now?
static bool believes(const struct clinic *c)
{
    struct hand probe;
    hand_make(&probe, &bed, TP_ROLE_MONITOR, 9);
    clinic_certify(c, &probe.cert, probe.s_priv);
    return hand_pair(&probe);
}

// ANC-1: with the old anchor's signature at once.
static void the_old_anchor_vouches_for_the_new(void)
{
    start();
    CU_ASSERT_EQUAL(hand_over(&next_clinic, &bed.clinic), TP_STATUS_DONE);
    CU_ASSERT(bed_place(&bed, EP_NVM) < bed_place(&bed, EP_SEND));
    CU_ASSERT(believes(&next_clinic) && !believes(&bed.clinic));
    bed_boot(&bed);
    CU_ASSERT(believes(&next_clinic) && !believes(&bed.clinic));
}

// ANC-1: without it and without a magnet not at all.
static void nobody_else_does(void)
{
    start();
    CU_ASSERT_EQUAL(hand_over(&next_clinic, &next_clinic), TP_STATUS_REFUSED);
    bed_pass(&bed, TP_ANCHOR_WAIT_US);
    CU_ASSERT(believes(&bed.clinic) && !believes(&next_clinic));
    start_with(without(TP_CTL_ANCHOR_CHANGE));
    CU_ASSERT_EQUAL(hand_over(&next_clinic, &next_clinic),
                    SWITCHES ? TP_STATUS_DONE : TP_STATUS_REFUSED);
}

static void announce(void)
{
    bed_magnet(&bed, true);
    CU_ASSERT_EQUAL(hand_over(&next_clinic, &next_clinic), TP_STATUS_PROPOSED);
    const struct ep_output *o = bed_committed(&bed, EP_COMMIT_ALERT);
    CU_ASSERT(o != NULL && o->commit.args[0] == 2);
    bed_magnet(&bed, false);
}

// ANC-2: by magnet after 24 hours of alarm.
static void a_magnet_takes_a_day(void)
{
    start();
    announce();
    bed_pass(&bed, TP_ANCHOR_WAIT_US - 1);
    CU_ASSERT(believes(&bed.clinic) && !believes(&next_clinic));
    bed_pass(&bed, 1);
    CU_ASSERT(believes(&next_clinic) && !believes(&bed.clinic));
}

// ANC-2: a power cut, or another announcement, starts the day over.
static void the_day_starts_over(void)
{
    start();
    announce();
    bed_pass(&bed, TP_ANCHOR_WAIT_US - 1);
    bed_boot(&bed);
    bed_pass(&bed, TP_ANCHOR_WAIT_US - 1);
    CU_ASSERT_FALSE(believes(&next_clinic));
    announce();
    bed_pass(&bed, TP_ANCHOR_WAIT_US - 1);
    CU_ASSERT_FALSE(believes(&next_clinic));
    bed_pass(&bed, 1);
    CU_ASSERT(believes(&next_clinic));
}

// ANC-2: a clinician under the old anchor withdraws it; so does a signed one (ANC-1).
static void it_can_be_withdrawn(void)
{
    struct clinic third;
    clinic_make(&third, 0x33);
    start();
    announce();
    reopen(EP_READ_OUT);
    bed_pass(&bed, 2 * TP_ANCHOR_WAIT_US);
    CU_ASSERT(believes(&bed.clinic) && !believes(&next_clinic));

    start();
    announce();
    CU_ASSERT_EQUAL(hand_over(&third, &bed.clinic), TP_STATUS_DONE);
    bed_pass(&bed, 2 * TP_ANCHOR_WAIT_US);
    CU_ASSERT(believes(&third) && !believes(&next_clinic));

    start();
    h.cert.role = TP_ROLE_MONITOR;
    clinic_certify(&bed.clinic, &h.cert, h.s_priv);
    announce();
    reopen(EP_READ_OUT); // a monitor does not withdraw it
    bed_pass(&bed, TP_ANCHOR_WAIT_US);
    CU_ASSERT(believes(&next_clinic));
}

// NVM-2: cut anywhere while a signed anchor displaces an announced one, the implant
// never comes to believe the announced one.
static void a_cut_leaves_no_unannounced_anchor(void)
{
    struct clinic third;
    clinic_make(&third, 0x33);
    for (int cut = 1; cut < 8; cut++) {
        start();
        announce();
        bed.cut_after = cut;
        hand_over(&third, &bed.clinic);
        bed.cut_after = BED_NEVER_CUT;
        bed_pass(&bed, 2 * TP_ANCHOR_WAIT_US);
        CU_ASSERT_FALSE(believes(&next_clinic));
        CU_ASSERT_EQUAL(believes(&third), cut > 1 || !bed.cut);
    }
}

int main(void)
{
    static const struct suite_case cases[] = {
        {"TIME-1: wall time elapses", wall_time_elapses},
        {"TIME-1: sessions persist the floor", sessions_persist_the_floor},
        {"TIME-2: statements move time forward", statements_move_time_forward},
        {"NVM-4: old news wear nothing", old_news_wear_nothing},
        {"TIME-2: other statements move nothing", other_statements_move_nothing},
        {"CERT-5: revoked epochs stay revoked", revoked_epochs_stay_revoked},
        {"CERT-4: certificates expire", certificates_expire},
        {"TIME-3: an implant that lost time only reads",
         an_implant_that_lost_time_only_reads},
        {"TIME-3: a wand tells no time", a_wand_tells_no_time},
        {"TIME-3: an old statement tells no time", an_old_statement_tells_no_time},
        {"TIME-3: without it a cut forgets no time", without_it_a_cut_forgets_no_time},
        {"TIME-1: certificates move the floor", certificates_move_the_floor},
        {"ANC-1: the old anchor vouches for the new",
         the_old_anchor_vouches_for_the_new},
        {"ANC-1: nobody else does", nobody_else_does},
        {"ANC-2: a magnet takes a day", a_magnet_takes_a_day},
        {"ANC-2: the day starts over", the_day_starts_over},
        {"ANC-2: it can be withdrawn", it_can_be_withdrawn},
        {"NVM-2: a cut leaves no unannounced anchor",
         a_cut_leaves_no_unannounced_anchor},
        {0},
    };
    if (cr_init())
        return 2;
    clinic_make(&next_clinic, 0x77);
    return suite_main("protocol/trust", cases);
}
