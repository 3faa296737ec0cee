// What runs, what reduces therapy meanwhile, and what the clinic is shown: each judged
// from memories, commits and reports planted by hand.

#include "stage.h"
#include <bench/effects.h>
#include <bench/truth.h>
#include <crypto/bytes.h>
#include <crypto/init.h>
#include <oracle/oracle.h>
#include <suite.h>

static struct hx_bench b;

static const struct hx_cast networked = {.network = true, .monitor = true, .tries = 2};

enum { AT = 100 }; // where in its memory the bench's parties keep what is planted

static void begin(void)
{
    stage_set(&b, &networked);
    CU_ASSERT_EQUAL_FATAL(b.truth.violated, 0);
}

// --- I8: what runs ---

static const struct tp_manifest *plant(enum hx_node node, unsigned model,
                                       unsigned release)
{
    size_t i = hx_world_release(model, release);
    const struct tp_manifest *m = &stage_world.software[i];
    memcpy(b.party[node].nvm + AT, stage_world.image[i], m->size);
    return m;
}

static void say_boot(enum hx_node node, size_t at, size_t size)
{
    uint8_t args[8];
    struct wr w = wr_of(args, sizeof args);
    wr_u16(&w, (uint16_t)at);
    wr_u16(&w, (uint16_t)size);
    wr_u32(&w, 0); // the version that it says of itself is not asked
    hx_truth_commit(&b, (int)node, EP_COMMIT_BOOT, args, sizeof args);
}

static void runs(enum hx_node node, unsigned model, unsigned release)
{
    say_boot(node, AT, plant(node, model, release)->size);
}

// Only I8 fell, and the words say why.
static void breaks(const char *words)
{
    CU_ASSERT_EQUAL(b.truth.violated, ONLY(HX_I8));
    CU_ASSERT_PTR_NOT_NULL(strstr(b.truth.first, words));
}

static void a_newer_release_may_run(void)
{
    begin();
    runs(HX_NODE_IMPLANT, TP_MODEL_CARDIAC, HX_RELEASE_FIRST); // as at its start
    runs(HX_NODE_IMPLANT, TP_MODEL_CARDIAC, HX_RELEASE_NEXT);
    runs(HX_NODE_IMPLANT, TP_MODEL_CARDIAC, HX_RELEASE_LATER);
    runs(HX_NODE_PROGRAMMER, TP_MODEL_PROGRAMMER, HX_RELEASE_NEXT);
    runs(HX_NODE_MONITOR, TP_MODEL_MONITOR, HX_RELEASE_NEXT);
    CU_ASSERT_EQUAL(b.truth.violated, 0);
    CU_ASSERT_EQUAL(b.truth.effect_count, 0);
}

static void an_older_one_may_not(void)
{
    begin();
    runs(HX_NODE_IMPLANT, TP_MODEL_CARDIAC, HX_RELEASE_OLD);
    breaks("the implant runs version");

    begin(); // nor one that was good before a newer one ran
    runs(HX_NODE_MONITOR, TP_MODEL_MONITOR, HX_RELEASE_NEXT);
    size_t next = hx_world_release(TP_MODEL_MONITOR, HX_RELEASE_NEXT);
    uint8_t *kept = b.party[HX_NODE_MONITOR].nvm + TP_SLOTS_HEAD + TP_SLOT_LEN;
    memcpy(kept + TP_SLOT_IMAGE, stage_world.image[next],
           stage_world.software[next].size);
    runs(HX_NODE_MONITOR, TP_MODEL_MONITOR, HX_RELEASE_FIRST);
    breaks("the monitor runs version");

    begin(); // unless the newer one is no longer there to run
    runs(HX_NODE_MONITOR, TP_MODEL_MONITOR, HX_RELEASE_NEXT);
    runs(HX_NODE_MONITOR, TP_MODEL_MONITOR, HX_RELEASE_FIRST);
    CU_ASSERT_EQUAL(b.truth.violated, 0);
}

static void another_models_may_not(void)
{
    begin();
    runs(HX_NODE_IMPLANT, TP_MODEL_PUMP, HX_RELEASE_NEXT);
    breaks("another model's");
    begin();
    runs(HX_NODE_PROGRAMMER, TP_MODEL_MONITOR, HX_RELEASE_NEXT);
    breaks("another model's");
}

static void what_nobody_made_may_not(void)
{
    begin();
    size_t size = plant(HX_NODE_IMPLANT, TP_MODEL_CARDIAC, HX_RELEASE_NEXT)->size;
    b.party[HX_NODE_IMPLANT].nvm[AT + size - 1] ^= 1;
    say_boot(HX_NODE_IMPLANT, AT, size);
    breaks("never made");
    CU_ASSERT_EQUAL_FATAL(b.truth.effect_count, 1); // and the patient is at its mercy
    CU_ASSERT_EQUAL(b.truth.effects[0].kind, HX_EFFECT_THERAPY);
    CU_ASSERT_EQUAL(b.truth.effects[0].mode, 0);

    begin(); // cut short
    size = plant(HX_NODE_PROGRAMMER, TP_MODEL_PROGRAMMER, HX_RELEASE_NEXT)->size;
    say_boot(HX_NODE_PROGRAMMER, AT, size - 1);
    breaks("never made");
    CU_ASSERT_EQUAL(b.truth.effect_count, 0); // a programmer treats nobody by itself
}

static void what_is_said_to_lie_elsewhere_may_not(void)
{
    static const uint8_t few[] = {0, 0, 1};
    begin();
    say_boot(HX_NODE_IMPLANT, HX_NVM_MAX - 1, 2);
    breaks("not there");
    begin();
    hx_truth_commit(&b, HX_NODE_IMPLANT, EP_COMMIT_BOOT, few, sizeof few);
    breaks("not there");
}

static void a_release_has_its_time(void)
{
    const uint64_t month = HX_RELEASE_DAYS * UINT64_C(86400) * TP_SECOND;
    begin();
    b.now_us = month;
    runs(HX_NODE_PROGRAMMER, TP_MODEL_PROGRAMMER, HX_RELEASE_NEXT);
    CU_ASSERT_EQUAL(b.truth.violated, 0);
    b.now_us += 86400 * TP_SECOND; // what runs already may go on
    runs(HX_NODE_PROGRAMMER, TP_MODEL_PROGRAMMER, HX_RELEASE_NEXT);
    CU_ASSERT_EQUAL(b.truth.violated, 0);

    begin(); // what was begun in time may end within the day
    b.now_us = month + 86400 * TP_SECOND;
    runs(HX_NODE_PROGRAMMER, TP_MODEL_PROGRAMMER, HX_RELEASE_NEXT);
    CU_ASSERT_EQUAL(b.truth.violated, 0);
    begin();
    b.now_us = month + 86401 * TP_SECOND;
    runs(HX_NODE_PROGRAMMER, TP_MODEL_PROGRAMMER, HX_RELEASE_NEXT);
    breaks("past its time");
    begin();
    b.now_us = month + 86401 * TP_SECOND;
    runs(HX_NODE_PROGRAMMER, TP_MODEL_PROGRAMMER, HX_RELEASE_LATER);
    CU_ASSERT_EQUAL(b.truth.violated, 0);
}

static void what_starts_has_something_to_run(void)
{
    static const enum hx_node nodes[] = {HX_NODE_IMPLANT, HX_NODE_PROGRAMMER,
                                         HX_NODE_MONITOR};
    for (size_t i = 0; i < sizeof nodes / sizeof nodes[0]; i++) {
        begin();
        hx_truth_started(&b, (int)nodes[i]);
        CU_ASSERT_EQUAL(b.truth.violated, 0);
        b.party[nodes[i]].runs = false;
        hx_truth_started(&b, (int)nodes[i]);
        breaks("nothing to run");
        CU_ASSERT_EQUAL(b.truth.effect_count, nodes[i] == HX_NODE_IMPLANT);
    }
    begin(); // services are nobody's device
    hx_truth_started(&b, HX_NODE_SERVER);
    hx_truth_started(&b, HX_NODE_UPDATER);
    CU_ASSERT_EQUAL(b.truth.violated, 0);
}

// A real start, with the memory of an implant that was never given software.
static void an_empty_memory_is_found_at_the_start(void)
{
    begin();
    memset(b.party[HX_NODE_IMPLANT].nvm, 0, HX_NVM_MAX);
    hx_bench_power_cut(&b, HX_NODE_IMPLANT, 0);
    CU_ASSERT(b.truth.violated & ONLY(HX_I8));
}

// --- I4: therapy in a backup mode ---

static void backup(int node, bool on)
{
    uint8_t args[] = {on};
    hx_truth_commit(&b, node, EP_COMMIT_BACKUP, args, 1);
}

static void for_seconds(uint64_t seconds)
{
    b.now_us += seconds * TP_SECOND;
}

static void a_backup_mode_is_for_a_moment(void)
{
    begin();
    for (int i = 0; i < 3; i++) { // each is short
        backup(HX_NODE_IMPLANT, true);
        for_seconds(10);
        backup(HX_NODE_IMPLANT, false);
        for_seconds(1);
    }
    hx_oracle_judge(&b);
    CU_ASSERT_EQUAL(b.truth.violated, 0);
    backup(HX_NODE_IMPLANT, true);
    for_seconds(5);
    backup(HX_NODE_IMPLANT, true); // said again, it goes on
    for_seconds(5);
    b.now_us++;
    backup(HX_NODE_IMPLANT, false);
    hx_oracle_judge(&b);
    CU_ASSERT_EQUAL(b.truth.violated, ONLY(HX_I4));
}

static void a_backup_mode_that_never_ends_is_found(void)
{
    begin();
    backup(HX_NODE_IMPLANT, true);
    for_seconds(11);
    hx_oracle_judge(&b);
    CU_ASSERT_EQUAL(b.truth.violated, ONLY(HX_I4));

    begin(); // a start ends it
    backup(HX_NODE_IMPLANT, true);
    for_seconds(9);
    hx_bench_power_cut(&b, HX_NODE_IMPLANT, 0);
    for_seconds(9);
    hx_oracle_judge(&b);
    CU_ASSERT_EQUAL(b.truth.violated, 0);

    begin(); // of another patient's
    backup(HX_NODE_OTHER, true);
    for_seconds(11);
    hx_oracle_judge(&b);
    CU_ASSERT_EQUAL(b.truth.violated, 0);
}

static void a_backup_mode_reaches_the_patient(void)
{
    begin();
    backup(HX_NODE_IMPLANT, true);
    backup(HX_NODE_IMPLANT, true);
    for_seconds(3);
    backup(HX_NODE_IMPLANT, false);
    CU_ASSERT_EQUAL_FATAL(b.truth.effect_count, 2);
    CU_ASSERT_EQUAL(b.truth.effects[0].kind, HX_EFFECT_BACKUP);
    CU_ASSERT_EQUAL(b.truth.effects[0].value, 1);
    CU_ASSERT_EQUAL(b.truth.effects[1].value, 0);
    CU_ASSERT_EQUAL(b.truth.effects[1].at_us - b.truth.effects[0].at_us, 3 * TP_SECOND);
}

// --- I11: the clinic's picture ---

static void made(uint8_t which)
{
    uint8_t report[TP_REPORT_LEN] = {which};
    hx_truth_commit(&b, HX_NODE_IMPLANT, EP_COMMIT_REPORT, report, sizeof report);
}

static uint32_t shown(uint8_t which)
{
    uint8_t args[1 + TP_REPORT_LEN] = {HX_NODE_IMPLANT, which};
    hx_truth_commit(&b, HX_NODE_SERVER, EP_COMMIT_SHOWN, args, sizeof args);
    return b.truth.violated;
}

static void the_clinic_sees_what_was_reported(void)
{
    begin();
    made(1);
    CU_ASSERT_EQUAL(shown(1), 0);
    made(2); // lost on the way
    made(3);
    CU_ASSERT_EQUAL(shown(3), 0);
}

static void it_sees_nothing_that_was_made_up(void)
{
    begin();
    CU_ASSERT_EQUAL(shown(1), ONLY(HX_I11));
    begin();
    made(1);
    CU_ASSERT_EQUAL(shown(2), ONLY(HX_I11));
    CU_ASSERT_PTR_NOT_NULL(strstr(b.truth.first, "never made"));

    begin(); // nor another's, as this one's
    uint8_t report[TP_REPORT_LEN] = {1};
    hx_truth_commit(&b, HX_NODE_OTHER, EP_COMMIT_REPORT, report, sizeof report);
    CU_ASSERT_EQUAL(shown(1), ONLY(HX_I11));
}

static void it_sees_nothing_old_as_new(void)
{
    begin();
    made(1);
    made(2);
    CU_ASSERT_EQUAL(shown(2), 0);
    CU_ASSERT_EQUAL(shown(1), ONLY(HX_I11));
    CU_ASSERT_PTR_NOT_NULL(strstr(b.truth.first, "an old report"));

    begin(); // nor the same one twice
    made(1);
    CU_ASSERT_EQUAL(shown(1), 0);
    CU_ASSERT_EQUAL(shown(1), ONLY(HX_I11));
}

static void many_reports_are_told_apart(void)
{
    begin();
    for (uint8_t i = 1; i <= 3 * HX_REPORTS_MAX; i++)
        made(i);
    CU_ASSERT_EQUAL(shown(3 * HX_REPORTS_MAX - 1), 0);
    CU_ASSERT_EQUAL(shown(3 * HX_REPORTS_MAX), 0);
    CU_ASSERT_EQUAL(shown(1), ONLY(HX_I11));
}

static const struct suite_case cases[] = {
    {"a newer release may run", a_newer_release_may_run},
    {"an older one breaks I8", an_older_one_may_not},
    {"another model's breaks I8", another_models_may_not},
    {"what nobody made breaks I8", what_nobody_made_may_not},
    {"what is said to lie elsewhere breaks I8", what_is_said_to_lie_elsewhere_may_not},
    {"a release past its time breaks I8, but may go on", a_release_has_its_time},
    {"what starts has something to run, or breaks I8",
     what_starts_has_something_to_run},
    {"an empty memory is found at the start", an_empty_memory_is_found_at_the_start},
    {"a backup mode for longer than a moment breaks I4", a_backup_mode_is_for_a_moment},
    {"a backup mode that never ends breaks I4", a_backup_mode_that_never_ends_is_found},
    {"a backup mode reaches the patient", a_backup_mode_reaches_the_patient},
    {"the clinic sees what was reported", the_clinic_sees_what_was_reported},
    {"a report that was made up breaks I11", it_sees_nothing_that_was_made_up},
    {"an old report shown as new breaks I11", it_sees_nothing_old_as_new},
    {"many reports are told apart", many_reports_are_told_apart},
    {0}};

int main(void)
{
    return cr_init() ? 2 : suite_main("bench software", cases);
}
