// frame_medium.c - the air at frame fidelity
//
// m->line holds the numbers of all flights: those in use in the order of sending,
// then the free ones. A flight is kept until its transmission is over and its last
// arrival taken, so that everything on the air at a time is known at that time.

#include "reception.h"
#include <assert.h>
#include <string.h>

enum { SNAPSHOT_MAX = 24 * 1024 };
static_assert(sizeof(struct rl_medium) < SNAPSHOT_MAX, "a snapshot is cheap");

struct rl_air rl_air_clean(void)
{
    return (struct rl_air){.noise_q8_dbm = -109 * 256, .collisions = true};
}

void rl_medium_init(struct rl_medium *m, const struct rl_air *air)
{
    memset(m, 0, sizeof *m);
    m->air = *air;
    for (unsigned i = 0; i < RL_FLIGHT_MAX; i++)
        m->line[i] = (uint8_t)i;
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

void rl_medium_power(struct rl_medium *m, int node, int16_t power_q8_dbm)
{
    assert(node >= 0 && node < m->node_count);
    m->node[node].config.power_q8_dbm = power_q8_dbm;
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
    f->frame.mark = frame->mark;
    f->frame.len = frame->len;
    memcpy(f->frame.bytes, frame->bytes, frame->len);
    f->next_us = RL_NEVER;
    return f;
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

// The nodes to which a copy is coming off the air that would not be in by end_us.
static uint8_t coming_after(const struct rl_flight *f, uint64_t end_us)
{
    uint8_t set = 0;
    for (unsigned n = 0; !f->wired && n < RL_NODE_MAX; n++) {
        if (rl_has(f->coming, n) && !rl_has(f->again, n) && rl_copy_end(f, n) > end_us)
            rl_put(&set, n, true);
    }
    return set;
}

// Ends a burst after the copy under way. Frames that it would have disturbed may
// now be received, or sooner.
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
        if (freed == f || freed->frame.band != f->frame.band || freed->end_us <= now_us)
            continue;
        uint8_t not_begun = coming_after(freed, now_us + freed->airtime_us);
        judge_set(m, freed, freed->waiting | not_begun);
    }
}

// Ends the bursts of a node on a band; gives the time when its transmitter is free.
static uint64_t transmitter_free(struct rl_medium *m, int node, uint8_t band,
                                 uint64_t now_us)
{
    uint64_t free_us = now_us;
    if (band == RL_UPLINK)
        return now_us;
    for (unsigned i = 0; i < m->flight_count; i++) {
        struct rl_flight *f = in_line(m, i);
        if (f->wired || f->from != node || f->frame.band != band || f->end_us <= now_us)
            continue;
        if (f->frame.repeat_us != 0)
            cut(m, f, now_us);
        if (f->end_us > free_us)
            free_us = f->end_us;
    }
    return free_us;
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
    rl_reach(m, f, rng);
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

// Looks again for a copy of f for node, whose receiver was just tuned; a copy that
// it has received or goes on receiving stays.
static void follow(struct rl_medium *m, struct rl_flight *f, unsigned node,
                   uint64_t now_us)
{
    uint8_t bit = (uint8_t)(1U << node);
    if (rl_has(f->waiting, node)) {
        judge_set(m, f, bit);
        return;
    }
    if (!rl_has(coming_after(f, now_us), node))
        return;
    uint64_t end_us = rl_copy_end(f, node);
    uint64_t until_us = m->node[node].receiver[f->frame.band].until_us;
    if (end_us - f->airtime_us > now_us || end_us > until_us)
        judge_set(m, f, bit);
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

    for (unsigned i = 0; i < m->flight_count; i++) {
        struct rl_flight *f = in_line(m, i);
        if (!f->wired && f->frame.band == band && f->end_us > now_us)
            follow(m, f, (unsigned)node, now_us);
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
