// output.c - a file that appears whole or not at all

#include <errno.h>
#include <report/report.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

// What is not a regular file (a pipe, /dev/stdout) cannot be replaced and is written
// as it is.
static int open_as_it_is(struct hx_output *o, const char *path)
{
    o->f = fopen(path, "w");
    o->draft[0] = '\0';
    return o->f ? 0 : -1;
}

// mkstemp makes a private file; a report is as public as any other.
static int open_draft(struct hx_output *o)
{
    int fd = mkstemp(o->draft);
    if (fd < 0)
        return -1;
    mode_t mask = umask(0);
    umask(mask);
    if (fchmod(fd, 0666 & ~mask) == 0)
        o->f = fdopen(fd, "w");
    if (o->f)
        return 0;
    int why = errno;
    close(fd);
    unlink(o->draft);
    errno = why;
    return -1;
}

int hx_output_open(struct hx_output *o, const char *path)
{
    struct stat st;
    o->f = NULL;
    o->path[0] = o->draft[0] = '\0';
    if (!path) {
        o->f = stdout;
        return 0;
    }
    int len = snprintf(o->draft, sizeof o->draft, "%s.XXXXXX", path);
    if (len < 0 || (size_t)len >= sizeof o->draft) {
        errno = ENAMETOOLONG;
        return -1;
    }
    memcpy(o->path, path, strlen(path) + 1);
    if (stat(path, &st) == 0 && S_ISDIR(st.st_mode)) {
        errno = EISDIR;
        return -1;
    }
    if (stat(path, &st) == 0 && !S_ISREG(st.st_mode))
        return open_as_it_is(o, path);
    return open_draft(o);
}

int hx_output_commit(struct hx_output *o)
{
    bool bad = ferror(o->f) || fflush(o->f) != 0;
    if (o->draft[0])
        bad = bad || fsync(fileno(o->f)) != 0;
    if (bad) {
        int why = errno ? errno : EIO;
        hx_output_abandon(o);
        errno = why;
        return -1;
    }
    if (!o->path[0])
        return 0;
    FILE *f = o->f;
    o->f = NULL;
    if (fclose(f) == 0 && (!o->draft[0] || rename(o->draft, o->path) == 0))
        return 0;
    int why = errno;
    hx_output_abandon(o);
    errno = why;
    return -1;
}

void hx_output_abandon(struct hx_output *o)
{
    if (o->f && o->path[0])
        fclose(o->f);
    if (o->draft[0])
        unlink(o->draft);
    o->f = NULL;
}
