// implant.h - the reference implant, behind the endpoint seam

#ifndef PROTOCOL_IMPLANT_H
#define PROTOCOL_IMPLANT_H

#include <protocol/bond.h>
#include <protocol/certificate.h>
#include <protocol/controls.h>
#include <protocol/endpoint.h>
#include <protocol/log.h>
#include <protocol/report.h>
#include <protocol/slots.h>

enum {
    TP_IMPLANT_SLOTS_AT = 4096, // its software, in non-volatile memory
    TP_IMPLANT_NVM_LEN = TP_IMPLANT_SLOTS_AT + TP_SLOTS_LEN,
    TP_IMPLANT_TEXT_MAX = 40,
};

extern const struct ep_ops tp_implant_ops;

// What the factory and the clinic put into a new implant's non-volatile memory.
struct tp_implant_identity {
    uint8_t s_priv[CR_DH_LEN];
    struct tp_certificate certificate; // role implant, scope = its id
    uint8_t anchor[CR_SIGN_PUBLIC_LEN];
    uint8_t maker[CR_SIGN_PUBLIC_LEN]; // signs its software
    uint8_t log_key[TP_LOG_KEY_LEN];
    struct tp_manifest software;       // what it runs
    const uint8_t *image;              // borrowed
    uint8_t settings[TP_SETTINGS_LEN]; // of therapy, as its kind writes them
    uint32_t time_s;                   // wall time at implantation
    uint16_t epoch_min;
    uint8_t text_len;
    uint8_t text[TP_IMPLANT_TEXT_MAX]; // the patient record
};

void tp_implant_provision(uint8_t nvm[TP_IMPLANT_NVM_LEN],
                          const struct tp_implant_identity *identity);

// Puts a bond into a new implant's memory, as a pairing that was completed leaves it.
void tp_implant_provision_bond(uint8_t nvm[TP_IMPLANT_NVM_LEN], size_t place,
                               const struct tp_bond *bond);

// The configuration that tp_implant_ops.init takes, as bytes.
struct tp_implant_config {
    struct tp_controls controls;
    uint16_t rekey_after; // records per key generation; 0 = the default
    uint8_t pacing;       // 1: the heart depends on every pulse
};
enum { TP_IMPLANT_CONFIG_LEN = 16 + 2 + 1 };
void tp_implant_config_build(const struct tp_implant_config *in,
                             uint8_t out[TP_IMPLANT_CONFIG_LEN]);

// Where things lie in the memory, for whoever stole it (and for tests).
struct tp_implant_map {
    size_t bonds, bond_len, s_priv, log_key, log_chain, log_counts, log_entries, text,
        settings, slots;
};
extern const struct tp_implant_map tp_implant_nvm_map;

#endif
