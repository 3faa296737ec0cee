// Drives: the parser of reports
// Holds:  what it takes is rebuilt byte for byte; no input passes for an implant's
// word,
//         the implant's does, and no more once any one bit is changed
// Corpus: fixtures/corpus/fuzz_report

#include <protocol/report.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void hold(bool what)
{
    if (!what)
        abort();
}

// The input's own bytes choose the bit that is changed.
static void change_one_bit(uint8_t *bytes, size_t len, const uint8_t *data)
{
    size_t sum = 0;
    for (size_t i = 0; i < len; i++)
        sum = sum * 31 + data[i];
    bytes[sum / 8 % len] ^= (uint8_t)(1 << sum % 8);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    static const uint8_t s_priv[CR_DH_LEN] = {0x52}, id[TP_ID_LEN] = {0x53};
    uint8_t key[TP_ORIGIN_KEY_LEN], again[TP_REPORT_LEN];
    struct tp_report r = {.sequence = 7};
    enum tp_err e = tp_report_parse(data, len, &r);
    if (e) {
        hold(r.sequence == 7 && len != TP_REPORT_LEN);
        return 0;
    }
    tp_report_build(&r, again);
    hold(len == TP_REPORT_LEN && memcmp(data, again, len) == 0);
    tp_origin_key(key, s_priv);
    hold(tp_report_check(&r, id, key) == TP_E_AUTH);
    tp_report_seal(&r, id, key);
    hold(tp_report_check(&r, id, key) == TP_OK);
    tp_report_build(&r, again);
    change_one_bit(again, sizeof again, data);
    hold(tp_report_parse(again, sizeof again, &r) == TP_OK);
    hold(tp_report_check(&r, id, key) == TP_E_AUTH);
    return 0;
}
