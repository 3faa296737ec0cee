// list_advisories.c - the map of safety communications, for people, programs and pages

#include <cmd/list.h>
#include <jansson.h>
#include <report/words.h>
#include <string.h>

enum { COLUMNS = 100, MARGIN = 5, LABEL = 13, VERDICT = 11 };

// --- as JSON ---

static json_t *names(const char *first, size_t size, size_t count)
{
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(list, json_string(first + i * size));
    return list;
}

static json_t *weaknesses(const struct hx_communication *c)
{
    json_t *list = json_array();
    for (size_t i = 0; i < c->weakness_count; i++) {
        const struct hx_weakness *w = &c->weaknesses[i];
        json_t *cwes = json_array();
        for (size_t k = 0; k < w->cwe_count; k++)
            json_array_append_new(cwes, json_integer(w->cwes[k]));
        json_t *score = w->score ? json_real((double)w->score / 10) : json_null();
        json_array_append_new(list,
                              json_pack("{s:s?, s:o, s:s?, s:o}", "cve",
                                        w->cve[0] ? w->cve : NULL, "cwe", cwes, "cvss",
                                        w->cvss[0] ? w->cvss : NULL, "score", score));
    }
    return list;
}

static const char *profile_id(const struct hx_map_row *row, size_t p)
{
    return row->profiles[p] ? row->profiles[p]->id : NULL;
}

// What became of a scenario, by profile; null where one of the two is not there.
static json_t *verdicts(const struct hx_map_row *row, size_t s)
{
    json_t *o = json_object();
    for (size_t p = 0; p < row->profile_count; p++)
        if (profile_id(row, p))
            json_object_set_new(o, profile_id(row, p),
                                row->scenarios[s] ? json_string(hx_verdict_word(
                                                        row->cells[s][p].verdict))
                                                  : json_null());
    return o;
}

static json_t *scenarios(const struct hx_map_row *row)
{
    json_t *list = json_array();
    for (size_t s = 0; s < row->says->scenario_count; s++)
        json_array_append_new(list,
                              json_pack("{s:s, s:o}", "id", row->says->scenarios[s],
                                        "verdicts", verdicts(row, s)));
    return list;
}

static json_t *row_json(const struct hx_map_row *row)
{
    const struct hx_communication *c = row->says;
    return json_pack(
        "{s:s, s:s, s:s, s:o, s:o, s:s, s:s, s:s, s:o, s:o, s:o}", //
        "id", c->id, "date", c->date, "device", c->device, "advisories",
        names(c->advisories[0], sizeof c->advisories[0], c->advisory_count),
        "weaknesses", weaknesses(c), "consequence", c->consequence, "remedy", c->remedy,
        "family", c->family, "fixed",
        names(c->fixed[0], sizeof c->fixed[0], c->fixed_count), "scenarios",
        scenarios(row), "holes",
        names(row->holes[0], sizeof row->holes[0], row->hole_count));
}

static void print_json(FILE *f, const struct hx_map *map)
{
    json_t *list = json_array();
    for (size_t i = 0; i < map->count; i++)
        json_array_append_new(list, row_json(&map->rows[i]));
    json_dumpf(list, f, JSON_INDENT(1) | JSON_REAL_PRECISION(6));
    fputc('\n', f);
    json_decref(list);
}

// --- as text ---

// Words over as many lines as they need, behind what stands in the margin and a label.
static void print_beside(FILE *f, const char *margin, const char *label,
                         const char *text)
{
    size_t width = COLUMNS - MARGIN - LABEL;
    for (text += strspn(text, " \n"); *text; text += strspn(text, " \n")) {
        size_t len = strlen(text);
        if (len > width) {
            len = width;
            while (len > 1 && text[len] != ' ')
                len--;
        }
        fprintf(f, "%-*s%-*s%.*s\n", MARGIN, margin, LABEL, label, (int)len, text);
        text += len;
        margin = label = "";
    }
}

static void print_wrapped(FILE *f, const char *label, const char *text)
{
    print_beside(f, "", label, text);
}

static void print_names(FILE *f, const char *label, const char *first, size_t size,
                        size_t count)
{
    for (size_t i = 0; i < count; i++)
        print_wrapped(f, i == 0 ? label : "", first + i * size);
}

static void print_weakness(FILE *f, const char *label, const struct hx_weakness *w)
{
    fprintf(f, "%*s%-*s%-16s", MARGIN, "", LABEL, label, w->cve[0] ? w->cve : "-");
    for (size_t k = 0; k < w->cwe_count; k++)
        fprintf(f, " CWE-%lld", (long long)w->cwes[k]);
    if (w->score)
        fprintf(f, "  %.1f  %s", (double)w->score / 10, w->cvss);
    fputc('\n', f);
}

static void print_verdicts(FILE *f, const struct hx_map_row *row, size_t s)
{
    fprintf(f, "%*s%-40s", MARGIN, "", row->says->scenarios[s]);
    for (size_t p = 0; p < row->profile_count; p++) {
        bool played = row->scenarios[s] && row->profiles[p];
        const char *word = played ? hx_verdict_word(row->cells[s][p].verdict) : "-";
        fprintf(f, " %-*s", p + 1 == row->profile_count ? 0 : VERDICT, word);
    }
    fputc('\n', f);
}

static void print_head(FILE *f, const struct hx_map_row *row)
{
    fprintf(f, "%*s%-40s", MARGIN, "", "");
    for (size_t p = 0; p < row->profile_count; p++)
        fprintf(f, " %-*s", p + 1 == row->profile_count ? 0 : VERDICT,
                hx_map_profile_word(row, p));
    fputc('\n', f);
}

static void print_row(FILE *f, const struct hx_map_row *row)
{
    const struct hx_communication *c = row->says;
    print_beside(f, c->id, c->date, c->device);
    print_names(f, "advisories", c->advisories[0], sizeof c->advisories[0],
                c->advisory_count);
    for (size_t i = 0; i < c->weakness_count; i++)
        print_weakness(f, i == 0 ? "weaknesses" : "", &c->weaknesses[i]);
    print_wrapped(f, "consequence", c->consequence);
    print_wrapped(f, "remedy", c->remedy);
    print_wrapped(f, "family", c->family);
    print_names(f, "fixed", c->fixed[0], sizeof c->fixed[0], c->fixed_count);
    print_head(f, row);
    for (size_t s = 0; s < c->scenario_count; s++)
        print_verdicts(f, row, s);
    for (size_t i = 0; i < row->hole_count; i++)
        print_wrapped(f, "hole", row->holes[i]);
    fputc('\n', f);
}

static void print_text(FILE *f, const struct hx_map *map)
{
    size_t attacks = 0;
    for (size_t i = 0; i < map->count; i++) {
        print_row(f, &map->rows[i]);
        attacks += hx_map_attacks(&map->rows[i]);
    }
    fprintf(f, "%zu communications, %zu attacks, %zu holes\n", map->count, attacks,
            map->holes);
}

// --- as a table for a page ---

// The scenarios' leading codes, each once: they are what tells classes apart.
static void print_codes(FILE *f, const struct hx_communication *c)
{
    const char *last = "";
    for (size_t s = 0; s < c->scenario_count; s++) {
        const char *id = c->scenarios[s];
        int len = (int)strcspn(id, "-");
        if (strncmp(last, id, (size_t)len + 1) == 0)
            continue;
        fprintf(f, "%s%.*s", *last ? " " : "", len, id);
        last = id;
    }
}

static void print_fixes(FILE *f, const struct hx_map_row *row)
{
    if (row->profile_count <= 2)
        fputc('-', f);
    for (size_t p = 1; p + 1 < row->profile_count; p++)
        fprintf(f, "%s%s: %zu", p > 1 ? ", " : "", hx_map_profile_word(row, p),
                hx_map_open(row, p));
}

static void print_markdown(FILE *f, const struct hx_map *map)
{
    fputs("| date | device | advisories | played by | attacks | open on the family |"
          " on its fix | on hardened |\n|---|---|---|---|---|---|---|---|\n",
          f);
    for (size_t i = 0; i < map->count; i++) {
        const struct hx_map_row *row = &map->rows[i];
        const struct hx_communication *c = row->says;
        fprintf(f, "| %s | %s | ", c->date, c->device);
        for (size_t k = 0; k < c->advisory_count; k++)
            fprintf(f, "%s%s", k > 0 ? ", " : "", c->advisories[k]);
        fputs(" | ", f);
        print_codes(f, c);
        fprintf(f, " | %zu | ", hx_map_attacks(row));
        if (row->profile_count > 1)
            fprintf(f, "%zu | ", hx_map_open(row, 0));
        else
            fputs("- | ", f);
        print_fixes(f, row);
        fprintf(f, " | %zu |\n", hx_map_open(row, row->profile_count - 1));
    }
}

int hx_list_advisories(FILE *f, const struct hx_map *map, enum hx_list_format format)
{
    if (format == HX_LIST_JSON)
        print_json(f, map);
    else if (format == HX_LIST_MARKDOWN)
        print_markdown(f, map);
    else
        print_text(f, map);
    return ferror(f) ? 1 : 0;
}
