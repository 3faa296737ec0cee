// cast.c - who takes part, and what the factory and the clinic gave each

#include "internal.h"
#include <assert.h>
#include <protocol/body.h>
#include <protocol/monitor.h>
#include <protocol/pump.h>
#include <protocol/server.h>
#include <protocol/updater.h>
#include <string.h>

bool hx_is_implant(int node)
{
    return node == HX_NODE_IMPLANT || node == HX_NODE_OTHER;
}

void hx_first_settings(bool pump, uint8_t out[TP_SETTINGS_LEN])
{
    static const struct tp_therapy pacing = {60, 130, 2500, 1};
    static const struct tp_infusion infusion = {840, 5000, 5000, 0};
    if (pump)
        tp_infusion_build(&infusion, out);
    else
        tp_therapy_build(&pacing, out);
}

static void config_implant(struct hx_bench *b, int i)
{
    struct hx_party_state *p = &b->party[i];
    const struct hx_world *w = b->world;
    struct tp_implant_identity id = {.certificate = w->cert[i],
                                     .time_s = HX_EPOCH_S,
                                     .epoch_min = HX_CERT_EPOCH_LEAST,
                                     .text_len = w->text_len[i]};
    memcpy(id.s_priv, w->s_priv[i], CR_DH_LEN);
    memcpy(id.anchor, w->anchor, CR_SIGN_PUBLIC_LEN);
    memcpy(id.maker, w->maker, CR_SIGN_PUBLIC_LEN);
    memcpy(id.log_key, w->log_key[i], TP_LOG_KEY_LEN);
    bool pump = b->cast.pump && i == HX_NODE_IMPLANT;
    size_t release =
        hx_world_release(pump ? TP_MODEL_PUMP : TP_MODEL_CARDIAC, HX_RELEASE_FIRST);
    id.software = w->software[release];
    id.image = w->image[release];
    hx_first_settings(pump, id.settings);
    memcpy(id.text, w->text[i], sizeof id.text);
    tp_implant_provision(p->nvm, &id);

    struct tp_implant_config c = {.controls = b->cast.controls,
                                  .rekey_after = b->cast.rekey_after,
                                  .pacing = b->cast.dependent && i == HX_NODE_IMPLANT};
    tp_implant_config_build(&c, p->config);
    p->config_len = TP_IMPLANT_CONFIG_LEN;
    p->ops = pump ? &tp_pump_ops : &tp_implant_ops;
}

// The programmer may be a service technician's, who updates and does not treat.
static const struct tp_certificate *certificate_of(const struct hx_bench *b, int node)
{
    bool service = node == HX_NODE_PROGRAMMER && b->cast.service;
    return service ? &b->world->service : &b->world->cert[node];
}

static void config_peer(struct hx_bench *b, int node)
{
    struct hx_party_state *p = &b->party[node];
    const struct hx_world *w = b->world;
    bool monitor = node == HX_NODE_MONITOR;
    size_t first = hx_world_release(monitor ? TP_MODEL_MONITOR : TP_MODEL_PROGRAMMER,
                                    HX_RELEASE_FIRST);
    struct tp_programmer_config c = {.controls = b->cast.controls,
                                     .certificate = *certificate_of(b, node),
                                     .time_s = HX_EPOCH_S,
                                     .rekey_after = b->cast.rekey_after,
                                     .tries = b->cast.tries ? b->cast.tries : 2};
    memcpy(c.s_priv, w->s_priv[node], CR_DH_LEN);
    memcpy(c.anchor, w->anchor, CR_SIGN_PUBLIC_LEN);
    memcpy(c.maker, w->maker, CR_SIGN_PUBLIC_LEN);
    _Static_assert((int)TP_PROGRAMMER_CONFIG_LEN <= (int)HX_CONFIG_MAX, "it fits");
    tp_programmer_config_build(&c, p->config);
    p->config_len = TP_PROGRAMMER_CONFIG_LEN;
    p->ops = monitor ? &tp_monitor_ops : &tp_programmer_ops;
    tp_slots_provision(p->nvm, 0, &w->software[first], w->image[first]);
}

static struct tp_host_config host_config(const struct hx_bench *b, int node)
{
    const struct hx_world *w = b->world;
    struct tp_host_config c = {.controls = b->cast.controls,
                               .certificate = w->cert[node],
                               .time_s = HX_EPOCH_S};
    memcpy(c.s_priv, w->s_priv[node], CR_DH_LEN);
    memcpy(c.anchor, w->anchor, CR_SIGN_PUBLIC_LEN);
    return c;
}

static void config_server(struct hx_bench *b)
{
    struct hx_party_state *p = &b->party[HX_NODE_SERVER];
    const struct hx_world *w = b->world;
    struct tp_server_config c = {.host = host_config(b, HX_NODE_SERVER)};
    for (int i = 0; i < TP_SERVER_IMPLANTS; i++) {
        memcpy(c.id[i], w->id[i], TP_ID_LEN);
        tp_origin_key(c.origin_key[i], w->s_priv[i]);
    }
    _Static_assert((int)TP_SERVER_CONFIG_LEN <= (int)HX_CONFIG_MAX, "it fits");
    tp_server_config_build(&c, p->config);
    p->config_len = TP_SERVER_CONFIG_LEN;
    p->ops = &tp_server_ops;
}

static void config_updater(struct hx_bench *b)
{
    struct hx_party_state *p = &b->party[HX_NODE_UPDATER];
    const struct hx_world *w = b->world;
    struct tp_host_config c = host_config(b, HX_NODE_UPDATER);
    tp_host_config_build(&c, p->config);
    p->config_len = TP_HOST_CONFIG_LEN;
    p->ops = &tp_updater_ops;
    for (unsigned model = 1; model <= HX_MODELS; model++) {
        size_t next = hx_world_release(model, HX_RELEASE_NEXT);
        tp_updater_release(p->nvm, model - 1, &w->software[next], w->image[next]);
    }
    size_t later = hx_world_release(TP_MODEL_PROGRAMMER, HX_RELEASE_LATER);
    tp_updater_release(p->nvm, HX_PUBLISHED_LATER, &w->software[later],
                       w->image[later]);
    static const uint8_t log[] = "2030-03-17 nothing to report";
    tp_updater_file(p->nvm, 0, "logs/today", log, sizeof log - 1);
    tp_updater_file(p->nvm, 1, "keys/service", w->service_secret,
                    sizeof w->service_secret);
}

void hx_cast_config(struct hx_bench *b, int node)
{
    if (hx_is_implant(node))
        config_implant(b, node);
    else if (node == HX_NODE_SERVER)
        config_server(b);
    else if (node == HX_NODE_UPDATER)
        config_updater(b);
    else
        config_peer(b, node);
}

bool hx_cast_has(const struct hx_cast *cast, int node)
{
    switch (node) {
    case HX_NODE_OTHER:
        return cast->other;
    case HX_NODE_MONITOR:
        return cast->monitor;
    case HX_NODE_REMOTE:
        return cast->pump;
    case HX_NODE_SERVER:
    case HX_NODE_UPDATER:
        return cast->network;
    default:
        return node < HX_ENDPOINTS;
    }
}

void hx_cast_place(struct hx_bench *b)
{
    // The patient lies at the origin; a second patient and the monitor are two
    // metres off, the programmer one and a half.
    static const int32_t x_mm[HX_NODE_COUNT] = {
        [HX_NODE_OTHER] = 2000,       [HX_NODE_PROGRAMMER] = 1500,
        [HX_NODE_MONITOR] = -2000,    [HX_NODE_REMOTE] = 500,
        [HX_NODE_SERVER] = 100000000, [HX_NODE_UPDATER] = 100000000,
        [HX_NODE_ATTACKER] = 3000};
    for (int n = 0; n < HX_NODE_COUNT; n++) {
        struct rl_node_config c = rl_node_default();
        c.x_mm = x_mm[n];
        c.promiscuous = n == HX_NODE_ATTACKER;
        if (hx_is_implant(n))
            c.body_loss_q8_db = 20 * 256;
        int got = rl_medium_add(&b->medium, &c);
        assert(got == n);
    }
}
