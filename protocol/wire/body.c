#include <crypto/bytes.h>
#include <protocol/body.h>

static bool all_zero(struct rd *r)
{
    uint8_t seen = 0;
    while (r->left > 0)
        seen |= rd_u8(r);
    return seen == 0;
}

enum tp_err tp_request_parse(const uint8_t *buf, size_t len, struct tp_request *out)
{
    if (len < TP_REQUEST_HEAD)
        return TP_E_SHORT;

    struct rd r = rd_of(buf, len);
    struct tp_request q;
    q.request = rd_u8(&r);
    q.opcode = rd_u16(&r);
    rd_get(&r, q.ticket, sizeof q.ticket);
    q.len = rd_u8(&r);
    q.args = rd_take(&r, q.len);
    if (r.bad)
        return TP_E_SHORT;
    if (!all_zero(&r) || q.len > TP_ARGS_MAX)
        return TP_E_VALUE;
    *out = q;
    return TP_OK;
}

enum tp_err tp_response_parse(const uint8_t *buf, size_t len, struct tp_response *out)
{
    if (len < TP_RESPONSE_HEAD)
        return TP_E_SHORT;

    struct rd r = rd_of(buf, len);
    struct tp_response a;
    a.request = rd_u8(&r);
    uint16_t opcode = rd_u16(&r);
    a.status = rd_u8(&r);
    rd_get(&r, a.ticket, sizeof a.ticket);
    a.len = rd_u8(&r);
    a.data = rd_take(&r, a.len);
    if (r.bad)
        return TP_E_SHORT;
    if (!all_zero(&r) || a.len > TP_DATA_MAX || (opcode & TP_OP_RESPONSE) == 0 ||
        a.status > TP_STATUS_REFUSED)
        return TP_E_VALUE;
    a.opcode = (uint16_t)(opcode ^ TP_OP_RESPONSE);
    *out = a;
    return TP_OK;
}

static void pad_to_size(struct wr *w)
{
    static const uint8_t sizes[] = {64, 128, TP_BODY_MAX};
    size_t i = 0;
    while (w->done > sizes[i])
        i++; // the last is the buffer's own
    wr_fill(w, 0, sizes[i] - w->done);
}

enum tp_err tp_request_build(const struct tp_request *in, bool pad,
                             uint8_t buf[TP_BODY_MAX], size_t *out_len)
{
    if (in->len > TP_ARGS_MAX)
        return TP_E_SPACE;
    struct wr w = wr_of(buf, TP_BODY_MAX);
    wr_u8(&w, in->request);
    wr_u16(&w, in->opcode);
    wr_put(&w, in->ticket, sizeof in->ticket);
    wr_u8(&w, in->len);
    wr_put(&w, in->args, in->len);
    if (pad)
        pad_to_size(&w);
    assert(!w.bad); // the longest request leaves room
    *out_len = w.done;
    return TP_OK;
}

enum tp_err tp_response_build(const struct tp_response *in, bool pad,
                              uint8_t buf[TP_BODY_MAX], size_t *out_len)
{
    struct wr w = wr_of(buf, TP_BODY_MAX);
    wr_u8(&w, in->request);
    wr_u16(&w, in->opcode | TP_OP_RESPONSE);
    wr_u8(&w, in->status);
    wr_put(&w, in->ticket, sizeof in->ticket);
    wr_u8(&w, in->len);
    wr_put(&w, in->data, in->len);
    if (pad)
        pad_to_size(&w);
    if (w.bad)
        return TP_E_SPACE;
    *out_len = w.done;
    return TP_OK;
}

enum tp_err tp_therapy_parse(const uint8_t *buf, size_t len, struct tp_therapy *out)
{
    if (len < TP_THERAPY_LEN)
        return TP_E_SHORT;
    if (len > TP_THERAPY_LEN)
        return TP_E_EXCESS;
    struct rd r = rd_of(buf, len);
    struct tp_therapy t;
    t.lower_rate_ppm = rd_u16(&r);
    t.upper_rate_ppm = rd_u16(&r);
    t.amplitude_mv = rd_u16(&r);
    t.mode = rd_u8(&r);
    *out = t;
    return TP_OK;
}

void tp_therapy_build(const struct tp_therapy *in, uint8_t out[TP_THERAPY_LEN])
{
    struct wr w = wr_of(out, TP_THERAPY_LEN);
    wr_u16(&w, in->lower_rate_ppm);
    wr_u16(&w, in->upper_rate_ppm);
    wr_u16(&w, in->amplitude_mv);
    wr_u8(&w, in->mode);
    assert(!w.bad && w.done == TP_THERAPY_LEN);
}

enum tp_err tp_infusion_parse(const uint8_t *buf, size_t len, struct tp_infusion *out)
{
    if (len < TP_THERAPY_LEN)
        return TP_E_SHORT;
    if (len > TP_THERAPY_LEN)
        return TP_E_EXCESS;
    struct rd r = rd_of(buf, len);
    struct tp_infusion t;
    t.basal_mu_h = rd_u16(&r);
    t.bolus_max_mu = rd_u16(&r);
    t.daily_max_cu = rd_u16(&r);
    t.remote = rd_u8(&r);
    *out = t;
    return TP_OK;
}

void tp_infusion_build(const struct tp_infusion *in, uint8_t out[TP_THERAPY_LEN])
{
    struct wr w = wr_of(out, TP_THERAPY_LEN);
    wr_u16(&w, in->basal_mu_h);
    wr_u16(&w, in->bolus_max_mu);
    wr_u16(&w, in->daily_max_cu);
    wr_u8(&w, in->remote);
    assert(!w.bad && w.done == TP_THERAPY_LEN);
}
