// slots.h - two places for software in non-volatile memory, and which one runs
//
// A release is received into the place that does not run. Not before it is there as a
// whole is it marked, with one write; and only a start, from the bytes in memory that
// will run, decides whether the mark is believed. So a power cut or a cut link at any
// moment leaves the software that ran before, and what was changed in memory after it
// was received is found out before it runs.
//
//   base + 0       u8 which place runs; u32 the least version, at base + 4
//   base + 16      place 0: u8 mark, at + 16 the manifest, at + 128 the image
//   base + 16 + TP_SLOT_LEN   place 1

#ifndef PROTOCOL_SLOTS_H
#define PROTOCOL_SLOTS_H

#include <protocol/controls.h>
#include <protocol/manifest.h>
#include <protocol/outbox.h>

enum {
    TP_SLOT_MANIFEST = 16,
    TP_SLOT_IMAGE = TP_SLOT_MANIFEST + TP_MANIFEST_LEN,
    TP_SLOT_LEN = TP_SLOT_IMAGE + TP_IMAGE_MAX,
    TP_SLOTS_HEAD = 16,
    TP_SLOTS_LEN = TP_SLOTS_HEAD + 2 * TP_SLOT_LEN,
};

// What a place's first byte says of it.
enum tp_slot_mark {
    TP_SLOT_EMPTY,
    TP_SLOT_RECEIVING,
    TP_SLOT_WHOLE,  // was received, and is tried at the next start
    TP_SLOT_PROVEN, // has run
};

// Where a device keeps its software, and whose it takes.
struct tp_slots_terms {
    const uint8_t *maker; // Ed25519 public key
    uint16_t base;        // of the two places, in non-volatile memory
    uint16_t model;       // enum tp_model
};

struct tp_slots {
    uint32_t version, least; // of what runs
    uint32_t staged;
    uint16_t size, got; // of what is being received; size 0: nothing is
    uint8_t active;     // which place runs
    bool whole;         // what was received is marked: it is tried at the next start
    uint8_t digest[16]; // of the manifest that is being received, its beginning
#ifdef TP_WEAKNESSES
    struct tp_manifest received; // without update-verify-at-use: what was checked
    uint8_t image[TP_IMAGE_MAX]; // on arrival is believed at the start
#endif
};

enum tp_slots_event {
    TP_SLOTS_SAME,     // runs what ran before
    TP_SLOTS_SWITCHED, // a release that was received runs for the first time
    TP_SLOTS_REFUSED,  // one that was received was not what its manifest says
    TP_SLOTS_BACK,     // what ran is no longer authentic: what ran before it does again
    TP_SLOTS_NOTHING,  // nothing authentic is there to run
};

// Puts the first software of a device's life into its memory.
void tp_slots_provision(uint8_t *nvm, uint16_t base, const struct tp_manifest *manifest,
                        const uint8_t *image);

// At a start: chooses what runs and says so (COMMIT BOOT), and keeps the choice.
enum tp_slots_event tp_slots_boot(struct tp_slots *s,
                                  const struct tp_slots_terms *terms,
                                  const uint8_t *nvm, struct tp_outbox *out,
                                  const struct tp_controls *controls);

// Is this the manifest of what is being received? Then beginning writes nothing.
bool tp_slots_goes_on(const struct tp_slots *s, const uint8_t *manifest);

// Begins to receive the release that manifest[0..TP_MANIFEST_LEN) speaks of; whatever
// was being received is forgotten. Beginning again with the same manifest, byte for
// byte, goes on behind what is there.
//
// Fails  TP_E_VALUE as tp_manifest_parse; TP_E_AUTH if it is not the maker's word, for
//        this model, newer than what runs and not expired. s is then untouched.
TP_MUST_CHECK enum tp_err tp_slots_begin(struct tp_slots *s,
                                         const struct tp_slots_terms *terms,
                                         const uint8_t *manifest, uint32_t now_s,
                                         struct tp_outbox *out,
                                         const struct tp_controls *controls);

struct tp_chunk {
    uint16_t offset; // in the image
    const uint8_t *bytes;
    size_t len;
};

// Stores a chunk of the image. The next one, or one that is there already (a repeat,
// which changes nothing).
//
// Fails  TP_E_STATE if nothing is being received or a chunk is missing before it;
//        TP_E_VALUE if it has not the length that its place asks for.
TP_MUST_CHECK enum tp_err tp_slots_chunk(struct tp_slots *s,
                                         const struct tp_slots_terms *terms,
                                         const struct tp_chunk *chunk,
                                         struct tp_outbox *out,
                                         const struct tp_controls *controls);

// Marks what was received as whole, for the next start to try. Once more is no more.
//
// Fails  TP_E_STATE if it is not whole.
TP_MUST_CHECK enum tp_err tp_slots_finish(struct tp_slots *s,
                                          const struct tp_slots_terms *terms,
                                          struct tp_outbox *out,
                                          const struct tp_controls *controls);

#endif
