// verbs.c - what each actor of a scenario can do, and with which words
//
// A verb's word is a key of its step, beside its arguments. To add one: its constant
// in enum hx_verb, its row here, and what it does in the engine.

#include <assert.h>
#include <scenario/fields.h>
#include <string.h>

#define WORD(name, word) word,
static const char *const actors[] = {HX_ACTOR_LIST(WORD)};
static const char *const parties[] = {HX_PARTY_LIST(WORD)};
static const char *const links[] = {HX_LINK_LIST(WORD)};
static const char *const purposes[] = {HX_PURPOSE_LIST(WORD)};
static const char *const reads[] = {HX_READ_LIST(WORD)};
static const char *const emergencies[] = {HX_EMERGENCY_LIST(WORD)};
static const char *const expectations[] = {HX_EXPECT_LIST(WORD)};
static const char *const frames[] = {HX_FRAME_LIST(WORD)};
static const char *const roles[] = {HX_ROLE_LIST(WORD)};
static const char *const signers[] = {HX_SIGNER_LIST(WORD)};
static const char *const loot[] = {HX_STOLEN_LIST(WORD)};
static const char *const tokens[] = {HX_TOKEN_LIST(WORD)};
static const char *const floods[] = {HX_FLOOD_LIST(WORD)};
static const char *const images[] = {HX_IMAGE_LIST(WORD)};
static const char *const wants[] = {HX_WANT_LIST(WORD)};
static const char *const forgeries[] = {HX_FORGED_LIST(WORD)};
#undef WORD

const struct hx_words hx_actor_words = {actors, HX_ACTOR_COUNT};

#define SECOND  INT64_C(1000000)
#define YEAR    (SECOND * 3600 * 24 * 365)
#define LONGEST (YEAR * 10)
enum {
    BYTE = 0xff,
    WORD = 0xffff,
    MOST = 1000000,
    LAST_AT = 254,
    HZ_PLACES = 3,
    RATE_MAX_MHZ = 10000000,
};

#define STEP(member)  HX_MEMBER(struct hx_step, member)
#define BYTES_OF_STEP HX_COUNTED(struct hx_step, bytes, bytes_len)
#define ONE_OF(list)  .words = {list, sizeof(list) / sizeof(list)[0]}

// Types with their members; min, max and the like follow.
#define PARTY(member)        .type = HX_T_WORD, STEP(member), ONE_OF(parties)
#define TIME(member)         .type = HX_T_DURATION, STEP(member), .max = LONGEST
#define FLAG(member)         .type = HX_T_BOOL, STEP(member)
#define NUMBER(member, most) .type = HX_T_INT, STEP(member), .max = (most)
#define LABEL                .type = HX_T_LABEL, STEP(label)
#define HEX(least)           .type = HX_T_BYTES, BYTES_OF_STEP, .min = (least)
#define NOTHING              .type = HX_T_NOTHING
#define NOT(first)           (~HX_BIT(first))

#define IMPLANTS  (HX_BIT(HX_PARTY_IMPLANT) | HX_BIT(HX_PARTY_OTHER))
#define SERVICES  (HX_BIT(HX_PARTY_SERVER) | HX_BIT(HX_PARTY_UPDATER))
#define CLIENTS   (HX_BIT(HX_PARTY_PROGRAMMER) | HX_BIT(HX_PARTY_MONITOR))
#define RECEIVERS (NOT(HX_PARTY_ANY) & NOT(HX_PARTY_ATTACKER))

// clang-format off
static const struct hx_field therapy_fields[] = {
    {.key = "lower_rate_ppm", NUMBER(therapy.lower_rate_ppm, WORD), .otherwise = -1,
     .help = "Least paced rate, pulses per minute."},
    {.key = "upper_rate_ppm", NUMBER(therapy.upper_rate_ppm, WORD), .otherwise = -1,
     .help = "Greatest paced rate, pulses per minute."},
    {.key = "amplitude_mv", NUMBER(therapy.amplitude_mv, WORD), .otherwise = -1,
     .help = "Pulse amplitude, millivolts."},
    {.key = "mode", NUMBER(therapy.mode, BYTE), .otherwise = -1,
     .help = "0 off, 1 ventricular demand, 2 dual chamber; others are out of range."},
    {.key = "basal_mu_h", NUMBER(therapy.basal_mu_h, WORD), .otherwise = -1,
     .help = "A pump's basal infusion, milliunits an hour."},
    {.key = "bolus_max_mu", NUMBER(therapy.bolus_max_mu, WORD), .otherwise = -1,
     .help = "A pump's greatest bolus, milliunits."},
    {.key = "daily_max_cu", NUMBER(therapy.daily_max_cu, WORD), .otherwise = -1,
     .help = "A pump's greatest daily dose, centiunits (10 mU)."},
    {.key = "remote", NUMBER(therapy.remote, BYTE), .otherwise = -1,
     .help = "Whether a pump's remote control may ask for a bolus."},
    {0},
};

// Arguments that several verbs take.
#define WITH {.key = "with", PARTY(with), .among = IMPLANTS,                          \
    .otherwise = HX_PARTY_IMPLANT, .help = "Which implant."}
#define TO {.key = "to", PARTY(to), .among = RECEIVERS,                               \
    .otherwise = HX_PARTY_IMPLANT, .help = "Whom it is sent to."}
#define FROM {.key = "from", PARTY(from), .help = "Only what this one sent."}
#define KIND {.key = "kind", .type = HX_T_WORD, STEP(frame), ONE_OF(frames),           \
    .help = "Only frames of this kind."}
#define NTH(least, other) {.key = "nth", .type = HX_T_NTH, STEP(nth), .min = (least),  \
    .max = MOST, .otherwise = (other), .help = "Which of those that match."}
#define TIMES {.key = "times", NUMBER(times, MOST), .min = 1, .otherwise = 1,          \
    .help = "How often."}
#define EVERY {.key = "every", TIME(every_us), .help = "The time between two."}
#define AT {.key = "at", .required = true, NUMBER(at, LAST_AT),                        \
    .help = "The first byte of the frame to alter, from 0."}
#define XOR {.key = "xor", .required = true, HEX(1), .help = "What to XOR it with."}
#define EXPECT {.key = "expect", .type = HX_T_WORD, STEP(expect),                      \
    ONE_OF(expectations), .help = "How it must end."}
#define BACKGROUND {.key = "background", FLAG(background),                             \
    .help = "Go on with the next step at once."}
#define REHEARSE {.key = "rehearse", FLAG(rehearse),                                   \
    .help = "Have it checked by the implant, and not carried out."}
#define OVER_LINK {.key = "link", .type = HX_T_WORD, STEP(link), ONE_OF(links),        \
    .help = "The link it is sent on."}
#define BODY {.key = "body", HEX(0), .help = "Its arguments, in hex."}

static const struct hx_field no_args[] = {{0}};
static const struct hx_field honest[] = {WITH, EXPECT, BACKGROUND, {0}};
static const struct hx_field honest_write[] = {WITH, EXPECT, BACKGROUND, REHEARSE, {0}};
static const struct hx_field cut_args[] = {
    {.key = "after", NUMBER(after, MOST), .help = "Outputs of the implant from now."},
    {.key = "for", TIME(for_us),
     .help = "How long power is off. The implant's own clock stands still meanwhile."},
    {0}};
static const struct hx_field capture_args[] = {FROM, KIND, NTH(-1, -1), {0}};
static const struct hx_field send_args[] = {TO, OVER_LINK, TIMES, EVERY, {0}};
static const struct hx_field tamper_args[] = {AT, XOR, {0}};
static const struct hx_field next_args[] = {FROM, NTH(1, 1), TIMES, {0}};
static const struct hx_field hold_args[] = {FROM, KIND, NTH(1, 1), {0}};
static const struct hx_field modify_args[] = {FROM, NTH(1, 1), AT, XOR, {0}};
static const struct hx_field replay_args[] = {NTH(-1, -1), {0}};
static const struct hx_field flood_args[] = {
    {.key = "label", LABEL, .help = "The capture to flood with."},
    {.key = "rate_hz", .required = true, .type = HX_T_DECIMAL, STEP(rate_mhz),
     .places = HZ_PLACES, .min = 1, .max = RATE_MAX_MHZ, .help = "Frames per second."},
    {.key = "for", .required = true, TIME(for_us), .help = "How long."},
    TO, BACKGROUND, {0}};
static const struct hx_field relay_args[] = {
    FROM, {.key = "delay", TIME(delay_us), .help = "Added to every frame."}, {0}};
static const struct hx_field enrol_args[] = {
    {.key = "scope", PARTY(scope), .among = IMPLANTS | HX_BIT(HX_PARTY_ANY),
     .otherwise = HX_PARTY_IMPLANT, .help = "The implants it is for."},
    {.key = "expired", FLAG(expired), .help = "Whether its time is over."},
    {.key = "valid_for", TIME(for_us), .otherwise = YEAR,
     .help = "When its time is over, from the start of the run."},
    {.key = "epoch", NUMBER(epoch, WORD), .otherwise = -1,
     .help = "Its epoch; today's if not said."},
    {.key = "signed_by", .type = HX_T_WORD, STEP(signer), ONE_OF(signers),
     .help = "Whose signature is on it."},
    {0}};
static const struct hx_field with_args[] = {WITH, {0}};
static const struct hx_field intent_args[] = {
    WITH, {.key = "delay", TIME(delay_us), .help = "Added each way: it is relayed."},
    {0}};
static const struct hx_field open_args[] = {
    WITH,
    {.key = "token", .type = HX_T_WORD, STEP(token), ONE_OF(tokens),
     .help = "The intent token that it shows."},
    {.key = "short", FLAG(short_handshake), .help = "Leave the last message out."},
    TIMES, EVERY,
    {0}};
static const struct hx_field puppet_write_args[] = {
    {.key = "pause", TIME(hold_us), .help = "Between proposal and confirmation."}, {0}};
static const struct hx_field raw_args[] = {BODY, {0}};
static const struct hx_field puppet_update_args[] = {
    {.key = "chunks", NUMBER(value, MOST), .help = "So many of them; 0 is all."}, {0}};
static const struct hx_field serve_args[] = {
    {.key = "image", .type = HX_T_WORD, STEP(image), ONE_OF(images),
     .help = "The software that it hands out."},
    {.key = "want", .type = HX_T_WORD, STEP(want), ONE_OF(wants),
     .help = "What it asks of a monitor."},
    {.key = "opcode", .type = HX_T_OPCODE, STEP(opcode), .max = WORD, .otherwise = -1,
     .help = "With want: relay, the request to be passed on."},
    BODY,
    {.key = "after_tunnel", FLAG(tunnel),
     .help = "Let the true service connect first, and end that connection then."},
    {0}};
static const struct hx_field uplink_args[] = {
    {.key = "as", PARTY(from), .among = HX_BIT(HX_PARTY_ANY) | CLIENTS,
     .help = "Whose place in the network it takes."}, {0}};
static const struct hx_field staging_args[] = {
    {.key = "of", PARTY(to), .among = HX_BIT(HX_PARTY_IMPLANT) | CLIENTS,
     .otherwise = HX_PARTY_IMPLANT, .help = "Whose memory."}, {0}};
static const struct hx_field keep_open_args[] = {
    {.key = "every", .required = true, TIME(every_us), .help = "The time between two."},
    BACKGROUND, {0}};
#define OPCODE .type = HX_T_OPCODE, STEP(opcode), .max = WORD, .otherwise = -1
static const struct hx_field puppet_emergency_args[] = {
    {.key = "opcode", OPCODE, .help = "Another command than those."},
    BODY, OVER_LINK, {0}};

#define BY(actor) HX_BIT(HX_ACTOR_##actor)
#define HONEST (BY(PROGRAMMER) | BY(MONITOR) | BY(REMOTE))
// What a verb takes of an attacker.
#define LISTEN_  HX_BIT(HX_ABILITY_LISTEN)
#define INJECT_  HX_BIT(HX_ABILITY_INJECT)
#define BLOCK_   HX_BIT(HX_ABILITY_BLOCK)
#define RELAY_   HX_BIT(HX_ABILITY_RELAY)
#define COIL_    HX_BIT(HX_ABILITY_NEAR_COIL)
#define NETWORK_ HX_BIT(HX_ABILITY_NETWORK)
#define MEMORY_  HX_BIT(HX_ABILITY_MEMORY)
#define PURPOSE .type = HX_T_WORD, STEP(purpose), ONE_OF(purposes)
#define READ .type = HX_T_WORD, STEP(read), ONE_OF(reads)
#define EMERGENCY .type = HX_T_WORD, STEP(emergency), ONE_OF(emergencies),             \
    .among = NOT(HX_EMERGENCY_NONE)
#define THERAPY .type = HX_T_MAP, .fields = therapy_fields, .min = 1
#define IMAGE .type = HX_T_WORD, STEP(image), ONE_OF(images)
#define FRAME .type = HX_T_WORD, STEP(frame), ONE_OF(frames)

const struct hx_verb_row hx_verbs[HX_DO_COUNT] = {
    [HX_DO_WAIT] = {BY(WAIT), 0, {.key = "wait", TIME(wait_us),
        .help = "Let time pass."}, no_args},

    [HX_DO_PAIR] = {HONEST, 0, {.key = "pair", NOTHING,
        .help = "Bond with the implant, in its near field."}, honest},
    [HX_DO_INTENT] = {HONEST, 0, {.key = "intent", NOTHING,
        .help = "Fetch an intent token from the near field."}, honest},
    [HX_DO_OPEN] = {HONEST, 0, {.key = "open", PURPOSE, .among = NOT(HX_PURPOSE_NONE),
        .help = "Wake the implant and open a session."}, honest},
    [HX_DO_READ] = {HONEST, 0, {.key = "read", READ,
        .help = "Read from the implant."}, honest},
    [HX_DO_WRITE] = {HONEST, 0, {.key = "write", THERAPY,
        .help = "Write therapy: propose and confirm."}, honest_write},
    [HX_DO_ALARM] = {HONEST, 0, {.key = "alarm", NUMBER(value, BYTE),
        .help = "Set the alarm's volume."}, honest_write},
    [HX_DO_TEST_PULSE] = {HONEST, 0, {.key = "test-pulse", NUMBER(value, WORD),
        .help = "Give one pulse of so many millivolts."}, honest_write},
    [HX_DO_CLOSE] = {HONEST, 0, {.key = "close", NOTHING,
        .help = "End the session."}, honest},
    [HX_DO_EMERGENCY] = {HONEST, 0, {.key = "emergency", EMERGENCY,
        .help = "Ask for emergency access."}, honest},
    [HX_DO_STATEMENT] = {HONEST, 0, {.key = "statement", NUMBER(epoch, WORD),
        .help = "Deliver the authority's time and this least epoch."}, honest},
    [HX_DO_SHOCK] = {BY(PROGRAMMER), 0, {.key = "shock", NOTHING,
        .help = "Have one shock given."}, honest_write},
    [HX_DO_BOLUS] = {BY(PROGRAMMER) | BY(REMOTE), 0, {.key = "bolus", NUMBER(value, WORD),
        .help = "Have so many milliunits of insulin given."}, honest_write},
    [HX_DO_REPORT] = {BY(MONITOR), 0, {.key = "report", NOTHING,
        .help = "Read the implant's report and pass it to the server."}, honest},
    [HX_DO_FETCH] = {BY(PROGRAMMER) | BY(MONITOR), 0, {.key = "fetch", NOTHING,
        .help = "Fetch and install what the updater has for it itself."}, honest},
    [HX_DO_UPDATE] = {BY(PROGRAMMER), 0, {.key = "update", NOTHING,
        .help = "Fetch the implant's software and install it, in the open session."},
        honest},

    [HX_DO_PUBLISH] = {BY(UPDATER), 0, {.key = "publish", NOTHING,
        .help = "Make the programmer's latest release the current one."}, no_args},

    [HX_DO_MAGNET] = {BY(PATIENT), 0, {.key = "magnet", FLAG(on),
        .help = "Place or lift the magnet."}, no_args},
    [HX_DO_POWER_CUT] = {BY(IMPLANT), 0, {.key = "power-cut", NOTHING,
        .help = "Lose power, and start again from what was stored."}, cut_args},

    [HX_DO_CAPTURE] = {BY(ATTACKER), LISTEN_, {.key = "capture", LABEL,
        .help = "Keep a frame heard under this label."}, capture_args},
    [HX_DO_SEND] = {BY(ATTACKER), INJECT_, {.key = "send", LABEL,
        .help = "Send a captured frame."}, send_args},
    [HX_DO_TAMPER] = {BY(ATTACKER), 0, {.key = "tamper", LABEL,
        .help = "Alter a captured frame."}, tamper_args},
    [HX_DO_BLOCK] = {BY(ATTACKER), BLOCK_, {.key = "block", FRAME,
        .help = "Keep the next such frames from arriving."}, next_args},
    [HX_DO_HOLD] = {BY(ATTACKER), BLOCK_, {.key = "hold", LABEL,
        .help = "Keep a frame to come from arriving, and keep it."}, hold_args},
    [HX_DO_MODIFY] = {BY(ATTACKER), BLOCK_, {.key = "modify", FRAME,
        .help = "Alter a frame to come."}, modify_args},
    [HX_DO_LET_PASS] = {BY(ATTACKER), 0, {.key = "let-pass", NOTHING,
        .help = "End every block, hold and modify."}, no_args},
    [HX_DO_REFLECT] = {BY(ATTACKER), BLOCK_, {.key = "reflect", FRAME,
        .help = "Send the next such frames back to their sender."}, next_args},
    [HX_DO_REPLAY] = {BY(ATTACKER), LISTEN_ | INJECT_, {.key = "replay", PARTY(from),
        .help = "Send again all that this one sent in a session."}, replay_args},
    [HX_DO_FLOOD] = {BY(ATTACKER), INJECT_, {.key = "flood", .type = HX_T_WORD, STEP(flood),
        ONE_OF(floods), .help = "Send many frames of a kind."}, flood_args},
    [HX_DO_RELAY] = {BY(ATTACKER), RELAY_, {.key = "relay", .type = HX_T_WORD, STEP(link),
        ONE_OF(links), .help = "Carry a link's frames to wherever they go."}, relay_args},
    [HX_DO_REWRITE_LOG] = {BY(ATTACKER), MEMORY_, {.key = "rewrite-log", NOTHING,
        .help = "Edit the log in stolen memory."}, no_args},

    [HX_DO_STEAL] = {BY(ATTACKER), 0, {.key = "steal", .type = HX_T_SET, STEP(stolen),
        ONE_OF(loot), .min = 1, .help = "Come into possession of this."}, no_args},
    [HX_DO_ENROL] = {BY(ATTACKER), 0, {.key = "enrol", .type = HX_T_WORD, STEP(role),
        ONE_OF(roles), .among = NOT(HX_ROLE_NONE),
        .help = "Get a certificate of this role."}, enrol_args},
    [HX_DO_PUPPET_PAIR] = {BY(ATTACKER), COIL_, {.key = "puppet-pair", NOTHING,
        .help = "Bond with the implant, in its near field."}, with_args},
    [HX_DO_PUPPET_INTENT] = {BY(ATTACKER), COIL_, {.key = "puppet-intent", NOTHING,
        .help = "Fetch an intent token from the near field."}, intent_args},
    [HX_DO_PUPPET_OPEN] = {BY(ATTACKER), INJECT_, {.key = "puppet-open", PURPOSE,
        .help = "Open a session with what was stolen or given."}, open_args},
    [HX_DO_PUPPET_READ] = {BY(ATTACKER), INJECT_, {.key = "puppet-read", READ,
        .help = "Read from the implant."}, no_args},
    [HX_DO_PUPPET_WRITE] = {BY(ATTACKER), INJECT_, {.key = "puppet-write", THERAPY,
        .help = "Write therapy."}, puppet_write_args},
    [HX_DO_PUPPET_ALARM] = {BY(ATTACKER), INJECT_, {.key = "puppet-alarm", NUMBER(value, BYTE),
        .help = "Set the alarm's volume."}, no_args},
    [HX_DO_PUPPET_RAW] = {BY(ATTACKER), INJECT_, {.key = "puppet-raw", OPCODE,
        .help = "Send a request with any opcode."}, raw_args},
    [HX_DO_PUPPET_CLOSE] = {BY(ATTACKER), 0, {.key = "puppet-close", NOTHING,
        .help = "End the session."}, no_args},
    [HX_DO_PUPPET_KEEP_OPEN] = {BY(ATTACKER), INJECT_, {.key = "puppet-keep-open", TIME(for_us),
        .help = "Read status again and again for so long."}, keep_open_args},
    [HX_DO_PUPPET_EMERGENCY] = {BY(ATTACKER), 0, {.key = "puppet-emergency", EMERGENCY,
        .or_nothing = true, .help = "Ask for emergency access."}, puppet_emergency_args},
    [HX_DO_PUPPET_ANCHOR] = {BY(ATTACKER), COIL_, {.key = "puppet-anchor", NOTHING,
        .help = "Hand over an anchor of its own, badly signed."}, no_args},
    [HX_DO_IMPERSONATE] = {BY(ATTACKER), INJECT_, {.key = "impersonate", NOTHING,
        .help = "Answer as the implant with what was stolen."}, with_args},
    [HX_DO_DECRYPT] = {BY(ATTACKER), LISTEN_, {.key = "decrypt", NOTHING,
        .help = "Open all that was heard with what was stolen."}, no_args},
    [HX_DO_PUPPET_BOLUS] = {BY(ATTACKER), INJECT_, {.key = "puppet-bolus",
        NUMBER(value, WORD), .help = "Ask for a bolus."}, no_args},
    [HX_DO_PUPPET_UPDATE] = {BY(ATTACKER), INJECT_, {.key = "puppet-update", IMAGE,
        .help = "Give the implant software, in the open session."}, puppet_update_args},

    [HX_DO_SERVE] = {BY(ATTACKER), NETWORK_, {.key = "serve-as", PARTY(to),
        .among = SERVICES, .help = "Take a service's place in the network."}, serve_args},
    [HX_DO_UPLINK_OPEN] = {BY(ATTACKER), NETWORK_, {.key = "uplink-open", PARTY(to),
        .among = SERVICES, .help = "Connect to a service."}, uplink_args},
    [HX_DO_UPLINK_REPORT] = {BY(ATTACKER), NETWORK_, {.key = "uplink-report",
        .type = HX_T_WORD, STEP(forged), ONE_OF(forgeries),
        .help = "Hand the server a report."}, no_args},
    [HX_DO_UPLINK_FILE] = {BY(ATTACKER), NETWORK_, {.key = "uplink-file",
        .type = HX_T_LINE, STEP(text), .help = "Ask the log service for this path."},
        no_args},
    [HX_DO_LOGIN] = {BY(ATTACKER), NETWORK_, {.key = "login", NOTHING,
        .help = "Log in at the implant's service port with what the manual says."},
        no_args},
    [HX_DO_SERVICE] = {BY(ATTACKER), NETWORK_, {.key = "service-request", OPCODE,
        .help = "Send a request to the service port."}, raw_args},

    [HX_DO_REWRITE_STAGING] = {BY(ATTACKER), MEMORY_, {.key = "rewrite-staging", IMAGE,
        .help = "Change software that was received and does not run yet."},
        staging_args},
    [HX_DO_OPEN_FLEET] = {BY(ATTACKER), INJECT_, {.key = "open-fleet",
        NUMBER(value, MOST), .min = 1,
        .help = "Try what was stolen on so many other implants."}, no_args},
};
// clang-format on

enum hx_verb hx_verb_find(enum hx_actor actor, const char *word)
{
    for (int v = 0; v < HX_DO_COUNT; v++) {
        if (hx_verbs[v].actors >> actor & 1 && strcmp(hx_verbs[v].value.key, word) == 0)
            return (enum hx_verb)v;
    }
    return HX_DO_COUNT;
}

const char *hx_verb_word(enum hx_verb verb)
{
    return verb < HX_DO_COUNT ? hx_verbs[verb].value.key : "?";
}

void hx_verb_fields(enum hx_verb verb, struct hx_field out[HX_ARGS_MAX + 2])
{
    size_t n = 0;
    out[n] = hx_verbs[verb].value;
    out[n++].required = true;
    for (const struct hx_field *arg = hx_verbs[verb].args; arg->key; arg++) {
        assert(n <= HX_ARGS_MAX);
        out[n++] = *arg;
    }
    out[n] = (struct hx_field){0};
}

void hx_step_blank(enum hx_actor actor, enum hx_verb verb, struct hx_step *out)
{
    struct hx_field fields[HX_ARGS_MAX + 2];
    memset(out, 0, sizeof *out);
    out->actor = actor;
    out->verb = verb;
    out->with = out->to = HX_PARTY_IMPLANT;
    out->times = out->nth = 1;
    out->opcode = out->epoch = -1;
    hx_default(therapy_fields, out);
    hx_verb_fields(verb, fields);
    hx_default(fields, out);
}
