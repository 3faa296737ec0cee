// check.c - rules between the values of a file
//
// The JSON Schema knows the rules on kind, and none of the others: a label has to be
// captured before it is used, no cut set may hold another, whoever acts has to be in
// the cast, and what belongs together has to be there together.

#include <scenario/fields.h>
#include <string.h>

static const struct hx_node *value_of(const struct hx_node *map, const char *key)
{
    const struct hx_node *k = hx_node_key(map, key);
    return k ? k->next : NULL;
}

static const char *ability_word(uint32_t set)
{
#define X(name, word) word,
    static const char *const words[] = {HX_ABILITY_LIST(X)};
#undef X
    return words[__builtin_ctz(set)];
}

// The set of tiers is the smallest: without any one of them it could not be done.
static bool check_tiers(const struct hx_reader *r, const struct hx_node *root,
                        const struct hx_scenario *s)
{
    for (int t = 0; t < HX_TIER_COUNT; t++) {
        uint64_t less = s->tiers & ~HX_BIT(t);
        if (less == s->tiers || less == 0 ||
            hx_scenario_abilities(s) & ~hx_tiers_abilities(less))
            continue;
        return hx_refuse(r, value_of(root, "tier"),
                         "expected the smallest set of tiers, found one too many");
    }
    return true;
}

static bool check_attack(const struct hx_reader *r, const struct hx_node *root,
                         const struct hx_scenario *s)
{
    static const char *const needed[] = {"category", "tier", "opened_by"};
    for (size_t i = 0; i < sizeof needed / sizeof needed[0]; i++)
        if (!hx_node_key(root, needed[i]))
            return hx_refuse(r, root, "expected the key '%s' in an attack, found none",
                             needed[i]);
    uint32_t lacking = hx_scenario_abilities(s) & ~hx_tiers_abilities(s->tiers);
    if (lacking)
        return hx_refuse(r, value_of(root, "tier"),
                         "expected tiers that are able to '%s', as its steps do",
                         ability_word(lacking));
    return check_tiers(r, root, s);
}

static bool check_story(const struct hx_reader *r, const struct hx_node *root,
                        const struct hx_scenario *s)
{
    const struct hx_node *cuts = hx_node_key(root, "opened_by");
    if (cuts)
        return hx_refuse(r, cuts, "expected no key 'opened_by' in a story, found one");
    if (s->tiers != 0)
        return hx_refuse(r, value_of(root, "tier"),
                         "expected no tier in a story, found one");
    return true;
}

static bool holds(const struct tp_controls *a, const struct tp_controls *b)
{
    return (b->lack[0] & ~a->lack[0]) == 0 && (b->lack[1] & ~a->lack[1]) == 0;
}

static bool check_cuts(const struct hx_reader *r, const struct hx_node *root,
                       const struct hx_scenario *s)
{
    for (size_t i = 0; i < s->cut_count; i++) {
        const struct tp_controls *cut = &s->cuts[i].without;
        for (size_t j = 0; j < i; j++) {
            const struct tp_controls *before = &s->cuts[j].without;
            if (!holds(cut, before) && !holds(before, cut))
                continue;
            return hx_refuse(r, hx_node_item(value_of(root, "opened_by"), i),
                             "expected cut sets of which none holds another, found one "
                             "that %s the one in line %u",
                             holds(cut, before) ? "holds" : "is part of",
                             s->cuts[j].line);
        }
    }
    return true;
}

static bool captured_before(const struct hx_scenario *s, size_t at)
{
    for (size_t i = 0; i < at; i++) {
        const struct hx_step *step = &s->steps[i];
        bool captures = step->verb == HX_DO_CAPTURE || step->verb == HX_DO_HOLD;
        if (captures && strcmp(step->label, s->steps[at].label) == 0)
            return true;
    }
    return false;
}

static bool check_label(const struct hx_reader *r, const struct hx_node *act,
                        const struct hx_scenario *s, size_t at)
{
    const struct hx_step *step = &s->steps[at];
    bool floods = step->verb == HX_DO_FLOOD;
    const struct hx_node *label =
        value_of(act, floods ? "label" : hx_verb_word(step->verb));
    if (!floods && step->verb != HX_DO_SEND && step->verb != HX_DO_TAMPER)
        return true;
    if (floods && step->flood == HX_FLOOD_CAPTURE && !label)
        return hx_refuse(r, act,
                         "expected the key 'label' with flood: capture, found none");
    if (floods && step->flood != HX_FLOOD_CAPTURE && label)
        return hx_refuse(r, label,
                         "expected a label with flood: capture only, found '%s'",
                         step->label);
    if (label && !captured_before(s, at))
        return hx_refuse(r, label,
                         "expected a label captured or held before, found '%s'",
                         step->label);
    return true;
}

static bool check_emergency(const struct hx_reader *r, const struct hx_node *act,
                            const struct hx_step *step)
{
    if (step->verb != HX_DO_PUPPET_EMERGENCY)
        return true;
    bool named = step->emergency != HX_EMERGENCY_NONE;
    bool raw = step->opcode >= 0;
    if (named == raw || (step->bytes_len > 0 && !raw))
        return hx_refuse(r, act,
                         "expected either an emergency act or an opcode with its body, "
                         "found %s",
                         named && raw ? "both"
                         : named      ? "a body alone"
                                      : "neither");
    return true;
}

static bool speaks_of(const struct hx_step *s, enum hx_party party)
{
    return s->with == party || s->to == party || s->from == party;
}

static bool check_cast(const struct hx_reader *r, const struct hx_node *act,
                       const struct hx_step *step, const struct hx_scenario *s)
{
    uint64_t of_monitor =
        HX_BIT(HX_STOLEN_MONITOR_KEY) | HX_BIT(HX_STOLEN_MONITOR_BOND);
    uint64_t of_remote = HX_BIT(HX_STOLEN_REMOTE_KEY) | HX_BIT(HX_STOLEN_REMOTE_BOND);
    bool remote = step->actor == HX_ACTOR_REMOTE || speaks_of(step, HX_PARTY_REMOTE) ||
                  (step->stolen & of_remote) != 0;
    bool network = speaks_of(step, HX_PARTY_SERVER) ||
                   speaks_of(step, HX_PARTY_UPDATER) ||
                   step->actor == HX_ACTOR_UPDATER || step->verb == HX_DO_REPORT ||
                   step->verb == HX_DO_FETCH || step->verb == HX_DO_UPDATE;
    bool monitor = step->actor == HX_ACTOR_MONITOR ||
                   speaks_of(step, HX_PARTY_MONITOR) ||
                   (step->stolen & of_monitor) != 0;
    bool other = speaks_of(step, HX_PARTY_OTHER) ||
                 (step->stolen & HX_BIT(HX_STOLEN_OTHER_BOND)) != 0;
    if (monitor && !s->has_monitor)
        return hx_refuse(r, act, "expected a monitor in the cast, found none");
    if (remote && s->implant != HX_IMPLANT_PUMP)
        return hx_refuse(r, act, "expected a pump in the cast, found none");
    if (network && !s->has_network)
        return hx_refuse(r, act, "expected a network in the cast, found none");
    if (other && !s->has_other)
        return hx_refuse(r, act, "expected another implant in the cast, found none");
    return true;
}

static bool check_steps(const struct hx_reader *r, const struct hx_node *root,
                        const struct hx_scenario *s)
{
    const struct hx_node *step = value_of(root, "steps")->child;
    for (size_t i = 0; i < s->step_count; i++, step = step->next) {
        const struct hx_node *act = step->child->next;
        if (!check_label(r, act, s, i) || !check_emergency(r, act, &s->steps[i]) ||
            !check_cast(r, act, &s->steps[i], s))
            return false;
    }
    return true;
}

bool hx_check_scenario(const struct hx_reader *r, const struct hx_node *root,
                       const struct hx_scenario *s)
{
    bool story = s->kind == HX_KIND_STORY;
    return (story ? check_story(r, root, s) : check_attack(r, root, s)) &&
           check_cuts(r, root, s) && check_steps(r, root, s);
}

bool hx_check_profile(const struct hx_reader *r, const struct hx_node *root,
                      const struct hx_profile *p)
{
    if (strcmp(p->id, "hardened") == 0 || strncmp(p->id, "without-", 8) == 0)
        return hx_refuse(r, value_of(root, "id"),
                         "expected an id that no generated profile has, found '%s'",
                         p->id);
    return true;
}
