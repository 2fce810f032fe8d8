#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2154 # attack.bash sets them
#
# Whatever a program passes to the functions, and whatever becomes of pcscd and card meanwhile: they
# return what they return unaudited, kill with the same signals, and leave the same in its memory.

load attack

setup_file()
{
    export WLOG_LEVEL=OFF # of WinPR, which writes the time
}

teardown()
{
    stop_pcscd # where the test has started one
}

# every_function LIBRARY: the program's output names all that the library exports
every_function()
{
    local library
    library=$(ldd "$1" | sed -n "s/.*$2.* => \(\S*\) .*/\1/p")
    same functions \
        "$(nm -D --defined-only "$library" | sed -n 's/.* T \(SCard.*\)/\1/p' | grep -vxF \
            "$(sed -n '/SCA_HARMLESS/,/^$/s/.*X(\(SCard\w*\)).*/\1/p' \
                "$TOP/preload/api_table.h")" | sort)" \
        "$(sed 's/[: ].*//' "$BATS_TEST_TMPDIR/run" | sort -u)"
}

# way WAY COMMAND...: with a pcscd and card of its own, if there is none yet, for a call of one has
# its effect on others
way()
{
    local way=$1
    shift
    if [ -z "${FIXTURE:-}" ]; then
        start_pcscd
        trap stop_pcscd EXIT
    fi
    case $way in
    plain) timeout -s KILL 60 "$@" ;;
    bare) live "$@" ;;
    run) timeout -s KILL 60 "$SCARDAUDIT" run --json "$report" -- "$@" ;;
    esac >"$BATS_TEST_TMPDIR/$way" 2>&1
}

# in_all_ways COMMAND...: plain, with the bare preload and under run at once
in_all_ways()
{
    local way children=()
    rm -f "$traces"/*
    for way in plain bare run; do
        ("${@/WAY/$way}") 3>&- &
        children+=($!)
    done
    for way in "${children[@]}"; do
        wait "$way"
    done
    diff "$BATS_TEST_TMPDIR"/{plain,bare}
    diff "$BATS_TEST_TMPDIR"/{plain,run}
    judged
}

# unchanged COMMAND...: same status and output in all ways
unchanged()
{
    in_all_ways way WAY "$@"
    [ "$(calls)" -gt 1000 ]
}

@test "odd arguments for pcsc-lite" {
    unchanged "$programs/arguments" global
    every_function "$programs/arguments" libpcsclite
}

# A length that the provider does not look at killed by its last bytes; of two variables for blocks
# that overlap by half, the other one won.
@test "odd arguments for WinPR" {
    unchanged "$programs/arguments-winpr" global
    every_function "$programs/arguments-winpr" libwinpr
}

# l: functions with a length that we read; it killed where nobody could tell whether it can be read
@test "odd arguments on the stack, and where process_vm_readv is forbidden, as in containers" {
    unchanged "$programs/arguments" stack l
    unchanged "$programs/refuse-readv" "$programs/arguments" global l
    unchanged "$programs/refuse-readv" "$programs/arguments-winpr" global l
}

@test "two threads with lengths of any kind of memory, where process_vm_readv is forbidden" {
    start_pcscd
    for program in lengths lengths-winpr; do
        for refused in "" "$programs/refuse-readv"; do
            # shellcheck disable=SC2086 # none or one
            unchanged $refused "$programs/$program"
            same output "$(printf 'results 0x0, right%s\n' " 100 100 100 100 100 100" " 100 100 100 100 100 100")" \
                "$(<"$BATS_TEST_TMPDIR/plain")"
            same blocks 1200 \
                "$(query '[.resources[] | select(.kind == "autoallocate").acquired] | unique[]')"
            expect_findings
        done
    done
}

# begin NAME COMMAND...: start it, and wait until it is ready
begin()
{
    local name=$1 pipe=$BATS_TEST_TMPDIR/$1.pipe to from ready
    shift
    mkfifo "$pipe.to" "$pipe.from"
    timeout -s KILL 60 "$@" <"$pipe.to" >"$pipe.from" 2>&1 3>&- &
    pids[$name]=$!
    exec {to}>"$pipe.to" {from}<"$pipe.from"
    rm "$pipe.to" "$pipe.from"
    read -r ready <&"$from"
    same "$name" ready "$ready"
    inputs[$name]=$to
    outputs[$name]=$from
}

# proceed NAME: let it make its calls; what it says goes to a file of its name
proceed()
{
    local to=${inputs[$1]} from=${outputs[$1]}
    echo >&"$to"
    cat <&"$from" >"$BATS_TEST_TMPDIR/$1"
    exec {to}>&- {from}<&-
    wait "${pids[$1]}"
}

# begin_way WAY PROGRAM ARGUMENT...: its name is WAY-PROGRAM
begin_way()
{
    local way=$1 name=$2
    shift 2
    case $way in
    plain) set -- "$programs/$name" "$@" ;;
    bare)
        set -- env LD_PRELOAD="$SCARDAUDIT_LIB" SCARDAUDIT_OPTIONS="dir=$traces:at_exit=none" \
            "$programs/$name" "$@"
        ;;
    run) set -- "$SCARDAUDIT" run --json "$report" -- "$programs/$name" "$@" ;;
    esac
    begin "$way-$name" "$@"
}

fixture()
{
    local command
    for command; do
        "$TESTS/fixture/pcscd-fixture.sh" "$command" "$FIXTURE"
    done
}

# meanwhile "EVENT..." HISTORY...: in all ways at once
meanwhile()
{
    local -A pids inputs outputs
    local events program way
    read -ra events <<<"$1"
    shift
    start_pcscd
    for program in meanwhile meanwhile-winpr; do
        for way in plain bare run; do
            begin_way $way $program "$@"
        done
    done
    fixture "${events[@]}"
    for program in meanwhile meanwhile-winpr; do
        for way in plain bare run; do
            proceed $way-$program
        done
        diff "$BATS_TEST_TMPDIR"/{plain,bare}-$program
        diff "$BATS_TEST_TMPDIR"/{plain,run}-$program
    done
    judged
}

# each call as the first one that meets the new world
first_calls=(t s g l a f b n d r c v e)

@test "pcscd dies" {
    meanwhile crash "${first_calls[@]/%/tsladfr}"
}

@test "pcscd dies and comes again" {
    meanwhile "crash restart insert" "${first_calls[@]/%/tsladfrec}"
}

@test "the card is pulled" {
    meanwhile remove "${first_calls[@]/%/tsladfrec}"
}

# in_transaction WAY: one program after the other, for only one can have the transaction
in_transaction()
{
    local -A pids inputs outputs
    local program history
    start_pcscd
    trap stop_pcscd EXIT
    for program in meanwhile meanwhile-winpr; do
        for history in tsgxxdr xtsdr dxr rx; do
            begin_way "$1" $program transaction $history
            fixture remove
            proceed "$1-$program"
            fixture insert
            cat "$BATS_TEST_TMPDIR/$1-$program" >>"$BATS_TEST_TMPDIR/$1"
        done
        for history in xtsdr txdr; do
            begin_way "$1" $program transaction $history
            fixture crash
            proceed "$1-$program"
            fixture restart insert
            cat "$BATS_TEST_TMPDIR/$1-$program" >>"$BATS_TEST_TMPDIR/$1"
        done
    done
}

@test "the card is pulled, or pcscd dies, in a transaction" {
    in_all_ways in_transaction WAY
}
