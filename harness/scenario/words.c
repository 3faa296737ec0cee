// The words of every list in scenario.h and controls.h, both ways.

#include "fields.h"
#include <scenario/load.h>
#include <string.h>

#define WORD(name, word) word,
#define CONTROL(name, id, category, clause) id,

// clang-format off
#define LISTS(L)                                                                      \
    L(kind,       HX_KIND_LIST,       "a kind of scenario")                           \
    L(tier,       HX_TIER_LIST,       "a tier of attacker")                           \
    L(invariant,  HX_INVARIANT_LIST,  "an invariant")                                 \
    L(log_class,  HX_LOG_CLASS_LIST,  "a class of log entry")                         \
    L(compare,    HX_COMPARE_LIST,    "what to compare")                              \
    L(sweep,      HX_SWEEP_LIST,      "what to sweep")                                \
    L(actor,      HX_ACTOR_LIST,      "an actor")                                     \
    L(party,      HX_PARTY_LIST,      "a party")                                      \
    L(link,       HX_LINK_LIST,       "a link")                                       \
    L(purpose,    HX_PURPOSE_LIST,    "a purpose")                                    \
    L(read,       HX_READ_LIST,       "what to read")                                 \
    L(emergency,  HX_EMERGENCY_LIST,  "an emergency act")                             \
    L(expect,     HX_EXPECT_LIST,     "an outcome")                                   \
    L(frame,      HX_FRAME_LIST,      "a kind of frame")                              \
    L(role,       HX_ROLE_LIST,       "a role")                                       \
    L(signer,     HX_SIGNER_LIST,     "a signer")                                     \
    L(stolen,     HX_STOLEN_LIST,     "something to steal")                           \
    L(token,      HX_TOKEN_LIST,      "a token")                                      \
    L(flood,      HX_FLOOD_LIST,      "what to flood with")                           \
    L(rests,      HX_RESTS_LIST,      "a kind of patient")                            \
    L(implant,    HX_IMPLANT_LIST,    "an implant")                                   \
    L(programmer, HX_PROGRAMMER_LIST, "a programmer")
// clang-format on

#define TABLE(list, words, noun)                                                       \
    static const char *const list##_words[] = {words(WORD)};                           \
    const struct hx_words hx_words_##list = {                                          \
        noun, list##_words, sizeof list##_words / sizeof list##_words[0]};             \
    const char *hx_word_##list(int value)                                              \
    {                                                                                  \
        return hx_word(&hx_words_##list, value);                                       \
    }
LISTS(TABLE)

// What a cast may have or not: the value is whether it has one.
static const char *const home_words[] = {"none", "home"};
const struct hx_words hx_words_home = {"a monitor", home_words, 2};

static const char *const second_words[] = {"none", "cardiac"};
const struct hx_words hx_words_second = {"an implant", second_words, 2};

static const char *const category_words[] = {TP_CATEGORY_LIST(WORD)};
const struct hx_words hx_words_category = {"a category of controls", category_words,
                                           TP_CAT_COUNT};

static const char *const control_words[] = {TP_CONTROL_LIST(CONTROL)};
const struct hx_words hx_words_control = {"a control", control_words, TP_CTL_COUNT};

int hx_word_find(const struct hx_words *words, const char *word)
{
    for (int i = 0; i < words->count; i++) {
        if (strcmp(words->word[i], word) == 0)
            return i;
    }
    return -1;
}

const char *hx_word(const struct hx_words *words, int64_t value)
{
    return value >= 0 && value < words->count ? words->word[value] : "?";
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

// Edits that turn one word into the other, by Levenshtein's table of one row.
static size_t distance(const char *a, const char *b)
{
    size_t row[HX_ID_MAX + 1];
    size_t b_len = strlen(b);
    for (size_t j = 0; j <= b_len; j++)
        row[j] = j;
    for (size_t i = 0; a[i]; i++) {
        size_t corner = row[0];
        row[0] = i + 1;
        for (size_t j = 0; j < b_len; j++) {
            size_t swap = corner + (a[i] != b[j]);
            corner = row[j + 1];
            row[j + 1] = least(swap, least(corner, row[j]) + 1);
        }
    }
    return row[b_len];
}

bool hx_word_near(const char *a, const char *word)
{
    size_t longest = strlen(word);
    if (longest > HX_ID_MAX || strlen(a) > HX_ID_MAX)
        return false;
    return distance(a, word) <= (longest < 5 ? 1 : 2);
}
