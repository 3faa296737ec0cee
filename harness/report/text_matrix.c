// text_matrix.c - a row for each scenario, a column for each family of profiles
//
// The hand-written profiles are many, so each is one character wide, under its letter.
// The generated profiles are too many for columns. Those without one of the
// scenario's cut sets are counted: how many of them it opened, as it must.

#include <report/text.h>
#include <report/words.h>
#include <string.h>

enum { ID_MAX = 40, LEGACY_MAX = 26, COUNTS = 9, LOG = 3 };

struct layout {
    int id;                       // width of the first column
    uint32_t legacy[LEGACY_MAX];  // profiles
    size_t legacy_count, unshown; // how many are columns, how many do not fit
};

// What all the cells of one scenario come to.
struct row {
    const struct hx_cell *hardened, *legacy[LEGACY_MAX];
    size_t good, of; // generated profiles: as they must be, and all that count
    uint32_t violated;
    size_t unexpected;
};

static struct layout lay_out(const struct hx_run *run)
{
    struct layout l = {.id = 8};
    for (size_t i = 0; i < run->scenario_count; i++) {
        int len = (int)strlen(run->scenarios[i].id);
        if (len > l.id)
            l.id = len < ID_MAX ? len : ID_MAX;
    }
    for (size_t i = 0; i < run->profile_count; i++) {
        if (!run->profiles[i].legacy)
            continue;
        if (l.legacy_count < LEGACY_MAX)
            l.legacy[l.legacy_count++] = (uint32_t)i;
        else
            l.unshown++;
    }
    return l;
}

static bool lacks_a_cut(const struct hx_profile *p, const struct hx_scenario *s)
{
    for (size_t k = 0; k < s->cut_count; k++) {
        const uint64_t *cut = s->cuts[k].without.lack;
        if ((cut[0] & ~p->lacks.lack[0]) == 0 && (cut[1] & ~p->lacks.lack[1]) == 0)
            return true;
    }
    return false;
}

static void add_generated(struct row *r, const struct hx_scenario *s,
                          const struct hx_profile *p, const struct hx_cell *c)
{
    bool story = s->kind == HX_KIND_STORY;
    if (!story && !lacks_a_cut(p, s))
        return;
    enum hx_verdict wanted = story ? HX_VERDICT_SERVED : HX_VERDICT_SUCCEEDED;
    r->of++;
    r->good += !c->unexpected && c->verdict == wanted;
}

static struct row sum_up(const struct hx_run *run, const struct layout *l, size_t n)
{
    struct row r = {0};
    for (size_t i = 0; i < run->cell_count; i++) {
        const struct hx_cell *c = &run->cells[i];
        const struct hx_profile *p = &run->profiles[c->profile];
        if (c->scenario != n)
            continue;
        r.violated |= c->violated;
        r.unexpected += c->unexpected;
        for (size_t k = 0; k < l->legacy_count; k++)
            if (l->legacy[k] == c->profile)
                r.legacy[k] = c;
        if (!p->legacy && hx_profile_lacking(p) == 0)
            r.hardened = c;
        else if (!p->legacy)
            add_generated(&r, &run->scenarios[n], p, c);
    }
    return r;
}

static const char *mark(const struct hx_cell *c)
{
    static const char *const marks[HX_VERDICT_COUNT] = {
        [HX_VERDICT_STOPPED] = ".",    [HX_VERDICT_SUCCEEDED] = "o",
        [HX_VERDICT_SERVED] = "+",     [HX_VERDICT_DENIED] = "d",
        [HX_VERDICT_HARMED] = "h",     [HX_VERDICT_CRASHED] = "!",
        [HX_VERDICT_HUNG] = "!",       [HX_VERDICT_INCONCLUSIVE] = "?",
        [HX_VERDICT_UNSUPPORTED] = "-"};
    return c && c->verdict < HX_VERDICT_COUNT ? marks[c->verdict] : " ";
}

static enum hx_colour colour_of(const struct hx_cell *c)
{
    if (!c)
        return HX_PLAIN;
    if (c->unexpected)
        return HX_RED;
    return hx_verdict_shut(c->verdict) ? HX_GREEN : HX_YELLOW;
}

static void print_legacy(const struct hx_text *t, const struct layout *l,
                         const struct row *r)
{
    for (size_t k = 0; k < l->legacy_count; k++)
        hx_text_put(t, colour_of(r->legacy[k]), 1, mark(r->legacy[k]));
    if (l->legacy_count > 0)
        fputc(' ', t->f);
}

static void print_counts(const struct hx_text *t, const struct row *r, bool last)
{
    char counts[32] = "-";
    if (r->of > 0)
        snprintf(counts, sizeof counts, "%zu/%zu", r->good, r->of);
    enum hx_colour colour = r->good < r->of ? HX_RED : HX_PLAIN;
    if (last)
        hx_text_put(t, colour, (int)strlen(counts), counts);
    else
        hx_text_column(t, colour, COUNTS, counts);
}

// As many whole words as there is room for.
static void print_violated(const struct hx_text *t, uint32_t set, size_t room)
{
    char list[HX_VIOLATED_MAX];
    hx_invariants_list(set, " ", list, sizeof list);
    size_t len = strlen(list);
    if (len > room) {
        len = room - 1;
        while (len > 0 && list[len] != ' ')
            len--;
        list[len++] = '~';
    }
    fprintf(t->f, "%s", set ? "" : "-");
    fwrite(list, 1, len, t->f);
}

static void print_row(const struct hx_text *t, const struct layout *l, size_t n)
{
    struct row r = sum_up(t->run, l, n);
    const struct hx_cell *h = r.hardened;
    bool story = t->run->scenarios[n].kind == HX_KIND_STORY;
    const char *log = !h || !h->must_log ? "-" : h->logged ? "yes" : "NO";
    int room = HX_TEXT_COLUMNS - l->id - 1 - (COUNTS + 1) - (COUNTS + 1) - (LOG + 1) -
               (int)l->legacy_count - (l->legacy_count > 0) - 2;

    hx_text_column(t, HX_PLAIN, l->id, t->run->scenarios[n].id);
    hx_text_column(t, colour_of(h), COUNTS, h ? hx_verdict_word(h->verdict) : "-");
    print_legacy(t, l, &r);
    print_counts(t, &r, story);
    if (!story) {
        hx_text_column(t, log[0] == 'N' ? HX_RED : HX_PLAIN, LOG, log);
        print_violated(t, r.violated, (size_t)room);
    }
    fputs(r.unexpected > 0 ? " !\n" : "\n", t->f);
}

static void print_head(const struct hx_text *t, const struct layout *l, bool stories)
{
    hx_text_column(t, HX_BOLD, l->id, stories ? "story" : "attack");
    hx_text_column(t, HX_BOLD, COUNTS, "hardened");
    char letters[LEGACY_MAX + 1] = "";
    for (size_t k = 0; k < l->legacy_count; k++)
        letters[k] = (char)('a' + k);
    if (l->legacy_count > 0)
        hx_text_column(t, HX_BOLD, (int)l->legacy_count, letters);
    fputs(stories ? "without" : "without   log violated", t->f);
    fputc('\n', t->f);
}

static void print_part(const struct hx_text *t, const struct layout *l,
                       enum hx_kind kind)
{
    bool any = false;
    for (size_t i = 0; i < t->run->scenario_count; i++) {
        if (t->run->scenarios[i].kind != (int64_t)kind)
            continue;
        if (!any)
            print_head(t, l, kind == HX_KIND_STORY);
        any = true;
        print_row(t, l, i);
    }
    if (any)
        fputc('\n', t->f);
}

size_t hx_text_legacy(const struct hx_run *run, uint32_t profile)
{
    size_t n = 1;
    for (uint32_t i = 0; i < profile; i++)
        n += run->profiles[i].legacy != 0;
    return n;
}

void hx_text_matrix(const struct hx_text *t)
{
    struct layout l = lay_out(t->run);
    for (size_t k = 0; k < l.legacy_count; k++)
        fprintf(t->f, "%c %.90s\n", (char)('a' + k), t->run->profiles[l.legacy[k]].id);
    if (l.unshown > 0)
        fprintf(t->f, "and %zu legacy profiles more, not shown\n", l.unshown);
    if (l.legacy_count > 0)
        fputs("\no open  . stopped  + served  - not for such a device\n\n", t->f);
    print_part(t, &l, HX_KIND_ATTACK);
    print_part(t, &l, HX_KIND_STORY);
}
