#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016 # the variables in quotes are those of another shell
# shellcheck disable=SC2030,SC2031 # each test is a subshell, and starts its own program
# shellcheck disable=SC2154 # stderr is set by run --separate-stderr
#
# live: what a running process holds, what came and went, and what it says of processes that are
# none of its own.

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
    traces=$BATS_TEST_TMPDIR/traces
    mkdir "$traces"
    holder=
    watcher=
}

teardown()
{
    local pid
    for pid in $watcher $holder; do
        kill -KILL "$pid" 2>/dev/null || :
        wait "$pid" 2>/dev/null || :
    done
}

# hold COMMAND...: start the program that holds things, or go on with it; each is done when this
# returns. Its pid is in $holder.
hold()
{
    if [ -z "$holder" ]; then
        mkfifo "$BATS_TEST_TMPDIR/in" "$BATS_TEST_TMPDIR/out"
        LD_PRELOAD=$SCARDAUDIT_LIB SCARDAUDIT_OPTIONS="dir=$traces:at_exit=none" \
            "$TEST_PROGRAMS/holding" \
            <"$BATS_TEST_TMPDIR/in" >"$BATS_TEST_TMPDIR/out" 3>&- &
        holder=$!
        exec {to_holder}>"$BATS_TEST_TMPDIR/in" {from_holder}<"$BATS_TEST_TMPDIR/out"
    fi
    local command
    for command; do
        echo "$command" >&"$to_holder"
        read -r -t 30 answer <&"$from_holder" || die "no answer to $command"
    done
}

# end_holder COMMAND: it ends by this one, and is waited for
end_holder()
{
    echo "$1" >&"$to_holder"
    wait "$holder" || :
}

# live [OPTION...] OPERAND: its output, which must come without a word on stderr
live()
{
    run -0 --separate-stderr timeout -s KILL 60 "$SCARDAUDIT" live "$@"
    same stderr "" "$stderr"
}

# expect_kinds "KIND: N held"...: these and no others are in $output
expect_kinds()
{
    same "what is held" "$(printf '%s\n' "$@")" "$(grep -E '^[a-z-]+: ' <<<"$output" |
        grep -v '^scardaudit: ')"
}

# told KIND: what $output has of it, without numbers that differ from run to run
told()
{
    sed -n "/^$1: /,/^\$/p" <<<"$output" | sed -E '/^$/d
        /^[a-z]/!s/[0-9.]+ (s|bytes)/N \1/g; s/\(\/[^)]*\/([^/)]*):[0-9]+\)/(\1:N)/'
}

# await PATTERN: until what the watcher has said matches
await()
{
    local i
    for ((i = 0; i < 600; i++)); do
        grep -qE -- "$1" "$BATS_TEST_TMPDIR/watched" && return
        sleep 0.05
    done
    cat "$BATS_TEST_TMPDIR/watched"
    die "not said: $1"
}

# watch OPERAND: starts live --watch and waits for its first look
watch()
{
    "$SCARDAUDIT" live --watch "$1" >"$BATS_TEST_TMPDIR/watched" \
        2>"$BATS_TEST_TMPDIR/watched.err" 3>&- &
    watcher=$!
    await '^scardaudit: '
}

# expect_watch_ended: by itself, with status 0 and nothing on stderr
expect_watch_ended()
{
    local i
    for ((i = 0; i < 600; i++)); do
        kill -0 "$watcher" 2>/dev/null || break
        sleep 0.05
    done
    [ $i -lt 600 ] || die "it still watches"
    wait "$watcher"
    watcher=
    same stderr "" "$(cat "$BATS_TEST_TMPDIR/watched.err")"
    output=$(cat "$BATS_TEST_TMPDIR/watched")
}

# last_look: the last one of what was watched
last_look()
{
    tac <<<"$output" | sed '/^scardaudit: .* audited call/q' | tac
}

# ---- what is held --------------------------------------------------------------------------------

@test "what is held is told by kind and place, the largest first" {
    hold context context card block elsewhere
    live "$holder"
    expect_kinds "context: 3 held" "card-handle: 1 held" "autoallocate: 1 held"
    [[ $output == "scardaudit: $TEST_PROGRAMS/holding (pid $holder): watched for "*" s, 5 audited calls"* ]]
    same "two from one place, and one of another thread" "context: 3 held
  2, the oldest for N s, the newest for N s
  acquired by SCardEstablishContext, thread 1 (holding), at N s
    #0 open_context (card.h:N)
    #1 hold_context (holding.c:N)
    #2 obey (holding.c:N)
    #3 main (holding.c:N)
  1, for N s
  acquired by SCardEstablishContext, thread 2 (helper), at N s
    #0 open_context (card.h:N)
    #1 hold_elsewhere (holding.c:N)" "$(told context)"
    same "a block" "autoallocate: 1 held
  1, N bytes, for N s
  allocated by SCardListReaders, thread 1 (holding), at N s
    #0 list_readers (card.h:N)
    #1 obey (holding.c:N)
    #2 main (holding.c:N)" "$(told autoallocate)"
    # the process is neither stopped nor asked
    hold free
    live "$holder"
    expect_kinds "context: 3 held" "card-handle: 1 held"
}

@test "what was given back is not held" {
    hold context block free release
    live "$holder"
    expect_kinds
    [[ $output == *$'\nnothing is held' ]]
    # a card handle ends with its context, a block does not
    hold context card block release
    live "$holder"
    expect_kinds "autoallocate: 1 held"
}

@test "by the name of the trace, also when the process has ended" {
    hold context
    live "$traces"/*.trace
    expect_kinds "context: 1 held"
    [[ $output == *": watched for "* && $output == *$'\n  1, for '* ]]
    hold context
    end_holder exit
    live "$traces"/*.trace
    expect_kinds "context: 2 held"
    [[ $output == *": ended by exit with status 0, 2 audited calls"* ]]
    [[ $output == *$'\n  2\n'* ]] # no age
    run -3 --separate-stderr "$SCARDAUDIT" live "$holder"
    same stderr "scardaudit: there is no process $holder" "$stderr"
}

@test "after SIGKILL" {
    hold context card
    end_holder kill
    live "$traces"/*.trace
    expect_kinds "context: 1 held" "card-handle: 1 held"
    [[ $output == *": gone, how it ended is not known, 2 audited calls"* ]]
}

@test "a resource of two libraries is held once" {
    local trace
    trace=$(one_trace winpr/handle-leak)
    live "$trace"
    expect_kinds "context: 1 held" "card-handle: 1 held"
}

@test "blocks that were marked" {
    local trace
    export report=$BATS_TEST_TMPDIR/report.json
    trace=$(one_trace rpc/sm/environment-leak)
    run -0 "$SCARDAUDIT" report --json "$report" "$trace"
    live "$trace"
    expect_kinds "rpc-environment: 1 held" "rpc-block: $(query '[.resources[]
        | select(.kind == "rpc-block").live] | add') held"
    [[ $output == *", $(field rpc-deferred-leak count) marked to be released with the environment"* ]]
    [[ $output == *"  enabled by RpcSmEnableAllocate"* ]]
}

@test "kinds of RPC, WTS and LSA, and how they came about" {
    local trace kinds=
    for trace in rpc-leaks wts-leaks lsa-leaks; do
        live "$TESTS/golden/$trace.trace"
        kinds+=$(sed -nE 's/^([a-z-]+): [0-9]+ held$/\1/p
            s/^  (.*) by ([A-Za-z]+), thread .*/\1 \2/p' <<<"$output" | uniq)$'\n'
    done
    same kinds "rpc-environment
enabled RpcSmEnableAllocate
rpc-block
allocated RpcSmAllocate
wts-buffer
allocated WTSEnumerateSessionsExA
allocated WTSVirtualChannelQuery
wts-server
acquired WTSOpenServerA
wts-channel
acquired WTSVirtualChannelOpen
wts-notification
acquired WTSRegisterSessionNotification
lsa-section
created CreateSharedMemory
lsa-block
allocated AllocateSharedMemory
lsa-heap-block
allocated AllocateLsaHeap
" "$kinds"
}

@test "a forked child and its parent" {
    hold context fork
    local child=$answer
    live "$holder"
    expect_kinds "context: 1 held"
    [[ $output == *$'\n'"scardaudit: audited below it: $child (holding)"$'\n'* ]]
    live "$child"
    expect_kinds "context: 1 held"
    [[ $output == *"(pid $child): "*", 1 audited call"* ]]
    [[ $output == *$'\n'"scardaudit: what it inherited from process $holder is not shown"$'\n'* ]]
    [[ $output == *" start_child ("* && $output != *" hold_context ("* ]]
}

@test "while it works: each look is whole, and nothing is said of damage" {
    local i
    reader='Virtual PCD 00 00'
    TEST_READER=$reader LD_PRELOAD=$SCARDAUDIT_LIB \
        SCARDAUDIT_OPTIONS="dir=$traces:at_exit=none" \
        "$TEST_PROGRAMS/kill-victim" "$BATS_TEST_TMPDIR/journal" 4 100000000 3>&- &
    holder=$!
    for ((i = 0; i < 600; i++)); do
        compgen -G "$traces/*.trace" >/dev/null && break
        sleep 0.05
    done
    for i in {1..15}; do
        live "$holder"
        [[ $output != *incomplete* ]]
    done
    [[ $output == *$'\ncontext: '* ]]
}

# ---- processes that are not audited, and bad input -----------------------------------------------

@test "run: the process below it is named, and can be looked at" {
    mkfifo "$BATS_TEST_TMPDIR/in" "$BATS_TEST_TMPDIR/out"
    "$SCARDAUDIT" run -- sh -c '"$1"; :' sh "$TEST_PROGRAMS/holding" \
        <"$BATS_TEST_TMPDIR/in" >"$BATS_TEST_TMPDIR/out" 2>/dev/null 3>&- &
    holder=$!
    exec {to_holder}>"$BATS_TEST_TMPDIR/in" {from_holder}<"$BATS_TEST_TMPDIR/out"
    hold context
    run -3 --separate-stderr "$SCARDAUDIT" live "$holder"
    [[ $stderr =~ ^"scardaudit: process $holder ("[a-z-]+") is not audited; below it: "([0-9]+)" (holding)"$ ]]
    local child=${BASH_REMATCH[1]}
    live "$child"
    expect_kinds "context: 1 held"
    # its trace is deleted with the private directory; what was opened stays
    watch "$child"
    end_holder exit
    expect_watch_ended
    output=$(last_look)
    expect_kinds "context: 1 held"
    [[ $output == *": ended by exit with status 0, 1 audited call"* ]]
}

@test "a process that is not audited, or another user's" {
    run -3 --separate-stderr "$SCARDAUDIT" live $$
    same stderr "scardaudit: process $$ ($(cat /proc/$$/comm)) is not audited" "$stderr"
    same stdout "" "$output"
    run -3 --separate-stderr "$SCARDAUDIT" live 4194999
    same stderr "scardaudit: there is no process 4194999" "$stderr"
    # init is root's; root itself looks as nobody, from where that one may read
    local place as_nobody=()
    place=$(mktemp -d)
    chmod 755 "$place"
    cp "$SCARDAUDIT" "$place/scardaudit"
    [ "$(id -u)" != 0 ] || as_nobody=(setpriv --reuid 65534 --clear-groups)
    run -3 --separate-stderr "${as_nobody[@]}" "$place/scardaudit" live 1
    rm -r "$place"
    same stderr "scardaudit: cannot look at process 1: Permission denied" "$stderr"
    run -3 --separate-stderr "$SCARDAUDIT" live --watch $$
    same stderr "scardaudit: process $$ ($(cat /proc/$$/comm)) is not audited" "$stderr"
}

@test "files that are no traces" {
    run -3 --separate-stderr "$SCARDAUDIT" live ./missing.trace
    same stderr "scardaudit: ./missing.trace: No such file or directory" "$stderr"
    echo nonsense >"$BATS_TEST_TMPDIR/nonsense"
    run -3 --separate-stderr "$SCARDAUDIT" live "$BATS_TEST_TMPDIR/nonsense"
    same stderr "scardaudit: $BATS_TEST_TMPDIR/nonsense: not a scardaudit trace: no magic at offset 0x0" \
        "$stderr"
    run -3 "$SCARDAUDIT" live "$BATS_TEST_TMPDIR"
    run -3 timeout -s KILL 20 "$SCARDAUDIT" live --watch /dev/zero
    mkfifo "$BATS_TEST_TMPDIR/fifo"
    run -3 timeout -s KILL 20 "$SCARDAUDIT" live --watch "$BATS_TEST_TMPDIR/fifo"
}

@test "usage" {
    run -2 --separate-stderr "$SCARDAUDIT" live
    [[ $stderr == "scardaudit live: no process or trace given"* ]]
    run -2 --separate-stderr "$SCARDAUDIT" live 1 2
    [[ $stderr == "scardaudit live: one process or trace at a time"* ]]
    run -2 "$SCARDAUDIT" live --json - 1
    run -0 "$SCARDAUDIT" live --help
    [[ $output == *"--watch"* ]]
}

@test "odd names: what is shown is escaped, and the trace is found" {
    traces=$BATS_TEST_TMPDIR/odd$'\n'$'\033''[31m (deleted)'
    mkdir "$traces"
    cp "$TEST_PROGRAMS/holding" "$traces/holding"
    TEST_PROGRAMS=$traces
    hold context
    live "$holder"
    expect_kinds "context: 1 held"
    [[ $output == *'\x1b[31m (deleted)/holding (pid '* && $output != *$'\033'* ]]
}

@test "a damaged trace: what is whole is told, and that it is not all" {
    hold context card
    end_holder exit
    printf x | dd of="$(echo "$traces"/*.trace)" bs=1 seek=4500 conv=notrunc status=none
    run -0 --separate-stderr "$SCARDAUDIT" live "$traces"/*.trace
    [[ $stderr == "scardaudit: $traces/"*" at offset 0x"* ]]
    [[ $output == *$'\n''scardaudit: incomplete: the trace is damaged; what is shown may have been given back'* ]]
}

@test "standard output that is full" {
    hold context
    run -3 bash -c '"$1" live "$2" >/dev/full' bash "$SCARDAUDIT" "$holder"
    [[ $output == *"cannot write standard output"* ]]
    run -3 timeout -s KILL 20 bash -c '"$1" live --watch "$2" >/dev/full' bash "$SCARDAUDIT" "$holder"
}

# ---- --watch -------------------------------------------------------------------------------------

@test "--watch: what came and went, until the process ends" {
    hold context block
    watch "$holder"
    hold context
    await '^context: 2 held \(\+1\)$'
    await '^  2 \(\+1\), the oldest for '
    hold release free
    await '^context: 1 held \(-1\)$'
    await '^autoallocate: 0 held \(-1\)$'
    end_holder exit
    expect_watch_ended
    output=$(last_look)
    [[ $output == *": ended by exit with status 0, 5 audited calls"* ]]
    expect_kinds "context: 1 held"
}

# waits: how often the watcher waited so far
waits()
{
    sed -n 's/^voluntary_ctxt_switches:[[:blank:]]*//p' "/proc/$watcher/status"
}

@test "--watch: a look that shows nothing new is not appended" {
    hold context
    watch "$holder"
    # it waits before each look: let it make some that have no news
    local i waited
    waited=$(waits)
    for ((i = 0; i < 600; i++)); do
        [ "$(waits)" -le $((waited + 2)) ] || break
        sleep 0.05
    done
    hold context
    await '\(\+1\)$'
    same looks 2 "$(grep -c 'audited call' "$BATS_TEST_TMPDIR/watched")"
}

@test "--watch: until SIGKILL" {
    hold context
    watch "$holder"
    kill -KILL "$holder"
    wait "$holder" || :
    expect_watch_ended
    output=$(last_look)
    [[ $output == *": gone, how it ended is not known, 1 audited call"* ]]
    expect_kinds "context: 1 held"
}

@test "--watch: until SIGINT" {
    hold context
    watch "$holder"
    kill -INT "$watcher"
    expect_watch_ended
    kill -0 "$holder"
}

@test "--watch: until the process becomes another program" {
    hold context
    watch "$holder"
    echo exec >&"$to_holder"
    expect_watch_ended
    output=$(last_look)
    [[ $output == *": ended by exec, 1 audited call"* ]]
    kill -0 "$holder"
}

@test "--watch: an audited program that the process becomes is watched from then on" {
    hold context context
    watch "$holder"
    echo again >&"$to_holder"
    hold context
    await '^context: 1 held$'
    hold context
    await '^context: 2 held \(\+1\)$'
    end_holder exit
    expect_watch_ended
    output=$(last_look)
    [[ $output == *": ended by exit with status 0, 2 audited calls"* ]]
}

@test "--watch: of a trace, and of one that has ended" {
    hold context
    watch "$(echo "$traces"/*.trace)"
    hold context
    await '^context: 2 held \(\+1\)$'
    end_holder _exit
    expect_watch_ended
    live --watch "$traces"/*.trace
    same looks 1 "$(grep -c 'audited call' <<<"$output")"
    [[ $output == *": ended by _exit with status 0, 2 audited calls"* ]]
}

@test "--watch: on a terminal each look takes the place of the one before" {
    hold context context card block elsewhere
    run -0 timeout -s KILL 60 "$PYTHON" - "$SCARDAUDIT" "$holder" <<'END'
import fcntl
import os
import pty
import struct
import sys
import termios

program, pid = sys.argv[1:]
child, terminal = pty.fork()
if child == 0:
    os.environ["TERM"] = "xterm"
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 8, 200, 0, 0))
    os.execv(program, [program, "live", "--watch", pid])
said = b""
while said.count(b"\033[H\033[2J") < 3:
    said += os.read(terminal, 65536)
os.write(terminal, b"\003")
try:
    while True:
        said += os.read(terminal, 65536)
except OSError:
    pass
looks = said.decode().split("\033[H\033[2J")[1:]
for look in looks[:2]:
    lines = look.replace("\r", "").splitlines()
    assert len(lines) == 7, lines
    assert lines[0].startswith("scardaudit: "), lines
    assert lines[-1].startswith("... ") and lines[-1].endswith(" more lines"), lines
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
END
}
