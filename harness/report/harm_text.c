#include <report/harm_text.h>
#include <stdarg.h>
#include <stdio.h>

struct words {
    char *buf;
    size_t cap, len;
};

// Adds words behind a comma, if there is anything to say.
__attribute__((format(printf, 3, 4))) static void add(struct words *w, bool harmful,
                                                      const char *format, ...)
{
    va_list args;
    if (!harmful || w->len >= w->cap)
        return;
    if (w->len > 0)
        w->len += (size_t)snprintf(w->buf + w->len, w->cap - w->len, ", ");
    if (w->len >= w->cap)
        return;
    va_start(args, format);
    w->len += (size_t)vsnprintf(w->buf + w->len, w->cap - w->len, format, args);
    va_end(args);
}

static uint32_t asystole_ms(const struct hx_harm *h)
{
    return h->longest_asystole_ms < HX_HARM_PAUSE_MS ? 0 : h->longest_asystole_ms;
}

static bool is_low(const struct hx_harm *h)
{
    return h->nadir_mg_dl > 0 && h->nadir_mg_dl < HX_HARM_LOW_MG_DL;
}

// How far below the limit glucose fell.
static uint32_t depth(const struct hx_harm *h)
{
    return is_low(h) ? HX_HARM_LOW_MG_DL - h->nadir_mg_dl : 0;
}

static void add_cardiac(struct words *w, const struct hx_harm *h)
{
    uint32_t tenths = asystole_ms(h) / 100;
    add(w, h->missed_therapies > 0, "%u VT/VF missed", h->missed_therapies);
    add(w, tenths > 0, "asystole %u.%u s", tenths / 10, tenths % 10);
    add(w, h->inappropriate_shocks > 0, "%u shock%s", h->inappropriate_shocks,
        h->inappropriate_shocks == 1 ? "" : "s");
    add(w, h->unpaced_s > 0, "unpaced %u s", h->unpaced_s);
}

static void add_glucose(struct words *w, const struct hx_harm *h)
{
    add(w, is_low(h), "nadir %u mg/dL", h->nadir_mg_dl);
    add(w, h->below_54_min > 0, "%u min < 54", h->below_54_min);
    add(w, h->above_250_min > 0, "%u min > 250", h->above_250_min);
}

void hx_harm_text(const struct hx_harm *h, char *buf, size_t cap)
{
    struct words w = {.buf = buf, .cap = cap};
    buf[0] = '\0';
    if (h->patient == HX_PATIENT_GLUCOSE)
        add_glucose(&w, h);
    else
        add_cardiac(&w, h);
    add(&w, h->battery_days_lost > 0, "battery -%u days", h->battery_days_lost);
}

int hx_harm_compare(const struct hx_harm *a, const struct hx_harm *b)
{
    const uint32_t pairs[][2] = {
        {a->missed_therapies, b->missed_therapies},
        {asystole_ms(a), asystole_ms(b)},
        {a->inappropriate_shocks, b->inappropriate_shocks},
        {a->unpaced_s, b->unpaced_s},
        {a->below_54_min, b->below_54_min},
        {depth(a), depth(b)},
        {a->above_250_min, b->above_250_min},
        {a->battery_days_lost, b->battery_days_lost},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++)
        if (pairs[i][0] != pairs[i][1])
            return pairs[i][0] > pairs[i][1] ? 1 : -1;
    return 0;
}

bool hx_harm_known(const struct hx_harm *h)
{
    return h->longest_asystole_ms || h->unpaced_s || h->inappropriate_shocks ||
           h->missed_therapies || h->nadir_mg_dl || h->below_54_min ||
           h->above_250_min || h->battery_days_lost;
}

const char *hx_patient_word(unsigned kind)
{
    static const char *const words[] = {
        [HX_PATIENT_CARDIAC] = "cardiac", [HX_PATIENT_GLUCOSE] = "glucose"};
    return kind <= HX_PATIENT_GLUCOSE ? words[kind] : "?";
}

void hx_severity_text(const struct hx_cell *c, char *buf, size_t cap)
{
    char vector[HX_CVSS_TEXT_MAX];
    const struct hx_severity *s = &c->severity;
    buf[0] = '\0';
    if (!c->rated)
        return;
    hx_cvss_format(&s->cvss, vector, sizeof vector);
    snprintf(buf, cap, "%u.%u %s " HX_CVSS_PREFIX "%s", s->score / 10, s->score % 10,
             hx_cvss_word(s->score), vector);
}

bool hx_cell_hurt(const struct hx_cell *c)
{
    char text[HX_HARM_TEXT_MAX];
    hx_harm_text(&c->harm, text, sizeof text);
    return c->rated || text[0];
}
