#include <crypto/bytes.h>
#include <crypto/hash.h>
#include <protocol/bond.h>

enum { TEXT_MAX = 96 };

// HMAC over a label and up to two fields. The label keeps uses of one key apart.
static void mac_of(uint8_t *out, size_t out_len, const uint8_t key[TP_BOND_KEY_LEN],
                   const char *label, struct rd a, struct rd b)
{
    uint8_t text[TEXT_MAX], full[CR_HASH_LEN];
    struct wr w = wr_of(text, sizeof text);
    wr_text(&w, label);
    wr_put(&w, a.at, a.left);
    wr_put(&w, b.at, b.left);
    assert(!w.bad);
    cr_hmac256(full, key, TP_BOND_KEY_LEN, text, w.done);
    memcpy(out, full, out_len);
    cr_wipe(full, sizeof full);
}

static void derive(uint8_t out[32], const uint8_t *ikm, size_t len, const uint8_t *salt,
                   const char *label)
{
    uint8_t info[32];
    struct wr w = wr_of(info, sizeof info);
    wr_text(&w, label);
    cr_hkdf256(out, 32, ikm, len, salt, salt ? CR_HASH_LEN : 0, info, w.done);
}

void tp_bond_derive(struct tp_bond *bond, const struct cr_noise_handshake *pairing,
                    const struct tp_controls *controls)
{
    struct cr_cipher first, second;
    uint8_t ikm_key[2 * CR_KEY_LEN] = {0};
    cr_noise_split(pairing, &first, &second);
    bool own = tp_has(controls, TP_CTL_DEVICE_KEYS);
    if (own) {
        memcpy(ikm_key, first.key, CR_KEY_LEN);
        memcpy(ikm_key + CR_KEY_LEN, second.key, CR_KEY_LEN);
    }
    const uint8_t *salt = own ? cr_noise_hash(pairing) : NULL;
    derive(bond->secret, ikm_key, sizeof ikm_key, salt, "telltale bond secret");
    derive(bond->wake_key, ikm_key, sizeof ikm_key, salt, "telltale wake key");
    cr_wipe(&first, sizeof first);
    cr_wipe(&second, sizeof second);
    cr_wipe(ikm_key, sizeof ikm_key);
}

static void mask(uint8_t m[TP_MASKED_LEN], const struct tp_bond *bond,
                 const uint8_t *nonce, const struct tp_controls *controls)
{
    memset(m, 0, TP_MASKED_LEN);
    if (tp_has(controls, TP_CTL_WAKE_MASKING))
        mac_of(m, TP_MASKED_LEN, bond->wake_key, "mask", rd_of(nonce, TP_NONCE_LEN),
               rd_of(NULL, 0));
}

static void wake_mac(uint8_t mac[TP_MAC_LEN], const struct tp_wake *wake,
                     const struct tp_bond *bond)
{
    mac_of(mac, TP_MAC_LEN, bond->wake_key, "wake", rd_of(wake->nonce, TP_NONCE_LEN),
           rd_of(wake->masked, TP_MASKED_LEN));
}

void tp_wake_seal(struct tp_wake *wake, const struct tp_bond *bond, uint32_t counter,
                  uint8_t purpose, const struct tp_controls *controls)
{
    uint8_t m[TP_MASKED_LEN];
    mask(m, bond, wake->nonce, controls);
    struct wr w = wr_of(wake->masked, TP_MASKED_LEN);
    wr_u32(&w, counter);
    wr_u8(&w, purpose);
    for (size_t i = 0; i < TP_MASKED_LEN; i++)
        wake->masked[i] ^= m[i];
    wake_mac(wake->mac, wake, bond);
}

bool tp_wake_authentic(const struct tp_wake *wake, const struct tp_bond *bond)
{
    uint8_t mac[TP_MAC_LEN];
    wake_mac(mac, wake, bond);
    return cr_equal(mac, wake->mac, TP_MAC_LEN);
}

void tp_wake_open(const struct tp_wake *wake, const struct tp_bond *bond,
                  uint32_t *counter, uint8_t *purpose,
                  const struct tp_controls *controls)
{
    uint8_t m[TP_MASKED_LEN];
    mask(m, bond, wake->nonce, controls);
    for (size_t i = 0; i < TP_MASKED_LEN; i++)
        m[i] ^= wake->masked[i];
    struct rd r = rd_of(m, sizeof m);
    *counter = rd_u32(&r);
    *purpose = rd_u8(&r);
}

void tp_awake_mac(uint8_t mac[TP_MAC_LEN], const struct tp_bond *bond,
                  const uint8_t nonce[TP_NONCE_LEN], uint32_t counter)
{
    uint8_t le[4];
    struct wr w = wr_of(le, sizeof le);
    wr_u32(&w, counter);
    mac_of(mac, TP_MAC_LEN, bond->wake_key, "awake", rd_of(nonce, TP_NONCE_LEN),
           rd_of(le, sizeof le));
}

void tp_hello_mac(uint8_t mac[TP_MAC_LEN], const struct tp_bond *bond, uint32_t counter,
                  const struct tp_hello *hello)
{
    uint8_t le[4], bytes[TP_HELLO_LEN];
    struct wr w = wr_of(le, sizeof le);
    wr_u32(&w, counter);
    tp_hello_build(hello, bytes);
    mac_of(mac, TP_MAC_LEN, bond->wake_key, "hello", rd_of(le, sizeof le),
           rd_of(bytes, TP_HELLO_LEN - TP_MAC_LEN));
}

void tp_bond_psk(uint8_t psk[CR_KEY_LEN], const struct tp_bond *bond,
                 const uint8_t *token, const struct tp_controls *controls)
{
    static const uint8_t none[TP_TOKEN_LEN];
    bool bound = token && tp_has(controls, TP_CTL_PROXIMITY_BINDING);
    mac_of(psk, CR_KEY_LEN, bond->secret, bound ? "psk intent" : "psk none",
           rd_of(bound ? token : none, TP_TOKEN_LEN), rd_of(NULL, 0));
}

void tp_intent_ask_mac(uint8_t mac[TP_MAC_LEN], const struct tp_bond *bond,
                       const uint8_t nonce[TP_TOKEN_LEN])
{
    mac_of(mac, TP_MAC_LEN, bond->secret, "intent ask", rd_of(nonce, TP_TOKEN_LEN),
           rd_of(NULL, 0));
}

void tp_intent_proof(uint8_t proof[TP_TOKEN_LEN], const struct tp_bond *bond,
                     const uint8_t nonce[TP_TOKEN_LEN],
                     const uint8_t challenge[TP_TOKEN_LEN])
{
    mac_of(proof, TP_TOKEN_LEN, bond->secret, "intent proof",
           rd_of(nonce, TP_TOKEN_LEN), rd_of(challenge, TP_TOKEN_LEN));
}

void tp_intent_key(uint8_t key[CR_KEY_LEN], const struct tp_bond *bond,
                   const uint8_t nonce[TP_TOKEN_LEN],
                   const uint8_t challenge[TP_TOKEN_LEN])
{
    mac_of(key, CR_KEY_LEN, bond->secret, "intent key", rd_of(nonce, TP_TOKEN_LEN),
           rd_of(challenge, TP_TOKEN_LEN));
}
