#include <crypto/bytes.h>
#include <protocol/frame.h>

size_t tp_frame_len(uint8_t type)
{
    static const uint8_t lens[] = {
        [TP_WAKE] = TP_WAKE_LEN,
        [TP_AWAKE] = TP_AWAKE_LEN,
        [TP_HELLO] = TP_HELLO_LEN,
        [TP_REPLY] = TP_REPLY_LEN,
        [TP_PROOF] = TP_PROOF_LEN,
        [TP_PAIR_1] = TP_PAIR_1_LEN,
        [TP_PAIR_2] = TP_PAIR_2_LEN,
        [TP_PAIR_3] = TP_PAIR_3_LEN,
        [TP_PAIRED] = TP_PAIRED_LEN,
        [TP_INTENT_ASK] = TP_INTENT_ASK_LEN,
        [TP_INTENT_CHALLENGE] = TP_INTENT_CHALLENGE_LEN,
        [TP_INTENT_PROOF] = TP_INTENT_PROOF_LEN,
        [TP_INTENT_TOKEN] = TP_INTENT_TOKEN_LEN,
        [TP_EMERGENCY_ASK] = TP_EMERGENCY_ASK_LEN,
        [TP_EMERGENCY_TOKEN] = TP_EMERGENCY_TOKEN_LEN,
        [TP_EMERGENCY] = TP_EMERGENCY_LEN,
        [TP_EMERGENCY_DONE] = TP_EMERGENCY_DONE_LEN,
        [TP_ANCHOR] = TP_ANCHOR_LEN,
        [TP_ANCHOR_DONE] = TP_ANCHOR_DONE_LEN,
    };
    return type < sizeof lens ? lens[type] : 0;
}

enum tp_err tp_frame_check(const uint8_t *buf, size_t len)
{
    if (len < 1)
        return TP_E_SHORT;
    size_t min = tp_frame_len(buf[0]);
    size_t max = min;
    if (buf[0] == TP_RECORD || buf[0] == TP_REHEARSAL) {
        min = TP_RECORD_MIN;
        max = TP_RECORD_MAX;
    }
    if (max == 0)
        return TP_E_VALUE;
    if (len < min)
        return TP_E_SHORT;
    return len > max ? TP_E_EXCESS : TP_OK;
}

// Opens a cursor behind the type byte of a frame of that type.
static enum tp_err enter(const uint8_t *buf, size_t len, uint8_t type, struct rd *r)
{
    enum tp_err e = tp_frame_check(buf, len);
    if (e)
        return e;
    *r = rd_of(buf, len);
    return rd_u8(r) == type ? TP_OK : TP_E_VALUE;
}

enum tp_err tp_wake_parse(const uint8_t *buf, size_t len, struct tp_wake *out)
{
    struct rd r;
    struct tp_wake w;
    enum tp_err e = enter(buf, len, TP_WAKE, &r);
    if (e)
        return e;
    rd_get(&r, w.nonce, sizeof w.nonce);
    rd_get(&r, w.masked, sizeof w.masked);
    rd_get(&r, w.mac, sizeof w.mac);
    assert(rd_end(&r)); // enter() proved the length
    *out = w;
    return TP_OK;
}

void tp_wake_build(const struct tp_wake *in, uint8_t out[TP_WAKE_LEN])
{
    struct wr w = wr_of(out, TP_WAKE_LEN);
    wr_u8(&w, TP_WAKE);
    wr_put(&w, in->nonce, sizeof in->nonce);
    wr_put(&w, in->masked, sizeof in->masked);
    wr_put(&w, in->mac, sizeof in->mac);
    assert(!w.bad && w.done == TP_WAKE_LEN);
}

enum tp_err tp_hello_parse(const uint8_t *buf, size_t len, struct tp_hello *out)
{
    struct rd r;
    struct tp_hello h;
    enum tp_err e = enter(buf, len, TP_HELLO, &r);
    if (e)
        return e;
    h.versions = rd_u8(&r);
    rd_get(&r, h.noise, sizeof h.noise);
    rd_get(&r, h.mac, sizeof h.mac);
    assert(rd_end(&r)); // enter() proved the length
    *out = h;
    return TP_OK;
}

void tp_hello_build(const struct tp_hello *in, uint8_t out[TP_HELLO_LEN])
{
    struct wr w = wr_of(out, TP_HELLO_LEN);
    wr_u8(&w, TP_HELLO);
    wr_u8(&w, in->versions);
    wr_put(&w, in->noise, sizeof in->noise);
    wr_put(&w, in->mac, sizeof in->mac);
    assert(!w.bad && w.done == TP_HELLO_LEN);
}

enum tp_err tp_record_parse(const uint8_t *buf, size_t len, struct tp_record *out)
{
    enum tp_err e = tp_frame_check(buf, len);
    if (e)
        return e;

    struct rd r = rd_of(buf, len);
    struct tp_record rec;
    rec.type = rd_u8(&r);
    rec.generation = rd_u8(&r);
    rec.counter = rd_u16(&r);
    rec.sealed_len = r.left;
    rec.sealed = rd_take(&r, r.left);
    if (!rd_end(&r) || (rec.type != TP_RECORD && rec.type != TP_REHEARSAL))
        return TP_E_VALUE;
    *out = rec;
    return TP_OK;
}

void tp_record_head(const struct tp_record *in, uint8_t out[TP_RECORD_HEAD])
{
    struct wr w = wr_of(out, TP_RECORD_HEAD);
    wr_u8(&w, in->type);
    wr_u8(&w, in->generation);
    wr_u16(&w, in->counter);
    assert(!w.bad && w.done == TP_RECORD_HEAD);
}
