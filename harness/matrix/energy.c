#include "play_internal.h"
#include <attack/attacker.h>
#include <bench/charge.h>
#include <matrix/energy.h>
#include <matrix/honest.h>
#include <patient/battery.h>
#include <protocol/limits.h>
#include <scenario/load.h>
#include <stdio.h>
#include <string.h>

#define HALF_DAY_US (UINT64_C(12) * 3600 * TP_SECOND)

static const struct {
    enum hx_flood flood;
    const char *word;
} kinds[HX_ENERGY_KINDS] = {{HX_FLOOD_WAKE, "wake"},
                            {HX_FLOOD_HELLO, "hello"},
                            {HX_FLOOD_GARBAGE, "garbage"},
                            {HX_FLOOD_MUTATED, "mutated"},
                            {HX_FLOOD_CAPTURE, "replayed"}};

// One frame in ten seconds, one a second, and four.
static const uint32_t rates_mhz[HX_ENERGY_RATES] = {100, 1000, 4000};

static void flood_for(struct hx_bench *b, unsigned kind, uint32_t rate_mhz,
                      uint64_t for_us)
{
    char why[160];
    struct hx_step s;
    hx_step_blank(HX_ACTOR_ATTACKER, HX_DO_FLOOD, &s);
    s.flood = kinds[kind].flood;
    snprintf(s.label, sizeof s.label, "wake");
    s.rate_mhz = rate_mhz;
    s.for_us = (int64_t)for_us;
    (void)!hx_attacker_step(b, &s, why, sizeof why);
    hx_charge_accrue(&b->charge, b->now_us, hx_bench_honest(b));
}

// The clinician's last wake-up, as it was heard.
static void keep_wake(struct hx_bench *b)
{
    const struct hx_heard *h =
        hx_attacker_find(b, HX_FRAME_WAKE, HX_NODE_PROGRAMMER, -1);
    struct hx_capture *c = h ? hx_attacker_capture(b, "wake") : NULL;
    if (!c)
        return;
    c->link = h->link;
    c->len = h->len;
    memcpy(c->bytes, h->bytes, h->len);
}

static void measure(struct hx_player *p, const struct hx_profile *profile,
                    unsigned kind, uint32_t rate_mhz, struct hx_energy *out)
{
    struct hx_scenario s = {.hears = 1 << HX_LINK_RF, .at_mm = 3000, .power_dbm = -16};
    snprintf(s.id, sizeof s.id, "energy-%s-%u", kinds[kind].word, rate_mhz);
    struct hx_playing r = {.b = &p->bench[0], .s = &s};
    hx_play_start(p, &r, profile, 0, NULL);
    keep_wake(r.b);
    flood_for(r.b, kind, rate_mhz, HALF_DAY_US);
    uint64_t before_nc = r.b->charge.unearned_nc, since_us = r.b->now_us;
    flood_for(r.b, kind, rate_mhz, HALF_DAY_US);
    uint64_t nc = r.b->charge.unearned_nc - before_nc;
    uint64_t s_gone = (r.b->now_us - since_us) / TP_SECOND;
    *out = (struct hx_energy){.rate_mhz = rate_mhz,
                              .extra_pa = nc * 1000 / s_gone,
                              .life_days = hx_battery_life_days(nc / s_gone)};
    snprintf(out->kind, sizeof out->kind, "%s", kinds[kind].word);
    out->sessions =
        hx_honest_open(r.b, HX_NODE_PROGRAMMER, HX_NODE_IMPLANT, EP_READ_OUT) == 1;
}

void hx_energy_measure(struct hx_player *p, const struct hx_profile *profile,
                       struct hx_energy out[HX_ENERGY_FLOODS])
{
    for (unsigned k = 0; k < HX_ENERGY_KINDS; k++)
        for (unsigned r = 0; r < HX_ENERGY_RATES; r++)
            measure(p, profile, k, rates_mhz[r], &out[k * HX_ENERGY_RATES + r]);
}

const struct hx_energy *hx_energy_worst(const struct hx_energy list[HX_ENERGY_FLOODS])
{
    const struct hx_energy *worst = &list[0];
    for (size_t i = 1; i < HX_ENERGY_FLOODS; i++)
        if (list[i].extra_pa > worst->extra_pa)
            worst = &list[i];
    return worst;
}
