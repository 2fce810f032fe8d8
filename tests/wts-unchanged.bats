#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2154 # expect_same_behaviour sets them
#
# WTS*: what must not change for the program, with the bare preload and under run.
# tests/programs/wts/unchanged.c says what it sees.

load wts

# WinPR's own lines on stderr, without their time
export WLOG_PREFIX='[%lv][%mn] - '

# unchanged MODE: the program behaves as alone, and was audited, wholly
unchanged()
{
    expect_same_behaviour "$WTS_PROGRAMS/unchanged" "$@"
    [ "$(calls)" -gt 0 ]
    expect_winprs
}

# said COUNT LINE: as the program did, so often
said()
{
    same "times it said $2" "$1" "$(grep -cF "$2" "$BATS_TEST_TMPDIR/audited.out")"
}

# NULL for a channel is certain. Others may be channels, and servers, of whoever they are.
mistakes=("error use-after-release wts-channel 1" "note use-after-release wts-channel 1"
    "note use-after-release wts-channel 1" "note use-after-release wts-server 1")

@test "results, and refusals" {
    unchanged results
    said 9 "a block, count some"
    said 9 "NULL, count 0"
    expect_findings "${mistakes[@]}"
    unchanged lists
    said 1 "me: 1"
    expect_findings
}

@test "an optimised and stripped program" {
    expect_same_behaviour "$WTS_PROGRAMS/unchanged-stripped" results
    expect_findings "${mistakes[@]}"
    expect_same_behaviour "$WTS_PROGRAMS/unchanged-stripped" lists
    expect_findings
    expect_same_behaviour "$WTS_PROGRAMS/unchanged-stripped" bytes
    expect_findings "${mistakes[0]}"
}

# ---- nothing behind WinPR ------------------------------------------------------------------------

# nobody LINES: nothing is written, and WinPR says so in as many lines
nobody()
{
    unchanged results
    said 18 "untouched, count untouched"
    said 0 "a block"
    said 1 "error 0xcb"
    same "lines of WinPR's" "$1" "$(grep -c '^\[ERROR\]' "$BATS_TEST_TMPDIR/same/run.err")"
    expect_findings "${mistakes[@]}"
    same buffers "" "$(query '.resources[] | select(.kind == "wts-buffer" and .acquired > 0)')"
}

@test "WTSAPI_LIBRARY is not set" {
    unset WTSAPI_LIBRARY
    nobody 2
}

@test "WTSAPI_LIBRARY is missing, empty, or no plug-in" {
    local library
    for library in /nonexistent/library.so "" libm.so.6; do
        export WTSAPI_LIBRARY=$library
        nobody 3
    done
}

@test "a plug-in that has few functions" {
    with_mock faults unchanged results
    said 14 "untouched, count untouched"
    said 1 "type 2, 0 entries"
    expect_findings "${mistakes[@]}"
}

# ---- a program's own table -----------------------------------------------------------------------

@test "the program's own table, as long as nobody has called anything" {
    unchanged register
    said 1 "WTSRegisterWtsApiFunctionTable(&ours): 1"
    said 1 "our table: localhost"
    said 1 "ours: 1"
    expect_resource wts-server 1 1
    unset WTSAPI_LIBRARY
    unchanged register
    said 1 "our table: localhost"
    expect_findings
}

@test "the program's own table, too late" {
    unchanged register-late
    said 1 "WTSRegisterWtsApiFunctionTable(&ours): 1"
    said 0 "our table"
    unset WTSAPI_LIBRARY
    unchanged register-late
    said 1 "WTSRegisterWtsApiFunctionTable(&ours): 0"
    said 0 "our table"
}

# ---- what is written, and what is passed on ------------------------------------------------------

@test "nowhere to write to" {
    unchanged missing
    # but for the two of which the plug-in has nothing
    said 9 "error 0x57"
    expect_findings "${mistakes[0]}"
    unset WTSAPI_LIBRARY
    unchanged missing
    said 1 "untouched, count untouched"
    expect_findings "${mistakes[0]}"
}

@test "eight bytes of the address are written and four of the count, and no others" {
    unchanged bytes
    said 4 " a5 a5 a5 a5 a5 a5 a5 a5 a5 a5 a5 a5 a5 a5 a5 a5 a5 a5 a5 a5 a5 a5 a5 a5, "
    said 2 "a block, a number"
    expect_findings "${mistakes[0]}"
    unset WTSAPI_LIBRARY
    unchanged bytes
    said 4 "none, untouched"
}

@test "one variable for the address and the count" {
    unchanged shared
    said 1 "shared 1: a number, half an address"
    same rules "" "$(query '.findings[].rule')"
}

@test "an address that nobody can write to" {
    expect_same_behaviour "$WTS_PROGRAMS/unchanged" nowhere
    same exits signaled "$(query '.processes[].exit')"
    same rules "" "$(query '.findings[] | select(.severity != "note").rule')"
}

@test "a provider that says TRUE and gives nothing, or FALSE and gives something" {
    with_mock faults unchanged faults
    said 3 "a block, count some"
    said 2 "untouched, count untouched"
    said 1 "NULL, count some"
    said 1 "untouched, count some"
    said 1 "SEVEN_TEXT, TO, &count): 7, error 0x5a5a, a block"
    said 1 "FALSE_TEXT, TO, &count): 0, error 0x5a5a, a block"
}

@test "ten arguments, and a TRUE of 7" {
    with_mock faults unchanged message
    said 1 "0x7654 0x2 title 4 text 6 0x7000000 8 0xa 9"
    said 1 "8, &response, 9): 7, error 0x7777"
    said 1 "response 0x1234"
    said 1 "type 5, 6 entries"
    said 1 "strdup(\"memory\"), 6): 7"
}

@test "names of servers that are no names" {
    with_mock channels unchanged names
    said 3 ": 1, error 0x7777"
    expect_resource wts-server 3 3
}

@test "errno" {
    unchanged errno
    same "lines with errno 12345" 6 "$(grep -c 'errno 12345$' "$BATS_TEST_TMPDIR/audited.out")"
}

# ---- processes and threads -----------------------------------------------------------------------

@test "a child that frees and closes what its parent has, too" {
    unchanged fork
    said 1 "child: 0x700"
    same errors "" "$(query '.findings[] | select(.severity == "error").rule')"
}

@test "two threads" {
    unchanged threads
    expect_findings
    expect_resource wts-buffer 1200 1200
    expect_resource wts-server 401 401
}

# ---- how the functions are found -----------------------------------------------------------------

@test "looked up in a library that is opened for oneself, or for all" {
    local how
    for how in local global deepbind; do
        expect_same_behaviour "$WTS_PROGRAMS/dynamic" "$how"
        expect_winprs
        said 1 "no such function: 1"
        said 1 "no version: 1"
    done
}

@test "another library that has some of WinPR's names" {
    local way
    for way in data mixed; do
        expect_same_behaviour "$WTS_PROGRAMS/xrdp" "$WTS_PROGRAMS/like-xrdp.so.0" "$way"
    done
    said 1 "class 1: a buffer, 4"
}

@test "FreeRDP's own functions behind WinPR's" {
    unset WTSAPI_LIBRARY
    expect_same_behaviour "$WTS_PROGRAMS/peer-fixed"
    expect_same_behaviour "$WTS_PROGRAMS/peer" typed
    said 1 "freed: 0"
}
