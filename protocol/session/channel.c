#include <crypto/bytes.h>
#include <crypto/hash.h>
#include <protocol/channel.h>

static void expand(uint8_t out[CR_KEY_LEN], const uint8_t key[CR_KEY_LEN],
                   const char *label)
{
    uint8_t info[32];
    struct wr w = wr_of(info, sizeof info);
    wr_text(&w, label);
    cr_hkdf256(out, CR_KEY_LEN, key, CR_KEY_LEN, NULL, 0, info, w.done);
}

void tp_channel_open(struct tp_channel *ch, const struct cr_noise_handshake *hs,
                     const struct tp_bond *bond, bool implant,
                     const struct tp_controls *controls)
{
    struct cr_cipher to_implant, to_peer;
    cr_noise_split(hs, &to_implant, &to_peer);
    if (!tp_has(controls, TP_CTL_SESSION_KEYS)) {
        expand(to_implant.key, bond->secret, "telltale to implant");
        expand(to_peer.key, bond->secret, "telltale to peer");
    }
    if (!tp_has(controls, TP_CTL_DIRECTION_KEYS))
        memcpy(to_peer.key, to_implant.key, CR_KEY_LEN);

    uint16_t limit = ch->limit;
    *ch = (struct tp_channel){.limit = limit, .wake_counter = bond->wake_counter};
    memcpy(ch->rx_key, implant ? to_implant.key : to_peer.key, CR_KEY_LEN);
    memcpy(ch->tx_key, implant ? to_peer.key : to_implant.key, CR_KEY_LEN);
    cr_wipe(&to_implant, sizeof to_implant);
    cr_wipe(&to_peer, sizeof to_peer);
}

static void step_key(uint8_t key[CR_KEY_LEN], const struct tp_controls *controls)
{
    uint8_t next_key[CR_KEY_LEN];
    if (!tp_has(controls, TP_CTL_REKEY))
        return;
    expand(next_key, key, "telltale rekey");
    memcpy(key, next_key, CR_KEY_LEN);
    cr_wipe(next_key, sizeof next_key);
}

static uint64_t nonce_of(const struct tp_channel *ch, uint16_t counter,
                         const struct tp_controls *controls)
{
    bool persistent = tp_has(controls, TP_CTL_NONCE_PERSISTENCE);
    return (persistent ? (uint64_t)ch->wake_counter << 32 : 0) | counter;
}

// What the AEAD sees besides the key: in the weak variants header or body move to
// where they are only authenticated, or to nowhere.
struct envelope {
    uint64_t nonce;
    uint8_t ad[TP_RECORD_HEAD + TP_BODY_MAX];
    size_t ad_len;
};

static void envelope_of(struct envelope *env, const struct tp_channel *ch,
                        const struct tp_record *rec, const struct tp_controls *controls)
{
    env->nonce = nonce_of(ch, rec->counter, controls);
    env->ad_len = 0;
    if (tp_has(controls, TP_CTL_HEADER_AUTHENTICATION)) {
        tp_record_head(rec, env->ad);
        env->ad_len = TP_RECORD_HEAD;
    }
}

static void seal_clear(uint8_t *out, const uint8_t *key, struct envelope *env,
                       const uint8_t *body, size_t len)
{
    memcpy(env->ad + env->ad_len, body, len);
    cr_seal(out + len, key, env->nonce, env->ad, env->ad_len + len, NULL, 0);
    memcpy(out, body, len);
}

static void seal_body(uint8_t *out, const uint8_t *key, struct envelope *env,
                      const uint8_t *body, size_t len,
                      const struct tp_controls *controls)
{
    bool hidden = tp_has(controls, TP_CTL_ENCRYPTION);
    if (tp_has(controls, TP_CTL_RECORD_AUTHENTICATION)) {
        if (hidden)
            cr_seal(out, key, env->nonce, env->ad, env->ad_len, body, len);
        else
            seal_clear(out, key, env, body, len);
        return;
    }
    if (hidden)
        cr_keystream_xor(out, key, env->nonce, body, len);
    else
        memcpy(out, body, len);
    memset(out + len, 0, CR_TAG_LEN);
}

static enum cr_err open_clear(uint8_t *out, const uint8_t *key, struct envelope *env,
                              const uint8_t *sealed, size_t len)
{
    memcpy(env->ad + env->ad_len, sealed, len);
    enum cr_err e = cr_open(out, key, env->nonce, env->ad, env->ad_len + len,
                            sealed + len, CR_TAG_LEN);
    if (!e)
        memcpy(out, sealed, len);
    return e;
}

static enum cr_err open_body(uint8_t *out, const uint8_t *key, struct envelope *env,
                             const struct tp_record *rec,
                             const struct tp_controls *controls)
{
    size_t len = rec->sealed_len - CR_TAG_LEN;
    bool hidden = tp_has(controls, TP_CTL_ENCRYPTION);
    if (tp_has(controls, TP_CTL_RECORD_AUTHENTICATION))
        return hidden ? cr_open(out, key, env->nonce, env->ad, env->ad_len, rec->sealed,
                                rec->sealed_len)
                      : open_clear(out, key, env, rec->sealed, len);
    if (hidden)
        cr_keystream_xor(out, key, env->nonce, rec->sealed, len);
    else
        memcpy(out, rec->sealed, len);
    return CR_OK;
}

// NOLINTNEXTLINE(readability-function-size): in and out are two words each
enum tp_err tp_channel_seal(struct tp_channel *ch, uint8_t type, const uint8_t *body,
                            size_t len, uint8_t *out, size_t *out_len,
                            const struct tp_controls *controls)
{
    if (len > TP_BODY_MAX)
        return TP_E_SPACE;
    if (ch->tx_counter == ch->limit) {
        if (ch->tx_generation == TP_GENERATION_LAST)
            return TP_E_SPENT;
        step_key(ch->tx_key, controls);
        ch->tx_generation++;
        ch->tx_counter = 0;
    }
    struct tp_record rec = {
        .type = type, .generation = ch->tx_generation, .counter = ch->tx_counter};
    struct envelope env;
    envelope_of(&env, ch, &rec, controls);
    tp_record_head(&rec, out);
    seal_body(out + TP_RECORD_HEAD, ch->tx_key, &env, body, len, controls);
    ch->tx_counter++;
    *out_len = TP_RECORD_HEAD + len + CR_TAG_LEN;
    return TP_OK;
}

// Is the record's place in the order acceptable?
static bool in_order(const struct tp_channel *ch, const struct tp_record *rec,
                     const struct tp_controls *controls)
{
    if (rec->generation == ch->rx_generation + 1)
        return true;
    if (!tp_has(controls, TP_CTL_REPLAY_ORDER))
        return rec->generation <= ch->rx_generation;
    return rec->generation == ch->rx_generation && rec->counter >= ch->rx_next;
}

enum tp_err tp_channel_take(struct tp_channel *ch, const uint8_t *frame, size_t len,
                            struct tp_opened *out, const struct tp_controls *controls)
{
    struct tp_record rec;
    enum tp_err e = tp_record_parse(frame, len, &rec);
    if (e)
        return e;
    if (rec.counter >= ch->limit || !in_order(ch, &rec, controls))
        return TP_E_AUTH;

    uint8_t key[CR_KEY_LEN];
    memcpy(key, ch->rx_key, sizeof key);
    bool next = rec.generation == ch->rx_generation + 1;
    if (next)
        step_key(key, controls);
    struct envelope env;
    envelope_of(&env, ch, &rec, controls);
    e = open_body(out->body, key, &env, &rec, controls) ? TP_E_AUTH : TP_OK;
    if (!e) {
        out->type = rec.type;
        out->len = rec.sealed_len - CR_TAG_LEN;
        memcpy(ch->rx_key, key, sizeof key);
        if (next) {
            ch->rx_generation = rec.generation;
            ch->rx_next = 0;
        }
        if (rec.generation == ch->rx_generation && rec.counter >= ch->rx_next)
            ch->rx_next = rec.counter + 1u;
    }
    cr_wipe(key, sizeof key);
    return e;
}
