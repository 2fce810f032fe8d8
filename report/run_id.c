/* SPDX-License-Identifier: MIT */
#include "run_id.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "memory.h"
#include "escape.h"

#define LONGEST 64

static int is_valid(const char *run_id)
{
    size_t length = strlen(run_id);

    return length && length <= LONGEST &&
           strspn(run_id, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-") ==
               length;
}

char *run_id_choose(void)
{
    const char *inherited = getenv("SCARDAUDIT_RUN_ID");
    time_t now = time(NULL);
    char stamp[32] = "";
    uint64_t random;
    struct tm utc;

    if (inherited && is_valid(inherited))
        return xstrdup(inherited);
    if (inherited && *inherited) {
        fputs("scardaudit: SCARDAUDIT_RUN_ID is not up to 64 of [A-Za-z0-9._-] and not used: ",
              stderr);
        print_escaped(stderr, inherited);
        putc('\n', stderr);
    }
    /* Before the kernel has its first entropy, time and pid have to do. */
    if (getrandom(&random, sizeof random, GRND_NONBLOCK) != (ssize_t)sizeof random)
        random = (uint64_t)getpid();
    if (gmtime_r(&now, &utc))
        strftime(stamp, sizeof stamp, "%Y%m%dT%H%M%SZ-", &utc);
    return xasprintf("%s%016" PRIx64, stamp, random);
}
