// files.c - what the log service hands out
//
// Items have numbers, and the numbers are a list (NET-6): there is no path to be
// clever with. A build with switches has what was found in the field instead: a path,
// put behind the folder's name, with whatever steps it takes out of there.

#include "state.h"

enum { ITEM_LOG = 0, ITEMS };

static bool is_there(const struct file *f)
{
    return f->path[0] != 0;
}

static const struct file *item(const struct tp_updater *u, struct rd arg)
{
    uint8_t number = rd_u8(&arg);
    if (!rd_end(&arg) || number >= ITEMS || !is_there(&u->files[ITEM_LOG + number]))
        return NULL;
    return &u->files[ITEM_LOG + number];
}

#ifdef TP_WEAKNESSES
struct path {
    uint8_t at[8 + TP_UP_MESSAGE_MAX]; // the folder, and as long an argument as comes
    size_t len;
};

static unsigned hex_of(uint8_t c)
{
    if (c >= '0' && c <= '9')
        return c - (unsigned)'0';
    c |= 0x20; // lower case
    return c >= 'a' && c <= 'f' ? c - (unsigned)'a' + 10 : 16;
}

// The next character, with a "%2e" made one.
static uint8_t next_character(struct rd *text)
{
    uint8_t c = rd_u8(text);
    if (c != '%' || text->left < 2)
        return c;
    unsigned high = hex_of(text->at[0]), low = hex_of(text->at[1]);
    if (high > 15 || low > 15)
        return c;
    rd_take(text, 2);
    return (uint8_t)(high << 4 | low);
}

static bool is_dots(const struct path *p, size_t from, size_t count)
{
    return p->len - from == count && memcmp(p->at + from, "..", count) == 0;
}

// A part of a path has ended: "" and "." are nothing, ".." takes the one before away.
static void end_part(struct path *p)
{
    size_t from = p->len;
    while (from > 0 && p->at[from - 1] != '/')
        from--;
    if (is_dots(p, from, 2)) {
        p->len = from > 0 ? from - 1 : 0;
        while (p->len > 0 && p->at[p->len - 1] != '/')
            p->len--;
    } else if (is_dots(p, from, 1)) {
        p->len = from;
    } else if (p->len > from) {
        p->at[p->len++] = '/';
    }
}

static void resolve(struct path *p, struct rd text)
{
    struct rd first = text;
    p->len = 0;
    if (next_character(&first) != '/') {
        memcpy(p->at, "logs/", 5);
        p->len = 5;
    }
    while (text.left > 0) {
        uint8_t c = next_character(&text);
        if (c == '/')
            end_part(p);
        else
            p->at[p->len++] = c;
    }
}

static const struct file *by_path(const struct tp_updater *u, struct rd text)
{
    struct path p;
    resolve(&p, text);
    for (size_t i = 0; i < TP_FILES_MAX; i++) {
        const struct file *f = &u->files[i];
        uint8_t padded[TP_FILE_NAME_MAX] = {0};
        if (p.len > sizeof padded || !is_there(f))
            continue;
        memcpy(padded, p.at, p.len);
        if (memcmp(padded, f->path, sizeof padded) == 0)
            return f;
    }
    return NULL;
}
#endif

const struct file *upd_file(const struct tp_updater *u, struct rd arg)
{
    const struct file *f = item(u, arg);
#ifdef TP_WEAKNESSES
    if (!f && !tp_has(&u->host.controls, TP_CTL_PATH_IDS))
        f = by_path(u, arg);
#endif
    return f;
}
