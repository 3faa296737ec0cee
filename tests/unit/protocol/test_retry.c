// test_retry.c - requests that are sent again, and rehearsals

#include "hand.h"
#include <crypto/init.h>
#include <suite.h>

static struct bed bed;
static struct hand h;

static const struct tp_therapy faster = {70, 130, 2500, 1};

static void start(enum tp_role role)
{
    bed_start(&bed, NULL);
    hand_make(&h, &bed, role, 1);
    CU_ASSERT_FATAL(hand_pair(&h));
    CU_ASSERT_FATAL(hand_intent(&h));
    CU_ASSERT_FATAL(hand_open(&h, EP_THERAPY));
}

// Sends the last id again, in a new record; the answer's status.
static int again(uint16_t opcode, const uint8_t *args, size_t len)
{
    h.request--;
    return hand_ask(&h, opcode, args, len);
}

// CMD-7: what was done is answered, not done, when it is asked again.
static void a_repeated_write_is_done_once(void)
{
    uint8_t digest[TP_DIGEST_LEN], ticket[TP_TICKET_LEN];
    uint8_t args[9] = {0x10, 0, 70, 0, 130, 0, 0xc4, 9, 1};
    start(TP_ROLE_CLINICIAN);
    CU_ASSERT_EQUAL_FATAL(hand_propose(&h, faster), TP_STATUS_PROPOSED);
    memcpy(digest, h.answer.data + 8, sizeof digest);
    CU_ASSERT_EQUAL(again(TP_OP_PROPOSE, args, sizeof args), TP_STATUS_PROPOSED);
    CU_ASSERT_EQUAL(memcmp(h.answer.data + 8, digest, sizeof digest), 0);
    CU_ASSERT_EQUAL(hand_ask(&h, TP_OP_CONFIRM, digest, sizeof digest), TP_STATUS_DONE);
    for (int i = 0; i < 5; i++) {
        memcpy(ticket, h.ticket, sizeof ticket);
        CU_ASSERT_EQUAL(again(TP_OP_CONFIRM, digest, sizeof digest), TP_STATUS_DONE);
        CU_ASSERT_NOT_EQUAL(memcmp(ticket, h.ticket, sizeof ticket), 0);
    }
    CU_ASSERT_EQUAL(bed.therapy_commits, 1);
}

static void a_repeated_alarm_is_done_once(void)
{
    static const uint8_t volume = 5;
    start(TP_ROLE_PATIENT);
    CU_ASSERT_EQUAL(hand_ask(&h, TP_OP_ALARM, &volume, 1), TP_STATUS_DONE);
    CU_ASSERT_EQUAL(again(TP_OP_ALARM, &volume, 1), TP_STATUS_DONE);
    CU_ASSERT_EQUAL(bed.other_commits, 1);
    h.request++; // a new id is a new command
    CU_ASSERT_EQUAL(again(TP_OP_ALARM, &volume, 1), TP_STATUS_DONE);
    CU_ASSERT_EQUAL(bed.other_commits, 2);
}

// CMD-7: a refusal is repeated too.
static void a_repeated_refusal_stays_one(void)
{
    static const uint8_t loud = 9, volume = 5;
    start(TP_ROLE_PATIENT);
    CU_ASSERT_EQUAL(hand_ask(&h, TP_OP_ALARM, &loud, 1), TP_STATUS_REFUSED);
    CU_ASSERT_EQUAL(again(TP_OP_ALARM, &volume, 1), TP_STATUS_REFUSED);
    CU_ASSERT_EQUAL(bed.other_commits, 0);
}

// CMD-7: TICKET and long answers are simply given again.
static void reads_are_answered_again(void)
{
    static const uint8_t class = TP_LOG_TRUST;
    start(TP_ROLE_CLINICIAN);
    CU_ASSERT_EQUAL(hand_ask(&h, TP_OP_TICKET, NULL, 0), TP_STATUS_DONE);
    CU_ASSERT_EQUAL(again(TP_OP_TICKET, NULL, 0), TP_STATUS_DONE);
    CU_ASSERT_EQUAL(hand_ask(&h, TP_OP_LOG, &class, 1), TP_STATUS_DONE);
    CU_ASSERT_EQUAL(again(TP_OP_LOG, &class, 1), TP_STATUS_DONE);
    CU_ASSERT(h.answer.len > 6);
}

// CMD-7: only the last request counts, so an id that comes round is new.
static void ids_come_round(void)
{
    static const uint8_t volume = 5, louder = 6;
    start(TP_ROLE_PATIENT);
    CU_ASSERT_EQUAL(hand_ask(&h, TP_OP_ALARM, &volume, 1), TP_STATUS_DONE);
    uint8_t id = h.request;
    for (int i = 0; i < 254; i++)
        CU_ASSERT_EQUAL(hand_ask(&h, TP_OP_TICKET, NULL, 0), TP_STATUS_DONE);
    CU_ASSERT_EQUAL(hand_ask(&h, TP_OP_ALARM, &louder, 1), TP_STATUS_DONE);
    CU_ASSERT_EQUAL(h.request, id);
    CU_ASSERT_EQUAL(bed.other_commits, 2);
}

// CMD-8: checked, answered so, and nothing is done; the token is still there.
static void a_rehearsed_proposal_is_only_checked(void)
{
    uint8_t args[9] = {0x10, 0, 70, 0, 130, 0, 0xc4, 9, 1};
    start(TP_ROLE_CLINICIAN);
    CU_ASSERT_EQUAL(hand_rehearse(&h, TP_OP_PROPOSE, args, 9), TP_STATUS_CHECKED);
    CU_ASSERT_EQUAL(h.answer.len, 0);
    args[2] = 250;
    CU_ASSERT_EQUAL(hand_rehearse(&h, TP_OP_PROPOSE, args, 9), TP_STATUS_REFUSED);
    CU_ASSERT_EQUAL(hand_write(&h, faster), TP_STATUS_DONE);
    args[2] = 75; // and now the token is used up
    CU_ASSERT_EQUAL(hand_rehearse(&h, TP_OP_PROPOSE, args, 9), TP_STATUS_REFUSED);
    CU_ASSERT_EQUAL(bed.therapy_commits, 1);
}

// CMD-8: a rehearsed CONFIRM leaves the proposal as it was.
static void a_rehearsed_confirmation_is_only_checked(void)
{
    uint8_t digest[TP_DIGEST_LEN];
    start(TP_ROLE_CLINICIAN);
    CU_ASSERT_EQUAL_FATAL(hand_propose(&h, faster), TP_STATUS_PROPOSED);
    memcpy(digest, h.answer.data + 8, sizeof digest);
    CU_ASSERT_EQUAL(hand_rehearse(&h, TP_OP_CONFIRM, digest, 16), TP_STATUS_CHECKED);
    CU_ASSERT_EQUAL(bed.therapy_commits, 0);
    CU_ASSERT_EQUAL(hand_ask(&h, TP_OP_CONFIRM, digest, 16), TP_STATUS_DONE);
    CU_ASSERT_EQUAL(bed.therapy_commits, 1);
}

static void rehearsed_one_steps_are_only_checked(void)
{
    uint8_t volume = 5, mv[2] = {0xe8, 3};
    start(TP_ROLE_CLINICIAN);
    CU_ASSERT_EQUAL(hand_rehearse(&h, TP_OP_ALARM, &volume, 1), TP_STATUS_CHECKED);
    CU_ASSERT_EQUAL(hand_rehearse(&h, TP_OP_TEST_PULSE, mv, 2), TP_STATUS_CHECKED);
    volume = 8;
    CU_ASSERT_EQUAL(hand_rehearse(&h, TP_OP_ALARM, &volume, 1), TP_STATUS_REFUSED);
    CU_ASSERT_EQUAL(bed.other_commits, 0);
    CU_ASSERT_EQUAL(hand_ask(&h, TP_OP_TEST_PULSE, mv, 2), TP_STATUS_DONE);
    CU_ASSERT_EQUAL(bed.other_commits, 1);
    CU_ASSERT_EQUAL(hand_ask(&h, TP_OP_TEST_PULSE, mv, 2), TP_STATUS_REFUSED); // INT-4
}

static void a_rehearsed_statement_moves_nothing(void)
{
    uint8_t args[TP_STATEMENT_LEN];
    struct tp_statement st = {.time_s = BED_TIME_S + 99999, .epoch = 99};
    start(TP_ROLE_MONITOR);
    tp_statement_sign(&st, bed.clinic.secret);
    tp_statement_build(&st, args);
    CU_ASSERT_EQUAL(hand_rehearse(&h, TP_OP_STATEMENT, args, sizeof args),
                    TP_STATUS_CHECKED);
    args[0] ^= 1;
    CU_ASSERT_EQUAL(hand_rehearse(&h, TP_OP_STATEMENT, args, sizeof args),
                    TP_STATUS_REFUSED);
    CU_ASSERT_EQUAL(hand_ask(&h, TP_OP_CLOSE, NULL, 0), TP_STATUS_DONE);
    CU_ASSERT(hand_open(&h, EP_READ_OUT)); // its epoch is still good enough
}

// CMD-8: reading and CLOSE are no different.
static void reading_needs_no_rehearsal(void)
{
    start(TP_ROLE_CLINICIAN);
    CU_ASSERT_EQUAL(hand_rehearse(&h, TP_OP_STATUS, NULL, 0), TP_STATUS_DONE);
    CU_ASSERT_EQUAL(hand_rehearse(&h, TP_OP_CLOSE, NULL, 0), TP_STATUS_DONE);
    CU_ASSERT_EQUAL(hand_ask(&h, TP_OP_STATUS, NULL, 0), -1);
}

int main(void)
{
    static const struct suite_case cases[] = {
        {"CMD-7: a repeated write is done once", a_repeated_write_is_done_once},
        {"CMD-7: a repeated alarm is done once", a_repeated_alarm_is_done_once},
        {"CMD-7: a repeated refusal stays one", a_repeated_refusal_stays_one},
        {"CMD-7: reads are answered again", reads_are_answered_again},
        {"CMD-7: ids come round", ids_come_round},
        {"CMD-8: a rehearsed proposal is only checked",
         a_rehearsed_proposal_is_only_checked},
        {"CMD-8: a rehearsed confirmation is only checked",
         a_rehearsed_confirmation_is_only_checked},
        {"CMD-8: rehearsed one-step commands are only checked",
         rehearsed_one_steps_are_only_checked},
        {"CMD-8: a rehearsed statement moves nothing",
         a_rehearsed_statement_moves_nothing},
        {"CMD-8: reading needs no rehearsal", reading_needs_no_rehearsal},
        {0},
    };
    return cr_init() ? 2 : suite_main("protocol/retry", cases);
}
