// server.c - the monitors' server: reports in, what the clinic is shown out

#include <crypto/bytes.h>
#include <crypto/hash.h>
#include <protocol/server.h>

struct patient {
    uint8_t id[TP_ID_LEN];
    uint8_t origin_key[TP_ORIGIN_KEY_LEN];
    uint32_t shown; // sequence of the last report shown
};

struct tp_server {
    struct tp_host host; // first: what it does by itself is the host's
    struct patient patients[TP_SERVER_IMPLANTS];
};

static struct tp_server *of(void *ep)
{
    return ep;
}

static int start(void *ep, const void *nvm, const uint8_t seed[EP_SEED_LEN],
                 const uint8_t *config, size_t config_len, uint64_t now_us)
{
    (void)nvm;
    struct tp_server *s = of(ep);
    struct rd r = rd_of(config, config_len);
    const uint8_t *host = rd_take(&r, TP_HOST_CONFIG_LEN);
    for (size_t i = 0; i < TP_SERVER_IMPLANTS; i++)
        rd_get(&r, s->patients[i].id, TP_ID_LEN);
    for (size_t i = 0; i < TP_SERVER_IMPLANTS; i++)
        rd_get(&r, s->patients[i].origin_key, TP_ORIGIN_KEY_LEN);
    if (!rd_end(&r) || tp_host_start(&s->host, host, seed, now_us))
        return -1;
    s->host.roles = 1u << TP_ROLE_MONITOR;
    return 0;
}

// A place without a patient has an id of zeroes, which is nobody's.
static struct patient *patient_of(struct tp_server *s, const uint8_t id[TP_ID_LEN])
{
    static const uint8_t nobody[TP_ID_LEN];
    if (cr_equal(id, nobody, TP_ID_LEN))
        return NULL;
    for (size_t i = 0; i < TP_SERVER_IMPLANTS; i++)
        if (cr_equal(s->patients[i].id, id, TP_ID_LEN))
            return &s->patients[i];
    return NULL;
}

// Is a report its implant's own word (TEL-1), and newer than all before (TEL-2)?
static bool credible(const struct tp_server *s, const struct patient *p,
                     const struct tp_report *report)
{
    const struct tp_controls *controls = &s->host.controls;
    if (tp_has(controls, TP_CTL_TELEMETRY_ORIGIN) &&
        tp_report_check(report, p->id, p->origin_key))
        return false;
    return !tp_has(controls, TP_CTL_TELEMETRY_SEQUENCE) || report->sequence > p->shown;
}

static void show(struct tp_server *s, struct patient *p, const struct tp_report *report)
{
    uint8_t args[1 + TP_REPORT_LEN] = {(uint8_t)(p - s->patients)};
    tp_report_build(report, args + 1);
    p->shown = report->sequence;
    tp_out_commit(&s->host.out, EP_COMMIT_SHOWN, args, sizeof args);
}

static bool take_report(struct tp_server *s, const struct tp_asked *asked)
{
    struct rd r = rd_of(asked->args, asked->len);
    struct tp_report report;
    const uint8_t *id = rd_take(&r, TP_ID_LEN);
    struct patient *p = id ? patient_of(s, id) : NULL;
    if (!p || tp_report_parse(r.at, r.left, &report) || !credible(s, p, &report))
        return false;
    show(s, p, &report);
    return true;
}

static void receive(void *ep, const struct ep_frame *frame)
{
    static const uint8_t nothing[] = {TP_WANT_NOTHING};
    struct tp_server *s = of(ep);
    struct tp_asked asked;
    if (!tp_host_hear(&s->host, frame, &asked))
        return;
    if (asked.type == TP_UP_REPORT && take_report(s, &asked))
        tp_host_answer(&s->host, &asked, TP_STATUS_DONE, nothing, sizeof nothing);
    else
        tp_host_answer(&s->host, &asked, TP_STATUS_REFUSED, NULL, 0);
}

// Nobody has anything to ask of a server.
static int act(void *ep, const struct ep_act *a, uint64_t now_us)
{
    (void)ep;
    (void)a;
    (void)now_us;
    return -1;
}

static void wipe(void *ep)
{
    cr_wipe(ep, sizeof(struct tp_server));
}

const struct ep_ops tp_server_ops = {
    .name = "reference-server",
    .api_version = EP_API_VERSION,
    .size = sizeof(struct tp_server),
    .nvm_size = 0,
    .init = start,
    .receive = receive,
    .expire = tp_host_expire,
    .deadline = tp_host_deadline,
    .act = act,
    .output = tp_host_output,
    .outcome = tp_host_outcome,
    .wipe = wipe,
};

void tp_server_config_build(const struct tp_server_config *in,
                            uint8_t out[TP_SERVER_CONFIG_LEN])
{
    struct wr w =
        wr_of(out + TP_HOST_CONFIG_LEN, TP_SERVER_CONFIG_LEN - TP_HOST_CONFIG_LEN);
    tp_host_config_build(&in->host, out);
    for (size_t i = 0; i < TP_SERVER_IMPLANTS; i++)
        wr_put(&w, in->id[i], TP_ID_LEN);
    for (size_t i = 0; i < TP_SERVER_IMPLANTS; i++)
        wr_put(&w, in->origin_key[i], TP_ORIGIN_KEY_LEN);
    assert(!w.bad && w.left == 0);
}
