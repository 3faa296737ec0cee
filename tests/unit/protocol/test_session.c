// test_session.c - from HELLO to the last record: who gets in, and when it ends

#include "hand.h"
#include <crypto/init.h>
#include <suite.h>

static struct bed bed;
static struct hand clinician, monitor;

static void start_with(struct tp_controls controls, uint16_t rekey_after)
{
    struct tp_implant_config config = {.controls = controls,
                                       .rekey_after = rekey_after};
    bed_start(&bed, &config);
    hand_make(&clinician, &bed, TP_ROLE_CLINICIAN, 1);
    hand_make(&monitor, &bed, TP_ROLE_MONITOR, 2);
    CU_ASSERT_FATAL(hand_pair(&clinician));
    CU_ASSERT_FATAL(hand_pair(&monitor));
}

static void start(void)
{
    start_with(all_controls, 0);
}

static bool answers(struct hand *h)
{
    return hand_ask(h, TP_OP_STATUS, NULL, 0) == TP_STATUS_DONE;
}

// HS-7: OPENED is the implant's first record: request 0, the role of the certificate.
static void the_first_record_says_the_role(void)
{
    start();
    CU_ASSERT_FATAL(hand_wake(&monitor, EP_READ_OUT));
    CU_ASSERT_FATAL(hand_hello(&monitor));
    CU_ASSERT_FATAL(hand_proof(&monitor));
    CU_ASSERT(monitor.answer.request == 0 && monitor.answer.status == TP_STATUS_DONE);
    CU_ASSERT(monitor.answer.len == 1 && monitor.answer.data[0] == TP_ROLE_MONITOR);
    CU_ASSERT(bed_place(&bed, EP_NVM) < bed_place(&bed, EP_SEND));
    CU_ASSERT(answers(&monitor));
}

// HS-7: PROOF's certificate is checked as a pairing's is.
static void a_bond_alone_opens_nothing(void)
{
    struct clinic stranger;
    clinic_make(&stranger, 0x99);
    start();
    clinic_certify(&stranger, &monitor.cert, monitor.s_priv);
    CU_ASSERT_FALSE(hand_open(&monitor, EP_READ_OUT));
    CU_ASSERT_EQUAL(bed.sends, 0);
    start_with(without(TP_CTL_CERTIFICATE_CHECK), 0);
    clinic_certify(&stranger, &monitor.cert, monitor.s_priv);
    CU_ASSERT_EQUAL(hand_open(&monitor, EP_READ_OUT), (bool)SWITCHES);
}

// HS-6: a refused PROOF leaves the handshake; the right one is still taken.
static void a_changed_proof_changes_nothing(void)
{
    uint8_t frame[TP_PROOF_LEN];
    start();
    CU_ASSERT_FATAL(hand_wake(&monitor, EP_READ_OUT));
    CU_ASSERT_FATAL(hand_hello(&monitor));
    hand_proof_frame(&monitor, frame);
    for (size_t i = 1; i < sizeof frame; i++) {
        frame[i] ^= 4;
        bed_hear(&bed, EP_RF, frame, sizeof frame);
        CU_ASSERT_EQUAL(bed.sends, 0);
        frame[i] ^= 4;
    }
    bed_hear(&bed, EP_RF, frame, sizeof frame);
    CU_ASSERT(hand_take(&monitor));
    bed_hear(&bed, EP_RF, frame, sizeof frame); // and not twice
    CU_ASSERT_EQUAL(bed.sends, 0);
    CU_ASSERT(answers(&monitor));
}

// HS-6: a record under the keys of a handshake that is not over.
static bool record_before_proof(void)
{
    uint8_t frame[TP_RECORD_MAX];
    CU_ASSERT_FATAL(hand_wake(&monitor, EP_READ_OUT));
    CU_ASSERT_FATAL(hand_hello(&monitor));
    monitor.ch.limit = TP_REKEY_DEFAULT;
    tp_channel_open(&monitor.ch, &monitor.hs, &monitor.bond, false, &monitor.controls);
    size_t n = hand_record(&monitor, TP_RECORD, TP_OP_STATUS, NULL, 0, frame);
    bed_hear(&bed, EP_RF, frame, n);
    return hand_take(&monitor);
}

static void no_record_before_the_handshake_is_over(void)
{
    start();
    CU_ASSERT_FALSE(record_before_proof());
    CU_ASSERT_EQUAL(bed.sends, 0);
    start_with(without(TP_CTL_HANDSHAKE_ORDER), 0);
    CU_ASSERT_EQUAL(record_before_proof(), (bool)SWITCHES);
}

static void no_message_out_of_its_turn(void)
{
    uint8_t hello[TP_HELLO_LEN], proof[TP_PROOF_LEN] = {TP_PROOF};
    start();
    CU_ASSERT_FATAL(hand_open(&monitor, EP_READ_OUT));
    struct hand h = monitor;
    hand_hello_frame(&h, hello); // in a session
    bed_hear(&bed, EP_RF, hello, sizeof hello);
    CU_ASSERT_EQUAL(bed.sends, 0);
    bed_hear(&bed, EP_RF, proof, sizeof proof);
    CU_ASSERT_EQUAL(bed.sends, 0);
    CU_ASSERT(answers(&monitor));
}

// HS-1: version 1 is spoken to who offers nothing better, and its bodies are bare.
static void version_1_is_still_spoken(void)
{
    start();
    monitor.versions = 1 << TP_VERSION_1;
    CU_ASSERT_FATAL(hand_open(&monitor, EP_READ_OUT));
    CU_ASSERT_EQUAL(monitor.version, TP_VERSION_1);
    CU_ASSERT_EQUAL(monitor.opened.len, TP_RESPONSE_HEAD + 1);
    CU_ASSERT(answers(&monitor));
    start();
    monitor.versions = 1 << 3 | 1 << 7;
    CU_ASSERT_FATAL(hand_wake(&monitor, EP_READ_OUT));
    CU_ASSERT_FALSE(hand_hello(&monitor));
    monitor.versions = 1 << 3 | TP_VERSIONS;
    CU_ASSERT(hand_open(&monitor, EP_READ_OUT));
    CU_ASSERT_EQUAL(monitor.version, TP_VERSION_2);
}

// REC-9: what an implant answers has one of three lengths in version 2.
static void answers_tell_no_lengths(void)
{
    static const uint16_t asked[] = {TP_OP_STATUS, TP_OP_PATIENT, TP_OP_TICKET};
    start();
    CU_ASSERT_FATAL(hand_open(&clinician, EP_READ_OUT));
    for (size_t i = 0; i < sizeof asked / sizeof asked[0]; i++) {
        CU_ASSERT_EQUAL(hand_ask(&clinician, asked[i], NULL, 0), TP_STATUS_DONE);
        CU_ASSERT_EQUAL(clinician.opened.len, 64);
    }
    start_with(without(TP_CTL_PADDING), 0);
    CU_ASSERT_FATAL(hand_open(&clinician, EP_READ_OUT));
    CU_ASSERT_EQUAL(hand_ask(&clinician, TP_OP_TICKET, NULL, 0), TP_STATUS_DONE);
    CU_ASSERT_EQUAL(clinician.opened.len, SWITCHES ? TP_RESPONSE_HEAD : 64);
}

// SES-2: idle for 60 s, and it is gone; a record keeps it, a refused one does not.
static void sessions_end_when_idle(void)
{
    static const uint8_t junk[TP_RECORD_MIN] = {TP_RECORD};
    start();
    CU_ASSERT_FATAL(hand_open(&monitor, EP_READ_OUT));
    bed_pass(&bed, TP_IDLE_US - 1);
    CU_ASSERT(answers(&monitor));
    bed_pass(&bed, TP_IDLE_US - 1);
    bed_hear(&bed, EP_RF, junk, sizeof junk);
    bed_pass(&bed, 1);
    CU_ASSERT_FALSE(answers(&monitor));
    CU_ASSERT_EQUAL(bed.sniff_us, TP_SNIFF_US);
}

// SES-2: CLOSE is answered and then it is over, whatever its arguments.
static void sessions_end_with_close(void)
{
    static const uint8_t extra = 1;
    start();
    CU_ASSERT_FATAL(hand_open(&monitor, EP_READ_OUT));
    CU_ASSERT_EQUAL(hand_ask(&monitor, TP_OP_CLOSE, NULL, 0), TP_STATUS_DONE);
    CU_ASSERT_EQUAL(bed.sniff_us, TP_SNIFF_US);
    CU_ASSERT_FALSE(answers(&monitor));
    CU_ASSERT_FATAL(hand_open(&monitor, EP_READ_OUT));
    CU_ASSERT_EQUAL(hand_ask(&monitor, TP_OP_CLOSE, &extra, 1), TP_STATUS_REFUSED);
    CU_ASSERT_FALSE(answers(&monitor));
}

// Keeps asking once a second; how long that goes well.
static uint64_t kept_open_us(struct hand *h, uint64_t most_us)
{
    uint64_t since_us = bed.now_us;
    CU_ASSERT_FATAL(hand_open(h, EP_READ_OUT));
    while (bed.now_us - since_us < most_us && answers(h))
        bed_pass(&bed, TP_SECOND);
    return bed.now_us - since_us;
}

// SES-3
static void sessions_end_after_a_quarter_of_an_hour(void)
{
    start();
    CU_ASSERT_EQUAL(kept_open_us(&clinician, 2 * TP_LIFETIME_US), TP_LIFETIME_US);
    start_with(without(TP_CTL_SESSION_LIFETIME), 0);
    CU_ASSERT_EQUAL(kept_open_us(&clinician, 2 * TP_LIFETIME_US),
                    SWITCHES ? 2 * TP_LIFETIME_US : TP_LIFETIME_US);
}

// SES-2, REC-10: with its last key a session ends, and the implant sleeps.
static void sessions_end_with_their_last_key(void)
{
    unsigned n = 0;
    start_with(all_controls, 1);
    CU_ASSERT_FATAL(hand_open(&clinician, EP_READ_OUT));
    while (n < 300 && answers(&clinician))
        n++;
    CU_ASSERT_EQUAL(n, TP_GENERATION_LAST);
    CU_ASSERT_EQUAL(bed.sniff_us, TP_SNIFF_US);
    CU_ASSERT(hand_open(&clinician, EP_READ_OUT));
}

// AVL-3: one's own bond, a clinician over a lesser role, anybody over an idle one.
static void sessions_yield_as_they_must(void)
{
    start();
    CU_ASSERT_FATAL(hand_open(&monitor, EP_READ_OUT));
    CU_ASSERT(hand_open(&monitor, EP_READ_OUT));
    CU_ASSERT(hand_open(&clinician, EP_READ_OUT));
    CU_ASSERT_FALSE(hand_open(&monitor, EP_READ_OUT));
    CU_ASSERT(answers(&clinician));
    bed_pass(&bed, TP_PREEMPT_IDLE_US - 1);
    CU_ASSERT_FALSE(hand_open(&monitor, EP_READ_OUT));
    bed_pass(&bed, 1);
    CU_ASSERT(hand_open(&monitor, EP_READ_OUT));
    CU_ASSERT_FALSE(answers(&clinician));

    start_with(without(TP_CTL_SESSION_PREEMPTION), 0);
    CU_ASSERT_FATAL(hand_open(&monitor, EP_READ_OUT));
    CU_ASSERT_EQUAL(hand_open(&clinician, EP_READ_OUT), !SWITCHES);
}

// FRM-3: an authentic record without a request in it is refused without an answer.
static void a_record_without_a_request_is_not_answered(void)
{
    uint8_t body[TP_BODY_MAX] = {0}, frame[TP_RECORD_MAX];
    size_t n;
    start();
    CU_ASSERT_FATAL(hand_open(&monitor, EP_READ_OUT));
    body[TP_REQUEST_HEAD - 1] = 9; // nine bytes of arguments promised
    CU_ASSERT_EQUAL_FATAL(tp_channel_seal(&monitor.ch, TP_RECORD, body, TP_REQUEST_HEAD,
                                          frame, &n, &monitor.controls),
                          TP_OK);
    bed_hear(&bed, EP_RF, frame, n);
    CU_ASSERT_EQUAL(bed.sends, 0);
    CU_ASSERT(bed_logged(&bed, TP_LOG_RECORD) > 0);
    CU_ASSERT(answers(&monitor));
}

int main(void)
{
    static const struct suite_case cases[] = {
        {"HS-7: the first record says the role", the_first_record_says_the_role},
        {"HS-7: a bond alone opens nothing", a_bond_alone_opens_nothing},
        {"HS-6: a changed proof changes nothing", a_changed_proof_changes_nothing},
        {"HS-6: no record before the handshake is over",
         no_record_before_the_handshake_is_over},
        {"HS-6: no message out of its turn", no_message_out_of_its_turn},
        {"HS-1: version 1 is still spoken", version_1_is_still_spoken},
        {"REC-9: answers tell no lengths", answers_tell_no_lengths},
        {"SES-2: sessions end when idle", sessions_end_when_idle},
        {"SES-2: sessions end with CLOSE", sessions_end_with_close},
        {"SES-3: sessions end after a quarter of an hour",
         sessions_end_after_a_quarter_of_an_hour},
        {"SES-2: sessions end with their last key", sessions_end_with_their_last_key},
        {"AVL-3: sessions yield as they must", sessions_yield_as_they_must},
        {"FRM-3: a record without a request is not answered",
         a_record_without_a_request_is_not_answered},
        {0},
    };
    return cr_init() ? 2 : suite_main("protocol/session", cases);
}
