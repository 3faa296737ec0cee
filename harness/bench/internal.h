// internal.h - what the files of the bench share

#ifndef HARNESS_BENCH_INTERNAL_H
#define HARNESS_BENCH_INTERNAL_H

#include <bench/bench.h>

// cast.c
bool hx_cast_has(const struct hx_cast *cast, int node);
void hx_cast_config(struct hx_bench *b, int node);
void hx_cast_place(struct hx_bench *b);

#endif
