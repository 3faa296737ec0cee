#include <protocol/controls.h>
#include <stddef.h>

static const struct tp_control_info infos[TP_CTL_COUNT] = {
#define X(name, id, category, clause) [TP_CTL_##name] = {id, TP_CAT_##category, clause},
    TP_CONTROL_LIST(X)
#undef X
};

static bool same_text(const char *a, const char *b)
{
    while (*a && *a == *b) {
        a++;
        b++;
    }
    return *a == *b;
}

const struct tp_control_info *tp_control_info(enum tp_control c)
{
    return c < TP_CTL_COUNT ? &infos[c] : NULL;
}

const char *tp_category_id(enum tp_category c)
{
#define X(name, id) [TP_CAT_##name] = (id),
    static const char *const ids[] = {TP_CATEGORY_LIST(X)};
#undef X
    return c < TP_CAT_COUNT ? ids[c] : "?";
}

enum tp_control tp_control_find(const char *id)
{
    enum tp_control c = 0;
    while (c < TP_CTL_COUNT && !same_text(infos[c].id, id))
        c++;
    return c;
}

#ifdef TP_WEAKNESSES
bool tp_controls_lack(const struct tp_controls *set, enum tp_control c)
{
    return set->lack[c / 64] >> (c % 64) & 1;
}
#endif
