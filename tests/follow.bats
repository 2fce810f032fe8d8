#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2030,SC2031 # each test is a subshell, and sets its own report
# shellcheck disable=SC2016 # the variables in quotes are gojq's own
#
# Programs that are started with another environment: `scardaudit run` follows them, and where they
# are not followed the report says so. `starting` starts `started`, which leaks a context and prints
# its arguments and environment; both use a stand-in for libpcsclite, because a socket named in the
# environment would be wiped with it. Each test says how it was seen to fail without our answer.

load helpers

EXEC="execl execlp execle execv execvp execvpe execve fexecve execveat"
SPAWN="posix_spawn posix_spawnp"
ARGUMENTS="argument one
argument two
argument 
argument four 4
argument five
argument six"
EMPTIED="KEEP=kept
EMPTY="
MESSAGE='a program was started without the audit, because its environment was replaced: what it did was not seen; `scardaudit run` follows it (not with --no-follow, nor what system() or popen() starts)'

setup_file()
{
    need_tools
}

setup()
{
    programs=$(dirname "$TEST_PROGRAMS")/robustness
    starting=$programs/starting
    started=$programs/started
    traces=$BATS_TEST_TMPDIR/traces
    report=$BATS_TEST_TMPDIR/report.json
    export SCARDAUDIT_RUN_ID=followed
}

# under_run [OPTION...] PROGRAM [ARG...]: traces and values are the same each time; prints what
# the program prints, and leaves the report
under_run()
{
    rm -rf "$traces"
    timeout -s KILL 60 "$SCARDAUDIT" run --dir "$traces" --json "$report" "$@"
}

# bare PROGRAM [ARG...]: with the bare preload, and judged
bare()
{
    local status=0
    rm -rf "$traces"
    mkdir "$traces"
    LD_PRELOAD=${library:-$SCARDAUDIT_LIB} \
        SCARDAUDIT_OPTIONS="dir=$traces:at_exit=none${options:+:$options}" \
        timeout -s KILL 60 "$@" || status=$?
    "$SCARDAUDIT" report --json "$report" "$traces"
    return $status
}

OURS='^(LD_PRELOAD|LD_AUDIT|GLIBC_TUNABLES|SCARDAUDIT_OPTIONS|SCARDAUDIT_RUN_ID)='

# the variables that a program under run has of us, in the order in which they are added
variables_of_run()
{
    under_run env 2>/dev/null | grep -E "$OURS" | sort
}

blind_spots()
{
    query '[.processes[].blind_spots[] | select(.code == "no-follow").message] | unique | .[]'
}

# expect_followed WHAT WANTED FOUND: that was printed, and the leak is found
expect_followed()
{
    same "$1" "$2" "$3" || return 1
    expect_findings "error context-leak context 1" || die "$1" || return 1
    expect_stack context-leak context acquired leak_in_started main || return 1
    same "blind spots of $1" "" "$(blind_spots)"
}

# expect_lost WHAT WANTED FOUND: that was printed, no leak is found, and it is said why
expect_lost()
{
    same "$1" "$2" "$3" || return 1
    expect_findings || die "$1" || return 1
    same "blind spots of $1" "$MESSAGE" "$(blind_spots)"
}

# followed_from PLACE: by each function, from there
followed_from()
{
    local function ours
    ours=$(variables_of_run)
    for function in $EXEC $SPAWN; do
        expect_followed "$function in $1" "$ARGUMENTS
$EMPTIED
$ours" "$(under_run "$starting" "$function" "$1" emptied "$started")" || return 1
        expect_lost "$function in $1, --no-follow" "$ARGUMENTS
$EMPTIED" "$(under_run --no-follow "$starting" "$function" "$1" emptied "$started")" || return 1
    done
}

# without follow=1: no leak was found; without the exec mark's value: no blind spot
@test "each exec function and posix_spawn, from the main program" {
    followed_from main
}

# without follow=1: no leak was found; with a private page: no blind spot
@test "the same in a fork child" {
    followed_from fork
}

# without follow=1: no leak was found; without the record at the end: no blind spot
@test "the same in a vfork child" {
    followed_from vfork
}

# as from the main program
@test "the same in a thread" {
    followed_from thread
}

# with NULL handed on: the child had no variables
@test "no environment at all; fexecve refuses it" {
    local function ours
    ours=$(variables_of_run)
    for function in execl execve execle execveat posix_spawn; do
        expect_followed "$function" "$ARGUMENTS
$ours" "$(under_run "$starting" "$function" main none "$started")"
    done
    same fexecve "failed: Invalid argument" \
        "$(under_run "$starting" fexecve main none "$started")"
}

# with pointers kept instead of copies: nothing was handed on
@test "the environment was overwritten in place" {
    local function ours
    ours=$(variables_of_run)
    for function in execv execve posix_spawn; do
        expect_followed "$function" "$ARGUMENTS
$EMPTIED
$ours" "$(under_run "$starting" "$function" main overwritten "$started")"
    done
}

# without our entry in front: not followed
@test "LD_PRELOAD names other libraries: ours comes first, theirs stay" {
    local function ours
    ours=$(variables_of_run)
    for function in execv execve posix_spawn; do
        expect_followed "$function" "$ARGUMENTS
FIRST=1
$(grep ^LD_PRELOAD= <<<"$ours"):libm.so.6 libdl.so.2
LAST=1
$(grep -v ^LD_PRELOAD= <<<"$ours")" \
            "$(under_run "$starting" "$function" main other-preload "$started")"
    done
}

# with the whole list kept: libm came back
@test "what the user preloads is the program's to drop" {
    local function
    for function in execv execve posix_spawn; do
        LD_PRELOAD=libm.so.6 under_run "$starting" "$function" main emptied "$started" \
            >"$BATS_TEST_TMPDIR/output"
        [ "$(grep -c libscardaudit.so "$BATS_TEST_TMPDIR/output")" -ge 1 ]
        same libm "" "$(grep libm.so.6 "$BATS_TEST_TMPDIR/output")"
    done
}

# with our entry alone kept: libm was gone
@test "what stands before us in LD_PRELOAD, as libasan has to, stays there" {
    library=libm.so.6:$SCARDAUDIT_LIB:libdl.so.2
    same LD_PRELOAD "LD_PRELOAD=libm.so.6:$SCARDAUDIT_LIB" "$(
        options=follow=1 bare "$starting" execve fork emptied "$started" | grep ^LD_PRELOAD=
    )"
}

# with all variables added: the others were there twice
@test "LD_PRELOAD alone is missing: it alone is added" {
    same variables "$(variables_of_run)" \
        "$(under_run "$starting" execve main without-preload "$started" |
            grep -E "$OURS" | sort)"
    expect_findings "error context-leak context 1"
}

# with ours added to them: the run id was refused
@test "options and a run id of the program's own stay" {
    local output
    output=$(under_run "$starting" execve main own-values "$started")
    grep -qx SCARDAUDIT_RUN_ID=own <<<"$output"
    grep -q '^SCARDAUDIT_OPTIONS=.*:depth=7$' <<<"$output"
    same ids 1 "$(grep -c ^SCARDAUDIT_RUN_ID= <<<"$output")"
    run -0 "$SCARDAUDIT" report --run own --json "$report" "$traces"
    expect_findings "error context-leak context 1"
}

# with the bare preload completing: more variables
@test "nothing is missing, or nobody follows: arguments and environment are as they were" {
    local function environment
    for function in $EXEC $SPAWN; do
        same "$function, complete" \
            "$(under_run "$starting" execve main as-it-is "$started")" \
            "$(under_run "$starting" "$function" main as-it-is "$started")"
        for environment in emptied other-preload many; do
            "$starting" "$function" fork "$environment" "$started" >"$BATS_TEST_TMPDIR/plain"
            bare "$starting" "$function" fork "$environment" "$started" >"$BATS_TEST_TMPDIR/bare"
            cmp "$BATS_TEST_TMPDIR/plain" "$BATS_TEST_TMPDIR/bare"
        done
    done
}

# without the record at the end: no blind spot
@test "the bare preload names programs that it lost" {
    local function place
    for place in main fork vfork thread; do
        for function in execl execve $SPAWN; do
            expect_lost "$function in $place" "$ARGUMENTS
$EMPTIED" "$(bare "$starting" "$function" "$place" emptied "$started")"
        done
    done
    run -0 "$SCARDAUDIT" report "$traces"
    grep -qF "Blind spot: $MESSAGE" <<<"$output"
}

# without taking back: a program that never started was called unaudited
@test "nothing started: errno is the real one, and no program is missed" {
    local function place plain program
    touch "$BATS_TEST_TMPDIR/not-executable"
    for program in /nonexistent/program "$BATS_TEST_TMPDIR" "$BATS_TEST_TMPDIR/not-executable"; do
        for place in main fork vfork; do
            for function in $EXEC $SPAWN; do
                plain=$("$starting" "$function" "$place" emptied "$program" || true)
                grep -q '^failed: ' <<<"$plain"
                same "$function in $place" "$plain" \
                    "$(under_run "$starting" "$function" "$place" emptied "$program" || true)"
                same "blind spots of $function in $place" "" "$(blind_spots)"
                same "bare $function in $place" "$plain" \
                    "$(bare "$starting" "$function" "$place" emptied "$program" || true)"
                same "blind spots of bare $function in $place" "" "$(blind_spots)"
            done
        done
    done
}

# with execve instead of execvpe: Exec format error
@test "a script without #!: what runs it, and what refuses it" {
    local function plain script=$BATS_TEST_TMPDIR/script
    printf 'for argument; do echo "argument $argument"; done\nexec %q\n' "$started" >"$script"
    chmod +x "$script"
    for function in $EXEC $SPAWN; do
        plain=$("$starting" "$function" main emptied "$script" || true)
        same "$function" "$plain" "$(under_run "$starting" "$function" main emptied "$script" |
            grep -vE "$OURS" || true)"
        case $function in
        execlp | execvp | execvpe)
            grep -q '^argument four 4$' <<<"$plain"
            expect_findings "error context-leak context 1"
            ;;
        *) same "$function" "failed: Exec format error" "$plain" ;;
        esac
    done
}

# the same: the name was taken for a path and not found
@test "PATH is that of the caller" {
    local function
    for function in execvpe posix_spawnp; do
        PATH=$programs:$PATH under_run "$starting" "$function" fork emptied started >/dev/null
        expect_followed "$function" "" ""
    done
    # these hand on the environment in which they look for PATH
    for function in execlp execvp; do
        same "$function" "failed: No such file or directory" "$(PATH=$programs:$PATH \
            under_run "$starting" "$function" main emptied started || true)"
    done
}

# with an array of fixed length: SIGSEGV
@test "5,000 variables" {
    local function i
    {
        echo "$ARGUMENTS"
        for ((i = 0; i < 5000; i++)); do
            echo "V$i=$((i % 10))"
        done
        variables_of_run
    } >"$BATS_TEST_TMPDIR/wanted"
    for function in execl execve posix_spawn; do
        under_run "$starting" "$function" main many "$started" >"$BATS_TEST_TMPDIR/output"
        cmp "$BATS_TEST_TMPDIR/wanted" "$BATS_TEST_TMPDIR/output"
        expect_followed "$function" "" ""
    done
}

# without the question for room: SIGSEGV
@test "no room on the stack: started as it is, and said" {
    local function
    for function in $EXEC $SPAWN; do
        under_run "$starting" "$function" small-thread many "$started" >"$BATS_TEST_TMPDIR/output"
        same "$function" 5006 "$(wc -l <"$BATS_TEST_TMPDIR/output")"
        same "blind spots of $function" "$MESSAGE" "$(blind_spots)"
    done
}

# ld.so complained on the child's stderr of a library that cannot be preloaded
@test "our library is gone: started as it is, and said" {
    library=$BATS_TEST_TMPDIR/libscardaudit.so
    for function in execve execl posix_spawn; do
        cp "$SCARDAUDIT_LIB" "$library"
        expect_lost "$function" "$ARGUMENTS
$EMPTIED" "$(options=follow=1 bare "$starting" "$function" main library-gone "$started" 2>&1)"
    done
}

# without counting them: no blind spot
@test "system and popen start their shell inside libc: said" {
    local function
    for function in system popen; do
        under_run "$starting" "$function" main emptied "$started" >"$BATS_TEST_TMPDIR/output"
        grep -qx KEEP=kept "$BATS_TEST_TMPDIR/output"
        same "blind spots of $function" "$MESSAGE" "$(blind_spots)"
        under_run "$starting" "$function" main as-it-is "$started" >/dev/null
        expect_followed "$function" "" ""
    done
}

# without follow=1: nothing was audited
@test "env -i, and a shell below it" {
    under_run env -i "$started" >/dev/null
    expect_followed env "" ""
    under_run env -i sh -c "exec $started" >/dev/null
    expect_followed shell "" ""
    under_run sh -c "env -i $started; exit 0" >/dev/null
    expect_followed "shell's child" "" ""
    run -0 under_run --no-follow env -i "$started"
    same calls 0 "$(query '[.processes[].calls] | add // 0')"
}

# the same: CPython calls execve in a vfork child, or posix_spawn
@test "Python: subprocess and os.posix_spawn without environment" {
    local code
    for code in "subprocess.run([p], env={})" \
        "subprocess.run([p], env={}, close_fds=False)" \
        "subprocess.run([p], env={}, preexec_fn=lambda: None)" \
        "os.waitpid(os.posix_spawn(p, [p], {}), 0)" \
        "os.execve(p, [p], {})"; do
        under_run "$PYTHON" -c "import os, subprocess, sys; p = sys.argv[1]; $code" "$started" \
            >/dev/null
        expect_followed "$code" "" ""
    done
}

# with ours added to the inner one's values: nothing was audited
@test "run within run: the inner one has the findings, followed or not" {
    local inner=$BATS_TEST_TMPDIR/inner.json outer=$report wrap
    for wrap in "" "env -i"; do
        # shellcheck disable=SC2086 # empty: no word
        under_run $wrap "$SCARDAUDIT" run --json "$inner" -- \
            "$starting" execve fork emptied "$started" >/dev/null
        report=$inner
        expect_followed "inner" "" ""
        report=$outer
        same "calls of the outer one" 0 "$(query '[.processes[].calls] | add // 0')"
        # shellcheck disable=SC2086
        under_run $wrap "$SCARDAUDIT" run --no-follow --json "$inner" -- \
            "$starting" execve fork emptied "$started" >/dev/null
        report=$inner
        expect_lost "inner, --no-follow" "" ""
        report=$outer
    done
}

# with empty traces kept: a file
@test "a child without audited calls leaves no file and says nothing" {
    run -2 under_run env -i "$starting"
    same traces "" "$(ls "$traces")"
    same output "$NOTHING_AUDITED" "$output"
}
