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
    const struct hx_scenario *scenarios; // all there are, borrowed; may be none
    size_t known;
    struct hx_world worlds[2]; // two sets of secrets
    struct hx_bench bench[2];
    struct hx_puppet puppet;
    struct prelude preludes[PRELUDES];
};

// One run of a scenario's steps, from a snapshot to the closing session.
struct hx_playing {
    struct hx_bench *b;
    const struct hx_scenario *s;
    bool hardened;          // every control is there
    bool swap_other;        // "other" stands for the one implant
    uint32_t lost;          // abilities that the attacker is tried without
    bool lenient;           // honest steps may be denied (a power cut hit them)
    struct hx_meeting last; // from when the last session was opened
    bool failed;            // the attack could not be tried
    bool denied;            // a story's step was not served
    bool cut_short;         // the links failed before the steps were over
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

// Plays a scenario that is no sweep, judged but for its verdict.
void hx_play_once(struct hx_player *p, struct hx_playing *r,
                  const struct hx_profile *profile, const struct hx_tap *tap);

// Plays the steps, closes the run and judges it.
void hx_play_steps(struct hx_playing *r);

// aftermath.c: the attacker is silent; the clinic, and whoever helps in an emergency,
// must be served (I14, I13), and the log must tell (I10).
void hx_aftermath(struct hx_playing *r);

// less.c: an attack that opened is tried again without each ability it takes. Returns
// the abilities (bits of enum hx_ability) that it did without, which is a fault.
uint32_t hx_try_with_less(struct hx_player *p, const struct hx_scenario *s,
                          const struct hx_profile *prof, const struct hx_cell *cell);

// harm.c: follows what happened to the patient, and rates an attack that succeeded.
void hx_harm_of(const struct hx_playing *r, struct hx_cell *out);

// sweep.c: play again and again, leaving the worst in *r and all violations in *out.
void hx_sweep_power(struct hx_player *p, struct hx_playing *r,
                    const struct hx_profile *prof, const struct hx_tap *tap,
                    struct hx_cell *out);
void hx_sweep_replay(struct hx_player *p, struct hx_playing *r,
                     const struct hx_profile *prof, const struct hx_tap *tap,
                     struct hx_cell *out);
void hx_sweep_links(struct hx_player *p, struct hx_playing *r,
                    const struct hx_profile *prof, const struct hx_tap *tap,
                    struct hx_cell *out);

// verdict.c
bool hx_is_hardened(const struct hx_profile *p);
bool hx_attack_succeeded(const struct hx_scenario *s, const struct hx_profile *prof,
                         uint32_t violated);
void hx_judge_attack(const struct hx_playing *r, const struct hx_profile *prof,
                     struct hx_cell *out);
void hx_judge_story(const struct hx_playing *r, const struct hx_profile *prof,
                    struct hx_cell *out);

#endif
