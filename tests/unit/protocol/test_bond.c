// test_bond.c - what is derived from a bond, computed here once more from the page

#include "weak.h"
#include <crypto/hash.h>
#include <crypto/init.h>
#include <crypto/stream.h>
#include <protocol/body.h>
#include <protocol/bond.h>
#include <protocol/endpoint.h>
#include <protocol/handshake.h>
#include <string.h>
#include <suite.h>

static struct tp_bond bond;
static uint8_t nonce[TP_TOKEN_LEN], challenge[TP_TOKEN_LEN];

struct part {
    const void *bytes;
    size_t len;
};

// True if have is the beginning of HMAC(key, label, a, b).
static bool is_mac(const uint8_t *have, size_t len, const uint8_t *key,
                   const char *label, struct part a, struct part b)
{
    uint8_t text[128], mac[CR_HASH_LEN];
    size_t n = strlen(label);
    memcpy(text, label, n);
    memcpy(text + n, a.bytes, a.len);
    n += a.len;
    if (b.len > 0)
        memcpy(text + n, b.bytes, b.len);
    cr_hmac256(mac, key, TP_BOND_KEY_LEN, text, n + b.len);
    return memcmp(mac, have, len) == 0;
}

static const struct part nothing = {NULL, 0};

// WAKE-1, WAKE-3, CRY-2: counter and purpose under the mask, then the MAC over both.
static void wakes_are_masked_and_then_authenticated(void)
{
    struct tp_wake w;
    static const uint8_t clear[5] = {0x78, 0x56, 0x34, 0x12, EP_THERAPY};
    uint8_t mask[5];
    memcpy(w.nonce, nonce, TP_NONCE_LEN);
    tp_wake_seal(&w, &bond, 0x12345678, EP_THERAPY, &all_controls);
    for (size_t i = 0; i < sizeof mask; i++)
        mask[i] = w.masked[i] ^ clear[i];
    struct part n = {w.nonce, 8}, m = {w.masked, 5};
    CU_ASSERT(is_mac(mask, 5, bond.wake_key, "mask", n, nothing));
    CU_ASSERT(is_mac(w.mac, 8, bond.wake_key, "wake", n, m));

    uint32_t counter;
    uint8_t purpose;
    CU_ASSERT(tp_wake_authentic(&w, &bond));
    tp_wake_open(&w, &bond, &counter, &purpose, &all_controls);
    CU_ASSERT(counter == 0x12345678 && purpose == EP_THERAPY);
}

// WAKE-2: another bond, or any changed bit, and the MAC does not hold.
static void changed_wakes_are_nobodys(void)
{
    struct tp_bond other = bond;
    struct tp_wake w;
    uint8_t b[TP_WAKE_LEN];
    memcpy(w.nonce, nonce, TP_NONCE_LEN);
    tp_wake_seal(&w, &bond, 5, EP_READ_OUT, &all_controls);
    other.wake_key[31] ^= 1;
    CU_ASSERT_FALSE(tp_wake_authentic(&w, &other));
    tp_wake_build(&w, b);
    for (size_t i = 8; i < 8 * sizeof b; i++) {
        struct tp_wake bad;
        b[i / 8] ^= (uint8_t)(1u << i % 8);
        CU_ASSERT_EQUAL_FATAL(tp_wake_parse(b, sizeof b, &bad), TP_OK);
        CU_ASSERT_FALSE(tp_wake_authentic(&bad, &bond));
        b[i / 8] ^= (uint8_t)(1u << i % 8);
    }
}

static void without_masking_the_counter_shows(void)
{
    static const uint8_t clear[5] = {5, 0, 0, 0, EP_READ_OUT};
    struct tp_controls weak = without(TP_CTL_WAKE_MASKING);
    struct tp_wake w;
    memcpy(w.nonce, nonce, TP_NONCE_LEN);
    tp_wake_seal(&w, &bond, 5, EP_READ_OUT, &weak);
    CU_ASSERT_EQUAL(memcmp(w.masked, clear, sizeof clear) == 0, (bool)SWITCHES);
    CU_ASSERT(tp_wake_authentic(&w, &bond));
}

// CRY-2: AWAKE's and HELLO's MACs.
static void answers_are_authenticated(void)
{
    uint8_t mac[TP_MAC_LEN], bytes[TP_HELLO_LEN];
    static const uint8_t counter[4] = {0x78, 0x56, 0x34, 0x12};
    struct tp_hello hello = {.versions = TP_VERSIONS};
    memset(hello.noise, 0x3a, sizeof hello.noise);
    struct part n = {nonce, 8}, c = {counter, 4}, h = {bytes, 50};
    tp_awake_mac(mac, &bond, nonce, 0x12345678);
    CU_ASSERT(is_mac(mac, 8, bond.wake_key, "awake", n, c));
    tp_hello_mac(mac, &bond, 0x12345678, &hello);
    tp_hello_build(&hello, bytes);
    CU_ASSERT(is_mac(mac, 8, bond.wake_key, "hello", c, h));
}

// HS-5: the psk holds the token, or says that there is none.
static void psks_hold_the_token(void)
{
    static const uint8_t zeroes[TP_TOKEN_LEN];
    uint8_t psk[CR_KEY_LEN];
    struct part t = {nonce, 16}, z = {zeroes, 16};
    tp_bond_psk(psk, &bond, nonce, &all_controls);
    CU_ASSERT(is_mac(psk, 32, bond.secret, "psk intent", t, nothing));
    tp_bond_psk(psk, &bond, NULL, &all_controls);
    CU_ASSERT(is_mac(psk, 32, bond.secret, "psk none", z, nothing));

    struct tp_controls weak = without(TP_CTL_PROXIMITY_BINDING);
    tp_bond_psk(psk, &bond, nonce, &weak);
    CU_ASSERT_EQUAL(is_mac(psk, 32, bond.secret, "psk none", z, nothing),
                    (bool)SWITCHES);
}

// INT-2: ask, proof and the token's key.
static void intent_is_under_the_secret(void)
{
    uint8_t out[CR_KEY_LEN];
    struct part n = {nonce, 16}, c = {challenge, 16};
    tp_intent_ask_mac(out, &bond, nonce);
    CU_ASSERT(is_mac(out, 8, bond.secret, "intent ask", n, nothing));
    tp_intent_proof(out, &bond, nonce, challenge);
    CU_ASSERT(is_mac(out, 16, bond.secret, "intent proof", n, c));
    tp_intent_key(out, &bond, nonce, challenge);
    CU_ASSERT(is_mac(out, 32, bond.secret, "intent key", n, c));
}

// Runs the messages of a pairing between two keys; both ends of it.
static void pair(struct cr_noise_handshake hs[2], uint8_t seed)
{
    uint8_t key[CR_KEY_LEN], msg[96], none[1];
    size_t n;
    struct cr_stream s;
    memset(key, seed, sizeof key);
    cr_stream_init(&s, key);
    for (int i = 0; i < 2; i++) {
        uint8_t s_priv[CR_DH_LEN];
        cr_stream_fill(&s, s_priv, sizeof s_priv);
        CU_ASSERT_EQUAL_FATAL(tp_pairing_start(&hs[i], i == 0, s_priv), TP_OK);
    }
    for (int i = 0; i < 3; i++) {
        CU_ASSERT_EQUAL_FATAL(
            cr_noise_write(&hs[i % 2], cr_stream_rng(&s), NULL, 0, msg, sizeof msg, &n),
            CR_OK);
        CU_ASSERT_EQUAL_FATAL(cr_noise_read(&hs[(i + 1) % 2], msg, n, none, 0, &n),
                              CR_OK);
    }
}

// NEAR-5: from the pairing's own keys and hash, the same on both sides.
static void bonds_come_from_their_pairing(void)
{
    struct cr_noise_handshake hs[2];
    struct cr_cipher first, second;
    struct tp_bond a, b;
    uint8_t ikm[64], want[32];
    pair(hs, 1);
    tp_bond_derive(&a, &hs[0], &all_controls);
    tp_bond_derive(&b, &hs[1], &all_controls);
    CU_ASSERT_EQUAL(memcmp(a.secret, b.secret, 32), 0);
    CU_ASSERT_EQUAL(memcmp(a.wake_key, b.wake_key, 32), 0);

    cr_noise_split(&hs[0], &first, &second);
    memcpy(ikm, first.key, 32);
    memcpy(ikm + 32, second.key, 32);
    cr_hkdf256(want, 32, ikm, 64, cr_noise_hash(&hs[0]), 32,
               (const uint8_t *)"telltale bond secret", 20);
    CU_ASSERT_EQUAL(memcmp(a.secret, want, 32), 0);
    cr_hkdf256(want, 32, ikm, 64, cr_noise_hash(&hs[0]), 32,
               (const uint8_t *)"telltale wake key", 17);
    CU_ASSERT_EQUAL(memcmp(a.wake_key, want, 32), 0);
}

static bool share_a_secret(const struct tp_controls *controls)
{
    struct cr_noise_handshake one[2], other[2];
    struct tp_bond a, b;
    pair(one, 1);
    pair(other, 2);
    tp_bond_derive(&a, &one[0], controls);
    tp_bond_derive(&b, &other[0], controls);
    return memcmp(a.secret, b.secret, 32) == 0 &&
           memcmp(a.wake_key, b.wake_key, 32) == 0;
}

static void without_device_keys_all_bonds_are_one(void)
{
    struct tp_controls weak = without(TP_CTL_DEVICE_KEYS);
    CU_ASSERT_FALSE(share_a_secret(&all_controls));
    CU_ASSERT_EQUAL(share_a_secret(&weak), (bool)SWITCHES);
}

int main(void)
{
    static const struct suite_case cases[] = {
        {"WAKE-3: wake-ups are masked and then authenticated",
         wakes_are_masked_and_then_authenticated},
        {"WAKE-2: changed wake-ups are nobody's", changed_wakes_are_nobodys},
        {"without wake-masking the counter shows", without_masking_the_counter_shows},
        {"CRY-2: answers are authenticated", answers_are_authenticated},
        {"HS-5: psks hold the token", psks_hold_the_token},
        {"INT-2: intent is under the secret", intent_is_under_the_secret},
        {"NEAR-5: bonds come from their pairing", bonds_come_from_their_pairing},
        {"without device-keys all bonds are one",
         without_device_keys_all_bonds_are_one},
        {0},
    };
    if (cr_init())
        return 2;
    memset(&bond, 0x61, sizeof bond);
    memset(bond.wake_key, 0x62, sizeof bond.wake_key);
    memset(nonce, 0x63, sizeof nonce);
    memset(challenge, 0x64, sizeof challenge);
    return suite_main("protocol/bond", cases);
}
