// test_host.c - connections at a service: whose they are, and when they are gone
//
// Seen at an updater, which answers without effects; a server is a host all the same.

#include "visit.h"
#include <crypto/init.h>
#include <protocol/server.h>
#include <protocol/updater.h>
#include <suite.h>

struct house {
    struct clinic clinic;
    struct visitor programmer, monitor;
    struct desk desk;
};

static void open_house(struct house *h, const struct tp_controls *controls)
{
    static uint8_t nvm[TP_UPDATER_NVM_LEN];
    uint8_t bytes[TP_HOST_CONFIG_LEN];
    struct visitor updater;
    struct tp_host_config config = {.controls = *controls, .time_s = BED_TIME_S};
    memset(h, 0, sizeof *h);
    clinic_make(&h->clinic, 0xc1);
    visitor_make(&updater, &h->clinic, TP_ROLE_UPDATER, 0x42);
    visitor_make(&h->programmer, &h->clinic, TP_ROLE_CLINICIAN, 0x41);
    visitor_make(&h->monitor, &h->clinic, TP_ROLE_MONITOR, 0x43);
    memcpy(config.s_priv, updater.s_priv, CR_DH_LEN);
    config.certificate = updater.certificate;
    memcpy(config.anchor, h->clinic.anchor, CR_SIGN_PUBLIC_LEN);
    tp_host_config_build(&config, bytes);
    tp_updater_file(nvm, 0, "logs/today", (const uint8_t *)"quiet", 5);
    CU_ASSERT_FATAL(desk_start(&h->desk, &tp_updater_ops, nvm, bytes, sizeof bytes));
}

static bool connects(struct house *h, struct visitor *v)
{
    return visitor_connect(v, &h->desk, TP_ROLE_UPDATER);
}

static bool is_served(struct house *h, struct visitor *v)
{
    static const uint8_t item[1] = {0};
    struct answer a;
    return visitor_ask(v, &h->desk, TP_UP_FILE, item, 1, &a) == TP_STATUS_DONE &&
           a.len == 5 && memcmp(a.data, "quiet", 5) == 0;
}

static bool is_served_plain(struct house *h, struct visitor *v)
{
    static const uint8_t item[1] = {0};
    struct answer a;
    return visitor_ask_plain(v, &h->desk, TP_UP_FILE, item, 1, &a) == TP_STATUS_DONE;
}

static void close_by(struct house *h, enum ep_place place, size_t len)
{
    static const uint8_t closed[2] = {TP_UP_CLOSED};
    desk_hear(&h->desk, place, closed, len);
    CU_ASSERT_EQUAL(h->desk.sends, 0);
}

static void two_places_are_served_at_once(void)
{
    struct house h;
    open_house(&h, &all_controls);
    CU_ASSERT(connects(&h, &h.programmer));
    CU_ASSERT(connects(&h, &h.monitor));
    for (int i = 0; i < 3; i++) {
        CU_ASSERT(is_served(&h, &h.programmer));
        CU_ASSERT(is_served(&h, &h.monitor));
    }
    close_by(&h, EP_PLACE_PROGRAMMER, 1);
    CU_ASSERT_FALSE(is_served(&h, &h.programmer));
    CU_ASSERT(is_served(&h, &h.monitor));
}

static void a_record_from_another_place_is_not_taken(void)
{
    struct house h;
    open_house(&h, &all_controls);
    CU_ASSERT(connects(&h, &h.programmer));
    CU_ASSERT(connects(&h, &h.monitor));
    h.programmer.place = EP_PLACE_MONITOR;
    CU_ASSERT_FALSE(is_served(&h, &h.programmer));
    h.programmer.place = EP_PLACE_PROGRAMMER;
    CU_ASSERT(is_served(&h, &h.programmer));
    CU_ASSERT(is_served(&h, &h.monitor));
}

static void other_places_and_links_are_not_heard(void)
{
    struct house h;
    open_house(&h, &all_controls);
    for (enum ep_place place = 0; place <= UINT8_MAX; place++) {
        h.programmer.place = place;
        bool there = place == EP_PLACE_PROGRAMMER || place == EP_PLACE_MONITOR;
        CU_ASSERT_EQUAL(connects(&h, &h.programmer), there);
    }
    struct tp_uplink_self self = visitor_self(&h.programmer);
    struct ep_frame f = {.place = EP_PLACE_PROGRAMMER, .len = TP_UP_HELLO_LEN};
    struct ep_output o;
    CU_ASSERT_EQUAL_FATAL(
        tp_uplink_hello(&h.programmer.up, &self, visitor_rng(&h.programmer), f.bytes),
        TP_OK);
    for (f.link = 0; f.link <= EP_UPLINK; f.link++) {
        tp_updater_ops.receive(h.desk.ram, &f);
        CU_ASSERT_EQUAL(tp_updater_ops.output(h.desk.ram, &o), f.link == EP_UPLINK);
    }
}

static void what_is_closed_stays_silent(void)
{
    struct house h;
    open_house(&h, &all_controls);
    CU_ASSERT_FALSE(is_served(&h, &h.programmer)); // not even begun
    CU_ASSERT(connects(&h, &h.programmer));
    close_by(&h, EP_PLACE_PROGRAMMER, 2); // no such frame
    CU_ASSERT(is_served(&h, &h.programmer));
    close_by(&h, EP_PLACE_PROGRAMMER, 1);
    CU_ASSERT_FALSE(is_served(&h, &h.programmer));
    CU_ASSERT(connects(&h, &h.programmer));
    CU_ASSERT(is_served(&h, &h.programmer));
}

static void a_message_without_connection_is_not_heard(void)
{
    struct house h;
    open_house(&h, &all_controls);
    CU_ASSERT_FALSE(is_served_plain(&h, &h.programmer));
    CU_ASSERT_EQUAL(h.desk.sends, 0);
    CU_ASSERT(connects(&h, &h.programmer));
    CU_ASSERT_FALSE(is_served_plain(&h, &h.programmer));
    CU_ASSERT(is_served(&h, &h.programmer));
}

static void without_the_check_any_message_is_answered(void)
{
    struct tp_controls weak = without(TP_CTL_CHANNEL_CHECK_AT_USE);
    static const uint8_t longest[EP_FRAME_MAX] = {TP_UP_PLAIN, TP_UP_FILE};
    struct house h;
    open_house(&h, &weak);
    CU_ASSERT_EQUAL(is_served_plain(&h, &h.programmer), (bool)SWITCHES);
    desk_hear(&h.desk, EP_PLACE_MONITOR, longest, 1);
    CU_ASSERT_EQUAL(h.desk.sends, 0);
    for (size_t len = 2; len <= sizeof longest; len++) {
        bool heard = SWITCHES && len <= 1 + TP_UP_MESSAGE_MAX;
        desk_hear(&h.desk, EP_PLACE_MONITOR, longest, len);
        CU_ASSERT_EQUAL(h.desk.sends, heard); // even if it is refused
    }
    CU_ASSERT(connects(&h, &h.programmer));
    CU_ASSERT(is_served(&h, &h.programmer));
}

static void a_record_of_nothing_is_not_answered(void)
{
    struct house h;
    uint8_t frame[EP_FRAME_MAX];
    size_t n;
    open_house(&h, &all_controls);
    CU_ASSERT(connects(&h, &h.programmer));
    CU_ASSERT_EQUAL_FATAL(tp_uplink_seal(&h.programmer.up, frame, 0, frame, &n), TP_OK);
    desk_hear(&h.desk, EP_PLACE_PROGRAMMER, frame, n);
    CU_ASSERT_EQUAL(h.desk.sends, 0);
    CU_ASSERT(is_served(&h, &h.programmer));
}

static void a_replayed_handshake_serves_nobody(void)
{
    struct house h;
    uint8_t hello[TP_UP_HELLO_LEN], proof[TP_UP_PROOF_LEN];
    open_house(&h, &all_controls);
    struct visitor *v = &h.programmer;
    struct tp_uplink_self self = visitor_self(v);
    CU_ASSERT_EQUAL_FATAL(tp_uplink_hello(&v->up, &self, visitor_rng(v), hello), TP_OK);
    desk_hear(&h.desk, v->place, hello, sizeof hello);
    CU_ASSERT_EQUAL_FATAL(tp_uplink_prove(&v->up, &self, TP_ROLE_UPDATER,
                                          visitor_rng(v), h.desk.sent.bytes,
                                          h.desk.sent.len, proof),
                          TP_OK);
    desk_hear(&h.desk, v->place, hello, sizeof hello); // both again
    desk_hear(&h.desk, v->place, proof, sizeof proof);
    CU_ASSERT_FALSE(is_served(&h, v));
}

static void a_connection_ends_with_its_counters(void)
{
    static const uint8_t item[1] = {0};
    struct answer a;
    struct house h;
    open_house(&h, &all_controls);
    CU_ASSERT(connects(&h, &h.programmer));
    for (uint16_t i = 0; i < UINT16_MAX; i++)
        if (visitor_ask(&h.programmer, &h.desk, TP_UP_FILE, item, 1, &a))
            CU_FAIL("a record in its life was refused");
    CU_ASSERT_FALSE(is_served(&h, &h.programmer));
    CU_ASSERT(connects(&h, &h.programmer));
    CU_ASSERT(is_served(&h, &h.programmer));
}

// Garbage of a type and of every length; what is sent must be a reply or nothing.
static void rubbish(struct house *h, uint8_t type)
{
    uint8_t bytes[EP_FRAME_MAX];
    cr_stream_fill(&h->monitor.stream, bytes, sizeof bytes);
    bytes[0] = type;
    for (size_t len = 0; len <= sizeof bytes; len++) {
        desk_hear(&h->desk, EP_PLACE_PROGRAMMER, bytes, len);
        bool reply = type == TP_UP_HELLO && len == TP_UP_HELLO_LEN;
        CU_ASSERT_EQUAL(h->desk.sends, reply);
        CU_ASSERT_EQUAL(h->desk.commits + h->desk.others, 0);
    }
}

static void garbage_leaves_it_serving(void)
{
    struct house h;
    open_house(&h, &all_controls);
    CU_ASSERT(connects(&h, &h.programmer));
    for (unsigned type = 0; type <= UINT8_MAX; type++) {
        rubbish(&h, (uint8_t)type);
        bool ends = type == TP_UP_HELLO || type == TP_UP_CLOSED;
        CU_ASSERT_EQUAL(is_served(&h, &h.programmer), !ends);
        if (ends)
            CU_ASSERT(connects(&h, &h.programmer));
    }
    CU_ASSERT(is_served(&h, &h.programmer));
    CU_ASSERT(desk_sound(&h.desk));
}

// What proves no key is no message, whatever comes first.
static void garbage_of_messages_is_refused(void)
{
    struct tp_controls weak = without(TP_CTL_CHANNEL_CHECK_AT_USE);
    uint8_t args[TP_UP_MESSAGE_MAX - 1];
    struct answer a;
    struct house h;
    open_house(&h, &weak);
    CU_ASSERT(connects(&h, &h.programmer));
    cr_stream_fill(&h.monitor.stream, args, sizeof args);
    for (uint8_t type = 0; type < TP_UP_ANSWER; type++) {
        for (size_t len = 2; len <= sizeof args; len++) {
            int status = visitor_ask(&h.programmer, &h.desk, type, args, len, &a);
            CU_ASSERT_EQUAL(status, TP_STATUS_REFUSED);
            CU_ASSERT_EQUAL(h.desk.commits + h.desk.others, 0);
        }
    }
    CU_ASSERT(is_served(&h, &h.programmer));
    CU_ASSERT(desk_sound(&h.desk));
}

static void there_is_no_service_port(void)
{
    static const uint8_t login[1 + TP_LOGIN_LEN] = "\x46service-service";
    static const uint8_t service[] = {TP_UP_SERVICE, 1, 5, 0};
    for (enum tp_control c = 0; c < TP_CTL_COUNT; c++) {
        struct tp_controls weak = without(c);
        struct house h;
        open_house(&h, &weak);
        desk_hear(&h.desk, EP_PLACE_PROGRAMMER, login, sizeof login);
        CU_ASSERT_EQUAL(h.desk.sends, 0);
        desk_hear(&h.desk, EP_PLACE_PROGRAMMER, service, sizeof service);
        CU_ASSERT_EQUAL(h.desk.sends, 0);
    }
}

static void services_keep_to_their_size(void)
{
    CU_ASSERT(tp_updater_ops.size <= 6144);
    CU_ASSERT(tp_updater_ops.nvm_size <= 6144);
    CU_ASSERT(tp_server_ops.size <= 6144);
    CU_ASSERT_EQUAL(tp_server_ops.nvm_size, 0);
}

int main(void)
{
    static const struct suite_case cases[] = {
        {"NET-4: two places are served at once", two_places_are_served_at_once},
        {"NET-4: a record from another place is not taken",
         a_record_from_another_place_is_not_taken},
        {"NET-4: other places and links are not heard",
         other_places_and_links_are_not_heard},
        {"NET-4: what is closed stays silent", what_is_closed_stays_silent},
        {"NET-4: a message without connection is not heard",
         a_message_without_connection_is_not_heard},
        {"NET-4: without channel-check-at-use any message is answered",
         without_the_check_any_message_is_answered},
        {"NET-5: a record of nothing is not answered",
         a_record_of_nothing_is_not_answered},
        {"NET-2: a replayed handshake serves nobody",
         a_replayed_handshake_serves_nobody},
        {"NET-3: a connection ends with its counters",
         a_connection_ends_with_its_counters},
        {"NET-1: garbage leaves it serving", garbage_leaves_it_serving},
        {"NET-5: garbage of messages is refused", garbage_of_messages_is_refused},
        {"NET-7: there is no service port", there_is_no_service_port},
        {"OUT-1: services keep to their size", services_keep_to_their_size},
        {0},
    };
    return cr_init() ? 2 : suite_main("protocol/host", cases);
}
