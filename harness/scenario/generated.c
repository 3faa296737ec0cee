// generated.c - profiles made from their names
//
// "hardened" lacks nothing. "without-a+b" lacks a and b, in the order of the
// alphabet, so that a set has one name.

#include <scenario/load.h>
#include <string.h>

static const char hardened[] = "hardened";
static const char without[] = "without-";

static int refuse(struct hx_error *err, const char *id, const char *expected,
                  const char *found)
{
    snprintf(err->text, sizeof err->text, "%.200s: expected %s, found '%.80s'", id,
             expected, found);
    return -1;
}

// Takes one member off the front of *text, which moves behind the "+" that follows
// or becomes NULL. An overlong one is cut: no control has such a name.
static void take_member(const char **text, char *member, size_t cap)
{
    size_t len = strcspn(*text, "+");
    const char *end = *text + len;
    if (len >= cap)
        len = cap - 1;
    memcpy(member, *text, len);
    member[len] = '\0';
    *text = *end ? end + 1 : NULL;
}

static int read_members(const char *id, struct tp_controls *lacks, struct hx_error *err)
{
    char member[HX_ID_MAX], last[HX_ID_MAX] = "";
    const char *rest = id + sizeof without - 1;
    while (rest) {
        take_member(&rest, member, sizeof member);
        enum tp_control c = tp_control_find(member);
        if (c >= TP_CTL_COUNT)
            return refuse(err, id, "a control", member);
        if (strcmp(last, member) >= 0)
            return refuse(err, id, "members in alphabetical order, each once", member);
        tp_controls_drop(lacks, c);
        memcpy(last, member, sizeof last);
    }
    return 0;
}

int hx_profile_generated(const char *id, struct hx_profile *out, struct hx_error *err)
{
    struct hx_profile draft = {.updatable = true};
    bool all = strcmp(id, hardened) == 0;
    if (!all && strncmp(id, without, sizeof without - 1) != 0)
        return refuse(err, id, "hardened or without-<control>[+<control>...]", id);
    if (strlen(id) >= sizeof draft.id)
        return refuse(err, id, "a shorter name", id);
    if (!all && read_members(id, &draft.lacks, err) != 0)
        return -1;

    memcpy(draft.id, id, strlen(id) + 1);
    if (all)
        snprintf(draft.name, sizeof draft.name, "every control in place");
    else
        snprintf(draft.name, sizeof draft.name, "hardened, but without %.130s",
                 id + sizeof without - 1);
    *out = draft;
    return 0;
}

static bool lacks_it(const struct tp_controls *set, enum tp_control c)
{
    return set->lack[c / 64] >> (c % 64) & 1;
}

// The member that follows last in the alphabet, NULL if none does.
static const char *next_member(const struct tp_controls *lacks, const char *last)
{
    const char *next = NULL;
    for (enum tp_control c = 0; c < TP_CTL_COUNT; c++) {
        const char *id = tp_control_info(c)->id;
        if (lacks_it(lacks, c) && strcmp(id, last) > 0 &&
            (!next || strcmp(id, next) < 0))
            next = id;
    }
    return next;
}

void hx_profile_name(const struct tp_controls *lacks, char *buf, size_t cap)
{
    const char *member = next_member(lacks, "");
    size_t len = (size_t)snprintf(buf, cap, "%s", member ? without : hardened);
    const char *link = "";
    while (member && len < cap) {
        len += (size_t)snprintf(buf + len, cap - len, "%s%s", link, member);
        member = next_member(lacks, member);
        link = "+";
    }
}
