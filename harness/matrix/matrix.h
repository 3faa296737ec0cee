// matrix.h - every scenario on every profile, by worker processes
//
// A cell depends on seed, scenario and profile alone, so neither the number of
// workers nor their order shows in a result. A worker that dies leaves its cell
// crashed, one that does not answer leaves it hung; another takes over from there.

#ifndef HARNESS_MATRIX_MATRIX_H
#define HARNESS_MATRIX_MATRIX_H

#include <report/result.h>

enum { HX_CELL_SECONDS = 60 }; // wall time after which a cell is hung

// Lists the cells of a run: fills cells and cell_count from scenarios and profiles.
int hx_matrix_plan(struct hx_run *run);

// Plays them. progress: a line on stderr if that is a terminal. Returns 0; -1 if
// workers cannot be started. An interrupt ends it early with run->interrupted.
int hx_matrix_run(struct hx_run *run, bool progress);

// Computes which control is killed by what, and the totals.
void hx_matrix_sum_up(struct hx_run *run);

#endif
