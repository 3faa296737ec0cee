// bench.c - what the program does per second, beside the floor set by its libraries
//
// Figures are ratios within one run: two kinds of work are measured in turns, in short
// rounds, and each keeps its best round, so that a machine that is busy with something
// else slows both alike or neither.

#include <bench/bench.h>
#include <cmd/floor.h>
#include <cmd/verbs.h>
#include <jansson.h>
#include <popt.h>
#include <protocol/body.h>
#include <protocol/channel.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { ROUNDS = 12, SESSIONS = 60, RECORDS = 20000, BODY = 64 };

// Both ends joined by a wire without delay: what a session costs, and nothing else.
struct joint {
    struct hx_bench *b;
    uint64_t now_us;
};

static double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static bool pump(struct joint *j, int from, int to)
{
    struct hx_party_state *p = &j->b->party[from], *q = &j->b->party[to];
    struct ep_output o;
    bool any = false;
    while (p->ops->output(p->state, &o)) {
        any = true;
        if (o.kind != EP_SEND)
            continue;
        o.send.now_us = ++j->now_us;
        q->ops->receive(q->state, &o.send);
    }
    return any;
}

static int act(struct joint *j, uint16_t kind, const uint8_t *args, size_t len)
{
    struct hx_party_state *p = &j->b->party[HX_NODE_PROGRAMMER];
    struct ep_act a = {.kind = kind, .len = (uint8_t)len};
    memcpy(a.args, args, len);
    (void)p->ops->act(p->state, &a, ++j->now_us);
    while (pump(j, HX_NODE_PROGRAMMER, HX_NODE_IMPLANT) ||
           pump(j, HX_NODE_IMPLANT, HX_NODE_PROGRAMMER)) {
    }
    return p->ops->outcome(p->state, NULL, 0, NULL);
}

static bool session(struct joint *j)
{
    static const uint8_t open[] = {0, EP_READ_OUT};
    static const uint8_t read[] = {0, 0, TP_OP_STATUS, 0};
    static const uint8_t close[] = {0};
    return act(j, EP_ACT_OPEN, open, sizeof open) == 1 &&
           act(j, EP_ACT_COMMAND, read, sizeof read) == 1 &&
           act(j, EP_ACT_CLOSE, close, sizeof close) == 1;
}

static void keep_best(double *best, double took)
{
    if (*best <= 0 || took < *best)
        *best = took;
}

struct figures {
    size_t calls, public_key;
    double session_s, floor_s, public_key_s;
    double record_s, aead_s;
};

static int measure_sessions(struct joint *j, struct figures *f)
{
    static const uint8_t pair[] = {0};
    if (act(j, EP_ACT_PAIR, pair, sizeof pair) != 1 || !session(j))
        return -1;
    hx_floor_record();
    bool held = session(j);
    f->calls = hx_floor_stop(&f->public_key);
    if (!held)
        return -1;
    for (int round = 0; round < ROUNDS; round++) {
        double t = seconds();
        for (int i = 0; i < SESSIONS; i++)
            if (!session(j))
                return -1;
        keep_best(&f->session_s, (seconds() - t) / SESSIONS);
        t = seconds();
        for (int i = 0; i < SESSIONS; i++)
            hx_floor_run(false);
        keep_best(&f->floor_s, (seconds() - t) / SESSIONS);
        t = seconds();
        for (int i = 0; i < SESSIONS; i++)
            hx_floor_run(true);
        keep_best(&f->public_key_s, (seconds() - t) / SESSIONS);
    }
    return 0;
}

// One record sealed by one end and opened by the other; keys step as they would.
static int records(struct tp_channel *tx, struct tp_channel *rx)
{
    static const struct tp_controls all;
    static const uint8_t body[BODY] = {1, 2, 3};
    uint8_t frame[TP_RECORD_MAX];
    struct tp_opened o;
    size_t len;
    for (int i = 0; i < RECORDS; i++)
        if (tp_channel_seal(tx, TP_RECORD, body, sizeof body, frame, &len, &all) ||
            tp_channel_take(rx, frame, len, &o, &all))
            return -1;
    return 0;
}

static void aead(void)
{
    static const uint8_t key[CR_KEY_LEN], in[BODY], ad[TP_RECORD_HEAD];
    uint8_t sealed[BODY + CR_TAG_LEN], open[BODY];
    for (uint64_t i = 0; i < RECORDS; i++) {
        cr_seal(sealed, key, i, ad, sizeof ad, in, sizeof in);
        if (cr_open(open, key, i, ad, sizeof ad, sealed, sizeof sealed))
            abort();
    }
}

static int measure_records(struct figures *f)
{
    for (int round = 0; round < ROUNDS; round++) {
        struct tp_channel tx = {.limit = TP_REKEY_DEFAULT};
        struct tp_channel rx = tx;
        double t = seconds();
        if (records(&tx, &rx))
            return -1;
        keep_best(&f->record_s, (seconds() - t) / RECORDS);
        t = seconds();
        aead();
        keep_best(&f->aead_s, (seconds() - t) / RECORDS);
    }
    return 0;
}

static void print_text(const struct figures *f)
{
    printf("full sessions (wake, handshake, one command, close; both ends)\n"
           "  %.0f /s; every libsodium call of one, bare (%zu calls): %.0f /s; "
           "ratio %.3f\n"
           "  its %zu public-key calls alone: %.0f /s; ratio %.3f\n",
           1 / f->session_s, f->calls, 1 / f->floor_s, f->floor_s / f->session_s,
           f->public_key, 1 / f->public_key_s, f->public_key_s / f->session_s);
    printf("authenticated records of %d bytes, sealed and opened\n"
           "  %.0f /s; two bare AEAD calls: %.0f /s; ratio %.3f\n",
           BODY, 1 / f->record_s, 1 / f->aead_s, f->aead_s / f->record_s);
}

static int print_json(const struct figures *f)
{
    json_t *j = json_pack(
        "{s:i, s:{s:f, s:f, s:f, s:f, s:f, s:I, s:I}, s:{s:i, s:f, s:f, s:f}}",
        "schema", 1, "sessions", "per_second", 1 / f->session_s, "floor_per_second",
        1 / f->floor_s, "ratio", f->floor_s / f->session_s, "public_key_per_second",
        1 / f->public_key_s, "public_key_ratio", f->public_key_s / f->session_s,
        "calls", (json_int_t)f->calls, "public_key_calls", (json_int_t)f->public_key,
        "records", "body_bytes", (int)BODY, "per_second", 1 / f->record_s,
        "floor_per_second", 1 / f->aead_s, "ratio", f->aead_s / f->record_s);
    int e = j ? json_dumpf(j, stdout, JSON_INDENT(2)) : -1;
    puts("");
    json_decref(j);
    return e;
}

int hx_cmd_bench(int argc, const char **argv)
{
    int as_json = 0;
    struct poptOption options[] = {
        {"json", 0, POPT_ARG_NONE, &as_json, 0, "print JSON", NULL},
        POPT_AUTOHELP POPT_TABLEEND};
    poptContext pc = poptGetContext("telltale bench", argc, argv, options, 0);
    int rc = poptGetNextOpt(pc);
    const char *extra = poptPeekArg(pc);
    if (rc < -1 || extra) {
        fprintf(stderr, "telltale bench: %s\n", extra ? extra : poptStrerror(rc));
        poptFreeContext(pc);
        return HX_EXIT_USAGE;
    }
    poptFreeContext(pc);
    struct hx_world *w = malloc(sizeof *w);
    struct hx_bench *b = malloc(sizeof *b);
    struct hx_cast cast = {0};
    struct figures f = {0};
    int status = HX_EXIT_BENCH;
    if (w && b) {
        hx_world_make(w, 1, 0);
        b->tap = NULL;
        b->puppet = NULL;
        hx_bench_start(b, w, 1, &cast);
        struct joint j = {.b = b, .now_us = 1000};
        if (measure_sessions(&j, &f) == 0 && measure_records(&f) == 0) {
            if (as_json)
                (void)print_json(&f);
            else
                print_text(&f);
            status = HX_EXIT_OK;
        }
    }
    if (status)
        fputs("telltale bench: a session could not be held\n", stderr);
    free(b);
    free(w);
    return status;
}
