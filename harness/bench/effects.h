// effects.h - what commits do to the patient, to software and to the clinic's picture
//
// Each judges against what the bench itself holds: the limits, its own memories, the
// maker's releases, the reports that truly left the implant.

#ifndef HARNESS_BENCH_EFFECTS_H
#define HARNESS_BENCH_EFFECTS_H

#include <bench/bench.h>
#include <scenario/scenario.h>

// I3: parameters inside their ranges, agreeing, not too far or too often.
void hx_limits_judge(struct hx_bench *b, uint16_t commit, const uint8_t *args,
                     size_t len);
void hx_limits_bolus(struct hx_bench *b, const uint8_t *args);

// I3 of what is done once: a test pulse, the alarm.
void hx_limits_once(struct hx_bench *b, uint16_t commit, const uint8_t *args,
                    size_t len);
// Takes note of the interval that the settings in force ask for.
void hx_limits_in_force(struct hx_bench *b);

// I4: the wait for a pulse, or for a micro-dose, is over: one came, or none is due any
// more. None is while an emergency order inhibits therapy. And the longest wait that
// may be.
void hx_limits_pulse(struct hx_bench *b);
void hx_limits_wait(struct hx_bench *b);
void hx_limits_inhibit(struct hx_bench *b, bool on);
uint64_t hx_limits_gap_us(const struct hx_bench *b);

// Notes what a commit does to patient 0, for the patient models.
void hx_effect_of(struct hx_bench *b, uint16_t commit, const uint8_t *args);

void hx_effect_backup(struct hx_bench *b, bool on);
// Software that nobody made runs, or nothing does: therapy is taken to be the worst
// that the device can give, for nobody knows what it will be.
void hx_effect_foreign(struct hx_bench *b, bool nothing_runs);

// A device may treat in a reduced way for as long as a person waits at a bedside.
#define HX_BACKUP_MAX_US (10 * UINT64_C(1000000))

// I8: software said to run, from the bench's own copy of that memory; I4: therapy in
// a backup mode.
void hx_software_judge(struct hx_bench *b, int node, const uint8_t *args, size_t len);
void hx_software_backup(struct hx_bench *b, bool on);

// I11: a report left the implant; one is shown to the clinic.
void hx_report_made(struct hx_bench *b, int node, const uint8_t *args, size_t len);
void hx_report_shown(struct hx_bench *b, const uint8_t *args, size_t len);

#endif
