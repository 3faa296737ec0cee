// list_things.c - every list is made as JSON once; the text is printed from that

#include <cmd/list.h>
#include <jansson.h>
#include <report/words.h>
#include <string.h>

#define X(name, word) word,
static const char *const devices[] = {HX_DEVICE_LIST(X)};
static const char *const links[] = {HX_LINK_LIST(X)};
#undef X

// --- the lists ---

static json_t *lacks(const struct hx_profile *p)
{
    json_t *list = json_array();
    for (enum tp_control c = 0; c < TP_CTL_COUNT; c++)
        if (hx_profile_lacks(p, c))
            json_array_append_new(list, json_string(tp_control_info(c)->id));
    return list;
}

static json_t *references(const char ids[][HX_ADVISORY_MAX], size_t count)
{
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(list, json_string(ids[i]));
    return list;
}

static json_t *closed(const struct hx_profile *p)
{
    json_t *list = json_array();
    for (size_t i = 0; i < HX_LINK_COUNT; i++)
        if (p->closes >> i & 1)
            json_array_append_new(list, json_string(links[i]));
    return list;
}

static bool in_set(const struct tp_controls *set, enum tp_control c)
{
    return set->lack[c / 64] >> (c % 64) & 1;
}

// A cut set as it names its profile: "role-check", "intent-token+two-step-write".
static json_t *cuts(const struct hx_scenario *s)
{
    char name[4096];
    json_t *list = json_array();
    for (size_t i = 0; i < s->cut_count; i++) {
        hx_profile_name(&s->cuts[i].without, name, sizeof name);
        const char *without = strchr(name, '-');
        json_array_append_new(list, json_string(without ? without + 1 : name));
    }
    return list;
}

static json_t *scenarios(const struct hx_catalogue *c)
{
    json_t *list = json_array();
    for (size_t i = 0; i < c->scenario_count; i++) {
        const struct hx_scenario *s = &c->scenarios[i];
        char tiers[HX_TIERS_MAX];
        bool categorised = s->category >= 0 && s->category < TP_CAT_COUNT;
        json_array_append_new(
            list,
            json_pack("{s:s, s:s, s:s, s:s?, s:o, s:o, s:s}", "id", s->id, "kind",
                      s->kind == HX_KIND_STORY ? "story" : "attack", "tier",
                      hx_tiers_word(s->tiers, tiers, sizeof tiers), "category",
                      categorised ? tp_category_id((enum tp_category)s->category)
                                  : NULL,
                      "cuts", cuts(s), "advisories",
                      references(s->advisories, s->advisory_count), "name", s->name));
    }
    return list;
}

static json_t *profiles(const struct hx_catalogue *c)
{
    json_t *list = json_array();
    for (size_t i = 0; i < c->profile_count; i++) {
        const struct hx_profile *p = &c->profiles[i];
        json_array_append_new(
            list, json_pack("{s:s, s:s, s:s?, s:o, s:o, s:b, s:b, s:o}", "id", p->id,
                            "device", devices[p->device], "fixes",
                            p->fixes[0] ? p->fixes : NULL, "lacks", lacks(p), "closes",
                            closed(p), "battery_fault", p->battery_fault != 0,
                            "updatable", p->updatable != 0, "advisories",
                            references(p->advisories, p->advisory_count)));
    }
    return list;
}

static bool cuts_control(const struct hx_scenario *s, enum tp_control c)
{
    for (size_t k = 0; k < s->cut_count; k++)
        if (in_set(&s->cuts[k].without, c))
            return true;
    return false;
}

static json_t *controls(const struct hx_catalogue *cat)
{
    json_t *list = json_array();
    for (enum tp_control c = 0; c < TP_CTL_COUNT; c++) {
        const struct tp_control_info *info = tp_control_info(c);
        json_t *by = json_array();
        for (size_t i = 0; i < cat->scenario_count; i++)
            if (cuts_control(&cat->scenarios[i], c))
                json_array_append_new(by, json_string(cat->scenarios[i].id));
        json_array_append_new(list,
                              json_pack("{s:s, s:s, s:s, s:o}", "id", info->id,
                                        "category", tp_category_id(info->category),
                                        "clause", info->clause, "scenarios", by));
    }
    return list;
}

// --- as text ---

static void print_value(FILE *f, const json_t *v, int width)
{
    const char *s = json_string_value(v);
    if (json_is_array(v)) {
        fputc('[', f);
        for (size_t i = 0; i < json_array_size(v); i++)
            fprintf(f, "%s%s", i > 0 ? ", " : "",
                    json_string_value(json_array_get(v, i)));
        fputs(json_array_size(v) == 0 ? "-]" : "]", f);
        return;
    }
    fprintf(f, "%-*s", width, s ? s : "-");
}

// The width of a column: of its longest text. Lists are ragged and stand last.
static int width_of(const json_t *list, const char *key)
{
    size_t width = 0;
    for (size_t i = 0; i < json_array_size(list); i++) {
        size_t len = json_string_length(json_object_get(json_array_get(list, i), key));
        width = len > width ? len : width;
    }
    return (int)width;
}

static void print_item(FILE *f, const json_t *list, const json_t *o,
                       const char *const columns[])
{
    for (size_t k = 0; columns[k]; k++) {
        const json_t *v = json_object_get(o, columns[k]);
        bool last = columns[k + 1] == NULL;
        fputs(k > 0 ? "  " : "", f);
        print_value(f, v, last ? 0 : width_of(list, columns[k]));
    }
    fputc('\n', f);
}

static void print_list(FILE *f, const json_t *list, const char *const columns[])
{
    for (size_t i = 0; i < json_array_size(list); i++)
        print_item(f, list, json_array_get(list, i), columns);
}

int hx_list(FILE *f, const struct hx_catalogue *c, const char *kind, bool json)
{
    static const struct {
        const char *kind;
        json_t *(*make)(const struct hx_catalogue *);
        const char *columns[8];
    } kinds[] = {
        {"scenarios", scenarios, {"id", "tier", "category", "name", "cuts"}},
        {"profiles", profiles, {"id", "lacks"}},
        {"controls", controls, {"id", "category", "clause", "scenarios"}},
    };
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (strcmp(kinds[i].kind, kind) != 0)
            continue;
        json_t *list = kinds[i].make(c);
        if (json) {
            json_dumpf(list, f, JSON_INDENT(1));
            fputc('\n', f);
        } else {
            print_list(f, list, kinds[i].columns);
        }
        json_decref(list);
        return ferror(f) ? 1 : 0;
    }
    return -1;
}
