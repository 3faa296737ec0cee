// software.c - what runs, judged from the bench's own copy of each memory, and what
// the clinic is shown, judged from what the implant said

#include <bench/effects.h>
#include <bench/truth.h>
#include <crypto/bytes.h>
#include <protocol/limits.h>

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

static void judge_release(struct hx_bench *b, int node, const struct tp_manifest *m)
{
    struct hx_party_state *p = &b->party[node];
    const char *who = hx_node_name(node);
    bool fresh = m->version != p->version;
    uint64_t now_s = HX_EPOCH_S + b->now_us / TP_SECOND;
    if (m->model != model_of(b, node))
        hx_truth_violate(b, HX_I8, "the %s runs another model's software", who);
    if (m->version < p->version)
        hx_truth_violate(b, HX_I8, "the %s runs version %u after %u", who, m->version,
                         p->version);
    if (p->version > 0 && fresh && now_s > m->expiry_s)
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
    struct hx_truth *t = &b->truth;
    if (node != HX_NODE_IMPLANT || len != TP_REPORT_LEN)
        return;
    memcpy(t->made[t->made_count++ % HX_REPORTS_MAX], args, TP_REPORT_LEN);
}

void hx_report_shown(struct hx_bench *b, const uint8_t *args, size_t len)
{
    struct hx_truth *t = &b->truth;
    size_t first = t->made_count > HX_REPORTS_MAX ? t->made_count - HX_REPORTS_MAX : 0;
    if (len != 1 + TP_REPORT_LEN || args[0] != HX_NODE_IMPLANT)
        return;
    for (size_t i = t->made_count; i-- > first;) {
        if (memcmp(t->made[i % HX_REPORTS_MAX], args + 1, TP_REPORT_LEN) != 0)
            continue;
        if (i < t->shown)
            hx_truth_violate(b, HX_I11, "the clinic is shown an old report as new");
        t->shown = i + 1;
        return;
    }
    hx_truth_violate(b, HX_I11, "the clinic is shown a report that no implant made");
}
