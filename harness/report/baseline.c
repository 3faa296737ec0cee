// baseline.c - what a change opened and what it closed

#include <errno.h>
#include <report/baseline.h>
#include <report/report.h>
#include <report/utf8.h>
#include <report/words.h>
#include <stdlib.h>
#include <string.h>

enum { NAMED_MAX = 6 }; // controls that are named one by one

struct change {
    const struct hx_cell *cell;
    enum hx_verdict before;
    bool opened;
};

struct comparison {
    const struct hx_baseline *old;
    const struct hx_run *run;
    FILE *out;
    struct change *changes; // by profile, then scenario
    size_t change_count;
    bool controls; // both runs tried them
};

static int by_profile(const void *a, const void *b)
{
    const struct hx_cell *p = ((const struct change *)a)->cell;
    const struct hx_cell *q = ((const struct change *)b)->cell;
    if (p->profile != q->profile)
        return p->profile < q->profile ? -1 : 1;
    return (p->scenario > q->scenario) - (p->scenario < q->scenario);
}

static void collect(struct comparison *k)
{
    const struct hx_run *run = k->run;
    for (size_t i = 0; i < run->cell_count; i++) {
        const struct hx_cell *c = &run->cells[i];
        const struct hx_old_cell *was = hx_baseline_cell(
            k->old, run->scenarios[c->scenario].id, run->profiles[c->profile].id);
        bool shut = hx_verdict_shut(c->verdict);
        if (was && hx_verdict_shut(was->verdict) != shut)
            k->changes[k->change_count++] = (struct change){c, was->verdict, !shut};
    }
    if (k->change_count > 0)
        qsort(k->changes, k->change_count, sizeof *k->changes, by_profile);
}

// A control has opened if it was proved needed and is no longer.
static bool control_changed(const struct comparison *k, enum tp_control c, bool opened)
{
    bool was = k->old->killed[c] != HX_ALIVE;
    bool is = k->run->controls[c].killed != HX_ALIVE;
    return k->controls && k->old->listed[c] && was == opened && is != opened;
}

static size_t count_changes(const struct comparison *k, bool opened)
{
    size_t n = 0;
    for (size_t i = 0; i < k->change_count; i++)
        n += k->changes[i].opened == opened;
    for (enum tp_control c = 0; c < TP_CTL_COUNT; c++)
        n += control_changed(k, c, opened);
    return n;
}

// Names a group by what its profile lacks.
static void print_group(const struct comparison *k, const struct hx_profile *p)
{
    size_t lacking = hx_profile_lacking(p), n = 0;
    if (lacking == 0) {
        fputs("  with every control\n", k->out);
        return;
    }
    if (lacking > NAMED_MAX) {
        fprintf(k->out, "  without %zu controls (%s)\n", lacking, p->id);
        return;
    }
    fputs("  without ", k->out);
    for (enum tp_control c = 0; c < TP_CTL_COUNT; c++)
        if (hx_profile_lacks(p, c))
            fprintf(k->out, "%s%s", n++ > 0 ? ", " : "", tp_control_info(c)->id);
    fputc('\n', k->out);
}

static void print_changes(const struct comparison *k, bool opened)
{
    const struct hx_run *run = k->run;
    size_t count = count_changes(k, opened);
    uint32_t group = UINT32_MAX;
    if (count == 0)
        return;
    fprintf(k->out, "%s: %zu\n", opened ? "opened" : "closed", count);
    for (size_t i = 0; i < k->change_count; i++) {
        const struct change *ch = &k->changes[i];
        if (ch->opened != opened)
            continue;
        const struct hx_profile *p = &run->profiles[ch->cell->profile];
        if (ch->cell->profile != group)
            print_group(k, p);
        group = ch->cell->profile;
        fprintf(k->out, "    %s on %s: was %s, is %s\n",
                run->scenarios[ch->cell->scenario].id, p->id,
                hx_verdict_word(ch->before), hx_verdict_word(ch->cell->verdict));
    }
    for (enum tp_control c = 0; c < TP_CTL_COUNT; c++)
        if (control_changed(k, c, opened))
            fprintf(k->out, "  control %s: was %s, is %s\n", tp_control_info(c)->id,
                    hx_killed_word(k->old->killed[c]),
                    hx_killed_word(k->run->controls[c].killed));
}

// --- what is on one side only ---

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static size_t unique(const char **ids, size_t count)
{
    size_t n = 0;
    qsort(ids, count, sizeof *ids, by_text);
    for (size_t i = 0; i < count; i++)
        if (n == 0 || strcmp(ids[n - 1], ids[i]) != 0)
            ids[n++] = ids[i];
    return n;
}

// Prints those of mine that are not among yours; both are sorted.
static void print_missing(FILE *out, const char *label, const char *const mine[],
                          const char *const yours[], const size_t counts[2])
{
    char clean[3 * 200 + 1];
    for (size_t i = 0; i < counts[0]; i++) {
        if (bsearch(&mine[i], yours, counts[1], sizeof *yours, by_text))
            continue;
        hx_utf8_clean(mine[i], false, clean, sizeof clean);
        fprintf(out, "%s %s\n", label, clean);
    }
}

static void print_sides(const struct comparison *k, const char **old, const char **now,
                        bool profiles)
{
    const struct hx_run *run = k->run;
    size_t counts[2] = {k->old->cell_count, run->cell_count};
    for (size_t i = 0; i < counts[0]; i++)
        old[i] = profiles ? k->old->cells[i].profile : k->old->cells[i].scenario;
    for (size_t i = 0; i < counts[1]; i++)
        now[i] = profiles ? run->profiles[run->cells[i].profile].id
                          : run->scenarios[run->cells[i].scenario].id;
    counts[0] = unique(old, counts[0]);
    counts[1] = unique(now, counts[1]);
    print_missing(k->out, profiles ? "removed profile" : "removed scenario", old, now,
                  counts);
    size_t turned[2] = {counts[1], counts[0]};
    print_missing(k->out, profiles ? "added profile" : "added scenario", now, old,
                  turned);
}

// --- the comparison ---

static bool finished(const struct hx_run *run)
{
    return run->whole && !run->interrupted;
}

static int compare(struct comparison *k, struct hx_error *err)
{
    size_t most = k->old->cell_count + k->run->cell_count + 1;
    const char **old = calloc(most, sizeof *old), **now = calloc(most, sizeof *now);
    k->changes = calloc(most, sizeof *k->changes);
    int opened = -1;
    if (old && now && k->changes) {
        collect(k);
        print_changes(k, true);
        print_changes(k, false);
        // A run of a few scenarios has not removed the others.
        if (finished(k->run)) {
            print_sides(k, old, now, false);
            print_sides(k, old, now, true);
        }
        opened = (int)count_changes(k, true);
    } else {
        snprintf(err->text, sizeof err->text, "the comparison needs too much memory");
    }
    free(old);
    free(now);
    free(k->changes);
    return opened;
}

int hx_baseline_compare_text(const char *path, const uint8_t *text, size_t len,
                             const struct hx_run *run, FILE *out, struct hx_error *err)
{
    struct hx_baseline old;
    if (hx_baseline_read(path, text, len, &old, err))
        return -1;
    struct comparison k = {.old = &old, .run = run, .out = out};
    k.controls = old.whole && finished(run);
    int opened = compare(&k, err);
    hx_baseline_free(&old);
    return opened;
}

// Doubles a buffer, which is freed if that fails (NULL with errno).
static uint8_t *grow(uint8_t *buf, size_t *cap)
{
    size_t wanted = *cap > 0 ? 2 * *cap : 1 << 16;
    uint8_t *more = wanted <= HX_BASELINE_MAX ? realloc(buf, wanted) : NULL;
    if (!more) {
        free(buf);
        errno = wanted <= HX_BASELINE_MAX ? ENOMEM : EFBIG;
        return NULL;
    }
    *cap = wanted;
    return more;
}

// Fails  NULL with errno.
static uint8_t *read_all(FILE *f, size_t *len)
{
    size_t cap = 0, n = 0, got;
    uint8_t *buf = NULL;
    do {
        if (n == cap)
            buf = grow(buf, &cap);
        if (!buf)
            return NULL;
        got = fread(buf + n, 1, cap - n, f);
        n += got;
    } while (got > 0);
    *len = n;
    if (!ferror(f))
        return buf;
    free(buf);
    return NULL;
}

int hx_baseline_compare(const char *path, const struct hx_run *run, FILE *out,
                        struct hx_error *err)
{
    size_t len = 0;
    FILE *f = fopen(path, "rb");
    uint8_t *text = f ? read_all(f, &len) : NULL;
    if (!text) {
        snprintf(err->text, sizeof err->text,
                 "%.200s:1: expected a result of an earlier run: %.200s", path,
                 strerror(errno));
        if (f)
            fclose(f);
        return -1;
    }
    fclose(f);
    int opened = hx_baseline_compare_text(path, text, len, run, out, err);
    free(text);
    return opened;
}
