// test_uplink.c - who may be at the other end of a connection over a network

#include "meet.h"
#include <crypto/hash.h>
#include <crypto/init.h>

static void every_message_has_its_layout(void)
{
    struct meeting m;
    meet_open(&m);
    CU_ASSERT_EQUAL(m.hello[0], TP_UP_HELLO);
    CU_ASSERT_EQUAL(sizeof m.hello, 33);
    CU_ASSERT_EQUAL(m.reply[0], TP_UP_REPLY);
    CU_ASSERT_EQUAL(sizeof m.reply, 220);
    CU_ASSERT_EQUAL(m.proof[0], TP_UP_PROOF);
    CU_ASSERT_EQUAL(sizeof m.proof, 188);
    struct wire_record r = meet_say(&m.client, "beat");
    CU_ASSERT_EQUAL(r.len, 3 + 4 + 16);
    CU_ASSERT(r.bytes[0] == TP_UP_RECORD && r.bytes[1] == 0 && r.bytes[2] == 0);
}

// NET-2, NET-3: the service's side, made once more from the page alone.
static void a_service_made_from_the_page_is_understood(void)
{
    static const char prologue[] = "telltale uplink";
    struct cr_noise_protocol xx;
    struct cr_noise_handshake hs;
    struct cr_cipher first, second;
    struct meeting m;
    uint8_t payload[TP_CERT_LEN], cert[TP_CERT_LEN], text[8];
    size_t n;
    meet(&m);
    meet_greet(&m);
    struct cr_noise_keys keys = {.s_priv = m.service.s_priv};
    CU_ASSERT_EQUAL_FATAL(cr_noise_named(&xx, "Noise_XX_25519_ChaChaPoly_SHA256"), 0);
    CU_ASSERT_EQUAL_FATAL(cr_noise_start(&hs, &xx, "Noise_XX_25519_ChaChaPoly_SHA256",
                                         false, (const uint8_t *)prologue,
                                         strlen(prologue), &keys),
                          0);
    CU_ASSERT_EQUAL_FATAL(
        cr_noise_read(&hs, m.hello + 1, sizeof m.hello - 1, payload, 0, &n), 0);
    tp_certificate_build(&m.service.certificate, cert);
    CU_ASSERT_EQUAL_FATAL(cr_noise_write(&hs, visitor_rng(&m.service), cert,
                                         sizeof cert, m.reply + 1, sizeof m.reply - 1,
                                         &n),
                          0);
    CU_ASSERT_EQUAL_FATAL(meet_prove(&m, TP_ROLE_SERVER), TP_OK);
    CU_ASSERT_EQUAL_FATAL(cr_noise_read(&hs, m.proof + 1, sizeof m.proof - 1, payload,
                                        sizeof payload, &n),
                          0);
    tp_certificate_build(&m.client.certificate, cert);
    CU_ASSERT(n == sizeof cert && memcmp(payload, cert, n) == 0);

    cr_noise_split(&hs, &first, &second);
    for (uint16_t i = 0; i < 3; i++) {
        struct wire_record r = meet_say(&m.client, "beat");
        CU_ASSERT_EQUAL_FATAL(
            cr_open(text, first.key, i, r.bytes, 3, r.bytes + 3, r.len - 3), 0);
        CU_ASSERT_EQUAL(memcmp(text, "beat", 4), 0);
    }
}

static void certified_ends_connect(void)
{
    static const char back[] = "seen";
    struct meeting m;
    uint8_t out[TP_UP_MESSAGE_MAX];
    size_t n = 0;
    meet_open(&m);
    CU_ASSERT(m.client.up.state == TP_UP_OPEN && m.service.up.state == TP_UP_OPEN);
    CU_ASSERT_EQUAL(m.peer.role, TP_ROLE_MONITOR);
    CU_ASSERT_EQUAL(memcmp(m.peer.key, m.client.certificate.key, CR_DH_LEN), 0);
    struct wire_record r = meet_say(&m.client, "beat");
    CU_ASSERT_EQUAL(meet_hear(&m.service, &r, out, &n), TP_OK);
    CU_ASSERT(n == 4 && memcmp(out, "beat", 4) == 0);
    r = meet_say(&m.service, back);
    CU_ASSERT_EQUAL(meet_hear(&m.client, &r, out, &n), TP_OK);
    CU_ASSERT(n == 4 && memcmp(out, back, 4) == 0);
}

// The client must refuse the service and stay as it was.
static void client_refuses(struct meeting *m, enum tp_role wanted)
{
    meet_greet(m);
    struct tp_uplink before;
    static const uint8_t untouched[TP_UP_PROOF_LEN];
    memset(m->proof, 0, sizeof m->proof);
    memcpy(&before, &m->client.up, sizeof before);
    CU_ASSERT_EQUAL(meet_prove(m, wanted), TP_E_AUTH);
    CU_ASSERT(meet_same(&before, &m->client.up));
    CU_ASSERT_EQUAL(memcmp(m->proof, untouched, sizeof untouched), 0);
}

// The service must refuse the client and stay as it was.
static void service_refuses(struct meeting *m)
{
    struct tp_uplink before;
    meet_greet(m);
    CU_ASSERT_EQUAL_FATAL(meet_prove(m, TP_ROLE_SERVER), TP_OK);
    memcpy(&before, &m->service.up, sizeof before);
    m->peer.role = 77;
    CU_ASSERT_EQUAL(meet_admit(m), TP_E_AUTH);
    CU_ASSERT(meet_same(&before, &m->service.up));
    CU_ASSERT_EQUAL(m->peer.role, 77);
}

static void a_client_takes_one_role_and_no_other(void)
{
    for (enum tp_role is = 0; is < TP_ROLE_COUNT; is++) {
        for (enum tp_role wanted = 1; wanted < TP_ROLE_COUNT; wanted++) {
            struct meeting m;
            meet(&m);
            visitor_make(&m.service, &m.clinic, is, 0x42);
            if (is != wanted) {
                client_refuses(&m, wanted);
                continue;
            }
            meet_greet(&m);
            CU_ASSERT_EQUAL(meet_prove(&m, wanted), TP_OK);
        }
    }
}

enum flaw { SELF_MADE, ANOTHER_CLINICS, ANOTHERS, OVER, UPSIDE_DOWN, IMPLANTS, FLAWS };

// Gives one end a certificate that must not be believed.
static void spoil(struct meeting *m, struct visitor *v, enum flaw flaw)
{
    struct tp_certificate *cert = &v->certificate;
    struct clinic other = m->clinic;
    switch (flaw) {
    case SELF_MADE:
        memset(other.secret, 0x66, sizeof other.secret);
        break;
    case ANOTHER_CLINICS:
        clinic_make(&other, 0xc2);
        break;
    case OVER:
        cert->not_after_s = v->now_s - 1;
        break;
    case UPSIDE_DOWN:
        cert->not_before_s = cert->not_after_s + 1;
        break;
    case IMPLANTS:
        cert->role = TP_ROLE_IMPLANT;
        break;
    case ANOTHERS:
    case FLAWS:
        break;
    }
    clinic_certify(&other, cert, v->s_priv);
    if (flaw == ANOTHERS)
        memset(v->s_priv, 0x43, sizeof v->s_priv);
}

static void certificates_that_do_not_hold_are_refused(void)
{
    for (enum flaw f = 0; f < FLAWS; f++) {
        struct meeting m;
        meet(&m);
        spoil(&m, &m.service, f);
        client_refuses(&m, TP_ROLE_SERVER);
        meet(&m);
        spoil(&m, &m.client, f);
        service_refuses(&m);
    }
}

// Its last second is its own.
static void a_certificate_ends_after_its_last_second(void)
{
    struct meeting m;
    meet(&m);
    m.client.now_s = m.service.certificate.not_after_s;
    meet_greet(&m);
    CU_ASSERT_EQUAL(meet_prove(&m, TP_ROLE_SERVER), TP_OK);
    meet(&m);
    m.client.now_s = m.service.certificate.not_after_s + 1;
    client_refuses(&m, TP_ROLE_SERVER);
}

static void any_scope_will_do(void)
{
    struct meeting m;
    meet(&m);
    memset(m.client.certificate.scope, 0x1d, TP_ID_LEN);
    clinic_certify(&m.clinic, &m.client.certificate, m.client.s_priv);
    meet_greet(&m);
    CU_ASSERT_EQUAL(meet_prove(&m, TP_ROLE_SERVER), TP_OK);
    CU_ASSERT_EQUAL(meet_admit(&m), TP_OK);
}

static void without_authentication_anybody_is_believed(void)
{
    for (enum flaw f = 0; f < FLAWS; f++) {
        struct meeting m;
        meet(&m);
        m.client.controls = without(TP_CTL_UPLINK_AUTHENTICATION);
        spoil(&m, &m.service, f);
        meet_greet(&m);
        CU_ASSERT_EQUAL(meet_prove(&m, TP_ROLE_UPDATER), SWITCHES ? TP_OK : TP_E_AUTH);
        meet(&m);
        m.service.controls = without(TP_CTL_UPLINK_AUTHENTICATION);
        spoil(&m, &m.client, f);
        meet_greet(&m);
        CU_ASSERT_EQUAL_FATAL(meet_prove(&m, TP_ROLE_SERVER), TP_OK);
        CU_ASSERT_EQUAL(meet_admit(&m), SWITCHES ? TP_OK : TP_E_AUTH);
    }
}

static void without_authentication_records_are_as_ever(void)
{
    uint8_t out[TP_UP_MESSAGE_MAX];
    struct meeting m;
    size_t n;
    meet(&m);
    m.client.controls = without(TP_CTL_UPLINK_AUTHENTICATION);
    m.service.controls = m.client.controls;
    meet_greet(&m);
    CU_ASSERT_EQUAL_FATAL(meet_prove(&m, TP_ROLE_SERVER), TP_OK);
    CU_ASSERT_EQUAL_FATAL(meet_admit(&m), TP_OK);
    struct wire_record r = meet_say(&m.client, "beat"), bad = r;
    bad.bytes[4] ^= 1;
    CU_ASSERT_EQUAL(meet_hear(&m.service, &bad, out, &n), TP_E_AUTH);
    CU_ASSERT_EQUAL(meet_hear(&m.service, &r, out, &n), TP_OK);
    CU_ASSERT_EQUAL(meet_hear(&m.service, &r, out, &n), TP_E_AUTH);
}

// Any change of a message of the handshake is refused, and the true one then taken. A
// changed first message goes through, and the second does not fit it.
static void a_changed_handshake_is_refused(void)
{
    struct meeting m;
    meet(&m);
    meet_greet(&m);
    for (size_t i = 0; i < sizeof m.reply; i++) {
        m.reply[i] ^= 0x10;
        CU_ASSERT_NOT_EQUAL(meet_prove(&m, TP_ROLE_SERVER), TP_OK);
        m.reply[i] ^= 0x10;
    }
    CU_ASSERT_EQUAL_FATAL(meet_prove(&m, TP_ROLE_SERVER), TP_OK);
    for (size_t i = 0; i < sizeof m.proof; i++) {
        m.proof[i] ^= 0x10;
        CU_ASSERT_NOT_EQUAL(meet_admit(&m), TP_OK);
        m.proof[i] ^= 0x10;
    }
    CU_ASSERT_EQUAL(meet_admit(&m), TP_OK);

    meet(&m);
    meet_greet(&m);
    struct tp_uplink_self self = visitor_self(&m.service);
    m.hello[5] ^= 1;
    CU_ASSERT_EQUAL_FATAL(tp_uplink_reply(&m.service.up, &self, visitor_rng(&m.service),
                                          m.hello, sizeof m.hello, m.reply),
                          TP_OK);
    CU_ASSERT_EQUAL(meet_prove(&m, TP_ROLE_SERVER), TP_E_AUTH);
}

static void another_meetings_messages_are_refused(void)
{
    struct meeting m, old;
    meet_open(&old);
    meet(&m);
    cr_stream_named(&m.client.stream, 7, "later"); // fresh keys of both
    cr_stream_named(&m.service.stream, 8, "later");
    meet_greet(&m);
    memcpy(m.reply, old.reply, sizeof m.reply);
    CU_ASSERT_EQUAL(meet_prove(&m, TP_ROLE_SERVER), TP_E_AUTH);
    memcpy(m.proof, old.proof, sizeof m.proof);
    CU_ASSERT_EQUAL(meet_admit(&m), TP_E_AUTH);
}

static void a_key_of_low_order_is_refused(void)
{
    struct meeting m;
    static const uint8_t hello[TP_UP_HELLO_LEN] = {TP_UP_HELLO};
    struct tp_uplink before;
    meet(&m);
    meet_greet(&m);
    struct tp_uplink_self self = visitor_self(&m.service);
    memcpy(&before, &m.service.up, sizeof before);
    CU_ASSERT_EQUAL(tp_uplink_reply(&m.service.up, &self, visitor_rng(&m.service),
                                    hello, sizeof hello, m.reply),
                    TP_E_AUTH);
    CU_ASSERT(meet_same(&before, &m.service.up));
    CU_ASSERT_EQUAL(meet_prove(&m, TP_ROLE_SERVER), TP_OK);
}

static void messages_out_of_turn_or_length_are_refused(void)
{
    struct meeting m;
    meet(&m);
    CU_ASSERT_EQUAL(meet_prove(&m, TP_ROLE_SERVER), TP_E_STATE);
    CU_ASSERT_EQUAL(meet_admit(&m), TP_E_STATE);
    meet_greet(&m);
    struct tp_uplink_self self = visitor_self(&m.service);
    struct tp_uplink_self client = visitor_self(&m.client);
    for (size_t len = 0; len <= EP_FRAME_MAX; len++) {
        uint8_t bytes[EP_FRAME_MAX] = {TP_UP_HELLO};
        uint8_t *copy = exact_copy(bytes, len);
        if (len != TP_UP_HELLO_LEN)
            CU_ASSERT_EQUAL(tp_uplink_reply(&m.service.up, &self,
                                            visitor_rng(&m.service), copy, len,
                                            m.reply),
                            TP_E_VALUE);
        if (len != TP_UP_REPLY_LEN)
            CU_ASSERT_EQUAL(tp_uplink_prove(&m.client.up, &client, TP_ROLE_SERVER,
                                            visitor_rng(&m.client), copy, len, m.proof),
                            TP_E_VALUE);
        if (len != TP_UP_PROOF_LEN)
            CU_ASSERT_EQUAL(tp_uplink_admit(&m.service.up, &self, copy, len, &m.peer),
                            TP_E_VALUE);
        free(copy);
    }
    CU_ASSERT_EQUAL(meet_prove(&m, TP_ROLE_SERVER), TP_OK);
    CU_ASSERT_EQUAL(meet_admit(&m), TP_OK);
    CU_ASSERT_EQUAL(meet_prove(&m, TP_ROLE_SERVER), TP_E_STATE); // once each
    CU_ASSERT_EQUAL(meet_admit(&m), TP_E_STATE);
}

int main(void)
{
    static const struct suite_case cases[] = {
        {"NET-1: every message has its layout", every_message_has_its_layout},
        {"NET-2: a service made from the page is understood",
         a_service_made_from_the_page_is_understood},
        {"NET-2: certified ends connect", certified_ends_connect},
        {"NET-2: a client takes one role and no other",
         a_client_takes_one_role_and_no_other},
        {"NET-2: certificates that do not hold are refused",
         certificates_that_do_not_hold_are_refused},
        {"CERT-4: a certificate ends after its last second",
         a_certificate_ends_after_its_last_second},
        {"NET-2: any scope will do", any_scope_will_do},
        {"NET-2: without uplink-authentication anybody is believed",
         without_authentication_anybody_is_believed},
        {"NET-3: without uplink-authentication records are as ever",
         without_authentication_records_are_as_ever},
        {"NET-2: a changed handshake is refused", a_changed_handshake_is_refused},
        {"NET-2: another meeting's messages are refused",
         another_meetings_messages_are_refused},
        {"CRY-1: a key of low order is refused", a_key_of_low_order_is_refused},
        {"NET-1: messages out of turn or length are refused",
         messages_out_of_turn_or_length_are_refused},
        {0},
    };
    return cr_init() ? 2 : suite_main("protocol/uplink", cases);
}
