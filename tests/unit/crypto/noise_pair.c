// noise_pair.c - two parties of one Noise handshake, for tests

#include "noise_pair.h"
#include <string.h>
#include <suite.h>

static const char said[] = "to the point";

struct pair_keys pair_keys(void)
{
    struct pair_keys k;
    struct cr_stream s;
    cr_stream_named(&s, 1, "static keys");
    cr_dh_generate(cr_stream_rng(&s), k.init_s, k.init_pub);
    cr_dh_generate(cr_stream_rng(&s), k.resp_s, k.resp_pub);
    cr_stream_fill(&s, k.psk[0], sizeof k.psk);
    return k;
}

void pair_start(struct pair *p, const char *name)
{
    struct pair_keys k = pair_keys();
    memset(p, 0, sizeof *p);
    cr_stream_named(&p->init.stream, 1, "initiator");
    cr_stream_named(&p->resp.stream, 1, "responder");
    CU_ASSERT_EQUAL_FATAL(cr_noise_named(&p->protocol, name), CR_OK);

    struct cr_noise_keys init = {.s_priv = k.init_s,
                                 .rs = k.resp_pub,
                                 .psk = (const uint8_t(*)[CR_KEY_LEN])k.psk,
                                 .psk_count = p->protocol.psk_count};
    struct cr_noise_keys resp = init;
    resp.s_priv = k.resp_s;
    resp.rs = k.init_pub;
    CU_ASSERT_EQUAL_FATAL(cr_noise_start(&p->init.hs, &p->protocol, name, true,
                                         (const uint8_t *)"before", 6, &init),
                          CR_OK);
    CU_ASSERT_EQUAL_FATAL(cr_noise_start(&p->resp.hs, &p->protocol, name, false,
                                         (const uint8_t *)"before", 6, &resp),
                          CR_OK);
}

struct party *pair_writer(struct pair *p)
{
    return cr_noise_my_turn(&p->init.hs) ? &p->init : &p->resp;
}

struct party *pair_reader(struct pair *p)
{
    return cr_noise_my_turn(&p->init.hs) ? &p->resp : &p->init;
}

size_t pair_write(struct pair *p, uint8_t out[PAIR_MESSAGE_CAP])
{
    struct party *w = pair_writer(p);
    size_t len = 0;
    CU_ASSERT_EQUAL_FATAL(cr_noise_write(&w->hs, cr_stream_rng(&w->stream),
                                         (const uint8_t *)said, sizeof said, out,
                                         PAIR_MESSAGE_CAP, &len),
                          CR_OK);
    return len;
}

void pair_step(struct pair *p)
{
    struct party *r = pair_reader(p);
    uint8_t msg[PAIR_MESSAGE_CAP], got[PAIR_MESSAGE_CAP];
    size_t got_len = 0, len = pair_write(p, msg);
    CU_ASSERT_EQUAL_FATAL(cr_noise_read(&r->hs, msg, len, got, sizeof got, &got_len),
                          CR_OK);
    CU_ASSERT_EQUAL(got_len, sizeof said);
    CU_ASSERT_EQUAL(memcmp(got, said, sizeof said), 0);
}

void pair_finish(struct pair *p)
{
    while (!cr_noise_done(&p->init.hs))
        pair_step(p);
}

struct snapshot pair_snap(const struct cr_noise_handshake *hs)
{
    struct snapshot s;
    memcpy(s.bytes, hs, sizeof s.bytes);
    return s;
}

bool pair_unchanged(const struct snapshot *s, const struct cr_noise_handshake *hs)
{
    return memcmp(s->bytes, (const uint8_t *)hs, sizeof s->bytes) == 0;
}

void pair_refuses(struct cr_noise_handshake *hs, const uint8_t *msg, size_t len,
                  enum cr_err want)
{
    struct snapshot before = pair_snap(hs);
    uint8_t payload[PAIR_MESSAGE_CAP], untouched[PAIR_MESSAGE_CAP];
    size_t payload_len = 77;
    memset(payload, 0x77, sizeof payload);
    memset(untouched, 0x77, sizeof untouched);
    CU_ASSERT_EQUAL(cr_noise_read(hs, msg, len, payload, sizeof payload, &payload_len),
                    want);
    CU_ASSERT_EQUAL(payload_len, 77);
    CU_ASSERT_EQUAL(memcmp(payload, untouched, sizeof payload), 0);
    CU_ASSERT_TRUE(pair_unchanged(&before, hs));
}

void pair_takes(struct cr_noise_handshake *hs, const uint8_t *msg, size_t len)
{
    uint8_t payload[PAIR_MESSAGE_CAP];
    size_t payload_len = 0;
    CU_ASSERT_EQUAL_FATAL(
        cr_noise_read(hs, msg, len, payload, sizeof payload, &payload_len), CR_OK);
    CU_ASSERT_STRING_EQUAL((const char *)payload, "to the point");
}
