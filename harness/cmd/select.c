#include <cmd/select.h>
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
    return 0;
}

static int nothing(const char *what, const char *pattern, struct hx_error *err)
{
    snprintf(err->text, sizeof err->text, "no %s matches '%s'", what, pattern);
    return -1;
}

int hx_select_scenarios(struct hx_catalogue *c, const char *const *patterns,
                        size_t count, struct hx_error *err)
{
    size_t listed = c->scenario_count, kept = 0;
    bool *keep = calloc(listed + count + 1, sizeof *keep);
    int e = keep ? 0 : -1;
    for (size_t k = 0; e == 0 && k < count; k++) {
        bool any = false;
        if (is_file(patterns[k])) {
            e = add_scenario(c, patterns[k], err);
            keep[c->scenario_count - (e == 0)] = e == 0;
            continue;
        }
        for (size_t i = 0; i < listed; i++) {
            bool hit = matches(c->scenarios[i].id, patterns[k]);
            keep[i] |= hit;
            any |= hit;
        }
        if (!any)
            e = nothing("scenario", patterns[k], err);
    }
    for (size_t i = 0; e == 0 && count > 0 && i < c->scenario_count; i++)
        if (keep[i])
            memmove(&c->scenarios[kept++], &c->scenarios[i], sizeof c->scenarios[0]);
    if (e == 0 && count > 0)
        c->scenario_count = kept;
    free(keep);
    return e;
}

int hx_select_profiles(struct hx_catalogue *c, const char *const *patterns,
                       size_t count, struct hx_error *err)
{
    size_t listed = c->profile_count, kept = 0;
    bool *keep = calloc(listed + count + 1, sizeof *keep);
    int e = keep ? 0 : -1;
    for (size_t k = 0; e == 0 && k < count; k++) {
        bool any = false;
        for (size_t i = 0; i < listed && !is_file(patterns[k]); i++) {
            bool hit = matches(c->profiles[i].id, patterns[k]);
            keep[i] |= hit;
            any |= hit;
        }
        bool named = is_file(patterns[k]) || strncmp(patterns[k], "without-", 8) == 0;
        if (!any && named && strpbrk(patterns[k], "*?[") == NULL) {
            e = add_profile(c, patterns[k], err);
            keep[c->profile_count - (e == 0)] = e == 0;
        } else if (!any) {
            e = nothing("profile", patterns[k], err);
        }
    }
    for (size_t i = 0; e == 0 && count > 0 && i < c->profile_count; i++)
        if (keep[i])
            memmove(&c->profiles[kept++], &c->profiles[i], sizeof c->profiles[0]);
    if (e == 0 && count > 0)
        c->profile_count = kept;
    free(keep);
    return e;
}
