#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016 # the variables in quotes are gojq's own
#
# Each rule: a program with exactly that bug is told so, its correct twin is told nothing.

load helpers

setup_file()
{
    start_pcscd
}

teardown_file()
{
    stop_pcscd
}

# ---- leaks -------------------------------------------------------------------------------------

@test "a context that is never released" {
    audit 0 context-leak
    expect_findings "error context-leak context 1"
    expect_stack context-leak context acquired open_context main
    expect_no_stack context-leak context released
    same line context-leak.c \
        "$(query '.findings[0].places[0].stacks.acquired.frames[1].file | split("/") | last')"
    audit 0 context-leak-fixed
    expect_findings
}

@test "a card handle and its context that are never given back" {
    audit 0 handle-leak
    expect_findings "error context-leak context 1" "error handle-leak card-handle 1"
    expect_stack handle-leak card-handle acquired open_card main
    expect_cause handle-leak context-leak
    audit 0 handle-leak-fixed
    expect_findings
}

@test "an AUTOALLOCATE block that is never freed" {
    audit 0 autoallocate-leak
    expect_findings "error autoallocate-leak autoallocate 1"
    expect_stack autoallocate-leak autoallocate acquired list_readers main
    # two names of 17 characters, each with its NUL, and one NUL more
    same bytes 37 "$(field autoallocate-leak bytes)"
    audit 0 autoallocate-leak-fixed
    expect_findings
}

@test "AUTOALLOCATE blocks of every function that hands them out" {
    audit 0 all-blocks
    local leak="error autoallocate-leak autoallocate 1"
    expect_findings "$leak" "$leak" "$leak" "$leak" "$leak"
    same places "list_groups list_readers read_attribute read_status read_status" \
        "$(query '[.findings[].places[0].stacks.acquired.frames[0].function] | sort | join(" ")')"
    same resources "5 0 5" \
        "$(query '.resources[] | select(.kind == "autoallocate")
            | "\(.acquired) \(.released) \(.live)"')"
    same "blocks of SCardStatus" 2 "$(query '.findings[].message' |
        grep -cE 'with the (reader name|ATR) from SCardStatus\(\) in read_status\(\)')"
    audit 0 all-blocks-fixed
    expect_findings
}

@test "a block that SCardGetAttrib hands out with an error" {
    audit 0 attribute-error-leak
    expect_findings "error autoallocate-leak autoallocate 1"
    expect_stack autoallocate-leak autoallocate acquired read_unsupported main
    audit 0 attribute-error-leak-fixed
    expect_findings
}

@test "a block that SCardStatus hands out with an error" {
    audit 0 status-error-leak
    expect_findings "error autoallocate-leak autoallocate 1"
    expect_stack autoallocate-leak autoallocate acquired read_status main
    audit 0 status-error-leak-fixed
    expect_findings
}

@test "the demonstration leaks one of each" {
    audit 0 leaky
    expect_findings "error context-leak context 1" "error handle-leak card-handle 1" \
        "error autoallocate-leak autoallocate 1"
    expect_stack context-leak context acquired establish main
    expect_stack handle-leak card-handle acquired connect_card main
    expect_stack autoallocate-leak autoallocate acquired list_readers main
    audit 0 clean
    expect_findings
}

# ---- releases ----------------------------------------------------------------------------------

@test "a context released twice" {
    audit 0 double-release
    expect_findings "error double-release context 1"
    expect_stack double-release context acquired open_context main
    expect_stack double-release context released close_context main
    expect_stack double-release context misused release_again main
    audit 0 double-release-fixed
    expect_findings
}

@test "a card handle disconnected twice" {
    audit 0 double-disconnect
    expect_findings "error double-release card-handle 1"
    expect_stack double-release card-handle acquired open_card main
    expect_stack double-release card-handle released close_card main
    expect_stack double-release card-handle misused disconnect_again main
    audit 0 double-disconnect-fixed
    expect_findings
}

@test "a card handle disconnected after its context was released" {
    audit 0 disconnect-after-release
    expect_findings "error double-release card-handle 1"
    expect_stack double-release card-handle acquired open_card main
    expect_stack double-release card-handle released close_context main
    expect_stack double-release card-handle misused disconnect_late main
    audit 0 disconnect-after-release-fixed
    expect_findings
}

@test "a card handle that ends with its context" {
    audit 0 implicit-release
    expect_findings "note implicit-release card-handle 1"
    expect_stack implicit-release card-handle acquired open_card main
    expect_stack implicit-release card-handle released close_context main
    audit 0 implicit-release-fixed
    expect_findings
}

@test "a disconnect that fails is no release" {
    audit 0 failed-disconnect
    expect_findings "note implicit-release card-handle 1"
    audit 0 failed-disconnect-fixed
    expect_findings
}

# ---- memory ------------------------------------------------------------------------------------

@test "a block freed on another thread" {
    audit 0 cross-thread-free
    expect_findings "warning cross-thread-free autoallocate 1"
    expect_stack cross-thread-free autoallocate acquired list_readers main
    expect_stack cross-thread-free autoallocate released free_block free_elsewhere
    same threads 2 "$(field cross-thread-free threads | gojq length)"
    same "different threads" true \
        "$(query '.findings[0].places[0].stacks | .acquired.thread != .released.thread')"
    audit 0 cross-thread-free-fixed
    expect_findings
}

@test "a block freed after its context was released" {
    audit 0 free-after-release
    expect_findings "error free-after-release autoallocate 1"
    expect_stack free-after-release autoallocate acquired list_readers main
    expect_stack free-after-release autoallocate released close_context main
    expect_stack free-after-release autoallocate misused free_late main
    audit 0 free-after-release-fixed
    expect_findings
}

@test "a block freed with another context" {
    audit 0 wrong-context
    expect_findings "warning wrong-context autoallocate 1"
    expect_stack wrong-context autoallocate acquired list_readers main
    expect_stack wrong-context autoallocate misused free_block main
    audit 0 wrong-context-fixed
    expect_findings
}

@test "a free that fails is no free" {
    audit 0 wrong-context-failed
    expect_findings "warning wrong-context autoallocate 1" \
        "error autoallocate-leak autoallocate 1"
    expect_stack wrong-context autoallocate misused free_wrongly main
    expect_cause autoallocate-leak wrong-context
    audit 0 wrong-context-failed-fixed
    expect_findings
}

# ---- uses --------------------------------------------------------------------------------------

@test "a context used after its release" {
    audit 0 use-after-release
    expect_findings "error use-after-release context 1"
    expect_stack use-after-release context acquired open_context main
    expect_stack use-after-release context released close_context main
    expect_stack use-after-release context misused count_readers main
    audit 0 use-after-release-fixed
    expect_findings
}

@test "a card handle used after it was disconnected" {
    audit 0 use-after-disconnect
    expect_findings "error use-after-release card-handle 1"
    expect_stack use-after-release card-handle acquired open_card main
    expect_stack use-after-release card-handle released close_card main
    expect_stack use-after-release card-handle misused query_status main
    audit 0 use-after-disconnect-fixed
    expect_findings
}

@test "a context used that was never established" {
    audit 0 never-established
    expect_findings "error use-after-release context 1"
    expect_stack use-after-release context misused count_readers main
    expect_no_stack use-after-release context acquired
    expect_no_stack use-after-release context released
    audit 0 never-established-fixed
    expect_findings
}

@test "a context and a card handle used by a forked child" {
    audit 0 fork-use
    expect_findings "warning fork-use context 1" "warning fork-use card-handle 1"
    expect_stack fork-use context acquired open_context main
    expect_stack fork-use context misused clean_up work_in_child main
    expect_stack fork-use card-handle acquired open_card main
    expect_stack fork-use card-handle misused ask_card work_in_child main
    local parent child
    parent=$(query '(.processes | map(.ppid)) as $all
        | .processes[] | select(.pid as $p | $all | index($p)).pid')
    child=$(query ".processes[] | select(.ppid == $parent).pid")
    same pids "$parent $child
$parent $child" "$(query '.findings[].places[0] | "\(.stacks.acquired.pid) \(.pid)"')"
    same threads "$parent $child" \
        "$(query '[.findings[0].threads[].tid] | sort | map(tostring) | join(" ")')"
    same messages "SCARDCONTEXT established by open_context() was released by clean_up() in a process\
 forked from process $parent; that ends the parent's session
SCARDHANDLE opened by open_card() was used by ask_card(), calling SCardStatus(), in a process forked\
 from process $parent" "$(query '.findings[].message')"
    audit 0 fork-use-fixed
    expect_findings
}

# ---- what is found where -------------------------------------------------------------------------

@test "findings have what the design promises" {
    audit 0 leaky
    same family "pcsc pcsc pcsc" "$(query '[.findings[].family] | join(" ")')"
    same provider "libpcsclite.so.1 libpcsclite.so.1 libpcsclite.so.1" \
        "$(query '[.findings[].provider] | join(" ")')"
    same fingerprints true "$(query '[.findings[] | .fingerprint, .fingerprint_strict]
        | map(test("^[0-9a-f]{16}$")) | all')"
    same messages true "$(query '[.findings[].message | length > 0] | all')"
}

@test "fingerprints stay the same from run to run, and differ from each other" {
    local filter='[.findings[] | .fingerprint, .fingerprint_strict] | sort | join("\n")'
    audit 0 leaky
    local first
    first=$(query "$filter")
    audit 0 leaky
    same fingerprints "$first" "$(query "$filter")"
    same different 3 "$(query '[.findings[].fingerprint] | unique | length')"
}

@test "a leak tells where its siblings were released" {
    audit 0 error-path-leak
    expect_findings "error context-leak context 1"
    same siblings "3 2" \
        "$(query '.findings[0].siblings | "\(.acquired) \(.released)"')"
    expect_stack context-leak context acquired open_context main
    expect_stack context-leak context sibling_released close_context main
    audit 0 error-path-leak-fixed
    expect_findings
}
