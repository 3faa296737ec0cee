// links.h - over which links the steps of a scenario go

#ifndef HARNESS_SCENARIO_LINKS_H
#define HARNESS_SCENARIO_LINKS_H

#include <scenario/scenario.h>

// The links, as bits of enum hx_link, without any one of which the attack is
// impossible: what the file says; else those of the attacker's own steps; else, if it
// only listens, what it hears.
uint64_t hx_links_surface(const struct hx_scenario *s);

// The links that the steps of honest people need.
uint64_t hx_links_honest(const struct hx_scenario *s);

#endif
