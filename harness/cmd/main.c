// main.c - finds the command and hands over

#include <cmd/verbs.h>
#include <crypto/init.h>
#include <report/version.h>
#include <stdio.h>
#include <string.h>

static const struct {
    const char *name;
    int (*run)(int argc, const char **argv);
    const char *help;
} commands[] = {
    {"attack", hx_cmd_attack, "run attack scenarios and honest stories on profiles"},
    {"list", hx_cmd_list, "scenarios, profiles, controls, advisories"},
    {"trace", hx_cmd_trace, "one scenario on one profile, in full, to a file"},
    {"vectors", hx_cmd_vectors, "run a file of published Noise vectors"},
    {"bench", hx_cmd_bench, "what the program does per second, beside its libraries"},
    {"energy", hx_cmd_energy, "what floods without end cost the battery"},
    {"doctor", hx_cmd_doctor, "what this machine has"},
};

static void usage(FILE *f)
{
    fputs("usage: telltale COMMAND [OPTION]...\n\n"
          "A security testbench for the radio link of medical implants. Simulated\n"
          "devices only; nothing is ever transmitted.\n\n",
          f);
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++)
        fprintf(f, "  %-8s  %s\n", commands[i].name, commands[i].help);
    fputs(
        "\n'telltale COMMAND --help' tells a command's options; 'man telltale' more.\n",
        f);
}

int main(int argc, const char **argv)
{
    if (cr_init()) {
        fputs("telltale: libsodium cannot be initialised\n", stderr);
        return HX_EXIT_BENCH;
    }
    const char *name = argc > 1 ? argv[1] : "";
    if (strcmp(name, "--version") == 0) {
        printf("telltale %s (%s)\n", HX_VERSION, HX_COMMIT);
        return HX_EXIT_OK;
    }
    if (strcmp(name, "--help") == 0 || strcmp(name, "help") == 0) {
        usage(stdout);
        return HX_EXIT_OK;
    }
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++)
        if (strcmp(name, commands[i].name) == 0)
            return commands[i].run(argc - 1, argv + 1);
    if (*name)
        fprintf(stderr, "telltale: no command '%s'\n", name);
    usage(stderr);
    return HX_EXIT_USAGE;
}
