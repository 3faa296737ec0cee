// Time, power and snapshots, with real endpoints on the bench.

#include "stage.h"
#include <attack/attacker.h>
#include <bench/charge.h>
#include <crypto/init.h>
#include <suite.h>

enum { TOLD_MAX = 64 };

static struct hx_bench b, copy;

static int pair(struct hx_bench *bench, uint8_t wand)
{
    struct ep_act act = {.kind = EP_ACT_PAIR, .len = 1, .args = {HX_NODE_IMPLANT}};
    bench->wand[HX_NODE_PROGRAMMER] = wand;
    return hx_bench_act(bench, HX_NODE_PROGRAMMER, &act, 60 * TP_SECOND);
}

static int open_session(struct hx_bench *bench)
{
    struct ep_act act = {
        .kind = EP_ACT_OPEN, .len = 2, .args = {HX_NODE_IMPLANT, EP_READ_OUT}};
    return hx_bench_act(bench, HX_NODE_PROGRAMMER, &act, 60 * TP_SECOND);
}

static void begin(uint64_t seed)
{
    static const struct hx_cast cast = {.tries = 2};
    hx_world_make(&stage_world, seed, 0);
    hx_bench_start(&b, &stage_world, seed, &cast);
    hx_bench_run(&b, TP_SECOND / 2);
}

static void who_has_paired_can_meet(void)
{
    begin(1);
    CU_ASSERT_EQUAL(pair(&b, HX_NODE_IMPLANT), 1);
    b.wand[HX_NODE_PROGRAMMER] = HX_NODE_COUNT;
    CU_ASSERT_EQUAL(open_session(&b), 1);
    CU_ASSERT_EQUAL(b.truth.violated, 0);
    CU_ASSERT(b.frames > 0);

    begin(1); // and who has not, cannot
    CU_ASSERT_NOT_EQUAL(open_session(&b), 1);
}

static void the_near_field_reaches_as_far_as_the_wand(void)
{
    begin(1);
    uint64_t before = b.party[HX_NODE_IMPLANT].outputs;
    CU_ASSERT_NOT_EQUAL(pair(&b, HX_NODE_COUNT), 1);
    CU_ASSERT_EQUAL(b.party[HX_NODE_IMPLANT].outputs, before);
    CU_ASSERT_EQUAL(b.truth.presence_us[HX_NODE_PROGRAMMER][0], EP_NEVER);

    begin(1);
    CU_ASSERT_EQUAL(pair(&b, HX_NODE_IMPLANT), 1);
    CU_ASSERT_NOT_EQUAL(b.truth.presence_us[HX_NODE_PROGRAMMER][0], EP_NEVER);
    CU_ASSERT_EQUAL(b.attacker.heard_count, 0); // it has no coil there
}

static void a_relay_is_no_presence(void)
{
    begin(1);
    b.attacker.relay_us = 1000;
    (void)pair(&b, HX_NODE_IMPLANT);
    CU_ASSERT_EQUAL(b.truth.presence_us[HX_NODE_PROGRAMMER][0], EP_NEVER);
}

static void time_stands_where_it_was_told_to(void)
{
    begin(1);
    uint64_t events = b.events;
    hx_bench_run(&b, 12345678);
    CU_ASSERT_EQUAL(b.now_us, 12345678);
    hx_bench_run(&b, 1); // it never goes back
    CU_ASSERT_EQUAL(b.now_us, 12345678);
    CU_ASSERT(b.events >= events);
    CU_ASSERT_FALSE(hx_bench_step(&b, b.now_us));
}

// --- equal runs ---

static uint64_t whole_run(uint64_t seed)
{
    begin(seed);
    CU_ASSERT_EQUAL(pair(&b, HX_NODE_IMPLANT), 1);
    CU_ASSERT_EQUAL(open_session(&b), 1);
    hx_bench_run(&b, b.now_us + 100 * TP_SECOND);
    return b.hash;
}

static void the_seed_decides(void)
{
    uint64_t one = whole_run(1);
    CU_ASSERT_EQUAL(whole_run(1), one);
    CU_ASSERT_NOT_EQUAL(whole_run(2), one);
}

static void a_snapshot_goes_on_alike(void)
{
    static const struct hx_tap nobody = {0};
    begin(1);
    CU_ASSERT_EQUAL_FATAL(pair(&b, HX_NODE_IMPLANT), 1);
    copy.tap = &nobody;
    hx_bench_copy(&copy, &b);
    CU_ASSERT_PTR_EQUAL(copy.tap, &nobody); // who watches is no part of it

    uint64_t paired = b.hash;
    CU_ASSERT_EQUAL(open_session(&b), 1);
    CU_ASSERT_EQUAL(copy.hash, paired); // nor does it follow the original
    CU_ASSERT_EQUAL(open_session(&copy), 1);
    CU_ASSERT_EQUAL(copy.hash, b.hash);
    CU_ASSERT_EQUAL(copy.now_us, b.now_us);
    CU_ASSERT_EQUAL(copy.attacker.heard_count, b.attacker.heard_count);

    // In the middle of an act too.
    struct ep_act act = {.kind = EP_ACT_CLOSE, .len = 1};
    CU_ASSERT_EQUAL(hx_bench_act_begin(&b, HX_NODE_PROGRAMMER, &act), 0);
    hx_bench_copy(&copy, &b);
    hx_bench_run(&b, b.now_us + 10 * TP_SECOND);
    hx_bench_run(&copy, copy.now_us + 10 * TP_SECOND);
    CU_ASSERT_EQUAL(copy.hash, b.hash);
}

static void watching_changes_nothing(void)
{
    static const struct hx_tap nobody = {0};
    uint64_t alone = whole_run(1);
    begin(1);
    b.tap = &nobody;
    CU_ASSERT_EQUAL(pair(&b, HX_NODE_IMPLANT), 1);
    CU_ASSERT_EQUAL(open_session(&b), 1);
    hx_bench_run(&b, b.now_us + 100 * TP_SECOND);
    CU_ASSERT_EQUAL(b.hash, alone);
}

// --- power cuts ---

// The implant's outputs as a tap saw them, and its memory when the power went.
struct told {
    struct ep_output out[TOLD_MAX];
    size_t count, before_cut;
    bool cut;
    uint8_t nvm[HX_NVM_MAX];
};

static void tell_output(void *ctx, uint64_t at_us, int node, const struct ep_output *o)
{
    struct told *t = ctx;
    (void)at_us;
    if (node == HX_NODE_IMPLANT && t->count < TOLD_MAX)
        t->out[t->count++] = *o;
}

static void tell_note(void *ctx, uint64_t at_us, const char *who, const char *text)
{
    struct told *t = ctx;
    (void)at_us;
    if (t->cut || strcmp(who, "implant") != 0 || strcmp(text, "power cut") != 0)
        return;
    t->cut = true;
    t->before_cut = t->count;
    memcpy(t->nvm, b.party[HX_NODE_IMPLANT].nvm, sizeof t->nvm);
}

static struct told whole, cut;

static void watch(struct told *t, int cut_after)
{
    struct hx_tap tap = {t, NULL, tell_output, tell_note};
    *t = (struct told){0};
    hx_bench_copy(&b, &copy);
    b.tap = &tap;
    b.cut_after = cut_after;
    (void)pair(&b, HX_NODE_IMPLANT);
    b.tap = NULL;
}

static bool same_output(const struct ep_output *x, const struct ep_output *y)
{
    if (x->kind != y->kind)
        return false;
    if (x->kind == EP_SEND)
        return x->send.len == y->send.len &&
               memcmp(x->send.bytes, y->send.bytes, x->send.len) == 0;
    if (x->kind == EP_NVM)
        return x->nvm.at == y->nvm.at && x->nvm.len == y->nvm.len &&
               memcmp(x->nvm.bytes, y->nvm.bytes, x->nvm.len) == 0;
    return true;
}

static void a_power_cut_keeps_the_outputs_before_it(void)
{
    uint8_t nvm[HX_NVM_MAX];
    begin(1);
    copy.tap = NULL;
    hx_bench_copy(&copy, &b);
    watch(&whole, -1);
    CU_ASSERT_FATAL(whole.count > 3 && whole.count < TOLD_MAX && !whole.cut);

    memcpy(nvm, copy.party[HX_NODE_IMPLANT].nvm, sizeof nvm);
    for (size_t k = 0; k < whole.count; k++) {
        watch(&cut, (int)k);
        CU_ASSERT_TRUE_FATAL(cut.cut);
        CU_ASSERT_EQUAL_FATAL(cut.before_cut, k + 1);
        for (size_t i = 0; i <= k; i++)
            CU_ASSERT_TRUE(same_output(&cut.out[i], &whole.out[i]));
        const struct ep_output *o = &whole.out[k];
        if (o->kind == EP_NVM)
            memcpy(nvm + o->nvm.at, o->nvm.bytes, o->nvm.len);
        CU_ASSERT_EQUAL(memcmp(cut.nvm, nvm, sizeof nvm), 0);
        CU_ASSERT_EQUAL(b.cuts, 1);
        CU_ASSERT_EQUAL(b.cut_after, -1);
    }
}

static void no_boot_is_like_another(void)
{
    begin(1);
    uint32_t boots = b.party[HX_NODE_IMPLANT].boots;
    hx_bench_power_cut(&b, HX_NODE_IMPLANT, 0);
    CU_ASSERT_EQUAL(b.party[HX_NODE_IMPLANT].boots, boots + 1);
    uint8_t once[HX_STATE_MAX];
    memcpy(once, b.party[HX_NODE_IMPLANT].state, sizeof once);
    hx_bench_power_cut(&b, HX_NODE_IMPLANT, 0);
    CU_ASSERT_NOT_EQUAL(memcmp(once, b.party[HX_NODE_IMPLANT].state, sizeof once), 0);
}

// A party without power spends nothing and misses everything, while time goes on.
static void power_may_be_off_for_long(void)
{
    const uint64_t off_us = UINT64_C(90) * TP_DAY_S * TP_SECOND;
    begin(1);
    CU_ASSERT_EQUAL(pair(&b, HX_NODE_IMPLANT), 1);
    uint64_t from_us = b.now_us, spent_nc = b.charge.total_nc;
    uint64_t said = b.party[HX_NODE_IMPLANT].outputs;
    hx_bench_send(&b, HX_NODE_ATTACKER, EP_RF, (const uint8_t *)"?", 1, 1000000);
    hx_bench_power_cut(&b, HX_NODE_IMPLANT, off_us);
    CU_ASSERT_EQUAL(b.now_us, from_us + off_us);
    CU_ASSERT(b.charge.total_nc - spent_nc <= HX_SNIFF_NC);
    CU_ASSERT(b.party[HX_NODE_IMPLANT].outputs - said < 10); // its start alone
    CU_ASSERT_EQUAL(open_session(&b), 1);
}

// --- links that are switched off ---

static void begin_without(unsigned links)
{
    struct hx_cast cast = {.tries = 2, .closed = (uint8_t)links};
    hx_world_make(&stage_world, 1, 0);
    hx_bench_start(&b, &stage_world, 1, &cast);
    hx_bench_run(&b, TP_SECOND / 2);
}

static void over_a_link_that_is_off_nothing_goes(void)
{
    begin_without(1u << EP_RF);
    CU_ASSERT_EQUAL(pair(&b, HX_NODE_IMPLANT), 1); // the wand is another link
    b.wand[HX_NODE_PROGRAMMER] = HX_NODE_COUNT;
    uint64_t before = b.party[HX_NODE_IMPLANT].outputs, nc = b.charge.total_nc;
    CU_ASSERT_NOT_EQUAL(open_session(&b), 1);
    CU_ASSERT_EQUAL(b.party[HX_NODE_IMPLANT].outputs, before);
    CU_ASSERT_EQUAL(b.charge.total_nc,
                    nc); // nor does a radio that is off cost anything

    begin_without(1u << EP_NEAR);
    CU_ASSERT_NOT_EQUAL(pair(&b, HX_NODE_IMPLANT), 1);

    begin_without(1u << EP_UPLINK);
    CU_ASSERT_EQUAL(pair(&b, HX_NODE_IMPLANT), 1);
    CU_ASSERT_EQUAL(open_session(&b), 1);
}

// --- limits ---

static void more_events_than_any_run_needs_are_a_hang(void)
{
    begin(1);
    b.events = HX_EVENTS_MAX;
    struct ep_act act = {.kind = EP_ACT_PAIR, .len = 1};
    b.wand[HX_NODE_PROGRAMMER] = HX_NODE_IMPLANT;
    (void)hx_bench_act_begin(&b, HX_NODE_PROGRAMMER, &act);
    CU_ASSERT_FALSE(hx_bench_step(&b, EP_NEVER - 1));
    CU_ASSERT_TRUE(b.hung);
}

static void an_absent_party_does_nothing(void)
{
    struct ep_act act = {.kind = EP_ACT_PAIR, .len = 1};
    begin(1);
    CU_ASSERT_EQUAL(hx_bench_act(&b, HX_NODE_MONITOR, &act, TP_SECOND), -1);
    CU_ASSERT_EQUAL(b.honest, 0);
}

static const struct suite_case cases[] = {
    {"who has paired can meet, who has not cannot", who_has_paired_can_meet},
    {"the near field reaches as far as the wand",
     the_near_field_reaches_as_far_as_the_wand},
    {"a relay is no presence", a_relay_is_no_presence},
    {"time stands where it was told to", time_stands_where_it_was_told_to},
    {"equal seeds give equal runs, others do not", the_seed_decides},
    {"a snapshot goes on alike", a_snapshot_goes_on_alike},
    {"watching changes nothing", watching_changes_nothing},
    {"a power cut keeps the outputs before it, and no other",
     a_power_cut_keeps_the_outputs_before_it},
    {"no boot is like another", no_boot_is_like_another},
    {"power may be off for long", power_may_be_off_for_long},
    {"over a link that is off nothing goes", over_a_link_that_is_off_nothing_goes},
    {"more events than any run needs are a hang",
     more_events_than_any_run_needs_are_a_hang},
    {"an absent party does nothing", an_absent_party_does_nothing},
    {0}};

int main(void)
{
    return cr_init() ? 2 : suite_main("bench bench", cases);
}
