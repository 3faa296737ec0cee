#include <protocol/err.h>

const char *tp_err_name(enum tp_err e)
{
    switch (e) {
    case TP_OK:
        return "TP_OK";
#define X(name, value, text)                                                           \
    case name:                                                                         \
        return #name;
        TP_ERR_LIST(X)
#undef X
    }
    return "TP_E_?";
}
