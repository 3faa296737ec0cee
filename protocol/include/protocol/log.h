// log.h - the implant's security log: bounded, reserved per class, chained
//
// Each class keeps its first eight entries, its last eight and a saturating count,
// so a flood of one kind evicts nothing of another and never the beginning. An
// entry's tag is made under a key that steps after every entry and is then gone: a
// thief of today's key cannot rewrite yesterday. The clinic holds the first key.
//
//   entry   0        4        6       8      12
//           +--------+--------+-------+------+
//           | time s | detail | chain | tag  |
//           +--------+--------+-------+------+

#ifndef PROTOCOL_LOG_H
#define PROTOCOL_LOG_H

#include <protocol/controls.h>
#include <stddef.h>
#include <stdint.h>

enum tp_log_class {
    TP_LOG_WAKE,
    TP_LOG_HANDSHAKE,
    TP_LOG_RECORD,
    TP_LOG_COMMAND,
    TP_LOG_NEAR,
    TP_LOG_TRUST, // pairings, statements, anchors, emergencies, software
    TP_LOG_SESSION,
    TP_LOG_CLASSES
};

enum {
    TP_LOG_FIRST = 8,
    TP_LOG_LAST = 8,
    TP_LOG_KEPT = TP_LOG_FIRST + TP_LOG_LAST,
    TP_LOG_ENTRY_LEN = 12,
    TP_LOG_TAG_LEN = 4, // a forger has one blind guess, judged at the next read-out
    TP_LOG_KEY_LEN = 32,
    TP_LOG_CHAIN_MAX = 65535,    // entries in a lifetime
    TP_LOG_CHAIN_RESERVE = 1024, // of them, kept for trust and sessions
    TP_LOG_TRUST_RESERVE = 512,  // of those, for trust alone
    TP_LOG_COALESCE_S = 60,      // repeats of one detail within it only count
};

// Details of TP_LOG_TRUST (LOG-1).
enum {
    TP_LOG_STATEMENT = 1,
    TP_LOG_ANCHOR_ADOPTED = 2,
    TP_LOG_ANCHOR_ANNOUNCED = 3,
    TP_LOG_ANCHOR_REFUSED = 4,
    TP_LOG_ANCHOR_WITHDRAWN = 5,
    TP_LOG_PAIRED = 6,
    TP_LOG_EMERGENCY = 16, // plus its enum ep_emergency
    TP_LOG_SWITCHED = 33,
    TP_LOG_START_REFUSED = 34,
    TP_LOG_UPDATE_REFUSED = 35, // a refusal, and treated as those of other classes
};

struct tp_log_entry {
    uint32_t time_s;
    uint16_t detail;
    uint16_t chain; // which key: 0 is the first
    uint8_t tag[TP_LOG_TAG_LEN];
};

struct tp_log {
    uint8_t key[TP_LOG_KEY_LEN];
    uint16_t chain;                  // entries made so far
    uint16_t count[TP_LOG_CLASSES];  // saturating, repeats included
    uint16_t kept[TP_LOG_CLASSES];   // entries made of this class
    uint32_t last_s[TP_LOG_CLASSES]; // of the last entry
    uint8_t last_detail[TP_LOG_CLASSES];
    struct tp_log_entry entries[TP_LOG_CLASSES][TP_LOG_KEPT];
};

void tp_log_entry_build(const struct tp_log_entry *in, uint8_t out[TP_LOG_ENTRY_LEN]);
void tp_log_entry_parse(const uint8_t in[TP_LOG_ENTRY_LEN], struct tp_log_entry *out);

// Where in its class the n-th entry ever made (from 0) is kept.
size_t tp_log_place(size_t n, const struct tp_controls *controls);

// The tag that an entry of a class must carry under a key.
void tp_log_tag(uint8_t tag[TP_LOG_TAG_LEN], const uint8_t key[TP_LOG_KEY_LEN],
                enum tp_log_class class, const struct tp_log_entry *entry);

// Steps a key to the next entry's.
void tp_log_step(uint8_t key[TP_LOG_KEY_LEN], const struct tp_controls *controls);

#endif
