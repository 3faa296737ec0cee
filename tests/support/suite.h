// suite.h - a table of CUnit cases, run as one TAP stream
//
// CUnit's own runner reports success when an assertion failed and when nothing
// ran, so the verdict is made here.

#ifndef TESTS_SUPPORT_SUITE_H
#define TESTS_SUPPORT_SUITE_H

#include <CUnit/CUnit.h>

// A sentence about behaviour, and the code that holds it to its word. A table
// of cases ends with {0}. No '#' in the sentence: TAP reads it as a directive.
struct suite_case {
    const char *says;
    void (*run)(void);
};

// Runs every case in order and prints TAP on stdout, a diagnostic with its place
// for each failed assertion.
//
// Fails  1 if any assertion failed, or if no case or no assertion ran; 2 if CUnit
//        could not be set up. Give the result to exit().
int suite_main(const char *name, const struct suite_case *cases);

#endif
