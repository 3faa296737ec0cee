// floor.h - what the cryptographic library alone would take
//
// The program is linked so that every call into libsodium passes through a recorder
// (--wrap in harness/meson.build), which is off but for one session of 'bench': then
// it writes down which function was called with how many bytes. The list is run bare
// afterwards, in the same process, as the floor that no implementation on the same
// library can go below.

#ifndef HARNESS_CMD_FLOOR_H
#define HARNESS_CMD_FLOOR_H

#include <stdbool.h>
#include <stddef.h>

// Begins to write down; forgets what was written before.
void hx_floor_record(void);

// Ends it and returns how many calls there were, of all and of public-key ones.
size_t hx_floor_stop(size_t *public_key);

// Makes all calls of the list once, on buffers of the same lengths; or only the
// public-key ones.
void hx_floor_run(bool public_key_only);

#endif
