// yaml_tree.h - a YAML document as a tree whose every node knows its place
//
// Deliberately less than YAML: one document, keys that are words, no anchors,
// aliases, tags or directives, and so no two ways of reading a file.

#ifndef HARNESS_SCENARIO_YAML_TREE_H
#define HARNESS_SCENARIO_YAML_TREE_H

#include <scenario/load.h>

enum hx_node_kind { HX_NODE_SCALAR, HX_NODE_LIST, HX_NODE_MAP };

struct hx_node {
    enum hx_node_kind kind;
    uint32_t line, col;
    bool plain;            // a scalar without quotes
    char *text;            // a scalar's, with no NUL but the last; else NULL
    struct hx_node *child; // a list's first item; a map's first key
    struct hx_node *last;
    size_t count;         // of children
    struct hx_node *next; // after a key its value, after that the next key
};

// Who reads, and where to say what is wrong.
struct hx_reader {
    const char *path;
    struct hx_error *err;
};

// Fills r->err with the node's place (the first of the file if NULL) and what is
// wrong there. Always false.
bool hx_refuse(const struct hx_reader *r, const struct hx_node *at, const char *format,
               ...) __attribute__((format(printf, 3, 4)));

// Says what a node is, briefly and in printable characters, for "found ...".
void hx_found(const struct hx_node *node, char *buf, size_t cap);

// Reads the one document in text[0..len).
//
// Owner  the tree is the caller's, to be given to hx_tree_free.
// Fails  NULL, *r->err says why.
struct hx_node *hx_tree_parse(const struct hx_reader *r, const uint8_t *text,
                              size_t len);
void hx_tree_free(struct hx_node *root);

// The key of this name in a map, or the nth item of a list; NULL if there is none. A
// key's value is key->next.
const struct hx_node *hx_node_key(const struct hx_node *map, const char *key);
const struct hx_node *hx_node_item(const struct hx_node *list, size_t n);

// Whether a plain scalar is null, as in "close:" with nothing behind it.
bool hx_node_null(const struct hx_node *node);

// Whether other readers of YAML, of one version or another, would take a text without
// quotes for a number, a truth value, a date or null.
bool hx_ambiguous(const char *text);

#endif
