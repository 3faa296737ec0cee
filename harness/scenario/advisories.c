// advisories.c - what the file of safety communications may hold, and its reading

#include <scenario/advisories.h>
#include <scenario/fields.h>
#include <stdlib.h>
#include <string.h>

#define OF_WEAKNESS(member) HX_MEMBER(struct hx_weakness, member)
#define OF_ROW(member)      HX_MEMBER(struct hx_communication, member)

enum { SCORE_MAX = 100, CWE_LAST = 9999 };

static const struct hx_field weakness_fields[] = {
    {.key = "cve",
     .type = HX_T_NAME,
     OF_WEAKNESS(cve),
     .help = "Its CVE number, where one was given."},
    {.key = "cwe",
     .type = HX_T_INTS,
     .required = true,
     HX_COUNTED(struct hx_weakness, cwes, cwe_count),
     .min = 1,
     .max = CWE_LAST,
     .help = "Its classes, by their CWE numbers."},
    {.key = "cvss",
     .type = HX_T_LINE,
     OF_WEAKNESS(cvss),
     .help = "The base vector of CVSS version 3, as published."},
    {.key = "score",
     .type = HX_T_DECIMAL,
     OF_WEAKNESS(score),
     .places = 1,
     .max = SCORE_MAX,
     .help = "The base score, as published with the vector."},
    {0},
};

static const struct hx_field row_fields[] = {
    {.key = "id",
     .type = HX_T_NAME,
     .required = true,
     OF_ROW(id),
     .help = "The row's number, in quotes; a letter where one date's row is two."},
    {.key = "date",
     .type = HX_T_DATE,
     .required = true,
     OF_ROW(date),
     .help = "The day of the communication."},
    {.key = "device",
     .type = HX_T_LINE,
     .required = true,
     OF_ROW(device),
     .help = "What kind of device it speaks of, without trade names."},
    {.key = "advisories",
     .type = HX_T_NAMES,
     .required = true,
     HX_COUNTED(struct hx_communication, advisories, advisory_count),
     .help = "The advisories that came with it, by their ids."},
    {.key = "weaknesses",
     .type = HX_T_MAPS,
     .required = true,
     HX_COUNTED(struct hx_communication, weaknesses, weakness_count),
     .min = 1,
     .fields = weakness_fields,
     .help = "What was found."},
    {.key = "consequence",
     .type = HX_T_LINE,
     .required = true,
     OF_ROW(consequence),
     .help = "What it could do to a patient."},
    {.key = "remedy",
     .type = HX_T_PROSE,
     .required = true,
     OF_ROW(remedy),
     .help = "What the maker shipped or advised."},
    {.key = "family",
     .type = HX_T_NAME,
     .required = true,
     OF_ROW(family),
     .help = "The profile of such devices."},
    {.key = "fixed",
     .type = HX_T_NAMES,
     HX_COUNTED(struct hx_communication, fixed, fixed_count),
     .help = "The profiles of what the maker shipped; none if nothing was."},
    {.key = "scenarios",
     .type = HX_T_NAMES,
     .required = true,
     HX_COUNTED(struct hx_communication, scenarios, scenario_count),
     .min = 1,
     .help = "The scenarios that play what it tells of."},
    {0},
};

const struct hx_field hx_advisories_fields[] = {
    {.key = "communications",
     .type = HX_T_MAPS,
     .required = true,
     HX_COUNTED(struct hx_advisories, rows, count),
     .min = 1,
     .fields = row_fields,
     .help = "The dated safety communications, the oldest first."},
    {0},
};

static bool check_weaknesses(const struct hx_reader *r, const struct hx_node *row,
                             const struct hx_communication *c)
{
    const struct hx_node *list = hx_node_key(row, "weaknesses")->next;
    for (size_t i = 0; i < c->weakness_count; i++) {
        const struct hx_weakness *w = &c->weaknesses[i];
        if ((w->cvss[0] != '\0') != (w->score > 0))
            return hx_refuse(r, hx_node_item(list, i),
                             "expected a vector and its score, found one without the "
                             "other");
    }
    return true;
}

static bool check_rows(const struct hx_reader *r, const struct hx_node *root,
                       const struct hx_advisories *a)
{
    const struct hx_node *row = hx_node_key(root, "communications")->next->child;
    for (size_t i = 0; i < a->count; i++, row = row->next) {
        const struct hx_communication *c = &a->rows[i];
        if (i > 0 && strcmp(a->rows[i - 1].date, c->date) > 0)
            return hx_refuse(r, hx_node_key(row, "date")->next,
                             "expected the order of their dates, found '%s' after '%s'",
                             c->date, a->rows[i - 1].date);
        for (size_t k = 0; k < i; k++)
            if (strcmp(a->rows[k].id, c->id) == 0)
                return hx_refuse(r, hx_node_key(row, "id")->next,
                                 "expected each id once, found '%s' again", c->id);
        if (!check_weaknesses(r, row, c))
            return false;
    }
    return true;
}

int hx_advisories_parse(const char *path, const uint8_t *text, size_t len,
                        struct hx_advisories *out, struct hx_error *err)
{
    struct hx_reader r = {path, err};
    struct hx_advisories *draft = calloc(1, sizeof *draft);
    struct hx_node *root = draft ? hx_tree_parse(&r, text, len) : NULL;
    if (!draft)
        hx_refuse(&r, NULL, "expected memory, found none");
    bool good = root && hx_read_map(&r, root, hx_advisories_fields, draft) &&
                check_rows(&r, root, draft);
    if (good) {
        snprintf(draft->path, sizeof draft->path, "%s", path);
        *out = *draft;
    }
    hx_tree_free(root);
    free(draft);
    return good ? 0 : -1;
}

int hx_advisories_load(const char *path, struct hx_advisories *out,
                       struct hx_error *err)
{
    size_t len = 0;
    uint8_t *text = hx_read_file(path, &len, err);
    int e = text ? hx_advisories_parse(path, text, len, out, err) : -1;
    free(text);
    return e;
}

void hx_advisories_print(FILE *f, const struct hx_advisories *a)
{
    hx_print_file(f, hx_advisories_fields, a);
}

bool hx_advisories_same(const struct hx_advisories *a, const struct hx_advisories *b)
{
    return hx_same_file(hx_advisories_fields, a, b);
}
