// same.c - whether two values say the same, by the tables that files are read by

#include <scenario/fields.h>
#include <string.h>

static bool same_map(const struct hx_field *fields, const void *a, const void *b);

static bool same_step(const struct hx_step *a, const struct hx_step *b)
{
    struct hx_field fields[HX_ARGS_MAX + 2];
    if (a->actor != b->actor || a->verb != b->verb)
        return false;
    hx_verb_fields(a->verb, fields);
    return same_map(fields, a, b);
}

static bool same_element(const struct hx_field *f, const void *a, const void *b,
                         size_t n)
{
    const void *one = hx_element(f, a, n), *other = hx_element(f, b, n);
    if (f->type == HX_T_NAMES)
        return strcmp(one, other) == 0;
    if (f->type == HX_T_STEPS)
        return same_step(one, other);
    if (f->type == HX_T_MAPS)
        return same_map(f->fields, one, other);
    return memcmp(one, other, hx_stride(f)) == 0; // bytes or integers
}

static bool same_elements(const struct hx_field *f, const void *a, const void *b)
{
    size_t count = hx_count(f, a);
    if (count != hx_count(f, b))
        return false;
    for (size_t n = 0; n < count; n++)
        if (!same_element(f, a, b, n))
            return false;
    return true;
}

static bool same_value(const struct hx_field *f, const void *a, const void *b)
{
    const char *one = (const char *)a + f->offset, *other = (const char *)b + f->offset;
    if (f->type == HX_T_NOTHING)
        return true;
    if (f->type == HX_T_MAP)
        return same_map(f->fields, a, b);
    if (f->most > 0)
        return same_elements(f, a, b);
    if (f->type == HX_T_LINE || f->type == HX_T_PROSE || f->type == HX_T_NAME ||
        f->type == HX_T_LABEL || f->type == HX_T_DATE)
        return strcmp(one, other) == 0;
    // Numbers and sets of controls: whole words without padding.
    return memcmp(one, other, f->size) == 0;
}

static bool same_map(const struct hx_field *fields, const void *a, const void *b)
{
    for (const struct hx_field *f = fields; f->key; f++)
        if (!same_value(f, a, b))
            return false;
    return true;
}

bool hx_scenario_same(const struct hx_scenario *a, const struct hx_scenario *b)
{
    return same_map(hx_scenario_fields, a, b);
}

bool hx_profile_same(const struct hx_profile *a, const struct hx_profile *b)
{
    return same_map(hx_profile_fields, a, b);
}

bool hx_same_file(const struct hx_field *fields, const void *a, const void *b)
{
    return same_map(fields, a, b);
}
