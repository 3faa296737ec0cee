#include <report/words.h>
#include <stdio.h>
#include <string.h>

const char *hx_verdict_word(enum hx_verdict v)
{
#define X(n, w) w,
    static const char *const words[] = {HX_VERDICT_LIST(X)};
#undef X
    return (unsigned)v < HX_VERDICT_COUNT ? words[v] : "?";
}

enum hx_verdict hx_verdict_find(const char *word)
{
    enum hx_verdict v = 0;
    while (v < HX_VERDICT_COUNT && strcmp(hx_verdict_word(v), word) != 0)
        v++;
    return v;
}

const char *hx_tiers_word(uint64_t tiers, char *buf, size_t cap)
{
#define X(n, w) w,
    static const char *const words[] = {HX_TIER_LIST(X)};
#undef X
    size_t len = (size_t)snprintf(buf, cap, "%s", tiers ? "" : "none");
    for (unsigned t = 0; t < HX_TIER_COUNT && len < cap; t++)
        if (tiers >> t & 1)
            len += (size_t)snprintf(buf + len, cap - len, "%s%s", len ? "+" : "",
                                    words[t]);
    return buf;
}

const char *hx_invariant_word(unsigned invariant)
{
#define X(n, w) w,
    static const char *const words[] = {HX_INVARIANT_LIST(X)};
#undef X
    return invariant < HX_INVARIANT_COUNT ? words[invariant] : "?";
}

const char *hx_killed_word(unsigned killed)
{
    static const char *const words[] = {
        [HX_ALIVE] = "alive", [HX_LAYERED] = "layered", [HX_SOLE] = "sole"};
    return killed <= HX_SOLE ? words[killed] : "?";
}

void hx_invariants_list(uint32_t set, const char *separator, char *buf, size_t cap)
{
    size_t len = 0;
    buf[0] = '\0';
    for (unsigned i = 0; i < HX_INVARIANT_COUNT && len < cap; i++)
        if (set >> i & 1)
            len += (size_t)snprintf(buf + len, cap - len, "%s%s", len ? separator : "",
                                    hx_invariant_word(i));
}

bool hx_verdict_shut(enum hx_verdict v)
{
    return v == HX_VERDICT_STOPPED || v == HX_VERDICT_SERVED ||
           v == HX_VERDICT_UNSUPPORTED;
}

bool hx_profile_lacks(const struct hx_profile *p, enum tp_control c)
{
    return p->lacks.lack[c / 64] >> (c % 64) & 1;
}

size_t hx_profile_lacking(const struct hx_profile *p)
{
    size_t n = 0;
    for (enum tp_control c = 0; c < TP_CTL_COUNT; c++)
        n += hx_profile_lacks(p, c);
    return n;
}
