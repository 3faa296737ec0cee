// load.h - scenario and profile files: read, checked, printed, described
//
// Nothing here prints a message of its own. What is wrong with a file is one line
// in the caller's struct hx_error, and the first thing wrong is the one told.

#ifndef HARNESS_SCENARIO_LOAD_H
#define HARNESS_SCENARIO_LOAD_H

#include <scenario/scenario.h>
#include <stdio.h>

enum {
    HX_FILE_MAX = 256 * 1024,
    HX_NESTING_MAX = 8,
};

// "FILE:LINE:COL: expected ..., found ...", without a newline. LINE and COL count
// from 1, COL in characters. Where no place in a file can be named, the text begins
// with the file's or the profile's name alone.
struct hx_error {
    char text[512];
};

// Reads the scenario in text[0..len); path is where it is said to come from.
//
// What this takes, the JSON Schema takes too, and the other way round, but for the
// rules that only this knows: README.md lists them.
//
// Fails  -1, *err says why; *out is then untouched.
int hx_scenario_parse(const char *path, const uint8_t *text, size_t len,
                      struct hx_scenario *out, struct hx_error *err);
int hx_profile_parse(const char *path, const uint8_t *text, size_t len,
                     struct hx_profile *out, struct hx_error *err);

// Reads a file, whose id must be its base name without ".yaml".
//
// Fails  -1, as above.
int hx_scenario_load(const char *path, struct hx_scenario *out, struct hx_error *err);
int hx_profile_load(const char *path, struct hx_profile *out, struct hx_error *err);

// Makes the profile that "hardened" or "without-<control>[+<control>...]" names.
//
// Fails  -1 if a member is unknown, named twice or out of order; *out is then
//        untouched.
int hx_profile_generated(const char *id, struct hx_profile *out, struct hx_error *err);

// Names the generated profile that lacks these controls, cut short if cap is too
// small: the reverse of hx_profile_generated.
void hx_profile_name(const struct tp_controls *lacks, char *buf, size_t cap);

// Prints YAML that loads back to the same value. What has its default is left out.
void hx_scenario_print(FILE *f, const struct hx_scenario *s);
void hx_profile_print(FILE *f, const struct hx_profile *p);

// Whether two say the same: all that their files can say. Paths and line numbers do
// not count.
bool hx_scenario_same(const struct hx_scenario *a, const struct hx_scenario *b);
bool hx_profile_same(const struct hx_profile *a, const struct hx_profile *b);

// A step of this verb as it is when its file says nothing more: every argument has
// its default, those the verb does not take included.
void hx_step_blank(enum hx_actor actor, enum hx_verb verb, struct hx_step *out);

// The word for a verb in a file ("open", "puppet-open"); "?" if there is none.
const char *hx_verb_word(enum hx_verb verb);

// Prints the JSON Schema (draft 7) of the file format, made from the tables that the
// loader reads by.
void hx_schema_scenario(FILE *f);
void hx_schema_profile(FILE *f);

// What a step, and a whole attack, takes of its attacker: bits of enum hx_ability.
uint32_t hx_step_abilities(const struct hx_step *s);
uint32_t hx_scenario_abilities(const struct hx_scenario *s);

#endif
