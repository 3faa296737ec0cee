// abilities.c - what an attacker is able to do, and what a scenario takes

#include <scenario/fields.h>

#define A(name) HX_BIT(HX_ABILITY_##name)

uint32_t hx_tiers_abilities(uint64_t tiers)
{
    static const uint64_t able[HX_TIER_COUNT] = {
        [HX_TIER_EAVESDROPPER] = A(LISTEN),
        [HX_TIER_REPLAYER] = A(LISTEN) | A(INJECT),
        [HX_TIER_INJECTOR] = A(LISTEN) | A(INJECT),
        [HX_TIER_MITM] = A(LISTEN) | A(INJECT) | A(BLOCK) | A(RELAY),
        [HX_TIER_INSIDER] = A(LISTEN) | A(INJECT) | A(LOW_ROLE),
        [HX_TIER_STOLEN_KEY] = A(LISTEN) | A(INJECT) | A(STOLEN_KEYS),
        [HX_TIER_FLOODER] = A(LISTEN) | A(INJECT),
        [HX_TIER_NETWORK] = A(NETWORK),
        [HX_TIER_BEDSIDE] = A(LISTEN) | A(INJECT) | A(NEAR_COIL),
        [HX_TIER_THIEF] = A(MEMORY),
    };
    uint64_t all = 0;
    for (int t = 0; t < HX_TIER_COUNT; t++)
        if (tiers >> t & 1)
            all |= able[t];
    return (uint32_t)all;
}

// Whose keys are taken decides what sort of attacker that is.
static uint64_t of_loot(uint64_t stolen)
{
    uint64_t low = HX_BIT(HX_STOLEN_MONITOR_KEY) | HX_BIT(HX_STOLEN_MONITOR_BOND) |
                   HX_BIT(HX_STOLEN_REMOTE_KEY) | HX_BIT(HX_STOLEN_REMOTE_BOND);
    uint64_t memory = HX_BIT(HX_STOLEN_IMPLANT_MEMORY);
    uint64_t all = 0;
    if (stolen & low)
        all |= A(LOW_ROLE);
    if (stolen & memory)
        all |= A(MEMORY);
    if (stolen & ~(low | memory))
        all |= A(STOLEN_KEYS);
    return all;
}

// A certificate that the authority gave is a key of that role; one that the attacker
// signed for itself is nothing.
static uint64_t of_enrolment(const struct hx_step *s)
{
    if (s->signer != HX_SIGNER_AUTHORITY)
        return 0;
    return s->role == HX_ROLE_CLINICIAN ? A(STOLEN_KEYS) : A(LOW_ROLE);
}

uint32_t hx_step_abilities(const struct hx_step *s)
{
    uint64_t all = hx_verbs[s->verb].abilities;
    if (s->actor != HX_ACTOR_ATTACKER)
        return 0;
    if (s->verb == HX_DO_STEAL)
        all |= of_loot(s->stolen);
    else if (s->verb == HX_DO_ENROL)
        all |= of_enrolment(s);
    else if (s->verb == HX_DO_FLOOD && s->flood == HX_FLOOD_MUTATED)
        all |= A(LISTEN);
    else if (s->verb == HX_DO_PUPPET_EMERGENCY)
        all |= s->link == HX_LINK_NEAR ? A(NEAR_COIL) : A(INJECT);
    else if (s->verb == HX_DO_SEND && s->link == HX_LINK_NEAR)
        all = A(NEAR_COIL);
    else if (s->verb == HX_DO_PUPPET_INTENT && s->delay_us > 0)
        all = A(RELAY);
    return (uint32_t)all;
}

// What is claimed to be read off the air takes ears, if nothing that answers does.
static bool listens(const struct hx_scenario *s, uint64_t abilities)
{
    uint32_t secrets = 1u << HX_I6 | 1u << HX_I15;
    bool told = (abilities & (A(INJECT) | A(NETWORK) | A(NEAR_COIL))) != 0;
    bool reads = false;
    for (size_t i = 0; i < s->cut_count; i++)
        reads = reads || (s->cuts[i].violates & secrets) != 0;
    return abilities == 0 || (reads && !told);
}

uint32_t hx_scenario_abilities(const struct hx_scenario *s)
{
    uint32_t all = 0;
    if (s->kind != HX_KIND_ATTACK)
        return 0;
    for (size_t i = 0; i < s->step_count; i++)
        all |= hx_step_abilities(&s->steps[i]);
    return listens(s, all) ? all | (uint32_t)A(LISTEN) : all;
}
