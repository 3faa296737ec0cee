#include <dirent.h>
#include <errno.h>
#include <matrix/catalogue.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PATH_CAP = 4096 };

struct names {
    char **at;
    size_t count;
};

static int refuse(struct hx_error *err, const char *what, const char *why)
{
    snprintf(err->text, sizeof err->text, "%.300s: %.150s", what, why);
    return -1;
}

// Makes room for one more element behind the count that are there. The room doubles,
// at counts that are powers of two.
static void *one_more(void *list, size_t count, size_t size)
{
    if (list && (count & (count - 1)) != 0)
        return list;
    return realloc(list, (count > 0 ? 2 * count : 1) * size);
}

// --- files ---

static void free_names(struct names *n)
{
    for (size_t i = 0; i < n->count; i++)
        free(n->at[i]);
    free(n->at);
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool is_yaml(const char *name)
{
    size_t len = strlen(name);
    return name[0] != '.' && len > 5 && strcmp(name + len - 5, ".yaml") == 0;
}

// Keeps a file's name without its suffix, which is what files are ordered by.
static int add_name(struct names *n, const char *name)
{
    char **more = one_more(n->at, n->count, sizeof *more);
    if (!more)
        return -1;
    n->at = more;
    n->at[n->count] = strndup(name, strlen(name) - 5);
    if (!n->at[n->count])
        return -1;
    n->count++;
    return 0;
}

// Fails  -1 with errno.
static int list_folder(const char *path, struct names *n)
{
    DIR *dir = opendir(path);
    const struct dirent *entry;
    int e = 0;
    if (!dir)
        return -1;
    while (e == 0 && (entry = readdir(dir)) != NULL)
        if (is_yaml(entry->d_name))
            e = add_name(n, entry->d_name);
    closedir(dir);
    if (n->count > 0)
        qsort(n->at, n->count, sizeof n->at[0], by_text);
    return e;
}

static int load_scenario(struct hx_catalogue *c, const char *path, struct hx_error *err)
{
    struct hx_scenario *more = one_more(c->scenarios, c->scenario_count, sizeof *more);
    if (!more)
        return refuse(err, path, strerror(ENOMEM));
    c->scenarios = more;
    if (hx_scenario_load(path, &more[c->scenario_count], err))
        return -1;
    c->scenario_count++;
    return 0;
}

static int add_profile(struct hx_catalogue *c, const struct hx_profile *p)
{
    struct hx_profile *more = one_more(c->profiles, c->profile_count, sizeof *more);
    if (!more)
        return -1;
    c->profiles = more;
    more[c->profile_count++] = *p;
    return 0;
}

static int load_profile(struct hx_catalogue *c, const char *path, struct hx_error *err)
{
    struct hx_profile p;
    if (hx_profile_load(path, &p, err))
        return -1;
    return add_profile(c, &p) ? refuse(err, path, strerror(ENOMEM)) : 0;
}

static int load_folder(struct hx_catalogue *c, const char *dir, const char *kind,
                       struct hx_error *err)
{
    char path[PATH_CAP];
    struct names names = {0};
    bool scenarios = strcmp(kind, "scenarios") == 0;
    int e = 0;
    snprintf(path, sizeof path, "%s/%s", dir, kind);
    if (list_folder(path, &names))
        e = refuse(err, path, strerror(errno));
    for (size_t i = 0; e == 0 && i < names.count; i++) {
        snprintf(path, sizeof path, "%s/%s/%s.yaml", dir, kind, names.at[i]);
        e = scenarios ? load_scenario(c, path, err) : load_profile(c, path, err);
    }
    free_names(&names);
    return e;
}

const struct hx_profile *hx_catalogue_profile(const struct hx_catalogue *c,
                                              const char *id)
{
    for (size_t i = 0; i < c->profile_count; i++)
        if (strcmp(c->profiles[i].id, id) == 0)
            return &c->profiles[i];
    return NULL;
}

const struct hx_scenario *hx_catalogue_scenario(const struct hx_catalogue *c,
                                                const char *id)
{
    for (size_t i = 0; i < c->scenario_count; i++)
        if (strcmp(c->scenarios[i].id, id) == 0)
            return &c->scenarios[i];
    return NULL;
}

// --- generated profiles ---

static int add_generated(struct hx_catalogue *c, const struct tp_controls *lacks,
                         struct hx_error *err)
{
    char id[PATH_CAP];
    struct hx_profile p;
    hx_profile_name(lacks, id, sizeof id);
    if (hx_catalogue_profile(c, id))
        return 0;
    if (hx_profile_generated(id, &p, err))
        return -1;
    return add_profile(c, &p) ? refuse(err, id, strerror(ENOMEM)) : 0;
}

#ifdef TP_WEAKNESSES
static size_t members(const struct tp_controls *set)
{
    return (size_t)__builtin_popcountll(set->lack[0]) +
           (size_t)__builtin_popcountll(set->lack[1]);
}

// The set itself, and the set less each of its members: hardened if that is none.
static int add_cut(struct hx_catalogue *c, const struct tp_controls *cut,
                   struct hx_error *err)
{
    if (add_generated(c, cut, err))
        return -1;
    for (unsigned i = 0; i < TP_CTL_COUNT; i++) {
        struct tp_controls less = *cut;
        less.lack[i / 64] &= ~(UINT64_C(1) << (i % 64));
        if (members(&less) < members(cut) && add_generated(c, &less, err))
            return -1;
    }
    return 0;
}

static int by_size_then_name(const void *a, const void *b)
{
    const struct hx_profile *p = a, *q = b;
    size_t m = members(&p->lacks), n = members(&q->lacks);
    return m != n ? (m > n) - (m < n) : strcmp(p->id, q->id);
}

static int add_weak(struct hx_catalogue *c, const char *dir, struct hx_error *err)
{
    if (load_folder(c, dir, "profiles", err) || hx_catalogue_fixes(c, err))
        return -1;
    size_t first = c->profile_count;
    for (size_t s = 0; s < c->scenario_count; s++)
        for (size_t k = 0; k < c->scenarios[s].cut_count; k++)
            if (add_cut(c, &c->scenarios[s].cuts[k].without, err))
                return -1;
    qsort(c->profiles + first, c->profile_count - first, sizeof c->profiles[0],
          by_size_then_name);
    return 0;
}
#else
// Nothing can be taken away: what lacks a control could not be played.
static int add_weak(struct hx_catalogue *c, const char *dir, struct hx_error *err)
{
    (void)c;
    (void)dir;
    (void)err;
    return 0;
}
#endif

int hx_catalogue_fixes(const struct hx_catalogue *c, struct hx_error *err)
{
    for (size_t i = 0; i < c->profile_count; i++) {
        const struct hx_profile *p = &c->profiles[i];
        const struct hx_profile *family = hx_catalogue_profile(c, p->fixes);
        if (!p->fixes[0] || (family && family->legacy && !family->fixes[0]))
            continue;
        snprintf(err->text, sizeof err->text,
                 "%.200s: expected 'fixes' to name a family, found '%s'", p->path,
                 p->fixes);
        return -1;
    }
    return 0;
}

int hx_catalogue_load(struct hx_catalogue *c, const char *fixtures_dir,
                      struct hx_error *err)
{
    static const struct tp_controls none;
    *c = (struct hx_catalogue){0};
    if (load_folder(c, fixtures_dir, "scenarios", err) == 0 &&
        add_generated(c, &none, err) == 0 && add_weak(c, fixtures_dir, err) == 0)
        return 0;
    hx_catalogue_free(c);
    return -1;
}

void hx_catalogue_free(struct hx_catalogue *c)
{
    free(c->scenarios);
    free(c->profiles);
    *c = (struct hx_catalogue){0};
}

const char *hx_fixtures_dir(void)
{
    const char *dir = getenv("TELLTALE_FIXTURES");
    if (dir && *dir)
        return dir;
    // The checkout that it was built from, or where they were installed.
    return access(HX_FIXTURES, R_OK) == 0 ? HX_FIXTURES : HX_INSTALLED;
}
