// test_rules.c - rules between the values of a scenario, each broken once

#include "../../support/suite.h"
#include "scenario_text.h"

// --- of an attack ---

static const struct refusal of_steps[] = {
    {"send: w", "send: v",
     "t.yaml:9:22: expected a label captured or held before, found 'v'"},
    {"capture: w", "send: w",
     "t.yaml:8:25: unknown key 'from', expected send, to, link, times or every"},
    {"{send: w, times: 2}", "{flood: capture, rate_hz: 1, for: 1s}",
     "t.yaml:9:15: expected the key 'label' with flood: capture, found none"},
    {"{send: w, times: 2}", "{flood: wake, label: w, rate_hz: 1, for: 1s}",
     "t.yaml:9:36: expected a label with flood: capture only, found 'w'"},
    {"{send: w, times: 2}", "{flood: capture, label: v, rate_hz: 1, for: 1s}",
     "t.yaml:9:39: expected a label captured or held before, found 'v'"},
    {"{send: w, times: 2}", "{puppet-emergency: }",
     "t.yaml:9:15: expected either an emergency act or an opcode with its body, "
     "found neither"},
    {"{send: w, times: 2}", "{puppet-emergency: inhibit, opcode: 1}",
     "t.yaml:9:15: expected either an emergency act or an opcode with its body, "
     "found both"},
    {"{send: w, times: 2}", "{puppet-emergency: inhibit, body: \"00\"}",
     "t.yaml:9:15: expected either an emergency act or an opcode with its body, "
     "found a body alone"},
    {0},
};

static const struct refusal of_cuts[] = {
    {"violates: [I1]}\n",
     "violates: [I1]}\n  - {without: [padding, replay-order], violates: [I2]}\n",
     "t.yaml:12:5: expected cut sets of which none holds another, found one that "
     "holds the one in line 11"},
    {"  - {without",
     "  - {without: [padding, replay-order], violates: [I2]}\n  - {without",
     "t.yaml:12:5: expected cut sets of which none holds another, found one that "
     "is part of the one in line 11"},
    {"violates: [I1]}\n",
     "violates: [I1]}\n  - {without: [replay-order], violates: [I2]}\n",
     "t.yaml:12:5: expected cut sets of which none holds another, found one that "
     "holds the one in line 11"},
    {0},
};

// What its steps take is what its tiers are able to do, and no tier is one too many.
static const struct refusal of_tiers[] = {
    {"tier: replayer", "tier: eavesdropper",
     "t.yaml:4:7: expected tiers that are able to 'inject', as its steps do"},
    {"tier: replayer", "tier: []",
     "t.yaml:4:7: expected tiers that are able to 'listen', as its steps do"},
    {"{send: w, times: 2}", "{send: w, link: near}",
     "t.yaml:4:7: expected tiers that are able to 'near-coil', as its steps do"},
    {"{send: w, times: 2}", "{block: hello}",
     "t.yaml:4:7: expected tiers that are able to 'block', as its steps do"},
    {"{send: w, times: 2}", "{relay: near}",
     "t.yaml:4:7: expected tiers that are able to 'relay', as its steps do"},
    {"{send: w, times: 2}", "{steal: programmer-key}",
     "t.yaml:4:7: expected tiers that are able to 'stolen-keys', as its steps do"},
    {"{send: w, times: 2}", "{steal: implant-memory}",
     "t.yaml:4:7: expected tiers that are able to 'memory', as its steps do"},
    {"{send: w, times: 2}", "{enrol: service}",
     "t.yaml:4:7: expected tiers that are able to 'low-role-keys', as its steps do"},
    {"{send: w, times: 2}", "{login: }",
     "t.yaml:4:7: expected tiers that are able to 'network', as its steps do"},
    {"tier: replayer", "tier: [replayer, injector]",
     "t.yaml:4:7: expected the smallest set of tiers, found one too many"},
    {"tier: replayer", "tier: [bedside, network]",
     "t.yaml:4:7: expected the smallest set of tiers, found one too many"},
    {0},
};

static void of_an_attack(void)
{
    all_refused(attack_text, of_steps);
    all_refused(attack_text, of_cuts);
}

static void tiers_are_what_the_steps_take(void)
{
    struct hx_scenario s;
    struct hx_error err;
    all_refused(attack_text, of_tiers);
    CU_ASSERT_EQUAL(load_attack("replayer", "[replayer]", &s, &err), 0);
    CU_ASSERT_EQUAL(load_attack("{send: w, times: 2}",
                                "{enrol: service, signed_by: self}", &s, &err),
                    0);
}

// --- of the cast ---

#define STEP "programmer: {open: read-out}"

static const struct refusal of_the_cast[] = {
    {STEP, "monitor: {open: read-out}",
     "t.yaml:6:14: expected a monitor in the cast, found none"},
    {STEP, "attacker: {replay: monitor}",
     "t.yaml:6:15: expected a monitor in the cast, found none"},
    {STEP, "attacker: {steal: monitor-key}",
     "t.yaml:6:15: expected a monitor in the cast, found none"},
    {STEP, "programmer: {open: therapy, with: other}",
     "t.yaml:6:17: expected another implant in the cast, found none"},
    {STEP, "attacker: {steal: other-bond}",
     "t.yaml:6:15: expected another implant in the cast, found none"},
    {STEP, "remote: {open: read-out}",
     "t.yaml:6:13: expected a pump in the cast, found none"},
    {STEP, "attacker: {steal: remote-bond}",
     "t.yaml:6:15: expected a pump in the cast, found none"},
    {STEP, "programmer: {fetch: }",
     "t.yaml:6:17: expected a network in the cast, found none"},
    {STEP, "programmer: {update: }",
     "t.yaml:6:17: expected a network in the cast, found none"},
    {STEP, "updater: {publish: }",
     "t.yaml:6:14: expected a network in the cast, found none"},
    {STEP, "attacker: {serve-as: updater}",
     "t.yaml:6:15: expected a network in the cast, found none"},
    {"programmer: clinician}\nsteps:\n  - " STEP,
     "programmer: clinician, monitor: home}\nsteps:\n  - monitor: {report: }",
     "t.yaml:6:14: expected a network in the cast, found none"},
    {0},
};

static void whoever_acts_is_in_the_cast(void)
{
    all_refused(story_text, of_the_cast);
}

// --- of a story ---

static const struct refusal of_a_story[] = {
    {"kind: story", "kind: story\ntier: flooder",
     "t.yaml:4:7: expected no tier in a story, found one"},
    {"kind: story\n", "",
     "t.yaml:1:1: expected the key 'category' in an attack, found none"},
    {0},
};

static void of_a_story_itself(void)
{
    all_refused(story_text, of_a_story);
}

int main(void)
{
    static const struct suite_case cases[] = {
        {"a rule of an attack that is broken is told", of_an_attack},
        {"tiers are what the steps take, and no more", tiers_are_what_the_steps_take},
        {"whoever acts is in the cast", whoever_acts_is_in_the_cast},
        {"a rule of a story that is broken is told", of_a_story_itself},
        {0},
    };
    return suite_main("harness/rules", cases);
}
