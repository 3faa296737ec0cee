// test_channel_weak.c - what each missing control of the records opens
//
// In a build without switches none of them can be taken away, and nothing opens.

#include "ends.h"
#include <crypto/init.h>
#include <string.h>

static const char text[] = "lower rate 60";

static struct sealed say(struct ends *e)
{
    return ends_seal(e, &e->peer, TP_RECORD, text, sizeof text);
}

static bool takes(struct ends *e, struct tp_channel *to, const struct sealed *s)
{
    struct tp_opened o;
    return ends_take(e, to, s, &o) == TP_OK;
}

// Every variant still serves honest ends, both ways and past a limit.
static void honest_ends_are_served_without_any(void)
{
    for (enum tp_control c = TP_CTL_ENCRYPTION; c <= TP_CTL_REKEY; c++) {
        struct tp_controls weak = without(c);
        struct ends e;
        ends_open(&e, 1, 3, &weak);
        for (int i = 0; i < 8; i++) {
            struct sealed s = say(&e);
            CU_ASSERT_EQUAL(s.len, 20 + sizeof text);
            CU_ASSERT(takes(&e, &e.implant, &s));
            s = ends_seal(&e, &e.implant, TP_RECORD, text, sizeof text);
            CU_ASSERT(takes(&e, &e.peer, &s));
        }
    }
}

static bool shows(const struct sealed *s)
{
    for (size_t i = 0; i + sizeof text <= s->len; i++)
        if (memcmp(s->bytes + i, text, sizeof text) == 0)
            return true;
    return false;
}

static void without_encryption_the_text_shows(void)
{
    struct tp_controls weak = without(TP_CTL_ENCRYPTION);
    struct ends e;
    ends_open(&e, 1, 1024, &weak);
    struct sealed s = say(&e);
    CU_ASSERT_EQUAL(shows(&s), (bool)SWITCHES);
    s.bytes[5] ^= 1; // but it cannot be changed
    CU_ASSERT_FALSE(takes(&e, &e.implant, &s));
}

static void without_authentication_bits_flip(void)
{
    struct tp_controls weak = without(TP_CTL_RECORD_AUTHENTICATION);
    struct ends e;
    struct tp_opened o = {0};
    ends_open(&e, 1, 1024, &weak);
    struct sealed s = say(&e);
    CU_ASSERT_FALSE(shows(&s)); // but it cannot be read
    s.bytes[4 + 11] ^= '6' ^ '9';
    CU_ASSERT_EQUAL(ends_take(&e, &e.implant, &s, &o) == TP_OK, (bool)SWITCHES);
    CU_ASSERT_EQUAL(memcmp(o.body, "lower rate 90", 13) == 0, (bool)SWITCHES);
}

static void without_both_a_record_is_forged(void)
{
    struct tp_controls weak =
        without_both(TP_CTL_ENCRYPTION, TP_CTL_RECORD_AUTHENTICATION);
    struct ends e;
    struct sealed forged = {.len = 20 + sizeof text, .bytes = {TP_RECORD}};
    ends_open(&e, 1, 1024, &weak);
    memcpy(forged.bytes + 4, text, sizeof text);
    CU_ASSERT_EQUAL(takes(&e, &e.implant, &forged), (bool)SWITCHES);
}

static void without_header_authentication_a_rehearsal_is_made_real(void)
{
    struct tp_controls weak = without(TP_CTL_HEADER_AUTHENTICATION);
    struct ends e;
    ends_open(&e, 1, 1024, &weak);
    struct sealed s = ends_seal(&e, &e.peer, TP_REHEARSAL, text, sizeof text);
    s.bytes[0] = TP_RECORD;
    CU_ASSERT_EQUAL(takes(&e, &e.implant, &s), (bool)SWITCHES);
}

static void without_direction_keys_a_reflection_is_taken(void)
{
    struct tp_controls weak = without(TP_CTL_DIRECTION_KEYS);
    struct ends e;
    ends_open(&e, 1, 1024, &weak);
    struct sealed s = say(&e);
    CU_ASSERT_EQUAL(takes(&e, &e.peer, &s), (bool)SWITCHES);
}

static void without_session_keys_an_old_session_is_taken(void)
{
    struct tp_controls weak = without(TP_CTL_SESSION_KEYS);
    struct ends one, other;
    ends_open(&one, 1, 1024, &weak);
    ends_open(&other, 2, 1024, &weak);
    struct sealed s = say(&one);
    CU_ASSERT_EQUAL(takes(&other, &other.implant, &s), (bool)SWITCHES);
}

static void without_order_a_replay_is_taken(void)
{
    struct tp_controls weak = without(TP_CTL_REPLAY_ORDER);
    struct ends e;
    ends_open(&e, 1, 1024, &weak);
    struct sealed first = say(&e), second = say(&e);
    CU_ASSERT(takes(&e, &e.implant, &second));
    CU_ASSERT_EQUAL(takes(&e, &e.implant, &second), (bool)SWITCHES);
    CU_ASSERT_EQUAL(takes(&e, &e.implant, &first), (bool)SWITCHES);
}

// Two records under one key and nonce: their difference is that of their texts.
static bool differ_like_texts(const struct sealed *a, const struct sealed *b,
                              const char *ta, const char *tb, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if ((a->bytes[4 + i] ^ b->bytes[4 + i]) != (ta[i] ^ tb[i]))
            return false;
    return true;
}

static void without_nonce_persistence_a_kept_key_repeats_its_nonces(void)
{
    static const char other[] = "upper rate 99";
    struct tp_controls weak = without(TP_CTL_NONCE_PERSISTENCE);
    struct ends e;
    ends_open(&e, 1, 1024, &weak);
    struct tp_channel later = e.peer; // the same key after another wake-up
    later.wake_counter++;
    struct sealed a = say(&e);
    struct sealed b = ends_seal(&e, &later, TP_RECORD, other, sizeof other);
    CU_ASSERT_EQUAL(differ_like_texts(&a, &b, text, other, sizeof text),
                    (bool)SWITCHES);
}

static void without_rekey_a_generation_repeats_the_last(void)
{
    static const char other[] = "upper rate 99";
    struct tp_controls weak = without(TP_CTL_REKEY);
    struct ends e;
    ends_open(&e, 1, 1, &weak);
    struct sealed a = say(&e);
    struct sealed b = ends_seal(&e, &e.peer, TP_RECORD, other, sizeof other);
    CU_ASSERT(a.bytes[1] == 0 && b.bytes[1] == 1);
    CU_ASSERT_EQUAL(differ_like_texts(&a, &b, text, other, sizeof text),
                    (bool)SWITCHES);
}

int main(void)
{
    static const struct suite_case cases[] = {
        {"honest ends are served without any one control",
         honest_ends_are_served_without_any},
        {"REC-2: without encryption the text shows", without_encryption_the_text_shows},
        {"REC-3: without record-authentication bits flip",
         without_authentication_bits_flip},
        {"without both a record is forged", without_both_a_record_is_forged},
        {"REC-4: without header-authentication a rehearsal is made real",
         without_header_authentication_a_rehearsal_is_made_real},
        {"REC-6: without direction-keys a reflection is taken",
         without_direction_keys_a_reflection_is_taken},
        {"REC-5: without session-keys an old session is taken",
         without_session_keys_an_old_session_is_taken},
        {"REC-7: without replay-order a replay is taken",
         without_order_a_replay_is_taken},
        {"REC-8: without nonce-persistence a kept key repeats its nonces",
         without_nonce_persistence_a_kept_key_repeats_its_nonces},
        {"REC-10: without rekey a generation repeats the last",
         without_rekey_a_generation_repeats_the_last},
        {0},
    };
    return cr_init() ? 2 : suite_main("protocol/channel_weak", cases);
}
