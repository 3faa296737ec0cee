#include "signed.h"
#include <crypto/bytes.h>
#include <crypto/hash.h>
#include <protocol/certificate.h>

enum tp_err tp_certificate_parse(const uint8_t *buf, size_t len,
                                 struct tp_certificate *out)
{
    if (len > TP_CERT_LEN)
        return TP_E_EXCESS;

    struct rd r = rd_of(buf, len);
    struct tp_certificate c;
    rd_get(&r, c.key, sizeof c.key);
    c.role = rd_u8(&r);
    rd_get(&r, c.scope, sizeof c.scope);
    c.not_before_s = rd_u32(&r);
    c.not_after_s = rd_u32(&r);
    c.epoch = rd_u16(&r);
    rd_get(&r, c.signature, sizeof c.signature);
    if (!rd_end(&r))
        return TP_E_SHORT;
    if (c.role >= TP_ROLE_COUNT)
        return TP_E_VALUE;
    *out = c;
    return TP_OK;
}

void tp_certificate_build(const struct tp_certificate *in, uint8_t out[TP_CERT_LEN])
{
    struct wr w = wr_of(out, TP_CERT_LEN);
    wr_put(&w, in->key, sizeof in->key);
    wr_u8(&w, in->role);
    wr_put(&w, in->scope, sizeof in->scope);
    wr_u32(&w, in->not_before_s);
    wr_u32(&w, in->not_after_s);
    wr_u16(&w, in->epoch);
    wr_put(&w, in->signature, sizeof in->signature);
    assert(!w.bad && w.done == TP_CERT_LEN);
}

void tp_certificate_sign(struct tp_certificate *cert,
                         const uint8_t authority[CR_SIGN_SECRET_LEN])
{
    uint8_t bytes[TP_CERT_LEN];
    tp_certificate_build(cert, bytes);
    tp_sign_as(cert->signature, authority, "telltale certificate", bytes, TP_CERT_BODY);
}

static bool signed_for(const struct tp_certificate *cert,
                       const struct tp_certificate_terms *terms)
{
    uint8_t bytes[TP_CERT_LEN];
    tp_certificate_build(cert, bytes);
    return cr_equal(cert->key, terms->key, CR_DH_LEN) &&
           tp_check_as(cert->signature, terms->anchor, "telltale certificate", bytes,
                       TP_CERT_BODY) == TP_OK;
}

static bool covers(const struct tp_certificate *cert, const uint8_t *implant)
{
    static const uint8_t any[TP_ID_LEN];
    return cr_equal(cert->scope, any, TP_ID_LEN) ||
           cr_equal(cert->scope, implant, TP_ID_LEN);
}

enum tp_err tp_certificate_check(const struct tp_certificate *cert,
                                 const struct tp_certificate_terms *terms,
                                 const struct tp_controls *controls,
                                 enum tp_control authentication)
{
    if ((cert->role == TP_ROLE_IMPLANT) != terms->roles_implant)
        return TP_E_AUTH;
    // Cheap checks first: the signature is the dear one.
    if (tp_has(controls, TP_CTL_CERTIFICATE_SCOPE) && !covers(cert, terms->implant))
        return TP_E_AUTH;
    if (tp_has(controls, TP_CTL_CERTIFICATE_VALIDITY) &&
        (terms->now_s > cert->not_after_s || cert->not_before_s > cert->not_after_s))
        return TP_E_AUTH;
    if (tp_has(controls, TP_CTL_CERTIFICATE_EPOCH) && cert->epoch < terms->epoch_min)
        return TP_E_AUTH;
    if (tp_has(controls, authentication) && !signed_for(cert, terms))
        return TP_E_AUTH;
    return TP_OK;
}

uint8_t tp_role_capabilities(uint8_t role)
{
    switch (role) {
    case TP_ROLE_MONITOR:
        return TP_CAP_READ;
    case TP_ROLE_PATIENT:
        return TP_CAP_NOTIFY | TP_CAP_BOLUS;
    case TP_ROLE_CLINICIAN:
        return TP_CAP_READ | TP_CAP_NOTIFY | TP_CAP_THERAPY | TP_CAP_BOLUS;
    case TP_ROLE_SERVICE:
        return TP_CAP_READ | TP_CAP_UPDATE;
    default:
        return 0;
    }
}

enum tp_err tp_statement_parse(const uint8_t *buf, size_t len, struct tp_statement *out)
{
    if (len > TP_STATEMENT_LEN)
        return TP_E_EXCESS;

    struct rd r = rd_of(buf, len);
    struct tp_statement st;
    st.time_s = rd_u32(&r);
    st.epoch = rd_u16(&r);
    rd_get(&r, st.signature, sizeof st.signature);
    if (!rd_end(&r))
        return TP_E_SHORT;
    *out = st;
    return TP_OK;
}

void tp_statement_build(const struct tp_statement *in, uint8_t out[TP_STATEMENT_LEN])
{
    struct wr w = wr_of(out, TP_STATEMENT_LEN);
    wr_u32(&w, in->time_s);
    wr_u16(&w, in->epoch);
    wr_put(&w, in->signature, sizeof in->signature);
    assert(!w.bad && w.done == TP_STATEMENT_LEN);
}

void tp_statement_sign(struct tp_statement *st,
                       const uint8_t authority[CR_SIGN_SECRET_LEN])
{
    uint8_t bytes[TP_STATEMENT_LEN];
    tp_statement_build(st, bytes);
    tp_sign_as(st->signature, authority, "telltale statement", bytes,
               TP_STATEMENT_BODY);
}

enum tp_err tp_statement_check(const struct tp_statement *st,
                               const uint8_t anchor[CR_SIGN_PUBLIC_LEN])
{
    uint8_t bytes[TP_STATEMENT_LEN];
    tp_statement_build(st, bytes);
    return tp_check_as(st->signature, anchor, "telltale statement", bytes,
                       TP_STATEMENT_BODY);
}

void tp_anchor_sign(uint8_t signature[CR_SIGNATURE_LEN],
                    const uint8_t anchor[CR_SIGN_PUBLIC_LEN],
                    const uint8_t authority[CR_SIGN_SECRET_LEN])
{
    tp_sign_as(signature, authority, "telltale anchor", anchor, CR_SIGN_PUBLIC_LEN);
}

enum tp_err tp_anchor_check(const uint8_t signature[CR_SIGNATURE_LEN],
                            const uint8_t anchor[CR_SIGN_PUBLIC_LEN],
                            const uint8_t old[CR_SIGN_PUBLIC_LEN])
{
    return tp_check_as(signature, old, "telltale anchor", anchor, CR_SIGN_PUBLIC_LEN);
}
