// test_fetch.c - a peer's own software: fetched, refused, cut off anywhere

#include "net.h"
#include <crypto/bytes.h>
#include <crypto/init.h>
#include <suite.h>

static struct net net;

static void start(void)
{
    net_start(&net, &tp_programmer_ops, TP_ROLE_CLINICIAN, NULL);
    net_release(&net, 0, TP_MODEL_PROGRAMMER, NET_NEW);
}

static void start_without(enum tp_control c)
{
    struct tp_implant_config config = {.controls = without(c)};
    net_start(&net, &tp_programmer_ops, TP_ROLE_CLINICIAN, &config);
}

static uint8_t image[TP_IMAGE_MAX];

static struct tp_manifest newer(void)
{
    struct tp_manifest m;
    bed_release(&m, image, TP_MODEL_PROGRAMMER, NET_NEW);
    return m;
}

// Fetches what the updater has now; what runs then.
static uint32_t runs_after(const struct tp_manifest *m, int outcome)
{
    net_release_as(&net, 0, m, image);
    CU_ASSERT_EQUAL(net_fetch(&net), outcome);
    return net.two.software;
}

// PRG-5
static void a_release_is_fetched_and_runs(void)
{
    start();
    CU_ASSERT_EQUAL(net.two.software, NET_OLD);
    CU_ASSERT_EQUAL(net_fetch(&net), 1);
    CU_ASSERT_EQUAL(net.two.restarts, 1);
    CU_ASSERT_EQUAL(net.two.software, NET_NEW);
    // What runs is not fetched again.
    CU_ASSERT_EQUAL(net_fetch(&net), 1);
    CU_ASSERT_EQUAL(net.two.restarts, 1);
}

// PRG-5: one connection for all of it, and nothing outside it.
static void one_connection_serves_for_all_of_it(void)
{
    start();
    CU_ASSERT_EQUAL(net_fetch(&net), 1);
    CU_ASSERT_EQUAL(two_count(&net.two, TP_UP_HELLO), 1);
    CU_ASSERT_EQUAL(two_count(&net.two, TP_UP_PROOF), 1);
    CU_ASSERT_EQUAL(two_count(&net.two, TP_UP_RECORD), 1 + 4); // 200 bytes
    CU_ASSERT_EQUAL(net.two.sent_count, 1 + 1 + 1 + 4);
}

// PRG-3: what it is paired with is in its memory.
static void its_bonds_outlast_a_start(void)
{
    start();
    CU_ASSERT_EQUAL_FATAL(two_pair(&net.two), 1);
    CU_ASSERT_EQUAL(two_open(&net.two, EP_READ_OUT), 1);
    CU_ASSERT_EQUAL(net_fetch(&net), 1);
    CU_ASSERT_EQUAL(net.two.software, NET_NEW);
    CU_ASSERT_EQUAL(two_command(&net.two, 0, TP_OP_STATUS, NULL, 0), -1);
    CU_ASSERT_EQUAL(two_open(&net.two, EP_READ_OUT), 1);
    CU_ASSERT_EQUAL(two_count(&net.two, TP_WAKE), 1); // the counter too
    CU_ASSERT_EQUAL(two_open(&net.two, EP_THERAPY), 1);
}

// PRG-3: a power cut in the middle of a pairing leaves no half of a bond, and one
// after it no counter that was used.
static void a_power_cut_leaves_a_bond_or_none(void)
{
    struct tp_programmer_loot l;
    for (int n = 1;; n++) {
        start();
        net.two.cut_after = n;
        two_pair(&net.two);
        if (!net.two.cut)
            break;
        tp_programmer_steal(net.two.prg, 0, &l);
        net.two.cut_after = BED_NEVER_CUT;
        if (l.have_bond)
            CU_ASSERT_EQUAL(two_open(&net.two, EP_READ_OUT), 1);
        CU_ASSERT_EQUAL(two_pair(&net.two), 1);
        net.two.cut_after = 1; // at the first wake-up, before it leaves
        CU_ASSERT_EQUAL(two_open(&net.two, EP_READ_OUT), 0);
        CU_ASSERT_EQUAL(two_open(&net.two, EP_READ_OUT), 1);
        CU_ASSERT(n < 100);
    }
}

// PRG-5, PRG-2: any one frame may be lost.
static void a_lost_frame_is_no_loss(void)
{
    start();
    CU_ASSERT_EQUAL(net_fetch(&net), 1);
    size_t frames = net.two.flown;
    CU_ASSERT(frames > 10);
    for (size_t n = 0; n < frames; n++) {
        start();
        net.two.lose_from = n;
        net.two.lose_count = 1;
        CU_ASSERT_EQUAL(net_fetch(&net), 1);
        CU_ASSERT_EQUAL(net.two.software, NET_NEW);
    }
}

// PRG-5, NET-4: cut off at any frame it is denied, in time; what ran runs; and the next
// time it goes on with what is there.
static void cut_off_anywhere_it_goes_on(void)
{
    start();
    CU_ASSERT_EQUAL(net_fetch(&net), 1);
    size_t frames = net.two.flown;
    for (size_t n = 0; n < frames; n++) {
        start();
        net.two.lose_from = n;
        net.two.lose_count = SIZE_MAX;
        uint64_t from_us = net.two.bed.now_us;
        CU_ASSERT_EQUAL(net_fetch(&net), -1);
        CU_ASSERT(net.two.bed.now_us - from_us <= 4 * TP_SECOND);
        CU_ASSERT_EQUAL(two_count(&net.two, TP_UP_PLAIN), 0);
        CU_ASSERT(net.two.restarts == 0 && net.two.software == NET_OLD);
        net.two.lose_count = 0;
        CU_ASSERT_EQUAL(net_fetch(&net), 1);
        CU_ASSERT(net.two.flown <= frames);
        CU_ASSERT_EQUAL(net.two.software, NET_NEW);
    }
}

// UPD-7: power cut after any write, there is always software to run, the maker's.
static void a_power_cut_leaves_what_can_run(void)
{
    for (int n = 1;; n++) {
        start();
        net.two.cut_after = n;
        int outcome = net_fetch(&net);
        CU_ASSERT(net.two.software == NET_OLD || net.two.software == NET_NEW);
        if (!net.two.cut) {
            CU_ASSERT_EQUAL(outcome, 1);
            break;
        }
        net.two.cut_after = BED_NEVER_CUT;
        CU_ASSERT_EQUAL(net_fetch(&net), 1);
        CU_ASSERT_EQUAL(net.two.software, NET_NEW);
        CU_ASSERT(n < 100);
    }
}

// UPD-2 to UPD-5: what the maker does not say, of this model, now, is not begun.
static void a_release_that_is_not_for_it_is_refused(void)
{
    start();
    struct tp_manifest m = newer();
    m.signature[0] ^= 1;
    CU_ASSERT_EQUAL(runs_after(&m, -1), NET_OLD);
    m.version = NET_OLD; // nor is it believed that this is what runs
    CU_ASSERT_EQUAL(runs_after(&m, -1), NET_OLD);
    bed_release(&m, image, TP_MODEL_PROGRAMMER, NET_OLD - 1);
    CU_ASSERT_EQUAL(runs_after(&m, -1), NET_OLD);
    m = newer();
    m.expiry_s = BED_TIME_S - 1;
    bed_sign(&m, image);
    CU_ASSERT_EQUAL(runs_after(&m, -1), NET_OLD);
    CU_ASSERT_EQUAL(net.two.restarts, 0);
    m = newer();
    CU_ASSERT_EQUAL(runs_after(&m, 1), NET_NEW);
}

// Each of the controls that stop them, taken away alone.
static void without_its_control_each_is_taken(void)
{
    start_without(TP_CTL_UPDATE_SIGNATURE);
    struct tp_manifest m = newer();
    m.signature[0] ^= 1;
    CU_ASSERT_EQUAL(runs_after(&m, SWITCHES ? 1 : -1), SWITCHES ? NET_NEW : NET_OLD);
    start_without(TP_CTL_UPDATE_NO_ROLLBACK);
    bed_release(&m, image, TP_MODEL_PROGRAMMER, NET_OLD - 1);
    CU_ASSERT_EQUAL(runs_after(&m, SWITCHES ? 1 : -1), NET_OLD - SWITCHES);
    start_without(TP_CTL_UPDATE_EXPIRY);
    m = newer();
    m.expiry_s = BED_TIME_S - 1;
    bed_sign(&m, image);
    CU_ASSERT_EQUAL(runs_after(&m, SWITCHES ? 1 : -1), SWITCHES ? NET_NEW : NET_OLD);
}

// UPD-6: an image that is not what its manifest says does not run, and the true one can
// be fetched after it.
static void a_tampered_image_never_runs(void)
{
    start();
    struct tp_manifest m = newer();
    for (size_t at = 0; at < m.size; at += 50) {
        image[at] ^= 1;
        CU_ASSERT_EQUAL(runs_after(&m, 1), NET_OLD);
        image[at] ^= 1;
    }
    CU_ASSERT_EQUAL(runs_after(&m, 1), NET_NEW);
}

static struct net_bad bad = {.image = image};

static int fetch_from_a_bad_one(struct tp_manifest m, size_t chunk)
{
    bad.manifest = m;
    bad.chunk_len = chunk;
    net_updater_goes_bad(&net, &bad);
    return net_fetch(&net);
}

// UPD-3: another model's release, true as it is, is none for this one.
static void another_models_release_is_refused(void)
{
    struct tp_manifest m;
    start();
    CU_ASSERT_EQUAL(fetch_from_a_bad_one(newer(), TP_CHUNK_MAX), 1); // it can
    CU_ASSERT_EQUAL(net.two.software, NET_NEW);
    start();
    bed_release(&m, image, TP_MODEL_MONITOR, NET_NEW);
    CU_ASSERT_EQUAL(fetch_from_a_bad_one(m, TP_CHUNK_MAX), -1);
    CU_ASSERT(net.asked == 1 && net.two.software == NET_OLD);
    bed_release(&m, image, TP_MODEL_MONITOR, NET_OLD);
    CU_ASSERT_EQUAL(fetch_from_a_bad_one(m, TP_CHUNK_MAX), -1);
    bed_release(&m, image, TP_MODEL_MONITOR, NET_NEW);
    start_without(TP_CTL_UPDATE_SCOPE);
    CU_ASSERT_EQUAL(fetch_from_a_bad_one(m, TP_CHUNK_MAX), SWITCHES ? 1 : -1);
    CU_ASSERT_EQUAL(net.two.software, SWITCHES ? NET_NEW : NET_OLD);
}

// PRG-5: a chunk has the length that its place asks for.
static void a_chunk_of_another_length_ends_it(void)
{
    static const size_t lens[] = {0, 1, TP_CHUNK_MAX - 1, TP_CHUNK_MAX + 1, 200};
    for (size_t i = 0; i < sizeof lens / sizeof lens[0]; i++) {
        start();
        CU_ASSERT_EQUAL(fetch_from_a_bad_one(newer(), lens[i]), -1);
        CU_ASSERT(net.asked == 2 && net.two.software == NET_OLD);
    }
}

// NET-5: what comes with a refusal is none of it.
static void a_refusal_ends_it(void)
{
    for (bad.refuses = 1; bad.refuses <= 5; bad.refuses++) {
        start();
        CU_ASSERT_EQUAL(fetch_from_a_bad_one(newer(), TP_CHUNK_MAX), -1);
        CU_ASSERT(net.asked == bad.refuses && net.two.software == NET_OLD);
    }
    bad.refuses = 0;
}

// PRG-2: 250 ms for UP_REPLY, as long for the answer, five times.
static void it_waits_as_long_as_it_says(void)
{
    static const struct {
        uint8_t lost;
        uint64_t us;
    } waits[] = {{TP_UP_HELLO, 5 * 250000},
                 {TP_UP_RECORD, UINT64_C(5) * (250000 + 2 * TWO_HOP_US)}};
    for (size_t i = 0; i < sizeof waits / sizeof waits[0]; i++) {
        start();
        net.two.lose_type = waits[i].lost;
        net.two.lose_times = -1;
        uint64_t from_us = net.two.bed.now_us;
        CU_ASSERT_EQUAL(net_fetch(&net), -1);
        CU_ASSERT_EQUAL(net.two.bed.now_us - from_us, waits[i].us);
        CU_ASSERT_EQUAL(two_count(&net.two, TP_UP_HELLO), 5);
    }
}

// A power cut over what runs, where it is not kept.
static void without_two_places_a_cut_is_the_end(void)
{
    start_without(TP_CTL_UPDATE_ATOMIC);
    net_release(&net, 0, TP_MODEL_PROGRAMMER, NET_NEW);
    net.two.cut_after = 4;
    net_fetch(&net);
    CU_ASSERT_EQUAL(net.two.software, SWITCHES ? 0 : NET_OLD);
    // A peer without software does nothing at all.
    CU_ASSERT_EQUAL(two_pair(&net.two), SWITCHES ? -2 : 1);
    CU_ASSERT_EQUAL(net.two.ops->deadline(net.two.prg), EP_NEVER);
}

// PRG-5, UPD-6: without its marks, what lies in memory is nothing that may run, and no
// reason to do without software.
static void without_marks_it_does_nothing(void)
{
    start();
    net.two.nvm[TP_SLOTS_HEAD] = 0;
    net.two.nvm[TP_SLOTS_HEAD + TP_SLOT_LEN] = 0;
    two_start_programmer(&net.two);
    CU_ASSERT_EQUAL(net.two.software, 0);
    CU_ASSERT_EQUAL(two_pair(&net.two), -2);
    CU_ASSERT_EQUAL(net.two.ops->deadline(net.two.prg), EP_NEVER);
}

static void it_refuses_what_it_cannot_do(void)
{
    start();
    net_start(&net, &tp_programmer_ops, TP_ROLE_CLINICIAN, NULL);
    CU_ASSERT_EQUAL(net_fetch(&net), -1);  // the updater has nothing
    CU_ASSERT_EQUAL(net_update(&net), -1); // no session
    CU_ASSERT_EQUAL(net_report(&net), -2); // is no monitor
    // Without a memory, or with nothing in it, there is no software to renew; all else
    // goes on.
    net_release(&net, 0, TP_MODEL_PROGRAMMER, NET_NEW);
    memset(net.two.nvm, 0, sizeof net.two.nvm);
    for (int lasting = 0; lasting < 2; lasting++) {
        net.two.lasting = lasting != 0;
        two_start_programmer(&net.two);
        CU_ASSERT_EQUAL(net_fetch(&net), -1);
        CU_ASSERT_EQUAL(net.two.sent_count, 0);
        CU_ASSERT_EQUAL(two_pair(&net.two), 1);
    }
}

int main(void)
{
    static const struct suite_case cases[] = {
        {"PRG-5: a release is fetched and runs", a_release_is_fetched_and_runs},
        {"PRG-5: one connection serves for all of it",
         one_connection_serves_for_all_of_it},
        {"PRG-3: its bonds outlast a start", its_bonds_outlast_a_start},
        {"PRG-3: a power cut leaves a bond or none", a_power_cut_leaves_a_bond_or_none},
        {"PRG-5: a lost frame is no loss", a_lost_frame_is_no_loss},
        {"PRG-5: cut off anywhere it goes on", cut_off_anywhere_it_goes_on},
        {"UPD-7: a power cut leaves what can run", a_power_cut_leaves_what_can_run},
        {"UPD-2: a release that is not for it is refused",
         a_release_that_is_not_for_it_is_refused},
        {"UPD-2: without its control each is taken", without_its_control_each_is_taken},
        {"UPD-6: a tampered image never runs", a_tampered_image_never_runs},
        {"UPD-3: another model's release is refused",
         another_models_release_is_refused},
        {"PRG-5: a chunk of another length ends it", a_chunk_of_another_length_ends_it},
        {"NET-5: a refusal ends it", a_refusal_ends_it},
        {"PRG-2: it waits as long as it says", it_waits_as_long_as_it_says},
        {"UPD-7: without two places a cut is the end",
         without_two_places_a_cut_is_the_end},
        {"PRG-5: without marks it does nothing", without_marks_it_does_nothing},
        {"it refuses what it cannot do", it_refuses_what_it_cannot_do},
        {0},
    };
    return cr_init() ? 2 : suite_main("protocol/fetch", cases);
}
