// test_update.c - an implant's software, replaced over a session while it paces

#include "device.h"
#include "hand.h"
#include <crypto/bytes.h>
#include <crypto/init.h>
#include <suite.h>

enum { CUTS_MAX = 64 };

static struct bed bed;
static struct hand h;

static struct release r; // at hand

// A session of a role with an implant that runs release 10.
static void start_with(enum tp_role role, struct tp_controls controls, bool pacing)
{
    struct tp_implant_config config = {.controls = controls, .pacing = pacing};
    bed_start(&bed, &config);
    hand_make(&h, &bed, role, 1);
    CU_ASSERT_FATAL(hand_pair(&h));
    CU_ASSERT_FATAL(hand_open(&h, EP_READ_OUT));
    r = device_release(11);
}

static void start(void)
{
    start_with(TP_ROLE_SERVICE, all_controls, true);
}

static int begin(const struct tp_manifest *m)
{
    uint8_t bytes[TP_MANIFEST_LEN];
    tp_manifest_build(m, bytes);
    return hand_ask(&h, TP_OP_UPDATE_BEGIN, bytes, sizeof bytes);
}

static int chunk(uint16_t offset)
{
    uint8_t args[2 + TP_CHUNK_MAX];
    size_t left = (size_t)(r.m.size - offset);
    struct wr w = wr_of(args, sizeof args);
    wr_u16(&w, offset);
    wr_put(&w, r.image + offset, left < TP_CHUNK_MAX ? left : TP_CHUNK_MAX);
    return hand_ask(&h, TP_OP_UPDATE_CHUNK, args, w.done);
}

static int finish(void)
{
    return hand_ask(&h, TP_OP_UPDATE_FINISH, NULL, 0);
}

static bool receive(void)
{
    bool good = begin(&r.m) == TP_STATUS_DONE;
    for (uint16_t at = 0; good && at < r.m.size; at += TP_CHUNK_MAX)
        good = chunk(at) == TP_STATUS_DONE && bed_sound(&bed);
    return good;
}

static bool update(void)
{
    return receive() && finish() == TP_STATUS_DONE;
}

// What SOFTWARE says: the running version, and what is being received of which.
static bool says(uint32_t version, uint32_t staged, uint16_t got)
{
    if (hand_ask(&h, TP_OP_SOFTWARE, NULL, 0) != TP_STATUS_DONE || h.answer.len != 16)
        return false;
    struct rd d = rd_of(h.answer.data, h.answer.len);
    uint16_t model = rd_u16(&d);
    uint32_t runs = rd_u32(&d);
    uint32_t least = rd_u32(&d);
    uint32_t comes = rd_u32(&d);
    uint16_t is_there = rd_u16(&d);
    return model == TP_MODEL_CARDIAC && runs == version && least == 1 &&
           comes == staged && is_there == got;
}

static unsigned logged(uint16_t detail)
{
    unsigned n = 0;
    for (size_t i = 0; i < TP_LOG_KEPT && i < bed_logged(&bed, TP_LOG_TRUST); i++)
        n += bed_entry(&bed, TP_LOG_TRUST, i).detail == (TP_LOG_TRUST << 8 | detail);
    return n;
}

// UPD-8: received, started, and nothing else about the implant has changed.
static void a_release_is_installed(void)
{
    start();
    CU_ASSERT(says(10, 0, 0));
    CU_ASSERT_FATAL(receive());
    CU_ASSERT(says(10, 11, 200));
    CU_ASSERT_EQUAL(finish(), TP_STATUS_DONE);
    CU_ASSERT(bed.software == 10 && bed.restarts == 0);
    bed_pass(&bed, 2 * TP_SECOND);
    CU_ASSERT(bed.software == 11 && bed.restarts == 1 && bed_sound(&bed));
    CU_ASSERT_EQUAL(logged(TP_LOG_SWITCHED), 1);
    CU_ASSERT_FATAL(hand_open(&h, EP_READ_OUT)); // its bond is there, its session not
    CU_ASSERT(says(11, 0, 0));
    CU_ASSERT_EQUAL(hand_ask(&h, TP_OP_STATUS, NULL, 0), TP_STATUS_DONE);
    CU_ASSERT(h.answer.data[4] == 60 && h.answer.data[10] == 1);
    CU_ASSERT_EQUAL(bed.therapy_commits + bed.other_commits, 0);
}

// CMD-3: whom the implant obeys in this.
static void only_service_updates(void)
{
    for (enum tp_role role = TP_ROLE_MONITOR; role <= TP_ROLE_SERVICE; role++) {
        start_with(role, all_controls, true);
        CU_ASSERT_EQUAL(update(), role == TP_ROLE_SERVICE);
        bed_pass(&bed, 2 * TP_SECOND);
        CU_ASSERT_EQUAL(bed.restarts, role == TP_ROLE_SERVICE);
    }
}

// UPD-8: every pulse is as far from the last as was programmed, the start in between.
static void a_start_is_taken_right_after_a_pulse(void)
{
    for (uint64_t phase_ms = 1; phase_ms < 1000; phase_ms += 111) {
        start();
        bed_pass(&bed, 3 * TP_SECOND + phase_ms * 1000);
        uint64_t last = bed.last_pace_us;
        CU_ASSERT_FATAL(update());
        bed_pass(&bed, 10 * TP_SECOND);
        CU_ASSERT_EQUAL(bed.restarts, 1);
        CU_ASSERT_EQUAL(bed.restart_us, last + TP_SECOND);
        CU_ASSERT(bed.longest_gap_us == TP_SECOND && bed.paces == 10);
    }
    start_with(TP_ROLE_SERVICE, all_controls, false); // no pulse to wait for
    CU_ASSERT_FATAL(update());
    bed_pass(&bed, TP_SECOND);
    CU_ASSERT(bed.restarts == 1 && bed.restart_us <= TP_SECOND && bed.paces == 0);
}

// UPD-8: a start would end an emergency, so it waits for its end.
static void a_start_waits_for_an_emergency(void)
{
    static const uint8_t ask[] = {TP_EMERGENCY_ASK};
    for (int pacing = 0; pacing < 2; pacing++) {
        uint8_t frame[TP_EMERGENCY_LEN] = {TP_EMERGENCY};
        start_with(TP_ROLE_SERVICE, all_controls, pacing);
        bed_magnet(&bed, true);
        bed_hear(&bed, EP_NEAR, ask, sizeof ask);
        memcpy(frame + 1, bed_sent(&bed, EP_NEAR)->bytes + 1, TP_TOKEN_LEN);
        frame[1 + TP_TOKEN_LEN] = EP_INHIBIT;
        bed_hear(&bed, EP_NEAR, frame, sizeof frame);
        CU_ASSERT_PTR_NOT_NULL_FATAL(bed_committed(&bed, EP_COMMIT_EMERGENCY));
        CU_ASSERT_FATAL(update());
        bed_pass(&bed, TP_EMERGENCY_HOLD_US - 1);
        CU_ASSERT(bed.restarts == 0 && bed.paces == 0);
        bed_pass(&bed, 2 * TP_SECOND);
        CU_ASSERT(bed.restarts == 1 && bed.software == 11);
    }
}

// UPD-8, TIME-1, TIME-3: the time did not go back, and is known as it was.
static void the_time_goes_on(void)
{
    start();
    bed_pass(&bed, 30 * TP_SECOND);
    CU_ASSERT_FATAL(update());
    bed_pass(&bed, TP_SECOND);
    CU_ASSERT_FATAL(hand_open(&h, EP_READ_OUT));
    CU_ASSERT_EQUAL(hand_ask(&h, TP_OP_STATUS, NULL, 0), TP_STATUS_DONE);
    struct rd d = rd_of(h.answer.data, 4);
    CU_ASSERT_EQUAL(rd_u32(&d), BED_TIME_S + 31);
    r = device_release(12);
    CU_ASSERT(update());
}

// UPD-9: chunks that are lost, come twice, or have other requests in between.
static void chunks_survive_the_air(void)
{
    start();
    CU_ASSERT_EQUAL_FATAL(begin(&r.m), TP_STATUS_DONE);
    CU_ASSERT(h.answer.len == 2 && h.answer.data[0] == 0);
    CU_ASSERT_EQUAL(chunk(0), TP_STATUS_DONE);
    CU_ASSERT_EQUAL(chunk(128), TP_STATUS_REFUSED); // 64 was lost
    CU_ASSERT_EQUAL(chunk(64), TP_STATUS_DONE);
    CU_ASSERT_EQUAL(chunk(0), TP_STATUS_DONE); // once more changes nothing
    CU_ASSERT_EQUAL(bed.writes, 0);
    CU_ASSERT_EQUAL(hand_ask(&h, TP_OP_REPORT, NULL, 0), TP_STATUS_DONE);
    CU_ASSERT_EQUAL(finish(), TP_STATUS_REFUSED);
    CU_ASSERT(says(10, 11, 128));
    CU_ASSERT_EQUAL(begin(&r.m), TP_STATUS_DONE);
    CU_ASSERT(h.answer.len == 2 && h.answer.data[0] == 128);
    CU_ASSERT_EQUAL(chunk(128), TP_STATUS_DONE);
    CU_ASSERT_EQUAL(chunk(192), TP_STATUS_DONE);
    CU_ASSERT_EQUAL(finish(), TP_STATUS_DONE);
    CU_ASSERT_EQUAL(finish(), TP_STATUS_DONE);
    bed_pass(&bed, 2 * TP_SECOND);
    CU_ASSERT(bed.software == 11 && bed.restarts == 1);
}

// UPD-9, AVL-3: a clinician comes first, and what was received is still there.
static void a_clinician_comes_first(void)
{
    struct hand clinician;
    start();
    CU_ASSERT_EQUAL_FATAL(begin(&r.m), TP_STATUS_DONE);
    CU_ASSERT_EQUAL(chunk(0), TP_STATUS_DONE);
    hand_make(&clinician, &bed, TP_ROLE_CLINICIAN, 2);
    CU_ASSERT_FATAL(hand_pair(&clinician));
    CU_ASSERT_FATAL(hand_open(&clinician, EP_READ_OUT));
    CU_ASSERT_EQUAL(chunk(64), -1);
    CU_ASSERT_EQUAL(hand_ask(&clinician, TP_OP_CLOSE, NULL, 0), TP_STATUS_DONE);
    CU_ASSERT_FATAL(hand_open(&h, EP_READ_OUT));
    CU_ASSERT(says(10, 11, 64));
    for (uint16_t at = 64; at < r.m.size; at += TP_CHUNK_MAX)
        CU_ASSERT_EQUAL(chunk(at), TP_STATUS_DONE);
    CU_ASSERT_EQUAL(finish(), TP_STATUS_DONE);
    bed_pass(&bed, 2 * TP_SECOND);
    CU_ASSERT_EQUAL(bed.software, 11);
}

// UPD-7: power cut after any write between BEGIN and the first minute of the release.
static void a_power_cut_leaves_a_pacing_implant(void)
{
    int cuts = 0;
    for (int cut = 1; cut < CUTS_MAX; cut++) {
        start();
        bed.cut_after = cut;
        update();
        bed_pass(&bed, 2 * TP_SECOND);
        if (!bed.cut)
            break;
        cuts++;
        bed.cut_after = BED_NEVER_CUT;
        bed_pass(&bed, 60 * TP_SECOND);
        CU_ASSERT(bed.software == 10 || bed.software == 11);
        CU_ASSERT(bed.paces >= 59);
        CU_ASSERT(hand_open(&h, EP_READ_OUT) && says(bed.software, 0, 0));
    }
    // Eight of the place, the clock's, two of what is kept, the counter's, two that
    // switch, three of the log.
    CU_ASSERT_EQUAL(cuts, 17);
}

// UPD-6, LOG-1: what is changed between FINISH and the start is found out and noted.
static void a_change_behind_its_back_is_noted(void)
{
    start();
    CU_ASSERT_FATAL(update());
    bed.nvm[tp_implant_nvm_map.slots + TP_SLOTS_HEAD + TP_SLOT_LEN + TP_SLOT_IMAGE] ^=
        1;
    bed_pass(&bed, 2 * TP_SECOND);
    CU_ASSERT(bed.software == 10 && bed.restarts == 1);
    CU_ASSERT(logged(TP_LOG_START_REFUSED) == 1 && logged(TP_LOG_SWITCHED) == 0);
}

// LOG-1, LOG-2: a manifest that is refused is noted, and cannot fill the log.
static void refusals_are_noted(void)
{
    start();
    struct tp_manifest bad = r.m;
    bad.signature[0] ^= 1;
    CU_ASSERT_EQUAL(begin(&bad), TP_STATUS_REFUSED);
    CU_ASSERT(bed_place(&bed, EP_NVM) < bed_place(&bed, EP_SEND)); // NVM-1
    CU_ASSERT_EQUAL(logged(TP_LOG_UPDATE_REFUSED), 1);
    CU_ASSERT(says(10, 0, 0));
    struct tp_statement st = {.time_s = BED_TIME_S, .epoch = BED_EPOCH};
    uint8_t args[TP_STATEMENT_LEN];
    for (int i = 0; i < 20; i++) { // details that alternate
        st.time_s++;
        tp_statement_sign(&st, bed.clinic.secret);
        tp_statement_build(&st, args);
        CU_ASSERT_EQUAL(begin(&bad), TP_STATUS_REFUSED);
        CU_ASSERT_EQUAL(hand_ask(&h, TP_OP_STATEMENT, args, sizeof args),
                        TP_STATUS_DONE);
    }
    CU_ASSERT(bed_logged(&bed, TP_LOG_TRUST) <= TP_LOG_FIRST + 1);
}

// UPD-9, AVL-2: each beginning takes a unit; going on takes none, and wears nothing.
static void beginning_over_and_over_ends(void)
{
    int begun = 0;
    struct tp_manifest both[2];
    start();
    both[0] = r.m;
    r = device_release(12);
    both[1] = r.m;
    while (begun < 100 && begin(&both[begun % 2]) == TP_STATUS_DONE)
        begun++;
    CU_ASSERT_EQUAL(begun, TP_WORK_UNITS);
    for (int i = 0; i < 100; i++) {
        CU_ASSERT_EQUAL(begin(&both[(begun + 1) % 2]), TP_STATUS_DONE);
        CU_ASSERT_EQUAL(bed.writes, 0);
    }
    start_with(TP_ROLE_SERVICE, without(TP_CTL_WORK_BUDGET), true);
    for (begun = 0; begun < 100 && begin(&both[begun % 2]) == TP_STATUS_DONE;)
        begun++;
    CU_ASSERT_EQUAL(begun, SWITCHES ? 100 : TP_WORK_UNITS);
}

// UPD-9: what takes the place of a release that waits for its start ends the wait.
static void another_release_takes_its_place(void)
{
    start();
    CU_ASSERT_FATAL(update());
    r = device_release(12);
    CU_ASSERT_EQUAL(begin(&r.m), TP_STATUS_DONE);
    bed_pass(&bed, 3 * TP_SECOND);
    CU_ASSERT_EQUAL(bed.restarts, 0);
    CU_ASSERT(update());
    bed_pass(&bed, 3 * TP_SECOND);
    CU_ASSERT(bed.restarts == 1 && bed.software == 12);
}

// CMD-8: there is no trying it out.
static void it_is_not_rehearsed(void)
{
    uint8_t bytes[TP_MANIFEST_LEN];
    start();
    tp_manifest_build(&r.m, bytes);
    CU_ASSERT_EQUAL(hand_rehearse(&h, TP_OP_UPDATE_BEGIN, bytes, sizeof bytes),
                    TP_STATUS_REFUSED);
    CU_ASSERT_EQUAL_FATAL(receive(), true);
    CU_ASSERT_EQUAL(hand_rehearse(&h, TP_OP_UPDATE_CHUNK, bytes, 66),
                    TP_STATUS_REFUSED);
    CU_ASSERT_EQUAL(hand_rehearse(&h, TP_OP_UPDATE_FINISH, NULL, 0), TP_STATUS_REFUSED);
    bed_pass(&bed, 2 * TP_SECOND);
    CU_ASSERT_EQUAL(bed.restarts, 0);
}

static int backup(void)
{
    const struct ep_output *o = bed_committed(&bed, EP_COMMIT_BACKUP);
    return o ? o->commit.args[0] : -1;
}

// UPD-8: without it, therapy is reduced from the beginning to the session's end, or to
// the start.
static void without_it_therapy_is_reduced(void)
{
    struct tp_controls weak = without(TP_CTL_UPDATE_KEEPS_THERAPY);
    start();
    CU_ASSERT_EQUAL(begin(&r.m), TP_STATUS_DONE);
    CU_ASSERT_EQUAL(backup(), -1);
    start_with(TP_ROLE_SERVICE, weak, true);
    CU_ASSERT_EQUAL(begin(&r.m), TP_STATUS_DONE);
    CU_ASSERT_EQUAL(backup(), SWITCHES ? 1 : -1);
    CU_ASSERT_EQUAL(hand_ask(&h, TP_OP_CLOSE, NULL, 0), TP_STATUS_DONE);
    CU_ASSERT_EQUAL(backup(), SWITCHES ? 0 : -1);
    CU_ASSERT_FATAL(hand_open(&h, EP_READ_OUT));
    CU_ASSERT_FATAL(update());
    bed_pass(&bed, TP_SECOND);
    CU_ASSERT_EQUAL(bed.restarts, 1);
    CU_ASSERT_EQUAL(backup(), SWITCHES ? 0 : -1);
}

// UPD-7: without it, a power cut leaves a device that does nothing at all.
static void without_it_a_cut_kills(void)
{
    start_with(TP_ROLE_SERVICE, without(TP_CTL_UPDATE_ATOMIC), true);
    CU_ASSERT_EQUAL_FATAL(begin(&r.m), TP_STATUS_DONE);
    bed_boot(&bed);
    CU_ASSERT_EQUAL(bed.software, SWITCHES ? 0 : 10);
    bed_pass(&bed, 10 * TP_SECOND);
    CU_ASSERT_EQUAL(bed.paces, SWITCHES ? 0 : 10);
    CU_ASSERT_EQUAL(hand_open(&h, EP_READ_OUT), !SWITCHES);
    CU_ASSERT_EQUAL(bed.ops->deadline(bed.ram) == EP_NEVER, (bool)SWITCHES);
}

int main(void)
{
    static const struct suite_case cases[] = {
        {"UPD-8: a release is installed", a_release_is_installed},
        {"CMD-3: only service updates", only_service_updates},
        {"UPD-8: a start is taken right after a pulse",
         a_start_is_taken_right_after_a_pulse},
        {"UPD-8: a start waits for an emergency", a_start_waits_for_an_emergency},
        {"UPD-8: the time goes on", the_time_goes_on},
        {"UPD-9: chunks survive the air", chunks_survive_the_air},
        {"UPD-9: a clinician comes first", a_clinician_comes_first},
        {"UPD-7: a power cut leaves a pacing implant",
         a_power_cut_leaves_a_pacing_implant},
        {"UPD-6: a change behind its back is noted", a_change_behind_its_back_is_noted},
        {"LOG-1: refusals are noted", refusals_are_noted},
        {"UPD-9: beginning over and over ends", beginning_over_and_over_ends},
        {"UPD-9: another release takes its place", another_release_takes_its_place},
        {"CMD-8: it is not rehearsed", it_is_not_rehearsed},
        {"without update-keeps-therapy it is reduced", without_it_therapy_is_reduced},
        {"without update-atomic a cut kills", without_it_a_cut_kills},
        {0},
    };
    return cr_init() ? 2 : suite_main("protocol/update", cases);
}
