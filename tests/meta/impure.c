// A library that breaks every rule the layering tests know, so that they are
// seen to fail. It is never linked into anything.

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

int tp_impure(void);

static int calls;

int tp_impure(void)
{
    char *heap = malloc((size_t)++calls);
    int now = (int)time(NULL);
    printf("%p %d\n", (void *)heap, now);
    free(heap);
    return calls;
}
