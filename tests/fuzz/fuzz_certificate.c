// Drives: tp_certificate_parse, _check, tp_statement_parse, _check and their builders
// Holds:  what parses is built again to the same bytes; nobody's signature is refused,
//         the authority's is taken, and is refused again once any one bit is changed;
//         a refusal to parse leaves *out alone
// Corpus: fixtures/corpus/fuzz_certificate
//
// The input is the certificate or the statement, so its own bytes also choose the
// bit that is changed.

#include <protocol/certificate.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void hold(bool what)
{
    if (!what)
        abort();
}

static bool untouched(const void *out, size_t len)
{
    const uint8_t *p = out;
    for (size_t i = 0; i < len; i++)
        if (p[i] != 0xa5)
            return false;
    return true;
}

struct authority {
    uint8_t anchor[CR_SIGN_PUBLIC_LEN], secret[CR_SIGN_SECRET_LEN];
};

static struct authority authority(void)
{
    static const uint8_t seed[CR_SIGN_SEED_LEN] = "not in any corpus";
    struct authority a;
    cr_sign_keypair(seed, a.anchor, a.secret);
    return a;
}

static void change_one_bit(uint8_t *bytes, size_t len, const uint8_t *data)
{
    size_t sum = 0;
    for (size_t i = 0; i < len; i++)
        sum = sum * 31 + data[i];
    bytes[sum / 8 % len] ^= (uint8_t)(1 << sum % 8);
}

static enum tp_err judge(const struct tp_certificate *cert,
                         const struct tp_certificate *meant,
                         const struct authority *authority)
{
    static const struct tp_controls all;
    struct tp_certificate_terms terms = {
        .anchor = authority->anchor,
        .key = meant->key,
        .implant = meant->scope,
        .now_s = meant->not_after_s,
        .epoch_min = meant->epoch,
        .roles_implant = meant->role == TP_ROLE_IMPLANT,
    };
    return tp_certificate_check(cert, &terms, &all, TP_CTL_CERTIFICATE_CHECK);
}

static void certificate(const uint8_t *data, size_t len)
{
    struct tp_certificate cert, changed;
    uint8_t built[TP_CERT_LEN];
    memset(&cert, 0xa5, sizeof cert);
    if (tp_certificate_parse(data, len, &cert) != TP_OK) {
        hold(untouched(&cert, sizeof cert));
        return;
    }
    tp_certificate_build(&cert, built);
    hold(len == sizeof built && memcmp(built, data, len) == 0);

    struct authority clinic = authority();
    hold(judge(&cert, &cert, &clinic) == TP_E_AUTH);
    tp_certificate_sign(&cert, clinic.secret);
    bool possible = cert.not_before_s <= cert.not_after_s;
    hold((judge(&cert, &cert, &clinic) == TP_OK) == possible);

    tp_certificate_build(&cert, built);
    change_one_bit(built, sizeof built, data);
    if (tp_certificate_parse(built, sizeof built, &changed) == TP_OK)
        hold(judge(&changed, &cert, &clinic) == TP_E_AUTH);
}

static void statement(const uint8_t *data, size_t len)
{
    struct tp_statement st, changed;
    uint8_t built[TP_STATEMENT_LEN];
    memset(&st, 0xa5, sizeof st);
    if (tp_statement_parse(data, len, &st) != TP_OK) {
        hold(len != TP_STATEMENT_LEN && untouched(&st, sizeof st));
        return;
    }
    tp_statement_build(&st, built);
    hold(len == sizeof built && memcmp(built, data, len) == 0);

    struct authority clinic = authority();
    hold(tp_statement_check(&st, clinic.anchor) == TP_E_AUTH);
    tp_statement_sign(&st, clinic.secret);
    hold(tp_statement_check(&st, clinic.anchor) == TP_OK);

    tp_statement_build(&st, built);
    change_one_bit(built, sizeof built, data);
    hold(tp_statement_parse(built, sizeof built, &changed) == TP_OK);
    hold(tp_statement_check(&changed, clinic.anchor) == TP_E_AUTH);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    certificate(data, len);
    statement(data, len);
    return 0;
}
