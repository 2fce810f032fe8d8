#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016 # the variables in quotes are gojq's own
# shellcheck disable=SC2154 # preloaded and run set them
#
# WinPR, which implements PC/SC above pcsc-lite: both are audited, and what a program does with WinPR
# is told once, as its own. tests/programs/winpr has the programs of pcsc-rules.bats, built for WinPR.

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

# expect_winprs: all that was found is of WinPR, which was audited, and pcsc-lite below it; there are
# no blind spots.
expect_winprs()
{
    same "blind spots" "" "$(query '.processes[].blind_spots[].code')"
    same providers "libpcsclite.so.1 libwinpr2.so.2" \
        "$(query '[.resources[].provider] | unique | join(" ")')"
    same "findings of others" "" \
        "$(query '.findings[] | select(.provider != "libwinpr2.so.2") | "\(.rule) \(.provider)"')"
}

# seeded PROGRAM[:ARG...] FINDING...: that is found, and nothing in the twin. Leaves the program's
# report.
seeded()
{
    local program=${1%%:*} arguments=() status=${status_of_program:-0}
    [ "$program" = "$1" ] || read -ra arguments <<<"${1#*:}"
    shift
    audit "$status" "winpr/$program-fixed" "${arguments[@]}"
    expect_findings || die "... in $program-fixed" || return 1
    expect_winprs
    audit "$status" "winpr/$program" "${arguments[@]}"
    expect_findings "$@" || die "... in $program" || return 1
    expect_winprs
}

# ---- the rules ---------------------------------------------------------------------------------

@test "leaks" {
    local context="error context-leak context"
    seeded context-leak "$context 1"
    expect_stack context-leak context acquired open_context main
    same message "SCARDCONTEXT established by open_context() was never released" \
        "$(field context-leak message)"
    seeded handle-leak "$context 1" "error handle-leak card-handle 1"
    expect_stack handle-leak card-handle acquired open_card main
    expect_cause handle-leak context-leak
    seeded autoallocate-leak "error autoallocate-leak autoallocate 1"
    expect_stack autoallocate-leak autoallocate acquired list_readers main
    same bytes 37 "$(field autoallocate-leak bytes)"
    [[ "$(field autoallocate-leak message)" == *" from SCardListReadersA() in list_readers() "* ]]
    seeded attribute-error-leak "error autoallocate-leak autoallocate 1"
    expect_stack autoallocate-leak autoallocate acquired read_unsupported main
    seeded readers-list-leak "error autoallocate-leak autoallocate 1"
    seeded error-path-leak "$context 1"
    expect_stack context-leak context sibling_released close_context main
    seeded temporary-context "$context 1"
    same siblings "3 2" "$(query '.findings[0].siblings | "\(.acquired) \(.released)"')"
    seeded context-per-call "$context 5"
    seeded kept-context "$context 1"
    seeded atexit-release "$context 1"
    # the child's own, and none that it has from its parent
    seeded fork "$context 1"
    expect_stack context-leak context acquired open_context work_in_child main
}

@test "releases" {
    seeded double-release "error double-release context 1"
    expect_stack double-release context acquired open_context main
    expect_stack double-release context released close_context main
    expect_stack double-release context misused release_again main
    seeded double-disconnect "error double-release card-handle 1"
    expect_stack double-release card-handle released close_card main
    expect_stack double-release card-handle misused disconnect_again main
    seeded disconnect-after-release "error double-release card-handle 1"
    expect_stack double-release card-handle released close_context main
    seeded implicit-release "note implicit-release card-handle 1"
    expect_stack implicit-release card-handle acquired open_card main
    expect_stack implicit-release card-handle released close_context main
    seeded failed-disconnect "note implicit-release card-handle 1"
}

@test "uses" {
    seeded use-after-release "error use-after-release context 1"
    expect_stack use-after-release context acquired open_context main
    expect_stack use-after-release context released close_context main
    expect_stack use-after-release context misused count_readers main
    seeded use-after-disconnect "error use-after-release card-handle 1"
    expect_stack use-after-release card-handle released close_card main
    expect_stack use-after-release card-handle misused query_status main
    seeded fork-use "warning fork-use context 1" "warning fork-use card-handle 1"
    expect_stack fork-use context misused clean_up work_in_child main
    expect_stack fork-use card-handle misused ask_card work_in_child main
    seeded two-inherited "warning fork-use context 2"
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

@test "exclusive handles, and a card that is not there" {
    seeded failed-select "error context-leak context 1" "error handle-leak card-handle 1"
    expect_stack handle-leak card-handle acquired open_exclusively open_token main
    await_card
    card_is_out=yes
    "$TESTS/fixture/pcscd-fixture.sh" remove "$FIXTURE"
    seeded refused-devices "error context-leak context 1" "error handle-leak card-handle 5"
    expect_stack handle-leak card-handle acquired connect_device open_device main
    expect_cause handle-leak context-leak
}

# refused PROGRAM FINDING...: for a context that WinPR never had; it may not even ask pcsc-lite
refused()
{
    local program=$1
    shift
    audit 0 "winpr/$program-fixed"
    expect_findings
    audit 0 "winpr/$program"
    expect_findings "$@"
    same provider libwinpr2.so.2 "$(query '[.findings[].provider] | unique | join(" ")')"
    expect_no_stack use-after-release context acquired
}

@test "contexts that never were" {
    refused never-established "error use-after-release context 1"
    expect_stack use-after-release context misused count_readers main
    refused marker-context "error use-after-release context 1"
    # that it releases 0 in the end is no note: it succeeds here
    refused failed-establish "error use-after-release context 1"
    expect_stack use-after-release context misused detect_readers main
}

@test "memory" {
    seeded cross-thread-free "warning cross-thread-free autoallocate 1"
    expect_stack cross-thread-free autoallocate acquired list_readers main
    expect_stack cross-thread-free autoallocate released free_block free_elsewhere
    seeded free-after-release "error free-after-release autoallocate 1"
    expect_stack free-after-release autoallocate released close_context main
    expect_stack free-after-release autoallocate misused free_late main
    seeded wrong-context "warning wrong-context autoallocate 1"
    expect_stack wrong-context autoallocate misused free_block main
    seeded wrong-context-failed "warning wrong-context autoallocate 1" \
        "error autoallocate-leak autoallocate 1"
    expect_cause autoallocate-leak wrong-context
    seeded invalid-free "error invalid-free autoallocate 1"
    expect_stack invalid-free autoallocate misused free_block main
    seeded write-after-free "error write-after-free autoallocate 1"
    expect_stack write-after-free autoallocate released free_block main
    seeded wrapper-frees "error mismatched-free autoallocate 1" "error mismatched-free autoallocate 1"
    same stories "card_name_wide main, drop_original card_name_wide
list_readers_wide main, drop_original list_readers_wide" "$(query '.findings[].places[0].stacks
        | [.acquired, .misused | .frames[:2] | map(.function) | join(" ")] | join(", ")' | sort)"
}

@test "the pointer that walked along the list" {
    audit 0 winpr/advanced-pointer-fixed
    expect_findings
    # how it dies is up to libc, and to what lies before that address
    report=$BATS_TEST_TMPDIR/report.json
    run "$SCARDAUDIT" run --json "$report" -- "$TEST_PROGRAMS/winpr/advanced-pointer"
    [ "$status" = 134 ] || [ "$status" = 139 ]
    expect_findings "error invalid-free autoallocate 1" "note held-at-end context 1"
    expect_winprs
    expect_stack invalid-free autoallocate acquired list_readers main
    expect_stack invalid-free autoallocate misused free_block main
    [[ "$(field invalid-free message)" == *" an address 36 bytes into "* ]]
}

# given_back ROUTE... -- FINDING...
given_back()
{
    local routes=()
    while [ "$1" != -- ]; do
        routes+=("$1")
        shift
    done
    shift
    audit 0 winpr/give-back "${routes[@]}"
    expect_findings "$@" && expect_winprs || die "... by ${routes[*]}" || return 1
}

@test "a block that is given back by other routes" {
    local mismatched="error mismatched-free autoallocate 1" double="error double-free autoallocate 1"
    local route
    given_back SCardFreeMemory --
    expect_resource_of libwinpr2.so.2 autoallocate 1 1
    expect_resource_of libpcsclite.so.1 autoallocate 1 1
    for route in free realloc reallocarray realloc-of-nothing delete delete-array-sized; do
        given_back "$route" -- "$mismatched"
        expect_stack mismatched-free autoallocate acquired list_readers main
        expect_resource_of libwinpr2.so.2 autoallocate 1 1
    done
    for route in free realloc-of-nothing delete delete-array-sized; do
        given_back "$route" SCardFreeMemory -- "$mismatched" "$double"
        expect_stack double-free autoallocate misused free_block give_to_library go main
    done
    given_back failing-realloc SCardFreeMemory -- "$mismatched"
    given_back SCardFreeMemory SCardFreeMemory -- "$double"
    expect_stack double-free autoallocate acquired list_readers main
    expect_stack double-free autoallocate released free_block give_to_library go main
    expect_stack double-free autoallocate misused free_block give_to_library go main
    same message "AUTOALLOCATE block from SCardListReadersA() in list_readers() was freed by\
 free_block(), calling SCardFreeMemory(), and again by free_block(), calling SCardFreeMemory();\
 scardaudit did not let the second call free it" "$(field double-free message)"
    given_back SCardFreeMemory free -- "$double"
    expect_stack double-free autoallocate misused give_to_free go main
    given_back SCardFreeMemory realloc -- "$double"
    given_back SCardFreeMemory delete -- "$double"
    given_back @SCardFreeMemory -- "warning cross-thread-free autoallocate 1"
    given_back @free -- "$mismatched"
    given_back free next SCardFreeMemory -- "$mismatched"
    expect_resource_of libwinpr2.so.2 autoallocate 2 2
}

@test "how the process ended decides what is said" {
    local mode
    status_of_program=7 seeded ending:exit "error context-leak context 1" \
        "error handle-leak card-handle 1" "error autoallocate-leak autoallocate 1"
    expect_cause autoallocate-leak context-leak
    for mode in _exit quick_exit; do
        status_of_program=7 seeded ending:$mode "warning context-leak context 1" \
            "warning handle-leak card-handle 1" "warning autoallocate-leak autoallocate 1"
    done
    status_of_program=137 seeded ending:kill "note held-at-end context 1" \
        "note held-at-end card-handle 1" "note held-at-end autoallocate 1"
    status_of_program=137 seeded "ending:kill 3" "warning held-at-end context 3" \
        "warning held-at-end card-handle 3" "warning held-at-end autoallocate 3"
    status_of_program=0 seeded ending:exec "note held-at-end context 1" \
        "note held-at-end card-handle 1" "note held-at-end autoallocate 1"
}

# expect_resource_of PROVIDER KIND ACQUIRED RELEASED
expect_resource_of()
{
    same "$2 of $1, acquired and released" "$3 $4" "$(query --arg provider "$1" --arg kind "$2" \
        '.resources[] | select(.provider == $provider and .kind == $kind)
        | "\(.acquired) \(.released)"')"
}

# ---- blocks ------------------------------------------------------------------------------------

@test "blocks of every function that hands them out, in both alphabets" {
    expect_same_behaviour "$TEST_PROGRAMS/winpr-blocks"
    same readers "readers, 37 characters: 56 69 72 74 75 61 6c 20 50 43 44 20" \
        "$(sed -n '1s/\( 20\) 30 30.*/\1/p' "$BATS_TEST_TMPDIR/audited.out")"
    grep -q '^readers, wide, 37 characters: 56 00 69 00 72 00' "$BATS_TEST_TMPDIR/audited.out"
    grep -q '^cached, by a wide name, 3 characters: 62 79 65$' "$BATS_TEST_TMPDIR/audited.out"
    same "places and bytes" "list_groups_narrow SCardListReaderGroupsA 22
list_groups_wide SCardListReaderGroupsW 44
list_readers_narrow SCardListReadersA 37
list_readers_wide SCardListReadersW 74
read_attribute SCardGetAttrib 11
read_cache_narrow SCardReadCacheA 5
read_cache_wide SCardReadCacheW 3
read_state SCardState 11
read_status_narrow SCardStatusA 11
read_status_narrow SCardStatusA 19
read_status_wide SCardStatusW 11
read_status_wide SCardStatusW 38" "$(query '.findings[] | "\(.places[0].stacks.acquired.frames[0].function) \(.message
        | capture("(?<name>SCard[A-Za-z]+)\\(").name) \(.bytes)"' | sort)"
    same rules "error autoallocate-leak autoallocate" \
        "$(query '[.findings[] | "\(.severity) \(.rule) \(.kind)"] | unique | join(", ")')"
    expect_winprs
    expect_resource_of libwinpr2.so.2 autoallocate 12 0
    # what WinPR had and gave back while it worked is not the program's
    expect_resource_of libpcsclite.so.1 autoallocate 5 2
    expect_same_behaviour "$TEST_PROGRAMS/winpr-blocks-fixed"
    expect_findings
    expect_winprs
    expect_resource_of libwinpr2.so.2 autoallocate 12 12
    expect_resource_of libpcsclite.so.1 autoallocate 5 5
}

@test "the functions that both libraries have, with the types of WinPR" {
    seeded all-blocks "error autoallocate-leak autoallocate 1" \
        "error autoallocate-leak autoallocate 1" "error autoallocate-leak autoallocate 1" \
        "error autoallocate-leak autoallocate 1" "error autoallocate-leak autoallocate 1"
    same places "list_groups list_readers read_attribute read_status read_status" \
        "$(query '[.findings[].places[0].stacks.acquired.frames[0].function] | sort | join(" ")')"
}

# libwinpr2 2.11.7 asks pcsc-lite for the name and its fallback, and forgets both blocks
# WinPR's own count of them goes astray: pcsc-lite's is believed, and the program's names are given
@test "transactions" {
    audit 0 winpr/transaction-after-reset
    expect_findings "error context-leak context 1" "error handle-leak card-handle 1" \
        "error transaction-leak transaction 1"
    same providers "context libwinpr2.so.2 card-handle libwinpr2.so.2 transaction libpcsclite.so.1" \
        "$(query '[.findings[] | .kind, .provider] | join(" ")')"
    expect_stack transaction-leak transaction acquired '?' begin log_in main
    expect_cause handle-leak context-leak
    expect_cause transaction-leak handle-leak
    same message "transaction begun by begin() was never ended" \
        "$(field transaction-leak message)"
    audit 0 winpr/transaction-after-reset-fixed
    expect_findings
    audit 0 winpr/transaction-disconnect
    expect_findings "note implicit-release transaction 1"
    expect_stack implicit-release transaction acquired '?' begin main
    expect_stack implicit-release transaction released '?' close_card main
    audit 0 winpr/transaction-disconnect-fixed
    expect_findings
}

@test "WinPR's own leak is told as one of its calls" {
    audit 0 winpr-name
    expect_findings "error autoallocate-leak autoallocate 1" "error autoallocate-leak autoallocate 1"
    same providers libpcsclite.so.1 "$(query '[.findings[].provider] | unique | join(" ")')"
    same "who called" "libwinpr2.so.2 libwinpr2.so.2" "$(query '[.findings[].places[0].stacks
        | .acquired.frames[0].module | sub(".*/"; "")] | join(" ")')"
    same "on whose behalf" "ask_name ask_name" "$(query '[.findings[].places[0].stacks.acquired
        | [.frames[] | .function // empty][0]] | join(" ")')"
    local message="AUTOALLOCATE block from SCardGetAttrib() in libwinpr2.so.2 for ask_name() was"
    same message "$message $message" "$(query '[.findings[].message | sub(" was.*"; " was")]
        | join(" ")')"
    same fix "The library that called it is to give it back, not the program: tell its authors." \
        "$("$SCARDAUDIT" run -- "$TEST_PROGRAMS/winpr-name" 2>&1 >/dev/null |
            sed -n 's/^  fix: //p' | sort -u)"
    expect_resource_of libpcsclite.so.1 autoallocate 2 0
    audit 0 winpr-name-fixed
    expect_findings
    expect_winprs
}

# ---- with pcsc-lite in the same program --------------------------------------------------------

# expect_mixed KIND FROM TO: the first such finding tells of both libraries
expect_mixed()
{
    same "where the $1 is from" "$2" "$(query --arg kind "$1" '.findings[]
        | select(.rule == "mixed-provider" and .kind == $kind).provider')"
    [[ "$(query --arg kind "$1" '.findings[]
        | select(.rule == "mixed-provider" and .kind == $kind).message')" == \
        *", of ${2}, was given to "*" of $3 by "* ]]
}

@test "a transaction that WinPR was asked to end and did not" {
    audit 0 winpr-transactions-fixed
    expect_findings
    audit 0 winpr-transactions
    expect_findings "note implicit-release transaction 1"
    expect_stack implicit-release transaction acquired '?' begin_work main
    same provider libpcsclite.so.1 "$(query '.findings[0].provider')"
    same message "transaction begun by begin_work() was not ended in libpcsclite.so.1: the library \
above did not pass that on; it ended when close_card() disconnected its card handle" \
        "$(field implicit-release message)"
}

@test "linked with WinPR first: one context for both" {
    expect_same_behaviour "$TEST_PROGRAMS/winpr-both"
    same output "WinPR: Virtual PCD 00 00
WinPR: Virtual PCD 00 01
pcsc-lite: Virtual PCD 00 00
pcsc-lite: Virtual PCD 00 01" "$(<"$BATS_TEST_TMPDIR/audited.out")"
    expect_findings "error mixed-provider context 1" "error mixed-provider autoallocate 1"
    expect_mixed context libwinpr2.so.2 libpcsclite.so.1
    expect_stack mixed-provider context acquired open_context main
    expect_stack mixed-provider context misused list_readers lite_list_readers list_with_lite main
    expect_mixed autoallocate libpcsclite.so.1 libwinpr2.so.2
    expect_stack mixed-provider autoallocate misused free_block lite_free_block list_with_lite main
    expect_same_behaviour "$TEST_PROGRAMS/winpr-both-fixed"
    same output "$(printf '%s: Virtual PCD 00 0%s\n' WinPR 0 WinPR 1 pcsc-lite 0 pcsc-lite 1)" \
        "$(<"$BATS_TEST_TMPDIR/audited.out")"
    expect_findings
    expect_winprs
}

@test "linked with pcsc-lite first: one context for both, which WinPR refuses" {
    # WinPR logs the error on stderr, with the time
    expect_same_behaviour sh -c 'exec "$0" 2>/dev/null' "$TEST_PROGRAMS/winpr-both-lite-first"
    same output "WinPR: 0x80100003
pcsc-lite: Virtual PCD 00 00
pcsc-lite: Virtual PCD 00 01" "$(<"$BATS_TEST_TMPDIR/audited.out")"
    expect_findings "error mixed-provider context 1"
    expect_mixed context libpcsclite.so.1 libwinpr2.so.2
    expect_stack mixed-provider context acquired open_context main
    expect_stack mixed-provider context misused list_with_winpr main
    same message "SCARDCONTEXT established by open_context(), of libpcsclite.so.1, was given to\
 SCardListReadersA() of libwinpr2.so.2 by list_with_winpr(), which failed" \
        "$(field mixed-provider message)"
    expect_same_behaviour "$TEST_PROGRAMS/winpr-both-lite-first-fixed"
    same lines 4 "$(wc -l <"$BATS_TEST_TMPDIR/audited.out")"
    expect_findings
    expect_winprs
}

# mixed MODE KIND FROM TO [FINDING...]: mixed-provider, and these besides
mixed()
{
    local mode=$1 kind=$2 from=$3 to=$4
    shift 4
    audit 0 winpr-mixed-fixed "$mode"
    expect_findings && expect_winprs || die "... in the twin of $mode" || return 1
    audit 0 winpr-mixed "$mode"
    expect_findings "error mixed-provider $kind 1" "$@" && expect_mixed "$kind" "$from" "$to" ||
        die "... in $mode" || return 1
}

@test "given back to the other library" {
    local lite=libpcsclite.so.1 winpr=libwinpr2.so.2
    mixed card-handle card-handle $lite $winpr
    expect_stack mixed-provider card-handle acquired open_card lite_open_card mix main
    expect_stack mixed-provider card-handle misused close_card mix main
    mixed context context $lite $winpr
    expect_stack mixed-provider context misused close_context mix_contexts main
    mixed context-up context $winpr $lite
    mixed block autoallocate $lite $winpr
    mixed block-up autoallocate $winpr $lite
    same bytes 19 "$(field mixed-provider bytes)"
    mixed block-through autoallocate $winpr $lite
    expect_stack mixed-provider autoallocate acquired list_readers mix main
    expect_stack mixed-provider autoallocate misused free_block lite_free_block mix main
}

@test "given to the other library in vain: lost" {
    mixed lost-block autoallocate libpcsclite.so.1 libwinpr2.so.2 \
        "error autoallocate-leak autoallocate 1"
    expect_cause autoallocate-leak mixed-provider
    expect_stack mixed-provider autoallocate misused free_with_its_context mix main
    [[ "$(field mixed-provider message)" == *", which failed" ]]
    [[ "$(field autoallocate-leak message)" == *" the call that should have done it failed; "* ]]
}

# expect_each_for_itself: nothing is found, and all is seen
expect_each_for_itself()
{
    local rounds=$1
    expect_findings
    expect_winprs
    expect_resource_of libwinpr2.so.2 context "$rounds" "$rounds"
    expect_resource_of libwinpr2.so.2 card-handle "$rounds" "$rounds"
    expect_resource_of libwinpr2.so.2 autoallocate $((2 * rounds)) $((2 * rounds))
    # and those that WinPR has from it
    expect_resource_of libpcsclite.so.1 context $((2 * rounds)) $((2 * rounds))
    expect_resource_of libpcsclite.so.1 card-handle $((2 * rounds)) $((2 * rounds))
    expect_resource_of libpcsclite.so.1 autoallocate $((2 * rounds)) $((2 * rounds))
}

@test "two threads use a library each, 2000 times" {
    expect_same_behaviour "$TEST_PROGRAMS/winpr-mixed" threads 2000
    expect_each_for_itself 2000
    report=$bare_report
    expect_each_for_itself 2000
    run -0 "$SCARDAUDIT" run --no-audit-dlopen --json "$report" -- "$TEST_PROGRAMS/winpr-mixed" \
        threads 2000
    expect_each_for_itself 2000
}

@test "random calls, all legal" {
    audit 0 winpr/random-calls 11 200 1
    local implicit
    implicit=$(sed -n 's/^implicit releases: //p' <<<"$output")
    expect_winprs
    same "findings" "note implicit-release card-handle" \
        "$(query '[.findings[] | "\(.severity) \(.rule) \(.kind)"] | unique | join(", ")')"
    same "implicit releases" "$implicit" "$(query '[.findings[].count] | add')"
}

# ---- how programs come by it -------------------------------------------------------------------

# dlopened PROGRAM FINDING...: under run, bare, and under run without LD_AUDIT
dlopened()
{
    local audited=$BATS_TEST_TMPDIR/report.json without=$BATS_TEST_TMPDIR/without.json
    local program=$TEST_PROGRAMS/winpr/$1
    shift
    expect_same_behaviour "$program"
    run -0 "$SCARDAUDIT" run --no-audit-dlopen --json "$without" -- "$program"
    for report in "$bare_report" "$without" "$audited"; do
        expect_findings "$@" && expect_winprs || die "... in $report" || return 1
    done
}

@test "opened with dlopen, as FreeRDP's channels do it" {
    dlopened dlopen-client "error context-leak context 1"
    expect_stack context-leak context acquired establish_context main
    dlopened old-dlsym-client "error context-leak context 1"
    dlopened dlopen-client-fixed
}

# bare, what WinPR itself looks up is not seen: that is said, and nothing is missed above
@test "WinPR itself opened with RTLD_DEEPBIND" {
    export DEEPBIND=1
    timed=1 expect_same_behaviour "$TEST_PROGRAMS/winpr/dlopen-client"
    expect_findings "error context-leak context 1"
    expect_winprs
    report=$bare_report
    expect_findings "error context-leak context 1"
    same "blind spot, bare" "deepbind libwinpr2.so.2" "$(query '.processes[].blind_spots[]
        | select(.code == "deepbind") | "\(.code) \(.module | sub(".*/"; ""))"')"
    timed=1 expect_same_behaviour "$TEST_PROGRAMS/winpr/dlopen-client-fixed"
    expect_findings
    expect_winprs
    report=$bare_report
    expect_findings
}

@test "a plugin that is linked with it, in a local scope" {
    expect_same_behaviour "$TEST_PROGRAMS/plugin-host" "$(plugin winpr/plugin)"
    expect_findings "error context-leak context 1"
    expect_winprs
    expect_stack context-leak context acquired open_context plugin_work main
    expect_same_behaviour "$TEST_PROGRAMS/plugin-host" "$(plugin winpr/plugin-fixed)"
    expect_findings
    expect_winprs
}

@test "a plugin that is linked with it, opened with RTLD_DEEPBIND" {
    export OPEN_WITH=deepbind
    local name
    name=$(plugin winpr/plugin)
    timed=1 expect_same_behaviour "$TEST_PROGRAMS/plugin-host" "$name"
    expect_findings "error context-leak context 1"
    expect_winprs
    expect_stack context-leak context acquired open_context plugin_work main
    same "named, bare" "$name" "$(gojq -r '.processes[].blind_spots[]
        | select(.code == "deepbind").module' "$bare_report")"
    timed=1 expect_same_behaviour "$TEST_PROGRAMS/plugin-host" "$(plugin winpr/plugin-fixed)"
    expect_findings
    expect_winprs
}

# Its C library is another one, which counts its thread-specific data anew.
@test "WinPR in a namespace of its own" {
    timed=1 expect_same_behaviour "$(dirname "$TEST_PROGRAMS")/robustness/own-keys" libwinpr2.so.2
    same lines "keys 0 and 1
established 0, released 0" "$(sort -ru "$BATS_TEST_TMPDIR/audited.out")"
    expect_findings
    for report in "$report" "$bare_report"; do
        same complete true "$(query '.processes[0].complete')"
        same contexts "3 3" "$(query '.resources[] | select(.provider == "libwinpr2.so.2")
            | "\(.acquired) \(.released)"')"
    done
}
