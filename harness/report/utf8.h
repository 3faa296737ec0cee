// utf8.h - text of unknown origin made fit for JSON, XML and a terminal

#ifndef HARNESS_REPORT_UTF8_H
#define HARNESS_REPORT_UTF8_H

#include <stdbool.h>
#include <stddef.h>

// Copies s, each byte that belongs to no valid character replaced by U+FFFD; without
// controls also each control character by a space. The copy is cut at a character's
// edge if cap is too small; 3 * strlen(s) + 1 is always enough.
void hx_utf8_clean(const char *s, bool controls, char *buf, size_t cap);

#endif
