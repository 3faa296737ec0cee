// uplink.c - a connection over a network: its handshake and its records

#include <crypto/bytes.h>
#include <crypto/hash.h>
#include <protocol/uplink.h>

// --- the handshake ---

static enum tp_err start(struct tp_uplink *up, const struct tp_uplink_self *self,
                         bool initiator)
{
    static const uint8_t prologue[] = "telltale uplink";
    struct cr_noise_protocol protocol;
    struct cr_noise_keys keys = {.s_priv = self->s_priv};
    memset(up, 0, sizeof *up);
    if (cr_noise_compile(&protocol, "-> e <- e, ee, s, es -> s, se", CR_NOISE_SHA256))
        return TP_E_STATE;
    return cr_noise_start(&up->handshake, &protocol, "Noise_XX_25519_ChaChaPoly_SHA256",
                          initiator, prologue, sizeof prologue - 1, &keys)
               ? TP_E_AUTH
               : TP_OK;
}

static bool is_of(enum tp_uplink_type type, size_t want, const uint8_t *frame,
                  size_t len)
{
    return len == want && frame[0] == type;
}

// Writes the handshake's next message behind a type, with or without a certificate.
static enum tp_err speak(struct tp_uplink *up, const struct tp_certificate *own,
                         struct cr_rng rng, uint8_t *out, size_t len)
{
    uint8_t payload[TP_CERT_LEN];
    size_t n;
    if (own)
        tp_certificate_build(own, payload);
    return cr_noise_write(&up->handshake, rng, payload, own ? sizeof payload : 0,
                          out + 1, len - 1, &n)
               ? TP_E_AUTH
               : TP_OK;
}

// Is the bearer of a certificate who the clinic says it is? A scope is about implants,
// and none is at either end: any will do.
static enum tp_err believe(const struct tp_uplink *up,
                           const struct tp_uplink_self *self,
                           const struct tp_certificate *cert)
{
    const struct tp_certificate_terms terms = {.anchor = self->anchor,
                                               .key = up->handshake.rs,
                                               .implant = cert->scope,
                                               .now_s = self->now_s};
    if (!tp_has(self->controls, TP_CTL_UPLINK_AUTHENTICATION))
        return TP_OK;
    return tp_certificate_check(cert, &terms, self->controls,
                                TP_CTL_UPLINK_AUTHENTICATION);
}

// Reads a message of the handshake whose payload is the other side's certificate.
static enum tp_err hear(struct tp_uplink *up, const struct tp_uplink_self *self,
                        const uint8_t *frame, size_t len, struct tp_certificate *cert)
{
    uint8_t payload[TP_CERT_LEN];
    size_t n;
    if (cr_noise_read(&up->handshake, frame + 1, len - 1, payload, sizeof payload, &n))
        return TP_E_AUTH;
    if (tp_certificate_parse(payload, n, cert))
        return TP_E_AUTH;
    return believe(up, self, cert);
}

// The handshake is over: its keys are taken, and all that made them is forgotten.
static void take_keys(struct tp_uplink *up, bool initiator)
{
    struct cr_cipher first, second;
    cr_noise_split(&up->handshake, &first, &second);
    memcpy(up->tx_key, initiator ? first.key : second.key, CR_KEY_LEN);
    memcpy(up->rx_key, initiator ? second.key : first.key, CR_KEY_LEN);
    cr_wipe(&first, sizeof first);
    cr_wipe(&second, sizeof second);
    cr_wipe(&up->handshake, sizeof up->handshake);
    up->tx_next = 0;
    up->rx_next = 0;
    up->state = TP_UP_OPEN;
}

enum tp_err tp_uplink_hello(struct tp_uplink *up, const struct tp_uplink_self *self,
                            struct cr_rng rng, uint8_t out[TP_UP_HELLO_LEN])
{
    uint8_t frame[TP_UP_HELLO_LEN] = {TP_UP_HELLO};
    struct tp_uplink next;
    enum tp_err e = start(&next, self, true);
    if (!e)
        e = speak(&next, NULL, rng, frame, sizeof frame);
    if (!e) {
        next.state = TP_UP_ASKING;
        memcpy(up, &next, sizeof *up);
        memcpy(out, frame, sizeof frame);
    }
    cr_wipe(&next, sizeof next);
    return e;
}

enum tp_err tp_uplink_reply(struct tp_uplink *up, const struct tp_uplink_self *self,
                            struct cr_rng rng, const uint8_t *frame, size_t len,
                            uint8_t out[TP_UP_REPLY_LEN])
{
    uint8_t answer[TP_UP_REPLY_LEN] = {TP_UP_REPLY}, none[1];
    struct tp_uplink next;
    size_t n;
    if (!is_of(TP_UP_HELLO, TP_UP_HELLO_LEN, frame, len))
        return TP_E_VALUE;
    enum tp_err e = start(&next, self, false);
    if (!e && cr_noise_read(&next.handshake, frame + 1, len - 1, none, 0, &n))
        e = TP_E_AUTH;
    if (!e)
        e = speak(&next, self->certificate, rng, answer, sizeof answer);
    if (!e) {
        next.state = TP_UP_ANSWERED;
        memcpy(up, &next, sizeof *up);
        memcpy(out, answer, sizeof answer);
    }
    cr_wipe(&next, sizeof next);
    return e;
}

// NOLINTNEXTLINE(readability-function-size): a frame is two words
enum tp_err tp_uplink_prove(struct tp_uplink *up, const struct tp_uplink_self *self,
                            enum tp_role role, struct cr_rng rng, const uint8_t *frame,
                            size_t len, uint8_t out[TP_UP_PROOF_LEN])
{
    uint8_t proof[TP_UP_PROOF_LEN] = {TP_UP_PROOF};
    struct tp_certificate cert;
    if (up->state != TP_UP_ASKING)
        return TP_E_STATE;
    if (!is_of(TP_UP_REPLY, TP_UP_REPLY_LEN, frame, len))
        return TP_E_VALUE;
    struct tp_uplink next = *up;
    enum tp_err e = hear(&next, self, frame, len, &cert);
    if (!e && tp_has(self->controls, TP_CTL_UPLINK_AUTHENTICATION) && cert.role != role)
        e = TP_E_AUTH;
    if (!e)
        e = speak(&next, self->certificate, rng, proof, sizeof proof);
    if (!e) {
        take_keys(&next, true);
        memcpy(up, &next, sizeof *up);
        memcpy(out, proof, sizeof proof);
    }
    cr_wipe(&next, sizeof next);
    return e;
}

enum tp_err tp_uplink_admit(struct tp_uplink *up, const struct tp_uplink_self *self,
                            const uint8_t *frame, size_t len,
                            struct tp_certificate *peer)
{
    struct tp_certificate cert;
    if (up->state != TP_UP_ANSWERED)
        return TP_E_STATE;
    if (!is_of(TP_UP_PROOF, TP_UP_PROOF_LEN, frame, len))
        return TP_E_VALUE;
    struct tp_uplink next = *up;
    enum tp_err e = hear(&next, self, frame, len, &cert);
    if (!e) {
        take_keys(&next, false);
        memcpy(up, &next, sizeof *up);
        *peer = cert;
    }
    cr_wipe(&next, sizeof next);
    return e;
}

// --- records ---

// A counter of all ones is never used, so that "the next" is always a number.
enum { COUNTER_END = UINT16_MAX };

enum tp_err tp_uplink_seal(struct tp_uplink *up, const uint8_t *message, size_t len,
                           uint8_t out[EP_FRAME_MAX], size_t *out_len)
{
    if (up->state != TP_UP_OPEN)
        return TP_E_STATE;
    if (len > TP_UP_MESSAGE_MAX)
        return TP_E_SPACE;
    if (up->tx_next == COUNTER_END)
        return TP_E_SPENT;
    struct wr w = wr_of(out, TP_UP_HEAD);
    wr_u8(&w, TP_UP_RECORD);
    wr_u16(&w, up->tx_next);
    cr_seal(out + TP_UP_HEAD, up->tx_key, up->tx_next, out, TP_UP_HEAD, message, len);
    up->tx_next++;
    *out_len = TP_UP_HEAD + len + CR_TAG_LEN;
    return TP_OK;
}

enum tp_err tp_uplink_open(struct tp_uplink *up, const uint8_t *frame, size_t len,
                           uint8_t *out, size_t *out_len)
{
    struct rd r = rd_of(frame, len);
    if (up->state != TP_UP_OPEN)
        return TP_E_STATE;
    uint8_t type = rd_u8(&r);
    uint16_t counter = rd_u16(&r);
    if (r.bad || type != TP_UP_RECORD || r.left < CR_TAG_LEN || len > EP_FRAME_MAX)
        return TP_E_VALUE;
    if (counter < up->rx_next || counter == COUNTER_END)
        return TP_E_AUTH;
    if (cr_open(out, up->rx_key, counter, frame, TP_UP_HEAD, r.at, r.left))
        return TP_E_AUTH;
    up->rx_next = (uint16_t)(counter + 1);
    *out_len = r.left - CR_TAG_LEN;
    return TP_OK;
}

void tp_uplink_close(struct tp_uplink *up)
{
    cr_wipe(up, sizeof *up);
}
