// slots.c - receiving software, and choosing at a start what runs

#include <crypto/bytes.h>
#include <protocol/slots.h>

static uint32_t later(uint32_t a, uint32_t b)
{
    return a > b ? a : b;
}

static size_t place_at(const struct tp_slots_terms *terms, unsigned place)
{
    return (size_t)terms->base + TP_SLOTS_HEAD + (size_t)place * TP_SLOT_LEN;
}

void tp_slots_provision(uint8_t *nvm, uint16_t base, const struct tp_manifest *manifest,
                        const uint8_t *image)
{
    uint8_t *slot = nvm + base + TP_SLOTS_HEAD;
    memset(nvm + base, 0, TP_SLOTS_LEN);
    struct wr w = wr_of(nvm + base + 4, 4);
    wr_u32(&w, manifest->least);
    slot[0] = TP_SLOT_PROVEN;
    tp_manifest_build(manifest, slot + TP_SLOT_MANIFEST);
    memcpy(slot + TP_SLOT_IMAGE, image, manifest->size);
}

// --- at a start ---

static void mark(const struct tp_slots_terms *terms, unsigned place, uint8_t m,
                 struct tp_outbox *out)
{
    tp_out_nvm(out, place_at(terms, place), &m, 1);
}

// Is a manifest the maker's, for this model, and not older than it may be?
static bool acceptable(const struct tp_manifest *m, const struct tp_slots_terms *terms,
                       uint32_t least, const struct tp_controls *controls)
{
    if (tp_has(controls, TP_CTL_UPDATE_SCOPE) && m->model != terms->model)
        return false;
    if (tp_has(controls, TP_CTL_UPDATE_NO_ROLLBACK) && m->version < least)
        return false;
    return !tp_has(controls, TP_CTL_UPDATE_SIGNATURE) ||
           tp_manifest_check(m, terms->maker) == TP_OK;
}

// Reads what a place holds; false if that must not run.
static bool runnable(const struct tp_slots_terms *terms, const uint8_t *nvm,
                     unsigned place, uint32_t least, const struct tp_controls *controls,
                     struct tp_manifest *m)
{
    const uint8_t *slot = nvm + place_at(terms, place);
    if (slot[0] == TP_SLOT_EMPTY || slot[0] == TP_SLOT_RECEIVING ||
        tp_manifest_parse(slot + TP_SLOT_MANIFEST, TP_MANIFEST_LEN, m))
        return false;
    if (!tp_has(controls, TP_CTL_UPDATE_VERIFY_AT_USE))
        return true; // it was looked at when it came
    return acceptable(m, terms, least, controls) &&
           tp_manifest_is_of(m, slot + TP_SLOT_IMAGE);
}

static void say_boot(const struct tp_slots *s, const struct tp_slots_terms *terms,
                     const struct tp_manifest *m, struct tp_outbox *out)
{
    uint8_t args[8];
    struct wr w = wr_of(args, sizeof args);
    wr_u16(&w, (uint16_t)(place_at(terms, s->active) + TP_SLOT_IMAGE));
    wr_u16(&w, m->size);
    wr_u32(&w, m->version);
    tp_out_commit(out, EP_COMMIT_BOOT, args, w.done);
}

// The new place takes over with one write of eight bytes: which runs, and the least
// version from now on. Cut after it, the next start sees a mark that is not yet
// TP_SLOT_PROVEN and writes both again.
static void switch_to(struct tp_slots *s, const struct tp_slots_terms *terms,
                      unsigned place, const struct tp_manifest *m,
                      struct tp_outbox *out)
{
    uint8_t head[8] = {(uint8_t)place};
    struct wr w = wr_of(head + 4, 4);
    s->active = (uint8_t)place;
    s->least = later(s->least, m->least);
    wr_u32(&w, s->least);
    tp_out_nvm(out, terms->base, head, sizeof head);
    mark(terms, place, TP_SLOT_PROVEN, out);
}

// What a start finds: the place that ran, the other one, and what may run of them.
struct found {
    unsigned other;
    uint8_t here_mark, other_mark; // enum tp_slot_mark
    bool sound;                    // what ran may run
    struct tp_manifest now, next;
};

static void look(struct tp_slots *s, const struct tp_slots_terms *terms,
                 const uint8_t *nvm, const struct tp_controls *controls,
                 struct found *f)
{
    struct rd r = rd_of(nvm + terms->base, 8);
    memset(s, 0, sizeof *s);
    s->active = rd_u8(&r) & 1;
    rd_take(&r, 3);
    s->least = rd_u32(&r);
    f->other = 1u - s->active;
    f->here_mark = nvm[place_at(terms, s->active)];
    f->other_mark = nvm[place_at(terms, f->other)];
    f->sound = runnable(terms, nvm, s->active, s->least, controls, &f->now);
}

// May the other place take over: because it is new, or because what ran cannot?
static bool takes_over(const struct tp_slots *s, const struct tp_slots_terms *terms,
                       const uint8_t *nvm, const struct tp_controls *controls,
                       struct found *f)
{
    bool tried = f->other_mark == TP_SLOT_WHOLE ||
                 (f->other_mark == TP_SLOT_PROVEN && !f->sound);
    uint32_t least = f->sound ? later(s->least, f->now.version) : s->least;
    return tried && runnable(terms, nvm, f->other, least, controls, &f->next);
}

enum tp_slots_event tp_slots_boot(struct tp_slots *s,
                                  const struct tp_slots_terms *terms,
                                  const uint8_t *nvm, struct tp_outbox *out,
                                  const struct tp_controls *controls)
{
    enum tp_slots_event event = TP_SLOTS_SAME;
    struct found f;
    look(s, terms, nvm, controls, &f);
    bool over = takes_over(s, terms, nvm, controls, &f);
    if (over) {
        switch_to(s, terms, f.other, &f.next, out);
        event = f.other_mark == TP_SLOT_WHOLE ? TP_SLOTS_SWITCHED : TP_SLOTS_BACK;
        f.now = f.next;
    } else if (f.other_mark == TP_SLOT_WHOLE) {
        mark(terms, f.other, TP_SLOT_EMPTY, out);
        event = TP_SLOTS_REFUSED;
    } else if (f.sound && f.here_mark == TP_SLOT_WHOLE) {
        switch_to(s, terms, s->active, &f.now, out);
        event = TP_SLOTS_SWITCHED;
    }
    if (!f.sound && !over)
        return TP_SLOTS_NOTHING;
    s->version = f.now.version;
    say_boot(s, terms, &f.now, out);
    return event;
}

// --- while it runs ---

// Where a release is received: beside what runs, or, if that is not kept, over it.
static unsigned target(const struct tp_slots *s, const struct tp_controls *controls)
{
    return tp_has(controls, TP_CTL_UPDATE_ATOMIC) ? 1u - s->active : s->active;
}

bool tp_slots_goes_on(const struct tp_slots *s, const uint8_t *manifest)
{
    uint8_t digest[CR_BLAKE2B_LEN];
    cr_blake2b256(digest, manifest, TP_MANIFEST_LEN);
    return s->size > 0 && memcmp(digest, s->digest, sizeof s->digest) == 0;
}

// May a release be installed over what runs, at this time? Only a newer one: so each
// makes a device start anew once.
static bool may_begin(const struct tp_slots *s, const struct tp_slots_terms *terms,
                      const struct tp_manifest *m, uint32_t now_s,
                      const struct tp_controls *controls)
{
    if (tp_has(controls, TP_CTL_UPDATE_EXPIRY) && now_s > m->expiry_s)
        return false;
    if (tp_has(controls, TP_CTL_UPDATE_NO_ROLLBACK) && m->version <= s->version)
        return false;
    return acceptable(m, terms, s->least, controls);
}

static void start_over(struct tp_slots *s, const struct tp_slots_terms *terms,
                       const uint8_t *manifest, const struct tp_manifest *m,
                       struct tp_outbox *out, const struct tp_controls *controls)
{
    uint8_t digest[CR_BLAKE2B_LEN];
    unsigned place = target(s, controls);
    mark(terms, place, TP_SLOT_RECEIVING, out);
    tp_out_nvm(out, place_at(terms, place) + TP_SLOT_MANIFEST, manifest,
               TP_MANIFEST_LEN);
    cr_blake2b256(digest, manifest, TP_MANIFEST_LEN);
    memcpy(s->digest, digest, sizeof s->digest);
    s->staged = m->version;
    s->size = m->size;
    s->got = 0;
    s->whole = false;
#ifdef TP_WEAKNESSES
    s->received = *m;
#endif
}

enum tp_err tp_slots_begin(struct tp_slots *s, const struct tp_slots_terms *terms,
                           const uint8_t *manifest, uint32_t now_s,
                           struct tp_outbox *out, const struct tp_controls *controls)
{
    struct tp_manifest m;
    enum tp_err e = tp_manifest_parse(manifest, TP_MANIFEST_LEN, &m);
    if (e)
        return e;
    if (!may_begin(s, terms, &m, now_s, controls))
        return TP_E_AUTH;
    if (!tp_slots_goes_on(s, manifest))
        start_over(s, terms, manifest, &m, out, controls);
    return TP_OK;
}

enum tp_err tp_slots_chunk(struct tp_slots *s, const struct tp_slots_terms *terms,
                           const struct tp_chunk *chunk, struct tp_outbox *out,
                           const struct tp_controls *controls)
{
    uint16_t offset = chunk->offset;
    if (s->size == 0 || offset > s->got)
        return TP_E_STATE;
    size_t left = (size_t)(s->size - offset);
    if (offset % TP_CHUNK_MAX != 0 || left == 0 ||
        chunk->len != (left < TP_CHUNK_MAX ? left : TP_CHUNK_MAX))
        return TP_E_VALUE;
    if (offset < s->got)
        return TP_OK;
    tp_out_nvm(out, place_at(terms, target(s, controls)) + TP_SLOT_IMAGE + offset,
               chunk->bytes, chunk->len);
#ifdef TP_WEAKNESSES
    memcpy(s->image + offset, chunk->bytes, chunk->len);
#endif
    s->got = (uint16_t)(s->got + chunk->len);
    return TP_OK;
}

// Is what arrived what the manifest says? Asked here only by a device that will not
// ask at its start, when it matters.
static bool arrived_whole(const struct tp_slots *s, const struct tp_controls *controls)
{
#ifdef TP_WEAKNESSES
    return tp_has(controls, TP_CTL_UPDATE_VERIFY_AT_USE) ||
           tp_manifest_is_of(&s->received, s->image);
#else
    (void)s;
    (void)controls;
    return true;
#endif
}

enum tp_err tp_slots_finish(struct tp_slots *s, const struct tp_slots_terms *terms,
                            struct tp_outbox *out, const struct tp_controls *controls)
{
    if (s->size == 0 || s->got != s->size || !arrived_whole(s, controls))
        return TP_E_STATE;
    if (!s->whole)
        mark(terms, target(s, controls), TP_SLOT_WHOLE, out);
    s->whole = true;
    return TP_OK;
}
