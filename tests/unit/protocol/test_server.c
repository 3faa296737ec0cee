// test_server.c - what the monitors' server shows to the clinic, and what it refuses

#include "visit.h"
#include <crypto/init.h>
#include <protocol/report.h>
#include <protocol/server.h>
#include <suite.h>

enum { REPORT_ARGS = TP_ID_LEN + TP_REPORT_LEN };

struct office {
    struct clinic clinic;
    struct tp_server_config config;
    struct visitor monitor;
    struct desk desk;
};

static void configure(struct office *o, const struct tp_controls *controls)
{
    struct visitor server;
    memset(o, 0, sizeof *o);
    clinic_make(&o->clinic, 0xc1);
    visitor_make(&server, &o->clinic, TP_ROLE_SERVER, 0x42);
    visitor_make(&o->monitor, &o->clinic, TP_ROLE_MONITOR, 0x41);
    o->config.host.controls = *controls;
    memcpy(o->config.host.s_priv, server.s_priv, CR_DH_LEN);
    o->config.host.certificate = server.certificate;
    memcpy(o->config.host.anchor, o->clinic.anchor, CR_SIGN_PUBLIC_LEN);
    o->config.host.time_s = BED_TIME_S;
    for (size_t i = 0; i < TP_SERVER_IMPLANTS; i++) {
        memset(o->config.id[i], (int)(0x1d + i), TP_ID_LEN);
        memset(o->config.origin_key[i], (int)(0x70 + i), TP_ORIGIN_KEY_LEN);
    }
}

static void start(struct office *o)
{
    uint8_t config[TP_SERVER_CONFIG_LEN];
    tp_server_config_build(&o->config, config);
    CU_ASSERT_FATAL(desk_start(&o->desk, &tp_server_ops, NULL, config, sizeof config));
}

// A server with whom its monitor is connected.
static void open_office(struct office *o, const struct tp_controls *controls)
{
    configure(o, controls);
    start(o);
    CU_ASSERT_FATAL(visitor_connect(&o->monitor, &o->desk, TP_ROLE_SERVER));
}

// An implant's report, under its id, with its own tag.
static void report(const struct office *o, size_t implant, uint32_t sequence,
                   uint8_t out[REPORT_ARGS])
{
    struct tp_report r = {.sequence = sequence, .time_s = BED_TIME_S, .alarm = 3};
    tp_report_seal(&r, o->config.id[implant], o->config.origin_key[implant]);
    memcpy(out, o->config.id[implant], TP_ID_LEN);
    tp_report_build(&r, out + TP_ID_LEN);
}

static bool is_shown(const struct office *o, size_t implant, const uint8_t *args)
{
    const struct ep_output *c = &o->desk.committed;
    return o->desk.commits == 1 && c->commit.opcode == EP_COMMIT_SHOWN &&
           c->commit.len == 1 + TP_REPORT_LEN && c->commit.args[0] == implant &&
           memcmp(c->commit.args + 1, args + TP_ID_LEN, TP_REPORT_LEN) == 0;
}

// True if the report is shown and answered; false if refused and nothing shown.
static bool takes(struct office *o, size_t implant, const uint8_t args[REPORT_ARGS])
{
    struct answer a;
    int status =
        visitor_ask(&o->monitor, &o->desk, TP_UP_REPORT, args, REPORT_ARGS, &a);
    if (status == TP_STATUS_DONE) {
        CU_ASSERT(a.len == 1 && a.data[0] == TP_WANT_NOTHING);
        CU_ASSERT(is_shown(o, implant, args));
        return true;
    }
    CU_ASSERT(status == TP_STATUS_REFUSED && a.len == 0);
    CU_ASSERT_EQUAL(o->desk.commits, 0);
    return false;
}

static bool still_serves(struct office *o)
{
    static uint32_t sequence = 1000;
    uint8_t args[REPORT_ARGS];
    report(o, 0, ++sequence, args);
    return takes(o, 0, args) && desk_sound(&o->desk);
}

static void a_report_is_shown(void)
{
    struct office o;
    uint8_t args[REPORT_ARGS];
    open_office(&o, &all_controls);
    for (size_t i = 0; i < TP_SERVER_IMPLANTS; i++) {
        report(&o, i, 1, args);
        CU_ASSERT(takes(&o, i, args));
        CU_ASSERT_EQUAL(o.desk.others, 0);
    }
}

static void a_report_that_is_not_its_implants_is_refused(void)
{
    struct office o;
    uint8_t args[REPORT_ARGS];
    open_office(&o, &all_controls);
    for (size_t i = 0; i < sizeof args; i++) {
        report(&o, 0, 1, args);
        args[i] ^= 0x40;
        CU_ASSERT_FALSE(takes(&o, 0, args));
    }
    report(&o, 0, 1, args); // another's report under this one's id
    memcpy(args, o.config.id[1], TP_ID_LEN);
    CU_ASSERT_FALSE(takes(&o, 1, args));
    report(&o, 0, 1, args);
    CU_ASSERT(takes(&o, 0, args));
}

static void without_origin_a_report_is_made_up(void)
{
    struct tp_controls weak = without(TP_CTL_TELEMETRY_ORIGIN);
    struct office o;
    uint8_t args[REPORT_ARGS];
    open_office(&o, &weak);
    report(&o, 0, 1, args);
    args[TP_ID_LEN + 8] ^= 1; // the settings
    CU_ASSERT_EQUAL(takes(&o, 0, args), (bool)SWITCHES);
    CU_ASSERT(still_serves(&o));
    args[0] ^= 1; // of nobody
    CU_ASSERT_FALSE(takes(&o, 0, args));
}

static void reports_go_forward(void)
{
    struct office o;
    uint8_t args[REPORT_ARGS];
    static const struct {
        uint32_t sequence;
        bool taken;
    } cases[] = {{0, false}, {5, true},  {5, false},         {4, false},
                 {9, true},  {8, false}, {UINT32_MAX, true}, {UINT32_MAX, false}};
    open_office(&o, &all_controls);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        report(&o, 0, cases[i].sequence, args);
        CU_ASSERT_EQUAL(takes(&o, 0, args), cases[i].taken);
    }
    report(&o, 1, 1, args); // each implant counts for itself
    CU_ASSERT(takes(&o, 1, args));
}

static void a_forged_report_moves_no_sequence(void)
{
    struct office o;
    uint8_t args[REPORT_ARGS];
    open_office(&o, &all_controls);
    report(&o, 0, 1, args);
    args[TP_ID_LEN + 3] = 0xff;
    CU_ASSERT_FALSE(takes(&o, 0, args));
    report(&o, 0, 1, args);
    CU_ASSERT(takes(&o, 0, args));
}

static void without_sequence_an_old_report_is_shown(void)
{
    struct tp_controls weak = without(TP_CTL_TELEMETRY_SEQUENCE);
    struct office o;
    uint8_t args[REPORT_ARGS];
    open_office(&o, &weak);
    report(&o, 0, 5, args);
    CU_ASSERT(takes(&o, 0, args));
    CU_ASSERT_EQUAL(takes(&o, 0, args), (bool)SWITCHES);
    report(&o, 0, 4, args);
    CU_ASSERT_EQUAL(takes(&o, 0, args), (bool)SWITCHES);
    args[TP_ID_LEN + 8] ^= 1;
    CU_ASSERT_FALSE(takes(&o, 0, args));
}

// A place that is not filled has an id and a key of zeroes: nobody reports as it.
static void a_place_without_a_patient_is_nobodys(void)
{
    struct office o;
    uint8_t args[REPORT_ARGS];
    configure(&o, &all_controls);
    memset(o.config.id[1], 0, TP_ID_LEN);
    memset(o.config.origin_key[1], 0, TP_ORIGIN_KEY_LEN);
    start(&o);
    CU_ASSERT_FATAL(visitor_connect(&o.monitor, &o.desk, TP_ROLE_SERVER));
    report(&o, 1, 1, args);
    CU_ASSERT_FALSE(takes(&o, 1, args));
    CU_ASSERT(still_serves(&o));
}

static void reports_of_another_length_are_refused(void)
{
    struct office o;
    uint8_t args[TP_UP_MESSAGE_MAX - 1] = {0};
    struct answer a;
    open_office(&o, &all_controls);
    report(&o, 0, 1, args);
    for (size_t len = 0; len < sizeof args; len++) {
        int status = visitor_ask(&o.monitor, &o.desk, TP_UP_REPORT, args, len, &a);
        CU_ASSERT_EQUAL(status,
                        len == REPORT_ARGS ? TP_STATUS_DONE : TP_STATUS_REFUSED);
        CU_ASSERT_EQUAL(o.desk.commits, len == REPORT_ARGS);
    }
}

static void other_messages_are_refused(void)
{
    struct office o;
    uint8_t args[REPORT_ARGS];
    struct answer a;
    open_office(&o, &all_controls);
    report(&o, 0, 1, args);
    for (unsigned type = 0; type <= UINT8_MAX; type++) {
        if (type == TP_UP_REPORT)
            continue;
        int status =
            visitor_ask(&o.monitor, &o.desk, (uint8_t)type, args, sizeof args, &a);
        CU_ASSERT_EQUAL(status, type & TP_UP_ANSWER ? SILENCE : TP_STATUS_REFUSED);
        CU_ASSERT_EQUAL(o.desk.commits, 0);
    }
    CU_ASSERT(still_serves(&o));
}

static void only_monitors_report(void)
{
    for (enum tp_role role = 0; role < TP_ROLE_COUNT; role++) {
        for (int weak = 0; weak < 2; weak++) {
            struct tp_controls lack = without(TP_CTL_UPLINK_AUTHENTICATION);
            struct office o;
            uint8_t args[REPORT_ARGS];
            struct answer a;
            configure(&o, weak ? &lack : &all_controls);
            start(&o);
            visitor_make(&o.monitor, &o.clinic, role, 0x43);
            CU_ASSERT(visitor_connect(&o.monitor, &o.desk, TP_ROLE_SERVER));
            report(&o, 0, 1, args);
            int status =
                visitor_ask(&o.monitor, &o.desk, TP_UP_REPORT, args, sizeof args, &a);
            bool served = role == TP_ROLE_MONITOR || (weak && SWITCHES);
            CU_ASSERT_EQUAL(status, served ? TP_STATUS_DONE : SILENCE);
            CU_ASSERT_EQUAL(o.desk.commits, served);
        }
    }
}

// Certificates end while the server runs.
static void time_goes_on(void)
{
    struct office o;
    configure(&o, &all_controls);
    start(&o);
    o.desk.now_us = UINT64_C(1001) * 1000000; // past the end of every certificate
    CU_ASSERT(visitor_connect(&o.monitor, &o.desk, TP_ROLE_SERVER));
    uint8_t args[REPORT_ARGS];
    struct answer a;
    report(&o, 0, 1, args);
    CU_ASSERT_EQUAL(
        visitor_ask(&o.monitor, &o.desk, TP_UP_REPORT, args, sizeof args, &a), SILENCE);
}

static void act_is_refused_and_nothing_waits(void)
{
    struct office o;
    struct ep_act act = {.kind = EP_ACT_PUBLISH, .len = 1};
    uint8_t reply[4];
    size_t len = 77;
    open_office(&o, &all_controls);
    CU_ASSERT_EQUAL(tp_server_ops.act(o.desk.ram, &act, 0), -1);
    CU_ASSERT(tp_server_ops.deadline(o.desk.ram) == EP_NEVER);
    tp_server_ops.expire(o.desk.ram, 0);
    CU_ASSERT_EQUAL(tp_server_ops.outcome(o.desk.ram, reply, sizeof reply, &len), 1);
    CU_ASSERT_EQUAL(len, 0);
    CU_ASSERT_EQUAL(tp_server_ops.outcome(o.desk.ram, NULL, 0, NULL), 1);
    tp_server_ops.wipe(o.desk.ram);
    for (size_t i = 0; i < tp_server_ops.size; i++)
        CU_ASSERT_EQUAL(o.desk.ram[i], 0);
}

static void a_configuration_has_one_length(void)
{
    static uint8_t bytes[TP_SERVER_CONFIG_LEN + 1];
    struct office o;
    configure(&o, &all_controls);
    tp_server_config_build(&o.config, bytes);
    for (size_t len = 0; len <= sizeof bytes; len++)
        CU_ASSERT_EQUAL(desk_start(&o.desk, &tp_server_ops, NULL, bytes, len),
                        len == TP_SERVER_CONFIG_LEN);
    bytes[16 + CR_DH_LEN + CR_DH_LEN] = TP_ROLE_COUNT; // the certificate's role
    CU_ASSERT_FALSE(
        desk_start(&o.desk, &tp_server_ops, NULL, bytes, TP_SERVER_CONFIG_LEN));
}

int main(void)
{
    static const struct suite_case cases[] = {
        {"NET-5: a report is shown", a_report_is_shown},
        {"TEL-1: a report that is not its implant's is refused",
         a_report_that_is_not_its_implants_is_refused},
        {"TEL-1: without telemetry-origin a report is made up",
         without_origin_a_report_is_made_up},
        {"TEL-2: reports go forward", reports_go_forward},
        {"TEL-2: a forged report moves no sequence", a_forged_report_moves_no_sequence},
        {"TEL-2: without telemetry-sequence an old report is shown",
         without_sequence_an_old_report_is_shown},
        {"TEL-1: a place without a patient is nobody's",
         a_place_without_a_patient_is_nobodys},
        {"NET-5: reports of another length are refused",
         reports_of_another_length_are_refused},
        {"NET-5: other messages are refused", other_messages_are_refused},
        {"NET-2: only monitors report", only_monitors_report},
        {"CERT-4: time goes on at the server", time_goes_on},
        {"an act is refused and nothing waits", act_is_refused_and_nothing_waits},
        {"a configuration has one length", a_configuration_has_one_length},
        {0},
    };
    return cr_init() ? 2 : suite_main("protocol/server", cases);
}
