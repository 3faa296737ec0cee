// stage.h - a world and its parties, as tests of the bench begin
//
// One world and one bench per test program: both are large, and neither has pointers
// into itself. What a case needs beyond this it plants by hand.

#ifndef TESTS_UNIT_BENCH_STAGE_H
#define TESTS_UNIT_BENCH_STAGE_H

#include <CUnit/CUnit.h>
#include <bench/bench.h>
#include <protocol/limits.h>
#include <scenario/scenario.h>
#include <string.h>

static struct hx_world stage_world;

// The set that holds one invariant, and what was found violated so far.
#define ONLY(i) (1u << (i))

// Starts a bench on which nobody has done anything: an implant and a programmer.
static inline void stage_set(struct hx_bench *b, const struct hx_cast *cast)
{
    static const struct hx_cast plain = {.tries = 2};
    const struct hx_cast *c = cast ? cast : &plain;
    hx_world_make(&stage_world, 1, c->secrets);
    hx_bench_start(b, &stage_world, 1, c);
}

#endif
