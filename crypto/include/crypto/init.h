// init.h - readies the primitives, once for each program

#ifndef CRYPTO_INIT_H
#define CRYPTO_INIT_H

// Chooses the fastest implementations that this machine has. Everything works
// without it, more slowly. Programs and tests call it; no layer does.
//
// Fails  -1 if the library below cannot be readied; 0 otherwise.
int cr_init(void);

// The version of the library below, for reports. Static.
const char *cr_library_version(void);

#endif
