// host.c - connections of those who visit a service, and the messages in them

#include <crypto/bytes.h>
#include <crypto/hash.h>
#include <protocol/host.h>
#include <protocol/limits.h>

void tp_host_config_build(const struct tp_host_config *in,
                          uint8_t out[TP_HOST_CONFIG_LEN])
{
    uint8_t cert[TP_CERT_LEN];
    struct wr w = wr_of(out, TP_HOST_CONFIG_LEN);
    wr_u64(&w, in->controls.lack[0]);
    wr_u64(&w, in->controls.lack[1]);
    wr_put(&w, in->s_priv, CR_DH_LEN);
    tp_certificate_build(&in->certificate, cert);
    wr_put(&w, cert, sizeof cert);
    wr_put(&w, in->anchor, CR_SIGN_PUBLIC_LEN);
    wr_u32(&w, in->time_s);
    assert(!w.bad && w.done == TP_HOST_CONFIG_LEN);
}

enum tp_err tp_host_start(struct tp_host *host,
                          const uint8_t config[TP_HOST_CONFIG_LEN],
                          const uint8_t seed[EP_SEED_LEN], uint64_t now_us)
{
    uint8_t cert[TP_CERT_LEN];
    struct rd r = rd_of(config, TP_HOST_CONFIG_LEN);
    host->controls.lack[0] = rd_u64(&r);
    host->controls.lack[1] = rd_u64(&r);
    rd_get(&r, host->s_priv, CR_DH_LEN);
    rd_get(&r, cert, sizeof cert);
    rd_get(&r, host->anchor, CR_SIGN_PUBLIC_LEN);
    host->time_s = rd_u32(&r);
    host->started_us = now_us;
    cr_stream_init(&host->rng, seed);
    return tp_certificate_parse(cert, sizeof cert, &host->certificate) ? TP_E_VALUE
                                                                       : TP_OK;
}

static struct tp_uplink *line_of(struct tp_host *host, uint8_t place)
{
    if (place == EP_PLACE_PROGRAMMER)
        return &host->lines[0];
    return place == EP_PLACE_MONITOR ? &host->lines[1] : NULL;
}

static struct tp_uplink_self self_of(const struct tp_host *host, uint64_t now_us)
{
    return (struct tp_uplink_self){
        .s_priv = host->s_priv,
        .certificate = &host->certificate,
        .anchor = host->anchor,
        .now_s = host->time_s + (uint32_t)((now_us - host->started_us) / TP_SECOND),
        .controls = &host->controls};
}

static void greet(struct tp_host *host, struct tp_uplink *line,
                  const struct ep_frame *frame)
{
    struct tp_uplink_self self = self_of(host, frame->now_us);
    uint8_t reply[TP_UP_REPLY_LEN];
    if (tp_uplink_reply(line, &self, cr_stream_rng(&host->rng), frame->bytes,
                        frame->len, reply) == TP_OK)
        tp_out_uplink(&host->out, frame->place, reply, sizeof reply);
}

// Proved to be somebody, and nobody whom this service is for.
static bool unwelcome(const struct tp_host *host, const struct tp_certificate *peer)
{
    return tp_has(&host->controls, TP_CTL_UPLINK_AUTHENTICATION) &&
           (host->roles >> peer->role & 1) == 0;
}

static void admit(struct tp_host *host, struct tp_uplink *line,
                  const struct ep_frame *frame)
{
    struct tp_uplink_self self = self_of(host, frame->now_us);
    struct tp_certificate peer;
    if (tp_uplink_admit(line, &self, frame->bytes, frame->len, &peer) == TP_OK &&
        unwelcome(host, &peer))
        tp_uplink_close(line);
}

// A message is its type and the rest; one with the bit of an answer asks nothing.
static bool take(struct rd message, const struct ep_frame *frame,
                 struct tp_asked *asked)
{
    uint8_t type = rd_u8(&message);
    if (message.bad || (type & TP_UP_ANSWER) || message.left > sizeof asked->args)
        return false;
    asked->place = frame->place;
    asked->plain = frame->bytes[0] == TP_UP_PLAIN;
    asked->type = type;
    asked->len = message.left;
    rd_get(&message, asked->args, message.left);
    return true;
}

static bool open_record(struct tp_uplink *line, const struct ep_frame *frame,
                        struct tp_asked *asked)
{
    uint8_t message[TP_UP_MESSAGE_MAX];
    size_t len;
    return tp_uplink_open(line, frame->bytes, frame->len, message, &len) == TP_OK &&
           take(rd_of(message, len), frame, asked);
}

bool tp_host_hear(struct tp_host *host, const struct ep_frame *frame,
                  struct tp_asked *asked)
{
    struct tp_uplink *line = line_of(host, frame->place);
    if (frame->link != EP_UPLINK || frame->len == 0 || !line)
        return false;
    switch (frame->bytes[0]) {
    case TP_UP_HELLO:
        greet(host, line, frame);
        return false;
    case TP_UP_PROOF:
        admit(host, line, frame);
        return false;
    case TP_UP_RECORD:
        return open_record(line, frame, asked);
    case TP_UP_CLOSED:
        if (frame->len == 1)
            tp_uplink_close(line);
        return false;
    case TP_UP_PLAIN:
        return !tp_has(&host->controls, TP_CTL_CHANNEL_CHECK_AT_USE) &&
               take(rd_of(frame->bytes + 1, frame->len - 1u), frame, asked);
    default:
        return false;
    }
}

// A connection whose counters are used up ends without an answer.
static void answer_sealed(struct tp_host *host, uint8_t place, const uint8_t *message,
                          size_t len)
{
    struct tp_uplink *line = line_of(host, place);
    uint8_t frame[EP_FRAME_MAX];
    size_t n;
    if (tp_uplink_seal(line, message, len, frame, &n))
        tp_uplink_close(line);
    else
        tp_out_uplink(&host->out, place, frame, n);
}

void tp_host_answer(struct tp_host *host, const struct tp_asked *asked,
                    enum tp_status status, const uint8_t *data, size_t len)
{
    uint8_t frame[1 + TP_UP_MESSAGE_MAX] = {TP_UP_PLAIN};
    struct wr w = wr_of(frame + 1, TP_UP_MESSAGE_MAX);
    wr_u8(&w, asked->type | TP_UP_ANSWER);
    wr_u8(&w, (uint8_t)status);
    wr_put(&w, data, len);
    assert(!w.bad);
    if (asked->plain)
        tp_out_uplink(&host->out, asked->place, frame, 1 + w.done);
    else
        answer_sealed(host, asked->place, frame + 1, w.done);
}

// --- the endpoint ---

void tp_host_expire(void *ep, uint64_t now_us)
{
    (void)ep;
    (void)now_us;
}

uint64_t tp_host_deadline(const void *ep)
{
    (void)ep;
    return EP_NEVER;
}

bool tp_host_output(void *ep, struct ep_output *out)
{
    struct tp_host *host = ep;
    return tp_out_take(&host->out, out);
}

// NOLINTNEXTLINE(readability-non-const-parameter): as struct ep_ops has it
int tp_host_outcome(const void *ep, uint8_t *reply, size_t cap, size_t *reply_len)
{
    (void)ep;
    (void)cap;
    if (reply)
        *reply_len = 0;
    return 1;
}
