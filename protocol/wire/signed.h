// signed.h - signatures over a label and a body
//
// The label keeps what one key signs for one purpose from being taken for another.

#ifndef PROTOCOL_WIRE_SIGNED_H
#define PROTOCOL_WIRE_SIGNED_H

#include <crypto/sign.h>
#include <protocol/err.h>

void tp_sign_as(uint8_t sig[CR_SIGNATURE_LEN], const uint8_t secret[CR_SIGN_SECRET_LEN],
                const char *label, const uint8_t *body, size_t len);

// Fails  TP_E_AUTH.
TP_MUST_CHECK enum tp_err tp_check_as(const uint8_t sig[CR_SIGNATURE_LEN],
                                      const uint8_t pub[CR_SIGN_PUBLIC_LEN],
                                      const char *label, const uint8_t *body,
                                      size_t len);

#endif
