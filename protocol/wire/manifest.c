#include "signed.h"
#include <crypto/bytes.h>
#include <protocol/manifest.h>

static const char label[] = "telltale manifest";

enum tp_err tp_manifest_parse(const uint8_t *buf, size_t len, struct tp_manifest *out)
{
    if (len < TP_MANIFEST_LEN)
        return TP_E_SHORT;
    if (len > TP_MANIFEST_LEN)
        return TP_E_EXCESS;

    struct rd r = rd_of(buf, len);
    struct tp_manifest m;
    m.model = rd_u16(&r);
    m.version = rd_u32(&r);
    m.least = rd_u32(&r);
    m.expiry_s = rd_u32(&r);
    m.size = rd_u16(&r);
    rd_get(&r, m.hash, sizeof m.hash);
    rd_get(&r, m.signature, sizeof m.signature);
    if (m.size == 0 || m.size > TP_IMAGE_MAX || m.least > m.version)
        return TP_E_VALUE;
    *out = m;
    return TP_OK;
}

void tp_manifest_build(const struct tp_manifest *in, uint8_t out[TP_MANIFEST_LEN])
{
    struct wr w = wr_of(out, TP_MANIFEST_LEN);
    wr_u16(&w, in->model);
    wr_u32(&w, in->version);
    wr_u32(&w, in->least);
    wr_u32(&w, in->expiry_s);
    wr_u16(&w, in->size);
    wr_put(&w, in->hash, sizeof in->hash);
    wr_put(&w, in->signature, sizeof in->signature);
    assert(!w.bad && w.done == TP_MANIFEST_LEN);
}

void tp_manifest_sign(struct tp_manifest *m, const uint8_t maker[CR_SIGN_SECRET_LEN])
{
    uint8_t bytes[TP_MANIFEST_LEN];
    tp_manifest_build(m, bytes);
    tp_sign_as(m->signature, maker, label, bytes, TP_MANIFEST_BODY);
}

enum tp_err tp_manifest_check(const struct tp_manifest *m,
                              const uint8_t maker[CR_SIGN_PUBLIC_LEN])
{
    uint8_t bytes[TP_MANIFEST_LEN];
    tp_manifest_build(m, bytes);
    return tp_check_as(m->signature, maker, label, bytes, TP_MANIFEST_BODY);
}

bool tp_manifest_is_of(const struct tp_manifest *m, const uint8_t *image)
{
    uint8_t hash[CR_BLAKE2B_LEN];
    cr_blake2b256(hash, image, m->size);
    return cr_equal(hash, m->hash, sizeof hash);
}
