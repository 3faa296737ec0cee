#include <bench/truth.h>
#include <crypto/bytes.h>
#include <protocol/body.h>
#include <protocol/limits.h>
#include <stdarg.h>
#include <stdio.h>

// An act's commit may follow its end by what was still on the air.
#define GRACE_US (TP_SECOND / 2)

void hx_truth_start(struct hx_bench *b)
{
    static const struct tp_therapy first = {60, 130, 2500, 1};
    b->truth.pacing = b->cast.dependent;
    for (int n = 0; n < HX_NODE_COUNT; n++)
        b->truth.presence_us[n] = EP_NEVER;
    tp_therapy_build(&first, b->truth.therapy);
}

void hx_truth_violate(struct hx_bench *b, enum hx_invariant i, const char *format, ...)
{
    char text[sizeof b->truth.first];
    va_list ap;
    va_start(ap, format);
    vsnprintf(text, sizeof text, format, ap);
    va_end(ap);
    b->truth.violated |= 1u << i;
    if (b->truth.first[0] == '\0')
        memcpy(b->truth.first, text, sizeof text);
    hx_bench_note(b, "oracle", "I%d violated: %s", (int)i + 1, text);
}

bool hx_truth_present(const struct hx_bench *b, int node)
{
    uint64_t at = b->truth.presence_us[node];
    return at != EP_NEVER && b->now_us - at <= TP_INTENT_AGE_US + TP_SECOND;
}

static bool needs_presence(uint16_t commit)
{
    return commit == EP_COMMIT_THERAPY || commit == EP_COMMIT_TEST_PULSE ||
           commit == EP_COMMIT_EMERGENCY;
}

struct hx_issue *hx_truth_issue(struct hx_bench *b, int node, int implant,
                                uint16_t commit, const uint8_t *args, size_t len)
{
    struct hx_truth *t = &b->truth;
    if (t->issue_count == HX_ISSUES_MAX || len > sizeof t->issues[0].args)
        return NULL;
    struct hx_issue *i = &t->issues[t->issue_count++];
    *i = (struct hx_issue){.from_us = b->now_us,
                           .until_us = EP_NEVER,
                           .commit = commit,
                           .len = (uint8_t)len,
                           .node = (uint8_t)node,
                           .implant = (uint8_t)implant,
                           .entitled = true,
                           .role = true,
                           .present =
                               !needs_presence(commit) || hx_truth_present(b, node),
                           .open = true};
    memcpy(i->args, args, len);
    return i;
}

void hx_truth_close(struct hx_bench *b, int node)
{
    for (size_t k = 0; k < b->truth.issue_count; k++) {
        struct hx_issue *i = &b->truth.issues[k];
        if (i->node == node && i->open) {
            i->open = false;
            i->until_us = b->now_us + GRACE_US;
        }
    }
}

static bool same(const struct hx_issue *i, int implant, uint16_t commit,
                 const uint8_t *args, size_t len)
{
    return i->implant == implant && i->commit == commit && i->len == len &&
           memcmp(i->args, args, len) == 0;
}

// The issue that a commit may be, preferring one that makes it lawful.
static struct hx_issue *match(struct hx_bench *b, int implant, uint16_t commit,
                              const uint8_t *args, size_t len)
{
    struct hx_issue *best = NULL;
    int best_score = -1;
    for (size_t k = 0; k < b->truth.issue_count; k++) {
        struct hx_issue *i = &b->truth.issues[k];
        if (!same(i, implant, commit, args, len))
            continue;
        bool timely = b->now_us >= i->from_us && b->now_us <= i->until_us;
        int score = 8 * !i->done + 4 * timely + 2 * i->entitled + i->role + i->present;
        if (score > best_score) {
            best = i;
            best_score = score;
        }
    }
    return best;
}

static void judge_asked(struct hx_bench *b, const struct hx_issue *i, const char *what)
{
    if (i->done) {
        hx_truth_violate(b, HX_I2, "%s committed again", what);
        hx_truth_violate(b, HX_I1, "%s committed more often than asked for", what);
        return;
    }
    if (b->now_us > i->until_us || b->now_us < i->from_us) {
        hx_truth_violate(b, HX_I1, "%s committed after its act was over", what);
        return;
    }
    if (!i->entitled || !i->role)
        hx_truth_violate(b, HX_I1, "%s committed for somebody not entitled", what);
    if (!i->role || !i->present)
        hx_truth_violate(b, HX_I7, "%s committed beyond role or intent", what);
}

static void judge_source(struct hx_bench *b, int implant, uint16_t commit,
                         const uint8_t *args, size_t len)
{
    static const char *const words[] = {"?",         "pace",  "therapy",   "alarm",
                                        "emergency", "alert", "test pulse"};
    const char *what = words[commit < sizeof words / sizeof words[0] ? commit : 0];
    uint32_t before = b->truth.violated;
    struct hx_issue *i = match(b, implant, commit, args, len);
    b->truth.violated = 0;
    if (i) {
        judge_asked(b, i, what);
        i->done = true;
    } else {
        hx_truth_violate(b, HX_I1, "%s committed that nobody asked for", what);
        if (needs_presence(commit))
            hx_truth_violate(b, HX_I7, "%s committed without anybody's intent", what);
    }
    b->truth.wrong_therapy += b->truth.violated != 0;
    b->truth.violated |= before;
}

void hx_truth_therapy(const struct hx_bench *b, const struct hx_step *s,
                      uint8_t out[TP_THERAPY_LEN])
{
    struct tp_therapy t;
    enum tp_err e = tp_therapy_parse(b->truth.therapy, TP_THERAPY_LEN, &t);
    assert(!e);
    if (s->therapy.lower_rate_ppm >= 0)
        t.lower_rate_ppm = (uint16_t)s->therapy.lower_rate_ppm;
    if (s->therapy.upper_rate_ppm >= 0)
        t.upper_rate_ppm = (uint16_t)s->therapy.upper_rate_ppm;
    if (s->therapy.amplitude_mv >= 0)
        t.amplitude_mv = (uint16_t)s->therapy.amplitude_mv;
    if (s->therapy.mode >= 0)
        t.mode = (uint8_t)s->therapy.mode;
    tp_therapy_build(&t, out);
}

static uint32_t apart(uint32_t a, uint32_t b)
{
    return a > b ? a - b : b - a;
}

static void judge_limits(struct hx_bench *b, const uint8_t *args, size_t len)
{
    struct tp_therapy t, was;
    struct hx_truth *truth = &b->truth;
    if (tp_therapy_parse(args, len, &t) ||
        tp_therapy_parse(truth->therapy, TP_THERAPY_LEN, &was))
        return;
    if (t.lower_rate_ppm < TP_LOWER_MIN_PPM || t.lower_rate_ppm > TP_LOWER_MAX_PPM ||
        t.upper_rate_ppm < TP_UPPER_MIN_PPM || t.upper_rate_ppm > TP_UPPER_MAX_PPM ||
        t.amplitude_mv < TP_AMPLITUDE_MIN_MV || t.amplitude_mv > TP_AMPLITUDE_MAX_MV ||
        t.mode > TP_MODE_MAX)
        hx_truth_violate(b, HX_I3, "a therapy parameter left its range");
    if (t.lower_rate_ppm + TP_RATE_GAP_PPM > t.upper_rate_ppm)
        hx_truth_violate(b, HX_I3, "the rates contradict each other");
    if (apart(t.lower_rate_ppm, was.lower_rate_ppm) > TP_RAMP_RATE_PPM ||
        apart(t.upper_rate_ppm, was.upper_rate_ppm) > TP_RAMP_RATE_PPM ||
        apart(t.amplitude_mv, was.amplitude_mv) > TP_RAMP_AMPLITUDE_MV)
        hx_truth_violate(b, HX_I3, "a therapy parameter moved too far at once");
    if (truth->therapy_count >= TP_WRITES_MAX) {
        uint64_t then = truth->therapy_us[(truth->therapy_count - TP_WRITES_MAX) % 8];
        if (b->now_us - then < TP_WRITES_WINDOW_S * TP_SECOND)
            hx_truth_violate(b, HX_I3, "therapy changed too often");
    }
    truth->therapy_us[truth->therapy_count++ % 8] = b->now_us;
    memcpy(truth->therapy, args, TP_THERAPY_LEN);
}

// Seconds without a needed pulse: three beats at the lower rate are too many.
static void judge_pace(struct hx_bench *b)
{
    struct hx_truth *t = &b->truth;
    uint64_t gap = b->now_us - t->last_pace_us;
    t->last_pace_us = b->now_us;
    if (t->inhibited)
        return;
    if (gap > t->longest_gap_us)
        t->longest_gap_us = gap;
}

void hx_truth_commit(struct hx_bench *b, int implant, uint16_t commit,
                     const uint8_t *args, size_t len)
{
    b->truth.commits++;
    if (commit == EP_COMMIT_PACE) {
        judge_pace(b);
        return;
    }
    if (commit == EP_COMMIT_ALERT) {
        b->truth.alerts++;
        return;
    }
    if (commit >= EP_COMMIT_BACKUP)
        return;
    if (commit == EP_COMMIT_EMERGENCY) {
        if (implant == HX_NODE_IMPLANT)
            b->truth.inhibited = args[0] == EP_INHIBIT;
        if (args[0] == 0)
            return; // it reverts by itself
    }
    judge_source(b, implant, commit, args, len);
    if (commit == EP_COMMIT_THERAPY && implant == HX_NODE_IMPLANT)
        judge_limits(b, args, len);
}
