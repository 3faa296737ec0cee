// pcapng.h - the air of a run as a packet capture
//
// One interface a link: rf, near, uplink. Link type 147 (USER0), as no registered one
// fits; a dissector is assigned to it by hand. Blocks are written in the machine's byte
// order, as the format has it.
//
//   0       4       8                                len-4    len
//   +-------+-------+--------------------------------+--------+
//   | type  | len   | fields, padded to 4; options   | len    |
//   +-------+-------+--------------------------------+--------+

#ifndef HARNESS_REPORT_PCAPNG_H
#define HARNESS_REPORT_PCAPNG_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

// Writes the section header and the interfaces.
//
// Fails  -1 if f does not take them.
int hx_pcapng_begin(FILE *f);

// Writes one packet. link is an enum ep_link; comment may be NULL or empty.
//
// Fails  -1 if f does not take it, or link is none.
int hx_pcapng_packet(FILE *f, int link, uint64_t time_us, const uint8_t *bytes,
                     size_t len, const char *comment);

#endif
