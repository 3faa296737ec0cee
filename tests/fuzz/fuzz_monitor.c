// Drives: tp_monitor_ops in a report or a fetch, with the network and a service that
// has
//         a good certificate in the input's hands
// Holds:  of the implant nothing is asked but reports, two an act at the most; nothing
//         runs that the maker did not sign; every act ends, what leaves is bounded, and
//         the next report is served when the network is honest again
// Corpus: fixtures/corpus/fuzz_monitor
//
// An input begins with the act. Then, as they are needed: a byte for each frame that
// passes the network, and one for each answer of the service, with their operands.

#include "net.h"
#include <crypto/bytes.h>
#include <crypto/init.h>
#include <stdlib.h>

enum frame_does { PASS, LOSE, CHANGE, CLOSE_IT, SAY, FRAME_DOES };
enum answer_is { HONEST = 1, CHANGED = 2, REFUSED = 0x80 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static struct net paired, net; // the first is copied to begin anew
static struct rd in;
static struct tp_manifest true_one;
static uint8_t true_image[TP_IMAGE_MAX];

static void hold(bool what)
{
    if (!what)
        abort();
}

static void change(uint8_t *bytes, size_t len)
{
    size_t at = rd_u8(&in);
    uint8_t with = rd_u8(&in);
    if (at < len)
        bytes[at] ^= with;
}

static size_t take(uint8_t *out, size_t cap)
{
    size_t n = rd_u8(&in);
    n = n < cap ? n : cap;
    n = n < in.left ? n : in.left;
    rd_get(&in, out, n);
    return n;
}

static bool meddle(struct net *n, struct ep_frame *f, bool to_peer)
{
    static const uint8_t closed[] = {TP_UP_CLOSED};
    uint8_t bytes[EP_FRAME_MAX];
    enum ep_place as = (enum ep_place)n->bad_place;
    if (in.left == 0)
        return true;
    switch ((enum frame_does)(rd_u8(&in) % FRAME_DOES)) {
    case LOSE:
        return false;
    case CHANGE:
        change(f->bytes, f->len);
        break;
    case CLOSE_IT:
        net_say(n, as, closed, sizeof closed);
        break;
    case SAY:
        net_say(n, as, bytes, take(bytes, sizeof bytes));
        break;
    case PASS:
    case FRAME_DOES:
        break;
    }
    (void)to_peer;
    return true;
}

// The maker's true release.
static size_t honestly(const struct tp_asked *asked, uint8_t *data)
{
    if (asked->type == TP_UP_MANIFEST) {
        tp_manifest_build(&true_one, data);
        return TP_MANIFEST_LEN;
    }
    struct rd r = rd_of(asked->args, asked->len);
    rd_take(&r, 2 + 4);
    size_t offset = rd_u16(&r);
    if (asked->type != TP_UP_CHUNK || r.bad || offset >= true_one.size)
        return 0;
    size_t left = true_one.size - offset, n = left < TP_CHUNK_MAX ? left : TP_CHUNK_MAX;
    memcpy(data, true_image + offset, n);
    return n;
}

static enum tp_status answer(struct net *n, struct tp_asked *asked,
                             uint8_t data[TP_ANSWER_MAX], size_t *len)
{
    (void)n;
    uint8_t how = rd_u8(&in);
    *len = how & HONEST ? honestly(asked, data) : take(data, TP_ANSWER_MAX);
    if (how & CHANGED)
        change(data, *len);
    return how & REFUSED ? TP_STATUS_REFUSED : TP_STATUS_DONE;
}

static void begin(void)
{
    if (paired.two.ops == NULL) {
        hold(cr_init() == CR_OK);
        net_start(&paired, &tp_monitor_ops, TP_ROLE_MONITOR, NULL);
        bed_release(&true_one, true_image, TP_MODEL_MONITOR, NET_NEW);
        hold(two_pair(&paired.two) == 1);
    }
    memcpy(&net, &paired, sizeof net);
}

// What runs is the maker's: the old, or the new as it truly is.
static void hold_software(void)
{
    const uint8_t *nvm = net.two.nvm;
    const uint8_t *image = nvm + TP_SLOTS_HEAD + (nvm[0] & 1) * TP_SLOT_LEN;
    hold(net.two.software == NET_OLD || net.two.software == NET_NEW);
    if (net.two.software == NET_NEW)
        hold(memcmp(image + TP_SLOT_IMAGE, true_image, true_one.size) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    in = rd_of(data, len);
    begin();
    bool report = rd_u8(&in) % 2 == 0;
    unsigned commits = net.two.bed.other_commits;
    net.answer = answer;
    net.meddle = meddle;
    net_go_bad(&net, report ? EP_PLACE_SERVER : EP_PLACE_UPDATER);
    int outcome = report ? net_report(&net) : net_fetch(&net);
    hold(outcome == 1 || outcome == -1);
    hold(net.two.bed.other_commits - commits <= (report ? 2 : 0)); // MON-2
    hold(net.two.bed.therapy_commits == 0 && bed_sound(&net.two.bed));
    hold(report ? net.two.restarts == 0 : net.two.restarts <= 1);
    hold_software();

    net.answer = NULL;
    net.meddle = NULL;
    hold(net_report(&net) == 1 && net.shown == 1);
    hold_software();
    return 0;
}
