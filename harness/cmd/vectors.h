// vectors.h - telltale vectors: runs a file of published test vectors

#ifndef HARNESS_CMD_VECTORS_H
#define HARNESS_CMD_VECTORS_H

// Runs "vectors noise FILE [--json]"; argv[0] is "vectors".
//
// Returns the exit status: 0 if every vector that can be run holds, 1 if one does
// not or none can be run, 2 on bad usage or bad input, 3 if results could not be
// written.
int hx_cmd_vectors(int argc, const char **argv);

#endif
