#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2030,SC2031 # each test is a subshell
# shellcheck disable=SC2154 # attack.bash and run set them
#
# Two preloads at once, in both orders: the program does what it does with the other one alone, and
# its calls are audited as if we were alone. (Preloaded twice ourselves: robustness.bats.)

load attack

setup_file()
{
    start_pcscd
}

teardown_file()
{
    stop_pcscd
}

libraries=/usr/lib/x86_64-linux-gnu

# beside LIBRARY PROGRAM CALLS ERRORS
beside()
{
    local order wanted program=$TEST_PROGRAMS/$2
    [ -r "$1" ] || die "$1 is missing: scripts/setup check installs it" || return 1
    LD_PRELOAD=$1 run timeout -s KILL 60 "$program"
    wanted="$status $output"
    for order in "$SCARDAUDIT_LIB $1" "$1 $SCARDAUDIT_LIB"; do
        rm -f "$traces"/*
        LD_PRELOAD=$order SCARDAUDIT_OPTIONS=dir=$traces:at_exit=none \
            run timeout -s KILL 60 "$program"
        same "status and output with $order" "$wanted" "$status $output"
        judged
        same "calls with $order" "$3" "$(calls)"
        same "errors with $order" "$4" "$(query .summary.error)"
    done
}

# beside_all LIBRARY: a linked client, one that leaks, one that uses dlopen
beside_all()
{
    beside "$1" clean 9 0
    beside "$1" leaky 4 3
    beside "$1" dlopen-client 3 1
}

@test "jemalloc" {
    beside_all $libraries/libjemalloc.so.2
}

@test "tcmalloc" {
    beside_all $libraries/libtcmalloc_minimal.so.4
}

@test "mimalloc" {
    beside_all $libraries/libmimalloc.so.2.0
}

# its free() was not found, and libc's was given its blocks
@test "an allocator with a hash table of the old kind alone" {
    beside_all "$(dirname "$TEST_PROGRAMS")/robustness/bump-sysv.so"
}

# the trace was of ten days later
@test "libfaketime changes the program's time, not the trace's" {
    export FAKETIME=+10d
    beside_all $libraries/faketime/libfaketime.so.1
    unset FAKETIME
    run -0 "$SCARDAUDIT" dump "$traces"/*.trace
    local started
    started=$(sed -n 's/^started *//p' <<<"$output")
    [ "$(date -d "$started" +%s)" -le "$(date +%s)" ]
}

# preloaded before us it was handed the real functions: no call was counted. (Its SCardTransmit
# crashes without us, too: so not "clean".)
@test "pcsc-lite's own tracer" {
    beside $libraries/libpcscspy.so.0 leaky 4 3
    same provider libpcsclite.so.1 "$(query '[.resources[].provider] | unique | join(" ")')"
    same owners "connect_card establish list_readers" "$(query '[.findings[].places[0].stacks.acquired
        .frames[1].function] | sort | join(" ")')"
    beside $libraries/libpcscspy.so.0 dlopen-client 3 1
}

# "ASan runtime does not come first in initial library list", status 1
@test "AddressSanitizer: run puts it first" {
    local said
    run -0 "$programs/asan"
    said=$output
    run -0 --separate-stderr "$SCARDAUDIT" run --json "$report" -- "$programs/asan"
    same output "$said" "$output"
    same calls 3 "$(calls)"
    expect_findings
    # found by PATH
    PATH=$programs:$PATH run -0 "$SCARDAUDIT" run --json "$report" -- asan
    same calls 3 "$(calls)"
    # preloaded by the user, for a program that starts it
    LD_PRELOAD=libasan.so.8 run -0 "$SCARDAUDIT" run --json "$report" -- \
        sh -c "exec '$programs/asan'"
    same calls 3 "$(calls)"
}

@test "AddressSanitizer: what it reports is the same under run" {
    run -1 "$programs/asan" overflow
    grep -q 'ERROR: AddressSanitizer: heap-buffer-overflow' <<<"$output"
    run -1 "$SCARDAUDIT" run --json "$report" -- "$programs/asan" overflow
    grep -q 'ERROR: AddressSanitizer: heap-buffer-overflow' <<<"$output"
    same calls 3 "$(calls)"
}

@test "AddressSanitizer with the bare preload: behind it" {
    LD_PRELOAD="libasan.so.8 $SCARDAUDIT_LIB" SCARDAUDIT_OPTIONS=dir=$traces:at_exit=none \
        run -0 "$programs/asan"
    judged
    same calls 3 "$(calls)"
    # clang links its runtime statically, and does not mind
    run -0 live "$programs/asan-static"
    judged
    same calls 6 "$(calls)"
}
