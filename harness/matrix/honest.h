// honest.h - what clinicians, patients and monitors do, as steps of a scenario

#ifndef HARNESS_MATRIX_HONEST_H
#define HARNESS_MATRIX_HONEST_H

#include <bench/bench.h>
#include <scenario/scenario.h>

// Does one honest step. Returns 1 served, -1 denied, 0 not over in time.
int hx_honest_step(struct hx_bench *b, const struct hx_step *s);

enum hx_node hx_honest_node(const struct hx_step *s);

// Steps that the bench itself needs.
int hx_honest_open(struct hx_bench *b, enum hx_node node, int implant, int purpose);
int hx_honest_read(struct hx_bench *b, enum hx_node node, int implant, uint16_t opcode,
                   int arg);
int hx_honest_close(struct hx_bench *b, enum hx_node node, int implant);
int hx_honest_pair(struct hx_bench *b, enum hx_node node, int implant);

#endif
