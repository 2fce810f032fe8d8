#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2030,SC2031 # each test is a subshell, and sets its own report
# shellcheck disable=SC2154 # stderr and stderr_lines are set by run --separate-stderr
# shellcheck disable=SC2016 # the variables in quotes are gojq's own
#
# The commands run, report and dump: exit status, output, and what they make of bad input.

load helpers

setup_file()
{
    start_pcscd
    # a real trace that the tests only read
    export LEAKY_TRACES=$BATS_FILE_TMPDIR/traces
    mkdir "$LEAKY_TRACES"
    LD_PRELOAD=$SCARDAUDIT_LIB SCARDAUDIT_OPTIONS="dir=$LEAKY_TRACES:at_exit=none" \
        "$TEST_PROGRAMS/leaky" >/dev/null
}

teardown_file()
{
    stop_pcscd
}

setup()
{
    # bats puts files of its own into $BATS_TEST_TMPDIR
    mkdir "$BATS_TEST_TMPDIR/work"
    cd "$BATS_TEST_TMPDIR/work" || return 1
    trace=$(echo "$LEAKY_TRACES"/*.trace)
}

# copy_trace FILE: a trace is sparse up to its limit, and its copy shall be so too
copy_trace()
{
    cp --sparse=always "$trace" "$1"
    chmod 600 "$1"
}

# expect_one_line FILE: what was said is one line on stderr, and it names FILE
expect_one_line()
{
    same "lines on stderr" 1 "${#stderr_lines[@]}"
    [[ $stderr == *"$1"* ]] || die "does not name $1: $stderr"
}

# ---- run -----------------------------------------------------------------------------------------

@test "run: reports to stderr, leaves stdout and the status alone" {
    run -0 --separate-stderr "$SCARDAUDIT" run -- "$TEST_PROGRAMS/leaky"
    same stdout "ATR: 3B 95 13 81 01 80 73 FF 01 00 0B" "$output"
    local word
    for word in context-leak handle-leak autoallocate-leak establish connect_card list_readers \
        leaky.c; do
        [[ $stderr == *"$word"* ]] || die "no $word in the text: $stderr"
    done
    # the private directory is gone, and nothing was left here
    same files "" "$(ls)"
}

@test "run: a clean program" {
    run -0 --separate-stderr "$SCARDAUDIT" run "$TEST_PROGRAMS/clean"
    [[ $output == *"card: 9000"* ]]
    [[ $stderr == *"no findings"* ]]
}

@test "run: the program's own status" {
    run -7 "$SCARDAUDIT" run -- "$TEST_PROGRAMS/ending" exit
    run -137 "$SCARDAUDIT" run -- "$TEST_PROGRAMS/ending" kill
    run -3 "$SCARDAUDIT" run -- sh -c 'exit 3'
}

@test "run: --fail-on" {
    run -23 "$SCARDAUDIT" run --fail-on error -- "$TEST_PROGRAMS/leaky"
    run -0 "$SCARDAUDIT" run --fail-on error -- "$TEST_PROGRAMS/wrong-context"
    run -23 "$SCARDAUDIT" run --fail-on warning -- "$TEST_PROGRAMS/wrong-context"
    run -0 "$SCARDAUDIT" run --fail-on warning -- "$TEST_PROGRAMS/implicit-release"
    run -23 "$SCARDAUDIT" run --fail-on note -- "$TEST_PROGRAMS/implicit-release"
    run -23 "$SCARDAUDIT" run --fail-on warning --strict -- "$TEST_PROGRAMS/implicit-release"
    run -0 "$SCARDAUDIT" run --fail-on note -- "$TEST_PROGRAMS/clean"
    run -7 "$SCARDAUDIT" run --fail-on never -- "$TEST_PROGRAMS/ending" exit
}

@test "run: nothing audited" {
    run -0 --separate-stderr "$SCARDAUDIT" run -- /bin/true
    same "lines on stderr" 1 "${#stderr_lines[@]}"
    run -125 --separate-stderr "$SCARDAUDIT" run --fail-on error -- /bin/true
    run -0 --separate-stderr "$SCARDAUDIT" run --fail-on error --allow-empty -- /bin/true
}

@test "run: a program that cannot be run" {
    run -127 --separate-stderr "$SCARDAUDIT" run -- ./missing
    expect_one_line missing
    : >not-executable
    run -126 --separate-stderr "$SCARDAUDIT" run -- ./not-executable
    expect_one_line not-executable
}

@test "run: --dir keeps the traces" {
    run -0 "$SCARDAUDIT" run --dir kept --text /dev/null -- "$TEST_PROGRAMS/leaky"
    report=report.json
    run -0 "$SCARDAUDIT" report --json "$report" kept
    same errors 3 "$(query .summary.error)"
    same "file mode" 600 "$(stat -c %a kept/*.trace)"
}

@test "run: --keep keeps them and says where" {
    run -0 --separate-stderr "$SCARDAUDIT" run --keep --text /dev/null -- "$TEST_PROGRAMS/leaky"
    local dir
    dir=$(sed -n 's/.*traces are in //p' <<<"$stderr")
    run -0 "$SCARDAUDIT" report "$dir"
    rm -r "$dir"
}

@test "run: arguments are recorded on request only" {
    audit 7 ending exit 1
    same args "3 null" "$(query '.processes[0] | "\(.argc) \(.args)"')"
    run -7 "$SCARDAUDIT" run --record-args --json "$report" -- "$TEST_PROGRAMS/ending" exit 1
    same args "exit 1" "$(query '.processes[0].args[1:] | join(" ")')"
}

@test "run: --depth" {
    run -0 "$SCARDAUDIT" run --depth 1 --json report.json -- "$TEST_PROGRAMS/context-leak"
    report=report.json
    same frames open_context \
        "$(query '[.findings[0].places[0].stacks.acquired.frames[] | select(.inlined | not)
            | .function] | join(" ")')"
}

@test "run: an output that cannot be written is noticed before the program starts" {
    local name
    : >file
    for name in missing/report file/report .; do
        run -125 --separate-stderr "$SCARDAUDIT" run --json "$name" -- touch started
        expect_one_line "$name"
        run -125 --separate-stderr "$SCARDAUDIT" run --text "$name" -- touch started
        expect_one_line "$name"
    done
    run -0 "$SCARDAUDIT" run --json report.json -- "$TEST_PROGRAMS/leaky"
    same files "file report.json" "$(echo *)"
}

@test "run: an output that cannot be written in the end leaves the traces" {
    run -0 --separate-stderr "$SCARDAUDIT" run --json /dev/full -- "$TEST_PROGRAMS/leaky"
    [[ $stderr == *"cannot write /dev/full: No space left on device"* ]]
    local dir
    dir=$(sed -n 's/.*traces are in //p' <<<"$stderr")
    report=report.json
    run -0 "$SCARDAUDIT" report --json "$report" "$dir"
    same errors 3 "$(query .summary.error)"
    rm -r "$dir"
}

@test "run: a --dir that takes no traces is noticed before the program starts" {
    : >file
    local dir
    for dir in file /proc missing/dir; do
        run -125 --separate-stderr "$SCARDAUDIT" run --dir "$dir" -- touch started
        expect_one_line "$dir"
    done
    same files file "$(echo *)"
}

@test "run: the reason for status 23 is on stderr" {
    local counts="scardaudit: 3 errors, 0 warnings, 0 notes: at or above --fail-on error"
    run -23 --separate-stderr "$SCARDAUDIT" run --fail-on error --json report.json \
        -- "$TEST_PROGRAMS/leaky"
    same stderr "$counts" "$stderr"
    run -23 --separate-stderr "$SCARDAUDIT" run --fail-on error --text - -- "$TEST_PROGRAMS/leaky"
    same stderr "$counts" "$stderr"
    run -23 --separate-stderr "$SCARDAUDIT" run --fail-on error -- "$TEST_PROGRAMS/leaky"
    [[ $stderr != *"at or above"* ]]
    run -23 --separate-stderr "$SCARDAUDIT" report --fail-on error --json - "$trace"
    same stderr "$counts" "$stderr"
    run -23 --separate-stderr "$SCARDAUDIT" report --fail-on error "$trace"
    same stderr "" "$stderr"
    run -23 --separate-stderr "$SCARDAUDIT" report --fail-on error --text - "$trace"
    same stderr "" "$stderr"
}

@test "run: processes that live on keep their traces" {
    cat >start <<'END'
journal=$1
"$TEST_PROGRAMS/kill-victim" "$journal" 1 >/dev/null 2>&1 3>&- &
echo $! >pid
for i in $(seq 500); do
    grep -q SCard "$journal" 2>/dev/null && break
    sleep 0.01
done
END
    run -0 --separate-stderr "$SCARDAUDIT" run --json report.json -- sh start journal
    kill -STOP "$(cat pid)"
    report=report.json
    local dir
    dir=$(sed -n 's/^scardaudit: 1 process of this run still runs; its traces stay in //p' \
        <<<"$stderr" | sed 's/: scardaudit report .*//')
    [ -d "$dir" ] || die "no directory said: $stderr"
    run -0 "$SCARDAUDIT" report --json again.json "$dir"
    kill -KILL "$(cat pid)"
    rm -r "$dir"
    same end running "$(query '.processes[0].exit')"
    report=again.json
    same end running "$(query '.processes[0].exit')"
}

# ---- report --------------------------------------------------------------------------------------

@test "report: an output that cannot be written" {
    run -3 --separate-stderr "$SCARDAUDIT" report --json missing/report "$trace"
    expect_one_line missing/report
    run -3 --separate-stderr "$SCARDAUDIT" report --json /dev/full "$trace"
    expect_one_line /dev/full
}

@test "report: text on stdout, the same findings as run" {
    run -0 --separate-stderr "$SCARDAUDIT" report "$trace"
    same stderr "" "$stderr"
    [[ $output == *context-leak* && $output == *handle-leak* && $output == *autoallocate-leak* ]]
    run -23 "$SCARDAUDIT" report --fail-on error "$trace"
    run -0 "$SCARDAUDIT" report "$LEAKY_TRACES"
}

@test "report: --json is what the schema says" {
    local name
    for name in leaky wrong-context-failed cross-thread-free double-release never-established \
        implicit-release error-path-leak fork fork-use clean; do
        audit 0 "$name"
        expect_schema
    done
    audit 137 ending kill 3
    expect_schema
    run -0 "$SCARDAUDIT" run --record-args --json "$report" -- "$TEST_PROGRAMS/clean" 'tw o'
    expect_schema
    run -0 "$SCARDAUDIT" run --json "$report" -- /bin/true
    expect_schema
}

@test "report: --json - and --text - share stdout with nobody" {
    run -0 --separate-stderr "$SCARDAUDIT" report --json - "$trace"
    same stderr "" "$stderr"
    same schema scardaudit-report/1 "$(gojq -r .schema <<<"$output")"
    run -0 --separate-stderr "$SCARDAUDIT" report --json report.json --text report.txt "$trace"
    same stdout "" "$output"
    [ -s report.json ] && [ -s report.txt ]
    run -2 "$SCARDAUDIT" report --json - --text - "$trace"
}

@test "report: several traces are one report" {
    mkdir both
    copy_trace both/scardaudit.one.1.0.trace
    copy_trace both/scardaudit.two.2.0.trace
    report=report.json
    run -0 "$SCARDAUDIT" report --json "$report" both
    same findings 3 "$(query '.findings | length')"
    same counts "2 2 2" "$(query '[.findings[].count] | join(" ")')"
}

@test "report: traces of several runs need a choice" {
    mkdir mixed
    SCARDAUDIT_RUN_ID=first SCARDAUDIT_OPTIONS=dir=mixed:at_exit=none \
        LD_PRELOAD=$SCARDAUDIT_LIB "$TEST_PROGRAMS/leaky" >/dev/null
    SCARDAUDIT_RUN_ID=second SCARDAUDIT_OPTIONS=dir=mixed:at_exit=none \
        LD_PRELOAD=$SCARDAUDIT_LIB "$TEST_PROGRAMS/clean" >/dev/null
    run -3 --separate-stderr "$SCARDAUDIT" report mixed
    [[ $stderr == *first* && $stderr == *second* ]]
    report=report.json
    run -0 "$SCARDAUDIT" report --run second --json "$report" mixed
    expect_findings
    run -0 "$SCARDAUDIT" report --run all --json "$report" mixed
    same processes 2 "$(query '.processes | length')"
    run -3 --separate-stderr "$SCARDAUDIT" report --run third mixed
    expect_one_line "scardaudit: no trace of run third in mixed; there are: "
    [[ $stderr == *": first, second" || $stderr == *": second, first" ]]
}

# ---- dump ----------------------------------------------------------------------------------------

@test "dump: text" {
    run -0 --separate-stderr "$SCARDAUDIT" dump "$trace"
    same stderr "" "$stderr"
    local name
    for name in SCardEstablishContext SCardListReaders SCardConnect SCardStatus; do
        [[ $output == *"$name"* ]] || die "no $name in the dump"
    done
}

@test "dump: --jsonl" {
    "$SCARDAUDIT" dump --jsonl "$trace" >events
    local keys='["companion","enter_ns","event","function","leave_ns","object","provider"'
    keys+=',"result","seq","stack","thread","time_ns"]'
    same keys "$keys" "$(gojq -c keys events | sort -u)"
    same functions "SCardEstablishContext SCardListReaders SCardConnect SCardStatus" \
        "$(gojq -rs 'reduce .[].function as $f ([]; if .[-1] == $f then . else . + [$f] end)
            | join(" ")' events)"
    same order true "$(gojq -s '[.[].time_ns] | . == sort' events)"
    same numbers true "$(gojq -s '[.[].seq] == [range(1; length + 1)]' events)"
    same "one a line" "$(wc -l <events)" "$(gojq -s length events)"
    expect_valid events.schema.json events
}

@test "dump: --jsonl of every kind of trace there is" {
    local golden events
    for golden in "$TESTS"/golden/*.trace "$TESTS"/golden/*/*.trace; do
        events=$(basename "$golden").jsonl
        "$SCARDAUDIT" dump --jsonl "$golden" >"$events" 2>/dev/null || [ $? = 3 ]
        [ -s "$events" ] || rm "$events"
    done
    expect_valid events.schema.json ./*.jsonl
    same "plain ASCII" "" "$(LC_ALL=C grep -anv '^[ -~]*$' ./*.jsonl)"
    grep -q '"pending"' ./*.jsonl
    run -2 "$SCARDAUDIT" dump --jsonl "$trace" "$trace"
    run -3 --separate-stderr bash -c '"$1" dump --jsonl "$2" >/dev/full' bash "$SCARDAUDIT" "$trace"
    [[ $stderr == "scardaudit: cannot write standard output: "* ]]
}

# ---- usage ---------------------------------------------------------------------------------------

@test "unknown options and commands are usage errors" {
    local command
    for command in run report gate live dump; do
        run -2 --separate-stderr "$SCARDAUDIT" "$command" --nonsense "$trace"
        [[ $stderr == *nonsense* ]]
        same stdout "" "$output"
        run -2 "$SCARDAUDIT" "$command"
        run -0 "$SCARDAUDIT" "$command" --help
    done
    run -2 "$SCARDAUDIT"
    run -2 "$SCARDAUDIT" nonsense
    run -2 "$SCARDAUDIT" report --fail-on sometimes "$trace"
    run -0 "$SCARDAUDIT" --help
    run -0 "$SCARDAUDIT" --version
}

# ---- bad traces ----------------------------------------------------------------------------------

# expect_refused FILE: report and dump end with 3 and one line that names the file
expect_refused()
{
    local command
    for command in report dump; do
        run -3 --separate-stderr "$SCARDAUDIT" "$command" "$1"
        expect_one_line "$1"
    done
}

@test "a trace that does not exist" {
    expect_refused ./missing.trace
}

@test "an empty trace" {
    : >empty.trace
    expect_refused empty.trace
}

@test "files that are no traces" {
    printf 'not a trace at all\n' >short.trace
    expect_refused short.trace
    head -c 100000 /dev/urandom >random.trace
    expect_refused random.trace
    cp /bin/true elf.trace
    expect_refused elf.trace
    head -c 100000 /dev/zero >zero.trace
    expect_refused zero.trace
    mkfifo fifo.trace
    expect_refused fifo.trace
}

@test "an empty directory" {
    mkdir empty
    run -3 --separate-stderr "$SCARDAUDIT" report empty
    same stderr "scardaudit: no scardaudit.*.trace in empty" "$stderr"
    run -0 "$SCARDAUDIT" report --allow-empty empty
}

@test "an empty directory beside others: a job that left no trace was not audited" {
    mkdir empty
    run -3 --separate-stderr "$SCARDAUDIT" gate --fail-on never empty "$trace"
    [[ $stderr == *"scardaudit: no scardaudit.*.trace in empty"* ]]
    run -0 "$SCARDAUDIT" gate --fail-on never --allow-empty "$trace" empty
}

@test "a trace cut off in its header or its first records" {
    local size
    for size in 1 100 4095 4096 4100 5000; do
        head -c $size "$trace" >cut.trace
        run --separate-stderr "$SCARDAUDIT" report cut.trace
        same "status of $size bytes" 3 "$status"
        [[ $stderr == *cut.trace* ]] || die "$size bytes: $stderr"
    done
}

@test "a recording that stopped for want of room is said, and no clean report" {
    # 1 MiB is room for some ten thousand events only
    preloaded SCARDAUDIT_OPTIONS="dir=.:at_exit=none:max_trace_mb=1" random-calls 1 1000 1 \
        >/dev/null 2>said
    same "lines on stderr" 1 "$(wc -l <said)"
    run -3 --separate-stderr "$SCARDAUDIT" report ./*.trace
    [[ $stderr == *incomplete* ]]
}

@test "flipped bits in a real header are noticed" {
    copy_trace flipped.trace
    "$PYTHON" - "$SCARDAUDIT" flipped.trace <<'END'
import random
import subprocess
import sys

scardaudit, name = sys.argv[1:]
HEADER_SIZE = 2584  # struct sca_header; what follows in its page means nothing
generator = random.Random(20)
with open(name, "r+b") as file:
    header = file.read(4096)
    bits = list(range(8 * 24)) + [generator.randrange(8 * 24, 8 * HEADER_SIZE) for _ in range(100)]
    unnoticed = []
    for bit in bits:
        flipped = bytearray(header)
        flipped[bit // 8] ^= 1 << bit % 8
        file.seek(0)
        file.write(flipped)
        file.flush()
        answer = subprocess.run([scardaudit, "report", name], capture_output=True, text=True)
        if answer.returncode != 3 or name not in answer.stderr:
            unnoticed.append((bit, answer.returncode, answer.stderr))
print(len(bits), "flips,", len(unnoticed), "unnoticed:", unnoticed[:5])
sys.exit(bool(unnoticed))
END
}

@test "flipped bits in real records are noticed, or change nothing" {
    copy_trace flipped.trace
    "$PYTHON" - "$SCARDAUDIT" flipped.trace <<'END'
import random
import subprocess
import sys

scardaudit, name = sys.argv[1:]
generator = random.Random(21)


def report():
    answer = subprocess.run(
        [scardaudit, "report", "--json", "-", name], capture_output=True, text=True
    )
    return answer.returncode, answer.stdout


with open(name, "r+b") as file:
    whole = file.read(3 * 4096)
    used = len(whole.rstrip(b"\0"))
    truth = report()
    assert truth[0] == 0, truth
    unnoticed = []
    for _ in range(150):
        bit = generator.randrange(8 * 4096, 8 * used)
        file.seek(bit // 8)
        file.write(bytes([whole[bit // 8] ^ 1 << bit % 8]))
        file.flush()
        found = report()
        if found[0] != 3 and found != truth:
            unnoticed.append((bit, found))
        file.seek(bit // 8)
        file.write(whole[bit // 8 : bit // 8 + 1])
        file.flush()
    assert report() == truth
print("unnoticed:", unnoticed[:5])
sys.exit(bool(unnoticed))
END
}

# they were ignored, or ended scardaudit alone
@test "run: signals that a process sends are the program's" {
    cat >"$BATS_TEST_TMPDIR/waiting" <<'END'
import os, signal, sys
def told(number, frame):
    print(signal.Signals(number).name, flush=True)
    os._exit(number)
for name in ("INT", "QUIT", "TERM", "HUP", "USR1", "USR2"):
    signal.signal(getattr(signal, "SIG" + name), told)
# one that comes just before pause() would be told only after the next
come, noted = os.pipe()
os.set_blocking(noted, False)
signal.set_wakeup_fd(noted)
open(sys.argv[1], "w").close()
while True:
    os.read(come, 1)
END
    cat >"$BATS_TEST_TMPDIR/sending" <<'END'
import os, signal, subprocess, sys, time
for name in ("INT", "QUIT", "TERM", "HUP", "USR1", "USR2"):
    ready = sys.argv[2] + name
    run = subprocess.Popen([sys.argv[1], "run", "--", "/usr/bin/python3", sys.argv[3], ready],
                           stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    while not os.path.exists(ready):
        time.sleep(0.01)
    number = getattr(signal, "SIG" + name)
    run.send_signal(number)
    print(run.communicate(timeout=60)[0].decode().strip(), run.returncode == number)
END
    run -0 timeout -s KILL 120 /usr/bin/python3 "$BATS_TEST_TMPDIR/sending" "$SCARDAUDIT" \
        "$BATS_TEST_TMPDIR/ready" "$BATS_TEST_TMPDIR/waiting"
    same output "SIGINT True
SIGQUIT True
SIGTERM True
SIGHUP True
SIGUSR1 True
SIGUSR2 True" "$output"
}
