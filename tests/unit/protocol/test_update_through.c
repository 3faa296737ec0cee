// test_update_through.c - an implant's software, through its peer: cut off anywhere

#include "net.h"
#include <crypto/bytes.h>
#include <crypto/init.h>
#include <suite.h>

static struct net net;

static void start_as(enum tp_role role, struct tp_controls controls)
{
    struct tp_implant_config config = {.controls = controls, .pacing = 1};
    net_start(&net, &tp_programmer_ops, role, &config);
    net_release(&net, 0, TP_MODEL_CARDIAC, NET_NEW);
    net_release(&net, 1, TP_MODEL_PROGRAMMER, NET_NEW);
    CU_ASSERT_EQUAL_FATAL(two_pair(&net.two), 1);
    CU_ASSERT_EQUAL_FATAL(two_open(&net.two, EP_READ_OUT), 1);
}

static void start(void)
{
    start_as(TP_ROLE_SERVICE, all_controls);
}

// Until a start that was asked for has been.
static uint32_t implant_runs(void)
{
    bed_pass(&net.two.bed, 2 * TP_SECOND);
    return net.two.bed.software;
}

// Updates once more, in the session if it is still there. A new one shows intent: an
// implant that has started anew does not know the time, and lets nobody do more than
// read until then (TIME-3).
static int again(void)
{
    int outcome = net_update(&net);
    if (outcome == 1)
        return 1;
    return two_open(&net.two, EP_THERAPY) == 1 ? net_update(&net) : -1;
}

// As the clinician set them, in the memory that the next start reads.
static bool settings_are_intact(void)
{
    return bed_sound(&net.two.bed) &&
           memcmp(net.two.bed.nvm + tp_implant_nvm_map.settings,
                  net.two.bed.identity.settings, TP_SETTINGS_LEN) == 0;
}

// Whatever happened, the patient is well: paced in time, with those settings.
static bool patient_is_well(void)
{
    return net.two.bed.longest_gap_us <= TP_SECOND && settings_are_intact() &&
           net.two.bed.now_us - net.two.bed.last_pace_us <= TP_SECOND;
}

// PRG-6
static void an_implants_software_is_passed_on(void)
{
    start();
    CU_ASSERT_EQUAL(net.two.bed.software, BED_SOFTWARE);
    CU_ASSERT_EQUAL(net_update(&net), 1);
    CU_ASSERT_EQUAL(implant_runs(), NET_NEW);
    CU_ASSERT(net.two.bed.restarts == 1 && patient_is_well());
    // The peer itself is as it was; the session is over.
    CU_ASSERT(net.two.software == NET_OLD && net.two.restarts == 0);
    CU_ASSERT_EQUAL(net_update(&net), -1);
    CU_ASSERT_EQUAL(net.two.sent_count, 0);
    // And once more is nothing to do.
    CU_ASSERT_EQUAL(two_open(&net.two, EP_READ_OUT), 1);
    CU_ASSERT_EQUAL(net_update(&net), 1);
    CU_ASSERT_EQUAL(two_count(&net.two, TP_RECORD), 1);
    CU_ASSERT(implant_runs() == NET_NEW && net.two.bed.restarts == 1);
}

// PRG-6, PRG-2: any one frame may be lost, on either link.
static void a_lost_frame_is_no_loss(void)
{
    start();
    CU_ASSERT_EQUAL(net_update(&net), 1);
    size_t frames = net.two.flown;
    CU_ASSERT(frames > 20);
    for (size_t n = 0; n < frames; n++) {
        start();
        net.two.lose_from = n;
        net.two.lose_count = 1;
        CU_ASSERT_EQUAL(net_update(&net), 1);
        CU_ASSERT_EQUAL(implant_runs(), NET_NEW);
        CU_ASSERT(net.two.bed.restarts == 1 && patient_is_well());
    }
}

// PRG-6: cut off at any frame it is denied, and then goes on where the implant says
// that it stands.
static void cut_off_anywhere_it_goes_on(void)
{
    start();
    CU_ASSERT_EQUAL(net_update(&net), 1);
    size_t frames = net.two.flown;
    for (size_t n = 0; n < frames; n++) {
        start();
        net.two.lose_from = n;
        net.two.lose_count = SIZE_MAX;
        CU_ASSERT_EQUAL(net_update(&net), -1);
        uint32_t runs = implant_runs();
        CU_ASSERT(runs == BED_SOFTWARE || n + 1 >= frames);
        net.two.lose_count = 0;
        CU_ASSERT_EQUAL(again(), 1);
        CU_ASSERT_EQUAL(implant_runs(), NET_NEW);
        CU_ASSERT(net.two.bed.restarts == 1 && patient_is_well());
    }
}

// The network is gone, the implant is not: the session stays.
static void a_session_outlasts_the_network(void)
{
    start();
    net.two.lose_type = TP_UP_RECORD;
    net.two.lose_times = -1;
    CU_ASSERT_EQUAL(net_update(&net), -1);
    net.two.lose_times = 0;
    CU_ASSERT_EQUAL(net_update(&net), 1);
    CU_ASSERT_EQUAL(implant_runs(), NET_NEW);
}

// NET-4: the connection ends while it is the implant that is asked. It is found out
// when it is used next.
static void close_behind_the_peer(struct two *t, struct ep_frame *f, bool to_implant)
{
    static const uint8_t closed[] = {TP_UP_CLOSED};
    if (!to_implant || f->bytes[0] != TP_RECORD || two_count(t, TP_RECORD) != 2)
        return;
    t->change = NULL;
    net_say(&net, EP_PLACE_UPDATER, closed, sizeof closed);
}

static void a_connection_is_looked_at_when_it_is_used(void)
{
    start();
    net.two.change = close_behind_the_peer;
    CU_ASSERT_EQUAL(net_update(&net), 1);
    CU_ASSERT_EQUAL(two_count(&net.two, TP_UP_HELLO), 2);
    CU_ASSERT_EQUAL(two_count(&net.two, TP_UP_PLAIN), 0);
    CU_ASSERT_EQUAL(implant_runs(), NET_NEW);
    start_as(TP_ROLE_SERVICE, without(TP_CTL_CHANNEL_CHECK_AT_USE));
    net.two.change = close_behind_the_peer;
    CU_ASSERT_EQUAL(net_update(&net), 1);
    CU_ASSERT_EQUAL(two_count(&net.two, TP_UP_HELLO), SWITCHES ? 1 : 2);
    CU_ASSERT_EQUAL(two_count(&net.two, TP_UP_PLAIN), SWITCHES ? 4 : 0);
    CU_ASSERT_EQUAL(implant_runs(), NET_NEW);
}

// What was sent is not sent again.
static void it_goes_on_behind_what_is_there(void)
{
    start();
    CU_ASSERT_EQUAL(net_update(&net), 1);
    size_t whole = net.two.flown;
    start();
    net.two.lose_from = whole - 6;
    net.two.lose_count = SIZE_MAX;
    CU_ASSERT_EQUAL(net_update(&net), -1);
    net.two.lose_count = 0;
    CU_ASSERT_EQUAL(two_open(&net.two, EP_READ_OUT), 1);
    CU_ASSERT_EQUAL(net_update(&net), 1);
    CU_ASSERT(net.two.flown + 12 <= whole); // three chunks less, and their answers
    CU_ASSERT_EQUAL(implant_runs(), NET_NEW);
}

// UPD-7, UPD-8: the implant's power is cut after any write. It runs the old or the new,
// with its settings, and takes the rest later.
static void a_power_cut_leaves_what_can_run(void)
{
    for (int n = 1;; n++) {
        start();
        net.two.bed.cut_after = n;
        int outcome = net_update(&net);
        uint32_t runs = implant_runs();
        CU_ASSERT(runs == BED_SOFTWARE || runs == NET_NEW);
        if (!net.two.bed.cut) {
            CU_ASSERT_EQUAL(outcome, 1);
            break;
        }
        net.two.bed.cut_after = BED_NEVER_CUT;
        bed_pass(&net.two.bed, TP_SECOND);
        CU_ASSERT_EQUAL(again(), 1);
        CU_ASSERT_EQUAL(implant_runs(), NET_NEW);
        CU_ASSERT(settings_are_intact());
        CU_ASSERT(net.two.bed.longest_gap_us < 2 * TP_SECOND);
        CU_ASSERT_FATAL(n < 100);
    }
}

// CMD-3: only service may; and only in a session.
static void who_may_not_update_does_not(void)
{
    static const enum tp_role roles[] = {TP_ROLE_MONITOR, TP_ROLE_PATIENT,
                                         TP_ROLE_CLINICIAN};
    for (size_t i = 0; i < sizeof roles / sizeof roles[0]; i++) {
        start_as(roles[i], all_controls);
        CU_ASSERT_EQUAL(net_update(&net), -1);
        CU_ASSERT_EQUAL(implant_runs(), BED_SOFTWARE);
        CU_ASSERT_EQUAL(net.two.bed.restarts, 0);
    }
    start();
    CU_ASSERT_EQUAL(two_act(&net.two, EP_ACT_CLOSE, NULL, 0), 1);
    CU_ASSERT_EQUAL(net_update(&net), -1);
    CU_ASSERT_EQUAL(net.two.sent_count, 0);
}

// --- an updater gone bad ---

static uint8_t image[TP_IMAGE_MAX];
static struct net_bad bad = {.image = image};
static struct tp_manifest *const m = &bad.manifest;

static int update_from_a_bad_one(void)
{
    net_updater_goes_bad(&net, &bad);
    return net_update(&net);
}

static void a_true_one(uint16_t model, uint32_t version)
{
    bed_release(m, image, model, version);
    bad.chunk_len = TP_CHUNK_MAX;
}

// PRG-6, UPD-2 to UPD-6: the peer passes on what it gets, and the implant judges it.
static void the_implant_judges_what_it_is_given(void)
{
    start();
    a_true_one(TP_MODEL_PUMP, NET_NEW);
    CU_ASSERT_EQUAL(update_from_a_bad_one(), -1);
    a_true_one(TP_MODEL_PUMP, BED_SOFTWARE); // what runs, of another model
    CU_ASSERT_EQUAL(net_update(&net), -1);
    a_true_one(TP_MODEL_CARDIAC, BED_SOFTWARE - 1);
    CU_ASSERT_EQUAL(net_update(&net), -1);
    a_true_one(TP_MODEL_CARDIAC, NET_NEW);
    m->signature[5] ^= 1;
    CU_ASSERT_EQUAL(net_update(&net), -1);
    a_true_one(TP_MODEL_CARDIAC, NET_NEW);
    m->expiry_s = BED_TIME_S - 1;
    bed_sign(m, image);
    CU_ASSERT_EQUAL(net_update(&net), -1);
    m->version = BED_SOFTWARE; // what runs, and nobody's word for it
    CU_ASSERT_EQUAL(net_update(&net), -1);
    CU_ASSERT(net.two.bed.restarts == 0 && net.asked == 6);
    // Whole, and not what the manifest says: tried at the start, and refused.
    a_true_one(TP_MODEL_CARDIAC, NET_NEW);
    image[199] ^= 1;
    CU_ASSERT_EQUAL(net_update(&net), 1);
    CU_ASSERT(implant_runs() == BED_SOFTWARE && net.two.bed.restarts == 1);
    CU_ASSERT(patient_is_well());
    image[199] ^= 1;
    CU_ASSERT_EQUAL(again(), 1);
    CU_ASSERT_EQUAL(implant_runs(), NET_NEW);
}

// PRG-6: what could be no chunk is not passed on.
static void what_is_no_chunk_ends_it(void)
{
    static const size_t lens[] = {0, 1, TP_CHUNK_MAX + 1, 200};
    start();
    for (size_t i = 0; i < sizeof lens / sizeof lens[0]; i++) {
        a_true_one(TP_MODEL_CARDIAC, NET_NEW);
        bad.chunk_len = lens[i];
        CU_ASSERT_EQUAL(update_from_a_bad_one(), -1);
        CU_ASSERT_EQUAL(net.asked, 2);
        // A short one may be the last, for all that the peer knows.
        CU_ASSERT_EQUAL(two_count(&net.two, TP_RECORD), lens[i] == 1 ? 3 : 2);
    }
    bad.chunk_len = TP_CHUNK_MAX;
    for (bad.refuses = 1; bad.refuses <= 3; bad.refuses++) {
        CU_ASSERT_EQUAL(update_from_a_bad_one(), -1);
        CU_ASSERT_EQUAL(net.asked, bad.refuses);
    }
    bad.refuses = 0;
    CU_ASSERT_EQUAL(implant_runs(), BED_SOFTWARE);
}

int main(void)
{
    static const struct suite_case cases[] = {
        {"PRG-6: an implant's software is passed on",
         an_implants_software_is_passed_on},
        {"PRG-6: a lost frame is no loss", a_lost_frame_is_no_loss},
        {"PRG-6: cut off anywhere it goes on", cut_off_anywhere_it_goes_on},
        {"PRG-6: a session outlasts the network", a_session_outlasts_the_network},
        {"NET-4: a connection is looked at when it is used",
         a_connection_is_looked_at_when_it_is_used},
        {"PRG-6: it goes on behind what is there", it_goes_on_behind_what_is_there},
        {"UPD-7: a power cut leaves what can run", a_power_cut_leaves_what_can_run},
        {"CMD-3: who may not update does not", who_may_not_update_does_not},
        {"PRG-6: the implant judges what it is given",
         the_implant_judges_what_it_is_given},
        {"PRG-6: what is no chunk ends it", what_is_no_chunk_ends_it},
        {0},
    };
    return cr_init() ? 2 : suite_main("protocol/update_through", cases);
}
