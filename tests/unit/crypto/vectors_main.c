// vectors_main.c - the command alone, so that its streams and status can be seen

#include <cmd/vectors.h>

int main(int argc, char **argv)
{
    return hx_cmd_vectors(argc, (const char **)argv);
}
