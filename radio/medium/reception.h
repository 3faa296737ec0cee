// reception.h - who may hear a frame, and which copy of it

#ifndef RADIO_MEDIUM_RECEPTION_H
#define RADIO_MEDIUM_RECEPTION_H

#include <radio/medium.h>

static inline bool rl_has(uint8_t set, unsigned node)
{
    return (set >> node & 1) != 0;
}

static inline void rl_put(uint8_t *set, unsigned node, bool in)
{
    unsigned bit = 1U << node;
    *set = (uint8_t)(in ? *set | bit : *set & ~bit);
}

// When the copy that is coming to node is in, before any delay.
static inline uint64_t rl_copy_end(const struct rl_flight *f, unsigned node)
{
    return f->due_us[node] - f->delay_us[node];
}

// Sets the levels of a new flight, draws its chances, and sorts every other node
// into those that may hear it, the set waiting, and the rest, which are counted.
void rl_reach(struct rl_medium *m, struct rl_flight *f, struct cr_rng rng);

// Whether x, being on the air at the same time as f, spoils f at node.
bool rl_spoils(const struct rl_medium *m, const struct rl_flight *x,
               const struct rl_flight *f, unsigned node);

// Decides anew which copy of f comes to node, from what is known now, and moves
// node between the sets waiting and coming. It must be in one of them, and not
// have received a copy.
void rl_judge(const struct rl_medium *m, struct rl_flight *f, unsigned node);

// Brings next_us up to date.
void rl_find_next(struct rl_flight *f);

#endif
