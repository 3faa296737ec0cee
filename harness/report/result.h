// result.h - what a run of the matrix leaves behind: cells, controls, totals
//
// Plain values; cells cross a pipe from worker to parent as bytes.

#ifndef HARNESS_REPORT_RESULT_H
#define HARNESS_REPORT_RESULT_H

#include <patient/harm.h>
#include <protocol/controls.h>
#include <scenario/scenario.h>
#include <severity/rubric.h>

#define HX_VERDICT_LIST(X)                                                             \
    X(STOPPED, "stopped")                                                              \
    X(SUCCEEDED, "succeeded")                                                          \
    X(SERVED, "served")                                                                \
    X(DENIED, "denied")                                                                \
    X(HARMED, "harmed")                                                                \
    X(CRASHED, "crashed")                                                              \
    X(HUNG, "hung")                                                                    \
    X(INCONCLUSIVE, "inconclusive")                                                    \
    X(UNSUPPORTED, "unsupported")

#define X(n, w) HX_VERDICT_##n,
enum hx_verdict { HX_VERDICT_LIST(X) HX_VERDICT_COUNT };
#undef X

const char *hx_verdict_word(enum hx_verdict v);

struct hx_cell {
    uint32_t scenario, profile; // index into the run's lists
    uint8_t verdict, expected;  // enum hx_verdict
    bool unexpected;            // verdict, a missing violation, or a missing log entry
    bool must_log, logged;      // logged is meaningful only with must_log
    uint32_t violated;          // set of enum hx_invariant
    uint32_t wrong_therapy;     // harm: commits of therapy nobody entitled asked for
    uint64_t time_to_detect_us; // from the attack's first step; EP_NEVER if never
    char note[200];             // why, for a person: first violation or failed step
    // evidence, all from ground truth
    uint64_t duration_us;             // virtual time
    uint64_t radio_nc;                // implant's radio charge, nanocoulombs
    uint64_t unearned_nc;             // of it: outside every honest session
    uint64_t fault_nc;                // beside it: what a broken battery lost by itself
    uint32_t frames, commits, issued; // on the air, at the actuator, by people
    uint32_t events;                  // processed by the bench
    uint64_t trace_hash;              // of the whole trace: equal runs have equal ones
    uint64_t longest_gap_us;          // harm: without a needed pulse
    struct hx_harm harm;              // to the patient
    struct hx_severity severity;      // meaningful only if rated
    bool rated;                       // an attack that succeeded
};

enum hx_killed { HX_ALIVE, HX_LAYERED, HX_SOLE };

struct hx_control_result {
    uint8_t killed; // enum hx_killed
    uint32_t by[8]; // scenarios, as indices
    size_t by_count;
};

struct hx_options {
    uint64_t seed;
    unsigned jobs;
    char fidelity[16]; // "frame"
    char air[64];      // "loopback"
};

struct hx_run {
    struct hx_options options;
    struct hx_scenario *scenarios; // owned by whoever made the run
    size_t scenario_count;
    struct hx_profile *profiles;
    size_t profile_count;
    struct hx_cell *cells; // in the order of scenario, then profile
    size_t cell_count;
    struct hx_control_result controls[TP_CTL_COUNT];
    size_t unexpected, attacks, stopped_on_hardened, stories, served_on_hardened,
        killed;
    double seconds; // wall time; the only figure here that differs between two runs
    bool whole; // every scenario and profile was run: control results mean something
    bool interrupted;
};

#endif
