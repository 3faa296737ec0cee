// test_programmer_fsm.c - a programmer's state machine says what its golden file says

#include <protocol/programmer_fsm.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <suite.h>

// All pairs of state and event, in order, as the golden file has them: a changed row
// is a line of a diff. A pair without a row has '-' for the next state.
static void table_is_the_golden_table(void)
{
    const char *folder = getenv("FSM");
    char path[4096];
    CU_ASSERT_PTR_NOT_NULL_FATAL(folder);
    snprintf(path, sizeof path, "%s/programmer.tsv", folder);
    FILE *golden = fopen(path, "r");
    CU_ASSERT_PTR_NOT_NULL_FATAL(golden);

    for (enum tp_prg_state s = 0; s < TP_PRG_STATE_COUNT; s++) {
        for (enum tp_prg_event e = 0; e < TP_PRG_EVENT_COUNT; e++) {
            char have[96], want[96] = "";
            enum tp_prg_state to;
            enum tp_err err = tp_prg_next(s, e, &to);
            snprintf(have, sizeof have, "%s\t%s\t%s\n", tp_prg_state_name(s),
                     tp_prg_event_name(e), err ? "-" : tp_prg_state_name(to));
            CU_ASSERT_PTR_NOT_NULL(fgets(want, sizeof want, golden));
            CU_ASSERT_STRING_EQUAL(have, want);
        }
    }
    CU_ASSERT_EQUAL(fgetc(golden), EOF);
    fclose(golden);
}

static void every_pair_has_at_most_one_row(void)
{
    // The lookup takes the first; a second would be dead text.
    size_t n;
    const struct tp_prg_row *t = tp_prg_table(&n);
    CU_ASSERT(n > 0);
    for (size_t i = 0; i < n; i++)
        for (size_t j = i + 1; j < n; j++)
            CU_ASSERT(t[i].from != t[j].from || t[i].on != t[j].on);
}

static void every_row_is_found(void)
{
    size_t n;
    const struct tp_prg_row *t = tp_prg_table(&n);
    for (size_t i = 0; i < n; i++) {
        enum tp_prg_state to = TP_PRG_STATE_COUNT;
        CU_ASSERT_EQUAL(tp_prg_next(t[i].from, t[i].on, &to), TP_OK);
        CU_ASSERT_EQUAL(to, t[i].to);
    }
}

static void missing_pair_leaves_the_output_alone(void)
{
    enum tp_prg_state to = TP_PRG_ASKED;
    CU_ASSERT_EQUAL(tp_prg_next(TP_PRG_IDLE, TP_PEV_OPENED_OK, &to), TP_E_STATE);
    CU_ASSERT_EQUAL(to, TP_PRG_ASKED);
}

// Which states are reached from a first one, without one event (or with all).
static void reach(bool seen[TP_PRG_STATE_COUNT], enum tp_prg_state first,
                  enum tp_prg_event without)
{
    size_t n;
    const struct tp_prg_row *t = tp_prg_table(&n);
    memset(seen, 0, TP_PRG_STATE_COUNT * sizeof *seen);
    seen[first] = true;
    for (int round = 0; round < TP_PRG_STATE_COUNT; round++)
        for (size_t i = 0; i < n; i++)
            if (seen[t[i].from] && t[i].on != without)
                seen[t[i].to] = true;
}

static void every_state_is_reached(void)
{
    bool seen[TP_PRG_STATE_COUNT];
    reach(seen, TP_PRG_IDLE, TP_PEV_GIVE_UP);
    for (enum tp_prg_state s = 0; s < TP_PRG_STATE_COUNT; s++)
        CU_ASSERT(seen[s]);
}

static void no_step_of_the_way_in_can_be_left_out(void)
{
    static const enum tp_prg_event steps[] = {TP_PEV_WAKE, TP_PEV_AWAKE_OK,
                                              TP_PEV_REPLY_OK, TP_PEV_OPENED_OK};
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        bool seen[TP_PRG_STATE_COUNT];
        reach(seen, TP_PRG_IDLE, steps[i]);
        CU_ASSERT_FALSE(seen[TP_PRG_OPEN]);
    }
}

// Where it waits for an answer, there is always a way on without one.
static void waiting_can_be_given_up_and_tried_again(void)
{
    for (enum tp_prg_state s = 0; s < TP_PRG_STATE_COUNT; s++) {
        enum tp_prg_state to = TP_PRG_STATE_COUNT, again;
        bool waits = s != TP_PRG_IDLE && s != TP_PRG_OPEN;
        CU_ASSERT_EQUAL(tp_prg_next(s, TP_PEV_GIVE_UP, &to) == TP_OK, waits);
        CU_ASSERT_EQUAL(tp_prg_next(s, TP_PEV_RETRY, &again) == TP_OK, waits);
        if (waits)
            CU_ASSERT_EQUAL(to, TP_PRG_IDLE);
    }
}

static void every_value_has_a_name(void)
{
    for (enum tp_prg_state s = 0; s < TP_PRG_STATE_COUNT; s++)
        CU_ASSERT_STRING_NOT_EQUAL(tp_prg_state_name(s), "?");
    for (enum tp_prg_event e = 0; e < TP_PRG_EVENT_COUNT; e++)
        CU_ASSERT_STRING_NOT_EQUAL(tp_prg_event_name(e), "?");
    CU_ASSERT_STRING_EQUAL(tp_prg_state_name(TP_PRG_STATE_COUNT), "?");
    CU_ASSERT_STRING_EQUAL(tp_prg_event_name(TP_PRG_EVENT_COUNT), "?");
}

int main(void)
{
    static const struct suite_case cases[] = {
        {"the table is the golden table", table_is_the_golden_table},
        {"every pair has at most one row", every_pair_has_at_most_one_row},
        {"every row is found", every_row_is_found},
        {"a pair without a row is an error and leaves the output alone",
         missing_pair_leaves_the_output_alone},
        {"every state is reached from idle, without giving up", every_state_is_reached},
        {"no step on the way to an open session can be left out",
         no_step_of_the_way_in_can_be_left_out},
        {"wherever it waits it can try again and can give up",
         waiting_can_be_given_up_and_tried_again},
        {"every state and event has a name", every_value_has_a_name},
        {0},
    };
    return suite_main("protocol/programmer_fsm", cases);
}
