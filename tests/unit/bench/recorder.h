// recorder.h - an endpoint that does nothing but keep what reaches it
//
// It takes the place of a party on the bench, of whom then only the ears are left.

#ifndef TESTS_UNIT_BENCH_RECORDER_H
#define TESTS_UNIT_BENCH_RECORDER_H

#include "stage.h"

enum { RECORDED_MAX = 32 };

struct recorded {
    size_t count;
    struct ep_frame at[RECORDED_MAX];
};

// Its whole state.
struct recorder {
    struct recorded *to;
};

static inline int recorder_init(void *ep, const void *nvm,
                                const uint8_t seed[EP_SEED_LEN], const uint8_t *config,
                                size_t config_len, uint64_t now_us)
{
    (void)ep, (void)nvm, (void)seed, (void)config, (void)config_len, (void)now_us;
    return 0;
}

static inline void recorder_receive(void *ep, const struct ep_frame *frame)
{
    const struct recorder *self = ep;
    CU_ASSERT_FATAL(self->to->count < RECORDED_MAX);
    self->to->at[self->to->count++] = *frame;
}

static inline void recorder_expire(void *ep, uint64_t now_us)
{
    (void)ep, (void)now_us;
}

static inline uint64_t recorder_deadline(const void *ep)
{
    (void)ep;
    return EP_NEVER;
}

static inline int recorder_act(void *ep, const struct ep_act *act, uint64_t now_us)
{
    (void)ep, (void)act, (void)now_us;
    return -1;
}

static inline bool recorder_output(void *ep, struct ep_output *out)
{
    (void)ep, (void)out;
    return false;
}

static const struct ep_ops recorder_ops = {.name = "recorder",
                                           .api_version = EP_API_VERSION,
                                           .size = sizeof(struct recorder),
                                           .nvm_size = HX_NVM_MAX,
                                           .init = recorder_init,
                                           .receive = recorder_receive,
                                           .expire = recorder_expire,
                                           .deadline = recorder_deadline,
                                           .act = recorder_act,
                                           .output = recorder_output};

// Whatever reaches the node from now on is kept in *r.
static inline void record(struct hx_bench *b, enum hx_node node, struct recorded *r)
{
    *r = (struct recorded){0};
    b->party[node].present = true;
    b->party[node].ops = &recorder_ops;
    *(struct recorder *)(void *)b->party[node].state = (struct recorder){r};
}

#endif
