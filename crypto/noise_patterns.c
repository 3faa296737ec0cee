// noise_patterns.c - patterns and protocol names, compiled to steps
//
// The compiler refuses what cannot be run: a key used before it is there, sent
// twice, a Diffie-Hellman done twice, parties out of turn. It does not judge
// whether a pattern is secure: this is a bench, and it runs weak ones knowingly.

#include "noise_internal.h"

static const struct {
    const char *name, *pattern;
} known[] = {
    // one way
    {"N", "<- s ... -> e, es"},
    {"K", "-> s <- s ... -> e, es, ss"},
    {"X", "<- s ... -> e, es, s, ss"},
    // fundamental
    {"NN", "-> e <- e, ee"},
    {"NK", "<- s ... -> e, es <- e, ee"},
    {"NX", "-> e <- e, ee, s, es"},
    {"KN", "-> s ... -> e <- e, ee, se"},
    {"KK", "-> s <- s ... -> e, es, ss <- e, ee, se"},
    {"KX", "-> s ... -> e <- e, ee, se, s, es"},
    {"XN", "-> e <- e, ee -> s, se"},
    {"XK", "<- s ... -> e, es <- e, ee -> s, se"},
    {"XX", "-> e <- e, ee, s, es -> s, se"},
    {"IN", "-> e, s <- e, ee, se"},
    {"IK", "<- s ... -> e, es, s, ss <- e, ee, se"},
    {"IX", "-> e, s <- e, ee, se, s, es"},
    // deferred
    {"NK1", "<- s ... -> e <- e, ee, es"},
    {"NX1", "-> e <- e, ee, s -> es"},
    {"K1N", "-> s ... -> e <- e, ee -> se"},
    {"K1K", "-> s <- s ... -> e, es <- e, ee -> se"},
    {"KK1", "-> s <- s ... -> e <- e, ee, se, es"},
    {"K1K1", "-> s <- s ... -> e <- e, ee, es -> se"},
    {"K1X", "-> s ... -> e <- e, ee, s, es -> se"},
    {"KX1", "-> s ... -> e <- e, ee, se, s -> es"},
    {"K1X1", "-> s ... -> e <- e, ee, s -> se, es"},
    {"X1N", "-> e <- e, ee -> s <- se"},
    {"X1K", "<- s ... -> e, es <- e, ee -> s <- se"},
    {"XK1", "<- s ... -> e <- e, ee, es -> s, se"},
    {"X1K1", "<- s ... -> e <- e, ee, es -> s <- se"},
    {"X1X", "-> e <- e, ee, s, es -> s <- se"},
    {"XX1", "-> e <- e, ee, s -> es, s, se"},
    {"X1X1", "-> e <- e, ee, s -> es, s <- se"},
    {"I1N", "-> e, s <- e, ee -> se"},
    {"I1K", "<- s ... -> e, es, s <- e, ee -> se"},
    {"IK1", "<- s ... -> e, s <- e, ee, se, es"},
    {"I1K1", "<- s ... -> e, s <- e, ee, es -> se"},
    {"I1X", "-> e, s <- e, ee, s, es -> se"},
    {"IX1", "-> e, s <- e, ee, se, s -> es"},
    {"I1X1", "-> e, s <- e, ee, s -> se, es"},
};

static const struct {
    const char *word;
    enum noise_step step;
} words[] = {
    {"->", STEP_INITIATOR}, {"<-", STEP_RESPONDER}, {"e", STEP_E},
    {"s", STEP_S},          {"ee", STEP_EE},        {"es", STEP_ES},
    {"se", STEP_SE},        {"ss", STEP_SS},        {"psk", STEP_PSK},
};

// A stretch of somebody's text.
struct span {
    const char *at;
    size_t len;
};

static bool span_is(struct span s, const char *text)
{
    return s.len == strlen(text) && memcmp(s.at, text, s.len) == 0;
}

static bool separates(char c)
{
    return c == ' ' || c == ',';
}

// Takes the next word off a pattern; an empty one at its end.
static struct span next_word(const char **pattern)
{
    const char *p = *pattern;
    while (separates(*p))
        p++;
    struct span word = {.at = p, .len = 0};
    while (p[word.len] != '\0' && !separates(p[word.len]))
        word.len++;
    *pattern = p + word.len;
    return word;
}

static bool find_step(struct span word, enum noise_step *out)
{
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (span_is(word, words[i].word)) {
            *out = words[i].step;
            return true;
        }
    }
    return false;
}

// What the steps so far have put in place: which public keys both sides have,
// and which products were mixed.
enum { HAS_IE = 1, HAS_IS = 2, HAS_RE = 4, HAS_RS = 8 };

struct compiler {
    struct cr_noise_protocol out;
    unsigned keys;
    unsigned mixed;    // a bit for each of STEP_EE to STEP_SS
    unsigned messages; // marks seen
    bool responders;   // whose message the tokens belong to
    uint64_t psks;     // a bit for each modifier not placed yet
};

static bool emit(struct compiler *c, enum noise_step step)
{
    if (c->out.step_count == CR_NOISE_STEPS_MAX)
        return false;
    c->out.steps[c->out.step_count++] = (uint8_t)step;
    return true;
}

static bool add_mark(struct compiler *c, bool responders)
{
    if (responders != (c->messages % 2 == 1))
        return false;
    c->messages++;
    c->responders = responders;
    return true;
}

static bool add_key(struct compiler *c, unsigned key)
{
    if (c->keys & key)
        return false;
    c->keys |= key;
    return true;
}

static bool add_product(struct compiler *c, enum noise_step step, unsigned needs)
{
    if ((c->keys & needs) != needs || c->mixed & 1U << step)
        return false;
    c->mixed |= 1U << step;
    return true;
}

static bool add_psk(struct compiler *c)
{
    if (c->out.psk_count == CR_NOISE_PSK_MAX)
        return false;
    c->out.psk_count++;
    return true;
}

static bool is_mark(enum noise_step step)
{
    return step == STEP_INITIATOR || step == STEP_RESPONDER;
}

// Checks one step of a message against those before it, and adds it.
static bool add_step(struct compiler *c, enum noise_step step)
{
    if (!is_mark(step) && c->messages == 0)
        return false;

    bool fits = false;
    switch (step) {
    case STEP_INITIATOR:
    case STEP_RESPONDER:
        fits = add_mark(c, step == STEP_RESPONDER);
        break;
    case STEP_E:
        fits = add_key(c, c->responders ? HAS_RE : HAS_IE);
        break;
    case STEP_S:
        fits = add_key(c, c->responders ? HAS_RS : HAS_IS);
        break;
    case STEP_EE:
        fits = add_product(c, step, HAS_IE | HAS_RE);
        break;
    case STEP_ES:
        fits = add_product(c, step, HAS_IE | HAS_RS);
        break;
    case STEP_SE:
        fits = add_product(c, step, HAS_IS | HAS_RE);
        break;
    case STEP_SS:
        fits = add_product(c, step, HAS_IS | HAS_RS);
        break;
    case STEP_PSK:
        fits = add_psk(c);
        break;
    case STEP_KNOWN_INITIATOR:
    case STEP_KNOWN_RESPONDER:
        break; // not a word of the language
    }
    return fits && emit(c, step);
}

static bool has_dots(const char *pattern)
{
    struct span word;
    do {
        word = next_word(&pattern);
    } while (word.len > 0 && !span_is(word, "..."));
    return word.len > 0;
}

// One "-> s" or "<- s"; the initiator's comes first, and each at most once.
static bool add_known_key(struct compiler *c, struct span side, struct span key)
{
    bool initiators = span_is(side, "->") && c->keys == 0;
    bool responders = span_is(side, "<-") && !(c->keys & HAS_RS);
    if (!span_is(key, "s") || (!initiators && !responders))
        return false;
    c->keys |= initiators ? HAS_IS : HAS_RS;
    return emit(c, initiators ? STEP_KNOWN_INITIATOR : STEP_KNOWN_RESPONDER);
}

// Compiles what stands before "...".
static bool add_known(struct compiler *c, const char **pattern)
{
    for (;;) {
        struct span side = next_word(pattern);
        if (span_is(side, "..."))
            return c->keys != 0;
        struct span key = next_word(pattern);
        if (!add_known_key(c, side, key))
            return false;
    }
}

// Adds the psk of a modifier if there is one for this place: 0 is the start of the
// first message, n the end of the nth.
static bool place_psk(struct compiler *c, unsigned place)
{
    uint64_t bit = UINT64_C(1) << place;
    if (!(c->psks & bit))
        return true;
    c->psks &= ~bit;
    return add_step(c, STEP_PSK);
}

// A message ends where the next begins, or where the text does.
static bool end_message(struct compiler *c)
{
    return c->messages == 0 || place_psk(c, c->messages);
}

static bool add_word(struct compiler *c, struct span word)
{
    enum noise_step step = STEP_E;
    if (!find_step(word, &step))
        return false;
    if (!is_mark(step))
        return add_step(c, step);
    return end_message(c) && add_step(c, step) && place_psk(c, 0);
}

static bool add_messages(struct compiler *c, const char *pattern)
{
    struct span word = next_word(&pattern);
    for (; word.len > 0; word = next_word(&pattern)) {
        if (!add_word(c, word))
            return false;
    }
    return c->messages > 0 && end_message(c) && c->psks == 0;
}

static enum cr_err compile(struct cr_noise_protocol *out, const char *pattern,
                           uint64_t psks, enum cr_noise_hash hash)
{
    struct compiler c = {.out = {.hash = hash}, .psks = psks};
    if (has_dots(pattern) && !add_known(&c, &pattern))
        return CR_E_NAME;
    if (!add_messages(&c, pattern))
        return CR_E_NAME;
    c.out.one_way = c.messages == 1;
    *out = c.out;
    return CR_OK;
}

enum cr_err cr_noise_compile(struct cr_noise_protocol *out, const char *pattern,
                             enum cr_noise_hash hash)
{
    return compile(out, pattern, 0, hash);
}

// Takes everything up to c, or up to the end, off a text. c itself goes too.
static struct span split_at(struct span *text, char c)
{
    struct span head = {.at = text->at, .len = 0};
    while (head.len < text->len && text->at[head.len] != c)
        head.len++;
    size_t gone = head.len < text->len ? head.len + 1 : head.len;
    text->at += gone;
    text->len -= gone;
    return head;
}

// Reads "psk0+psk2": one digit each, and sorted, as the specification asks.
static bool read_modifiers(struct span text, uint64_t *psks)
{
    *psks = 0;
    while (text.len > 0) {
        bool more = text.at[text.len - 1] != '+';
        struct span one = split_at(&text, '+');
        if (!more || one.len != 4 || memcmp(one.at, "psk", 3) != 0 || one.at[3] < '0' ||
            one.at[3] > '9')
            return false;
        uint64_t bit = UINT64_C(1) << (one.at[3] - '0');
        if (*psks >= bit)
            return false;
        *psks |= bit;
    }
    return true;
}

static bool read_hash(struct span text, enum cr_noise_hash *out)
{
    static const char *const names[] = {[CR_NOISE_SHA256] = "SHA256",
                                        [CR_NOISE_SHA512] = "SHA512",
                                        [CR_NOISE_BLAKE2B] = "BLAKE2b"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (span_is(text, names[i])) {
            *out = (enum cr_noise_hash)i;
            return true;
        }
    }
    return false;
}

enum cr_err cr_noise_named(struct cr_noise_protocol *out, const char *name)
{
    struct span rest = {.at = name, .len = strlen(name)};
    struct span noise = split_at(&rest, '_');
    struct span base = split_at(&rest, '_');
    struct span dh = split_at(&rest, '_');
    struct span cipher = split_at(&rest, '_');
    enum cr_noise_hash hash = CR_NOISE_SHA256;
    uint64_t psks = 0;
    if (!span_is(noise, "Noise") || !span_is(dh, "25519") ||
        !span_is(cipher, "ChaChaPoly") || !read_hash(rest, &hash))
        return CR_E_NAME;

    // Modifiers begin at the first letter that is not a capital.
    struct span modifiers = base;
    while (modifiers.len > 0 && (*modifiers.at < 'a' || *modifiers.at > 'z')) {
        modifiers.at++;
        modifiers.len--;
    }
    base.len -= modifiers.len;
    if (!read_modifiers(modifiers, &psks))
        return CR_E_NAME;

    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (span_is(base, known[i].name))
            return compile(out, known[i].pattern, psks, hash);
    }
    return CR_E_NAME;
}
