// The invariants judged when a run is over, each on a run planted by hand. Beside
// each violation stands its like that is none.

#include "stage.h"
#include <bench/charge.h>
#include <bench/truth.h>
#include <crypto/bytes.h>
#include <crypto/init.h>
#include <oracle/oracle.h>
#include <protocol/frame.h>
#include <suite.h>

static struct hx_bench b, other;
static struct hx_puppet puppet;

static void begin(void)
{
    stage_set(&b, NULL);
    b.now_us = 100 * TP_SECOND;
}

static struct hx_heard *hear(struct hx_bench *bench, uint8_t type, size_t len)
{
    struct hx_heard *h = &bench->attacker.heard[bench->attacker.heard_count++];
    *h = (struct hx_heard){.at_us = bench->now_us,
                           .start_us = bench->now_us,
                           .from = HX_NODE_PROGRAMMER,
                           .link = EP_RF,
                           .len = (uint8_t)len};
    h->bytes[0] = type;
    return h;
}

static uint32_t judged(void)
{
    hx_oracle_judge(&b);
    return b.truth.violated;
}

static void a_quiet_run_breaks_nothing(void)
{
    begin();
    hear(&b, TP_HELLO, TP_HELLO_LEN);
    CU_ASSERT_EQUAL(judged(), 0);
}

// --- I6 ---

static void a_secret_in_clear(void)
{
    begin();
    struct hx_heard *h = hear(&b, TP_RECORD, 100);
    memcpy(h->bytes + 30, stage_world.text[0], stage_world.text_len[0]);
    CU_ASSERT_EQUAL(judged(), ONLY(HX_I6));

    begin(); // all of it but the last byte
    h = hear(&b, TP_RECORD, 100);
    memcpy(h->bytes + 30, stage_world.text[0], stage_world.text_len[0] - 1u);
    CU_ASSERT_EQUAL(judged(), 0);

    begin(); // who carries the programmer is a secret too
    h = hear(&b, TP_PROOF, 100);
    memcpy(h->bytes + 1, stage_world.cert[HX_NODE_PROGRAMMER].key, CR_DH_LEN);
    CU_ASSERT_EQUAL(judged(), ONLY(HX_I6));

    begin(); // in the last bytes of a frame
    h = hear(&b, TP_RECORD, 100);
    memcpy(h->bytes + 100 - stage_world.text_len[1], stage_world.text[1],
           stage_world.text_len[1]);
    CU_ASSERT_EQUAL(judged(), ONLY(HX_I6));
}

// Two records with one key stream, their headers told apart by a counter.
static uint32_t pair_of_records(uint8_t one, uint8_t two)
{
    begin();
    struct hx_heard *x = hear(&b, TP_RECORD, 90), *y = hear(&b, TP_RECORD, 80);
    for (size_t i = TP_RECORD_HEAD; i < x->len; i++)
        x->bytes[i] = (uint8_t)(i * 37 + 11);
    memcpy(y->bytes, x->bytes, y->len);
    x->bytes[2] = one;
    y->bytes[2] = two;
    for (size_t i = 0; i < stage_world.text_len[0]; i++)
        y->bytes[20 + i] ^= stage_world.text[0][i];
    return judged();
}

static void two_records_with_one_key_stream(void)
{
    CU_ASSERT_EQUAL(pair_of_records(7, 7), ONLY(HX_I6));
    CU_ASSERT_EQUAL(pair_of_records(7, 8), 0);
}

static void what_the_puppet_read(void)
{
    begin();
    puppet = (struct hx_puppet){0};
    b.puppet = &puppet;
    CU_ASSERT_EQUAL(judged(), 0);
    memcpy(puppet.seen, stage_world.text[0], stage_world.text_len[0]);
    puppet.seen_len = stage_world.text_len[0];
    CU_ASSERT_EQUAL(judged(), ONLY(HX_I6));
}

static void pair_of_runs(void)
{
    begin();
    hear(&b, TP_HELLO, TP_HELLO_LEN);
    hear(&b, TP_RECORD, 90);
    other = b;
    other.attacker.heard[1].bytes[40] ^= 1; // sealed: may differ
}

static void runs_that_differ_in_secrets_alone(void)
{
    pair_of_runs();
    hx_oracle_compare_secrets(&b, &other);
    CU_ASSERT_EQUAL(b.truth.violated, 0);

    pair_of_runs();
    other.attacker.heard[1].len--;
    hx_oracle_compare_secrets(&b, &other);
    CU_ASSERT_EQUAL(b.truth.violated, ONLY(HX_I6));

    pair_of_runs();
    other.attacker.heard[1].at_us++;
    hx_oracle_compare_secrets(&b, &other);
    CU_ASSERT_EQUAL(b.truth.violated, ONLY(HX_I6));

    pair_of_runs();
    other.attacker.heard[1].bytes[3] ^= 1; // of the clear header
    hx_oracle_compare_secrets(&b, &other);
    CU_ASSERT_EQUAL(b.truth.violated, ONLY(HX_I6));

    pair_of_runs();
    other.attacker.heard_count--;
    hx_oracle_compare_secrets(&b, &other);
    CU_ASSERT_EQUAL(b.truth.violated, ONLY(HX_I6));
}

// --- I15 ---

static const struct hx_meeting second = {50 * TP_SECOND, 60 * TP_SECOND};

// Two meetings, with a field at byte 20 of the implant's replies.
static void meet(struct hx_bench *bench, uint32_t first, uint32_t then)
{
    const uint32_t fields[] = {first, then};
    bench->attacker.heard_count = 0;
    for (uint64_t i = 0; i < 2; i++) {
        struct hx_heard *h = hear(bench, TP_REPLY, 40);
        for (size_t k = 1; k < h->len; k++) // nothing else in it repeats
            h->bytes[k] = (uint8_t)(k * (i ? 59 : 101) + 13 * i + 7);
        h->from = HX_NODE_IMPLANT;
        h->start_us = h->at_us = (i ? 55 : 5) * TP_SECOND;
        struct wr w = wr_of(h->bytes + 20, 4);
        wr_u32(&w, fields[i]);
        h->bytes[24] = 0;
    }
}

static void a_field_that_links_two_sessions(void)
{
    begin();
    other = b;
    meet(&b, 0x11223344, 0xa1b2c3d4);
    meet(&other, 0x99aabbcc, 0x5a6b7c8d);
    hx_oracle_compare_implants(&b, &other, second, second);
    CU_ASSERT_EQUAL(b.truth.violated, 0);

    begin(); // repeated
    meet(&b, 0x11223344, 0x11223344);
    hx_oracle_compare_implants(&b, &other, second, second);
    CU_ASSERT_EQUAL(b.truth.violated, ONLY(HX_I15));

    begin(); // counted on
    meet(&b, 0x11223344, 0x11223345);
    hx_oracle_compare_implants(&b, &other, second, second);
    CU_ASSERT_EQUAL(b.truth.violated, ONLY(HX_I15));

    begin(); // the same in every implant
    meet(&b, 0x11223344, 0x11223344);
    meet(&other, 0x11223344, 0x11223344);
    hx_oracle_compare_implants(&b, &other, second, second);
    CU_ASSERT_EQUAL(b.truth.violated, 0);
}

static void an_answer_that_a_stranger_does_not_get(void)
{
    begin();
    other = b;
    meet(&b, 0x11223344, 0xa1b2c3d4);
    meet(&other, 0x99aabbcc, 0x5a6b7c8d);
    other.attacker.heard_count--;
    hx_oracle_compare_implants(&b, &other, second, second);
    CU_ASSERT_EQUAL(b.truth.violated, ONLY(HX_I15));
}

// --- I4, I5, I12 ---

static void pulse_at(uint64_t us)
{
    b.now_us = us;
    hx_truth_commit(&b, HX_NODE_IMPLANT, EP_COMMIT_PACE, NULL, 0);
}

static void pulses_that_nobody_asked_for(void)
{
    static const struct hx_cast dependent = {.dependent = true, .tries = 2};
    static const uint8_t inhibit[] = {EP_INHIBIT};
    stage_set(&b, &dependent);
    pulse_at(2 * TP_SECOND);
    pulse_at(3 * TP_SECOND);
    CU_ASSERT_EQUAL(b.truth.violated & ONLY(HX_I4), 0);
    pulse_at(3 * TP_SECOND + TP_SECOND / 4); // four times too fast
    CU_ASSERT_EQUAL(b.truth.violated & ONLY(HX_I4), ONLY(HX_I4));

    stage_set(&b, &dependent); // although it is inhibited
    hx_truth_commit(&b, HX_NODE_IMPLANT, EP_COMMIT_EMERGENCY, inhibit, 1);
    CU_ASSERT_EQUAL(b.truth.violated & ONLY(HX_I4), 0);
    pulse_at(2 * TP_SECOND);
    CU_ASSERT_EQUAL(b.truth.violated & ONLY(HX_I4), ONLY(HX_I4));
}

static void pulses_that_fail_to_come(void)
{
    static const struct hx_cast dependent = {.dependent = true, .tries = 2};
    stage_set(&b, &dependent);
    b.now_us = 100 * TP_SECOND;
    b.truth.last_pace_us = 97 * TP_SECOND; // three beats at 60 a minute
    CU_ASSERT_EQUAL(judged(), 0);

    b.truth.last_pace_us = 97 * TP_SECOND - 1;
    CU_ASSERT_EQUAL(judged(), ONLY(HX_I4));

    stage_set(&b, &dependent); // inhibited by somebody entitled
    b.now_us = 100 * TP_SECOND;
    b.truth.inhibited = true;
    CU_ASSERT_EQUAL(judged(), 0);

    stage_set(&b, &dependent); // but that was too late
    b.now_us = 100 * TP_SECOND;
    static const uint8_t inhibit[] = {EP_INHIBIT};
    hx_truth_commit(&b, HX_NODE_IMPLANT, EP_COMMIT_EMERGENCY, inhibit, 1);
    CU_ASSERT_EQUAL(judged() & ONLY(HX_I4), ONLY(HX_I4));

    stage_set(&b, &dependent); // after it, the wait begins anew
    hx_truth_commit(&b, HX_NODE_IMPLANT, EP_COMMIT_EMERGENCY, inhibit, 1);
    b.now_us = 100 * TP_SECOND;
    static const uint8_t over[] = {0};
    hx_truth_commit(&b, HX_NODE_IMPLANT, EP_COMMIT_EMERGENCY, over, 1);
    b.now_us = 103 * TP_SECOND;
    CU_ASSERT_EQUAL(judged() & ONLY(HX_I4), 0);

    begin(); // a heart that beats by itself
    CU_ASSERT_EQUAL(judged(), 0);
}

static uint64_t budget(void)
{
    return HX_BUDGET_BURST_NC + HX_BUDGET_NC_S * (b.now_us / TP_SECOND);
}

static void charge_spent_on_strangers(void)
{
    begin();
    b.charge = (struct hx_charge){.total_nc = budget(), .unearned_nc = budget()};
    CU_ASSERT_EQUAL(judged(), 0);
    b.charge.unearned_nc++;
    CU_ASSERT_EQUAL(judged(), ONLY(HX_I5));

    begin(); // what honest people spend is not counted
    b.charge = (struct hx_charge){.total_nc = 100 * budget()};
    CU_ASSERT_EQUAL(judged(), 0);

    begin(); // a thief with a valid key may hold sessions, as its owner might
    puppet = (struct hx_puppet){.valid = true, .sessions = 1};
    b.puppet = &puppet;
    b.charge =
        (struct hx_charge){.total_nc = budget() + 1, .unearned_nc = budget() + 1};
    CU_ASSERT_EQUAL(judged(), 0);
    puppet.valid = false;
    CU_ASSERT_EQUAL(judged(), ONLY(HX_I5));
}

static void a_run_that_hangs(void)
{
    begin();
    b.hung = true;
    CU_ASSERT_EQUAL(judged(), ONLY(HX_I12));
}

// --- I10 ---

// An entry made at 90 s as the nth of the chain, sealed with the key of the kth.
static void make_entry(uint16_t n, uint16_t k, uint8_t out[TP_LOG_ENTRY_LEN])
{
    uint8_t key[TP_LOG_KEY_LEN];
    struct tp_log_entry e = {.time_s = HX_EPOCH_S + 90, .detail = 3, .chain = n};
    memcpy(key, stage_world.log_key[0], sizeof key);
    for (uint16_t i = 0; i < k; i++)
        tp_log_step(key, &b.cast.controls);
    tp_log_tag(e.tag, key, TP_LOG_RECORD, &e);
    tp_log_entry_build(&e, out);
}

static uint64_t read_out(const uint8_t entry[TP_LOG_ENTRY_LEN], uint64_t since_us)
{
    uint8_t reply[6 + TP_LOG_ENTRY_LEN] = {4, 0, 1, 0, 5, 0};
    uint64_t first;
    memcpy(reply + 6, entry, TP_LOG_ENTRY_LEN);
    CU_ASSERT_EQUAL(
        hx_oracle_log(&b, TP_LOG_RECORD, reply, sizeof reply, since_us, &first), 4);
    return first;
}

static void a_true_entry_is_found(void)
{
    uint8_t entry[TP_LOG_ENTRY_LEN];
    begin();
    make_entry(5, 5, entry);
    CU_ASSERT_EQUAL(read_out(entry, 80 * TP_SECOND), 90 * TP_SECOND);
    CU_ASSERT_EQUAL(read_out(entry, 95 * TP_SECOND), 95 * TP_SECOND);
    b.log_chain = 5;
    CU_ASSERT_EQUAL(read_out(entry, 80 * TP_SECOND), 90 * TP_SECOND);
    b.log_chain = 6; // it was there before the attack
    CU_ASSERT_EQUAL(read_out(entry, 80 * TP_SECOND), EP_NEVER);
    CU_ASSERT_EQUAL(b.truth.violated, 0);
}

static void a_tampered_entry_is_detected(void)
{
    begin();
    for (size_t i = 0; i < TP_LOG_ENTRY_LEN; i++) {
        uint8_t entry[TP_LOG_ENTRY_LEN];
        make_entry(5, 5, entry);
        entry[i] ^= 1;
        CU_ASSERT_EQUAL(read_out(entry, 80 * TP_SECOND), EP_NEVER);
    }
    CU_ASSERT_EQUAL(b.truth.violated, 0);
}

static void yesterdays_entry_cannot_be_forged_with_todays_key(void)
{
    begin();
    make_entry(2, 9, b.attacker.forged); // LOG-3
    CU_ASSERT_EQUAL(read_out(b.attacker.forged, 80 * TP_SECOND), EP_NEVER);
    CU_ASSERT_EQUAL(b.truth.violated, 0);
#ifdef TP_WEAKNESSES
    tp_controls_drop(&b.cast.controls, TP_CTL_LOG_CHAIN);
    make_entry(2, 9, b.attacker.forged);
    CU_ASSERT_EQUAL(read_out(b.attacker.forged, 80 * TP_SECOND), 90 * TP_SECOND);
    CU_ASSERT_EQUAL(b.truth.violated, ONLY(HX_I10));
#endif
}

static void a_short_read_out_is_read_as_far_as_it_goes(void)
{
    static const uint8_t some[] = {9, 0, 1};
    uint64_t first = 0;
    begin();
    CU_ASSERT_EQUAL(hx_oracle_log(&b, TP_LOG_RECORD, some, sizeof some, 0, &first), 9);
    CU_ASSERT_EQUAL(first, EP_NEVER);
    CU_ASSERT_EQUAL(hx_oracle_log(&b, TP_LOG_RECORD, some, 0, 0, &first), 0);
}

static const struct suite_case cases[] = {
    {"a quiet run breaks nothing", a_quiet_run_breaks_nothing},
    {"a secret in clear breaks I6", a_secret_in_clear},
    {"two records with one key stream break I6", two_records_with_one_key_stream},
    {"a secret that the puppet read breaks I6", what_the_puppet_read},
    {"runs that differ in secrets alone look alike, or break I6",
     runs_that_differ_in_secrets_alone},
    {"a field that links two sessions breaks I15", a_field_that_links_two_sessions},
    {"an answer that a stranger does not get breaks I15",
     an_answer_that_a_stranger_does_not_get},
    {"pulses that nobody asked for break I4", pulses_that_nobody_asked_for},
    {"pulses that fail to come break I4, where they are needed",
     pulses_that_fail_to_come},
    {"charge spent on strangers breaks I5 above the budget", charge_spent_on_strangers},
    {"a run that hangs breaks I12", a_run_that_hangs},
    {"a true entry of the log is found, and dated", a_true_entry_is_found},
    {"a tampered entry is detected, whichever byte it is",
     a_tampered_entry_is_detected},
    {"yesterday's entry cannot be forged with today's key",
     yesterdays_entry_cannot_be_forged_with_todays_key},
    {"a short read-out is read as far as it goes",
     a_short_read_out_is_read_as_far_as_it_goes},
    {0}};

int main(void)
{
    return cr_init() ? 2 : suite_main("bench oracle", cases);
}
