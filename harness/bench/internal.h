// internal.h - what the files of the bench share

#ifndef HARNESS_BENCH_INTERNAL_H
#define HARNESS_BENCH_INTERNAL_H

#include <bench/bench.h>

// cast.c
bool hx_cast_has(const struct hx_cast *cast, int node);
void hx_cast_config(struct hx_bench *b, int node);
void hx_cast_place(struct hx_bench *b);

// outputs.c
// Is this link switched off there? Radio and coil are the implant's; a network is off
// for everybody of the product line.
bool hx_bench_closed(const struct hx_bench *b, int node, unsigned link);
void hx_bench_take(struct hx_bench *b, int node, const struct ep_output *o);
// Folds into the hash of the run that something happened to a node now.
void hx_bench_hash_event(struct hx_bench *b, int node, uint8_t kind,
                         const uint8_t *bytes, size_t len);

// trace.c
// Folds bytes into the hash of the run.
void hx_bench_hash(struct hx_bench *b, const void *bytes, size_t len);

#endif
