// trace.c - one scenario on one profile, every event of it

#include <cmd/select.h>
#include <cmd/verbs.h>
#include <errno.h>
#include <matrix/play.h>
#include <popt.h>
#include <report/jsonl.h>
#include <report/pcapng.h>
#include <report/report.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const links[] = {"rf", "near", "uplink"};

// NOLINTNEXTLINE(readability-function-size): the tap's type
static void json_frame(void *ctx, uint64_t at_us, int from, int to, enum ep_link link,
                       const uint8_t *bytes, size_t len, const char *comment)
{
    hx_jsonl_frame(ctx, at_us, hx_node_name(from), hx_node_name(to), links[link], bytes,
                   len, comment);
}

static void json_output(void *ctx, uint64_t at_us, int node, const struct ep_output *o)
{
    const char *who = hx_node_name(node);
    switch (o->kind) {
    case EP_SEND:
        hx_jsonl_output(ctx, at_us, who, "send", o->send.link, o->send.bytes,
                        o->send.len);
        break;
    case EP_NVM:
        hx_jsonl_output(ctx, at_us, who, "nvm", o->nvm.at, o->nvm.bytes, o->nvm.len);
        break;
    case EP_COMMIT:
        hx_jsonl_output(ctx, at_us, who, "commit", o->commit.opcode, o->commit.args,
                        o->commit.len);
        break;
    case EP_WORK:
        hx_jsonl_output(ctx, at_us, who, "work", o->work.operation, NULL, 0);
        break;
    case EP_EVENT:
        hx_jsonl_output(ctx, at_us, who, "event", o->event.kind, NULL, 0);
        break;
    default:
        hx_jsonl_output(ctx, at_us, who, "listen", o->listen.link, NULL, 0);
    }
}

static void json_note(void *ctx, uint64_t at_us, const char *who, const char *text)
{
    hx_jsonl_note(ctx, at_us, who, text);
}

// A packet file has no place for notes but the next packet's comment.
struct packets {
    FILE *f;
    char comment[400];
};

static void packet_note(void *ctx, uint64_t at_us, const char *who, const char *text)
{
    struct packets *p = ctx;
    size_t used = strlen(p->comment);
    (void)at_us;
    snprintf(p->comment + used, sizeof p->comment - used, "%s%s: %s", used ? "; " : "",
             who, text);
}

// NOLINTNEXTLINE(readability-function-size): the tap's type
static void packet_frame(void *ctx, uint64_t at_us, int from, int to, enum ep_link link,
                         const uint8_t *bytes, size_t len, const char *comment)
{
    struct packets *p = ctx;
    char text[512];
    (void)comment;
    snprintf(text, sizeof text, "%s to %s%s%s", hx_node_name(from), hx_node_name(to),
             p->comment[0] ? " | " : "", p->comment);
    p->comment[0] = '\0';
    (void)hx_pcapng_packet(p->f, (int)link, at_us, bytes, len, text);
}

static bool ends_with(const char *s, const char *end)
{
    size_t n = strlen(s), k = strlen(end);
    return n >= k && strcmp(s + n - k, end) == 0;
}

// Writes the trace of one run to an open file. Returns -1 if there is no memory.
static int write_trace(const struct hx_catalogue *cat, uint64_t seed, FILE *f,
                       bool pcap, struct hx_cell *cell)
{
    struct packets packets = {.f = f};
    struct hx_tap json = {f, json_frame, json_output, json_note};
    struct hx_tap pack = {&packets, packet_frame, NULL, packet_note};
    struct hx_player *player = hx_player_new(seed);
    if (!player || (pcap && hx_pcapng_begin(f))) {
        hx_player_free(player);
        return -1;
    }
    hx_play(player, &cat->scenarios[0], &cat->profiles[0], pcap ? &pack : &json, cell);
    hx_player_free(player);
    return 0;
}

static void tell(const struct hx_catalogue *cat, const struct hx_cell *cell)
{
    fprintf(stderr, "%s on %s: %s%s%s%s\n", cat->scenarios[0].id, cat->profiles[0].id,
            hx_verdict_word((enum hx_verdict)cell->verdict),
            cell->unexpected ? " (unexpected)" : "", cell->note[0] ? ": " : "",
            cell->note);
}

static int play(const struct hx_catalogue *cat, uint64_t seed, const char *path)
{
    struct hx_output out;
    struct hx_cell cell;
    bool pcap = path && ends_with(path, ".pcapng");
    if (path && !pcap && !ends_with(path, ".jsonl")) {
        fputs("telltale trace: -o takes a name ending in .jsonl or .pcapng\n", stderr);
        return HX_EXIT_USAGE;
    }
    if (hx_output_open(&out, path)) {
        fprintf(stderr, "telltale trace: %s: %s\n", path, strerror(errno));
        return HX_EXIT_USAGE;
    }
    int e = write_trace(cat, seed, out.f, pcap, &cell);
    if (e)
        hx_output_abandon(&out);
    if (e || hx_output_commit(&out)) {
        fprintf(stderr, "telltale trace: %s\n", strerror(errno));
        return HX_EXIT_BENCH;
    }
    tell(cat, &cell);
    return cell.unexpected ? HX_EXIT_UNEXPECTED : HX_EXIT_OK;
}

struct request {
    char *profile, *output, *fixtures, *seed;
    const char *scenario;
};

static int find_and_play(const struct request *q, uint64_t seed)
{
    struct hx_catalogue cat = {0};
    struct hx_error err = {{0}};
    const char *profile = q->profile ? q->profile : "hardened";
    int status = HX_EXIT_USAGE;
    if (hx_catalogue_load(&cat, q->fixtures ? q->fixtures : hx_fixtures_dir(), &err) ||
        hx_select_scenarios(&cat, &q->scenario, 1, &err) ||
        hx_select_profiles(&cat, &profile, 1, &err))
        fprintf(stderr, "%s\n", err.text);
    else if (cat.scenario_count != 1 || cat.profile_count != 1)
        fprintf(stderr,
                "telltale trace: name one scenario and one profile, not %zu and %zu\n",
                cat.scenario_count, cat.profile_count);
    else
        status = play(&cat, seed, q->output);
    hx_catalogue_free(&cat);
    return status;
}

static int run(poptContext pc, struct request *q)
{
    uint64_t seed = 1;
    int rc = poptGetNextOpt(pc);
    q->scenario = rc == -1 ? poptGetArg(pc) : NULL;
    if (rc < -1) {
        fprintf(stderr, "telltale trace: %s %s\n", poptStrerror(rc),
                poptBadOption(pc, 0));
        return HX_EXIT_USAGE;
    }
    if (!q->scenario || poptPeekArg(pc)) {
        fputs("usage: telltale trace SCENARIO [--profile ID] [--seed N] [-o FILE]\n",
              stderr);
        return HX_EXIT_USAGE;
    }
    if (hx_select_seed(q->seed, &seed)) {
        fprintf(stderr, "telltale trace: --seed takes a whole number, not %s\n",
                q->seed);
        return HX_EXIT_USAGE;
    }
    return find_and_play(q, seed);
}

int hx_cmd_trace(int argc, const char **argv)
{
    struct request q = {0};
    struct poptOption options[] = {
        {"profile", 'p', POPT_ARG_STRING, &q.profile, 0, "on which (default hardened)",
         "ID"},
        {"seed", 0, POPT_ARG_STRING, &q.seed, 0, "seed of the run (default 1)", "N"},
        {"output", 'o', POPT_ARG_STRING, &q.output, 0,
         "NAME.jsonl or NAME.pcapng; without it JSON lines go to stdout", "FILE"},
        {"fixtures", 0, POPT_ARG_STRING, &q.fixtures, 0,
         "where scenarios and profiles lie", "DIR"},
        POPT_AUTOHELP POPT_TABLEEND};
    poptContext pc = poptGetContext("telltale trace", argc, argv, options, 0);
    poptSetOtherOptionHelp(pc, "SCENARIO");
    int status = run(pc, &q);
    poptFreeContext(pc);
    free(q.profile);
    free(q.output);
    free(q.fixtures);
    free(q.seed);
    return status;
}
