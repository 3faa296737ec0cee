// map.h - what this bench proves of each dated safety communication
//
// A row is whole if its family is there, an attack of its succeeds on the family, all
// of them are stopped on hardened, each fix that was shipped stops one that succeeds
// on the family, and no cell is other than its cut sets demand. What is missing from
// that is a hole.

#ifndef HARNESS_MATRIX_MAP_H
#define HARNESS_MATRIX_MAP_H

#include <matrix/catalogue.h>
#include <report/result.h>
#include <scenario/advisories.h>

enum { HX_MAP_PROFILES = HX_FIXES_MAX + 2, HX_HOLES_MAX = 64 };

struct hx_map_row {
    const struct hx_communication *says;
    // The family, its fixes, hardened; NULL where there is none of the name. Likewise
    // the scenarios, in the order of the file.
    const struct hx_profile *profiles[HX_MAP_PROFILES];
    size_t profile_count;
    const struct hx_scenario *scenarios[HX_ANSWERS_MAX];
    struct hx_cell cells[HX_ANSWERS_MAX][HX_MAP_PROFILES]; // where both are there
    char holes[HX_HOLES_MAX][HX_TEXT_MAX];
    size_t hole_count;
};

struct hx_map {
    struct hx_map_row *rows;
    size_t count, holes; // holes of all rows
};

// Plays every cell of the map. In a build without weaknesses hardened is the only
// profile, and families are not missed.
//
// Owner  *out is the caller's, to be given to hx_map_free; it borrows from c and a.
// Fails  -1 if memory ran out; nothing is then to be freed.
int hx_map_make(const struct hx_catalogue *c, const struct hx_advisories *a,
                uint64_t seed, struct hx_map *out);
void hx_map_free(struct hx_map *map);

// The profile's name for people: "family", "hardened", or what a fix adds to the
// family's id.
const char *hx_map_profile_word(const struct hx_map_row *row, size_t profile);

// How many of the row's attacks succeeded on one of its profiles.
size_t hx_map_open(const struct hx_map_row *row, size_t profile);
size_t hx_map_attacks(const struct hx_map_row *row);

#endif
