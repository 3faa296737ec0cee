// test_implant_fsm.c - the implant's radio state machine says what its golden file says

#include <protocol/implant_fsm.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <suite.h>

// All pairs of state and event, in order, as the golden file has them: a changed row
// is a line of a diff. A pair that is refused has '-' for the next state and the
// action.
static void table_is_the_golden_table(void)
{
    const char *folder = getenv("FSM");
    char path[4096];
    CU_ASSERT_PTR_NOT_NULL_FATAL(folder);
    snprintf(path, sizeof path, "%s/implant.tsv", folder);
    FILE *golden = fopen(path, "r");
    CU_ASSERT_PTR_NOT_NULL_FATAL(golden);

    for (enum tp_imp_state s = 0; s < TP_IMP_STATE_COUNT; s++) {
        for (enum tp_imp_event e = 0; e < TP_IMP_EVENT_COUNT; e++) {
            char have[96], want[96] = "";
            const struct tp_imp_row *row;
            enum tp_err err = tp_imp_next(s, e, &row);
            snprintf(have, sizeof have, "%s\t%s\t%s\t%s\n", tp_imp_state_name(s),
                     tp_imp_event_name(e), err ? "-" : tp_imp_state_name(row->to),
                     err ? "-" : tp_imp_action_name(row->action));
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
    const struct tp_imp_row *t = tp_imp_table(&n);
    CU_ASSERT(n > 0);
    for (size_t i = 0; i < n; i++)
        for (size_t j = i + 1; j < n; j++)
            CU_ASSERT(t[i].from != t[j].from || t[i].on != t[j].on);
}

static void every_row_is_found(void)
{
    size_t n;
    const struct tp_imp_row *t = tp_imp_table(&n);
    for (size_t i = 0; i < n; i++) {
        const struct tp_imp_row *row = NULL;
        CU_ASSERT_EQUAL(tp_imp_next(t[i].from, t[i].on, &row), TP_OK);
        CU_ASSERT_PTR_EQUAL(row, &t[i]);
    }
}

static void missing_pair_leaves_the_output_alone(void)
{
    const struct tp_imp_row *row = NULL;
    CU_ASSERT_EQUAL(tp_imp_next(TP_IMP_ASLEEP, TP_IEV_RECORD_OK, &row), TP_E_STATE);
    CU_ASSERT_PTR_NULL(row);
}

static void refusal_is_noted_and_changes_no_state(void)
{
    for (enum tp_imp_state s = 0; s < TP_IMP_STATE_COUNT; s++) {
        const struct tp_imp_row *row;
        CU_ASSERT_EQUAL_FATAL(tp_imp_next(s, TP_IEV_REFUSED, &row), TP_OK);
        CU_ASSERT_EQUAL(row->to, s);
        CU_ASSERT_EQUAL(row->action, TP_IAC_NOTE);
    }
}

// Which states a set of events leads to, starting asleep.
static void reach(bool seen[TP_IMP_STATE_COUNT], enum tp_imp_event without)
{
    size_t n;
    const struct tp_imp_row *t = tp_imp_table(&n);
    memset(seen, 0, TP_IMP_STATE_COUNT * sizeof *seen);
    seen[TP_IMP_ASLEEP] = true;
    for (int round = 0; round < TP_IMP_STATE_COUNT; round++)
        for (size_t i = 0; i < n; i++)
            if (seen[t[i].from] && t[i].on != without)
                seen[t[i].to] = true;
}

static void every_state_is_reached(void)
{
    bool seen[TP_IMP_STATE_COUNT];
    reach(seen, TP_IMP_EVENT_COUNT);
    for (enum tp_imp_state s = 0; s < TP_IMP_STATE_COUNT; s++)
        CU_ASSERT(seen[s]);
}

static void no_step_of_the_way_in_can_be_left_out(void)
{
    static const enum tp_imp_event steps[] = {TP_IEV_WAKE_OK, TP_IEV_HELLO_OK,
                                              TP_IEV_PROOF_OK};
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        bool seen[TP_IMP_STATE_COUNT];
        reach(seen, steps[i]);
        CU_ASSERT_FALSE(seen[TP_IMP_OPEN]);
    }
}

static void silence_puts_it_to_sleep_from_everywhere(void)
{
    for (enum tp_imp_state s = 0; s < TP_IMP_STATE_COUNT; s++) {
        const struct tp_imp_row *row;
        if (s == TP_IMP_ASLEEP)
            continue;
        CU_ASSERT_EQUAL_FATAL(tp_imp_next(s, TP_IEV_TIMEOUT, &row), TP_OK);
        CU_ASSERT_EQUAL(row->to, TP_IMP_ASLEEP);
        CU_ASSERT_EQUAL(row->action, TP_IAC_END);
    }
}

static void only_an_open_session_delivers(void)
{
    size_t n;
    const struct tp_imp_row *t = tp_imp_table(&n);
    for (size_t i = 0; i < n; i++)
        CU_ASSERT(t[i].action != TP_IAC_DELIVER || t[i].from == TP_IMP_OPEN);
}

static void every_value_has_a_name(void)
{
    for (enum tp_imp_state s = 0; s < TP_IMP_STATE_COUNT; s++)
        CU_ASSERT_STRING_NOT_EQUAL(tp_imp_state_name(s), "?");
    for (enum tp_imp_event e = 0; e < TP_IMP_EVENT_COUNT; e++)
        CU_ASSERT_STRING_NOT_EQUAL(tp_imp_event_name(e), "?");
    for (enum tp_imp_action a = 0; a < TP_IMP_ACTION_COUNT; a++)
        CU_ASSERT_STRING_NOT_EQUAL(tp_imp_action_name(a), "?");
    CU_ASSERT_STRING_EQUAL(tp_imp_state_name(TP_IMP_STATE_COUNT), "?");
    CU_ASSERT_STRING_EQUAL(tp_imp_event_name(TP_IMP_EVENT_COUNT), "?");
    CU_ASSERT_STRING_EQUAL(tp_imp_action_name(TP_IMP_ACTION_COUNT), "?");
}

int main(void)
{
    static const struct suite_case cases[] = {
        {"the table is the golden table", table_is_the_golden_table},
        {"every pair has at most one row", every_pair_has_at_most_one_row},
        {"every row is found", every_row_is_found},
        {"a pair without a row is an error and leaves the output alone",
         missing_pair_leaves_the_output_alone},
        {"a refusal is noted and changes no state",
         refusal_is_noted_and_changes_no_state},
        {"every state is reached from sleep", every_state_is_reached},
        {"no step on the way to an open session can be left out",
         no_step_of_the_way_in_can_be_left_out},
        {"silence puts it to sleep from every other state",
         silence_puts_it_to_sleep_from_everywhere},
        {"only an open session delivers a command", only_an_open_session_delivers},
        {"every state, event and action has a name", every_value_has_a_name},
        {0},
    };
    return suite_main("protocol/implant_fsm", cases);
}
