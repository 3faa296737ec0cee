// implant.c - the endpoint: frames and moments in, outputs out
//
// Radio and near field meet here, and the radio's state machine is stepped here and
// nowhere else.

#include "state.h"

uint32_t imp_wall_s(const struct tp_implant *imp, uint64_t now_us)
{
    return imp->floor_s + (uint32_t)((now_us - imp->floor_at_us) / TP_SECOND);
}

// Without fresh randomness every draw comes from the start of one fixed stream.
static void draw(void *ctx, uint8_t *out, size_t len)
{
    struct tp_implant *imp = ctx;
    if (!has(imp, TP_CTL_FRESH_RANDOMNESS)) {
        static const uint8_t fixed_key[CR_KEY_LEN];
        cr_stream_init(&imp->rng, fixed_key);
    }
    cr_stream_fill(&imp->rng, out, len);
}

struct cr_rng imp_rng(struct tp_implant *imp)
{
    return (struct cr_rng){.fill = draw, .ctx = imp};
}

void imp_random(struct tp_implant *imp, uint8_t *out, size_t len)
{
    draw(imp, out, len);
}

void imp_send(struct tp_implant *imp, enum ep_link link, const uint8_t *frame,
              size_t len)
{
    tp_out_send(&imp->out, link, frame, len, 0);
}

// Asleep it wants nothing but a WAKE. What is longer is heard for a byte more, which
// shows that it is none.
void imp_sniff(struct tp_implant *imp)
{
    uint8_t longest = has(imp, TP_CTL_WAKE_BUDGET) ? TP_WAKE_LEN + 1 : 0;
    tp_out_sniff(&imp->out, EP_RF, imp->sniff_us, longest);
}

void imp_sleep(struct tp_implant *imp, uint64_t now_us)
{
    (void)now_us;
    imp->state = TP_IMP_ASLEEP;
    imp->deadline_us = EP_NEVER;
    cr_wipe(&imp->session, sizeof imp->session);
    cr_wipe(&imp->handshake, sizeof imp->handshake);
    imp_backup_end(imp);
    imp_sniff(imp);
}

static uint64_t earlier(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

static void extend(struct tp_implant *imp, uint64_t now_us)
{
    if (imp->state == TP_IMP_ANSWERED) {
        imp->deadline_us = now_us + TP_WINDOW_US;
    } else {
        uint64_t idle = now_us + TP_IDLE_US;
        uint64_t last = imp->session.opened_us + TP_LIFETIME_US;
        bool capped = has(imp, TP_CTL_SESSION_LIFETIME) && last < idle;
        imp->deadline_us = earlier(capped ? last : idle, imp_work_until(imp));
    }
    tp_out_listen(&imp->out, EP_RF, 0, imp->deadline_us);
}

static void opened(struct tp_implant *imp, uint64_t now_us)
{
    uint8_t role = imp->session.role;
    struct tp_response hello = {
        .opcode = TP_OP_OPENED, .status = TP_STATUS_DONE, .data = &role, .len = 1};
    extend(imp, now_us);
    imp_answer(imp, &hello, now_us);
}

void imp_step(struct tp_implant *imp, enum tp_imp_event on, uint64_t now_us)
{
    const struct tp_imp_row *row;
    if (tp_imp_next(imp->state, on, &row))
        return;
    if (row->to != imp->state)
        tp_out_event(&imp->out, (uint16_t)(0x100 + row->to), (int32_t)on);
    if (imp->state == TP_IMP_OPEN && row->to == TP_IMP_ASLEEP)
        imp_work_pay_session(imp, now_us);
    imp->state = (uint8_t)row->to;
    switch (row->action) {
    case TP_IAC_ANSWER_WAKE:
        imp_answer_wake(imp, now_us);
        break;
    case TP_IAC_OPEN_SESSION:
        opened(imp, now_us);
        break;
    case TP_IAC_REPLY:
    case TP_IAC_DELIVER:
        extend(imp, now_us);
        break;
    case TP_IAC_END:
        imp_sleep(imp, now_us);
        break;
    case TP_IAC_NONE:
    case TP_IAC_NOTE:
    case TP_IMP_ACTION_COUNT:
        break;
    }
}

static void fill_budgets(struct tp_implant *imp, uint64_t now_us)
{
    imp->bucket_nc = TP_BUCKET_NC;
    imp->bucket_at_us = now_us;
    imp->sniff_us = TP_SNIFF_US;
    for (size_t i = 0; i < TP_BONDS_MAX; i++) {
        imp->work_units[i] = TP_WORK_UNITS;
        imp->work_at_ds[i] = imp_tenths(now_us);
    }
}

int imp_start(struct tp_implant *imp, const void *nvm, const uint8_t seed[EP_SEED_LEN],
              const uint8_t *config, size_t config_len, uint64_t now_us)
{
    struct rd r = rd_of(config, config_len);
    imp->controls.lack[0] = rd_u64(&r);
    imp->controls.lack[1] = rd_u64(&r);
    imp->rekey_after = rd_u16(&r);
    imp->pacing = rd_u8(&r) != 0;
    if (!rd_end(&r))
        return -1;
    if (imp->rekey_after == 0)
        imp->rekey_after = TP_REKEY_DEFAULT;
    cr_stream_init(&imp->rng, seed);
    imp->floor_at_us = now_us;
    imp_nvm_load(imp, nvm);
    imp->time_known = imp->boots == 0 || !has(imp, TP_CTL_TIME_AFTER_CUT);
    fill_budgets(imp, now_us);
    imp_take_kept(imp, nvm, now_us);
    imp->boots = imp->boots == UINT16_MAX ? imp->boots : imp->boots + 1;
    imp_nvm_boots(imp);
    imp->emergency_until_us = EP_NEVER;
    imp->near.deadline_us = EP_NEVER;
    imp_boot(imp, nvm, now_us);
    imp->deadline_us = EP_NEVER;
    if (!imp->dead) {
        tp_out_listen(&imp->out, EP_NEAR, 0, EP_NEVER);
        tp_out_listen(&imp->out, EP_UPLINK, 0, EP_NEVER);
        imp_sleep(imp, now_us);
    }
    imp_clock_start(imp, now_us);
    return 0;
}

static void radio(struct tp_implant *imp, const uint8_t *bytes, size_t len,
                  uint64_t now_us)
{
    if (tp_frame_check(bytes, len) == TP_OK) {
        switch (bytes[0]) {
        case TP_HELLO:
            imp_hello(imp, bytes, len, now_us);
            return;
        case TP_PROOF:
            imp_proof(imp, bytes, len, now_us);
            return;
        case TP_RECORD:
        case TP_REHEARSAL:
            imp_record(imp, bytes, len, now_us);
            return;
        case TP_EMERGENCY: // no radio frame, unless presence is not asked for
            if (has(imp, TP_CTL_EMERGENCY_PRESENCE))
                break;
            imp_emergency(imp, EP_RF, bytes, len, now_us);
            return;
        default:
            break;
        }
    }
    imp_wake(imp, bytes, len, now_us); // a wake-up, or something to refuse as one
}

void imp_receive(struct tp_implant *imp, const struct ep_frame *frame)
{
    if (imp->dead)
        return;
    // Where communication and therapy share one task, a frame restarts its timer.
    if (!has(imp, TP_CTL_THERAPY_ISOLATION))
        imp_clock_start(imp, frame->now_us);
    if (frame->link == EP_RF)
        radio(imp, frame->bytes, frame->len, frame->now_us);
    else if (frame->link == EP_NEAR)
        imp_near(imp, frame->bytes, frame->len, frame->now_us);
    else
        imp_service(imp, frame);
}

uint64_t imp_deadline(const void *ep)
{
    const struct tp_implant *imp = ep;
    uint64_t t = earlier(imp->deadline_us, imp->near.deadline_us);
    t = earlier(t, earlier(imp->next_due_us, imp->emergency_until_us));
    t = earlier(t, earlier(imp->anchor_due_us, imp_restart_us(imp)));
    return imp->dead ? EP_NEVER : t;
}

void imp_expire(struct tp_implant *imp, uint64_t now_us)
{
    bool pulse = now_us >= imp->next_due_us;
    if (pulse)
        imp_clock_due(imp, now_us); // first: therapy waits for nothing
    if (now_us >= imp->emergency_until_us)
        imp_emergency_end(imp);
    if (now_us >= imp->anchor_due_us)
        imp_anchor_due(imp, now_us);
    if (now_us >= imp->near.deadline_us) {
        imp->near.state = NEAR_IDLE;
        imp->near.deadline_us = EP_NEVER;
    }
    if (now_us >= imp->deadline_us)
        imp_step(imp, TP_IEV_TIMEOUT, now_us);
    imp_restart(imp, pulse, now_us);
}

int imp_act(struct tp_implant *imp, const struct ep_act *a)
{
    if (a->kind != EP_ACT_MAGNET || a->len != 1)
        return -1;
    imp->magnet = a->args[0] != 0;
    return 0;
}

bool imp_output(void *ep, struct ep_output *out)
{
    return tp_out_take(&((struct tp_implant *)ep)->out, out);
}

// NOLINTNEXTLINE(readability-non-const-parameter): the seam's type
int imp_outcome(const void *ep, uint8_t *reply, size_t cap, size_t *reply_len)
{
    (void)ep;
    (void)reply;
    (void)cap;
    (void)reply_len;
    return 1; // a magnet is either there or not
}

void imp_wipe(void *ep)
{
    cr_wipe(ep, sizeof(struct tp_implant));
}

void tp_implant_config_build(const struct tp_implant_config *in,
                             uint8_t out[TP_IMPLANT_CONFIG_LEN])
{
    struct wr w = wr_of(out, TP_IMPLANT_CONFIG_LEN);
    wr_u64(&w, in->controls.lack[0]);
    wr_u64(&w, in->controls.lack[1]);
    wr_u16(&w, in->rekey_after);
    wr_u8(&w, in->pacing);
    assert(!w.bad && w.done == TP_IMPLANT_CONFIG_LEN);
}
