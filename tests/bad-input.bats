#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2030,SC2031 # each test is a subshell, and sets its own variables
# shellcheck disable=SC2154 # stderr is set by run --separate-stderr
# shellcheck disable=SC2016,SC2034 # the variables in quotes are gojq's; $report is for the helpers
#
# report and gate, given what is wrong, hostile, still growing, many or big.

load helpers

setup_file()
{
    start_pcscd
    # small copies of real traces, which the tests only read
    record leaky "$TEST_PROGRAMS/leaky"
    record child "$TEST_PROGRAMS/fork"
    strip -g -o "$BATS_FILE_TMPDIR/stripped" "$TEST_PROGRAMS/leaky"
    record plain "$BATS_FILE_TMPDIR/stripped"
    rename "$TEST_PROGRAMS/leaky" "$BATS_FILE_TMPDIR/leaky.trace"
}

teardown_file()
{
    stop_pcscd
}

setup()
{
    # FIFOs that nobody writes to are among the files: what waits for them is killed
    judge=(timeout -s KILL 60 "$SCARDAUDIT")
    leaky=$BATS_FILE_TMPDIR/leaky.trace
    mkdir "$BATS_TEST_TMPDIR/work"
    cd "$BATS_TEST_TMPDIR/work" || return 1
    report=report.json
    victim=
}

teardown()
{
    [ -z "$victim" ] || {
        kill -KILL "$victim"
        wait "$victim" || :
    }
}

# record NAME PROGRAM [ARG...]: traces of it in the folder NAME
record()
{
    mkdir "$BATS_FILE_TMPDIR/$1"
    LD_PRELOAD=$SCARDAUDIT_LIB SCARDAUDIT_OPTIONS="dir=$BATS_FILE_TMPDIR/$1:at_exit=none" \
        "${@:2}" >/dev/null
}

# rename PATH RESULT: a copy of leaky's trace in which the program, that the loader calls "", is at PATH
rename()
{
    "$PYTHON" "$TESTS/rename-module.py" "$BATS_FILE_TMPDIR"/leaky/*.trace '' "$1" "$2"
}

# expect_leaks: the three of leaky, and nothing is missing
expect_leaks()
{
    same leaks "true autoallocate-leak 1 context-leak 1 handle-leak 1" "$(query \
        '"\(.processes[0].complete) " + ([.findings[] | "\(.rule) \(.count)"] | sort | join(" "))')"
}

# ---- modules that are not what they were ---------------------------------------------------------

# expect_plain PATH [SHOWN]: the program is said to be at PATH, and has no symbols there; in the text
# its name is SHOWN, or the last part of PATH
expect_plain()
{
    local offset shown=${2:-${1##*/}}
    rename "$1" odd.trace
    run -0 --separate-stderr "${judge[@]}" report --json "$report" --text - odd.trace </dev/zero
    same "stderr of $1" "" "$stderr"
    expect_leaks || die "$1"
    offset=$(query '.findings[0].places[0].stacks.acquired.frames[0] | "\(.offset) \(.function)"')
    same "function of $1" null "${offset#* }"
    offset=${offset% *}
    [[ $output == *"    #0 $shown+$offset"* ]] || die "$1: $output"
    # libpcsclite's and libc's are as ever
    [[ $output == *"__libc_start_"* ]] || die "$1: $output"
}

@test "modules that are FIFOs, devices, folders, loops or damaged: module and offset, and no waiting" {
    mkfifo fifo
    mkdir folder
    ln -s loop loop
    head -c 5000 "$TEST_PROGRAMS/leaky" >half
    truncate -s 1T huge
    # its sections are said to be at the far end of nothing
    cp "$TEST_PROGRAMS/leaky" far
    printf '\0\0\0\0\x0a\0\0\0' | dd of=far bs=1 seek=40 conv=notrunc status=none
    truncate -s 60G far
    local path
    for path in fifo folder loop half huge far missing; do
        expect_plain "$PWD/$path"
    done
    expect_plain fifo
    expect_plain /dev/zero
    expect_plain /dev/tty
    expect_plain /proc/self/fd/0
    # and a program that is huge, but right
    cp "$TEST_PROGRAMS/leaky" right
    truncate -s 100G right
    rename "$PWD/right" odd.trace
    run -0 --separate-stderr "${judge[@]}" report --json "$report" odd.trace
    expect_stack context-leak context acquired establish main
}

# A C++ unit: the function at ADDRESS within 63 others, and 1000 DIEs behind it, none with a sibling
nest='
import struct, sys
address = int(sys.argv[1], 16)
attributes = lambda *pairs: bytes(sum(pairs, ())) + bytes(2)
abbreviations = (
    b"\1\x11\1" + attributes((0x13, 0x0b), (0x11, 0x01), (0x12, 0x07)) # a unit
    + b"\2\x2e\1" + attributes((0x03, 0x08), (0x11, 0x01), (0x12, 0x07)) # a function
    + b"\3\x2e\1" + attributes((0x03, 0x08)) + b"\4\x3b\0" + attributes() + b"\0")
place = struct.pack("<QQ", address, 64)
body = struct.pack("<HIB", 4, 0, 8) + b"\1\4" + place
body += b"".join(b"\3n%d\0" % i for i in range(63))
body += b"\2nested\0" + place + b"\0" + b"\4" * 1000 + bytes(64)
open("abbreviations", "wb").write(abbreviations)
open("units", "wb").write(struct.pack("<I", len(body)) + body)'

@test "functions within functions, many deep: a name, and no waiting" {
    local address
    address=$(nm "$BATS_FILE_TMPDIR/stripped" | awk '$3 == "establish" { print $1 }')
    "$PYTHON" -c "$nest" "$address"
    objcopy --add-section .debug_info=units --add-section .debug_abbrev=abbreviations \
        "$BATS_FILE_TMPDIR/stripped" nested
    rename "$PWD/nested" odd.trace
    run -0 --separate-stderr "${judge[@]}" report --json "$report" odd.trace
    expect_leaks
    same name "n59::n60::n61::n62::nested" "$(query \
        '.findings[] | select(.rule == "context-leak").places[0].stacks.acquired.frames[0].function')"
}

@test "modules with odd names: each format is what it should be" {
    local long odd=$'/odd\n\033[31m\xff\xe2\x80\xae'
    long=$(printf '/%0254d' {1..16})
    expect_plain "$long"
    expect_plain "$odd" 'odd\x0a\x1b[31m\xff\xe2\x80\xae'
    [[ $output != *[$'\033\001'-$'\010']* ]]
    run -0 "${judge[@]}" report --sarif out.sarif --junit out.xml --codequality out.codequality odd.trace
    same SARIF 3 "$(gojq '.runs[0].results | length' out.sarif)"
    same JUnit 3 "$("$PYTHON" "$TESTS/readers/junit.py" out.xml | grep -c ^failure)"
    same "Code Quality" 3 "$("$PYTHON" "$TESTS/readers/codequality.py" out.codequality | wc -l)"
    run -0 "${judge[@]}" report --github odd.trace
    same GitHub 3 "$("$PYTHON" "$TESTS/readers/github.py" <<<"$output" | grep -c ^error)"
}

@test "a source root that is none, or holds FIFOs instead of sources" {
    local root
    mkdir -p tree/tests/programs
    mkfifo tree/tests/programs/leaky.c fifo
    ln -s loop loop
    for root in tree fifo loop missing /dev/zero; do
        run -0 --separate-stderr "${judge[@]}" report --source-root "$root" --sarif out.sarif \
            --json "$report" "$leaky"
        same stderr "" "$stderr"
        expect_leaks
        same SARIF 3 "$(gojq '.runs[0].results | length' out.sarif)"
    done
}

@test "files that may not be read or written" {
    local as_nobody=() place
    [ "$(id -u)" != 0 ] || as_nobody=(setpriv --reuid 65534 --clear-groups)
    place=$(mktemp -d)
    cp "$SCARDAUDIT" "$TEST_PROGRAMS/leaky" "$place"
    rename "$place/leaky" "$place/trace"
    echo 'context-leak *' >"$place/supp"
    "$SCARDAUDIT" report --write-baseline "$place/baseline" "$leaky" >/dev/null
    mkdir "$place/folder"
    chmod 755 "$place"
    chmod 755 "$place/scardaudit"
    chmod 644 "$place/trace"
    chmod 000 "$place/leaky" "$place/supp" "$place/baseline"
    chmod 555 "$place/folder"
    local nobody=("${as_nobody[@]}" "$place/scardaudit")

    run -0 --separate-stderr "${nobody[@]}" report --json - "$place/trace"
    echo "$output" >"$report"
    expect_leaks
    same functions null "$(query '.findings[0].places[0].stacks.acquired.frames[0].function')"

    run -3 --separate-stderr "${nobody[@]}" gate --suppressions "$place/supp" "$place/trace"
    same stderr "scardaudit: cannot read $place/supp: Permission denied" "$stderr"
    run -3 --separate-stderr "${nobody[@]}" gate --baseline "$place/baseline" "$place/trace"
    same stderr "scardaudit: cannot read $place/baseline: Permission denied" "$stderr"

    run -3 --separate-stderr "${nobody[@]}" report --json "$place/folder/report" --text - "$place/trace"
    same stderr "scardaudit: cannot write $place/folder/report: Permission denied" "$stderr"
    [[ $output == *"3 errors, 0 warnings, 0 notes"* ]]

    chmod 000 "$place/trace"
    run -3 --separate-stderr "${nobody[@]}" gate "$place/trace"
    same stderr "scardaudit: $place/trace: cannot be opened (Permission denied)" "$stderr"
    rm -rf "$place"
}

# ---- suppressions and baselines of others --------------------------------------------------------

# refused OPTION FILE MESSAGE: by gate; nothing is judged, and no green report of an earlier run stays
refused()
{
    echo '<testsuites/>' >refused.xml
    run -3 --separate-stderr "${judge[@]}" gate --junit refused.xml --text refused.txt "--$1" "$2" "$leaky"
    [[ $stderr == "scardaudit: "$3 ]] || die "--$1 $2: $stderr"
    same "stdout of $2" "" "$output"
    grep -q '<error .*message="the suppressions or the baseline could not be read: nothing was judged"' \
        refused.xml
    same "first line of the text for $2" \
        "scardaudit: the suppressions or the baseline could not be read: nothing was judged" \
        "$(head -n 1 refused.txt)"
}

@test "a baseline that is something else" {
    "$SCARDAUDIT" report --sarif sarif --json json --junit xml --write-baseline known --text text "$leaky"
    gzip -k known
    echo '[]' >array
    echo '{"schema":"scardaudit-report/1"}' >other
    echo 'context-leak *' >supp
    head -c 20M /dev/zero >zeros
    mkdir folder
    refused baseline array "array:1: no JSON object"
    refused baseline other "other:1: not of the schema scardaudit-baseline/1"
    local file
    for file in sarif json xml text supp; do
        refused baseline $file "$file:1: no JSON: *"
    done
    refused baseline known.gz "known.gz:1: a NUL byte"
    refused baseline zeros "cannot read zeros: it is larger than 16 MiB"
    refused baseline folder "cannot read folder: Is a directory"
    refused baseline /dev/null "cannot read /dev/null: it is no regular file"
    # one that was edited: the whole file counts, and its last line as well
    sed '$s/"count":1/"count":0/' known >edited
    refused baseline edited "edited:4: \"count\" is a number from 1 on"
    run -0 "${judge[@]}" gate --baseline known "$leaky"
}

@test "suppressions of other tools" {
    printf '{\n   name\n   Memcheck:Leak\n   fun:establish\n}\n' >valgrind
    echo 'leak:establish' >lsan
    echo '[suppress.context]' >toml
    "$SCARDAUDIT" report --write-baseline baseline "$leaky" >/dev/null
    refused suppressions valgrind "valgrind:2: in a block each line is key: value"
    refused suppressions lsan "lsan:1: *"
    refused suppressions toml "toml:1: *"
    refused suppressions baseline "baseline:1: *"
}

# ---- outputs that cannot be written --------------------------------------------------------------

# expect_others: what could be written was
expect_others()
{
    expect_leaks
    same SARIF 3 "$(gojq '.runs[0].results | length' out.sarif)"
    same JUnit 3 "$(grep -c '<failure ' out.xml)"
    rm -f "$report" out.*
}

others=(--json report.json --sarif out.sarif --junit out.xml)

@test "one output that cannot be written: the others are, by report, gate and run" {
    mkdir folder
    : >file
    local name command=report
    for name in no/such/folder . folder file/inside /proc/report /dev/full; do
        run -3 --separate-stderr "${judge[@]}" $command "${others[@]}" --text "$name" "$leaky"
        [[ $stderr == "scardaudit: cannot write $name: "* ]] || die "$name: $stderr"
        expect_others
        command=gate
    done
    same "what is left" "file folder" "$(echo *)"
    # that it cannot be written is only seen after the program ran
    run -125 --separate-stderr "${judge[@]}" run --fail-on error "${others[@]}" --text /dev/full -- \
        "$TEST_PROGRAMS/leaky"
    [[ $stderr == *"cannot write /dev/full: No space left on device"* ]]
    expect_others
    rm -rf "$(sed -n 's/.*traces are in //p' <<<"$stderr")"
}

@test "standard output or all of the standard streams closed" {
    run -3 --separate-stderr bash -c '"$@" >&-' bash "${judge[@]}" report "${others[@]}" --text - "$leaky"
    same stderr "scardaudit: cannot write standard output: Bad file descriptor" "$stderr"
    expect_others
    run -3 --separate-stderr bash -c '"$@" >&-' bash "${judge[@]}" gate --github "${others[@]}" "$leaky"
    [[ $stderr == *"cannot write standard output: Bad file descriptor"* ]]
    expect_others
    run -23 bash -c '"$@" <&- >&- 2>&-' bash "${judge[@]}" gate "${others[@]}" "$leaky"
    expect_others
    run -0 bash -c '"$@" <&- >&- 2>&-' bash "${judge[@]}" run "${others[@]}" -- "$TEST_PROGRAMS/leaky"
    expect_others
}

# Was killed by SIGXFSZ, and nothing else was written.
@test "a file size limit: each output that is too large is named" {
    run -3 --separate-stderr bash -c 'ulimit -f 4; "$@"' bash "${judge[@]}" report "${others[@]}" \
        --codequality out.codequality --write-baseline out.baseline "$leaky"
    [[ $stderr == *"scardaudit: cannot write report.json: File too large"* ]]
    [[ $stderr == *"scardaudit: cannot write out.sarif: File too large"* ]]
    same written "out.baseline out.codequality out.xml" "$(echo *)"
    same entries 3 "$("$PYTHON" "$TESTS/readers/codequality.py" out.codequality | wc -l)"
}

@test "a full disk: what was there before stays, and so do the small outputs" {
    [ "$(id -u)" = 0 ] || die "only root can mount a small file system"
    mkdir disk
    run -3 --separate-stderr unshare --mount --propagation private bash -c 'mount -t tmpfs -o size=8k tmpfs disk &&
        echo "of yesterday" >disk/json && "$@"; status=$?; cat disk/json; ls disk >&2; exit $status' \
        bash "${judge[@]}" report --json disk/json --codequality disk/codequality "${others[@]:2}" "$leaky"
    same "what is there" "of yesterday" "$output"
    same stderr "scardaudit: cannot write disk/json: No space left on device
codequality
json" "$stderr"
}

# ---- traces that grow, many traces ---------------------------------------------------------------

# look STATUS COMMAND [OPTION...]: at the victim's trace while it grows. Without a look it is stopped,
# and does not fill the disk.
look()
{
    kill -CONT "$victim"
    run -"$1" --separate-stderr "${judge[@]}" "${@:2}" ./*.trace
    kill -STOP "$victim"
    same "stderr" "" "$stderr"
}

@test "a trace that grows fast: each look is a whole beginning" {
    local calls=0 i
    LD_LIBRARY_PATH=$BUILD/tests/robustness/blocks LD_PRELOAD=$SCARDAUDIT_LIB \
        SCARDAUDIT_OPTIONS=dir=.:at_exit=none:max_trace_mb=8192 \
        "$BUILD/tests/robustness/pairs" 1 100000000 2 right >/dev/null 3>&- &
    victim=$!
    for ((i = 0; i < 600; i++)); do
        compgen -G '*.trace' >/dev/null && break
        sleep 0.05
    done
    for i in 1 2; do
        look 0 report --json "$report"
        same "end and completeness" "running true" \
            "$(query '.processes[0] | "\(.exit) \(.complete)"')"
        same "errors" "" "$(query '.findings[] | select(.severity == "error").message')"
        [ "$(calls)" -gt "$calls" ] || die "look $i: no more than $calls calls"
        calls=$(calls)
    done
    look 0 gate
    same "what gate says" "" "$output"
}

# in_all_formats OPERAND...: all formats at once have the same findings, $found, and the same counts
in_all_formats()
{
    run -0 --separate-stderr "${judge[@]}" report "${others[@]}" --codequality out.codequality \
        --text out.txt --github "$@"
    found=$(query '.findings | length')
    local count
    count=$(query '[.findings[].count] | add')
    same text "$found errors, 0 warnings, 0 notes" "$(sed -n 's/^scardaudit: //p' out.txt | grep errors)"
    same "text, once for each finding" "$found" "$(grep -c '^ERROR ' out.txt)"
    same SARIF "$found $count" \
        "$(gojq -r '.runs[0].results | "\(length) \([.[].occurrenceCount // 1] | add)"' out.sarif)"
    same "SARIF and JSON" "$(query '.findings[].fingerprint_strict' | sort)" \
        "$(gojq -r '.runs[0].results[].partialFingerprints."scardaudit/v1"' out.sarif | sort)"
    same JUnit "$found" "$("$PYTHON" "$TESTS/readers/junit.py" out.xml | grep -c '^failure ')"
    same "Code Quality" "$found" "$("$PYTHON" "$TESTS/readers/codequality.py" out.codequality | wc -l)"
    same GitHub "$found" "$("$PYTHON" "$TESTS/readers/github.py" <<<"$output" | grep -c '^error ')"
}

@test "files, folders and children are one report, the same in all formats" {
    mkdir -p outer/inner
    cp "$leaky" outer/scardaudit.leaky.1.0.trace
    cp "$leaky" outer/inner/scardaudit.leaky.2.0.trace
    cp --sparse=always "$BATS_FILE_TMPDIR"/child/*.trace outer
    in_all_formats outer "$leaky"
    # the folder in the folder is not asked for; the parent has no findings, its child has one
    same "processes, findings" "4 4" "$(query ".processes | length") $found"
    same counts "autoallocate-leak 2
context-leak 1
context-leak 2
handle-leak 2" "$(query '.findings[] | "\(.rule) \(.count)"' | sort)"
    run -0 --separate-stderr "${judge[@]}" report --json "$report" --text - outer outer/inner "$leaky"
    same "processes, findings" "5 4" "$(query '"\(.processes | length) \(.findings | length)"')"
    [[ $output == *"  3 times"* ]]
}

# Each of them counted before, and so did what they leaked.
@test "a trace named twice, by whatever names, counts once" {
    mkdir folder
    cp "$leaky" folder/scardaudit.leaky.1.0.trace
    ln -s folder other
    ln folder/scardaudit.leaky.1.0.trace linked
    in_all_formats folder folder/scardaudit.leaky.1.0.trace ./folder other linked
    same "processes" 1 "$(query '.processes | length')"
    expect_leaks
    # a copy is another process's, as far as one can tell
    run -0 "${judge[@]}" report --json "$report" folder "$leaky"
    same "processes" 2 "$(query '.processes | length')"
}

@test "a thousand traces in a folder, with few descriptors" {
    mkdir many
    "$PYTHON" - "$leaky" many <<'END'
import sys

trace = open(sys.argv[1], "rb").read()
for i in range(1000):
    with open(f"{sys.argv[2]}/scardaudit.leaky.{i}.0.trace", "wb") as file:
        file.write(trace)
END
    ulimit -n 256
    in_all_formats many
    same "processes" 1000 "$(query '.processes | length')"
    same counts "1000 1000 1000" "$(query '[.findings[].count] | join(" ")')"
    run -23 "${judge[@]}" gate many/*.trace
    [[ $output == *"3 errors, 0 warnings, 0 notes"* ]]
}

# ---- big ones ------------------------------------------------------------------------------------

@test "how far it is, on a terminal that can" {
    timeout -s KILL 60 "$PYTHON" "$TESTS/progress.py" "$SCARDAUDIT" \
        "$(echo "$BATS_FILE_TMPDIR"/plain/*.trace)"
}

@test "a big trace" {
    local events=100000
    [ -z "${SCARDAUDIT_LONG:-}" ] || events=10000000
    SCARDAUDIT_BUILD=$BUILD run -0 "$TESTS/bench/report-cost" $events "$report"
    echo "# $output" >&3
    expect_schema
    same "calls" $((events + 1)) "$(calls)"
    expect_resource context 1 0
    expect_resource autoallocate $((events / 2 + 500)) $((events / 2 - 500))
    same leaks "autoallocate-leak 1000 24000
context-leak 1 0" "$(query '.findings | group_by(.rule)[]
        | "\(.[0].rule) \([.[].count] | add) \([.[].bytes] | add)"')"
}
