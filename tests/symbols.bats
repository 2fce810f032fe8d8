#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2030,SC2031 # each test is a subshell, and sets its own variables
# shellcheck disable=SC2154 # stderr is set by run --separate-stderr
# shellcheck disable=SC2016 # the variables in quotes are gojq's own
#
# Functions, files and lines of real programs: debug files beside them, of the system and from a real
# debuginfod; inlined functions, C++ and Rust; plugins that are gone; and what is said when a module
# cannot be symbolized.

load helpers

setup_file()
{
    need_command debuginfod debuginfod
    RUSTC=$(command -v /usr/bin/rustc || command -v rustc) ||
        die "rustc is missing: install the package rustc"
    export RUSTC
    start_pcscd
    cd "$BATS_FILE_TMPDIR" || return 1
    build client client.c
    build rebuilt client.c -DREBUILT
    build host host.c -Wl,--no-as-needed
    build first.so plugin.c -fPIC -shared -DLEAK=leak_first
    build other.so plugin.c -fPIC -shared -DLEAK=leak_other
    # without names; its debug file is where the tests put it
    mkdir stripped
    objcopy --only-keep-debug client client.debug
    strip -o stripped/client client
    objcopy --add-gnu-debuglink=client.debug stripped/client
    record client ./client
    record stripped ./stripped/client
}

teardown_file()
{
    stop_pcscd
}

setup()
{
    cd "$BATS_TEST_TMPDIR" || return 1
    traces=$BATS_FILE_TMPDIR
    report=report.json
    server=
    unset "${!DEBUGINFOD_@}"
    export no_proxy=127.0.0.1
    export DEBUGINFOD_CACHE_PATH=$BATS_TEST_TMPDIR/cache
}

teardown()
{
    [ -z "$server" ] || {
        kill "$server" 2>/dev/null || :
        wait "$server" || :
    }
}

# build NAME SOURCE [OPTION...]
build()
{
    local compiler=gcc flags
    [[ $2 != *.cc ]] || compiler=g++
    flags=$(pkg-config --cflags libpcsclite)
    # shellcheck disable=SC2086 # they are words
    "$compiler" -g -O1 $flags "${@:3}" -o "$1" "$TESTS/programs/symbols/$2" -lpcsclite
}

# record NAME PROGRAM [ARG...]: traces of it in the folder NAME.traces
record()
{
    mkdir "$1.traces"
    LD_PRELOAD=$SCARDAUDIT_LIB SCARDAUDIT_RUN_ID=$1 \
        SCARDAUDIT_OPTIONS="dir=$PWD/$1.traces:at_exit=none" "${@:2}"
}

# tell FOLDER [OPTION...]: the text report in $output, the JSON one in $report
tell()
{
    run -0 --separate-stderr "$SCARDAUDIT" report "${@:2}" --json "$report" --text - "$1"
}

# line_of FILE TEXT: the number of the line of a program that has it
line_of()
{
    grep -nF "$2" "$TESTS/programs/symbols/$1" | head -n 1 | cut -d: -f1
}

# frames: of the text report, without folders, up to main
frames()
{
    grep -E '^    #' <<<"$output" | sed -E 's/^ *//; s:\(/[^)]*/:(:; s/\+0x[0-9a-f]+/+OFFSET/'
}

# expect_frames LINE...
expect_frames()
{
    same frames "$(printf '%s\n' "$@")" "$(frames)"
}

# expect_complaints [TEXT]: what the text report says of modules without symbols
expect_complaints()
{
    same complaints "${1:-}" "$(grep '^No symbols: ' <<<"$output")"
}

# unsymbolized: the same in JSON, "REASON MODULE"
unsymbolized()
{
    query '.unsymbolized[] | "\(.reason) \(.module)"'
}

expect_source()
{
    expect_frames "#0 establish (client.c:$(line_of client.c 'SCardEstablishContext(')) (inlined)" \
        "#1 work (client.c:$(line_of client.c 'kept = establish()'))" \
        "#2 main (client.c:$(line_of client.c '    work();'))"
    expect_complaints
    same unsymbolized "" "$(unsymbolized)"
    same weak null "$(field context-leak fingerprint_weak)"
}

expect_offsets()
{
    expect_frames "#0 client+OFFSET" "#1 client+OFFSET"
    same functions "" "$(query '.findings[].places[].stacks[].frames[]
        | select(.module | endswith("/client")) | .function // .file // .line // empty')"
    same weak "$(field context-leak fingerprint)" "$(field context-leak fingerprint_weak)"
    grep -qx "  fingerprint $(field context-leak fingerprint) (weak: no symbol)" <<<"$output"
}

stripped_path()
{
    echo "$BATS_FILE_TMPDIR/stripped/client"
}

# ---- names ---------------------------------------------------------------------------------------

@test "inlined functions are frames of their own" {
    tell "$traces/client.traces"
    expect_source
    same JSON "establish true $(line_of client.c 'SCardEstablishContext(')
work false $(line_of client.c 'kept = establish()')
main false $(line_of client.c '    work();')" \
        "$(query '.findings[0].places[0].stacks.acquired.frames[:3][]
            | "\(.function) \(.inlined) \(.line)"')"
}

@test "run tells the same at once" {
    audit 0 "$BATS_FILE_TMPDIR/client"
    expect_stack context-leak context acquired establish work main
    run -0 "$SCARDAUDIT" run -- "$BATS_FILE_TMPDIR/client"
    expect_source
}

@test "C++ names" {
    local constructor='cards::Session<char, 2>::Session(char const&)'
    build client++ client.cc
    record client++ ./client++
    tell client++.traces
    expect_frames \
        "#0 $constructor (client.cc:$(line_of client.cc 'SCardEstablishContext('))" \
        "#1 main (client.cc:$(line_of client.cc 'session('))"
    same JSON "$constructor" "$(query '.findings[0].places[0].stacks.acquired.frames[0].function')"
    strip -g client++
    tell client++.traces
    expect_frames "#0 $constructor (client+++OFFSET)" "#1 main (client+++OFFSET)"
}

@test "Rust names, both manglings, with and without debug information" {
    local mangling symbol fingerprints=
    for mangling in v0 legacy; do
        # either is the default of some compiler, and the other one an unstable option of it
        RUSTC_BOOTSTRAP=1 "$RUSTC" -Z unstable-options -C symbol-mangling-version=$mangling -g \
            --crate-name client -o client "$TESTS/programs/symbols/client.rs"
        symbol=$(nm client | grep -o '_[RZ].*6client4card9establish.*')
        [ "$mangling" = legacy ] || [[ $symbol == _R* ]]
        [ "$mangling" = v0 ] || [[ $symbol =~ 17h[0-9a-f]{16}E$ ]]
        record "$mangling" ./client
        tell $mangling.traces
        [ "$(frames | head -n 3)" = "#0 client::card::establish (client.rs:$(line_of client.rs 'match unsafe'))
#1 <client::Session as client::Open>::open (client.rs:$(line_of client.rs 'card::establish()'))
#2 client::main (client.rs:$(line_of client.rs 'Session::open()'))" ] || die "$(frames)"
        fingerprints+=$(field context-leak fingerprint)$'\n'
        strip -g client
        tell $mangling.traces
        expect_stack context-leak context acquired client::card::establish \
            '<client::Session as client::Open>::open' client::main
        fingerprints+=$(field context-leak fingerprint)$'\n'
    done
    same "different fingerprints" 1 "$(sort -u <<<"${fingerprints%$'\n'}" | wc -l)"
}

# ---- debug files ---------------------------------------------------------------------------------

@test "a debug file beside the program, in .debug" {
    tell "$traces/stripped.traces"
    expect_offsets
    # another file of the same name is not believed
    mkdir "$BATS_FILE_TMPDIR/stripped/.debug"
    objcopy --only-keep-debug "$BATS_FILE_TMPDIR/rebuilt" \
        "$BATS_FILE_TMPDIR/stripped/.debug/client.debug"
    tell "$traces/stripped.traces"
    expect_offsets
    cp "$BATS_FILE_TMPDIR/client.debug" "$BATS_FILE_TMPDIR/stripped/.debug"
    tell "$traces/stripped.traces"
    rm -r "$BATS_FILE_TMPDIR/stripped/.debug"
    expect_source
}

@test "a debug file by build-id, where the system keeps them" {
    local id libc
    libc=$(ldd "$BATS_FILE_TMPDIR/client" | sed -n 's/.*libc.so.6 => \([^ ]*\).*/\1/p')
    id=$(readelf -n "$libc" | sed -n 's/.*Build ID: //p')
    [ -e "/usr/lib/debug/.build-id/${id:0:2}/${id:2}.debug" ] ||
        die "the debug file of $libc is missing: install the package libc6-dbg"
    tell "$traces/client.traces"
    query '.findings[0].places[0].stacks.acquired.frames[] | select(.module == "'"$libc"'")
        | "\(.function) \(.file) \(.line)"' >frames
    grep -qE '^__libc_start_call_main .*libc_start_call_main\.h [1-9]' frames
    same "names without a line" "" "$(grep null frames)"
}

# ---- debuginfod ----------------------------------------------------------------------------------

# ready PID: once that debuginfod has read its one file; false: it ended
ready()
{
    "$PYTHON" - "$1" "$DEBUGINFOD_URLS/metrics" <<'END'
import os
import sys
import time
import urllib.request

wanted = {
    'thread_work_total{role="traverse"} 1',
    'thread_work_pending{role="scan"} 0',
    'scanned_files_total{source="file"} 1',
}
there = set()
while not wanted <= there:
    os.kill(int(sys.argv[1]), 0)
    time.sleep(0.05)
    try:
        there = set(urllib.request.urlopen(sys.argv[2], timeout=10).read().decode().split("\n"))
    except OSError:
        pass
END
}

# serve FOLDER: by a debuginfod of its own
serve()
{
    local try port
    for ((try = 0; try < 5; try++)); do # somebody else may take the port
        port=$("$PYTHON" -c 'import socket
s = socket.socket()
s.bind(("127.0.0.1", 0))
print(s.getsockname()[1])')
        timeout -s KILL 60 debuginfod -v -F -p "$port" -t 0 -g 0 -c 1 -d :memory: "$1" \
            >server.log 2>&1 3>&- &
        server=$!
        DEBUGINFOD_URLS=http://127.0.0.1:$port
        export DEBUGINFOD_URLS
        ready "$server" 2>/dev/null && return
        wait "$server" || :
    done
    cat server.log
    die "no debuginfod"
}

# asked: what debuginfod was asked for, and what it answered
asked()
{
    sed -n 's/.* GET \(\/buildid[^ ]* [0-9]*\) .*/\1/p' server.log
}

@test "--debuginfod: a real server, only when asked to, and never twice" {
    local id
    id=$(readelf -n "$BATS_FILE_TMPDIR/client" | sed -n 's/.*Build ID: //p')
    mkdir files
    cp "$BATS_FILE_TMPDIR/client.debug" files/any-name
    serve files
    tell "$traces/stripped.traces"
    expect_offsets
    run -0 "$SCARDAUDIT" run -- "$(stripped_path)"
    expect_complaints "No symbols: $(stripped_path) is stripped: build it with -g, install its debug symbols (package -dbgsym), or set DEBUGINFOD_URLS and add --debuginfod"
    same "asked for" "" "$(asked)"
    [ ! -e cache ]
    tell "$traces/stripped.traces" --debuginfod
    same stderr "" "$stderr"
    expect_source
    same "asked for" "/buildid/$id/debuginfo 200" "$(asked | grep -F "$id")"
    [ -s "cache/$id/debuginfo" ]
    run -0 "$SCARDAUDIT" run --debuginfod -- "$(stripped_path)"
    expect_source
    kill "$server"
    wait "$server" || :
    server=
    same "asked for" 1 "$(asked | grep -cF "$id")"
    # what was fetched stays
    tell "$traces/stripped.traces" --debuginfod
    expect_source
}

@test "--debuginfod: what the server does not have" {
    mkdir files
    cp "$BATS_FILE_TMPDIR/rebuilt" files
    serve files
    tell "$traces/stripped.traces" --debuginfod
    same stderr "" "$stderr"
    expect_offsets
    expect_complaints "No symbols: $(stripped_path) is stripped, and no debug file of it was found on this machine or by debuginfod: build it with -g, or install its debug symbols (package -dbgsym)"
    same answers 404 "$(asked | sed 's/.* //' | sort -u)"
}

@test "--debuginfod: no server" {
    tell "$traces/stripped.traces" --debuginfod
    same stderr "scardaudit: --debuginfod: DEBUGINFOD_URLS is not set, nothing was fetched" "$stderr"
    expect_offsets
    DEBUGINFOD_URLS=http://127.0.0.1:1 tell "$traces/stripped.traces" --debuginfod
    same stderr "scardaudit: --debuginfod: not all was fetched: Connection refused" "$stderr"
    expect_offsets
    [[ $(unsymbolized) == "stripped $(stripped_path)" ]]
}

@test "--debuginfod: a server that says nothing is waited for once" {
    local port
    mkfifo pipe
    # counts who connects, and answers nobody
    "$PYTHON" -c 'import socket
s = socket.socket()
s.bind(("127.0.0.1", 0))
s.listen()
print(s.getsockname()[1], flush=True)
kept = []
while True:
    kept.append(s.accept())
    open("connections", "a").write("one\n")' >pipe 3>&- &
    server=$!
    read -r port <pipe
    export DEBUGINFOD_URLS=http://127.0.0.1:$port DEBUGINFOD_TIMEOUT=1
    tell "$traces/stripped.traces"
    [ ! -e connections ]
    tell "$traces/stripped.traces" --debuginfod
    same stderr "scardaudit: --debuginfod: not all was fetched: Timer expired" "$stderr"
    expect_offsets
    same connections one "$(cat connections)"
}

# ---- plugins -------------------------------------------------------------------------------------

@test "plugins that took each other's place are told apart, and were closed" {
    local first=$BATS_FILE_TMPDIR/first.so other=$BATS_FILE_TMPDIR/other.so
    record turns "$BATS_FILE_TMPDIR/host" turns "$first" "$other"
    tell turns.traces
    same stacks "open_context leak_first plugin_work turns main
open_context leak_other plugin_work turns main" \
        "$(query '.findings[].places[].stacks.acquired.frames[:5] | map(.function) | join(" ")' |
            sort)"
    same modules "leak_first $first
leak_other $other" "$(query '.findings[].places[].stacks.acquired.frames[]
        | select(.function | tostring | startswith("leak_")) | "\(.function) \(.module)"' | sort)"
    same lines 2 "$(grep -c 'plugin_work (/.*/plugin\.c:[0-9]*) \[[a-z]*\.so\]$' <<<"$output")"
    expect_complaints
}

@test "no word of what never was a file, and of what nobody asks for" {
    local plugin=$BATS_FILE_TMPDIR/first.so
    record memory "$BATS_FILE_TMPDIR/host" memory "$plugin"
    tell memory.traces
    [ "$(query '[.findings[].places[].stacks[].frames[].module | tostring
        | select(startswith("/proc/self/fd/"))] | length')" -gt 0 ]
    expect_complaints
    same unsymbolized "" "$(unsymbolized)"
    record generated "$BATS_FILE_TMPDIR/host" generated "$plugin"
    tell generated.traces
    [ "$(query '[.findings[].places[].stacks[].frames[] | select(.module == null)] | length')" -gt 0 ]
    expect_complaints
    same unsymbolized "" "$(unsymbolized)"
    # a stripped program around a plugin that has names
    strip -o host "$BATS_FILE_TMPDIR/host"
    record stripped-host ./host turns "$plugin" "$BATS_FILE_TMPDIR/other.so"
    tell stripped-host.traces
    grep -q '#[0-9] host+0x' <<<"$output"
    expect_complaints
    # nothing was found
    strip -o clean "$TEST_PROGRAMS/context-leak-fixed"
    record clean ./clean
    tell clean.traces
    expect_complaints
}

# ---- modules that changed ------------------------------------------------------------------------

@test "a program rebuilt since is never taken for the one that ran" {
    local id
    cp "$BATS_FILE_TMPDIR/client" .
    id=$(readelf -n client | sed -n 's/.*Build ID: //p')
    record own ./client
    tell own.traces
    expect_source
    cp "$BATS_FILE_TMPDIR/rebuilt" client
    tell own.traces
    expect_offsets
    expect_complaints "No symbols: $PWD/client is not the file that ran, it was replaced since: run the audit again, or put the file with build-id $id back"
    same unsymbolized "replaced $PWD/client $id" \
        "$(query '.unsymbolized[] | "\(.reason) \(.module) \(.build_id)"')"
    expect_schema
    # in the midst of a build
    : >client
    tell own.traces
    expect_offsets
    same unsymbolized "replaced $PWD/client" "$(unsymbolized)"
    # findings that do not count ask for nothing
    echo 'context-leak *' >known
    tell own.traces --suppressions known
    expect_complaints
    same unsymbolized "replaced $PWD/client" "$(unsymbolized)"
    cp "$BATS_FILE_TMPDIR/client" .
    tell own.traces
    expect_source
}

@test "a module that is gone, or cannot be read" {
    cp "$BATS_FILE_TMPDIR/client" .
    cp "$BATS_FILE_TMPDIR/first.so" $'plug\e[1min.so'
    cp "$BATS_FILE_TMPDIR/other.so" .
    record own ./client
    record plugin "$BATS_FILE_TMPDIR/host" turns $'./plug\e[1min.so' "$PWD/other.so"
    rm client $'plug\e[1min.so'
    tell own.traces
    expect_offsets
    expect_complaints "No symbols: $PWD/client is not there any more: report where it is (in the container it ran in, for instance), or put it back"
    same unsymbolized "missing $PWD/client" "$(unsymbolized)"
    mkdir client
    tell own.traces
    expect_offsets
    expect_complaints "No symbols: $PWD/client cannot be read, or is no program: report as a user who may read it"
    same unsymbolized "unreadable $PWD/client" "$(unsymbolized)"
    # once, however many frames; and escaped
    tell plugin.traces
    expect_complaints 'No symbols: ./plug\x1b[1min.so is not there any more: report where it is (in the container it ran in, for instance), or put it back'
    same unsymbolized $'missing ./plug\e[1min.so' "$(unsymbolized)"
    same "the other one" 1 "$(query '[.findings[].places[].stacks.acquired.frames
        | select(any(.function == "leak_other"))] | length')"
}
