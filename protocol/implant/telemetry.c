// telemetry.c - the report that goes upstream, in the implant's own word

#include "state.h"

enum tp_err imp_run_report(struct tp_implant *imp, struct call *c)
{
    const struct tp_log *log = &imp->log;
    uint8_t key[TP_ORIGIN_KEY_LEN], bytes[TP_REPORT_LEN];
    if (imp->reports > UINT32_MAX - TP_REPORT_STRIDE)
        return TP_E_SPENT;
    // Before any of them leaves, so that no two reports ever have one sequence.
    if (imp->reports % TP_REPORT_STRIDE == 0)
        imp_nvm_reports(imp, imp->reports + TP_REPORT_STRIDE);
    imp->reports++;
    struct tp_report report = {.sequence = imp->reports,
                               .time_s = imp_wall_s(imp, c->now_us),
                               .alarm = imp->alarm,
                               .emergency = imp->emergency,
                               .refused = (uint32_t)log->count[TP_LOG_WAKE] +
                                          log->count[TP_LOG_HANDSHAKE] +
                                          log->count[TP_LOG_RECORD]};
    memcpy(report.settings, imp->settings, TP_SETTINGS_LEN);
    tp_origin_key(key, imp->s_priv);
    tp_report_seal(&report, imp_id(imp), key);
    cr_wipe(key, sizeof key);
    tp_report_build(&report, bytes);
    wr_put(&c->data, bytes, sizeof bytes);
    tp_out_commit(&imp->out, EP_COMMIT_REPORT, bytes, sizeof bytes);
    return TP_OK;
}
