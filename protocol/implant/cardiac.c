// cardiac.c - the pacemaker and defibrillator: what the heart gets, and the limits no
// command can move

#include "state.h"

static struct tp_therapy therapy_of(const uint8_t *settings)
{
    struct tp_therapy t;
    enum tp_err e = tp_therapy_parse(settings, TP_THERAPY_LEN, &t);
    assert(!e); // as many bytes as there are
    return t;
}

static bool in_range(const uint8_t *settings)
{
    struct tp_therapy t = therapy_of(settings);
    return t.lower_rate_ppm >= TP_LOWER_MIN_PPM &&
           t.lower_rate_ppm <= TP_LOWER_MAX_PPM &&
           t.upper_rate_ppm >= TP_UPPER_MIN_PPM &&
           t.upper_rate_ppm <= TP_UPPER_MAX_PPM &&
           t.amplitude_mv >= TP_AMPLITUDE_MIN_MV &&
           t.amplitude_mv <= TP_AMPLITUDE_MAX_MV && t.mode <= TP_MODE_MAX;
}

static bool agree(const uint8_t *settings)
{
    struct tp_therapy t = therapy_of(settings);
    return t.lower_rate_ppm + TP_RATE_GAP_PPM <= t.upper_rate_ppm;
}

static bool within_ramp(const uint8_t *from, const uint8_t *to)
{
    struct tp_therapy a = therapy_of(from), b = therapy_of(to);
    return imp_apart(a.lower_rate_ppm, b.lower_rate_ppm) <= TP_RAMP_RATE_PPM &&
           imp_apart(a.upper_rate_ppm, b.upper_rate_ppm) <= TP_RAMP_RATE_PPM &&
           imp_apart(a.amplitude_mv, b.amplitude_mv) <= TP_RAMP_AMPLITUDE_MV;
}

static void in_force(struct tp_implant *imp)
{
    tp_out_commit(&imp->out, EP_COMMIT_THERAPY, imp->settings, TP_SETTINGS_LEN);
}

static uint64_t interval_us(const struct tp_implant *imp)
{
    uint32_t ppm = therapy_of(imp->settings).lower_rate_ppm;
    return ppm ? 60 * TP_SECOND / ppm : EP_NEVER / 2;
}

static void due(struct tp_implant *imp)
{
    if (therapy_of(imp->settings).mode != 0 || imp->emergency == EP_SAFE_PACING)
        tp_out_commit(&imp->out, EP_COMMIT_PACE, NULL, 0);
}

static bool emergency(uint16_t what)
{
    return what == EP_SAFE_PACING || what == EP_INHIBIT;
}

static enum tp_err run_test_pulse(struct tp_implant *imp, struct call *c)
{
    struct rd r = rd_of(c->q->args, c->q->len);
    uint16_t mv = rd_u16(&r);
    if (has(imp, TP_CTL_RANGE_LIMITS) &&
        (mv < TP_AMPLITUDE_MIN_MV || mv > TP_AMPLITUDE_MAX_MV))
        return TP_E_DENIED;
    if (c->rehearse)
        c->status = TP_STATUS_CHECKED;
    else
        tp_out_commit(&imp->out, EP_COMMIT_TEST_PULSE, c->q->args, 2);
    return TP_OK;
}

// A shock by command: for the clinic's test of defibrillation.
static enum tp_err run_shock(struct tp_implant *imp, struct call *c)
{
    if (c->rehearse)
        c->status = TP_STATUS_CHECKED;
    else
        tp_out_commit(&imp->out, EP_COMMIT_SHOCK, NULL, 0);
    return TP_OK;
}

// clang-format off
static const struct imp_command commands[] = {
    // opcode           capability      form          length      intent handler
    { TP_OP_TEST_PULSE, TP_CAP_THERAPY, IMP_ONE_STEP, 2,       0, true,  run_test_pulse },
    { TP_OP_SHOCK,      TP_CAP_THERAPY, IMP_ONE_STEP, 0,       0, true,  run_shock      },
};
// clang-format on

const struct imp_kind imp_cardiac_kind = {
    .model = TP_MODEL_CARDIAC,
    .commands = commands,
    .command_count = sizeof commands / sizeof commands[0],
    .in_range = in_range,
    .agree = agree,
    .within_ramp = within_ramp,
    .in_force = in_force,
    .interval_us = interval_us,
    .due = due,
    .emergency = emergency,
};

// --- the endpoint ---

static struct tp_implant *of(void *ep)
{
    struct tp_implant *imp = ep;
    imp->kind = &imp_cardiac_kind;
    return imp;
}

static int start(void *ep, const void *nvm, const uint8_t seed[EP_SEED_LEN],
                 const uint8_t *config, size_t config_len, uint64_t now_us)
{
    return imp_start(of(ep), nvm, seed, config, config_len, now_us);
}

static void receive(void *ep, const struct ep_frame *frame)
{
    imp_receive(of(ep), frame);
}

static void expire(void *ep, uint64_t now_us)
{
    imp_expire(of(ep), now_us);
}

static int act(void *ep, const struct ep_act *a, uint64_t now_us)
{
    (void)now_us;
    return imp_act(of(ep), a);
}

const struct ep_ops tp_implant_ops = {
    .name = "reference-implant",
    .api_version = EP_API_VERSION,
    .size = sizeof(struct tp_implant),
    .nvm_size = TP_IMPLANT_NVM_LEN,
    .init = start,
    .receive = receive,
    .expire = expire,
    .deadline = imp_deadline,
    .act = act,
    .output = imp_output,
    .outcome = imp_outcome,
    .wipe = imp_wipe,
};
