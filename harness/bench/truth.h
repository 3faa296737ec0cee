// truth.h - who asked for what, what the actuator did, and whether the two match

#ifndef HARNESS_BENCH_TRUTH_H
#define HARNESS_BENCH_TRUTH_H

#include <bench/bench.h>
#include <protocol/body.h>
#include <scenario/scenario.h>

void hx_truth_start(struct hx_bench *b);

// Notes that somebody asks for a commit; returns the issue, or NULL when there are
// too many. It stays open (no deadline) until hx_truth_close().
struct hx_issue *hx_truth_issue(struct hx_bench *b, int node, int implant,
                                uint16_t commit, const uint8_t *args, size_t len);

// The act behind every open issue of a node is over: later commits are too late.
void hx_truth_close(struct hx_bench *b, int node);

// A node was started: after a power cut, or at its own wish.
void hx_truth_started(struct hx_bench *b, int node);

// Judges one commit: I1, I2, I3, I4, I7, I8, I11.
void hx_truth_commit(struct hx_bench *b, int node, uint16_t commit, const uint8_t *args,
                     size_t len);

// Notes a violation; the first one's words are kept.
void hx_truth_violate(struct hx_bench *b, enum hx_invariant i, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

// The therapy that a step asks for, as a commit's arguments: the parameters now in
// force, with those in their place that the step names.
void hx_truth_therapy(const struct hx_bench *b, const struct hx_step *s,
                      uint8_t out[TP_THERAPY_LEN]);

// May the patient's remote control ask for a bolus, by what the clinic has set?
bool hx_truth_remote(const struct hx_bench *b);

// Was a node's own wand over that implant within the last minute?
bool hx_truth_present(const struct hx_bench *b, int node, int implant);

#endif
