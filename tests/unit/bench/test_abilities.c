// What an attacker is not able to do it does not do, and an ability that an attack does
// not need is found out.

#include "stage.h"
#include <attack/attacker.h>
#include <attack/puppet.h>
#include <bench/truth.h>
#include <crypto/init.h>
#include <matrix/honest.h>
#include <matrix/play.h>
#include <scenario/load.h>
#include <suite.h>

static struct hx_bench b;
static struct hx_puppet puppet;

#define ABLE(name) (1u << HX_ABILITY_##name)
#define LOOT(what) (UINT64_C(1) << (what))

static void begin(void)
{
    static const struct hx_cast all = {
        .network = true, .monitor = true, .other = true, .tries = 2};
    stage_set(&b, &all);
    puppet = (struct hx_puppet){0};
    hx_puppet_start(&puppet, 1, "abilities");
    b.puppet = &puppet;
    hx_bench_run(&b, TP_SECOND / 2);
    CU_ASSERT_EQUAL_FATAL(hx_honest_pair(&b, HX_NODE_PROGRAMMER, HX_NODE_IMPLANT), 1);
}

// --- what a step takes ---

static struct hx_step step_of(enum hx_verb verb)
{
    struct hx_step s;
    hx_step_blank(HX_ACTOR_ATTACKER, verb, &s);
    return s;
}

static void loot_is_what_it_opens(void)
{
    static const struct {
        enum hx_stolen what;
        uint32_t takes;
    } cases[] = {
        {HX_STOLEN_PROGRAMMER_KEY, ABLE(STOLEN_KEYS)},
        {HX_STOLEN_IMPLANT_KEY, ABLE(STOLEN_KEYS)},
        {HX_STOLEN_UPDATER_KEY, ABLE(STOLEN_KEYS)},
        {HX_STOLEN_OTHER_BOND, ABLE(STOLEN_KEYS)},
        {HX_STOLEN_MONITOR_KEY, ABLE(LOW_ROLE)},
        {HX_STOLEN_MONITOR_BOND, ABLE(LOW_ROLE)},
        {HX_STOLEN_REMOTE_KEY, ABLE(LOW_ROLE)},
        {HX_STOLEN_REMOTE_BOND, ABLE(LOW_ROLE)},
        {HX_STOLEN_IMPLANT_MEMORY, ABLE(MEMORY)},
    };
    struct hx_step s = step_of(HX_DO_STEAL);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        s.stolen = LOOT(cases[i].what);
        CU_ASSERT_EQUAL(hx_step_abilities(&s), cases[i].takes);
    }
    s.stolen = LOOT(HX_STOLEN_MONITOR_KEY) | LOOT(HX_STOLEN_IMPLANT_KEY);
    CU_ASSERT_EQUAL(hx_step_abilities(&s), ABLE(LOW_ROLE) | ABLE(STOLEN_KEYS));
}

static void a_certificate_is_as_good_as_its_signature(void)
{
    struct hx_step s = step_of(HX_DO_ENROL);
    s.role = HX_ROLE_CLINICIAN;
    CU_ASSERT_EQUAL(hx_step_abilities(&s), ABLE(STOLEN_KEYS));
    s.role = HX_ROLE_MONITOR;
    CU_ASSERT_EQUAL(hx_step_abilities(&s), ABLE(LOW_ROLE));
    s.signer = HX_SIGNER_SELF;
    CU_ASSERT_EQUAL(hx_step_abilities(&s), 0);
}

static void a_link_takes_what_reaches_it(void)
{
    struct hx_step s = step_of(HX_DO_SEND);
    CU_ASSERT_EQUAL(hx_step_abilities(&s), ABLE(INJECT));
    s.link = HX_LINK_NEAR;
    CU_ASSERT_EQUAL(hx_step_abilities(&s), ABLE(NEAR_COIL));
    s = step_of(HX_DO_PUPPET_INTENT);
    CU_ASSERT_EQUAL(hx_step_abilities(&s), ABLE(NEAR_COIL));
    s.delay_us = 1;
    CU_ASSERT_EQUAL(hx_step_abilities(&s), ABLE(RELAY));
    s = step_of(HX_DO_FLOOD);
    CU_ASSERT_EQUAL(hx_step_abilities(&s), ABLE(INJECT));
    s.flood = HX_FLOOD_MUTATED; // of what it heard
    CU_ASSERT_EQUAL(hx_step_abilities(&s), ABLE(INJECT) | ABLE(LISTEN));
    s.actor = HX_ACTOR_PROGRAMMER;
    CU_ASSERT_EQUAL(hx_step_abilities(&s), 0);
}

static void who_only_listens_takes_ears(void)
{
    struct hx_scenario s = {.kind = HX_KIND_ATTACK, .cut_count = 1};
    s.cuts[0].violates = ONLY(HX_I1);
    CU_ASSERT_EQUAL(hx_scenario_abilities(&s), ABLE(LISTEN));
    s.steps[s.step_count++] = step_of(HX_DO_STEAL);
    s.steps[0].stolen = LOOT(HX_STOLEN_PROGRAMMER_KEY);
    CU_ASSERT_EQUAL(hx_scenario_abilities(&s), ABLE(STOLEN_KEYS));
    s.cuts[0].violates = ONLY(HX_I6); // then it reads what it heard
    CU_ASSERT_EQUAL(hx_scenario_abilities(&s), ABLE(STOLEN_KEYS) | ABLE(LISTEN));
    s.steps[s.step_count++] = step_of(HX_DO_PUPPET_READ); // or what it was told
    CU_ASSERT_EQUAL(hx_scenario_abilities(&s), ABLE(STOLEN_KEYS) | ABLE(INJECT));
    s.kind = HX_KIND_STORY;
    CU_ASSERT_EQUAL(hx_scenario_abilities(&s), 0);
}

// --- what it is not able to do ---

struct marks {
    uint64_t hash, events, frames, now_us, relay_us;
    size_t heard, rules, captures, seen;
    uint32_t violated;
    bool key, bond, memory, serves, fake;
};

static struct marks mark(void)
{
    const struct hx_attacker *at = &b.attacker;
    return (struct marks){b.hash,
                          b.events,
                          b.frames,
                          b.now_us,
                          at->relay_us,
                          at->heard_count,
                          at->rule_count,
                          at->capture_count,
                          puppet.seen_len,
                          b.truth.violated,
                          puppet.have_key,
                          puppet.have_bond[0],
                          puppet.have_memory,
                          at->serves != 0,
                          puppet.impersonating};
}

static bool same(struct marks x, struct marks y)
{
    return x.hash == y.hash && x.events == y.events && x.frames == y.frames &&
           x.now_us == y.now_us && x.relay_us == y.relay_us && x.heard == y.heard &&
           x.rules == y.rules && x.captures == y.captures && x.seen == y.seen &&
           x.violated == y.violated && x.key == y.key && x.bond == y.bond &&
           x.memory == y.memory && x.serves == y.serves && x.fake == y.fake;
}

// A step as it would do something: with labels, loot, a link that exists.
static struct hx_step lively(enum hx_verb verb)
{
    struct hx_step s = step_of(verb);
    s.to = verb == HX_DO_SERVE || verb == HX_DO_UPLINK_OPEN ? HX_PARTY_UPDATER
                                                            : HX_PARTY_IMPLANT;
    s.stolen = LOOT(HX_STOLEN_PROGRAMMER_KEY) | LOOT(HX_STOLEN_PROGRAMMER_BOND);
    s.role = HX_ROLE_CLINICIAN;
    s.for_us = s.every_us = s.delay_us = TP_SECOND / 10;
    s.rate_mhz = 100000;
    s.value = 1;
    s.link = verb == HX_DO_RELAY ? HX_LINK_NEAR : HX_LINK_RF;
    s.emergency = HX_EMERGENCY_INHIBIT;
    memcpy(s.label, "w", 2);
    return s;
}

static void what_it_is_not_able_to_do_is_not_done(void)
{
    char why[80] = "";
    unsigned tried = 0;
    begin();
    struct marks before = mark();
    for (enum hx_verb v = HX_DO_CAPTURE; v < HX_DO_COUNT; v++) { // all are its own
        struct hx_step s = lively(v);
        uint32_t takes = hx_step_abilities(&s);
        for (unsigned a = 0; a < HX_ABILITIES; a++) {
            if (!(takes >> a & 1))
                continue;
            b.attacker.lost = 1u << a;
            tried++;
            CU_ASSERT_EQUAL(hx_attacker_step(&b, &s, why, sizeof why), 0);
            CU_ASSERT_STRING_EQUAL(why, "");
            CU_ASSERT(same(mark(), before));
            if (!same(mark(), before))
                printf("# %s without ability %u\n", hx_verb_word(v), a);
        }
    }
    CU_ASSERT(tried > 30);
}

// Another ability that it lost does not keep it from the step.
static void what_it_is_able_to_do_is_done(void)
{
    char why[80] = "";
    begin();
    struct marks before = mark();
    struct hx_step s = lively(HX_DO_BLOCK);
    b.attacker.lost = ABLE(INJECT) | ABLE(LISTEN) | ABLE(RELAY);
    CU_ASSERT_EQUAL(hx_attacker_step(&b, &s, why, sizeof why), 0);
    CU_ASSERT_EQUAL(mark().rules, before.rules + 1);
    s = lively(HX_DO_STEAL);
    CU_ASSERT_EQUAL(hx_attacker_step(&b, &s, why, sizeof why), 0);
    CU_ASSERT(mark().key && mark().bond);
}

static void without_ears_nothing_is_heard(void)
{
    begin();
    b.attacker.hears_near = b.attacker.hears_uplink = true;
    b.attacker.lost = ABLE(LISTEN);
    size_t before = b.attacker.heard_count;
    CU_ASSERT_EQUAL(hx_honest_open(&b, HX_NODE_PROGRAMMER, HX_NODE_IMPLANT, EP_THERAPY),
                    1);
    CU_ASSERT_EQUAL(b.attacker.heard_count, before);
    b.attacker.lost = 0;
    CU_ASSERT_EQUAL(hx_honest_open(&b, HX_NODE_PROGRAMMER, HX_NODE_IMPLANT, EP_THERAPY),
                    1);
    CU_ASSERT(b.attacker.heard_count > before);
}

// --- abilities that are not needed ---

#ifdef TP_WEAKNESSES

// A thief of keys at the bedside sets what is out of range; what comes first may be of
// no use.
#define ATTACK(tier, first)                                                            \
    "id: T\nname: planted\ncategory: integrity\ntier: " tier                           \
    "\ncast: {implant: cardiac, programmer: clinician}\n"                              \
    "attacker: {hears: all, at_m: 0.05, near: true}\nsteps:\n" first                   \
    "  - attacker: {steal: [programmer-key, programmer-bond]}\n"                       \
    "  - attacker: {puppet-intent: }\n"                                                \
    "  - attacker: {puppet-open: therapy, token: own}\n"                               \
    "  - attacker: {puppet-write: {lower_rate_ppm: 25}}\n"                             \
    "opened_by:\n  - {without: [range-limits], violates: [I3]}\n"

static const char frugal[] = ATTACK("[stolen-key, bedside]", "");
static const char lavish[] = ATTACK("[man-in-the-middle, stolen-key, bedside]",
                                    "  - attacker: {block: uplink, times: 1}\n");

static struct hx_scenario parsed(const char *text)
{
    struct hx_scenario s;
    struct hx_error err = {""};
    int e = hx_scenario_parse("T.yaml", (const uint8_t *)text, strlen(text), &s, &err);
    CU_ASSERT_STRING_EQUAL(err.text, "");
    CU_ASSERT_EQUAL_FATAL(e, 0);
    return s;
}

static struct hx_cell play(const char *text, const struct hx_profile *p,
                           const struct hx_scenario *known)
{
    struct hx_cell cell;
    struct hx_scenario s = parsed(text);
    struct hx_player *player = hx_player_new(1);
    CU_ASSERT_PTR_NOT_NULL_FATAL(player);
    hx_player_know(player, known, known != NULL);
    hx_play(player, &s, p, NULL, &cell);
    hx_player_free(player);
    CU_ASSERT_EQUAL(cell.verdict, HX_VERDICT_SUCCEEDED);
    return cell;
}

static struct hx_profile lacking(enum tp_control c, bool legacy)
{
    struct hx_profile p = {.legacy = legacy};
    tp_controls_drop(&p.lacks, c);
    return p;
}

static void a_needless_ability_is_found_out(void)
{
    struct hx_profile p = lacking(TP_CTL_RANGE_LIMITS, false);
    CU_ASSERT_FALSE(play(frugal, &p, NULL).unexpected);
    struct hx_cell c = play(lavish, &p, NULL);
    CU_ASSERT_TRUE(c.unexpected);
    CU_ASSERT_STRING_EQUAL(c.note, "it succeeds without the ability to block");

    struct hx_profile old = lacking(TP_CTL_RANGE_LIMITS, true);
    CU_ASSERT_TRUE(play(lavish, &old, NULL).unexpected);
}

static void a_lesser_attack_explains_it(void)
{
    struct hx_profile p = lacking(TP_CTL_RANGE_LIMITS, true);
    struct hx_scenario lesser = parsed(frugal);
    CU_ASSERT_TRUE(play(lavish, &p, &lesser).unexpected); // that is this one itself
    memcpy(lesser.id, "L", 2);
    CU_ASSERT_FALSE(play(lavish, &p, &lesser).unexpected);

    lesser.cuts[0].violates = ONLY(HX_I4); // it breaks something else
    CU_ASSERT_TRUE(play(lavish, &p, &lesser).unexpected);
    lesser = parsed(frugal); // it is stopped there
    memcpy(lesser.id, "L", 2);
    lesser.cuts[0].without = (struct tp_controls){{0}};
    tp_controls_drop(&lesser.cuts[0].without, TP_CTL_PADDING);
    CU_ASSERT_TRUE(play(lavish, &p, &lesser).unexpected);
    lesser = parsed(lavish); // it is no lesser one
    memcpy(lesser.id, "L", 2);
    CU_ASSERT_TRUE(play(lavish, &p, &lesser).unexpected);
    lesser = parsed(frugal); // it is on another device
    memcpy(lesser.id, "L", 2);
    lesser.implant = HX_IMPLANT_PUMP;
    CU_ASSERT_TRUE(play(lavish, &p, &lesser).unexpected);
}

#endif

static const struct suite_case cases[] = {
    {"loot takes what it opens", loot_is_what_it_opens},
    {"a certificate is as good as its signature",
     a_certificate_is_as_good_as_its_signature},
    {"a link takes what reaches it", a_link_takes_what_reaches_it},
    {"who only listens takes ears", who_only_listens_takes_ears},
    {"what it is not able to do is not done", what_it_is_not_able_to_do_is_not_done},
    {"what it is able to do is done", what_it_is_able_to_do_is_done},
    {"without ears nothing is heard", without_ears_nothing_is_heard},
#ifdef TP_WEAKNESSES
    {"a needless ability is found out", a_needless_ability_is_found_out},
    {"a lesser attack explains it, and nothing else does", a_lesser_attack_explains_it},
#endif
    {0}};

int main(void)
{
    return cr_init() ? 2 : suite_main("bench abilities", cases);
}
