#include <crypto/bytes.h>
#include <crypto/hash.h>
#include <protocol/log.h>

void tp_log_entry_build(const struct tp_log_entry *in, uint8_t out[TP_LOG_ENTRY_LEN])
{
    struct wr w = wr_of(out, TP_LOG_ENTRY_LEN);
    wr_u32(&w, in->time_s);
    wr_u16(&w, in->detail);
    wr_u16(&w, in->chain);
    wr_put(&w, in->tag, TP_LOG_TAG_LEN);
}

void tp_log_entry_parse(const uint8_t in[TP_LOG_ENTRY_LEN], struct tp_log_entry *out)
{
    struct rd r = rd_of(in, TP_LOG_ENTRY_LEN);
    out->time_s = rd_u32(&r);
    out->detail = rd_u16(&r);
    out->chain = rd_u16(&r);
    rd_get(&r, out->tag, TP_LOG_TAG_LEN);
}

// Without log-reserve all entries go round in the last places: nothing is reserved
// for the beginning, and classes share one ring (the caller maps class to 0).
size_t tp_log_place(size_t n, const struct tp_controls *controls)
{
    if (!tp_has(controls, TP_CTL_LOG_RESERVE))
        return n % TP_LOG_KEPT;
    return n < TP_LOG_FIRST ? n : TP_LOG_FIRST + (n - TP_LOG_FIRST) % TP_LOG_LAST;
}

void tp_log_tag(uint8_t tag[TP_LOG_TAG_LEN], const uint8_t key[TP_LOG_KEY_LEN],
                enum tp_log_class class, const struct tp_log_entry *entry)
{
    uint8_t text[4 + TP_LOG_ENTRY_LEN], mac[CR_HASH_LEN];
    struct wr w = wr_of(text, sizeof text);
    wr_put(&w, (const uint8_t *)"log", 3);
    wr_u8(&w, (uint8_t) class);
    wr_u32(&w, entry->time_s);
    wr_u16(&w, entry->detail);
    wr_u16(&w, entry->chain);
    cr_hmac256(mac, key, TP_LOG_KEY_LEN, text, w.done);
    memcpy(tag, mac, TP_LOG_TAG_LEN);
    cr_wipe(mac, sizeof mac);
}

void tp_log_step(uint8_t key[TP_LOG_KEY_LEN], const struct tp_controls *controls)
{
    uint8_t next_key[CR_HASH_LEN];
    if (!tp_has(controls, TP_CTL_LOG_CHAIN))
        return;
    cr_hmac256(next_key, key, TP_LOG_KEY_LEN, (const uint8_t *)"log step", 8);
    memcpy(key, next_key, TP_LOG_KEY_LEN);
    cr_wipe(next_key, sizeof next_key);
}
