#include "bed.h"
#include <crypto/bytes.h>
#include <crypto/hash.h>
#include <stdlib.h>

enum { CANARY = 0xc5 };

void clinic_make(struct clinic *c, uint8_t seed)
{
    uint8_t bytes[CR_SIGN_SEED_LEN];
    memset(bytes, seed, sizeof bytes);
    cr_sign_keypair(bytes, c->anchor, c->secret);
}

void clinic_certify(const struct clinic *c, struct tp_certificate *cert,
                    const uint8_t s_priv[CR_DH_LEN])
{
    cr_dh_public(s_priv, cert->key);
    tp_certificate_sign(cert, c->secret);
}

static void maker_make(uint8_t pub[CR_SIGN_PUBLIC_LEN],
                       uint8_t secret[CR_SIGN_SECRET_LEN])
{
    static const uint8_t seed[CR_SIGN_SEED_LEN] = {0x3a};
    cr_sign_keypair(seed, pub, secret);
}

void bed_maker(uint8_t pub[CR_SIGN_PUBLIC_LEN])
{
    uint8_t secret[CR_SIGN_SECRET_LEN];
    maker_make(pub, secret);
}

void bed_sign(struct tp_manifest *m, const uint8_t *image)
{
    uint8_t pub[CR_SIGN_PUBLIC_LEN], secret[CR_SIGN_SECRET_LEN];
    maker_make(pub, secret);
    cr_blake2b256(m->hash, image, m->size);
    tp_manifest_sign(m, secret);
}

void bed_release(struct tp_manifest *m, uint8_t image[TP_IMAGE_MAX], uint16_t model,
                 uint32_t version)
{
    memset(image, (int)(version & 0xff), TP_IMAGE_MAX);
    *m = (struct tp_manifest){.model = model,
                              .version = version,
                              .least = 1,
                              .expiry_s = BED_TIME_S + 1000000,
                              .size = 200};
    bed_sign(m, image);
}

static void identify(struct bed *b, const uint8_t settings[TP_SETTINGS_LEN])
{
    struct tp_implant_identity *id = &b->identity;
    static const char text[] = "patient Ada Marsh";
    memset(id->s_priv, 0x5e, sizeof id->s_priv);
    memset(id->log_key, 0x10, sizeof id->log_key);
    memcpy(id->anchor, b->clinic.anchor, sizeof id->anchor);
    id->certificate = (struct tp_certificate){.role = TP_ROLE_IMPLANT,
                                              .not_before_s = BED_TIME_S - 1000,
                                              .not_after_s = BED_TIME_S + 100000000,
                                              .epoch = BED_EPOCH};
    memset(id->certificate.scope, 0x1d, TP_ID_LEN);
    clinic_certify(&b->clinic, &id->certificate, id->s_priv);
    id->time_s = BED_TIME_S;
    id->epoch_min = BED_EPOCH;
    memcpy(id->settings, settings, TP_SETTINGS_LEN);
    id->text_len = sizeof text - 1;
    memcpy(id->text, text, id->text_len);
}

static void provision(struct bed *b, uint16_t model)
{
    bed_maker(b->identity.maker);
    bed_release(&b->identity.software, b->image, model, BED_SOFTWARE);
    b->identity.image = b->image;
    tp_implant_provision(b->nvm, &b->identity);
}

static size_t packed(const struct ep_output *o)
{
    switch (o->kind) {
    case EP_SEND:
        return 7u + o->send.len;
    case EP_NVM:
        return 4u + o->nvm.len;
    case EP_COMMIT:
        return 4u + o->commit.len;
    case EP_LISTEN:
        return 14;
    default:
        return 7;
    }
}

// What therapy gives at each moment of its clock.
static bool is_pulse(const struct ep_output *o)
{
    return o->kind == EP_COMMIT &&
           (o->commit.opcode == EP_COMMIT_PACE || o->commit.opcode == EP_COMMIT_DOSE);
}

static void committed(struct bed *b, const struct ep_output *o)
{
    if (is_pulse(o)) {
        b->paces++;
        if (b->now_us - b->last_pace_us > b->longest_gap_us)
            b->longest_gap_us = b->now_us - b->last_pace_us;
        b->last_pace_us = b->now_us;
    } else if (o->commit.opcode == EP_COMMIT_THERAPY) {
        b->therapy_commits++;
        if (tp_therapy_parse(o->commit.args, o->commit.len, &b->therapy))
            abort();
    } else if (o->commit.opcode == EP_COMMIT_BOOT) {
        struct rd r = rd_of(o->commit.args, o->commit.len);
        rd_take(&r, 4); // where it lies, and how long it is
        b->software = rd_u32(&r);
    } else {
        b->other_commits++;
    }
}

static void apply(struct bed *b, const struct ep_output *o)
{
    switch (o->kind) {
    case EP_SEND:
        b->sends++;
        break;
    case EP_NVM:
        if (o->nvm.at + o->nvm.len > TP_IMPLANT_NVM_LEN)
            abort();
        memcpy(b->nvm + o->nvm.at, o->nvm.bytes, o->nvm.len);
        b->writes++;
        break;
    case EP_COMMIT:
        committed(b, o);
        break;
    case EP_LISTEN:
        if (o->listen.link == EP_RF) {
            b->sniff_us = o->listen.every_us;
            b->longest = o->listen.len_max;
            b->listen_until_us = o->listen.until_us;
        }
        break;
    default:
        break;
    }
}

static void power_up(struct bed *b);

static void drain(struct bed *b)
{
    struct ep_output o;
    size_t bytes = 0;
    while (b->ops->output(b->ram, &o)) {
        bytes += packed(&o);
        if (b->out_count < BED_OUTS && !is_pulse(&o))
            b->outs[b->out_count++] = o;
        apply(b, &o);
        if (o.kind == EP_NVM && b->cut_after > 0 && --b->cut_after == 0) {
            b->cut_after = BED_NEVER_CUT;
            b->cut = true;
            bed_boot(b);
            return;
        }
        if (o.kind == EP_RESTART) {
            b->restarts++;
            b->restart_us = b->now_us;
            power_up(b);
            return;
        }
    }
    if (bytes > b->out_bytes)
        b->out_bytes = bytes;
}

static void forget(struct bed *b)
{
    b->out_count = 0;
    b->out_bytes = 0;
    b->sends = 0;
    b->writes = 0;
    b->paces = 0;
}

static void power_up(struct bed *b)
{
    uint8_t config[TP_IMPLANT_CONFIG_LEN], seed[EP_SEED_LEN];
    memset(seed, ++b->boots, sizeof seed);
    memset(b->ram, 0, BED_RAM);
    tp_implant_config_build(&b->config, config);
    b->software = 0;
    if (b->ops->size > BED_RAM ||
        b->ops->init(b->ram, b->nvm, seed, config, sizeof config, b->now_us))
        abort();
    b->boot_count++;
    drain(b);
}

void bed_boot(struct bed *b)
{
    forget(b);
    power_up(b);
}

void bed_start_as(struct bed *b, const struct ep_ops *ops,
                  const struct tp_implant_config *config,
                  const uint8_t settings[TP_SETTINGS_LEN])
{
    static const struct tp_implant_config plain;
    memset(b, 0, sizeof *b);
    memset(b->ram + BED_RAM, CANARY, BED_CANARY);
    b->ops = ops;
    b->cut_after = BED_NEVER_CUT;
    b->config = config ? *config : plain;
    clinic_make(&b->clinic, 0xc1);
    identify(b, settings);
    provision(b, ops == &tp_implant_ops ? TP_MODEL_CARDIAC : TP_MODEL_PUMP);
    bed_boot(b);
}

void bed_start(struct bed *b, const struct tp_implant_config *config)
{
    static const struct tp_therapy first = {60, 130, 2500, 1};
    uint8_t settings[TP_SETTINGS_LEN];
    tp_therapy_build(&first, settings);
    bed_start_as(b, &tp_implant_ops, config, settings);
    b->therapy = first;
}

void bed_hear(struct bed *b, enum ep_link link, const uint8_t *bytes, size_t len)
{
    // Frames arrive in an array of full length; what lies behind is not the frame's.
    struct ep_frame f = {
        .now_us = b->now_us, .link = (uint8_t)link, .len = (uint8_t)len};
    memset(f.bytes, 0xaa, sizeof f.bytes);
    if (len > 0)
        memcpy(f.bytes, bytes, len);
    forget(b);
    b->ops->receive(b->ram, &f);
    drain(b);
}

void bed_pass(struct bed *b, uint64_t us)
{
    uint64_t end = b->now_us + us;
    forget(b);
    for (;;) {
        uint64_t due = b->ops->deadline(b->ram);
        if (due > end)
            break;
        if (due > b->now_us)
            b->now_us = due;
        b->ops->expire(b->ram, b->now_us);
        drain(b);
    }
    b->now_us = end;
}

void bed_magnet(struct bed *b, bool held)
{
    struct ep_act act = {.kind = EP_ACT_MAGNET, .len = 1, .args = {held}};
    forget(b);
    if (b->ops->act(b->ram, &act, b->now_us))
        abort();
    drain(b);
}

const struct ep_frame *bed_sent(const struct bed *b, enum ep_link link)
{
    for (size_t i = b->out_count; i-- > 0;)
        if (b->outs[i].kind == EP_SEND && b->outs[i].send.link == link)
            return &b->outs[i].send;
    return NULL;
}

const struct ep_output *bed_committed(const struct bed *b, enum ep_commit_kind kind)
{
    for (size_t i = b->out_count; i-- > 0;)
        if (b->outs[i].kind == EP_COMMIT && b->outs[i].commit.opcode == kind)
            return &b->outs[i];
    return NULL;
}

size_t bed_place(const struct bed *b, enum ep_output_kind kind)
{
    for (size_t i = 0; i < b->out_count; i++)
        if (b->outs[i].kind == kind)
            return i;
    return BED_OUTS;
}

bool bed_sound(const struct bed *b)
{
    for (size_t i = 0; i < BED_CANARY; i++)
        if (b->ram[BED_RAM + i] != CANARY)
            return false;
    return b->out_bytes <= BED_CALL_MAX;
}

bool bed_therapy_is(const struct bed *b, struct tp_therapy t)
{
    return b->therapy.lower_rate_ppm == t.lower_rate_ppm &&
           b->therapy.upper_rate_ppm == t.upper_rate_ppm &&
           b->therapy.amplitude_mv == t.amplitude_mv && b->therapy.mode == t.mode;
}

unsigned bed_logged(const struct bed *b, enum tp_log_class class)
{
    struct rd r = rd_of(b->nvm + tp_implant_nvm_map.log_counts + 4 * (size_t) class, 4);
    rd_u16(&r);
    return rd_u16(&r);
}

struct tp_log_entry bed_entry(const struct bed *b, enum tp_log_class class,
                              size_t place)
{
    struct tp_log_entry e;
    size_t n = (size_t) class * TP_LOG_KEPT + place;
    tp_log_entry_parse(b->nvm + tp_implant_nvm_map.log_entries + n * TP_LOG_ENTRY_LEN,
                       &e);
    return e;
}
