// test_limits.c - the values that no command can pass, authentic or not

#include "hand.h"
#include <crypto/init.h>
#include <suite.h>

static struct bed bed;
static struct hand h;

static void start_with(struct tp_controls controls)
{
    struct tp_implant_config config = {.controls = controls};
    bed_start(&bed, &config);
    hand_make(&h, &bed, TP_ROLE_CLINICIAN, 1);
    CU_ASSERT_FATAL(hand_pair(&h));
}

// One write in a session of its own, as the controls in force allow.
static int write_once(struct tp_therapy t)
{
    CU_ASSERT_FATAL(hand_intent(&h));
    CU_ASSERT_FATAL(hand_open(&h, EP_THERAPY));
    return hand_write(&h, t);
}

static int write_first(struct tp_controls controls, struct tp_therapy t)
{
    start_with(controls);
    return write_once(t);
}

struct edge {
    struct tp_therapy good, bad;
};

static uint16_t toward(uint16_t from, uint16_t to, uint16_t most)
{
    if (from < to)
        return to - from > most ? (uint16_t)(from + most) : to;
    return from - to > most ? (uint16_t)(from - most) : to;
}

// Goes there in steps that every control allows.
static void walk_to(struct tp_therapy t)
{
    for (int i = 0; i < 8 && !bed_therapy_is(&bed, t); i++) {
        struct tp_therapy next = {
            toward(bed.therapy.lower_rate_ppm, t.lower_rate_ppm, 40),
            toward(bed.therapy.upper_rate_ppm, t.upper_rate_ppm, 40),
            toward(bed.therapy.amplitude_mv, t.amplitude_mv, 2500), t.mode};
        CU_ASSERT_EQUAL_FATAL(write_once(next), TP_STATUS_DONE);
        bed_pass(&bed, 600 * TP_SECOND);
    }
    CU_ASSERT(bed_therapy_is(&bed, t));
}

// LIM-1: each end of each range is reached, and one step beyond is not.
static void ranges_hold(void)
{
    static const struct edge edges[] = {
        {{30, 130, 2500, 1}, {29, 130, 2500, 1}},
        {{150, 180, 2500, 1}, {151, 180, 2500, 1}},
        {{60, 80, 2500, 1}, {60, 79, 2500, 1}},
        {{60, 180, 2500, 1}, {60, 181, 2500, 1}},
        {{60, 130, 500, 1}, {60, 130, 499, 1}},
        {{60, 130, 7500, 1}, {60, 130, 7501, 1}},
        {{60, 130, 2500, 2}, {60, 130, 2500, 3}},
    };
    for (size_t i = 0; i < sizeof edges / sizeof edges[0]; i++) {
        start_with(all_controls);
        walk_to(edges[i].good);
        CU_ASSERT_EQUAL(write_once(edges[i].bad), TP_STATUS_REFUSED);
        start_with(without(TP_CTL_RANGE_LIMITS));
        walk_to(edges[i].good);
        CU_ASSERT_EQUAL(write_once(edges[i].bad),
                        SWITCHES ? TP_STATUS_DONE : TP_STATUS_REFUSED);
    }
}

// LIM-1: a test pulse and the alarm have their ranges too.
static void other_values_have_ranges(void)
{
    static const struct {
        uint16_t mv;
        bool good;
    } pulses[] = {{499, false}, {500, true}, {7500, true}, {7501, false}};
    for (size_t i = 0; i < 4; i++) {
        uint8_t mv[2] = {(uint8_t)pulses[i].mv, (uint8_t)(pulses[i].mv >> 8)};
        start_with(all_controls);
        CU_ASSERT_FATAL(hand_intent(&h));
        CU_ASSERT_FATAL(hand_open(&h, EP_THERAPY));
        CU_ASSERT_EQUAL(hand_ask(&h, TP_OP_TEST_PULSE, mv, 2),
                        pulses[i].good ? TP_STATUS_DONE : TP_STATUS_REFUSED);
        CU_ASSERT_EQUAL(bed_committed(&bed, EP_COMMIT_TEST_PULSE) != NULL,
                        pulses[i].good);
    }
    for (unsigned v = 0; v < 256; v++) {
        uint8_t volume = (uint8_t)v;
        CU_ASSERT_EQUAL(hand_ask(&h, TP_OP_ALARM, &volume, 1),
                        v <= 7 ? TP_STATUS_DONE : TP_STATUS_REFUSED);
    }
    start_with(without(TP_CTL_RANGE_LIMITS));
    CU_ASSERT_FATAL(hand_open(&h, EP_READ_OUT));
    CU_ASSERT_EQUAL(hand_ask(&h, TP_OP_ALARM, (const uint8_t[]){200}, 1),
                    SWITCHES ? TP_STATUS_DONE : TP_STATUS_REFUSED);
}

// LIM-2
static void rates_do_not_contradict(void)
{
    static const struct edge edges[] = {{{90, 100, 2500, 1}, {91, 100, 2500, 1}},
                                        {{90, 100, 2500, 1}, {100, 90, 2500, 1}}};
    for (size_t i = 0; i < 2; i++) {
        CU_ASSERT_EQUAL(write_first(all_controls, edges[i].good), TP_STATUS_DONE);
        CU_ASSERT_EQUAL(write_first(all_controls, edges[i].bad), TP_STATUS_REFUSED);
        CU_ASSERT_EQUAL(write_first(without(TP_CTL_CROSS_LIMITS), edges[i].bad),
                        SWITCHES ? TP_STATUS_DONE : TP_STATUS_REFUSED);
    }
}

// LIM-3: up and down, from what is in force.
static void steps_are_small(void)
{
    static const struct edge edges[] = {
        {{100, 130, 2500, 1}, {101, 130, 2500, 1}},
        {{60, 170, 2500, 1}, {60, 171, 2500, 1}},
        {{60, 90, 2500, 1}, {60, 89, 2500, 1}},
        {{60, 130, 5000, 1}, {60, 130, 5001, 1}},
    };
    for (size_t i = 0; i < 4; i++) {
        CU_ASSERT_EQUAL(write_first(all_controls, edges[i].good), TP_STATUS_DONE);
        CU_ASSERT_EQUAL(write_first(all_controls, edges[i].bad), TP_STATUS_REFUSED);
        CU_ASSERT_EQUAL(write_first(without(TP_CTL_RAMP_LIMITS), edges[i].bad),
                        SWITCHES ? TP_STATUS_DONE : TP_STATUS_REFUSED);
    }
    static const struct tp_therapy high = {100, 170, 5000, 1}, low = {60, 130, 2500, 1};
    static const struct tp_therapy lower = {59, 130, 2500, 1};
    CU_ASSERT_EQUAL(write_first(all_controls, high), TP_STATUS_DONE);
    CU_ASSERT_EQUAL(write_once(lower), TP_STATUS_REFUSED);
    CU_ASSERT_EQUAL(write_once(low), TP_STATUS_DONE);
}

static const struct tp_therapy ways[2] = {{60, 130, 2500, 1}, {70, 130, 2500, 1}};

// How many writes go through at once.
static int writes_in_a_row(struct tp_controls controls)
{
    int n = 0;
    start_with(controls);
    bed_pass(&bed, TP_SECOND);
    while (n < 10 && write_once(ways[n % 2]) == TP_STATUS_DONE)
        n++;
    return n;
}

// LIM-4: three in 600 s, counted from the first of them.
static void writes_are_few(void)
{
    CU_ASSERT_EQUAL(writes_in_a_row(without(TP_CTL_COMMAND_RATE)), SWITCHES ? 10 : 3);
    CU_ASSERT_EQUAL(writes_in_a_row(all_controls), 3);
    bed_pass(&bed, 600 * TP_SECOND - 1);
    CU_ASSERT_EQUAL(write_once(ways[0]), TP_STATUS_REFUSED);
    bed_pass(&bed, 1);
    CU_ASSERT_EQUAL(write_once(ways[0]), TP_STATUS_DONE);
}

// LIM-4: a statement that moves the wall clock does not move this one.
static void a_statement_does_not_make_room(void)
{
    uint8_t args[TP_STATEMENT_LEN];
    struct tp_statement st = {.time_s = BED_TIME_S + 5000, .epoch = BED_EPOCH};
    CU_ASSERT_EQUAL(writes_in_a_row(all_controls), 3);
    tp_statement_sign(&st, bed.clinic.secret);
    tp_statement_build(&st, args);
    CU_ASSERT_EQUAL(hand_ask(&h, TP_OP_STATEMENT, args, sizeof args), TP_STATUS_DONE);
    CU_ASSERT_EQUAL(write_once(ways[0]), TP_STATUS_REFUSED);
}

int main(void)
{
    static const struct suite_case cases[] = {
        {"LIM-1: ranges hold", ranges_hold},
        {"LIM-1: other values have ranges", other_values_have_ranges},
        {"LIM-2: rates do not contradict", rates_do_not_contradict},
        {"LIM-3: steps are small", steps_are_small},
        {"LIM-4: writes are few", writes_are_few},
        {"LIM-4: a statement does not make room", a_statement_does_not_make_room},
        {0},
    };
    return cr_init() ? 2 : suite_main("protocol/limits", cases);
}
