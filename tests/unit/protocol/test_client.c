// test_client.c - asking over the uplink: what is asked again, and what is never asked
//
// The service is moved by hand, so that each frame of it may come late, twice, changed
// or from somebody else.

#include "bed.h"
#include <crypto/init.h>
#include <crypto/stream.h>
#include <protocol/client.h>
#include <stdlib.h>
#include <string.h>
#include <suite.h>

enum { FRAMES = 8 };

struct side { // who speaks, with all that it takes
    uint8_t s_priv[CR_DH_LEN];
    struct tp_certificate cert;
    struct cr_stream rng;
    struct tp_controls controls;
};

static struct clinic clinic;
static struct side peer, service;
static struct tp_client client;
static struct tp_outbox box;
static struct tp_uplink line;
static struct tp_answer answer;
static uint64_t now_us;

static struct ep_frame sent[FRAMES]; // in the last call
static size_t sent_count;

static const uint8_t question[] = {TP_UP_MANIFEST, 3, 0};
static const uint8_t reply[] = {TP_UP_MANIFEST | TP_UP_ANSWER, TP_STATUS_DONE, 7, 8};

static void make(struct side *s, enum tp_role role, uint8_t seed)
{
    uint8_t key[CR_KEY_LEN];
    memset(key, seed, sizeof key);
    memset(s, 0, sizeof *s);
    memset(s->s_priv, seed, CR_DH_LEN);
    s->cert = (struct tp_certificate){
        .role = (uint8_t)role, .not_after_s = BED_TIME_S + 1000, .epoch = BED_EPOCH};
    clinic_certify(&clinic, &s->cert, s->s_priv);
    cr_stream_init(&s->rng, key);
}

static struct tp_uplink_self self_of(struct side *s)
{
    return (struct tp_uplink_self){.s_priv = s->s_priv,
                                   .certificate = &s->cert,
                                   .anchor = clinic.anchor,
                                   .now_s = BED_TIME_S,
                                   .controls = &s->controls};
}

static struct tp_client_env env(void)
{
    return (struct tp_client_env){
        .self = self_of(&peer), .rng = cr_stream_rng(&peer.rng), .out = &box};
}

static void empty(void)
{
    struct ep_output o;
    sent_count = 0;
    while (tp_out_take(&box, &o)) {
        if (o.kind != EP_SEND)
            continue;
        CU_ASSERT_FATAL(sent_count < FRAMES);
        CU_ASSERT(o.send.link == EP_UPLINK && o.send.place == EP_PLACE_UPDATER);
        sent[sent_count++] = o.send;
    }
}

static void ask(void)
{
    struct tp_client_env e = env();
    tp_client_ask(&client, &e, question, sizeof question, now_us);
    empty();
}

static void start_with(struct tp_controls controls)
{
    clinic_make(&clinic, 0xc1);
    make(&peer, TP_ROLE_CLINICIAN, 1);
    make(&service, TP_ROLE_UPDATER, 2);
    peer.controls = controls;
    memset(&client, 0, sizeof client);
    memset(&box, 0, sizeof box);
    memset(&line, 0, sizeof line);
    now_us = 5 * TP_SECOND;
    tp_client_start(&client, EP_PLACE_UPDATER);
    ask();
}

static void start(void)
{
    start_with(all_controls);
}

static bool hear(const uint8_t *bytes, size_t len)
{
    struct tp_client_env e = env();
    struct ep_frame f = {.now_us = now_us, .link = EP_UPLINK, .len = (uint8_t)len};
    memset(f.bytes, 0xaa, sizeof f.bytes);
    if (len > 0)
        memcpy(f.bytes, bytes, len);
    bool is = tp_client_hear(&client, &e, &f, &answer);
    empty();
    return is;
}

static bool expire(void)
{
    struct tp_client_env e = env();
    now_us = client.deadline_us;
    bool goes_on = tp_client_expire(&client, &e, now_us);
    empty();
    return goes_on;
}

static void network_says_closed(void)
{
    static const uint8_t closed[] = {TP_UP_CLOSED};
    CU_ASSERT_FALSE(hear(closed, sizeof closed));
}

// The service's answer to the HELLO that was just sent.
static void take_hello(uint8_t out[TP_UP_REPLY_LEN])
{
    struct tp_uplink_self self = self_of(&service);
    CU_ASSERT_EQUAL_FATAL(sent_count, 1);
    CU_ASSERT_EQUAL_FATAL(sent[0].bytes[0], TP_UP_HELLO);
    CU_ASSERT_EQUAL_FATAL(tp_uplink_reply(&line, &self, cr_stream_rng(&service.rng),
                                          sent[0].bytes, sent[0].len, out),
                          TP_OK);
}

// Reads PROOF and the question behind it.
static void take_proof(void)
{
    struct tp_uplink_self self = self_of(&service);
    struct tp_certificate cert;
    uint8_t message[TP_UP_MESSAGE_MAX];
    size_t len;
    CU_ASSERT_EQUAL_FATAL(sent_count, 2);
    CU_ASSERT_EQUAL_FATAL(
        tp_uplink_admit(&line, &self, sent[0].bytes, sent[0].len, &cert), TP_OK);
    CU_ASSERT_EQUAL_FATAL(
        tp_uplink_open(&line, sent[1].bytes, sent[1].len, message, &len), TP_OK);
    CU_ASSERT(len == sizeof question && memcmp(message, question, len) == 0);
}

static void connect(void)
{
    uint8_t up[TP_UP_REPLY_LEN];
    take_hello(up);
    CU_ASSERT_FALSE(hear(up, sizeof up));
    take_proof();
}

static size_t seal(const uint8_t *message, size_t len, uint8_t out[EP_FRAME_MAX])
{
    size_t n = 0;
    CU_ASSERT_EQUAL_FATAL(tp_uplink_seal(&line, message, len, out, &n), TP_OK);
    return n;
}

static bool hear_answer(void)
{
    uint8_t frame[EP_FRAME_MAX];
    size_t len = seal(reply, sizeof reply, frame);
    return hear(frame, len) && answer.status == TP_STATUS_DONE && answer.len == 2 &&
           answer.data[0] == 7 && answer.data[1] == 8;
}

// Nothing but handshakes and records has left.
static bool none_in_clear(void)
{
    for (size_t i = 0; i < sent_count; i++)
        if (sent[i].bytes[0] == TP_UP_PLAIN)
            return false;
    return true;
}

// PRG-5
static void a_connection_is_kept_for_the_next_question(void)
{
    start();
    connect();
    CU_ASSERT(hear_answer());
    CU_ASSERT_EQUAL(client.deadline_us, EP_NEVER);
    ask();
    CU_ASSERT(sent_count == 1 && sent[0].bytes[0] == TP_UP_RECORD);
    CU_ASSERT(hear_answer());
    CU_ASSERT_FALSE(hear_answer()); // to nothing
    tp_client_close(&client);
    tp_client_start(&client, EP_PLACE_UPDATER);
    ask();
    CU_ASSERT(sent_count == 1 && sent[0].bytes[0] == TP_UP_HELLO);
}

// PRG-2: 250 ms a try, four tries more, each over a connection of its own.
static void a_question_is_asked_again_and_given_up(void)
{
    start();
    connect();
    for (int i = 0; i < TP_CLIENT_TRIES; i++) {
        uint64_t from_us = now_us;
        CU_ASSERT(expire());
        CU_ASSERT_EQUAL(now_us - from_us, 250000);
        connect();
    }
    CU_ASSERT_FALSE(expire());
    CU_ASSERT(sent_count == 0 && client.deadline_us == EP_NEVER);
    CU_ASSERT_FALSE(hear_answer());
}

// An answer that is late belongs to a connection that is gone.
static void a_late_answer_is_none(void)
{
    uint8_t frame[EP_FRAME_MAX], up[TP_UP_REPLY_LEN];
    start();
    connect();
    size_t len = seal(reply, sizeof reply, frame);
    CU_ASSERT(expire());
    take_hello(up);
    CU_ASSERT_FALSE(hear(frame, len));
    CU_ASSERT_FALSE(hear(up, sizeof up));
    take_proof();
    CU_ASSERT_FALSE(hear(frame, len));
    CU_ASSERT(hear_answer());
    ask();
    CU_ASSERT_FALSE(hear(frame, len));
}

// NET-4: the network's word closes a connection, and opens nothing.
static void what_is_gone_is_not_used(void)
{
    static const uint8_t plain[] = {TP_UP_PLAIN, TP_UP_MANIFEST | TP_UP_ANSWER,
                                    TP_STATUS_DONE, 9};
    start();
    connect();
    network_says_closed();
    CU_ASSERT_EQUAL(sent_count, 0); // it does not even answer that
    CU_ASSERT_FALSE(hear_answer());
    CU_ASSERT_FALSE(hear(plain, sizeof plain));
    CU_ASSERT(expire());
    connect();
    CU_ASSERT(hear_answer());
    // Between two questions.
    network_says_closed();
    ask();
    CU_ASSERT(sent_count == 1 && sent[0].bytes[0] == TP_UP_HELLO);
    while (expire()) {
        CU_ASSERT(none_in_clear());
        network_says_closed();
        CU_ASSERT(none_in_clear() && !hear(plain, sizeof plain));
    }
}

// NET-4, taken away: whoever says that the connection is gone is who is asked next.
static void without_the_check_it_goes_on_in_clear(void)
{
    static const uint8_t plain[] = {TP_UP_PLAIN, TP_UP_MANIFEST | TP_UP_ANSWER,
                                    TP_STATUS_DONE, 9};
    for (int between = 0; between < 2; between++) {
        start_with(without(TP_CTL_CHANNEL_CHECK_AT_USE));
        connect();
        if (between) {
            CU_ASSERT(hear_answer());
            network_says_closed();
            CU_ASSERT_EQUAL(sent_count, 0);
            ask();
        } else {
            network_says_closed();
        }
        bool clear = sent_count == 1 && sent[0].bytes[0] == TP_UP_PLAIN &&
                     sent[0].len == 1 + sizeof question &&
                     memcmp(sent[0].bytes + 1, question, sizeof question) == 0;
        CU_ASSERT_EQUAL(clear, SWITCHES);
        CU_ASSERT_EQUAL(hear(plain, sizeof plain), SWITCHES);
        CU_ASSERT(!clear || (answer.len == 1 && answer.data[0] == 9));
    }
}

// And so it does when nobody answers at all.
static void without_the_check_silence_does_as_well(void)
{
    start_with(without(TP_CTL_CHANNEL_CHECK_AT_USE));
    unsigned tries = 0, clear = 0;
    while (expire()) {
        tries++;
        clear += !none_in_clear();
        CU_ASSERT_FATAL(tries < 20);
    }
    CU_ASSERT_EQUAL(clear, SWITCHES ? 1 + TP_CLIENT_TRIES : 0);
    CU_ASSERT_EQUAL(tries, TP_CLIENT_TRIES + clear);
}

// NET-2: only the place that was meant is told anything.
static void somebody_else_is_not_asked(void)
{
    uint8_t up[TP_UP_REPLY_LEN];
    struct clinic stranger;
    clinic_make(&stranger, 0x99);
    for (enum tp_role role = TP_ROLE_MONITOR; role < TP_ROLE_COUNT; role++) {
        start();
        make(&service, role, 3);
        take_hello(up);
        CU_ASSERT_FALSE(hear(up, sizeof up));
        CU_ASSERT_EQUAL(sent_count, role == TP_ROLE_UPDATER ? 2 : 0);
    }
    start();
    clinic_certify(&stranger, &service.cert, service.s_priv);
    take_hello(up);
    CU_ASSERT_FALSE(hear(up, sizeof up));
    CU_ASSERT_EQUAL(sent_count, 0);
    CU_ASSERT_EQUAL(client.deadline_us, now_us + TP_CLIENT_WAIT_US);
}

// FRM-3: whatever else comes moves nothing.
static void garbage_moves_nothing(void)
{
    uint8_t frame[EP_FRAME_MAX];
    start();
    connect();
    for (unsigned type = 0; type < 256; type++) {
        memset(frame, (int)type, sizeof frame);
        for (size_t len = type == TP_UP_CLOSED ? 2 : 0; len <= sizeof frame; len++)
            CU_ASSERT_FALSE_FATAL(hear(frame, len) || sent_count > 0);
    }
    static const uint8_t odd[][3] = {
        {TP_UP_CHUNK | TP_UP_ANSWER, 0, 0}, {TP_UP_MANIFEST, 0, 0}, {0, 0, 0}};
    for (size_t i = 0; i < sizeof odd / sizeof odd[0]; i++)
        CU_ASSERT_FALSE(hear(frame, seal(odd[i], sizeof odd[i], frame)));
    for (size_t len = 0; len < 2; len++)
        CU_ASSERT_FALSE(hear(frame, seal(reply, len, frame)));
    CU_ASSERT(hear_answer());
}

int main(void)
{
    static const struct suite_case cases[] = {
        {"PRG-5: a connection is kept for the next question",
         a_connection_is_kept_for_the_next_question},
        {"PRG-2: a question is asked again and given up",
         a_question_is_asked_again_and_given_up},
        {"PRG-5: a late answer is none", a_late_answer_is_none},
        {"NET-4: what is gone is not used", what_is_gone_is_not_used},
        {"NET-4: without the check it goes on in clear",
         without_the_check_it_goes_on_in_clear},
        {"NET-4: without the check silence does as well",
         without_the_check_silence_does_as_well},
        {"NET-2: somebody else is not asked", somebody_else_is_not_asked},
        {"FRM-3: garbage moves nothing", garbage_moves_nothing},
        {0},
    };
    return cr_init() ? 2 : suite_main("protocol/client", cases);
}
