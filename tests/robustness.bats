#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2030,SC2031 # each test is a subshell
# shellcheck disable=SC2154 # attack.bash and run set them
#
# What broke other preload tools. Each test says how it was seen to fail without our answer.

load attack

setup_file()
{
    start_pcscd
}

teardown_file()
{
    stop_pcscd
}

# libunwind took its lock, then the loader's; the callback the other way round: hung for ever
@test "a call from a dl_iterate_phdr callback while another thread unwinds" {
    run -0 live "$programs/unwind-locks"
    same output "no deadlock" "$output"
    judged
    same calls 240 "$(calls)"
}

# expect_reloaded COUNT: two plugins in turn, so often each, have stacks of their own
expect_reloaded()
{
    same misuses "$1 inner_one work load_and_run main
$1 inner_two work load_and_run main" "$(query '.findings[] | select(.rule == "use-after-release")
        | "\(.count) \([.places[0].stacks.misused.frames[0:4][].function] | join(" "))"' | sort)"
}

# libunwind's cache: 10 of 10 stacks of the second plugin were wrong
@test "two plugins in turn at the same address: stacks name the right one" {
    run -0 live "$programs/reload" "$programs/reload-one.so" "$programs/reload-two.so" 10
    judged
    expect_reloaded 5
}

# with the loader's count, which is wrong under LD_AUDIT: 101 and 99
@test "two plugins in turn 200 times under run, with RTLD_DEEPBIND and without" {
    local with
    for with in "" deepbind; do
        OPEN_WITH=$with run -0 "$SCARDAUDIT" run --json "$report" -- "$programs/reload" \
            "$programs/reload-one.so" "$programs/reload-two.so" 200
        expect_reloaded 100
        same calls 200 "$(calls)"
    done
}

# 227 of 300 children died of SIGSEGV
@test "fork in a signal handler inside the audit, with a stand-in library" {
    LD_LIBRARY_PATH=$programs/standin run -0 live "$programs/fork-in-handler"
    same output "150 of 150 children ended well" "$output"
    judged
    [ "$(calls)" -gt 150 ]
}

# the child hung, with all signals blocked
@test "fork while a thread that will be gone holds the loader's lock" {
    run -0 live "$programs/fork-with-locks"
    same output "_exit: status 0
call: status 0" "$output"
    judged
    same calls 2 "$(calls)"
}

# open() is a cancellation point: the thread left a lock of ours behind, the next one hung
@test "a cancelled thread makes the first call" {
    run -0 live "$programs/cancelled"
    same output "the call returned
another thread's too" "$output"
    judged
    same calls 2 "$(calls)"
}

# dlsym(RTLD_NEXT) waited for the lock that the waiting constructor holds
@test "a constructor under dlopen waits for a thread that makes the first call" {
    run -0 live "$programs/loading" "$programs/loading-plugin.so"
    same output loaded "$output"
    judged
    same calls 1 "$(calls)"
}

# an unwinder wants 10 KiB: SIGSEGV
@test "small stacks: the return address alone, marked as truncated" {
    run -0 live "$programs/small-stacks"
    same output "signal stack: fine
thread: fine" "$output"
    judged
    same calls 3 "$(calls)"
    run -0 "$SCARDAUDIT" dump --jsonl "$traces"/*.trace
    same frames 2 "$(gojq -s '[.[] | select(.stack | length == 1)] | length' <<<"$output")"
}

# crashed in ThreadSanitizer's interceptors, before main and at thread exit
@test "a program built with ThreadSanitizer" {
    run -0 live "$programs/cancelled-tsan"
    same output "the call returned
another thread's too" "$output"
    judged
    same calls 2 "$(calls)"
}

# "cannot allocate memory in static TLS block": the programs did not start
@test "libraries with much static TLS under run, and threads with small stacks" {
    LD_PRELOAD=$(ldconfig -p | sed -n 's/.*libjemalloc\.so\.2 .*=> //p' | head -n 1) \
        run -0 "$SCARDAUDIT" run --json "$report" -- "$TEST_PROGRAMS/first-calls"
    same output "16 and 16 of 17 calls failed" "$output"
    same calls 34 "$(calls)"
    run -0 "$SCARDAUDIT" run --json "$report" -- "$programs/cancelled-tsan"
    same calls 2 "$(calls)"
    run -0 "$SCARDAUDIT" run --json "$report" -- "$programs/small-stacks"
    same output "signal stack: fine
thread: fine" "$output"
    same calls 3 "$(calls)"
}

# our line was appended to the program's file
@test "stderr closed and its number used for a file" {
    LD_PRELOAD=$SCARDAUDIT_LIB SCARDAUDIT_OPTIONS="dir=$traces" \
        run -0 "$programs/odd-lives" own-file-on-stderr "$BATS_TEST_TMPDIR/file"
    same file DATA "$(<"$BATS_TEST_TMPDIR/file")"
    judged
}

# the child's trace had no run id: two runs, status 3
@test "the environment wiped before a child's first call" {
    SCARDAUDIT_RUN_ID=abc run -0 live "$programs/odd-lives" wiped-environment -
    same output "child: status 0" "$output"
    run -0 "$SCARDAUDIT" report --run abc --json "$report" "$traces"
    same processes 2 "$(query '.processes | length')"
}

# libunwind read from and wrote to the program's file, where its pipe had been; on older kernels a
# descriptor is kept for the trace: what the program puts there must not be touched either
@test "all descriptors closed and used anew, before and after Linux 5.14" {
    for run in "" "$programs/refuse-populate"; do
        # shellcheck disable=SC2086 # empty: no word
        run -0 live $run "$programs/odd-lives" closed-descriptors "$BATS_TEST_TMPDIR/file"
        same file DATA "$(<"$BATS_TEST_TMPDIR/file")"
    done
}

# MADV_POPULATE_WRITE answers EINVAL: growth by fallocate
@test "a kernel before Linux 5.14" {
    run -0 live "$programs/refuse-populate" "$TEST_PROGRAMS/leaky"
    judged
    expect_findings "error context-leak context 1" "error handle-leak card-handle 1" \
        "error autoallocate-leak autoallocate 1"
}

# mmap of 256 MiB failed: no audit
with_little_address_space()
{
    ulimit -v 150000
    live "$programs/odd-lives" little-address-space -
}

@test "little address space" {
    run -0 with_little_address_space
    same output called "$output"
    run -0 "$SCARDAUDIT" report --json "$report" "$traces"
    same calls 1 "$(calls)"
}

# each copy wrote a trace and took the other for a provider
@test "preloaded twice: one trace" {
    cp "$SCARDAUDIT_LIB" "$BATS_TEST_TMPDIR/libscardaudit.so"
    LD_PRELOAD="$SCARDAUDIT_LIB $BATS_TEST_TMPDIR/libscardaudit.so" \
        SCARDAUDIT_OPTIONS="dir=$traces:at_exit=none" run -0 "$TEST_PROGRAMS/leaky"
    same traces 1 "$(find "$traces" -name '*.trace' | wc -l)"
    judged
    same provider libpcsclite.so.1 "$(query '[.resources[].provider] | unique | join(" ")')"
}

# the file's name was longer than NAME_MAX: no audit
@test "a program with a very long name" {
    local name
    name=$BATS_TEST_TMPDIR/$(printf 'n%.0s' {1..250})
    cp "$TEST_PROGRAMS/leaky" "$name"
    run -0 live "$name"
    judged
    same errors 3 "$(query '.summary.error')"
}

# ftruncate growth raises SIGXFSZ, and SIGBUS on a full disk
@test "a file size limit and a full disk stop the recording, not the program" {
    (
        ulimit -f 80
        run -0 live "$TEST_PROGRAMS/random-calls" 1 200 2
        grep -q 'recording stops here, the program goes on' <<<"$output"
    )
    run -3 "$SCARDAUDIT" report --json "$report" "$traces"
    same complete false "$(query '.processes[0].complete')"
    same errors 0 "$(query '.summary.error')"
    if [ "$(id -u)" = 0 ] && mount -t tmpfs -o size=128k tmpfs "$traces" 2>/dev/null; then
        run -0 live "$TEST_PROGRAMS/random-calls" 1 200 2
        umount -l "$traces"
        grep -q 'no space left on the device; recording stops here' <<<"$output"
    fi
}
