// update.c - an implant's software: from the updater through to the implant
//
// The peer passes on what it gets, as it is. Whether that is the maker's, for this
// model, new enough and whole, is for the implant to say, which knows better; so a peer
// gone bad can at worst refuse. Each chunk is fetched when the implant is ready for it:
// cut anywhere, the next update goes on where the implant says that it stands.

#include "state.h"

int prg_update(struct tp_programmer *prg, uint64_t now_us)
{
    if (!prg_in_session(prg))
        return -1;
    tp_client_start(&prg->client, EP_PLACE_UPDATER);
    prg->carried = (struct carried){0};
    prg_ask(prg, TP_OP_SOFTWARE, NULL, 0, now_us);
    return 0;
}

// The implant says what it is and what it runs.
static void software_said(struct tp_programmer *prg, uint64_t now_us)
{
    struct rd r = rd_of(prg->reply, prg->reply_len);
    prg->carried.model = rd_u16(&r);
    prg->runs = rd_u32(&r);
    if (r.bad)
        prg_end(prg, -1);
    else
        prg_call_manifest(prg, prg->carried.model, now_us);
}

static void go_on(struct tp_programmer *prg, uint64_t now_us)
{
    if (prg->carried.got < prg->carried.size)
        prg_call_chunk(prg, now_us);
    else
        prg_ask(prg, TP_OP_UPDATE_FINISH, NULL, 0, now_us);
}

// It takes the release, and says how much of it is there from last time.
static void begun(struct tp_programmer *prg, uint64_t now_us)
{
    struct rd r = rd_of(prg->reply, prg->reply_len);
    prg->carried.got = rd_u16(&r);
    if (r.bad)
        prg_end(prg, -1);
    else
        go_on(prg, now_us);
}

void prg_update_served(struct tp_programmer *prg, uint64_t now_us)
{
    switch (prg->asking.sent_opcode) {
    case TP_OP_SOFTWARE:
        software_said(prg, now_us);
        break;
    case TP_OP_UPDATE_BEGIN:
        begun(prg, now_us);
        break;
    case TP_OP_UPDATE_CHUNK:
        prg->carried.got = (uint16_t)(prg->carried.got + prg->asking.sent_len - 2);
        go_on(prg, now_us);
        break;
    default: // it starts anew, with what it got
        prg_end(prg, 1);
    }
}

static void manifest_came(struct tp_programmer *prg, const struct tp_answer *a,
                          uint64_t now_us)
{
    struct tp_manifest m;
    if (tp_manifest_parse(a->data, a->len, &m)) {
        prg_end(prg, -1);
        return;
    }
    tp_out_work(&prg->out, EP_WORK_VERIFY, 1);
    if (prg_is_running(prg, &m, prg->carried.model, prg->runs)) {
        prg_end(prg, 1); // nothing to do, as after an answer that was lost
        return;
    }
    prg->carried =
        (struct carried){.model = m.model, .version = m.version, .size = m.size};
    prg_ask(prg, TP_OP_UPDATE_BEGIN, a->data, a->len, now_us);
}

static void chunk_came(struct tp_programmer *prg, const struct tp_answer *a,
                       uint64_t now_us)
{
    uint8_t args[2 + TP_CHUNK_MAX];
    struct wr w = wr_of(args, sizeof args);
    wr_u16(&w, prg->carried.got);
    wr_put(&w, a->data, a->len);
    if (w.bad || a->len == 0)
        prg_end(prg, -1);
    else
        prg_ask(prg, TP_OP_UPDATE_CHUNK, args, w.done, now_us);
}

void prg_update_answered(struct tp_programmer *prg, const struct tp_answer *a,
                         uint64_t now_us)
{
    if (a->status != TP_STATUS_DONE)
        prg_end(prg, -1);
    else if (prg->client.question[0] == TP_UP_MANIFEST)
        manifest_came(prg, a, now_us);
    else
        chunk_came(prg, a, now_us);
}
