// nvm.c - where everything lies in non-volatile memory, and how it gets there
//
// Every change leaves as an NVM output before anything that depends on it leaves.
// A bond becomes valid with its last write (the head), so a power cut in the
// middle leaves the implant unpaired, never half paired.

#include "state.h"

enum {
    AT_MAGIC = 0,
    AT_BOOTS = 4,
    AT_S_PRIV = 32,
    AT_CERTIFICATE = 64,
    AT_ANCHOR = 192,
    AT_NEW_ANCHOR = 224, // key, then 1 if it waits for its day, else 0
    AT_TIME = 272,       // u32 floor, u16 least epoch
    AT_SETTINGS = 288,   // therapy, alarm
    AT_TEXT = 304,       // u8 length, text
    AT_MAKER = 352,
    AT_REPORTS = 384, // u32 the last sequence that a report may have had
    AT_DAY = 388,     // u32 what a pump's boluses of the day add up to
                      // at IMP_KEPT_AT: what a start of its own keeps
    AT_BONDS = 512,
    BOND_HEAD = 0, // u8 used, u8 role, u32 counter, mark
    BOND_SECRET = 16,
    BOND_WAKE = 48,
    BOND_LEN = 80,
    AT_LOG_KEY = 1280, // key, u16 chain
    AT_LOG_COUNTS = 1344,
    AT_LOG = 1536,
    MAGIC = 0x4c41544c,
};

_Static_assert(AT_DAY + 4 <= IMP_KEPT_AT && IMP_KEPT_AT + IMP_KEPT_MAX <= AT_BONDS,
               "what a start keeps fits");
_Static_assert(AT_BONDS + TP_BONDS_MAX * BOND_LEN <= AT_LOG_KEY, "bonds fit");
_Static_assert(TP_IMPLANT_SLOTS_AT + TP_SLOTS_LEN <= TP_IMPLANT_NVM_LEN,
               "software fits");
_Static_assert(AT_LOG + TP_LOG_CLASSES * TP_LOG_KEPT * TP_LOG_ENTRY_LEN <=
                   TP_IMPLANT_SLOTS_AT,
               "log fits");

const struct tp_implant_map tp_implant_nvm_map = {
    .bonds = AT_BONDS,
    .bond_len = BOND_LEN,
    .s_priv = AT_S_PRIV,
    .log_key = AT_LOG_KEY,
    .log_chain = AT_LOG_KEY + TP_LOG_KEY_LEN,
    .log_counts = AT_LOG_COUNTS,
    .log_entries = AT_LOG,
    .text = AT_TEXT,
    .settings = AT_SETTINGS,
    .slots = TP_IMPLANT_SLOTS_AT,
};

static struct wr at(uint8_t *nvm, size_t where)
{
    return wr_of(nvm + where, TP_IMPLANT_NVM_LEN - where);
}

void tp_implant_provision(uint8_t nvm[TP_IMPLANT_NVM_LEN],
                          const struct tp_implant_identity *identity)
{
    memset(nvm, 0, TP_IMPLANT_NVM_LEN);
    struct wr w = at(nvm, AT_MAGIC);
    wr_u32(&w, MAGIC);
    w = at(nvm, AT_S_PRIV);
    wr_put(&w, identity->s_priv, CR_DH_LEN);
    tp_certificate_build(&identity->certificate, nvm + AT_CERTIFICATE);
    w = at(nvm, AT_ANCHOR);
    wr_put(&w, identity->anchor, CR_SIGN_PUBLIC_LEN);
    w = at(nvm, AT_TIME);
    wr_u32(&w, identity->time_s);
    wr_u16(&w, identity->epoch_min);
    w = at(nvm, AT_SETTINGS);
    wr_put(&w, identity->settings, TP_SETTINGS_LEN);
    wr_u8(&w, 3); // alarm volume
    w = at(nvm, AT_MAKER);
    wr_put(&w, identity->maker, CR_SIGN_PUBLIC_LEN);
    tp_slots_provision(nvm, TP_IMPLANT_SLOTS_AT, &identity->software, identity->image);
    w = at(nvm, AT_TEXT);
    assert(identity->text_len <= TP_IMPLANT_TEXT_MAX);
    wr_u8(&w, identity->text_len);
    wr_put(&w, identity->text, identity->text_len);
    w = at(nvm, AT_LOG_KEY);
    wr_put(&w, identity->log_key, TP_LOG_KEY_LEN);
}

static void build_head(struct wr *w, const struct tp_bond *bond, uint8_t used)
{
    wr_u8(w, used);
    wr_u8(w, bond->role);
    wr_u32(w, bond->wake_counter);
    wr_put(w, bond->peer, TP_PEER_MARK_LEN);
}

void tp_implant_provision_bond(uint8_t nvm[TP_IMPLANT_NVM_LEN], size_t place,
                               const struct tp_bond *bond)
{
    uint8_t *base = nvm + AT_BONDS + place * BOND_LEN;
    struct wr w = wr_of(base + BOND_HEAD, BOND_SECRET);
    build_head(&w, bond, 1);
    memcpy(base + BOND_SECRET, bond->secret, TP_BOND_KEY_LEN);
    memcpy(base + BOND_WAKE, bond->wake_key, TP_BOND_KEY_LEN);
}

static void load_bond(struct tp_bond *bond, const uint8_t *nvm, size_t i)
{
    const uint8_t *base = nvm + AT_BONDS + i * BOND_LEN;
    struct rd r = rd_of(base + BOND_HEAD, BOND_SECRET);
    bond->used = rd_u8(&r);
    bond->role = rd_u8(&r);
    bond->wake_counter = rd_u32(&r);
    rd_get(&r, bond->peer, TP_PEER_MARK_LEN);
    memcpy(bond->secret, base + BOND_SECRET, TP_BOND_KEY_LEN);
    memcpy(bond->wake_key, base + BOND_WAKE, TP_BOND_KEY_LEN);
}

static void load_log(struct tp_implant *imp, const uint8_t *nvm)
{
    struct tp_log *log = &imp->log;
    struct rd r = rd_of(nvm + AT_LOG_KEY, TP_LOG_KEY_LEN + 2);
    rd_get(&r, log->key, TP_LOG_KEY_LEN);
    log->chain = rd_u16(&r);
    r = rd_of(nvm + AT_LOG_COUNTS, (size_t)TP_LOG_CLASSES * 4);
    for (size_t c = 0; c < TP_LOG_CLASSES; c++) {
        log->count[c] = rd_u16(&r);
        log->kept[c] = rd_u16(&r);
        for (size_t i = 0; i < TP_LOG_KEPT; i++) {
            size_t n = c * TP_LOG_KEPT + i;
            tp_log_entry_parse(nvm + AT_LOG + n * TP_LOG_ENTRY_LEN,
                               &log->entries[c][i]);
        }
    }
}

void imp_nvm_load(struct tp_implant *imp, const uint8_t *nvm)
{
    struct rd r = rd_of(nvm + AT_BOOTS, 2);
    imp->boots = rd_u16(&r);
    memcpy(imp->s_priv, nvm + AT_S_PRIV, CR_DH_LEN);
    memcpy(imp->certificate, nvm + AT_CERTIFICATE, TP_CERT_LEN);
    memcpy(imp->anchor, nvm + AT_ANCHOR, CR_SIGN_PUBLIC_LEN);
    memcpy(imp->new_anchor, nvm + AT_NEW_ANCHOR, CR_SIGN_PUBLIC_LEN);
    r = rd_of(nvm + AT_NEW_ANCHOR + CR_SIGN_PUBLIC_LEN, 1);
    // The alarm before a new anchor starts over: a power cut shortens no wait.
    imp->anchor_due_us = rd_u8(&r) ? imp->floor_at_us + TP_ANCHOR_WAIT_US : EP_NEVER;
    r = rd_of(nvm + AT_TIME, 6);
    imp->floor_s = rd_u32(&r);
    imp->epoch_min = rd_u16(&r);
    r = rd_of(nvm + AT_SETTINGS, TP_SETTINGS_LEN + 1);
    rd_get(&r, imp->settings, TP_SETTINGS_LEN);
    imp->alarm = rd_u8(&r);
    memcpy(imp->maker, nvm + AT_MAKER, CR_SIGN_PUBLIC_LEN);
    r = rd_of(nvm + AT_REPORTS, 4);
    imp->reports = rd_u32(&r);
    r = rd_of(nvm + AT_DAY, 4);
    // A pump's day starts over with what was given: a start makes no room for more.
    imp->day_mu = rd_u32(&r);
    imp->day_at_s = imp_second_after(imp->floor_at_us);
    size_t text_len = nvm[AT_TEXT];
    imp->text_len =
        (uint8_t)(text_len < TP_IMPLANT_TEXT_MAX ? text_len : TP_IMPLANT_TEXT_MAX);
    memcpy(imp->text, nvm + AT_TEXT + 1, TP_IMPLANT_TEXT_MAX);
    for (size_t i = 0; i < TP_BONDS_MAX; i++)
        load_bond(&imp->bonds[i], nvm, i);
    load_log(imp, nvm);
}

static void put(struct tp_implant *imp, size_t where, const struct wr *w,
                const uint8_t *bytes)
{
    assert(!w->bad);
    tp_out_nvm(&imp->out, where, bytes, w->done);
}

static void bond_head(struct tp_implant *imp, size_t i, uint8_t used)
{
    uint8_t b[BOND_SECRET];
    const struct tp_bond *bond = &imp->bonds[i];
    struct wr w = wr_of(b, sizeof b);
    build_head(&w, bond, used);
    put(imp, AT_BONDS + i * BOND_LEN + BOND_HEAD, &w, b);
}

void imp_nvm_bond(struct tp_implant *imp, size_t i)
{
    const struct tp_bond *bond = &imp->bonds[i];
    size_t base = AT_BONDS + i * BOND_LEN;
    bond_head(imp, i, 0);
    tp_out_nvm(&imp->out, base + BOND_SECRET, bond->secret, TP_BOND_KEY_LEN);
    tp_out_nvm(&imp->out, base + BOND_WAKE, bond->wake_key, TP_BOND_KEY_LEN);
    bond_head(imp, i, 1);
}

void imp_nvm_bond_counter(struct tp_implant *imp, size_t i)
{
    bond_head(imp, i, 1);
}

void imp_nvm_bond_clear(struct tp_implant *imp, size_t i)
{
    static const uint8_t none[TP_BOND_KEY_LEN];
    size_t base = AT_BONDS + i * BOND_LEN;
    bond_head(imp, i, 0);
    tp_out_nvm(&imp->out, base + BOND_SECRET, none, sizeof none);
    tp_out_nvm(&imp->out, base + BOND_WAKE, none, sizeof none);
}

void imp_nvm_settings(struct tp_implant *imp)
{
    uint8_t b[TP_SETTINGS_LEN + 1];
    memcpy(b, imp->settings, TP_SETTINGS_LEN);
    b[TP_SETTINGS_LEN] = imp->alarm;
    tp_out_nvm(&imp->out, AT_SETTINGS, b, sizeof b);
}

// A start goes on behind this sequence.
void imp_nvm_reports(struct tp_implant *imp, uint32_t most)
{
    uint8_t b[4];
    struct wr w = wr_of(b, sizeof b);
    wr_u32(&w, most);
    put(imp, AT_REPORTS, &w, b);
}

void imp_nvm_day(struct tp_implant *imp)
{
    uint8_t b[4];
    struct wr w = wr_of(b, sizeof b);
    wr_u32(&w, imp->day_mu);
    put(imp, AT_DAY, &w, b);
}

void imp_nvm_time(struct tp_implant *imp)
{
    uint8_t b[6];
    struct wr w = wr_of(b, sizeof b);
    wr_u32(&w, imp->floor_s);
    wr_u16(&w, imp->epoch_min);
    put(imp, AT_TIME, &w, b);
}

// The mark that a new anchor waits is taken away first and set last, so that a
// power cut in the middle leaves none waiting that nobody announced.
void imp_nvm_anchor(struct tp_implant *imp)
{
    static const uint8_t waits = 1, none = 0;
    size_t mark = AT_NEW_ANCHOR + CR_SIGN_PUBLIC_LEN;
    tp_out_nvm(&imp->out, mark, &none, 1);
    tp_out_nvm(&imp->out, AT_ANCHOR, imp->anchor, CR_SIGN_PUBLIC_LEN);
    tp_out_nvm(&imp->out, AT_NEW_ANCHOR, imp->new_anchor, CR_SIGN_PUBLIC_LEN);
    if (imp->anchor_due_us != EP_NEVER)
        tp_out_nvm(&imp->out, mark, &waits, 1);
}

void imp_nvm_log(struct tp_implant *imp, enum tp_log_class class, size_t place)
{
    uint8_t b[EP_NVM_MAX];
    size_t n = (size_t) class * TP_LOG_KEPT + place;
    tp_log_entry_build(&imp->log.entries[class][place], b);
    tp_out_nvm(&imp->out, AT_LOG + n * TP_LOG_ENTRY_LEN, b, TP_LOG_ENTRY_LEN);

    struct wr w = wr_of(b, sizeof b);
    wr_u16(&w, imp->log.count[class]);
    wr_u16(&w, imp->log.kept[class]);
    put(imp, AT_LOG_COUNTS + class * 4u, &w, b);

    w = wr_of(b, sizeof b);
    wr_put(&w, imp->log.key, TP_LOG_KEY_LEN);
    wr_u16(&w, imp->log.chain);
    put(imp, AT_LOG_KEY, &w, b);
}

void imp_nvm_boots(struct tp_implant *imp)
{
    uint8_t b[2];
    struct wr w = wr_of(b, sizeof b);
    wr_u16(&w, imp->boots);
    put(imp, AT_BOOTS, &w, b);
}
