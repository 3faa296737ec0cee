#include <severity/rubric.h>
#include <string.h>
#include <suite.h>

#define BIT(n) (1u << (n))

enum { RF = BIT(HX_LINK_RF), NEAR = BIT(HX_LINK_NEAR), UPLINK = BIT(HX_LINK_UPLINK) };

static char letter(struct hx_severity_facts f, enum hx_cvss_metric m)
{
    return hx_severity_rate(&f).cvss.value[m];
}

static char answer(struct hx_severity_facts f, enum hx_rubric_question q)
{
    return hx_severity_rate(&f).answer[q];
}

static char access_of(uint32_t links, uint32_t abilities)
{
    return letter((struct hx_severity_facts){.links = links, .abilities = abilities},
                  HX_CVSS_AV);
}

static void narrowest_link_is_the_vector(void)
{
    uint32_t coil = BIT(HX_ABILITY_NEAR_COIL), network = BIT(HX_ABILITY_NETWORK);
    CU_ASSERT_EQUAL(access_of(RF, 0), 'A');
    CU_ASSERT_EQUAL(access_of(UPLINK, 0), 'N');
    CU_ASSERT_EQUAL(access_of(0, network), 'N');
    CU_ASSERT_EQUAL(access_of(NEAR, 0), 'P');
    CU_ASSERT_EQUAL(access_of(0, coil), 'P');
    CU_ASSERT_EQUAL(access_of(RF | UPLINK, network), 'A');
    CU_ASSERT_EQUAL(access_of(RF | NEAR, 0), 'P');
    CU_ASSERT_EQUAL(access_of(RF, coil), 'P');
    CU_ASSERT_EQUAL(access_of(0, 0), 'P');
}

static char complexity_of(uint32_t abilities)
{
    return letter((struct hx_severity_facts){.abilities = abilities}, HX_CVSS_AC);
}

static void timing_and_the_middle_are_complex(void)
{
    uint32_t listen = BIT(HX_ABILITY_LISTEN), inject = BIT(HX_ABILITY_INJECT);
    CU_ASSERT_EQUAL(complexity_of(0), 'L');
    CU_ASSERT_EQUAL(complexity_of(listen), 'L');
    CU_ASSERT_EQUAL(complexity_of(inject), 'L');
    CU_ASSERT_EQUAL(complexity_of(listen | inject), 'H');
    CU_ASSERT_EQUAL(complexity_of(BIT(HX_ABILITY_BLOCK)), 'H');
    CU_ASSERT_EQUAL(complexity_of(BIT(HX_ABILITY_RELAY)), 'H');
    CU_ASSERT_EQUAL(complexity_of(inject | BIT(HX_ABILITY_TIMING)), 'H');
    CU_ASSERT_EQUAL(complexity_of(inject | BIT(HX_ABILITY_STOLEN_KEYS)), 'L');
}

static char privileges_of(uint32_t abilities)
{
    return letter((struct hx_severity_facts){.abilities = abilities}, HX_CVSS_PR);
}

static void keys_are_privileges(void)
{
    uint32_t low = BIT(HX_ABILITY_LOW_ROLE), stolen = BIT(HX_ABILITY_STOLEN_KEYS);
    CU_ASSERT_EQUAL(privileges_of(BIT(HX_ABILITY_INJECT)), 'N');
    CU_ASSERT_EQUAL(privileges_of(low), 'L');
    CU_ASSERT_EQUAL(privileges_of(stolen), 'H');
    CU_ASSERT_EQUAL(privileges_of(low | stolen), 'H');
}

static void people_and_crossings_show(void)
{
    CU_ASSERT_EQUAL(letter((struct hx_severity_facts){0}, HX_CVSS_UI), 'N');
    CU_ASSERT_EQUAL(letter((struct hx_severity_facts){.user_acts = true}, HX_CVSS_UI),
                    'R');
    CU_ASSERT_EQUAL(letter((struct hx_severity_facts){0}, HX_CVSS_S), 'U');
    CU_ASSERT_EQUAL(letter((struct hx_severity_facts){.crosses = true}, HX_CVSS_S),
                    'C');
}

// What each invariant costs: C, I and A if therapy was not affected, and if it was.
static void each_invariant_has_its_impact(void)
{
    static const char *const want[HX_INVARIANT_COUNT][2] = {
        [HX_I1] = {"NLN", "NHN"},  [HX_I2] = {"NLN", "NHN"},
        [HX_I3] = {"NHN", "NHN"},  [HX_I4] = {"NNH", "NNH"},
        [HX_I5] = {"NNH", "NNH"},  [HX_I6] = {"LNN", "LNN"},
        [HX_I7] = {"NLN", "NHN"},  [HX_I8] = {"NHN", "NHN"},
        [HX_I9] = {"NHN", "NHN"},  [HX_I10] = {"NLN", "NLN"},
        [HX_I11] = {"NLN", "NLN"}, [HX_I12] = {"NNH", "NNH"},
        [HX_I13] = {"NNH", "NNH"}, [HX_I14] = {"NNL", "NNL"},
        [HX_I15] = {"LNN", "LNN"}};
    for (unsigned i = 0; i < HX_INVARIANT_COUNT; i++) {
        for (unsigned therapy = 0; therapy < 2; therapy++) {
            struct hx_severity_facts f = {.violated = BIT(i),
                                          .therapy_affected = therapy};
            struct hx_severity s = hx_severity_rate(&f);
            CU_ASSERT_NSTRING_EQUAL(&s.cvss.value[HX_CVSS_C], want[i][therapy], 3);
        }
    }
}

static void what_was_read_counts_in_full(void)
{
    struct hx_severity_facts phi = {.phi_read = true}, keys = {.keys_read = true};
    CU_ASSERT_EQUAL(letter(phi, HX_CVSS_C), 'H');
    CU_ASSERT_EQUAL(letter(keys, HX_CVSS_C), 'H');
    phi.violated = keys.violated = BIT(HX_I6);
    CU_ASSERT_EQUAL(letter(phi, HX_CVSS_C), 'H');
    CU_ASSERT_EQUAL(answer(phi, HX_RUBRIC_XCP), 'H');
    CU_ASSERT_EQUAL(answer(phi, HX_RUBRIC_XCS), 'N');
    CU_ASSERT_EQUAL(answer(phi, HX_RUBRIC_XCO), 'N');
    CU_ASSERT_EQUAL(answer(keys, HX_RUBRIC_XCS), 'H');
    CU_ASSERT_EQUAL(answer(keys, HX_RUBRIC_XCP), 'N');
}

static void nothing_broken_scores_nothing(void)
{
    struct hx_severity_facts f = {.links = RF, .therapy_affected = true};
    struct hx_severity s = hx_severity_rate(&f);
    CU_ASSERT_EQUAL(s.score, 0);
    CU_ASSERT_NSTRING_EQUAL(s.cvss.value, "ALNNUNNN", HX_CVSS_METRICS);
}

// The classes behind four advisories come out as these were published.
static void known_classes_score_as_published(void)
{
    static const struct {
        struct hx_severity_facts facts;
        uint8_t tenths;
    } known[] = {
        // CVE-2017-5149: between monitor and server, and the implant suffers
        {{.links = UPLINK,
          .abilities = BIT(HX_ABILITY_NETWORK) | BIT(HX_ABILITY_BLOCK),
          .violated = BIT(HX_I1) | BIT(HX_I5) | BIT(HX_I6),
          .crosses = true,
          .therapy_affected = true},
         89},
        // CVE-2017-12714: wake-ups in the moments in which the device listens
        {{.links = RF,
          .abilities = BIT(HX_ABILITY_INJECT) | BIT(HX_ABILITY_TIMING),
          .violated = BIT(HX_I5)},
         53},
        // CVE-2018-14781: capture and replay
        {{.links = RF,
          .abilities = BIT(HX_ABILITY_LISTEN) | BIT(HX_ABILITY_INJECT),
          .violated = BIT(HX_I1) | BIT(HX_I2),
          .therapy_affected = true},
         53},
        // CVE-2019-6538: injection without any authentication
        {{.links = RF,
          .abilities = BIT(HX_ABILITY_INJECT),
          .violated = BIT(HX_I1) | BIT(HX_I4),
          .crosses = true,
          .therapy_affected = true},
         93},
    };
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        CU_ASSERT_EQUAL(hx_severity_rate(&known[i].facts).score, known[i].tenths);
}

static void access_is_answered(void)
{
    struct hx_severity_facts radio = {.links = RF}, coil = {.links = NEAR},
                             network = {.links = UPLINK}, hands = {0};
    const enum hx_rubric_question first = HX_RUBRIC_XAVN;
    CU_ASSERT_NSTRING_EQUAL(&hx_severity_rate(&radio).answer[first], "YNYYN-", 6);
    CU_ASSERT_NSTRING_EQUAL(&hx_severity_rate(&coil).answer[first], "YNYNYU", 6);
    CU_ASSERT_NSTRING_EQUAL(&hx_severity_rate(&network).answer[first], "YYN-N-", 6);
    CU_ASSERT_NSTRING_EQUAL(&hx_severity_rate(&hands).answer[first], "NNN-YU", 6);
    radio.abilities = BIT(HX_ABILITY_LOW_ROLE);
    radio.user_acts = radio.crosses = true;
    CU_ASSERT_NSTRING_EQUAL(&hx_severity_rate(&radio).answer[HX_RUBRIC_XACL], "YYYNYY",
                            6);
    radio.abilities = BIT(HX_ABILITY_STOLEN_KEYS) | BIT(HX_ABILITY_BLOCK);
    CU_ASSERT_NSTRING_EQUAL(&hx_severity_rate(&radio).answer[HX_RUBRIC_XACL], "NYNYYY",
                            6);
    CU_ASSERT_NSTRING_EQUAL(&hx_severity_rate(&hands).answer[HX_RUBRIC_XACL], "YN--NN",
                            6);
}

static void what_cannot_be_known_is_said(void)
{
    struct hx_severity_facts none = {0}, phi = {.phi_read = true},
                             code = {.violated = BIT(HX_I8)};
    static const enum hx_rubric_question workflow[] = {HX_RUBRIC_XCW, HX_RUBRIC_XIW,
                                                       HX_RUBRIC_XAW};
    for (size_t i = 0; i < 3; i++)
        CU_ASSERT_EQUAL(answer(none, workflow[i]), 'U');
    CU_ASSERT_EQUAL(answer(none, HX_RUBRIC_XCD), 'N');
    CU_ASSERT_EQUAL(answer(phi, HX_RUBRIC_XCD), 'U');
    CU_ASSERT_EQUAL(answer(phi, HX_RUBRIC_XCT), 'U');
    CU_ASSERT_EQUAL(answer(none, HX_RUBRIC_XIP), 'N');
    CU_ASSERT_EQUAL(answer(code, HX_RUBRIC_XIP), 'U');
}

static void many_patients_follow_from_shared_keys(void)
{
    struct hx_severity_facts none = {0}, one = {.phi_read = true},
                             linked = {.violated = BIT(HX_I15)},
                             many = {.phi_read = true, .violated = BIT(HX_I9)};
    CU_ASSERT_EQUAL(answer(none, HX_RUBRIC_XCPM), '-');
    CU_ASSERT_EQUAL(answer(one, HX_RUBRIC_XCPM), 'N');
    CU_ASSERT_EQUAL(answer(linked, HX_RUBRIC_XCP), 'L');
    CU_ASSERT_EQUAL(answer(many, HX_RUBRIC_XCPM), 'Y');
}

static int rank(char c)
{
    return c == 'H' ? 2 : c == 'L';
}

// C, I and A say no more and no less than the answers do, whatever fell.
static void answers_carry_the_letters(void)
{
    static const unsigned first[] = {HX_RUBRIC_XCP, HX_RUBRIC_XIP, HX_RUBRIC_XAP,
                                     HX_RUBRIC_QUESTIONS};
    for (uint32_t set = 0; set < BIT(HX_INVARIANT_COUNT); set += 7) {
        struct hx_severity_facts f = {.violated = set,
                                      .therapy_affected = set % 3 == 0};
        struct hx_severity s = hx_severity_rate(&f);
        for (unsigned k = 0; k < 3; k++) {
            int worst = 0;
            for (unsigned q = first[k]; q < first[k + 1]; q++)
                worst = rank(s.answer[q]) > worst ? rank(s.answer[q]) : worst;
            CU_ASSERT_EQUAL(worst, rank(s.cvss.value[HX_CVSS_C + k]));
        }
    }
}

static void one_more_invariant_never_lowers_the_score(void)
{
    for (uint32_t set = 0; set < BIT(HX_INVARIANT_COUNT); set += 5) {
        struct hx_severity_facts f = {.links = RF, .violated = set};
        uint8_t score = hx_severity_rate(&f).score;
        for (unsigned i = 0; i < HX_INVARIANT_COUNT; i++) {
            f.violated = set | BIT(i);
            CU_ASSERT(hx_severity_rate(&f).score >= score);
        }
    }
}

static void extended_vector_is_written_out(void)
{
    struct hx_severity_facts f = {.links = RF, .violated = BIT(HX_I3)};
    struct hx_severity s = hx_severity_rate(&f), none = {.score = 0};
    char text[HX_RUBRIC_TEXT_MAX], small[8];
    hx_rubric_format(&s, text, sizeof text);
    CU_ASSERT_STRING_EQUAL(
        text, "XAVN:Y/XAVT:N/XAVW:Y/XAVR:Y/XAVP:N/XAVPA:-/XACL:Y/XPRL:N/XPRZ:-/XPRS:-/"
              "XUI:N/XS:N/XCP:N/XCPM:-/XCD:N/XCT:N/XCW:U/XCS:N/XCO:N/XIP:N/XID:N/XIT:H/"
              "XIW:U/XIS:N/XIO:N/XAP:N/XAD:N/XAT:N/XAW:U/XAS:N/XAO:N");
    hx_rubric_format(&s, small, sizeof small);
    CU_ASSERT_STRING_EQUAL(small, "XAVN:Y/");
    hx_rubric_format(&none, text, sizeof text);
    CU_ASSERT_NSTRING_EQUAL(text, "XAVN:?/", 7);
    CU_ASSERT_STRING_EQUAL(hx_ability_word(HX_ABILITY_NEAR_COIL), "near-coil");
    CU_ASSERT_STRING_EQUAL(hx_ability_word(HX_ABILITIES), "?");
}

int main(void)
{
    static const struct suite_case cases[] = {
        {"the narrowest link decides the attack vector", narrowest_link_is_the_vector},
        {"timing and a place in the middle are complex",
         timing_and_the_middle_are_complex},
        {"keys are privileges", keys_are_privileges},
        {"a person who acts and a harm that crosses show", people_and_crossings_show},
        {"each invariant has its impact", each_invariant_has_its_impact},
        {"what was read counts in full", what_was_read_counts_in_full},
        {"nothing broken scores nothing", nothing_broken_scores_nothing},
        {"known classes score as published", known_classes_score_as_published},
        {"the questions of access are answered", access_is_answered},
        {"what a simulation cannot know is said", what_cannot_be_known_is_said},
        {"many patients follow from shared keys",
         many_patients_follow_from_shared_keys},
        {"the answers carry C, I and A", answers_carry_the_letters},
        {"one more invariant never lowers the score",
         one_more_invariant_never_lowers_the_score},
        {"the extended vector is written out", extended_vector_is_written_out},
        {0}};
    return suite_main("severity rubric", cases);
}
