// prelude.c - what comes before every scenario, run once per cast and copied

#include "play_internal.h"
#include <attack/attacker.h>
#include <matrix/honest.h>
#include <protocol/body.h>
#include <protocol/limits.h>
#include <stdlib.h>

struct hx_player *hx_player_new(uint64_t seed)
{
    struct hx_player *p = calloc(1, sizeof *p);
    if (!p)
        return NULL;
    p->seed = seed;
    for (uint8_t i = 0; i < 2; i++)
        hx_world_make(&p->worlds[i], seed, i);
    return p;
}

void hx_player_know(struct hx_player *p, const struct hx_scenario *scenarios,
                    size_t count)
{
    p->scenarios = scenarios;
    p->known = count;
}

void hx_player_free(struct hx_player *p)
{
    free(p);
}

// How many entries the log has, from the clinician's read-out.
static void read_log_head(struct hx_bench *b)
{
    struct hx_party_state *prg = &b->party[HX_NODE_PROGRAMMER];
    uint8_t reply[256];
    size_t len = 0;
    if (hx_honest_read(b, HX_NODE_PROGRAMMER, HX_NODE_IMPLANT, TP_OP_LOG,
                       TP_LOG_SESSION) == 1 &&
        prg->ops->outcome(prg->state, reply, sizeof reply, &len) == 1 && len >= 6)
        b->log_chain = (uint16_t)(reply[4] | reply[5] << 8);
}

static void make_prelude(struct hx_player *p, struct prelude *pre,
                         const struct hx_cast *cast)
{
    struct hx_bench *b = &pre->bench;
    pre->made = true;
    pre->cast = *cast;
    b->tap = NULL;
    b->puppet = NULL;
    hx_bench_start(b, &p->worlds[cast->secrets], p->seed, cast);
    hx_bench_run(b, TP_SECOND / 2);
    (void)hx_honest_pair(b, HX_NODE_PROGRAMMER, HX_NODE_IMPLANT);
    if (cast->monitor)
        (void)hx_honest_pair(b, HX_NODE_MONITOR, HX_NODE_IMPLANT);
    if (cast->pump)
        (void)hx_honest_pair(b, HX_NODE_REMOTE, HX_NODE_IMPLANT);
    if (cast->other) {
        size_t heard = b->attacker.heard_count; // the attacker was elsewhere
        (void)hx_honest_pair(b, HX_NODE_PROGRAMMER, HX_NODE_OTHER);
        // Two implants have lived different lives: their counters differ.
        for (int i = 0; i < 6; i++) {
            (void)hx_honest_open(b, HX_NODE_PROGRAMMER, HX_NODE_OTHER, EP_READ_OUT);
            (void)hx_honest_close(b, HX_NODE_PROGRAMMER, HX_NODE_OTHER);
        }
        b->attacker.heard_count = heard;
    }
    b->wand[HX_NODE_PROGRAMMER] = HX_NODE_COUNT;
    b->wand[HX_NODE_MONITOR] = HX_NODE_COUNT;
    b->wand[HX_NODE_REMOTE] = HX_NODE_COUNT;
    // The attacker was not in the network yet, and nothing was done there.
    (void)hx_honest_open(b, HX_NODE_PROGRAMMER, HX_NODE_IMPLANT, EP_READ_OUT);
    (void)hx_honest_read(b, HX_NODE_PROGRAMMER, HX_NODE_IMPLANT, TP_OP_STATUS, -1);
    read_log_head(b);
    (void)hx_honest_close(b, HX_NODE_PROGRAMMER, HX_NODE_IMPLANT);
    hx_bench_run(b, b->now_us + TP_SECOND);
}

static bool same_cast(const struct hx_cast *a, const struct hx_cast *b)
{
    return a->controls.lack[0] == b->controls.lack[0] &&
           a->controls.lack[1] == b->controls.lack[1] &&
           a->rekey_after == b->rekey_after && a->monitor == b->monitor &&
           a->other == b->other && a->dependent == b->dependent && a->pump == b->pump &&
           a->network == b->network && a->service == b->service &&
           a->tries == b->tries && a->secrets == b->secrets && a->closed == b->closed &&
           a->battery_fault == b->battery_fault;
}

static const struct hx_bench *prelude(struct hx_player *p, const struct hx_cast *cast)
{
    struct prelude *oldest = &p->preludes[0];
    p->clock++;
    for (size_t i = 0; i < PRELUDES; i++) {
        struct prelude *pre = &p->preludes[i];
        if (pre->made && same_cast(&pre->cast, cast)) {
            pre->used = p->clock;
            return &pre->bench;
        }
        if (pre->used < oldest->used)
            oldest = pre;
    }
    make_prelude(p, oldest, cast);
    oldest->used = p->clock;
    return &oldest->bench;
}

void hx_play_start(struct hx_player *p, struct hx_playing *r,
                   const struct hx_profile *prof, uint8_t secrets,
                   const struct hx_tap *tap)
{
    const struct hx_scenario *s = r->s;
    struct hx_cast cast = {.controls = prof->lacks,
                           .rekey_after = (uint16_t)s->rekey_after,
                           .monitor = s->has_monitor != 0,
                           .other = s->has_other != 0,
                           .dependent = s->rests == HX_RESTS_DEPENDENT,
                           .pump = s->implant == HX_IMPLANT_PUMP,
                           .network = s->has_network != 0,
                           .service = s->programmer == HX_PROGRAMMER_SERVICE,
                           .tries = s->loss_ppm > 0 ? 16 : 2,
                           .secrets = secrets,
                           .closed = (uint8_t)prof->closes,
                           .battery_fault = prof->battery_fault != 0};
    struct rl_air air = rl_air_clean();
    air.loss_ppm[RL_RF] = (uint32_t)s->loss_ppm;
    air.duplicate_ppm[RL_RF] = (uint32_t)s->duplicate_ppm;
    air.delay_max_us[RL_RF] = (uint32_t)s->delay_max_us;
    hx_bench_copy(r->b, prelude(p, &cast));
    r->hardened = hx_is_hardened(prof);
    r->b->tap = tap;
    r->b->puppet = &p->puppet;
    hx_puppet_start(&p->puppet, p->seed, s->id);
    hx_bench_air(r->b, p->seed, s->id, &air);
    r->b->attacker.lost = r->lost;
    r->b->attacker.hears_uplink = (s->hears >> HX_LINK_UPLINK & 1) != 0;
    r->b->cut_node = (uint8_t)hx_party_node(s->sweep_of);
    r->b->attacker.hears_near = (s->hears >> HX_LINK_NEAR & 1) != 0;
    r->b->attacker.near = s->near != 0;
    if (s->at_mm > 0)
        rl_medium_move(&r->b->medium, HX_NODE_ATTACKER, (int32_t)s->at_mm, 0, 0);
    rl_medium_power(&r->b->medium, HX_NODE_ATTACKER, (int16_t)(s->power_dbm * 256));
}
