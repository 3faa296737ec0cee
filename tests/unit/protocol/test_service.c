// test_service.c - the port that an implant does not have

#include "hand.h"
#include <crypto/init.h>
#include <protocol/uplink.h>
#include <suite.h>

static struct bed bed;
static struct hand h;

static const uint8_t login[1 + TP_LOGIN_LEN] = "\x46service-service";

static void start_with(struct tp_controls controls)
{
    struct tp_implant_config config = {.controls = controls};
    bed_start(&bed, &config);
    hand_make(&h, &bed, TP_ROLE_MONITOR, 1);
    CU_ASSERT_FATAL(hand_pair(&h));
}

// Sends a request to the port; the status of the answer, or -1 if there is none.
static int ask(uint16_t opcode, const uint8_t *args, size_t len)
{
    uint8_t frame[1 + TP_BODY_MAX] = {TP_UP_SERVICE};
    struct tp_request q = {
        .request = 9, .opcode = opcode, .args = args, .len = (uint8_t)len};
    struct tp_response a;
    size_t n;
    CU_ASSERT_EQUAL_FATAL(tp_request_build(&q, false, frame + 1, &n), TP_OK);
    bed_hear(&bed, EP_UPLINK, frame, 1 + n);
    const struct ep_frame *f = bed_sent(&bed, EP_UPLINK);
    if (!f || f->bytes[0] != TP_UP_SERVICE ||
        tp_response_parse(f->bytes + 1, f->len - 1u, &a))
        return -1;
    return a.request == 9 && a.opcode == opcode ? a.status : -1;
}

static bool log_in(const uint8_t *frame, size_t len)
{
    bed_hear(&bed, EP_UPLINK, frame, len);
    const struct ep_frame *f = bed_sent(&bed, EP_UPLINK);
    return f && f->len == 2 && f->bytes[0] == TP_UP_LOGIN &&
           f->bytes[1] == TP_STATUS_DONE;
}

// NET-7: no type, no length and no word gets an answer, a write, an effect or a log
// entry.
static void nobody_answers_the_network(void)
{
    uint8_t frame[EP_FRAME_MAX];
    start_with(all_controls);
    memcpy(frame, login, sizeof login);
    for (unsigned type = 0; type < 256; type++) {
        frame[0] = (uint8_t)type;
        for (size_t len = 0; len <= sizeof login; len++) {
            bed_hear(&bed, EP_UPLINK, frame, len);
            CU_ASSERT_EQUAL_FATAL(bed.out_count, 0);
        }
    }
    CU_ASSERT_FALSE(log_in(login, sizeof login));
    CU_ASSERT_EQUAL(ask(TP_OP_PATIENT, NULL, 0), -1);
    CU_ASSERT_EQUAL(bed.out_count, 0);
    CU_ASSERT(hand_open(&h, EP_READ_OUT));
}

static void without_the_control_a_login_opens_it(void)
{
    uint8_t other[sizeof login];
    struct tp_controls weak = without(TP_CTL_NO_SHIPPED_CREDENTIALS);
    start_with(weak);
    CU_ASSERT_EQUAL(ask(TP_OP_PATIENT, NULL, 0), -1); // not before it
    memcpy(other, login, sizeof other);
    other[5] ^= 1;
    CU_ASSERT_FALSE(log_in(other, sizeof other));
    CU_ASSERT_FALSE(log_in(login, sizeof login - 1));
    CU_ASSERT_EQUAL(ask(TP_OP_PATIENT, NULL, 0), -1);
    CU_ASSERT_EQUAL(log_in(login, sizeof login), (bool)SWITCHES);
    CU_ASSERT_EQUAL(ask(TP_OP_PATIENT, NULL, 0), SWITCHES ? TP_STATUS_DONE : -1);
    CU_ASSERT_EQUAL(ask(TP_OP_SOFTWARE, NULL, 0), SWITCHES ? TP_STATUS_DONE : -1);
    // It reads and updates, and writes no therapy.
    CU_ASSERT_EQUAL(ask(TP_OP_PROPOSE, login, 9), SWITCHES ? TP_STATUS_REFUSED : -1);
    CU_ASSERT_EQUAL(bed.therapy_commits + bed.other_commits, 0);
    bed_pass(&bed, TP_IDLE_US);
    CU_ASSERT_EQUAL(ask(TP_OP_PATIENT, NULL, 0), -1); // it is logged out
}

// What passes at the port leaves an open session as it was.
static void a_session_is_not_disturbed(void)
{
    start_with(without(TP_CTL_NO_SHIPPED_CREDENTIALS));
    CU_ASSERT_FATAL(hand_open(&h, EP_READ_OUT));
    CU_ASSERT_EQUAL(log_in(login, sizeof login), (bool)SWITCHES);
    CU_ASSERT_EQUAL(ask(TP_OP_STATUS, NULL, 0), SWITCHES ? TP_STATUS_DONE : -1);
    CU_ASSERT_EQUAL(hand_ask(&h, TP_OP_STATUS, NULL, 0), TP_STATUS_DONE);
    CU_ASSERT_EQUAL(hand_ask(&h, TP_OP_UPDATE_FINISH, NULL, 0), TP_STATUS_REFUSED);
}

int main(void)
{
    static const struct suite_case cases[] = {
        {"NET-7: nobody answers the network", nobody_answers_the_network},
        {"NET-7: without it a login opens it", without_the_control_a_login_opens_it},
        {"a session is not disturbed", a_session_is_not_disturbed},
        {0},
    };
    return cr_init() ? 2 : suite_main("protocol/service", cases);
}
