// scenario_text.h - small files, and changes to them

#ifndef TESTS_UNIT_HARNESS_SCENARIO_TEXT_H
#define TESTS_UNIT_HARNESS_SCENARIO_TEXT_H

#include <scenario/load.h>

// The least of each kind that loads.
extern const char attack_text[], story_text[], profile_text[];

// text with the one place that says from saying to instead; with from NULL, to alone.
//
// Owner  the caller frees it.
char *changed(const char *text, const char *from, const char *to);

// Loads a text as "t.yaml".
int load_text(const char *text, struct hx_scenario *out, struct hx_error *err);

// The same for changed(attack_text, from, to).
int load_attack(const char *from, const char *to, struct hx_scenario *out,
                struct hx_error *err);

// And for changed(story_text, from, to).
int load_story(const char *from, const char *to, struct hx_scenario *out,
               struct hx_error *err);

// A change to a text, and the line that tells what is wrong with it.
struct refusal {
    const char *from, *to, *says;
};

// Asserts each refusal up to the one without to, and that nothing was loaded.
void all_refused(const char *text, const struct refusal *cases);

// Opens a file of tests/data or fixtures by what is behind the variable's folder.
void data_path(const char *variable, const char *file, char *buf, size_t cap);

// All that can be read from a stream, from its start; closes it.
//
// Owner  the caller frees it.
char *read_all(FILE *f);

#endif
