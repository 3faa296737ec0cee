// test_certificate.c - certificates, statements and anchors: shape, signature, terms

#include "bed.h"
#include "exact.h"
#include "weak.h"
#include <crypto/init.h>
#include <suite.h>

static struct clinic clinic;
static uint8_t s_priv[CR_DH_LEN], implant[TP_ID_LEN];

static struct tp_certificate good(void)
{
    struct tp_certificate c = {.role = TP_ROLE_CLINICIAN,
                               .not_before_s = 1000,
                               .not_after_s = 2000,
                               .epoch = 5};
    memcpy(c.scope, implant, TP_ID_LEN);
    clinic_certify(&clinic, &c, s_priv);
    return c;
}

// What an implant that knows it is second 1500 and epoch 5 asks of a peer.
static struct tp_certificate_terms terms_for(const struct tp_certificate *c)
{
    return (struct tp_certificate_terms){.anchor = clinic.anchor,
                                         .key = c->key,
                                         .implant = implant,
                                         .now_s = 1500,
                                         .epoch_min = 5};
}

static enum tp_err check(const struct tp_certificate *c,
                         const struct tp_certificate_terms *t,
                         const struct tp_controls *controls)
{
    return tp_certificate_check(c, t, controls, TP_CTL_CERTIFICATE_CHECK);
}

static enum tp_err parse_exact(const uint8_t *src, size_t len,
                               struct tp_certificate *out)
{
    uint8_t *buf = exact_copy(src, len);
    enum tp_err e = tp_certificate_parse(buf, len, out);
    free(buf);
    return e;
}

// CERT-1: the layout, byte by byte.
static void layout_is_as_drawn(void)
{
    struct tp_certificate c = {.role = 3,
                               .not_before_s = 0x01020304,
                               .not_after_s = 0x05060708,
                               .epoch = 0x090a};
    uint8_t b[TP_CERT_LEN];
    memset(c.key, 0x11, sizeof c.key);
    memset(c.scope, 0x22, sizeof c.scope);
    memset(c.signature, 0x33, sizeof c.signature);
    tp_certificate_build(&c, b);
    CU_ASSERT_EQUAL(TP_CERT_LEN, 123);
    static const uint8_t middle[] = {4, 3, 2, 1, 8, 7, 6, 5, 0x0a, 9};
    CU_ASSERT(b[0] == 0x11 && b[31] == 0x11 && b[32] == 3);
    CU_ASSERT(b[33] == 0x22 && b[48] == 0x22);
    CU_ASSERT_EQUAL(memcmp(b + 49, middle, sizeof middle), 0);
    CU_ASSERT(b[59] == 0x33 && b[122] == 0x33);
}

static void what_parses_is_built_again(void)
{
    uint8_t b[TP_CERT_LEN], again[TP_CERT_LEN];
    struct tp_certificate c = {.role = 0};
    fill_with(b, sizeof b, 1);
    b[32] = TP_ROLE_SERVICE;
    CU_ASSERT_EQUAL_FATAL(parse_exact(b, sizeof b, &c), TP_OK);
    tp_certificate_build(&c, again);
    CU_ASSERT_EQUAL(memcmp(again, b, sizeof b), 0);
}

static void wrong_sizes_and_roles_are_refused(void)
{
    uint8_t b[TP_CERT_LEN + 1] = {0};
    struct tp_certificate c = {.epoch = 77};
    for (size_t len = 0; len < TP_CERT_LEN; len++)
        CU_ASSERT_EQUAL(parse_exact(b, len, &c), TP_E_SHORT);
    CU_ASSERT_EQUAL(parse_exact(b, sizeof b, &c), TP_E_EXCESS);
    for (unsigned role = TP_ROLE_COUNT; role < 256; role++) {
        b[32] = (uint8_t)role;
        CU_ASSERT_EQUAL(parse_exact(b, TP_CERT_LEN, &c), TP_E_VALUE);
    }
    CU_ASSERT_EQUAL(c.epoch, 77);
}

// CERT-2: any changed bit, another authority, another key, an implant's role.
static void signature_key_and_role_must_hold(void)
{
    struct tp_certificate c = good();
    struct tp_certificate_terms t = terms_for(&c);
    uint8_t b[TP_CERT_LEN], other[CR_DH_LEN] = {9};
    CU_ASSERT_EQUAL(check(&c, &t, &all_controls), TP_OK);

    tp_certificate_build(&c, b);
    for (size_t i = 0; i < sizeof b; i++) {
        struct tp_certificate bad;
        b[i] ^= 1;
        if (tp_certificate_parse(b, sizeof b, &bad) == TP_OK)
            CU_ASSERT_EQUAL(check(&bad, &t, &all_controls), TP_E_AUTH);
        b[i] ^= 1;
    }
    t.key = other;
    CU_ASSERT_EQUAL(check(&c, &t, &all_controls), TP_E_AUTH);
    t = terms_for(&c);
    t.roles_implant = true;
    CU_ASSERT_EQUAL(check(&c, &t, &all_controls), TP_E_AUTH);
    struct clinic stranger;
    clinic_make(&stranger, 0x99);
    t = terms_for(&c);
    t.anchor = stranger.anchor;
    CU_ASSERT_EQUAL(check(&c, &t, &all_controls), TP_E_AUTH);
}

static void without_the_check_any_signature_will_do(void)
{
    struct tp_certificate c = good();
    struct tp_certificate_terms t = terms_for(&c);
    struct tp_controls weak = without(TP_CTL_CERTIFICATE_CHECK);
    c.signature[0] ^= 1;
    CU_ASSERT_EQUAL(check(&c, &t, &weak), SWITCHES ? TP_OK : TP_E_AUTH);
    // Pairing has a control of its own, which this does not take away.
    CU_ASSERT_EQUAL(tp_certificate_check(&c, &t, &weak, TP_CTL_PAIRING_AUTHENTICATION),
                    TP_E_AUTH);
    weak = without(TP_CTL_PAIRING_AUTHENTICATION);
    CU_ASSERT_EQUAL(tp_certificate_check(&c, &t, &weak, TP_CTL_PAIRING_AUTHENTICATION),
                    SWITCHES ? TP_OK : TP_E_AUTH);
}

// CERT-3
static void scope_covers_this_implant_or_all(void)
{
    struct tp_certificate c = good();
    struct tp_certificate_terms t = terms_for(&c);
    struct tp_controls weak = without(TP_CTL_CERTIFICATE_SCOPE);
    memset(c.scope, 0, sizeof c.scope);
    clinic_certify(&clinic, &c, s_priv);
    CU_ASSERT_EQUAL(check(&c, &t, &all_controls), TP_OK);
    c.scope[TP_ID_LEN - 1] = 1;
    clinic_certify(&clinic, &c, s_priv);
    CU_ASSERT_EQUAL(check(&c, &t, &all_controls), TP_E_AUTH);
    CU_ASSERT_EQUAL(check(&c, &t, &weak), SWITCHES ? TP_OK : TP_E_AUTH);
}

// CERT-4: the last second counts; a certificate from the future is still one.
static void validity_ends_after_its_last_second(void)
{
    struct tp_certificate c = good();
    struct tp_certificate_terms t = terms_for(&c);
    struct tp_controls weak = without(TP_CTL_CERTIFICATE_VALIDITY);
    t.now_s = 2000;
    CU_ASSERT_EQUAL(check(&c, &t, &all_controls), TP_OK);
    t.now_s = 2001;
    CU_ASSERT_EQUAL(check(&c, &t, &all_controls), TP_E_AUTH);
    CU_ASSERT_EQUAL(check(&c, &t, &weak), SWITCHES ? TP_OK : TP_E_AUTH);
    t.now_s = 10;
    CU_ASSERT_EQUAL(check(&c, &t, &all_controls), TP_OK);
    c.not_before_s = 2001;
    clinic_certify(&clinic, &c, s_priv);
    CU_ASSERT_EQUAL(check(&c, &t, &all_controls), TP_E_AUTH);
}

// CERT-5
static void epoch_is_at_least_the_least(void)
{
    struct tp_certificate c = good();
    struct tp_certificate_terms t = terms_for(&c);
    struct tp_controls weak = without(TP_CTL_CERTIFICATE_EPOCH);
    t.epoch_min = 6;
    CU_ASSERT_EQUAL(check(&c, &t, &all_controls), TP_E_AUTH);
    CU_ASSERT_EQUAL(check(&c, &t, &weak), SWITCHES ? TP_OK : TP_E_AUTH);
    t.epoch_min = 4;
    CU_ASSERT_EQUAL(check(&c, &t, &all_controls), TP_OK);
}

// CMD-3: sets, not a ladder.
static void capabilities_are_sets(void)
{
    CU_ASSERT_EQUAL(tp_role_capabilities(TP_ROLE_MONITOR), TP_CAP_READ);
    CU_ASSERT_EQUAL(tp_role_capabilities(TP_ROLE_PATIENT),
                    TP_CAP_NOTIFY | TP_CAP_BOLUS);
    CU_ASSERT_EQUAL(tp_role_capabilities(TP_ROLE_CLINICIAN),
                    TP_CAP_READ | TP_CAP_NOTIFY | TP_CAP_THERAPY | TP_CAP_BOLUS);
    CU_ASSERT_EQUAL(tp_role_capabilities(TP_ROLE_SERVICE), TP_CAP_READ | TP_CAP_UPDATE);
    CU_ASSERT_EQUAL(tp_role_capabilities(TP_ROLE_IMPLANT), 0);
    CU_ASSERT_EQUAL(tp_role_capabilities(TP_ROLE_SERVER), 0);
    CU_ASSERT_EQUAL(tp_role_capabilities(TP_ROLE_UPDATER), 0);
    CU_ASSERT_EQUAL(tp_role_capabilities(TP_ROLE_COUNT), 0);
}

static enum tp_err statement_exact(const uint8_t *src, size_t len,
                                   struct tp_statement *out)
{
    uint8_t *buf = exact_copy(src, len);
    enum tp_err e = tp_statement_parse(buf, len, out);
    free(buf);
    return e;
}

// TIME-2: layout, sizes and signature of a statement.
static void statements_are_as_drawn(void)
{
    struct tp_statement st = {.time_s = 0x01020304, .epoch = 0x0506}, back;
    uint8_t b[TP_STATEMENT_LEN + 1] = {0};
    static const uint8_t head[] = {4, 3, 2, 1, 6, 5};
    tp_statement_sign(&st, clinic.secret);
    tp_statement_build(&st, b);
    CU_ASSERT_EQUAL(TP_STATEMENT_LEN, 70);
    CU_ASSERT_EQUAL(memcmp(b, head, sizeof head), 0);
    CU_ASSERT_EQUAL(memcmp(b + 6, st.signature, CR_SIGNATURE_LEN), 0);
    for (size_t len = 0; len < TP_STATEMENT_LEN; len++)
        CU_ASSERT_EQUAL(statement_exact(b, len, &back), TP_E_SHORT);
    CU_ASSERT_EQUAL(statement_exact(b, sizeof b, &back), TP_E_EXCESS);

    for (size_t i = 0; i < TP_STATEMENT_LEN; i++) {
        b[i] ^= 0x10;
        CU_ASSERT_EQUAL_FATAL(statement_exact(b, TP_STATEMENT_LEN, &back), TP_OK);
        CU_ASSERT_EQUAL(tp_statement_check(&back, clinic.anchor), TP_E_AUTH);
        b[i] ^= 0x10;
    }
    CU_ASSERT_EQUAL_FATAL(statement_exact(b, TP_STATEMENT_LEN, &back), TP_OK);
    CU_ASSERT_EQUAL(tp_statement_check(&back, clinic.anchor), TP_OK);
}

// ANC-1, CRY-2: the old anchor vouches for the new, and each label for one kind of
// text.
static void signatures_of_one_kind_are_none_of_another(void)
{
    uint8_t sig[CR_SIGNATURE_LEN], text[64] = "telltale anchor";
    struct clinic next;
    clinic_make(&next, 0x77);
    tp_anchor_sign(sig, next.anchor, clinic.secret);
    CU_ASSERT_EQUAL(tp_anchor_check(sig, next.anchor, clinic.anchor), TP_OK);
    CU_ASSERT_EQUAL(tp_anchor_check(sig, clinic.anchor, clinic.anchor), TP_E_AUTH);
    CU_ASSERT_EQUAL(tp_anchor_check(sig, next.anchor, next.anchor), TP_E_AUTH);
    memcpy(text + 15, next.anchor, CR_SIGN_PUBLIC_LEN);
    CU_ASSERT_EQUAL(cr_verify(sig, clinic.anchor, text, 15 + CR_SIGN_PUBLIC_LEN),
                    CR_OK);
    // A signature over the same bytes without the label is worth nothing.
    cr_sign(sig, clinic.secret, next.anchor, CR_SIGN_PUBLIC_LEN);
    CU_ASSERT_EQUAL(tp_anchor_check(sig, next.anchor, clinic.anchor), TP_E_AUTH);
}

int main(void)
{
    static const struct suite_case cases[] = {
        {"CERT-1: the layout is as drawn", layout_is_as_drawn},
        {"CERT-1: what parses is built again", what_parses_is_built_again},
        {"wrong sizes and roles are refused", wrong_sizes_and_roles_are_refused},
        {"CERT-2: signature, key and role must hold", signature_key_and_role_must_hold},
        {"without certificate-check any signature will do",
         without_the_check_any_signature_will_do},
        {"CERT-3: a scope covers this implant or all",
         scope_covers_this_implant_or_all},
        {"CERT-4: validity ends after its last second",
         validity_ends_after_its_last_second},
        {"CERT-5: an epoch is at least the least", epoch_is_at_least_the_least},
        {"CMD-3: capabilities are sets", capabilities_are_sets},
        {"TIME-2: statements are as drawn", statements_are_as_drawn},
        {"ANC-1: signatures of one kind are none of another",
         signatures_of_one_kind_are_none_of_another},
        {0},
    };
    if (cr_init())
        return 2;
    clinic_make(&clinic, 0xc1);
    memset(s_priv, 0x42, sizeof s_priv);
    memset(implant, 0x1d, sizeof implant);
    return suite_main("protocol/certificate", cases);
}
