// read.c - goes by a field table from a YAML tree to a struct

#include <scenario/fields.h>
#include <string.h>

enum { LISTED_MAX = 300 };

static const char *key_of(const void *context, size_t n)
{
    const struct hx_field *fields = context;
    return fields[n].key;
}

static size_t count_fields(const struct hx_field *fields)
{
    size_t n = 0;
    while (fields[n].key)
        n++;
    return n;
}

static bool refuse_key(const struct hx_reader *r, const struct hx_node *key,
                       const struct hx_field *fields)
{
    struct hx_choice among = {key_of, fields, count_fields(fields)};
    char found[80], known[LISTED_MAX];
    hx_found(key, found, sizeof found);
    const char *near = hx_nearest(key->text, &among);
    if (near)
        return hx_refuse(r, key, "unknown key %s, did you mean '%s'?", found, near);
    if (hx_list_words(&among, known, sizeof known))
        return hx_refuse(r, key, "unknown key %s, expected %s", found, known);
    return hx_refuse(r, key, "unknown key %s", found);
}

static bool refuse_kind(const struct hx_reader *r, const struct hx_node *node,
                        const char *says)
{
    char found[80];
    hx_found(node, found, sizeof found);
    return hx_refuse(r, node, "expected %s, found %s", says, found);
}

static bool read_entry(const struct hx_reader *r, const struct hx_node *map,
                       const struct hx_node *key, const struct hx_field *fields,
                       void *out)
{
    const struct hx_field *f = fields;
    while (f->key && strcmp(f->key, key->text) != 0)
        f++;
    if (!f->key)
        return refuse_key(r, key, fields);
    const struct hx_node *first = hx_node_key(map, key->text);
    if (first != key)
        return hx_refuse(r, key,
                         "expected each key once, found '%s' again, as in line %u",
                         f->key, first->line);
    return hx_read_value(r, key->next, f, out);
}

bool hx_read_map(const struct hx_reader *r, const struct hx_node *map,
                 const struct hx_field *fields, void *out)
{
    if (map->kind != HX_NODE_MAP)
        return refuse_kind(r, map, "a map");
    for (const struct hx_node *key = map->child; key; key = key->next->next)
        if (!read_entry(r, map, key, fields, out))
            return false;
    for (const struct hx_field *f = fields; f->key; f++)
        if (f->required && !hx_node_key(map, f->key))
            return hx_refuse(r, map, "expected the key '%s', found a map without it",
                             f->key);
    return true;
}

static bool count_items(const struct hx_reader *r, const struct hx_node *list,
                        const struct hx_field *f, size_t most)
{
    if (list->kind != HX_NODE_LIST)
        return refuse_kind(r, list, "a list");
    if (list->count < (size_t)f->min || list->count > most)
        return hx_refuse(r, list, "expected %d to %zu items, found %zu", (int)f->min,
                         most, list->count);
    return true;
}

static bool refuse_twice(const struct hx_reader *r, const struct hx_node *item)
{
    return hx_refuse(r, item, "expected each item once, found '%.40s' again",
                     item->text);
}

static bool read_bit(const struct hx_reader *r, const struct hx_node *item,
                     const struct hx_field *f, uint64_t bits[2])
{
    int64_t word = 0;
    if (!hx_read_word(r, item, f, &word))
        return false;
    uint64_t bit = UINT64_C(1) << (word % 64);
    if (bits[word / 64] & bit)
        return refuse_twice(r, item);
    bits[word / 64] |= bit;
    return true;
}

static bool read_bits(const struct hx_reader *r, const struct hx_node *list,
                      const struct hx_field *f, uint64_t bits[2])
{
    if (!count_items(r, list, f, f->words.count))
        return false;
    for (const struct hx_node *item = list->child; item; item = item->next)
        if (!read_bit(r, item, f, bits))
            return false;
    return true;
}

static bool read_set(const struct hx_reader *r, const struct hx_node *node,
                     const struct hx_field *f, void *out)
{
    uint64_t bits[2] = {0};
    bool scalar = node->kind == HX_NODE_SCALAR;
    if (scalar && f->all && strcmp(node->text, "all") == 0)
        bits[0] = hx_every_word(f);
    else if (scalar ? !read_bit(r, node, f, bits) : !read_bits(r, node, f, bits))
        return false;
    hx_put(f, out, (int64_t)bits[0]);
    return true;
}

static bool read_controls(const struct hx_reader *r, const struct hx_node *node,
                          const struct hx_field *f, void *out)
{
    struct tp_controls set = {{0}};
    if (!read_bits(r, node, f, set.lack))
        return false;
    memcpy((char *)out + f->offset, &set, sizeof set);
    return true;
}

static bool read_names(const struct hx_reader *r, const struct hx_node *list,
                       const struct hx_field *f, void *out)
{
    size_t n = 0;
    if (!count_items(r, list, f, f->most))
        return false;
    for (const struct hx_node *item = list->child; item; item = item->next, n++) {
        if (!hx_read_text(r, item, f, hx_element_of(f, out, n), hx_stride(f)))
            return false;
        for (size_t i = 0; i < n; i++)
            if (strcmp(hx_element(f, out, i), hx_element(f, out, n)) == 0)
                return refuse_twice(r, item);
    }
    hx_set_count(f, out, n);
    return true;
}

static bool read_ints(const struct hx_reader *r, const struct hx_node *list,
                      const struct hx_field *f, void *out)
{
    // The items' range is f's; the list itself may be of any length up to f->most.
    struct hx_field any = {.min = 0};
    size_t n = 0;
    if (!count_items(r, list, &any, f->most))
        return false;
    int64_t *to = hx_element_of(f, out, 0);
    for (const struct hx_node *item = list->child; item; item = item->next, n++) {
        if (!hx_read_number(r, item, f, &to[n]))
            return false;
        for (size_t i = 0; i < n; i++)
            if (to[i] == to[n])
                return refuse_twice(r, item);
    }
    hx_set_count(f, out, n);
    return true;
}

static bool read_item(const struct hx_reader *r, const struct hx_node *item,
                      const struct hx_field *f, void *element)
{
    if (f->type == HX_T_STEPS)
        return hx_read_step(r, item, element);
    hx_default(f->fields, element);
    if (f->line_offset > 0)
        memcpy((char *)element + f->line_offset, &item->line, sizeof item->line);
    return hx_read_map(r, item, f->fields, element);
}

static bool read_items(const struct hx_reader *r, const struct hx_node *list,
                       const struct hx_field *f, void *out)
{
    size_t n = 0;
    if (!count_items(r, list, f, f->most))
        return false;
    for (const struct hx_node *item = list->child; item; item = item->next, n++)
        if (!read_item(r, item, f, hx_element_of(f, out, n)))
            return false;
    hx_set_count(f, out, n);
    return true;
}

static bool read_submap(const struct hx_reader *r, const struct hx_node *map,
                        const struct hx_field *f, void *out)
{
    if (!hx_read_map(r, map, f->fields, out))
        return false;
    if (map->count / 2 < (size_t)f->min)
        return hx_refuse(r, map, "expected at least %d of its keys, found %zu",
                         (int)f->min, map->count / 2);
    return true;
}

bool hx_read_value(const struct hx_reader *r, const struct hx_node *node,
                   const struct hx_field *f, void *out)
{
    int64_t number = 0;
    if (f->or_nothing && hx_node_null(node))
        return true;
    switch (f->type) {
    case HX_T_NOTHING:
        return hx_node_null(node) || refuse_kind(r, node, "nothing");
    case HX_T_LINE:
    case HX_T_PROSE:
    case HX_T_NAME:
    case HX_T_DATE:
    case HX_T_LABEL:
        return hx_read_text(r, node, f, (char *)out + f->offset, f->size);
    case HX_T_BOOL:
    case HX_T_INT:
    case HX_T_NTH:
    case HX_T_OPCODE:
    case HX_T_DECIMAL:
    case HX_T_DURATION:
        if (!hx_read_number(r, node, f, &number))
            return false;
        hx_put(f, out, number);
        return true;
    case HX_T_WORD:
        if (!hx_read_word(r, node, f, &number))
            return false;
        hx_put(f, out, number);
        return true;
    case HX_T_SET:
        return read_set(r, node, f, out);
    case HX_T_CONTROLS:
        return read_controls(r, node, f, out);
    case HX_T_BYTES:
        return hx_read_bytes(r, node, f, out);
    case HX_T_NAMES:
        return read_names(r, node, f, out);
    case HX_T_INTS:
        return read_ints(r, node, f, out);
    case HX_T_MAP:
        return read_submap(r, node, f, out);
    case HX_T_MAPS:
    case HX_T_STEPS:
        return read_items(r, node, f, out);
    }
    return false;
}
