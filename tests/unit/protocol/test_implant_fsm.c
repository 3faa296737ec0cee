// test_implant_fsm.c - the implant's table against its golden file, and its properties

#include <protocol/implant_fsm.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <suite.h>

static FILE *open_golden(void)
{
    char path[512];
    const char *folder = getenv("FSM");
    CU_ASSERT_PTR_NOT_NULL_FATAL(folder);
    int n = snprintf(path, sizeof path, "%s/implant.tsv", folder);
    CU_ASSERT_FATAL(n > 0 && (size_t)n < sizeof path);
    FILE *f = fopen(path, "r");
    CU_ASSERT_PTR_NOT_NULL_FATAL(f);
    return f;
}

// SES-1: all pairs of state and event, compared with the golden file: a changed row
// is a visible difference, reviewed like any other.
static void the_table_is_the_golden_table(void)
{
    FILE *golden = open_golden();
    for (enum tp_imp_state s = 0; s < TP_IMP_STATE_COUNT; s++) {
        for (enum tp_imp_event e = 0; e < TP_IMP_EVENT_COUNT; e++) {
            char have[96], want[96] = "";
            const struct tp_imp_row *row = NULL;
            bool refused = tp_imp_next(s, e, &row) != TP_OK;
            snprintf(have, sizeof have, "%s\t%s\t%s\t%s\n", tp_imp_state_name(s),
                     tp_imp_event_name(e), refused ? "-" : tp_imp_state_name(row->to),
                     refused ? "-" : tp_imp_action_name(row->action));
            CU_ASSERT_PTR_NOT_NULL(fgets(want, sizeof want, golden));
            CU_ASSERT_STRING_EQUAL(have, want);
        }
    }
    CU_ASSERT_EQUAL(fgetc(golden), EOF);
    fclose(golden);
}

// The lookup takes the first match; a second row would be dead text.
static void every_pair_has_at_most_one_row(void)
{
    size_t n;
    const struct tp_imp_row *t = tp_imp_table(&n);
    CU_ASSERT(n > 0);
    for (size_t i = 0; i < n; i++)
        for (size_t j = i + 1; j < n; j++)
            CU_ASSERT(t[i].from != t[j].from || t[i].on != t[j].on);
}

// FRM-3
static void refusals_never_change_state(void)
{
    size_t n;
    const struct tp_imp_row *t = tp_imp_table(&n);
    for (size_t i = 0; i < n; i++)
        if (t[i].on == TP_IEV_REFUSED)
            CU_ASSERT(t[i].to == t[i].from && t[i].action == TP_IAC_NOTE);
}

// HS-6: the only way to OPEN is PROOF_OK, from ANSWERED, after HELLO_OK, after WAKE_OK.
static void there_is_one_way_in(void)
{
    size_t n;
    const struct tp_imp_row *t = tp_imp_table(&n);
    for (size_t i = 0; i < n; i++) {
        if (t[i].to == t[i].from)
            continue;
        if (t[i].to == TP_IMP_OPEN)
            CU_ASSERT(t[i].from == TP_IMP_ANSWERED && t[i].on == TP_IEV_PROOF_OK);
        if (t[i].to == TP_IMP_ANSWERED)
            CU_ASSERT(t[i].from == TP_IMP_AWAKE && t[i].on == TP_IEV_HELLO_OK);
        if (t[i].to == TP_IMP_AWAKE)
            CU_ASSERT_EQUAL(t[i].on, TP_IEV_WAKE_OK);
    }
}

// From every state but sleep a timeout leads to sleep: nothing holds the radio on.
static void every_state_times_out(void)
{
    const struct tp_imp_row *row;
    for (enum tp_imp_state s = TP_IMP_AWAKE; s < TP_IMP_STATE_COUNT; s++) {
        CU_ASSERT_EQUAL_FATAL(tp_imp_next(s, TP_IEV_TIMEOUT, &row), TP_OK);
        CU_ASSERT(row->to == TP_IMP_ASLEEP && row->action == TP_IAC_END);
    }
}

static void missing_pairs_leave_out_alone(void)
{
    const struct tp_imp_row *row = NULL;
    CU_ASSERT_EQUAL(tp_imp_next(TP_IMP_ASLEEP, TP_IEV_PROOF_OK, &row), TP_E_STATE);
    CU_ASSERT_PTR_NULL(row);
    CU_ASSERT_STRING_EQUAL(tp_imp_state_name(TP_IMP_STATE_COUNT), "?");
    CU_ASSERT_STRING_EQUAL(tp_imp_event_name(TP_IMP_EVENT_COUNT), "?");
    CU_ASSERT_STRING_EQUAL(tp_imp_action_name(TP_IMP_ACTION_COUNT), "?");
}

int main(void)
{
    static const struct suite_case cases[] = {
        {"SES-1: the table is the golden table", the_table_is_the_golden_table},
        {"every pair has at most one row", every_pair_has_at_most_one_row},
        {"FRM-3: refusals never change state", refusals_never_change_state},
        {"HS-6: there is one way in", there_is_one_way_in},
        {"every state times out", every_state_times_out},
        {"missing pairs leave the output alone", missing_pairs_leave_out_alone},
        {0},
    };
    return suite_main("protocol/implant_fsm", cases);
}
