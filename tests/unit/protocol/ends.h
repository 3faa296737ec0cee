// ends.h - both ends of a channel, from a handshake that both completed

#ifndef TESTS_UNIT_PROTOCOL_ENDS_H
#define TESTS_UNIT_PROTOCOL_ENDS_H

#include "weak.h"
#include <crypto/stream.h>
#include <protocol/channel.h>
#include <protocol/handshake.h>
#include <suite.h>

enum { ENDS_WAKE = 0x01020304 };

struct ends {
    struct tp_controls controls;
    struct tp_bond bond;
    struct cr_noise_handshake hs[2]; // of the peer, of the implant
    struct tp_channel peer, implant;
};

// Runs a handshake whose randomness comes from seed and opens both ends. limit is of
// records in a generation.
static inline void ends_open(struct ends *e, uint8_t seed, uint16_t limit,
                             const struct tp_controls *controls)
{
    uint8_t key[CR_KEY_LEN], psk[1][CR_KEY_LEN], s[2][CR_DH_LEN], pub[CR_DH_LEN];
    uint8_t msg[96], none[1];
    size_t n;
    struct cr_stream stream;
    struct tp_handshake_terms terms = {
        .versions = 6, .wake_counter = ENDS_WAKE, .purpose = 1};
    memset(e, 0, sizeof *e);
    e->controls = *controls;
    memset(&e->bond, 0x31, sizeof e->bond);
    e->bond.wake_counter = ENDS_WAKE;
    memset(s[0], 0x41, CR_DH_LEN);
    memset(s[1], 0x42, CR_DH_LEN);
    memset(psk[0], 0x43, CR_KEY_LEN);
    cr_dh_public(s[1], pub);
    struct cr_noise_keys keys = {.s_priv = s[0],
                                 .rs = pub,
                                 .psk = (const uint8_t(*)[CR_KEY_LEN])psk,
                                 .psk_count = 1};
    memset(key, seed, sizeof key);
    cr_stream_init(&stream, key);
    CU_ASSERT_EQUAL_FATAL(tp_handshake_initiate(&e->hs[0], &terms, &keys, controls),
                          TP_OK);
    CU_ASSERT_EQUAL_FATAL(
        tp_handshake_respond(&e->hs[1], &terms, s[1], psk[0], controls), TP_OK);
    for (int i = 0; i < 3; i++) {
        CU_ASSERT_EQUAL_FATAL(cr_noise_write(&e->hs[i % 2], cr_stream_rng(&stream),
                                             NULL, 0, msg, sizeof msg, &n),
                              CR_OK);
        CU_ASSERT_EQUAL_FATAL(cr_noise_read(&e->hs[(i + 1) % 2], msg, n, none, 0, &n),
                              CR_OK);
    }
    e->peer.limit = limit;
    e->implant.limit = limit;
    tp_channel_open(&e->peer, &e->hs[0], &e->bond, false, controls);
    tp_channel_open(&e->implant, &e->hs[1], &e->bond, true, controls);
}

struct sealed {
    size_t len;
    uint8_t bytes[TP_RECORD_MAX];
};

static inline struct sealed ends_seal(struct ends *e, struct tp_channel *from,
                                      uint8_t type, const void *body, size_t len)
{
    struct sealed s = {0};
    CU_ASSERT_EQUAL_FATAL(
        tp_channel_seal(from, type, body, len, s.bytes, &s.len, &e->controls), TP_OK);
    return s;
}

static inline enum tp_err ends_take(struct ends *e, struct tp_channel *to,
                                    const struct sealed *s, struct tp_opened *out)
{
    return tp_channel_take(to, s->bytes, s->len, out, &e->controls);
}

#endif
