#include <crypto/bytes.h>
#include <crypto/hash.h>
#include <protocol/handshake.h>

#define NAME "Noise_XKpsk3_25519_ChaChaPoly_SHA256"

// Without forward secrecy the two ephemeral keys are never combined; without
// implant authentication es is computed against a key that everybody knows.
#define PATTERN            "<- s ... -> e, es <- e, ee -> s, se, psk"
#define PATTERN_WITHOUT_EE "<- s ... -> e, es <- e -> s, se, psk"

static const uint8_t everybodys_key[CR_DH_LEN] = {[0] = 8, [31] = 64};

static enum tp_err start(struct cr_noise_handshake *hs, bool initiator,
                         const struct tp_handshake_terms *terms,
                         const struct cr_noise_keys *keys,
                         const struct tp_controls *controls)
{
    struct cr_noise_protocol protocol;
    bool secret = tp_has(controls, TP_CTL_FORWARD_SECRECY);
    const char *pattern = secret ? PATTERN : PATTERN_WITHOUT_EE;
    if (cr_noise_compile(&protocol, pattern, CR_NOISE_SHA256))
        return TP_E_STATE;

    uint8_t prologue[16];
    struct wr w = wr_of(prologue, sizeof prologue);
    wr_put(&w, (const uint8_t *)"telltale", 8);
    wr_u8(&w, tp_has(controls, TP_CTL_VERSION_BINDING) ? terms->versions : 0);
    wr_u32(&w, terms->wake_counter);
    wr_u8(&w, terms->purpose);
    return cr_noise_start(hs, &protocol, NAME, initiator, prologue, w.done, keys)
               ? TP_E_AUTH
               : TP_OK;
}

enum tp_err tp_handshake_respond(struct cr_noise_handshake *hs,
                                 const struct tp_handshake_terms *terms,
                                 const uint8_t s_priv[CR_DH_LEN],
                                 const uint8_t psk[CR_KEY_LEN],
                                 const struct tp_controls *controls)
{
    uint8_t psks[1][CR_KEY_LEN];
    memcpy(psks[0], psk, CR_KEY_LEN);
    bool own = tp_has(controls, TP_CTL_IMPLANT_AUTHENTICATION);
    struct cr_noise_keys keys = {.s_priv = own ? s_priv : everybodys_key,
                                 .psk = (const uint8_t(*)[CR_KEY_LEN])psks,
                                 .psk_count = 1};
    enum tp_err e = start(hs, false, terms, &keys, controls);
    cr_wipe(psks, sizeof psks);
    return e;
}

enum tp_err tp_handshake_initiate(struct cr_noise_handshake *hs,
                                  const struct tp_handshake_terms *terms,
                                  const struct cr_noise_keys *keys,
                                  const struct tp_controls *controls)
{
    if (tp_has(controls, TP_CTL_IMPLANT_AUTHENTICATION))
        return start(hs, true, terms, keys, controls);
    uint8_t everybodys_pub[CR_DH_LEN];
    struct cr_noise_keys weak = *keys;
    cr_dh_public(everybodys_key, everybodys_pub);
    weak.rs = everybodys_pub;
    return start(hs, true, terms, &weak, controls);
}

enum tp_err tp_pairing_start(struct cr_noise_handshake *hs, bool initiator,
                             const uint8_t s_priv[CR_DH_LEN])
{
    static const uint8_t prologue[] = "telltale pairing";
    struct cr_noise_protocol protocol;
    struct cr_noise_keys keys = {.s_priv = s_priv};
    if (cr_noise_compile(&protocol, "-> e <- e, ee, s, es -> s, se", CR_NOISE_SHA256))
        return TP_E_STATE;
    return cr_noise_start(hs, &protocol, "Noise_XX_25519_ChaChaPoly_SHA256", initiator,
                          prologue, sizeof prologue - 1, &keys)
               ? TP_E_AUTH
               : TP_OK;
}

uint8_t tp_version_choose(uint8_t offered, uint8_t spoken)
{
    uint8_t both = offered & spoken;
    uint8_t v = 0;
    while (both >>= 1)
        v++;
    return v;
}
