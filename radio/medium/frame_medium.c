// frame_medium.c - the air at frame fidelity
//
// m->line holds the numbers of all flights: those in use in the order of sending,
// then the free ones. A flight is kept until its transmission is over and its last
// arrival taken, so that everything on the air at a time is known at that time.

#include "path_loss.h"
#include "reception.h"
#include <assert.h>
#include <string.h>

enum { PPM = 1000000 };

struct rl_air rl_air_clean(void)
{
    return (struct rl_air){.noise_q8_dbm = -109 * 256, .collisions = true};
}

void rl_medium_init(struct rl_medium *m, const struct rl_air *air)
{
    memset(m, 0, sizeof *m);
    m->air = *air;
    for (uint8_t i = 0; i < RL_FLIGHT_MAX; i++)
        m->line[i] = i;
}

int rl_medium_add(struct rl_medium *m, const struct rl_node_config *config)
{
    if (m->node_count == RL_NODE_MAX)
        return RL_E_OVERFLOW;
    m->node[m->node_count] = (struct rl_node){.config = *config};
    return m->node_count++;
}

void rl_medium_move(struct rl_medium *m, int node, int32_t x_mm, int32_t y_mm,
                    int32_t z_mm)
{
    assert(node >= 0 && node < m->node_count);
    struct rl_node_config *config = &m->node[node].config;
    config->x_mm = x_mm;
    config->y_mm = y_mm;
    config->z_mm = z_mm;
}

// The flight that was sent i-th of those in use.
static struct rl_flight *in_line(struct rl_medium *m, unsigned i)
{
    return &m->flight[m->line[i]];
}

static bool overlap(const struct rl_flight *a, const struct rl_flight *b)
{
    return a->start_us < b->end_us && b->start_us < a->end_us;
}

// Accounts for the nodes that x never reached, and leaves on what it overlapped
// the mark that it spoilt it.
static void retire(struct rl_medium *m, unsigned i)
{
    const struct rl_flight *x = in_line(m, i);
    for (unsigned n = 0; n < m->node_count; n++) {
        if (!rl_has(x->waiting, n))
            continue;
        if (rl_has(x->jammed, n))
            m->counters.collided++;
        else
            m->counters.not_listening++;
    }
    for (unsigned k = 0; k < m->flight_count; k++) {
        struct rl_flight *f = in_line(m, k);
        if (!overlap(x, f))
            continue;
        for (unsigned n = 0; n < m->node_count; n++) {
            if (rl_spoils(m, x, f, n) && f->spoilt_us[n] < x->end_us)
                f->spoilt_us[n] = x->end_us;
        }
    }
    uint8_t freed = m->line[i];
    m->flight_count--;
    memmove(&m->line[i], &m->line[i + 1], m->flight_count - i);
    m->line[m->flight_count] = freed;
}

static void sweep(struct rl_medium *m, uint64_t now_us)
{
    for (unsigned i = m->flight_count; i-- > 0;) {
        const struct rl_flight *f = in_line(m, i);
        if (f->coming == 0 && f->end_us <= now_us)
            retire(m, i);
    }
}

// The next free flight, empty but for the frame; NULL if there is none.
static struct rl_flight *board(struct rl_medium *m, int from,
                               const struct rl_frame *frame)
{
    if (m->flight_count == RL_FLIGHT_MAX)
        return NULL;
    struct rl_flight *f = in_line(m, m->flight_count++);
    memset(f, 0, sizeof *f);
    f->from = (uint8_t)from;
    f->frame.repeat_us = frame->repeat_us;
    f->frame.rssi_q8_dbm = frame->rssi_q8_dbm;
    f->frame.band = frame->band;
    f->frame.len = frame->len;
    memcpy(f->frame.bytes, frame->bytes, frame->len);
    f->next_us = RL_NEVER;
    return f;
}

static uint64_t square_mm(const struct rl_node_config *a, const struct rl_node_config *b)
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
    return level > INT16_MAX ? INT16_MAX : (int16_t)level;
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
        return square <= RL_NEAR_RANGE_MM * RL_NEAR_RANGE_MM;
    }
    int16_t level = to_q8(a->power_q8_dbm - a->body_loss_q8_db - b->body_loss_q8_db -
                          rl_rf_loss_q8_db(square));
    f->level_q8_dbm[node] = level;
    return level >= b->sensitivity_q8_dbm && level >= m->air.noise_q8_dbm + RL_SNR_Q8_DB;
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

// Sorts every other node into those that may hear f, the set waiting, and the
// rest, which are counted.
static void reach(struct rl_medium *m, struct rl_flight *f, struct cr_rng rng)
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

// Looks again for a copy for every node in set.
static void judge_set(const struct rl_medium *m, struct rl_flight *f, uint8_t set)
{
    for (unsigned n = 0; set != 0 && n < m->node_count; n++) {
        if (rl_has(set, n))
            rl_judge(m, f, n);
    }
    rl_find_next(f);
}

// The nodes to which a copy is coming that would not be in by end_us.
static uint8_t coming_after(const struct rl_flight *f, uint64_t end_us)
{
    uint8_t set = 0;
    for (unsigned n = 0; n < RL_NODE_MAX; n++) {
        if (rl_has(f->coming, n) && !rl_has(f->again, n) && rl_copy_end(f, n) > end_us)
            rl_put(&set, n, true);
    }
    return set;
}

// Ends a burst after the copy under way.
static void cut(struct rl_medium *m, struct rl_flight *f, uint64_t now_us)
{
    uint64_t copies = 1;
    if (now_us > f->start_us)
        copies = (now_us - f->start_us + f->airtime_us - 1) / f->airtime_us;
    uint64_t end_us = f->start_us + copies * f->airtime_us;
    if (end_us >= f->end_us)
        return;
    f->end_us = end_us;
    judge_set(m, f, coming_after(f, end_us));

    for (unsigned i = 0; i < m->flight_count; i++) {
        struct rl_flight *freed = in_line(m, i);
        if (freed->frame.band == f->frame.band && freed->end_us > now_us)
            judge_set(m, freed, freed->waiting);
    }
}

// Ends the bursts of a node on a band; gives the time when its transmitter is free.
static uint64_t transmitter_free(struct rl_medium *m, int node, uint8_t band,
                                 uint64_t now_us)
{
    uint64_t free_us = now_us;
    for (unsigned i = 0; i < m->flight_count; i++) {
        struct rl_flight *f = in_line(m, i);
        if (f->wired || f->from != node || f->frame.band != band || f->end_us <= now_us)
            continue;
        if (f->frame.repeat_us != 0)
            cut(m, f, now_us);
        if (f->end_us > free_us)
            free_us = f->end_us;
    }
    return band == RL_UPLINK ? now_us : free_us;
}

// Takes away from other frames the copies that x spoils.
static void disturb(struct rl_medium *m, const struct rl_flight *x)
{
    for (unsigned i = 0; i < m->flight_count; i++) {
        struct rl_flight *f = in_line(m, i);
        if (f == x || f->coming == 0 || !overlap(x, f))
            continue;
        uint8_t hit = coming_after(f, x->start_us);
        for (unsigned n = 0; n < m->node_count; n++) {
            if (!rl_has(hit, n))
                continue;
            bool clear = rl_copy_end(f, n) - f->airtime_us >= x->end_us;
            if (clear || !rl_spoils(m, x, f, n))
                rl_put(&hit, n, false);
        }
        if (hit != 0)
            judge_set(m, f, hit);
    }
}

void rl_medium_send(struct rl_medium *m, int node, const struct rl_frame *frame,
                    uint64_t now_us, struct cr_rng rng)
{
    assert(node >= 0 && node < m->node_count);
    assert(frame->band < RL_BAND_COUNT);
    assert(now_us <= INT64_MAX);
    sweep(m, now_us);
    uint64_t others = m->node_count - 1U;
    m->counters.sent++;
    m->counters.offered += others;
    if (m->flight_count == RL_FLIGHT_MAX) {
        m->counters.overflowed += others;
        return;
    }
    uint64_t start_us = transmitter_free(m, node, frame->band, now_us);
    struct rl_flight *f = board(m, node, frame);
    f->start_us = start_us;
    f->end_us = start_us + rl_on_air_us(frame);
    f->airtime_us = rl_airtime_us((enum rl_band)frame->band, frame->len);
    reach(m, f, rng);
    disturb(m, f);
    judge_set(m, f, f->waiting);
}

void rl_medium_inject(struct rl_medium *m, int from, int to,
                      const struct rl_frame *frame, uint64_t at_us)
{
    assert(from >= 0 && from < m->node_count && to >= 0 && to < m->node_count);
    assert(frame->band < RL_BAND_COUNT);
    m->counters.offered++;
    struct rl_flight *f = board(m, from, frame);
    if (!f) {
        m->counters.overflowed++;
        return;
    }
    f->wired = true;
    f->start_us = f->end_us = f->next_us = f->due_us[to] = at_us;
    f->level_q8_dbm[to] = frame->rssi_q8_dbm;
    rl_put(&f->coming, (unsigned)to, true);
}

// Whether node, its receiver just tuned, goes on receiving the copy of f on its
// way to it.
static bool goes_on(const struct rl_flight *f, unsigned node, uint64_t now_us,
                    uint64_t until_us)
{
    uint64_t end_us = rl_copy_end(f, node);
    return end_us <= now_us || (end_us - f->airtime_us <= now_us && end_us <= until_us);
}

void rl_medium_tune(struct rl_medium *m, int node, enum rl_band band, uint64_t now_us,
                    struct rl_tuning tuning)
{
    assert(node >= 0 && node < m->node_count && band < RL_BAND_COUNT);
    if (m->node[node].config.promiscuous)
        return;
    struct rl_receiver *rx = &m->node[node].receiver[band];
    bool stays_open = rx->every_us == 0 && tuning.every_us == 0 &&
                      rx->from_us <= now_us && now_us < rx->until_us;
    *rx = (struct rl_receiver){.from_us = stays_open ? rx->from_us : now_us,
                               .until_us = tuning.until_us,
                               .every_us = tuning.every_us};

    unsigned n = (unsigned)node;
    for (unsigned i = 0; i < m->flight_count; i++) {
        struct rl_flight *f = in_line(m, i);
        if (f->wired || f->frame.band != band || f->end_us <= now_us)
            continue;
        bool coming = rl_has(f->coming, n) && !rl_has(f->again, n);
        if (!coming && !rl_has(f->waiting, n))
            continue;
        if (!coming || !goes_on(f, n, now_us, rx->until_us))
            judge_set(m, f, (uint8_t)(1U << n));
    }
}

uint64_t rl_medium_next(const struct rl_medium *m)
{
    uint64_t next_us = RL_NEVER;
    for (unsigned i = 0; i < m->flight_count; i++) {
        const struct rl_flight *f = &m->flight[m->line[i]];
        if (f->next_us < next_us)
            next_us = f->next_us;
    }
    return next_us;
}

static struct rl_flight *first_to_arrive(struct rl_medium *m)
{
    struct rl_flight *best = NULL;
    for (unsigned i = 0; i < m->flight_count; i++) {
        struct rl_flight *f = in_line(m, i);
        if (f->coming == 0 || (best && f->next_us > best->next_us))
            continue;
        if (!best || f->next_us < best->next_us || f->from < best->from)
            best = f;
    }
    return best;
}

static unsigned first_receiver(const struct rl_flight *f)
{
    unsigned n = 0;
    while (!rl_has(f->coming, n) || f->due_us[n] != f->next_us)
        n++;
    return n;
}

bool rl_medium_take(struct rl_medium *m, uint64_t now_us, struct rl_arrival *out)
{
    struct rl_flight *f = first_to_arrive(m);
    if (!f || f->next_us > now_us) {
        sweep(m, now_us);
        return false;
    }
    unsigned n = first_receiver(f);
    out->at_us = f->due_us[n];
    out->start_us = f->start_us;
    out->from = f->from;
    out->to = (uint8_t)n;
    out->frame = f->frame;
    out->frame.rssi_q8_dbm = f->level_q8_dbm[n];
    m->counters.delivered++;

    bool again = rl_has(f->doubled, n) && !rl_has(f->again, n);
    rl_put(&f->coming, n, again);
    rl_put(&f->again, n, again);
    if (again) {
        m->counters.duplicated++;
        f->due_us[n] += f->airtime_us;
    }
    rl_find_next(f);
    return true;
}
