/* SPDX-License-Identifier: MIT */
#include "command.h"

#include <stdio.h>
#include <string.h>

#include "explain.h"
#include "options.h"
#include "output.h"
#include "escape.h"

#define CLOSE 5

static const struct rule *find_rule(const char *name)
{
    for (size_t i = 0; i < RULE_COUNT; i++)
        if (!strcmp(rules[i].name, name))
            return &rules[i];
    return NULL;
}

static int unknown_rule(const char *name)
{
    const struct rule *close[CLOSE];
    size_t count = explain_close(name, close, CLOSE);

    fputs("scardaudit explain: there is no rule ", stderr);
    print_escaped(stderr, name);
    for (size_t i = 0; i < count; i++)
        fprintf(stderr, "%s%s", i ? ", " : "; close to it: ", close[i]->name);
    fputs("\n'scardaudit explain' lists them all.\n", stderr);
    return STATUS_USAGE;
}

int cmd_explain(int argc, char **argv)
{
    const struct rule *rule = NULL;
    struct options options;
    struct output output;
    int status = options_parse(&options, COMMAND_EXPLAIN, argc, argv);

    if (status >= 0)
        return status;
    options_free(&options);
    if (options.operands < argc) {
        rule = find_rule(argv[options.operands]);
        if (!rule)
            return unknown_rule(argv[options.operands]);
    }
    output_use(&output, stdout);
    if (rule)
        explain_rule(stdout, rule);
    else
        explain_list(stdout);
    return output_close(&output) < 0 ? STATUS_AUDIT_FAILED : STATUS_OK;
}
