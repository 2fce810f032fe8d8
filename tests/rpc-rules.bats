#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# RPC stub memory: each rule has a program with exactly that bug, which is told so in every flavour
# of the functions, and a correct twin, which is told nothing.

load rpc

setup_file()
{
    start_pcscd
}

teardown_file()
{
    stop_pcscd
}

block="rpc-block"
environment="rpc-environment"

@test "a program that does all of it as it should" {
    of_each "$EVERY" clean
    expect_each "$EVERY"
    # both threads were clients and servers once
    of_each sm clean
    expect_resource rpc-environment 4 4
    expect_resource rpc-block 208 208
}

# ---- the end -------------------------------------------------------------------------------------

@test "an environment that is never disabled" {
    local leak="error rpc-environment-leak $environment 1"
    seeded "$MARKING" environment-leak "$leak" "error rpc-deferred-leak $block 1" \
        "error rpc-block-leak $block 1"
    of_each sm environment-leak
    expect_stack rpc-environment-leak "$environment" acquired enable main
    expect_stack rpc-deferred-leak "$block" acquired try_allocate main
    expect_stack rpc-block-leak "$block" acquired try_allocate main
    expect_cause rpc-deferred-leak rpc-environment-leak
    expect_cause rpc-block-leak rpc-environment-leak
    same bytes "100 24" "$(field rpc-deferred-leak bytes) $(field rpc-block-leak bytes)"
    seeded "$RELEASING" environment-leak "$leak" "error rpc-block-leak $block 1"
    stacks rpc-block-leak acquired try_allocate main
}

@test "a thread that ends without having disabled" {
    local leak="error rpc-environment-leak $environment 1"
    seeded "$MARKING" thread-leak "$leak" "error rpc-deferred-leak $block 1"
    stacks rpc-environment-leak acquired enable work
    seeded "$RELEASING" thread-leak "$leak"
}

# Its leak was certain before.
@test "a thread that ended so, in a program that is killed" {
    audit 137 rpc/sm/thread-leak kill
    expect_findings "error rpc-environment-leak $environment 1" "error rpc-deferred-leak $block 1"
    audit 137 rpc/sm/thread-leak-fixed kill
    expect_findings
}

@test "blocks that their environment takes along" {
    seeded "$EVERY" implicit-release "note implicit-release $block 3"
    stacks implicit-release acquired try_allocate answer main
    stacks implicit-release released disable main
    # nothing that is only marked
    same bytes 60 "$(field implicit-release bytes | sort -u)"
}

@test "a pair of routines that is not put back" {
    local finding="warning allocator-not-restored rpc-client-pair 1"
    seeded "$EVERY" allocator-not-restored "$finding"
    stacks allocator-not-restored acquired swap_pair call_server main
    seeded "$EVERY" allocator-not-restored:thread "$finding"
    stacks allocator-not-restored acquired swap_pair call_server
}

# ---- environments --------------------------------------------------------------------------------

@test "allocated without an environment" {
    seeded "$OURS" allocate-without-enable "error allocate-without-enable $environment 1"
    stacks allocate-without-enable misused try_allocate main
}

@test "enabled again" {
    seeded "$OURS" nested-enable "warning nested-enable $environment 1"
    stacks nested-enable acquired enable main
    stacks nested-enable misused enable work main
}

# What the outer one held is out of reach: the last disable has none to disable.
@test "enabled again, where enables are not counted" {
    seeded "$LIKE" nested-enable "error nested-enable $environment 1" \
        "error rpc-environment-leak $environment 1" "error unbalanced-disable $environment 1"
    stacks nested-enable acquired enable main
    stacks nested-enable misused enable work main
    stacks rpc-environment-leak acquired enable main
    of_each like_sm nested-enable
    expect_cause rpc-environment-leak nested-enable
}

@test "disabled once too often" {
    seeded "$EVERY" unbalanced-disable "error unbalanced-disable $environment 1"
    stacks unbalanced-disable misused disable clean_up main
}

@test "disabled by a helper" {
    seeded "$EVERY" helper-disable "error helper-disable $environment 1"
    stacks helper-disable acquired enable main
    stacks helper-disable misused disable help
}

@test "disabled while a helper uses it" {
    seeded "$OURS" disable-while-attached "error disable-while-attached $environment 1"
    stacks disable-while-attached acquired enable main
    stacks disable-while-attached misused disable main
}

@test "a thread handle that is none, or no longer" {
    seeded "$OURS" stale-thread-handle "error stale-thread-handle $environment 1"
    stacks stale-thread-handle acquired enable main
    stacks stale-thread-handle released disable main
    stacks stale-thread-handle misused use_thread_handle adopt main
    seeded "$OURS" stale-thread-handle:never "error stale-thread-handle $environment 1"
    stacks stale-thread-handle misused use_thread_handle adopt main
    expect_no_stack stale-thread-handle "$environment" acquired
}

# ---- frees ---------------------------------------------------------------------------------------

@test "freed twice" {
    seeded "$OURS" double-free "error double-free $block 1"
    stacks double-free acquired try_allocate main
    stacks double-free released release main
    stacks double-free misused release handle_error main
}

@test "freed on a thread with another environment" {
    seeded "$EVERY" cross-thread-free "error cross-thread-free $block 1"
    stacks cross-thread-free acquired try_allocate main
    stacks cross-thread-free misused release free_there
    same threads 2 "$(query '.findings[0].threads | length')"
}

@test "freed after the environment was disabled" {
    seeded "$OURS" free-after-disable "error free-after-disable $block 1"
    stacks free-after-disable acquired try_allocate main
    stacks free-after-disable released disable main
    stacks free-after-disable misused release clean_up main
    seeded "$OURS" free-after-disable:next "error free-after-disable $block 1"
    stacks free-after-disable misused release clean_up main
}

@test "freed while the environment is put aside" {
    seeded "$OURS" free-without-enable "error free-without-enable $block 1"
    stacks free-without-enable acquired try_allocate main
    stacks free-without-enable misused release free_with main
}

@test "freed what is no block" {
    seeded "$OURS" invalid-free:malloc "error invalid-free $block 1"
    stacks invalid-free misused release give_back with_malloc main
    seeded "$OURS" invalid-free:inside "error invalid-free $block 1"
    stacks invalid-free acquired try_allocate with_inside main
    stacks invalid-free misused release give_back with_inside main
    [ "$(messages invalid-free | grep -c '16 bytes into')" -ge 1 ]
    seeded "$OURS" invalid-free:outside "error free-without-enable $block 1"
    stacks free-without-enable misused release give_back with_malloc main
}

@test "freed what is no block, and the library takes it" {
    seeded port invalid-free:malloc "note invalid-free $block 1"
    seeded port implicit-release "note implicit-release $block 3"
}

@test "given to free, realloc and delete" {
    local route
    for route in free realloc delete; do
        seeded "$OURS" "give-away:$route" "error mismatched-free $block 1"
        stacks mismatched-free acquired try_allocate main
        stacks mismatched-free misused "to_$route" main
    done
}

@test "what a client stub returned, and another free routine than it is for" {
    seeded "sm dce_sm" client-free:plain "error mismatched-free $block 1"
    stacks mismatched-free acquired try_allocate with_pair main
    stacks mismatched-free misused client_free drop with_pair main
    seeded "sm dce_sm" client-free:own "error mismatched-free $block 1"
    stacks mismatched-free acquired try_allocate with_pair main
    seeded "sm dce_sm" client-free:enabled "error mismatched-free $block 1"
    stacks mismatched-free misused client_free drop enabled main
}

@test "freed at once by a midl_user_free of the program's" {
    local name
    for name in user-free own-user-free; do
        seeded sm "$name" "note mismatched-free $block 1"
        stacks mismatched-free acquired try_allocate main
    done
    stacks mismatched-free misused midl_user_free main
}

# ---- more than one library -----------------------------------------------------------------------

@test "the functions of Windows and of DCE in one environment" {
    seeded dce_ss mixed-names "error rpc-environment-leak $environment 1" \
        "error rpc-deferred-leak $block 1" "error rpc-deferred-leak $block 1"
    stacks rpc-environment-leak acquired work main
    same providers "libscardaudit-dce.so.0 libscardaudit-rpc.so.0" \
        "$(query '[.resources[].provider] | unique | join(" ")')"
}

@test "a block of one library given to another" {
    local other=$RPC_PROGRAMS/libport.so
    audit 0 rpc/sm/mixed-fixed "$other"
    expect_findings
    same providers "libport.so libscardaudit-rpc.so.0" \
        "$(query '[.resources[].provider] | unique | join(" ")')"
    audit 0 rpc/sm/mixed "$other"
    expect_findings "error mixed-provider $block 1"
    expect_stack mixed-provider "$block" acquired allocate_other main
    expect_stack mixed-provider "$block" misused release main
}

@test "a block of an environment given to SCardFreeMemory" {
    seeded "sm port" cards:to-card "error mismatched-free $block 1"
    stacks mismatched-free acquired try_allocate to_card main
    stacks mismatched-free misused free_block to_card main
}

# Refused, it leaks; a port frees it.
@test "a block of PC/SC given to the environment" {
    seeded sm cards:to-rpc "error mismatched-free autoallocate 1" \
        "error autoallocate-leak autoallocate 1"
    expect_stack mismatched-free autoallocate acquired list_readers to_rpc main
    expect_stack mismatched-free autoallocate misused release to_rpc main
    expect_cause autoallocate-leak mismatched-free
    seeded port cards:to-rpc "error mismatched-free autoallocate 1"
    expect_stack mismatched-free autoallocate misused release to_rpc main
}

@test "a port that frees a block twice" {
    audit 0 rpc/port/double-free-fixed
    expect_findings
    audit 134 rpc/port/double-free
    expect_findings "error double-free $block 1" "note held-at-end $environment 1"
    expect_stack double-free "$block" released release main
    expect_stack double-free "$block" misused release handle_error main
}
