#include "sample.h"
#include <dirent.h>
#include <jansson.h>
#include <report/jsonl.h>
#include <report/pcapng.h>
#include <stdlib.h>
#include <string.h>
#include <suite.h>
#include <sys/stat.h>
#include <unistd.h>

struct place {
    char dir[64], path[96];
};

static struct place make_place(void)
{
    struct place p = {.dir = "/tmp/telltale-test.XXXXXX"};
    CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(p.dir));
    snprintf(p.path, sizeof p.path, "%s/out", p.dir);
    return p;
}

// Entries of the folder, which is then removed with the target.
static size_t drop_place(const struct place *p)
{
    size_t n = 0;
    DIR *dir = opendir(p->dir);
    if (!dir)
        return SIZE_MAX;
    for (const struct dirent *e; (e = readdir(dir)) != NULL;)
        n += e->d_name[0] != '.';
    closedir(dir);
    unlink(p->path);
    rmdir(p->dir);
    return n;
}

static void read_back(const struct place *p, char *buf, size_t cap)
{
    FILE *f = fopen(p->path, "r");
    size_t n = f ? fread(buf, 1, cap - 1, f) : 0;
    buf[n] = '\0';
    if (f)
        fclose(f);
}

static void output_appears_at_commit(void)
{
    struct place p = make_place();
    struct hx_output o;
    struct stat st;
    char text[16];
    CU_ASSERT_EQUAL_FATAL(hx_output_open(&o, p.path), 0);
    fputs("whole\n", o.f);
    CU_ASSERT_NOT_EQUAL(stat(p.path, &st), 0);
    CU_ASSERT_EQUAL(hx_output_commit(&o), 0);
    read_back(&p, text, sizeof text);
    CU_ASSERT_STRING_EQUAL(text, "whole\n");
    CU_ASSERT_EQUAL(drop_place(&p), 1);
}

static void abandoned_output_leaves_what_was_there(void)
{
    struct place p = make_place();
    struct hx_output o;
    char text[16];
    CU_ASSERT_EQUAL_FATAL(hx_output_open(&o, p.path), 0);
    fputs("old", o.f);
    CU_ASSERT_EQUAL(hx_output_commit(&o), 0);
    CU_ASSERT_EQUAL_FATAL(hx_output_open(&o, p.path), 0);
    fputs("half", o.f);
    hx_output_abandon(&o);
    read_back(&p, text, sizeof text);
    CU_ASSERT_STRING_EQUAL(text, "old");
    CU_ASSERT_EQUAL(drop_place(&p), 1);
}

static void failed_output_leaves_nothing(void)
{
    struct place p = make_place();
    struct hx_output o;
    char far[128];
    CU_ASSERT_EQUAL(hx_output_open(&o, p.dir), -1);
    snprintf(far, sizeof far, "%s/none/out", p.dir);
    CU_ASSERT_EQUAL(hx_output_open(&o, far), -1);
    CU_ASSERT_EQUAL_FATAL(hx_output_open(&o, p.path), 0);
    CU_ASSERT_EQUAL(mkdir(p.path, 0700), 0); // rename cannot replace a folder
    CU_ASSERT_EQUAL(hx_output_commit(&o), -1);
    rmdir(p.path);
    CU_ASSERT_EQUAL(drop_place(&p), 0);
    CU_ASSERT_EQUAL_FATAL(hx_output_open(&o, "/dev/full"), 0);
    fputs("x", o.f);
    CU_ASSERT_EQUAL(hx_output_commit(&o), -1);
}

static void trace_lines_are_objects(void)
{
    char *text = NULL;
    size_t len = 0;
    FILE *f = open_memstream(&text, &len);
    if (!f)
        abort();
    hx_jsonl_frame(f, 1, "implant", "other", "rf", (const uint8_t *)"\x01\xff", 2,
                   "lost");
    hx_jsonl_output(f, UINT64_MAX, "implant", "commit", 3, NULL, 0);
    hx_jsonl_note(f, 2, "o'\"x", "\xed\xa0\x80 \xc3\xa4 \xff\n\x01");
    fclose(f);
    json_t *o[3];
    const char *line = text ? text : "";
    for (size_t i = 0; i < 3; i++) {
        const char *stop = strchr(line, '\n');
        if (!stop)
            abort();
        o[i] = json_loadb(line, (size_t)(stop - line), JSON_REJECT_DUPLICATES, NULL);
        CU_ASSERT_PTR_NOT_NULL_FATAL(o[i]);
        line = stop + 1;
    }
    CU_ASSERT_EQUAL(*line, '\0');
    CU_ASSERT_STRING_EQUAL(json_string_value(json_object_get(o[0], "bytes")), "01ff");
    CU_ASSERT_STRING_EQUAL(json_string_value(json_object_get(o[0], "comment")), "lost");
    CU_ASSERT_STRING_EQUAL(json_string_value(json_object_get(o[1], "t_us")),
                           "18446744073709551615");
    CU_ASSERT_STRING_EQUAL(json_string_value(json_object_get(o[2], "who")), "o'\"x");
    CU_ASSERT_STRING_EQUAL(
        json_string_value(json_object_get(o[2], "text")),
        "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd \xc3\xa4 \xef\xbf\xbd\n\x01");
    for (size_t i = 0; i < 3; i++)
        json_decref(o[i]);
    free(text);
}

static void write_capture(const char *path)
{
    FILE *f = fopen(path, "wb");
    CU_ASSERT_PTR_NOT_NULL_FATAL(f);
    CU_ASSERT_EQUAL(hx_pcapng_begin(f), 0);
    CU_ASSERT_EQUAL(hx_pcapng_packet(f, 0, 1500000, (const uint8_t *)"abc", 3, "first"),
                    0);
    CU_ASSERT_EQUAL(hx_pcapng_packet(f, 1, 2000001, (const uint8_t *)"abcd", 4, NULL),
                    0);
    CU_ASSERT_EQUAL(hx_pcapng_packet(f, 2, UINT64_C(5000000000000), NULL, 0, "last"),
                    0);
    CU_ASSERT_EQUAL(hx_pcapng_packet(f, 3, 0, NULL, 0, NULL), -1);
    fclose(f);
}

// The blocks by their own lengths, as any reader goes through them.
static void capture_is_a_chain_of_blocks(void)
{
    static const uint32_t want[] = {0x0a0d0d0a, 1, 1, 1, 6, 6, 6};
    struct place p = make_place();
    uint8_t bytes[4096];
    size_t at = 0, n = 0;
    write_capture(p.path);
    FILE *f = fopen(p.path, "rb");
    CU_ASSERT_PTR_NOT_NULL_FATAL(f);
    size_t len = fread(bytes, 1, sizeof bytes, f);
    fclose(f);
    while (at + 12 <= len && n < sizeof want / sizeof want[0]) {
        uint32_t head[2], tail;
        memcpy(head, bytes + at, sizeof head);
        CU_ASSERT_EQUAL(head[0], want[n++]);
        CU_ASSERT_FATAL(head[1] % 4 == 0 && head[1] >= 12 && head[1] <= len - at);
        memcpy(&tail, bytes + at + head[1] - 4, sizeof tail);
        CU_ASSERT_EQUAL(tail, head[1]);
        at += head[1];
    }
    CU_ASSERT_EQUAL(at, len);
    CU_ASSERT_EQUAL(n, sizeof want / sizeof want[0]);
    drop_place(&p);
}

static void tshark_reads_the_capture(void)
{
    struct place p = make_place();
    char command[512], said[1024] = "";
    write_capture(p.path);
    // NOLINTNEXTLINE(cert-env33-c): the shell finds the program
    if (system("command -v tshark >/dev/null 2>&1") != 0) {
        CU_PASS("tshark is not here; the chain of blocks is checked elsewhere");
        drop_place(&p);
        return;
    }
    // As root it warns of itself; that line is not about the file.
    snprintf(command, sizeof command,
             "tshark -r %s -T fields -e frame.interface_name -e frame.time_epoch"
             " -e frame.len -e frame.comment -E separator=, 2>&1"
             " | grep -v '^Running as user'",
             p.path);
    // NOLINTNEXTLINE(cert-env33-c): a command of this file's own
    FILE *f = popen(command, "r");
    CU_ASSERT_PTR_NOT_NULL_FATAL(f);
    said[fread(said, 1, sizeof said - 1, f)] = '\0';
    CU_ASSERT_EQUAL(pclose(f), 0);
    CU_ASSERT_STRING_EQUAL(said, "rf,1.500000000,3,first\nnear,2.000001000,4,\n"
                                 "uplink,5000000.000000000,0,last\n");
    if (strncmp(said, "rf,", 3) != 0)
        fputs(said, stderr);
    drop_place(&p);
}

int main(void)
{
    static const struct suite_case cases[] = {
        {"an output appears when it is committed", output_appears_at_commit},
        {"an abandoned output leaves what was there",
         abandoned_output_leaves_what_was_there},
        {"a failed output leaves nothing half-written", failed_output_leaves_nothing},
        {"every line of a trace is an object", trace_lines_are_objects},
        {"a capture is a chain of blocks", capture_is_a_chain_of_blocks},
        {"tshark reads the capture", tshark_reads_the_capture},
        {0}};
    return suite_main("report files", cases);
}
