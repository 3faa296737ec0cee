// play_internal.h - what the files that play a scenario share

#ifndef HARNESS_MATRIX_PLAY_INTERNAL_H
#define HARNESS_MATRIX_PLAY_INTERNAL_H

#include <attack/puppet.h>
#include <matrix/play.h>
#include <oracle/oracle.h>

enum { PRELUDES = 16 };

// What comes before every scenario: everybody paired, one honest session held. It
// depends on the cast alone, so it is run once per cast and copied.
struct prelude {
    bool made;
    uint64_t used; // for replacing the least recently used
    struct hx_cast cast;
    struct hx_bench bench;
};

struct hx_player {
    uint64_t seed, clock;
    struct hx_world worlds[2]; // two sets of secrets
    struct hx_bench bench[2];
    struct hx_puppet puppet;
    struct prelude preludes[PRELUDES];
};

// One run of a scenario's steps, from a snapshot to the closing session.
struct hx_playing {
    struct hx_bench *b;
    const struct hx_scenario *s;
    bool swap_other;        // "other" stands for the one implant
    bool lenient;           // honest steps may be denied (a power cut hit them)
    struct hx_meeting last; // from when the last session was opened
    bool failed;            // the attack could not be tried
    bool denied;            // a story's step was not served
    bool logged;
    uint64_t detect_us;
    uint32_t worst; // a sweep: violations of all runs so far
    char why[160];
};

// Begins a run: the prelude's snapshot, the scenario's own randomness, air and
// attacker.
void hx_play_start(struct hx_player *p, struct hx_playing *r,
                   const struct hx_profile *prof, uint8_t secrets,
                   const struct hx_tap *tap);

// Plays the steps, closes the run and judges it.
void hx_play_steps(struct hx_playing *r);

// sweep.c: play again and again, leaving the worst in *r and all violations in *out.
void hx_sweep_power(struct hx_player *p, struct hx_playing *r,
                    const struct hx_profile *prof, const struct hx_tap *tap,
                    struct hx_cell *out);
void hx_sweep_replay(struct hx_player *p, struct hx_playing *r,
                     const struct hx_profile *prof, const struct hx_tap *tap,
                     struct hx_cell *out);

// verdict.c
bool hx_is_hardened(const struct hx_profile *p);
void hx_judge_attack(const struct hx_playing *r, const struct hx_profile *prof,
                     struct hx_cell *out);
void hx_judge_story(const struct hx_playing *r, const struct hx_profile *prof,
                    struct hx_cell *out);

#endif
