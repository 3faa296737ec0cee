// uplink.c - what a peer asks of the places behind a network

#include "state.h"

static struct tp_client_env env_of(struct tp_programmer *prg, uint64_t now_us)
{
    return (struct tp_client_env){.self = {.s_priv = prg->s_priv,
                                           .certificate = &prg->certificate,
                                           .anchor = prg->anchor,
                                           .now_s = prg_wall_s(prg, now_us),
                                           .controls = &prg->controls},
                                  .rng = cr_stream_rng(&prg->rng),
                                  .out = &prg->out};
}

bool prg_calls(const struct tp_programmer *prg)
{
    return prg->state == TP_PRG_CALLING || prg->state == TP_PRG_CARRYING;
}

void prg_call(struct tp_programmer *prg, const uint8_t *question, size_t len,
              uint64_t now_us)
{
    struct tp_client_env env = env_of(prg, now_us);
    prg_step(prg, TP_PEV_CALL);
    tp_client_ask(&prg->client, &env, question, len, now_us);
    prg->deadline_us = prg->client.deadline_us;
}

void prg_call_again(struct tp_programmer *prg, uint64_t now_us)
{
    struct tp_client_env env = env_of(prg, now_us);
    bool goes_on = tp_client_expire(&prg->client, &env, now_us);
    prg_step(prg, goes_on ? TP_PEV_RETRY : TP_PEV_GIVE_UP);
    prg->deadline_us = prg->client.deadline_us;
    if (!goes_on)
        prg_end(prg, -1);
}

static void answered(struct tp_programmer *prg, const struct tp_answer *a,
                     uint64_t now_us)
{
    prg_step(prg, TP_PEV_ANSWER_OK);
    if (prg->act.kind == EP_ACT_FETCH)
        prg_fetched(prg, a, now_us);
    else if (prg->act.kind == EP_ACT_UPDATE)
        prg_update_answered(prg, a, now_us);
    else if (prg->kind->answered)
        prg->kind->answered(prg, a, now_us);
}

// Also while it waits for the implant: the network may say that a connection is gone
// that is used only later.
void prg_uplink(struct tp_programmer *prg, const struct ep_frame *frame)
{
    struct tp_client_env env = env_of(prg, frame->now_us);
    struct tp_answer a;
    if (tp_client_hear(&prg->client, &env, frame, &a))
        answered(prg, &a, frame->now_us);
    else if (prg_calls(prg))
        prg->deadline_us = prg->client.deadline_us;
}
