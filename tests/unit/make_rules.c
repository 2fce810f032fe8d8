/* SPDX-License-Identifier: MIT */
/* The rule catalogue, doc/rules.md, on standard output. */
#include "report/findings/explain.h"

int main(void)
{
    explain_catalogue(stdout);
    return fflush(stdout) != 0;
}
