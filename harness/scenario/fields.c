// fields.c - what everything that walks a field table shares

#include <assert.h>
#include <scenario/fields.h>
#include <string.h>

static const void *member(const struct hx_field *f, const void *base)
{
    return (const char *)base + f->offset;
}

int64_t hx_get(const struct hx_field *f, const void *base)
{
    uint32_t narrow;
    int64_t wide;
    assert(f->size == sizeof wide || f->size == sizeof narrow);
    if (f->size == sizeof wide) {
        memcpy(&wide, member(f, base), sizeof wide);
        return wide;
    }
    memcpy(&narrow, member(f, base), sizeof narrow);
    return narrow;
}

void hx_put(const struct hx_field *f, void *base, int64_t value)
{
    uint32_t narrow = (uint32_t)value;
    assert(f->size == sizeof value || f->size == sizeof narrow);
    char *to = (char *)base + f->offset;
    if (f->size == sizeof value)
        memcpy(to, &value, sizeof value);
    else
        memcpy(to, &narrow, sizeof narrow);
}

size_t hx_count(const struct hx_field *f, const void *base)
{
    size_t count;
    memcpy(&count, (const char *)base + f->count_offset, sizeof count);
    return count;
}

void hx_set_count(const struct hx_field *f, void *base, size_t count)
{
    memcpy((char *)base + f->count_offset, &count, sizeof count);
}

size_t hx_stride(const struct hx_field *f)
{
    return f->size / f->most;
}

const void *hx_element(const struct hx_field *f, const void *base, size_t n)
{
    return (const char *)member(f, base) + n * hx_stride(f);
}

void *hx_element_of(const struct hx_field *f, void *base, size_t n)
{
    return (char *)base + f->offset + n * hx_stride(f);
}

static void default_one(const struct hx_field *f, void *base)
{
    switch (f->type) {
    case HX_T_NOTHING:
        return;
    case HX_T_LINE:
    case HX_T_PROSE:
    case HX_T_NAME:
    case HX_T_DATE:
    case HX_T_LABEL:
    case HX_T_CONTROLS:
        memset((char *)base + f->offset, 0, f->size);
        return;
    case HX_T_BOOL:
    case HX_T_INT:
    case HX_T_NTH:
    case HX_T_OPCODE:
    case HX_T_DECIMAL:
    case HX_T_DURATION:
    case HX_T_WORD:
    case HX_T_SET:
        hx_put(f, base, f->otherwise);
        return;
    case HX_T_BYTES:
    case HX_T_NAMES:
    case HX_T_INTS:
    case HX_T_MAPS:
    case HX_T_STEPS:
        hx_set_count(f, base, 0);
        return;
    case HX_T_MAP:
        hx_default(f->fields, base);
        return;
    }
}

void hx_default(const struct hx_field *fields, void *base)
{
    for (const struct hx_field *f = fields; f->key; f++)
        default_one(f, base);
}

static bool lacks_nothing(const struct hx_field *f, const void *base)
{
    static const struct tp_controls none;
    struct tp_controls c;
    memcpy(&c, member(f, base), sizeof c);
    return memcmp(c.lack, none.lack, sizeof c.lack) == 0;
}

static bool all_default(const struct hx_field *fields, const void *base)
{
    const struct hx_field *f = fields;
    while (f->key && hx_is_default(f, base))
        f++;
    return !f->key;
}

bool hx_is_default(const struct hx_field *f, const void *base)
{
    switch (f->type) {
    case HX_T_NOTHING:
        return true;
    case HX_T_LINE:
    case HX_T_PROSE:
    case HX_T_NAME:
    case HX_T_DATE:
    case HX_T_LABEL:
        return *(const char *)member(f, base) == '\0';
    case HX_T_CONTROLS:
        return lacks_nothing(f, base);
    case HX_T_BOOL:
    case HX_T_INT:
    case HX_T_NTH:
    case HX_T_OPCODE:
    case HX_T_DECIMAL:
    case HX_T_DURATION:
    case HX_T_WORD:
    case HX_T_SET:
        return hx_get(f, base) == f->otherwise;
    case HX_T_BYTES:
    case HX_T_NAMES:
    case HX_T_INTS:
    case HX_T_MAPS:
    case HX_T_STEPS:
        return hx_count(f, base) == 0;
    case HX_T_MAP:
        return all_default(f->fields, base);
    }
    return false;
}
