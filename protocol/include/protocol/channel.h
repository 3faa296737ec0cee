// channel.h - the records of an open session
//
// One key per direction. The AEAD nonce is the wake counter (upper 32 bits) and
// the record's counter (lower 16), so a nonce never comes twice even if a key did:
// the wake counter is in non-volatile memory and never falls. Counters of accepted
// records strictly increase; gaps are allowed, for radio loses frames. After limit
// records a sender steps its key: k' = HKDF(k, "telltale rekey"), generation + 1,
// counter 0.

#ifndef PROTOCOL_CHANNEL_H
#define PROTOCOL_CHANNEL_H

#include <protocol/bond.h>
#include <protocol/controls.h>
#include <protocol/err.h>
#include <protocol/frame.h>

enum { TP_REKEY_DEFAULT = 1024, TP_GENERATION_LAST = 255 };

struct tp_channel {
    uint8_t tx_key[CR_KEY_LEN], rx_key[CR_KEY_LEN];
    uint32_t wake_counter;
    uint32_t rx_next; // lowest counter still acceptable in this generation
    uint16_t tx_counter;
    uint16_t limit; // records per generation, 1..65535
    uint8_t tx_generation, rx_generation;
};

// Derives the session's keys from a completed handshake (or, without session-keys,
// from the bond alone). implant tells which side this is.
void tp_channel_open(struct tp_channel *ch, const struct cr_noise_handshake *hs,
                     const struct tp_bond *bond, bool implant,
                     const struct tp_controls *controls);

// Seals body[0..len) as the next record of a type to out[0..TP_RECORD_MAX).
//
// Fails  TP_E_SPACE if len > TP_BODY_MAX; TP_E_SPENT after the last generation.
//        ch is then untouched.
TP_MUST_CHECK enum tp_err tp_channel_seal(struct tp_channel *ch, uint8_t type,
                                          const uint8_t *body, size_t len, uint8_t *out,
                                          size_t *out_len,
                                          const struct tp_controls *controls);

struct tp_opened {
    uint8_t type; // TP_RECORD or TP_REHEARSAL
    size_t len;
    uint8_t body[TP_BODY_MAX];
};

// Opens a record.
//
// Fails  as tp_record_parse, and TP_E_AUTH if it is not authentic or not newer than
//        all before. ch is then untouched; out->len too.
TP_MUST_CHECK enum tp_err tp_channel_take(struct tp_channel *ch, const uint8_t *frame,
                                          size_t len, struct tp_opened *out,
                                          const struct tp_controls *controls);

#endif
