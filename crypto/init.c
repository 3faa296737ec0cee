// init.c - the one call into libsodium that is not a pure function

#include <crypto/init.h>
#include <sodium.h>

int cr_init(void)
{
    return sodium_init() < 0 ? -1 : 0;
}

const char *cr_library_version(void)
{
    return sodium_version_string();
}
