#include <crypto/bytes.h>
#include <crypto/hash.h>
#include <protocol/report.h>

enum tp_err tp_report_parse(const uint8_t *buf, size_t len, struct tp_report *out)
{
    if (len < TP_REPORT_LEN)
        return TP_E_SHORT;
    if (len > TP_REPORT_LEN)
        return TP_E_EXCESS;

    struct rd r = rd_of(buf, len);
    struct tp_report report;
    report.sequence = rd_u32(&r);
    report.time_s = rd_u32(&r);
    rd_get(&r, report.settings, sizeof report.settings);
    report.alarm = rd_u8(&r);
    report.emergency = rd_u8(&r);
    report.refused = rd_u32(&r);
    rd_get(&r, report.tag, sizeof report.tag);
    *out = report;
    return TP_OK;
}

void tp_report_build(const struct tp_report *in, uint8_t out[TP_REPORT_LEN])
{
    struct wr w = wr_of(out, TP_REPORT_LEN);
    wr_u32(&w, in->sequence);
    wr_u32(&w, in->time_s);
    wr_put(&w, in->settings, sizeof in->settings);
    wr_u8(&w, in->alarm);
    wr_u8(&w, in->emergency);
    wr_u32(&w, in->refused);
    wr_put(&w, in->tag, sizeof in->tag);
    assert(!w.bad && w.done == TP_REPORT_LEN);
}

void tp_origin_key(uint8_t key[TP_ORIGIN_KEY_LEN], const uint8_t s_priv[CR_DH_LEN])
{
    static const uint8_t label[] = "telemetry origin";
    cr_hmac256(key, s_priv, CR_DH_LEN, label, sizeof label - 1);
}

static void tag_of(uint8_t tag[CR_HASH_LEN], const struct tp_report *report,
                   const uint8_t id[TP_ID_LEN], const uint8_t key[TP_ORIGIN_KEY_LEN])
{
    uint8_t bytes[TP_REPORT_LEN], text[64];
    struct wr w = wr_of(text, sizeof text);
    tp_report_build(report, bytes);
    wr_text(&w, "telemetry");
    wr_put(&w, id, TP_ID_LEN);
    wr_put(&w, bytes, TP_REPORT_BODY);
    assert(!w.bad);
    cr_hmac256(tag, key, TP_ORIGIN_KEY_LEN, text, w.done);
}

void tp_report_seal(struct tp_report *report, const uint8_t id[TP_ID_LEN],
                    const uint8_t key[TP_ORIGIN_KEY_LEN])
{
    uint8_t tag[CR_HASH_LEN];
    tag_of(tag, report, id, key);
    memcpy(report->tag, tag, sizeof report->tag);
}

enum tp_err tp_report_check(const struct tp_report *report, const uint8_t id[TP_ID_LEN],
                            const uint8_t key[TP_ORIGIN_KEY_LEN])
{
    uint8_t tag[CR_HASH_LEN];
    tag_of(tag, report, id, key);
    return cr_equal(tag, report->tag, sizeof report->tag) ? TP_OK : TP_E_AUTH;
}
