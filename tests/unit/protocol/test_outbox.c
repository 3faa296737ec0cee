// test_outbox.c - the queue through which an endpoint acts

#include <crypto/init.h>
#include <protocol/outbox.h>
#include <string.h>
#include <suite.h>

static struct ep_output take(struct tp_outbox *ob)
{
    struct ep_output o;
    memset(&o, 0xa5, sizeof o);
    CU_ASSERT_FATAL(tp_out_take(ob, &o));
    return o;
}

// OUT-1: one queue, in the order in which things were done.
static void outputs_come_in_order(void)
{
    struct tp_outbox ob = {0};
    struct ep_output o;
    static const uint8_t frame[] = {1, 2, 3}, args[] = {4};
    tp_out_send(&ob, EP_NEAR, frame, sizeof frame, 1200000);
    tp_out_nvm(&ob, 300, args, sizeof args);
    tp_out_commit(&ob, EP_COMMIT_ALARM, args, sizeof args);
    tp_out_listen(&ob, EP_RF, 1000000, EP_NEVER);
    tp_out_work(&ob, EP_WORK_DH, 3);
    tp_out_event(&ob, 0x102, -4);

    o = take(&ob);
    CU_ASSERT(o.kind == EP_SEND && o.send.link == EP_NEAR && o.send.len == 3);
    CU_ASSERT(o.send.repeat_us == 1200000 && memcmp(o.send.bytes, frame, 3) == 0);
    CU_ASSERT(o.send.now_us == 0 && o.send.rssi_q8_dbm == 0);
    o = take(&ob);
    CU_ASSERT(o.kind == EP_NVM && o.nvm.at == 300 && o.nvm.len == 1);
    CU_ASSERT_EQUAL(o.nvm.bytes[0], 4);
    o = take(&ob);
    CU_ASSERT(o.kind == EP_COMMIT && o.commit.opcode == EP_COMMIT_ALARM);
    CU_ASSERT(o.commit.len == 1 && o.commit.args[0] == 4);
    o = take(&ob);
    CU_ASSERT(o.kind == EP_LISTEN && o.listen.link == EP_RF);
    CU_ASSERT(o.listen.every_us == 1000000 && o.listen.until_us == EP_NEVER);
    o = take(&ob);
    CU_ASSERT(o.kind == EP_WORK && o.work.operation == EP_WORK_DH && o.work.count == 3);
    o = take(&ob);
    CU_ASSERT(o.kind == EP_EVENT && o.event.kind == 0x102 && o.event.value == -4);
    CU_ASSERT_EQUAL(o.event.control, 0xffff);
    CU_ASSERT_FALSE(tp_out_take(&ob, &o));
}

// A write longer than one output may be leaves in parts, in order, without gaps.
static void long_writes_are_split(void)
{
    struct tp_outbox ob = {0};
    uint8_t bytes[150], back[150] = {0};
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)(i + 1);
    tp_out_nvm(&ob, 100, bytes, sizeof bytes);
    static const uint8_t want[] = {64, 64, 22};
    size_t at = 0;
    for (int i = 0; i < 3; i++) {
        struct ep_output o = take(&ob);
        CU_ASSERT(o.kind == EP_NVM && o.nvm.at == 100 + at && o.nvm.len == want[i]);
        memcpy(back + at, o.nvm.bytes, o.nvm.len);
        at += o.nvm.len;
    }
    CU_ASSERT_EQUAL(memcmp(back, bytes, sizeof bytes), 0);
    struct ep_output o;
    CU_ASSERT_FALSE(tp_out_take(&ob, &o));
}

// OUT-1: an emptied queue has all its 592 bytes again.
static void an_emptied_queue_is_whole_again(void)
{
    struct tp_outbox ob = {0};
    uint8_t frame[EP_FRAME_MAX] = {0};
    struct ep_output o;
    for (int round = 0; round < 5; round++) {
        tp_out_send(&ob, EP_RF, frame, 255, 0); // 7 + 255 bytes
        tp_out_send(&ob, EP_RF, frame, 255, 0);
        tp_out_commit(&ob, EP_COMMIT_PACE, frame, 64); // 4 + 64: the last there is
        CU_ASSERT_EQUAL(ob.tail, 592);
        for (int i = 0; i < 3; i++)
            take(&ob);
        CU_ASSERT_FALSE(tp_out_take(&ob, &o));
        CU_ASSERT(ob.head == 0 && ob.tail == 0);
    }
}

int main(void)
{
    static const struct suite_case cases[] = {
        {"OUT-1: outputs come in order", outputs_come_in_order},
        {"long writes are split", long_writes_are_split},
        {"OUT-1: an emptied queue is whole again", an_emptied_queue_is_whole_again},
        {0},
    };
    return cr_init() ? 2 : suite_main("protocol/outbox", cases);
}
