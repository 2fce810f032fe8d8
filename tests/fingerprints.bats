#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2030,SC2031 # each test is a subshell, and sets its own variables
# shellcheck disable=SC2016 # the variables in quotes are gojq's own
#
# Fingerprints: a finding is the same one however its program was built, where it lies and who runs
# it, and two findings are not. tests/programs/fingerprints.c is built in many ways, and held against
# the report, the baseline and the suppressions of one build without optimization.

load helpers

setup_file()
{
    need_command clang clang
    start_pcscd
    export WTSAPI_LIBRARY=$BUILD/.libs/libscardaudit-wtsapi.so
    cd "$BATS_FILE_TMPDIR" || return 1
    build first gcc -O0
    "$SCARDAUDIT" run --dir first/traces --json first.json -- first/fingerprints
    "$SCARDAUDIT" report --write-baseline known.jsonl first/traces >first.txt
    identities first.json >first.identities
    sed -n 's/^ *suppress: //p' first.txt >known.supp
}

teardown_file()
{
    stop_pcscd
}

setup()
{
    cd "$BATS_FILE_TMPDIR" || return 1
    report=$BATS_TEST_TMPDIR/report.json
}

# compile OUTPUT SOURCE COMPILER [FLAG...]
compile()
{
    local output=$1 source=$2 flags
    shift 2
    read -ra flags <<<"$(pkg-config --cflags --libs libpcsclite)"
    mkdir -p "$(dirname "$output")"
    "$@" -g -Wall -Wextra -Werror -I"$TOP/providers" -o "$output" "$source" "${flags[@]}" \
        -L"$BUILD/.libs" -Wl,-rpath,"$BUILD/.libs" -lscardaudit-rpc -lwinpr2 -pthread
}

# build FOLDER COMPILER [FLAG...]: FOLDER/fingerprints, once
build()
{
    local folder=$1
    shift
    [ -e "$folder/fingerprints" ] || compile "$folder/fingerprints" "$TESTS/programs/fingerprints.c" "$@"
}

# identities REPORT: what its findings are known by
identities()
{
    gojq -r '.findings[] | "\(.rule) \(.kind) \(.count) \(.fingerprint) \(.fingerprint_strict)"
        + " \(.fingerprint_weak)"' "$1" | sort
}

# known COMMAND...: it has all findings of the first build and no others; all are in its baseline
known()
{
    traces=$BATS_TEST_TMPDIR/traces
    rm -rf "$traces"
    run -0 "$SCARDAUDIT" run --dir "$traces" --baseline known.jsonl --json "$report" -- "$@"
    same "findings of $*" "$(<first.identities)" "$(identities "$report")"
    same "known and gone: $*" "known 0" \
        "$(query '"\([.findings[].baseline] | unique | join(" ")) \(.summary.fixed)"')"
}

# suppressed: what the last known() found, by the lines that were offered for the first build
suppressed()
{
    run -0 "$SCARDAUDIT" report --suppressions known.supp --json "$report" "$traces"
    same suppressed true "$(query '.findings[].suppressed' | sort -u)"
}

# owners: of the last report, each with its first place's innermost function, and whether it is inlined
owners()
{
    query '.findings[] | .places[0].stacks as $stacks
        | ($stacks.misused // $stacks.acquired).frames[0] as $frame
        | "\(.rule) \(.kind) \(.count) \($frame.function) \($frame.inlined)"' | sort
}

# one_of FUNCTION COUNT: all that was found is one context-leak of it; prints its fingerprints
one_of()
{
    same findings "context-leak context $2 $1 false" "$(owners)" || return 1
    query '.findings[] | "\(.fingerprint) \(.fingerprint_strict)"'
}

@test "of every family: two functions, two rules or two kinds are two fingerprints" {
    report=first.json
    expect_schema
    same findings "autoallocate-leak autoallocate 1 leave_block false
context-leak context 1 leave_cold false
context-leak context 1 leave_context false
context-leak context 1 leave_deep false
context-leak context 1 leave_part false
context-leak context 2 leave_clone false
double-release card-handle 1 release_twice false
double-release context 1 release_twice false
handle-leak card-handle 1 leave_handle false
rpc-block-leak rpc-block 1 leave_environment false
rpc-deferred-leak rpc-block 1 leave_environment false
rpc-environment-leak rpc-environment 1 leave_environment false
wts-buffer-leak wts-buffer 1 leave_sessions false
wts-handle-leak wts-server 1 leave_server false" "$(owners)"
    same "different ones" "14 14" "$(query '[.findings[]
        | [.fingerprint, .fingerprint_strict]] | transpose | map(unique | length) | join(" ")')"
    same weak null "$(query '.findings[].fingerprint_weak' | sort -u)"
    same "offered" 14 "$(wc -l <known.supp)"
}

# Without PIE below: the addresses are those it was linked for.
@test "the same program again, and elsewhere; the kernel chooses other addresses each time" {
    known first/fingerprints
    mkdir elsewhere
    cp first/fingerprints elsewhere
    known elsewhere/fingerprints
}

@test "-O2, of another folder, with 50 lines more above; functions are inlined" {
    mkdir -p moved/sources
    { yes '/* a line */' | head -n 50; cat "$TESTS/programs/fingerprints.c"; } \
        >moved/sources/fingerprints.c
    (cd moved && compile fingerprints sources/fingerprints.c gcc -O2)
    known moved/fingerprints
    same "the owner and its caller" "leave_server true main false" \
        "$(query '.findings[] | select(.kind == "wts-server").places[0].stacks.acquired.frames
            | "\(.[0].function) \(.[0].inlined) \(.[1].function) \(.[1].inlined)"')"
    same "lines that moved" 50 $(($(line_of_server "$report") - $(line_of_server first.json)))
    suppressed
}

# line_of_server REPORT: where WTSOpenServer is called
line_of_server()
{
    gojq '.findings[] | select(.kind == "wts-server").places[0].stacks.acquired.frames[0].line' "$1"
}

@test "-O1, -Og, -Os, -O3 and -flto; PIE, sections and frame pointers or not" {
    build O1 gcc -O1 -no-pie -fno-pie -fomit-frame-pointer
    known O1/fingerprints
    build Og gcc -Og -fno-omit-frame-pointer
    known Og/fingerprints
    build Os gcc -Os -ffunction-sections -Wl,--gc-sections
    known Os/fingerprints
    build O3 gcc -O3 -pie -fPIE -fno-omit-frame-pointer
    known O3/fingerprints
    build lto gcc -O2 -flto -no-pie
    known lto/fingerprints
}

@test "clang -O0 and -O2" {
    build clang-O0 clang -O0
    known clang-O0/fingerprints
    build clang-O2 clang -O2 -fno-omit-frame-pointer
    known clang-O2/fingerprints
    suppressed
}

@test "stripped: with a debug file as ever, without one by name, without names weak" {
    local owned suffix clones
    owned='"\(.rule) \(.fingerprint)"'
    build O2 gcc -O2
    mkdir split
    cp O2/fingerprints split/whole
    cp split/whole split/fingerprints
    for suffix in part cold isra constprop; do # else this shows nothing
        nm split/whole | grep -q " t leave_.*\.$suffix" || die "gcc made no .$suffix"
    done
    objcopy --only-keep-debug split/whole split/fingerprints.debug
    objcopy --strip-all --add-gnu-debuglink=split/fingerprints.debug split/fingerprints
    known split/fingerprints
    suppressed

    strip -g -o split/fingerprints split/whole
    audit 0 "$PWD/split/fingerprints"
    clones=$(gojq -r '.findings[] | select(.places[0].stacks.acquired.frames[0].function
        | . == "leave_clone" or . == "leave_part" or . == "leave_cold")'" | $owned" first.json | sort)
    same "known among them" "$clones" "$(query ".findings[] | $owned" | sort | comm -12 - <(echo "$clones"))"
    [[ $(query '.findings[].places[].stacks.acquired | select(.).frames[0].function') == *leave_part.part.0* ]]

    strip -o split/fingerprints split/whole
    run -0 "$SCARDAUDIT" run --json "$report" --text "$BATS_TEST_TMPDIR/text" -- split/fingerprints
    same "strong ones" "" "$(query '.findings[] | select(.fingerprint_weak != .fingerprint).kind')"
    same "told" "$(query '.findings | length')" \
        "$(grep -c '^  fingerprint ................ (weak: no symbol)$' "$BATS_TEST_TMPDIR/text")"
}

@test "two lines of a function are one finding, another function is another" {
    local text=$BATS_TEST_TMPDIR/text first last
    run -0 "$SCARDAUDIT" run --json "$report" --text "$text" -- first/fingerprints sites
    same findings "context-leak context 1 leave_third false
context-leak context 2 leave_two false" "$(owners)"
    same fingerprints 2 "$(query '.findings[].fingerprint' | sort -u | wc -l)"
    first=$(grep -n '&first));' "$TESTS/programs/fingerprints.c" | cut -d: -f1)
    last=$(grep -n '&second));' "$TESTS/programs/fingerprints.c" | cut -d: -f1)
    same lines "$first $last" "$(query '.findings[] | select(.count == 2).places
        | map(.stacks.acquired.frames[0].line) | sort | join(" ")')"
    grep -qF "leave_two ($TESTS/programs/fingerprints.c:$first)" "$text"
    grep -qF "leave_two ($TESTS/programs/fingerprints.c:$last)" "$text"
}

@test "two threads, two processes, a parent and its child: one finding" {
    audit 0 "$PWD/first/fingerprints" threads
    one_of leave_context 2
    audit 0 "$PWD/first/fingerprints" processes
    one_of leave_context 2
    audit 0 sh -c '"$0" deep 1; "$0" deep 1' "$PWD/first/fingerprints"
    one_of leave_deep 2
}

@test "however deep a function calls itself" {
    local depth wanted
    audit 0 "$PWD/first/fingerprints" deep 1
    wanted=$(one_of leave_deep 1)
    for depth in 2 20; do
        audit 0 "$PWD/first/fingerprints" deep $depth
        same "at depth $depth" "$wanted" "$(one_of leave_deep 1)"
    done
}

@test "libraries: of any version, at any address; two of them are two" {
    local name wanted
    compile plugins/libx.so.1.2 "$TESTS/programs/fingerprints.c" gcc -O0 -shared -fPIC
    for name in libx.so.1.3 libx.so liby.so.1.2; do
        cp plugins/libx.so.1.2 plugins/$name
    done
    audit 0 "$PWD/first/fingerprints" plugins plugins/libx.so.1.2
    wanted=$(one_of leave_context 1)
    audit 0 "$PWD/first/fingerprints" plugins ./plugins/libx.so.1.3
    same "another version" "$wanted" "$(one_of leave_context 1)"
    audit 0 "$PWD/first/fingerprints" plugins plugins/libx.so plugins/libx.so.1.2
    same "two of them, at two addresses" "$wanted" "$(one_of leave_context 2)"
    audit 0 "$PWD/first/fingerprints" plugins plugins/libx.so plugins/liby.so.1.2
    same "libx and liby" "context-leak context 1 leave_context false
context-leak context 1 leave_context false" "$(owners)"
    same fingerprints 2 "$(query '.findings[].fingerprint' | sort -u | wc -l)"
}

# gcc names what is local to a file by its last part only, so that all lambdas were operator()
@test "C++: other template arguments, lambdas, anonymous namespaces, gcc and clang" {
    local name wanted words
    for name in "int g++ -O0" "callback g++ -O3 -flto" "text clang++ -O2"; do
        read -ra words <<<"$name"
        compile c++/fingerprints "$TESTS/programs/fingerprints.cc" "${words[@]:1}" "-DTYPE=${words[0]}"
        audit 0 "$PWD/c++/fingerprints"
        same "fingerprints of $name" 14 "$(query '.findings[].fingerprint' | sort -u | wc -l)"
        wanted=${wanted:-$(identities "$report")}
        same "with $name" "$wanted" "$(identities "$report")"
    done
}

@test "where it cannot hold: a function that ends with the call is left out of the stack" {
    audit 0 "$PWD/first/fingerprints" sibling
    one_of leave_by_jump 1
    build O2 gcc -O2
    audit 0 "$PWD/O2/fingerprints" sibling
    one_of main 1
    same "which is not weak" null "$(query '.findings[].fingerprint_weak')"
}
