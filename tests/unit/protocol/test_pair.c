// test_pair.c - an implant and a programmer together: the whole day, over good air and
// bad, and with power cuts

#include "two.h"
#include <crypto/bytes.h>
#include <crypto/init.h>
#include <suite.h>

static struct two two;

static const struct tp_therapy faster = {70, 130, 2500, 1};

static void start(enum tp_role role)
{
    two_start(&two, role, NULL);
}

// One clinician's visit, from the wand to goodbye; false at the first thing denied.
static bool visit(void)
{
    static const uint8_t volume = 5, mv[2] = {0xe8, 3};
    return two_pair(&two) == 1 && two_open(&two, EP_THERAPY) == 1 &&
           two_command(&two, 0, TP_OP_STATUS, NULL, 0) == 1 &&
           two_write(&two, faster) == 1 &&
           two_command(&two, 0, TP_OP_ALARM, &volume, 1) == 1 &&
           two_act(&two, EP_ACT_CLOSE, NULL, 0) == 1 &&
           two_open(&two, EP_THERAPY) == 1 &&
           two_command(&two, 0, TP_OP_TEST_PULSE, mv, 2) == 1 &&
           two_act(&two, EP_ACT_CLOSE, NULL, 0) == 1;
}

// What a visit must have done, exactly once.
static bool visited(void)
{
    return bed_therapy_is(&two.bed, faster) && two.bed.therapy_commits == 1 &&
           two.bed.other_commits == 2 && bed_sound(&two.bed);
}

static void a_visit_is_served(void)
{
    start(TP_ROLE_CLINICIAN);
    CU_ASSERT(visit() && visited());
}

// A first programmer speaks version 1 only where an implant knows no better; rekeying
// at a small limit changes nothing that is served.
static void a_visit_with_small_limits_is_served(void)
{
    struct tp_implant_config config = {.rekey_after = 2};
    two_start(&two, TP_ROLE_CLINICIAN, &config);
    CU_ASSERT(visit() && visited());
}

static void reading_gives_what_the_implant_holds(void)
{
    uint8_t reply[64];
    start(TP_ROLE_MONITOR);
    CU_ASSERT_EQUAL_FATAL(two_pair(&two), 1);
    CU_ASSERT_EQUAL_FATAL(two_open(&two, EP_READ_OUT), 1);
    CU_ASSERT_EQUAL(two_command(&two, 0, TP_OP_PATIENT, NULL, 0), 1);
    CU_ASSERT_EQUAL(two_reply(&two, reply, sizeof reply), two.bed.identity.text_len);
    CU_ASSERT_EQUAL(memcmp(reply, two.bed.identity.text, two.bed.identity.text_len), 0);
    CU_ASSERT_EQUAL(two_reply(&two, reply, 4), 4);
    CU_ASSERT_EQUAL(two_write(&two, faster), -1); // CMD-3
    CU_ASSERT_EQUAL(two.bed.therapy_commits, 0);
}

// CMD-8
static void a_rehearsal_is_served_and_does_nothing(void)
{
    uint8_t args[TP_THERAPY_LEN];
    start(TP_ROLE_CLINICIAN);
    CU_ASSERT_EQUAL_FATAL(two_pair(&two), 1);
    CU_ASSERT_EQUAL_FATAL(two_open(&two, EP_THERAPY), 1);
    tp_therapy_build(&faster, args);
    CU_ASSERT_EQUAL(two_command(&two, EP_REHEARSE, TP_OP_THERAPY, args, 7), 1);
    CU_ASSERT_EQUAL(two_count(&two, TP_REHEARSAL), 1);
    CU_ASSERT_EQUAL(two.bed.therapy_commits, 0);
    CU_ASSERT_EQUAL(two_write(&two, faster), 1);
}

// EMG-1, EMG-2: without any pairing, if the magnet is there.
static void emergency_needs_only_the_magnet(void)
{
    static const uint8_t inhibit = EP_INHIBIT;
    start(TP_ROLE_CLINICIAN);
    CU_ASSERT_EQUAL(two_act(&two, EP_ACT_EMERGENCY, &inhibit, 1), -1);
    bed_magnet(&two.bed, true);
    CU_ASSERT_EQUAL(two_act(&two, EP_ACT_EMERGENCY, &inhibit, 1), 1);
    CU_ASSERT_EQUAL(two.bed.other_commits, 2);
}

// TIME-2, ANC-1: the authority's word, carried by a peer.
static void the_authoritys_word_is_carried(void)
{
    struct tp_statement st = {.time_s = BED_TIME_S + 50, .epoch = BED_EPOCH};
    uint8_t args[TP_ANCHOR_LEN - 1], reply[16];
    struct clinic next;
    start(TP_ROLE_MONITOR);
    CU_ASSERT_EQUAL_FATAL(two_pair(&two), 1);
    CU_ASSERT_EQUAL_FATAL(two_open(&two, EP_READ_OUT), 1);
    tp_statement_sign(&st, two.bed.clinic.secret);
    tp_statement_build(&st, args);
    CU_ASSERT_EQUAL(two_act(&two, EP_ACT_STATEMENT, args, TP_STATEMENT_LEN), 1);
    CU_ASSERT_EQUAL(two_command(&two, 0, TP_OP_STATUS, NULL, 0), 1);
    CU_ASSERT_EQUAL_FATAL(two_reply(&two, reply, sizeof reply), 13);
    struct rd r = rd_of(reply, 4);
    CU_ASSERT(rd_u32(&r) >= BED_TIME_S + 50);

    clinic_make(&next, 0x77);
    memcpy(args, next.anchor, CR_SIGN_PUBLIC_LEN);
    tp_anchor_sign(args + CR_SIGN_PUBLIC_LEN, next.anchor, next.secret);
    CU_ASSERT_EQUAL(two_act(&two, EP_ACT_ANCHOR, args, sizeof args), -1);
    tp_anchor_sign(args + CR_SIGN_PUBLIC_LEN, next.anchor, two.bed.clinic.secret);
    CU_ASSERT_EQUAL(two_act(&two, EP_ACT_ANCHOR, args, sizeof args), 1);
    CU_ASSERT_EQUAL(two_open(&two, EP_READ_OUT), -1);
}

// PRG-2, CMD-7: each kind of frame lost once or twice, and the visit is served, with
// every effect done once.
static void a_lost_frame_is_no_loss(void)
{
    static const uint8_t types[] = {
        TP_WAKE,         TP_AWAKE,       TP_HELLO,      TP_REPLY,
        TP_PROOF,        TP_RECORD,      TP_PAIR_1,     TP_PAIR_2,
        TP_PAIR_3,       TP_PAIRED,      TP_INTENT_ASK, TP_INTENT_CHALLENGE,
        TP_INTENT_PROOF, TP_INTENT_TOKEN};
    for (size_t i = 0; i < sizeof types; i++) {
        for (int times = 1; times <= 2; times++) {
            start(TP_ROLE_CLINICIAN);
            two.lose_type = types[i];
            two.lose_times = times;
            CU_ASSERT(visit() && visited());
            CU_ASSERT_EQUAL(two.lose_times, 0);
        }
    }
}

// And each lost once later than the first time.
static void later_losses_are_no_loss(void)
{
    static const uint8_t volume = 5;
    for (unsigned seed = 0; seed < 40; seed++) {
        start(TP_ROLE_CLINICIAN);
        two.lose_one_in = 6;
        two.draws = seed;
        two.config.tries = 8;
        two_start_programmer(&two);
        CU_ASSERT_EQUAL(two_pair(&two), 1);
        CU_ASSERT_EQUAL(two_open(&two, EP_READ_OUT), 1);
        for (unsigned i = 0; i < 5; i++) {
            CU_ASSERT_EQUAL(two_command(&two, 0, TP_OP_ALARM, &volume, 1), 1);
            CU_ASSERT_EQUAL(two.bed.other_commits, i + 1);
        }
    }
}

// NVM-2: a power cut after any write of a visit; then the next visit is served, and
// what is in force is the old or the new, never half of it.
static void a_power_cut_leaves_a_whole_implant(void)
{
    static const struct tp_therapy before = {60, 130, 2500, 1};
    int cuts = 0;
    for (int cut = 1; cut < 80; cut++) {
        start(TP_ROLE_CLINICIAN);
        two.bed.cut_after = cut;
        visit();
        if (!two.bed.cut)
            break;
        cuts++;
        two.bed.cut_after = BED_NEVER_CUT;
        bed_pass(&two.bed, 700 * TP_SECOND);
        CU_ASSERT(bed_therapy_is(&two.bed, faster) || bed_therapy_is(&two.bed, before));
        CU_ASSERT(visit());
        CU_ASSERT(bed_therapy_is(&two.bed, faster));
    }
    CU_ASSERT(cuts >= 16 && cuts < 79);
}

// The same, but the programmer does not pair again: it comes back by radio, unless the
// cut fell before the bond was whole and known to it.
static void a_bond_outlives_a_power_cut(void)
{
    for (int cut = 1; cut < 60; cut++) {
        start(TP_ROLE_CLINICIAN);
        CU_ASSERT_EQUAL_FATAL(two_pair(&two), 1);
        two.bed.cut_after = cut;
        if (two_open(&two, EP_READ_OUT) == 1)
            two_command(&two, 0, 0x00f1, NULL, 0); // refused, and logged
        if (!two.bed.cut)
            break;
        two.bed.cut_after = BED_NEVER_CUT;
        CU_ASSERT_EQUAL(two_open(&two, EP_READ_OUT), 1);
        CU_ASSERT_EQUAL(two_command(&two, 0, TP_OP_STATUS, NULL, 0), 1);
    }
}

int main(void)
{
    static const struct suite_case cases[] = {
        {"a visit is served", a_visit_is_served},
        {"REC-10: a visit with small limits is served",
         a_visit_with_small_limits_is_served},
        {"reading gives what the implant holds", reading_gives_what_the_implant_holds},
        {"CMD-8: a rehearsal is served and does nothing",
         a_rehearsal_is_served_and_does_nothing},
        {"EMG-1: emergency needs only the magnet", emergency_needs_only_the_magnet},
        {"TIME-2, ANC-1: the authority's word is carried",
         the_authoritys_word_is_carried},
        {"PRG-2: a lost frame is no loss", a_lost_frame_is_no_loss},
        {"PRG-2: later losses are no loss", later_losses_are_no_loss},
        {"NVM-2: a power cut leaves a whole implant",
         a_power_cut_leaves_a_whole_implant},
        {"NVM-2: a bond outlives a power cut", a_bond_outlives_a_power_cut},
        {0},
    };
    return cr_init() ? 2 : suite_main("protocol/pair", cases);
}
