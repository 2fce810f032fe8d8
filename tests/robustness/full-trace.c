/* SPDX-License-Identifier: MIT */
/* Gets COUNT blocks and gives them back, the last one twice. */
#include "blocks.h"

int main(int argc, char **argv)
{
    char *block = NULL;

    if (argc != 2)
        return 2;
    establish();
    for (long left = atol(argv[1]); left > 0; left--) {
        block = get_block(40);
        give_to_library(block);
    }
    give_to_library(block);
    return 0;
}
