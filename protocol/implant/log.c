// log.c - noting what happened, in bounded memory and with bounded writes

#include "state.h"

static bool is_refusal(enum tp_log_class class, uint16_t detail)
{
    return (class != TP_LOG_TRUST && class != TP_LOG_SESSION) ||
           (class == TP_LOG_TRUST && detail == TP_LOG_UPDATE_REFUSED);
}

// Repeats within a minute only count: of one detail at first, and, of refusals, any
// once the class's beginning is on record. So strangers cannot use up the chain.
static bool repeats(const struct tp_log *log, enum tp_log_class class, uint16_t detail,
                    uint32_t now_s)
{
    if (log->last_s[class] == 0 || now_s - log->last_s[class] >= TP_LOG_COALESCE_S)
        return false;
    return log->last_detail[class] == (detail & 0xff) ||
           (is_refusal(class, detail) && log->kept[class] >= TP_LOG_FIRST);
}

// How many entries may have been made for another: refusals end first, then sessions;
// what changes trust is noted to the last.
static uint16_t chain_end(enum tp_log_class class, uint16_t detail)
{
    if (is_refusal(class, detail))
        return TP_LOG_CHAIN_MAX - TP_LOG_CHAIN_RESERVE;
    return class == TP_LOG_SESSION ? TP_LOG_CHAIN_MAX - TP_LOG_TRUST_RESERVE
                                   : TP_LOG_CHAIN_MAX;
}

void imp_note(struct tp_implant *imp, enum tp_log_class class, uint16_t detail,
              uint64_t now_us)
{
    struct tp_log *log = &imp->log;
    // Without reserves all classes share the ring of the first.
    enum tp_log_class ring = has(imp, TP_CTL_LOG_RESERVE) ? class : TP_LOG_WAKE;
    uint32_t now_s = imp_wall_s(imp, now_us);
    if (log->count[class] < UINT16_MAX)
        log->count[class]++;
    bool reserved = has(imp, TP_CTL_LOG_RESERVE);
    if (reserved && repeats(log, class, detail, now_s))
        return;
    if (log->chain >= chain_end(class, detail) || log->kept[ring] == UINT16_MAX)
        return;

    size_t place = tp_log_place(log->kept[ring], &imp->controls);
    struct tp_log_entry *entry = &log->entries[ring][place];
    *entry = (struct tp_log_entry){.time_s = now_s,
                                   .detail = (uint16_t)(class << 8 | detail),
                                   .chain = log->chain};
    tp_log_tag(entry->tag, log->key, class, entry);
    log->last_s[class] = now_s;
    log->last_detail[class] = (uint8_t)detail;
    log->kept[ring]++;
    log->chain++;
    tp_log_step(log->key, &imp->controls);
    imp_nvm_log(imp, ring, place);
    tp_out_event(&imp->out, (uint16_t) class, detail);
}
