// catalogue.h - every scenario there is, and every profile they ask for
//
// Scenarios are in the order of their ids. Profiles: hardened, the legacy families by
// id, then the generated ones by the number of controls they lack, then by name. In a
// build without weaknesses hardened is the only one.

#ifndef HARNESS_MATRIX_CATALOGUE_H
#define HARNESS_MATRIX_CATALOGUE_H

#include <scenario/load.h>

struct hx_catalogue {
    struct hx_scenario *scenarios;
    size_t scenario_count;
    struct hx_profile *profiles;
    size_t profile_count;
};

// Loads scenarios/*.yaml and profiles/*.yaml of a folder, and makes a profile for every
// cut set and for every cut set less one of its members, each once.
//
// Owner  *c is the caller's, to be given to hx_catalogue_free.
// Fails  -1, *err says why; *c is then empty.
int hx_catalogue_load(struct hx_catalogue *c, const char *fixtures_dir,
                      struct hx_error *err);

// By id; NULL if there is none.
const struct hx_profile *hx_catalogue_profile(const struct hx_catalogue *c,
                                              const char *id);
const struct hx_scenario *hx_catalogue_scenario(const struct hx_catalogue *c,
                                                const char *id);

// Does every profile that fixes a family name one that is there, and no fix itself?
//
// Fails  -1, *err says which does not.
int hx_catalogue_fixes(const struct hx_catalogue *c, struct hx_error *err);

void hx_catalogue_free(struct hx_catalogue *c);

// Where the fixtures are: TELLTALE_FIXTURES of the environment, else the source tree
// that the program was built from.
const char *hx_fixtures_dir(void);

#endif
