// weak.h - sets of controls with one or two taken away

#ifndef TESTS_UNIT_PROTOCOL_WEAK_H
#define TESTS_UNIT_PROTOCOL_WEAK_H

#include <protocol/controls.h>

// In a build without switches every control holds, whatever a test takes away.
#ifdef TP_WEAKNESSES
enum { SWITCHES = 1 };
#else
enum { SWITCHES = 0 };
#endif

static const struct tp_controls all_controls;

static inline struct tp_controls without(enum tp_control c)
{
    struct tp_controls set = {{0}};
    tp_controls_drop(&set, c);
    return set;
}

static inline struct tp_controls without_both(enum tp_control c, enum tp_control d)
{
    struct tp_controls set = without(c);
    tp_controls_drop(&set, d);
    return set;
}

#endif
