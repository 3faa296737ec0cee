// bytes.h - the only code in the tree that indexes untrusted memory
//
// A cursor walks a caller's buffer and remembers whether any step went wrong.
// After the first failure every further read yields zero and every further
// write does nothing, so a parser is written straight through and asks once,
// at the end, whether all of it held. Header-only: it links against nothing,
// so the radio may use it without libsodium.
//
// Integers on the wire are little-endian. Lengths are in bytes. Never put two
// reads in one expression, initialiser or argument list: C leaves their order
// open.

#ifndef CRYPTO_BYTES_H
#define CRYPTO_BYTES_H

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct rd {
    const uint8_t *at;
    size_t left;
    bool bad; // sticky: set by the first read past the end
};

struct wr {
    uint8_t *at;
    size_t left;
    size_t done; // bytes written so far
    bool bad;    // sticky: set by the first write past the end
};

static inline struct rd rd_of(const uint8_t *buf, size_t len)
{
    return (struct rd){.at = buf, .left = len, .bad = false};
}

static inline struct wr wr_of(uint8_t *buf, size_t cap)
{
    return (struct wr){.at = buf, .left = cap, .done = 0, .bad = false};
}

// Borrows the next n bytes in place, or NULL (and r->bad) if fewer remain.
// The pointer lives as long as the buffer under the cursor.
static inline const uint8_t *rd_take(struct rd *r, size_t n)
{
    if (r->bad || n > r->left) {
        r->bad = true;
        return NULL;
    }
    const uint8_t *p = r->at;
    if (n > 0) // the buffer may be NULL, and then not even 0 may be added
        r->at += n;
    r->left -= n;
    return p;
}

// Copies the next n bytes to out; fills out with zeroes if fewer remain.
static inline void rd_get(struct rd *r, uint8_t *out, size_t n)
{
    const uint8_t *p = rd_take(r, n);
    if (n == 0)
        return;
    if (p)
        memcpy(out, p, n);
    else
        memset(out, 0, n);
}

static inline uint64_t rd_le(struct rd *r, size_t width)
{
    assert(width >= 1 && width <= 8);
    const uint8_t *p = rd_take(r, width);
    uint64_t v = 0;
    for (size_t i = width; p && i-- > 0;)
        v = v << 8 | p[i];
    return v;
}

static inline uint8_t rd_u8(struct rd *r)
{
    return (uint8_t)rd_le(r, 1);
}

static inline uint16_t rd_u16(struct rd *r)
{
    return (uint16_t)rd_le(r, 2);
}

static inline uint32_t rd_u32(struct rd *r)
{
    return (uint32_t)rd_le(r, 4);
}

static inline uint64_t rd_u64(struct rd *r)
{
    return rd_le(r, 8);
}

// True when every read succeeded and not one byte is left over. A parser that
// does not end on this accepts trailing rubbish.
static inline bool rd_end(const struct rd *r)
{
    return !r->bad && r->left == 0;
}

static inline void wr_put(struct wr *w, const uint8_t *src, size_t n)
{
    if (w->bad || n > w->left) {
        w->bad = true;
        return;
    }
    if (n == 0)
        return;
    memcpy(w->at, src, n);
    w->at += n;
    w->left -= n;
    w->done += n;
}

// Writes n bytes of value v.
static inline void wr_fill(struct wr *w, uint8_t v, size_t n)
{
    if (w->bad || n > w->left) {
        w->bad = true;
        return;
    }
    if (n == 0)
        return;
    memset(w->at, v, n);
    w->at += n;
    w->left -= n;
    w->done += n;
}

// Writes a text without its terminating zero.
static inline void wr_text(struct wr *w, const char *text)
{
    wr_put(w, (const uint8_t *)text, strlen(text));
}

static inline void wr_le(struct wr *w, uint64_t v, size_t width)
{
    assert(width >= 1 && width <= 8);
    assert(width == 8 || v >> (8 * width) == 0);
    uint8_t b[8];
    for (size_t i = 0; i < width; i++)
        b[i] = (uint8_t)(v >> (8 * i));
    wr_put(w, b, width);
}

static inline void wr_u8(struct wr *w, uint8_t v)
{
    wr_le(w, v, 1);
}

static inline void wr_u16(struct wr *w, uint16_t v)
{
    wr_le(w, v, 2);
}

static inline void wr_u32(struct wr *w, uint32_t v)
{
    wr_le(w, v, 4);
}

static inline void wr_u64(struct wr *w, uint64_t v)
{
    wr_le(w, v, 8);
}

#endif
