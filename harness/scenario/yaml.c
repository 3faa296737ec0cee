// libyaml's events, put together into a tree.

#include "yaml.h"
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

// Plain scalars that YAML 1.1 takes for something else than text.
static const char number_pattern[] =
    "^([-+]?0b[01_]+|[-+]?0[0-7_]+|[-+]?(0|[1-9][0-9_]*)|[-+]?0x[0-9a-fA-F_]+"
    "|[-+]?[1-9][0-9_]*(:[0-5]?[0-9])+|[-+]?[0-9][0-9_]*\\.[0-9_]*([eE][-+][0-9]+)?"
    "|[-+]?\\.[0-9][0-9_]*([eE][-+][0-9]+)?"
    "|[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+\\.[0-9_]*"
    "|[-+]?\\.(inf|Inf|INF)|\\.(nan|NaN|NAN))$";
static const char date_pattern[] =
    "^([0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{4}-[0-9][0-9]?-[0-9][0-9]?([Tt]|[ \t]+)"
    "[0-9][0-9]?:[0-9]{2}:[0-9]{2}(\\.[0-9]*)?"
    "([ \t]*(Z|[-+][0-9][0-9]?(:[0-9]{2})?))?)$";

struct builder {
    const struct hx_source *src;
    yaml_parser_t parser;
    regex_t number, date;
    struct hx_node *root, *key;           // key: waits for its value
    struct hx_node *open[HX_NESTING_MAX]; // maps and lists not yet ended
    size_t depth;
};

void hx_yaml_free(struct hx_node *root)
{
    if (!root)
        return;
    for (struct hx_node *child = root->first, *next; child; child = next) {
        next = child->next;
        hx_yaml_free(child);
    }
    hx_yaml_free(root->value);
    free(root->text);
    free(root);
}

static bool among(const char *text, const char *const *words)
{
    while (*words && strcmp(*words, text) != 0)
        words++;
    return *words;
}

static enum hx_sense sense_of(const struct builder *b, const char *text)
{
    static const char *const nulls[] = {"", "~", "null", "Null", "NULL", NULL};
    static const char *const bools[] = {
        "yes",  "Yes",  "YES",  "no",    "No",    "NO",    "on",  "On",  "ON",  "off",
        "Off",  "OFF",  "true", "True",  "TRUE",  "false", "False", "FALSE", NULL};
    static const char *const others[] = {"=", "<<", NULL};
    if (among(text, nulls))
        return HX_AS_NULL;
    if (among(text, bools))
        return HX_AS_BOOL;
    if (among(text, others))
        return HX_AS_OTHER;
    if (!strchr("+-.0123456789", *text))
        return HX_AS_TEXT;
    if (regexec(&b->number, text, 0, NULL, 0) == 0)
        return HX_AS_NUMBER;
    return regexec(&b->date, text, 0, NULL, 0) == 0 ? HX_AS_OTHER : HX_AS_TEXT;
}

static struct hx_node at_mark(const yaml_mark_t *mark)
{
    return (struct hx_node){.line = (uint32_t)mark->line + 1,
                            .column = (uint32_t)mark->column + 1};
}

static int refuse_at(const struct builder *b, const yaml_mark_t *mark,
                     const char *expected, const char *found)
{
    struct hx_node at = at_mark(mark);
    return hx_refuse(b->src, &at, found, "%s", expected);
}

// Hangs a new node below what is open; on success the tree owns it.
static int attach(struct builder *b, struct hx_node *node)
{
    struct hx_node *parent = b->depth ? b->open[b->depth - 1] : NULL;
    if (!parent) {
        b->root = node;
        return 0;
    }
    if (b->key) {
        b->key->value = node;
        b->key = NULL;
        return 0;
    }
    if (parent->kind == HX_MAP) {
        if (node->kind != HX_SCALAR)
            return hx_refuse(b->src, node, NULL, "a key");
        b->key = node;
    }
    if (parent->last)
        parent->last->next = node;
    else
        parent->first = node;
    parent->last = node;
    parent->count++;
    return 0;
}

static int add_node(struct builder *b, const yaml_event_t *e, enum hx_node_kind kind)
{
    struct hx_node *node = malloc(sizeof *node);
    if (!node)
        return refuse_at(b, &e->start_mark, "memory", "none");
    *node = at_mark(&e->start_mark);
    node->kind = kind;
    if (attach(b, node) != 0) {
        free(node);
        return -1;
    }
    if (kind == HX_SCALAR) {
        size_t len = e->data.scalar.length;
        node->text = malloc(len + 1);
        if (!node->text)
            return refuse_at(b, &e->start_mark, "memory", "none");
        memcpy(node->text, e->data.scalar.value, len);
        node->text[len] = 0;
        node->len = len;
        if (e->data.scalar.style == YAML_PLAIN_SCALAR_STYLE)
            node->sense = sense_of(b, node->text);
        return 0;
    }
    if (b->depth == HX_NESTING_MAX)
        return refuse_at(b, &e->start_mark, "less nesting", "one level too many");
    b->open[b->depth++] = node;
    return 0;
}

// Anchors and tags, which the three kinds of node keep in different places.
static int check_plain(const struct builder *b, const yaml_event_t *e,
                       const yaml_char_t *anchor, const yaml_char_t *tag)
{
    if (anchor)
        return refuse_at(b, &e->start_mark, "a value in full", "an anchor");
    if (tag)
        return refuse_at(b, &e->start_mark, "a value without a tag", "a tag");
    return 0;
}

static int take(struct builder *b, const yaml_event_t *e)
{
    switch ((int)e->type) {
    case YAML_ALIAS_EVENT:
        return refuse_at(b, &e->start_mark, "a value in full", "an alias");
    case YAML_SCALAR_EVENT:
        if (check_plain(b, e, e->data.scalar.anchor, e->data.scalar.tag) != 0)
            return -1;
        return add_node(b, e, HX_SCALAR);
    case YAML_SEQUENCE_START_EVENT:
        if (check_plain(b, e, e->data.sequence_start.anchor,
                        e->data.sequence_start.tag) != 0)
            return -1;
        return add_node(b, e, HX_LIST);
    case YAML_MAPPING_START_EVENT:
        if (check_plain(b, e, e->data.mapping_start.anchor,
                        e->data.mapping_start.tag) != 0)
            return -1;
        return add_node(b, e, HX_MAP);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        b->depth--;
        return 0;
    case YAML_DOCUMENT_START_EVENT:
        if (b->root)
            return refuse_at(b, &e->start_mark, "one document", "a second");
        return 0;
    default:
        return 0;
    }
}

// The reader's errors tell no line, only a number of bytes.
static void place_bytes(const uint8_t *text, size_t len, size_t offset,
                        yaml_mark_t *out)
{
    *out = (yaml_mark_t){0};
    for (size_t i = 0; i < offset && i < len; i++) {
        out->column += (text[i] & 0xc0) != 0x80;
        if (text[i] == '\n') {
            out->line++;
            out->column = 0;
        }
    }
}

static int refuse_syntax(struct builder *b, const uint8_t *text, size_t len)
{
    yaml_mark_t mark = b->parser.problem_mark;
    if (b->parser.error == YAML_READER_ERROR)
        place_bytes(text, len, b->parser.problem_offset, &mark);
    const char *problem = b->parser.problem;
    return refuse_at(b, &mark, "YAML", problem ? problem : "none");
}

static int build(struct builder *b, const uint8_t *text, size_t len)
{
    yaml_parser_set_encoding(&b->parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&b->parser, text, len);
    for (bool more = true; more;) {
        yaml_event_t e;
        if (!yaml_parser_parse(&b->parser, &e))
            return refuse_syntax(b, text, len);
        int told = take(b, &e);
        more = e.type != YAML_STREAM_END_EVENT;
        yaml_event_delete(&e);
        if (told != 0)
            return -1;
    }
    if (!b->root)
        return refuse_at(b, &(yaml_mark_t){0}, "a map", "an empty file");
    return 0;
}

struct hx_node *hx_yaml_read(const struct hx_source *src, const uint8_t *text,
                             size_t len)
{
    struct builder b = {.src = src};
    if (len > HX_FILE_MAX) {
        refuse_at(&b, &(yaml_mark_t){0}, "at most 256 KiB", "more");
        return NULL;
    }
    if (!yaml_parser_initialize(&b.parser)) {
        refuse_at(&b, &(yaml_mark_t){0}, "memory", "none");
        return NULL;
    }
    int bad = regcomp(&b.number, number_pattern, REG_EXTENDED | REG_NOSUB);
    if (bad == 0) {
        bad = regcomp(&b.date, date_pattern, REG_EXTENDED | REG_NOSUB);
        if (bad == 0)
            bad = build(&b, text, len);
        regfree(&b.date);
    }
    regfree(&b.number);
    yaml_parser_delete(&b.parser);
    if (bad == 0)
        return b.root;
    hx_yaml_free(b.root);
    return NULL;
}
