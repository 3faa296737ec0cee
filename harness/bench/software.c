// software.c - what runs, judged from the bench's own copy of each memory, and what
// the clinic is shown, judged from what the implant said

#include <bench/effects.h>
#include <bench/truth.h>
#include <crypto/bytes.h>
#include <protocol/implant.h>
#include <protocol/limits.h>
#include <string.h>

enum { HX_EXPIRY_GRACE_S = 86400 };

static unsigned model_of(const struct hx_bench *b, int node)
{
    if (node == HX_NODE_IMPLANT)
        return b->cast.pump ? TP_MODEL_PUMP : TP_MODEL_CARDIAC;
    if (node == HX_NODE_OTHER)
        return TP_MODEL_CARDIAC;
    return node == HX_NODE_MONITOR ? TP_MODEL_MONITOR : TP_MODEL_PROGRAMMER;
}

// The maker's release that these bytes are; NULL if nobody made them.
static const struct tp_manifest *release_of(const struct hx_world *w,
                                            const uint8_t *image, size_t size)
{
    for (size_t i = 0; i < HX_SOFTWARE_COUNT; i++)
        if (w->software[i].size == size && memcmp(w->image[i], image, size) == 0)
            return &w->software[i];
    return NULL;
}

// Does the memory still hold a newer release of its maker's, whole? If not, going back
// to an older one is what the second place is for.
static bool newer_is_there(const struct hx_bench *b, int node, uint32_t version)
{
    const uint8_t *nvm = b->party[node].nvm;
    size_t base = hx_is_implant(node) ? TP_IMPLANT_SLOTS_AT : 0;
    for (unsigned place = 0; place < 2; place++) {
        const uint8_t *slot = nvm + base + TP_SLOTS_HEAD + (size_t)place * TP_SLOT_LEN;
        for (size_t i = 0; i < HX_SOFTWARE_COUNT; i++) {
            const struct tp_manifest *m = &b->world->software[i];
            if (m->model == model_of(b, node) && m->version > version &&
                memcmp(b->world->image[i], slot + TP_SLOT_IMAGE, m->size) == 0)
                return true;
        }
    }
    return false;
}

static void judge_release(struct hx_bench *b, int node, const struct tp_manifest *m)
{
    struct hx_party_state *p = &b->party[node];
    const char *who = hx_node_name(node);
    bool fresh = m->version != p->version;
    uint64_t now_s = HX_EPOCH_S + b->now_us / TP_SECOND;
    if (m->model != model_of(b, node))
        hx_truth_violate(b, HX_I8, "the %s runs another model's software", who);
    if (m->version < p->version && newer_is_there(b, node, m->version))
        hx_truth_violate(b, HX_I8, "the %s runs version %u after %u", who, m->version,
                         p->version);
    // An update that was begun in time may end a little later.
    if (p->version > 0 && fresh && now_s > m->expiry_s + HX_EXPIRY_GRACE_S)
        hx_truth_violate(b, HX_I8, "the %s took a release past its time", who);
    if (m->version > p->version)
        p->version = m->version;
}

void hx_software_judge(struct hx_bench *b, int node, const uint8_t *args, size_t len)
{
    struct hx_party_state *p = &b->party[node];
    struct rd r = rd_of(args, len);
    size_t at = rd_u16(&r);
    size_t size = rd_u16(&r);
    p->runs = true;
    if (r.bad || at + size > HX_NVM_MAX) {
        hx_truth_violate(b, HX_I8, "the %s runs what is not there", hx_node_name(node));
        return;
    }
    const struct tp_manifest *m = release_of(b->world, p->nvm + at, size);
    if (m) {
        judge_release(b, node, m);
        return;
    }
    hx_truth_violate(b, HX_I8, "the %s runs software that its maker never made",
                     hx_node_name(node));
    if (node == HX_NODE_IMPLANT)
        hx_effect_foreign(b, false);
}

void hx_truth_started(struct hx_bench *b, int node)
{
    struct hx_party_state *p = &b->party[node];
    bool has_software =
        hx_is_implant(node) || node == HX_NODE_PROGRAMMER || node == HX_NODE_MONITOR;
    if (node == HX_NODE_IMPLANT) {
        b->truth.started_us = b->now_us;
        b->truth.emergency = 0;
        hx_limits_inhibit(b, false); // what an emergency ordered does not outlast power
        if (b->truth.backup)
            hx_software_backup(b, false);
    }
    if (!has_software || p->runs)
        return;
    hx_truth_violate(b, HX_I8, "the %s has nothing to run", hx_node_name(node));
    if (node == HX_NODE_IMPLANT)
        hx_effect_foreign(b, true);
}

void hx_software_backup(struct hx_bench *b, bool on)
{
    struct hx_truth *t = &b->truth;
    uint64_t for_us = t->backup ? b->now_us - t->backup_us : 0;
    if (for_us > t->longest_backup_us)
        t->longest_backup_us = for_us;
    if (on && !t->backup)
        t->backup_us = b->now_us;
    if (on != t->backup)
        hx_effect_backup(b, on);
    t->backup = on;
}

// --- the clinic's picture (I11) ---

void hx_report_made(struct hx_bench *b, int node, const uint8_t *args, size_t len)
{
    struct hx_reports *r = &b->truth.reports[node == HX_NODE_OTHER];
    if (len == TP_REPORT_LEN)
        memcpy(r->made[r->made_count++ % HX_REPORTS_MAX], args, TP_REPORT_LEN);
}

void hx_report_shown(struct hx_bench *b, const uint8_t *args, size_t len)
{
    if (len != 1 + TP_REPORT_LEN || args[0] > HX_NODE_OTHER) {
        hx_truth_violate(b, HX_I11, "the clinic is shown something that is no report");
        return;
    }
    struct hx_reports *r = &b->truth.reports[args[0]];
    size_t first = r->made_count > HX_REPORTS_MAX ? r->made_count - HX_REPORTS_MAX : 0;
    for (size_t i = r->made_count; i-- > first;) {
        if (memcmp(r->made[i % HX_REPORTS_MAX], args + 1, TP_REPORT_LEN) != 0)
            continue;
        if (i < r->shown)
            hx_truth_violate(b, HX_I11, "the clinic is shown an old report as new");
        r->shown = i + 1;
        return;
    }
    hx_truth_violate(b, HX_I11, "the clinic is shown a report that implant never made");
}
