// test_uplink_records.c - NET-3: the records of a connection over a network

#include "meet.h"
#include <crypto/hash.h>
#include <crypto/init.h>

static bool takes(struct visitor *v, const struct wire_record *r)
{
    uint8_t out[TP_UP_MESSAGE_MAX];
    size_t n = 0;
    return meet_hear(v, r, out, &n) == TP_OK && n == 4 && memcmp(out, "beat", 4) == 0;
}

// Must be refused as that, and nothing moved by it.
static void refuses(struct visitor *v, const struct wire_record *r, enum tp_err as)
{
    static const uint8_t untouched[TP_UP_MESSAGE_MAX];
    uint8_t out[TP_UP_MESSAGE_MAX] = {0};
    size_t n = 77;
    struct tp_uplink before;
    memcpy(&before, &v->up, sizeof before);
    CU_ASSERT_EQUAL(meet_hear(v, r, out, &n), as);
    CU_ASSERT_EQUAL(n, 77);
    CU_ASSERT_EQUAL(memcmp(out, untouched, sizeof out), 0);
    CU_ASSERT(meet_same(&before, &v->up));
}

static void a_replay_is_refused(void)
{
    struct meeting m;
    meet_open(&m);
    struct wire_record r = meet_say(&m.client, "beat");
    CU_ASSERT(takes(&m.service, &r));
    refuses(&m.service, &r, TP_E_AUTH);
}

static void order_is_kept_and_gaps_are_taken(void)
{
    struct meeting m;
    meet_open(&m);
    struct wire_record a = meet_say(&m.client, "beat"), b = meet_say(&m.client, "beat"),
                       c = meet_say(&m.client, "beat"), d = meet_say(&m.client, "beat");
    CU_ASSERT(takes(&m.service, &b)); // the first was lost
    refuses(&m.service, &a, TP_E_AUTH);
    CU_ASSERT(takes(&m.service, &d));
    refuses(&m.service, &c, TP_E_AUTH);
}

static void a_reflection_is_refused(void)
{
    struct meeting m;
    meet_open(&m);
    struct wire_record r = meet_say(&m.client, "beat");
    refuses(&m.client, &r, TP_E_AUTH);
    r = meet_say(&m.service, "beat");
    refuses(&m.service, &r, TP_E_AUTH);
}

static void every_truncation_is_refused(void)
{
    struct meeting m;
    meet_open(&m);
    struct wire_record r = meet_say(&m.client, "beat"), cut = r;
    for (cut.len = 0; cut.len < r.len; cut.len++)
        refuses(&m.service, &cut,
                cut.len < TP_UP_HEAD + CR_TAG_LEN ? TP_E_VALUE : TP_E_AUTH);
    cut.len = r.len + 1;
    refuses(&m.service, &cut, TP_E_AUTH);
    CU_ASSERT(takes(&m.service, &r));
}

static void every_flipped_bit_is_refused(void)
{
    struct meeting m;
    meet_open(&m);
    struct wire_record r = meet_say(&m.client, "beat");
    for (size_t bit = 0; bit < 8 * r.len; bit++) {
        struct wire_record bad = r;
        bad.bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
        refuses(&m.service, &bad, bit < 8 ? TP_E_VALUE : TP_E_AUTH);
    }
    CU_ASSERT(takes(&m.service, &r));
}

static void another_connections_record_is_refused(void)
{
    struct meeting m, other;
    meet_open(&m);
    meet(&other);
    cr_stream_named(&other.client.stream, 7, "later");
    meet_greet(&other);
    CU_ASSERT_EQUAL_FATAL(meet_prove(&other, TP_ROLE_SERVER), TP_OK);
    CU_ASSERT_EQUAL_FATAL(meet_admit(&other), TP_OK);
    struct wire_record r = meet_say(&other.client, "beat");
    refuses(&m.service, &r, TP_E_AUTH);
    CU_ASSERT(takes(&other.service, &r));
}

static void messages_from_none_to_the_longest(void)
{
    static const uint8_t longest[TP_UP_MESSAGE_MAX + 1] = {7};
    uint8_t out[TP_UP_MESSAGE_MAX];
    struct meeting m;
    meet_open(&m);
    for (size_t len = 0; len <= TP_UP_MESSAGE_MAX; len++) {
        struct wire_record r;
        size_t n = 0;
        CU_ASSERT_EQUAL_FATAL(
            tp_uplink_seal(&m.client.up, longest, len, r.bytes, &r.len), TP_OK);
        CU_ASSERT_EQUAL(r.len, 3 + len + 16);
        CU_ASSERT_EQUAL(meet_hear(&m.service, &r, out, &n), TP_OK);
        CU_ASSERT(n == len && memcmp(out, longest, len) == 0);
    }
    uint8_t frame[EP_FRAME_MAX] = {0};
    size_t n = 77;
    CU_ASSERT_EQUAL(tp_uplink_seal(&m.client.up, longest, sizeof longest, frame, &n),
                    TP_E_SPACE);
    CU_ASSERT(n == 77 && frame[0] == 0);
}

static void counters_end(void)
{
    struct meeting m;
    meet_open(&m);
    m.client.up.tx_next = UINT16_MAX - 1; // as after so many records
    struct wire_record r = meet_say(&m.client, "beat");
    CU_ASSERT(takes(&m.service, &r));
    refuses(&m.service, &r, TP_E_AUTH);
    CU_ASSERT_EQUAL(tp_uplink_seal(&m.client.up, r.bytes, 4, r.bytes, &r.len),
                    TP_E_SPENT);

    // Whoever would go on all the same is not taken.
    static const uint8_t head[3] = {TP_UP_RECORD, 0xff, 0xff};
    memcpy(r.bytes, head, sizeof head);
    cr_seal(r.bytes + 3, m.client.up.tx_key, UINT16_MAX, head, sizeof head,
            (const uint8_t *)"beat", 4);
    refuses(&m.service, &r, TP_E_AUTH);
}

static bool holds(const struct tp_uplink *up, const uint8_t *bytes, size_t len)
{
    const uint8_t *at = (const uint8_t *)up;
    for (size_t i = 0; i + len <= sizeof *up; i++)
        if (memcmp(at + i, bytes, len) == 0)
            return true;
    return false;
}

static void an_open_connection_holds_nothing_of_its_handshake(void)
{
    struct meeting m;
    meet(&m);
    meet_greet(&m);
    CU_ASSERT(holds(&m.service.up, m.service.s_priv, CR_DH_LEN));
    CU_ASSERT_EQUAL_FATAL(meet_prove(&m, TP_ROLE_SERVER), TP_OK);
    CU_ASSERT_EQUAL_FATAL(meet_admit(&m), TP_OK);
    CU_ASSERT_FALSE(holds(&m.service.up, m.service.s_priv, CR_DH_LEN));
    CU_ASSERT_FALSE(holds(&m.client.up, m.client.s_priv, CR_DH_LEN));
    CU_ASSERT_FALSE(holds(&m.client.up, m.hello + 1, CR_DH_LEN));
    CU_ASSERT_NOT_EQUAL(memcmp(m.client.up.tx_key, m.client.up.rx_key, CR_KEY_LEN), 0);
}

static void a_closed_connection_is_zero_and_silent(void)
{
    static const struct tp_uplink zero;
    struct meeting m;
    uint8_t out[EP_FRAME_MAX];
    size_t n = 77;
    meet_open(&m);
    struct wire_record r = meet_say(&m.client, "beat");
    tp_uplink_close(&m.service.up);
    CU_ASSERT_EQUAL(
        memcmp((const uint8_t *)&m.service.up, (const uint8_t *)&zero, sizeof zero), 0);
    refuses(&m.service, &r, TP_E_STATE);
    CU_ASSERT_EQUAL(tp_uplink_seal(&m.service.up, r.bytes, 4, out, &n), TP_E_STATE);
    CU_ASSERT_EQUAL(n, 77);
}

static void a_connection_half_open_carries_nothing(void)
{
    struct meeting m;
    uint8_t out[EP_FRAME_MAX];
    size_t n = 77;
    meet(&m);
    meet_greet(&m);
    CU_ASSERT_EQUAL(tp_uplink_seal(&m.client.up, m.hello, 4, out, &n), TP_E_STATE);
    CU_ASSERT_EQUAL(tp_uplink_seal(&m.service.up, m.hello, 4, out, &n), TP_E_STATE);
    CU_ASSERT_EQUAL_FATAL(meet_prove(&m, TP_ROLE_SERVER), TP_OK);
    struct wire_record r = meet_say(&m.client, "beat");
    refuses(&m.service, &r, TP_E_STATE); // before its proof
    CU_ASSERT_EQUAL_FATAL(meet_admit(&m), TP_OK);
    CU_ASSERT(takes(&m.service, &r));
}

static void a_new_hello_forgets_the_connection_before(void)
{
    struct meeting m;
    meet_open(&m);
    struct wire_record r = meet_say(&m.client, "beat");
    meet_greet(&m);
    refuses(&m.service, &r, TP_E_STATE);
    CU_ASSERT_EQUAL_FATAL(meet_prove(&m, TP_ROLE_SERVER), TP_OK);
    CU_ASSERT_EQUAL_FATAL(meet_admit(&m), TP_OK);
    refuses(&m.service, &r, TP_E_AUTH);
}

int main(void)
{
    static const struct suite_case cases[] = {
        {"NET-3: a replay is refused", a_replay_is_refused},
        {"NET-3: order is kept, gaps are taken", order_is_kept_and_gaps_are_taken},
        {"NET-3: a reflection is refused", a_reflection_is_refused},
        {"NET-3: every truncation is refused", every_truncation_is_refused},
        {"NET-3: every flipped bit is refused", every_flipped_bit_is_refused},
        {"NET-3: another connection's record is refused",
         another_connections_record_is_refused},
        {"NET-1: messages from none to the longest", messages_from_none_to_the_longest},
        {"NET-3: counters end", counters_end},
        {"NET-3: an open connection holds nothing of its handshake",
         an_open_connection_holds_nothing_of_its_handshake},
        {"NET-4: a closed connection is zero and silent",
         a_closed_connection_is_zero_and_silent},
        {"NET-4: a connection half open carries nothing",
         a_connection_half_open_carries_nothing},
        {"NET-4: a new hello forgets the connection before",
         a_new_hello_forgets_the_connection_before},
        {0},
    };
    return cr_init() ? 2 : suite_main("protocol/uplink_records", cases);
}
