// Every public header compiles alone, and a second time after itself.

#include HEADER_UNDER_TEST
#include HEADER_UNDER_TEST

int main(void)
{
    return 0;
}
