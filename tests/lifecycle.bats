#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2030,SC2031 # each test is a subshell, and sets its own report
# shellcheck disable=SC2016 # the variables in quotes are gojq's own
#
# How a process ends decides what may be said; whatever happens to it, what it did is recorded.

load helpers

setup_file()
{
    start_pcscd
}

teardown_file()
{
    stop_pcscd
}

# expect_end EXIT STATUS: how the one process of the report ended
expect_end()
{
    same end "$1 $2" "$(query '.processes | map("\(.exit) \(.status)") | join(", ")')"
}

# expect_held SEVERITY COUNT: a context, a card handle and a block, called held at the end
expect_held()
{
    expect_findings "$1 held-at-end context $2" "$1 held-at-end card-handle $2" \
        "$1 held-at-end autoallocate $2"
}

# expect_leaked SEVERITY: the same three, called leaked
expect_leaked()
{
    expect_findings "$1 context-leak context 1" "$1 handle-leak card-handle 1" \
        "$1 autoallocate-leak autoallocate 1"
}

# expect_twin_clean MODE STATUS: the twin, which holds nothing, is told nothing
expect_twin_clean()
{
    audit "$2" ending-fixed "$1" 3
    expect_findings
}

@test "exit: what is held is leaked" {
    audit 7 ending exit
    expect_leaked error
    expect_end exited 7
    expect_stack context-leak context acquired open_context hold main
    expect_twin_clean exit 7
}

@test "_exit: warnings" {
    audit 7 ending _exit
    expect_leaked warning
    expect_end _exit 7
    expect_twin_clean _exit 7
}

@test "_Exit: the same" {
    audit 7 ending _Exit
    expect_leaked warning
    expect_end _exit 7
    expect_twin_clean _Exit 7
}

@test "quick_exit: warnings" {
    audit 7 ending quick_exit
    expect_leaked warning
    expect_end quick_exit 7
    # its handlers are not told the status: the function itself is
    run -0 "$SCARDAUDIT" report --json "$report" "$(one_trace ending quick_exit)"
    expect_leaked warning
    expect_end quick_exit 7
    expect_twin_clean quick_exit 7
}

@test "abort: notes" {
    audit 134 ending abort
    expect_held note 1
    expect_end signaled 6
    expect_twin_clean abort 134
}

@test "a crash: notes" {
    audit 139 ending segv
    expect_held note 1
    expect_end signaled 11
    expect_twin_clean segv 139
}

@test "SIGKILL: notes" {
    audit 137 ending kill
    expect_held note 1
    expect_end signaled 9
    audit 137 ending kill 2
    expect_held note 2
    expect_twin_clean kill 137
}

@test "SIGKILL: three of one place, none released, are a warning" {
    audit 137 ending kill 3
    expect_held warning 3
}

@test "exec: notes" {
    audit 0 ending exec
    expect_held note 1
    same end exec "$(query '.processes[0].exit')"
    expect_twin_clean exec 0
}

@test "an exec that failed is not the end" {
    audit 7 ending failed-exec
    expect_leaked error
    expect_end exited 7
    expect_twin_clean failed-exec 7
}

@test "atexit handlers and destructors may release" {
    audit 0 atexit-release
    expect_findings "error context-leak context 1"
    audit 0 atexit-release-fixed
    expect_findings
}

@test "fork: a child leaks what is its own, not what it inherited" {
    audit 0 fork
    expect_findings "error context-leak context 1"
    expect_stack context-leak context acquired open_context work_in_child main
    same processes 2 "$(query '.processes | length')"
    same "pid of the leak" \
        "$(query '(.processes | map(.pid)) as $all
            | .processes[] | select(.ppid as $p | $all | index($p)).pid')" \
        "$(query '.findings[0].places[0].pid')"
    audit 0 fork-fixed
    expect_findings
    same processes 2 "$(query '.processes | length')"
}

# whole_run PROGRAM [ARGUMENT...]: with the bare preload, until all that write to its standard output
# have ended; then the report of all traces, in $report
whole_run()
{
    traces=$BATS_TEST_TMPDIR/traces
    report=$BATS_TEST_TMPDIR/report.json
    rm -rf "$traces"
    said=$(preloaded "$@") || :
    "$SCARDAUDIT" report --json "$report" "$traces" 2>/dev/null
}

# expect_processes "EXIT STATUS CALLS"...: of each process, in the order of their start
expect_processes()
{
    same processes "$(printf '%s\n' "$@")" \
        "$(query '.processes | sort_by(.pid)[] | "\(.exit) \(.status) \(.calls)"')"
}

@test "fork: what the parent of a child did is looked up beside the child's trace" {
    local parent child
    whole_run fork-use
    parent=$(query '[.findings[].places[0].stacks.acquired.pid] | unique | join(" ")')
    child=$(echo "$traces"/scardaudit.fork-use.*.trace)
    child=$(tr ' ' '\n' <<<"$child" | grep -v "fork-use.$parent.0.trace")
    run -0 "$SCARDAUDIT" report --json "$report" "$child"
    expect_findings "warning fork-use context 1" "warning fork-use card-handle 1"
    expect_stack fork-use context acquired open_context main
    same processes 1 "$(query '.processes | length')"
    same "pid of the parent" "$parent" "$(query '.findings[0].places[0].stacks.acquired.pid')"
    run -0 "$SCARDAUDIT" report --text - "$child"
    [[ $output == *"acquired by SCardEstablishContext, thread 1 (fork-use), pid $parent, at "* ]]
    # without it nothing is known, nor with a file that is no trace; nobody waits for a FIFO
    mv "$traces/scardaudit.fork-use.$parent.0.trace" "$BATS_TEST_TMPDIR/away"
    run -0 timeout -s KILL 60 "$SCARDAUDIT" report --json "$report" "$child"
    expect_findings
    mkfifo "$traces/scardaudit.fork-use.$parent.0.trace"
    run -0 timeout -s KILL 60 "$SCARDAUDIT" report --json "$report" "$child"
    same output "" "$output"
    expect_findings
}

@test "fork: a process between that made no call passes on what it inherited" {
    whole_run odd-forks grandchild
    expect_processes "exited 0 2" "exited 0 1"
    expect_findings "warning fork-use context 1"
    expect_stack fork-use context acquired open_context grandchild main
    expect_stack fork-use context misused count_readers grandchild main
}

# With the fork dated in the child's handler nothing was found: the release came "before" the fork.
@test "fork: the parent is done before its child begins" {
    whole_run odd-forks parent-first
    expect_findings "warning fork-use context 1"
    expect_stack fork-use context misused parent_first main
}

# The siblings of the parent's places were looked up in the child's events: a crash.
@test "fork: two places of one function use what was inherited" {
    whole_run two-inherited
    expect_findings "warning fork-use context 2"
    expect_stack fork-use context misused use_both work_in_child main
    whole_run two-inherited-fixed
    expect_findings
}

@test "a process that makes itself a daemon: what the daemon releases is no leak" {
    whole_run odd-forks daemonize
    same output "released by the daemon" "$said"
    expect_findings "note fork-use context 1"
}

@test "fork: questions, SCardCancel and the own copy of a block are no harm" {
    whole_run odd-forks harmless
    same processes 2 "$(query '.processes | length')"
    expect_findings
}

# Without the look at the pid the child's _exit was the end of its parent.
@test "vfork: a child that ends leaves its parent's trace alone" {
    whole_run odd-forks vfork-_exit
    expect_processes "unknown null 3"
    expect_findings
}

# Without it the parent ended in an exec, or, when that failed, by _exit.
@test "vfork: a child that executes another program does, too" {
    whole_run odd-forks vfork-exec
    expect_processes "unknown null 3"
    whole_run odd-forks vfork-failed-exec
    expect_processes "unknown null 3"
}

# Python's subprocess calls vfork and, when there is no such program, _exit(255).
@test "vfork: Python looks for a program that does not exist" {
    whole_run /usr/bin/python3 "$TESTS/clients/missing_program.py"
    same output "no such program" "$said"
    same processes "unknown null" "$(query '.processes[] | "\(.exit) \(.status)"')"
    expect_resource context 1 1
    expect_findings
}

@test "posix_spawn: the child is audited" {
    whole_run odd-forks spawn
    expect_processes "exited 0 3" "exited 0 1"
    expect_findings "error context-leak context 1"
    expect_stack context-leak context acquired open_context leak_own main
}

# Without the page under MADV_WIPEONFORK the child wrote into its parent's trace.
@test "a raw clone, of which no handler tells: the child has its own trace" {
    whole_run odd-forks clone
    expect_processes "exited 0 2" "exited 0 2"
    expect_findings "error context-leak context 1" "warning fork-use context 1"
    expect_stack context-leak context acquired open_context leak_own raw_clone main
    expect_stack fork-use context acquired open_context raw_clone main
    expect_stack fork-use context misused count_readers raw_clone main
}

@test "daemon(3): the parent's end is unknown, and the daemon has its context" {
    whole_run odd-forks daemon
    same output "released by the daemon" "$said"
    expect_processes "unknown null 1" "exited 0 2"
    expect_findings "note fork-use context 1"
    expect_stack fork-use context acquired open_context become_daemon main
    expect_stack fork-use context misused close_context become_daemon main
    whole_run odd-forks daemon-first
    same output "established by the daemon" "$said"
    expect_processes "exited 0 3"
    expect_findings
}

@test "a trace found afterwards: how the process ended is unknown" {
    report=$BATS_TEST_TMPDIR/report.json
    run -0 "$SCARDAUDIT" report --json "$report" "$(one_trace ending kill)"
    expect_held note 1
    same end unknown "$(query '.processes[0].exit')"
}

@test "a trace of a process that still runs" {
    traces=$BATS_TEST_TMPDIR/traces
    mkdir "$traces"
    LD_PRELOAD=$SCARDAUDIT_LIB SCARDAUDIT_OPTIONS="dir=$traces:at_exit=none" \
        "$TEST_PROGRAMS/kill-victim" "$BATS_TEST_TMPDIR/journal" 1 3>&- &
    local victim=$! i seen=
    for ((i = 0; i < 500; i++)); do
        seen=$(tr -d '\0' <"$BATS_TEST_TMPDIR/journal" 2>/dev/null | head -c 5)
        [ "$seen" = SCard ] && break
        sleep 0.01
    done
    kill -STOP "$victim"
    report=$BATS_TEST_TMPDIR/report.json
    "$SCARDAUDIT" report --json "$report" "$traces"/*.trace
    kill -KILL "$victim"
    wait "$victim" || true
    same journal SCard "$seen"
    same end running "$(query '.processes[0].exit')"
    same errors 0 "$(query '.summary.error')"
    [ "$(query '.processes[0].calls')" -gt 0 ]
}

@test "SIGKILL at 200 random moments: nothing that returned is missing" {
    local kills=200
    [ -z "${SCARDAUDIT_LONG:-}" ] || kills=2000
    "$PYTHON" "$TESTS/kill-loop.py" --count $kills --threads 2 "$BATS_TEST_TMPDIR"
}
