// SPDX-License-Identifier: MIT
/*
 * lsahost: loads security packages of Windows' LSA as the LSA does, and shuts them down again. What
 * a package does in between, it does in its own functions. See lsahost(1).
 */
#include "lsa_package.h"
#include "lsa_table.h"
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    SLOTS = sizeof(SECPKG_FUNCTION_TABLE) / sizeof(void *),
    FEWEST_SLOTS = 11,
    MOST_SLOTS = 1024
};

static const char help[] =
    "Usage: lsahost [OPTION]... PACKAGE...\n"
    "Load security packages (shared objects with SpLsaModeInitialize), initialize them, ask them\n"
    "what they are, and shut them down.\n"
    "\n"
    "      --parameters=machine|none          what Initialize is told about the machine (none: "
    "NULL)\n"
    "      --slots=N                          functions in each table of a package (38)\n"
    "      --table=writable|readonly|none     where the host's functions are (none: NULL)\n"
    "  -v, --verbose                          print what is loaded\n"
    "      --help                             print this\n"
    "      --version                          print the version\n"
    "\n"
    "Exit status: 0 if all went well, 1 if a package failed, 2 for wrong arguments.\n";

_Noreturn static void misused(const char *what)
{
    fprintf(stderr, "lsahost: %s; see lsahost --help\n", what);
    exit(2);
}

/* The domain of a machine that is in none is its own name. */
static PSECPKG_PARAMETERS machine_parameters(void)
{
    static WCHAR name[64];
    static SECPKG_PARAMETERS parameters = {.Version = SECPKG_INTERFACE_VERSION};
    char host[sizeof(name) / sizeof(*name)] = "";
    USHORT length = 0;

    gethostname(host, sizeof(host) - 1);
    for (; host[length]; length++)
        name[length] = (unsigned char)host[length];
    parameters.DomainName = (UNICODE_STRING){(USHORT)(length * sizeof(*name)), sizeof(name), name};
    parameters.DnsDomainName = parameters.DomainName;
    return &parameters;
}

/* Which of the words, separated by bars */
static int choice(const char *words, const char *word, const char *message)
{
    size_t length = strlen(word);
    int number = 0;

    for (;; words++, number++) {
        size_t next = strcspn(words, "|");

        if (next == length && strncmp(words, word, length) == 0)
            return number;
        words += next;
        if (!*words)
            misused(message);
    }
}

static unsigned slots_from(const char *text)
{
    char *end;
    unsigned long number = strtoul(text, &end, 10);

    if (*end || number < FEWEST_SLOTS || number > MOST_SLOTS)
        misused("--slots is a number from 11 to 1024");
    return (unsigned)number;
}

int main(int argc, char **argv)
{
    enum { PARAMETERS = 256, SLOTS_OF, TABLE, HELP, VERSION_OF };
    static const struct option longs[] = {
        {"parameters", required_argument, NULL, PARAMETERS},
        {"slots", required_argument, NULL, SLOTS_OF},
        {"table", required_argument, NULL, TABLE},
        {"verbose", no_argument, NULL, 'v'},
        {"help", no_argument, NULL, HELP},
        {"version", no_argument, NULL, VERSION_OF},
        {0},
    };
    struct lsa_options options = {.slots = SLOTS};
    enum { WRITABLE, READ_ONLY, NONE } table = WRITABLE;
    bool with_parameters = true, good = true;
    int option;

    while ((option = getopt_long(argc, argv, "v", longs, NULL)) != -1) {
        switch (option) {
        case PARAMETERS:
            with_parameters = !choice("machine|none", optarg, "--parameters is machine or none");
            break;
        case SLOTS_OF:
            options.slots = slots_from(optarg);
            break;
        case TABLE:
            table =
                choice("writable|readonly|none", optarg, "--table is writable, readonly or none");
            break;
        case 'v':
            options.verbose = true;
            break;
        case HELP:
            fputs(help, stdout);
            return 0;
        case VERSION_OF:
            puts("lsahost " LSAHOST_VERSION);
            return 0;
        default:
            return 2;
        }
    }
    if (optind == argc)
        misused("no package");
    options.parameters = with_parameters ? machine_parameters() : NULL;
    options.functions = table == NONE ? NULL : lsa_table(table == READ_ONLY);
    if (table != NONE && !options.functions)
        return fputs("lsahost: no memory\n", stderr), 1;
    for (int i = optind; i < argc; i++)
        good = lsa_package_load(argv[i], &options) && good;
    fflush(stdout);
    good = lsa_packages_shut_down() && good;
    return !good;
}
