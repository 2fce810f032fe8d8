#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016 # the variables in quotes are gojq's own
# shellcheck disable=SC2154 # attack.bash and run set them
#
# The same block given back by two threads at once or by a signal handler, addresses that come back
# at once, and random routes in great numbers, against a stand-in for libpcsclite (blocks.c).
#
#   PAIRS  blocks that the random test gets (default 100000, in the long run 1000000)
#   SEED   of it (default: another each time)

load attack

# of PROVIDER PROGRAM [ARG...]: with the stand-in in that directory; leaves its report
of()
{
    local provider=$1
    shift
    rm -f "$traces"/*
    export LD_LIBRARY_PATH=$programs/$provider
    run -0 live "$@"
    judged
}

# sum RULE: of the counts of its findings
sum()
{
    query --arg rule "$1" '[.findings[] | select(.rule == $rule).count] | add // 0'
}

# rules RULE...: no finding is of another one
rules()
{
    same rules "$*" "$(query '[.findings[].rule] | unique | join(" ")')"
}

@test "two threads call SCardFreeMemory for the same block: one of them comes second" {
    of blocks "$programs/free-races" 5000 SCardFreeMemory
    rules cross-thread-free double-free # main had got them
    same double-free 5000 "$(sum double-free)"
    expect_stack double-free autoallocate acquired get_block main
    expect_stack double-free autoallocate released give_to_library racer
    expect_stack double-free autoallocate misused give_to_library racer
    expect_resource autoallocate 5001 5001
}

# whoever comes first: SCardFreeMemory rightly, or free wrongly
@test "SCardFreeMemory and free at the same time" {
    of blocks "$programs/free-races" 5000 free
    same double-free 5000 "$(sum double-free)"
    same "wrong frees that came first" "$(sum mismatched-free)" "$(query '[.findings[]
        | select(.rule == "double-free").places[] | select(.stacks.released.frames[0].function
            == "give_to_free").count] | add // 0')"
    expect_resource autoallocate 5001 5001
}

# neither the signal nor the second free by the library was seen
@test "a handler that frees the block that SCardFreeMemory is about to free" {
    of blocks-raising "$programs/freeing-handler" same
    expect_findings "error double-free autoallocate 1"
    expect_stack double-free autoallocate released give_to_library main
    of blocks-raising "$programs/freeing-handler" other
    expect_findings "error mismatched-free autoallocate 1"
    expect_stack mismatched-free autoallocate misused handler
}

# A quarantine that holds what the program frees between a first free and a second.
large=quarantine_blocks=65536:quarantine_bytes=1000000000

random_seed()
{
    echo "${SEED:-$((RANDOM * 32768 + RANDOM))}"
}

# planted RULE...: what the program said it had made of each is what was found
planted()
{
    local rule
    for rule in "$@"; do
        same "$rule" "$(sed -n "s/^$rule //p" <<<"$said")" "$(sum "$rule")" || return 1
    done
    rules "$(printf '%s\n' "$@" | sort | paste -sd' ')"
}

@test "random routes on 4 threads: exactly what was planted is found" {
    local seed pairs
    seed=$(random_seed)
    pairs=${PAIRS:-$([ -z "${SCARDAUDIT_LONG:-}" ] && echo 100000 || echo 1000000)}
    echo "SEED=$seed PAIRS=$pairs"
    rm -f "$traces"/*
    LD_LIBRARY_PATH=$programs/blocks options=$large:max_trace_mb=1024 \
        run -0 live "$programs/pairs" "$seed" "$pairs" 4
    said=$output
    judged
    planted double-free mismatched-free invalid-free autoallocate-leak \
        cross-thread-free
    same "blind spots" "" "$(query '.processes[].blind_spots[].code')"
}

# Two tiny blocks lie in 16 bytes; delete is the allocator's own.
@test "random routes with other allocators behind us" {
    local allocator
    for allocator in libjemalloc.so.2 libtcmalloc_minimal.so.4 libmimalloc.so.2.0; do
        rm -f "$traces"/*
        LD_LIBRARY_PATH=$programs/blocks LD_PRELOAD="$SCARDAUDIT_LIB $allocator" \
            SCARDAUDIT_OPTIONS="dir=$traces:at_exit=none:$large" \
            run -0 timeout -s KILL 60 "$programs/pairs" "$(random_seed)" 10000 4
        said=$output
        judged
        planted double-free mismatched-free invalid-free autoallocate-leak cross-thread-free
        same "blind spots" "" "$(query '.processes[].blind_spots[].code')"
    done
}

@test "a program with its own malloc: named, and nothing is found that is not there" {
    local file
    of blocks "$programs/own-malloc" right
    rules
    file=$(realpath "$programs/own-malloc")
    same "blind spot" "heap-blind $file" \
        "$(query '.processes[].blind_spots[] | "\(.code) \(.module)"')"
    of blocks "$programs/own-malloc" wrong
    expect_findings "error autoallocate-leak autoallocate 1"
    [[ $(field autoallocate-leak message) = *"free() could not be watched, and would be wrong too" ]]
}

# Addresses come back at once, to the same thread and to others.
@test "no quarantine: nothing is found in a program without a mistake" {
    LD_LIBRARY_PATH=$programs/blocks options=quarantine_blocks=0 \
        run -0 live "$programs/pairs" "$(random_seed)" 20000 4 right
    judged
    rules
    expect_resource autoallocate 20000 20000
}

# what a provider frees past us is never quarantined: a state that stayed would accuse the next owner
@test "a provider whose frees are not seen: named, and nothing is found" {
    LD_LIBRARY_PATH=$programs/blocks-blind run -0 live "$programs/pairs" "$(random_seed)" 20000 4 \
        right
    judged
    rules
    same "blind spot" "heap-blind $programs/blocks-blind/libpcsclite.so.1" \
        "$(query '.processes[].blind_spots[] | "\(.code) \(.module)"')"
    expect_resource autoallocate 20000 20000
}

# it took the address space that the program needed for its thread
@test "little address space: the filter takes none, and that is said" {
    LD_LIBRARY_PATH=$programs/blocks run -0 live prlimit --as=60000000 \
        "$programs/pairs" "$(random_seed)" 1000 1 right
    judged
    rules
    expect_resource autoallocate 1000 1000
    same "blind spot" heap-blind "$(query '.processes[].blind_spots[].code')"
    # with as much as it needs
    rm "$traces"/*
    LD_LIBRARY_PATH=$programs/blocks run -0 live prlimit --as=1000000000 \
        "$programs/pairs" "$(random_seed)" 1000 1 right
    judged
    same "blind spots" "" "$(query '.processes[].blind_spots[].code')"
}

# the frees of one were seen, so those of the other were expected to be seen too: a double free
@test "two providers, one freeing past us: who gets the memory at once may free it" {
    run -0 live "$programs/reused-early" "$programs/blocks/libpcsclite.so.1" \
        "$programs/blocks-blind-late/libpcsclite.so.1"
    same output "freed by its next owner" "$output"
    judged
    rules
    expect_resource autoallocate 2 2
}

# a call that failed made the block LIVE again, and free() in the other one was blamed for that
@test "SCardFreeMemory while it fails on another thread: its own free() is no mistake" {
    of blocks "$programs/failing-release" 20000
    same "double frees by" give_with_no_context "$(query '[.findings[]
        | select(.rule == "double-free").places[].stacks.misused.frames[].function
            | select(startswith("give_"))] | unique | join(" ")')"
    same mismatched-free 0 "$(sum mismatched-free)"
    expect_resource autoallocate 20000 20000
}

# it lived on, and nobody was told
@test "a double free after the trace is full: the program dies as it would" {
    options=max_trace_mb=1 LD_LIBRARY_PATH=$programs/blocks run -134 live "$programs/full-trace" 50000
    [[ $output = *"double free detected"* ]]
    run -3 "$SCARDAUDIT" report --json "$report" "$traces"
    rules
}

# SIGSEGV: the clock was read though nothing is recorded any more
@test "a block that is given back under seccomp's strict mode" {
    local route
    for route in SCardFreeMemory free realloc; do
        LD_LIBRARY_PATH=$programs/blocks run -0 live "$programs/strictly" $route
    done
}
