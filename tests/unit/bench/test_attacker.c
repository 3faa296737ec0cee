// The attacker without keys: rules for frames on their way, and what it has heard.

#include "stage.h"
#include <attack/attacker.h>
#include <crypto/init.h>
#include <matrix/honest.h>
#include <protocol/frame.h>
#include <scenario/load.h>
#include <suite.h>

static struct hx_bench b;
static char why[160];

static struct hx_step step_of(enum hx_verb verb)
{
    struct hx_step s;
    hx_step_blank(HX_ACTOR_ATTACKER, verb, &s);
    return s;
}

static int take(struct hx_step s)
{
    why[0] = '\0';
    return hx_attacker_step(&b, &s, why, sizeof why);
}

// A frame of a type, its second byte telling it from others, on its way.
static struct rl_arrival frame(int from, uint8_t type, uint8_t mark)
{
    struct rl_arrival a = {.at_us = b.now_us,
                           .start_us = b.now_us,
                           .from = (uint8_t)from,
                           .to = HX_NODE_IMPLANT};
    a.frame.band = RL_RF;
    a.frame.len = 6;
    a.frame.bytes[0] = type;
    a.frame.bytes[1] = mark;
    return a;
}

// What arrives of it: false if nothing does.
static bool arrives(struct rl_arrival a, struct ep_frame *f)
{
    struct ep_frame mine;
    f = f ? f : &mine;
    *f = (struct ep_frame){.link = a.frame.band, .len = a.frame.len};
    memcpy(f->bytes, a.frame.bytes, a.frame.len);
    return hx_attacker_lets_pass(&b, &a, f);
}

static void without_rules_all_pass(void)
{
    stage_set(&b, NULL);
    CU_ASSERT_TRUE(arrives(frame(HX_NODE_PROGRAMMER, TP_RECORD, 1), NULL));
}

static void a_block_is_for_its_kind_and_sender(void)
{
    stage_set(&b, NULL);
    struct hx_step s = step_of(HX_DO_BLOCK);
    s.frame = HX_FRAME_RECORD;
    s.from = HX_PARTY_PROGRAMMER;
    s.times = 2;
    CU_ASSERT_EQUAL(take(s), 0);
    CU_ASSERT_TRUE(arrives(frame(HX_NODE_PROGRAMMER, TP_HELLO, 1), NULL));
    CU_ASSERT_TRUE(arrives(frame(HX_NODE_IMPLANT, TP_RECORD, 1), NULL));
    CU_ASSERT_FALSE(arrives(frame(HX_NODE_PROGRAMMER, TP_RECORD, 1), NULL));
    CU_ASSERT_FALSE(arrives(frame(HX_NODE_PROGRAMMER, TP_RECORD, 2), NULL));
    CU_ASSERT_TRUE(arrives(frame(HX_NODE_PROGRAMMER, TP_RECORD, 3), NULL));
}

static void a_rule_may_wait_for_the_nth(void)
{
    stage_set(&b, NULL);
    struct hx_step s = step_of(HX_DO_BLOCK);
    s.frame = HX_FRAME_ANY;
    s.from = HX_PARTY_ANY;
    s.nth = 3;
    s.times = 1;
    CU_ASSERT_EQUAL(take(s), 0);
    CU_ASSERT_TRUE(arrives(frame(HX_NODE_PROGRAMMER, TP_HELLO, 1), NULL));
    CU_ASSERT_TRUE(arrives(frame(HX_NODE_IMPLANT, TP_REPLY, 2), NULL));
    CU_ASSERT_FALSE(arrives(frame(HX_NODE_PROGRAMMER, TP_PROOF, 3), NULL));
    CU_ASSERT_TRUE(arrives(frame(HX_NODE_PROGRAMMER, TP_PROOF, 4), NULL));
}

static void its_own_frames_pass(void)
{
    stage_set(&b, NULL);
    struct hx_step s = step_of(HX_DO_BLOCK);
    s.frame = HX_FRAME_ANY;
    s.from = HX_PARTY_ANY;
    CU_ASSERT_EQUAL(take(s), 0);
    CU_ASSERT_TRUE(arrives(frame(HX_NODE_ATTACKER, TP_RECORD, 1), NULL));
    CU_ASSERT_FALSE(arrives(frame(HX_NODE_PROGRAMMER, TP_RECORD, 1), NULL));
}

static void what_is_held_is_kept(void)
{
    stage_set(&b, NULL);
    struct hx_step s = step_of(HX_DO_HOLD);
    s.frame = HX_FRAME_RECORD;
    strcpy(s.label, "write");
    CU_ASSERT_EQUAL(take(s), 0);
    CU_ASSERT_PTR_NULL(hx_attacker_labelled(&b, "write"));
    CU_ASSERT_FALSE(arrives(frame(HX_NODE_PROGRAMMER, TP_RECORD, 77), NULL));
    const struct hx_capture *c = hx_attacker_labelled(&b, "write");
    CU_ASSERT_PTR_NOT_NULL_FATAL(c);
    CU_ASSERT_EQUAL(c->len, 6);
    CU_ASSERT_EQUAL(c->link, EP_RF);
    CU_ASSERT_EQUAL(c->bytes[0], TP_RECORD);
    CU_ASSERT_EQUAL(c->bytes[1], 77);
}

static void what_is_modified_arrives_altered(void)
{
    struct ep_frame f;
    stage_set(&b, NULL);
    struct hx_step s = step_of(HX_DO_MODIFY);
    s.frame = HX_FRAME_RECORD;
    s.at = 4;
    s.bytes_len = 3; // the last falls past the end
    memcpy(s.bytes, "\x80\x01\xff", 3);
    CU_ASSERT_EQUAL(take(s), 0);
    struct rl_arrival a = frame(HX_NODE_PROGRAMMER, TP_RECORD, 9);
    a.frame.bytes[4] = 0x81;
    CU_ASSERT_TRUE(arrives(a, &f));
    CU_ASSERT_EQUAL(f.len, 6);
    CU_ASSERT_EQUAL(f.bytes[1], 9);
    CU_ASSERT_EQUAL(f.bytes[4], 0x01);
    CU_ASSERT_EQUAL(f.bytes[5], 0x01);
    CU_ASSERT_EQUAL(f.bytes[6], 0);
}

static void what_is_reflected_returns_too(void)
{
    struct ep_frame f;
    struct rl_arrival back;
    stage_set(&b, NULL);
    struct hx_step s = step_of(HX_DO_REFLECT);
    s.frame = HX_FRAME_PROOF;
    CU_ASSERT_EQUAL(take(s), 0);
    CU_ASSERT_TRUE(arrives(frame(HX_NODE_PROGRAMMER, TP_PROOF, 5), &f));
    CU_ASSERT_TRUE_FATAL(rl_medium_take(&b.medium, b.now_us + TP_SECOND, &back));
    CU_ASSERT_EQUAL(back.to, HX_NODE_PROGRAMMER);
    CU_ASSERT_EQUAL(back.from, HX_NODE_ATTACKER);
    CU_ASSERT_EQUAL(back.frame.len, 6);
    CU_ASSERT_EQUAL(back.frame.bytes[1], 5);
    CU_ASSERT_FALSE(rl_medium_take(&b.medium, b.now_us + TP_SECOND, &back));
}

static void letting_pass_ends_every_rule(void)
{
    stage_set(&b, NULL);
    struct hx_step s = step_of(HX_DO_BLOCK);
    s.times = 100;
    CU_ASSERT_EQUAL(take(s), 0);
    CU_ASSERT_EQUAL(take(step_of(HX_DO_LET_PASS)), 0);
    CU_ASSERT_TRUE(arrives(frame(HX_NODE_PROGRAMMER, TP_RECORD, 1), NULL));
}

static void more_rules_than_there_is_room_are_refused(void)
{
    stage_set(&b, NULL);
    for (size_t i = 0; i < sizeof b.attacker.rules / sizeof b.attacker.rules[0]; i++)
        CU_ASSERT_EQUAL(take(step_of(HX_DO_BLOCK)), 0);
    CU_ASSERT_EQUAL(take(step_of(HX_DO_BLOCK)), -1);
}

// --- what it has heard ---

static void hear(int from, uint8_t type, uint8_t mark)
{
    struct rl_arrival a = frame(from, type, mark);
    a.to = HX_NODE_ATTACKER;
    hx_attacker_hears(&b, &a);
}

static int capture(int64_t kind, int64_t from, int64_t nth)
{
    struct hx_step s = step_of(HX_DO_CAPTURE);
    s.frame = kind;
    s.from = from;
    s.nth = nth;
    strcpy(s.label, "it");
    if (take(s))
        return -1;
    return hx_attacker_labelled(&b, "it")->bytes[1];
}

static void a_capture_counts_from_the_first_or_takes_the_last(void)
{
    stage_set(&b, NULL);
    hear(HX_NODE_PROGRAMMER, TP_HELLO, 1);
    hear(HX_NODE_PROGRAMMER, TP_RECORD, 2);
    hear(HX_NODE_IMPLANT, TP_RECORD, 3);
    hear(HX_NODE_ATTACKER, TP_RECORD, 4);
    hear(HX_NODE_PROGRAMMER, TP_RECORD, 5);
    CU_ASSERT_EQUAL(capture(HX_FRAME_ANY, HX_PARTY_ANY, 1), 1);
    CU_ASSERT_EQUAL(capture(HX_FRAME_RECORD, HX_PARTY_PROGRAMMER, 1), 2);
    CU_ASSERT_EQUAL(capture(HX_FRAME_RECORD, HX_PARTY_PROGRAMMER, 2), 5);
    CU_ASSERT_EQUAL(capture(HX_FRAME_RECORD, HX_PARTY_PROGRAMMER, -1), 5);
    CU_ASSERT_EQUAL(capture(HX_FRAME_RECORD, HX_PARTY_ANY, 2), 3);
    CU_ASSERT_EQUAL(capture(HX_FRAME_RECORD, HX_PARTY_ANY, 3), 5); // not its own
    CU_ASSERT_EQUAL(capture(HX_FRAME_RECORD, HX_PARTY_IMPLANT, -1), 3);
    CU_ASSERT_EQUAL(b.attacker.capture_count, 1); // one label, the newest under it
}

static void what_was_not_heard_cannot_be_captured(void)
{
    stage_set(&b, NULL);
    hear(HX_NODE_PROGRAMMER, TP_HELLO, 1);
    CU_ASSERT_EQUAL(capture(HX_FRAME_RECORD, HX_PARTY_ANY, -1), -1);
    CU_ASSERT_PTR_NOT_NULL(strstr(why, "heard"));
    CU_ASSERT_EQUAL(capture(HX_FRAME_HELLO, HX_PARTY_ANY, 2), -1);
}

static void what_was_not_held_cannot_be_sent(void)
{
    stage_set(&b, NULL);
    struct hx_step s = step_of(HX_DO_SEND);
    strcpy(s.label, "nothing");
    CU_ASSERT_EQUAL(take(s), -1);
    CU_ASSERT_PTR_NOT_NULL(strstr(why, "nothing"));
    s = step_of(HX_DO_TAMPER);
    strcpy(s.label, "nothing");
    CU_ASSERT_EQUAL(take(s), -1);
}

static void tampering_alters_the_capture(void)
{
    stage_set(&b, NULL);
    hear(HX_NODE_PROGRAMMER, TP_RECORD, 0x0f);
    CU_ASSERT_EQUAL_FATAL(capture(HX_FRAME_RECORD, HX_PARTY_ANY, 1), 0x0f);
    struct hx_step s = step_of(HX_DO_TAMPER);
    strcpy(s.label, "it");
    s.at = 1;
    s.bytes_len = 1;
    s.bytes[0] = 0xff;
    CU_ASSERT_EQUAL(take(s), 0);
    CU_ASSERT_EQUAL(hx_attacker_labelled(&b, "it")->bytes[1], 0xf0);
    CU_ASSERT_EQUAL(b.attacker.heard[0].bytes[1], 0x0f); // what was heard stays
}

static void an_attack_begins_with_its_first_act(void)
{
    stage_set(&b, NULL);
    b.now_us = 7 * TP_SECOND;
    hear(HX_NODE_PROGRAMMER, TP_RECORD, 1);
    (void)capture(HX_FRAME_RECORD, HX_PARTY_ANY, 1);
    CU_ASSERT_EQUAL(b.attacker.began_us, EP_NEVER); // listening is not yet one
    CU_ASSERT_EQUAL(take(step_of(HX_DO_BLOCK)), 0);
    CU_ASSERT_EQUAL(b.attacker.began_us, 7 * TP_SECOND);
    b.now_us += TP_SECOND;
    CU_ASSERT_EQUAL(take(step_of(HX_DO_BLOCK)), 0);
    CU_ASSERT_EQUAL(b.attacker.began_us, 7 * TP_SECOND);
}

static void more_than_it_can_keep_is_said(void)
{
    stage_set(&b, NULL);
    for (int i = 0; i < HX_HEARD_MAX; i++)
        hear(HX_NODE_PROGRAMMER, TP_RECORD, (uint8_t)i);
    CU_ASSERT_FALSE(b.attacker.overflow);
    hear(HX_NODE_PROGRAMMER, TP_RECORD, 1);
    CU_ASSERT_TRUE(b.attacker.overflow);
    CU_ASSERT_EQUAL(b.attacker.heard_count, HX_HEARD_MAX);
}

static void kinds_are_told_by_the_first_byte(void)
{
    static const uint8_t pair[] = {TP_PAIR_1}, record[] = {TP_RECORD}, odd[] = {0xee};
    CU_ASSERT_TRUE(hx_frame_is(pair, 1, HX_FRAME_NEAR));
    CU_ASSERT_FALSE(hx_frame_is(record, 1, HX_FRAME_NEAR));
    CU_ASSERT_TRUE(hx_frame_is(record, 1, HX_FRAME_RECORD));
    CU_ASSERT_FALSE(hx_frame_is(record, 1, HX_FRAME_REHEARSAL));
    CU_ASSERT_TRUE(hx_frame_is(odd, 1, HX_FRAME_ANY));
    CU_ASSERT_FALSE(hx_frame_is(odd, 0, HX_FRAME_ANY));
}

// --- with real endpoints ---

static void a_blocked_session_opens_once_the_way_is_free(void)
{
    stage_set(&b, NULL);
    hx_bench_run(&b, TP_SECOND / 2);
    CU_ASSERT_EQUAL_FATAL(hx_honest_pair(&b, HX_NODE_PROGRAMMER, HX_NODE_IMPLANT), 1);
    struct hx_step s = step_of(HX_DO_BLOCK);
    s.frame = HX_FRAME_HELLO;
    s.times = 1000;
    CU_ASSERT_EQUAL(take(s), 0);
    CU_ASSERT_NOT_EQUAL(
        hx_honest_open(&b, HX_NODE_PROGRAMMER, HX_NODE_IMPLANT, EP_READ_OUT), 1);
    CU_ASSERT_EQUAL(take(step_of(HX_DO_LET_PASS)), 0);
    CU_ASSERT_EQUAL(
        hx_honest_open(&b, HX_NODE_PROGRAMMER, HX_NODE_IMPLANT, EP_READ_OUT), 1);
    CU_ASSERT_PTR_NOT_NULL(
        hx_attacker_find(&b, HX_FRAME_REPLY, HX_NODE_IMPLANT, 1)); // heard all along
}

static const struct suite_case cases[] = {
    {"without rules all pass", without_rules_all_pass},
    {"a block is for its kind and sender, and for so many",
     a_block_is_for_its_kind_and_sender},
    {"a rule may wait for the nth", a_rule_may_wait_for_the_nth},
    {"its own frames pass", its_own_frames_pass},
    {"what is held is kept", what_is_held_is_kept},
    {"what is modified arrives altered, within its length",
     what_is_modified_arrives_altered},
    {"what is reflected arrives, and returns to its sender",
     what_is_reflected_returns_too},
    {"letting pass ends every rule", letting_pass_ends_every_rule},
    {"more rules than there is room for are refused",
     more_rules_than_there_is_room_are_refused},
    {"a capture counts from the first, or takes the last",
     a_capture_counts_from_the_first_or_takes_the_last},
    {"what was not heard cannot be captured", what_was_not_heard_cannot_be_captured},
    {"what was not held can be neither sent nor altered",
     what_was_not_held_cannot_be_sent},
    {"tampering alters the capture, not what was heard", tampering_alters_the_capture},
    {"an attack begins with its first act, not with listening",
     an_attack_begins_with_its_first_act},
    {"more than it can keep is said", more_than_it_can_keep_is_said},
    {"kinds are told by the first byte", kinds_are_told_by_the_first_byte},
    {"a blocked session opens once the way is free",
     a_blocked_session_opens_once_the_way_is_free},
    {0}};

int main(void)
{
    return cr_init() ? 2 : suite_main("bench attacker", cases);
}
