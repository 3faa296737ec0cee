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
    struct packets packets = {.f = out.f};
    struct hx_tap json = {out.f, json_frame, json_output, json_note};
    struct hx_tap pack = {&packets, packet_frame, NULL, packet_note};
    struct hx_player *player = hx_player_new(seed);
    int e = player ? 0 : -1;
    if (e == 0 && pcap)
        e = hx_pcapng_begin(out.f);
    if (e == 0)
        hx_play(player, &cat->scenarios[0], &cat->profiles[0], pcap ? &pack : &json,
                &cell);
    hx_player_free(player);
    if (e)
        hx_output_abandon(&out);
    if (e || hx_output_commit(&out)) {
        fprintf(stderr, "telltale trace: %s\n", strerror(errno));
        return HX_EXIT_BENCH;
    }
    fprintf(stderr, "%s on %s: %s%s%s%s\n", cat->scenarios[0].id, cat->profiles[0].id,
            hx_verdict_word((enum hx_verdict)cell.verdict),
            cell.unexpected ? " (unexpected)" : "", cell.note[0] ? ": " : "",
            cell.note);
    return cell.unexpected ? HX_EXIT_UNEXPECTED : HX_EXIT_OK;
}

int hx_cmd_trace(int argc, const char **argv)
{
    char *profile = NULL, *output = NULL, *fixtures = NULL, *seed_text = NULL;
    uint64_t seed = 1;
    struct poptOption options[] = {
        {"profile", 'p', POPT_ARG_STRING, &profile, 0, "on which (default hardened)",
         "ID"},
        {"seed", 0, POPT_ARG_STRING, &seed_text, 0, "seed of the run (default 1)", "N"},
        {"output", 'o', POPT_ARG_STRING, &output, 0,
         "NAME.jsonl or NAME.pcapng; without it JSON lines go to stdout", "FILE"},
        {"fixtures", 0, POPT_ARG_STRING, &fixtures, 0,
         "where scenarios and profiles lie", "DIR"},
        POPT_AUTOHELP POPT_TABLEEND};
    poptContext pc = poptGetContext("telltale trace", argc, argv, options, 0);
    poptSetOtherOptionHelp(pc, "SCENARIO");
    struct hx_catalogue cat = {0};
    struct hx_error err = {{0}};
    int rc = poptGetNextOpt(pc);
    const char *scenario = rc == -1 ? poptGetArg(pc) : NULL;
    int status = HX_EXIT_USAGE;
    if (rc < -1)
        fprintf(stderr, "telltale trace: %s %s\n", poptStrerror(rc),
                poptBadOption(pc, 0));
    else if (!scenario || poptPeekArg(pc))
        fputs("usage: telltale trace SCENARIO [--profile ID] [--seed N] [-o FILE]\n",
              stderr);
    else if (hx_select_seed(seed_text, &seed))
        fprintf(stderr, "telltale trace: --seed takes a whole number, not %s\n",
                seed_text);
    else {
        const char *one = profile ? profile : "hardened";
        if (hx_catalogue_load(&cat, fixtures ? fixtures : hx_fixtures_dir(), &err) ||
            hx_select_scenarios(&cat, &scenario, 1, &err) ||
            hx_select_profiles(&cat, &one, 1, &err))
            fprintf(stderr, "%s\n", err.text);
        else if (cat.scenario_count != 1 || cat.profile_count != 1)
            fputs("telltale trace: name one scenario and one profile\n", stderr);
        else
            status = play(&cat, seed, output);
        hx_catalogue_free(&cat);
    }
    poptFreeContext(pc);
    free(profile);
    free(output);
    free(fixtures);
    free(seed_text);
    return status;
}
