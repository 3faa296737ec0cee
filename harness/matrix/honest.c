#include <attack/attacker.h>
#include <bench/truth.h>
#include <crypto/bytes.h>
#include <matrix/honest.h>
#include <protocol/body.h>
#include <protocol/limits.h>

// How long a person waits for an act to end, whatever its endpoint does.
#define ACT_LIMIT_US (300 * TP_SECOND)

static struct ep_act act_of(uint16_t kind, int implant)
{
    struct ep_act a = {.kind = kind, .len = 1};
    a.args[0] = (uint8_t)implant; // peers are numbered as the implants are
    return a;
}

// Two patients are never in one room: whoever the act is with is there.
static void call_in(struct hx_bench *b, int implant)
{
    if (!b->cast.other)
        return;
    rl_medium_move(&b->medium, implant, 0, 0, 0);
    rl_medium_move(&b->medium, 1 - implant, 1000000, 0, 0);
}

static void put(struct ep_act *a, const uint8_t *bytes, size_t len)
{
    memcpy(a->args + a->len, bytes, len);
    a->len = (uint8_t)(a->len + len);
}

// The session lasts, as far as its person knows, until it is closed or a minute has
// gone by: what the radio costs meanwhile is earned.
static int run(struct hx_bench *b, enum hx_node node, const struct ep_act *a)
{
    call_in(b, a->args[0]);
    int outcome = hx_bench_act(b, node, a, ACT_LIMIT_US);
    hx_truth_close(b, (int)node);
    bool in_session = a->kind == EP_ACT_OPEN || a->kind == EP_ACT_COMMAND ||
                      a->kind == EP_ACT_STATEMENT || a->kind == EP_ACT_UPDATE;
    if (in_session && outcome == 1)
        b->honest_until_us[node] = b->now_us + TP_IDLE_US;
    if (a->kind == EP_ACT_CLOSE)
        b->honest_until_us[node] = 0;
    return outcome;
}

int hx_honest_pair(struct hx_bench *b, enum hx_node node, int implant)
{
    struct ep_act a = act_of(EP_ACT_PAIR, implant);
    b->wand[node] = (uint8_t)implant;
    return run(b, node, &a);
}

int hx_honest_open(struct hx_bench *b, enum hx_node node, int implant, int purpose)
{
    struct ep_act a = act_of(EP_ACT_OPEN, implant);
    uint8_t p = (uint8_t)purpose;
    b->wand[node] = purpose == EP_THERAPY ? (uint8_t)implant : HX_NODE_COUNT;
    put(&a, &p, 1);
    return run(b, node, &a);
}

enum hx_node hx_honest_node(const struct hx_step *s)
{
    return s->actor == HX_ACTOR_MONITOR  ? HX_NODE_MONITOR
           : s->actor == HX_ACTOR_REMOTE ? HX_NODE_REMOTE
                                         : HX_NODE_PROGRAMMER;
}

// A person with a remote control is entitled to what the clinic lets it do.
static void issue(struct hx_bench *b, const struct hx_step *s, uint16_t commit,
                  const uint8_t *args, size_t len)
{
    struct hx_issue *i = hx_truth_issue(b, (int)hx_honest_node(s),
                                        hx_party_implant(s->with), commit, args, len);
    if (i && s->actor == HX_ACTOR_REMOTE)
        i->role = commit != EP_COMMIT_BOLUS || hx_truth_remote(b);
}

static int command(struct hx_bench *b, const struct hx_step *s, uint16_t opcode,
                   uint16_t commit, const uint8_t *args, size_t len)
{
    enum hx_node node = hx_honest_node(s);
    int implant = hx_party_implant(s->with);
    struct ep_act a = act_of(EP_ACT_COMMAND, implant);
    uint8_t head[3] = {s->rehearse ? EP_REHEARSE : 0, (uint8_t)opcode,
                       (uint8_t)(opcode >> 8)};
    put(&a, head, sizeof head);
    put(&a, args, len);
    if (commit && !s->rehearse)
        issue(b, s, commit, args, len);
    return run(b, node, &a);
}

int hx_honest_read(struct hx_bench *b, enum hx_node node, int implant, uint16_t opcode,
                   int arg)
{
    struct ep_act a = act_of(EP_ACT_COMMAND, implant);
    uint8_t tail[4] = {0, (uint8_t)opcode, (uint8_t)(opcode >> 8), (uint8_t)arg};
    put(&a, tail, arg < 0 ? 3 : 4);
    return run(b, node, &a);
}

int hx_honest_close(struct hx_bench *b, enum hx_node node, int implant)
{
    struct ep_act a = act_of(EP_ACT_CLOSE, implant);
    return run(b, node, &a);
}

static int do_write(struct hx_bench *b, const struct hx_step *s)
{
    uint8_t args[TP_THERAPY_LEN];
    hx_truth_therapy(b, s, args);
    return command(b, s, TP_OP_THERAPY,
                   b->cast.pump ? EP_COMMIT_INFUSION : EP_COMMIT_THERAPY, args,
                   sizeof args);
}

static int do_emergency(struct hx_bench *b, const struct hx_step *s)
{
    int implant = hx_party_implant(s->with);
    uint8_t what = (uint8_t)s->emergency;
    struct ep_act a = act_of(EP_ACT_EMERGENCY, implant);
    put(&a, &what, 1);
    b->wand[HX_NODE_PROGRAMMER] = (uint8_t)implant;
    b->truth.presence_us[HX_NODE_PROGRAMMER][implant] = b->now_us;
    (void)hx_truth_issue(b, HX_NODE_PROGRAMMER, implant, EP_COMMIT_EMERGENCY, &what, 1);
    int outcome = run(b, HX_NODE_PROGRAMMER, &a);
    if (outcome != 1)
        hx_truth_violate(b, HX_I13, "emergency access was refused");
    return outcome;
}

static int publish(struct hx_bench *b)
{
    struct ep_act a = {.kind = EP_ACT_PUBLISH, .len = 1, .args = {HX_PUBLISHED_LATER}};
    return hx_bench_act_begin(b, HX_NODE_UPDATER, &a) == 0 ? 1 : -1;
}

static int plain(struct hx_bench *b, enum hx_node node, uint16_t kind, int implant)
{
    struct ep_act a = act_of(kind, implant);
    return run(b, node, &a);
}

static int do_statement(struct hx_bench *b, const struct hx_step *s)
{
    struct tp_statement st = {
        .time_s = HX_EPOCH_S + (uint32_t)(b->now_us / TP_SECOND),
        .epoch = (uint16_t)(s->epoch > 0 ? s->epoch : HX_CERT_EPOCH_LEAST)};
    uint8_t bytes[TP_STATEMENT_LEN];
    struct ep_act a = act_of(EP_ACT_STATEMENT, hx_party_implant(s->with));
    tp_statement_sign(&st, b->world->authority_secret);
    tp_statement_build(&st, bytes);
    put(&a, bytes, sizeof bytes);
    return run(b, HX_NODE_PROGRAMMER, &a);
}

// NOLINTNEXTLINE(readability-function-size): one line a verb
int hx_honest_step(struct hx_bench *b, const struct hx_step *s)
{
    static const uint16_t reads[] = {TP_OP_STATUS, TP_OP_PATIENT, TP_OP_LOG,
                                     TP_OP_REPORT, TP_OP_SOFTWARE};
    enum hx_node node = hx_honest_node(s);
    int implant = hx_party_implant(s->with);
    uint8_t args[2] = {(uint8_t)s->value, (uint8_t)(s->value >> 8)};
    struct ep_act intent = act_of(EP_ACT_INTENT, implant);
    switch ((int)s->verb) {
    case HX_DO_PAIR:
        return hx_honest_pair(b, node, implant);
    case HX_DO_INTENT:
        b->wand[node] = (uint8_t)implant;
        return run(b, node, &intent);
    case HX_DO_OPEN:
        return hx_honest_open(b, node, implant, (int)s->purpose);
    case HX_DO_READ:
        return hx_honest_read(b, node, implant, reads[s->read],
                              s->read == HX_READ_LOG ? TP_LOG_SESSION : -1);
    case HX_DO_WRITE:
        return do_write(b, s);
    case HX_DO_ALARM:
        return command(b, s, TP_OP_ALARM, EP_COMMIT_ALARM, args, 1);
    case HX_DO_TEST_PULSE:
        return command(b, s, TP_OP_TEST_PULSE, EP_COMMIT_TEST_PULSE, args, 2);
    case HX_DO_SHOCK:
        return command(b, s, TP_OP_SHOCK, EP_COMMIT_SHOCK, args, 0);
    case HX_DO_BOLUS:
        return command(b, s, TP_OP_BOLUS, EP_COMMIT_BOLUS, args, 2);
    case HX_DO_REPORT:
        return plain(b, node, EP_ACT_REPORT, implant);
    case HX_DO_FETCH:
        return plain(b, node, EP_ACT_FETCH, 0);
    case HX_DO_PUBLISH:
        return publish(b);
    case HX_DO_UPDATE:
        return plain(b, node, EP_ACT_UPDATE, implant);
    case HX_DO_CLOSE:
        return hx_honest_close(b, node, implant);
    case HX_DO_EMERGENCY:
        return do_emergency(b, s);
    case HX_DO_STATEMENT:
        return do_statement(b, s);
    case HX_DO_MAGNET:
        hx_bench_magnet(b, s->on != 0);
        return 1;
    default:
        return -1;
    }
}
