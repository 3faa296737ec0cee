// words.c - words out of lists, and what to say to a word that is in none

#include <scenario/fields.h>
#include <string.h>

enum { WORD_MAX = 32, LISTED_MAX = 200 };

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

// How many letters differ, are missing, too many, or changed places.
static size_t distance(const char *a, const char *b)
{
    size_t rows[3][WORD_MAX + 1]; // of the last three letters of a
    size_t alen = strlen(a), blen = strlen(b);
    if (alen > WORD_MAX || blen > WORD_MAX)
        return WORD_MAX;
    for (size_t j = 0; j <= blen; j++)
        rows[0][j] = j;
    for (size_t i = 1; i <= alen; i++) {
        size_t *now = rows[i % 3], *last = rows[(i + 2) % 3],
               *before = rows[(i + 1) % 3];
        now[0] = i;
        for (size_t j = 1; j <= blen; j++) {
            now[j] = least(last[j - 1] + (a[i - 1] != b[j - 1]),
                           least(last[j], now[j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                now[j] = least(now[j], before[j - 2] + 1);
        }
    }
    return rows[alen % 3][blen];
}

const char *hx_nearest(const char *written, const struct hx_choice *among)
{
    const char *best = NULL;
    size_t at_most = strlen(written) < 5 ? 1 : 2;
    for (size_t n = 0; n < among->count; n++) {
        const char *word = among->word(among->context, n);
        if (word && distance(written, word) <= at_most) {
            at_most = distance(written, word);
            at_most -= at_most > 0; // another must be nearer
            best = word;
        }
    }
    return best;
}

bool hx_list_words(const struct hx_choice *among, char *buf, size_t cap)
{
    size_t left = 0, len = 0;
    for (size_t n = 0; n < among->count; n++)
        left += among->word(among->context, n) != NULL;
    for (size_t n = 0; n < among->count && len < cap; n++) {
        const char *word = among->word(among->context, n);
        if (!word)
            continue;
        const char *link = --left > 1 ? ", " : left == 1 ? " or " : "";
        len += (size_t)snprintf(buf + len, cap - len, "%s%s", word, link);
    }
    return len < cap;
}

bool hx_allowed(const struct hx_field *f, size_t word)
{
    return f->among == 0 || f->among >> word & 1;
}

uint64_t hx_every_word(const struct hx_field *f)
{
    uint64_t bits = 0;
    for (size_t n = 0; n < f->words.count; n++)
        bits |= (uint64_t)hx_allowed(f, n) << n;
    return bits;
}

static const char *allowed_word(const void *context, size_t n)
{
    const struct hx_field *f = context;
    return hx_allowed(f, n) ? f->words.at[n] : NULL;
}

bool hx_read_word(const struct hx_reader *r, const struct hx_node *node,
                  const struct hx_field *f, int64_t *out)
{
    bool scalar = node->kind == HX_NODE_SCALAR;
    for (size_t n = 0; n < f->words.count && scalar; n++) {
        if (hx_allowed(f, n) && strcmp(node->text, f->words.at[n]) == 0) {
            *out = (int64_t)n;
            return true;
        }
    }
    struct hx_choice among = {allowed_word, f, f->words.count};
    const char *near = scalar ? hx_nearest(node->text, &among) : NULL;
    char words[LISTED_MAX], found[80];
    if (!hx_list_words(&among, words, sizeof words))
        snprintf(words, sizeof words, "one of %zu words", f->words.count);
    hx_found(node, found, sizeof found);
    return hx_refuse(r, node, "expected %s, found %s%s%s%s",
                     f->type == HX_T_CONTROLS ? "a control" : words, found,
                     near ? ", did you mean '" : "", near ? near : "",
                     near ? "'?" : "");
}
