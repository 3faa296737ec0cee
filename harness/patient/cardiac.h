// cardiac.h - a heart, and a pacemaker or defibrillator that may fail it
//
// A heart of rules, each from the pacing literature and each simple enough to be
// reckoned by hand. From one change to the next - an effect, a silence, an episode -
// the rhythm is regular, so the time it takes depends on the changes and not on the
// beats. Integers only, in microseconds.
//
// - Beats. The ventricles beat at their own rate or at the device's, whichever comes
//   sooner after the last beat: a demand pacemaker is inhibited by the beat that it
//   senses. Without block the ventricles' own rate is the faster of sinus and escape
//   rhythm; with atrio-ventricular block it is the escape rhythm's.
// - Pulses. Mode 0 gives none, 1 paces at the lower rate, 2 follows the sinus rhythm
//   between lower and upper rate (Bernstein et al. 2002: OOO, VVI, DDD). A pulse of
//   less than the threshold captures nothing. Safe pacing paces at the lower rate and
//   the amplitude in force, in mode 0 too; inhibition gives nothing. Who resumes pacing
//   gives the first pulse at once if the escape interval is over.
// - A silence lies between two pulses: one at its start and one at its end, if the
//   device was due to give it. Silences do not overlap.
// - VT and VF. While one lasts no beat counts, and no pause either. A shock ends it.
// The
//   device gives one HX_SHOCK_DUE_US after the onset, if by then the episode has not
//   ended by itself and the device treats: not in mode 0, not inhibited, not suspended
//   by HX_EFFECT_BACKUP. If not, the therapy is missed, and what does not end by itself
//   goes on. An onset within an episode is part of it, and an episode whose shock would
//   be due after the time looked at is not judged.
// - A shock outside VT and VF is inappropriate. In a patient so described it falls into
//   the vulnerable period and begins VF (Wiggers and Wegria 1940).
//
// Left out: fusion, retrograde conduction, hysteresis, refractory periods, what too
// fast a rate does, anti-tachycardia pacing, shocks that fail, the pause after a shock.

#ifndef HARNESS_PATIENT_CARDIAC_H
#define HARNESS_PATIENT_CARDIAC_H

#include <patient/harm.h>
#include <stdbool.h>

// When pacing is needed: a pause of three seconds, or a rate below forty (Epstein et
// al. 2008, ACC/AHA/HRS guidelines: permanent pacing in third-degree block).
enum { HX_PAUSE_MS = 3000, HX_PACING_NEEDED_PPM = 40 };

// From onset to shock: 12 s of the delayed detection of MADIT-RIT (Moss et al. 2012,
// 200 to 249 beats a minute), and 8 s to charge, as a capacitor takes in mid-life.
#define HX_SHOCK_DUE_US UINT64_C(20000000)

#define HX_CARDIAC_LIVE_ON_US (UINT64_C(3600) * 1000000)

struct hx_cardiac_episode {
    uint64_t from_us;  // onset, after the end of the run
    uint64_t lasts_us; // until it ends by itself; UINT64_MAX for never
};

enum { HX_CARDIAC_EPISODES_MAX = 4 };

struct hx_cardiac_patient {
    uint16_t sinus_ppm;     // the atria's rate; 0 in sinus arrest
    uint16_t escape_ppm;    // the ventricles' own, unprompted; 0 for none
    bool dependent;         // atrio-ventricular block: no sinus beat gets through
    bool shock_fibrillates; // an inappropriate shock begins VF
    uint16_t threshold_mv;  // the least amplitude that captures
    uint8_t episodes;       // how many of these, in order of onset
    struct hx_cardiac_episode episode[HX_CARDIAC_EPISODES_MAX];
};

// Follows the device's effects to the heart, from the start of the run to end_us +
// live_on_us. Until an effect says otherwise the therapy is 60 to 130 pulses a minute,
// 2500 mV, mode 1; effects of other devices are passed over. An effect after end_us,
// such as a reversion that is known to come, counts like any other.
//
// longest_asystole_ms is 0 unless some pause reached HX_PAUSE_MS; unpaced_s sums the
// intervals between beats that are longer than those of HX_PACING_NEEDED_PPM. Both are
// rounded to the nearest. Fills all of *out; battery_days_lost is 0.
void hx_cardiac_harm(const struct hx_effect *e, size_t n,
                     const struct hx_cardiac_patient *p, uint64_t end_us,
                     uint64_t live_on_us, struct hx_harm *out);

#endif
