# shellcheck shell=bash
# SPDX-License-Identifier: MIT
#
# What the suites share that let programs live dangerously (tests/robustness). The programs make
# local calls only and need no pcscd, unless the suite starts one.

# shellcheck source=helpers.bash
load helpers

setup()
{
    programs=$(dirname "$TEST_PROGRAMS")/robustness
    standin=$programs/standin
    traces=$BATS_TEST_TMPDIR/traces
    report=$BATS_TEST_TMPDIR/report.json
    export standin
    mkdir "$traces"
}

# live PROGRAM [ARGUMENT...]: run it with the bare preload; one that hangs is killed
live()
{
    LD_PRELOAD=$SCARDAUDIT_LIB SCARDAUDIT_OPTIONS="dir=$traces:at_exit=none${options:+:$options}" \
        timeout -s KILL 60 "$@"
}

# judged: make the report of the traces; none may be damaged or incomplete
judged()
{
    run -0 "$SCARDAUDIT" report --run all --json "$report" "$traces"
}
