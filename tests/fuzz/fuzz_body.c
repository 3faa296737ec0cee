// Drives: tp_request_parse, tp_response_parse, tp_therapy_parse and their builders
// Holds:  what parses is built again, padded or not, to the same bytes but for the
//         amount of padding; a refusal leaves *out alone
// Corpus: fixtures/corpus/fuzz_body

#include <protocol/body.h>
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

static bool zero(const uint8_t *p, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (p[i] != 0)
            return false;
    return true;
}

// Is built[0..built_len) the first n bytes of data, and nothing but padding behind?
static void same_but_padding(const uint8_t *built, size_t built_len, bool pad,
                             const uint8_t *data, size_t len, size_t n)
{
    hold(n <= len && zero(data + n, len - n));
    hold(n <= built_len && zero(built + n, built_len - n));
    hold(memcmp(built, data, n) == 0);
    hold(pad ? built_len == 64 || built_len == 128 || built_len == TP_BODY_MAX
             : built_len == n);
}

static void request(const uint8_t *data, size_t len)
{
    struct tp_request q;
    memset(&q, 0xa5, sizeof q);
    if (tp_request_parse(data, len, &q) != TP_OK) {
        hold(untouched(&q, sizeof q));
        return;
    }
    hold(q.args == data + TP_REQUEST_HEAD);
    for (int pad = 0; pad < 2; pad++) {
        uint8_t built[TP_BODY_MAX];
        size_t n = 0;
        hold(tp_request_build(&q, pad, built, &n) == TP_OK);
        same_but_padding(built, n, pad, data, len, TP_REQUEST_HEAD + (size_t)q.len);
    }
}

static void response(const uint8_t *data, size_t len)
{
    struct tp_response a;
    memset(&a, 0xa5, sizeof a);
    if (tp_response_parse(data, len, &a) != TP_OK) {
        hold(untouched(&a, sizeof a));
        return;
    }
    hold(a.data == data + TP_RESPONSE_HEAD);
    hold(a.status <= TP_STATUS_REFUSED && (a.opcode & TP_OP_RESPONSE) == 0);
    for (int pad = 0; pad < 2; pad++) {
        uint8_t built[TP_BODY_MAX];
        size_t n = 0;
        hold(tp_response_build(&a, pad, built, &n) == TP_OK);
        same_but_padding(built, n, pad, data, len, TP_RESPONSE_HEAD + (size_t)a.len);
    }
}

static void therapy(const uint8_t *data, size_t len)
{
    struct tp_therapy t;
    uint8_t built[TP_THERAPY_LEN];
    memset(&t, 0xa5, sizeof t);
    if (tp_therapy_parse(data, len, &t) != TP_OK) {
        hold(len != TP_THERAPY_LEN && untouched(&t, sizeof t));
        return;
    }
    hold(len == TP_THERAPY_LEN);
    tp_therapy_build(&t, built);
    hold(memcmp(built, data, len) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    request(data, len);
    response(data, len);
    therapy(data, len);
    return 0;
}
