// baseline_read.c - an earlier result, checked member by member
//
// Strict about all that a comparison uses: a file that is half understood would make
// a change look harmless.

#include <jansson.h>
#include <report/baseline.h>
#include <report/report.h>
#include <report/utf8.h>
#include <report/words.h>
#include <stdlib.h>
#include <string.h>

struct reading {
    const char *path, *text;
    struct hx_error *err;
};

static bool refuse(const struct reading *r, size_t line, const char *expected)
{
    char path[200], what[256];
    hx_utf8_clean(r->path, false, path, sizeof path);
    hx_utf8_clean(expected, false, what, sizeof what);
    snprintf(r->err->text, sizeof r->err->text, "%s:%zu: expected %s", path, line,
             what);
    return false;
}

static bool refuse_at(const struct reading *r, const char *list, size_t index,
                      const char *member, const char *expected)
{
    return refuse(r, hx_json_line(r->text, list, index, member), expected);
}

static int by_ids(const void *a, const void *b)
{
    const struct hx_old_cell *p = a, *q = b;
    int order = strcmp(p->scenario, q->scenario);
    return order ? order : strcmp(p->profile, q->profile);
}

static bool read_cell(const struct reading *r, const json_t *o, struct hx_old_cell *c)
{
    const char *verdict = json_string_value(json_object_get(o, "verdict"));
    c->scenario = json_string_value(json_object_get(o, "scenario"));
    c->profile = json_string_value(json_object_get(o, "profile"));
    c->verdict = verdict ? hx_verdict_find(verdict) : HX_VERDICT_COUNT;
    if (!json_is_object(o))
        return refuse_at(r, "cells", c->index, NULL, "an object for a cell");
    if (!c->scenario)
        return refuse_at(r, "cells", c->index, "scenario",
                         "\"scenario\": the id of one");
    if (!c->profile)
        return refuse_at(r, "cells", c->index, "profile", "\"profile\": the id of one");
    if (c->verdict == HX_VERDICT_COUNT)
        return refuse_at(r, "cells", c->index, "verdict",
                         "\"verdict\": a verdict such as \"stopped\"");
    return true;
}

static bool check_once(const struct reading *r, const struct hx_baseline *b)
{
    for (size_t i = 1; i < b->cell_count; i++) {
        const struct hx_old_cell *c = &b->cells[i], *last = &b->cells[i - 1];
        if (by_ids(last, c) == 0)
            return refuse_at(r, "cells",
                             last->index > c->index ? last->index : c->index, NULL,
                             "each pair of scenario and profile once");
    }
    return true;
}

static bool read_cells(const struct reading *r, const json_t *root,
                       struct hx_baseline *b)
{
    const json_t *list = json_object_get(root, "cells");
    size_t count = json_array_size(list);
    if (!json_is_array(list))
        return refuse_at(r, "cells", SIZE_MAX, NULL, "\"cells\": a list");
    b->cells = calloc(count + 1, sizeof *b->cells);
    if (!b->cells)
        return refuse(r, 1, "a result that fits into memory");
    for (size_t i = 0; i < count; i++) {
        b->cells[i].index = i;
        if (!read_cell(r, json_array_get(list, i), &b->cells[i]))
            return false;
    }
    b->cell_count = count;
    qsort(b->cells, count, sizeof *b->cells, by_ids);
    return check_once(r, b);
}

static bool read_control(const struct reading *r, const json_t *o, size_t i,
                         struct hx_baseline *b)
{
    const char *id = json_string_value(json_object_get(o, "id"));
    const char *word = json_string_value(json_object_get(o, "killed"));
    unsigned killed = HX_ALIVE;
    if (!id)
        return refuse_at(r, "controls", i, "id", "\"id\": the name of a control");
    while (word && killed <= HX_SOLE && strcmp(word, hx_killed_word(killed)) != 0)
        killed++;
    if (!word || killed > HX_SOLE)
        return refuse_at(r, "controls", i, "killed",
                         "\"killed\": sole, layered or alive");
    enum tp_control c = tp_control_find(id);
    if (c >= TP_CTL_COUNT)
        return true; // there was one then; there is none now
    if (b->listed[c])
        return refuse_at(r, "controls", i, "id", "each control once");
    b->listed[c] = true;
    b->killed[c] = (enum hx_killed)killed;
    return true;
}

static bool read_controls(const struct reading *r, const json_t *root,
                          struct hx_baseline *b)
{
    const json_t *list = json_object_get(root, "controls");
    if (!json_is_array(list))
        return refuse_at(r, "controls", SIZE_MAX, NULL, "\"controls\": a list");
    for (size_t i = 0; i < json_array_size(list); i++)
        if (!read_control(r, json_array_get(list, i), i, b))
            return false;
    return true;
}

static bool read_root(const struct reading *r, const json_t *root,
                      struct hx_baseline *b)
{
    const json_t *schema = json_object_get(root, "schema");
    const json_t *whole = json_object_get(root, "whole");
    if (!json_is_object(root))
        return refuse(r, 1, "a result: an object with \"schema\": 1");
    if (!json_is_integer(schema) || json_integer_value(schema) != HX_REPORT_SCHEMA)
        return refuse_at(r, "schema", SIZE_MAX, NULL, "\"schema\": 1");
    if (whole && !json_is_boolean(whole))
        return refuse_at(r, "whole", SIZE_MAX, NULL, "\"whole\": true or false");
    b->whole = !whole || json_is_true(whole);
    return read_cells(r, root, b) && read_controls(r, root, b);
}

static json_t *parse(const struct reading *r, size_t len)
{
    char expected[JSON_ERROR_TEXT_LENGTH + 32];
    json_error_t e;
    json_t *root = json_loadb(r->text, len, JSON_REJECT_DUPLICATES, &e);
    if (root)
        return root;
    snprintf(expected, sizeof expected, "a JSON result: %s", e.text);
    refuse(r, e.line > 0 ? (size_t)e.line : 1, expected);
    return NULL;
}

int hx_baseline_read(const char *path, const uint8_t *text, size_t len,
                     struct hx_baseline *out, struct hx_error *err)
{
    *out = (struct hx_baseline){0};
    char *copy = malloc(len + 1);
    struct reading r = {.path = path, .text = copy, .err = err};
    if (!copy) {
        refuse(&r, 1, "a result that fits into memory");
        return -1;
    }
    if (len > 0)
        memcpy(copy, text, len);
    copy[len] = '\0';
    out->owned = parse(&r, len);
    bool good = out->owned && read_root(&r, out->owned, out);
    free(copy);
    if (!good)
        hx_baseline_free(out);
    return good ? 0 : -1;
}

void hx_baseline_free(struct hx_baseline *b)
{
    free(b->cells);
    json_decref(b->owned);
    *b = (struct hx_baseline){0};
}

const struct hx_old_cell *hx_baseline_cell(const struct hx_baseline *b,
                                           const char *scenario, const char *profile)
{
    struct hx_old_cell key = {.scenario = scenario, .profile = profile};
    if (b->cell_count == 0)
        return NULL;
    return bsearch(&key, b->cells, b->cell_count, sizeof key, by_ids);
}
