// err.c - the names of crypto's errors

#include <crypto/err.h>

const char *cr_err_name(enum cr_err e)
{
    switch (e) {
    case CR_OK:
        return "CR_OK";
#define X(name, value, text)                                                           \
    case name:                                                                         \
        return #name;
        CR_ERR_LIST(X)
#undef X
    }
    return "CR_E_?";
}
