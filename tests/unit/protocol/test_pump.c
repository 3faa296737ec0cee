// test_pump.c - an implant that infuses: its limits, its boluses, its clock

#include "device.h"
#include "exact.h"
#include "hand.h"
#include <crypto/bytes.h>
#include <crypto/init.h>
#include <protocol/pump.h>
#include <suite.h>

enum { WINDOW_S = 600 };

static struct bed bed;
static struct hand h;

// 1 U/h, boluses of up to 10 U, 50 U a day, none by remote control.
static const struct tp_infusion usual = {1000, 10000, 5000, 0};

static void start_with(struct tp_infusion t, enum tp_role role,
                       struct tp_controls controls)
{
    struct tp_implant_config config = {.controls = controls, .pacing = 1};
    uint8_t settings[TP_SETTINGS_LEN];
    tp_infusion_build(&t, settings);
    bed_start_as(&bed, &tp_pump_ops, &config, settings);
    hand_make(&h, &bed, role, 1);
    CU_ASSERT_FATAL(hand_pair(&h));
    CU_ASSERT_FATAL(hand_intent(&h));
    CU_ASSERT_FATAL(hand_open(&h, EP_THERAPY));
}

static void start(enum tp_role role)
{
    start_with(usual, role, all_controls);
}

// The same bytes are a pacemaker's parameters to whoever writes them.
static int write(struct tp_infusion t)
{
    struct tp_therapy as = {t.basal_mu_h, t.bolus_max_mu, t.daily_max_cu, t.remote};
    return hand_write(&h, as);
}

static int bolus(uint16_t mu)
{
    uint8_t args[2] = {(uint8_t)mu, (uint8_t)(mu >> 8)};
    return hand_ask(&h, TP_OP_BOLUS, args, sizeof args);
}

static bool given(uint16_t mu)
{
    const struct ep_output *o = bed_committed(&bed, EP_COMMIT_BOLUS);
    return o && o->commit.len == 2 &&
           (o->commit.args[0] | o->commit.args[1] << 8) == mu;
}

struct edge {
    struct tp_infusion from, good, bad;
};

// From the same settings, one write is done and the other refused; not so without the
// control.
static void edge_holds(const struct edge *e, enum tp_control control)
{
    start_with(e->from, TP_ROLE_CLINICIAN, all_controls);
    CU_ASSERT_EQUAL(write(e->good), TP_STATUS_DONE);
    uint8_t settings[TP_SETTINGS_LEN];
    tp_infusion_build(&e->good, settings);
    const struct ep_output *o = bed_committed(&bed, EP_COMMIT_INFUSION);
    CU_ASSERT(o && memcmp(o->commit.args, settings, sizeof settings) == 0);
    start_with(e->from, TP_ROLE_CLINICIAN, all_controls);
    CU_ASSERT_EQUAL(write(e->bad), TP_STATUS_REFUSED);
    CU_ASSERT_PTR_NULL(bed_committed(&bed, EP_COMMIT_INFUSION));
    start_with(e->from, TP_ROLE_CLINICIAN, without(control));
    CU_ASSERT_EQUAL(write(e->bad), SWITCHES ? TP_STATUS_DONE : TP_STATUS_REFUSED);
}

// PMP-1: ranges, what contradicts, and steps.
static void settings_have_limits(void)
{
    static const struct {
        enum tp_control control;
        struct edge edge;
    } cases[] = {
        {TP_CTL_RANGE_LIMITS,
         {{4000, 1000, 10000, 0}, {4166, 1000, 10000, 0}, {4166, 1000, 10001, 0}}},
        {TP_CTL_RANGE_LIMITS,
         {{0, 24000, 9000, 0}, {0, 25000, 9000, 0}, {0, 25001, 9000, 0}}},
        {TP_CTL_RANGE_LIMITS,
         {{0, 1000, 9000, 0}, {0, 1000, 9000, 1}, {0, 1000, 9000, 2}}},
        {TP_CTL_CROSS_LIMITS,
         {{1000, 1000, 2500, 0}, {1000, 1000, 2400, 0}, {1000, 1000, 2399, 0}}},
        {TP_CTL_CROSS_LIMITS,
         {{0, 10000, 1000, 0}, {0, 10000, 1000, 1}, {0, 10001, 1000, 0}}},
        {TP_CTL_RAMP_LIMITS,
         {{1000, 1000, 9000, 0}, {2000, 1000, 9000, 0}, {2001, 1000, 9000, 0}}},
        {TP_CTL_RAMP_LIMITS,
         {{2000, 6000, 9000, 0}, {1000, 1000, 9000, 0}, {1000, 999, 9000, 0}}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        edge_holds(&cases[i].edge, cases[i].control);
    // A basal rate beyond its range contradicts every daily dose besides.
    start_with((struct tp_infusion){4100, 1000, 10000, 0}, TP_ROLE_CLINICIAN,
               without(TP_CTL_CROSS_LIMITS));
    CU_ASSERT_EQUAL(write((struct tp_infusion){5001, 1000, 10000, 0}),
                    TP_STATUS_REFUSED);
}

// PMP-2: within the settings, with a fresh ticket (CMD-6), once (CMD-7).
static void a_bolus_is_given_once(void)
{
    static const struct {
        uint16_t mu;
        bool good;
    } cases[] = {{0, false}, {1, true}, {10000, true}, {10001, false}, {65535, false}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        start(TP_ROLE_CLINICIAN);
        CU_ASSERT_EQUAL(bolus(cases[i].mu),
                        cases[i].good ? TP_STATUS_DONE : TP_STATUS_REFUSED);
        CU_ASSERT_EQUAL(given(cases[i].mu), cases[i].good);
    }
    start_with(usual, TP_ROLE_CLINICIAN, without(TP_CTL_RANGE_LIMITS));
    CU_ASSERT_EQUAL(bolus(10001), SWITCHES ? TP_STATUS_DONE : TP_STATUS_REFUSED);
    start(TP_ROLE_CLINICIAN);
    CU_ASSERT_EQUAL(bolus(500), TP_STATUS_DONE);
    CU_ASSERT(bed_place(&bed, EP_NVM) < bed_place(&bed, EP_COMMIT)); // NVM-1
    h.request--;
    CU_ASSERT_EQUAL(bolus(500), TP_STATUS_DONE);
    CU_ASSERT_FALSE(given(500));
    memset(h.ticket, 0, sizeof h.ticket);
    CU_ASSERT_EQUAL(bolus(500), TP_STATUS_REFUSED);
    uint8_t args[2] = {100, 0};
    CU_ASSERT_EQUAL(hand_ask(&h, TP_OP_TICKET, NULL, 0), TP_STATUS_DONE);
    CU_ASSERT_EQUAL(hand_rehearse(&h, TP_OP_BOLUS, args, 2), TP_STATUS_CHECKED);
    CU_ASSERT_FALSE(given(100));
}

// CMD-3, PMP-4: the clinician may; the patient's remote control if the clinic said so.
static void whoever_may_gets_one(void)
{
    static const struct tp_infusion remote = {1000, 10000, 5000, 1};
    for (enum tp_role role = TP_ROLE_MONITOR; role <= TP_ROLE_SERVICE; role++) {
        start(role);
        CU_ASSERT_EQUAL(bolus(500) == TP_STATUS_DONE, role == TP_ROLE_CLINICIAN);
        start_with(remote, role, all_controls);
        CU_ASSERT_EQUAL(bolus(500) == TP_STATUS_DONE,
                        role == TP_ROLE_CLINICIAN || role == TP_ROLE_PATIENT);
    }
    start_with(usual, TP_ROLE_PATIENT, without(TP_CTL_SECURE_DEFAULTS));
    CU_ASSERT_EQUAL(bolus(500), SWITCHES ? TP_STATUS_DONE : TP_STATUS_REFUSED);
}

static int bolus_later(uint16_t mu)
{
    bed_pass(&bed, WINDOW_S * TP_SECOND);
    CU_ASSERT_FATAL(hand_intent(&h));
    CU_ASSERT_FATAL(hand_open(&h, EP_THERAPY));
    return bolus(mu);
}

// PMP-2: a day's boluses add up, and a start does not make room for more.
static void a_day_has_its_limit(void)
{
    static const struct tp_infusion small = {400, 10000, 1200, 0}; // 12 U
    start_with(small, TP_ROLE_CLINICIAN, all_controls);
    CU_ASSERT_EQUAL(bolus_later(10000), TP_STATUS_DONE);
    uint64_t day = bed.now_us + (uint64_t)TP_DAY_S * TP_SECOND;
    CU_ASSERT_EQUAL(bolus_later(2001), TP_STATUS_REFUSED);
    CU_ASSERT_EQUAL(bolus_later(1999), TP_STATUS_DONE);
    CU_ASSERT_EQUAL(bolus_later(2), TP_STATUS_REFUSED);
    bed_pass(&bed, day - bed.now_us - (WINDOW_S + 1) * TP_SECOND);
    CU_ASSERT_EQUAL(bolus_later(2), TP_STATUS_REFUSED);
    bed_pass(&bed, TP_SECOND);
    CU_ASSERT_EQUAL(bolus_later(2), TP_STATUS_DONE);
    CU_ASSERT_EQUAL(bolus_later(9999), TP_STATUS_DONE);
    bed_boot(&bed);
    CU_ASSERT_EQUAL(bolus_later(2000), TP_STATUS_REFUSED);
    bed_pass(&bed, TP_DAY_S * TP_SECOND);
    CU_ASSERT_EQUAL(bolus_later(2000), TP_STATUS_DONE);

    start_with(small, TP_ROLE_CLINICIAN, without(TP_CTL_CROSS_LIMITS));
    CU_ASSERT_EQUAL(bolus(10000), TP_STATUS_DONE);
    CU_ASSERT_EQUAL(bolus_later(10000), SWITCHES ? TP_STATUS_DONE : TP_STATUS_REFUSED);
}

// PMP-2: a day that began within a second is as long as others.
static void a_day_is_whole(void)
{
    static const struct tp_infusion small = {400, 10000, 1200, 0}; // 12 U
    start_with(small, TP_ROLE_CLINICIAN, all_controls);
    bed_pass(&bed, 900000);
    CU_ASSERT_EQUAL(bolus_later(10000), TP_STATUS_DONE);
    bed_pass(&bed, (uint64_t)(TP_DAY_S - WINDOW_S) * TP_SECOND - 1);
    CU_ASSERT_EQUAL(bolus_later(10000), TP_STATUS_REFUSED);
    bed_pass(&bed, TP_SECOND);
    CU_ASSERT_EQUAL(bolus_later(10000), TP_STATUS_DONE);
}

// LIM-4, PMP-2: three boluses are as many as there may be, and stop no write.
static void changes_are_few(void)
{
    static const struct tp_infusion more = {1100, 10000, 5000, 0};
    start(TP_ROLE_CLINICIAN);
    bed_pass(&bed, TP_SECOND);
    CU_ASSERT_EQUAL(hand_ask(&h, TP_OP_TICKET, NULL, 0), TP_STATUS_DONE);
    CU_ASSERT_EQUAL(bolus(100), TP_STATUS_DONE);
    CU_ASSERT_EQUAL(bolus(100), TP_STATUS_DONE);
    CU_ASSERT_EQUAL(bolus(100), TP_STATUS_DONE);
    CU_ASSERT_EQUAL(bolus(100), TP_STATUS_REFUSED);
    for (int i = 0; i < 4; i++) {
        CU_ASSERT_FATAL(hand_intent(&h));
        CU_ASSERT_FATAL(hand_open(&h, EP_THERAPY));
        CU_ASSERT_EQUAL(write(i % 2 ? usual : more),
                        i < 3 ? TP_STATUS_DONE : TP_STATUS_REFUSED);
    }
    CU_ASSERT_EQUAL(bolus_later(100), TP_STATUS_DONE);
    CU_ASSERT_EQUAL(write(usual), TP_STATUS_DONE);
    start_with(usual, TP_ROLE_CLINICIAN, without(TP_CTL_COMMAND_RATE));
    bed_pass(&bed, TP_SECOND);
    CU_ASSERT_EQUAL(hand_ask(&h, TP_OP_TICKET, NULL, 0), TP_STATUS_DONE);
    for (int i = 0; i < 4; i++)
        CU_ASSERT_EQUAL(bolus(100),
                        SWITCHES || i < 3 ? TP_STATUS_DONE : TP_STATUS_REFUSED);
}

// PMP-3, AVL-1: a dose every three minutes, whatever is heard in between.
static uint64_t longest_gap_us(struct tp_controls controls)
{
    uint8_t frame[EP_FRAME_MAX];
    start_with(usual, TP_ROLE_CLINICIAN, controls);
    for (unsigned i = 0; i < 1000; i++) {
        fill_with(frame, sizeof frame, (uint8_t)i);
        bed_hear(&bed, (enum ep_link)(i % 3), frame, i % (EP_FRAME_MAX + 1));
        if (i % 100 == 0)
            bolus_later(10);
        bed_pass(&bed, TP_SECOND);
    }
    uint64_t since = bed.now_us - bed.last_pace_us;
    return since > bed.longest_gap_us ? since : bed.longest_gap_us;
}

static void nothing_moves_the_dose(void)
{
    CU_ASSERT_EQUAL(TP_DOSE_US, 180 * TP_SECOND);
    CU_ASSERT_EQUAL(longest_gap_us(all_controls), TP_DOSE_US);
    uint64_t weak = longest_gap_us(without(TP_CTL_THERAPY_ISOLATION));
    CU_ASSERT_EQUAL(weak > TP_DOSE_US, (bool)SWITCHES);
    start_with((struct tp_infusion){0, 10000, 5000, 0}, TP_ROLE_CLINICIAN,
               all_controls);
    bed_pass(&bed, 3600 * TP_SECOND);
    CU_ASSERT_EQUAL(bed.paces, 0);
}

static int emergency(uint8_t what)
{
    static const uint8_t ask[] = {TP_EMERGENCY_ASK};
    uint8_t frame[TP_EMERGENCY_LEN] = {TP_EMERGENCY};
    bed_magnet(&bed, true);
    bed_hear(&bed, EP_NEAR, ask, sizeof ask);
    memcpy(frame + 1, bed_sent(&bed, EP_NEAR)->bytes + 1, TP_TOKEN_LEN);
    frame[1 + TP_TOKEN_LEN] = what;
    bed_hear(&bed, EP_NEAR, frame, sizeof frame);
    return bed_sent(&bed, EP_NEAR)->bytes[1];
}

// EMG-2, EMG-3: a pump is suspended, and there is nothing it could pace.
static void a_magnet_suspends_it(void)
{
    start(TP_ROLE_CLINICIAN);
    CU_ASSERT_EQUAL(emergency(EP_SAFE_PACING), TP_STATUS_REFUSED);
    CU_ASSERT_EQUAL(emergency(EP_INHIBIT), TP_STATUS_DONE);
    CU_ASSERT_PTR_NOT_NULL(bed_committed(&bed, EP_COMMIT_ALERT));
    CU_ASSERT_EQUAL(bolus(100), TP_STATUS_REFUSED); // PMP-2
    bed_pass(&bed, TP_EMERGENCY_HOLD_US - 1);
    CU_ASSERT_EQUAL(bed.paces, 0);
    bed_pass(&bed, TP_DOSE_US);
    CU_ASSERT(bed.paces > 0);
    CU_ASSERT_EQUAL(bolus_later(100), TP_STATUS_DONE);
}

// CMD-1: all else is an implant's: reading, the log, bonds, and no pulse or shock.
static void all_else_is_an_implants(void)
{
    static const uint8_t mv[2] = {0xe8, 3};
    struct tp_infusion t;
    start(TP_ROLE_CLINICIAN);
    CU_ASSERT_EQUAL(hand_ask(&h, TP_OP_TEST_PULSE, mv, 2), TP_STATUS_REFUSED);
    CU_ASSERT_EQUAL(hand_ask(&h, TP_OP_SHOCK, NULL, 0), TP_STATUS_REFUSED);
    CU_ASSERT_EQUAL_FATAL(hand_ask(&h, TP_OP_STATUS, NULL, 0), TP_STATUS_DONE);
    CU_ASSERT_EQUAL_FATAL(h.answer.len, 13);
    CU_ASSERT_EQUAL(tp_infusion_parse(h.answer.data + 4, TP_SETTINGS_LEN, &t), TP_OK);
    CU_ASSERT(t.basal_mu_h == 1000 && t.bolus_max_mu == 10000);
    CU_ASSERT(t.daily_max_cu == 5000 && t.remote == 0);
    CU_ASSERT_EQUAL(bed_logged(&bed, TP_LOG_COMMAND), 2);
    CU_ASSERT(bed_sound(&bed));
}

static int update(const struct release *r)
{
    uint8_t bytes[TP_MANIFEST_LEN], args[2 + TP_CHUNK_MAX];
    tp_manifest_build(&r->m, bytes);
    int status = hand_ask(&h, TP_OP_UPDATE_BEGIN, bytes, sizeof bytes);
    for (uint16_t at = 0; status == TP_STATUS_DONE && at < r->m.size; at += 64) {
        struct wr w = wr_of(args, sizeof args);
        wr_u16(&w, at);
        wr_put(&w, r->image + at, device_len_at(r, at));
        status = hand_ask(&h, TP_OP_UPDATE_CHUNK, args, w.done);
    }
    return status == TP_STATUS_DONE ? hand_ask(&h, TP_OP_UPDATE_FINISH, NULL, 0)
                                    : status;
}

// UPD-3, UPD-8: its own software only, and a start right after a dose.
static void it_runs_its_own_software(void)
{
    struct release r = device_release(11); // of a pacemaker
    start(TP_ROLE_SERVICE);
    bed_pass(&bed, 20 * TP_SECOND);
    CU_ASSERT_EQUAL(update(&r), TP_STATUS_REFUSED);
    bed_release(&r.m, r.image, TP_MODEL_PUMP, 11);
    CU_ASSERT_EQUAL(update(&r), TP_STATUS_DONE);
    bed_pass(&bed, 3600 * TP_SECOND);
    CU_ASSERT(bed.restarts == 1 && bed.software == 11);
    CU_ASSERT_EQUAL(bed.restart_us, TP_DOSE_US);
    CU_ASSERT_EQUAL(bed.longest_gap_us, TP_DOSE_US);

    start_with(usual, TP_ROLE_SERVICE, without(TP_CTL_UPDATE_KEEPS_THERAPY));
    CU_ASSERT_EQUAL(update(&r), TP_STATUS_DONE);
    bed_pass(&bed, TP_DOSE_US - 1);
    CU_ASSERT(bed.restarts == 0);
}

int main(void)
{
    static const struct suite_case cases[] = {
        {"PMP-1: settings have limits", settings_have_limits},
        {"PMP-2: a bolus is given once", a_bolus_is_given_once},
        {"PMP-4: whoever may gets one", whoever_may_gets_one},
        {"PMP-2: a day has its limit", a_day_has_its_limit},
        {"PMP-2: a day is whole", a_day_is_whole},
        {"LIM-4: changes are few", changes_are_few},
        {"PMP-3: nothing moves the dose", nothing_moves_the_dose},
        {"EMG-3: a magnet suspends it", a_magnet_suspends_it},
        {"CMD-1: all else is an implant's", all_else_is_an_implants},
        {"UPD-3: it runs its own software", it_runs_its_own_software},
        {0},
    };
    return cr_init() ? 2 : suite_main("protocol/pump", cases);
}
