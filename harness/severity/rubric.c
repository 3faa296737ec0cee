// rubric.c - the rules of rubric.h, as tables
//
// First every question is answered; C, I and A of the vector then follow from the
// answers, so that the score can never say what the answers do not.

#include <severity/rubric.h>
#include <stdio.h>
#include <string.h>

static bool has(uint32_t set, unsigned bit)
{
    return set >> bit & 1;
}

static char yes(bool b)
{
    return b ? 'Y' : 'N';
}

static char yes_if(bool asked, bool b)
{
    if (!asked)
        return '-';
    return yes(b);
}

// --- what it takes ---

static char vector(const struct hx_severity_facts *f)
{
    bool coil = has(f->links, HX_LINK_NEAR) || has(f->abilities, HX_ABILITY_NEAR_COIL);
    bool far = has(f->links, HX_LINK_UPLINK) || has(f->abilities, HX_ABILITY_NETWORK);
    if (coil)
        return 'P';
    if (has(f->links, HX_LINK_RF))
        return 'A';
    return far ? 'N' : 'P';
}

static char complexity(uint32_t abilities)
{
    bool between = has(abilities, HX_ABILITY_BLOCK) || has(abilities, HX_ABILITY_RELAY);
    bool caught =
        has(abilities, HX_ABILITY_LISTEN) && has(abilities, HX_ABILITY_INJECT);
    return between || caught || has(abilities, HX_ABILITY_TIMING) ? 'H' : 'L';
}

static char privileges(uint32_t abilities)
{
    if (has(abilities, HX_ABILITY_STOLEN_KEYS))
        return 'H';
    return has(abilities, HX_ABILITY_LOW_ROLE) ? 'L' : 'N';
}

static void answer_access(const struct hx_severity_facts *f, struct hx_severity *s)
{
    const char *v = s->cvss.value;
    char *a = s->answer;
    bool coil = has(f->links, HX_LINK_NEAR) || has(f->abilities, HX_ABILITY_NEAR_COIL);
    bool air = coil || has(f->links, HX_LINK_RF);
    bool key = v[HX_CVSS_PR] != 'N';
    a[HX_RUBRIC_XAVN] = yes(air || v[HX_CVSS_AV] == 'N');
    a[HX_RUBRIC_XAVT] = yes(v[HX_CVSS_AV] == 'N');
    a[HX_RUBRIC_XAVW] = yes(air);
    a[HX_RUBRIC_XAVR] = yes_if(air, !coil);
    a[HX_RUBRIC_XAVP] = yes(v[HX_CVSS_AV] == 'P');
    a[HX_RUBRIC_XAVPA] = v[HX_CVSS_AV] == 'P' ? 'U' : '-';
    a[HX_RUBRIC_XACL] = yes(v[HX_CVSS_AC] == 'L');
    a[HX_RUBRIC_XPRL] = yes(key);
    a[HX_RUBRIC_XPRZ] = yes_if(key, v[HX_CVSS_PR] == 'L');
    a[HX_RUBRIC_XPRS] = yes_if(key, v[HX_CVSS_PR] == 'H');
    a[HX_RUBRIC_XUI] = yes(f->user_acts);
    a[HX_RUBRIC_XS] = yes(f->crosses);
}

// --- what it did ---

enum when { ALWAYS, THERAPY, NO_THERAPY };

// What the fall of an invariant answers. Those of I6 depend on what was read and stand
// in answer_reading.
static const struct rule {
    uint8_t invariant, when, question;
    char level;
} rules[] = {
    {HX_I1, THERAPY, HX_RUBRIC_XIT, 'H'},    {HX_I1, NO_THERAPY, HX_RUBRIC_XIO, 'L'},
    {HX_I2, THERAPY, HX_RUBRIC_XIT, 'H'},    {HX_I2, NO_THERAPY, HX_RUBRIC_XIO, 'L'},
    {HX_I3, ALWAYS, HX_RUBRIC_XIT, 'H'},     {HX_I4, ALWAYS, HX_RUBRIC_XAT, 'H'},
    {HX_I5, ALWAYS, HX_RUBRIC_XAT, 'H'},     {HX_I7, THERAPY, HX_RUBRIC_XIT, 'H'},
    {HX_I7, NO_THERAPY, HX_RUBRIC_XIO, 'L'}, {HX_I8, ALWAYS, HX_RUBRIC_XIS, 'H'},
    {HX_I8, THERAPY, HX_RUBRIC_XIT, 'H'},    {HX_I9, ALWAYS, HX_RUBRIC_XIS, 'H'},
    {HX_I10, ALWAYS, HX_RUBRIC_XIO, 'L'},    {HX_I11, ALWAYS, HX_RUBRIC_XID, 'L'},
    {HX_I12, ALWAYS, HX_RUBRIC_XAD, 'H'},    {HX_I12, ALWAYS, HX_RUBRIC_XAT, 'H'},
    {HX_I13, ALWAYS, HX_RUBRIC_XAT, 'H'},    {HX_I14, ALWAYS, HX_RUBRIC_XAD, 'L'},
    {HX_I14, ALWAYS, HX_RUBRIC_XAO, 'L'},    {HX_I15, ALWAYS, HX_RUBRIC_XCP, 'L'},
};

static int rank(char level)
{
    return level == 'H' ? 2 : level == 'L' ? 1 : 0;
}

static void raise_to(char *answer, char level)
{
    if (rank(level) > rank(*answer))
        *answer = level;
}

static bool applies(const struct rule *r, const struct hx_severity_facts *f)
{
    return has(f->violated, r->invariant) &&
           (r->when == ALWAYS || (r->when == THERAPY) == f->therapy_affected);
}

static void answer_reading(const struct hx_severity_facts *f, char *a)
{
    if (f->phi_read) {
        raise_to(&a[HX_RUBRIC_XCP], 'H');
        a[HX_RUBRIC_XCD] = a[HX_RUBRIC_XCT] = 'U';
    }
    if (f->keys_read)
        raise_to(&a[HX_RUBRIC_XCS], 'H');
    if (has(f->violated, HX_I6) && !f->phi_read && !f->keys_read)
        raise_to(&a[HX_RUBRIC_XCO], 'L');
    a[HX_RUBRIC_XCPM] = yes_if(a[HX_RUBRIC_XCP] != 'N', has(f->violated, HX_I9));
}

static void answer_impact(const struct hx_severity_facts *f, char *a)
{
    for (unsigned q = HX_RUBRIC_XCP; q < HX_RUBRIC_QUESTIONS; q++)
        a[q] = 'N';
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++)
        if (applies(&rules[i], f))
            raise_to(&a[rules[i].question], rules[i].level);
    answer_reading(f, a);
    if (has(f->violated, HX_I8))
        a[HX_RUBRIC_XIP] = 'U';
    a[HX_RUBRIC_XCW] = a[HX_RUBRIC_XIW] = a[HX_RUBRIC_XAW] = 'U';
}

// The worst of the answers from first to last.
static char worst(const char *a, unsigned first, unsigned last)
{
    char level = 'N';
    for (unsigned q = first; q <= last; q++)
        raise_to(&level, a[q]);
    return level;
}

struct hx_severity hx_severity_rate(const struct hx_severity_facts *f)
{
    struct hx_severity s = {.score = 0};
    char *v = s.cvss.value;
    v[HX_CVSS_AV] = vector(f);
    v[HX_CVSS_AC] = complexity(f->abilities);
    v[HX_CVSS_PR] = privileges(f->abilities);
    v[HX_CVSS_UI] = f->user_acts ? 'R' : 'N';
    v[HX_CVSS_S] = f->crosses ? 'C' : 'U';
    answer_access(f, &s);
    answer_impact(f, s.answer);
    v[HX_CVSS_C] = worst(s.answer, HX_RUBRIC_XCP, HX_RUBRIC_XCO);
    v[HX_CVSS_I] = worst(s.answer, HX_RUBRIC_XIP, HX_RUBRIC_XIO);
    v[HX_CVSS_A] = worst(s.answer, HX_RUBRIC_XAP, HX_RUBRIC_XAO);
    s.score = (uint8_t)hx_cvss_score(&s.cvss);
    return s;
}

void hx_rubric_format(const struct hx_severity *s, char *buf, size_t cap)
{
#define X(name) #name,
    static const char *const names[] = {HX_RUBRIC_LIST(X)};
#undef X
    size_t len = 0;
    for (unsigned q = 0; q < HX_RUBRIC_QUESTIONS && len < cap; q++)
        len += (size_t)snprintf(buf + len, cap - len, "%s%s:%c", q ? "/" : "", names[q],
                                s->answer[q] ? s->answer[q] : '?');
}

const char *hx_ability_word(enum hx_ability a)
{
#define X(name, word) word,
    static const char *const words[] = {HX_ABILITY_LIST(X)};
#undef X
    return (unsigned)a < HX_ABILITIES ? words[a] : "?";
}
