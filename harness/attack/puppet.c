#include <attack/attacker.h>
#include <attack/puppet.h>
#include <bench/truth.h>
#include <crypto/bytes.h>
#include <crypto/hash.h>
#include <protocol/body.h>
#include <protocol/handshake.h>
#include <protocol/implant.h>
#include <protocol/limits.h>
#include <protocol/programmer.h>
#include <stdio.h>

void hx_puppet_start(struct hx_puppet *p, uint64_t seed, const char *scenario)
{
    char name[96];
    *p = (struct hx_puppet){.seen_lawful = true};
    snprintf(name, sizeof name, "%s/puppet", scenario);
    cr_stream_named(&p->rng, seed, name);
}

static const struct tp_controls *controls(const struct hx_bench *b)
{
    return &b->cast.controls;
}

static void learn(struct hx_puppet *p, const uint8_t *bytes, size_t len)
{
    size_t room = sizeof p->seen - p->seen_len;
    size_t n = len < room ? len : room;
    memcpy(p->seen + p->seen_len, bytes, n);
    p->seen_len += n;
}

// Waits until the implant has been heard to say something of a kind.
static const struct hx_heard *await(struct hx_bench *b, int kind, uint64_t for_us)
{
    size_t from = b->attacker.heard_count;
    uint64_t limit = b->now_us + for_us;
    int implant = b->puppet->target;
    for (;;) {
        for (; from < b->attacker.heard_count; from++) {
            const struct hx_heard *h = &b->attacker.heard[from];
            if (h->from == implant && hx_frame_is(h->bytes, h->len, kind))
                return h;
        }
        if (!hx_bench_step(b, limit))
            break;
    }
    if (b->now_us < limit)
        hx_bench_run(b, limit);
    return NULL;
}

static const struct hx_heard *await_near(struct hx_bench *b, uint8_t type)
{
    size_t from = b->attacker.heard_count;
    uint64_t limit = b->now_us + TP_SECOND / 4;
    do {
        for (; from < b->attacker.heard_count; from++) {
            const struct hx_heard *h = &b->attacker.heard[from];
            if (h->link == EP_NEAR && h->from == b->puppet->target && h->len &&
                h->bytes[0] == type)
                return h;
        }
    } while (hx_bench_step(b, limit));
    return NULL;
}

// --- material -------------------------------------------------------------------

static void take_loot(struct hx_puppet *p, const struct hx_bench *b, int node,
                      unsigned what, size_t peer)
{
    struct tp_programmer_loot loot;
    tp_programmer_steal(b->party[node].state, peer, &loot);
    if (what & 1) {
        memcpy(p->s_priv, loot.s_priv, CR_DH_LEN);
        p->certificate = loot.certificate;
        p->have_key = true;
        p->valid = true;
    }
    if (what & 2) {
        p->bond[peer] = loot.bond;
        memcpy(p->implant_pub[peer], loot.implant, CR_DH_LEN);
        p->have_bond[peer] = loot.have_bond;
    }
    if (peer > 0 && (what & 2)) { // what it knows of one patient, tried on the other
        p->bond[0] = loot.bond;
        p->have_bond[0] = loot.have_bond;
        memcpy(p->implant_pub[0], b->world->cert[HX_NODE_IMPLANT].key, CR_DH_LEN);
    }
    if (what & 4) {
        memcpy(p->token, loot.token, TP_TOKEN_LEN);
        p->have_token = true;
        p->own_token = false;
    }
    cr_wipe(&loot, sizeof loot);
}

static void steal(struct hx_bench *b, const struct hx_step *s)
{
    struct hx_puppet *p = b->puppet;
    struct {
        enum hx_stolen what;
        int node;
        unsigned parts;
        size_t peer;
    } const table[] = {
        {HX_STOLEN_PROGRAMMER_KEY, HX_NODE_PROGRAMMER, 1, 0},
        {HX_STOLEN_PROGRAMMER_BOND, HX_NODE_PROGRAMMER, 2, 0},
        {HX_STOLEN_PROGRAMMER_TOKEN, HX_NODE_PROGRAMMER, 4, 0},
        {HX_STOLEN_MONITOR_KEY, HX_NODE_MONITOR, 1, 0},
        {HX_STOLEN_MONITOR_BOND, HX_NODE_MONITOR, 2, 0},
        {HX_STOLEN_OTHER_BOND, HX_NODE_PROGRAMMER, 2, 1},
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        if (s->stolen >> table[i].what & 1)
            take_loot(p, b, table[i].node, table[i].parts, table[i].peer);
    if (s->stolen >> HX_STOLEN_IMPLANT_KEY & 1) {
        memcpy(p->implant_priv, b->world->s_priv[HX_NODE_IMPLANT], CR_DH_LEN);
        p->have_implant_priv = true;
    }
    if (s->stolen >> HX_STOLEN_IMPLANT_MEMORY & 1)
        p->have_memory = true;
}

// A certificate and key of its own, with the properties asked for.
static void enrol(struct hx_bench *b, const struct hx_step *s)
{
    struct hx_puppet *p = b->puppet;
    cr_stream_fill(&p->rng, p->s_priv, CR_DH_LEN);
    struct tp_certificate *c = &p->certificate;
    *c = (struct tp_certificate){
        .role = (uint8_t)s->role,
        .not_before_s = HX_EPOCH_S - 86400 * 400,
        .not_after_s = s->expired ? HX_EPOCH_S - 86400 : HX_EPOCH_S + 86400 * 365,
        .epoch = (uint16_t)(s->epoch > 0 ? s->epoch : 3)};
    if (s->scope != HX_PARTY_ANY)
        memcpy(c->scope, b->world->id[s->scope == HX_PARTY_OTHER], TP_ID_LEN);
    hx_world_certify(b->world, c, p->s_priv, s->signer == HX_SIGNER_AUTHORITY);
    p->have_key = true;
    p->valid = s->signer == HX_SIGNER_AUTHORITY && !s->expired && c->epoch >= 3 &&
               s->scope != HX_PARTY_OTHER;
}

// --- the near field --------------------------------------------------------------

static void near_frame(struct hx_bench *b, const uint8_t *bytes, size_t len)
{
    hx_near_send(b, HX_NODE_ATTACKER, bytes, len);
}

static void aim(struct hx_bench *b, const struct hx_step *s)
{
    b->puppet->target = s->with == HX_PARTY_OTHER ? HX_NODE_OTHER : HX_NODE_IMPLANT;
    b->wand[HX_NODE_ATTACKER] = b->puppet->target;
}

static int pair(struct hx_bench *b, const struct hx_step *s)
{
    struct hx_puppet *p = b->puppet;
    uint8_t frame[EP_FRAME_MAX] = {TP_PAIR_1}, payload[EP_FRAME_MAX], cert[TP_CERT_LEN];
    size_t n;
    struct cr_rng rng = cr_stream_rng(&p->rng);
    struct cr_noise_handshake *hs = &p->handshake;
    struct tp_bond *bond = &p->bond[p->target];
    aim(b, s);
    bond = &p->bond[p->target];
    if (tp_pairing_start(hs, true, p->s_priv) ||
        cr_noise_write(hs, rng, NULL, 0, frame + 1, sizeof frame - 1, &n))
        return 0;
    near_frame(b, frame, 1 + n);
    const struct hx_heard *h = await_near(b, TP_PAIR_2);
    if (!h || cr_noise_read(hs, h->bytes + 1, h->len - 1u, payload, sizeof payload, &n))
        return 0;
    memcpy(p->implant_pub[p->target], hs->rs, CR_DH_LEN);
    tp_certificate_build(&p->certificate, cert);
    frame[0] = TP_PAIR_3;
    if (cr_noise_write(hs, rng, cert, sizeof cert, frame + 1, sizeof frame - 1, &n))
        return 0;
    near_frame(b, frame, 1 + n);
    if (!await_near(b, TP_PAIRED))
        return 0;
    *bond = (struct tp_bond){.used = 1, .role = p->certificate.role};
    tp_bond_derive(bond, hs, controls(b));
    p->have_bond[p->target] = true;
    hx_bench_note(b, "attacker", "is paired");
    return 0;
}

static int intent(struct hx_bench *b, const struct hx_step *s)
{
    struct hx_puppet *p = b->puppet;
    uint8_t frame[TP_INTENT_ASK_LEN] = {TP_INTENT_ASK}, nonce[TP_TOKEN_LEN];
    uint8_t proof[TP_INTENT_PROOF_LEN] = {TP_INTENT_PROOF}, key[CR_KEY_LEN];
    aim(b, s);
    const struct tp_bond *bond = &p->bond[p->target];
    uint64_t relay = b->attacker.relay_us;
    b->attacker.relay_us = (uint64_t)s->delay_us;
    cr_stream_fill(&p->rng, nonce, sizeof nonce);
    memcpy(frame + 1, nonce, sizeof nonce);
    tp_intent_ask_mac(frame + 1 + TP_TOKEN_LEN, bond, nonce);
    near_frame(b, frame, sizeof frame);
    const struct hx_heard *h = await_near(b, TP_INTENT_CHALLENGE);
    if (h) {
        tp_intent_proof(proof + 1, bond, nonce, h->bytes + 1);
        tp_intent_key(key, bond, nonce, h->bytes + 1);
        near_frame(b, proof, sizeof proof);
        h = await_near(b, TP_INTENT_TOKEN);
    }
    b->attacker.relay_us = relay;
    if (h && cr_open(p->token, key, 0, NULL, 0, h->bytes + 1, h->len - 1u) == CR_OK) {
        p->have_token = true;
        p->own_token = s->delay_us == 0;
        hx_bench_note(b, "attacker", "has an intent token");
    }
    return 0;
}

// What the emergency channel is asked for: one of its own two, or any opcode.
static int emergency(struct hx_bench *b, const struct hx_step *s)
{
    uint8_t frame[TP_EMERGENCY_LEN], ask[TP_EMERGENCY_ASK_LEN] = {TP_EMERGENCY_ASK};
    uint8_t token[TP_TOKEN_LEN] = {0}, args[TP_EMERGENCY_ARGS] = {0};
    aim(b, s);
    if (s->link == HX_LINK_NEAR) {
        near_frame(b, ask, sizeof ask);
        const struct hx_heard *h = await_near(b, TP_EMERGENCY_TOKEN);
        if (h)
            memcpy(token, h->bytes + 1, TP_TOKEN_LEN);
    }
    size_t n = s->bytes_len < sizeof args ? s->bytes_len : sizeof args;
    memcpy(args, s->bytes, n);
    struct wr w = wr_of(frame, sizeof frame);
    wr_u8(&w, TP_EMERGENCY);
    wr_put(&w, token, sizeof token);
    wr_u16(&w, (uint16_t)(s->opcode > 0 ? s->opcode : s->emergency));
    wr_put(&w, args, sizeof args);
    if (s->link == HX_LINK_NEAR)
        near_frame(b, frame, w.done);
    else // long enough for a sleeping implant to find it
        hx_bench_send(b, HX_NODE_ATTACKER, EP_RF, frame, w.done,
                      (uint32_t)(TP_SECOND * 12 / 10));
    hx_bench_run(b, b->now_us + 2 * TP_SECOND);
    return 0;
}

static int anchor(struct hx_bench *b, const struct hx_step *s)
{
    struct hx_puppet *p = b->puppet;
    uint8_t frame[TP_ANCHOR_LEN] = {TP_ANCHOR}, secret[CR_SIGN_SECRET_LEN];
    aim(b, s);
    // Its own key becomes the authority; its own signature vouches for it.
    cr_sign_keypair(p->s_priv, frame + 1, secret);
    tp_anchor_sign(frame + 1 + CR_SIGN_PUBLIC_LEN, frame + 1, secret);
    near_frame(b, frame, sizeof frame);
    hx_bench_run(b, b->now_us + TP_SECOND / 2);
    return 0;
}

// --- a session -------------------------------------------------------------------

static const uint8_t *token_for(const struct hx_puppet *p, const struct hx_step *s)
{
    static const uint8_t zero[TP_TOKEN_LEN];
    if (s->token == HX_TOKEN_ZERO)
        return zero;
    bool wanted = s->token == HX_TOKEN_OWN || s->token == HX_TOKEN_STOLEN;
    return wanted && p->have_token ? p->token : NULL;
}

static bool wake(struct hx_bench *b, const struct hx_step *s, uint32_t *counter)
{
    struct hx_puppet *p = b->puppet;
    struct tp_bond *bond = &p->bond[p->target];
    struct tp_wake w;
    uint8_t frame[TP_WAKE_LEN];
    cr_stream_fill(&p->rng, w.nonce, TP_NONCE_LEN);
    bond->wake_counter += 16; // any higher counter will do
    *counter = bond->wake_counter;
    tp_wake_seal(&w, bond, *counter, (uint8_t)s->purpose, controls(b));
    tp_wake_build(&w, frame);
    hx_bench_send(b, HX_NODE_ATTACKER, EP_RF, frame, sizeof frame,
                  (uint32_t)(TP_SECOND * 12 / 10));
    return await(b, HX_FRAME_AWAKE, TP_SECOND * 15 / 10) != NULL;
}

static bool exchange_hellos(struct hx_bench *b, const struct hx_step *s,
                            uint32_t counter)
{
    struct hx_puppet *p = b->puppet;
    struct tp_bond *bond = &p->bond[p->target];
    uint8_t psk[1][CR_KEY_LEN], frame[TP_HELLO_LEN];
    struct tp_hello hello = {.versions = TP_VERSIONS};
    struct tp_handshake_terms terms = {.versions = TP_VERSIONS,
                                       .wake_counter = counter,
                                       .purpose = (uint8_t)s->purpose};
    size_t n;
    tp_bond_psk(psk[0], bond, token_for(p, s), controls(b));
    struct cr_noise_keys keys = {.s_priv = p->s_priv,
                                 .rs = p->implant_pub[p->target],
                                 .psk = (const uint8_t(*)[CR_KEY_LEN])psk,
                                 .psk_count = 1};
    if (tp_handshake_initiate(&p->handshake, &terms, &keys, controls(b)) ||
        cr_noise_write(&p->handshake, cr_stream_rng(&p->rng), NULL, 0, hello.noise,
                       TP_NOISE_1, &n))
        return false;
    tp_hello_mac(hello.mac, bond, counter, &hello);
    tp_hello_build(&hello, frame);
    hx_bench_send(b, HX_NODE_ATTACKER, EP_RF, frame, sizeof frame, 0);
    const struct hx_heard *h = await(b, HX_FRAME_REPLY, TP_SECOND / 5);
    return h && cr_noise_read(&p->handshake, h->bytes + 1, h->len - 1u, &p->version, 1,
                              &n) == CR_OK;
}

static bool take_response(struct hx_bench *b, struct tp_opened *o,
                          struct tp_response *a)
{
    struct hx_puppet *p = b->puppet;
    const struct hx_heard *h = await(b, HX_FRAME_RECORD, TP_SECOND / 5);
    if (!h ||
        tp_channel_take(&p->channel, h->bytes, h->len, o, controls(b)) ||
        tp_response_parse(o->body, o->len, a))
        return false;
    memcpy(p->ticket, a->ticket, TP_TICKET_LEN);
    return true;
}

static void open_channel(struct hx_bench *b, uint32_t counter)
{
    struct hx_puppet *p = b->puppet;
    struct tp_bond bond = p->bond[p->target];
    bond.wake_counter = counter;
    p->channel.limit = b->cast.rekey_after ? b->cast.rekey_after : TP_REKEY_DEFAULT;
    tp_channel_open(&p->channel, &p->handshake, &bond, false, controls(b));
}

static void open_session(struct hx_bench *b, const struct hx_step *s)
{
    struct hx_puppet *p = b->puppet;
    uint8_t frame[EP_FRAME_MAX] = {TP_PROOF}, cert[TP_CERT_LEN];
    uint32_t counter;
    size_t n;
    struct tp_opened o;
    struct tp_response a;
    p->target = s->with == HX_PARTY_OTHER ? HX_NODE_OTHER : HX_NODE_IMPLANT;
    p->open = false;
    if (!p->have_bond[p->target])
        return; // it was refused one
    if (!wake(b, s, &counter) || !exchange_hellos(b, s, counter))
        return;
    if (s->short_handshake) { // go straight on with the keys as they are now
        open_channel(b, counter);
        p->open = true;
        return;
    }
    tp_certificate_build(&p->certificate, cert);
    if (cr_noise_write(&p->handshake, cr_stream_rng(&p->rng), cert, sizeof cert,
                       frame + 1, sizeof frame - 1, &n))
        return;
    open_channel(b, counter);
    hx_bench_send(b, HX_NODE_ATTACKER, EP_RF, frame, 1 + n, 0);
    p->open = take_response(b, &o, &a) && a.opcode == TP_OP_OPENED;
    if (p->open) {
        p->sessions++;
        p->role = p->certificate.role;
        hx_bench_note(b, "attacker", "has a session open");
    }
}

// Sends a request; true if it was answered.
static bool ask(struct hx_bench *b, uint16_t opcode, const uint8_t *args, size_t len,
                struct tp_opened *o, struct tp_response *a)
{
    struct hx_puppet *p = b->puppet;
    uint8_t body[TP_BODY_MAX], frame[TP_RECORD_MAX];
    size_t n, frame_len;
    p->request = p->request == UINT8_MAX ? 1 : p->request + 1;
    struct tp_request q = {.request = p->request, .opcode = opcode, .args = args,
                           .len = (uint8_t)len};
    bool pad = tp_has(controls(b), TP_CTL_PADDING) && p->version != TP_VERSION_1;
    memcpy(q.ticket, p->ticket, TP_TICKET_LEN);
    if (tp_request_build(&q, pad, body, &n) ||
        tp_channel_seal(&p->channel, TP_RECORD, body, n, frame, &frame_len,
                        controls(b)))
        return false;
    hx_bench_send(b, HX_NODE_ATTACKER, EP_RF, frame, frame_len, 0);
    return take_response(b, o, a);
}

static void issue(struct hx_bench *b, uint16_t commit, const uint8_t *args, size_t len)
{
    struct hx_puppet *p = b->puppet;
    struct hx_issue *i =
        hx_truth_issue(b, HX_NODE_ATTACKER, p->target, commit, args, len);
    if (!i)
        return;
    uint8_t caps = tp_role_capabilities(p->certificate.role);
    uint8_t need = commit == EP_COMMIT_ALARM ? TP_CAP_NOTIFY : TP_CAP_THERAPY;
    i->entitled = p->valid && p->have_key;
    i->role = (caps & need) != 0;
    // Intent is its own only if it fetched the token itself, close by.
    if (commit == EP_COMMIT_THERAPY || commit == EP_COMMIT_TEST_PULSE)
        i->present = i->present && p->have_token && p->own_token;
}

static void therapy_args(const struct hx_bench *b, const struct hx_step *s,
                         uint8_t out[TP_THERAPY_LEN])
{
    struct tp_therapy t;
    enum tp_err e = tp_therapy_parse(b->truth.therapy, TP_THERAPY_LEN, &t);
    assert(!e);
    if (s->therapy.lower_rate_ppm >= 0)
        t.lower_rate_ppm = (uint16_t)s->therapy.lower_rate_ppm;
    if (s->therapy.upper_rate_ppm >= 0)
        t.upper_rate_ppm = (uint16_t)s->therapy.upper_rate_ppm;
    if (s->therapy.amplitude_mv >= 0)
        t.amplitude_mv = (uint16_t)s->therapy.amplitude_mv;
    if (s->therapy.mode >= 0)
        t.mode = (uint8_t)s->therapy.mode;
    tp_therapy_build(&t, out);
}

static int write_therapy(struct hx_bench *b, const struct hx_step *s)
{
    struct hx_puppet *p = b->puppet;
    struct tp_opened o;
    struct tp_response a;
    uint8_t args[2 + TP_THERAPY_LEN] = {TP_OP_THERAPY, 0};
    if (!p->open)
        return 0;
    therapy_args(b, s, args + 2);
    issue(b, EP_COMMIT_THERAPY, args + 2, TP_THERAPY_LEN);
    if (!ask(b, TP_OP_PROPOSE, args, sizeof args, &o, &a) ||
        a.status != TP_STATUS_PROPOSED || a.len < TP_TICKET_LEN + TP_DIGEST_LEN)
        return 0;
    uint8_t digest[TP_DIGEST_LEN];
    memcpy(digest, a.data + TP_TICKET_LEN, TP_DIGEST_LEN);
    if (s->hold_us > 0)
        hx_bench_run(b, b->now_us + (uint64_t)s->hold_us);
    (void)ask(b, TP_OP_CONFIRM, digest, sizeof digest, &o, &a);
    return 0;
}

static int set_alarm(struct hx_bench *b, const struct hx_step *s)
{
    struct hx_puppet *p = b->puppet;
    struct tp_opened o;
    struct tp_response a;
    uint8_t volume = (uint8_t)s->value;
    if (!p->open)
        return 0;
    issue(b, EP_COMMIT_ALARM, &volume, 1);
    if (ask(b, TP_OP_TICKET, NULL, 0, &o, &a) || p->role == 0)
        (void)ask(b, TP_OP_ALARM, &volume, 1, &o, &a);
    return 0;
}

// Reading is lawful for whoever's keys truly allow it.
static int read_out(struct hx_bench *b, const struct hx_step *s)
{
    static const uint16_t opcodes[] = {TP_OP_STATUS, TP_OP_PATIENT, TP_OP_LOG};
    struct hx_puppet *p = b->puppet;
    struct tp_opened o;
    struct tp_response a;
    uint8_t class = TP_LOG_COMMAND;
    if (!p->open)
        return 0;
    bool log = s->read == HX_READ_LOG;
    if (!ask(b, opcodes[s->read], &class, log ? 1 : 0, &o, &a))
        return 0;
    bool lawful = p->valid && p->have_key &&
                  (tp_role_capabilities(p->certificate.role) & TP_CAP_READ);
    if (a.len > 0 && !lawful)
        p->seen_lawful = false;
    if (!lawful)
        learn(p, a.data, a.len);
    return 0;
}

static int raw(struct hx_bench *b, const struct hx_step *s)
{
    struct hx_puppet *p = b->puppet;
    struct tp_opened o;
    struct tp_response a;
    if (!p->open)
        return 0;
    // An alarm with more behind it still asks for that alarm, and for no more.
    if (s->opcode == TP_OP_ALARM && s->bytes_len > 0) {
        issue(b, EP_COMMIT_ALARM, s->bytes, 1);
        (void)ask(b, TP_OP_TICKET, NULL, 0, &o, &a);
    }
    if (ask(b, (uint16_t)s->opcode, s->bytes, s->bytes_len, &o, &a))
        learn(p, a.data, a.len);
    return 0;
}

static int keep_open(struct hx_bench *b, const struct hx_step *s)
{
    struct tp_opened o;
    struct tp_response a;
    uint64_t end = b->now_us + (uint64_t)s->for_us;
    while (b->puppet->open && b->now_us < end) {
        b->attacker.heard_count = b->attacker.heard_count > HX_HEARD_MAX - 8
                                      ? HX_HEARD_MAX - 8
                                      : b->attacker.heard_count;
        if (!ask(b, TP_OP_STATUS, NULL, 0, &o, &a))
            b->puppet->open = false;
        hx_bench_run(b, b->now_us + (uint64_t)s->every_us);
    }
    return 0;
}

static int close_session(struct hx_bench *b)
{
    struct tp_opened o;
    struct tp_response a;
    if (b->puppet->open)
        (void)ask(b, TP_OP_CLOSE, NULL, 0, &o, &a);
    b->puppet->open = false;
    return 0;
}

int hx_puppet_step(struct hx_bench *b, const struct hx_step *s, char *why, size_t cap)
{
    struct hx_puppet *p = b->puppet;
    switch (s->verb) {
    case HX_DO_STEAL:
        steal(b, s);
        return 0;
    case HX_DO_ENROL:
        enrol(b, s);
        return 0;
    case HX_DO_PUPPET_PAIR:
        return pair(b, s);
    case HX_DO_PUPPET_INTENT:
        return intent(b, s);
    case HX_DO_PUPPET_OPEN:
        for (int64_t i = 0; i < s->times; i++) {
            open_session(b, s);
            hx_bench_run(b, b->now_us + (uint64_t)s->every_us);
        }
        return 0;
    case HX_DO_PUPPET_READ:
        return read_out(b, s);
    case HX_DO_PUPPET_WRITE:
        return write_therapy(b, s);
    case HX_DO_PUPPET_ALARM:
        return set_alarm(b, s);
    case HX_DO_PUPPET_RAW:
        return raw(b, s);
    case HX_DO_PUPPET_CLOSE:
        return close_session(b);
    case HX_DO_PUPPET_KEEP_OPEN:
        return keep_open(b, s);
    case HX_DO_PUPPET_EMERGENCY:
        return emergency(b, s);
    case HX_DO_PUPPET_ANCHOR:
        return anchor(b, s);
    case HX_DO_IMPERSONATE:
        p->impersonating = true;
        return 0;
    case HX_DO_DECRYPT:
        hx_puppet_decrypt(b);
        return 0;
    default:
        snprintf(why, cap, "line %u: no attacker can do that", s->line);
        return -1;
    }
}
