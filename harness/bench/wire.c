// wire.c - who is reached over a coil, and who over the network

#include "internal.h"
#include <attack/attacker.h>
#include <attack/puppet.h>
#include <string.h>

void hx_near_send(struct hx_bench *b, int from, const uint8_t *bytes, size_t len)
{
    uint64_t at_us = b->now_us + rl_airtime_us(RL_NEAR, len);
    bool relayed = b->attacker.relay_us > 0;
    bool heard = b->attacker.hears_near && from != HX_NODE_ATTACKER;
    if (from != HX_NODE_IMPLANT && from != HX_NODE_OTHER) {
        int to = b->wand[from];
        if (to == HX_NODE_COUNT)
            return;
        uint64_t delay = from == HX_NODE_ATTACKER || relayed ? b->attacker.relay_us : 0;
        if (delay == 0)
            b->truth.presence_us[from][to] = b->now_us;
        hx_bench_hand(b, (enum hx_node)from, (enum hx_node)to, EP_NEAR, bytes, len,
                      at_us + delay);
    }
    for (int n = HX_NODE_PROGRAMMER; n < HX_NODE_ATTACKER; n++)
        if (b->wand[n] == from)
            hx_bench_hand(b, (enum hx_node)from, (enum hx_node)n, EP_NEAR, bytes, len,
                          at_us + b->attacker.relay_us);
    if (heard)
        hx_attacker_overhears(b, from, RL_NEAR, bytes, len);
    if (b->wand[HX_NODE_ATTACKER] == from)
        hx_bench_hand(b, (enum hx_node)from, HX_NODE_ATTACKER, EP_NEAR, bytes, len,
                      at_us + b->attacker.relay_us);
}

enum hx_node hx_place_node(enum ep_place place)
{
    static const enum hx_node nodes[] = {
        [EP_PLACE_NONE] = HX_NODE_COUNT,
        [EP_PLACE_SERVER] = HX_NODE_SERVER,
        [EP_PLACE_UPDATER] = HX_NODE_UPDATER,
        [EP_PLACE_PROGRAMMER] = HX_NODE_PROGRAMMER,
        [EP_PLACE_MONITOR] = HX_NODE_MONITOR,
        [EP_PLACE_IMPLANT] = HX_NODE_IMPLANT,
    };
    return place < sizeof nodes / sizeof nodes[0] ? nodes[place] : HX_NODE_COUNT;
}

enum ep_place hx_node_place(int node)
{
    for (unsigned place = EP_PLACE_SERVER; place <= EP_PLACE_IMPLANT; place++)
        if ((int)hx_place_node((enum ep_place)place) == node)
            return (enum ep_place)place;
    return EP_PLACE_NONE;
}

// The network carries what it is given to whom it is for, and says of it what its
// sender says. An attacker in its midst hears it, and may take somebody's place.
void hx_bench_uplink(struct hx_bench *b, enum hx_node from, enum ep_place claimed,
                     enum ep_place to, const uint8_t *bytes, size_t len)
{
    struct rl_frame frame = {
        .band = RL_UPLINK, .mark = (uint8_t)claimed, .len = (uint8_t)len};
    enum hx_node node = hx_place_node(to);
    uint64_t at_us = b->now_us + rl_airtime_us(RL_UPLINK, len);
    if (node == HX_NODE_COUNT)
        return;
    memcpy(frame.bytes, bytes, len);
    if (from != HX_NODE_ATTACKER) {
        if (b->attacker.hears_uplink)
            hx_attacker_overhears(b, (int)from, RL_UPLINK, bytes, len);
        if (hx_puppet_takes(b, (int)from, to, bytes, len))
            return;
    }
    // Frames for one place arrive in the order in which they were sent.
    if (at_us <= b->uplink_us[node])
        at_us = b->uplink_us[node] + 1;
    b->uplink_us[node] = at_us;
    if (b->party[node].present)
        rl_medium_inject(&b->medium, (int)from, (int)node, &frame, at_us);
}
