// world.c - the authority, the devices and the patients of a run, from its seed

#include <bench/bench.h>
#include <crypto/hash.h>
#include <protocol/implant.h>
#include <protocol/programmer.h>
#include <stdio.h>
#include <string.h>

static void named(uint64_t seed, const char *name, uint8_t *out, size_t len)
{
    struct cr_stream s;
    char full[64];
    snprintf(full, sizeof full, "world/%s", name);
    cr_stream_named(&s, seed, full);
    cr_stream_fill(&s, out, len);
}

void hx_world_certify(const struct hx_world *w, struct tp_certificate *cert,
                      const uint8_t s_priv[CR_DH_LEN], bool by_authority)
{
    uint8_t pub[CR_SIGN_PUBLIC_LEN], secret[CR_SIGN_SECRET_LEN];
    cr_dh_public(s_priv, cert->key);
    if (by_authority) {
        tp_certificate_sign(cert, w->authority_secret);
        return;
    }
    cr_sign_keypair(s_priv, pub, secret);
    tp_certificate_sign(cert, secret);
}

static void make_patient(struct hx_world *w, uint64_t seed, int i, uint8_t secrets)
{
    // Two sets of secrets that differ in length, to see whether lengths tell.
    static const char *const names[2][2] = {{"Ada Marsh, born 1948-03-02", "B. Fry"},
                                            {"Jo Ek", "Bartholomew Fry, 1951-11-30"}};
    const char *name = names[secrets][i];
    w->text_len[i] =
        (uint8_t)snprintf((char *)w->text[i], sizeof w->text[i], "patient %s", name);
    named(seed, i ? "other id" : "implant id", w->id[i], TP_ID_LEN);
    named(seed, i ? "other log" : "implant log", w->log_key[i], TP_LOG_KEY_LEN);
}

size_t hx_world_release(unsigned model, unsigned release)
{
    return (size_t)(model - 1) * HX_RELEASES + release;
}

// Software is random bytes here: what counts is whose they are, and that they are
// whole.
static void make_software(struct hx_world *w, uint64_t seed, unsigned model,
                          unsigned release)
{
    char name[32];
    size_t i = hx_world_release(model, release);
    struct tp_manifest *m = &w->software[i];
    int days = release == HX_RELEASE_LATER ? 2000 : HX_RELEASE_DAYS;
    snprintf(name, sizeof name, "software/%u/%u", model, release);
    *m = (struct tp_manifest){.model = (uint16_t)model,
                              .version = 10 + release,
                              .least = 10,
                              .expiry_s = HX_EPOCH_S + (uint32_t)days * 86400,
                              .size = (uint16_t)(520 - 40 * model)};
    named(seed, name, w->image[i], m->size);
    cr_blake2b256(m->hash, w->image[i], m->size);
    tp_manifest_sign(m, w->maker_secret);
}

void hx_world_make(struct hx_world *w, uint64_t seed, uint8_t secrets)
{
    static const uint8_t roles[HX_NODE_COUNT] = {
        TP_ROLE_IMPLANT, TP_ROLE_IMPLANT, TP_ROLE_CLINICIAN, TP_ROLE_MONITOR,
        TP_ROLE_PATIENT, TP_ROLE_SERVER,  TP_ROLE_UPDATER};
    uint8_t sign_seed[CR_SIGN_SEED_LEN];
    *w = (struct hx_world){0};
    named(seed, "authority", sign_seed, sizeof sign_seed);
    cr_sign_keypair(sign_seed, w->anchor, w->authority_secret);
    named(seed, "maker", sign_seed, sizeof sign_seed);
    cr_sign_keypair(sign_seed, w->maker, w->maker_secret);
    for (unsigned model = 1; model <= HX_MODELS; model++)
        for (unsigned release = 0; release < HX_RELEASES; release++)
            make_software(w, seed, model, release);
    for (int i = 0; i < 2; i++)
        make_patient(w, seed, i, secrets);
    for (int n = 0; n < HX_ENDPOINTS; n++) {
        struct tp_certificate *c = &w->cert[n];
        named(seed, hx_node_name(n), w->s_priv[n], CR_DH_LEN);
        *c = (struct tp_certificate){.role = roles[n],
                                     .not_before_s = HX_EPOCH_S - 86400,
                                     .not_after_s = HX_EPOCH_S + 2000 * 86400,
                                     .epoch = HX_CERT_EPOCH};
        if (roles[n] == TP_ROLE_IMPLANT)
            memcpy(c->scope, w->id[n], TP_ID_LEN);
        else if (roles[n] == TP_ROLE_MONITOR || roles[n] == TP_ROLE_PATIENT)
            memcpy(c->scope, w->id[0], TP_ID_LEN);
        hx_world_certify(w, c, w->s_priv[n], true);
    }
    w->service = w->cert[HX_NODE_PROGRAMMER];
    w->service.role = TP_ROLE_SERVICE;
    hx_world_certify(w, &w->service, w->s_priv[HX_NODE_PROGRAMMER], true);
    named(seed, "service secret", w->service_secret, sizeof w->service_secret);
}
