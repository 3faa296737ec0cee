// certificate.h - who a static key belongs to, signed by the clinic's authority
//
//   0        32     33       49           53          57      59          123
//   +--------+------+--------+------------+-----------+-------+-----------+
//   |  key   | role | scope  | not before | not after | epoch | signature |
//   +--------+------+--------+------------+-----------+-------+-----------+
//
// The signature (Ed25519) covers the text "telltale certificate" and bytes 0..58.
// The key is the X25519 static key of the handshake that the certificate comes
// with. Times are seconds of wall time. A scope of zeroes means any implant.

#ifndef PROTOCOL_CERTIFICATE_H
#define PROTOCOL_CERTIFICATE_H

#include <crypto/dh.h>
#include <crypto/sign.h>
#include <protocol/controls.h>
#include <protocol/err.h>
#include <stddef.h>
#include <stdint.h>

enum tp_role {
    TP_ROLE_IMPLANT = 0,
    TP_ROLE_MONITOR,
    TP_ROLE_PATIENT,
    TP_ROLE_CLINICIAN,
    TP_ROLE_SERVICE,
    TP_ROLE_SERVER,  // collects telemetry, over the uplink
    TP_ROLE_UPDATER, // hands out software, over the uplink
    TP_ROLE_COUNT
};

// Capabilities are sets, not a ladder: service may update but never treat.
enum tp_capability {
    TP_CAP_READ = 1,
    TP_CAP_NOTIFY = 2,
    TP_CAP_THERAPY = 4,
    TP_CAP_UPDATE = 8,
    TP_CAP_BOLUS = 16,
};

enum {
    TP_ID_LEN = 16,
    TP_CERT_BODY = CR_DH_LEN + 1 + TP_ID_LEN + 4 + 4 + 2,
    TP_CERT_LEN = TP_CERT_BODY + CR_SIGNATURE_LEN,
    TP_STATEMENT_BODY = 4 + 2,
    TP_STATEMENT_LEN = TP_STATEMENT_BODY + CR_SIGNATURE_LEN,
};

struct tp_certificate {
    uint8_t key[CR_DH_LEN];
    uint8_t role; // enum tp_role
    uint8_t scope[TP_ID_LEN];
    uint32_t not_before_s, not_after_s;
    uint16_t epoch;
    uint8_t signature[CR_SIGNATURE_LEN];
};

// What the bearer must match to be accepted.
struct tp_certificate_terms {
    const uint8_t *anchor;  // the authority's Ed25519 public key
    const uint8_t *key;     // the static key that the handshake proved
    const uint8_t *implant; // whose id the scope must cover
    uint32_t now_s;
    uint16_t epoch_min;
    bool roles_implant; // an implant's certificate is asked for, not a peer's
};

// Fails  TP_E_SHORT, TP_E_EXCESS, TP_E_VALUE; *out is then untouched.
TP_MUST_CHECK enum tp_err tp_certificate_parse(const uint8_t *buf, size_t len,
                                               struct tp_certificate *out);

void tp_certificate_build(const struct tp_certificate *in, uint8_t out[TP_CERT_LEN]);

// Signs the certificate's other fields with the authority's secret key.
void tp_certificate_sign(struct tp_certificate *cert,
                         const uint8_t authority[CR_SIGN_SECRET_LEN]);

// Checks a certificate against terms: signature and key (certificate-check), scope,
// validity, epoch, each only if its control is there. authentication names the
// control that stands for the first: pairing has one of its own.
//
// Fails  TP_E_AUTH.
TP_MUST_CHECK enum tp_err tp_certificate_check(const struct tp_certificate *cert,
                                               const struct tp_certificate_terms *terms,
                                               const struct tp_controls *controls,
                                               enum tp_control authentication);

// The capabilities of a role; none for a value that is no peer's role.
uint8_t tp_role_capabilities(uint8_t role);

// The authority's word on the time and on the least epoch still accepted:
// u32 seconds, u16 epoch, then the signature over "telltale statement" and both.
struct tp_statement {
    uint32_t time_s;
    uint16_t epoch;
    uint8_t signature[CR_SIGNATURE_LEN];
};

TP_MUST_CHECK enum tp_err tp_statement_parse(const uint8_t *buf, size_t len,
                                             struct tp_statement *out);
void tp_statement_build(const struct tp_statement *in, uint8_t out[TP_STATEMENT_LEN]);
void tp_statement_sign(struct tp_statement *st,
                       const uint8_t authority[CR_SIGN_SECRET_LEN]);
TP_MUST_CHECK enum tp_err tp_statement_check(const struct tp_statement *st,
                                             const uint8_t anchor[CR_SIGN_PUBLIC_LEN]);

// A new trust anchor is signed by the old one: over "telltale anchor" and the key.
void tp_anchor_sign(uint8_t signature[CR_SIGNATURE_LEN],
                    const uint8_t anchor[CR_SIGN_PUBLIC_LEN],
                    const uint8_t authority[CR_SIGN_SECRET_LEN]);
TP_MUST_CHECK enum tp_err tp_anchor_check(const uint8_t signature[CR_SIGNATURE_LEN],
                                          const uint8_t anchor[CR_SIGN_PUBLIC_LEN],
                                          const uint8_t old[CR_SIGN_PUBLIC_LEN]);

#endif
