// test_spec_limits.c - the tables of SPEC.md say what the code says

#include <crypto/init.h>
#include <protocol/body.h>
#include <protocol/frame.h>
#include <protocol/implant_fsm.h>
#include <protocol/limits.h>
#include <protocol/programmer_fsm.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <suite.h>

enum { SPEC_MAX = 1 << 17, CELLS = 6, CELL_MAX = 160 };

static char spec[SPEC_MAX];

struct row {
    size_t cells;
    char cell[CELLS][CELL_MAX];
};

static bool read_spec(void)
{
    const char *path = getenv("SPEC");
    FILE *f = path ? fopen(path, "r") : NULL;
    if (!f)
        return false;
    size_t n = fread(spec, 1, sizeof spec - 1, f);
    fclose(f);
    return n > 0 && n < sizeof spec - 1;
}

// Splits "| a | b |" into its cells.
static struct row split(const char *line)
{
    struct row r = {0};
    const char *p = line + 1;
    while (r.cells < CELLS && *p && *p != '\n') {
        size_t len = strcspn(p, "|\n");
        const char *end = p + len;
        while (len > 0 && *p == ' ') {
            p++;
            len--;
        }
        while (len > 0 && p[len - 1] == ' ')
            len--;
        snprintf(r.cell[r.cells++], CELL_MAX, "%.*s", (int)len, p);
        p = *end == '|' ? end + 1 : end;
    }
    return r;
}

// The next row of the table whose head begins so, after *at; false behind the last.
static bool next_row(const char *head, const char **at, struct row *out)
{
    const char *line = *at;
    if (!line) {
        line = strstr(spec, head);
        CU_ASSERT_PTR_NOT_NULL(line);
        if (!line)
            return false;
        line = strchr(line, '\n') + 1; // the head
    }
    line = strchr(line, '\n') + 1; // the rule below it, or the last row
    if (*line != '|')
        return false;
    *at = line;
    *out = split(line);
    return true;
}

static const struct {
    const char *name;
    uint64_t value;
} numbers[] = {
#define N(name)                                                                        \
    {                                                                                  \
#name, TP_##name                                                               \
    }
    N(SNIFF_US),           N(SNIFF_SLOW_US),
    N(WINDOW_US),          N(IDLE_US),
    N(LIFETIME_US),        N(PREEMPT_IDLE_US),
    N(DEADLINE_US),        N(INTENT_AGE_US),
    N(ROUND_TRIP_US),      N(NEAR_WAIT_US),
    N(EMERGENCY_TOKEN_US), N(EMERGENCY_HOLD_US),
    N(ANCHOR_WAIT_US),     N(CHECK_NC),
    N(BUCKET_NC),          N(REFILL_NC_S),
    N(WORK_UNITS),         N(WORK_REFILL_S),
    N(WORK_OPEN_S),        N(WORK_ATTEMPT),
    N(LOWER_MIN_PPM),      N(LOWER_MAX_PPM),
    N(UPPER_MIN_PPM),      N(UPPER_MAX_PPM),
    N(AMPLITUDE_MIN_MV),   N(AMPLITUDE_MAX_MV),
    N(MODE_MAX),           N(ALARM_MAX),
    N(RATE_GAP_PPM),       N(RAMP_RATE_PPM),
    N(RAMP_AMPLITUDE_MV),  N(WRITES_MAX),
    N(WRITES_WINDOW_S),    N(DOSE_US),
    N(BASAL_MAX_MU_H),     N(BOLUS_MAX_MU),
    N(DAILY_MAX_CU),       N(RAMP_BASAL_MU_H),
    N(RAMP_BOLUS_MU),      N(DAY_S),
#undef N
};

enum { NUMBERS = sizeof numbers / sizeof numbers[0] };

// Every number of limits.h once, with its value and a clause that exists.
static void numbers_are_those_of_the_code(void)
{
    const char *at = NULL;
    struct row r;
    size_t n = 0;
    for (; next_row("| number | value |", &at, &r); n++) {
        char clause[CELL_MAX + 8];
        size_t i = 0;
        while (i < NUMBERS && strcmp(numbers[i].name, r.cell[0]) != 0)
            i++;
        CU_ASSERT_FATAL(i < NUMBERS);
        CU_ASSERT_EQUAL(strtoull(r.cell[1], NULL, 10), numbers[i].value);
        snprintf(clause, sizeof clause, "\n**[%s]**", r.cell[2]);
        CU_ASSERT_PTR_NOT_NULL(strstr(spec, clause));
    }
    CU_ASSERT_EQUAL(n, NUMBERS);
}

// FRM-2: each type with its length.
static void frames_are_those_of_the_code(void)
{
    const char *at = NULL;
    struct row r;
    unsigned n = 0;
    while (next_row("| type | name |", &at, &r)) {
        char want[32];
        uint8_t type = (uint8_t)strtoul(r.cell[0], NULL, 16);
        size_t len = tp_frame_len(type);
        n += len > 0;
        if (type == TP_RECORD || type == TP_REHEARSAL)
            snprintf(want, sizeof want, "%d to %d", TP_RECORD_MIN, TP_RECORD_MAX);
        else
            snprintf(want, sizeof want, "%zu", len);
        CU_ASSERT_STRING_EQUAL(r.cell[4], want);
        CU_ASSERT_STRING_EQUAL(r.cell[2], type < TP_PAIR_1 ? "radio" : "near");
    }
    for (unsigned type = 0; type < 256; type++)
        n -= tp_frame_len((uint8_t)type) > 0;
    CU_ASSERT_EQUAL(n, 0);
}

// SES-1: the table's rows in their order.
static void the_implants_states_are_those_of_the_code(void)
{
    const char *at = NULL;
    struct row r;
    size_t n, i = 0;
    const struct tp_imp_row *t = tp_imp_table(&n);
    for (; next_row("| state | event | next | does |", &at, &r); i++) {
        CU_ASSERT_FATAL(i < n);
        CU_ASSERT_STRING_EQUAL(r.cell[0], tp_imp_state_name(t[i].from));
        CU_ASSERT_STRING_EQUAL(r.cell[1], tp_imp_event_name(t[i].on));
        CU_ASSERT_STRING_EQUAL(r.cell[2], tp_imp_state_name(t[i].to));
        CU_ASSERT_STRING_EQUAL(r.cell[3], tp_imp_action_name(t[i].action));
    }
    CU_ASSERT_EQUAL(i, n);
}

// PRG-1
static void the_peers_states_are_those_of_the_code(void)
{
    const char *at = NULL;
    struct row r;
    size_t n, i = 0;
    const struct tp_prg_row *t = tp_prg_table(&n);
    for (; next_row("| state | event | next |\n", &at, &r); i++) {
        CU_ASSERT_FATAL(i < n);
        CU_ASSERT_STRING_EQUAL(r.cell[0], tp_prg_state_name(t[i].from));
        CU_ASSERT_STRING_EQUAL(r.cell[1], tp_prg_event_name(t[i].on));
        CU_ASSERT_STRING_EQUAL(r.cell[2], tp_prg_state_name(t[i].to));
    }
    CU_ASSERT_EQUAL(i, n);
}

// Each control's clause is one that the page has.
static void controls_name_clauses_of_the_page(void)
{
    for (enum tp_control c = 0; c < TP_CTL_COUNT; c++) {
        char clause[64];
        snprintf(clause, sizeof clause, "\n**[%s]**", tp_control_info(c)->clause);
        CU_ASSERT_PTR_NOT_NULL(strstr(spec, clause));
    }
}

int main(void)
{
    static const struct suite_case cases[] = {
        {"numbers are those of the code", numbers_are_those_of_the_code},
        {"FRM-2: frames are those of the code", frames_are_those_of_the_code},
        {"SES-1: the implant's states are those of the code",
         the_implants_states_are_those_of_the_code},
        {"PRG-1: the peer's states are those of the code",
         the_peers_states_are_those_of_the_code},
        {"controls name clauses of the page", controls_name_clauses_of_the_page},
        {0},
    };
    if (cr_init() || !read_spec())
        return 2;
    return suite_main("protocol/spec", cases);
}
