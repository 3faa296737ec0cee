#include <math.h>
#include <severity/cvss.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <suite.h>

// Ratings that the advisories of the safety communications published with their
// vectors, as CISA's machine-readable copies have them (the first one: as the NVD has
// it).
static const struct {
    const char *cve, *vector;
    unsigned tenths;
} published[] = {
    // ICSA-15-174-01
    {"CVE-2015-3965", "CVSS:3.0/AV:N/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H", 88},
    // ICSMA-17-009-01
    {"CVE-2017-5149", "CVSS:3.0/AV:N/AC:H/PR:N/UI:N/S:C/C:L/I:H/A:H", 89},
    // ICSMA-17-241-01, ICSMA-18-107-01
    {"CVE-2017-12712", "CVSS:3.0/AV:A/AC:H/PR:N/UI:N/S:U/C:H/I:H/A:H", 75},
    {"CVE-2017-12714", "CVSS:3.0/AV:A/AC:H/PR:N/UI:N/S:U/C:N/I:N/A:H", 53},
    {"CVE-2017-12716", "CVSS:3.0/AV:A/AC:H/PR:N/UI:N/S:U/C:L/I:N/A:N", 31},
    // ICSMA-18-058-01
    {"CVE-2018-5446", "CVSS:3.0/AV:P/AC:H/PR:N/UI:N/S:C/C:H/I:N/A:N", 49},
    {"CVE-2018-5448", "CVSS:3.0/AV:A/AC:H/PR:L/UI:N/S:U/C:H/I:N/A:N", 48},
    {"CVE-2018-10596", "CVSS:3.0/AV:N/AC:H/PR:L/UI:R/S:U/C:H/I:H/A:H", 71},
    // ICSMA-18-347-01
    {"CVE-2018-18984", "CVSS:3.0/AV:P/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N", 46},
    // ICSMA-19-080-01
    {"CVE-2019-6538", "CVSS:3.0/AV:A/AC:L/PR:N/UI:N/S:C/C:N/I:H/A:H", 93},
    {"CVE-2019-6540", "CVSS:3.0/AV:A/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N", 65},
    // ICSMA-19-178-01, ICSMA-18-219-02
    {"CVE-2019-10964", "CVSS:3.0/AV:A/AC:H/PR:N/UI:N/S:U/C:L/I:H/A:H", 71},
    {"CVE-2018-14781", "CVSS:3.0/AV:A/AC:H/PR:N/UI:N/S:U/C:N/I:H/A:N", 53},
    {"CVE-2018-10634", "CVSS:3.0/AV:A/AC:H/PR:N/UI:R/S:U/C:H/I:N/A:N", 48},
    // ICSMA-18-179-01
    {"CVE-2018-8870", "CVSS:3.0/AV:P/AC:H/PR:N/UI:N/S:U/C:H/I:H/A:H", 64},
    {"CVE-2018-8868", "CVSS:3.0/AV:P/AC:H/PR:L/UI:N/S:C/C:H/I:L/A:L", 62},
    // ICSMA-18-219-01
    {"CVE-2018-10626", "CVSS:3.0/AV:A/AC:H/PR:L/UI:N/S:C/C:L/I:L/A:N", 44},
    {"CVE-2018-10622", "CVSS:3.0/AV:P/AC:H/PR:N/UI:N/S:C/C:H/I:N/A:N", 49},
    // ICSMA-18-137-01
    {"CVE-2018-10631", "CVSS:3.0/AV:P/AC:H/PR:N/UI:R/S:U/C:H/I:H/A:H", 63},
    {"CVE-2018-8849", "CVSS:3.0/AV:P/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N", 46},
    // ICSMA-20-345-01
    {"CVE-2020-25183", "CVSS:3.0/AV:A/AC:L/PR:N/UI:R/S:U/C:H/I:H/A:H", 80},
    {"CVE-2020-25187", "CVSS:3.0/AV:A/AC:L/PR:N/UI:R/S:C/C:H/I:H/A:H", 88},
    {"CVE-2020-27252", "CVSS:3.0/AV:A/AC:L/PR:N/UI:R/S:C/C:H/I:H/A:H", 88},
    // ICSMA-22-263-01
    {"CVE-2022-32537", "CVSS:3.0/AV:A/AC:H/PR:L/UI:N/S:U/C:N/I:H/A:N", 48},
    // ICSMA-25-205-01
    {"CVE-2025-4394", "CVSS:3.1/AV:P/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 68},
    {"CVE-2025-4395", "CVSS:3.1/AV:P/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 68},
    {"CVE-2025-4393", "CVSS:3.1/AV:L/AC:H/PR:L/UI:N/S:U/C:L/I:H/A:H", 65},
};

static void published_scores_are_met(void)
{
    struct hx_cvss_error err;
    for (size_t i = 0; i < sizeof published / sizeof published[0]; i++) {
        struct hx_cvss v;
        CU_ASSERT_EQUAL_FATAL(hx_cvss_parse(published[i].vector, &v, &err), 0);
        unsigned tenths = hx_cvss_score(&v);
        CU_ASSERT_EQUAL(tenths, published[i].tenths);
        if (tenths != published[i].tenths)
            printf("# %s: %u for %u\n", published[i].cve, tenths, published[i].tenths);
    }
}

// Calls visit for every base vector, and returns how many there are.
static size_t for_each_vector(void (*visit)(const struct hx_cvss *))
{
    size_t at[HX_CVSS_METRICS] = {0}, n = 0;
    for (unsigned m = 0; m < HX_CVSS_METRICS; n++) {
        struct hx_cvss v;
        for (unsigned k = 0; k < HX_CVSS_METRICS; k++)
            v.value[k] = hx_cvss_values(k)[at[k]];
        visit(&v);
        for (m = 0; m < HX_CVSS_METRICS && !hx_cvss_values(m)[++at[m]]; m++)
            at[m] = 0;
    }
    return n;
}

static void comes_back(const struct hx_cvss *v)
{
    static const char *const prefixes[] = {"", "CVSS:3.0/", HX_CVSS_PREFIX};
    char bare[HX_CVSS_TEXT_MAX], text[64];
    struct hx_cvss_error err;
    hx_cvss_format(v, bare, sizeof bare);
    for (size_t i = 0; i < 3; i++) {
        struct hx_cvss back = {{0}};
        snprintf(text, sizeof text, "%s%s", prefixes[i], bare);
        CU_ASSERT_EQUAL(hx_cvss_parse(text, &back, &err), 0);
        CU_ASSERT_NSTRING_EQUAL(back.value, v->value, HX_CVSS_METRICS);
    }
}

static void all_vectors_come_back(void)
{
    CU_ASSERT_EQUAL(for_each_vector(comes_back), 2592);
}

// The specification's formulas, written down in floating point as they stand there.
static double weighed(const struct hx_cvss *v, enum hx_cvss_metric m)
{
    bool beyond = v->value[HX_CVSS_S] == 'C';
    char c = v->value[m];
    if (m == HX_CVSS_AV)
        return c == 'N' ? 0.85 : c == 'A' ? 0.62 : c == 'L' ? 0.55 : 0.2;
    if (m == HX_CVSS_AC)
        return c == 'L' ? 0.77 : 0.44;
    if (m == HX_CVSS_PR && c != 'N')
        return c == 'L' ? (beyond ? 0.68 : 0.62) : (beyond ? 0.5 : 0.27);
    if (m == HX_CVSS_PR || m == HX_CVSS_UI)
        return c == 'N' ? 0.85 : 0.62;
    return c == 'H' ? 0.56 : c == 'L' ? 0.22 : 0;
}

static unsigned as_specified(const struct hx_cvss *v)
{
    bool beyond = v->value[HX_CVSS_S] == 'C';
    double lost = 1 - (1 - weighed(v, HX_CVSS_C)) * (1 - weighed(v, HX_CVSS_I)) *
                          (1 - weighed(v, HX_CVSS_A));
    double impact =
        beyond ? 7.52 * (lost - 0.029) - 3.25 * pow(lost - 0.02, 15) : 6.42 * lost;
    double ease = 8.22 * weighed(v, HX_CVSS_AV) * weighed(v, HX_CVSS_AC) *
                  weighed(v, HX_CVSS_PR) * weighed(v, HX_CVSS_UI);
    if (impact <= 0)
        return 0;
    double score = fmin((beyond ? 1.08 : 1) * (impact + ease), 10);
    long digits = lround(score * 100000);
    return (unsigned)(digits / 10000 + (digits % 10000 != 0));
}

static void agrees(const struct hx_cvss *v)
{
    CU_ASSERT_EQUAL(hx_cvss_score(v), as_specified(v));
}

static void scores_are_as_specified(void)
{
    for_each_vector(agrees);
}

// With one metric a step worse.
static void never_falls(const struct hx_cvss *v)
{
    for (unsigned m = 0; m < HX_CVSS_METRICS; m++) {
        const char *values = hx_cvss_values(m);
        struct hx_cvss worse = *v;
        if (v->value[m] == values[0])
            continue;
        worse.value[m] = strchr(values, v->value[m])[-1];
        CU_ASSERT(hx_cvss_score(&worse) >= hx_cvss_score(v));
    }
}

static void worse_never_scores_less(void)
{
    for_each_vector(never_falls);
}

static void is_bounded(const struct hx_cvss *v)
{
    bool harmless = v->value[HX_CVSS_C] == 'N' && v->value[HX_CVSS_I] == 'N' &&
                    v->value[HX_CVSS_A] == 'N';
    unsigned tenths = hx_cvss_score(v);
    CU_ASSERT(tenths <= 100);
    CU_ASSERT_EQUAL(tenths == 0, harmless);
}

static void only_harmless_scores_nothing(void)
{
    for_each_vector(is_bounded);
}

static void order_is_free(void)
{
    struct hx_cvss v;
    struct hx_cvss_error err;
    char text[HX_CVSS_TEXT_MAX];
    CU_ASSERT_EQUAL_FATAL(
        hx_cvss_parse("A:H/I:H/C:L/S:C/UI:N/PR:N/AC:H/AV:N", &v, &err), 0);
    hx_cvss_format(&v, text, sizeof text);
    CU_ASSERT_STRING_EQUAL(text, "AV:N/AC:H/PR:N/UI:N/S:C/C:L/I:H/A:H");
    CU_ASSERT_EQUAL(hx_cvss_score(&v), 89);
}

static void errors_name_what_is_wrong(void)
{
    static const struct {
        const char *vector, *says;
    } wrong[] = {
        {"", "expected METRIC:VALUE: \"\""},
        {"CVSS:2.0/AV:N", "expected version 3.0 or 3.1: \"CVSS:2.0\""},
        {"CVSS:4.0/AV:N/AC:L", "expected version 3.0 or 3.1: \"CVSS:4.0\""},
        {"AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H", "metric is missing: \"A\""},
        {"AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/", "expected METRIC:VALUE: \"\""},
        {"AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/E:P", "not a base metric: \"E\""},
        {"AV:N/AC:M/PR:N/UI:N/S:U/C:H/I:H/A:H", "not a value of this metric: \"AC:M\""},
        {"AV:N/AC:/PR:N", "not a value of this metric: \"AC:\""},
        {"AV:NA/AC:L", "not a value of this metric: \"AV:NA\""},
        {"AV:N/AV:A", "metric stands twice: \"AV:A\""},
        {"AV:N/AC", "expected METRIC:VALUE: \"AC\""},
        {" AV:N", "not a base metric: \" AV\""},
        {"av:n", "not a base metric: \"av\""},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct hx_cvss v = {{'!'}};
        struct hx_cvss_error err = {""};
        CU_ASSERT_EQUAL(hx_cvss_parse(wrong[i].vector, &v, &err), -1);
        CU_ASSERT_STRING_EQUAL(err.text, wrong[i].says);
        CU_ASSERT_EQUAL(v.value[0], '!');
    }
}

static void words_change_where_the_scale_says(void)
{
    CU_ASSERT_STRING_EQUAL(hx_cvss_word(0), "none");
    CU_ASSERT_STRING_EQUAL(hx_cvss_word(1), "low");
    CU_ASSERT_STRING_EQUAL(hx_cvss_word(39), "low");
    CU_ASSERT_STRING_EQUAL(hx_cvss_word(40), "medium");
    CU_ASSERT_STRING_EQUAL(hx_cvss_word(69), "medium");
    CU_ASSERT_STRING_EQUAL(hx_cvss_word(70), "high");
    CU_ASSERT_STRING_EQUAL(hx_cvss_word(89), "high");
    CU_ASSERT_STRING_EQUAL(hx_cvss_word(90), "critical");
    CU_ASSERT_STRING_EQUAL(hx_cvss_word(100), "critical");
}

int main(void)
{
    static const struct suite_case cases[] = {
        {"published vectors have their published scores", published_scores_are_met},
        {"all 2592 base vectors come back from text", all_vectors_come_back},
        {"every score is the one of the specification's formulas",
         scores_are_as_specified},
        {"a worse metric never lowers the score", worse_never_scores_less},
        {"only a vector without impact scores nothing", only_harmless_scores_nothing},
        {"metrics may stand in any order", order_is_free},
        {"an error names what is wrong", errors_name_what_is_wrong},
        {"words change where the scale says", words_change_where_the_scale_says},
        {0}};
    return suite_main("cvss", cases);
}
