// Drives: tp_programmer_ops, from any moment of an honest story on
// Holds:  without the implant's keys no pairing, intent, session or command is served;
//         nothing heard over the radio is answered; every act ends within a minute; a
//         programmer sends only while it is asked to, one frame at a time, and stays
//         inside its memory
// Corpus: fixtures/corpus/fuzz_programmer
//
// An input is the moment's number, then steps: a byte that says what, and its operands.

#include "story.h"
#include <crypto/bytes.h>
#include <protocol/body.h>
#include <protocol/limits.h>
#include <stdlib.h>

enum step { RADIO, NEAR, WAIT, ACT, REPLAY, ECHO, STEPS };

enum { OUTPUTS_MAX = 8, STEPS_MAX = 64, WAIT_UNIT_US = 10000 };
#define ACT_MAX_US (60 * TP_SECOND)

struct run {
    const struct story *story;
    size_t moment;
    struct story_state programmer;
    uint64_t now_us, began_us; // the act that is in progress
    uint16_t act;              // enum ep_act_kind
    struct story_frame said;   // the programmer's last frame
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void hold(bool what)
{
    if (!what)
        abort();
}

static int outcome(const struct run *r)
{
    uint8_t reply[EP_FRAME_MAX];
    size_t len = 0;
    int o = tp_programmer_ops.outcome(r->programmer.bytes, reply, sizeof reply, &len);
    hold(o >= -1 && o <= 1 && len <= sizeof reply);
    hold(len == 0 || o == 1);
    return o;
}

static void empty(struct run *r, size_t sends_max)
{
    struct ep_output out;
    size_t count = 0, sends = 0;
    while (tp_programmer_ops.output(r->programmer.bytes, &out)) {
        hold(++count <= OUTPUTS_MAX);
        hold(out.kind != EP_NVM && out.kind != EP_COMMIT);
        if (out.kind != EP_SEND)
            continue;
        hold(++sends <= sends_max);
        hold(out.send.link == EP_RF || out.send.link == EP_NEAR);
        hold(tp_frame_check(out.send.bytes, out.send.len) == TP_OK);
        r->said = (struct story_frame){
            .from = STORY_PROGRAMMER, .link = out.send.link, .len = out.send.len};
        memcpy(r->said.bytes, out.send.bytes, out.send.len);
    }
    hold(story_intact(&r->programmer, &tp_programmer_ops));
}

// What is served without a key: what the near field grants to anybody (the implant's
// side of it is where it is guarded), and a close, which needs no answer.
static bool may_succeed(uint16_t act)
{
    return act == EP_ACT_EMERGENCY || act == EP_ACT_ANCHOR || act == EP_ACT_CLOSE;
}

static void after_call(struct run *r, bool was_busy, size_t sends_max)
{
    uint64_t due_us = tp_programmer_ops.deadline(r->programmer.bytes);
    empty(r, was_busy ? sends_max : 0);
    int now = outcome(r);
    if (now == 0)
        hold(due_us > r->now_us && due_us != EP_NEVER);
    else
        hold(due_us == EP_NEVER);
    hold(!was_busy || now != 1 || may_succeed(r->act));
    hold(now != 0 || r->now_us - r->began_us <= ACT_MAX_US);
}

static void let_pass(struct run *r, uint64_t us)
{
    uint64_t end_us = r->now_us + us;
    for (;;) {
        uint64_t due_us = tp_programmer_ops.deadline(r->programmer.bytes);
        if (due_us > end_us)
            break;
        hold(due_us > r->now_us);
        r->now_us = due_us;
        tp_programmer_ops.expire(r->programmer.bytes, due_us);
        after_call(r, true, 1);
    }
    r->now_us = end_us;
}

static void hear(struct run *r, uint8_t link, const uint8_t *bytes, size_t len)
{
    struct ep_frame f = {.now_us = r->now_us, .link = link, .len = (uint8_t)len};
    bool busy = outcome(r) == 0;
    memcpy(f.bytes, bytes, len);
    tp_programmer_ops.receive(r->programmer.bytes, &f);
    after_call(r, busy, link == EP_NEAR ? 1 : 0);
}

static void hear_new(struct run *r, struct rd *in, uint8_t link)
{
    uint8_t bytes[EP_FRAME_MAX];
    size_t len = rd_u8(in);
    if (len > in->left)
        len = in->left;
    rd_get(in, bytes, len);
    hear(r, link, bytes, len);
}

// A frame that was on the air, with some of its bytes changed.
static void hear_again(struct run *r, struct rd *in, struct story_frame f)
{
    size_t changes = rd_u8(in) % 4;
    for (size_t i = 0; i < changes && f.len > 0; i++) {
        size_t at = rd_u8(in) % f.len;
        f.bytes[at] ^= rd_u8(in);
    }
    hear(r, f.link, f.bytes, f.len);
}

// A close may also be asked for as a command.
static bool closes(const struct ep_act *a)
{
    struct rd args = rd_of(a->args, a->len);
    rd_u16(&args); // peer and flags
    return a->kind == EP_ACT_COMMAND && rd_u16(&args) == TP_OP_CLOSE;
}

static void act(struct run *r, struct rd *in)
{
    static const uint8_t kinds[] = {EP_ACT_PAIR,      EP_ACT_INTENT, EP_ACT_OPEN,
                                    EP_ACT_COMMAND,   EP_ACT_CLOSE,  EP_ACT_EMERGENCY,
                                    EP_ACT_STATEMENT, EP_ACT_ANCHOR, EP_ACT_MAGNET,
                                    EP_ACT_FETCH,     EP_ACT_UPDATE, EP_ACT_REPORT};
    struct ep_act a = {.kind = kinds[rd_u8(in) % sizeof kinds]};
    size_t len = rd_u8(in) % (EP_ARGS_MAX + 1);
    if (len > in->left)
        len = in->left;
    a.len = (uint8_t)len;
    rd_get(in, a.args, len);
    bool busy = outcome(r) == 0;
    int taken = tp_programmer_ops.act(r->programmer.bytes, &a, r->now_us);
    if (busy) {
        hold(taken == -1);
        after_call(r, false, 0);
        return;
    }
    if (taken == 0) {
        r->act = closes(&a) ? EP_ACT_CLOSE : a.kind;
        r->began_us = r->now_us;
    }
    after_call(r, taken == 0, 1);
}

static void step(struct run *r, struct rd *in)
{
    switch ((enum step)(rd_u8(in) % STEPS)) {
    case RADIO:
        hear_new(r, in, EP_RF);
        break;
    case NEAR:
        hear_new(r, in, EP_NEAR);
        break;
    case WAIT:
        let_pass(r, rd_u16(in) * (uint64_t)WAIT_UNIT_US);
        break;
    case ACT:
        act(r, in);
        break;
    case REPLAY:
        if (r->moment > 0)
            hear_again(r, in, r->story->frames[rd_u8(in) % r->moment]);
        break;
    case ECHO:
        hear_again(r, in, r->said);
        break;
    case STEPS:
        break;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct rd in = rd_of(data, len);
    struct run r = {.story = story_told()};
    r.moment = rd_u8(&in) % (r.story->count + 1);
    const struct story_moment *m = &r.story->moments[r.moment];
    r.programmer = m->state[STORY_PROGRAMMER];
    r.now_us = r.began_us = m->now_us;
    r.act = m->act;
    for (int i = 0; i < STEPS_MAX && in.left > 0; i++)
        step(&r, &in);
    let_pass(&r, ACT_MAX_US);
    hold(outcome(&r) != 0);

    tp_programmer_ops.wipe(r.programmer.bytes);
    hold(story_wiped(&r.programmer, &tp_programmer_ops));
    return 0;
}
