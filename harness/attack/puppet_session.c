// puppet_session.c - the puppet in a session that its keys opened

#include "puppet_internal.h"
#include <attack/attacker.h>
#include <bench/truth.h>
#include <crypto/bytes.h>
#include <protocol/handshake.h>
#include <protocol/limits.h>

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
    tp_wake_seal(&w, bond, *counter, (uint8_t)s->purpose, hx_puppet_controls(b));
    tp_wake_build(&w, frame);
    hx_bench_send(b, HX_NODE_ATTACKER, EP_RF, frame, sizeof frame,
                  (uint32_t)(TP_SECOND * 12 / 10));
    return hx_puppet_await(b, HX_FRAME_AWAKE, TP_SECOND * 15 / 10) != NULL;
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
    tp_bond_psk(psk[0], bond, token_for(p, s), hx_puppet_controls(b));
    struct cr_noise_keys keys = {.s_priv = p->s_priv,
                                 .rs = p->implant_pub[p->target],
                                 .psk = (const uint8_t(*)[CR_KEY_LEN])psk,
                                 .psk_count = 1};
    if (tp_handshake_initiate(&p->handshake, &terms, &keys, hx_puppet_controls(b)) ||
        cr_noise_write(&p->handshake, cr_stream_rng(&p->rng), NULL, 0, hello.noise,
                       TP_NOISE_1, &n))
        return false;
    tp_hello_mac(hello.mac, bond, counter, &hello);
    tp_hello_build(&hello, frame);
    hx_bench_send(b, HX_NODE_ATTACKER, EP_RF, frame, sizeof frame, 0);
    const struct hx_heard *h = hx_puppet_await(b, HX_FRAME_REPLY, TP_SECOND / 5);
    return h && cr_noise_read(&p->handshake, h->bytes + 1, h->len - 1u, &p->version, 1,
                              &n) == CR_OK;
}

static bool take_response(struct hx_bench *b, struct tp_opened *o,
                          struct tp_response *a)
{
    struct hx_puppet *p = b->puppet;
    const struct hx_heard *h = hx_puppet_await(b, HX_FRAME_RECORD, TP_SECOND / 5);
    if (!h ||
        tp_channel_take(&p->channel, h->bytes, h->len, o, hx_puppet_controls(b)) ||
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
    tp_channel_open(&p->channel, &p->handshake, &bond, false, hx_puppet_controls(b));
}

void hx_puppet_open(struct hx_bench *b, const struct hx_step *s)
{
    struct hx_puppet *p = b->puppet;
    uint8_t frame[EP_FRAME_MAX] = {TP_PROOF}, cert[TP_CERT_LEN];
    uint32_t counter;
    size_t n;
    struct tp_opened o;
    struct tp_response a;
    p->target = (uint8_t)hx_party_implant(s->with);
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
bool hx_puppet_ask(struct hx_bench *b, uint16_t opcode, const uint8_t *args, size_t len,
                   struct tp_opened *o, struct tp_response *a)
{
    struct hx_puppet *p = b->puppet;
    uint8_t body[TP_BODY_MAX], frame[TP_RECORD_MAX];
    size_t n, frame_len;
    p->request = p->request == UINT8_MAX ? 1 : p->request + 1;
    struct tp_request q = {
        .request = p->request, .opcode = opcode, .args = args, .len = (uint8_t)len};
    bool pad =
        tp_has(hx_puppet_controls(b), TP_CTL_PADDING) && p->version != TP_VERSION_1;
    memcpy(q.ticket, p->ticket, TP_TICKET_LEN);
    if (tp_request_build(&q, pad, body, &n) ||
        tp_channel_seal(&p->channel, TP_RECORD, body, n, frame, &frame_len,
                        hx_puppet_controls(b)))
        return false;
    hx_bench_send(b, HX_NODE_ATTACKER, EP_RF, frame, frame_len, 0);
    return take_response(b, o, a);
}

void hx_puppet_issue(struct hx_bench *b, uint16_t commit, const uint8_t *args,
                     size_t len)
{
    struct hx_puppet *p = b->puppet;
    struct hx_issue *i =
        hx_truth_issue(b, HX_NODE_ATTACKER, p->target, commit, args, len);
    if (!i)
        return;
    uint8_t caps = tp_role_capabilities(p->certificate.role);
    uint8_t need = commit == EP_COMMIT_ALARM   ? TP_CAP_NOTIFY
                   : commit == EP_COMMIT_BOLUS ? TP_CAP_BOLUS
                                               : TP_CAP_THERAPY;
    bool remote = commit == EP_COMMIT_BOLUS && p->certificate.role == TP_ROLE_PATIENT;
    i->entitled = hx_puppet_entitled(b);
    i->role = (caps & need) != 0 && (!remote || hx_truth_remote(b));
    // Intent is its own only if it fetched the token itself, close by.
    if (commit != EP_COMMIT_ALARM && commit != EP_COMMIT_BOLUS)
        i->present = i->present && p->have_token && p->own_token;
}

void hx_puppet_write(struct hx_bench *b, const struct hx_step *s)
{
    struct hx_puppet *p = b->puppet;
    struct tp_opened o;
    struct tp_response a;
    uint8_t args[2 + TP_THERAPY_LEN] = {TP_OP_THERAPY, 0};
    if (!p->open)
        return;
    hx_truth_therapy(b, s, args + 2);
    hx_puppet_issue(b, b->cast.pump ? EP_COMMIT_INFUSION : EP_COMMIT_THERAPY, args + 2,
                    TP_THERAPY_LEN);
    if (!hx_puppet_ask(b, TP_OP_PROPOSE, args, sizeof args, &o, &a) ||
        a.status != TP_STATUS_PROPOSED || a.len < TP_TICKET_LEN + TP_DIGEST_LEN)
        return;
    uint8_t digest[TP_DIGEST_LEN];
    memcpy(digest, a.data + TP_TICKET_LEN, TP_DIGEST_LEN);
    if (s->hold_us > 0)
        hx_bench_run(b, b->now_us + (uint64_t)s->hold_us);
    (void)hx_puppet_ask(b, TP_OP_CONFIRM, digest, sizeof digest, &o, &a);
}

void hx_puppet_alarm(struct hx_bench *b, const struct hx_step *s)
{
    struct hx_puppet *p = b->puppet;
    struct tp_opened o;
    struct tp_response a;
    uint8_t volume = (uint8_t)s->value;
    if (!p->open)
        return;
    hx_puppet_issue(b, EP_COMMIT_ALARM, &volume, 1);
    if (hx_puppet_ask(b, TP_OP_TICKET, NULL, 0, &o, &a) || p->role == 0)
        (void)hx_puppet_ask(b, TP_OP_ALARM, &volume, 1, &o, &a);
}

void hx_puppet_bolus(struct hx_bench *b, const struct hx_step *s)
{
    struct tp_opened o;
    struct tp_response a;
    uint8_t mu[2] = {(uint8_t)s->value, (uint8_t)(s->value >> 8)};
    if (!b->puppet->open)
        return;
    hx_puppet_issue(b, EP_COMMIT_BOLUS, mu, sizeof mu);
    (void)hx_puppet_ask(b, TP_OP_TICKET, NULL, 0, &o, &a);
    (void)hx_puppet_ask(b, TP_OP_BOLUS, mu, sizeof mu, &o, &a);
}

// Reading is lawful for whoever's keys truly allow it.
void hx_puppet_read(struct hx_bench *b, const struct hx_step *s)
{
    static const uint16_t opcodes[] = {TP_OP_STATUS, TP_OP_PATIENT, TP_OP_LOG,
                                       TP_OP_REPORT, TP_OP_SOFTWARE};
    struct hx_puppet *p = b->puppet;
    struct tp_opened o;
    struct tp_response a;
    uint8_t class = TP_LOG_COMMAND;
    if (!p->open)
        return;
    bool log = s->read == HX_READ_LOG;
    if (!hx_puppet_ask(b, opcodes[s->read], &class, log ? 1 : 0, &o, &a))
        return;
    if (s->read == HX_READ_REPORT && a.len == TP_REPORT_LEN) {
        memcpy(p->report, a.data, TP_REPORT_LEN);
        p->have_report = true;
    }
    bool lawful = hx_puppet_entitled(b) &&
                  (tp_role_capabilities(p->certificate.role) & TP_CAP_READ);
    if (a.len > 0 && !lawful)
        p->seen_lawful = false;
    if (!lawful)
        hx_puppet_learn(p, a.data, a.len);
}

void hx_puppet_raw(struct hx_bench *b, const struct hx_step *s)
{
    struct hx_puppet *p = b->puppet;
    struct tp_opened o;
    struct tp_response a;
    if (!p->open)
        return;
    // An alarm with more behind it still asks for that alarm, and for no more.
    if (s->opcode == TP_OP_ALARM && s->bytes_len > 0) {
        hx_puppet_issue(b, EP_COMMIT_ALARM, s->bytes, 1);
        (void)hx_puppet_ask(b, TP_OP_TICKET, NULL, 0, &o, &a);
    }
    if (s->opcode == TP_OP_SHOCK) {
        hx_puppet_issue(b, EP_COMMIT_SHOCK, NULL, 0);
        (void)hx_puppet_ask(b, TP_OP_TICKET, NULL, 0, &o, &a);
    }
    if (hx_puppet_ask(b, (uint16_t)s->opcode, s->bytes, s->bytes_len, &o, &a))
        hx_puppet_learn(p, a.data, a.len);
}

void hx_puppet_keep_open(struct hx_bench *b, const struct hx_step *s)
{
    struct tp_opened o;
    struct tp_response a;
    uint64_t end = b->now_us + (uint64_t)s->for_us;
    while (b->puppet->open && b->now_us < end) {
        b->attacker.heard_count = b->attacker.heard_count > HX_HEARD_MAX - 8
                                      ? HX_HEARD_MAX - 8
                                      : b->attacker.heard_count;
        if (!hx_puppet_ask(b, TP_OP_STATUS, NULL, 0, &o, &a))
            b->puppet->open = false;
        hx_bench_run(b, b->now_us + (uint64_t)s->every_us);
    }
}

void hx_puppet_close(struct hx_bench *b)
{
    struct tp_opened o;
    struct tp_response a;
    if (b->puppet->open)
        (void)hx_puppet_ask(b, TP_OP_CLOSE, NULL, 0, &o, &a);
    b->puppet->open = false;
}
