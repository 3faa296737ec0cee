// outbox.h - the one ordered queue through which an endpoint acts
//
// Kept packed, because a frame rarely has its full length and an implant's memory
// is small. The bench empties it after every call.

#ifndef PROTOCOL_OUTBOX_H
#define PROTOCOL_OUTBOX_H

#include <protocol/endpoint.h>

enum { TP_OUTBOX_CAP = 592 };

struct tp_outbox {
    uint16_t head, tail; // bytes [head, tail) hold outputs not yet taken
    uint8_t bytes[TP_OUTBOX_CAP];
};

void tp_out_send(struct tp_outbox *ob, enum ep_link link, const uint8_t *frame,
                 size_t len, uint32_t repeat_us);
// Sends over the uplink, to a place.
void tp_out_uplink(struct tp_outbox *ob, enum ep_place place, const uint8_t *frame,
                   size_t len);
// Splits writes longer than EP_NVM_MAX; the parts keep their order.
void tp_out_nvm(struct tp_outbox *ob, size_t at, const uint8_t *bytes, size_t len);
void tp_out_commit(struct tp_outbox *ob, enum ep_commit_kind what, const uint8_t *args,
                   size_t len);
void tp_out_listen(struct tp_outbox *ob, enum ep_link link, uint32_t every_us,
                   uint64_t until_us);
// Listens for a moment so often, and to no more than len_max bytes of a frame (up to
// 63; 0: to all of it).
void tp_out_sniff(struct tp_outbox *ob, enum ep_link link, uint32_t every_us,
                  uint8_t len_max);
void tp_out_work(struct tp_outbox *ob, enum ep_work what, uint32_t count);
// Asks to be started anew: nothing of this call may follow.
void tp_out_restart(struct tp_outbox *ob);
void tp_out_event(struct tp_outbox *ob, uint16_t kind, int32_t value);

// Takes the oldest output; false when there is none.
bool tp_out_take(struct tp_outbox *ob, struct ep_output *out);

#endif
