// Drives: the parser of manifests
// Holds:  what it takes is rebuilt byte for byte; no input passes for the maker's word,
//         the maker's does, and no more once any one bit is changed
// Corpus: fixtures/corpus/fuzz_manifest

#include <protocol/manifest.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void hold(bool what)
{
    if (!what)
        abort();
}

// The input's own bytes choose the bit that is changed.
static void change_one_bit(uint8_t *bytes, size_t len, const uint8_t *data)
{
    size_t sum = 0;
    for (size_t i = 0; i < len; i++)
        sum = sum * 31 + data[i];
    bytes[sum / 8 % len] ^= (uint8_t)(1 << sum % 8);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    static const uint8_t seed[CR_SIGN_SEED_LEN] = {0x51};
    uint8_t maker[CR_SIGN_PUBLIC_LEN], secret[CR_SIGN_SECRET_LEN];
    uint8_t again[TP_MANIFEST_LEN];
    struct tp_manifest m = {.version = 7, .size = 0};
    enum tp_err e = tp_manifest_parse(data, len, &m);
    if (e) {
        hold(m.version == 7 && m.size == 0);
        return 0;
    }
    hold(len == TP_MANIFEST_LEN && m.size > 0 && m.size <= TP_IMAGE_MAX);
    hold(m.least <= m.version);
    tp_manifest_build(&m, again);
    hold(memcmp(data, again, len) == 0);
    cr_sign_keypair(seed, maker, secret);
    hold(tp_manifest_check(&m, maker) == TP_E_AUTH);
    tp_manifest_sign(&m, secret);
    hold(tp_manifest_check(&m, maker) == TP_OK);
    tp_manifest_build(&m, again);
    change_one_bit(again, sizeof again, data);
    hold(tp_manifest_parse(again, sizeof again, &m) != TP_OK ||
         tp_manifest_check(&m, maker) == TP_E_AUTH);
    return 0;
}
