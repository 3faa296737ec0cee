// test_programmer_fsm.c - the peer's table against its golden file, and its properties

#include <protocol/programmer_fsm.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <suite.h>

static FILE *open_golden(void)
{
    char path[512];
    const char *folder = getenv("FSM");
    CU_ASSERT_PTR_NOT_NULL_FATAL(folder);
    int n = snprintf(path, sizeof path, "%s/programmer.tsv", folder);
    CU_ASSERT_FATAL(n > 0 && (size_t)n < sizeof path);
    FILE *f = fopen(path, "r");
    CU_ASSERT_PTR_NOT_NULL_FATAL(f);
    return f;
}

// PRG-1: all pairs of state and event.
static void the_table_is_the_golden_table(void)
{
    FILE *golden = open_golden();
    for (enum tp_prg_state s = 0; s < TP_PRG_STATE_COUNT; s++) {
        for (enum tp_prg_event e = 0; e < TP_PRG_EVENT_COUNT; e++) {
            char have[96], want[96] = "";
            enum tp_prg_state to;
            bool refused = tp_prg_next(s, e, &to) != TP_OK;
            snprintf(have, sizeof have, "%s\t%s\t%s\n", tp_prg_state_name(s),
                     tp_prg_event_name(e), refused ? "-" : tp_prg_state_name(to));
            CU_ASSERT_PTR_NOT_NULL(fgets(want, sizeof want, golden));
            CU_ASSERT_STRING_EQUAL(have, want);
        }
    }
    CU_ASSERT_EQUAL(fgetc(golden), EOF);
    fclose(golden);
}

static void every_pair_has_at_most_one_row(void)
{
    size_t n;
    const struct tp_prg_row *t = tp_prg_table(&n);
    CU_ASSERT(n > 0);
    for (size_t i = 0; i < n; i++)
        for (size_t j = i + 1; j < n; j++)
            CU_ASSERT(t[i].from != t[j].from || t[i].on != t[j].on);
}

// Every wait may be given up, and then the peer is where it began: in a session only if
// it was not the implant that it waited for.
static void every_wait_can_be_given_up(void)
{
    for (enum tp_prg_state s = 0; s < TP_PRG_STATE_COUNT; s++) {
        enum tp_prg_state to = TP_PRG_STATE_COUNT;
        enum tp_prg_state began = s == TP_PRG_CARRYING ? TP_PRG_OPEN : TP_PRG_IDLE;
        bool waits = s != TP_PRG_IDLE && s != TP_PRG_OPEN;
        CU_ASSERT_EQUAL(tp_prg_next(s, TP_PEV_GIVE_UP, &to),
                        waits ? TP_OK : TP_E_STATE);
        CU_ASSERT_EQUAL(to, waits ? began : TP_PRG_STATE_COUNT);
        CU_ASSERT_EQUAL(tp_prg_next(s, TP_PEV_RETRY, &to) == TP_OK, waits);
    }
}

// A session begins with OPENED, and goes on behind an answer or a call.
static void there_is_one_way_in(void)
{
    size_t n;
    const struct tp_prg_row *t = tp_prg_table(&n);
    for (size_t i = 0; i < n; i++) {
        bool begins = t[i].from == TP_PRG_PROVED && t[i].on == TP_PEV_OPENED_OK;
        bool answered = t[i].from == TP_PRG_ASKED && t[i].on == TP_PEV_ANSWER_OK;
        bool called = t[i].from == TP_PRG_CARRYING;
        if (t[i].to == TP_PRG_OPEN)
            CU_ASSERT(begins || answered || called);
        if (t[i].to == TP_PRG_CARRYING)
            CU_ASSERT(called || t[i].from == TP_PRG_OPEN);
    }
}

static void names_end_somewhere(void)
{
    CU_ASSERT_STRING_EQUAL(tp_prg_state_name(TP_PRG_STATE_COUNT), "?");
    CU_ASSERT_STRING_EQUAL(tp_prg_event_name(TP_PRG_EVENT_COUNT), "?");
}

int main(void)
{
    static const struct suite_case cases[] = {
        {"PRG-1: the table is the golden table", the_table_is_the_golden_table},
        {"every pair has at most one row", every_pair_has_at_most_one_row},
        {"every wait can be given up", every_wait_can_be_given_up},
        {"there is one way to a session", there_is_one_way_in},
        {"names end somewhere", names_end_somewhere},
        {0},
    };
    return suite_main("protocol/programmer_fsm", cases);
}
