// Drives: tp_implant_ops, from any moment of an honest story on
// Holds:  whoever has no key gets no answer over the radio, brings about no therapy,
//         alarm or test pulse, and an emergency only with the magnet there and the
//         implant's own fresh token; each call does a bounded amount, inside the
//         implant's memory; pacing never waits; what runs is a release as its maker
//         made it, the second only once it was there as a whole
// Corpus: fixtures/corpus/fuzz_implant
//
// An input is the moment's number, then steps: a byte that says what, and its operands.

#include "story.h"
#include <crypto/bytes.h>
#include <protocol/frame.h>
#include <protocol/limits.h>
#include <stdlib.h>

enum step { RADIO, NEAR, WAIT, MAGNET, CUT, REPLAY, ECHO, EMERGENCY, STEPS };

enum {
    OUTPUTS_MAX = 24, // of one call
    STEPS_MAX = 64,
    WAIT_UNIT_US = 10000,
    WAITS_MAX_S = 900, // of one input: more than an emergency lasts
    NEVER_CUT = -1,
};

struct run {
    const struct story *story;
    size_t moment;
    struct story_state implant;
    uint8_t nvm[TP_IMPLANT_NVM_LEN];
    uint64_t now_us, until_us;
    uint32_t boots;
    int cut_after;     // outputs until a power cut
    bool cut, restart; // the latter at the implant's own wish

    uint64_t paced_us, emergency_us;
    uint8_t emergency; // in force
    bool magnet;

    struct story_frame said;     // the implant's last frame
    uint8_t token[TP_TOKEN_LEN]; // the last one handed out over the near field
    uint64_t token_us;
    bool token_live;
    bool booting;
    bool entitled; // the frame being received may start an emergency
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void hold(bool what)
{
    if (!what)
        abort();
}

static void paced_in_time(const struct run *r, uint64_t now_us)
{
    // One pulse a second is the slowest rate that was ever set.
    hold(r->emergency == EP_INHIBIT || now_us - r->paced_us <= TP_SECOND);
}

static void started(const struct run *r, const struct ep_output *out)
{
    struct rd in = rd_of(out->commit.args, out->commit.len);
    size_t at = rd_u16(&in);
    size_t size = rd_u16(&in);
    uint32_t version = rd_u32(&in);
    hold(rd_end(&in) && size == STORY_IMAGE_LEN && at + size <= sizeof r->nvm);
    hold(version == 1 || (version == 2 && r->moment >= r->story->finished));
    hold(memcmp(r->nvm + at, story_image(version), size) == 0);
}

static void committed(struct run *r, const struct ep_output *out)
{
    hold(out->commit.len <= EP_ARGS_MAX);
    switch (out->commit.opcode) {
    case EP_COMMIT_PACE:
        hold(r->emergency != EP_INHIBIT);
        paced_in_time(r, r->now_us);
        r->paced_us = r->now_us;
        break;
    case EP_COMMIT_EMERGENCY:
        hold(out->commit.len == 1 && out->commit.args[0] <= EP_INHIBIT);
        if (out->commit.args[0] == 0)
            hold(r->emergency && r->now_us - r->emergency_us >= TP_EMERGENCY_HOLD_US);
        else
            hold(r->entitled);
        r->emergency = out->commit.args[0];
        r->emergency_us = r->paced_us = r->now_us;
        r->token_live = false;
        break;
    case EP_COMMIT_BOOT:
        hold(r->booting);
        started(r, out);
        break;
    default: // therapy, alarm and test pulse are nobody's here
        hold(out->commit.opcode == EP_COMMIT_ALERT && r->magnet);
    }
}

static void sent(struct run *r, const struct ep_frame *f)
{
    hold(f->link == EP_NEAR); // on the radio every answer has to be earned
    hold(f->repeat_us == 0 && tp_frame_check(f->bytes, f->len) == TP_OK);
    r->said =
        (struct story_frame){.from = STORY_IMPLANT, .link = f->link, .len = f->len};
    memcpy(r->said.bytes, f->bytes, f->len);
    if (f->bytes[0] == TP_EMERGENCY_TOKEN) {
        hold(r->magnet);
        memcpy(r->token, f->bytes + 1, TP_TOKEN_LEN);
        r->token_us = r->now_us;
        r->token_live = true;
    }
}

// Takes all outputs of a call, which may send one frame if it answers one; or only as
// many as there are before a power cut.
static void empty(struct run *r, size_t sends_max)
{
    struct ep_output out;
    size_t count = 0, sends = 0;
    while (!r->cut && tp_implant_ops.output(r->implant.bytes, &out)) {
        hold(++count <= OUTPUTS_MAX);
        if (out.kind == EP_NVM) {
            hold(out.nvm.len <= EP_NVM_MAX);
            hold((size_t)out.nvm.at + out.nvm.len <= tp_implant_ops.nvm_size);
            memcpy(r->nvm + out.nvm.at, out.nvm.bytes, out.nvm.len);
        } else if (out.kind == EP_SEND) {
            hold(++sends <= sends_max);
            sent(r, &out.send);
        } else if (out.kind == EP_COMMIT) {
            committed(r, &out);
        } else {
            hold(out.kind == EP_LISTEN || out.kind == EP_WORK || out.kind == EP_EVENT ||
                 out.kind == EP_RESTART);
        }
        if (out.kind == EP_RESTART) {
            hold(r->paced_us == r->now_us && r->emergency == 0);
            r->cut = r->restart = true;
            return;
        }
        r->cut = r->cut_after != NEVER_CUT && --r->cut_after == 0;
    }
    hold(story_intact(&r->implant, &tp_implant_ops));
}

static void boot(struct run *r)
{
    if (!r->restart) // a start of its own may still be cut
        r->cut_after = NEVER_CUT;
    r->cut = r->restart = false;
    r->emergency = 0;
    r->token_live = r->magnet = false;
    r->paced_us = r->now_us; // it starts counting anew
    story_boot(&r->implant, r->nvm, ++r->boots, r->now_us);
    r->booting = true;
    empty(r, 0);
    r->booting = false;
}

static void after_call(struct run *r, size_t sends_max)
{
    empty(r, sends_max);
    while (r->cut)
        boot(r);
    paced_in_time(r, r->now_us);
    hold(tp_implant_ops.deadline(r->implant.bytes) > r->now_us);
}

static void let_pass(struct run *r, uint64_t us)
{
    uint64_t end_us = r->now_us + us < r->until_us ? r->now_us + us : r->until_us;
    for (;;) {
        uint64_t due_us = tp_implant_ops.deadline(r->implant.bytes);
        if (due_us > end_us)
            break;
        hold(due_us > r->now_us);
        r->now_us = due_us;
        tp_implant_ops.expire(r->implant.bytes, due_us);
        after_call(r, 0);
    }
    r->now_us = end_us;
    paced_in_time(r, end_us);
}

static bool starts_emergency(const struct run *r, const struct ep_frame *f)
{
    return f->link == EP_NEAR && f->len == TP_EMERGENCY_LEN &&
           f->bytes[0] == TP_EMERGENCY && r->magnet && r->token_live &&
           r->now_us - r->token_us <= TP_EMERGENCY_TOKEN_US &&
           memcmp(f->bytes + 1, r->token, TP_TOKEN_LEN) == 0;
}

static void hear(struct run *r, uint8_t link, const uint8_t *bytes, size_t len)
{
    struct ep_frame f = {.now_us = r->now_us, .link = link, .len = (uint8_t)len};
    memcpy(f.bytes, bytes, len);
    r->entitled = starts_emergency(r, &f);
    tp_implant_ops.receive(r->implant.bytes, &f);
    after_call(r, 1);
    r->entitled = false;
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

static void hear_emergency(struct run *r, uint8_t what)
{
    uint8_t bytes[TP_EMERGENCY_LEN];
    struct wr w = wr_of(bytes, sizeof bytes);
    wr_u8(&w, TP_EMERGENCY);
    wr_put(&w, r->token, TP_TOKEN_LEN);
    wr_u16(&w, what);
    wr_fill(&w, 0, TP_EMERGENCY_ARGS);
    hear(r, EP_NEAR, bytes, w.done);
}

static void magnet(struct run *r, uint8_t held)
{
    struct ep_act act = {.kind = EP_ACT_MAGNET, .len = 1, .args = {held}};
    hold(tp_implant_ops.act(r->implant.bytes, &act, r->now_us) == 0);
    r->magnet = held != 0;
    after_call(r, 0);
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
    case MAGNET:
        magnet(r, rd_u8(in) & 1);
        break;
    case CUT:
        r->cut_after = rd_u8(in) % OUTPUTS_MAX + 1;
        break;
    case REPLAY:
        if (r->moment > 0)
            hear_again(r, in, r->story->frames[rd_u8(in) % r->moment]);
        break;
    case ECHO:
        hear_again(r, in, r->said);
        break;
    case EMERGENCY:
        hear_emergency(r, rd_u8(in));
        break;
    case STEPS:
        break;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct rd in = rd_of(data, len);
    struct run r = {.story = story_told(), .cut_after = NEVER_CUT};
    r.moment = rd_u8(&in) % (r.story->count + 1);
    const struct story_moment *m = &r.story->moments[r.moment];
    r.implant = m->state[STORY_IMPLANT];
    memcpy(r.nvm, m->nvm, sizeof r.nvm);
    r.now_us = r.paced_us = m->now_us;
    r.until_us = m->now_us + WAITS_MAX_S * TP_SECOND;
    for (int i = 0; i < STEPS_MAX && in.left > 0; i++)
        step(&r, &in);
    let_pass(&r, 2 * TP_SECOND);

    tp_implant_ops.wipe(r.implant.bytes);
    hold(story_wiped(&r.implant, &tp_implant_ops));
    return 0;
}
