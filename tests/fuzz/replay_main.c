// replay_main.c - runs a fuzz target on files instead of on libFuzzer's inputs
//
// usage: TARGET FILE-OR-FOLDER...
//
// Each input is a copy that ends exactly at the end of a heap block, so that a
// read one byte too far is a sanitizer report. One TAP case per file; a corpus
// without files is a failure, not a pass.

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { PATH_CAP = 4096, INPUT_MAX = 1 << 20 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static int cases, failed;

static uint8_t *read_exact(const char *path, size_t *len)
{
    static uint8_t buf[INPUT_MAX];
    FILE *f = fopen(path, "rb");
    if (!f)
        return NULL;
    *len = fread(buf, 1, sizeof buf, f);
    bool whole = !ferror(f) && fgetc(f) == EOF;
    fclose(f);

    uint8_t *copy = whole ? malloc(*len ? *len : 1) : NULL;
    if (copy && *len)
        memcpy(copy, buf, *len);
    return copy;
}

static void replay_file(const char *path)
{
    // Said first: a target that aborts leaves the culprit's name behind.
    printf("# %s\n", path);
    fflush(stdout);

    size_t len = 0;
    uint8_t *data = read_exact(path, &len);
    int says = data ? LLVMFuzzerTestOneInput(data, len) : -1;
    free(data);

    const char *name = strrchr(path, '/');
    printf("%s %d - %s\n", says == 0 ? "ok" : "not ok", ++cases,
           name ? name + 1 : path);
    failed += says != 0;
}

static int not_hidden(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static void replay_folder(const char *path)
{
    struct dirent **entries;
    int n = scandir(path, &entries, not_hidden, alphasort);
    for (int i = 0; i < n; i++) {
        char file[PATH_CAP];
        int len = snprintf(file, sizeof file, "%s/%s", path, entries[i]->d_name);
        if (len > 0 && (size_t)len < sizeof file)
            replay_file(file);
        free(entries[i]);
    }
    if (n >= 0)
        free(entries);
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        struct stat st;
        if (stat(argv[i], &st) != 0)
            printf("# %s: %s\n", argv[i], strerror(errno));
        else if (S_ISDIR(st.st_mode))
            replay_folder(argv[i]);
        else
            replay_file(argv[i]);
    }
    if (cases == 0) {
        printf("not ok 1 - the corpus holds at least one input\n1..1\n");
        return 1;
    }
    printf("1..%d\n", cases);
    return failed > 0;
}
