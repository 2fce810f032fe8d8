#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2030,SC2031 # each test is a subshell, and sets its own OPEN_WITH
# shellcheck disable=SC2154 # preloaded sets traces
#
# However a program comes by the PC/SC functions, its calls are audited, and it says and does
# what it would unaudited.

load helpers

setup_file()
{
    start_pcscd
}

teardown_file()
{
    stop_pcscd
}

@test "a linked client" {
    expect_same_behaviour "$TEST_PROGRAMS/clean"
    expect_findings
    # establish, list, free, connect, begin, transmit, end, disconnect, release
    same calls 9 "$(calls)"
    same executable "$(realpath "$TEST_PROGRAMS/clean")" "$(query '.processes[0].executable')"
}

@test "a client that opens the library with dlopen" {
    expect_same_behaviour "$TEST_PROGRAMS/dlopen-client"
    expect_findings "error context-leak context 1"
    expect_stack context-leak context acquired establish_context main
    same calls 3 "$(calls)"
    expect_same_behaviour "$TEST_PROGRAMS/dlopen-client-fixed"
    expect_findings
    same calls 4 "$(calls)"
}

@test "a client that uses dlvsym, and is refused as it would be unaudited" {
    expect_same_behaviour "$TEST_PROGRAMS/dlvsym-client"
    grep -q 'undefined symbol: SCardEstablishContext, version' "$BATS_TEST_TMPDIR/audited.out"
    expect_findings "error context-leak context 1"
    same calls 3 "$(calls)"
    expect_same_behaviour "$TEST_PROGRAMS/dlvsym-client-fixed"
    expect_findings
}

@test "a client built before glibc 2.34, with the dlsym of libdl" {
    expect_same_behaviour "$TEST_PROGRAMS/old-dlsym-client"
    expect_findings "error context-leak context 1"
    expect_stack context-leak context acquired establish_context main
    expect_same_behaviour "$TEST_PROGRAMS/old-dlsym-client-fixed"
    expect_findings
}

@test "a plugin that is linked with the library, in a local scope" {
    expect_same_behaviour "$TEST_PROGRAMS/plugin-host" "$(plugin plugin)"
    expect_findings "error context-leak context 1"
    # the plugin is closed before the program ends; its names are told all the same
    expect_stack context-leak context acquired open_context plugin_work main
    same module "$(realpath "$(plugin plugin)")" \
        "$(realpath "$(query '.findings[0].places[0].stacks.acquired.frames[0].module')")"
    same calls 3 "$(calls)"
    expect_same_behaviour "$TEST_PROGRAMS/plugin-host" "$(plugin plugin-fixed)"
    expect_findings
}

# a hook that rewrote this look-up made every call fail with 0x80100001
@test "the two halves of pcsc-lite 2.1, played by stand-ins: each call counts once" {
    local programs
    programs=$(dirname "$TEST_PROGRAMS")/robustness
    export LD_LIBRARY_PATH=$programs/split
    expect_same_behaviour "$programs/contexts-only"
    same output "established 0x0, valid 0x0, context 1001, released 0x0" \
        "$(<"$BATS_TEST_TMPDIR/audited.out")"
    same calls 3 "$(calls)"
    same provider libpcsclite.so.1 "$(query '[.resources[].provider] | unique | join(" ")')"
    expect_findings
}

# one remembered pointer per function sent one plugin to the other's library
@test "two plugins with a provider each, stand-ins, in scopes of their own" {
    local programs
    programs=$(dirname "$TEST_PROGRAMS")/robustness
    expect_same_behaviour "$programs/two-plugins" "$programs/plugin-one.so" \
        "$programs/plugin-two.so"
    same contexts "1001 5001 1002 5002" "$(sed 's/.*context \([0-9]*\),.*/\1/' \
        "$BATS_TEST_TMPDIR/audited.out" | paste -sd ' ')"
    same providers "libone.so 2 2, libtwo.so 2 2" "$(query '[.resources[]
        | "\(.provider) \(.acquired) \(.released)"] | sort | join(", ")')"
    expect_findings
}

# library: the path of the real library, as the loader finds it
library()
{
    ldd "$TEST_PROGRAMS/clean" | sed -n 's/.*libpcsclite\.so\.1 => \(\S*\) .*/\1/p'
}

# expect_hidden PLUGIN COMMAND...: that opens PLUGIN in a way that hides its calls. It behaves as it
# would unaudited; bare, and under run without LD_AUDIT, no call is seen and the report names PLUGIN.
# Leaves the report of run in $report.
expect_hidden()
{
    local plugin=$1 without=$BATS_TEST_TMPDIR/without.json file
    shift
    timed=1 expect_same_behaviour "$@"
    "$SCARDAUDIT" run --no-audit-dlopen --json "$without" -- "$@" >"$without.out" 2>"$without.err" ||
        true
    diff "$BATS_TEST_TMPDIR/audited.out" "$without.out"
    same "stderr without LD_AUDIT" \
        "$NOTHING_AUDITED" "$(<"$without.err")"
    for file in "$bare_report" "$without"; do
        same "calls in $file" 0 "$(gojq '[.processes[].calls] | add' "$file")"
        same "blind spot in $file" "$plugin was opened with RTLD_DEEPBIND: its calls were not seen; \`scardaudit run\` sees them (not with --no-audit-dlopen)" \
            "$(gojq -r '.processes[].blind_spots[] | select(.code == "deepbind").message' "$file")"
    done
}

# expect_seen CALLS: by the last report, in which nothing is hidden
expect_seen()
{
    same calls "$1" "$(calls)"
    same "blind spots" "" "$(query '[.processes[].blind_spots[].code] | unique | join(" ")')"
}

@test "a plugin opened with RTLD_DEEPBIND: seen under run, named by the bare preload" {
    export OPEN_WITH=deepbind
    local name bind_now
    for bind_now in "" 1; do
        export LD_BIND_NOW=$bind_now
        name=$(plugin plugin)
        expect_hidden "$name" "$TEST_PROGRAMS/plugin-host" "$name"
        expect_seen 3
        expect_findings "error context-leak context 1"
        expect_stack context-leak context acquired open_context plugin_work main
        name=$(plugin plugin-fixed)
        expect_hidden "$name" "$TEST_PROGRAMS/plugin-host" "$name"
        expect_seen 4
        expect_findings
    done
}

# LD_AUDIT binds their free to ours; without it the plugin dies of its double free as it would
@test "what a plugin opened with RTLD_DEEPBIND frees is seen under run" {
    export OPEN_WITH=deepbind
    audit 0 plugin-host "$(plugin freeing-plugin)"
    expect_findings "error mismatched-free autoallocate 1" "error double-free autoallocate 1"
    expect_stack mismatched-free autoallocate misused give_to_free plugin_work main
    expect_stack double-free autoallocate misused free_block give_twice plugin_work main
    same "blind spots" "" "$(query '.processes[].blind_spots[].code')"
}

@test "a plugin opened with RTLD_DEEPBIND that uses dlsym itself" {
    export OPEN_WITH=deepbind
    local name
    for name in "$(plugin dlopen-plugin)" "$(plugin old-dlsym-plugin)"; do
        expect_hidden "$name" "$TEST_PROGRAMS/plugin-host" "$name"
        expect_seen 3
        expect_findings "error context-leak context 1"
        expect_stack context-leak context acquired establish_context plugin_work main
    done
}

@test "the library opened by its absolute path, with the dlsym of old programs" {
    TEST_LIBRARY=$(realpath "$(library)")
    export TEST_LIBRARY
    expect_same_behaviour "$TEST_PROGRAMS/old-dlsym-client"
    expect_findings "error context-leak context 1"
    expect_seen 3
    same provider libpcsclite.so.1 "$(query '[.resources[].provider] | unique | join(" ")')"
}

@test "the library itself opened with RTLD_DEEPBIND, as OpenSC does: all calls are seen, bare what it frees is not" {
    export DEEPBIND=1
    expect_same_behaviour "$TEST_PROGRAMS/dlopen-client"
    expect_findings "error context-leak context 1"
    expect_seen 3
    same "blind spots, bare" heap-blind \
        "$(gojq -r '[.processes[].blind_spots[].code] | join(" ")' "$bare_report")"
}

@test "two plugins with a provider each, stand-ins, opened with RTLD_DEEPBIND" {
    export OPEN_WITH=deepbind
    local programs
    programs=$(dirname "$TEST_PROGRAMS")/robustness
    timed=1 expect_same_behaviour "$programs/two-plugins" "$programs/plugin-one.so" \
        "$programs/plugin-two.so"
    expect_seen 12
    same providers "libone.so 2 2, libtwo.so 2 2" "$(query '[.resources[]
        | "\(.provider) \(.acquired) \(.released)"] | sort | join(", ")')"
    expect_findings
    same named "plugin-one.so plugin-two.so" "$(gojq -r '[.processes[].blind_spots[]
        | select(.code == "deepbind").module | sub(".*/"; "")] | sort | join(" ")' "$bare_report")"
}

# told by the report under run, too: LD_AUDIT is not asked about such calls
@test "what is hidden under run as well: dlmopen, and RTLD_DEEPBIND with -fno-plt" {
    local name with file bare_report=$BATS_TEST_TMPDIR/bare-report.json
    cd "$BATS_TEST_TMPDIR" || return
    for with in dlmopen deepbind; do
        name=$(plugin plugin-no-plt)
        [ $with = deepbind ] || name=$(plugin plugin)
        export OPEN_WITH=$with
        "$TEST_PROGRAMS/plugin-host" "$name" >plain
        preloaded plugin-host "$name" >bare
        audit 0 plugin-host "$name"
        diff plain bare
        "$SCARDAUDIT" report --allow-empty --json "$bare_report" "$traces"
        rm "$traces"/*
        for file in "$report" "$bare_report"; do
            same "calls in $file" 0 "$(gojq '[.processes[].calls] | add' "$file")"
            same "blind spot in $file" "$name was opened with dlmopen, or with RTLD_DEEPBIND and calls by address (as with -fno-plt): such calls were not seen" \
                "$(gojq -r '.processes[].blind_spots[] | select(.code == "deepbind").message' "$file")"
        done
    done
}

@test "an object opened with RTLD_DEEPBIND that has nothing to do with smart cards" {
    local name
    name=$(dirname "$TEST_PROGRAMS")/robustness/nothing.so
    OPEN_WITH=deepbind run -0 preloaded plugin-host "$name"
    same files "" "$(ls "$traces")"
    # not even where a provider is in the process
    LD_PRELOAD=$SCARDAUDIT_LIB:$(library) OPEN_WITH=deepbind SCARDAUDIT_OPTIONS="dir=$traces" \
        run -0 "$TEST_PROGRAMS/plugin-host" "$name"
    same output found "$output"
    same files "" "$(ls "$traces")"
}

@test "two threads make the first call of each function at once" {
    local round
    for ((round = 0; round < 10; round++)); do
        audit 0 first-calls
        same output "16 and 16 of 17 calls failed" "$output"
        expect_seen 34
        OPEN_WITH=deepbind audit 0 plugin-host "$(plugin first-calls)"
        expect_seen 34
    done
}

@test "WinPR, and pcsc-lite below it" {
    expect_same_behaviour "$TEST_PROGRAMS/winpr-client"
    grep -q 'reader: Virtual PCD' "$BATS_TEST_TMPDIR/audited.out"
    # establish, list, free, release: four each
    expect_seen 8
    expect_findings
    same contexts "libpcsclite.so.1 1 1, libwinpr2.so.2 1 1" "$(query '[.resources[]
        | select(.kind == "context") | "\(.provider) \(.acquired) \(.released)"] | sort | join(", ")')"
}

# standin NAME CODE: contexts-only with that stand-in for libpcsclite, which has this blind spot
standin()
{
    local programs library
    programs=$(dirname "$TEST_PROGRAMS")/robustness
    library=$programs/$1/libpcsclite.so.1
    export LD_LIBRARY_PATH=$programs/$1
    expect_same_behaviour "$programs/contexts-only"
    same output "established 0x0, valid 0x0, context 1001, released 0x0" \
        "$(<"$BATS_TEST_TMPDIR/audited.out")"
    same "blind spots" "$2" "$(query '.processes[0].blind_spots[].code')"
    same "blind spots, bare" "$2" "$(gojq -r '.processes[0].blind_spots[].code' "$bare_report")"
    same module "$(realpath "$library")" \
        "$(realpath "$(query '.processes[0].blind_spots[0].module')")"
    expect_schema
}

@test "a provider, a stand-in, with functions that are not known" {
    standin more unknown-export
    expect_findings
    same calls 3 "$(calls)"
    expect_resource context 1 1
    # in the order of its symbol table
    [[ "$(query '.processes[0].blind_spots[0].message')" =~ \
        " exports "(SCardFoo and SCardBar|SCardBar and SCardFoo)", which " ]]
}

@test "a provider, a stand-in, with more of them than there is room for: counted" {
    standin many unknown-export
    expect_findings
    same calls 3 "$(calls)"
    # of sixty some are named, and the others, with or without room for their names, counted
    local named more
    named=$(query '.processes[0].blind_spots[0].message' | grep -o 'SCardNameOfTwenty_..' |
        sort -u | wc -l)
    more=$(query '.processes[0].blind_spots[0].message' | sed -n 's/.* and \([0-9]*\) more, .*/\1/p')
    [ "$named" -gt 0 ]
    same "of sixty" $((60 - named)) "$more"
}

@test "a provider, a stand-in, with the names of two ABIs: passed through and named" {
    local programs bare=$BATS_TEST_TMPDIR/bare.json
    programs=$(dirname "$TEST_PROGRAMS")/robustness
    export LD_LIBRARY_PATH=$programs/windows
    cd "$BATS_TEST_TMPDIR" || return
    preloaded "$programs/contexts-only" >bare
    audit 0 "$programs/contexts-only"
    same output "established 0x0, valid 0x0, context 1001, released 0x0
$NOTHING_AUDITED" "$output"
    same "output, bare" "established 0x0, valid 0x0, context 1001, released 0x0" "$(<bare)"
    "$SCARDAUDIT" report --allow-empty --json "$bare" "$traces"
    for report in "$report" "$bare"; do
        same "blind spot" "foreign-abi windows/libpcsclite.so.1" "$(query '.processes[0].blind_spots[]
            | "\(.code) \(.module | split("/")[-2:] | join("/"))"')"
        same calls 0 "$(calls)"
        same findings 0 "$(query '.findings | length')"
    done
}

@test "a program without smart cards leaves nothing and is told nothing" {
    run -0 preloaded /bin/echo hello
    same output hello "$output"
    same files "" "$(ls "$BATS_TEST_TMPDIR/traces")"
}

@test "a program that fails fails as before" {
    expect_same_behaviour "$TEST_PROGRAMS/ending" exit
    same status 7 "$(query '.processes[0].status')"
}

@test "without pcscd the program's own error is unchanged" {
    export PCSCLITE_CSOCK_NAME=$BATS_TEST_TMPDIR/no-pcscd
    expect_same_behaviour "$TEST_PROGRAMS/leaky"
    same status 1 "$(query '.processes[0].status')"
    expect_findings
    expect_same_behaviour "$TEST_PROGRAMS/clean"
    expect_findings
    expect_same_behaviour "$TEST_PROGRAMS/dlopen-client"
    expect_findings
}

@test "lengths that lie anywhere, or nowhere" {
    expect_same_behaviour "$(dirname "$TEST_PROGRAMS")/robustness/far-lengths" nowhere
    same refused 5 "$(grep -c ': 80100003, nothing$' "$BATS_TEST_TMPDIR/audited.out")"
    same blocks "7 7" "$(query '.resources[] | select(.kind == "autoallocate")
        | "\(.acquired) \(.released)"')"
}

# What the library calls in turn is pcsc-lite's, and is told of once.
@test "a library in front of pcsc-lite that has some of the functions" {
    expect_same_behaviour "$TEST_PROGRAMS/layered-fixed"
    same output "Virtual PCD 00 00: 11 bytes of ATR, asked 1 times" \
        "$(<"$BATS_TEST_TMPDIR/audited.out")"
    expect_findings
    same blind "" "$(query '.processes[].blind_spots[].code')"
    same resources "autoallocate 3 3, card-handle 1 1, context 1 1" "$(query '[.resources[]
        | select(.provider == "libpcsclite.so.1") | "\(.kind) \(.acquired) \(.released)"]
        | sort | join(", ")')"
    expect_same_behaviour "$TEST_PROGRAMS/layered"
    expect_findings "note implicit-release card-handle 1" "error autoallocate-leak autoallocate 1"
    # the library's own frame is lost to the sibling call
    expect_stack implicit-release card-handle acquired main
    expect_stack autoallocate-leak autoallocate acquired SCardStatus ask_status main
}

@test "a program that asks which names there are" {
    expect_same_behaviour "$TEST_PROGRAMS/ask-for-names"
    same "what there is" "4 of SCardListReaders, 0 of SCardListReadersW" \
        "$(grep -c 'Readers: there' "$BATS_TEST_TMPDIR/audited.out") of SCardListReaders, $(
            grep -c 'ReadersW: there' "$BATS_TEST_TMPDIR/audited.out") of SCardListReadersW"
}

@test "a length of nothing, or of a buffer, which nobody has set" {
    expect_same_behaviour "$TEST_PROGRAMS/name-only"
    expect_findings
    same blocks "2 2" "$(query '.resources[] | select(.kind == "autoallocate")
        | "\(.acquired) \(.released)"')"
}
