#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# The unwinders are loaded where a provider is or may come, and nowhere else. Local calls only, to
# stand-ins or to the real library. Each test says how it was seen to fail without our answer.

load helpers

setup()
{
    need_tools
    programs=$(dirname "$TEST_PROGRAMS")/robustness
    traces=$BATS_TEST_TMPDIR/traces
    report=$BATS_TEST_TMPDIR/report.json
    mkdir "$traces"
}

# live PROGRAM [ARGUMENT...]: run it with the bare preload; one that hangs is killed
live()
{
    LD_PRELOAD=$SCARDAUDIT_LIB SCARDAUDIT_OPTIONS="dir=$traces:at_exit=none" \
        timeout -s KILL 60 "$@"
}

judged()
{
    run -0 "$SCARDAUDIT" report --json "$report" "$traces"
    same complete true "$(query '[.processes[].complete] | all')"
}

# cut_short: how many calls have a stack of a single frame
cut_short()
{
    "$SCARDAUDIT" dump --jsonl "$traces"/*.trace | gojq -s '[.[] | select(.stack | length < 2)]
        | length'
}

# loaded by the constructor in every program: twice the time of an exec
@test "a program that opens no library has no unwinder" {
    run -0 live cat /proc/self/maps
    grep -q '/libscardaudit\.so$' <<<"$output"
    run ! grep -E 'libunwind|libgcc_s|liblzma' <<<"$output"
}

# loaded in the first audited call: dlopen waited for the lock that the waiting constructor holds
@test "a constructor under dlopen waits for a thread that makes the first call, no provider before" {
    run -0 live "$programs/loading-bare" "$programs/loading-plugin.so"
    same output loaded "$output"
    judged
    same calls 1 "$(calls)"
    same "cut short" 0 "$(cut_short)"
}

# the plain name was not found: an ordinary function around dlopen, not a jump, is itself the caller
# whose RUNPATH counts. In 4 of 150 runs stacks were cut short: a thread did not load what another
# was just loading. The descriptor was another: libunwind's pipe had its number.
@test "threads that open a plugin at once, found by the program's RUNPATH" {
    local round
    for round in {1..40}; do
        rm -f "$traces"/*
        run -0 live "$programs/late" plugin-one.so
        same "last line" "the lowest free descriptor is as before" "${lines[-1]}"
        judged
        same "calls in round $round" 24 "$(calls)"
        same "cut short in round $round" 0 "$(cut_short)"
    done
}

# libgcc came with it: by system calls of ours
@test "a library opened behind a seccomp filter: nothing is loaded any more" {
    run -0 live "$programs/late-filtered" libm.so.6
    same output "opened
nothing else" "$output"
    same files "" "$(ls "$traces")"
}
