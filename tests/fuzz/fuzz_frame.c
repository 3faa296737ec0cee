// Drives: tp_frame_check, tp_wake_parse, tp_hello_parse, tp_record_parse
// Holds:  check knows the one length of every type; a parser takes exactly the frames
//         of its type, which are built again to the same bytes, and otherwise leaves
//         *out alone
// Corpus: fixtures/corpus/fuzz_frame

#include <protocol/frame.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void hold(bool what)
{
    if (!what)
        abort();
}

static bool untouched(const void *out, size_t len)
{
    const uint8_t *p = out;
    for (size_t i = 0; i < len; i++)
        if (p[i] != 0xa5)
            return false;
    return true;
}

static bool is_record(const uint8_t *data)
{
    return data[0] == TP_RECORD || data[0] == TP_REHEARSAL;
}

static bool check(const uint8_t *data, size_t len)
{
    enum tp_err e = tp_frame_check(data, len);
    if (len == 0) {
        hold(e == TP_E_SHORT);
        return false;
    }
    size_t exact = tp_frame_len(data[0]);
    if (is_record(data)) {
        hold(exact == 0);
        hold((e == TP_OK) == (len >= TP_RECORD_MIN && len <= TP_RECORD_MAX));
    } else {
        hold((e == TP_OK) == (exact > 0 && len == exact));
        hold((e == TP_E_VALUE) == (exact == 0));
    }
    return e == TP_OK;
}

static void wake(const uint8_t *data, size_t len, bool whole)
{
    struct tp_wake out;
    uint8_t again[TP_WAKE_LEN];
    memset(&out, 0xa5, sizeof out);
    if (tp_wake_parse(data, len, &out) != TP_OK) {
        hold(!whole || data[0] != TP_WAKE);
        hold(untouched(&out, sizeof out));
        return;
    }
    hold(whole && len == sizeof again);
    tp_wake_build(&out, again);
    hold(memcmp(again, data, len) == 0);
}

static void hello(const uint8_t *data, size_t len, bool whole)
{
    struct tp_hello out;
    uint8_t again[TP_HELLO_LEN];
    memset(&out, 0xa5, sizeof out);
    if (tp_hello_parse(data, len, &out) != TP_OK) {
        hold(!whole || data[0] != TP_HELLO);
        hold(untouched(&out, sizeof out));
        return;
    }
    hold(whole && len == sizeof again);
    tp_hello_build(&out, again);
    hold(memcmp(again, data, len) == 0);
}

static void record(const uint8_t *data, size_t len, bool whole)
{
    struct tp_record out;
    uint8_t head[TP_RECORD_HEAD];
    memset(&out, 0xa5, sizeof out);
    if (tp_record_parse(data, len, &out) != TP_OK) {
        hold(!whole || !is_record(data));
        hold(untouched(&out, sizeof out));
        return;
    }
    hold(whole && is_record(data));
    tp_record_head(&out, head);
    hold(memcmp(head, data, sizeof head) == 0);
    hold(out.sealed == data + sizeof head && out.sealed_len == len - sizeof head);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    bool whole = check(data, len);
    wake(data, len, whole);
    hello(data, len, whole);
    record(data, len, whole);
    return 0;
}
