#include <errno.h>
#include <matrix/matrix.h>
#include <matrix/play.h>
#include <poll.h>
#include <protocol/endpoint.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { WORKERS_MAX = 64 };

struct worker {
    pid_t pid;
    int fd;
    size_t next; // the cell it is at
    double since;
};

struct message {
    uint32_t index;
    struct hx_cell cell;
};

static volatile sig_atomic_t interrupted;

static void on_interrupt(int sig)
{
    (void)sig;
    interrupted = 1;
}

static double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

int hx_matrix_plan(struct hx_run *run)
{
    size_t n = 0;
    run->cells =
        calloc(run->scenario_count * run->profile_count + 1, sizeof *run->cells);
    if (!run->cells)
        return -1;
    for (size_t s = 0; s < run->scenario_count; s++)
        for (size_t p = 0; p < run->profile_count; p++)
            if (hx_runs_on(&run->scenarios[s], &run->profiles[p]))
                run->cells[n++] =
                    (struct hx_cell){.scenario = (uint32_t)s, .profile = (uint32_t)p};
    run->cell_count = n;
    return 0;
}

// A worker walks the cells of its share profile by profile, so that what comes
// before every scenario is run once a profile.
static void work(const struct hx_run *run, const uint32_t *order, size_t first,
                 size_t step, int fd)
{
    struct hx_player *player = hx_player_new(run->options.seed);
    if (!player)
        _exit(3);
    hx_player_know(player, run->scenarios, run->scenario_count);
    for (size_t i = first; i < run->cell_count; i += step) {
        struct message m = {.index = order[i]};
        const struct hx_cell *c = &run->cells[m.index];
        hx_play(player, &run->scenarios[c->scenario], &run->profiles[c->profile], NULL,
                &m.cell);
        m.cell.scenario = c->scenario;
        m.cell.profile = c->profile;
        if (write(fd, &m, sizeof m) != (ssize_t)sizeof m)
            _exit(3);
    }
    _exit(0);
}

static int start_worker(const struct hx_run *run, const uint32_t *order,
                        struct worker *w, size_t step)
{
    int fds[2];
    if (pipe(fds))
        return -1;
    fflush(NULL);
    w->pid = fork();
    if (w->pid == 0) {
        close(fds[0]);
        signal(SIGINT, SIG_IGN); // the parent decides
        work(run, order, w->next, step, fds[1]);
    }
    close(fds[1]);
    w->fd = fds[0];
    w->since = seconds();
    return w->pid < 0 ? -1 : 0;
}

static bool read_all(int fd, void *out, size_t len)
{
    uint8_t *at = out;
    while (len > 0) {
        ssize_t n = read(fd, at, len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        at += n;
        len -= (size_t)n;
    }
    return true;
}

static void lose(struct hx_run *run, struct hx_cell *c, enum hx_verdict v, int status)
{
    c->verdict = (uint8_t)v;
    c->expected =
        (uint8_t)hx_expected(&run->scenarios[c->scenario], &run->profiles[c->profile]);
    c->unexpected = true;
    c->violated = 1u << HX_I12;
    c->time_to_detect_us = EP_NEVER;
    if (v == HX_VERDICT_HUNG)
        snprintf(c->note, sizeof c->note, "no result within %d s", HX_CELL_SECONDS);
    else if (WIFSIGNALED(status))
        snprintf(c->note, sizeof c->note, "ended by signal %d", WTERMSIG(status));
    else
        snprintf(c->note, sizeof c->note, "ended with status %d", WEXITSTATUS(status));
}

// The worker ended or hangs: buries it, marks its cell and lets another go on.
static int bury(struct hx_run *run, const uint32_t *order, struct worker *w,
                size_t step)
{
    int status = 0;
    bool hangs = waitpid(w->pid, &status, WNOHANG) == 0 && w->next < run->cell_count &&
                 seconds() - w->since > HX_CELL_SECONDS;
    if (hangs)
        kill(w->pid, SIGKILL);
    waitpid(w->pid, &status, 0);
    close(w->fd);
    w->fd = -1;
    if (w->next >= run->cell_count)
        return 0;
    lose(run, &run->cells[order[w->next]], hangs ? HX_VERDICT_HUNG : HX_VERDICT_CRASHED,
         status);
    w->next += step;
    return w->next < run->cell_count ? start_worker(run, order, w, step) : 0;
}

static int by_profile(const void *a, const void *b, void *arg)
{
    const struct hx_cell *cells = arg;
    const struct hx_cell *x = &cells[*(const uint32_t *)a];
    const struct hx_cell *y = &cells[*(const uint32_t *)b];
    if (x->profile != y->profile)
        return x->profile < y->profile ? -1 : 1;
    return x->scenario < y->scenario ? -1 : x->scenario > y->scenario;
}

static void tell(const struct hx_run *run, size_t done, double began)
{
    fprintf(stderr, "\r%zu of %zu cells, %.1f s ", done, run->cell_count,
            seconds() - began);
}

// Takes one result, or notices that the worker is gone.
static int serve(struct hx_run *run, const uint32_t *order, struct worker *w,
                 size_t step)
{
    struct message m;
    if (!read_all(w->fd, &m, sizeof m) || m.index >= run->cell_count)
        return bury(run, order, w, step);
    run->cells[m.index] = m.cell;
    w->next += step;
    w->since = seconds();
    return 0;
}

// Waits up to a second for any worker; returns how many there are.
static size_t wait_for(const struct worker *workers, size_t count, struct pollfd *fds)
{
    size_t live = 0;
    for (size_t i = 0; i < count; i++) {
        fds[i] = (struct pollfd){.fd = workers[i].fd, .events = POLLIN};
        live += workers[i].fd >= 0;
    }
    if (live > 0)
        (void)poll(fds, count, 1000);
    return live;
}

static int attend(struct hx_run *run, const uint32_t *order, struct worker *w,
                  size_t step, const struct pollfd *fd)
{
    bool late = w->fd >= 0 && seconds() - w->since > HX_CELL_SECONDS;
    if (fd->revents)
        return serve(run, order, w, step);
    return late ? bury(run, order, w, step) : 0;
}

static int collect(struct hx_run *run, const uint32_t *order, struct worker *workers,
                   size_t count, bool progress)
{
    double began = seconds(), told = began;
    struct pollfd fds[WORKERS_MAX] = {{0}};
    while (!interrupted && wait_for(workers, count, fds) > 0) {
        size_t done = 0;
        for (size_t i = 0; i < count && !interrupted; i++) {
            if (attend(run, order, &workers[i], count, &fds[i]))
                return -1;
            done += workers[i].next / count;
        }
        if (progress && seconds() - told > 0.2) {
            told = seconds();
            tell(run, done < run->cell_count ? done : run->cell_count, began);
        }
    }
    if (progress)
        fputs("\r\033[K", stderr);
    return 0;
}

static void stop(struct worker *workers, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (workers[i].fd < 0)
            continue;
        kill(workers[i].pid, SIGKILL);
        waitpid(workers[i].pid, NULL, 0);
        close(workers[i].fd);
    }
}

int hx_matrix_run(struct hx_run *run, bool progress)
{
    double began = seconds();
    size_t count = run->options.jobs < 1 ? 1 : run->options.jobs;
    count = count > WORKERS_MAX ? WORKERS_MAX : count;
    struct worker workers[WORKERS_MAX];
    uint32_t *order = calloc(run->cell_count + 1, sizeof *order);
    if (!order)
        return -1;
    for (size_t i = 0; i < run->cell_count; i++) {
        order[i] = (uint32_t)i;
        run->cells[i].verdict = HX_VERDICT_COUNT; // not run
    }
    qsort_r(order, run->cell_count, sizeof *order, by_profile, run->cells);
    struct sigaction act = {.sa_handler = on_interrupt}, old;
    sigaction(SIGINT, &act, &old);
    int e = 0;
    for (size_t i = 0; i < count; i++) {
        workers[i] = (struct worker){.fd = -1, .next = i};
        if (e == 0 && i < run->cell_count)
            e = start_worker(run, order, &workers[i], count);
    }
    if (e == 0)
        e = collect(run, order, workers, count, progress);
    stop(workers, count);
    sigaction(SIGINT, &old, NULL);
    free(order);
    run->interrupted = interrupted;
    run->seconds = seconds() - began;
    return e;
}
