// trace.c - what is told of a run: who is who, notes, and the hash of all that happened

#include "internal.h"
#include <stdarg.h>
#include <stdio.h>

const char *hx_node_name(int node)
{
    static const char *const names[] = {"implant", "other",  "programmer", "monitor",
                                        "remote",  "server", "updater",    "attacker"};
    return node >= 0 && node < HX_NODE_COUNT ? names[node] : "?";
}

void hx_bench_hash(struct hx_bench *b, const void *bytes, size_t len)
{
    const uint8_t *p = bytes;
    uint64_t h = b->hash;
    for (size_t i = 0; i < len; i++)
        h = (h ^ p[i]) * UINT64_C(0x100000001b3); // FNV-1a
    b->hash = h;
}

void hx_bench_note(struct hx_bench *b, const char *who, const char *format, ...)
{
    char text[256];
    va_list ap;
    if (!b->tap || !b->tap->note)
        return;
    va_start(ap, format);
    vsnprintf(text, sizeof text, format, ap);
    va_end(ap);
    b->tap->note(b->tap->ctx, b->now_us, who, text);
}
