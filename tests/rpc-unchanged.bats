#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2154 # expect_same_behaviour sets them
#
# RPC stub memory: what must not change for the program, with the bare preload and under run.
# tests/programs/rpc/unchanged.c says what it sees.

load rpc

# unchanged FLAVOURS MODE: the program behaves as alone, and was audited
unchanged()
{
    local flavour
    for flavour in $1; do
        echo "$flavour:"
        expect_same_behaviour "$RPC_PROGRAMS/$flavour/unchanged" "$2"
        [ "$(calls)" -gt 0 ]
    done
}

# said LINE: as a program of unchanged() did
said()
{
    grep -qFx "$1" "$BATS_TEST_TMPDIR/audited.out" || die "not said: $1"
}

@test "results, and refusals" {
    unchanged "$LIKE dce_sm dce_ss ss sm" results
    said "free twice: 0x57"
    said "handle: 1"
}

@test "four bytes of the status are written, and no others" {
    unchanged "dce_sm like_sm sm" status-bytes
    said "refused: a5 a5 a5 a5 a5 a5 a5 a5 57 00 00 00 a5 a5 a5 a5 a5 a5 a5 a5 a5 a5 a5 a5"
    said "told: a5 a5 a5 a5 a5 a5 a5 a5 00 00 00 00 a5 a5 a5 a5 a5 a5 a5 a5 a5 a5 a5 a5"
}

@test "NULL for a status: as the library takes it" {
    unchanged "sm dce_sm like_sm" no-status
}

@test "errno" {
    unchanged "dce_ss like_sm sm" errno
    same "lines with errno 12345" 9 "$(grep -c 'errno 12345$' "$BATS_TEST_TMPDIR/audited.out")"
}

@test "a routine of the program's jumps out of the library" {
    unchanged "sm dce_ss like_sm like_ss" jump
    same jumped 20 "$(grep -cx jumped "$BATS_TEST_TMPDIR/audited.out")"
    expect_findings
}

@test "a routine of the program's throws through the library" {
    local flavour
    for flavour in sm dce_sm like_sm; do
        expect_same_behaviour "$RPC_PROGRAMS/$flavour/throwing"
        same caught 20 "$(grep -cx 'caught 42' "$BATS_TEST_TMPDIR/audited.out")"
        expect_findings
    done
}

@test "exceptions, caught, passed on, raised again" {
    unchanged "dce_ss $LIKE ss" exceptions
    said "finally 4"
    said "depth 3: 0x57"
}

@test "an exception that nobody catches" {
    unchanged "ss dce_ss" unhandled
    same exits "signaled" "$(query '.processes[].exit')"
    grep -q 'exception' "$BATS_TEST_TMPDIR/same/run.err"
}

@test "a crash in the library, and a handler that jumps out of it" {
    unchanged "$LIKE" crash
    same signals 6 "$(grep -cx 'signal 11' "$BATS_TEST_TMPDIR/audited.out")"
    expect_findings "error allocate-without-enable rpc-environment 3" \
        "error free-without-enable rpc-block 3"
}

@test "threads end: the order and the rounds of their destructors" {
    unchanged "sm dce_ss like_sm" threads
}

@test "children that are forked in an environment" {
    unchanged "dce_sm like_ss sm" fork
    said "child: 0x700"
    expect_findings
}

# ---- how the functions are found -----------------------------------------------------------------

# dynamic LIBRARY HOW NAMES: opened and looked up by the program; its leak says that it was audited
dynamic()
{
    expect_same_behaviour "$RPC_PROGRAMS/dynamic" "$@"
    expect_leak "$3"
    same "of the wrong version" 1 \
        "$(grep -cx 'of another version: 0' "$BATS_TEST_TMPDIR/audited.out")"
}

# expect_leak Sm|sm: of the environment, and of a block where it was marked
expect_leak()
{
    local findings=("error rpc-environment-leak rpc-environment 1")
    [ "$1" = sm ] || findings+=("error rpc-deferred-leak rpc-block 1")
    expect_findings "${findings[@]}"
    same "blind spots" "" "$(query '.processes[].blind_spots[].code')"
}

@test "looked up in a library that is opened for oneself, or for all" {
    local libraries=$BUILD/.libs how
    for how in local global; do
        dynamic "$libraries/libscardaudit-rpc.so" "$how" Sm
        dynamic "$libraries/libscardaudit-dce.so" "$how" sm
        dynamic "$RPC_PROGRAMS/libdcelike.so.1" "$how" sm
    done
}

@test "looked up by DCE's version" {
    dynamic "$RPC_PROGRAMS/libdcelike.so.1" version sm
}

# preloaded_too LIBRARY before|after COMMAND...: another library is preloaded beside ours
preloaded_too()
{
    # shellcheck disable=SC2016 # the inner shell's
    expect_same_behaviour sh -c 'if [ "$2" = before ]; then
            LD_PRELOAD=$1${LD_PRELOAD:+:$LD_PRELOAD}
        else
            LD_PRELOAD=${LD_PRELOAD:+$LD_PRELOAD:}$1
        fi
        export LD_PRELOAD
        shift 2
        exec "$@"' sh "$@"
}

@test "somebody else's layer, which is linked or preloaded, and passes on" {
    local where
    expect_same_behaviour "$RPC_PROGRAMS/sm/wrapped"
    expect_findings "warning rpc-deferred-growth rpc-environment 1"
    for where in before after; do
        preloaded_too "$RPC_PROGRAMS/libwrap.so" "$where" "$RPC_PROGRAMS/sm/requests"
        expect_findings "warning rpc-deferred-growth rpc-environment 1"
        # each block once
        expect_resource rpc-block 3000 3000
    done
    grep -qx 'wrapped: 3000, 3000' "$BATS_TEST_TMPDIR/same/run.err"
}

@test "a provider that is preloaded" {
    preloaded_too "$RPC_PROGRAMS/libport.so" after "$RPC_PROGRAMS/sm/implicit-release-fixed"
    expect_findings
    same providers libport.so "$(query '[.resources[].provider] | unique | join(" ")')"
}

@test "two libraries in one program" {
    expect_same_behaviour "$RPC_PROGRAMS/sm/mixed-fixed" "$RPC_PROGRAMS/libport.so"
    expect_findings
}

@test "two libraries on one thread: nobody asks the second for a handle before it is used" {
    expect_same_behaviour "$RPC_PROGRAMS/two"
    said "asked early: 0"
    expect_findings
    same calls 4 "$(calls)"
}

@test "a library without a build id is replaced by another build" {
    expect_same_behaviour "$RPC_PROGRAMS/plugins" replaced "$RPC_PROGRAMS/libsmall-moved.so" \
        "$RPC_PROGRAMS/libsmall.so" "$RPC_PROGRAMS/libsmall-moved.so"
    same "in the same place" 2 "$(grep -cx 'same place: 1' "$BATS_TEST_TMPDIR/audited.out")"
    expect_findings
    expect_resource rpc-environment 3 3
}

@test "twenty plugins, each with a deallocator of its own, and a library after them" {
    local i plugins=()
    for i in {1..20}; do
        plugins+=("$BATS_TEST_TMPDIR/plugin$i.so")
        cp "$RPC_PROGRAMS/libuserfree.so" "${plugins[-1]}"
    done
    expect_same_behaviour "$RPC_PROGRAMS/plugins" many "$RPC_PROGRAMS/libport.so" "${plugins[@]}"
    expect_findings
    expect_resource rpc-environment 1 1
}

@test "names that nobody has are not found" {
    expect_same_behaviour "$RPC_PROGRAMS/plugins" absent "$RPC_PROGRAMS/libport.so"
    said "midl_user_free: 0 0 0"
    said "MIDL_user_free: 0 0 0"
}

@test "WinPR is in the program too, and provides no stub memory" {
    local name
    export WLOG_LEVEL=OFF
    for name in winpr winpr-first; do
        expect_same_behaviour "$RPC_PROGRAMS/sm/$name"
        expect_leak Sm
        same providers libscardaudit-rpc.so.0 \
            "$(query '[.resources[].provider] | unique | join(" ")')"
        expect_same_behaviour "$RPC_PROGRAMS/sm/$name-fixed"
        expect_findings
    done
}
