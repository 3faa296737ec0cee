// cvss.c - vectors to scores, in integers
//
// Weights are hundredths, as the specification prints them, so that products of them
// are exact; only the fifteenth power is not, and it keeps twelve digits where the
// rounding looks at five.

#include <assert.h>
#include <severity/cvss.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { VERSION_LEN = sizeof "CVSS:3.1/" - 1 };

static const struct {
    const char *name, *values;
} metrics[] = {
#define X(metric, name, values) {name, values},
    HX_CVSS_LIST(X)
#undef X
};

const char *hx_cvss_values(enum hx_cvss_metric m)
{
    return metrics[m].values;
}

// --- text ---

static int refuse(struct hx_cvss_error *err, const char *what, const char *text,
                  size_t len)
{
    int shown = len < 24 ? (int)len : 24;
    snprintf(err->text, sizeof err->text, "%s: \"%.*s\"", what, shown, text);
    return -1;
}

static enum hx_cvss_metric find_metric(const char *name, size_t len)
{
    enum hx_cvss_metric m = 0;
    while (m < HX_CVSS_METRICS &&
           (strlen(metrics[m].name) != len || strncmp(metrics[m].name, name, len) != 0))
        m++;
    return m;
}

// Reads one "NAME:VALUE" of len bytes.
static int parse_metric(const char *text, size_t len, struct hx_cvss *v,
                        struct hx_cvss_error *err)
{
    const char *colon = memchr(text, ':', len);
    if (!colon)
        return refuse(err, "expected METRIC:VALUE", text, len);
    size_t name_len = (size_t)(colon - text);
    enum hx_cvss_metric m = find_metric(text, name_len);
    if (m == HX_CVSS_METRICS)
        return refuse(err, "not a base metric", text, name_len);
    if (v->value[m])
        return refuse(err, "metric stands twice", text, len);
    if (len != name_len + 2 ||
        !memchr(metrics[m].values, colon[1], strlen(metrics[m].values)))
        return refuse(err, "not a value of this metric", text, len);
    v->value[m] = colon[1];
    return 0;
}

static const char *skip_version(const char *text, struct hx_cvss_error *err)
{
    if (strncmp(text, "CVSS:", 5) != 0)
        return text;
    if (strncmp(text, "CVSS:3.0/", VERSION_LEN) == 0 ||
        strncmp(text, "CVSS:3.1/", VERSION_LEN) == 0)
        return text + VERSION_LEN;
    refuse(err, "expected version 3.0 or 3.1", text, strcspn(text, "/"));
    return NULL;
}

int hx_cvss_parse(const char *text, struct hx_cvss *out, struct hx_cvss_error *err)
{
    struct hx_cvss v = {{0}};
    const char *at = skip_version(text, err);
    if (!at)
        return -1;
    while (at) {
        size_t len = strcspn(at, "/");
        if (parse_metric(at, len, &v, err))
            return -1;
        at = at[len] == '/' ? at + len + 1 : NULL;
    }
    for (enum hx_cvss_metric m = 0; m < HX_CVSS_METRICS; m++)
        if (!v.value[m])
            return refuse(err, "metric is missing", metrics[m].name,
                          strlen(metrics[m].name));
    *out = v;
    return 0;
}

void hx_cvss_format(const struct hx_cvss *v, char *buf, size_t cap)
{
    size_t len = 0;
    for (enum hx_cvss_metric m = 0; m < HX_CVSS_METRICS && len < cap; m++)
        len += (size_t)snprintf(buf + len, cap - len, "%s%s:%c", m ? "/" : "",
                                metrics[m].name, v->value[m] ? v->value[m] : '?');
}

// --- score ---

// The weight of a metric in hundredths (specification, section 7.4).
static int64_t weight(const struct hx_cvss *v, enum hx_cvss_metric m)
{
    static const uint8_t weights[HX_CVSS_METRICS][4] = {
        [HX_CVSS_AV] = {85, 62, 55, 20}, [HX_CVSS_AC] = {77, 44},
        [HX_CVSS_PR] = {85, 62, 27},     [HX_CVSS_UI] = {85, 62},
        [HX_CVSS_C] = {56, 22, 0},       [HX_CVSS_I] = {56, 22, 0},
        [HX_CVSS_A] = {56, 22, 0}};
    static const uint8_t privileges_beyond_scope[] = {85, 68, 50};
    const char *at = v->value[m] ? strchr(metrics[m].values, v->value[m]) : NULL;
    assert(at);
    if (m == HX_CVSS_PR && v->value[HX_CVSS_S] == 'C')
        return privileges_beyond_scope[at - metrics[m].values];
    return weights[m][at - metrics[m].values];
}

// (millionths / 10^6)^15, in units of 10^-12.
static int64_t fifteenth_power(int64_t millionths)
{
    int64_t power = INT64_C(1000000000000);
    for (int i = 0; i < 15; i++)
        power = power * millionths / 1000000;
    return power;
}

// Impact and exploitability are in units of 10^-10.
static int64_t impact(const struct hx_cvss *v)
{
    int64_t kept = (100 - weight(v, HX_CVSS_C)) * (100 - weight(v, HX_CVSS_I)) *
                   (100 - weight(v, HX_CVSS_A));
    int64_t lost = 1000000 - kept;
    if (v->value[HX_CVSS_S] == 'U' || lost == 0)
        return 642 * lost * 100;
    return 752 * (lost - 29000) * 100 - fifteenth_power(lost - 20000) * 325 / 10000;
}

static int64_t exploitability(const struct hx_cvss *v)
{
    return 822 * weight(v, HX_CVSS_AV) * weight(v, HX_CVSS_AC) * weight(v, HX_CVSS_PR) *
           weight(v, HX_CVSS_UI);
}

// Appendix A: five digits count; what is left beyond the first of them rounds up.
static unsigned round_up(int64_t score)
{
    int64_t digits = (score + 50000) / 100000;
    int64_t tenths = digits / 10000 + (digits % 10000 != 0);
    return tenths < 100 ? (unsigned)tenths : 100;
}

unsigned hx_cvss_score(const struct hx_cvss *v)
{
    int64_t harm = impact(v);
    if (harm <= 0)
        return 0;
    int64_t score = harm + exploitability(v);
    return round_up(v->value[HX_CVSS_S] == 'C' ? score * 108 / 100 : score);
}

const char *hx_cvss_word(unsigned tenths)
{
    if (tenths == 0)
        return "none";
    if (tenths < 40)
        return "low";
    if (tenths < 70)
        return "medium";
    return tenths < 90 ? "high" : "critical";
}
