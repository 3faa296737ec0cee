// puppet_software.c - software that an attacker offers, and where it can change some

#include "puppet_internal.h"
#include <crypto/bytes.h>
#include <protocol/implant.h>
#include <protocol/limits.h>
#include <stdio.h>

// Its own image, with everything that a manifest says but the maker's key: the newest
// version, the right hash, and a signature by a key of its own.
static const struct tp_manifest *own_image(struct hx_bench *b, unsigned model,
                                           const uint8_t **bytes)
{
    struct hx_puppet *p = b->puppet;
    uint8_t pub[CR_SIGN_PUBLIC_LEN], secret[CR_SIGN_SECRET_LEN];
    size_t next = hx_world_release(model, HX_RELEASE_NEXT);
    p->software = b->world->software[next];
    memset(p->image, 0xbd, p->software.size);
    cr_blake2b256(p->software.hash, p->image, p->software.size);
    cr_sign_keypair(p->s_priv, pub, secret);
    tp_manifest_sign(&p->software, secret);
    *bytes = p->image;
    return &p->software;
}

const struct tp_manifest *hx_puppet_image(struct hx_bench *b, unsigned model,
                                          int64_t image, const uint8_t **bytes)
{
    unsigned release = image == HX_IMAGE_OLD ? HX_RELEASE_OLD : HX_RELEASE_NEXT;
    if (image == HX_IMAGE_OWN)
        return own_image(b, model, bytes);
    if (image == HX_IMAGE_OTHER_MODEL)
        model = model == TP_MODEL_CARDIAC ? TP_MODEL_PUMP : TP_MODEL_CARDIAC;
    size_t i = hx_world_release(model, release);
    *bytes = b->world->image[i];
    return &b->world->software[i];
}

static bool begin(struct hx_bench *b, const struct tp_manifest *m)
{
    struct tp_opened o;
    struct tp_response a;
    uint8_t bytes[TP_MANIFEST_LEN];
    tp_manifest_build(m, bytes);
    return hx_puppet_ask(b, TP_OP_UPDATE_BEGIN, bytes, sizeof bytes, &o, &a) &&
           a.status == TP_STATUS_DONE;
}

void hx_puppet_update(struct hx_bench *b, const struct hx_step *s)
{
    struct tp_opened o;
    struct tp_response a;
    const uint8_t *image;
    unsigned model = b->cast.pump ? TP_MODEL_PUMP : TP_MODEL_CARDIAC;
    const struct tp_manifest *m = hx_puppet_image(b, model, s->image, &image);
    if (!b->puppet->open || !begin(b, m))
        return;
    int64_t chunks = 0;
    for (size_t at = 0; at < m->size; at += TP_CHUNK_MAX) {
        uint8_t args[2 + TP_CHUNK_MAX] = {(uint8_t)at, (uint8_t)(at >> 8)};
        size_t n = m->size - at < TP_CHUNK_MAX ? m->size - at : TP_CHUNK_MAX;
        memcpy(args + 2, image + at, n);
        if (!hx_puppet_ask(b, TP_OP_UPDATE_CHUNK, args, 2 + n, &o, &a))
            return;
        if (s->value > 0 && ++chunks == s->value)
            return; // it walks off
    }
    (void)hx_puppet_ask(b, TP_OP_UPDATE_FINISH, NULL, 0, &o, &a);
    hx_bench_run(b, b->now_us + 3 * TP_SECOND);
}

// Whoever can write into a device's memory changes what waits there to run.
int hx_puppet_rewrite_staging(struct hx_bench *b, const struct hx_step *s, char *why,
                              size_t cap)
{
    int node = hx_party_node(s->to);
    uint8_t *nvm = b->party[node].nvm;
    size_t base = node == HX_NODE_IMPLANT ? TP_IMPLANT_SLOTS_AT : 0;
    unsigned model = node == HX_NODE_MONITOR   ? TP_MODEL_MONITOR
                     : node != HX_NODE_IMPLANT ? TP_MODEL_PROGRAMMER
                     : b->cast.pump            ? TP_MODEL_PUMP
                                               : TP_MODEL_CARDIAC;
    size_t staged = base + TP_SLOTS_HEAD;
    if (nvm[staged] != TP_SLOT_WHOLE)
        staged += TP_SLOT_LEN;
    if (nvm[staged] != TP_SLOT_WHOLE) {
        snprintf(why, cap, "line %u: nothing waits there to run", s->line);
        return -1;
    }
    const uint8_t *image;
    const struct tp_manifest *m = hx_puppet_image(b, model, s->image, &image);
    if (s->image != HX_IMAGE_OWN) // what it puts there is whole, its manifest too
        tp_manifest_build(m, nvm + staged + TP_SLOT_MANIFEST);
    memcpy(nvm + staged + TP_SLOT_IMAGE, image, m->size);
    hx_bench_note(b, "attacker", "rewrites what waits to run");
    return 0;
}
