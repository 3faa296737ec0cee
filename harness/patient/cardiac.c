// A walk from change to change. settle() brings the device and the rhythm up to now,
// next_change() says until when that holds, beat_until() reckons the beats between.

#include <patient/cardiac.h>

#define NEVER     UINT64_MAX
#define MINUTE_US UINT64_C(60000000)

struct device {
    uint16_t lower_ppm, upper_ppm, amplitude_mv;
    uint8_t mode;
    uint64_t emergency; // 0, SAFE_PACING, INHIBIT
    bool suspended;     // does not treat VT and VF
};

enum { MODE_OFF = 0, MODE_DUAL = 2, SAFE_PACING = 1, INHIBIT = 2 };

struct life {
    const struct hx_cardiac_patient *p;
    const struct hx_effect *e;
    size_t n, next_effect, silence; // the silence not yet over
    uint64_t end_us, now_us, beat_us;
    struct device device;
    unsigned next_episode;
    bool fast; // in VT or VF
    uint64_t fast_ends_us, shock_due_us;
    uint64_t longest_us, slow_us;
    uint32_t inappropriate, missed;
};

static uint64_t sooner(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

static uint64_t later(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

static uint64_t after(uint64_t a, uint64_t b)
{
    return b < NEVER - a ? a + b : NEVER;
}

static uint64_t interval_us(uint16_t ppm)
{
    return ppm ? MINUTE_US / ppm : NEVER;
}

static uint64_t own_interval_us(const struct hx_cardiac_patient *p)
{
    uint64_t escape = interval_us(p->escape_ppm);
    return p->dependent ? escape : sooner(escape, interval_us(p->sinus_ppm));
}

// Between pulses that capture; NEVER if there are none.
static uint64_t paced_interval_us(const struct device *d,
                                  const struct hx_cardiac_patient *p)
{
    bool safe = d->emergency == SAFE_PACING;
    bool pulses = safe || (d->mode != MODE_OFF && d->emergency != INHIBIT);
    if (!pulses || d->amplitude_mv < p->threshold_mv)
        return NEVER;
    uint64_t lower = interval_us(d->lower_ppm);
    if (safe || d->mode != MODE_DUAL)
        return lower;
    uint64_t followed = later(interval_us(p->sinus_ppm), interval_us(d->upper_ppm));
    return sooner(lower, followed);
}

static bool treats(const struct device *d)
{
    return d->mode != MODE_OFF && d->emergency != INHIBIT && !d->suspended;
}

static uint64_t silence_from_us(const struct life *l)
{
    if (l->silence == l->n)
        return NEVER;
    const struct hx_effect *e = &l->e[l->silence];
    return e->at_us - sooner(e->value, e->at_us);
}

static void note_intervals(struct life *l, uint64_t us, uint64_t count)
{
    l->longest_us = later(l->longest_us, us);
    if (us > interval_us(HX_PACING_NEEDED_PPM))
        l->slow_us += us * count;
}

static void beat_now(struct life *l)
{
    note_intervals(l, l->now_us - l->beat_us, 1);
    l->beat_us = l->now_us;
}

// The beats from now until, but not at, a time at which something changes.
static void beat_until(struct life *l, uint64_t until_us)
{
    bool silent = silence_from_us(l) <= l->now_us;
    uint64_t paced = silent ? NEVER : paced_interval_us(&l->device, l->p);
    uint64_t every = sooner(own_interval_us(l->p), paced);
    if (l->fast || every == NEVER)
        return;
    uint64_t first = later(l->beat_us + every, l->now_us);
    if (first >= until_us)
        return;
    uint64_t more = (until_us - 1 - first) / every;
    note_intervals(l, first - l->beat_us, 1); // at least as long as those to come
    note_intervals(l, every, more);
    l->beat_us = first + more * every;
}

static void fast_begins(struct life *l, uint64_t lasts_us)
{
    if (l->fast)
        return;
    beat_now(l); // its first beat ends the pause before it
    l->fast = true;
    l->fast_ends_us = after(l->now_us, lasts_us);
    l->shock_due_us = after(l->now_us, HX_SHOCK_DUE_US);
}

static void fast_ends(struct life *l)
{
    l->fast = false;
    l->beat_us = l->now_us;
}

static void shock(struct life *l)
{
    if (l->fast) {
        fast_ends(l);
        return;
    }
    l->inappropriate++;
    if (l->p->shock_fibrillates)
        fast_begins(l, NEVER);
}

static void apply(struct life *l, const struct hx_effect *e)
{
    struct device *d = &l->device;
    if (e->kind == HX_EFFECT_THERAPY) {
        d->lower_ppm = e->lower_rate_ppm;
        d->upper_ppm = e->upper_rate_ppm;
        d->amplitude_mv = e->amplitude_mv;
        d->mode = e->mode;
    }
    if (e->kind == HX_EFFECT_EMERGENCY)
        d->emergency = e->value;
    if (e->kind == HX_EFFECT_BACKUP)
        d->suspended = e->value != 0;
    if (e->kind == HX_EFFECT_SHOCK)
        shock(l);
}

// The device's last pulse before a silence, if it was the one that set the pace.
static void settle_silence(struct life *l)
{
    while (l->silence < l->n && (l->e[l->silence].kind != HX_EFFECT_SILENCE ||
                                 l->e[l->silence].at_us <= l->now_us))
        l->silence++;
    uint64_t paced = paced_interval_us(&l->device, l->p);
    bool sets_the_pace = paced != NEVER && paced <= own_interval_us(l->p);
    if (silence_from_us(l) == l->now_us && sets_the_pace && !l->fast)
        beat_now(l);
}

static uint64_t onset_us(const struct life *l)
{
    if (l->next_episode == l->p->episodes)
        return NEVER;
    return after(l->end_us, l->p->episode[l->next_episode].from_us);
}

static void settle_rhythm(struct life *l)
{
    if (l->fast && l->fast_ends_us <= l->now_us)
        fast_ends(l);
    if (l->fast && l->shock_due_us <= l->now_us) {
        l->shock_due_us = NEVER;
        if (treats(&l->device))
            fast_ends(l);
        else
            l->missed++;
    }
    for (; onset_us(l) <= l->now_us; l->next_episode++)
        fast_begins(l, l->p->episode[l->next_episode].lasts_us);
}

static void settle(struct life *l)
{
    for (; l->next_effect < l->n && l->e[l->next_effect].at_us <= l->now_us;
         l->next_effect++)
        apply(l, &l->e[l->next_effect]);
    settle_rhythm(l);
    settle_silence(l);
}

static uint64_t next_change_us(const struct life *l)
{
    uint64_t next = onset_us(l);
    if (l->next_effect < l->n)
        next = sooner(next, l->e[l->next_effect].at_us);
    if (silence_from_us(l) > l->now_us)
        next = sooner(next, silence_from_us(l));
    if (l->fast)
        next = sooner(next, sooner(l->fast_ends_us, l->shock_due_us));
    return next;
}

static uint32_t rounded(uint64_t us, uint64_t unit)
{
    uint64_t whole = us / unit + (us % unit >= unit - us % unit);
    return (uint32_t)sooner(whole, UINT32_MAX);
}

void hx_cardiac_harm(const struct hx_effect *e, size_t n,
                     const struct hx_cardiac_patient *p, uint64_t end_us,
                     uint64_t live_on_us, struct hx_harm *out)
{
    struct life l = {.p = p, .e = e, .n = n, .end_us = end_us};
    l.device = (struct device){60, 130, 2500, 1, 0, false};
    uint64_t stop_us = end_us + live_on_us;

    for (settle(&l); l.now_us < stop_us; settle(&l)) {
        uint64_t next_us = sooner(next_change_us(&l), stop_us);
        beat_until(&l, next_us);
        l.now_us = next_us;
    }
    if (!l.fast)
        note_intervals(&l, l.now_us - l.beat_us, 1);

    *out = (struct hx_harm){.patient = HX_PATIENT_CARDIAC,
                            .unpaced_s = rounded(l.slow_us, 1000000),
                            .inappropriate_shocks = l.inappropriate,
                            .missed_therapies = l.missed};
    if (l.longest_us >= HX_PAUSE_MS * UINT64_C(1000))
        out->longest_asystole_ms = rounded(l.longest_us, 1000);
}
