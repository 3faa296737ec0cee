#include <attack/attacker.h>
#include <bench/charge.h>
#include <bench/effects.h>
#include <bench/truth.h>
#include <crypto/bytes.h>
#include <oracle/oracle.h>
#include <protocol/frame.h>
#include <protocol/limits.h>
#include <string.h>

static bool contains(const uint8_t *hay, size_t hay_len, const uint8_t *needle,
                     size_t len)
{
    return len > 0 && memmem(hay, hay_len, needle, len) != NULL;
}

// The canaries of a run: what no stranger may come to read.
struct canary {
    const char *what;
    const uint8_t *bytes;
    size_t len;
    bool patient; // about one; else a key, or who somebody is
};

enum { CANARIES = 4 };

static void canaries(const struct hx_bench *b, struct canary out[CANARIES])
{
    const struct hx_world *w = b->world;
    out[0] = (struct canary){"the patient record", w->text[0], w->text_len[0], true};
    out[1] = (struct canary){"the programmer's identity",
                             w->cert[HX_NODE_PROGRAMMER].key, CR_DH_LEN, false};
    out[2] =
        (struct canary){"the other patient's record", w->text[1], w->text_len[1], true};
    out[3] = (struct canary){"a key of the update service", w->service_secret,
                             sizeof w->service_secret, false};
}

// A report of the implant's, read by somebody who has no business with it.
static void judge_reports(struct hx_bench *b, const uint8_t *hay, size_t len)
{
    const struct hx_reports *mine = &b->truth.reports[0];
    size_t n = mine->made_count < HX_REPORTS_MAX ? mine->made_count : HX_REPORTS_MAX;
    for (size_t i = 0; i < n; i++) {
        if (!contains(hay, len, mine->made[i], TP_REPORT_BODY))
            continue;
        b->truth.phi_read = true;
        hx_truth_violate(b, HX_I6, "a report on the patient read by the attacker");
    }
}

static void judge_hay(struct hx_bench *b, const uint8_t *hay, size_t len,
                      const char *where)
{
    struct canary c[CANARIES];
    canaries(b, c);
    for (size_t i = 0; i < CANARIES; i++) {
        if (!contains(hay, len, c[i].bytes, c[i].len))
            continue;
        *(c[i].patient ? &b->truth.phi_read : &b->truth.keys_read) = true;
        hx_truth_violate(b, HX_I6, "%s %s", c[i].what, where);
    }
}

// Two records under one key and nonce give up the keystream where one of them is
// padding: their difference then shows the other.
static void judge_pair(struct hx_bench *b, const struct hx_heard *x,
                       const struct hx_heard *y)
{
    uint8_t diff[EP_FRAME_MAX];
    size_t len = x->len < y->len ? x->len : y->len;
    for (size_t n = 0; n < len; n++)
        diff[n] = x->bytes[n] ^ y->bytes[n];
    judge_hay(b, diff, len, "in the difference of two records");
}

static bool is_record(const struct hx_heard *h)
{
    return h->link == EP_RF && hx_frame_is(h->bytes, h->len, HX_FRAME_RECORD);
}

static void judge_pairs(struct hx_bench *b)
{
    const struct hx_attacker *at = &b->attacker;
    for (size_t i = 0; i < at->heard_count; i++) {
        const struct hx_heard *x = &at->heard[i];
        if (!is_record(x))
            continue;
        for (size_t k = i + 1; k < at->heard_count; k++) {
            const struct hx_heard *y = &at->heard[k];
            // The same counter, so perhaps the same nonce.
            if (is_record(y) && memcmp(x->bytes + 2, y->bytes + 2, 2) == 0)
                judge_pair(b, x, y);
        }
    }
}

static void judge_secrecy(struct hx_bench *b)
{
    for (size_t i = 0; i < b->attacker.heard_count; i++)
        judge_hay(b, b->attacker.heard[i].bytes, b->attacker.heard[i].len,
                  "in clear on the air");
    judge_pairs(b);
    if (b->puppet && b->puppet->seen_len > 0) {
        judge_hay(b, b->puppet->seen, b->puppet->seen_len, "read by the attacker");
        judge_reports(b, b->puppet->seen, b->puppet->seen_len);
    }
}

static void judge_therapy(struct hx_bench *b)
{
    struct hx_truth *t = &b->truth;
    if (t->backup)
        hx_software_backup(b, true); // up to now
    if (t->longest_backup_us > HX_BACKUP_MAX_US)
        hx_truth_violate(b, HX_I4, "%llu s of therapy in a backup mode",
                         (unsigned long long)(t->longest_backup_us / TP_SECOND));
    if (!t->pacing)
        return;
    hx_limits_wait(b); // up to now
    if (t->longest_gap_us > hx_limits_gap_us(b))
        hx_truth_violate(b, HX_I4, "%llu ms without a needed pulse",
                         (unsigned long long)(t->longest_gap_us / 1000));
}

static void judge_energy(struct hx_bench *b)
{
    uint64_t budget = HX_BUDGET_BURST_NC + HX_BUDGET_NC_S * (b->now_us / TP_SECOND);
    if (b->puppet && b->puppet->valid) // a stolen key may hold one session to its end
        budget += TP_LIFETIME_US * HX_RADIO_NC_US;
    if (b->charge.unearned_nc > budget)
        hx_truth_violate(b, HX_I5, "%llu uC spent on strangers, %llu allowed",
                         (unsigned long long)(b->charge.unearned_nc / 1000),
                         (unsigned long long)(budget / 1000));
}

void hx_oracle_judge(struct hx_bench *b)
{
    hx_charge_accrue(&b->charge, b->now_us, hx_bench_honest(b));
    judge_therapy(b);
    judge_energy(b);
    judge_secrecy(b);
    if (b->hung)
        hx_truth_violate(b, HX_I12, "more events than any run may need");
}

// How much of a frame is in clear: type, and a record's header.
static size_t clear_len(const struct hx_heard *h)
{
    bool record = hx_frame_is(h->bytes, h->len, HX_FRAME_RECORD) ||
                  hx_frame_is(h->bytes, h->len, HX_FRAME_REHEARSAL);
    return record ? TP_RECORD_HEAD : 1;
}

static bool alike(const struct hx_heard *x, const struct hx_heard *y)
{
    return x->from == y->from && x->link == y->link && x->len == y->len &&
           x->at_us == y->at_us && memcmp(x->bytes, y->bytes, clear_len(x)) == 0;
}

void hx_oracle_compare_secrets(struct hx_bench *b, const struct hx_bench *other)
{
    const struct hx_attacker *x = &b->attacker, *y = &other->attacker;
    if (x->heard_count != y->heard_count) {
        hx_truth_violate(b, HX_I6, "other secrets, %zu frames instead of %zu",
                         y->heard_count, x->heard_count);
        return;
    }
    for (size_t i = 0; i < x->heard_count; i++) {
        if (alike(&x->heard[i], &y->heard[i]))
            continue;
        hx_truth_violate(
            b, HX_I6, "frame %zu tells of secrets: %u bytes at %llu us, or %u at %llu",
            i, x->heard[i].len, (unsigned long long)x->heard[i].at_us, y->heard[i].len,
            (unsigned long long)y->heard[i].at_us);
        return;
    }
}

enum { FIELD = 5 }; // long enough that chance does not relate two of them

static bool related(const uint8_t *a, const uint8_t *b)
{
    struct rd ra = rd_of(a, 4), rb = rd_of(b, 4);
    uint32_t x = rd_u32(&ra);
    uint32_t y = rd_u32(&rb);
    return y - x <= 2 && a[4] == b[4]; // equal, or counted on a little
}

// The places (type, offset) of frames that relate the second meeting to the first.
struct places {
    bool linked[0x30][EP_FRAME_MAX];
};

// In a handshake a counter may show; in records, only what is equal over a distance
// and is no padding.
static bool linked(const struct hx_heard *x, const struct hx_heard *y, size_t at)
{
    if (hx_frame_is(x->bytes, x->len, HX_FRAME_RECORD))
        return at + 8 <= x->len && memcmp(x->bytes + at, y->bytes + at, 8) == 0 &&
               !memchr(x->bytes + at, 0, 8);
    return related(x->bytes + at, y->bytes + at);
}

static bool of_kind(const struct hx_heard *h)
{
    return h->link == EP_RF && h->from != HX_NODE_ATTACKER && h->bytes[0] < 0x30;
}

static void link_frames(const struct hx_heard *x, const struct hx_heard *y,
                        struct places *p)
{
    if (x->len != y->len || x->bytes[0] != y->bytes[0])
        return;
    for (size_t o = clear_len(x); o + FIELD <= x->len; o++)
        if (linked(x, y, o))
            p->linked[x->bytes[0]][o] = true;
}

// For each frame of the second meeting and each place in it: does some frame of its
// type from the first hold there the same bytes, or a little more?
static void links(const struct hx_bench *b, struct hx_meeting m, struct places *p)
{
    const struct hx_attacker *at = &b->attacker;
    *p = (struct places){0};
    for (size_t k = 0; k < at->heard_count; k++) {
        const struct hx_heard *y = &at->heard[k];
        if (y->start_us < m.from_us || y->start_us >= m.until_us || !of_kind(y))
            continue;
        for (size_t i = 0; i < at->heard_count; i++)
            if (at->heard[i].start_us < m.from_us && of_kind(&at->heard[i]))
                link_frames(&at->heard[i], y, p);
    }
}

static size_t answers(const struct hx_bench *b, struct hx_meeting m)
{
    size_t n = 0;
    for (size_t i = 0; i < b->attacker.heard_count; i++) {
        const struct hx_heard *h = &b->attacker.heard[i];
        n += h->start_us >= m.from_us && h->start_us < m.until_us && h->link == EP_RF &&
             (h->from == HX_NODE_IMPLANT || h->from == HX_NODE_OTHER);
    }
    return n;
}

void hx_oracle_compare_implants(struct hx_bench *b, const struct hx_bench *other,
                                struct hx_meeting mine, struct hx_meeting others)
{
    struct places one, two;
    links(b, mine, &one);
    links(other, others, &two);
    for (unsigned t = 0; t < 0x30; t++)
        for (unsigned o = 0; o < EP_FRAME_MAX; o++)
            if (one.linked[t][o] && !two.linked[t][o])
                hx_truth_violate(
                    b, HX_I15, "byte %u of frames of type %u links two sessions", o, t);
    size_t same = answers(b, mine), different = answers(other, others);
    if (same != different)
        hx_truth_violate(b, HX_I15, "it answers %zu times, a stranger %zu", same,
                         different);
}

static bool entry_holds(const struct hx_bench *b, int class,
                        const struct tp_log_entry *e)
{
    uint8_t key[TP_LOG_KEY_LEN], tag[TP_LOG_TAG_LEN];
    memcpy(key, b->world->log_key[0], sizeof key);
    for (unsigned i = 0; i < e->chain; i++)
        tp_log_step(key, &b->cast.controls);
    tp_log_tag(tag, key, (enum tp_log_class) class, e);
    return memcmp(tag, e->tag, sizeof tag) == 0;
}

uint32_t hx_oracle_log(struct hx_bench *b, int class, const uint8_t *reply, size_t len,
                       uint64_t since_us, uint64_t *first_us)
{
    struct rd r = rd_of(reply, len);
    uint32_t count = rd_u16(&r);
    rd_u16(&r);
    rd_u16(&r);
    *first_us = EP_NEVER;
    while (r.left >= TP_LOG_ENTRY_LEN) {
        struct tp_log_entry e;
        const uint8_t *bytes = rd_take(&r, TP_LOG_ENTRY_LEN);
        tp_log_entry_parse(bytes, &e);
        if (e.time_s < HX_EPOCH_S || !entry_holds(b, class, &e))
            continue; // the read-out shows that somebody was at it
        if (memcmp(bytes, b->attacker.forged, TP_LOG_ENTRY_LEN) == 0)
            hx_truth_violate(b, HX_I10, "a forged log entry passes for true");
        // New is what the chain made after the read-out that came before the attack;
        // the implant's clock may have stood still since.
        uint64_t at = (uint64_t)(e.time_s - HX_EPOCH_S) * TP_SECOND;
        if (e.chain >= b->log_chain && at < *first_us)
            *first_us = at < since_us ? since_us : at;
    }
    return count;
}

bool hx_oracle_log_tells(const struct hx_bench *b, int class, unsigned detail,
                         const uint8_t *reply, size_t len, uint64_t since_us)
{
    struct rd r = rd_of(reply, len);
    uint32_t since_s = HX_EPOCH_S + (uint32_t)(since_us / TP_SECOND);
    rd_take(&r, 6);
    while (r.left >= TP_LOG_ENTRY_LEN) {
        struct tp_log_entry e;
        tp_log_entry_parse(rd_take(&r, TP_LOG_ENTRY_LEN), &e);
        // The implant's clock may have stood still, never run ahead: the chain says
        // what is new where its time does not.
        bool fresh = e.time_s + 1 >= since_s || e.chain >= b->log_chain;
        if (e.detail == ((unsigned)class << 8 | detail) && fresh &&
            entry_holds(b, class, &e))
            return true;
    }
    return false;
}
