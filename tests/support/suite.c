// suite.c - CUnit's results, told as TAP
//
// Every line is flushed at once, so that a case that crashes is the one after
// the last line printed.

#include "suite.h"
#include <CUnit/TestRun.h>
#include <stdbool.h>
#include <stdio.h>

static unsigned at; // number of the last case told; CUnit's handlers take no context

static void tell_case(CU_pTest test, CU_pSuite suite, CU_pFailureRecord failures)
{
    (void)suite;
    at++;
    printf("%s %u - %s\n", failures ? "not ok" : "ok", at, test->pName);
    for (const CU_FailureRecord *f = failures; f; f = f->pNext)
        printf("# %s:%u: %s\n", f->strFileName ? f->strFileName : "?", f->uiLineNumber,
               f->strCondition ? f->strCondition : "?");
    fflush(stdout);
}

static CU_pSuite register_cases(const char *name, const struct suite_case *cases,
                                unsigned *count)
{
    CU_pSuite suite = CU_add_suite(name, NULL, NULL);
    for (*count = 0; suite && cases[*count].says; ++*count) {
        if (!CU_add_test(suite, cases[*count].says, cases[*count].run))
            return NULL;
    }
    return suite;
}

int suite_main(const char *name, const struct suite_case *cases)
{
    if (CU_initialize_registry() != CUE_SUCCESS)
        return 2;

    unsigned count = 0;
    CU_pSuite suite = register_cases(name, cases, &count);
    if (!suite) {
        fprintf(stderr, "%s: %s\n", name, CU_get_error_msg());
        CU_cleanup_registry();
        return 2;
    }

    at = 0;
    printf("# %s\n1..%u\n", name, count);
    fflush(stdout);
    CU_set_test_complete_handler(tell_case);
    bool sound = CU_run_all_tests() == CUE_SUCCESS;
    sound = sound && CU_get_number_of_tests_run() == count && count > 0;
    sound = sound && CU_get_number_of_failures() == 0;
    if (CU_get_number_of_asserts() == 0) {
        fprintf(stderr, "%s: not one assertion was made\n", name);
        sound = false;
    }
    CU_cleanup_registry();
    return sound ? 0 : 1;
}
