#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# The report of the bare preload when the program ends: what it says, and that the program ends as
# it would without. Unless said otherwise "fails without" names the function of
# preload/supervisor.c that was left out, and what happened.

load helpers

setup_file()
{
    start_pcscd
}

teardown_file()
{
    stop_pcscd
}

setup()
{
    cd "$BATS_TEST_TMPDIR" || return
}

# bare [OPTIONS] COMMAND...: with the bare preload, traces and all where we are
bare()
{
    local options=
    if [[ $1 == *=* ]]; then
        options=$1
        shift
    fi
    env LD_PRELOAD="$SCARDAUDIT_LIB" SCARDAUDIT_OPTIONS="$options" timeout -s KILL 60 "$@"
}

# last_moments MODE [SEVERITY]: plain and bare end alike, and the leak is told on stderr
last_moments()
{
    local program=$TEST_PROGRAMS/last-moments severity=${2:-ERROR} plain=0 bare=0
    timeout -s KILL 60 "$program" "$1" >plain.out 2>plain.err </dev/null || plain=$?
    bare "$program" "$1" >bare.out 2>bare.err </dev/null || bare=$?
    same "status unaudited" 7 "$plain"
    same "status" 7 "$bare"
    same "output" "$(<plain.out)" "$(<bare.out)"
    grep -q "^$severity context-leak: SCARDCONTEXT established by open_context()" bare.err ||
        die "no report: $(<bare.err)" || return 1
    same "own messages" "" "$(grep '^scardaudit: ' bare.err |
        grep -vE '^scardaudit: ([^ ]*/last-moments \(pid |[0-9]+ errors?, )')"
}

@test "the report is on stderr, names the trace, and the status is the program's" {
    last_moments plain
    grep -qE '^scardaudit: .*/last-moments \(pid [0-9]+\): exited with 7, 1 audited call$' bare.err
    grep -q '^    #0 open_context (.*card.h:' bare.err
    grep -q '^    #1 leak (.*last-moments.c:' bare.err
    grep -q '^scardaudit: 1 error, 0 warnings, 0 notes$' bare.err
    local trace
    trace=$(sed -n 's/^trace: //p' bare.err)
    same trace "$(echo "$PWD"/scardaudit.last-moments.*.trace)" "$trace"
    # cut to what was used; it can be judged again as the report says
    [ "$(stat -c %s "$trace")" -lt 100000 ]
    run -0 "$SCARDAUDIT" report "$trace"
    grep -q '^ERROR context-leak' <<<"$output"
}

@test "a clean program hears that it is clean" {
    run -0 --separate-stderr bare "$TEST_PROGRAMS/clean"
    grep -q '^scardaudit: no findings: 1 context, 1 card handle, 1 transaction, 1 block, all released$' \
        <<<"$stderr"
}

@test "a program without audited calls: no word, no file, its own status" {
    run -0 --separate-stderr bare /bin/echo hello
    same output hello "$output"
    same stderr "" "$stderr"
    run -3 --separate-stderr bare bash -c 'exit 3'
    same stderr "" "$stderr"
    # linked to libpcsclite, but without a call
    run -0 --separate-stderr bare pcsc_scan -V
    same stderr "" "$(grep scardaudit <<<"$stderr")"
    same files "" "$(ls ./*.trace 2>/dev/null)"
}

@test "main returns while workers go on on what destructors unmap" {
    # fails without: a handler that waits half a second instead of becoming the supervisor: SIGSEGV
    for _ in 1 2 3 4 5; do last_moments workers; done
}

@test "exit() on another thread" {
    last_moments another-thread
}

@test "exit() in a signal handler" {
    last_moments handler
}

@test "timers are running whose signals are fatal" {
    # fails without: stop_timers and silence_signals: killed by SIGALRM
    last_moments timers
}

@test "fatal signals are pending, blocked" {
    # fails without: silence_signals: killed by SIGUSR2
    last_moments pending
}

@test "SIGCHLD is ignored, or a child ends at the same time" {
    # fails without: SIGCHLD back to its default in the supervisor: the child is reaped unseen
    last_moments ignored-child
    last_moments child
}

@test "an exit handler calls exit()" {
    last_moments nested
    grep -q 'exited with 7' bare.err
}

@test "limits that the program set itself" {
    # fails without: lift_limits: no descriptor is left to look for the supervisor
    last_moments limits
}

@test "an environment that cannot be read" {
    # fails without: an environment of our own: EFAULT, no report
    last_moments damaged-environment
}

@test "another directory; file names are relative to where the program started" {
    last_moments elsewhere
    run -7 --separate-stderr bare json=r.%p.json:text=r.txt "$TEST_PROGRAMS/last-moments" elsewhere
    grep -q '^ERROR context-leak' r.txt
    report=$(echo r.[0-9]*.json)
    expect_findings "error context-leak context 1"
    same report "r.$(query '.processes[0].pid').json" "$report"
    same summary "scardaudit: 1 error, 0 warnings, 0 notes, to be read in $PWD/r.txt" "$stderr"
}

@test "a status beyond 255 is cut as the kernel cuts it" {
    last_moments large-status
    grep -q 'exited with 7' bare.err
}

@test "_exit and quick_exit: warnings; what was not flushed is lost as before" {
    last_moments _exit WARNING
    grep -q 'ended by _exit(7)' bare.err
    last_moments quick_exit WARNING
    grep -q 'ended by quick_exit(7)' bare.err
    same "stdout" "" "$(<bare.out)"
}

@test "buffered output, and the offset of a file on stdin" {
    # fails without: fcloseall: the output is lost, and the next reader starts behind what was read
    # ahead
    printf '12\n34\n56\n' >input
    {
        "$TEST_PROGRAMS/last-moments" buffered || true
        cat
    } <input >plain.out
    {
        bare "$TEST_PROGRAMS/last-moments" buffered 2>bare.err || true
        cat
    } <input >bare.out
    same output 'read 12
no newline34
56' "$(<plain.out)"
    same output "$(<plain.out)" "$(<bare.out)"
    # to a pipe
    same piped "$("$TEST_PROGRAMS/last-moments" buffered <input | cat)" \
        "$(bare "$TEST_PROGRAMS/last-moments" buffered <input 2>/dev/null | cat)"
}

@test "nobody reads the output: SIGPIPE as without" {
    # fails without: fcloseall: status 7
    local pre status
    for pre in '' "$SCARDAUDIT_LIB"; do
        rm -f "$BATS_TEST_TMPDIR/closed"
        status=$(
            {
                for ((i = 0; i < 1000; i++)); do
                    [ ! -e "$BATS_TEST_TMPDIR/closed" ] || break
                    sleep 0.01
                done
                LD_PRELOAD=$pre SCARDAUDIT_OPTIONS=at_exit=summary "$TEST_PROGRAMS/last-moments" \
                    buffered <<<12
                echo $? >&3
            } 3>"$BATS_TEST_TMPDIR/status" 2>/dev/null | {
                exec <&-
                touch "$BATS_TEST_TMPDIR/closed"
            }
            cat "$BATS_TEST_TMPDIR/status"
        )
        same "status with '$pre'" 141 "$status"
    done
}

@test "descriptors closed, or 2 another file: no byte where it does not belong" {
    # fails without: arrange_descriptors: the report in the program's file
    run -7 --separate-stderr bare text=report.txt "$TEST_PROGRAMS/last-moments" closed
    same stderr "" "$stderr"
    grep -q '^ERROR context-leak' report.txt
    run -7 --separate-stderr bare "$TEST_PROGRAMS/last-moments" other-stderr
    same stderr "" "$stderr"
    same "the program's file" "" "$(<not-stderr)"
    # the trace tells what could not be said
    run -0 "$SCARDAUDIT" report "$(echo scardaudit.last-moments.*.trace | tr ' ' '\n' | tail -1)"
    grep -q '^ERROR context-leak' <<<"$output"
}

@test "parent and child report each for itself" {
    last_moments forked
    same reports 2 "$(grep -c '^ERROR context-leak' bare.err)"
    grep -q 'exited with 3, 1 audited call' bare.err
    grep -q 'exited with 7, 1 audited call' bare.err
}

@test "at_exit=summary and at_exit=none" {
    run -7 --separate-stderr bare at_exit=summary "$TEST_PROGRAMS/last-moments" plain
    [[ $stderr =~ ^"scardaudit: 1 error, 0 warnings, 0 notes, to be read with: scardaudit report $PWD/scardaudit.last-moments."[0-9]+.0.trace$ ]]
    run -7 --separate-stderr bare at_exit=none "$TEST_PROGRAMS/last-moments" plain
    same stderr "" "$stderr"
    run -7 --separate-stderr bare at_exit=none:json=report.json "$TEST_PROGRAMS/last-moments" plain
    same stderr "" "$stderr"
    report=report.json
    expect_findings "error context-leak context 1"
}

@test "exitcode: only where there is an error" {
    run -42 bare exitcode=42 "$TEST_PROGRAMS/last-moments" plain
    run -42 bare exitcode=42:at_exit=none "$TEST_PROGRAMS/last-moments" plain
    run -7 bare exitcode=42 "$TEST_PROGRAMS/last-moments" _exit # a warning
    run -0 bare exitcode=42 "$TEST_PROGRAMS/clean"
    run -7 bare exitcode=256 "$TEST_PROGRAMS/last-moments" plain
    grep -q '^scardaudit: SCARDAUDIT_OPTIONS: exitcode=256 is ignored: it takes a number from 0 to 255$' \
        <<<"$output"
    # a report that could not be made must not look like one without errors
    run -42 bare exitcode=42:suppressions=nowhere.supp "$TEST_PROGRAMS/clean"
    run -42 bare exitcode=42:json=/nonexistent/r "$TEST_PROGRAMS/last-moments" plain
    run -0 bare exitcode=42:json=/nonexistent/r "$TEST_PROGRAMS/clean"
}

@test "mistakes in SCARDAUDIT_OPTIONS: one line each, where something is audited" {
    run -0 --separate-stderr bare depth=0:at_exit=foo:depht=3 /bin/true
    same stderr "" "$stderr"
    run -7 --separate-stderr bare 'at_exit=none:depth=0:at_exit=foo:depht=3:suppressions=default:java:json="a' \
        "$TEST_PROGRAMS/last-moments" plain
    same stderr 'scardaudit: SCARDAUDIT_OPTIONS: depth=0 is ignored: it takes a number from 1 to 256
scardaudit: SCARDAUDIT_OPTIONS: at_exit=foo is ignored: it takes one of text|summary|none
scardaudit: SCARDAUDIT_OPTIONS: depht=3 is ignored: there is no such option
scardaudit: SCARDAUDIT_OPTIONS: java is ignored: it needs a value (one with a colon stands in double quotes)
scardaudit: SCARDAUDIT_OPTIONS: json=a is ignored: the quote is not closed' "$stderr"
    [ ! -e a ]
}

@test "a file that cannot be written: said, and the status stays" {
    run -7 --separate-stderr bare json=/dev/full "$TEST_PROGRAMS/last-moments" plain
    grep -q '^scardaudit: cannot write /dev/full: No space left on device$' <<<"$stderr"
    grep -q '^ERROR context-leak' <<<"$stderr"
    run -7 --separate-stderr bare text=/nonexistent/r "$TEST_PROGRAMS/last-moments" plain
    [[ $stderr =~ ^"scardaudit: cannot write /nonexistent/r: No such file or directory
scardaudit: 1 error, 0 warnings, 0 notes, to be read with: scardaudit report "[^$'\n']*$ ]]
    run -7 --separate-stderr bare text=- "$TEST_PROGRAMS/last-moments" plain
    grep -qF "text=- is ignored: standard output is the program's" <<<"$stderr"
}

@test "a supervisor that is missing or broken: the trace's path, and the status stays" {
    mkdir -p build/.libs
    cp "$SCARDAUDIT_LIB" build/.libs/
    SCARDAUDIT_LIB=$PWD/build/.libs/libscardaudit.so
    echo "no program" >build/scardaudit
    chmod +x build/scardaudit
    run -7 --separate-stderr bare "$TEST_PROGRAMS/last-moments" plain
    [[ $stderr =~ ^"scardaudit: the report is made by: scardaudit report $PWD/scardaudit."[^\ ]*$ ]]
}

@test "memory too short for the report: the status stays" {
    # a hard limit, which cannot be lifted: 20 MB beyond what the traces take
    cat >script <<'END'
ulimit -Hv 40000
LD_PRELOAD=$SCARDAUDIT_LIB SCARDAUDIT_OPTIONS=max_trace_mb=1 exec "$TEST_PROGRAMS/last-moments" plain
END
    run -7 --separate-stderr bash script
    [ -n "$stderr" ]
}

@test "a script of many programs: each tells its own end" {
    cat >script <<'END'
"$TEST_PROGRAMS/last-moments" plain
echo "first $?"
"$TEST_PROGRAMS/clean" >/dev/null
echo "second $?"
END
    run -0 --separate-stderr bare bash script
    same output 'first 7
second 0' "$output"
    grep -q '^scardaudit: 1 error, 0 warnings, 0 notes$' <<<"$stderr"
    grep -q '^scardaudit: no findings: ' <<<"$stderr"
}

@test "the programs of sanitizers keep their last word" {
    # ThreadSanitizer's status comes from an exit handler behind ours; fails without:
    # sca_under_thread_sanitizer: status 0
    local programs
    programs=$(dirname "$TEST_PROGRAMS")/robustness
    run -66 --separate-stderr "$programs/race-tsan"
    run -66 --separate-stderr bare "$programs/race-tsan"
    grep -q 'WARNING: ThreadSanitizer: data race' <<<"$stderr"
    grep -q '^scardaudit: the report is made by: scardaudit report ' <<<"$stderr"
}

@test "run: the program's at-exit options are not used" {
    SCARDAUDIT_OPTIONS=json=own.json:exitcode=42 audit 7 last-moments plain
    expect_findings "error context-leak context 1"
    [ ! -e own.json ]
}

@test "suppressions: a file, one that comes with us, a wrong one" {
    echo 'context-leak leak' >known.supp
    run -7 --separate-stderr bare suppressions=known.supp:exitcode=42 \
        "$TEST_PROGRAMS/last-moments" elsewhere
    grep -q ' 1 suppressed' <<<"$stderr"
    grep -q "^again: scardaudit report --suppressions $PWD/known.supp $PWD/scardaudit" <<<"$stderr"
    run ! grep -q '^ERROR' <<<"$stderr"
    run -7 --separate-stderr bare 'suppressions="default:java"' "$TEST_PROGRAMS/last-moments" plain
    grep -q '^ERROR context-leak' <<<"$stderr"
    run -7 --separate-stderr bare 'suppressions="default:nobody"' \
        "$TEST_PROGRAMS/last-moments" plain
    grep -q '^scardaudit: there is no default of this name; there are default:java, ' <<<"$stderr"
    grep -q '^scardaudit: no report could be made; the trace is ' <<<"$stderr"
}

@test "what a child does to its parent's context is told by its own report" {
    run -0 --separate-stderr bare "$TEST_PROGRAMS/fork-use"
    grep -q '^WARNING fork-use' <<<"$stderr"
}

@test "a program in valgrind: its report and its status" {
    # fails without: sca_under_valgrind: no report of valgrind's, status 0
    need_command valgrind valgrind
    run -9 --separate-stderr bare valgrind -q --leak-check=full --error-exitcode=9 \
        "$(dirname "$TEST_PROGRAMS")/robustness/lost-memory"
    grep -q 'are definitely lost' <<<"$stderr"
    grep -q '^scardaudit: the report is made by: scardaudit report ' <<<"$stderr"
}

@test "hard limits too small for the supervisor: the status stays" {
    # fails without: is_short: the loader of the supervisor ends it with 127
    cat >script <<'END'
ulimit "$1" "$2"
LD_PRELOAD=$SCARDAUDIT_LIB exec "$TEST_PROGRAMS/last-moments" plain
END
    local limit
    for limit in "-v 6000" "-v 12000" "-d 2000"; do
        # shellcheck disable=SC2086 # two words
        run -7 --separate-stderr bash script $limit
        grep -q 'the report is made by: scardaudit report ' <<<"$stderr" ||
            grep -q 'no trace can be written' <<<"$stderr" || die "$limit: $stderr"
    done
}
