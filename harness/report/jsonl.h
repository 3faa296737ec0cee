// jsonl.h - a trace as one JSON object a line
//
// Times are microseconds of virtual time, bytes are hex digits. Text that is not valid
// UTF-8 has each wrong byte replaced by U+FFFD. A failed write shows in ferror(f).

#ifndef HARNESS_REPORT_JSONL_H
#define HARNESS_REPORT_JSONL_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

// A frame as the air carried it. comment may be NULL.
void hx_jsonl_frame(FILE *f, uint64_t t_us, const char *from, const char *to,
                    const char *link, const uint8_t *bytes, size_t len,
                    const char *comment);

// What an endpoint put out. bytes may be NULL if len is 0.
void hx_jsonl_output(FILE *f, uint64_t t_us, const char *node, const char *kind,
                     unsigned code, const uint8_t *bytes, size_t len);

// What somebody did or found, in words.
void hx_jsonl_note(FILE *f, uint64_t t_us, const char *who, const char *text);

#endif
