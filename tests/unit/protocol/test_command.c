// test_command.c - what may be asked, by whom, in what shape, and what it does

#include "hand.h"
#include <crypto/bytes.h>
#include <crypto/hash.h>
#include <crypto/init.h>
#include <suite.h>

static struct bed bed;
static struct hand h;

static const struct tp_therapy faster = {70, 130, 2500, 1};

// A session of a role, for therapy if it may.
static void start_with(enum tp_role role, struct tp_controls controls)
{
    struct tp_implant_config config = {.controls = controls};
    bed_start(&bed, &config);
    hand_make(&h, &bed, role, 1);
    CU_ASSERT_FATAL(hand_pair(&h));
    CU_ASSERT_FATAL(hand_intent(&h));
    CU_ASSERT_FATAL(hand_open(&h, EP_THERAPY));
}

static void start(enum tp_role role)
{
    start_with(role, all_controls);
}

static uint16_t data_u16(size_t at)
{
    return (uint16_t)(h.answer.data[at] | h.answer.data[at + 1] << 8);
}

// CMD-1: what STATUS and PATIENT say.
static void reading_says_what_is_in_force(void)
{
    start(TP_ROLE_MONITOR);
    bed_pass(&bed, 7 * TP_SECOND);
    CU_ASSERT_EQUAL_FATAL(hand_ask(&h, TP_OP_STATUS, NULL, 0), TP_STATUS_DONE);
    CU_ASSERT_EQUAL_FATAL(h.answer.len, 13);
    struct rd r = rd_of(h.answer.data, 4);
    CU_ASSERT_EQUAL(rd_u32(&r), BED_TIME_S + 7);
    CU_ASSERT(data_u16(4) == 60 && data_u16(6) == 130 && data_u16(8) == 2500);
    CU_ASSERT(h.answer.data[10] == 1 && h.answer.data[11] == 3);
    CU_ASSERT_EQUAL(h.answer.data[12], 0);
    CU_ASSERT_EQUAL_FATAL(hand_ask(&h, TP_OP_PATIENT, NULL, 0), TP_STATUS_DONE);
    CU_ASSERT_EQUAL(h.answer.len, bed.identity.text_len);
    CU_ASSERT_EQUAL(memcmp(h.answer.data, bed.identity.text, h.answer.len), 0);
}

// Whether a good length and the capability are enough, or more is needed.
enum need { LITTLE, MORE };

static const struct {
    uint16_t opcode;
    uint8_t capability, len;
    enum need need;
} table[] = {
    {TP_OP_STATUS, TP_CAP_READ, 0, LITTLE},
    {TP_OP_PATIENT, TP_CAP_READ, 0, LITTLE},
    {TP_OP_LOG, TP_CAP_READ, 1, LITTLE},
    {TP_OP_TICKET, 0, 0, LITTLE},
    {TP_OP_REPORT, TP_CAP_READ, 0, LITTLE},
    {TP_OP_SOFTWARE, TP_CAP_READ, 0, LITTLE},
    {TP_OP_ALARM, TP_CAP_NOTIFY, 1, LITTLE},
    {TP_OP_TEST_PULSE, TP_CAP_THERAPY, 2, LITTLE},
    {TP_OP_SHOCK, TP_CAP_THERAPY, 0, LITTLE},
    {TP_OP_STATEMENT, 0, 70, MORE},
    {TP_OP_UPDATE_BEGIN, TP_CAP_UPDATE, 112, MORE},
    {TP_OP_UPDATE_CHUNK, TP_CAP_UPDATE, 66, MORE},
    {TP_OP_UPDATE_FINISH, TP_CAP_UPDATE, 0, MORE},
    {TP_OP_CLOSE, 0, 0, LITTLE},
    {TP_OP_PROPOSE, TP_CAP_THERAPY, 9, MORE},
    {TP_OP_CONFIRM, TP_CAP_THERAPY, 16, MORE},
};

static bool listed(unsigned opcode)
{
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        if (table[i].opcode == opcode)
            return true;
    return false;
}

// CMD-1: every opcode that is not listed is refused, THERAPY and raw memory too.
static void other_opcodes_are_refused(void)
{
    static const uint8_t args[7] = {250, 0, 255, 0, 0, 0, 1};
    start(TP_ROLE_CLINICIAN);
    for (unsigned op = 0; op < 0x200; op++) {
        if (listed(op))
            continue;
        CU_ASSERT_EQUAL(hand_ask(&h, (uint16_t)op, args, op % 2 ? 7 : 3),
                        TP_STATUS_REFUSED);
        CU_ASSERT_EQUAL(h.answer.len, 0);
    }
    CU_ASSERT_EQUAL(bed.therapy_commits + bed.other_commits, 0);
}

static void without_the_allow_list_memory_is_open(void)
{
    uint8_t args[7] = {80, 0, 130, 0, 0xc4, 9, 1};
    start_with(TP_ROLE_MONITOR, without(TP_CTL_COMMAND_ALLOW_LIST));
    CU_ASSERT_EQUAL(hand_ask(&h, TP_OP_RAW_READ, NULL, 0) == TP_STATUS_DONE,
                    (bool)SWITCHES);
    if (SWITCHES)
        CU_ASSERT_EQUAL(memcmp(h.answer.data, h.bond.secret, TP_BOND_KEY_LEN), 0);
    CU_ASSERT_EQUAL(hand_ask(&h, TP_OP_RAW_WRITE, args, 7) == TP_STATUS_DONE,
                    (bool)SWITCHES);
    CU_ASSERT_EQUAL(hand_ask(&h, TP_OP_RAW_WRITE, args, 6), TP_STATUS_REFUSED);
    CU_ASSERT_EQUAL(hand_ask(&h, 0x0010, args, 7), TP_STATUS_REFUSED);
    CU_ASSERT_EQUAL(bed.therapy_commits, SWITCHES);
}

// CMD-2: one byte more or less, or any other length, and it is refused.
static void lengths_are_exact(void)
{
    static const uint8_t args[TP_ARGS_MAX] = {TP_OP_THERAPY, 0, 70, 0, 130, 0,
                                              0xc4,          9, 1};
    start(TP_ROLE_CLINICIAN);
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        if (table[i].opcode == TP_OP_CLOSE)
            continue; // which ends the session all the same: SES-2
        for (uint8_t len = 0; len <= TP_ARGS_MAX; len++)
            if (len != table[i].len)
                CU_ASSERT_EQUAL(hand_ask(&h, table[i].opcode, args, len),
                                TP_STATUS_REFUSED);
    }
    CU_ASSERT_EQUAL(bed.therapy_commits + bed.other_commits, 0);
}

// CMD-2: without it, what lies behind the volume lands on the therapy parameters.
static void without_exact_length_a_command_spills(void)
{
    static const uint8_t args[8] = {5, 250, 0, 255, 0, 0xc4, 9, 1};
    start_with(TP_ROLE_PATIENT, without(TP_CTL_EXACT_LENGTH));
    CU_ASSERT_EQUAL(hand_ask(&h, TP_OP_ALARM, args, 8) == TP_STATUS_DONE,
                    (bool)SWITCHES);
    CU_ASSERT_EQUAL(bed.therapy_commits, SWITCHES);
}

static int ask_rightly(uint16_t opcode, uint8_t len)
{
    uint8_t args[TP_ARGS_MAX] = {0};
    args[0] = 3; // a volume, or a class of the log
    if (opcode == TP_OP_TEST_PULSE)
        args[1] = 4; // 1027 mV
    return hand_ask(&h, opcode, args, len);
}

// CMD-3: each role gets what its set holds, and nothing else.
static void roles_get_what_is_theirs(void)
{
    for (enum tp_role role = TP_ROLE_MONITOR; role <= TP_ROLE_SERVICE; role++) {
        uint8_t has = tp_role_capabilities((uint8_t)role);
        for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
            bool may = (has & table[i].capability) == table[i].capability;
            start(role);
            int status = ask_rightly(table[i].opcode, table[i].len);
            CU_ASSERT_EQUAL(status == TP_STATUS_DONE, may && table[i].need == LITTLE);
        }
        start(role);
        CU_ASSERT_EQUAL(hand_write(&h, faster) == TP_STATUS_DONE,
                        role == TP_ROLE_CLINICIAN);
    }
    start_with(TP_ROLE_MONITOR, without(TP_CTL_ROLE_CHECK));
    CU_ASSERT_EQUAL(hand_write(&h, faster),
                    SWITCHES ? TP_STATUS_DONE : TP_STATUS_REFUSED);
}

// CMD-4: every answer has the request's id and a ticket that was never seen.
static void tickets_are_fresh(void)
{
    uint8_t last[TP_TICKET_LEN];
    start(TP_ROLE_CLINICIAN);
    for (int i = 0; i < 20; i++) {
        memcpy(last, h.ticket, sizeof last);
        CU_ASSERT_EQUAL(hand_ask(&h, i % 2 ? TP_OP_STATUS : 0x0077, NULL, 0),
                        i % 2 ? TP_STATUS_DONE : TP_STATUS_REFUSED);
        CU_ASSERT_NOT_EQUAL(memcmp(last, h.ticket, sizeof last), 0);
    }
}

// CMD-5: the digest is over what the implant understood; only CONFIRM writes.
static void therapy_is_written_in_two_steps(void)
{
    uint8_t text[17 + 8 + 9] = "telltale proposal", hash[CR_HASH_LEN];
    static const uint8_t args[9] = {0x10, 0, 70, 0, 130, 0, 0xc4, 9, 1};
    start(TP_ROLE_CLINICIAN);
    CU_ASSERT_EQUAL_FATAL(hand_propose(&h, faster), TP_STATUS_PROPOSED);
    CU_ASSERT_EQUAL_FATAL(h.answer.len, 24);
    memcpy(text + 17, h.answer.data, 8);
    memcpy(text + 25, args, 9);
    cr_sha256(hash, text, sizeof text);
    CU_ASSERT_EQUAL(memcmp(h.answer.data + 8, hash, 16), 0);
    CU_ASSERT_EQUAL(bed.therapy_commits, 0);
    CU_ASSERT_EQUAL(hand_confirm(&h), TP_STATUS_DONE);
    CU_ASSERT(bed.therapy_commits == 1 && bed_therapy_is(&bed, faster));

    start_with(TP_ROLE_CLINICIAN, without(TP_CTL_TWO_STEP_WRITE));
    CU_ASSERT_EQUAL(hand_propose(&h, faster), TP_STATUS_PROPOSED);
    CU_ASSERT_EQUAL(bed.therapy_commits, SWITCHES);
    CU_ASSERT_EQUAL(hand_confirm(&h), TP_STATUS_DONE);
    CU_ASSERT_EQUAL(bed.therapy_commits, 1);
}

// CMD-5: another digest, or none proposed, or the same once more.
static void only_what_was_proposed_is_confirmed(void)
{
    uint8_t digest[TP_DIGEST_LEN] = {0};
    start(TP_ROLE_CLINICIAN);
    CU_ASSERT_EQUAL(hand_ask(&h, TP_OP_CONFIRM, digest, 16), TP_STATUS_REFUSED);
    CU_ASSERT_EQUAL_FATAL(hand_propose(&h, faster), TP_STATUS_PROPOSED);
    memcpy(digest, h.answer.data + 8, 16);
    for (size_t i = 0; i < 16; i++) {
        digest[i] ^= 1;
        CU_ASSERT_EQUAL(hand_ask(&h, TP_OP_CONFIRM, digest, 16), TP_STATUS_REFUSED);
        digest[i] ^= 1;
    }
    CU_ASSERT_EQUAL(hand_ask(&h, TP_OP_CONFIRM, digest, 16), TP_STATUS_DONE);
    CU_ASSERT_EQUAL(hand_ask(&h, TP_OP_CONFIRM, digest, 16), TP_STATUS_REFUSED);
    CU_ASSERT_EQUAL(bed.therapy_commits, 1);
}

// CMD-6: two seconds from the digest's making.
static int confirm_after(struct tp_controls controls, uint64_t us)
{
    start_with(TP_ROLE_CLINICIAN, controls);
    CU_ASSERT_EQUAL_FATAL(hand_propose(&h, faster), TP_STATUS_PROPOSED);
    bed_pass(&bed, us);
    return hand_confirm(&h);
}

static int alarm_after(struct tp_controls controls, uint64_t us)
{
    static const uint8_t volume = 5;
    start_with(TP_ROLE_PATIENT, controls);
    CU_ASSERT_EQUAL_FATAL(hand_ask(&h, TP_OP_TICKET, NULL, 0), TP_STATUS_DONE);
    bed_pass(&bed, us);
    return hand_ask(&h, TP_OP_ALARM, &volume, 1);
}

static void a_command_held_back_is_refused(void)
{
    struct tp_controls weak = without(TP_CTL_COMMAND_DEADLINE);
    int late = SWITCHES ? TP_STATUS_DONE : TP_STATUS_REFUSED;
    CU_ASSERT_EQUAL(confirm_after(all_controls, TP_DEADLINE_US), TP_STATUS_DONE);
    CU_ASSERT_EQUAL(confirm_after(all_controls, TP_DEADLINE_US + 1), TP_STATUS_REFUSED);
    CU_ASSERT_EQUAL(confirm_after(weak, TP_DEADLINE_US + 1), late);
    CU_ASSERT_EQUAL(alarm_after(all_controls, TP_DEADLINE_US), TP_STATUS_DONE);
    CU_ASSERT_EQUAL(alarm_after(all_controls, TP_DEADLINE_US + 1), TP_STATUS_REFUSED);
    CU_ASSERT_EQUAL(alarm_after(weak, TP_DEADLINE_US + 1), late);
}

// CMD-6: the ticket must be that of the last response, and serves once.
static void tickets_serve_once(void)
{
    static const uint8_t volume = 5;
    uint8_t old[TP_TICKET_LEN];
    start(TP_ROLE_PATIENT);
    memcpy(old, h.ticket, sizeof old);
    CU_ASSERT_EQUAL(hand_ask(&h, TP_OP_ALARM, &volume, 1), TP_STATUS_DONE);
    CU_ASSERT_EQUAL(bed_committed(&bed, EP_COMMIT_ALARM)->commit.args[0], 5);
    memcpy(h.ticket, old, sizeof old);
    CU_ASSERT_EQUAL(hand_ask(&h, TP_OP_ALARM, &volume, 1), TP_STATUS_REFUSED);
    memset(h.ticket, 0, sizeof h.ticket);
    CU_ASSERT_EQUAL(hand_ask(&h, TP_OP_ALARM, &volume, 1), TP_STATUS_REFUSED);
    CU_ASSERT_EQUAL(bed.other_commits, 1);
}

int main(void)
{
    static const struct suite_case cases[] = {
        {"CMD-1: reading says what is in force", reading_says_what_is_in_force},
        {"CMD-1: other opcodes are refused", other_opcodes_are_refused},
        {"CMD-1: without command-allow-list memory is open",
         without_the_allow_list_memory_is_open},
        {"CMD-2: lengths are exact", lengths_are_exact},
        {"CMD-2: without exact-length a command spills",
         without_exact_length_a_command_spills},
        {"CMD-3: roles get what is theirs", roles_get_what_is_theirs},
        {"CMD-4: tickets are fresh", tickets_are_fresh},
        {"CMD-5: therapy is written in two steps", therapy_is_written_in_two_steps},
        {"CMD-5: only what was proposed is confirmed",
         only_what_was_proposed_is_confirmed},
        {"CMD-6: a command held back is refused", a_command_held_back_is_refused},
        {"CMD-6: tickets serve once", tickets_serve_once},
        {0},
    };
    return cr_init() ? 2 : suite_main("protocol/command", cases);
}
