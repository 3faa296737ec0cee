// test_intent.c - intent tokens: who gets one, how near, how long, how often

#include "hand.h"
#include <crypto/aead.h>
#include <crypto/init.h>
#include <suite.h>

static struct bed bed;
static struct hand clinician, monitor;

static const struct tp_therapy faster = {70, 130, 2500, 1};

static void start_with(struct tp_controls controls)
{
    struct tp_implant_config config = {.controls = controls};
    bed_start(&bed, &config);
    hand_make(&clinician, &bed, TP_ROLE_CLINICIAN, 1);
    hand_make(&monitor, &bed, TP_ROLE_MONITOR, 2);
    CU_ASSERT_FATAL(hand_pair(&clinician));
    CU_ASSERT_FATAL(hand_pair(&monitor));
}

static void start(void)
{
    start_with(all_controls);
}

// INT-1: with a token a session opens for therapy, without one it does not.
static void therapy_needs_a_token(void)
{
    start();
    CU_ASSERT_FALSE(hand_open(&clinician, EP_THERAPY));
    CU_ASSERT_EQUAL(bed.sends, 0);
    CU_ASSERT(hand_intent(&clinician));
    CU_ASSERT(hand_open(&clinician, EP_THERAPY));
    CU_ASSERT_EQUAL(hand_write(&clinician, faster), TP_STATUS_DONE);
    CU_ASSERT(bed_therapy_is(&bed, faster));
}

// INT-1: and a session without intent writes nothing.
static void reading_does_not_write(void)
{
    uint8_t mv[2] = {0xe8, 0x03};
    start();
    CU_ASSERT_FATAL(hand_intent(&clinician));
    CU_ASSERT_FATAL(hand_open(&clinician, EP_READ_OUT));
    CU_ASSERT_EQUAL(hand_write(&clinician, faster), TP_STATUS_REFUSED);
    CU_ASSERT_EQUAL(hand_ask(&clinician, TP_OP_TICKET, NULL, 0), TP_STATUS_DONE);
    CU_ASSERT_EQUAL(hand_ask(&clinician, TP_OP_TEST_PULSE, mv, 2), TP_STATUS_REFUSED);
    CU_ASSERT_EQUAL(bed.therapy_commits, 0);

    start_with(without(TP_CTL_INTENT_TOKEN));
    CU_ASSERT_EQUAL(hand_open(&clinician, EP_THERAPY), (bool)SWITCHES);
    if (SWITCHES)
        CU_ASSERT_EQUAL(hand_write(&clinician, faster), TP_STATUS_DONE);
}

// INT-2: the token is sealed under a key that only the bond gives.
static void a_listener_does_not_learn_the_token(void)
{
    uint8_t nonce[TP_TOKEN_LEN], ask[TP_INTENT_ASK_LEN], key[CR_KEY_LEN];
    uint8_t proof[TP_INTENT_PROOF_LEN] = {TP_INTENT_PROOF}, token[TP_TOKEN_LEN];
    start();
    hand_intent_ask(&clinician, nonce, ask);
    bed_hear(&bed, EP_NEAR, ask, sizeof ask);
    struct ep_frame c = *bed_sent(&bed, EP_NEAR);
    CU_ASSERT_FATAL(c.bytes[0] == TP_INTENT_CHALLENGE);
    tp_intent_proof(proof + 1, &clinician.bond, nonce, c.bytes + 1);
    bed_hear(&bed, EP_NEAR, proof, sizeof proof);
    const struct ep_frame *t = bed_sent(&bed, EP_NEAR);
    CU_ASSERT_PTR_NOT_NULL_FATAL(t);
    tp_intent_key(key, &monitor.bond, nonce, c.bytes + 1);
    CU_ASSERT_EQUAL(cr_open(token, key, 0, NULL, 0, t->bytes + 1, 32), CR_E_AUTH);
    tp_intent_key(key, &clinician.bond, nonce, c.bytes + 1);
    CU_ASSERT_EQUAL(cr_open(token, key, 0, NULL, 0, t->bytes + 1, 32), CR_OK);
}

// INT-2: a changed ask or proof gets nothing; nor does an ask or proof of nobody's.
static void changed_messages_get_nothing(void)
{
    uint8_t nonce[TP_TOKEN_LEN], ask[TP_INTENT_ASK_LEN];
    uint8_t proof[TP_INTENT_PROOF_LEN] = {TP_INTENT_PROOF};
    start();
    for (size_t i = 1; i < sizeof ask; i++) {
        hand_intent_ask(&clinician, nonce, ask);
        ask[i] ^= 1;
        bed_hear(&bed, EP_NEAR, ask, sizeof ask);
        CU_ASSERT_EQUAL(bed.sends, 0);
    }
    for (size_t i = 1; i < sizeof proof; i++) {
        hand_intent_ask(&clinician, nonce, ask);
        bed_hear(&bed, EP_NEAR, ask, sizeof ask);
        const struct ep_frame *c = bed_sent(&bed, EP_NEAR);
        CU_ASSERT_PTR_NOT_NULL_FATAL(c);
        tp_intent_proof(proof + 1, &clinician.bond, nonce, c->bytes + 1);
        proof[i] ^= 1;
        bed_hear(&bed, EP_NEAR, proof, sizeof proof);
        CU_ASSERT_EQUAL(bed.sends, 0);
        proof[i] ^= 1;
        bed_hear(&bed, EP_NEAR, proof, sizeof proof); // one try a challenge
        CU_ASSERT_EQUAL(bed.sends, 0);
    }
}

// True if a proof that arrives so long after its challenge gets a token.
static bool proof_after(uint64_t us)
{
    uint8_t nonce[TP_TOKEN_LEN], ask[TP_INTENT_ASK_LEN];
    uint8_t proof[TP_INTENT_PROOF_LEN] = {TP_INTENT_PROOF};
    hand_intent_ask(&clinician, nonce, ask);
    bed_hear(&bed, EP_NEAR, ask, sizeof ask);
    const struct ep_frame *c = bed_sent(&bed, EP_NEAR);
    CU_ASSERT_PTR_NOT_NULL_FATAL(c);
    tp_intent_proof(proof + 1, &clinician.bond, nonce, c->bytes + 1);
    bed_pass(&bed, us);
    bed_hear(&bed, EP_NEAR, proof, sizeof proof);
    return bed.sends == 1;
}

// INT-3
static void a_late_proof_is_a_relay(void)
{
    start();
    CU_ASSERT(proof_after(0));
    CU_ASSERT(proof_after(TP_ROUND_TRIP_US));
    CU_ASSERT_FALSE(proof_after(TP_ROUND_TRIP_US + 1));
    start_with(without(TP_CTL_NEAR_FIELD_ROUND_TRIP));
    CU_ASSERT_EQUAL(proof_after(TP_ROUND_TRIP_US + 1), (bool)SWITCHES);
    CU_ASSERT_FALSE(proof_after(TP_NEAR_WAIT_US)); // NEAR-1 all the same
}

// INT-4: one session to a token.
static void a_token_opens_one_session(void)
{
    start();
    CU_ASSERT_FATAL(hand_intent(&clinician));
    CU_ASSERT(hand_open(&clinician, EP_THERAPY));
    CU_ASSERT_FALSE(hand_open(&clinician, EP_THERAPY));
    start_with(without(TP_CTL_INTENT_SINGLE_USE));
    CU_ASSERT_FATAL(hand_intent(&clinician));
    CU_ASSERT(hand_open(&clinician, EP_THERAPY));
    CU_ASSERT_EQUAL(hand_open(&clinician, EP_THERAPY), (bool)SWITCHES);
}

// INT-4: one command to a token; a refused one does not count.
static void a_token_carries_one_command(void)
{
    static const struct tp_therapy wild = {250, 255, 2500, 1},
                                   next = {80, 130, 2500, 1};
    start();
    CU_ASSERT_FATAL(hand_intent(&clinician));
    CU_ASSERT_FATAL(hand_open(&clinician, EP_THERAPY));
    CU_ASSERT_EQUAL(hand_write(&clinician, wild), TP_STATUS_REFUSED);
    CU_ASSERT_EQUAL(hand_write(&clinician, faster), TP_STATUS_DONE);
    CU_ASSERT_EQUAL(hand_write(&clinician, next), TP_STATUS_REFUSED);
    CU_ASSERT(bed_therapy_is(&bed, faster));

    start_with(without(TP_CTL_INTENT_SINGLE_USE));
    CU_ASSERT_FATAL(hand_intent(&clinician));
    CU_ASSERT_FATAL(hand_open(&clinician, EP_THERAPY));
    CU_ASSERT_EQUAL(hand_write(&clinician, faster), TP_STATUS_DONE);
    CU_ASSERT_EQUAL(hand_write(&clinician, next),
                    SWITCHES ? TP_STATUS_DONE : TP_STATUS_REFUSED);
}

// INT-2, HS-5: a token is its bond's; a newer one takes its place.
static void a_token_is_its_bonds(void)
{
    start();
    CU_ASSERT_FATAL(hand_intent(&clinician));
    CU_ASSERT_FATAL(hand_intent(&monitor));
    CU_ASSERT_FALSE(hand_open(&clinician, EP_THERAPY));
    // What the monitor got is worth nothing to the clinician's bond.
    memcpy(clinician.token, monitor.token, TP_TOKEN_LEN);
    CU_ASSERT_FALSE(hand_open(&clinician, EP_THERAPY));
}

// HS-5: the wrong token ends the handshake; without proximity-binding it does not.
static void the_token_is_in_the_handshake(void)
{
    start();
    CU_ASSERT_FATAL(hand_intent(&clinician));
    clinician.token[0] ^= 1;
    CU_ASSERT_FALSE(hand_open(&clinician, EP_THERAPY));
    start_with(without(TP_CTL_PROXIMITY_BINDING));
    CU_ASSERT_FATAL(hand_intent(&clinician));
    clinician.token[0] ^= 1;
    CU_ASSERT_EQUAL(hand_open(&clinician, EP_THERAPY), (bool)SWITCHES);
}

// INT-4, HS-7: the token held at HELLO is the one that counts at PROOF.
static void a_token_fetched_meanwhile_is_anothers(void)
{
    start();
    CU_ASSERT_FATAL(hand_intent(&clinician));
    CU_ASSERT_FATAL(hand_wake(&clinician, EP_THERAPY));
    CU_ASSERT_FATAL(hand_hello(&clinician));
    bed_pass(&bed, 1000);
    CU_ASSERT_FATAL(hand_intent(&clinician));
    CU_ASSERT_FALSE(hand_proof(&clinician));
    CU_ASSERT(hand_open(&clinician, EP_THERAPY));

    start(); // nor does one fetched after HELLO make up for none
    CU_ASSERT_FATAL(hand_wake(&clinician, EP_THERAPY));
    CU_ASSERT_FATAL(hand_hello(&clinician));
    CU_ASSERT_FATAL(hand_intent(&clinician));
    CU_ASSERT_FALSE(hand_proof(&clinician));
}

// INT-5: checked at PROOF.
static void an_old_token_opens_nothing(void)
{
    start();
    CU_ASSERT_FATAL(hand_intent(&clinician));
    bed_pass(&bed, TP_INTENT_AGE_US);
    CU_ASSERT(hand_open(&clinician, EP_THERAPY));
    start();
    CU_ASSERT_FATAL(hand_intent(&clinician));
    bed_pass(&bed, TP_INTENT_AGE_US + 1);
    CU_ASSERT_FALSE(hand_open(&clinician, EP_THERAPY));
    start_with(without(TP_CTL_INTENT_AGE));
    CU_ASSERT_FATAL(hand_intent(&clinician));
    bed_pass(&bed, TP_INTENT_AGE_US + 1);
    CU_ASSERT_EQUAL(hand_open(&clinician, EP_THERAPY), (bool)SWITCHES);
}

// INT-5: checked at the command, and once more at CONFIRM.
static void an_old_token_carries_nothing(void)
{
    start();
    CU_ASSERT_FATAL(hand_intent(&clinician));
    CU_ASSERT_FATAL(hand_open(&clinician, EP_THERAPY));
    bed_pass(&bed, TP_INTENT_AGE_US / 2);
    CU_ASSERT_EQUAL(hand_ask(&clinician, TP_OP_STATUS, NULL, 0), TP_STATUS_DONE);
    bed_pass(&bed, TP_INTENT_AGE_US / 2 - TP_SECOND);
    CU_ASSERT_EQUAL(hand_propose(&clinician, faster), TP_STATUS_PROPOSED);
    bed_pass(&bed, TP_SECOND + 1);
    CU_ASSERT_EQUAL(hand_confirm(&clinician), TP_STATUS_REFUSED);
    CU_ASSERT_EQUAL(bed.therapy_commits, 0);

    start();
    CU_ASSERT_FATAL(hand_intent(&clinician));
    CU_ASSERT_FATAL(hand_open(&clinician, EP_THERAPY));
    bed_pass(&bed, TP_INTENT_AGE_US / 2);
    CU_ASSERT_EQUAL(hand_ask(&clinician, TP_OP_STATUS, NULL, 0), TP_STATUS_DONE);
    bed_pass(&bed, TP_INTENT_AGE_US / 2 + 1);
    CU_ASSERT_EQUAL(hand_propose(&clinician, faster), TP_STATUS_REFUSED);
}

// INT-2, NVM-3: a token does not outlive a power cut.
static void a_power_cut_forgets_the_token(void)
{
    start();
    CU_ASSERT_FATAL(hand_intent(&clinician));
    bed_boot(&bed);
    CU_ASSERT_FALSE(hand_open(&clinician, EP_THERAPY));
}

int main(void)
{
    static const struct suite_case cases[] = {
        {"INT-1: therapy needs a token", therapy_needs_a_token},
        {"INT-1: reading does not write", reading_does_not_write},
        {"INT-2: a listener does not learn the token",
         a_listener_does_not_learn_the_token},
        {"INT-2: changed messages get nothing", changed_messages_get_nothing},
        {"INT-3: a late proof is a relay", a_late_proof_is_a_relay},
        {"INT-4: a token opens one session", a_token_opens_one_session},
        {"INT-4: a token carries one command", a_token_carries_one_command},
        {"INT-2: a token is its bond's", a_token_is_its_bonds},
        {"HS-5: the token is in the handshake", the_token_is_in_the_handshake},
        {"INT-4: a token fetched meanwhile is another's",
         a_token_fetched_meanwhile_is_anothers},
        {"INT-5: an old token opens nothing", an_old_token_opens_nothing},
        {"INT-5: an old token carries nothing", an_old_token_carries_nothing},
        {"NVM-3: a power cut forgets the token", a_power_cut_forgets_the_token},
        {0},
    };
    return cr_init() ? 2 : suite_main("protocol/intent", cases);
}
