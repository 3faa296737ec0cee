// test_programmer.c - what a peer believes, and what it does not

#include "exact.h"
#include "two.h"
#include <crypto/aead.h>
#include <crypto/bytes.h>
#include <crypto/init.h>
#include <crypto/stream.h>
#include <protocol/handshake.h>
#include <suite.h>

static struct two two;

static const struct tp_therapy faster = {70, 130, 2500, 1};

static void start(enum tp_role role)
{
    two_start(&two, role, NULL);
}

static void lose_all_of(uint8_t type)
{
    two.lose_type = type;
    two.lose_times = -1;
}

static struct tp_programmer_loot loot(void)
{
    struct tp_programmer_loot l;
    memset(&l, 0, sizeof l);
    tp_programmer_steal(two.prg, 0, &l);
    return l;
}

// Whoever can change a proposal on its way: what is understood differs.
static void raise_the_rate(struct two *t, struct ep_frame *f, bool to_implant)
{
    size_t rate_at = TP_RECORD_HEAD + TP_REQUEST_HEAD + 2;
    (void)t;
    if (to_implant && f->bytes[0] == TP_RECORD &&
        f->bytes[TP_RECORD_HEAD + 1] == TP_OP_PROPOSE)
        f->bytes[rate_at] = 90;
}

// CMD-5: a digest of something else is not confirmed.
static void what_was_not_meant_is_not_confirmed(void)
{
    struct tp_implant_config config = {
        .controls = without_both(TP_CTL_ENCRYPTION, TP_CTL_RECORD_AUTHENTICATION)};
    two_start(&two, TP_ROLE_CLINICIAN, &config);
    CU_ASSERT_EQUAL_FATAL(two_pair(&two), 1);
    CU_ASSERT_EQUAL_FATAL(two_open(&two, EP_THERAPY), 1);
    if (SWITCHES)
        two.change = raise_the_rate;
    else
        lose_all_of(TP_RECORD); // here nobody can change one
    CU_ASSERT_EQUAL(two_write(&two, faster), -1);
    CU_ASSERT_EQUAL(two_count(&two, TP_RECORD), SWITCHES ? 1 : 9);
    CU_ASSERT_EQUAL(two.bed.therapy_commits, 0);
}

// Gives the implant a certificate from another clinic.
static int pair_with_a_stranger(struct tp_controls controls)
{
    struct tp_implant_config config = {.controls = controls};
    struct clinic stranger;
    two_start(&two, TP_ROLE_CLINICIAN, &config);
    clinic_make(&stranger, 0x99);
    struct tp_implant_identity id = two.bed.identity;
    clinic_certify(&stranger, &id.certificate, id.s_priv);
    tp_implant_provision(two.bed.nvm, &id);
    bed_boot(&two.bed);
    return two_pair(&two);
}

// NEAR-3, CERT-2: the peer checks the implant as well.
static void an_implant_of_another_clinic_is_refused(void)
{
    CU_ASSERT_EQUAL(pair_with_a_stranger(all_controls), -1);
    CU_ASSERT_FALSE(loot().have_bond);
    // The first answer decides; it is not asked for another.
    CU_ASSERT_EQUAL(two_count(&two, TP_PAIR_1), 1);
    CU_ASSERT_EQUAL(pair_with_a_stranger(without(TP_CTL_PAIRING_AUTHENTICATION)),
                    SWITCHES ? 1 : -1);
}

static void hear(enum ep_link link, const uint8_t *bytes, size_t len)
{
    struct ep_frame f = {
        .now_us = two.bed.now_us, .link = (uint8_t)link, .len = (uint8_t)len};
    memset(f.bytes, 0xaa, sizeof f.bytes);
    if (len > 0)
        memcpy(f.bytes, bytes, len);
    tp_programmer_ops.receive(two.prg, &f);
}

static size_t sends(struct ep_frame *last)
{
    struct ep_output o;
    size_t n = 0;
    while (tp_programmer_ops.output(two.prg, &o)) {
        if (o.kind != EP_SEND)
            continue;
        *last = o.send;
        n++;
    }
    return n;
}

// Starts an act and takes its first frame.
static struct ep_frame begin(enum ep_act_kind kind, uint8_t arg)
{
    struct ep_act act = {.kind = (uint16_t)kind, .len = 2, .args = {0, arg}};
    struct ep_frame f = {.len = 0};
    CU_ASSERT_EQUAL_FATAL(tp_programmer_ops.act(two.prg, &act, two.bed.now_us), 0);
    CU_ASSERT_EQUAL_FATAL(sends(&f), 1);
    return f;
}

// FRM-3, PRG-1: whatever it hears, it does no more than answer what it asked for.
static void garbage_moves_nothing(void)
{
    static const uint8_t kinds[] = {EP_ACT_PAIR, EP_ACT_OPEN, EP_ACT_INTENT};
    uint8_t frame[255];
    struct ep_frame out;
    for (size_t k = 0; k < sizeof kinds; k++) {
        start(TP_ROLE_MONITOR);
        CU_ASSERT_EQUAL_FATAL(two_pair(&two), 1);
        begin(kinds[k], EP_READ_OUT);
        for (unsigned type = 0; type < 0x40; type++) {
            // A challenge says nothing that could be checked, and is answered.
            if (kinds[k] == EP_ACT_INTENT && type == TP_INTENT_CHALLENGE)
                continue;
            fill_with(frame, sizeof frame, (uint8_t)type);
            frame[0] = (uint8_t)type;
            for (size_t len = 0; len <= sizeof frame; len++) {
                hear(EP_RF, frame, len);
                hear(EP_NEAR, frame, len);
                hear(EP_UPLINK, frame, len);
            }
        }
        CU_ASSERT_EQUAL(sends(&out), 0);
        CU_ASSERT_EQUAL(tp_programmer_ops.outcome(two.prg, NULL, 0, NULL), 0);
    }
}

// WAKE-1: an AWAKE to another WAKE is no answer.
static void only_its_own_awake_counts(void)
{
    uint8_t awake[TP_AWAKE_LEN] = {TP_AWAKE};
    struct ep_frame out = {.len = 0};
    start(TP_ROLE_MONITOR);
    CU_ASSERT_EQUAL_FATAL(two_pair(&two), 1);
    struct tp_programmer_loot l = loot();
    struct ep_frame wake = begin(EP_ACT_OPEN, EP_READ_OUT);
    for (uint32_t counter = 0; counter < 4; counter += 2) {
        tp_awake_mac(awake + 1, &l.bond, wake.bytes + 1, counter);
        hear(EP_RF, awake, sizeof awake);
        CU_ASSERT_EQUAL(sends(&out), 0);
    }
    tp_awake_mac(awake + 1, &l.bond, wake.bytes + 2, 1);
    hear(EP_RF, awake, sizeof awake);
    CU_ASSERT_EQUAL(sends(&out), 0);
    tp_awake_mac(awake + 1, &l.bond, wake.bytes + 1, 1);
    hear(EP_RF, awake, sizeof awake);
    CU_ASSERT(sends(&out) == 1 && out.bytes[0] == TP_HELLO);
}

// The peer's answer to a REPLY that chooses a version: sends PROOF or gives up.
static int outcome_of_version(uint8_t version)
{
    uint8_t awake[TP_AWAKE_LEN] = {TP_AWAKE}, reply[TP_REPLY_LEN] = {TP_REPLY};
    uint8_t psk[CR_KEY_LEN], key[CR_KEY_LEN] = {5}, none[1];
    size_t n;
    struct tp_hello hello;
    struct ep_frame out = {.len = 0};
    struct cr_noise_handshake hs;
    struct cr_stream rng;
    cr_stream_init(&rng, key);
    start(TP_ROLE_MONITOR);
    CU_ASSERT_EQUAL_FATAL(two_pair(&two), 1);
    struct tp_programmer_loot l = loot();
    struct ep_frame wake = begin(EP_ACT_OPEN, EP_READ_OUT);
    tp_awake_mac(awake + 1, &l.bond, wake.bytes + 1, 1);
    hear(EP_RF, awake, sizeof awake);
    CU_ASSERT_EQUAL_FATAL(sends(&out), 1);
    CU_ASSERT_EQUAL_FATAL(tp_hello_parse(out.bytes, out.len, &hello), TP_OK);
    struct tp_handshake_terms terms = {hello.versions, 1, EP_READ_OUT};
    tp_bond_psk(psk, &l.bond, NULL, &all_controls);
    CU_ASSERT_EQUAL_FATAL(
        tp_handshake_respond(&hs, &terms, two.bed.identity.s_priv, psk, &all_controls),
        TP_OK);
    CU_ASSERT_EQUAL_FATAL(cr_noise_read(&hs, hello.noise, TP_NOISE_1, none, 0, &n),
                          CR_OK);
    CU_ASSERT_EQUAL_FATAL(cr_noise_write(&hs, cr_stream_rng(&rng), &version, 1,
                                         reply + 1, sizeof reply - 1, &n),
                          CR_OK);
    hear(EP_RF, reply, sizeof reply);
    bool proved = sends(&out) == 1 && out.bytes[0] == TP_PROOF;
    return proved ? 0 : tp_programmer_ops.outcome(two.prg, NULL, 0, NULL);
}

// HS-1
static void a_version_not_offered_ends_it(void)
{
    CU_ASSERT_EQUAL(outcome_of_version(1), 0);
    CU_ASSERT_EQUAL(outcome_of_version(2), 0);
    CU_ASSERT_EQUAL(outcome_of_version(0), -1);
    CU_ASSERT_EQUAL(outcome_of_version(3), -1);
    CU_ASSERT_EQUAL(outcome_of_version(200), -1);
}

// PRG-2: a refusal that may be another's is not the last word.
static void a_refused_emergency_is_asked_again(void)
{
    uint8_t token[TP_EMERGENCY_TOKEN_LEN] = {TP_EMERGENCY_TOKEN};
    uint8_t done[TP_EMERGENCY_DONE_LEN] = {TP_EMERGENCY_DONE, TP_STATUS_REFUSED};
    struct ep_frame out = {.len = 0};
    start(TP_ROLE_CLINICIAN);
    struct ep_frame ask = begin(EP_ACT_EMERGENCY, EP_INHIBIT);
    CU_ASSERT_EQUAL(ask.bytes[0], TP_EMERGENCY_ASK);
    hear(EP_NEAR, token, sizeof token);
    CU_ASSERT(sends(&out) == 1 && out.len == TP_EMERGENCY_LEN);
    CU_ASSERT(out.bytes[17] == EP_INHIBIT && out.bytes[18] == 0); // EMG-2
    hear(EP_NEAR, done, sizeof done);
    CU_ASSERT_EQUAL(tp_programmer_ops.outcome(two.prg, NULL, 0, NULL), 0);
    done[1] = TP_STATUS_DONE;
    hear(EP_NEAR, done, sizeof done);
    CU_ASSERT_EQUAL(tp_programmer_ops.outcome(two.prg, NULL, 0, NULL), 1);
}

static void it_refuses_what_it_does_not_know(void)
{
    uint8_t config[TP_PROGRAMMER_CONFIG_LEN + 1] = {0}, seed[EP_SEED_LEN] = {0};
    struct ep_act act = {.kind = EP_ACT_MAGNET, .len = 1};
    start(TP_ROLE_CLINICIAN);
    CU_ASSERT_EQUAL(tp_programmer_ops.act(two.prg, &act, 0), -1);
    act = (struct ep_act){.kind = EP_ACT_PAIR, .len = 1, .args = {TP_PEERS_MAX}};
    CU_ASSERT_EQUAL(tp_programmer_ops.act(two.prg, &act, 0), -1);
    act.args[0] = 1;
    CU_ASSERT_EQUAL(tp_programmer_ops.act(two.prg, &act, 0), 0);
    CU_ASSERT_EQUAL(tp_programmer_ops.act(two.prg, &act, 0), -1); // busy
    CU_ASSERT_EQUAL(two_open(&two, EP_READ_OUT), -2);
    start(TP_ROLE_CLINICIAN);
    CU_ASSERT_EQUAL(two_open(&two, EP_READ_OUT), -1); // without a bond
    CU_ASSERT_EQUAL(two_act(&two, EP_ACT_CLOSE, NULL, 0), -1);
    CU_ASSERT_EQUAL(two_command(&two, 0, TP_OP_STATUS, NULL, 0), -1);

    tp_programmer_config_build(&two.config, config);
    for (size_t len = 0; len <= sizeof config; len++) {
        uint8_t *exact = exact_copy(config, len);
        memset(two.prg, 0, sizeof two.prg);
        CU_ASSERT_EQUAL(tp_programmer_ops.init(two.prg, NULL, seed, exact, len, 0),
                        len == TP_PROGRAMMER_CONFIG_LEN ? 0 : -1);
        free(exact);
    }
    tp_programmer_ops.wipe(two.prg);
    for (size_t i = 0; i < tp_programmer_ops.size; i++)
        CU_ASSERT_EQUAL_FATAL(two.prg[i], 0);
}

int main(void)
{
    static const struct suite_case cases[] = {
        {"CMD-5: what was not meant is not confirmed",
         what_was_not_meant_is_not_confirmed},
        {"NEAR-3: an implant of another clinic is refused",
         an_implant_of_another_clinic_is_refused},
        {"FRM-3: garbage moves nothing", garbage_moves_nothing},
        {"WAKE-1: only its own AWAKE counts", only_its_own_awake_counts},
        {"HS-1: a version not offered ends it", a_version_not_offered_ends_it},
        {"PRG-2: a refused emergency is asked again",
         a_refused_emergency_is_asked_again},
        {"it refuses what it does not know", it_refuses_what_it_does_not_know},
        {0},
    };
    return cr_init() ? 2 : suite_main("protocol/programmer", cases);
}
