// test_near.c - pairing: who gets a bond, where it is kept, what ends it

#include "hand.h"
#include <crypto/init.h>
#include <suite.h>

static struct bed bed;
static struct hand clinician, other;

static void start(void)
{
    bed_start(&bed, NULL);
    hand_make(&clinician, &bed, TP_ROLE_CLINICIAN, 1);
    hand_make(&other, &bed, TP_ROLE_MONITOR, 2);
}

static void start_without(enum tp_control c)
{
    struct tp_implant_config config = {.controls = without(c)};
    bed_start(&bed, &config);
    hand_make(&clinician, &bed, TP_ROLE_CLINICIAN, 1);
}

// How many bonds the implant's non-volatile memory holds.
static unsigned bonds(void)
{
    const struct tp_implant_map *m = &tp_implant_nvm_map;
    unsigned n = 0;
    for (size_t i = 0; i < TP_BONDS_MAX; i++)
        n += bed.nvm[m->bonds + i * m->bond_len];
    return n;
}

// NEAR-2, NEAR-4: the three messages and PAIRED, and then a session.
static void a_certified_peer_gets_a_bond(void)
{
    start();
    CU_ASSERT_EQUAL(bonds(), 0);
    CU_ASSERT(hand_pair(&clinician));
    CU_ASSERT_EQUAL(bonds(), 1);
    CU_ASSERT(hand_open(&clinician, EP_READ_OUT));
    CU_ASSERT_EQUAL(clinician.answer.data[0], TP_ROLE_CLINICIAN);
    CU_ASSERT(bed_sound(&bed));
}

// Pairs a peer that must be refused without a word.
static void refused(struct hand *h)
{
    unsigned before = bonds(), noted = bed_logged(&bed, TP_LOG_NEAR);
    CU_ASSERT_FALSE(hand_pair(h));
    CU_ASSERT_EQUAL(bed.sends, 0);
    CU_ASSERT_EQUAL(bonds(), before);
    CU_ASSERT(bed_logged(&bed, TP_LOG_NEAR) >= noted);
}

// NEAR-3, CERT-2 to CERT-5: every way in which a certificate may be wrong.
static void wrong_certificates_get_none(void)
{
    struct clinic stranger;
    clinic_make(&stranger, 0x99);
    start();
    clinic_certify(&stranger, &clinician.cert, clinician.s_priv);
    refused(&clinician);
    CU_ASSERT_EQUAL(bed_entry(&bed, TP_LOG_NEAR, 0).detail, TP_LOG_NEAR << 8 | 3);

    start(); // another's certificate
    clinician.cert = other.cert;
    refused(&clinician);
    start();
    clinician.cert.scope[0] = 1;
    clinic_certify(&bed.clinic, &clinician.cert, clinician.s_priv);
    refused(&clinician);
    start();
    clinician.cert.not_after_s = BED_TIME_S - 1;
    clinic_certify(&bed.clinic, &clinician.cert, clinician.s_priv);
    refused(&clinician);
    start();
    clinician.cert.epoch = BED_EPOCH - 1;
    clinic_certify(&bed.clinic, &clinician.cert, clinician.s_priv);
    refused(&clinician);
    static const enum tp_role no_peers[] = {TP_ROLE_IMPLANT, TP_ROLE_SERVER,
                                            TP_ROLE_UPDATER};
    for (size_t i = 0; i < sizeof no_peers / sizeof no_peers[0]; i++) {
        start();
        clinician.cert.role = (uint8_t)no_peers[i];
        clinic_certify(&bed.clinic, &clinician.cert, clinician.s_priv);
        refused(&clinician);
    }
}

static void without_pairing_authentication_anybody_gets_one(void)
{
    struct clinic stranger;
    clinic_make(&stranger, 0x99);
    start_without(TP_CTL_PAIRING_AUTHENTICATION);
    clinic_certify(&stranger, &clinician.cert, clinician.s_priv);
    CU_ASSERT_EQUAL(hand_pair(&clinician), (bool)SWITCHES);
    CU_ASSERT_EQUAL(bonds(), SWITCHES);
}

// NEAR-3: every changed byte of PAIR_3 ends it, and nothing is stored.
static void a_changed_message_ends_it(void)
{
    uint8_t one[TP_PAIR_1_LEN], three[TP_PAIR_3_LEN];
    start();
    for (size_t i = 1; i < sizeof three; i++) {
        hand_pair_1(&clinician, one);
        bed_hear(&bed, EP_NEAR, one, sizeof one);
        CU_ASSERT_FATAL(hand_pair_3(&clinician, three));
        three[i] ^= 1;
        bed_hear(&bed, EP_NEAR, three, sizeof three);
        CU_ASSERT_EQUAL(bed.sends, 0);
        three[i] ^= 1;
        bed_hear(&bed, EP_NEAR, three, sizeof three); // too late
        CU_ASSERT_EQUAL(bed.sends, 0);
        CU_ASSERT_EQUAL_FATAL(bonds(), 0);
    }
}

// NEAR-1: a second of silence ends it.
static void waiting_ends_after_a_second(void)
{
    uint8_t one[TP_PAIR_1_LEN], three[TP_PAIR_3_LEN];
    start();
    hand_pair_1(&clinician, one);
    bed_hear(&bed, EP_NEAR, one, sizeof one);
    CU_ASSERT_FATAL(hand_pair_3(&clinician, three));
    bed_pass(&bed, TP_NEAR_WAIT_US - 1);
    bed_hear(&bed, EP_NEAR, three, sizeof three);
    CU_ASSERT(hand_paired(&clinician));

    start();
    hand_pair_1(&clinician, one);
    bed_hear(&bed, EP_NEAR, one, sizeof one);
    CU_ASSERT_FATAL(hand_pair_3(&clinician, three));
    bed_pass(&bed, TP_NEAR_WAIT_US);
    bed_hear(&bed, EP_NEAR, three, sizeof three);
    CU_ASSERT_FALSE(hand_paired(&clinician));
}

// NEAR-1: a handshake by radio takes the pairing's place, and a pairing the
// handshake's; neither takes a message of the other for its own.
static void handshakes_do_not_mix(void)
{
    uint8_t one[TP_PAIR_1_LEN], proof[TP_PROOF_LEN];
    start();
    CU_ASSERT_FATAL(hand_pair(&clinician));
    hand_pair_1(&other, one);
    bed_hear(&bed, EP_NEAR, one, sizeof one);
    CU_ASSERT_FATAL(hand_wake(&clinician, EP_READ_OUT));
    CU_ASSERT_FATAL(hand_hello(&clinician));
    hand_proof_frame(&clinician, proof);
    proof[0] = TP_PAIR_3; // the same length and the same tokens
    bed_hear(&bed, EP_NEAR, proof, sizeof proof);
    CU_ASSERT_EQUAL(bed.sends, 0);
    CU_ASSERT_EQUAL(bonds(), 1);
    proof[0] = TP_PROOF;
    bed_hear(&bed, EP_RF, proof, sizeof proof);
    CU_ASSERT(hand_take(&clinician));

    start();
    CU_ASSERT_FATAL(hand_pair(&clinician));
    CU_ASSERT_FATAL(hand_wake(&clinician, EP_READ_OUT));
    CU_ASSERT_FATAL(hand_hello(&clinician));
    CU_ASSERT(hand_pair(&other));
    CU_ASSERT_FALSE(hand_proof(&clinician));
}

static void a_pairing_leaves_an_open_session(void)
{
    start();
    CU_ASSERT_FATAL(hand_pair(&clinician));
    CU_ASSERT_FATAL(hand_open(&clinician, EP_READ_OUT));
    CU_ASSERT(hand_pair(&other));
    CU_ASSERT_EQUAL(hand_ask(&clinician, TP_OP_STATUS, NULL, 0), TP_STATUS_DONE);
}

// NEAR-4: eight places; the ninth peer gets none, one that has a bond gets another.
static void there_are_eight_places(void)
{
    static struct hand many[TP_BONDS_MAX + 1];
    start();
    for (uint8_t i = 0; i < TP_BONDS_MAX + 1; i++) {
        hand_make(&many[i], &bed, TP_ROLE_MONITOR, (uint8_t)(10 + i));
        CU_ASSERT_EQUAL(hand_pair(&many[i]), i < TP_BONDS_MAX);
    }
    CU_ASSERT_EQUAL(bonds(), TP_BONDS_MAX);
    CU_ASSERT(hand_pair(&many[3]));
    CU_ASSERT(hand_open(&many[3], EP_READ_OUT));
    bed_pass(&bed, TP_PREEMPT_IDLE_US); // and the session yields
    CU_ASSERT(hand_open(&many[0], EP_READ_OUT));
    CU_ASSERT_EQUAL(bonds(), TP_BONDS_MAX);
}

// NEAR-4: the older bond lives until the newer is used, since PAIRED may be lost.
static void an_older_bond_goes_when_the_newer_opens(void)
{
    start();
    CU_ASSERT_FATAL(hand_pair(&clinician));
    CU_ASSERT_FATAL(hand_open(&clinician, EP_READ_OUT));
    struct hand before = clinician;
    CU_ASSERT_FATAL(hand_pair(&clinician));
    CU_ASSERT_EQUAL(bonds(), 2);
    CU_ASSERT(hand_open(&before, EP_READ_OUT)); // it never heard PAIRED
    CU_ASSERT_EQUAL(bonds(), 1);

    CU_ASSERT_FATAL(hand_pair(&clinician));
    bed_pass(&bed, TP_PREEMPT_IDLE_US);
    CU_ASSERT(hand_open(&clinician, EP_READ_OUT));
    CU_ASSERT_EQUAL(bonds(), 1);
    CU_ASSERT_FALSE(hand_wake(&before, EP_READ_OUT));
}

// NEAR-4: however often one peer pairs, others find a place, and its next session
// stays within an implant's bounds (OUT-1).
static void one_peer_cannot_fill_all_places(void)
{
    start();
    CU_ASSERT_FATAL(hand_pair(&clinician));
    CU_ASSERT_FATAL(hand_open(&clinician, EP_READ_OUT));
    for (int i = 0; i < 20; i++) {
        CU_ASSERT_FATAL(hand_pair(&clinician));
        CU_ASSERT_EQUAL(bonds(), 2);
    }
    CU_ASSERT(hand_pair(&other));
    bed_pass(&bed, TP_PREEMPT_IDLE_US);
    CU_ASSERT(hand_open(&clinician, EP_READ_OUT));
    CU_ASSERT(bed_sound(&bed));
    CU_ASSERT_EQUAL(bonds(), 2);
    bed_pass(&bed, TP_PREEMPT_IDLE_US);

    // Nor by waking under each bond without ever opening a session.
    for (int i = 0; i < 20; i++) {
        CU_ASSERT_FATAL(hand_pair(&clinician));
        CU_ASSERT(hand_wake(&clinician, EP_READ_OUT));
        bed_pass(&bed, TP_SECOND);
    }
    CU_ASSERT_EQUAL(bonds(), 3);
    CU_ASSERT(hand_open(&clinician, EP_READ_OUT));
    CU_ASSERT(bed_sound(&bed));
}

// NEAR-5: without device-keys one implant's bond opens another's.
static void without_device_keys_a_bond_opens_another_implant(void)
{
    struct tp_bond mine;
    start_without(TP_CTL_DEVICE_KEYS);
    CU_ASSERT_FATAL(hand_pair(&clinician));
    mine = clinician.bond;
    start_without(TP_CTL_DEVICE_KEYS);
    hand_make(&other, &bed, TP_ROLE_MONITOR, 2);
    CU_ASSERT_FATAL(hand_pair(&other));
    CU_ASSERT_EQUAL(memcmp(other.bond.secret, mine.secret, sizeof mine.secret) == 0,
                    (bool)SWITCHES);
}

// FRM-2: a radio frame is none of the near field's, nor the other way round.
static void links_do_not_mix(void)
{
    uint8_t wake[TP_WAKE_LEN], one[TP_PAIR_1_LEN];
    start();
    CU_ASSERT_FATAL(hand_pair(&clinician));
    hand_wake_frame(&clinician, 1, EP_READ_OUT, wake);
    bed_hear(&bed, EP_NEAR, wake, sizeof wake);
    CU_ASSERT_EQUAL(bed.sends, 0);
    hand_pair_1(&other, one);
    bed_hear(&bed, EP_RF, one, sizeof one);
    CU_ASSERT_EQUAL(bed.sends, 0);
    bed_hear(&bed, EP_UPLINK, wake, sizeof wake);
    CU_ASSERT_EQUAL(bed.out_count, 0);
    bed_hear(&bed, EP_RF, wake, sizeof wake);
    CU_ASSERT_EQUAL(bed.sends, 1);
}

int main(void)
{
    static const struct suite_case cases[] = {
        {"NEAR-2: a certified peer gets a bond", a_certified_peer_gets_a_bond},
        {"NEAR-3: wrong certificates get none", wrong_certificates_get_none},
        {"NEAR-3: without pairing-authentication anybody gets one",
         without_pairing_authentication_anybody_gets_one},
        {"NEAR-3: a changed message ends it", a_changed_message_ends_it},
        {"NEAR-1: waiting ends after a second", waiting_ends_after_a_second},
        {"NEAR-1: handshakes do not mix", handshakes_do_not_mix},
        {"NEAR-1: a pairing leaves an open session", a_pairing_leaves_an_open_session},
        {"NEAR-4: there are eight places", there_are_eight_places},
        {"NEAR-4: an older bond goes when the newer opens",
         an_older_bond_goes_when_the_newer_opens},
        {"NEAR-4: one peer cannot fill all places", one_peer_cannot_fill_all_places},
        {"NEAR-5: without device-keys a bond opens another implant",
         without_device_keys_a_bond_opens_another_implant},
        {"FRM-2: links do not mix", links_do_not_mix},
        {0},
    };
    return cr_init() ? 2 : suite_main("protocol/near", cases);
}
