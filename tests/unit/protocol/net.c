#include "net.h"
#include <crypto/bytes.h>
#include <stdlib.h>

static void good(struct net *net, struct tp_certificate *cert, enum tp_role role,
                 const uint8_t s_priv[CR_DH_LEN])
{
    *cert = (struct tp_certificate){.role = (uint8_t)role,
                                    .not_before_s = BED_TIME_S - 1000,
                                    .not_after_s = BED_TIME_S + 100000000,
                                    .epoch = BED_EPOCH};
    clinic_certify(&net->two.bed.clinic, cert, s_priv);
}

static void start(const struct ep_ops *ops, void *ep, const void *nvm,
                  const uint8_t *config, size_t len)
{
    static const uint8_t seed[EP_SEED_LEN] = {0x77};
    memset(ep, 0, NET_SERVICE_RAM);
    if (ops->size > NET_SERVICE_RAM || ops->init(ep, nvm, seed, config, len, 0))
        abort();
}

static struct tp_host_config host_config(struct net *net, enum tp_role role, int key)
{
    struct tp_host_config c = {.controls = net->two.config.controls,
                               .time_s = BED_TIME_S};
    memset(c.s_priv, key, CR_DH_LEN);
    good(net, &c.certificate, role, c.s_priv);
    memcpy(c.anchor, net->two.bed.clinic.anchor, CR_SIGN_PUBLIC_LEN);
    return c;
}

static void start_server(struct net *net)
{
    const struct tp_implant_identity *id = &net->two.bed.identity;
    uint8_t bytes[TP_SERVER_CONFIG_LEN];
    struct tp_server_config c = {.host = host_config(net, TP_ROLE_SERVER, 0x5a)};
    memcpy(c.id[0], id->certificate.scope, TP_ID_LEN);
    tp_origin_key(c.origin_key[0], id->s_priv);
    tp_server_config_build(&c, bytes);
    start(&tp_server_ops, net->server, NULL, bytes, sizeof bytes);
}

static void start_updater(struct net *net)
{
    uint8_t bytes[TP_HOST_CONFIG_LEN];
    struct tp_host_config c = host_config(net, TP_ROLE_UPDATER, 0x5b);
    tp_host_config_build(&c, bytes);
    start(&tp_updater_ops, net->updater, net->updater_nvm, bytes, sizeof bytes);
}

void net_go_bad(struct net *net, enum ep_place place)
{
    static const uint8_t seed[EP_SEED_LEN] = {0x66};
    bool server = place == EP_PLACE_SERVER;
    uint8_t config[TP_HOST_CONFIG_LEN];
    struct tp_host_config c =
        host_config(net, server ? TP_ROLE_SERVER : TP_ROLE_UPDATER, 0x5c);
    tp_host_config_build(&c, config);
    memset(&net->bad, 0, sizeof net->bad);
    if (tp_host_start(&net->bad, config, seed, 0))
        abort();
    net->bad.roles = UINT8_MAX;
    net->bad_place = (uint8_t)place;
    net->asked = 0;
}

static bool passes(struct net *net, struct ep_frame *f, bool to_peer)
{
    net->seen++;
    return !net->meddle || net->meddle(net, f, to_peer);
}

// What a service does: it answers, and a server shows.
static void collect(struct net *net, const struct ep_ops *ops, void *ep,
                    enum ep_place as)
{
    struct ep_output o;
    while (ops->output(ep, &o)) {
        if (o.kind == EP_COMMIT) {
            net->shown++;
            memcpy(net->last_shown, o.commit.args, sizeof net->last_shown);
        } else if (o.kind == EP_SEND) {
            o.send.place = (uint8_t)as;
            if (passes(net, &o.send, true))
                two_fly_to_peer(&net->two, &o.send);
        }
    }
}

static void bad_service(struct net *net, const struct ep_frame *f, enum ep_place as)
{
    uint8_t data[TP_ANSWER_MAX];
    size_t len = 0;
    struct tp_asked asked;
    struct ep_output o;
    if (tp_host_hear(&net->bad, f, &asked)) {
        net->asked++;
        enum tp_status status = net->answer(net, &asked, data, &len);
        tp_host_answer(&net->bad, &asked, status, data, len);
    }
    while (tp_host_output(&net->bad, &o)) {
        o.send.place = (uint8_t)as;
        if (o.kind == EP_SEND && passes(net, &o.send, true))
            two_fly_to_peer(&net->two, &o.send);
    }
}

static void network(struct two *t, const struct ep_frame *frame)
{
    struct net *net = (struct net *)t;
    struct ep_frame f = *frame;
    bool server = f.place == EP_PLACE_SERVER;
    const struct ep_ops *ops = server ? &tp_server_ops : &tp_updater_ops;
    void *ep = server ? net->server : net->updater;
    enum ep_place place = server ? EP_PLACE_SERVER : EP_PLACE_UPDATER;
    if (!passes(net, &f, false))
        return;
    f.place = t->ops == &tp_monitor_ops ? EP_PLACE_MONITOR : EP_PLACE_PROGRAMMER;
    if (net->answer && net->bad_place == place) {
        bad_service(net, &f, place);
        return;
    }
    ops->receive(ep, &f);
    collect(net, ops, ep, place);
}

void net_start(struct net *net, const struct ep_ops *ops, enum tp_role role,
               const struct tp_implant_config *config)
{
    static uint8_t image[TP_IMAGE_MAX];
    struct tp_manifest m;
    bool monitor = ops == &tp_monitor_ops;
    memset(net, 0, sizeof *net);
    two_start(&net->two, role, config);
    net->two.network = network;
    net->two.ops = ops;
    net->two.lasting = true;
    bed_release(&m, image, monitor ? TP_MODEL_MONITOR : TP_MODEL_PROGRAMMER, NET_OLD);
    if (monitor)
        tp_monitor_provision(net->two.nvm, &m, image);
    else
        tp_programmer_provision(net->two.nvm, &m, image);
    two_start_programmer(&net->two);
    start_server(net);
    start_updater(net);
}

void net_release_as(struct net *net, size_t i, const struct tp_manifest *m,
                    const uint8_t *image)
{
    tp_updater_release(net->updater_nvm, i, m, image);
    start_updater(net);
}

void net_release(struct net *net, size_t i, uint16_t model, uint32_t version)
{
    static uint8_t image[TP_IMAGE_MAX];
    struct tp_manifest m;
    bed_release(&m, image, model, version);
    net_release_as(net, i, &m, image);
}

static const struct net_bad *bad;

static enum tp_status badly(struct net *n, struct tp_asked *asked,
                            uint8_t data[TP_ANSWER_MAX], size_t *len)
{
    enum tp_status status =
        n->asked == bad->refuses ? TP_STATUS_REFUSED : TP_STATUS_DONE;
    if (asked->type == TP_UP_MANIFEST) {
        tp_manifest_build(&bad->manifest, data);
        *len = TP_MANIFEST_LEN;
        return status;
    }
    struct rd r = rd_of(asked->args, asked->len);
    rd_take(&r, 2 + 4);
    size_t offset = rd_u16(&r), left = bad->manifest.size - offset;
    *len = left < bad->chunk_len ? left : bad->chunk_len;
    memcpy(data, bad->image + offset, *len);
    return status;
}

void net_updater_goes_bad(struct net *net, const struct net_bad *what)
{
    bad = what;
    net->answer = badly;
    net_go_bad(net, EP_PLACE_UPDATER);
}

void net_say(struct net *net, enum ep_place as, const uint8_t *bytes, size_t len)
{
    struct ep_frame f = {.link = EP_UPLINK, .place = (uint8_t)as, .len = (uint8_t)len};
    memcpy(f.bytes, bytes, len);
    two_fly_to_peer(&net->two, &f);
}

int net_fetch(struct net *net)
{
    return two_act(&net->two, EP_ACT_FETCH, NULL, 0);
}

int net_update(struct net *net)
{
    return two_act(&net->two, EP_ACT_UPDATE, NULL, 0);
}

int net_report(struct net *net)
{
    return two_act(&net->two, EP_ACT_REPORT, NULL, 0);
}
