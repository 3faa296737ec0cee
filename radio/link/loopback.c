// loopback.c - the medium behind the seam, for nodes of one process

#include <radio/medium.h>

static enum rl_err loopback_open(void *link, const char *where)
{
    struct rl_loopback *l = link;
    if (where[0] != '\0')
        return RL_E_CLOSED;
    rl_medium_init(&l->medium, &l->air);
    return RL_OK;
}

static enum rl_err loopback_join(void *link, const struct rl_node_config *config,
                                 uint8_t *node)
{
    struct rl_loopback *l = link;
    int n = rl_medium_add(&l->medium, config);
    if (n < 0)
        return (enum rl_err)n;
    *node = (uint8_t)n;
    return RL_OK;
}

static enum rl_err loopback_submit(void *link, uint8_t node,
                                   const struct rl_frame *frame, uint64_t now_us)
{
    struct rl_loopback *l = link;
    uint64_t before = l->medium.counters.overflowed;
    rl_medium_send(&l->medium, node, frame, now_us, l->rng);
    return l->medium.counters.overflowed == before ? RL_OK : RL_E_OVERFLOW;
}

static void loopback_tune(void *link, uint8_t node, enum rl_band band, uint64_t now_us,
                          struct rl_tuning tuning)
{
    struct rl_loopback *l = link;
    rl_medium_tune(&l->medium, node, band, now_us, tuning);
}

static uint64_t loopback_next(const void *link)
{
    const struct rl_loopback *l = link;
    return rl_medium_next(&l->medium);
}

static enum rl_err loopback_take(void *link, uint64_t now_us, struct rl_arrival *out)
{
    struct rl_loopback *l = link;
    return rl_medium_take(&l->medium, now_us, out) ? RL_OK : RL_E_TIMEOUT;
}

static void loopback_close(void *link)
{
    struct rl_loopback *l = link;
    rl_medium_init(&l->medium, &l->air);
}

const struct rl_link_ops rl_loopback_ops = {
    .scheme = "loopback",
    .open = loopback_open,
    .join = loopback_join,
    .submit = loopback_submit,
    .tune = loopback_tune,
    .next = loopback_next,
    .take = loopback_take,
    .close = loopback_close,
};
