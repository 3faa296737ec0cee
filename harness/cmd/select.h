// select.h - which scenarios and profiles a command line means

#ifndef HARNESS_CMD_SELECT_H
#define HARNESS_CMD_SELECT_H

#include <matrix/catalogue.h>
#include <stdbool.h>

// Keeps the scenarios (profiles) of which some pattern is the id, matches the id as
// a glob, or, with a '/', names the file. No pattern keeps all. A generated profile
// may be named even where no scenario made it.
//
// Fails  -1 if a pattern matches nothing or its file is no good; *err says which.
int hx_select_scenarios(struct hx_catalogue *c, const char *const *patterns,
                        size_t count, struct hx_error *err);
int hx_select_profiles(struct hx_catalogue *c, const char *const *patterns,
                       size_t count, struct hx_error *err);

// Reads the seed of a run: decimal, 64 bits; 1 if text is NULL.
//
// Fails  -1 for anything else.
int hx_select_seed(const char *text, uint64_t *seed);

#endif
