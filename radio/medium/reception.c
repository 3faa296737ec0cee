// reception.c - which copy of a frame a node receives, if any

#include "reception.h"

static const struct rl_receiver always = {.from_us = 0, .until_us = RL_NEVER};

static uint64_t later(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

bool rl_spoils(const struct rl_medium *m, const struct rl_flight *x,
               const struct rl_flight *f, unsigned node)
{
    if (x == f || x->wired || f->wired || x->frame.band != f->frame.band)
        return false;
    if (f->frame.band == RL_UPLINK)
        return false;
    if (x->frame.repeat_us > 0 && f->frame.repeat_us == 0)
        return false; // a burst leaves gaps, and its sender listens in them
    if (x->from == node)
        return true; // it cannot hear while it talks
    if (!m->air.collisions)
        return false;
    return f->level_q8_dbm[node] - x->level_q8_dbm[node] < RL_CAPTURE_Q8_DB;
}

// The beginning of the first copy at or after t_us, were the burst endless.
static uint64_t copy_from(const struct rl_flight *f, uint64_t t_us)
{
    if (t_us <= f->start_us)
        return f->start_us;
    uint64_t copies = (t_us - f->start_us + f->airtime_us - 1) / f->airtime_us;
    return f->start_us + copies * f->airtime_us;
}

static uint64_t sniff_from(const struct rl_receiver *rx, uint64_t t_us)
{
    if (t_us <= rx->from_us)
        return rx->from_us;
    uint64_t sniffs = (t_us - rx->from_us + rx->every_us - 1) / rx->every_us;
    return rx->from_us + sniffs * rx->every_us;
}

// The first copy begun at or after t_us that a sniffing receiver opens for. What
// makes it stay open for a copy is a sniff at most an airtime earlier.
static uint64_t sniffed_copy(const struct rl_flight *f, const struct rl_receiver *rx,
                             uint64_t t_us)
{
    uint64_t copy_us = copy_from(f, t_us);
    uint64_t since_us = f->start_us;
    if (copy_us > f->start_us)
        since_us = copy_us - f->airtime_us + 1;

    uint64_t sniff_us = sniff_from(rx, since_us);
    uint64_t window_us = later(f->airtime_us, f->frame.repeat_us);
    if (sniff_us >= f->start_us + window_us)
        return RL_NEVER;
    return copy_from(f, sniff_us);
}

// The beginning of the first copy at or after t_us for which the receiver is open;
// RL_NEVER if there is none.
static uint64_t open_copy(const struct rl_flight *f, const struct rl_receiver *rx,
                          uint64_t t_us)
{
    uint64_t copy_us;
    if (rx->every_us == 0)
        copy_us = copy_from(f, later(t_us, rx->from_us));
    else
        copy_us = sniffed_copy(f, rx, t_us);
    if (copy_us >= f->end_us)
        return RL_NEVER;
    uint64_t end_us = copy_us + f->airtime_us;
    return end_us <= f->end_us && end_us <= rx->until_us ? copy_us : RL_NEVER;
}

// When the air is free again after what spoils the copy begun at copy_us; 0 if
// nothing does.
static uint64_t spoilt_until(const struct rl_medium *m, struct rl_flight *f,
                             unsigned node, uint64_t copy_us)
{
    uint64_t until_us = 0;
    for (unsigned i = 0; i < m->flight_count; i++) {
        const struct rl_flight *x = &m->flight[m->line[i]];
        if (x->start_us >= copy_us + f->airtime_us || x->end_us <= copy_us)
            continue;
        if (!rl_spoils(m, x, f, node))
            continue;
        until_us = later(until_us, x->end_us);
        if (x->from != node)
            rl_put(&f->jammed, node, true);
    }
    return until_us;
}

void rl_judge(const struct rl_medium *m, struct rl_flight *f, unsigned node)
{
    const struct rl_node *nd = &m->node[node];
    const struct rl_receiver *rx = &nd->receiver[f->frame.band];
    if (nd->config.promiscuous)
        rx = &always;

    // Each round passes the end of a flight, so there are few.
    uint64_t from_us = later(f->start_us, f->spoilt_us[node]);
    uint64_t copy_us = open_copy(f, rx, from_us);
    while (copy_us != RL_NEVER) {
        from_us = spoilt_until(m, f, node, copy_us);
        if (from_us == 0)
            break;
        copy_us = open_copy(f, rx, from_us);
    }

    bool found = copy_us != RL_NEVER;
    rl_put(&f->coming, node, found);
    rl_put(&f->waiting, node, !found);
    if (found)
        f->due_us[node] = copy_us + f->airtime_us + f->delay_us[node];
}

void rl_find_next(struct rl_flight *f)
{
    f->next_us = RL_NEVER;
    for (unsigned n = 0; n < RL_NODE_MAX; n++) {
        if (rl_has(f->coming, n) && f->due_us[n] < f->next_us)
            f->next_us = f->due_us[n];
    }
}
