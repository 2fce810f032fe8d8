#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# Security packages: each rule has a package with exactly that bug, and a correct twin, which is told
# nothing. The host is lsahost.

load helpers

rules=$TEST_PROGRAMS/lsa/rules
section=lsa-section
block=lsa-block
heap=lsa-heap-block

# package STATUS NAME[:BUG] FINDING...: lsahost ends with STATUS, and the package has these findings;
# its twin has none, and ends as without the audit. Leaves the report of the package.
package()
{
    local wanted=$1 name=${2%%:*} twins_status=0
    unset BUG
    [ "$name" = "$2" ] || export BUG=${2#*:}
    shift 2
    "$BUILD/lsahost" "$rules/$name-fixed.so" 2>/dev/null || twins_status=$?
    audit "$twins_status" "$BUILD/lsahost" "$rules/$name-fixed.so"
    expect_findings || die "... in $name-fixed ${BUG:-}" || return 1
    audit "$wanted" "$BUILD/lsahost" "$rules/$name.so"
    expect_findings "$@" || die "... in $name ${BUG:-}"
}

# message RULE: of the one finding of RULE
message()
{
    field "$1" message
}

@test "a package that does all of it as it should" {
    audit 0 "$BUILD/lsahost" "$rules/clean.so"
    expect_findings
    expect_resource $section 3 3
    expect_resource $block 201 201
    expect_resource $heap 100 100
    same provider "lsa lsahost" "$(query '[.resources[] | "\(.family) \(.provider)"] | unique[]')"
}

# ---- the end -------------------------------------------------------------------------------------

@test "a section that is never deleted, and its block" {
    package 0 section-leak "error lsa-section-leak $section 1"
    expect_stack lsa-section-leak $section acquired open_section work start
    package 0 section-leak:block "error lsa-section-leak $section 1" "error lsa-block-leak $block 1"
    expect_stack lsa-block-leak $block acquired allocate work start
    expect_cause lsa-block-leak lsa-section-leak
    same bytes 500 "$(field lsa-block-leak bytes)"
}

@test "a block of the heap that is never freed" {
    package 0 block-leak "error lsa-block-leak $heap 1"
    expect_stack lsa-block-leak $heap acquired allocate_heap work start
    same bytes 500 "$(field lsa-block-leak bytes)"
}

@test "what an Initialize that failed leaves behind" {
    package 1 failed-start "error lsa-section-leak $section 1"
    expect_stack lsa-section-leak $section acquired open_section work start
}

@test "a section that is deleted with blocks in it" {
    package 0 implicit-release "warning implicit-release $block 3"
    expect_stack implicit-release $block acquired allocate work start
    expect_stack implicit-release $block released close_section finish stop
    same bytes 1500 "$(field implicit-release bytes)"
}

# ---- sections ------------------------------------------------------------------------------------

@test "a block freed into another section" {
    package 0 wrong-section "error wrong-section $block 1"
    expect_stack wrong-section $block acquired allocate work start
    expect_stack wrong-section $block misused release work start
}

@test "a block of a deleted section" {
    package 0 free-after-release "error free-after-release $block 1"
    expect_stack free-after-release $block acquired allocate work start
    expect_stack free-after-release $block released close_section finish stop
    expect_stack free-after-release $block misused release clean_up finish
}

@test "a section that was deleted, or never was one" {
    package 0 use-after-release "error use-after-release $section 1"
    expect_stack use-after-release $section acquired open_section work start
    expect_stack use-after-release $section released close_section work start
    expect_stack use-after-release $section misused try_allocate work start
    package 0 use-after-release:never "error use-after-release $section 1"
    expect_stack use-after-release $section misused try_allocate work start
    expect_no_stack use-after-release $section released
}

@test "a section deleted twice" {
    package 0 double-release "error double-release $section 1"
    expect_stack double-release $section acquired open_section work start
    expect_stack double-release $section released close_section work start
    expect_stack double-release $section misused clean_up finish stop
}

# ---- frees ---------------------------------------------------------------------------------------

@test "freed twice" {
    package 0 double-free "error double-free $block 1"
    expect_stack double-free $block acquired allocate work start
    expect_stack double-free $block released release work start
    expect_stack double-free $block misused release handle_error work
}

# Where the C library ends the process; the audit keeps freed blocks for a while.
@test "a block of the heap freed twice" {
    package 0 double-free:heap "error double-free $heap 1"
    expect_stack double-free $heap acquired allocate_heap work start
    expect_stack double-free $heap released release_heap work start
    expect_stack double-free $heap misused release_heap handle_error work
}

@test "freed what is no block" {
    local bug
    for bug in foreign:with_malloc static:with_static; do
        package 0 "invalid-free:${bug%:*}" "error invalid-free $block 1"
        expect_stack invalid-free $block misused release give_back "${bug#*:}"
        expect_no_stack invalid-free $block acquired
    done
    package 0 invalid-free:inside "error invalid-free $block 1"
    expect_stack invalid-free $block acquired allocate with_inside work
    expect_stack invalid-free $block misused release give_back with_inside
    grep -q '16 bytes into' <<<"$(message invalid-free)"
}

@test "freed inside a block of the heap" {
    package 134 invalid-free:heap-inside "error invalid-free $heap 1" \
        "note held-at-end $section 1"
    expect_stack invalid-free $heap acquired allocate_heap with_inside work
    expect_stack invalid-free $heap misused release_heap give_back with_inside
    grep -q '16 bytes into' <<<"$(message invalid-free)"
}

@test "a block of the heap given to a section, or to free" {
    package 0 mismatched-free:to-section "error mismatched-free $heap 1"
    expect_stack mismatched-free $heap acquired allocate_heap work start
    expect_stack mismatched-free $heap misused to_section work start
    package 0 mismatched-free:to-free "error mismatched-free $heap 1"
    expect_stack mismatched-free $heap misused to_free work start
}

@test "freed by another thread" {
    package 0 cross-thread-free "note cross-thread-free $block 1"
    expect_stack cross-thread-free $block acquired allocate work start
    expect_stack cross-thread-free $block released release free_there
    same threads 2 "$(query '.findings[0].threads | length')"
}

# ---- after Shutdown ------------------------------------------------------------------------------

@test "the host called in a destructor, or by a thread that is still there" {
    package 0 use-after-shutdown "error use-after-shutdown $heap 1"
    expect_stack use-after-shutdown $heap misused release_heap drop_cache drop
    package 0 use-after-shutdown:thread "error use-after-shutdown $heap 1"
    expect_stack use-after-shutdown $heap misused release_heap drop_cache wait_and_drop
}

# Another package in the same process is no excuse, and is not accused.
@test "two packages, of which one is late" {
    audit 0 "$BUILD/lsahost" "$rules/clean.so" "$rules/use-after-shutdown.so" \
        "$rules/use-after-shutdown-fixed.so"
    expect_findings "error use-after-shutdown $heap 1"
    same modules use-after-shutdown.so "$(query '.findings[0].places[0].stacks.misused.frames[0]
        | .module | split("/")[-1]')"
}

# As many findings of each as there are packages
@test "all of them in one host" {
    local name names=()
    for name in wrong-section double-release implicit-release section-leak block-leak \
        free-after-release; do
        names+=("$rules/$name.so" "$rules/$name-fixed.so")
    done
    audit 0 "$BUILD/lsahost" "${names[@]}"
    expect_findings "error wrong-section $block 1" "error double-release $section 1" \
        "warning implicit-release $block 3" "error lsa-section-leak $section 1" \
        "error lsa-block-leak $heap 1" "error free-after-release $block 1"
}
