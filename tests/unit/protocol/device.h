// device.h - a device that is nothing but its software: memory, and which of it runs
//
// Its writes are applied as they leave, so that power may be cut behind any of them.

#ifndef TESTS_UNIT_PROTOCOL_DEVICE_H
#define TESTS_UNIT_PROTOCOL_DEVICE_H

#include "bed.h"
#include <protocol/slots.h>

enum {
    DEVICE_BASE = 256, // of its places; some bytes are behind them too
    DEVICE_END = DEVICE_BASE + TP_SLOTS_LEN,
    DEVICE_NVM_LEN = DEVICE_END + 16,
    DEVICE_NOW_S = BED_TIME_S,
};

struct device {
    uint8_t nvm[DEVICE_NVM_LEN];
    struct tp_slots s;
    struct tp_outbox out;
    struct tp_controls controls;
    int cut_after; // writes until a power cut
    bool cut;
    unsigned writes, head_writes; // since the last start
    uint32_t runs;                // what that said; 0 = nothing
};

// There is one in a test.
extern struct device device;

struct release {
    struct tp_manifest m;
    uint8_t image[TP_IMAGE_MAX];
};

struct release device_release(uint32_t version);
uint8_t *device_slot(unsigned place); // where it lies in memory

// A device whose maker gave it release 10, started.
void device_start_with(struct tp_controls controls);
void device_start(void);
enum tp_slots_event device_boot(void);

enum tp_err device_begin(const struct tp_manifest *m, uint32_t now_s);
enum tp_err device_chunk(const struct release *r, size_t offset, size_t len);
enum tp_err device_finish(void);
size_t device_len_at(const struct release *r, size_t offset); // of the chunk there

// Receives a release as a whole, or as much of it as there is power for.
bool device_receive(const struct release *r);

// Puts a release into a place as if it had been received, without being asked.
void device_plant(unsigned place, const struct release *r);

#endif
