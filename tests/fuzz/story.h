// story.h - a clinician's and a service programmer's honest day with an implant, kept
// moment by moment
//
// In the end the implant gets new software, release 2 instead of 1, and starts anew.
//
// For fuzz targets that want an endpoint in the middle of something: they pick a
// moment, take one side's place and do as they please. Every frame before that moment
// was delivered and may be played back; what came later was never on the air. No
// secret of either side, nor of the clinic, is in any input.

#ifndef TESTS_FUZZ_STORY_H
#define TESTS_FUZZ_STORY_H

#include <protocol/implant.h>
#include <protocol/programmer.h>
#include <stdalign.h>

enum {
    STORY_STATE_MAX = 8192,
    STORY_MOMENTS_MAX = 64,
    STORY_GUARD = 64,       // bytes behind the size of a state,
    STORY_UNTOUCHED = 0xa5, // each of this value
    STORY_IMAGE_LEN = 100,  // of either release
};

enum story_side { STORY_IMPLANT, STORY_PROGRAMMER, STORY_SIDES };

struct story_state {
    alignas(16) uint8_t bytes[STORY_STATE_MAX];
};

struct story_moment {
    uint64_t now_us;
    uint16_t act; // what the programmer was last asked for: enum ep_act_kind
    struct story_state state[STORY_SIDES];
    uint8_t nvm[TP_IMPLANT_NVM_LEN];
};

struct story_frame {
    uint8_t from; // enum story_side
    uint8_t link, len;
    uint8_t bytes[EP_FRAME_MAX];
};

// moments[n] is when frames[0..n) had been delivered and answered.
struct story {
    size_t finished; // the first moment at which release 2 is there as a whole
    size_t count;    // of frames; there is one moment more
    struct story_frame frames[STORY_MOMENTS_MAX];
    struct story_moment moments[STORY_MOMENTS_MAX + 1];
};

// The story, which is the same in every process: pairing, intent, a session in which
// therapy and alarm are written, its end, and a second session for reading; then the
// update, and a pairing with what runs now.
const struct story *story_told(void);

// The image of release 1 or 2.
const uint8_t *story_image(uint32_t version);

// Powers the implant of the story up on its memory.
void story_boot(struct story_state *implant, const uint8_t nvm[TP_IMPLANT_NVM_LEN],
                uint32_t boots, uint64_t now_us);

// True if nothing was written behind the size of the state.
bool story_intact(const struct story_state *s, const struct ep_ops *ops);

// True if the state, all of its size, is zero.
bool story_wiped(const struct story_state *s, const struct ep_ops *ops);

#endif
