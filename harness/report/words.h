// words.h - what every report calls a thing

#ifndef HARNESS_REPORT_WORDS_H
#define HARNESS_REPORT_WORDS_H

#include <report/result.h>

// The words of scenario files and results; "?" for a value that is none.
// A set of tiers as "network+insider"; "none" if it is empty. Returns buf.
enum { HX_TIERS_MAX = 128 };
const char *hx_tiers_word(uint64_t tiers, char *buf, size_t cap);
const char *hx_invariant_word(unsigned invariant);
const char *hx_killed_word(unsigned killed);

// The verdict of this word, HX_VERDICT_COUNT if there is none.
enum hx_verdict hx_verdict_find(const char *word);

enum { HX_VIOLATED_MAX = 128 };

// Lists a set of invariants, "I1 I2", each behind the separator but the first.
void hx_invariants_list(uint32_t set, const char *separator, char *buf, size_t cap);

// Whether a verdict is what the bench promises: no attack got through, no story was
// refused, nothing broke. What cannot be played is no way in either.
bool hx_verdict_shut(enum hx_verdict v);

// Whether a profile lacks a control, in every kind of build.
bool hx_profile_lacks(const struct hx_profile *p, enum tp_control c);
size_t hx_profile_lacking(const struct hx_profile *p);

#endif
