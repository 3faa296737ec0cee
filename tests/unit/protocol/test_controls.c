// test_controls.c - the list of controls, and the names of errors

#include "weak.h"
#include <protocol/err.h>
#include <string.h>
#include <suite.h>

static void every_control_has_its_own_id(void)
{
    for (enum tp_control c = 0; c < TP_CTL_COUNT; c++) {
        const struct tp_control_info *info = tp_control_info(c);
        CU_ASSERT_PTR_NOT_NULL_FATAL(info);
        CU_ASSERT(strlen(info->id) > 0 && strlen(info->clause) > 0);
        CU_ASSERT_EQUAL(tp_control_find(info->id), c);
        CU_ASSERT_STRING_NOT_EQUAL(tp_category_id(info->category), "?");
    }
    CU_ASSERT_PTR_NULL(tp_control_info(TP_CTL_COUNT));
    CU_ASSERT_STRING_EQUAL(tp_category_id(TP_CAT_COUNT), "?");
}

static void other_names_are_no_controls(void)
{
    CU_ASSERT_EQUAL(tp_control_find(""), TP_CTL_COUNT);
    CU_ASSERT_EQUAL(tp_control_find("rekey "), TP_CTL_COUNT);
    CU_ASSERT_EQUAL(tp_control_find("reke"), TP_CTL_COUNT);
    CU_ASSERT_EQUAL(tp_control_find("no-such-control"), TP_CTL_COUNT);
}

// Dropping one takes that one alone; without switches it takes none.
static void dropping_takes_one_alone(void)
{
    for (enum tp_control c = 0; c < TP_CTL_COUNT; c++) {
        struct tp_controls set = without(c);
        for (enum tp_control d = 0; d < TP_CTL_COUNT; d++)
            CU_ASSERT_EQUAL(tp_has(&set, d), d != c || !SWITCHES);
    }
}

static void every_error_has_a_name(void)
{
#define X(name, value, text)                                                           \
    CU_ASSERT_STRING_EQUAL(tp_err_name(name), #name);                                  \
    CU_ASSERT((value) < 0 && sizeof(text) > 1);
    TP_ERR_LIST(X)
#undef X
    CU_ASSERT_STRING_EQUAL(tp_err_name(TP_OK), "TP_OK");
    CU_ASSERT_STRING_EQUAL(tp_err_name((enum tp_err) - 99), "TP_E_?");
}

int main(void)
{
    static const struct suite_case cases[] = {
        {"every control has its own id", every_control_has_its_own_id},
        {"other names are no controls", other_names_are_no_controls},
        {"dropping one takes that one alone", dropping_takes_one_alone},
        {"every error has a name", every_error_has_a_name},
        {0},
    };
    return suite_main("protocol/controls", cases);
}
