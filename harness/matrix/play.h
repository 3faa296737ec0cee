// play.h - one scenario on one profile: from the paired world to the verdict

#ifndef HARNESS_MATRIX_PLAY_H
#define HARNESS_MATRIX_PLAY_H

#include <bench/bench.h>
#include <report/result.h>

struct hx_player; // worlds, snapshots of what comes before every scenario

struct hx_player *hx_player_new(uint64_t seed);
// Tells it of all scenarios there are, so that what a device is open to can be told
// apart. Borrowed.
void hx_player_know(struct hx_player *p, const struct hx_scenario *scenarios,
                    size_t count);
void hx_player_free(struct hx_player *p);

// Plays it and fills *out, which tells all but its indices. tap may be NULL.
void hx_play(struct hx_player *p, const struct hx_scenario *s,
             const struct hx_profile *profile, const struct hx_tap *tap,
             struct hx_cell *out);

// Why the pair cannot be played at all; NULL if it can. The cast's implant has to be
// the product line's, and an honest story must not need a link that is switched off.
const char *hx_unsupported(const struct hx_scenario *s, const struct hx_profile *p);

// The verdict that the scenario's cut sets demand on a profile: unsupported if it
// cannot be played, stopped if the attack needs a link that is switched off.
enum hx_verdict hx_expected(const struct hx_scenario *s, const struct hx_profile *p);

// True if all of the cut is missing from the profile.
bool hx_cut_open(const struct hx_cut *cut, const struct hx_profile *p);

// Is the pair run at all? Heavy ones run on hardened, legacy and their own profiles;
// stories on hardened and legacy, the plain clinician session everywhere.
bool hx_runs_on(const struct hx_scenario *s, const struct hx_profile *p);

#endif
