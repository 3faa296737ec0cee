// steps.c - reads one step: an actor, what it does, and how

#include <scenario/fields.h>
#include <string.h>

enum { LISTED_MAX = 200, LOOKED_AT_MAX = 8 };

static const char *actor_word(const void *context, size_t n)
{
    (void)context;
    return hx_actor_words.at[n];
}

// The verbs of the actor that context points to.
static const char *verb_word(const void *context, size_t n)
{
    const enum hx_actor *actor = context;
    return hx_verbs[n].actors >> *actor & 1 ? hx_verbs[n].value.key : NULL;
}

static bool refuse_choice(const struct hx_reader *r, const struct hx_node *key,
                          const struct hx_choice *among)
{
    char found[80], words[LISTED_MAX];
    const char *near = hx_nearest(key->text, among);
    hx_found(key, found, sizeof found);
    if (near)
        return hx_refuse(r, key, "unknown key %s, did you mean '%s'?", found, near);
    if (!hx_list_words(among, words, sizeof words))
        snprintf(words, sizeof words, "a verb of this actor");
    return hx_refuse(r, key, "expected %s, found %s", words, found);
}

static bool find_actor(const struct hx_reader *r, const struct hx_node *step,
                       enum hx_actor *out)
{
    struct hx_choice among = {actor_word, NULL, hx_actor_words.count};
    if (step->kind != HX_NODE_MAP || !step->child) {
        char found[80];
        hx_found(step, found, sizeof found);
        return hx_refuse(r, step, "expected a map of an actor and its act, found %s",
                         step->kind == HX_NODE_MAP ? "an empty map" : found);
    }
    const struct hx_node *key = step->child;
    const struct hx_node *second = key->next->next;
    for (size_t n = 0; n < hx_actor_words.count; n++) {
        if (strcmp(key->text, hx_actor_words.at[n]) != 0)
            continue;
        if (second)
            return hx_refuse(r, second,
                             "expected one actor a step, found '%.40s' after '%s'",
                             second->text, key->text);
        *out = (enum hx_actor)n;
        return true;
    }
    return refuse_choice(r, key, &among);
}

// The key that was to be the verb: one of the first that is like one, or the first.
static const struct hx_node *failed_verb(const struct hx_node *act,
                                         const struct hx_choice *among)
{
    const struct hx_node *key = act->child;
    for (size_t n = 0; key && n < LOOKED_AT_MAX; key = key->next->next, n++)
        if (hx_nearest(key->text, among))
            return key;
    return act->child;
}

static bool find_verb(const struct hx_reader *r, const struct hx_node *act,
                      enum hx_actor actor, enum hx_verb *out)
{
    const struct hx_node *first = NULL;
    struct hx_choice among = {verb_word, &actor, HX_DO_COUNT};
    if (act->kind != HX_NODE_MAP || !act->child) {
        char found[80], words[LISTED_MAX];
        if (!hx_list_words(&among, words, sizeof words))
            snprintf(words, sizeof words, "a verb of this actor");
        hx_found(act, found, sizeof found);
        return hx_refuse(r, act, "expected a map with %s, found %s", words,
                         act->kind == HX_NODE_MAP ? "an empty map" : found);
    }
    for (const struct hx_node *key = act->child; key; key = key->next->next) {
        enum hx_verb verb = hx_verb_find(actor, key->text);
        if (verb == HX_DO_COUNT)
            continue;
        if (first)
            return hx_refuse(r, key, "expected one act a step, found '%s' after '%s'",
                             key->text, first->text);
        first = key;
        *out = verb;
    }
    return first || refuse_choice(r, failed_verb(act, &among), &among);
}

bool hx_read_step(const struct hx_reader *r, const struct hx_node *step,
                  struct hx_step *out)
{
    enum hx_actor actor = HX_ACTOR_WAIT;
    enum hx_verb verb = HX_DO_WAIT;
    struct hx_field fields[HX_ARGS_MAX + 2];
    if (!find_actor(r, step, &actor))
        return false;
    // "wait: 10min" is its own verb and has no other words.
    const struct hx_node *act = actor == HX_ACTOR_WAIT ? step : step->child->next;
    if (!find_verb(r, act, actor, &verb))
        return false;
    hx_step_blank(actor, verb, out);
    out->line = step->line;
    hx_verb_fields(verb, fields);
    return hx_read_map(r, act, fields, out);
}
