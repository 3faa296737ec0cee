// err.c - names of the radio's errors

#include <radio/err.h>

const char *rl_err_name(enum rl_err e)
{
    switch (e) {
    case RL_OK:
        return "RL_OK";
#define X(name, value, text)                                                           \
    case name:                                                                         \
        return #name;
        RL_ERR_LIST(X)
#undef X
    }
    return "RL_E_?";
}
