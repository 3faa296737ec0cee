// yaml_tree.c - libyaml's events become a tree, or one error

#include <scenario/yaml_tree.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

struct builder {
    const struct hx_reader *r;
    struct hx_node *root;
    struct hx_node *open[HX_NESTING_MAX]; // the lists and maps around the next node
    size_t depth;
    size_t documents;
    bool done;
};

static struct hx_node place(const yaml_mark_t *mark)
{
    return (struct hx_node){.line = (uint32_t)mark->line + 1,
                            .col = (uint32_t)mark->column + 1};
}

static bool refuse_at(const struct builder *b, const yaml_mark_t *mark,
                      const char *says)
{
    struct hx_node at = place(mark);
    return hx_refuse(b->r, &at, "%s", says);
}

// Where the next node is to be linked in.
static struct hx_node **next_place(struct builder *b)
{
    if (b->depth == 0)
        return &b->root;
    struct hx_node *parent = b->open[b->depth - 1];
    return parent->last ? &parent->last->next : &parent->child;
}

static struct hx_node *add(struct builder *b, const yaml_event_t *e,
                           enum hx_node_kind kind)
{
    struct hx_node *parent = b->depth > 0 ? b->open[b->depth - 1] : NULL;
    if (parent && parent->kind == HX_NODE_MAP && parent->count % 2 == 0 &&
        kind != HX_NODE_SCALAR) {
        refuse_at(b, &e->start_mark, "expected a word as a key, found a list or a map");
        return NULL;
    }
    struct hx_node **node = next_place(b);
    *node = calloc(1, sizeof **node);
    if (!*node) {
        refuse_at(b, &e->start_mark, "out of memory");
        return NULL;
    }
    **node = place(&e->start_mark);
    (*node)->kind = kind;
    if (parent) {
        parent->last = *node;
        parent->count++;
    }
    return *node;
}

static bool take_scalar(struct builder *b, const yaml_event_t *e)
{
    const char *text = (const char *)e->data.scalar.value;
    size_t len = e->data.scalar.length;
    if (e->data.scalar.anchor)
        return refuse_at(b, &e->start_mark, "expected no anchor, found one");
    if (e->data.scalar.tag)
        return refuse_at(b, &e->start_mark, "expected no tag, found one");
    if (memchr(text, 0, len))
        return refuse_at(b, &e->start_mark, "expected text without NUL, found one");

    struct hx_node *node = add(b, e, HX_NODE_SCALAR);
    if (!node)
        return false;
    node->plain = e->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
    node->text = malloc(len + 1);
    if (!node->text)
        return refuse_at(b, &e->start_mark, "out of memory");
    memcpy(node->text, text, len);
    node->text[len] = '\0';
    return true;
}

static bool take_start(struct builder *b, const yaml_event_t *e, enum hx_node_kind kind)
{
    bool list = kind == HX_NODE_LIST;
    if (list ? e->data.sequence_start.anchor : e->data.mapping_start.anchor)
        return refuse_at(b, &e->start_mark, "expected no anchor, found one");
    if (list ? e->data.sequence_start.tag : e->data.mapping_start.tag)
        return refuse_at(b, &e->start_mark, "expected no tag, found one");
    if (b->depth == HX_NESTING_MAX)
        return refuse_at(b, &e->start_mark,
                         "expected less nesting, found a ninth level");

    struct hx_node *node = add(b, e, kind);
    if (!node)
        return false;
    b->open[b->depth++] = node;
    return true;
}

static bool take_document(struct builder *b, const yaml_event_t *e)
{
    const yaml_tag_directive_t *tags = e->data.document_start.tag_directives.start;
    if (e->data.document_start.version_directive ||
        tags != e->data.document_start.tag_directives.end)
        return refuse_at(b, &e->start_mark, "expected no directive, found one");
    if (++b->documents > 1)
        return refuse_at(b, &e->start_mark, "expected one document, found a second");
    return true;
}

static bool take(struct builder *b, const yaml_event_t *e)
{
    switch (e->type) {
    case YAML_DOCUMENT_START_EVENT:
        return take_document(b, e);
    case YAML_ALIAS_EVENT:
        return refuse_at(b, &e->start_mark, "expected no alias, found one");
    case YAML_SCALAR_EVENT:
        return take_scalar(b, e);
    case YAML_SEQUENCE_START_EVENT:
        return take_start(b, e, HX_NODE_LIST);
    case YAML_MAPPING_START_EVENT:
        return take_start(b, e, HX_NODE_MAP);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        b->depth--;
        return true;
    case YAML_STREAM_END_EVENT:
        b->done = true;
        return true;
    case YAML_STREAM_START_EVENT:
    case YAML_DOCUMENT_END_EVENT:
    case YAML_NO_EVENT:
        return true;
    }
    return refuse_at(b, &e->start_mark, "expected YAML, found something else");
}

// libyaml gives the place of a byte that is no text as an offset only.
static bool refuse_byte(const struct hx_reader *r, const uint8_t *text, size_t at,
                        const char *problem)
{
    struct hx_node place = {.line = 1, .col = 1};
    for (size_t i = 0; i < at; i++) {
        place.col += (text[i] & 0xC0) != 0x80;
        if (text[i] == '\n')
            place = (struct hx_node){.line = place.line + 1, .col = 1};
    }
    return hx_refuse(r, &place, "not YAML: %s", problem);
}

static bool refuse_yaml(const struct builder *b, const yaml_parser_t *p,
                        const uint8_t *text, size_t len)
{
    const char *problem = p->problem ? p->problem : "out of memory";
    if (p->error == YAML_READER_ERROR)
        return refuse_byte(b->r, text,
                           p->problem_offset < len ? p->problem_offset : len, problem);
    struct hx_node at = place(&p->problem_mark);
    return hx_refuse(b->r, &at, "not YAML: %s", problem);
}

static bool build(struct builder *b, yaml_parser_t *p, const uint8_t *text, size_t len)
{
    while (!b->done) {
        yaml_event_t e;
        if (!yaml_parser_parse(p, &e))
            return refuse_yaml(b, p, text, len);
        bool taken = take(b, &e);
        yaml_event_delete(&e);
        if (!taken)
            return false;
    }
    if (!b->root)
        return hx_refuse(b->r, NULL, "expected a map, found nothing");
    return true;
}

struct hx_node *hx_tree_parse(const struct hx_reader *r, const uint8_t *text,
                              size_t len)
{
    if (len > HX_FILE_MAX) {
        hx_refuse(r, NULL, "expected at most %d bytes, found %zu", HX_FILE_MAX, len);
        return NULL;
    }
    const uint8_t *nul = len > 0 ? memchr(text, 0, len) : NULL;
    if (nul) {
        refuse_byte(r, text, (size_t)(nul - text), "a NUL byte");
        return NULL;
    }
    yaml_parser_t p;
    if (!yaml_parser_initialize(&p)) {
        hx_refuse(r, NULL, "out of memory");
        return NULL;
    }
    yaml_parser_set_encoding(&p, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&p, len > 0 ? text : (const uint8_t *)"", len);

    struct builder b = {.r = r};
    bool built = build(&b, &p, text, len);
    yaml_parser_delete(&p);
    if (built)
        return b.root;
    hx_tree_free(b.root);
    return NULL;
}

void hx_tree_free(struct hx_node *root)
{
    if (!root)
        return;
    struct hx_node *next;
    for (struct hx_node *c = root->child; c; c = next) {
        next = c->next;
        hx_tree_free(c);
    }
    free(root->text);
    free(root);
}
