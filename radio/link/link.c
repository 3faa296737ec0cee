// link.c - how long frames take, and the node that nobody configured

#include <assert.h>
#include <radio/link.h>

uint32_t rl_airtime_us(enum rl_band band, size_t len)
{
    assert(band < RL_BAND_COUNT && len <= RL_FRAME_MAX);
    uint32_t n = (uint32_t)len;
    switch (band) {
    case RL_RF:
        return (RL_RF_OVERHEAD + n) * RL_RF_BYTE_US;
    case RL_NEAR:
        return (RL_NEAR_OVERHEAD + n) * RL_NEAR_BYTE_US;
    case RL_UPLINK:
        return RL_UPLINK_LATENCY_US + n * 8 / RL_UPLINK_BITS_PER_US;
    case RL_BAND_COUNT:
        break;
    }
    return 0;
}

uint64_t rl_on_air_us(const struct rl_frame *frame)
{
    uint64_t copy_us = rl_airtime_us((enum rl_band)frame->band, frame->len);
    if (frame->repeat_us == 0)
        return copy_us;
    uint64_t copies = (frame->repeat_us + copy_us - 1) / copy_us;
    return (copies + 1) * copy_us;
}

struct rl_node_config rl_node_default(void)
{
    return (struct rl_node_config){
        .power_q8_dbm = -16 * 256,
        .sensitivity_q8_dbm = -95 * 256,
    };
}
