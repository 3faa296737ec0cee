// flood.c - many frames of a kind: made up, kept, or altered at random

#include <attack/attacker.h>
#include <protocol/frame.h>
#include <protocol/limits.h>
#include <stdio.h>
#include <string.h>

// A frame that was heard by radio, cut short, lengthened, flipped here and there, or of
// another type.
static size_t mutated(struct hx_bench *b, uint8_t *out)
{
    const struct hx_attacker *at = &b->attacker;
    size_t tries = 16, len = 0;
    while (tries-- > 0 && len == 0 && at->heard_count > 0) {
        const struct hx_heard *h =
            &at->heard[cr_stream_below(&b->air, at->heard_count)];
        if (h->link != EP_RF || h->len == 0)
            continue;
        len = h->len;
        memcpy(out, h->bytes, len);
    }
    if (len == 0) { // nothing was heard: anything will do
        len = 1 + cr_stream_below(&b->air, EP_FRAME_MAX);
        cr_stream_fill(&b->air, out, len);
    }
    uint64_t how = cr_stream_below(&b->air, 4);
    if (how == 0)
        len = 1 + cr_stream_below(&b->air, len);
    else if (how == 1)
        cr_stream_fill(&b->air, out + len, EP_FRAME_MAX - len);
    else if (how == 2)
        out[0] = (uint8_t)cr_stream_below(&b->air, 256);
    else
        out[cr_stream_below(&b->air, len)] ^=
            (uint8_t)(1 + cr_stream_below(&b->air, 255));
    return how == 1 ? len + cr_stream_below(&b->air, EP_FRAME_MAX - len + 1) : len;
}

static size_t flood_frame(struct hx_bench *b, const struct hx_step *s, uint8_t *out)
{
    struct hx_capture *c = hx_attacker_labelled(b, s->label);
    switch (s->flood) {
    case HX_FLOOD_CAPTURE:
        if (!c)
            return 0;
        memcpy(out, c->bytes, c->len);
        return c->len;
    case HX_FLOOD_WAKE:
        cr_stream_fill(&b->air, out, TP_WAKE_LEN);
        out[0] = TP_WAKE;
        return TP_WAKE_LEN;
    case HX_FLOOD_HELLO:
        cr_stream_fill(&b->air, out, TP_HELLO_LEN);
        out[0] = TP_HELLO;
        return TP_HELLO_LEN;
    case HX_FLOOD_MUTATED:
        return mutated(b, out);
    default:
        cr_stream_fill(&b->air, out, 96);
        return 96;
    }
}

int hx_attacker_flood(struct hx_bench *b, const struct hx_step *s, char *why,
                      size_t cap)
{
    uint8_t frame[EP_FRAME_MAX];
    uint64_t end = b->now_us + (uint64_t)s->for_us;
    uint64_t gap =
        s->rate_mhz > 0 ? UINT64_C(1000000000) / (uint64_t)s->rate_mhz : TP_SECOND;
    hx_bench_note(b, "attacker", "floods");
    while (b->now_us < end && !b->hung) {
        size_t len = flood_frame(b, s, frame);
        if (len == 0) {
            snprintf(why, cap, "line %u: '%s' was never held", s->line, s->label);
            return -1;
        }
        // Fills the gap with repetitions, so that no sniffing receiver misses it.
        uint64_t repeat = gap > 5000 ? gap : 0;
        hx_bench_send(b, HX_NODE_ATTACKER, EP_RF, frame, len, (uint32_t)repeat);
        hx_bench_run(b, b->now_us + gap);
    }
    return 0;
}
