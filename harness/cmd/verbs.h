// verbs.h - the program's commands
//
// Each takes argv from its own name on and returns the exit status: 0 as expected,
// 1 some verdict is not, 2 bad usage or input, 3 the bench failed, 130 interrupted.

#ifndef HARNESS_CMD_VERBS_H
#define HARNESS_CMD_VERBS_H

enum {
    HX_EXIT_OK,
    HX_EXIT_UNEXPECTED,
    HX_EXIT_USAGE,
    HX_EXIT_BENCH,
    HX_EXIT_INTERRUPTED = 130
};

int hx_cmd_attack(int argc, const char **argv);
int hx_cmd_trace(int argc, const char **argv);
int hx_cmd_bench(int argc, const char **argv);
int hx_cmd_energy(int argc, const char **argv);
int hx_cmd_doctor(int argc, const char **argv);
int hx_cmd_list(int argc, const char **argv);
int hx_cmd_vectors(int argc, const char **argv);

#endif
