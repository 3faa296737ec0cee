// test_monitor.c - the home monitor: carries reports up, and nothing down

#include "net.h"
#include <crypto/bytes.h>
#include <crypto/init.h>
#include <suite.h>

static struct net net;

static void start_with(struct tp_controls controls)
{
    struct tp_implant_config config = {.controls = controls};
    net_start(&net, &tp_monitor_ops, TP_ROLE_MONITOR, &config);
    CU_ASSERT_EQUAL_FATAL(two_pair(&net.two), 1);
}

static void start(void)
{
    start_with(all_controls);
}

// How often the implant was woken, and asked, in the last act.
static unsigned sessions(void)
{
    return two_count(&net.two, TP_WAKE);
}

static unsigned requests(void)
{
    return two_count(&net.two, TP_RECORD);
}

// The report that the server shows is the implant's own word, with this sequence.
static bool shows(uint32_t sequence)
{
    const struct tp_implant_identity *id = &net.two.bed.identity;
    uint8_t key[TP_ORIGIN_KEY_LEN];
    struct tp_report report;
    tp_origin_key(key, id->s_priv);
    return net.last_shown[0] == 0 &&
           tp_report_parse(net.last_shown + 1, TP_REPORT_LEN, &report) == TP_OK &&
           tp_report_check(&report, id->certificate.scope, key) == TP_OK &&
           report.sequence == sequence &&
           memcmp(report.settings, id->settings, TP_SETTINGS_LEN) == 0;
}

// MON-1
static void a_report_reaches_the_clinic(void)
{
    start();
    for (uint32_t i = 1; i <= 3; i++) {
        CU_ASSERT_EQUAL(net_report(&net), 1);
        CU_ASSERT(net.shown == i && shows(i));
        CU_ASSERT(sessions() == 1 && requests() == 2); // REPORT and CLOSE
        CU_ASSERT_EQUAL(two_count(&net.two, TP_UP_RECORD), 1);
    }
    CU_ASSERT(bed_sound(&net.two.bed));
}

// MON-1, PRG-2: any one frame may be lost but the server's answer, which cannot be
// asked for again: the report was shown already (TEL-2).
static void a_lost_frame_is_no_loss(void)
{
    start();
    CU_ASSERT_EQUAL(net_report(&net), 1);
    size_t frames = net.two.flown;
    CU_ASSERT(frames > 10);
    for (size_t n = 0; n + 1 < frames; n++) {
        start();
        net.two.lose_from = n;
        net.two.lose_count = 1;
        CU_ASSERT_EQUAL(net_report(&net), 1);
        CU_ASSERT_EQUAL(net.shown, 1);
    }
}

// MON-1: cut off anywhere it is denied, in time, and the next report is served.
static void cut_off_anywhere_the_next_is_served(void)
{
    start();
    CU_ASSERT_EQUAL(net_report(&net), 1);
    size_t frames = net.two.flown;
    for (size_t n = 0; n < frames; n++) {
        start();
        net.two.lose_from = n;
        net.two.lose_count = SIZE_MAX;
        uint64_t from_us = net.two.bed.now_us;
        CU_ASSERT_EQUAL(net_report(&net), -1);
        CU_ASSERT(net.two.bed.now_us - from_us <= 60 * TP_SECOND);
        net.two.lose_count = 0;
        CU_ASSERT_EQUAL(net_report(&net), 1);
        CU_ASSERT(net.shown > 0);
    }
}

// TEL-1: what was changed on its way is not shown, and the monitor hears of it.
static bool change_the_report(struct net *n, struct ep_frame *f, bool to_peer)
{
    (void)n;
    if (!to_peer && f->bytes[0] == TP_UP_PLAIN)
        f->bytes[1 + 1 + TP_ID_LEN + 8] ^= 1; // a setting
    return f->bytes[0] != TP_UP_HELLO;
}

static void a_changed_report_is_not_shown(void)
{
    start_with(without(TP_CTL_CHANNEL_CHECK_AT_USE));
    net.meddle = change_the_report;
    CU_ASSERT_EQUAL(net_report(&net), -1);
    CU_ASSERT_EQUAL(net.shown, 0);
    start_with(without_both(TP_CTL_CHANNEL_CHECK_AT_USE, TP_CTL_TELEMETRY_ORIGIN));
    net.meddle = change_the_report;
    CU_ASSERT_EQUAL(net_report(&net), SWITCHES ? 1 : -1);
    CU_ASSERT_EQUAL(net.shown, SWITCHES);
}

// --- a server gone bad ---

static uint8_t wants[TP_ANSWER_MAX];
static size_t wants_len;
static enum tp_status says;

static enum tp_status badly(struct net *n, struct tp_asked *asked,
                            uint8_t data[TP_ANSWER_MAX], size_t *len)
{
    (void)n;
    CU_ASSERT(asked->type == TP_UP_REPORT && asked->len == TP_ID_LEN + TP_REPORT_LEN);
    memcpy(data, wants, wants_len);
    *len = wants_len;
    return says;
}

static int report_to_a_bad_one(const uint8_t *want, size_t len)
{
    memset(wants, 0, sizeof wants);
    if (len > 0)
        memcpy(wants, want, len);
    wants_len = len;
    says = TP_STATUS_DONE;
    net.answer = badly;
    net_go_bad(&net, EP_PLACE_SERVER);
    return net_report(&net);
}

// MON-1: once more, and no more.
static void a_server_may_want_another(void)
{
    static const uint8_t another[] = {TP_WANT_REPORT};
    start();
    CU_ASSERT_EQUAL(report_to_a_bad_one(another, sizeof another), 1);
    CU_ASSERT(net.asked == 2 && sessions() == 2 && requests() == 4);
    says = TP_STATUS_REFUSED;
    CU_ASSERT_EQUAL(net_report(&net), -1);
    CU_ASSERT_EQUAL(sessions(), 1);
}

// The request that a server wants to have relayed, and how the implant's alarm stands.
static const uint8_t quieter[] = {TP_WANT_RELAY, TP_OP_ALARM, 0, 1};
static const uint8_t patient[] = {TP_WANT_RELAY, TP_OP_PATIENT, 0};

static int alarm_volume(void)
{
    return net.two.bed.nvm[tp_implant_nvm_map.settings + TP_SETTINGS_LEN];
}

// MON-2: whatever a server says, nothing of it reaches the implant.
static void nothing_is_relayed(void)
{
    start();
    unsigned commits = net.two.bed.other_commits;
    CU_ASSERT_EQUAL(report_to_a_bad_one(patient, sizeof patient), 1);
    CU_ASSERT(sessions() == 1 && requests() == 2 && net.asked == 1);
    CU_ASSERT_EQUAL(report_to_a_bad_one(quieter, sizeof quieter), 1);
    CU_ASSERT(sessions() == 1 && requests() == 2);
    for (unsigned want = 0; want < 256; want++) {
        uint8_t any[TP_ANSWER_MAX] = {(uint8_t)want, TP_OP_ALARM, 0, 1};
        if (want == TP_WANT_REPORT)
            continue;
        CU_ASSERT_EQUAL(report_to_a_bad_one(any, want % sizeof any), 1);
        CU_ASSERT(sessions() == 1 && requests() == 2);
    }
    // Each report that leaves is a commit; there is no other.
    CU_ASSERT_EQUAL(net.two.bed.other_commits - commits, 2 + 255);
}

// And without that, all that the monitor's role may ask for. Where the implant looks
// at no roles either, it is anything.
static void without_the_list_a_server_commands(void)
{
    start_with(without(TP_CTL_RELAY_ALLOW_LIST));
    CU_ASSERT_EQUAL(report_to_a_bad_one(patient, sizeof patient), 1);
    CU_ASSERT_EQUAL(sessions(), SWITCHES ? 2 : 1);
    CU_ASSERT_EQUAL(requests(), SWITCHES ? 4 : 2);
    CU_ASSERT_EQUAL(report_to_a_bad_one(quieter, sizeof quieter), SWITCHES ? -1 : 1);
    CU_ASSERT_EQUAL(alarm_volume(), 3);
    // No act of this length fits, and none is made of it.
    uint8_t endless[TP_ANSWER_MAX] = {TP_WANT_RELAY};
    CU_ASSERT_EQUAL(report_to_a_bad_one(endless, sizeof endless), 1);
    CU_ASSERT_EQUAL(report_to_a_bad_one(endless, 2), 1);
    CU_ASSERT_EQUAL(sessions(), 1);

    start_with(without_both(TP_CTL_RELAY_ALLOW_LIST, TP_CTL_ROLE_CHECK));
    CU_ASSERT_EQUAL(report_to_a_bad_one(quieter, sizeof quieter), 1);
    CU_ASSERT_EQUAL(alarm_volume(), SWITCHES ? 1 : 3);
}

// All that a programmer does, a monitor does, within its role.
static void it_is_a_peer(void)
{
    static const struct tp_therapy faster = {70, 130, 2500, 1};
    uint8_t reply[64];
    start();
    CU_ASSERT_EQUAL(two_open(&net.two, EP_READ_OUT), 1);
    CU_ASSERT_EQUAL(two_command(&net.two, 0, TP_OP_PATIENT, NULL, 0), 1);
    CU_ASSERT_EQUAL(two_reply(&net.two, reply, sizeof reply),
                    net.two.bed.identity.text_len);
    CU_ASSERT_EQUAL(two_write(&net.two, faster), -1);
    CU_ASSERT_EQUAL(two_act(&net.two, EP_ACT_CLOSE, NULL, 0), 1);
    CU_ASSERT_EQUAL(net.two.software, NET_OLD);
    net_release(&net, 0, TP_MODEL_MONITOR, NET_NEW);
    net_release(&net, 1, TP_MODEL_PROGRAMMER, NET_NEW + 1);
    CU_ASSERT_EQUAL(net_fetch(&net), 1);
    CU_ASSERT(net.two.software == NET_NEW && net.two.restarts == 1);
    CU_ASSERT_EQUAL(net_report(&net), 1); // its bond, and whose it is, outlast that
    CU_ASSERT_EQUAL(net.shown, 1);
    tp_monitor_ops.wipe(net.two.prg);
    for (size_t i = 0; i < tp_monitor_ops.size; i++)
        CU_ASSERT_EQUAL_FATAL(net.two.prg[i], 0);
}

static void it_refuses_what_it_cannot_do(void)
{
    net_start(&net, &tp_monitor_ops, TP_ROLE_MONITOR, NULL);
    CU_ASSERT_EQUAL(net_report(&net), -1); // without a bond
    CU_ASSERT_EQUAL(net.two.sent_count, 0);
    // A patient's remote control has not the capability.
    net_start(&net, &tp_monitor_ops, TP_ROLE_PATIENT, NULL);
    CU_ASSERT_EQUAL_FATAL(two_pair(&net.two), 1);
    CU_ASSERT_EQUAL(net_report(&net), -1);
    CU_ASSERT(net.shown == 0 && net.seen == 0);
}

int main(void)
{
    static const struct suite_case cases[] = {
        {"MON-1: a report reaches the clinic", a_report_reaches_the_clinic},
        {"MON-1: a lost frame is no loss", a_lost_frame_is_no_loss},
        {"MON-1: cut off anywhere the next is served",
         cut_off_anywhere_the_next_is_served},
        {"TEL-1: a changed report is not shown", a_changed_report_is_not_shown},
        {"MON-1: a server may want another", a_server_may_want_another},
        {"MON-2: nothing is relayed", nothing_is_relayed},
        {"MON-2: without the list a server commands",
         without_the_list_a_server_commands},
        {"MON-1: it is a peer", it_is_a_peer},
        {"it refuses what it cannot do", it_refuses_what_it_cannot_do},
        {0},
    };
    return cr_init() ? 2 : suite_main("protocol/monitor", cases);
}
