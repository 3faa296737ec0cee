// therapy.c - what every kind of therapy has: settings in force, a clock, an emergency

#include "state.h"

// LIM-4: the oldest of the last ones must lie outside the window.
bool imp_too_often(const uint32_t until_s[TP_WRITES_MAX], uint64_t now_us)
{
    return now_us < until_s[0] * TP_SECOND;
}

void imp_count(uint32_t until_s[TP_WRITES_MAX], uint64_t now_us)
{
    for (size_t i = 1; i < TP_WRITES_MAX; i++)
        until_s[i - 1] = until_s[i];
    until_s[TP_WRITES_MAX - 1] = imp_second_after(now_us) + TP_WRITES_WINDOW_S;
}

bool imp_settings_hold(const struct tp_implant *imp, const uint8_t *settings,
                       uint64_t now_us)
{
    const struct imp_kind *k = imp->kind;
    if (has(imp, TP_CTL_RANGE_LIMITS) && !k->in_range(settings))
        return false;
    if (has(imp, TP_CTL_CROSS_LIMITS) && !k->agree(settings))
        return false;
    if (has(imp, TP_CTL_RAMP_LIMITS) && !k->within_ramp(imp->settings, settings))
        return false;
    return !has(imp, TP_CTL_COMMAND_RATE) || !imp_too_often(imp->write_until_s, now_us);
}

void imp_therapy_commit(struct tp_implant *imp, const uint8_t *settings,
                        uint64_t now_us)
{
    memcpy(imp->settings, settings, TP_SETTINGS_LEN);
    imp_count(imp->write_until_s, now_us);
    imp_nvm_settings(imp);
    imp->kind->in_force(imp);
}

void imp_clock_start(struct tp_implant *imp, uint64_t now_us)
{
    bool runs = imp->pacing && !imp->dead;
    imp->next_due_us = runs ? now_us + imp->kind->interval_us(imp) : EP_NEVER;
}

void imp_clock_due(struct tp_implant *imp, uint64_t now_us)
{
    if (imp->emergency != EP_INHIBIT)
        imp->kind->due(imp);
    imp->next_due_us = now_us + imp->kind->interval_us(imp);
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
    imp_note(imp, TP_LOG_TRUST, (uint16_t)(TP_LOG_EMERGENCY + what), now_us);
}

void imp_emergency_end(struct tp_implant *imp)
{
    imp->emergency_until_us = EP_NEVER;
    emergency_commit(imp, 0);
}
