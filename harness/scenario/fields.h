// fields.h - the tables that describe a file, for those who read and write by them
//
// A file is a map; a map is an array of struct hx_field that ends with {0}. Reader,
// writer, comparison and JSON Schema walk the same array, so that what one of them
// knows all of them know.

#ifndef HARNESS_SCENARIO_FIELDS_H
#define HARNESS_SCENARIO_FIELDS_H

#include <scenario/scenario.h>

// clang-format off
enum hx_type {
    HX_T_NULL,     // nothing; the key says it all
    HX_T_WORD,     // int64_t: one of .words
    HX_T_SET,      // bits, 4 or 8 bytes of them: a list of .words, or the word all
    HX_T_BOOL,     // int64_t: true, false, on, off, yes, no
    HX_T_INT,      // int64_t
    HX_T_NTH,      // int64_t: from 1, or first, or last (-1)
    HX_T_OPCODE,   // int64_t: decimal or 0x0010
    HX_T_DECIMAL,  // int64_t: the number times ten to the power .places
    HX_T_DURATION, // int64_t: microseconds; 10min, 250ms
    HX_T_TEXT,     // char[]: prose
    HX_T_ID,       // char[]: letters, digits, hyphens; a letter first
    HX_T_TAG,      // char[][]: a list of letters, digits, hyphens, dots; a letter first
    HX_T_INTS,     // int64_t[]
    HX_T_BYTES,    // uint8_t[]: pairs of hexadecimal digits
    HX_T_CONTROLS, // struct tp_controls: a list of control ids
    HX_T_MAP,      // members of the same struct: a map of .fields
    HX_T_STEPS,    // struct hx_step[]
    HX_T_CUTS,     // struct hx_cut[]
};
// clang-format on

struct hx_words {
    const char *noun; // "a control"
    const char *const *word;
    int count;
};

struct hx_field {
    const char *key;
    enum hx_type type;
    bool required;
    size_t offset, size; // of the member
    size_t item;         // size of one entry, for those with a count
    size_t count_offset; // of the member that counts entries
    int64_t min, max;    // of a number, as stored; of a list, how many (max: in all)
    int places;
    const struct hx_words *words;
    uint64_t unsaid; // words that no file may use: what leaving the key out means
    const struct hx_field *fields;
    const char *help;
};

#define HX_AT(type, member)                                                            \
    .offset = offsetof(struct type, member), .size = sizeof(((struct type *)0)->member)
#define HX_LIST_AT(type, member, count)                                                \
    HX_AT(type, member), .item = sizeof(((struct type *)0)->member[0]),                \
        .count_offset = offsetof(struct type, count)
#define HX_BIT(n) (UINT64_C(1) << (n))

enum {
    HX_ARGS_MAX = 32,                  // arguments that any one verb may take
    HX_STEP_FIELDS_MAX = HX_ARGS_MAX + 2, // with its own word and the end
};

// How a verb is written: its word is a key with a value, beside its arguments.
struct hx_verb_info {
    enum hx_verb verb;
    uint64_t actors; // set of enum hx_actor
    struct hx_field value;
    uint64_t args, needs; // sets of enum hx_arg; needs is part of args
};

extern const struct hx_field hx_scenario_fields[];
extern const struct hx_field hx_cut_fields[];
extern const struct hx_field hx_profile_fields[];

// What a file that says nothing more means.
void hx_scenario_blank(struct hx_scenario *out);
void hx_profile_blank(struct hx_profile *out);

// The verbs in the order of the table; NULL behind the last.
const struct hx_verb_info *hx_verb_at(size_t i);
const struct hx_verb_info *hx_verb_info(enum hx_verb verb);
// NULL if this actor does no such thing.
const struct hx_verb_info *hx_verb_find(enum hx_actor actor, const char *word);
// The fields of the map that says a step: the verb's word first, then its arguments.
void hx_verb_fields(const struct hx_verb_info *v,
                    struct hx_field out[HX_STEP_FIELDS_MAX]);

// The value of a word; -1 if it is none of these.
int hx_word_find(const struct hx_words *words, const char *word);
// The word for a value; "?" if there is none.
const char *hx_word(const struct hx_words *words, int64_t value);
// Whether a is so near to word that it may have been meant.
bool hx_word_near(const char *a, const char *word);

extern const struct hx_words hx_words_kind, hx_words_tier, hx_words_invariant,
    hx_words_log_class, hx_words_compare, hx_words_sweep, hx_words_actor,
    hx_words_party, hx_words_link, hx_words_purpose, hx_words_read, hx_words_emergency,
    hx_words_expect, hx_words_frame, hx_words_role, hx_words_signer, hx_words_stolen,
    hx_words_token, hx_words_flood, hx_words_rests, hx_words_implant,
    hx_words_programmer, hx_words_home, hx_words_second, hx_words_category,
    hx_words_control;

#endif
