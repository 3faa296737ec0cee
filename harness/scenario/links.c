// links.c - over which links the steps of a scenario go

#include <scenario/links.h>

enum {
    RF = 1 << HX_LINK_RF,
    NEAR = 1 << HX_LINK_NEAR,
    UPLINK = 1 << HX_LINK_UPLINK,
    NAMED = 1 << HX_LINK_COUNT, // by the step itself
    FRAMES = NAMED << 1,        // by the kind of frame that it waits for
    HEARD = NAMED << 2,         // what was heard, if nothing else
};

// Who is honest pairs and shows intent with the wand, and speaks by radio.
static const uint8_t honest[HX_DO_COUNT] = {
    [HX_DO_PAIR] = NEAR,
    [HX_DO_INTENT] = NEAR,
    [HX_DO_OPEN] = RF,
    [HX_DO_READ] = RF,
    [HX_DO_WRITE] = RF,
    [HX_DO_ALARM] = RF,
    [HX_DO_TEST_PULSE] = RF,
    [HX_DO_CLOSE] = RF,
    [HX_DO_EMERGENCY] = NEAR,
    [HX_DO_STATEMENT] = RF,
    [HX_DO_SHOCK] = RF,
    [HX_DO_BOLUS] = RF,
    [HX_DO_REPORT] = RF | UPLINK,
    [HX_DO_FETCH] = UPLINK,
    [HX_DO_UPDATE] = RF | UPLINK,
};

// A verb that is not here goes over no link: it takes something, or keeps it.
static const uint8_t hostile[HX_DO_COUNT] = {
    [HX_DO_CAPTURE] = HEARD,
    [HX_DO_DECRYPT] = HEARD,
    [HX_DO_SEND] = NAMED,
    [HX_DO_BLOCK] = FRAMES,
    [HX_DO_HOLD] = FRAMES,
    [HX_DO_MODIFY] = FRAMES,
    [HX_DO_REFLECT] = FRAMES,
    [HX_DO_REPLAY] = RF,
    [HX_DO_FLOOD] = RF,
    [HX_DO_RELAY] = NAMED,
    [HX_DO_PUPPET_PAIR] = NEAR,
    [HX_DO_PUPPET_INTENT] = NEAR,
    [HX_DO_PUPPET_OPEN] = RF,
    [HX_DO_PUPPET_READ] = RF,
    [HX_DO_PUPPET_WRITE] = RF,
    [HX_DO_PUPPET_ALARM] = RF,
    [HX_DO_PUPPET_RAW] = RF,
    [HX_DO_PUPPET_CLOSE] = RF,
    [HX_DO_PUPPET_KEEP_OPEN] = RF,
    [HX_DO_PUPPET_EMERGENCY] = NAMED,
    [HX_DO_PUPPET_ANCHOR] = NEAR,
    [HX_DO_IMPERSONATE] = RF,
    [HX_DO_PUPPET_BOLUS] = RF,
    [HX_DO_PUPPET_UPDATE] = RF,
    [HX_DO_OPEN_FLEET] = RF,
    [HX_DO_SERVE] = UPLINK,
    [HX_DO_UPLINK_OPEN] = UPLINK,
    [HX_DO_UPLINK_REPORT] = UPLINK,
    [HX_DO_UPLINK_FILE] = UPLINK,
    [HX_DO_LOGIN] = UPLINK,
    [HX_DO_SERVICE] = UPLINK,
};

static unsigned of_attacker(const struct hx_step *s)
{
    unsigned links = hostile[s->verb];
    if (links == NAMED)
        return 1u << s->link;
    if (links == FRAMES)
        return s->frame == HX_FRAME_NEAR     ? NEAR
               : s->frame == HX_FRAME_UPLINK ? UPLINK
                                             : RF;
    return links;
}

uint64_t hx_links_surface(const struct hx_scenario *s)
{
    unsigned links = 0;
    bool acts = false;
    if (s->surface != HX_SURFACE_COMPUTED)
        return (uint64_t)s->surface;
    for (size_t i = 0; i < s->step_count; i++) {
        if (s->steps[i].actor != HX_ACTOR_ATTACKER)
            continue;
        acts = true;
        links |= of_attacker(&s->steps[i]);
    }
    bool listens = !acts || links == HEARD;
    return listens ? (uint64_t)s->hears : links & ~(unsigned)HEARD;
}

uint64_t hx_links_honest(const struct hx_scenario *s)
{
    uint64_t links = 0;
    for (size_t i = 0; i < s->step_count; i++) {
        const struct hx_step *step = &s->steps[i];
        bool person = step->actor == HX_ACTOR_PROGRAMMER ||
                      step->actor == HX_ACTOR_MONITOR || step->actor == HX_ACTOR_REMOTE;
        if (!person)
            continue;
        links |= honest[step->verb];
        if (step->verb == HX_DO_OPEN && step->purpose == HX_PURPOSE_THERAPY)
            links |= NEAR; // its token comes over the wand
    }
    return links;
}
