#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2154 # one_trace and run set them
#
# RPC stub memory in servers and clients as they are: helper threads, stubs, environments that are
# put aside, threads that clean up late; and the bugs of the field in their original shape.

load rpc

block="rpc-block"
environment="rpc-environment"

# ---- threads -------------------------------------------------------------------------------------

@test "a server whose helpers free, with and without the thread handle" {
    seeded "$OURS" server "error cross-thread-free $block 24"
    stacks cross-thread-free acquired try_allocate fill serve
    stacks cross-thread-free misused release drop help
    same threads "helper request" "$(query '[.findings[].threads[].name] | unique | join(" ")')"
    of_each "$LIKE" server-fixed
    expect_each "$LIKE"
}

@test "what is freed on the wrong thread: both handles and both threads are named" {
    audit 0 rpc/sm/cross-thread-free
    local message
    message=$(field cross-thread-free message)
    [[ $message =~ 0x[0-9a-f]+.*0x[0-9a-f]+ ]] || die "$message"
    audit 0 rpc/sm/server
    message=$(field cross-thread-free message)
    [[ $message == *none* ]] || die "$message"
    run -0 "$SCARDAUDIT" run -- "$RPC_PROGRAMS/sm/cross-thread-free"
    [[ $output == *"thread 1 "* ]]
    [[ $output == *"thread 2 "* ]]
}

@test "an environment put aside and taken again" {
    seeded "$MARKING" save-restore "error rpc-environment-leak $environment 1" \
        "error rpc-deferred-leak $block 1"
    stacks rpc-environment-leak acquired enable main
    seeded "dce_sm dce_ss" save-restore "error rpc-environment-leak $environment 1"
}

@test "an environment handed over by a thread that ends" {
    local leak="error rpc-environment-leak $environment 1"
    seeded "$MARKING" handover "$leak" "error rpc-deferred-leak $block 1"
    seeded "dce_sm dce_ss" handover "$leak"
    stacks rpc-environment-leak acquired enable begin_work
}

@test "many threads at once, and one that forgets" {
    local leak="error rpc-environment-leak $environment 1" marked="error rpc-deferred-leak $block 5"
    seeded "$MARKING" crowd "$leak" "$marked" "$marked"
    seeded "$RELEASING" crowd "$leak"
    stacks rpc-environment-leak acquired enable serve serve_many
    # 6 threads, 40 times
    of_each like_ss crowd-fixed
    expect_resource rpc-environment 240 240
    expect_resource rpc-block 2400 2400
}

# The program's own destructors of keys come before, and after, and once more.
@test "threads that disable as the last thing they do" {
    local leak="error rpc-environment-leak $environment 3"
    local when
    seeded "$LIKE" late:before "$leak" # it leaves the thread in the first round
    for when in before after again; do
        seeded "$MARKING" "late:$when" "$leak" "error rpc-deferred-leak $block 3"
        seeded "dce_sm dce_ss port" "late:$when" "$leak"
    done
    # their end is known to come after all of that
    audit 137 rpc/port/late again kill
    expect_findings "$leak"
    audit 137 rpc/port/late-fixed again kill
    expect_findings
}

@test "a child goes on in its parent's environment" {
    seeded "$MARKING" fork "error rpc-environment-leak $environment 1" \
        "error rpc-deferred-leak $block 1"
    stacks rpc-environment-leak acquired enable work_in_child main
    seeded "$RELEASING" fork "error rpc-environment-leak $environment 1"
}

# ---- stubs ---------------------------------------------------------------------------------------

@test "server stubs bring an environment and release it" {
    of_each "$LIKE" stub
    expect_each "$LIKE"
    of_each like_sm stub
    expect_resource rpc-environment 10 10
    # an answer, a scratch block and the helper's
    expect_resource rpc-block 30 30
}

@test "a client that wraps its calls" {
    local flavours="dce_sm $LIKE"
    seeded "$flavours" dce-client "error rpc-environment-leak $environment 1" \
        "warning allocator-not-restored rpc-client-pair 1"
    stacks rpc-environment-leak acquired enable wrapped_call main
    stacks allocator-not-restored acquired swap_pair wrapped_call main
}

# ---- a library that crashes ----------------------------------------------------------------------

@test "killed for want of an environment: the reason is in the report" {
    local flavour
    for flavour in $LIKE; do
        of_each "$flavour" crash-fixed allocate
        expect_each "$flavour"
        audit 139 "rpc/$flavour/crash" allocate
        expect_findings "error allocate-without-enable $environment 1"
        expect_stack allocate-without-enable "$environment" misused try_allocate without main
        of_each "$flavour" crash-fixed free
        expect_each "$flavour"
        audit 139 "rpc/$flavour/crash" free
        expect_findings "error free-without-enable $block 1"
        expect_stack free-without-enable "$block" misused release without main
    done
}

@test "killed for want of an environment: the reason is in the trace that is left" {
    local trace what
    report=$BATS_TEST_TMPDIR/report.json
    for what in allocate free; do
        trace=$(one_trace rpc/like_ss/crash "$what")
        run -0 "$SCARDAUDIT" report --json "$report" "$trace"
        same "rules of $what" "error $what-without-enable" \
            "$(query '.findings[] | "\(.severity) \(.rule)"')"
    done
}

# ---- bugs of the field ---------------------------------------------------------------------------

@test "an OSF DCE daemon: the error path returns without disabling" {
    seeded "$RELEASING" error-path "error rpc-environment-leak $environment 1"
    stacks rpc-environment-leak acquired enable operation
    same siblings "3 2" "$(query '.findings[].siblings | "\(.acquired) \(.released)"' | sort -u)"
    stacks rpc-environment-leak sibling_released disable operation
    seeded "$MARKING" error-path "error rpc-environment-leak $environment 1" \
        "error rpc-deferred-leak $block 1"
    stacks rpc-deferred-leak acquired try_allocate look_up operation
}

@test "another one enables in main and never disables" {
    seeded "$RELEASING" enabled-in-main "error rpc-environment-leak $environment 1" \
        "error rpc-block-leak $block 2"
    stacks rpc-environment-leak acquired enable main
    stacks rpc-block-leak acquired try_allocate operation main
    same bytes 60 "$(field rpc-block-leak bytes | sort -u)"
}

@test "ports that take RpcSmFree for free() grow without bound" {
    seeded "$MARKING" requests "warning rpc-deferred-growth $environment 1"
    stacks rpc-deferred-growth acquired enable main
    stacks rpc-deferred-growth misused release answer main
    # released at once, by DCE's functions, by midl_user_free(), and by ports that mark nothing
    of_each "$RELEASING port" requests
    expect_each "$RELEASING port"
    of_each "$MARKING" requests at-once
    expect_each "$MARKING"
}
