#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2030,SC2031 # each test is a subshell, and sets its own variables
# shellcheck disable=SC2154 # stderr is set by run --separate-stderr
#
# Baselines and gate: a pipeline from its first run on, and what it is when something is wrong.

load helpers

setup_file()
{
    start_pcscd
}

teardown_file()
{
    stop_pcscd
}

setup()
{
    cd "$BATS_TEST_TMPDIR" || return 1
    report=report.json
}

# pipeline WORD...: a run of the project's tests, audited; its traces are in traces/
pipeline()
{
    rm -rf traces
    mkdir traces
    LD_PRELOAD=$SCARDAUDIT_LIB SCARDAUDIT_RUN_ID=today \
        SCARDAUDIT_OPTIONS=dir=$PWD/traces:at_exit=none \
        "$TEST_PROGRAMS/pipeline" "$@"
}

# gate STATUS [OPTION...]: what it says is in $output and $stderr, the report in $report
gate()
{
    local wanted=$1
    shift
    run -"$wanted" --separate-stderr "$SCARDAUDIT" gate "$@" traces
    local said=$output
    "$SCARDAUDIT" report "$@" --json "$report" traces 2>/dev/null || :
    output=$said
}

# compared "STATE RULE KIND COUNT"...: the findings, by how they compare
compared()
{
    expect_schema
    same compared "$(printf '%s\n' "$@" | sort)" \
        "$(query '.findings[] | "\(.baseline) \(.rule) \(.kind) \(.count)"' | sort)"
}

@test "a pipeline: the first run writes the baseline, then only what is new counts" {
    pipeline context block
    run -0 "$SCARDAUDIT" report --write-baseline known.jsonl traces
    gate 23
    [[ $output == *"ERROR context-leak: "* ]]

    pipeline context block
    gate 0 --baseline known.jsonl
    same "what is said" "" "$output$stderr"
    compared "known context-leak context 1" "known autoallocate-leak autoallocate 1"
    same summary "0 0 0 2 0" "$(query '.summary | "\(.error) \(.warning) \(.note) \(.known) \(.fixed)"')"

    pipeline context block handle
    gate 23 --baseline known.jsonl
    same "findings that are told" 2 "$(grep -c '^ERROR' <<<"$output")"
    [[ $output == *"leave_handle"* && $output != *"leave_context"* && $output != *"leave_block"* ]]
    [[ $output == *"scardaudit: 2 known, 0 gone (--baseline known.jsonl)"* ]]
    compared "known context-leak context 1" "known autoallocate-leak autoallocate 1" \
        "new context-leak context 1" "new handle-leak card-handle 1"

    pipeline context
    gate 0 --baseline known.jsonl
    compared "known context-leak context 1"
    same gone "autoallocate-leak autoallocate 1" "$(query '.fixed[] | "\(.rule) \(.kind) \(.count)"')"
    run -0 "$SCARDAUDIT" report --baseline known.jsonl traces
    [[ $output == *"scardaudit: 1 known, 1 gone (--baseline known.jsonl)
  gone: autoallocate-leak: "* ]]

    rm -rf traces # the preload was not active
    mkdir traces
    "$TEST_PROGRAMS/pipeline" context
    run -3 --separate-stderr "$SCARDAUDIT" gate --baseline known.jsonl traces
    same "stderr" "scardaudit: no scardaudit.*.trace in traces" "$stderr"
}

@test "more of a known finding is grown, less is known" {
    pipeline context context
    "$SCARDAUDIT" report --write-baseline known.jsonl traces >/dev/null
    pipeline context context context
    gate 23 --baseline known.jsonl
    compared "grown context-leak context 3"
    [[ $output == *"  grown: 2 in the baseline"* ]]
    pipeline context
    gate 0 --baseline known.jsonl
    compared "known context-leak context 1"
}

@test "another function between: the owner frame tells that it is the same" {
    pipeline context
    "$SCARDAUDIT" report --write-baseline known.jsonl traces >/dev/null
    pipeline extra-frame context
    gate 0 --baseline known.jsonl
    compared "known context-leak context 1"
    pipeline context extra-frame context # one more of them, on another way
    gate 23 --baseline known.jsonl
    compared "known context-leak context 1" "new context-leak context 1"
}

@test "the file: sorted, a finding a line, the same whatever the order, and it can be merged" {
    pipeline context block handle
    "$SCARDAUDIT" report --write-baseline one.jsonl traces >/dev/null
    pipeline handle block context
    "$SCARDAUDIT" report --write-baseline two.jsonl traces >/dev/null
    diff one.jsonl two.jsonl
    same lines 5 "$(wc -l <one.jsonl)"
    same schema scardaudit-baseline/1 "$(gojq -r 'select(.schema).schema' one.jsonl)"
    same fields "count family fingerprint fingerprint_strict kind message provider rule severity" \
        "$(tail -n +2 one.jsonl | gojq -r 'keys | join(" ")' | sort -u)"
    same sorted "$(tail -n +2 one.jsonl | gojq -r '.rule' | sort)" "$(tail -n +2 one.jsonl | gojq -r .rule)"

    { # two branches added lines, one of them the same
        cat one.jsonl
        tail -n 2 one.jsonl
    } >merged.jsonl
    gate 0 --baseline merged.jsonl
    same "what is gone" 0 "$(query .summary.fixed)"
    sed 's/$/\r/' one.jsonl >dos.jsonl
    gate 0 --baseline dos.jsonl
}

@test "baselines and suppressions: what is suppressed is neither written nor gone" {
    pipeline context block
    echo "context-leak leave_context" >known.supp
    "$SCARDAUDIT" report --write-baseline all.jsonl traces >/dev/null
    "$SCARDAUDIT" report --suppressions known.supp --write-baseline some.jsonl traces >/dev/null
    same rules autoallocate-leak "$(gojq -r 'select(.rule).rule' some.jsonl)"
    gate 0 --suppressions known.supp --baseline all.jsonl
    same "summary" "0 1 1 0" "$(query '.summary | "\(.error) \(.suppressed) \(.known) \(.fixed)"')"
}

@test "--fail-on, --strict and --allow-empty" {
    pipeline context
    gate 23
    gate 0 --fail-on never
    pipeline nothing
    gate 0
    same "what is said" "" "$output$stderr"
    gate 0 --strict --fail-on note
    rm -f traces/*
    run -3 "$SCARDAUDIT" gate traces
    run -0 "$SCARDAUDIT" gate --allow-empty traces
}

@test "run: the same, and the program's status where nothing counts" {
    run -23 "$SCARDAUDIT" run --fail-on error --write-baseline known.jsonl -- \
        "$TEST_PROGRAMS/pipeline" context
    run -0 --separate-stderr "$SCARDAUDIT" run --fail-on error --baseline known.jsonl --keep -- \
        "$TEST_PROGRAMS/pipeline" context
    [[ $stderr == *"1 known, 0 gone (--baseline known.jsonl)"* ]]
    again=$(sed -n 's/^again: //p' <<<"$stderr")
    [[ $again == "scardaudit report --baseline known.jsonl /"* ]]
    rm -rf "${again##* }"
}

# broken STATUS MESSAGE: known.jsonl is refused with this message, and nothing is judged
broken()
{
    run -3 --separate-stderr "$SCARDAUDIT" gate --baseline known.jsonl traces
    same stderr "scardaudit: $1" "$stderr"
    same stdout "" "$output"
}

@test "a baseline that cannot be read, is none, or is broken" {
    pipeline context
    broken "cannot read known.jsonl: No such file or directory"
    : >known.jsonl
    broken "known.jsonl: this is no baseline: it is empty"
    echo '{"rule":"context-leak"}' >known.jsonl
    broken 'known.jsonl:1: this is no baseline: its first line has no "schema"'
    echo '{"schema":"scardaudit-baseline/2"}' >known.jsonl
    broken "known.jsonl:1: not of the schema scardaudit-baseline/1"
    "$SCARDAUDIT" report --write-baseline good.jsonl traces >/dev/null
    sed 's/"count":1/"count":"many"/' good.jsonl >known.jsonl
    broken 'known.jsonl:2: "count" is a number from 1 on'
    sed 's/"rule":"[^"]*",//' good.jsonl >known.jsonl
    broken 'known.jsonl:2: no text "rule"'
    sed 's/\("fingerprint":"\)..../\1XYZ/' good.jsonl >known.jsonl
    broken "known.jsonl:2: a fingerprint has 16 hexadecimal digits"
    { cat good.jsonl; echo '<<<<<<< HEAD'; } >known.jsonl
    run -3 --separate-stderr "$SCARDAUDIT" gate --baseline known.jsonl traces
    [[ $stderr == "scardaudit: known.jsonl:3: no JSON: "* ]]
    printf 'a\0b' >known.jsonl
    broken "known.jsonl:1: a NUL byte"
    rm known.jsonl
    mkfifo known.jsonl
    broken "cannot read known.jsonl: it is no regular file"
}

@test "a baseline that cannot be written: the reports are, and the status is 3" {
    pipeline context
    run -3 --separate-stderr "$SCARDAUDIT" gate --json report.json \
        --write-baseline /nowhere/known.jsonl traces
    same stderr "scardaudit: cannot write /nowhere/known.jsonl: No such file or directory" "$stderr"
    run -3 --separate-stderr "$SCARDAUDIT" report --json "$report" --write-baseline /dev/full traces
    same stderr "scardaudit: cannot write /dev/full: No space left on device" "$stderr"
    expect_findings "error context-leak context 1"
}

@test "nothing is known, gone or written of an incomplete trace" {
    pipeline context block
    "$SCARDAUDIT" report --write-baseline known.jsonl traces >/dev/null
    pipeline context
    truncate -s -100 traces/*.trace
    trace=$(echo traces/*.trace)
    printf 'garbage!' | dd of="$trace" bs=1 seek=$((0x1200)) conv=notrunc status=none
    run -3 "$SCARDAUDIT" gate --baseline known.jsonl --json "$report" traces
    same gone 0 "$(query .summary.fixed)"
    run -3 --separate-stderr "$SCARDAUDIT" report --write-baseline new.jsonl traces
    [[ $stderr == *"scardaudit: no baseline is written: findings may be missing"* ]]
    [ ! -e new.jsonl ]
}
