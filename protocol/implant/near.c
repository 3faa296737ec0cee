// near.c - what only somebody within centimetres can do: pair, show intent, and,
// with a magnet in place, give emergency care without any key

#include "state.h"

static void expect(struct tp_implant *imp, enum near_state state, uint64_t now_us)
{
    imp->near.state = (uint8_t)state;
    imp->near.at_us = now_us;
    imp->near.deadline_us = state == NEAR_IDLE        ? EP_NEVER
                            : state == NEAR_EMERGENCY ? now_us + TP_EMERGENCY_TOKEN_US
                                                      : now_us + TP_NEAR_WAIT_US;
}

static void refuse(struct tp_implant *imp, uint16_t detail, uint64_t now_us)
{
    imp_note(imp, TP_LOG_NEAR, detail, now_us);
    if (imp->near.state != NEAR_EMERGENCY)
        expect(imp, NEAR_IDLE, now_us);
}

// The handshake state is shared with the radio's: a pairing ends an attempt there.
static void pair_1(struct tp_implant *imp, const uint8_t *frame, size_t len,
                   uint64_t now_us)
{
    uint8_t none[1], answer[TP_PAIR_2_LEN] = {TP_PAIR_2};
    size_t n;
    if (imp->state == TP_IMP_AWAKE || imp->state == TP_IMP_ANSWERED)
        imp_sleep(imp, now_us);
    tp_out_work(&imp->out, EP_WORK_DH, 3);
    if (tp_pairing_start(&imp->handshake, false, imp->s_priv) ||
        cr_noise_read(&imp->handshake, frame + 1, len - 1, none, 0, &n) ||
        cr_noise_write(&imp->handshake, imp_rng(imp), imp->certificate, TP_CERT_LEN,
                       answer + 1, sizeof answer - 1, &n)) {
        refuse(imp, 1, now_us);
        return;
    }
    imp_send(imp, EP_NEAR, answer, 1 + n);
    expect(imp, NEAR_PAIRING, now_us);
}

static bool is_peer(const struct tp_bond *bond, const uint8_t *key)
{
    return bond->used && memcmp(bond->peer, key, TP_PEER_MARK_LEN) == 0;
}

// A peer holds at most two places, however often it pairs: its older bond and a
// newer one. A third takes the place of one that was never used, if there is one.
static size_t free_slot(const struct tp_implant *imp, const uint8_t *key)
{
    size_t mine = TP_BONDS_MAX, empty = TP_BONDS_MAX, count = 0;
    for (size_t i = TP_BONDS_MAX; i-- > 0;) {
        if (!imp->bonds[i].used) {
            empty = i;
        } else if (is_peer(&imp->bonds[i], key)) {
            count++;
            if (mine == TP_BONDS_MAX || imp->bonds[i].wake_counter == 0)
                mine = i;
        }
    }
    // Full: only a peer that is there already may pair again.
    return count >= 2 || empty == TP_BONDS_MAX ? mine : empty;
}

// The peer's older bond goes when the newer one is first used, not before: its last
// message of the pairing may have been lost, and then it knows only the older.
void imp_drop_older_bonds(struct tp_implant *imp, size_t keep)
{
    for (size_t i = 0; i < TP_BONDS_MAX; i++) {
        if (i == keep || !is_peer(&imp->bonds[i], imp->bonds[keep].peer))
            continue;
        cr_wipe(&imp->bonds[i], sizeof imp->bonds[i]);
        imp_nvm_bond_clear(imp, i);
    }
}

static bool store_bond(struct tp_implant *imp, const struct tp_certificate *cert)
{
    size_t slot = free_slot(imp, cert->key);
    if (slot == TP_BONDS_MAX)
        return false;
    struct tp_bond *bond = &imp->bonds[slot];
    *bond = (struct tp_bond){.role = cert->role, .used = 1};
    memcpy(bond->peer, cert->key, TP_PEER_MARK_LEN);
    tp_bond_derive(bond, &imp->handshake, &imp->controls);
    imp->work_units[slot] = TP_WORK_UNITS;
    imp_nvm_bond(imp, slot);
    return true;
}

static void pair_3(struct tp_implant *imp, const uint8_t *frame, size_t len,
                   uint64_t now_us)
{
    uint8_t payload[TP_CERT_LEN], answer[TP_PAIRED_LEN] = {TP_PAIRED};
    size_t n = 0;
    struct tp_certificate cert;
    struct cr_cipher first, second;
    if (imp->near.state != NEAR_PAIRING) {
        refuse(imp, 2, now_us);
        return;
    }
    tp_out_work(&imp->out, EP_WORK_DH, 1);
    if (cr_noise_read(&imp->handshake, frame + 1, len - 1, payload, sizeof payload,
                      &n) ||
        imp_check_certificate(imp, payload, n, TP_CTL_PAIRING_AUTHENTICATION, &cert,
                              now_us) ||
        !store_bond(imp, &cert)) {
        cr_wipe(&imp->handshake, sizeof imp->handshake);
        refuse(imp, 3, now_us);
        return;
    }
    cr_noise_split(&imp->handshake, &first, &second);
    cr_cipher_seal(&second, NULL, 0, NULL, 0, answer + 1);
    cr_wipe(&first, sizeof first);
    cr_wipe(&second, sizeof second);
    cr_wipe(&imp->handshake, sizeof imp->handshake);
    if (cert.not_before_s > imp->floor_s)
        imp_raise_floor(imp, cert.not_before_s, now_us);
    imp_note(imp, TP_LOG_TRUST, TP_LOG_PAIRED, now_us);
    imp_send(imp, EP_NEAR, answer, sizeof answer);
    expect(imp, NEAR_IDLE, now_us);
}

static void intent_ask(struct tp_implant *imp, const uint8_t *frame, uint64_t now_us)
{
    uint8_t answer[TP_INTENT_CHALLENGE_LEN] = {TP_INTENT_CHALLENGE};
    struct near *near = &imp->near;
    size_t i = TP_BONDS_MAX;
    for (size_t k = 0; k < TP_BONDS_MAX; k++) {
        uint8_t mac[TP_MAC_LEN];
        tp_intent_ask_mac(mac, &imp->bonds[k], frame + 1);
        if (imp->bonds[k].used && cr_equal(mac, frame + 1 + TP_TOKEN_LEN, TP_MAC_LEN))
            i = k;
    }
    if (i == TP_BONDS_MAX) {
        refuse(imp, 4, now_us);
        return;
    }
    near->bond = (uint8_t)i;
    memcpy(near->nonce, frame + 1, TP_TOKEN_LEN);
    imp_random(imp, near->challenge, TP_TOKEN_LEN);
    memcpy(answer + 1, near->challenge, TP_TOKEN_LEN);
    imp_send(imp, EP_NEAR, answer, sizeof answer);
    expect(imp, NEAR_CHALLENGED, now_us);
}

static bool was_near(const struct tp_implant *imp, uint64_t now_us)
{
    return !has(imp, TP_CTL_NEAR_FIELD_ROUND_TRIP) ||
           now_us - imp->near.at_us <= TP_ROUND_TRIP_US;
}

static void intent_proof(struct tp_implant *imp, const uint8_t *frame, uint64_t now_us)
{
    uint8_t proof[TP_TOKEN_LEN], key[CR_KEY_LEN];
    uint8_t answer[TP_INTENT_TOKEN_LEN] = {TP_INTENT_TOKEN};
    struct near *near = &imp->near;
    const struct tp_bond *bond = &imp->bonds[near->bond];
    tp_intent_proof(proof, bond, near->nonce, near->challenge);
    if (near->state != NEAR_CHALLENGED || !bond->used ||
        !cr_equal(proof, frame + 1, TP_TOKEN_LEN) || !was_near(imp, now_us)) {
        refuse(imp, 5, now_us);
        return;
    }
    imp_work_refund(imp, near->bond, true); // whoever holds the wand is not locked out
    imp->token =
        (struct token_secret){.at_us = now_us, .bond = near->bond, .live = true};
    imp_random(imp, imp->token.bytes, TP_TOKEN_LEN);
    tp_intent_key(key, bond, near->nonce, near->challenge);
    cr_seal(answer + 1, key, 0, NULL, 0, imp->token.bytes, TP_TOKEN_LEN);
    cr_wipe(key, sizeof key);
    imp_send(imp, EP_NEAR, answer, sizeof answer);
    expect(imp, NEAR_IDLE, now_us);
}

static void emergency_ask(struct tp_implant *imp, uint64_t now_us)
{
    uint8_t answer[TP_EMERGENCY_TOKEN_LEN] = {TP_EMERGENCY_TOKEN};
    if (!imp->magnet) {
        refuse(imp, 6, now_us);
        return;
    }
    // Asked again, it gives the same token: nobody else's asking takes one away.
    if (imp->near.state != NEAR_EMERGENCY) {
        imp_random(imp, imp->near.challenge, TP_TOKEN_LEN);
        expect(imp, NEAR_EMERGENCY, now_us);
    }
    memcpy(answer + 1, imp->near.challenge, TP_TOKEN_LEN);
    imp_send(imp, EP_NEAR, answer, sizeof answer);
}

// Is there a magnet, is this the near field, is the token the one just made?
static bool present(struct tp_implant *imp, enum ep_link link, const uint8_t *token)
{
    if (!has(imp, TP_CTL_EMERGENCY_PRESENCE))
        return true;
    return link == EP_NEAR && imp->magnet && imp->near.state == NEAR_EMERGENCY &&
           cr_equal(token, imp->near.challenge, TP_TOKEN_LEN);
}

static bool emergency_run(struct tp_implant *imp, uint16_t what, const uint8_t *args,
                          uint64_t now_us)
{
    if (imp->kind->emergency(what)) {
        imp_emergency_start(imp, (uint8_t)what, now_us);
        return true;
    }
    if (has(imp, TP_CTL_EMERGENCY_RESTRICTION) || what != TP_OP_THERAPY)
        return false;
    imp_therapy_commit(imp, args, now_us);
    return true;
}

void imp_emergency(struct tp_implant *imp, enum ep_link link, const uint8_t *frame,
                   size_t len, uint64_t now_us)
{
    uint8_t token[TP_TOKEN_LEN], args[TP_EMERGENCY_ARGS];
    uint8_t answer[TP_EMERGENCY_DONE_LEN] = {TP_EMERGENCY_DONE, TP_STATUS_REFUSED};
    struct rd r = rd_of(frame, len);
    rd_u8(&r);
    rd_get(&r, token, sizeof token);
    uint16_t what = rd_u16(&r);
    rd_get(&r, args, sizeof args);
    bool proved = rd_end(&r) && present(imp, link, token);
    if (proved && imp->near.state == NEAR_EMERGENCY)
        expect(imp, NEAR_IDLE,
               now_us); // the token is spent; a wrong one spends nothing
    if (proved && emergency_run(imp, what, args, now_us))
        answer[1] = TP_STATUS_DONE;
    else
        imp_note(imp, TP_LOG_NEAR, 7, now_us);
    imp_send(imp, link, answer, sizeof answer);
}

void imp_near(struct tp_implant *imp, const uint8_t *frame, size_t len, uint64_t now_us)
{
    if (tp_frame_check(frame, len)) {
        refuse(imp, 8, now_us);
        return;
    }
    // Emergency care is not interrupted by a pairing or by anybody's asking for intent.
    bool busy = imp->near.state == NEAR_EMERGENCY && frame[0] < TP_EMERGENCY_ASK;
    switch (busy ? 0 : frame[0]) {
    case TP_PAIR_1:
        pair_1(imp, frame, len, now_us);
        break;
    case TP_PAIR_3:
        pair_3(imp, frame, len, now_us);
        break;
    case TP_INTENT_ASK:
        intent_ask(imp, frame, now_us);
        break;
    case TP_INTENT_PROOF:
        intent_proof(imp, frame, now_us);
        break;
    case TP_EMERGENCY_ASK:
        emergency_ask(imp, now_us);
        break;
    case TP_EMERGENCY:
        imp_emergency(imp, EP_NEAR, frame, len, now_us);
        break;
    case TP_ANCHOR:
        imp_anchor(imp, frame, len, now_us);
        break;
    default:
        refuse(imp, 9, now_us);
    }
}
