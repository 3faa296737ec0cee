// fleet.c - what one device's keys do to many others (I9)
//
// Every member of the fleet is an implant of its own, with keys of its own, that was
// paired with a programmer of its own clinic. The handshakes of those pairings depend
// on the run's seed alone, so they are held once and used for every profile.

#include "puppet_internal.h"
#include <bench/truth.h>
#include <crypto/bytes.h>
#include <protocol/handshake.h>
#include <protocol/implant.h>
#include <protocol/limits.h>
#include <stdio.h>
#include <stdlib.h>

struct member {
    uint8_t s_priv[CR_DH_LEN], s_pub[CR_DH_LEN];
    struct cr_noise_handshake pairing; // the implant's side, complete
};

struct fleet {
    uint8_t anchor[CR_SIGN_PUBLIC_LEN]; // whose world it belongs to
    size_t count;
    struct member *at;
};

// One side writes, the other reads; false if they do not understand each other.
static bool pass(struct cr_noise_handshake *from, struct cr_noise_handshake *to,
                 struct cr_rng rng)
{
    uint8_t message[EP_FRAME_MAX], none[EP_FRAME_MAX];
    size_t len, n;
    return cr_noise_write(from, rng, NULL, 0, message, sizeof message, &len) == CR_OK &&
           cr_noise_read(to, message, len, none, sizeof none, &n) == CR_OK;
}

static void pair_member(struct member *m, struct cr_stream *s)
{
    uint8_t peer_priv[CR_DH_LEN];
    struct cr_noise_handshake peer;
    struct cr_rng rng = cr_stream_rng(s);
    cr_dh_generate(rng, m->s_priv, m->s_pub);
    cr_stream_fill(s, peer_priv, sizeof peer_priv);
    bool paired = tp_pairing_start(&peer, true, peer_priv) == TP_OK &&
                  tp_pairing_start(&m->pairing, false, m->s_priv) == TP_OK &&
                  pass(&peer, &m->pairing, rng) && pass(&m->pairing, &peer, rng) &&
                  pass(&peer, &m->pairing, rng);
    assert(paired);
    (void)paired;
}

static struct fleet *fleet_of(const struct hx_world *w, size_t count)
{
    static struct fleet fleet;
    if (fleet.count >= count && memcmp(fleet.anchor, w->anchor, sizeof w->anchor) == 0)
        return &fleet;
    free(fleet.at);
    fleet = (struct fleet){.at = calloc(count, sizeof *fleet.at), .count = count};
    if (!fleet.at)
        abort();
    memcpy(fleet.anchor, w->anchor, sizeof w->anchor);
    struct cr_stream s;
    struct rd r = rd_of(w->anchor, 8);
    cr_stream_named(&s, rd_u64(&r), "fleet");
    for (size_t i = 0; i < count; i++)
        pair_member(&fleet.at[i], &s);
    return &fleet;
}

// One implant of the fleet, switched on and asleep.
struct target {
    const struct ep_ops *ops;
    alignas(16) uint8_t state[HX_STATE_MAX];
    uint8_t nvm[HX_NVM_MAX];
};

static void switch_on(struct hx_bench *b, struct target *t, const struct member *m,
                      size_t i)
{
    const struct hx_world *w = b->world;
    size_t release = hx_world_release(b->cast.pump ? TP_MODEL_PUMP : TP_MODEL_CARDIAC,
                                      HX_RELEASE_FIRST);
    struct tp_bond bond = {.role = TP_ROLE_CLINICIAN, .used = 1};
    struct tp_implant_config c = {.controls = b->cast.controls};
    uint8_t config[TP_IMPLANT_CONFIG_LEN], seed[EP_SEED_LEN] = {1};
    struct tp_implant_identity id = {.certificate = w->cert[HX_NODE_IMPLANT],
                                     .software = w->software[release],
                                     .image = w->image[release],
                                     .time_s = HX_EPOCH_S,
                                     .epoch_min = HX_CERT_EPOCH_LEAST};
    memcpy(id.s_priv, m->s_priv, CR_DH_LEN);
    memcpy(id.certificate.key, m->s_pub, CR_DH_LEN);
    memset(id.certificate.scope, (int)(i & 0xff), TP_ID_LEN);
    memcpy(id.anchor, w->anchor, CR_SIGN_PUBLIC_LEN);
    memcpy(id.maker, w->maker, CR_SIGN_PUBLIC_LEN);
    hx_first_settings(b->cast.pump, id.settings);
    tp_implant_provision(t->nvm, &id);
    tp_bond_derive(&bond, &m->pairing, &b->cast.controls);
    tp_implant_provision_bond(t->nvm, 0, &bond);
    tp_implant_config_build(&c, config);
    t->ops = b->party[HX_NODE_IMPLANT].ops; // of the same model
    memset(t->state, 0, t->ops->size);
    int e = t->ops->init(t->state, t->nvm, seed, config, sizeof config, 0);
    assert(e == 0);
    (void)e;
}

// Hands it a frame; what it sends back goes to *out, its length is returned (0: none).
static size_t tell(struct target *t, const uint8_t *bytes, size_t len,
                   uint8_t out[EP_FRAME_MAX])
{
    struct ep_frame f = {.now_us = TP_SECOND, .link = EP_RF, .len = (uint8_t)len};
    struct ep_output o;
    size_t n = 0;
    while (t->ops->output(t->state, &o)) {
    }
    memcpy(f.bytes, bytes, len);
    t->ops->receive(t->state, &f);
    while (t->ops->output(t->state, &o)) {
        if (o.kind != EP_SEND)
            continue;
        n = o.send.len;
        memcpy(out, o.send.bytes, n);
    }
    return n;
}

static bool wake_up(struct hx_bench *b, struct target *t, uint32_t counter)
{
    struct hx_puppet *p = b->puppet;
    struct tp_wake wake;
    uint8_t frame[TP_WAKE_LEN], out[EP_FRAME_MAX];
    cr_stream_fill(&p->rng, wake.nonce, TP_NONCE_LEN);
    tp_wake_seal(&wake, &p->bond[0], counter, EP_READ_OUT, hx_puppet_controls(b));
    tp_wake_build(&wake, frame);
    return tell(t, frame, sizeof frame, out) == TP_AWAKE_LEN && out[0] == TP_AWAKE;
}

// With one device's bond and a programmer's key, up to a session. The implants' public
// keys are no secret: it knows them.
static bool break_in(struct hx_bench *b, struct target *t, const struct member *m)
{
    struct hx_puppet *p = b->puppet;
    struct tp_hello hello = {.versions = TP_VERSIONS};
    uint32_t counter = p->bond[0].wake_counter + 16;
    struct tp_handshake_terms terms = {
        .versions = TP_VERSIONS, .wake_counter = counter, .purpose = EP_READ_OUT};
    uint8_t psk[1][CR_KEY_LEN], frame[EP_FRAME_MAX], out[EP_FRAME_MAX], version;
    uint8_t cert[TP_CERT_LEN];
    size_t n, len;
    if (!wake_up(b, t, counter))
        return false;
    tp_bond_psk(psk[0], &p->bond[0], NULL, hx_puppet_controls(b));
    struct cr_noise_keys keys = {.s_priv = p->s_priv,
                                 .rs = m->s_pub,
                                 .psk = (const uint8_t(*)[CR_KEY_LEN])psk,
                                 .psk_count = 1};
    struct cr_noise_handshake *hs = &p->handshake;
    if (tp_handshake_initiate(hs, &terms, &keys, hx_puppet_controls(b)) ||
        cr_noise_write(hs, cr_stream_rng(&p->rng), NULL, 0, hello.noise, TP_NOISE_1,
                       &n))
        return false;
    tp_hello_mac(hello.mac, &p->bond[0], counter, &hello);
    tp_hello_build(&hello, frame);
    len = tell(t, frame, TP_HELLO_LEN, out);
    if (len < 2 || cr_noise_read(hs, out + 1, len - 1, &version, 1, &n))
        return false;
    tp_certificate_build(&p->certificate, cert);
    frame[0] = TP_PROOF;
    if (cr_noise_write(hs, cr_stream_rng(&p->rng), cert, sizeof cert, frame + 1,
                       sizeof frame - 1, &n))
        return false;
    len = tell(t, frame, 1 + n, out);
    return len > 0 && out[0] == TP_RECORD;
}

void hx_puppet_open_fleet(struct hx_bench *b, const struct hx_step *s)
{
    static struct target t;
    size_t count = (size_t)s->value, opened = 0;
    if (!b->puppet->have_bond[0] || !b->puppet->have_key)
        return;
    const struct fleet *fleet = fleet_of(b->world, count);
    for (size_t i = 0; i < count; i++) {
        switch_on(b, &t, &fleet->at[i], i);
        opened += break_in(b, &t, &fleet->at[i]);
    }
    b->truth.fleet = (uint32_t)count;
    b->truth.fleet_opened = (uint32_t)opened;
    hx_bench_note(b, "attacker", "opens %zu of %zu other implants", opened, count);
    if (opened > 0)
        hx_truth_violate(b, HX_I9, "one device's keys open %zu of %zu others", opened,
                         count);
}
