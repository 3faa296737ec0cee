// reach.c - how strongly a frame arrives where, and which chances strike it

#include "path_loss.h"
#include "reception.h"

enum { PPM = 1000000, NEAR_SQUARE_MM = RL_NEAR_RANGE_MM * RL_NEAR_RANGE_MM };

static uint64_t square_mm(const struct rl_node_config *a,
                          const struct rl_node_config *b)
{
    const int64_t d[] = {(int64_t)a->x_mm - b->x_mm, (int64_t)a->y_mm - b->y_mm,
                         (int64_t)a->z_mm - b->z_mm};
    uint64_t sum = 0;
    for (unsigned i = 0; i < 3; i++) {
        uint64_t u = (uint64_t)(d[i] < 0 ? -d[i] : d[i]);
        if (u > INT32_MAX)
            u = INT32_MAX; // far beyond any range, and three squares fit
        sum += u * u;
    }
    return sum;
}

static int16_t to_q8(int32_t level)
{
    if (level < INT16_MIN)
        return INT16_MIN;
    return (int16_t)(level > INT16_MAX ? INT16_MAX : level);
}

// Sets the level of f at node; whether that is enough to receive it.
static bool in_range(const struct rl_medium *m, struct rl_flight *f, unsigned node)
{
    const struct rl_node_config *a = &m->node[f->from].config;
    const struct rl_node_config *b = &m->node[node].config;
    if (f->frame.band == RL_UPLINK) {
        f->level_q8_dbm[node] = 0;
        return true;
    }
    uint64_t square = square_mm(a, b);
    if (f->frame.band == RL_NEAR) {
        f->level_q8_dbm[node] = to_q8(-rl_near_loss_q8_db(square));
        return square <= NEAR_SQUARE_MM;
    }
    int16_t level = to_q8(a->power_q8_dbm - a->body_loss_q8_db - b->body_loss_q8_db -
                          rl_rf_loss_q8_db(square));
    f->level_q8_dbm[node] = level;
    return level >= b->sensitivity_q8_dbm &&
           level >= m->air.noise_q8_dbm + RL_SNR_Q8_DB;
}

static uint32_t below(struct cr_rng rng, uint64_t bound)
{
    return (uint32_t)((cr_rng_u64(rng) >> 32) * bound >> 32);
}

static bool chance(struct cr_rng rng, uint32_t ppm)
{
    return ppm != 0 && below(rng, PPM) < ppm;
}

// Draws what the air does to f on its way to node; whether it gets through.
static bool survives(const struct rl_air *air, struct rl_flight *f, unsigned node,
                     struct cr_rng rng)
{
    unsigned band = f->frame.band;
    bool lost = chance(rng, air->loss_ppm[band]);
    rl_put(&f->doubled, node, chance(rng, air->duplicate_ppm[band]));
    if (air->delay_max_us[band] != 0)
        f->delay_us[node] = below(rng, (uint64_t)air->delay_max_us[band] + 1);
    return !lost;
}

void rl_reach(struct rl_medium *m, struct rl_flight *f, struct cr_rng rng)
{
    for (unsigned n = 0; n < RL_NODE_MAX; n++) {
        f->level_q8_dbm[n] = INT16_MIN;
        if (n >= m->node_count || n == f->from)
            continue;
        bool near_enough = in_range(m, f, n);
        bool through = survives(&m->air, f, n, rng);
        if (!near_enough)
            m->counters.out_of_range++;
        else if (!through)
            m->counters.lost++;
        else
            rl_put(&f->waiting, n, true);
    }
}
