// fields.h - tables that say what a file may hold and where each value goes
//
// One table of struct hx_field describes one map of a file and one struct in
// memory. Four walkers go by the tables and know nothing else of the format: the
// reader (read.c), the writer (print.c), the comparison (same.c), the schema
// (schema.c).

#ifndef HARNESS_SCENARIO_FIELDS_H
#define HARNESS_SCENARIO_FIELDS_H

#include <scenario/load.h>
#include <scenario/yaml_tree.h>

// What a value looks like in a file, and the member that holds it. "A number" is an
// int64_t, uint64_t or uint32_t.
enum hx_type {
    HX_T_NOTHING,  // nothing: "close:"
    HX_T_LINE,     // printable text on one line: char[]
    HX_T_PROSE,    // the same with line breaks; those at its end are dropped: char[]
    HX_T_NAME,     // letters, digits, dots and dashes: char[]
    HX_T_DATE,     // "2017-08-29": char[]
    HX_T_LABEL,    // [a-z][a-z0-9-]*: char[]
    HX_T_BOOL,     // true or false, on or off, yes or no: a number
    HX_T_INT,      // decimal: a number
    HX_T_NTH,      // an integer from 1, or first, or last (-1): a number
    HX_T_OPCODE,   // decimal or 0x...: a number
    HX_T_DECIMAL,  // with up to `places` decimals: a number, times 10^places
    HX_T_DURATION, // 500us 250ms 60s 10min 2h 3d: a number of microseconds
    HX_T_WORD,     // one of the words: its index, a number
    HX_T_SET,      // a list of words, or one word, or "all": bits, a number
    HX_T_CONTROLS, // a list of controls: struct tp_controls
    HX_T_BYTES,    // hex digits: uint8_t[], counted
    HX_T_NAMES,    // a list of names: char[][], counted
    HX_T_INTS,     // a list of integers: int64_t[], counted
    HX_T_MAP,      // a map of `fields` in the same struct
    HX_T_MAPS,     // a list of maps: an array of structs with `fields`, counted
    HX_T_STEPS,    // a list of steps, by the verb table: struct hx_step[], counted
};

struct hx_words {
    const char *const *at;
    size_t count;
};

// A table ends with a field whose key is NULL.
struct hx_field {
    const char *key;
    enum hx_type type;
    bool required;
    bool or_nothing;     // the value may be left out behind the key
    bool all;            // HX_T_SET: "all" stands for every word
    size_t offset, size; // of the member
    size_t most;         // elements of a counted member
    size_t count_offset; // of the size_t that counts them
    size_t line_offset;  // HX_T_MAPS: of an element's uint32_t for its line, or 0
    int64_t min, max;    // a number's range; a list's, set's or map's least entries
    int64_t otherwise;   // a number's value where the key is absent
    uint64_t among;      // HX_T_WORD, HX_T_SET: bits of the words allowed; 0 = all
    struct hx_words words;
    const struct hx_field *fields; // HX_T_MAP, HX_T_MAPS
    const char *help;
    unsigned places; // HX_T_DECIMAL
};

#define HX_MEMBER(type, member)                                                        \
    .offset = offsetof(type, member), .size = sizeof(((type *)0)->member)
#define HX_COUNTED(type, member, counter)                                              \
    HX_MEMBER(type, member),                                                           \
        .most = sizeof(((type *)0)->member) / sizeof(((type *)0)->member[0]),          \
        .count_offset = offsetof(type, counter)
#define HX_BIT(n) (UINT64_C(1) << (n))

// What the files hold.
extern const struct hx_field hx_scenario_fields[];
extern const struct hx_field hx_profile_fields[];
extern const struct hx_field hx_advisories_fields[];

// Reads a whole file, of which HX_FILE_MAX + 1 bytes count.
//
// Owner  the text is the caller's to free.
// Fails  NULL, *err says why.
uint8_t *hx_read_file(const char *path, size_t *len, struct hx_error *err);

// Prints a value as its file would say it, and whether two would say the same.
void hx_print_file(FILE *f, const struct hx_field *fields, const void *base);
bool hx_same_file(const struct hx_field *fields, const void *a, const void *b);

// One thing an actor can do. In a step's map the verb's word is the key of value;
// args are the other keys it takes.
struct hx_verb_row {
    unsigned actors;    // bits of enum hx_actor
    unsigned abilities; // bits of enum hx_ability that it takes, if an attacker's
    struct hx_field value;
    const struct hx_field *args;
};

enum { HX_ARGS_MAX = 8 };

// What an attacker of these tiers is able to do (bits of enum hx_ability).
uint32_t hx_tiers_abilities(uint64_t tiers);

extern const struct hx_verb_row hx_verbs[HX_DO_COUNT];
extern const struct hx_words hx_actor_words;

// The verb of this word that the actor has; HX_DO_COUNT if there is none.
enum hx_verb hx_verb_find(enum hx_actor actor, const char *word);

// A verb's value and arguments as one table.
void hx_verb_fields(enum hx_verb verb, struct hx_field out[HX_ARGS_MAX + 2]);

// --- what the walkers share (fields.c) ---

// A number's member, whatever its width.
int64_t hx_get(const struct hx_field *f, const void *base);
void hx_put(const struct hx_field *f, void *base, int64_t value);

// A counted member's count, the size of an element, and the nth.
size_t hx_count(const struct hx_field *f, const void *base);
void hx_set_count(const struct hx_field *f, void *base, size_t count);
size_t hx_stride(const struct hx_field *f);
const void *hx_element(const struct hx_field *f, const void *base, size_t n);
void *hx_element_of(const struct hx_field *f, void *base, size_t n);

// Gives every member of a table the value it has where its key is absent.
void hx_default(const struct hx_field *fields, void *base);

// Whether a member has that value, so that a writer may leave its key out.
bool hx_is_default(const struct hx_field *f, const void *base);

// --- scalars and words, both ways (scalars.c, texts.c, words.c) ---

// Reads one scalar. Fails as hx_refuse does; *out is then untouched.
bool hx_read_number(const struct hx_reader *r, const struct hx_node *node,
                    const struct hx_field *f, int64_t *out);
bool hx_read_text(const struct hx_reader *r, const struct hx_node *node,
                  const struct hx_field *f, char *out, size_t cap);
bool hx_read_bytes(const struct hx_reader *r, const struct hx_node *node,
                   const struct hx_field *f, void *out);

// Reads one of the words allowed. The error lists them if they are few.
bool hx_read_word(const struct hx_reader *r, const struct hx_node *node,
                  const struct hx_field *f, int64_t *out);

// Writes a number as a file would have it; the type says how.
void hx_format(const struct hx_field *f, int64_t value, char *buf, size_t cap);

// Whether a valid UTF-8 text may stand in a file as it is: no control characters,
// and line breaks only if lines.
bool hx_printable(const char *text, bool lines);

// Whether this word of f->words may stand here, and the bits of all that may.
bool hx_allowed(const struct hx_field *f, size_t word);
uint64_t hx_every_word(const struct hx_field *f);

// Words to choose from: the nth is what word(context, n) says, NULL for one to be
// passed over.
struct hx_choice {
    const char *(*word)(const void *context, size_t n);
    const void *context;
    size_t count;
};

// Lists the words, as "a, b or c"; false if that does not fit.
bool hx_list_words(const struct hx_choice *among, char *buf, size_t cap);

// The word that may have been meant by what was written; NULL if none is near.
const char *hx_nearest(const char *written, const struct hx_choice *among);

// --- maps (read.c, steps.c) ---

// Reads a map by a table. Members whose keys are absent stay as they are.
bool hx_read_map(const struct hx_reader *r, const struct hx_node *map,
                 const struct hx_field *fields, void *out);
bool hx_read_value(const struct hx_reader *r, const struct hx_node *node,
                   const struct hx_field *f, void *out);

// Reads one item of the list of steps: an actor, its verb and arguments.
bool hx_read_step(const struct hx_reader *r, const struct hx_node *step,
                  struct hx_step *out);

// Rules between values, which no table can say (check.c).
bool hx_check_scenario(const struct hx_reader *r, const struct hx_node *root,
                       const struct hx_scenario *s);
bool hx_check_profile(const struct hx_reader *r, const struct hx_node *root,
                      const struct hx_profile *p);

#endif
