// service.c - the port that some devices were shipped with
//
// There is none (NET-7): what comes over a network is not even looked at. A build with
// switches has what was found in the field instead: one password for every device, and
// behind it requests that no session, no role and no wand stands in front of.

#include "state.h"

#ifdef TP_WEAKNESSES
#include <protocol/uplink.h>

static const uint8_t shipped[TP_LOGIN_LEN] = TP_SHIPPED_SECRET;

static void answer(struct tp_implant *imp, const struct tp_response *a,
                   enum ep_place place)
{
    uint8_t frame[EP_FRAME_MAX] = {TP_UP_SERVICE}, body[TP_BODY_MAX];
    size_t len;
    if (tp_response_build(a, false, body, &len))
        return;
    memcpy(frame + 1, body, len);
    tp_out_uplink(&imp->out, place, frame, 1 + len);
}

static void serve(struct tp_implant *imp, const struct ep_frame *frame)
{
    struct tp_request q;
    uint8_t data[TP_DATA_MAX];
    if (imp->service_until_us <= frame->now_us ||
        tp_request_parse(frame->bytes + 1, frame->len - 1u, &q))
        return;
    struct tp_response a = {.request = q.request, .opcode = q.opcode, .data = data};
    struct call c = {
        .q = &q, .now_us = frame->now_us, .data = wr_of(data, sizeof data)};
    struct session kept = imp->session;
    imp->session = (struct session){.capabilities = TP_CAP_READ | TP_CAP_UPDATE};
    enum tp_err e = imp_command(imp, &c);
    cr_wipe(&imp->session, sizeof imp->session);
    imp->session = kept;
    cr_wipe(&kept, sizeof kept);
    a.status = e ? TP_STATUS_REFUSED : c.status;
    a.len = e ? 0 : (uint8_t)c.data.done;
    answer(imp, &a, frame->place);
}

void imp_service(struct tp_implant *imp, const struct ep_frame *frame)
{
    if (has(imp, TP_CTL_NO_SHIPPED_CREDENTIALS) || frame->len == 0)
        return;
    if (frame->bytes[0] == TP_UP_SERVICE) {
        serve(imp, frame);
    } else if (frame->bytes[0] == TP_UP_LOGIN && frame->len == 1 + TP_LOGIN_LEN &&
               cr_equal(frame->bytes + 1, shipped, TP_LOGIN_LEN)) {
        uint8_t done[2] = {TP_UP_LOGIN, TP_STATUS_DONE};
        imp->service_until_us = frame->now_us + TP_IDLE_US;
        tp_out_uplink(&imp->out, frame->place, done, sizeof done);
    }
}
#else
void imp_service(struct tp_implant *imp, const struct ep_frame *frame)
{
    (void)imp;
    (void)frame;
}
#endif
