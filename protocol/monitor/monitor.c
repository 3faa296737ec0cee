// monitor.c - the home monitor: a peer that reads, and carries upstream what it read
//
// It understands nothing of a report and decides nothing about it. From the network to
// the implant there is no way through it: what a server may ask for is another report,
// and whatever else it says stays here.

#include "../programmer/state.h"
#include <protocol/monitor.h>

struct tp_monitor {
    struct tp_programmer prg; // first: a monitor is a peer
    uint8_t report[TP_REPORT_LEN];
    bool again;    // one more report may be asked for
    bool relaying; // a server's request is on its way to the implant
};

static struct tp_monitor *monitor_of(struct tp_programmer *prg)
{
    return (struct tp_monitor *)prg;
}

static void read_out(struct tp_programmer *prg, uint64_t now_us)
{
    prg->asking.sent_opcode = 0;
    prg_session(prg, EP_READ_OUT, now_us);
}

static int report(struct tp_programmer *prg, uint64_t now_us)
{
    struct tp_monitor *mon = monitor_of(prg);
    mon->again = true;
    mon->relaying = false;
    read_out(prg, now_us);
    return 0;
}

// One report and no more is kept, as long as the act lasts. What could not be handed on
// is not missed: the next report says as much, and its sequence is higher.
static void hand_on(struct tp_programmer *prg, uint64_t now_us)
{
    uint8_t question[TP_QUESTION_MAX];
    struct wr w = wr_of(question, sizeof question);
    wr_u8(&w, TP_UP_REPORT);
    wr_put(&w, prg->peers[prg->peer].id, TP_ID_LEN);
    wr_put(&w, monitor_of(prg)->report, TP_REPORT_LEN);
    tp_client_start(&prg->client, EP_PLACE_SERVER);
    prg_call(prg, question, w.done, now_us);
}

static void keep(struct tp_programmer *prg, uint64_t now_us)
{
    if (prg->reply_len != TP_REPORT_LEN) {
        prg_end(prg, -1);
        return;
    }
    memcpy(monitor_of(prg)->report, prg->reply, TP_REPORT_LEN);
    prg_ask(prg, TP_OP_CLOSE, NULL, 0, now_us);
}

static void relay(struct tp_programmer *prg, uint64_t now_us)
{
    if (prg_command(prg, now_us))
        prg_end(prg, -1);
}

// The session is open, its one question is answered, or it is closed.
static void served(struct tp_programmer *prg, uint64_t now_us)
{
    const struct tp_monitor *mon = monitor_of(prg);
    switch (prg->asking.sent_opcode) {
    case 0:
        if (mon->relaying)
            relay(prg, now_us);
        else
            prg_ask(prg, TP_OP_REPORT, NULL, 0, now_us);
        break;
    case TP_OP_CLOSE:
        if (mon->relaying)
            prg_end(prg, 1);
        else
            hand_on(prg, now_us);
        break;
    default:
        if (mon->relaying)
            prg_ask(prg, TP_OP_CLOSE, NULL, 0, now_us);
        else
            keep(prg, now_us);
    }
}

// A server's words become an act, as if somebody at the monitor had asked for it.
static bool take_request(struct tp_programmer *prg, struct rd *r)
{
    struct wr w = wr_of(prg->act.args, sizeof prg->act.args);
    if (tp_has(&prg->controls, TP_CTL_RELAY_ALLOW_LIST) || r->left < 2)
        return false;
    wr_u8(&w, prg->peer);
    wr_u8(&w, 0);
    wr_put(&w, r->at, r->left);
    prg->act.len = (uint8_t)w.done;
    return !w.bad;
}

static void answered(struct tp_programmer *prg, const struct tp_answer *a,
                     uint64_t now_us)
{
    struct tp_monitor *mon = monitor_of(prg);
    struct rd r = rd_of(a->data, a->len);
    uint8_t want = rd_u8(&r);
    if (a->status != TP_STATUS_DONE) {
        prg_end(prg, -1);
    } else if (want == TP_WANT_REPORT && mon->again) {
        mon->again = false;
        read_out(prg, now_us);
    } else if (want == TP_WANT_RELAY && take_request(prg, &r)) {
        mon->relaying = true;
        read_out(prg, now_us);
    } else {
        prg_end(prg, 1);
    }
}

static const struct prg_kind monitor_kind = {
    .model = TP_MODEL_MONITOR, .act = report, .served = served, .answered = answered};

void tp_monitor_provision(uint8_t nvm[TP_MONITOR_NVM_LEN],
                          const struct tp_manifest *manifest, const uint8_t *image)
{
    tp_programmer_provision(nvm, manifest, image);
}

// --- the endpoint ---

static struct tp_programmer *of(void *ep)
{
    struct tp_programmer *prg = ep;
    prg->kind = &monitor_kind;
    return prg;
}

static int start(void *ep, const void *nvm, const uint8_t seed[EP_SEED_LEN],
                 const uint8_t *config, size_t config_len, uint64_t now_us)
{
    return prg_start(of(ep), nvm, seed, config, config_len, now_us);
}

static void receive(void *ep, const struct ep_frame *frame)
{
    prg_receive(of(ep), frame);
}

static void expire(void *ep, uint64_t now_us)
{
    prg_expire(of(ep), now_us);
}

static int act(void *ep, const struct ep_act *a, uint64_t now_us)
{
    return prg_act(of(ep), a, now_us);
}

static void wipe(void *ep)
{
    cr_wipe(ep, sizeof(struct tp_monitor));
}

const struct ep_ops tp_monitor_ops = {
    .name = "reference-monitor",
    .api_version = EP_API_VERSION,
    .size = sizeof(struct tp_monitor),
    .nvm_size = TP_MONITOR_NVM_LEN,
    .init = start,
    .receive = receive,
    .expire = expire,
    .deadline = prg_deadline,
    .act = act,
    .output = prg_output,
    .outcome = prg_outcome,
    .wipe = wipe,
};
