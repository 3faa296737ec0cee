// report.h - what an implant says of its patient, for the clinic behind the monitor
//
//   0          4      8          15      16          17       21    37
//   +----------+------+----------+-------+-----------+--------+-----+
//   | sequence | time | settings | alarm | emergency | refused| tag |
//   +----------+------+----------+-------+-----------+--------+-----+
//      u32       u32       7        u8        u8        u32     16
//
// The tag is HMAC-SHA-256 under the implant's origin key, over "telemetry", its id and
// bytes 0..20: monitor and network carry a report, and can neither make nor change one.
// The sequence rises with every report and is never used twice. Settings are the
// therapy parameters in force, as the implant's model writes them; refused counts what
// it has refused on the radio in its life.

#ifndef PROTOCOL_REPORT_H
#define PROTOCOL_REPORT_H

#include <protocol/certificate.h>

enum {
    TP_SETTINGS_LEN = 7,
    TP_REPORT_BODY = 4 + 4 + TP_SETTINGS_LEN + 1 + 1 + 4,
    TP_ORIGIN_KEY_LEN = 32,
    TP_REPORT_TAG_LEN = 16,
    TP_REPORT_LEN = TP_REPORT_BODY + TP_REPORT_TAG_LEN,
    TP_REPORT_STRIDE = 16, // sequences that one write to memory is good for
};

struct tp_report {
    uint32_t sequence, time_s;
    uint8_t settings[TP_SETTINGS_LEN];
    uint8_t alarm, emergency;
    uint32_t refused;
    uint8_t tag[TP_REPORT_TAG_LEN];
};

// Fails  TP_E_SHORT, TP_E_EXCESS; *out is then untouched.
TP_MUST_CHECK enum tp_err tp_report_parse(const uint8_t *buf, size_t len,
                                          struct tp_report *out);
void tp_report_build(const struct tp_report *in, uint8_t out[TP_REPORT_LEN]);

// The key that an implant's reports are tagged with, from its static private key: the
// factory gives it to the server, and nobody else has it.
void tp_origin_key(uint8_t key[TP_ORIGIN_KEY_LEN], const uint8_t s_priv[CR_DH_LEN]);

// Fills in the tag.
void tp_report_seal(struct tp_report *report, const uint8_t id[TP_ID_LEN],
                    const uint8_t key[TP_ORIGIN_KEY_LEN]);

// Fails  TP_E_AUTH if the report is not that implant's own word.
TP_MUST_CHECK enum tp_err tp_report_check(const struct tp_report *report,
                                          const uint8_t id[TP_ID_LEN],
                                          const uint8_t key[TP_ORIGIN_KEY_LEN]);

#endif
