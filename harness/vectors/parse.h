// parse.h - what the two vector formats share

#ifndef HARNESS_VECTORS_PARSE_H
#define HARNESS_VECTORS_PARSE_H

#include <vectors/vectors.h>

// A text that need not end with a zero.
struct hx_text {
    const char *at;
    size_t len;
};

// State of a reading: the vector being filled, and the memory its bytes go to.
struct hx_vectors_reader {
    struct hx_vector v;
    struct hx_vectors_sink sink;
    struct hx_vectors_error *error;
    uint8_t *bytes; // HX_VECTOR_TEXT_MAX / 2 of them
    size_t used;
    size_t count; // vectors given to the sink
};

bool hx_text_is(struct hx_text t, const char *s);

// Notes an error; always false. The message begins with "expected".
__attribute__((format(printf, 3, 4))) bool hx_vectors_fail(struct hx_vectors_reader *r,
                                                           unsigned line,
                                                           const char *format, ...);

// Copies at most cap - 1 characters of t with a zero behind, and a '?' for each
// that is not printable ASCII: what a file holds may be printed only so.
const char *hx_vectors_printable(struct hx_text t, char *out, size_t cap);

// Decodes text, the value of key, to *out.
//
// Fails  false if *out was given before, or on anything but hexadecimal.
bool hx_vectors_hex(struct hx_vectors_reader *r, unsigned line, const char *key,
                    struct hx_text text, struct hx_hex *out);

// Sets the protocol's name.
bool hx_vectors_name(struct hx_vectors_reader *r, unsigned line, struct hx_text text);

// Forgets the vector being filled and begins another.
void hx_vectors_begin(struct hx_vectors_reader *r, unsigned line);

// Gives the vector being filled to the sink, if it has what every vector has.
bool hx_vectors_end(struct hx_vectors_reader *r);

// The formats. Each reads the whole text.
bool hx_vectors_lines(struct hx_vectors_reader *r, struct hx_text text);
bool hx_vectors_json(struct hx_vectors_reader *r, struct hx_text text);

#endif
