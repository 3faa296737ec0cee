#include "signed.h"
#include <crypto/bytes.h>

enum { SIGNED_MAX = 96 };

static size_t signed_text(uint8_t out[SIGNED_MAX], const char *label,
                          const uint8_t *body, size_t len)
{
    struct wr w = wr_of(out, SIGNED_MAX);
    wr_text(&w, label);
    wr_put(&w, body, len);
    assert(!w.bad);
    return w.done;
}

void tp_sign_as(uint8_t sig[CR_SIGNATURE_LEN], const uint8_t secret[CR_SIGN_SECRET_LEN],
                const char *label, const uint8_t *body, size_t len)
{
    uint8_t text[SIGNED_MAX];
    cr_sign(sig, secret, text, signed_text(text, label, body, len));
}

enum tp_err tp_check_as(const uint8_t sig[CR_SIGNATURE_LEN],
                        const uint8_t pub[CR_SIGN_PUBLIC_LEN], const char *label,
                        const uint8_t *body, size_t len)
{
    uint8_t text[SIGNED_MAX];
    size_t n = signed_text(text, label, body, len);
    return cr_verify(sig, pub, text, n) == CR_OK ? TP_OK : TP_E_AUTH;
}
