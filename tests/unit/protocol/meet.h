// meet.h - a client and a service of the uplink, and the frames between them

#ifndef TESTS_UNIT_PROTOCOL_MEET_H
#define TESTS_UNIT_PROTOCOL_MEET_H

#include "exact.h"
#include "visit.h"
#include <suite.h>

struct meeting {
    struct clinic clinic;
    struct visitor client, service; // a monitor, a server
    struct tp_certificate peer;     // whom the service admitted
    uint8_t hello[TP_UP_HELLO_LEN], reply[TP_UP_REPLY_LEN], proof[TP_UP_PROOF_LEN];
};

static inline void meet(struct meeting *m)
{
    memset(m, 0, sizeof *m);
    clinic_make(&m->clinic, 0xc1);
    visitor_make(&m->client, &m->clinic, TP_ROLE_MONITOR, 0x41);
    visitor_make(&m->service, &m->clinic, TP_ROLE_SERVER, 0x42);
}

// The first two messages.
static inline void meet_greet(struct meeting *m)
{
    struct tp_uplink_self client = visitor_self(&m->client);
    struct tp_uplink_self service = visitor_self(&m->service);
    CU_ASSERT_EQUAL_FATAL(
        tp_uplink_hello(&m->client.up, &client, visitor_rng(&m->client), m->hello),
        TP_OK);
    CU_ASSERT_EQUAL_FATAL(tp_uplink_reply(&m->service.up, &service,
                                          visitor_rng(&m->service), m->hello,
                                          sizeof m->hello, m->reply),
                          TP_OK);
}

// The client reads the reply, meaning to talk to a role.
static inline enum tp_err meet_prove(struct meeting *m, enum tp_role role)
{
    struct tp_uplink_self self = visitor_self(&m->client);
    return tp_uplink_prove(&m->client.up, &self, role, visitor_rng(&m->client),
                           m->reply, sizeof m->reply, m->proof);
}

static inline enum tp_err meet_admit(struct meeting *m)
{
    struct tp_uplink_self self = visitor_self(&m->service);
    return tp_uplink_admit(&m->service.up, &self, m->proof, sizeof m->proof, &m->peer);
}

// A connection that is open at both ends.
static inline void meet_open(struct meeting *m)
{
    meet(m);
    meet_greet(m);
    CU_ASSERT_EQUAL_FATAL(meet_prove(m, TP_ROLE_SERVER), TP_OK);
    CU_ASSERT_EQUAL_FATAL(meet_admit(m), TP_OK);
}

struct wire_record {
    size_t len;
    uint8_t bytes[EP_FRAME_MAX];
};

static inline struct wire_record meet_say(struct visitor *from, const char *text)
{
    struct wire_record r = {0};
    CU_ASSERT_EQUAL_FATAL(
        tp_uplink_seal(&from->up, (const uint8_t *)text, strlen(text), r.bytes, &r.len),
        TP_OK);
    return r;
}

// Opens a copy that ends where its block ends.
static inline enum tp_err meet_hear(struct visitor *to, const struct wire_record *r,
                                    uint8_t *out, size_t *out_len)
{
    uint8_t *copy = exact_copy(r->bytes, r->len);
    enum tp_err e = tp_uplink_open(&to->up, copy, r->len, out, out_len);
    free(copy);
    return e;
}

static inline bool meet_same(const struct tp_uplink *a, const struct tp_uplink *b)
{
    return memcmp((const uint8_t *)a, (const uint8_t *)b, sizeof *a) == 0;
}

#endif
