# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016 # the variables in quotes are gojq's own
#
# What the suites share. Where things are may be said in the environment:
#
#   SCARDAUDIT      the program (default: in the build tree, build/ or the source tree itself)
#   SCARDAUDIT_LIB  libscardaudit.so
#   TEST_PROGRAMS   the directory of the built test programs
#
# A suite has setup_file and teardown_file call start_pcscd and stop_pcscd.

bats_require_minimum_version 1.5.0

TESTS=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
TOP=$(cd "$TESTS/.." && pwd)
BUILD=$TOP
[ -x "$TOP/scardaudit" ] || BUILD=$TOP/build
SCARDAUDIT=${SCARDAUDIT:-$BUILD/scardaudit}
SCARDAUDIT_LIB=${SCARDAUDIT_LIB:-$BUILD/.libs/libscardaudit.so}
TEST_PROGRAMS=${TEST_PROGRAMS:-$BUILD/tests/programs}
PYTHON=$(command -v /usr/bin/python3 || command -v python3)
export SCARDAUDIT SCARDAUDIT_LIB TEST_PROGRAMS PYTHON

# What the user may have set is not what is tested.
unset LD_PRELOAD LD_AUDIT SCARDAUDIT_OPTIONS SCARDAUDIT_RUN_ID DEBUGINFOD_URLS
export LC_ALL=C NO_COLOR=1

export NOTHING_AUDITED='scardaudit: nothing was audited: no audited function was called, or in a program that cannot be watched (static, setuid)'

die()
{
    echo "$*" >&2
    return 1
}

# need_command COMMAND PACKAGE
need_command()
{
    command -v "$1" >/dev/null || die "$1 is missing: install the package $2"
}

need_tools()
{
    local file
    for file in "$SCARDAUDIT" "$SCARDAUDIT_LIB" "$TEST_PROGRAMS/context-leak"; do
        [ -r "$file" ] || die "$file is missing: build the programs first" || return 1
    done
    need_command gojq gojq
}

start_pcscd()
{
    need_tools || return 1
    FIXTURE=$("$TESTS/fixture/pcscd-fixture.sh" start) || return 1
    export FIXTURE
    eval "$("$TESTS/fixture/pcscd-fixture.sh" env "$FIXTURE")"
}

stop_pcscd()
{
    [ -z "${FIXTURE:-}" ] || "$TESTS/fixture/pcscd-fixture.sh" stop "$FIXTURE"
}

# plugin NAME: the path of a test plugin; libtool builds it in .libs
plugin()
{
    local file
    for file in "$TEST_PROGRAMS/$1.so" "$TEST_PROGRAMS/.libs/$1.so"; do
        if [ -e "$file" ]; then
            echo "$file"
            return
        fi
    done
    die "no plugin $1 in $TEST_PROGRAMS"
}

# A bare name is one of the test programs, anything else a command.
program()
{
    if [ -x "$TEST_PROGRAMS/$1" ]; then echo "$TEST_PROGRAMS/$1"; else echo "$1"; fi
}

# audit STATUS PROGRAM [ARG...]: run it under "scardaudit run", which must end with STATUS; the
# report is in $report, what the program said in $output.
audit()
{
    local wanted=$1 name
    name=$(program "$2")
    shift 2
    report=$BATS_TEST_TMPDIR/report.json
    rm -f "$report"
    run -"$wanted" "$SCARDAUDIT" run --json "$report" -- "$name" "$@"
}

# preloaded [NAME=VALUE...] PROGRAM [ARG...]: with the bare preload; traces go to $traces.
preloaded()
{
    local assignments=()
    while [[ $1 == *=* ]]; do
        assignments+=("$1")
        shift
    done
    local name
    name=$(program "$1")
    shift
    traces=$BATS_TEST_TMPDIR/traces
    mkdir -p "$traces"
    env LD_PRELOAD="$SCARDAUDIT_LIB" SCARDAUDIT_OPTIONS="dir=$traces:at_exit=none" \
        "${assignments[@]}" "$name" "$@"
}

# one_trace PROGRAM [ARG...]: with the bare preload, however it ends; prints the only trace's path.
one_trace()
{
    traces=$BATS_TEST_TMPDIR/traces
    rm -rf "$traces"
    preloaded "$@" >/dev/null || :
    set -- "$traces"/*.trace
    [ $# = 1 ] && [ -f "$1" ] || die "not one trace: $*" || return 1
    echo "$1"
}

# query [JQ-OPTION...] FILTER: ask the last report
query()
{
    gojq -r "$@" "$report"
}

# same WHAT WANTED FOUND
same()
{
    [ "$2" = "$3" ] || die "$1: wanted
${2:-(nothing)}
but there is
${3:-(nothing)}"
}

# expect_findings "SEVERITY RULE KIND COUNT"...: these and no others. Something was audited.
expect_findings()
{
    local wanted='' found
    [ $# = 0 ] || wanted=$(printf '%s\n' "$@" | sort)
    found=$(query '.findings[] | "\(.severity) \(.rule) \(.kind) \(.count)"' | sort)
    same findings "$wanted" "$found" || return 1
    same counts \
        "$(query '[.findings[].severity]
            | map(select(. == "error")), map(select(. == "warning")), map(select(. == "note"))
            | length')" \
        "$(query '.summary | .error, .warning, .note')" || return 1
    [ "$(query '[.processes[].calls] | add')" -gt 0 ] || die "nothing was audited" || return 1
    same complete true "$(query '[.processes[].complete] | all')"
}

# expect_stack RULE KIND STORY FUNCTION...: the innermost functions of the first place
expect_stack()
{
    local rule=$1 kind=$2 story=$3
    shift 3
    same "$rule $story" "$*" "$(query --arg rule "$rule" --arg kind "$kind" \
        --arg story "$story" --argjson depth $# \
        '[.findings[] | select(.rule == $rule and .kind == $kind)][0].places[0].stacks[$story]
        | .frames[:$depth] | map(.function // "?") | join(" ")')"
}

# expect_no_stack RULE KIND STORY
expect_no_stack()
{
    same "$1 $3" null "$(query --arg rule "$1" --arg kind "$2" --arg story "$3" \
        '[.findings[] | select(.rule == $rule and .kind == $kind)][0].places[0].stacks[$story]')"
}

# expect_cause RULE CAUSE: the finding of RULE follows from that of CAUSE
expect_cause()
{
    same "cause of $1" \
        "$(query --arg rule "$2" '.findings[] | select(.rule == $rule).fingerprint')" \
        "$(query --arg rule "$1" '.findings[] | select(.rule == $rule).cause')"
}

# field RULE NAME: a field of the one finding of RULE
field()
{
    query --arg rule "$1" --arg name "$2" '.findings[] | select(.rule == $rule)[$name]'
}

# calls: audited calls of all processes of the report
calls()
{
    query '[.processes[].calls] | add'
}

# expect_same_behaviour COMMAND...: plain, with the bare preload and under run: same status and the
# same stdout and stderr, but for process numbers in brackets, and, unless $timed is set, the same
# number of calls; the reports at the end of the bare processes have them all. Standard input is
# $input, if set.
# Leaves the report of both ways: the last one, of run, in $report, the bare one in $bare_report.
expect_same_behaviour()
{
    local dir=$BATS_TEST_TMPDIR/same plain=0 bare=0 audited=0
    report=$BATS_TEST_TMPDIR/report.json
    bare_report=$BATS_TEST_TMPDIR/bare-report.json
    rm -rf "$dir"
    mkdir -p "$dir/traces"
    "$@" >"$dir/plain.out" 2>"$dir/plain.err" <"${input:-/dev/null}" || plain=$?
    LD_PRELOAD=$SCARDAUDIT_LIB \
        SCARDAUDIT_OPTIONS="dir=$dir/traces:at_exit=none:json=$dir/at-exit.%p.json" \
        "$@" >"$dir/bare.out" 2>"$dir/bare.err" <"${input:-/dev/null}" || bare=$?
    "$SCARDAUDIT" run --json "$report" -- "$@" >"$dir/run.out" 2>"$dir/run.err" \
        <"${input:-/dev/null}" || audited=$?
    same "status with the bare preload" "$plain" "$bare"
    same "status under run" "$plain" "$audited"
    sed -i -E 's/\[[0-9]+\]/[PID]/' "$dir"/*.out "$dir"/*.err
    diff "$dir/plain.out" "$dir/bare.out"
    diff "$dir/plain.err" "$dir/bare.err"
    diff "$dir/plain.out" "$dir/run.out"
    diff "$dir/plain.err" "$dir/run.err"
    cp "$dir/run.out" "$BATS_TEST_TMPDIR/audited.out"
    "$SCARDAUDIT" report --allow-empty --json "$bare_report" "$dir/traces"
    # each process that ended by itself has told its own end
    same "reports at exit" \
        "$(gojq '[.processes[] | select(.exit | test("exit")) | .calls] | add' "$bare_report")" \
        "$(find "$dir" -name 'at-exit.*.json' -exec cat {} + |
            gojq -s '[.[].processes[].calls] | add')"
    # what a client does in step with the clock may happen once more
    [ -n "${timed:-}" ] ||
        same "calls, bare and under run" "$(gojq '[.processes[].calls] | add' "$bare_report")" \
            "$(calls)"
}

# expect_valid SCHEMA FILE...: each JSON value in them is what doc/SCHEMA says
expect_valid()
{
    local candidate found=
    for candidate in /usr/bin/python3 python3; do
        "$candidate" -c 'import jsonschema' 2>/dev/null && found=$candidate && break
    done
    [ -n "$found" ] || die "jsonschema is missing: install the package python3-jsonschema"
    "$found" "$TESTS/readers/schema.py" "$TOP/doc/$1" "${@:2}"
}

# expect_schema: the last report is what doc/report.schema.json says
expect_schema()
{
    expect_valid report.schema.json "$report"
}

# expect_resource KIND ACQUIRED RELEASED: of all processes of the report
expect_resource()
{
    same "$1 acquired and released" "$2 $3" "$(query ".resources[] | select(.kind == \"$1\")
        | \"\(.acquired) \(.released)\"")"
}
