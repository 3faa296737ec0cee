// yaml.h - a YAML file as a tree that knows where each of its nodes stands
//
// Only what a scenario needs of YAML: maps, lists and scalars in one document.
// Anchors, aliases and tags are refused, since nobody could tell from an error
// which line to mend.

#ifndef HARNESS_SCENARIO_YAML_H
#define HARNESS_SCENARIO_YAML_H

#include <scenario/load.h>

enum hx_node_kind { HX_SCALAR, HX_LIST, HX_MAP };

// What YAML 1.1 takes a scalar for. In quotes it is always text.
enum hx_sense { HX_AS_TEXT, HX_AS_NULL, HX_AS_BOOL, HX_AS_NUMBER, HX_AS_OTHER };

struct hx_node {
    enum hx_node_kind kind;
    enum hx_sense sense;
    uint32_t line, column; // from 1
    char *text;            // of a scalar; ends with a NUL and may hold more of them
    size_t len;
    size_t count;           // entries of a list or map
    struct hx_node *first;  // of a list: its items; of a map: its keys
    struct hx_node *last;
    struct hx_node *next;
    struct hx_node *value; // of a key
};

// A file being read: where it comes from, and where to say what is wrong with it.
struct hx_source {
    const char *path;
    struct hx_error *err;
};

// Reads one document.
//
// Owner  the caller frees the tree with hx_yaml_free.
// Fails  NULL, and src->err says why.
struct hx_node *hx_yaml_read(const struct hx_source *src, const uint8_t *text,
                             size_t len);
void hx_yaml_free(struct hx_node *root);

// Says "FILE:LINE:COL: expected ..., found ..." and gives -1. found NULL: what stands
// there.
__attribute__((format(printf, 4, 5))) int hx_refuse(const struct hx_source *src,
                                                    const struct hx_node *at,
                                                    const char *found,
                                                    const char *expected, ...);

// Says what a node is, as found: "a map", "the number 42", "\"open\"".
void hx_describe(const struct hx_node *node, char *buf, size_t cap);

#endif
