#include <matrix/map.h>
#include <matrix/play.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#ifdef TP_WEAKNESSES
static const bool families = true;
#else
static const bool families = false;
#endif

static __attribute__((format(printf, 2, 3))) void hole(struct hx_map_row *row,
                                                       const char *format, ...)
{
    char text[sizeof row->holes[0]];
    va_list ap;
    va_start(ap, format);
    vsnprintf(text, sizeof text, format, ap);
    va_end(ap);
    if (row->hole_count < HX_HOLES_MAX)
        memcpy(row->holes[row->hole_count++], text, sizeof text);
}

// --- what the names stand for ---

static const struct hx_profile *named(struct hx_map_row *row,
                                      const struct hx_catalogue *c, const char *id)
{
    const struct hx_profile *p = hx_catalogue_profile(c, id);
    if (!p)
        hole(row, "there is no profile %s", id);
    return p;
}

static void find_families(struct hx_map_row *row, const struct hx_catalogue *c)
{
    const struct hx_communication *says = row->says;
    row->profiles[row->profile_count++] = named(row, c, says->family);
    for (size_t i = 0; i < says->fixed_count; i++) {
        const struct hx_profile *p = named(row, c, says->fixed[i]);
        if (p && strcmp(p->fixes, says->family) != 0)
            hole(row, "%s does not fix %.60s", says->fixed[i], says->family);
        row->profiles[row->profile_count++] = p;
    }
}

static void find_all(struct hx_map_row *row, const struct hx_catalogue *c)
{
    if (families)
        find_families(row, c);
    row->profiles[row->profile_count++] = hx_catalogue_profile(c, "hardened");
    for (size_t i = 0; i < row->says->scenario_count; i++) {
        row->scenarios[i] = hx_catalogue_scenario(c, row->says->scenarios[i]);
        if (!row->scenarios[i])
            hole(row, "there is no scenario %s", row->says->scenarios[i]);
    }
}

// --- playing ---

static void play_row(struct hx_map_row *row, struct hx_player *player)
{
    for (size_t p = 0; p < row->profile_count; p++)
        for (size_t s = 0; s < row->says->scenario_count; s++)
            if (row->profiles[p] && row->scenarios[s])
                hx_play(player, row->scenarios[s], row->profiles[p], NULL,
                        &row->cells[s][p]);
}

// --- judging ---

static bool is_attack(const struct hx_map_row *row, size_t s)
{
    return row->scenarios[s] && row->scenarios[s]->kind == HX_KIND_ATTACK;
}

static bool came_to(const struct hx_map_row *row, size_t s, size_t p, enum hx_verdict v)
{
    return row->profiles[p] && is_attack(row, s) && row->cells[s][p].verdict == v;
}

size_t hx_map_attacks(const struct hx_map_row *row)
{
    size_t n = 0;
    for (size_t s = 0; s < row->says->scenario_count; s++)
        n += is_attack(row, s);
    return n;
}

size_t hx_map_open(const struct hx_map_row *row, size_t p)
{
    size_t n = 0;
    for (size_t s = 0; s < row->says->scenario_count; s++)
        n += came_to(row, s, p, HX_VERDICT_SUCCEEDED);
    return n;
}

static void judge_cell(struct hx_map_row *row, size_t s, size_t p)
{
    const struct hx_cell *c = &row->cells[s][p];
    const char *what = row->says->scenarios[s];
    if (!row->scenarios[s] || !row->profiles[p])
        return;
    bool hardened = p + 1 == row->profile_count;
    bool open = is_attack(row, s) && c->verdict != HX_VERDICT_STOPPED;
    if (c->unexpected || (hardened && open))
        hole(row, "%s is %s on %.80s", what, hx_verdict_word(c->verdict),
             row->profiles[p]->id);
    else if (p == 0 && c->verdict == HX_VERDICT_UNSUPPORTED)
        hole(row, "%s is not for such a device", what);
}

static bool covers(const struct hx_map_row *row, size_t fixed)
{
    for (size_t s = 0; s < row->says->scenario_count; s++)
        if (came_to(row, s, 0, HX_VERDICT_SUCCEEDED) &&
            came_to(row, s, fixed, HX_VERDICT_STOPPED))
            return true;
    return false;
}

static void judge_row(struct hx_map_row *row)
{
    for (size_t s = 0; s < row->says->scenario_count; s++)
        for (size_t p = 0; p < row->profile_count; p++)
            judge_cell(row, s, p);
    if (!families || !row->profiles[0])
        return;
    if (hx_map_open(row, 0) == 0)
        hole(row, "no attack succeeds on %s", row->says->family);
    for (size_t p = 1; p + 1 < row->profile_count; p++)
        if (row->profiles[p] && !covers(row, p))
            hole(row, "no attack that succeeds on its family is stopped on %s",
                 row->profiles[p]->id);
}

int hx_map_make(const struct hx_catalogue *c, const struct hx_advisories *a,
                uint64_t seed, struct hx_map *out)
{
    struct hx_player *player = hx_player_new(seed);
    *out = (struct hx_map){.count = a->count};
    out->rows = calloc(a->count + 1, sizeof *out->rows);
    bool there = player && out->rows;
    if (player)
        hx_player_know(player, c->scenarios, c->scenario_count);
    for (size_t i = 0; there && i < a->count; i++) {
        struct hx_map_row *row = &out->rows[i];
        row->says = &a->rows[i];
        find_all(row, c);
        play_row(row, player);
        judge_row(row);
        out->holes += row->hole_count;
    }
    hx_player_free(player);
    if (!there)
        hx_map_free(out);
    return there ? 0 : -1;
}

void hx_map_free(struct hx_map *map)
{
    free(map->rows);
    *map = (struct hx_map){0};
}

const char *hx_map_profile_word(const struct hx_map_row *row, size_t p)
{
    if (p + 1 == row->profile_count)
        return "hardened";
    if (p == 0)
        return "family";
    const char *id = row->says->fixed[p - 1], *family = row->says->family;
    size_t len = strlen(family);
    return strncmp(id, family, len) == 0 && id[len] == '-' ? id + len + 1 : id;
}
