// effects.c - the limits of therapy, and what befell the patient

#include <bench/effects.h>
#include <bench/truth.h>
#include <crypto/bytes.h>
#include <protocol/body.h>
#include <protocol/limits.h>

// --- limits (I3) ---

static uint32_t apart(uint32_t a, uint32_t b)
{
    return a > b ? a - b : b - a;
}

static void judge_pacing(struct hx_bench *b, const uint8_t *args, size_t len)
{
    struct tp_therapy t, was;
    if (tp_therapy_parse(args, len, &t) ||
        tp_therapy_parse(b->truth.therapy, TP_THERAPY_LEN, &was))
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
}

static void judge_infusion(struct hx_bench *b, const uint8_t *args, size_t len)
{
    struct tp_infusion t, was;
    if (tp_infusion_parse(args, len, &t) ||
        tp_infusion_parse(b->truth.therapy, TP_THERAPY_LEN, &was))
        return;
    if (t.basal_mu_h > TP_BASAL_MAX_MU_H || t.bolus_max_mu > TP_BOLUS_MAX_MU ||
        t.daily_max_cu > TP_DAILY_MAX_CU || t.remote > 1)
        hx_truth_violate(b, HX_I3, "an infusion parameter left its range");
    uint32_t daily_mu = t.daily_max_cu * UINT32_C(10);
    if (t.basal_mu_h * UINT32_C(24) > daily_mu || t.bolus_max_mu > daily_mu)
        hx_truth_violate(b, HX_I3, "doses contradict the daily one");
    if (apart(t.basal_mu_h, was.basal_mu_h) > TP_RAMP_BASAL_MU_H ||
        apart(t.bolus_max_mu, was.bolus_max_mu) > TP_RAMP_BOLUS_MU)
        hx_truth_violate(b, HX_I3, "an infusion parameter moved too far at once");
}

static void judge_rate(struct hx_bench *b, struct hx_rate *rate, const char *what)
{
    if (rate->count >= TP_WRITES_MAX) {
        uint64_t then = rate->at_us[(rate->count - TP_WRITES_MAX) % 8];
        if (b->now_us - then < TP_WRITES_WINDOW_S * TP_SECOND)
            hx_truth_violate(b, HX_I3, "%s too often", what);
    }
    rate->at_us[rate->count++ % 8] = b->now_us;
}

void hx_limits_judge(struct hx_bench *b, uint16_t commit, const uint8_t *args,
                     size_t len)
{
    if (commit == EP_COMMIT_INFUSION)
        judge_infusion(b, args, len);
    else
        judge_pacing(b, args, len);
    judge_rate(b, &b->truth.writes, "therapy changed");
    if (len != TP_THERAPY_LEN)
        return;
    memcpy(b->truth.therapy, args, TP_THERAPY_LEN);
    hx_limits_in_force(b);
}

void hx_limits_once(struct hx_bench *b, uint16_t commit, const uint8_t *args,
                    size_t len)
{
    struct rd r = rd_of(args, len);
    if (commit == EP_COMMIT_TEST_PULSE) {
        uint16_t mv = rd_u16(&r);
        if (mv < TP_AMPLITUDE_MIN_MV || mv > TP_AMPLITUDE_MAX_MV)
            hx_truth_violate(b, HX_I3, "a test pulse out of range");
    } else if (commit == EP_COMMIT_ALARM && rd_u8(&r) > TP_ALARM_MAX) {
        hx_truth_violate(b, HX_I3, "an alarm volume out of range");
    }
}

void hx_limits_bolus(struct hx_bench *b, const uint8_t *args)
{
    struct hx_truth *truth = &b->truth;
    struct tp_infusion t;
    struct rd r = rd_of(args, 2);
    uint16_t mu = rd_u16(&r);
    judge_rate(b, &truth->boluses, "a bolus");
    if (truth->emergency == EP_INHIBIT)
        hx_truth_violate(b, HX_I13, "a bolus although the pump is to give nothing");
    if (tp_infusion_parse(truth->therapy, TP_THERAPY_LEN, &t))
        return;
    if (b->now_us - truth->day_us >= TP_DAY_S * TP_SECOND || truth->day_mu == 0) {
        truth->day_us = b->now_us;
        truth->day_mu = 0;
    }
    truth->day_mu += mu;
    if (mu > t.bolus_max_mu)
        hx_truth_violate(b, HX_I3, "a bolus above the greatest that is allowed");
    if (truth->day_mu > t.daily_max_cu * UINT32_C(10))
        hx_truth_violate(b, HX_I3, "more insulin than a day allows");
}

// --- effects on the patient ---

static struct hx_effect *add_effect(struct hx_bench *b, enum hx_effect_kind kind,
                                    uint64_t value)
{
    struct hx_truth *t = &b->truth;
    // A full list keeps its beginning and its newest.
    size_t n =
        t->effect_count < HX_EFFECTS_MAX ? t->effect_count++ : HX_EFFECTS_MAX - 1;
    struct hx_effect *e = &t->effects[n];
    *e = (struct hx_effect){.at_us = b->now_us, .kind = (uint8_t)kind, .value = value};
    return e;
}

// What began a while ago stands among what came since.
static void add_earlier(struct hx_bench *b, enum hx_effect_kind kind, uint64_t at_us)
{
    struct hx_effect *e = add_effect(b, kind, 1);
    e->at_us = at_us;
    for (; e > b->truth.effects && e[-1].at_us > at_us; e--) {
        struct hx_effect later = e[-1];
        e[-1] = *e;
        *e = later;
    }
}

// --- therapy goes on (I4) ---

static uint64_t longer(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

// What the settings in force ask for; the longest that any may ask for, if they ask for
// no rate at all.
static uint64_t interval_of(const struct hx_bench *b)
{
    struct tp_therapy t;
    if (b->cast.pump)
        return TP_DOSE_US;
    enum tp_err e = tp_therapy_parse(b->truth.therapy, TP_THERAPY_LEN, &t);
    bool rate = !e && t.lower_rate_ppm >= TP_LOWER_MIN_PPM;
    return TP_SECOND * 60 / (rate ? t.lower_rate_ppm : TP_LOWER_MIN_PPM);
}

void hx_limits_in_force(struct hx_bench *b)
{
    struct hx_truth *t = &b->truth;
    t->interval_us[1] = t->interval_us[0];
    t->interval_us[0] = interval_of(b);
    if (t->interval_us[1] == 0)
        t->interval_us[1] = t->interval_us[0];
}

// Three of the intervals that the settings in force ask for, or those before: a start
// may fall anywhere between two pulses, and one more is what a heart goes without.
uint64_t hx_limits_gap_us(const struct hx_bench *b)
{
    return 3 * longer(b->truth.interval_us[0], b->truth.interval_us[1]);
}

// Do the settings, or an emergency, ask for pulses at all?
static bool asked_to_pulse(const struct hx_bench *b)
{
    struct tp_therapy t;
    if (b->truth.emergency == EP_INHIBIT)
        return false;
    return b->cast.pump || b->truth.emergency == EP_SAFE_PACING ||
           tp_therapy_parse(b->truth.therapy, TP_THERAPY_LEN, &t) || t.mode != 0;
}

// A pulse is none too soon if nine tenths of the shorter interval have gone by.
void hx_limits_pulse(struct hx_bench *b)
{
    struct hx_truth *t = &b->truth;
    uint64_t least =
        t->interval_us[0] < t->interval_us[1] ? t->interval_us[0] : t->interval_us[1];
    if (!asked_to_pulse(b))
        hx_truth_violate(b, HX_I4, "a pulse or dose although none may be given");
    else if (t->pulse_us > 0 && (b->now_us - t->pulse_us) * 10 < least * 9)
        hx_truth_violate(b, HX_I4, "a pulse or dose too soon after the last");
    t->pulse_us = b->now_us;
    hx_limits_wait(b);
}

static void silence(struct hx_bench *b, uint64_t for_us)
{
    if (!b->cast.pump) {
        (void)add_effect(b, HX_EFFECT_SILENCE, for_us);
        return;
    }
    // No dose meanwhile.
    add_earlier(b, HX_EFFECT_SUSPEND, b->now_us - for_us);
    (void)add_effect(b, HX_EFFECT_SUSPEND, 0);
}

void hx_limits_wait(struct hx_bench *b)
{
    struct hx_truth *t = &b->truth;
    uint64_t gap = b->now_us - t->last_pace_us;
    t->last_pace_us = b->now_us;
    if (t->inhibited)
        return;
    if (gap > t->longest_gap_us)
        t->longest_gap_us = gap;
    if (gap > hx_limits_gap_us(b))
        silence(b, gap);
}

void hx_limits_inhibit(struct hx_bench *b, bool on)
{
    if (b->truth.pacing && on != b->truth.inhibited)
        hx_limits_wait(b);
    b->truth.inhibited = on;
}

// --- what commits do ---

void hx_effect_foreign(struct hx_bench *b, bool nothing_runs)
{
    if (!b->cast.pump)
        (void)add_effect(b, HX_EFFECT_THERAPY, 0); // no pulse, in mode 0
    else if (nothing_runs)
        (void)add_effect(b, HX_EFFECT_SUSPEND, 1);
    else
        (void)add_effect(b, HX_EFFECT_BASAL, TP_BASAL_MAX_MU_H);
}

void hx_effect_backup(struct hx_bench *b, bool on)
{
    if (b->cast.pump)
        (void)add_effect(b, HX_EFFECT_SUSPEND, on);
    else
        (void)add_effect(b, HX_EFFECT_BACKUP, on);
}

static void effect_of_pacing(struct hx_bench *b, const uint8_t *args)
{
    struct tp_therapy t;
    if (tp_therapy_parse(args, TP_THERAPY_LEN, &t))
        return;
    struct hx_effect *e = add_effect(b, HX_EFFECT_THERAPY, 0);
    e->lower_rate_ppm = t.lower_rate_ppm;
    e->upper_rate_ppm = t.upper_rate_ppm;
    e->amplitude_mv = t.amplitude_mv;
    e->mode = t.mode;
}

void hx_effect_of(struct hx_bench *b, uint16_t commit, const uint8_t *args)
{
    struct rd r = rd_of(args, 2);
    switch (commit) {
    case EP_COMMIT_THERAPY:
        effect_of_pacing(b, args);
        break;
    case EP_COMMIT_EMERGENCY:
        if (b->cast.pump)
            (void)add_effect(b, HX_EFFECT_SUSPEND, args[0] == EP_INHIBIT);
        else
            (void)add_effect(b, HX_EFFECT_EMERGENCY, args[0]);
        break;
    case EP_COMMIT_SHOCK:
        (void)add_effect(b, HX_EFFECT_SHOCK, 0);
        break;
    case EP_COMMIT_INFUSION:
        (void)add_effect(b, HX_EFFECT_BASAL, rd_u16(&r));
        break;
    case EP_COMMIT_BOLUS:
        (void)add_effect(b, HX_EFFECT_BOLUS, rd_u16(&r));
        break;
    default:
        break;
    }
}
