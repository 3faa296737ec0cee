// test_channel.c - records: what is taken, in which order, under which key

#include "ends.h"
#include "exact.h"
#include <crypto/hash.h>
#include <crypto/init.h>

static const char text[] = "lower rate 60";

static bool same(const struct tp_channel *a, const struct tp_channel *b)
{
    return memcmp(a->tx_key, b->tx_key, CR_KEY_LEN) == 0 &&
           memcmp(a->rx_key, b->rx_key, CR_KEY_LEN) == 0 &&
           a->wake_counter == b->wake_counter && a->rx_next == b->rx_next &&
           a->tx_counter == b->tx_counter && a->limit == b->limit &&
           a->tx_generation == b->tx_generation && a->rx_generation == b->rx_generation;
}

static struct sealed say(struct ends *e)
{
    return ends_seal(e, &e->peer, TP_RECORD, text, sizeof text);
}

// The implant must take it, and find the text.
static void taken(struct ends *e, const struct sealed *s)
{
    struct tp_opened o = {0};
    CU_ASSERT_EQUAL_FATAL(ends_take(e, &e->implant, s, &o), TP_OK);
    CU_ASSERT(o.type == TP_RECORD && o.len == sizeof text);
    CU_ASSERT_EQUAL(memcmp(o.body, text, sizeof text), 0);
}

// The implant must refuse it and stay as it was.
static void refused(struct ends *e, const struct sealed *s)
{
    struct tp_opened o = {.len = 77};
    struct tp_channel before = e->implant;
    CU_ASSERT_EQUAL(ends_take(e, &e->implant, s, &o), TP_E_AUTH);
    CU_ASSERT(same(&before, &e->implant));
    CU_ASSERT_EQUAL(o.len, 77);
}

// REC-1, REC-2, REC-4, REC-8: computed once more from the page.
static void records_are_sealed_as_written(void)
{
    struct ends e;
    struct cr_cipher first, second;
    uint8_t want[sizeof text + CR_TAG_LEN];
    ends_open(&e, 1, 1024, &all_controls);
    cr_noise_split(&e.hs[0], &first, &second);
    for (uint16_t i = 0; i < 3; i++) {
        struct sealed s = say(&e);
        uint8_t head[4] = {TP_RECORD, 0, (uint8_t)i, 0};
        CU_ASSERT_EQUAL_FATAL(s.len, 4 + sizeof want);
        CU_ASSERT_EQUAL(memcmp(s.bytes, head, 4), 0);
        cr_seal(want, first.key, (uint64_t)ENDS_WAKE << 32 | i, head, 4,
                (const uint8_t *)text, sizeof text);
        CU_ASSERT_EQUAL(memcmp(s.bytes + 4, want, sizeof want), 0);
    }
    // REC-6: the way back has the other key.
    struct sealed back = ends_seal(&e, &e.implant, TP_RECORD, text, sizeof text);
    cr_seal(want, second.key, (uint64_t)ENDS_WAKE << 32, back.bytes, 4,
            (const uint8_t *)text, sizeof text);
    CU_ASSERT_EQUAL(memcmp(back.bytes + 4, want, sizeof want), 0);
}

// REC-2: nothing of the text is on the air.
static void the_text_is_hidden(void)
{
    struct ends e;
    ends_open(&e, 1, 1024, &all_controls);
    struct sealed s = say(&e);
    for (size_t i = 0; i + 5 <= s.len; i++)
        CU_ASSERT_NOT_EQUAL(memcmp(s.bytes + i, text, 5), 0);
}

// REC-3, REC-4: every bit of every byte counts.
static void every_flipped_bit_is_refused(void)
{
    struct ends e;
    ends_open(&e, 1, 1024, &all_controls);
    struct sealed s = say(&e);
    for (size_t i = 0; i < 8 * s.len; i++) {
        struct tp_opened o = {.len = 77};
        struct tp_channel before = e.implant;
        s.bytes[i / 8] ^= (uint8_t)(1u << i % 8);
        CU_ASSERT_NOT_EQUAL(ends_take(&e, &e.implant, &s, &o), TP_OK);
        CU_ASSERT(same(&before, &e.implant));
        CU_ASSERT_EQUAL(o.len, 77);
        s.bytes[i / 8] ^= (uint8_t)(1u << i % 8);
    }
    taken(&e, &s);
}

static void every_truncation_is_refused(void)
{
    struct ends e;
    ends_open(&e, 1, 1024, &all_controls);
    struct sealed s = say(&e);
    for (size_t len = 0; len < s.len; len++) {
        struct tp_opened o;
        uint8_t *buf = exact_copy(s.bytes, len);
        CU_ASSERT_EQUAL(tp_channel_take(&e.implant, buf, len, &o, &all_controls),
                        len < TP_RECORD_MIN ? TP_E_SHORT : TP_E_AUTH);
        free(buf);
    }
    taken(&e, &s);
}

// REC-4: a rehearsal cannot be made real.
static void the_type_is_authenticated(void)
{
    struct ends e;
    struct tp_opened o;
    ends_open(&e, 1, 1024, &all_controls);
    struct sealed s = ends_seal(&e, &e.peer, TP_REHEARSAL, text, sizeof text);
    s.bytes[0] = TP_RECORD;
    refused(&e, &s);
    s.bytes[0] = TP_REHEARSAL;
    CU_ASSERT_EQUAL(ends_take(&e, &e.implant, &s, &o), TP_OK);
    CU_ASSERT_EQUAL(o.type, TP_REHEARSAL);
}

// REC-7: gaps are taken; what is older or the same is not.
static void order_is_kept_and_gaps_are_taken(void)
{
    struct ends e;
    struct sealed s[6];
    ends_open(&e, 1, 1024, &all_controls);
    for (int i = 0; i < 6; i++)
        s[i] = say(&e);
    taken(&e, &s[1]);
    refused(&e, &s[0]);
    refused(&e, &s[1]);
    taken(&e, &s[4]);
    refused(&e, &s[2]);
    refused(&e, &s[3]);
    refused(&e, &s[4]);
    taken(&e, &s[5]);
}

// REC-6: a record sent back to where it came from opens nothing.
static void a_reflection_is_refused(void)
{
    struct ends e;
    struct tp_opened o;
    ends_open(&e, 1, 1024, &all_controls);
    struct sealed s = say(&e);
    CU_ASSERT_EQUAL(ends_take(&e, &e.peer, &s, &o), TP_E_AUTH);
}

// REC-5: another session's record opens nothing.
static void another_sessions_record_is_refused(void)
{
    struct ends one, other;
    ends_open(&one, 1, 1024, &all_controls);
    ends_open(&other, 2, 1024, &all_controls);
    struct sealed s = say(&one);
    refused(&other, &s);
    taken(&one, &s);
}

// REC-8: under one and the same key, another wake-up is another nonce.
static void nonces_hold_the_wake_counter(void)
{
    struct ends e;
    ends_open(&e, 1, 1024, &all_controls);
    struct tp_channel later = e.peer;
    later.wake_counter++;
    struct sealed now = say(&e);
    struct sealed then = ends_seal(&e, &later, TP_RECORD, text, sizeof text);
    CU_ASSERT_EQUAL(memcmp(now.bytes, then.bytes, 4), 0);
    CU_ASSERT_NOT_EQUAL(memcmp(now.bytes + 4, then.bytes + 4, sizeof text), 0);
    refused(&e, &then);
}

// REC-10: the key steps before its limit, by the rule on the page.
static void keys_step_at_their_limit(void)
{
    struct ends e;
    uint8_t want[CR_KEY_LEN];
    ends_open(&e, 1, 3, &all_controls);
    cr_hkdf256(want, CR_KEY_LEN, e.peer.tx_key, CR_KEY_LEN, NULL, 0,
               (const uint8_t *)"telltale rekey", 14);
    for (unsigned i = 0; i < 12; i++) {
        struct sealed s = say(&e);
        CU_ASSERT_EQUAL(s.bytes[1], i / 3);
        CU_ASSERT(s.bytes[2] == i % 3 && s.bytes[3] == 0);
        taken(&e, &s);
        if (i == 3)
            CU_ASSERT_EQUAL(memcmp(e.implant.rx_key, want, CR_KEY_LEN), 0);
    }
    CU_ASSERT(e.implant.rx_generation == 3 && e.implant.rx_next == 3);
}

// REC-10: one generation ahead is taken, with any counter; older and later ones not.
static void generations_go_forward_by_one(void)
{
    struct ends e;
    struct sealed s[9];
    ends_open(&e, 1, 3, &all_controls);
    for (int i = 0; i < 9; i++)
        s[i] = say(&e);
    refused(&e, &s[6]); // two ahead
    taken(&e, &s[0]);
    taken(&e, &s[4]); // generation 1, counter 1
    refused(&e, &s[1]);
    refused(&e, &s[2]);
    refused(&e, &s[3]);
    taken(&e, &s[6]);
}

static void counters_past_the_limit_are_refused(void)
{
    struct ends e;
    ends_open(&e, 1, 3, &all_controls);
    e.peer.limit = 8; // a sender that does not step when it must
    for (int i = 0; i < 3; i++) {
        struct sealed s = say(&e);
        taken(&e, &s);
    }
    struct sealed s = say(&e);
    refused(&e, &s);
}

// REC-10: after the last generation there is no more.
static void the_last_generation_ends_it(void)
{
    struct ends e;
    uint8_t out[TP_RECORD_MAX];
    size_t n = 77;
    ends_open(&e, 1, 1, &all_controls);
    for (int i = 0; i < 256; i++) {
        struct sealed s = say(&e);
        taken(&e, &s);
    }
    struct tp_channel before = e.peer;
    CU_ASSERT_EQUAL(tp_channel_seal(&e.peer, TP_RECORD, (const uint8_t *)text, 1, out,
                                    &n, &all_controls),
                    TP_E_SPENT);
    CU_ASSERT(same(&before, &e.peer) && n == 77);
}

static void bodies_from_none_to_the_longest(void)
{
    struct ends e;
    uint8_t body[TP_BODY_MAX + 1], out[TP_RECORD_MAX + 1];
    struct tp_opened o;
    size_t n;
    ends_open(&e, 1, 1024, &all_controls);
    fill_with(body, sizeof body, 3);
    for (size_t len = 0; len <= TP_BODY_MAX; len++) {
        struct sealed s = ends_seal(&e, &e.implant, TP_RECORD, body, len);
        CU_ASSERT_EQUAL(s.len, 20 + len);
        CU_ASSERT_EQUAL(ends_take(&e, &e.peer, &s, &o), TP_OK);
        CU_ASSERT(o.len == len && memcmp(o.body, body, len) == 0);
    }
    struct tp_channel before = e.peer;
    CU_ASSERT_EQUAL(tp_channel_seal(&e.peer, TP_RECORD, body, TP_BODY_MAX + 1, out, &n,
                                    &all_controls),
                    TP_E_SPACE);
    CU_ASSERT(same(&before, &e.peer));
}

int main(void)
{
    static const struct suite_case cases[] = {
        {"REC-1, REC-8: records are sealed as written", records_are_sealed_as_written},
        {"REC-2: the text is hidden", the_text_is_hidden},
        {"REC-3: every flipped bit is refused, the channel untouched",
         every_flipped_bit_is_refused},
        {"every truncation is refused", every_truncation_is_refused},
        {"REC-4: the type is authenticated", the_type_is_authenticated},
        {"REC-7: order is kept, gaps are taken", order_is_kept_and_gaps_are_taken},
        {"REC-6: a reflection is refused", a_reflection_is_refused},
        {"REC-5: another session's record is refused",
         another_sessions_record_is_refused},
        {"REC-8: nonces hold the wake counter", nonces_hold_the_wake_counter},
        {"REC-10: keys step at their limit", keys_step_at_their_limit},
        {"REC-10: generations go forward by one", generations_go_forward_by_one},
        {"REC-10: counters past the limit are refused",
         counters_past_the_limit_are_refused},
        {"REC-10: the last generation ends it", the_last_generation_ends_it},
        {"bodies from none to the longest", bodies_from_none_to_the_longest},
        {0},
    };
    return cr_init() ? 2 : suite_main("protocol/channel", cases);
}
