// aftermath.c - what the clinic, and a helper in an emergency, find when it is over

#include "play_internal.h"
#include <attack/attacker.h>
#include <bench/truth.h>
#include <matrix/honest.h>
#include <protocol/body.h>
#include <protocol/implant.h>
#include <protocol/limits.h>
#include <string.h>

static int log_class(const struct hx_scenario *s)
{
    return (int)s->must_log - (int)HX_LOG_WAKE;
}

static void read_log(struct hx_playing *r)
{
    static const int order[] = {TP_LOG_WAKE,    TP_LOG_HANDSHAKE, TP_LOG_RECORD,
                                TP_LOG_COMMAND, TP_LOG_NEAR,      TP_LOG_TRUST,
                                TP_LOG_SESSION};
    struct hx_bench *b = r->b;
    struct hx_party_state *prg = &b->party[HX_NODE_PROGRAMMER];
    bool all = b->attacker.forged[0] != 0;
    for (size_t i = 0; i < sizeof order / sizeof order[0]; i++) {
        uint8_t reply[256];
        size_t len = 0;
        uint64_t at;
        if (!all && (r->s->must_log == HX_LOG_NONE || order[i] != log_class(r->s)))
            continue;
        if (hx_honest_read(b, HX_NODE_PROGRAMMER, HX_NODE_IMPLANT, TP_OP_LOG,
                           order[i]) != 1 ||
            prg->ops->outcome(prg->state, reply, sizeof reply, &len) != 1)
            continue;
        (void)hx_oracle_log(b, order[i], reply, len, b->attacker.began_us, &at);
        if (order[i] == log_class(r->s) && at != EP_NEVER) {
            r->logged = true;
            r->detect_us = at > b->attacker.began_us ? at - b->attacker.began_us : 0;
        }
    }
}

static bool claims(const struct hx_scenario *s, enum hx_invariant i)
{
    for (size_t k = 0; k < s->cut_count; k++)
        if (s->cuts[k].violates >> i & 1)
            return true;
    return false;
}

// The attacker falls silent; the rightful programmer must be back in control within
// two tries and thirty seconds, without the wand (I14).
static void control_again(struct hx_playing *r)
{
    struct hx_bench *b = r->b;
    uint64_t began = b->now_us;
    int open = hx_honest_open(b, HX_NODE_PROGRAMMER, HX_NODE_IMPLANT, EP_READ_OUT);
    int read = open == 1 ? hx_honest_read(b, HX_NODE_PROGRAMMER, HX_NODE_IMPLANT,
                                          TP_OP_STATUS, -1)
                         : -1;
    if (read != 1 || b->now_us - began > 30 * TP_SECOND)
        hx_truth_violate(b, HX_I14, "the rightful programmer is not back in control");
    if (read == 1)
        read_log(r);
    if (r->s->must_log != HX_LOG_NONE && !r->logged && read == 1 &&
        claims(r->s, HX_I10))
        hx_truth_violate(b, HX_I10, "the log does not show what happened");
    (void)hx_honest_close(b, HX_NODE_PROGRAMMER, HX_NODE_IMPLANT);
}

// The attacker stops: its rules, its places, its transmitter.
static void fall_silent(struct hx_bench *b)
{
    b->attacker.rule_count = 0;
    b->attacker.relay_us = 0;
    b->attacker.serves = b->attacker.poses = EP_PLACE_NONE;
    b->attacker.inject_at = 0;
    b->puppet->impersonating = false;
    b->cut_after = b->deaf_after = -1;
    b->wand[HX_NODE_PROGRAMMER] = HX_NODE_COUNT;
    b->medium.air.loss_ppm[RL_RF] = 0;
    hx_bench_run(b, b->now_us + 3 * TP_SECOND);
}

// Somebody far away asks for emergency care, by radio and without a magnet: nothing
// may come of it.
static void emergency_from_afar(struct hx_bench *b)
{
    uint8_t frame[TP_EMERGENCY_LEN] = {TP_EMERGENCY};
    uint32_t before = b->truth.emergencies;
    bool magnet = b->magnet;
    if (magnet)
        return; // the scenario left one in place: then it is not from afar
    frame[1 + TP_TOKEN_LEN] = EP_INHIBIT;
    hx_bench_hand(b, HX_NODE_ATTACKER, HX_NODE_IMPLANT, EP_RF, frame, sizeof frame,
                  b->now_us);
    hx_bench_hand(b, HX_NODE_ATTACKER, HX_NODE_IMPLANT, EP_NEAR, frame, sizeof frame,
                  b->now_us + 1);
    hx_bench_run(b, b->now_us + TP_SECOND / 10);
    if (b->truth.emergencies != before)
        hx_truth_violate(b, HX_I13, "emergency care was given to somebody far away");
}

// Does a true entry of the log tell of it? Within a minute of one of its kind another
// is only counted.
static bool emergency_logged(struct hx_bench *b, unsigned detail, uint64_t since_us)
{
    uint8_t reply[256];
    size_t len = 0;
    struct hx_party_state *prg = &b->party[HX_NODE_PROGRAMMER];
    if (hx_honest_open(b, HX_NODE_PROGRAMMER, HX_NODE_IMPLANT, EP_READ_OUT) != 1 ||
        hx_honest_read(b, HX_NODE_PROGRAMMER, HX_NODE_IMPLANT, TP_OP_LOG,
                       TP_LOG_TRUST) != 1 ||
        prg->ops->outcome(prg->state, reply, sizeof reply, &len) != 1)
        return false;
    (void)hx_honest_close(b, HX_NODE_PROGRAMMER, HX_NODE_IMPLANT);
    uint64_t coalesced_us = TP_LOG_COALESCE_S * TP_SECOND;
    since_us = since_us > coalesced_us ? since_us - coalesced_us : 0;
    return hx_oracle_log_tells(b, TP_LOG_TRUST, detail, reply, len, since_us);
}

// It is given at once, is in force for its ten minutes, and ends by itself.
static void emergency_given(struct hx_bench *b, uint8_t what, uint32_t before)
{
    if (b->truth.emergencies == before || b->truth.emergency != what) {
        hx_truth_violate(b, HX_I13, "emergency care was confirmed and not given");
        return;
    }
    uint64_t end = b->now_us + TP_EMERGENCY_HOLD_US;
    hx_bench_run(b, end - 2 * TP_SECOND);
    if (b->truth.emergency != what)
        hx_truth_violate(b, HX_I13, "emergency care ended too soon");
    hx_bench_run(b, end + TP_SECOND);
    if (b->truth.emergency != 0)
        hx_truth_violate(b, HX_I13, "emergency care does not end by itself");
}

// Was somebody entitled asking for these settings when the implant last started?
// Between their being stored and their coming into force power may be cut; then they
// are in force from that start on.
static bool asked_for(const struct hx_bench *b, const uint8_t *settings)
{
    uint64_t cut_us = b->truth.started_us;
    for (size_t k = 0; k < b->truth.issue_count; k++) {
        const struct hx_issue *i = &b->truth.issues[k];
        bool therapy =
            i->commit == EP_COMMIT_THERAPY || i->commit == EP_COMMIT_INFUSION;
        bool then = i->from_us <= cut_us && cut_us <= i->until_us;
        if (therapy && then && i->implant == HX_NODE_IMPLANT && i->entitled &&
            i->role && memcmp(i->args, settings, TP_SETTINGS_LEN) == 0)
            return true;
    }
    return false;
}

// What the clinic set last is what the implant's memory holds, whatever cut power or
// links, and whatever software runs now.
static void settings_kept(struct hx_bench *b)
{
    const uint8_t *kept = b->party[HX_NODE_IMPLANT].nvm + tp_implant_nvm_map.settings;
    if (memcmp(kept, b->truth.therapy, TP_SETTINGS_LEN) != 0 && !asked_for(b, kept))
        hx_truth_violate(b, HX_I8, "the therapy settings in memory are not those set");
}

// Whoever stands by with a magnet and a wand is served, whatever was done before, and
// the log says so. Then the patient's device is left as it was found.
static void emergency_at_hand(struct hx_bench *b)
{
    bool pump = b->cast.pump;
    unsigned what = pump ? EP_INHIBIT : EP_SAFE_PACING;
    struct hx_step s = {.actor = HX_ACTOR_PROGRAMMER,
                        .verb = HX_DO_EMERGENCY,
                        .with = HX_PARTY_IMPLANT,
                        .emergency =
                            pump ? HX_EMERGENCY_INHIBIT : HX_EMERGENCY_SAFE_PACING};
    bool magnet = b->magnet;
    uint32_t before = b->truth.emergencies;
    uint64_t since_us = b->now_us;
    hx_bench_magnet(b, true);
    int outcome = hx_honest_step(b, &s); // judges I13
    hx_bench_magnet(b, magnet);
    b->wand[HX_NODE_PROGRAMMER] = HX_NODE_COUNT;
    if (outcome != 1)
        return;
    emergency_given(b, (uint8_t)what, before);
    if (!emergency_logged(b, TP_LOG_EMERGENCY + what, since_us))
        hx_truth_violate(b, HX_I13, "emergency care left no trace in the log");
}

void hx_aftermath(struct hx_playing *r)
{
    fall_silent(r->b);
    r->last.until_us = r->b->now_us;
    if (r->b->cast.closed >> EP_RF & 1)
        return; // a device whose radio is off: nobody comes back by radio
    control_again(r);
    if (!r->hardened)
        return;
    settings_kept(r->b);
    emergency_from_afar(r->b);
    emergency_at_hand(r->b);
}
