#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016 # the variables in quotes are gojq's own
# shellcheck disable=SC2154 # run sets status
#
# WTS*: each rule has a program with exactly that bug, which is told so, and a correct twin, which is
# told nothing.

load wts

setup_file()
{
    start_pcscd
}

teardown_file()
{
    stop_pcscd
}

buffer=wts-buffer

@test "a program that does all of it as it should" {
    audit 0 wts/clean
    expect_findings
    expect_winprs
    expect_resource wts-buffer 130 130
    expect_resource wts-server 1 1
    with_mock channels audit 0 wts/clean handles
    expect_findings
    expect_winprs
    expect_resource wts-server 1 1
    expect_resource wts-channel 2 2
    expect_resource wts-notification 2 2
    expect_resource wts-buffer 1 1
}

# ---- leaks ---------------------------------------------------------------------------------------

@test "buffers of every function that hands them out, in both alphabets" {
    local leaks=() leak="error wts-buffer-leak $buffer 1"
    while [ ${#leaks[@]} -lt 10 ]; do
        leaks+=("$leak")
    done
    seeded buffer-leak "${leaks[@]}"
    same places "list_processes WTSEnumerateProcessesA
list_processes_ex WTSEnumerateProcessesExA
list_processes_ex_wide WTSEnumerateProcessesExW
list_processes_wide WTSEnumerateProcessesW
list_sessions WTSEnumerateSessionsA
list_sessions_ex WTSEnumerateSessionsExA
list_sessions_ex_wide WTSEnumerateSessionsExW
list_sessions_wide WTSEnumerateSessionsW
query_session WTSQuerySessionInformationA
query_session_wide WTSQuerySessionInformationW" "$(query '.findings[]
        | "\(.places[0].stacks.acquired.frames[0].function) \(.message
        | capture("(?<name>WTS[A-Za-z]+)\\(").name)"' | sort)"
    same "what was reported of numbers" "2 4" "$(query '[.findings[]
        | select(.message | test("WTSQuery")).bytes] | sort | map(tostring) | join(" ")')"
    same "without a size" "" "$(query '.findings[] | select(.bytes == 0).message')"
    expect_resource wts-buffer 10 0
}

@test "handles" {
    seeded handle-leak:server "error wts-handle-leak wts-server 1"
    expect_stack wts-handle-leak wts-server acquired open_server leave_server
    with_mock channels seeded handle-leak:server "error wts-handle-leak wts-server 1"
    with_mock channels seeded handle-leak:channel "error wts-handle-leak wts-channel 1"
    expect_stack wts-handle-leak wts-channel acquired open_channel leave_channel
    with_mock channels seeded handle-leak:same-channel "error wts-handle-leak wts-channel 1"
    expect_resource wts-channel 1 0
    with_mock channels seeded handle-leak:dynamic "error wts-handle-leak wts-channel 1"
    expect_stack wts-handle-leak wts-channel acquired open_dynamic_channel leave_dynamic_channel
    with_mock channels seeded handle-leak:notification "error wts-handle-leak wts-notification 1"
    expect_stack wts-handle-leak wts-notification acquired watch_sessions leave_notification
    expect_resource wts-notification 2 1
}

@test "how the process ended decides what is said" {
    status_of_program=7 seeded ending:exit "error wts-handle-leak wts-server 1" \
        "error wts-buffer-leak $buffer 1"
    status_of_program=7 seeded ending:_exit "warning wts-handle-leak wts-server 1" \
        "warning wts-buffer-leak $buffer 1"
    status_of_program=137 seeded ending:kill "note held-at-end wts-server 1" \
        "note held-at-end $buffer 1"
}

@test "a stripped program" {
    audit 0 wts/handle-leak-stripped server
    expect_findings "error wts-handle-leak wts-server 1"
    expect_winprs
}

# ---- handles -------------------------------------------------------------------------------------

@test "ended twice" {
    seeded double-release:server "error double-release wts-server 1"
    expect_stack double-release wts-server acquired open_server end_server
    expect_stack double-release wts-server released close_server end_server
    expect_stack double-release wts-server misused close_server_again end_server
    with_mock channels seeded double-release:channel "error double-release wts-channel 1"
    expect_stack double-release wts-channel acquired open_channel end_channel
    expect_stack double-release wts-channel released close_channel end_channel
    expect_stack double-release wts-channel misused close_channel_again end_channel
    # that fails, and that is all
    with_mock channels seeded double-release:notification
}

# It may have come from elsewhere: a note.
@test "used when it was closed, or never opened" {
    seeded use-after-release:server "error use-after-release wts-server 1"
    expect_stack use-after-release wts-server acquired open_server use_server
    expect_stack use-after-release wts-server released close_server use_server
    expect_stack use-after-release wts-server misused ask_server use_server
    with_mock channels seeded use-after-release:channel "error use-after-release wts-channel 1"
    expect_stack use-after-release wts-channel released close_channel use_channel
    expect_stack use-after-release wts-channel misused write_channel write_late use_channel
    seeded use-after-release:never "note use-after-release wts-server 1"
    expect_stack use-after-release wts-server misused ask_server use_none
    expect_no_stack use-after-release wts-server acquired
    expect_no_stack use-after-release wts-server released
}

# dies PROGRAM FINDING...: of what libc says to such an address, however that is
dies()
{
    local program=$1 ending=0
    shift
    audit 0 "wts/${program%%:*}-fixed" "${program#*:}"
    expect_findings
    report=$BATS_TEST_TMPDIR/report.json
    "$SCARDAUDIT" run --json "$report" -- "$WTS_PROGRAMS/${program%%:*}" "${program#*:}" ||
        ending=$?
    [[ $ending =~ ^1(34|39)$ ]] || die "it ended with $ending" || return 1
    expect_findings "$@"
    expect_winprs
}

# ---- frees ---------------------------------------------------------------------------------------

@test "freed twice" {
    seeded double-free:plain "error double-free $buffer 1"
    expect_stack double-free "$buffer" acquired query_session plain
    expect_stack double-free "$buffer" released free_memory plain
    expect_stack double-free "$buffer" misused free_memory handle_error plain
    [[ "$(field double-free message)" == *"calling WTSFreeMemory(), and again by "* ]]
    seeded double-free:typed "error double-free $buffer 1"
    expect_stack double-free "$buffer" acquired list_sessions_ex typed
    expect_stack double-free "$buffer" released free_typed typed
    expect_stack double-free "$buffer" misused free_typed handle_typed_error typed
    seeded double-free:free "error double-free $buffer 1"
    expect_stack double-free "$buffer" misused handle_error_by_free by_free
    seeded double-free:both "error mismatched-free $buffer 1" "error double-free $buffer 1"
    expect_stack double-free "$buffer" released free_memory by_both
    expect_stack double-free "$buffer" misused free_typed_wide by_both
}

# The library looks into what it frees.
@test "freed twice, and not absorbed" {
    SCARDAUDIT_OPTIONS=absorb=0 dies double-free:typed "error double-free $buffer 1"
    expect_stack double-free "$buffer" misused free_typed handle_typed_error typed
}

@test "freed what is no buffer" {
    seeded invalid-free:malloc "error invalid-free $buffer 1"
    expect_stack invalid-free "$buffer" misused free_memory give_back with_malloc
    expect_no_stack invalid-free "$buffer" acquired
    seeded invalid-free:caller "error invalid-free $buffer 1"
    expect_stack invalid-free "$buffer" misused free_memory give_back with_own
}

@test "freed what lies inside a buffer" {
    dies invalid-free:text "error invalid-free $buffer 1"
    expect_stack invalid-free "$buffer" acquired list_sessions with_text
    expect_stack invalid-free "$buffer" misused free_memory give_back with_text
    [[ "$(field invalid-free message)" =~ [0-9]+" bytes into" ]]
    dies invalid-free:typed "error invalid-free $buffer 1"
    expect_stack invalid-free "$buffer" acquired list_processes_ex with_entry
    expect_stack invalid-free "$buffer" misused free_typed with_entry
    [[ "$(field invalid-free message)" == *" 64 bytes into"* ]]
}

@test "freed by the other one of the two functions" {
    seeded mismatched-free:sessions "error mismatched-free $buffer 1"
    expect_stack mismatched-free "$buffer" acquired list_sessions_ex sessions
    expect_stack mismatched-free "$buffer" misused free_memory sessions
    [[ "$(field mismatched-free message)" == *WTSFreeMemoryEx* ]]
    seeded mismatched-free:processes "error mismatched-free $buffer 1"
    expect_stack mismatched-free "$buffer" acquired list_processes_ex_wide processes
    seeded mismatched-free:typed-list "error mismatched-free $buffer 1"
    expect_stack mismatched-free "$buffer" misused free_typed typed_list
    seeded mismatched-free:typed-text "error mismatched-free $buffer 1"
    expect_stack mismatched-free "$buffer" misused free_typed typed_text
    # one block, which may go either way
    seeded mismatched-free:level-0
}

@test "freed with another type, count or alphabet" {
    local finding="error wrong-type-class $buffer 1" way
    seeded wrong-type-class:type "$finding"
    expect_stack wrong-type-class "$buffer" acquired list_sessions_ex type
    expect_stack wrong-type-class "$buffer" misused free_typed type
    seeded wrong-type-class:count "$finding"
    expect_stack wrong-type-class "$buffer" acquired list_processes_ex fewer
    seeded wrong-type-class:letter "$finding"
    expect_stack wrong-type-class "$buffer" misused free_typed_wide letter
    for way in refused-type refused-count; do
        seeded "wrong-type-class:$way" "$finding" "error wts-buffer-leak $buffer 1"
        expect_cause wts-buffer-leak wrong-type-class
    done
}

@test "freed on another thread" {
    seeded cross-thread-free "note cross-thread-free $buffer 1"
    expect_stack cross-thread-free "$buffer" acquired query_session main
    expect_stack cross-thread-free "$buffer" released free_memory free_elsewhere
}

@test "given to free, realloc and delete" {
    local route
    for route in free realloc delete; do
        seeded "give-away:$route" "error mismatched-free $buffer 1"
        expect_stack mismatched-free "$buffer" acquired query_session give "with_$route"
        expect_stack mismatched-free "$buffer" misused "to_$route" give "with_$route"
        expect_resource wts-buffer 1 1
    done
    seeded give-away:free-list "error mismatched-free $buffer 1"
    expect_stack mismatched-free "$buffer" misused to_free with_list
}

# ---- other families ------------------------------------------------------------------------------

@test "buffers, and blocks of PC/SC" {
    seeded cards:to-card "error mismatched-free $buffer 1"
    expect_stack mismatched-free "$buffer" acquired query_session to_card
    expect_stack mismatched-free "$buffer" misused free_block to_card
    seeded cards:to-wts "error mismatched-free autoallocate 1"
    expect_stack mismatched-free autoallocate acquired list_readers to_wts
    expect_stack mismatched-free autoallocate misused free_memory to_wts
}

# RpcSmFree refuses what it did not hand out.
@test "buffers, and blocks of RPC stub memory" {
    seeded stubs:to-rpc "error mismatched-free $buffer 1" "error wts-buffer-leak $buffer 1"
    expect_stack mismatched-free "$buffer" acquired query_session to_rpc
    expect_stack mismatched-free "$buffer" misused release to_rpc
    expect_cause wts-buffer-leak mismatched-free
    seeded stubs:to-wts "error mismatched-free rpc-block 1"
    expect_stack mismatched-free rpc-block acquired allocate to_wts
    expect_stack mismatched-free rpc-block misused free_memory to_wts
}

# ---- providers -----------------------------------------------------------------------------------

@test "a provider that says TRUE and gives no buffer, or FALSE and gives one" {
    local way finding="warning provider-fault $buffer 1"
    for way in untouched null false; do
        with_mock faults seeded "provider-fault:$way" "$finding"
        expect_stack provider-fault "$buffer" acquired ask "get_$way"
    done
    same bytes 4 "$(field provider-fault bytes)"
    [[ "$(field provider-fault message)" == *WTSQuerySessionInformationA* ]]
    with_mock faults seeded provider-fault:freed "$finding"
    expect_resource wts-buffer 1 1
}

# Without a quarantine the address comes again, and the variable is as it was.
@test "a provider that says FALSE and gives the buffer that was freed before" {
    with_mock faults seeded provider-fault:same "warning provider-fault $buffer 1"
    SCARDAUDIT_OPTIONS=quarantine_blocks=0 with_mock faults seeded provider-fault:same \
        "warning provider-fault $buffer 1"
    expect_stack provider-fault "$buffer" acquired ask get_same
}

@test "another library that has some of WinPR's names" {
    local library=$WTS_PROGRAMS/like-xrdp.so.0
    with_library "$library" data "warning provider-fault $buffer 1"
    expect_stack provider-fault "$buffer" acquired ask data
    with_library "$library" mixed "error mixed-provider $buffer 1"
    expect_stack mixed-provider "$buffer" acquired ask mixed
    expect_stack mixed-provider "$buffer" misused free_memory mixed
    expect_resource_of like-xrdp.so.0 1 1
    expect_resource_of libwinpr2.so.2 1 1
}

# with_library LIBRARY WAY FINDING...
with_library()
{
    audit 0 wts/xrdp-fixed "$1" "$2"
    expect_findings
    audit 0 wts/xrdp "$1" "$2"
    shift 2
    expect_findings "$@"
    same provider like-xrdp.so.0 "$(query '.findings[].provider')"
}

# expect_resource_of PROVIDER ACQUIRED RELEASED
expect_resource_of()
{
    same "buffers of $1" "$2 $3" "$(query --arg provider "$1" '.resources[]
        | select(.provider == $provider and .kind == "wts-buffer") | "\(.acquired) \(.released)"')"
}

@test "FreeRDP's own functions behind WinPR's" {
    unset WTSAPI_LIBRARY
    seeded peer:leak "error wts-handle-leak wts-server 1" "error wts-buffer-leak $buffer 1"
    expect_stack wts-handle-leak wts-server acquired open_peer main
    expect_stack wts-buffer-leak "$buffer" acquired query_session main
    same bytes 4 "$(field wts-buffer-leak bytes)"
    expect_resource wts-server 2 1
    expect_resource wts-buffer 2 1
    # it refuses whatever it is given
    seeded peer:typed "error mismatched-free $buffer 1" "error wts-buffer-leak $buffer 1"
    expect_cause wts-buffer-leak mismatched-free
}

# ---- how the functions are found -----------------------------------------------------------------

@test "looked up in a library that is opened for oneself, or for all" {
    local how
    for how in local global deepbind; do
        audit 0 wts/dynamic "$how"
        expect_findings "error wts-handle-leak wts-server 1" "error wts-buffer-leak $buffer 1"
        expect_winprs
        expect_stack wts-handle-leak wts-server acquired open_server main
        expect_stack wts-buffer-leak "$buffer" acquired query_user main
        expect_resource wts-server 2 1
    done
}
