// list.h - what there is, and how it hangs together, on any stream

#ifndef HARNESS_CMD_LIST_H
#define HARNESS_CMD_LIST_H

#include <matrix/map.h>

enum hx_list_format { HX_LIST_TEXT, HX_LIST_JSON, HX_LIST_MARKDOWN };

// Prints one kind of thing: "scenarios", "profiles" or "controls", a line each or as a
// JSON array of objects.
//
// Fails  -1 if there is no such kind; 1 if f took not all of it; 0 otherwise.
int hx_list(FILE *f, const struct hx_catalogue *c, const char *kind, bool json);

// Prints the map of safety communications: in full, as a JSON array of objects, or as
// a table for a page. Text keeps to 100 columns.
//
// Fails  1 if f took not all of it.
int hx_list_advisories(FILE *f, const struct hx_map *map, enum hx_list_format format);

#endif
