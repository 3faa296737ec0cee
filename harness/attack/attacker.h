// attacker.h - the attacker without keys: hears, keeps, holds, alters, floods
//
// It works on any protocol: a kind of frame is told by its first byte alone.

#ifndef HARNESS_ATTACK_ATTACKER_H
#define HARNESS_ATTACK_ATTACKER_H

#include <bench/bench.h>
#include <scenario/scenario.h>

enum hx_rule_kind { HX_RULE_BLOCK, HX_RULE_HOLD, HX_RULE_MODIFY, HX_RULE_REFLECT };

// A frame came by; also called for what a coil overhears.
void hx_attacker_hears(struct hx_bench *b, const struct rl_arrival *a);

// A frame that is not on the air came to the attacker's ears.
void hx_attacker_overhears(struct hx_bench *b, int from, enum rl_band band,
                           const uint8_t *bytes, size_t len);

// Asks the rules about a frame that is about to reach an endpoint. False: it does
// not arrive. The frame may be altered.
bool hx_attacker_lets_pass(struct hx_bench *b, const struct rl_arrival *a,
                           struct ep_frame *f);

bool hx_frame_is(const uint8_t *bytes, size_t len, int kind);

// Picks the nth frame (from 1; -1 the last) that matches, among those heard.
const struct hx_heard *hx_attacker_find(const struct hx_bench *b, int kind, int from,
                                        int64_t nth);

struct hx_capture *hx_attacker_capture(struct hx_bench *b, const char *label);
struct hx_capture *hx_attacker_labelled(struct hx_bench *b, const char *label);

// The heard frame that the volley which begins before frame `from` ends with.
size_t hx_attacker_volley_end(const struct hx_bench *b, size_t from);

int hx_party_node(int64_t party);

// Which of the two implants a step speaks of.
int hx_party_implant(int64_t with);

// flood.c, as hx_attacker_step: runs until the flood is over.
int hx_attacker_flood(struct hx_bench *b, const struct hx_step *s, char *why,
                      size_t cap);

// One step of an attacker; those that take keys are handed on to its puppet. Returns 0;
// -1 if what it needs was not there (the run is then inconclusive), with the reason in
// why.
int hx_attacker_step(struct hx_bench *b, const struct hx_step *s, char *why,
                     size_t cap);

#endif
