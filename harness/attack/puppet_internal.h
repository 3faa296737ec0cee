// puppet_internal.h - what the puppet's files share

#ifndef HARNESS_ATTACK_PUPPET_INTERNAL_H
#define HARNESS_ATTACK_PUPPET_INTERNAL_H

#include <attack/attacker.h>
#include <attack/puppet.h>

// It speaks as the profile's devices do, so weak ones understand it too.
static inline const struct tp_controls *hx_puppet_controls(const struct hx_bench *b)
{
    return &b->cast.controls;
}

// Is it the rightful bearer of a certificate that has not expired, by the true time?
bool hx_puppet_entitled(const struct hx_bench *b);

void hx_puppet_learn(struct hx_puppet *p, const uint8_t *bytes, size_t len);

// Waits until the implant has been heard to say something of a kind; NULL if it has
// not said it in time.
const struct hx_heard *hx_puppet_await(struct hx_bench *b, int kind, uint64_t for_us);
// Likewise for a node on a wire, whose frame begins with a type.
const struct hx_heard *hx_puppet_await_type(struct hx_bench *b, enum ep_link link,
                                            int node, uint8_t type, uint64_t for_us);

// puppet_near.c
void hx_puppet_pair(struct hx_bench *b, const struct hx_step *s);
void hx_puppet_intent(struct hx_bench *b, const struct hx_step *s);
void hx_puppet_emergency(struct hx_bench *b, const struct hx_step *s);
void hx_puppet_anchor(struct hx_bench *b, const struct hx_step *s);

// puppet_uplink.c, puppet_serve.c
int hx_puppet_uplink_step(struct hx_bench *b, const struct hx_step *s, char *why,
                          size_t cap);
void hx_puppet_serve(struct hx_bench *b, const struct hx_step *s);

// puppet_software.c
const struct tp_manifest *hx_puppet_image(struct hx_bench *b, unsigned model,
                                          int64_t image, const uint8_t **bytes);
void hx_puppet_update(struct hx_bench *b, const struct hx_step *s);
int hx_puppet_rewrite_staging(struct hx_bench *b, const struct hx_step *s, char *why,
                              size_t cap);

// fleet.c
void hx_puppet_open_fleet(struct hx_bench *b, const struct hx_step *s);

// puppet_session.c
// Sends a request in the session; true if it was answered.
bool hx_puppet_ask(struct hx_bench *b, uint16_t opcode, const uint8_t *args, size_t len,
                   struct tp_opened *o, struct tp_response *a);
void hx_puppet_issue(struct hx_bench *b, uint16_t commit, const uint8_t *args,
                     size_t len);
void hx_puppet_bolus(struct hx_bench *b, const struct hx_step *s);
void hx_puppet_open(struct hx_bench *b, const struct hx_step *s);
void hx_puppet_read(struct hx_bench *b, const struct hx_step *s);
void hx_puppet_write(struct hx_bench *b, const struct hx_step *s);
void hx_puppet_alarm(struct hx_bench *b, const struct hx_step *s);
void hx_puppet_raw(struct hx_bench *b, const struct hx_step *s);
void hx_puppet_keep_open(struct hx_bench *b, const struct hx_step *s);
void hx_puppet_close(struct hx_bench *b);

#endif
