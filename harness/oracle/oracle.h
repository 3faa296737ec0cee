// oracle.h - the invariants that are judged when a run is over
//
// I1, I2, I3 and I7 are judged while it runs (bench/truth.h), from the actuator.

#ifndef HARNESS_ORACLE_ORACLE_H
#define HARNESS_ORACLE_ORACLE_H

#include <attack/puppet.h>
#include <bench/bench.h>
#include <scenario/scenario.h>

// I4 therapy goes on, I5 energy, I6 secrecy on the air and in the puppet's hands.
void hx_oracle_judge(struct hx_bench *b);

// I6, from two runs that differ in secrets alone: what was on the air must be equal
// in number, direction, length, time and clear header.
void hx_oracle_compare_secrets(struct hx_bench *b, const struct hx_bench *other);

// I15: b met one implant twice, other met two. An observer of the air must not tell
// which: same number and shape of frames, and no field that repeats, or counts on,
// between the two meetings in one of them only.
struct hx_meeting { // the second one: [from, until)
    uint64_t from_us, until_us;
};
void hx_oracle_compare_implants(struct hx_bench *b, const struct hx_bench *other,
                                struct hx_meeting mine, struct hx_meeting others);

// I10, from what the clinician read out: one class of the log.
// reply is the answer to TP_OP_LOG. Returns the number of events counted, and in
// *first_us when the first kept entry after since_us was made (EP_NEVER: none).
uint32_t hx_oracle_log(struct hx_bench *b, int class, const uint8_t *reply, size_t len,
                       uint64_t since_us, uint64_t *first_us);

// Is there a true entry of this detail among those read out, not older than since_us?
bool hx_oracle_log_tells(const struct hx_bench *b, int class, unsigned detail,
                         const uint8_t *reply, size_t len, uint64_t since_us);

#endif
