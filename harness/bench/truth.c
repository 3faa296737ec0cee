#include <bench/effects.h>
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
    b->truth.pacing = b->cast.dependent;
    for (int n = 0; n < HX_NODE_COUNT; n++)
        b->truth.presence_us[n][0] = b->truth.presence_us[n][1] = EP_NEVER;
    hx_first_settings(b->cast.pump, b->truth.therapy);
    hx_limits_in_force(b);
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

bool hx_truth_present(const struct hx_bench *b, int node, int implant)
{
    uint64_t at = b->truth.presence_us[node][implant];
    return at != EP_NEVER && b->now_us - at <= TP_INTENT_AGE_US + TP_SECOND;
}

static bool needs_presence(uint16_t commit)
{
    return commit == EP_COMMIT_THERAPY || commit == EP_COMMIT_TEST_PULSE ||
           commit == EP_COMMIT_EMERGENCY || commit == EP_COMMIT_SHOCK ||
           commit == EP_COMMIT_INFUSION;
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
                           .present = !needs_presence(commit) ||
                                      hx_truth_present(b, node, implant),
                           .open = true};
    if (len > 0)
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
    static const char *const words[] = {"?",         "pace",  "therapy",    "alarm",
                                        "emergency", "alert", "test pulse", "shock",
                                        "infusion",  "bolus"};
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

static void pacing_of(const struct hx_bench *b, const struct hx_step *s,
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

static void infusion_of(const struct hx_bench *b, const struct hx_step *s,
                        uint8_t out[TP_THERAPY_LEN])
{
    struct tp_infusion t;
    enum tp_err e = tp_infusion_parse(b->truth.therapy, TP_THERAPY_LEN, &t);
    assert(!e);
    if (s->therapy.basal_mu_h >= 0)
        t.basal_mu_h = (uint16_t)s->therapy.basal_mu_h;
    if (s->therapy.bolus_max_mu >= 0)
        t.bolus_max_mu = (uint16_t)s->therapy.bolus_max_mu;
    if (s->therapy.daily_max_cu >= 0)
        t.daily_max_cu = (uint16_t)s->therapy.daily_max_cu;
    if (s->therapy.remote >= 0)
        t.remote = (uint8_t)s->therapy.remote;
    tp_infusion_build(&t, out);
}

void hx_truth_therapy(const struct hx_bench *b, const struct hx_step *s,
                      uint8_t out[TP_THERAPY_LEN])
{
    if (b->cast.pump)
        infusion_of(b, s, out);
    else
        pacing_of(b, s, out);
}

bool hx_truth_remote(const struct hx_bench *b)
{
    struct tp_infusion t;
    return b->cast.pump &&
           tp_infusion_parse(b->truth.therapy, TP_THERAPY_LEN, &t) == TP_OK &&
           t.remote != 0;
}

// Judges one commit: was it asked for, and is it safe?
static void judge(struct hx_bench *b, int implant, uint16_t commit, const uint8_t *args,
                  size_t len)
{
    judge_source(b, implant, commit, args, len);
    if (implant != HX_NODE_IMPLANT)
        return;
    hx_effect_of(b, commit, args);
    if (commit == EP_COMMIT_THERAPY || commit == EP_COMMIT_INFUSION)
        hx_limits_judge(b, commit, args, len);
    else if (commit == EP_COMMIT_BOLUS)
        hx_limits_bolus(b, args);
    else
        hx_limits_once(b, commit, args, len);
}

static void emergency(struct hx_bench *b, int implant, const uint8_t *args, size_t len)
{
    if (implant == HX_NODE_IMPLANT) {
        hx_limits_inhibit(b, args[0] == EP_INHIBIT);
        b->truth.emergency = args[0];
    }
    b->truth.emergencies += args[0] != 0;
    if (args[0] == 0) // it reverts by itself
        hx_effect_of(b, EP_COMMIT_EMERGENCY, args);
    else
        judge(b, implant, EP_COMMIT_EMERGENCY, args, len);
}

void hx_truth_commit(struct hx_bench *b, int node, uint16_t commit, const uint8_t *args,
                     size_t len)
{
    b->truth.commits++;
    switch (commit) {
    case EP_COMMIT_PACE:
    case EP_COMMIT_DOSE:
        if (node == HX_NODE_IMPLANT)
            hx_limits_pulse(b);
        break;
    case EP_COMMIT_ALERT:
        b->truth.alerts++;
        break;
    case EP_COMMIT_BACKUP:
        if (node == HX_NODE_IMPLANT)
            hx_software_backup(b, args[0] != 0);
        break;
    case EP_COMMIT_BOOT:
        hx_software_judge(b, node, args, len);
        break;
    case EP_COMMIT_REPORT:
        hx_report_made(b, node, args, len);
        break;
    case EP_COMMIT_SHOWN:
        hx_report_shown(b, args, len);
        break;
    case EP_COMMIT_EMERGENCY:
        emergency(b, node, args, len);
        break;
    default:
        judge(b, node, commit, args, len);
    }
}
