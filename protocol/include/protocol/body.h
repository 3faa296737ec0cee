// body.h - what is inside a record: a request or a response, padded
//
//   request     0         1        3          11    12
//               +---------+--------+----------+-----+------+---------+
//               | request | opcode |  ticket  | len | args | padding |
//               +---------+--------+----------+-----+------+---------+
//   response    0         1        3        4          12    13
//               +---------+--------+--------+----------+-----+------+---------+
//               | request | opcode | status |  ticket  | len | data | padding |
//               +---------+--------+--------+----------+-----+------+---------+
//
// A response's opcode is the request's with the top bit set. Its ticket is fresh
// and lets one one-step command through. Padding is zeroes up to the next of
// 64, 128, 224 bytes (version 2), or absent (version 1).

#ifndef PROTOCOL_BODY_H
#define PROTOCOL_BODY_H

#include <protocol/err.h>
#include <protocol/frame.h>
#include <stdbool.h>

enum tp_opcode {
    TP_OP_STATUS = 0x0001,
    TP_OP_PATIENT = 0x0002,
    TP_OP_LOG = 0x0003,    // u8 class
    TP_OP_TICKET = 0x0004, // nothing but a fresh ticket
    TP_OP_REPORT = 0x0005,
    TP_OP_SOFTWARE = 0x0006,
    TP_OP_THERAPY = 0x0010,
    TP_OP_ALARM = 0x0011,
    TP_OP_TEST_PULSE = 0x0012,
    TP_OP_SHOCK = 0x0013,
    TP_OP_BOLUS = 0x0014, // u16 mU
    TP_OP_STATEMENT = 0x0020,
    TP_OP_UPDATE_BEGIN = 0x0030,  // a manifest
    TP_OP_UPDATE_CHUNK = 0x0031,  // u16 offset, bytes of the image
    TP_OP_UPDATE_FINISH = 0x0032, // then it starts anew
    TP_OP_CLOSE = 0x003f,
    TP_OP_PROPOSE = 0x0040,   // u16 opcode, its arguments
    TP_OP_CONFIRM = 0x0041,   // the implant's digest of the proposal
    TP_OP_OPENED = 0x0050,    // the implant's first record; answers no request
    TP_OP_RAW_READ = 0x00f0,  // u16 address, u8 length: only where
    TP_OP_RAW_WRITE = 0x00f1, // command-allow-list is missing
    TP_OP_RESPONSE = 0x8000,
};

enum tp_status {
    TP_STATUS_DONE = 0,
    TP_STATUS_PROPOSED = 1,
    TP_STATUS_CHECKED = 2, // a rehearsal that would have been executed
    TP_STATUS_REFUSED = 3, // no reason is given
};

enum {
    TP_TICKET_LEN = 8,
    TP_DIGEST_LEN = 16,
    TP_REQUEST_HEAD = 1 + 2 + TP_TICKET_LEN + 1,
    TP_RESPONSE_HEAD = 1 + 2 + 1 + TP_TICKET_LEN + 1,
    TP_ARGS_MAX = 112,
    TP_DATA_MAX = TP_BODY_MAX - TP_RESPONSE_HEAD,
    TP_THERAPY_LEN = 2 + 2 + 2 + 1,
    TP_VERSION_1 = 1, // bodies not padded; spoken by programmers of the first issue
    TP_VERSION_2 = 2,
    TP_VERSIONS = 1 << TP_VERSION_1 | 1 << TP_VERSION_2,
};

struct tp_request {
    uint8_t request; // id: a repeated one gets the same answer and no second effect
    uint16_t opcode;
    uint8_t ticket[TP_TICKET_LEN];
    const uint8_t *args; // borrowed
    uint8_t len;
};

struct tp_response {
    uint8_t request;
    uint16_t opcode;
    uint8_t status;
    uint8_t ticket[TP_TICKET_LEN];
    const uint8_t *data; // borrowed
    uint8_t len;
};

// The parameters of pacing therapy.
struct tp_therapy {
    uint16_t lower_rate_ppm; // pulses per minute
    uint16_t upper_rate_ppm;
    uint16_t amplitude_mv;
    uint8_t mode; // 0 off, 1 ventricular demand, 2 dual chamber
};

// Padding behind args must be zero.
//
// Fails  TP_E_SHORT, TP_E_VALUE; *out is then untouched.
TP_MUST_CHECK enum tp_err tp_request_parse(const uint8_t *buf, size_t len,
                                           struct tp_request *out);
TP_MUST_CHECK enum tp_err tp_response_parse(const uint8_t *buf, size_t len,
                                            struct tp_response *out);

// Writes the body, padded if pad, to buf[0..TP_BODY_MAX) and its length to *out_len.
//
// Fails  TP_E_SPACE if args or data are too long.
TP_MUST_CHECK enum tp_err tp_request_build(const struct tp_request *in, bool pad,
                                           uint8_t buf[TP_BODY_MAX], size_t *out_len);
TP_MUST_CHECK enum tp_err tp_response_build(const struct tp_response *in, bool pad,
                                            uint8_t buf[TP_BODY_MAX], size_t *out_len);

// The parameters of infusion therapy, in as many bytes.
struct tp_infusion {
    uint16_t basal_mu_h;   // milliunits of insulin an hour
    uint16_t bolus_max_mu; // the greatest single bolus
    uint16_t daily_max_cu; // of a day's boluses and of its basal infusion, each, in
                           // centiunits (10 mU)
    uint8_t remote;        // 1: the patient's remote control may ask for a bolus
};

TP_MUST_CHECK enum tp_err tp_infusion_parse(const uint8_t *buf, size_t len,
                                            struct tp_infusion *out);
void tp_infusion_build(const struct tp_infusion *in, uint8_t out[TP_THERAPY_LEN]);

TP_MUST_CHECK enum tp_err tp_therapy_parse(const uint8_t *buf, size_t len,
                                           struct tp_therapy *out);
void tp_therapy_build(const struct tp_therapy *in, uint8_t out[TP_THERAPY_LEN]);

#endif
