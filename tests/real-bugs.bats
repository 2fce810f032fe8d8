#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# Bugs that well-known programs had, rebuilt in their original shape: each is found, and its
# mended twin is told nothing. What they were is said at the head of the program.

load helpers

setup_file()
{
    start_pcscd
}

teardown_file()
{
    stop_pcscd
}

teardown()
{
    [ -z "${card_is_out:-}" ] || "$TESTS/fixture/pcscd-fixture.sh" insert "$FIXTURE"
}

# pull_card: until the end of the test
pull_card()
{
    card_is_out=yes
    "$TESTS/fixture/pcscd-fixture.sh" remove "$FIXTURE"
}

# await_card: pcscd takes a moment to see that the holder of an exclusive handle has exited
await_card()
{
    local i
    for ((i = 0; i < 500; i++)); do
        [ "$("$TEST_PROGRAMS/handles-limit" 1)" = 0 ] || return 0
    done
    die "the card stays locked"
}

# ---- memory ------------------------------------------------------------------------------------

@test "FreeRDP c4e53f653: a wrapper frees the library's blocks with free()" {
    audit 0 wrapper-frees
    expect_findings "error mismatched-free autoallocate 1" "error mismatched-free autoallocate 1"
    same stories "card_name_wide main, drop_original card_name_wide
list_readers_wide main, drop_original list_readers_wide" "$(query '.findings[].places[0].stacks
        | [.acquired, .misused | .frames[:2] | map(.function) | join(" ")] | join(", ")' | sort)"
    audit 0 wrapper-frees-fixed
    expect_findings
}

@test "FreeRDP: the pointer that walked along the list is freed" {
    # libc takes text for the block's header, and how that ends hangs on where the heap lies
    report=$BATS_TEST_TMPDIR/report.json
    run "$SCARDAUDIT" run --json "$report" -- "$(program advanced-pointer)"
    [[ $status == 134 || $status == 139 ]] || die "ended with $status"
    expect_findings "error invalid-free autoallocate 1" "note held-at-end context 1"
    expect_stack invalid-free autoallocate acquired list_readers main
    expect_stack invalid-free autoallocate misused free_block main
    # behind two names of 17 characters, each with its NUL
    [[ "$(field invalid-free message)" == *" an address 36 bytes into "* ]]
    audit 0 advanced-pointer-fixed
    expect_findings
}

@test "FreeRDP a4bf477cc: an attribute is freed by the fallback path and again by the caller" {
    audit 0 attribute-freed-twice
    expect_findings "error double-free autoallocate 1"
    expect_stack double-free autoallocate acquired get_attribute get_friendly_name show_name main
    expect_stack double-free autoallocate released free_block get_friendly_name show_name main
    expect_stack double-free autoallocate misused free_block show_name main
    audit 0 attribute-freed-twice-fixed
    expect_findings
}

@test "FreeRDP ef37487a4: a caller handles the error, and forgets the list of readers" {
    audit 0 readers-list-leak
    expect_findings "error autoallocate-leak autoallocate 1"
    expect_stack autoallocate-leak autoallocate acquired list_readers await_change main
    [[ "$(field autoallocate-leak message)" == *": Windows frees such blocks there"* ]]
    audit 0 readers-list-leak-fixed
    expect_findings
}

# ---- contexts and card handles -------------------------------------------------------------------

@test "FreeRDP 12488: a temporary context is left behind on the error path" {
    audit 0 temporary-context
    expect_findings "error context-leak context 1"
    expect_stack context-leak context acquired open_context list_into main
    same siblings "3 2" "$(query '.findings[0].siblings | "\(.acquired) \(.released)"')"
    expect_stack context-leak context sibling_released close_context list_into main
    audit 0 temporary-context-fixed
    expect_findings
}

@test "piv-go 192: context and exclusive handle stay when the card is the wrong one" {
    audit 0 failed-select
    expect_findings "error context-leak context 1" "error handle-leak card-handle 1"
    expect_stack context-leak context acquired open_context open_token main
    expect_stack handle-leak card-handle acquired open_exclusively open_token main
    expect_cause handle-leak context-leak
    await_card
    audit 0 failed-select-fixed
    expect_findings
}

@test "libnfc 121: each attempt to open a device leaves a handle" {
    # with a card in it, the first attempt would keep all others out
    pull_card
    audit 0 refused-devices
    expect_findings "error context-leak context 1" "error handle-leak card-handle 5"
    expect_stack handle-leak card-handle acquired connect_device open_device main
    expect_stack context-leak context acquired open_context hold_context open_device main
    expect_cause handle-leak context-leak
    audit 0 refused-devices-fixed
    expect_findings
}

@test "pyscard 95: each call establishes a context, none is released" {
    audit 0 context-per-call
    expect_findings "error context-leak context 5"
    expect_stack context-leak context acquired open_context get_context main
    audit 0 context-per-call-fixed
    expect_findings
}

@test "fido2-hid-bridge 14: the card is disconnected, the context stays" {
    audit 0 kept-context
    expect_findings "error context-leak context 1"
    expect_stack context-leak context acquired open_context serve main
    expect_resource card-handle 2 2
    audit 0 kept-context-fixed
    expect_findings
}

@test "OpenSC 1999: 0 is taken for a context after it could not be established" {
    audit 0 failed-establish
    expect_findings "error use-after-release context 1" "note use-after-release context 1"
    same errors "detect_readers main" "$(query '.findings[] | select(.severity == "error")
        .places[0].stacks.misused.frames[:2] | map(.function) | join(" ")')"
    same notes "finish main" "$(query '.findings[] | select(.severity == "note")
        .places[0].stacks.misused.frames[:2] | map(.function) | join(" ")')"
    expect_no_stack use-after-release context acquired
    audit 0 failed-establish-fixed
    expect_findings
}

@test "OpenSC 1999: -1 is used as a context to see whether there is one" {
    audit 0 marker-context
    expect_findings "error use-after-release context 1"
    expect_stack use-after-release context misused count_readers detect_readers main
    expect_no_stack use-after-release context acquired
    expect_no_stack use-after-release context released
    audit 0 marker-context-fixed
    expect_findings
}
