// schema.c - goes by the field tables to a JSON Schema that editors complete from
//
// Draft 7, which the editors' YAML extensions read.

#include <assert.h>
#include <jansson.h>
#include <scenario/advisories.h>
#include <scenario/fields.h>

#define URL "http://json-schema.org/draft-07/schema#"

// Characters that a text may not hold (hx_printable), line breaks apart.
#define UNPRINTABLE                                                                    \
    "\\u0000-\\u0009\\u000b-\\u001f\\u007f-\\u009f\\u2028\\u2029\\ufeff\\ufffe\\uffff"

static json_t *map_schema(const struct hx_field *fields, int64_t least);

static json_t *refuse_null(json_t *j)
{
    assert(j); // out of memory is the only way
    return j;
}

static void put(json_t *object, const char *key, json_t *value)
{
    int e = json_object_set_new(object, key, refuse_null(value));
    assert(e == 0);
    (void)e;
}

static void push(json_t *array, json_t *value)
{
    int e = json_array_append_new(array, refuse_null(value));
    assert(e == 0);
    (void)e;
}

static json_t *of_type(const char *type)
{
    return refuse_null(json_pack("{s:s}", "type", type));
}

static json_t *text_schema(const struct hx_field *f, size_t size)
{
    const char *pattern = "^[A-Za-z0-9][A-Za-z0-9.-]*$";
    if (f->type == HX_T_LABEL)
        pattern = "^[a-z][a-z0-9-]*$";
    if (f->type == HX_T_DATE)
        pattern = "^20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$";
    if (f->type == HX_T_LINE)
        pattern = "^[^\\n" UNPRINTABLE "]+$";
    if (f->type == HX_T_PROSE)
        pattern = "^\\n*[^\\n" UNPRINTABLE "][^" UNPRINTABLE "]*$";
    return refuse_null(json_pack("{s:s, s:I, s:s}", "type", "string", "maxLength",
                                 (json_int_t)size - 1, "pattern", pattern));
}

// A number as a file has it.
static json_t *decimal(int64_t value, unsigned places)
{
    int64_t unit = 1;
    while (places-- > 0)
        unit *= 10;
    if (value % unit == 0)
        return json_integer(value / unit);
    return json_real((double)value / (double)unit);
}

static json_t *range_schema(const struct hx_field *f, const char *type, int64_t least)
{
    json_t *j = of_type(type);
    put(j, "minimum", decimal(least, f->places));
    put(j, "maximum", decimal(f->max, f->places));
    return j;
}

static json_t *any_of(json_t *a, json_t *b)
{
    return refuse_null(json_pack("{s:[o, o]}", "anyOf", a, b));
}

static json_t *nth_schema(const struct hx_field *f)
{
    json_t *words = json_pack("{s:[s]}", "enum", "first");
    if (f->min < 0)
        push(json_object_get(words, "enum"), json_string("last"));
    return any_of(range_schema(f, "integer", 1), words);
}

static json_t *word_schema(const struct hx_field *f)
{
    json_t *words = json_array();
    for (size_t n = 0; n < f->words.count; n++)
        if (hx_allowed(f, n))
            push(words, json_string(f->words.at[n]));
    return refuse_null(json_pack("{s:o}", "enum", words));
}

static json_t *list_schema(json_t *items, int64_t least, size_t most)
{
    json_t *j = json_pack("{s:s, s:o, s:I}", "type", "array", "items", items,
                          "maxItems", (json_int_t)most);
    if (least > 0)
        put(j, "minItems", json_integer(least));
    return refuse_null(j);
}

static json_t *distinct(json_t *list)
{
    put(list, "uniqueItems", json_true());
    return list;
}

static json_t *set_schema(const struct hx_field *f)
{
    json_t *one = word_schema(f);
    if (f->all)
        push(json_object_get(one, "enum"), json_string("all"));
    return any_of(one, distinct(list_schema(word_schema(f), f->min, f->words.count)));
}

static json_t *bytes_schema(const struct hx_field *f)
{
    char pattern[64];
    snprintf(pattern, sizeof pattern, "^([0-9A-Fa-f]{2}){%d,%zu}$", (int)f->min,
             f->most);
    return refuse_null(json_pack("{s:s, s:s}", "type", "string", "pattern", pattern));
}

static json_t *steps_schema(const struct hx_field *f)
{
    json_t *actors = json_object();
    for (size_t a = 0; a < hx_actor_words.count; a++) {
        char ref[64];
        snprintf(ref, sizeof ref, "#/definitions/%s", hx_actor_words.at[a]);
        put(actors, hx_actor_words.at[a], json_pack("{s:s}", "$ref", ref));
    }
    json_t *step =
        json_pack("{s:s, s:o, s:b, s:i, s:i}", "type", "object", "properties", actors,
                  "additionalProperties", 0, "minProperties", 1, "maxProperties", 1);
    return list_schema(refuse_null(step), f->min, f->most);
}

static json_t *type_schema(const struct hx_field *f)
{
    switch (f->type) {
    case HX_T_NOTHING:
        return of_type("null");
    case HX_T_LINE:
    case HX_T_PROSE:
    case HX_T_NAME:
    case HX_T_DATE:
    case HX_T_LABEL:
        return text_schema(f, f->size);
    case HX_T_BOOL: // on and off are truth values or texts: YAML 1.1 and 1.2 differ
        return refuse_null(json_pack("{s:[b, b, s, s, s, s]}", "enum", 1, 0, "on",
                                     "off", "yes", "no"));
    case HX_T_INT:
    case HX_T_OPCODE:
        return range_schema(f, "integer", f->min);
    case HX_T_NTH:
        return nth_schema(f);
    case HX_T_DECIMAL:
        return range_schema(f, "number", f->min);
    case HX_T_DURATION:
        return refuse_null(json_pack("{s:s, s:s}", "type", "string", "pattern",
                                     "^(0|[1-9][0-9]*)(us|ms|s|min|h|d)$"));
    case HX_T_WORD:
        return word_schema(f);
    case HX_T_SET:
        return set_schema(f);
    case HX_T_CONTROLS:
        return distinct(list_schema(word_schema(f), f->min, f->words.count));
    case HX_T_BYTES:
        return bytes_schema(f);
    case HX_T_NAMES:
        return distinct(list_schema(text_schema(f, hx_stride(f)), f->min, f->most));
    case HX_T_INTS:
        return distinct(list_schema(range_schema(f, "integer", f->min), 0, f->most));
    case HX_T_MAP:
        return map_schema(f->fields, f->min);
    case HX_T_MAPS:
        return list_schema(map_schema(f->fields, 0), f->min, f->most);
    case HX_T_STEPS:
        return steps_schema(f);
    }
    return NULL;
}

static json_t *field_schema(const struct hx_field *f)
{
    json_t *j = type_schema(f);
    if (f->or_nothing)
        j = any_of(of_type("null"), j);
    if (f->help)
        put(j, "description", json_string(f->help));
    return j;
}

static json_t *map_schema(const struct hx_field *fields, int64_t least)
{
    json_t *properties = json_object(), *required = json_array();
    for (const struct hx_field *f = fields; f->key; f++) {
        put(properties, f->key, field_schema(f));
        if (f->required)
            push(required, json_string(f->key));
    }
    json_t *j = json_pack("{s:s, s:o, s:o, s:b}", "type", "object", "properties",
                          properties, "required", required, "additionalProperties", 0);
    if (least > 0)
        put(j, "minProperties", json_integer(least));
    return refuse_null(j);
}

// What may stand behind an actor's key.
static json_t *actor_schema(enum hx_actor actor)
{
    if (actor == HX_ACTOR_WAIT)
        return field_schema(&hx_verbs[HX_DO_WAIT].value);
    json_t *verbs = json_array();
    for (enum hx_verb v = 0; v < HX_DO_COUNT; v++) {
        struct hx_field fields[HX_ARGS_MAX + 2];
        if (!(hx_verbs[v].actors >> actor & 1))
            continue;
        hx_verb_fields(v, fields);
        push(verbs, map_schema(fields, 0));
    }
    return refuse_null(json_pack("{s:o}", "anyOf", verbs));
}

// The rules of check.c that a schema can say: what an attack has and a story has not.
static void put_kinds(json_t *j)
{
    put(j, "if",
        json_pack("{s:{s:{s:s}}, s:[s]}", "properties", "kind", "const", "story",
                  "required", "kind"));
    put(j, "then",
        json_pack("{s:{s:b, s:b}}", "properties", "opened_by", 0, "tier", 0));
    put(j, "else",
        json_pack("{s:[s, s, s]}", "required", "category", "tier", "opened_by"));
}

static void print_schema(FILE *f, const char *title, json_t *map)
{
    json_t *j = refuse_null(json_pack("{s:s, s:s}", "$schema", URL, "title", title));
    int e = json_object_update(j, map);
    assert(e == 0);
    json_decref(map);
    e = json_dumpf(j, f, JSON_INDENT(2));
    assert(e == 0 || ferror(f));
    (void)e;
    fputc('\n', f);
    json_decref(j);
}

void hx_schema_scenario(FILE *f)
{
    json_t *map = map_schema(hx_scenario_fields, 0), *actors = json_object();
    for (enum hx_actor a = 0; a < HX_ACTOR_COUNT; a++)
        put(actors, hx_actor_words.at[a], actor_schema(a));
    put_kinds(map);
    put(map, "definitions", actors);
    print_schema(f, "Telltale scenario", map);
}

void hx_schema_advisories(FILE *f)
{
    print_schema(f, "Telltale advisories", map_schema(hx_advisories_fields, 0));
}

void hx_schema_profile(FILE *f)
{
    print_schema(f, "Telltale profile", map_schema(hx_profile_fields, 0));
}
