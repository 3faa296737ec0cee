#include <cmd/select.h>
#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool matches(const char *id, const char *pattern)
{
    return fnmatch(pattern, id, 0) == 0;
}

static bool is_file(const char *pattern)
{
    return strchr(pattern, '/') != NULL;
}

static int add_scenario(struct hx_catalogue *c, const char *path, struct hx_error *err)
{
    size_t n = c->scenario_count;
    struct hx_scenario *more = realloc(c->scenarios, (n + 1) * sizeof *more);
    if (!more)
        return -1;
    c->scenarios = more;
    if (hx_scenario_load(path, &more[n], err))
        return -1;
    c->scenario_count++;
    return 0;
}

static int add_profile(struct hx_catalogue *c, const char *name, struct hx_error *err)
{
    size_t n = c->profile_count;
    struct hx_profile *more = realloc(c->profiles, (n + 1) * sizeof *more);
    if (!more)
        return -1;
    c->profiles = more;
    int e = is_file(name) ? hx_profile_load(name, &more[n], err)
                          : hx_profile_generated(name, &more[n], err);
    if (e)
        return -1;
    c->profile_count++;
    return hx_catalogue_fixes(c, err);
}

static int nothing(const char *what, const char *pattern, struct hx_error *err)
{
    size_t n = strlen(pattern);
    bool name = n > 5 && strcmp(pattern + n - 5, ".yaml") == 0;
    if (name)
        snprintf(err->text, sizeof err->text,
                 "no %s matches '%.100s'; a file is meant by a slash: './%.100s'", what,
                 pattern, pattern);
    else
        snprintf(err->text, sizeof err->text,
                 "no %s matches '%.100s'; 'telltale list %ss' names them", what,
                 pattern, what);
    return -1;
}

// Moves what is marked to the front and returns how many that are.
static size_t keep_marked(void *items, size_t size, size_t count, const bool *keep)
{
    uint8_t *base = items;
    size_t kept = 0;
    for (size_t i = 0; i < count; i++)
        if (keep[i])
            memmove(base + kept++ * size, base + i * size, size);
    return kept;
}

static bool mark_scenarios(const struct hx_catalogue *c, size_t listed,
                           const char *pattern, bool *keep)
{
    bool any = false;
    for (size_t i = 0; i < listed; i++) {
        bool hit = matches(c->scenarios[i].id, pattern);
        keep[i] |= hit;
        any |= hit;
    }
    return any;
}

static bool mark_profiles(const struct hx_catalogue *c, size_t listed,
                          const char *pattern, bool *keep)
{
    bool any = false;
    for (size_t i = 0; i < listed; i++) {
        bool hit = matches(c->profiles[i].id, pattern);
        keep[i] |= hit;
        any |= hit;
    }
    return any;
}

int hx_select_scenarios(struct hx_catalogue *c, const char *const *patterns,
                        size_t count, struct hx_error *err)
{
    size_t listed = c->scenario_count;
    bool *keep = calloc(listed + count + 1, sizeof *keep);
    int e = keep ? 0 : -1;
    for (size_t k = 0; e == 0 && k < count; k++) {
        if (is_file(patterns[k])) {
            keep[c->scenario_count] = true;
            e = add_scenario(c, patterns[k], err);
        } else if (!mark_scenarios(c, listed, patterns[k], keep)) {
            e = nothing("scenario", patterns[k], err);
        }
    }
    if (e == 0 && count > 0)
        c->scenario_count =
            keep_marked(c->scenarios, sizeof c->scenarios[0], c->scenario_count, keep);
    free(keep);
    return e;
}

// A profile that no scenario asked for: a file, or a generated one by its name.
static bool is_new_profile(const char *pattern)
{
    return is_file(pattern) ||
           (strncmp(pattern, "without-", 8) == 0 && strpbrk(pattern, "*?[") == NULL);
}

int hx_select_profiles(struct hx_catalogue *c, const char *const *patterns,
                       size_t count, struct hx_error *err)
{
    size_t listed = c->profile_count;
    bool *keep = calloc(listed + count + 1, sizeof *keep);
    int e = keep ? 0 : -1;
    for (size_t k = 0; e == 0 && k < count; k++) {
        if (!is_file(patterns[k]) && mark_profiles(c, listed, patterns[k], keep))
            continue;
        keep[c->profile_count] = true;
        e = is_new_profile(patterns[k]) ? add_profile(c, patterns[k], err)
                                        : nothing("profile", patterns[k], err);
    }
    if (e == 0 && count > 0)
        c->profile_count =
            keep_marked(c->profiles, sizeof c->profiles[0], c->profile_count, keep);
    free(keep);
    return e;
}

int hx_select_seed(const char *text, uint64_t *seed)
{
    char *end = NULL;
    *seed = 1;
    if (!text)
        return 0;
    errno = 0;
    *seed = strtoull(text, &end, 10);
    return *text < '0' || *text > '9' || *end || errno ? -1 : 0;
}
