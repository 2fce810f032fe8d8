/* SPDX-License-Identifier: MIT */
#include "command.h"

#include <stdio.h>

#include "options.h"
#include "report/findings/inputs.h"
#include "report/output/dump.h"
#include "report/output/output.h"

int cmd_dump(int argc, char **argv)
{
    struct inputs inputs = {0};
    struct options options;
    struct output output;
    int status = options_parse(&options, COMMAND_DUMP, argc, argv);

    if (status >= 0)
        return status;
    inputs_add_file(&inputs, argv[options.operands]);
    output_use(&output, stdout);
    if (inputs.count)
        (options.jsonl ? dump_jsonl : dump_text)(stdout, inputs.traces[0]);
    status = output_close(&output) < 0 || inputs.failed ? STATUS_AUDIT_FAILED : STATUS_OK;
    inputs_close(&inputs);
    return status;
}
