// therapy.c - what the heart gets, and the limits no command can move

#include "state.h"

static uint32_t apart(uint32_t a, uint32_t b)
{
    return a > b ? a - b : b - a;
}

static bool in_range(const struct tp_therapy *t)
{
    return t->lower_rate_ppm >= TP_LOWER_MIN_PPM &&
           t->lower_rate_ppm <= TP_LOWER_MAX_PPM &&
           t->upper_rate_ppm >= TP_UPPER_MIN_PPM &&
           t->upper_rate_ppm <= TP_UPPER_MAX_PPM &&
           t->amplitude_mv >= TP_AMPLITUDE_MIN_MV &&
           t->amplitude_mv <= TP_AMPLITUDE_MAX_MV && t->mode <= TP_MODE_MAX;
}

static bool within_ramp(const struct tp_therapy *now, const struct tp_therapy *t)
{
    return apart(now->lower_rate_ppm, t->lower_rate_ppm) <= TP_RAMP_RATE_PPM &&
           apart(now->upper_rate_ppm, t->upper_rate_ppm) <= TP_RAMP_RATE_PPM &&
           apart(now->amplitude_mv, t->amplitude_mv) <= TP_RAMP_AMPLITUDE_MV;
}

static bool within_rate(const struct tp_implant *imp, uint64_t now_us)
{
    // The oldest of the last writes must lie outside the window.
    uint64_t oldest = imp->write_us[0];
    return oldest == 0 || now_us - oldest >= TP_WRITES_WINDOW_S * TP_SECOND;
}

enum tp_err imp_therapy_check(const struct tp_implant *imp, const struct tp_therapy *t,
                              uint64_t now_us)
{
    if (has(imp, TP_CTL_RANGE_LIMITS) && !in_range(t))
        return TP_E_DENIED;
    if (has(imp, TP_CTL_CROSS_LIMITS) &&
        t->lower_rate_ppm + TP_RATE_GAP_PPM > t->upper_rate_ppm)
        return TP_E_DENIED;
    if (has(imp, TP_CTL_RAMP_LIMITS) && !within_ramp(&imp->therapy, t))
        return TP_E_DENIED;
    if (has(imp, TP_CTL_COMMAND_RATE) && !within_rate(imp, now_us))
        return TP_E_DENIED;
    return TP_OK;
}

void imp_therapy_commit(struct tp_implant *imp, const struct tp_therapy *t,
                        uint64_t now_us)
{
    uint8_t args[TP_THERAPY_LEN];
    imp->therapy = *t;
    for (size_t i = 1; i < TP_WRITES_MAX; i++)
        imp->write_us[i - 1] = imp->write_us[i];
    imp->write_us[TP_WRITES_MAX - 1] = now_us;
    imp_nvm_settings(imp);
    tp_therapy_build(t, args);
    tp_out_commit(&imp->out, EP_COMMIT_THERAPY, args, sizeof args);
}

static uint64_t interval_us(const struct tp_implant *imp)
{
    uint32_t ppm = imp->therapy.lower_rate_ppm;
    return ppm ? 60 * TP_SECOND / ppm : EP_NEVER / 2;
}

void imp_pace_start(struct tp_implant *imp, uint64_t now_us)
{
    imp->next_pace_us = imp->pacing ? now_us + interval_us(imp) : EP_NEVER;
}

void imp_pace(struct tp_implant *imp, uint64_t now_us)
{
    bool wanted = imp->therapy.mode != 0 || imp->emergency == EP_SAFE_PACING;
    if (imp->emergency != EP_INHIBIT && wanted)
        tp_out_commit(&imp->out, EP_COMMIT_PACE, NULL, 0);
    imp->next_pace_us = now_us + interval_us(imp);
}

static void emergency_commit(struct tp_implant *imp, uint8_t what)
{
    imp->emergency = what;
    tp_out_commit(&imp->out, EP_COMMIT_EMERGENCY, &what, 1);
}

void imp_emergency_start(struct tp_implant *imp, uint8_t what, uint64_t now_us)
{
    uint8_t alert = 1;
    emergency_commit(imp, what);
    tp_out_commit(&imp->out, EP_COMMIT_ALERT, &alert, 1);
    imp->emergency_until_us = now_us + TP_EMERGENCY_HOLD_US;
    imp_note(imp, TP_LOG_TRUST, (uint16_t)(16 + what), now_us);
}

void imp_emergency_end(struct tp_implant *imp, uint64_t now_us)
{
    (void)now_us;
    imp->emergency_until_us = EP_NEVER;
    emergency_commit(imp, 0);
}
