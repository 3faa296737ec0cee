// test_memory.c - what lasts: the log's entries and chain, and writes cut in two

#include "hand.h"
#include <crypto/bytes.h>
#include <crypto/hash.h>
#include <crypto/init.h>
#include <suite.h>

static struct bed bed;
static struct hand h;

static void start_with(struct tp_controls controls)
{
    struct tp_implant_config config = {.controls = controls};
    bed_start(&bed, &config);
    hand_make(&h, &bed, TP_ROLE_CLINICIAN, 1);
    CU_ASSERT_FATAL(hand_pair(&h));
}

static void start(void)
{
    start_with(all_controls);
}

static void junk_wake(void)
{
    static const uint8_t junk[TP_WAKE_LEN] = {TP_WAKE};
    bed_hear(&bed, EP_RF, junk, sizeof junk);
}

// Something malformed (detail 8), or a frame of the other link (detail 9).
static void junk_near(bool malformed)
{
    static const uint8_t junk[TP_AWAKE_LEN] = {TP_AWAKE};
    bed_hear(&bed, EP_NEAR, junk, malformed ? 1 : sizeof junk);
}

// LOG-1: what LOG answers is what lies in memory.
static void the_log_is_read_out(void)
{
    static const uint8_t class = TP_LOG_TRUST;
    uint8_t entry[TP_LOG_ENTRY_LEN];
    start();
    CU_ASSERT_FATAL(hand_open(&h, EP_READ_OUT));
    CU_ASSERT_EQUAL_FATAL(hand_ask(&h, TP_OP_LOG, &class, 1), TP_STATUS_DONE);
    CU_ASSERT_EQUAL_FATAL(h.answer.len, 6 + TP_LOG_ENTRY_LEN);
    static const uint8_t head[6] = {1, 0, 1, 0, 2, 0}; // and one of a session
    CU_ASSERT_EQUAL(memcmp(h.answer.data, head, sizeof head), 0);
    struct tp_log_entry e = bed_entry(&bed, TP_LOG_TRUST, 0);
    CU_ASSERT(e.detail == (TP_LOG_TRUST << 8 | 6) && e.chain == 0);
    CU_ASSERT_EQUAL(e.time_s, BED_TIME_S);
    tp_log_entry_build(&e, entry);
    CU_ASSERT_EQUAL(memcmp(h.answer.data + 6, entry, sizeof entry), 0);
    CU_ASSERT_EQUAL(hand_ask(&h, TP_OP_LOG, (const uint8_t[]){7}, 1),
                    TP_STATUS_REFUSED);
}

// LOG-2: repeats within a minute only count.
static void repeats_only_count(void)
{
    static const uint8_t class = TP_LOG_WAKE;
    start();
    for (int i = 0; i < 50; i++)
        junk_wake();
    CU_ASSERT_EQUAL(bed_logged(&bed, TP_LOG_WAKE), 1);
    bed_pass(&bed, 60 * TP_SECOND);
    junk_wake();
    CU_ASSERT_EQUAL(bed_logged(&bed, TP_LOG_WAKE), 2);
    CU_ASSERT_FATAL(hand_open(&h, EP_READ_OUT));
    CU_ASSERT_EQUAL_FATAL(hand_ask(&h, TP_OP_LOG, &class, 1), TP_STATUS_DONE);
    CU_ASSERT(h.answer.data[0] == 51 && h.answer.data[2] == 2);
}

// LOG-2: two details in turn fill the beginning, and then no more than one a minute.
static void alternating_kinds_do_not_flood(void)
{
    start();
    for (int i = 0; i < 200; i++)
        junk_near(i % 2 == 0);
    CU_ASSERT_EQUAL(bed_logged(&bed, TP_LOG_NEAR), TP_LOG_FIRST);
    bed_pass(&bed, 60 * TP_SECOND);
    junk_near(false);
    junk_near(true);
    CU_ASSERT_EQUAL(bed_logged(&bed, TP_LOG_NEAR), TP_LOG_FIRST + 1);
}

// LOG-2: a flood of one kind leaves its beginning and every other kind's entries.
static void a_flood_evicts_nothing(void)
{
    start();
    junk_near(true);
    struct tp_log_entry near = bed_entry(&bed, TP_LOG_NEAR, 0);
    for (int i = 0; i < 100; i++) {
        junk_wake();
        bed_pass(&bed, 61 * TP_SECOND);
    }
    CU_ASSERT_EQUAL(bed_logged(&bed, TP_LOG_WAKE), 100);
    CU_ASSERT_EQUAL(bed_entry(&bed, TP_LOG_WAKE, 0).time_s, BED_TIME_S);
    CU_ASSERT_EQUAL(bed_entry(&bed, TP_LOG_WAKE, 7).time_s, BED_TIME_S + 7 * 61);
    for (uint32_t n = 92; n < 100; n++)
        CU_ASSERT_EQUAL(bed_entry(&bed, TP_LOG_WAKE, 8 + n % 8).time_s,
                        BED_TIME_S + n * 61);
    struct tp_log_entry still = bed_entry(&bed, TP_LOG_NEAR, 0);
    CU_ASSERT(still.time_s == near.time_s && still.chain == near.chain);

    start_with(without(TP_CTL_LOG_RESERVE));
    junk_near(true);
    near = bed_entry(&bed, TP_LOG_WAKE, 1); // one ring for all, after the pairing
    CU_ASSERT_EQUAL(near.detail >> 8, SWITCHES ? TP_LOG_NEAR : 0);
    for (int i = 0; i < 16; i++)
        junk_wake();
    near = bed_entry(&bed, TP_LOG_WAKE, 1);
    CU_ASSERT_EQUAL(near.detail >> 8, TP_LOG_WAKE);
}

// Checks all entries kept against the key that the clinic keeps; how many hold.
static unsigned entries_that_hold(void)
{
    unsigned n = 0;
    for (size_t c = 0; c < TP_LOG_CLASSES; c++) {
        unsigned kept = bed_logged(&bed, (enum tp_log_class)c);
        for (size_t i = 0; i < kept && i < TP_LOG_KEPT; i++) {
            uint8_t key[TP_LOG_KEY_LEN], tag[TP_LOG_TAG_LEN];
            struct tp_log_entry e = bed_entry(&bed, (enum tp_log_class)c, i);
            memcpy(key, bed.identity.log_key, sizeof key);
            for (unsigned k = 0; k < e.chain; k++)
                tp_log_step(key, &bed.config.controls);
            tp_log_tag(tag, key, (enum tp_log_class)c, &e);
            n += memcmp(tag, e.tag, sizeof tag) == 0;
        }
    }
    return n;
}

static unsigned entries_kept(void)
{
    unsigned n = 0;
    for (size_t c = 0; c < TP_LOG_CLASSES; c++) {
        unsigned kept = bed_logged(&bed, (enum tp_log_class)c);
        n += kept < TP_LOG_KEPT ? kept : TP_LOG_KEPT;
    }
    return n;
}

// LOG-3: every entry verifies; the key in memory is the next one's, not an old one.
static void the_chain_verifies(void)
{
    uint8_t key[TP_LOG_KEY_LEN];
    start();
    for (int i = 0; i < 20; i++) {
        junk_wake();
        junk_near(true);
        CU_ASSERT_FATAL(hand_open(&h, EP_READ_OUT));
        bed_pass(&bed, 61 * TP_SECOND);
    }
    CU_ASSERT_EQUAL(entries_kept(), 16 + 16 + 16 + 1);
    CU_ASSERT_EQUAL(entries_that_hold(), entries_kept());
    const uint8_t *at = bed.nvm + tp_implant_nvm_map.log_chain;
    CU_ASSERT_EQUAL(at[0] | at[1] << 8, 61);
    memcpy(key, bed.identity.log_key, sizeof key);
    for (int i = 0; i < 61; i++)
        tp_log_step(key, &all_controls);
    CU_ASSERT_EQUAL(memcmp(key, bed.nvm + tp_implant_nvm_map.log_key, sizeof key), 0);
}

// LOG-3, NVM-2: cut between entry, counts and key, the log goes on and still verifies.
static void a_cut_log_goes_on(void)
{
    for (int cut = 1; cut <= 3; cut++) {
        start();
        junk_wake();
        bed.cut_after = cut;
        junk_near(true);
        CU_ASSERT(bed.cut);
        junk_near(false);
        bed_pass(&bed, 61 * TP_SECOND);
        junk_wake();
        CU_ASSERT(bed_logged(&bed, TP_LOG_NEAR) >= 1);
        CU_ASSERT_EQUAL(entries_that_hold(), entries_kept());
    }
}

// Starts anew with so many entries made in all.
static void start_with_chain(uint16_t chain)
{
    start();
    bed.nvm[tp_implant_nvm_map.log_chain] = (uint8_t)chain;
    bed.nvm[tp_implant_nvm_map.log_chain + 1] = (uint8_t)(chain >> 8);
    bed_boot(&bed);
}

// LOG-3: refusals end first, then sessions, then all; and nothing but the log does.
static void the_log_ends(void)
{
    start_with_chain(TP_LOG_CHAIN_MAX - TP_LOG_CHAIN_RESERVE - 1);
    junk_wake();
    CU_ASSERT_EQUAL(bed_logged(&bed, TP_LOG_WAKE), 1);
    bed_pass(&bed, 61 * TP_SECOND);
    junk_wake();
    CU_ASSERT_EQUAL(bed_logged(&bed, TP_LOG_WAKE), 1);
    CU_ASSERT(hand_open(&h, EP_READ_OUT));
    CU_ASSERT_EQUAL(bed_logged(&bed, TP_LOG_SESSION), 1);

    start_with_chain(TP_LOG_CHAIN_MAX - TP_LOG_TRUST_RESERVE - 1);
    CU_ASSERT(hand_open(&h, EP_READ_OUT));
    CU_ASSERT_EQUAL(bed_logged(&bed, TP_LOG_SESSION), 1);
    bed_pass(&bed, 61 * TP_SECOND);
    CU_ASSERT(hand_open(&h, EP_READ_OUT));
    CU_ASSERT_EQUAL(bed_logged(&bed, TP_LOG_SESSION), 1);

    start_with_chain(TP_LOG_CHAIN_MAX - 1);
    CU_ASSERT(hand_pair(&h));
    CU_ASSERT_EQUAL(bed_logged(&bed, TP_LOG_TRUST), 2);
    bed_pass(&bed, 61 * TP_SECOND);
    CU_ASSERT(hand_pair(&h));
    CU_ASSERT_EQUAL(bed_logged(&bed, TP_LOG_TRUST), 2);
    CU_ASSERT(hand_open(&h, EP_READ_OUT));
    CU_ASSERT_EQUAL(hand_ask(&h, TP_OP_STATUS, NULL, 0), TP_STATUS_DONE);
}

static unsigned bonds(void)
{
    const struct tp_implant_map *m = &tp_implant_nvm_map;
    unsigned n = 0;
    for (size_t i = 0; i < TP_BONDS_MAX; i++)
        n += bed.nvm[m->bonds + i * m->bond_len];
    return n;
}

// NVM-2: cut after any write of a pairing, the implant has the whole bond or none, and
// pairs the next time.
static void a_cut_pairing_leaves_no_half(void)
{
    int cuts = 0;
    for (int cut = 1; cut < 20; cut++) {
        bed_start(&bed, NULL);
        hand_make(&h, &bed, TP_ROLE_CLINICIAN, 1);
        uint8_t one[TP_PAIR_1_LEN], three[TP_PAIR_3_LEN];
        hand_pair_1(&h, one);
        bed_hear(&bed, EP_NEAR, one, sizeof one);
        CU_ASSERT_FATAL(hand_pair_3(&h, three));
        bed.cut_after = cut;
        bed_hear(&bed, EP_NEAR, three, sizeof three);
        bed.cut_after = BED_NEVER_CUT;
        cuts += bed.cut;
        CU_ASSERT_EQUAL(bonds(), cut >= 4 || !bed.cut);
        if (bonds() == 1) { // the peer may know it: the keys must be the right ones
            h.bond = (struct tp_bond){.used = 1};
            tp_bond_derive(&h.bond, &h.hs, &all_controls);
            memcpy(h.implant, h.hs.rs, CR_DH_LEN);
            CU_ASSERT(hand_open(&h, EP_READ_OUT));
        }
        bed_pass(&bed, TP_PREEMPT_IDLE_US);
        CU_ASSERT(hand_pair(&h));
        CU_ASSERT(hand_open(&h, EP_READ_OUT));
    }
    CU_ASSERT_EQUAL(cuts, 7); // four writes of a bond, three of the log
}

// NVM-2: nor does one that falls into the erasing of an older bond.
static void a_cut_erasing_leaves_no_half(void)
{
    for (int cut = 1; cut < 12; cut++) {
        start();
        CU_ASSERT_FATAL(hand_open(&h, EP_READ_OUT));
        struct hand before = h;
        CU_ASSERT_FATAL(hand_pair(&h));
        bed_pass(&bed, TP_PREEMPT_IDLE_US);
        CU_ASSERT_FATAL(hand_wake(&h, EP_READ_OUT));
        CU_ASSERT_FATAL(hand_hello(&h));
        bed.cut_after = cut;
        hand_proof(&h);
        bed.cut_after = BED_NEVER_CUT;
        bed_pass(&bed, TP_PREEMPT_IDLE_US);
        CU_ASSERT_EQUAL(bonds(), 1);
        CU_ASSERT_FALSE(hand_wake(&before, EP_READ_OUT));
        CU_ASSERT(hand_open(&h, EP_READ_OUT));
    }
}

// NVM-1, NVM-3: settings are written before they take effect, and last.
static void settings_last(void)
{
    static const struct tp_therapy faster = {70, 130, 2500, 1};
    static const uint8_t volume = 6;
    start();
    CU_ASSERT_FATAL(hand_intent(&h));
    CU_ASSERT_FATAL(hand_open(&h, EP_THERAPY));
    CU_ASSERT_EQUAL(hand_write(&h, faster), TP_STATUS_DONE);
    CU_ASSERT(bed_place(&bed, EP_NVM) < bed_place(&bed, EP_COMMIT));
    CU_ASSERT(bed_place(&bed, EP_COMMIT) < bed_place(&bed, EP_SEND));
    CU_ASSERT_EQUAL(hand_ask(&h, TP_OP_ALARM, &volume, 1), TP_STATUS_DONE);
    CU_ASSERT(bed_place(&bed, EP_NVM) < bed_place(&bed, EP_COMMIT));
    bed_boot(&bed);
    CU_ASSERT_FATAL(hand_open(&h, EP_READ_OUT));
    CU_ASSERT_EQUAL(hand_ask(&h, TP_OP_STATUS, NULL, 0), TP_STATUS_DONE);
    CU_ASSERT(h.answer.data[4] == 70 && h.answer.data[11] == 6);
}

// NVM-4: the alarm's volume is written when it changes.
static void the_same_volume_wears_nothing(void)
{
    static const uint8_t volumes[] = {6, 6, 5, 5, 5, 6};
    start();
    CU_ASSERT_FATAL(hand_open(&h, EP_READ_OUT));
    for (size_t i = 0; i < sizeof volumes; i++) {
        CU_ASSERT_EQUAL(hand_ask(&h, TP_OP_ALARM, &volumes[i], 1), TP_STATUS_DONE);
        CU_ASSERT_PTR_NOT_NULL(bed_committed(&bed, EP_COMMIT_ALARM));
        CU_ASSERT_EQUAL(bed.writes, i == 0 || volumes[i] != volumes[i - 1]);
    }
}

// NVM-1: a refused command is on record before its refusal leaves.
static void refusals_are_logged_first(void)
{
    start();
    CU_ASSERT_FATAL(hand_open(&h, EP_READ_OUT));
    CU_ASSERT_EQUAL(hand_ask(&h, 0x00f1, NULL, 0), TP_STATUS_REFUSED);
    CU_ASSERT(bed_place(&bed, EP_NVM) < bed_place(&bed, EP_SEND));
    CU_ASSERT_EQUAL(bed_entry(&bed, TP_LOG_COMMAND, 0).detail,
                    TP_LOG_COMMAND << 8 | 0xf1);
}

// RND-1: another boot, another stream; without it every draw is the same.
static bool boots_differ(struct tp_controls controls)
{
    uint8_t first[TP_HELLO_LEN] = {0};
    for (int i = 0; i < 2; i++) {
        start_with(controls);
        if (i == 1)
            bed_boot(&bed);
        CU_ASSERT_FATAL(hand_wake(&h, EP_READ_OUT));
        CU_ASSERT_FATAL(hand_hello(&h));
        const struct ep_frame *f = bed_sent(&bed, EP_RF);
        if (i == 1)
            return memcmp(first, f->bytes, 1 + CR_DH_LEN) != 0;
        memcpy(first, f->bytes, 1 + CR_DH_LEN);
    }
    return false;
}

static void boots_draw_from_different_streams(void)
{
    CU_ASSERT(boots_differ(all_controls));
    CU_ASSERT_EQUAL(boots_differ(without(TP_CTL_FRESH_RANDOMNESS)), !SWITCHES);
}

int main(void)
{
    static const struct suite_case cases[] = {
        {"LOG-1: the log is read out", the_log_is_read_out},
        {"LOG-2: repeats only count", repeats_only_count},
        {"LOG-2: alternating kinds do not flood", alternating_kinds_do_not_flood},
        {"LOG-2: a flood evicts nothing", a_flood_evicts_nothing},
        {"LOG-3: the chain verifies", the_chain_verifies},
        {"LOG-3: a cut log goes on", a_cut_log_goes_on},
        {"LOG-3: the log ends", the_log_ends},
        {"NVM-2: a cut pairing leaves no half", a_cut_pairing_leaves_no_half},
        {"NVM-2: a cut erasing leaves no half", a_cut_erasing_leaves_no_half},
        {"NVM-3: settings last", settings_last},
        {"NVM-4: the same volume wears nothing", the_same_volume_wears_nothing},
        {"NVM-1: refusals are logged first", refusals_are_logged_first},
        {"RND-1: boots draw from different streams", boots_draw_from_different_streams},
        {0},
    };
    return cr_init() ? 2 : suite_main("protocol/memory", cases);
}
