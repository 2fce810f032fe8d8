#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016 # the variables in quotes are gojq's own
# shellcheck disable=SC2154 # attack.bash and run set them
#
# Blocks that are given back twice, to the wrong deallocator, or written to afterwards: each with
# libc's allocator and with each of three others behind us, and each with a correct twin that is
# told nothing. tests/programs/give-back names the routes.

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
allocators=("$libraries/libjemalloc.so.2" "$libraries/libtcmalloc_minimal.so.4"
    "$libraries/libmimalloc.so.2.0")

# with "LIBRARY..." STATUS PROGRAM [ARG...]: preloaded in that order; leaves its report
with()
{
    local preload=$1 wanted=$2 name
    name=$(program "$3")
    shift 3
    rm -f "$traces"/*
    LD_PRELOAD=$preload SCARDAUDIT_OPTIONS="dir=$traces:at_exit=none${options:+:$options}" \
        run -"$wanted" timeout -s KILL 60 "$name" "$@"
    said=$output
    judged
}

# each CHECK STATUS PROGRAM [ARG...]: with each allocator behind us, and call CHECK for its report
each()
{
    local check=$1 allocator
    shift
    for allocator in "" "${allocators[@]}"; do
        with "$SCARDAUDIT_LIB $allocator" "$@" && $check && no_blind_spot ||
            die "... with $allocator, $*" || return 1
    done
}

no_blind_spot()
{
    same "blind spots" "" "$(query '.processes[].blind_spots[].code')"
}

nothing()
{
    expect_findings
    expect_resource autoallocate 1 1
}

blocks_stack()
{
    expect_stack "$1" autoallocate acquired list_readers main
}

# The functions that were the second to give it back, innermost first
second=

# twice [FINDING...]: given to SCardFreeMemory before; these are found too
twice()
{
    expect_findings "error double-free autoallocate 1" "$@"
    blocks_stack double-free
    expect_stack double-free autoallocate released free_block give_to_library
    # shellcheck disable=SC2086 # several words
    expect_stack double-free autoallocate misused $second
    expect_resource autoallocate 1 1
}

wrongly()
{
    expect_findings "error mismatched-free autoallocate 1"
    blocks_stack mismatched-free
    expect_stack mismatched-free autoallocate misused "$second"
    expect_no_stack mismatched-free autoallocate released
}

wrongly_and_again()
{
    expect_findings "error mismatched-free autoallocate 1" "error double-free autoallocate 1" "$@"
    blocks_stack double-free
    expect_stack double-free autoallocate released "$second"
    expect_stack double-free autoallocate misused free_block give_to_library
    expect_stack mismatched-free autoallocate misused "$second"
}

deletes=(delete delete-sized delete-aligned delete-sized-aligned delete-nothrow
    delete-aligned-nothrow delete-array delete-array-sized delete-array-aligned
    delete-array-sized-aligned delete-array-nothrow delete-array-aligned-nothrow)

# function_of ROUTE: that goes it in give-back.c
function_of()
{
    case $1 in
    delete) echo delete_plain ;;
    delete-*) echo "${1//-/_}" ;;
    *) echo "give_to_${1//-/_}" ;;
    esac
}

@test "a block that is freed once, by SCardFreeMemory" {
    each nothing 0 give-back SCardFreeMemory
}

# a glibc abort without a story
@test "double-free: SCardFreeMemory twice" {
    second="free_block give_to_library"
    each twice 0 give-back SCardFreeMemory SCardFreeMemory
}

@test "double-free: SCardFreeMemory, then free or realloc" {
    local route
    for route in free realloc reallocarray; do
        second=$(function_of $route)
        each twice 0 give-back SCardFreeMemory $route
    done
    second=$(function_of realloc-of-nothing)
    with "$SCARDAUDIT_LIB" 0 give-back SCardFreeMemory realloc-of-nothing
    twice
}

# all_variants RULE: one finding for each variant of operator delete
all_variants()
{
    local finding="error $1 autoallocate 1" wanted=() variant
    for variant in "${deletes[@]}"; do
        wanted+=("$finding")
    done
    expect_findings "${wanted[@]}"
    same "$1 by" "$(for variant in "${deletes[@]}"; do function_of "$variant"; done | sort)" \
        "$(query '.findings[].places[0].stacks.misused.frames[0].function' | sort)"
    same "allocated by" list_readers \
        "$(query '[.findings[].places[0].stacks.acquired.frames[0].function] | unique[]')"
}

deleted_twice()
{
    all_variants double-free
    same "freed by" free_block \
        "$(query '[.findings[].places[0].stacks.released.frames[0].function] | unique[]')"
}

deleted_wrongly()
{
    all_variants mismatched-free
}

@test "double-free: SCardFreeMemory, then operator delete in all variants" {
    local arguments=() variant
    for variant in "${deletes[@]}"; do
        arguments+=(next SCardFreeMemory "$variant")
    done
    each deleted_twice 0 give-back SCardFreeMemory "${arguments[@]}"
}

@test "mismatched-free: a live block given to free or realloc" {
    local route
    for route in free realloc reallocarray; do
        second=$(function_of $route)
        each wrongly 0 give-back $route
    done
    second=$(function_of realloc-of-nothing)
    with "$SCARDAUDIT_LIB" 0 give-back realloc-of-nothing
    wrongly
}

@test "mismatched-free: a live block given to operator delete in all variants" {
    local arguments=() variant
    for variant in "${deletes[@]}"; do
        arguments+=(next "$variant")
    done
    each deleted_wrongly 0 give-back SCardFreeMemory "${arguments[@]}"
}

@test "mismatched-free and double-free: the wrong deallocator, then SCardFreeMemory" {
    local route
    for route in free delete delete-array-sized; do
        second=$(function_of $route)
        each wrongly_and_again 0 give-back $route SCardFreeMemory
    done
    second=$(function_of realloc-of-nothing)
    with "$SCARDAUDIT_LIB" 0 give-back realloc-of-nothing SCardFreeMemory
    wrongly_and_again
}

still_freed()
{
    wrongly
    expect_resource autoallocate 1 1
}

# the block stays what it was
@test "mismatched-free: a realloc that fails leaves a block that SCardFreeMemory frees" {
    second=$(function_of failing-realloc)
    each still_freed 0 give-back failing-realloc SCardFreeMemory
}

# the filter was not restored: the second free was missed
@test "double-free: after a realloc that failed" {
    local function
    function=$(function_of failing-realloc)
    with "$SCARDAUDIT_LIB" 0 give-back failing-realloc SCardFreeMemory free
    expect_findings "error mismatched-free autoallocate 1" "error double-free autoallocate 1"
    expect_stack mismatched-free autoallocate misused "$function"
    expect_stack double-free autoallocate misused give_to_free
}

@test "double-free on two threads: both are named" {
    with "$SCARDAUDIT_LIB" 0 give-back SCardFreeMemory @free
    second=give_to_free
    twice
    same threads "give-back give-back second" "$(query '.findings[0] as $finding
        | $finding.places[0].stacks | [.acquired, .released, .misused]
        | map(.thread as $serial | $finding.threads[] | select(.serial == $serial).name)
        | join(" ")')"
    run -0 "$SCARDAUDIT" report "$traces"
    grep -q 'ERROR double-free: ' <<<"$output"
}

# absorb=1 is the default: all of the above ended with status 0
@test "absorb=0: the program dies as it would, and the trace tells why" {
    second="free_block give_to_library"
    options=absorb=0 with "$SCARDAUDIT_LIB" 134 give-back SCardFreeMemory SCardFreeMemory
    [[ $said = *"double free detected"* ]]
    twice "note held-at-end context 1"
    second=give_to_free
    options=absorb=0 with "$SCARDAUDIT_LIB" 134 give-back SCardFreeMemory free
    twice "note held-at-end context 1"
    options=absorb=0 with "$SCARDAUDIT_LIB" 134 give-back free SCardFreeMemory
    wrongly_and_again "note held-at-end context 1"
}

# no certainty, and none needed: who gives SCardFreeMemory what is not its own is wrong
@test "without a quarantine the program dies as it would, and the trace tells why" {
    second="free_block give_to_library"
    options=quarantine_blocks=0 with "$SCARDAUDIT_LIB" 134 give-back SCardFreeMemory \
        SCardFreeMemory
    twice "note held-at-end context 1"
    options=quarantine_bytes=0 with "$SCARDAUDIT_LIB" 134 give-back SCardFreeMemory \
        SCardFreeMemory
    twice "note held-at-end context 1"
}

# What ctypes calls it found in libc by itself: without the dlsym hook the block counted as leaked.
@test "mismatched-free: free found by dlsym, from Python" {
    local script=$BATS_TEST_TMPDIR/free.py
    cat >"$script" <<'END'
import ctypes, sys
pcsc, libc = ctypes.CDLL("libpcsclite.so.1"), ctypes.CDLL("libc.so.6")
context, block = ctypes.c_long(), ctypes.c_void_p()
length = ctypes.c_ulong(2**64 - 1)
assert pcsc.SCardEstablishContext(2, None, None, ctypes.byref(context)) == 0
assert pcsc.SCardListReaders(context, None, ctypes.byref(block), ctypes.byref(length)) == 0
pcsc.SCardFreeMemory(context, block) if sys.argv[1:] else libc.free(block)
pcsc.SCardReleaseContext(context)
END
    with "$SCARDAUDIT_LIB" 0 "$PYTHON" "$script"
    expect_findings "error mismatched-free autoallocate 1"
    [[ $(field mismatched-free message) = *" was given to free() instead of SCardFreeMemory "* ]]
    with "$SCARDAUDIT_LIB" 0 "$PYTHON" "$script" right
    expect_findings
}

only_invalid()
{
    expect_findings "error invalid-free autoallocate 1"
    expect_stack invalid-free autoallocate misused free_block main
    expect_no_stack invalid-free autoallocate acquired
}

nothing_was_handed_out()
{
    expect_findings
}

@test "invalid-free: memory of the program's own" {
    each only_invalid 0 invalid-free
    each nothing_was_handed_out 0 invalid-free-fixed
}

# what happens is up to the allocator and the bytes before the pointer
@test "invalid-free: a pointer into the block" {
    run timeout -s KILL 60 "$(program advanced-pointer)"
    with "$SCARDAUDIT_LIB" "$status" advanced-pointer
    expect_findings "error invalid-free autoallocate 1" "note held-at-end context 1"
    blocks_stack invalid-free
    expect_stack invalid-free autoallocate misused free_block main
    each nothing 0 advanced-pointer-fixed
}

written()
{
    expect_findings "error write-after-free autoallocate 1"
    blocks_stack write-after-free
    expect_stack write-after-free autoallocate released free_block main
}

@test "write-after-free: a block that is written to after it was freed" {
    each written 0 write-after-free
    each nothing 0 write-after-free-fixed
}

# Our free() is nobody's: that is said, and what is not seen is not judged.
@test "an allocator that was preloaded before us" {
    local allocator
    for allocator in "${allocators[@]}"; do
        with "$allocator $SCARDAUDIT_LIB" 0 give-back SCardFreeMemory
        nothing
        heap_blind "$allocator"
        with "$allocator $SCARDAUDIT_LIB" 0 give-back free
        expect_findings "error autoallocate-leak autoallocate 1"
        [[ $(field autoallocate-leak message) = *"free() could not be watched"* ]]
        heap_blind "$allocator"
    done
}

# heap_blind MODULE: that is the one blind spot
heap_blind()
{
    same "blind spot" "heap-blind $1" \
        "$(query '.processes[].blind_spots[] | "\(.code) \(.module)"')"
}
