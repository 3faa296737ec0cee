// Implants with one fault each: what comes after a scenario, and the sweeps, find it.
//
// The fault is put around the implant of a run's beginning, once everybody is paired,
// so every run that is copied from there has it.

#include "stage.h"
#include <crypto/init.h>
#include <matrix/play_internal.h>
#include <protocol/frame.h>
#include <protocol/implant.h>
#include <protocol/pump.h>
#include <scenario/load.h>
#include <stdio.h>
#include <suite.h>

enum fault {
    SOUND,
    REFUSES_EMERGENCY,
    OBEYS_FROM_AFAR,
    FORGETS_EMERGENCY, // so that its log has no trace of it
    FORGETS_SETTINGS,  // does not store them
    FALLS_DEAF,        // hears no radio once a session was closed
    STARTS_WRONGLY,    // after a power cut behind one of its outputs
    FRETS_HALF_WAY,    // when nothing follows a handshake
};

static enum fault fault;
static uint64_t behind; // STARTS_WRONGLY: so many outputs of the scenario

static struct hx_player *player;
static const struct ep_ops *sound;
static struct ep_ops faulty;

// What the fault adds to the outputs: a commit that nobody asked for.
static struct ep_output extra;
static bool has_extra;

static void commit(uint16_t opcode, uint8_t arg)
{
    extra = (struct ep_output){.kind = EP_COMMIT};
    extra.commit.opcode = opcode;
    extra.commit.len = 1;
    extra.commit.args[0] = arg;
    has_extra = true;
}

// --- the implant with the fault ---

static uint64_t outputs_before; // at the beginning of every scenario
static uint64_t half_way_us = EP_NEVER;
static uint8_t memory[HX_STATE_MAX];
static bool remembers;

static int starts(void *ep, const void *nvm, const uint8_t seed[EP_SEED_LEN],
                  const uint8_t *config, size_t config_len, uint64_t now_us)
{
    uint64_t made = player->bench[0].party[HX_NODE_IMPLANT].outputs - outputs_before;
    if (fault == STARTS_WRONGLY && made == behind)
        commit(EP_COMMIT_ALARM, 7);
    return sound->init(ep, nvm, seed, config, config_len, now_us);
}

static void receives(void *ep, const struct ep_frame *f)
{
    uint8_t type = f->bytes[0];
    bool emergency = type == TP_EMERGENCY;
    if (fault == REFUSES_EMERGENCY && f->link == EP_NEAR && emergency)
        return;
    if (fault == OBEYS_FROM_AFAR && f->link == EP_RF && emergency)
        commit(EP_COMMIT_EMERGENCY, EP_INHIBIT);
    if (fault == FALLS_DEAF && f->link == EP_RF)
        return;
    half_way_us =
        fault == FRETS_HALF_WAY && type == TP_PROOF ? f->now_us + TP_SECOND : EP_NEVER;
    if (f->link == EP_RF && remembers) { // as if the emergency had not been
        memcpy(ep, memory, sound->size);
        remembers = false;
    }
    if (fault == FORGETS_EMERGENCY && f->link == EP_NEAR && emergency) {
        memcpy(memory, ep, sound->size);
        remembers = true;
    }
    sound->receive(ep, f);
}

static uint64_t is_due(const void *ep)
{
    uint64_t due = sound->deadline(ep);
    return due < half_way_us ? due : half_way_us;
}

static void expires(void *ep, uint64_t now_us)
{
    if (now_us >= half_way_us) {
        half_way_us = EP_NEVER;
        commit(EP_COMMIT_ALARM, 7);
    }
    sound->expire(ep, now_us);
}

static bool puts_out(void *ep, struct ep_output *out)
{
    if (has_extra) {
        *out = extra;
        has_extra = false;
        return true;
    }
    if (!sound->output(ep, out))
        return false;
    size_t at = tp_implant_nvm_map.settings;
    if (fault == FORGETS_SETTINGS && out->kind == EP_NVM && out->nvm.at <= at &&
        at < out->nvm.at + (size_t)out->nvm.len)
        *out = (struct ep_output){.kind = EP_EVENT};
    return true;
}

// --- playing it ---

#define STORY                                                                          \
    "id: T\nname: a clinician comes\nkind: story\n"                                    \
    "cast: {implant: cardiac, programmer: clinician}\n"
#define STEPS                                                                          \
    "steps:\n  - programmer: {open: therapy}\n"                                        \
    "  - programmer: {write: {lower_rate_ppm: 70}}\n  - programmer: {close: }\n"
#define PUMP                                                                           \
    "id: T\nname: a clinician comes\nkind: story\n"                                    \
    "cast: {implant: pump, programmer: clinician, patient: dependent}\n"               \
    "steps:\n  - programmer: {open: therapy}\n"                                        \
    "  - programmer: {write: {basal_mu_h: 900}}\n  - programmer: {close: }\n"

static struct hx_cell play(const struct hx_scenario *s, const struct hx_profile *p)
{
    struct hx_cell cell;
    has_extra = remembers = false;
    half_way_us = EP_NEVER;
    hx_play(player, s, p, NULL, &cell);
    return cell;
}

static void begin(const char *text, const struct hx_profile *p, struct hx_scenario *s)
{
    struct hx_error err = {""};
    int e = hx_scenario_parse("T.yaml", (const uint8_t *)text, strlen(text), s, &err);
    CU_ASSERT_STRING_EQUAL(err.text, "");
    CU_ASSERT_EQUAL_FATAL(e, 0);
    player = hx_player_new(1);
    CU_ASSERT_PTR_NOT_NULL_FATAL(player);
    (void)play(s, p); // so its beginning is there
    struct hx_party_state *implant = &player->preludes[0].bench.party[HX_NODE_IMPLANT];
    outputs_before = implant->outputs;
    sound = implant->ops;
    faulty = *sound;
    faulty.init = starts;
    faulty.receive = receives;
    faulty.deadline = is_due;
    faulty.expire = expires;
    faulty.output = puts_out;
    implant->ops = &faulty;
}

static struct hx_cell with_on(enum fault f, const char *text,
                              const struct hx_profile *p)
{
    struct hx_scenario s;
    fault = SOUND;
    begin(text, p, &s);
    fault = f;
    struct hx_cell cell = play(&s, p);
    hx_player_free(player);
    return cell;
}

static struct hx_cell with(enum fault f, const char *text)
{
    static const struct hx_profile hardened = {.id = "hardened"};
    return with_on(f, text, &hardened);
}

static void is_served(struct hx_cell c)
{
    CU_ASSERT_EQUAL(c.verdict, HX_VERDICT_SERVED);
    CU_ASSERT_EQUAL(c.violated, 0);
    CU_ASSERT_STRING_EQUAL(c.note, "");
}

static void is_found(struct hx_cell c, uint32_t violated, const char *words)
{
    CU_ASSERT_EQUAL(c.verdict, HX_VERDICT_HARMED);
    CU_ASSERT_TRUE(c.unexpected);
    CU_ASSERT_EQUAL(c.violated, violated);
    CU_ASSERT_PTR_NOT_NULL(strstr(c.note, words));
    if (!strstr(c.note, words))
        printf("# %s\n", c.note);
}

static void a_sound_implant_is_served(void)
{
    is_served(with(SOUND, STORY STEPS));
    is_served(with(SOUND, PUMP));
}

// --- the aftermath ---

static void an_emergency_that_is_refused_is_found(void)
{
    is_found(with(REFUSES_EMERGENCY, STORY STEPS), ONLY(HX_I13), "was refused");
    is_found(with(REFUSES_EMERGENCY, PUMP), ONLY(HX_I13), "was refused");
}

static void one_from_afar_that_is_obeyed_is_found(void)
{
    uint32_t all = ONLY(HX_I1) | ONLY(HX_I7) | ONLY(HX_I13);
    struct hx_cell c = with(OBEYS_FROM_AFAR, STORY STEPS);
    CU_ASSERT_EQUAL(c.verdict, HX_VERDICT_HARMED);
    CU_ASSERT_EQUAL(c.violated & all, all);
    CU_ASSERT(with(OBEYS_FROM_AFAR, PUMP).violated & ONLY(HX_I13));
}

static void one_without_a_trace_is_found(void)
{
    is_found(with(FORGETS_EMERGENCY, STORY STEPS), ONLY(HX_I13), "no trace");
}

static void settings_that_are_not_kept_are_found(void)
{
    is_found(with(FORGETS_SETTINGS, STORY STEPS), ONLY(HX_I8), "settings in memory");
    is_found(with(FORGETS_SETTINGS, PUMP), ONLY(HX_I8), "settings in memory");
}

static void who_is_not_back_in_control_is_found(void)
{
    struct hx_cell c = with(FALLS_DEAF, STORY "steps:\n  - wait: 1s\n");
    CU_ASSERT_EQUAL(c.verdict, HX_VERDICT_HARMED);
    CU_ASSERT(c.violated & ONLY(HX_I14));
    CU_ASSERT_PTR_NOT_NULL(strstr(c.note, "not back in control"));
}

// Weaker devices promise less: there nobody asks for emergency care afterwards.
static void a_weaker_device_is_not_asked(void)
{
    struct hx_profile weak = {.id = "legacy-x", .legacy = 1};
    tp_controls_drop(&weak.lacks, TP_CTL_PADDING);
    struct hx_cell c = with_on(REFUSES_EMERGENCY, STORY STEPS, &weak);
    CU_ASSERT_EQUAL(c.verdict, HX_VERDICT_SERVED);
    CU_ASSERT_EQUAL(c.violated & ONLY(HX_I13), 0);
}

// --- sweeps ---

#define POWER STORY "sweep: power-cut\n" STEPS
#define LINKS STORY "sweep: link-cut\n" STEPS

static void a_sound_implant_stands_every_cut(void)
{
    is_served(with(SOUND, POWER));
    is_served(with(SOUND, LINKS));
}

static void a_start_that_goes_wrong_is_found(void)
{
    char words[40];
    // The scenario's last output but some, too: the sweep goes to its end.
    static const unsigned all[] = {1, 2, 7, 15};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        behind = all[i];
        snprintf(words, sizeof words, "after output %u: ", all[i] - 1);
        is_found(with(STARTS_WRONGLY, POWER), ONLY(HX_I1), words);
    }
    behind = 7;
    is_served(with(STARTS_WRONGLY, STORY STEPS)); // whose power is not cut
    is_served(with(STARTS_WRONGLY, LINKS));
    is_served(
        with(STARTS_WRONGLY, STORY "sweep: power-cut\nsweep_of: programmer\n" STEPS));
}

static void a_handshake_left_half_way_is_found(void)
{
    // Four frames fetch the token; then WAKE, AWAKE, HELLO, REPLY and PROOF.
    is_found(with(FRETS_HALF_WAY, LINKS), ONLY(HX_I1), "after frame 9: ");
    is_served(with(FRETS_HALF_WAY, STORY STEPS)); // whose links hold
}

static const struct suite_case cases[] = {
    {"a sound implant is served", a_sound_implant_is_served},
    {"an emergency that is refused breaks I13", an_emergency_that_is_refused_is_found},
    {"one from afar that is obeyed breaks I13", one_from_afar_that_is_obeyed_is_found},
    {"one without a trace in the log breaks I13", one_without_a_trace_is_found},
    {"settings that are not kept break I8", settings_that_are_not_kept_are_found},
    {"who is not back in control breaks I14", who_is_not_back_in_control_is_found},
    {"a weaker device is not asked", a_weaker_device_is_not_asked},
    {"a sound implant stands every cut", a_sound_implant_stands_every_cut},
    {"a start that goes wrong after one power cut is found",
     a_start_that_goes_wrong_is_found},
    {"a handshake left half way by the links is found",
     a_handshake_left_half_way_is_found},
    {0}};

int main(void)
{
    return cr_init() ? 2 : suite_main("bench faults", cases);
}
