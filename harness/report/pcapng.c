#include <report/pcapng.h>
#include <stdbool.h>
#include <string.h>

enum {
    SECTION = 0x0a0d0d0a,
    INTERFACE = 1,
    ENHANCED_PACKET = 6,
    BYTE_ORDER = 0x1a2b3c4d,
    USER0 = 147,
    OPT_END = 0,
    OPT_COMMENT = 1,
    IF_NAME = 2,
    IF_TSRESOL = 9,
    MICROSECONDS = 6, // 10^-6
    BLOCK_MAX = 8192,
    COMMENT_MAX = 1024,
};

static const char *const links[] = {"rf", "near", "uplink"};

enum { LINKS = sizeof links / sizeof links[0] };

struct block {
    uint8_t bytes[BLOCK_MAX];
    size_t len;
    bool bad; // sticky: set by the first write past the end
};

static void put(struct block *b, const void *src, size_t len)
{
    size_t padded = (len + 3) & ~(size_t)3;
    if (b->bad || padded < len || padded > sizeof b->bytes - b->len) {
        b->bad = true;
        return;
    }
    memset(b->bytes + b->len, 0, padded);
    if (len > 0)
        memcpy(b->bytes + b->len, src, len);
    b->len += padded;
}

static void put32(struct block *b, uint32_t v)
{
    put(b, &v, sizeof v);
}

static void put16(struct block *b, unsigned first, unsigned second)
{
    uint16_t v[2] = {(uint16_t)first, (uint16_t)second};
    put(b, v, sizeof v);
}

static void put_option(struct block *b, unsigned code, const void *src, size_t len)
{
    put16(b, code, (unsigned)len);
    put(b, src, len);
}

static void start(struct block *b, uint32_t type)
{
    b->len = 0;
    b->bad = false;
    put32(b, type);
    put32(b, 0); // the length, known at the end
}

static int finish(struct block *b, FILE *f)
{
    uint32_t len = (uint32_t)b->len + 4;
    put32(b, len);
    if (b->bad)
        return -1;
    memcpy(b->bytes + 4, &len, sizeof len);
    return fwrite(b->bytes, 1, b->len, f) == b->len ? 0 : -1;
}

int hx_pcapng_begin(FILE *f)
{
    struct block b;
    uint64_t unknown = UINT64_MAX; // length of the section
    uint8_t resolution = MICROSECONDS;
    start(&b, SECTION);
    put32(&b, BYTE_ORDER);
    put16(&b, 1, 0); // version 1.0
    put(&b, &unknown, sizeof unknown);
    if (finish(&b, f))
        return -1;
    for (size_t i = 0; i < LINKS; i++) {
        start(&b, INTERFACE);
        put16(&b, USER0, 0);
        put32(&b, 0); // no limit on a packet's length
        put_option(&b, IF_NAME, links[i], strlen(links[i]));
        put_option(&b, IF_TSRESOL, &resolution, sizeof resolution);
        put_option(&b, OPT_END, NULL, 0);
        if (finish(&b, f))
            return -1;
    }
    return 0;
}

int hx_pcapng_packet(FILE *f, int link, uint64_t time_us, const uint8_t *bytes,
                     size_t len, const char *comment)
{
    struct block b;
    size_t comment_len = comment ? strnlen(comment, COMMENT_MAX) : 0;
    if (link < 0 || link >= LINKS || len > UINT32_MAX)
        return -1;
    start(&b, ENHANCED_PACKET);
    put32(&b, (uint32_t)link);
    put32(&b, (uint32_t)(time_us >> 32));
    put32(&b, (uint32_t)time_us);
    put32(&b, (uint32_t)len); // kept
    put32(&b, (uint32_t)len); // on the air
    put(&b, bytes, len);
    if (comment_len > 0) {
        put_option(&b, OPT_COMMENT, comment, comment_len);
        put_option(&b, OPT_END, NULL, 0);
    }
    return finish(&b, f);
}
