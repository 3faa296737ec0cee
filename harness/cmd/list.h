// list.h - what there is, and how it hangs together, on any stream

#ifndef HARNESS_CMD_LIST_H
#define HARNESS_CMD_LIST_H

#include <matrix/catalogue.h>

// Prints one kind of thing: "scenarios", "profiles", "controls" or "advisories", a
// line each or as a JSON array of objects.
//
// Fails  -1 if there is no such kind; 1 if f took not all of it; 0 otherwise.
int hx_list(FILE *f, const struct hx_catalogue *c, const char *kind, bool json);

#endif
