#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
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

@test "WinPR: passed through and named as a blind spot, its own calls audited" {
    expect_same_behaviour "$TEST_PROGRAMS/winpr-client"
    grep -q 'reader: Virtual PCD' "$BATS_TEST_TMPDIR/audited.out"
    expect_findings
    same blind "foreign-abi heap-blind" \
        "$(query '[.processes[0].blind_spots[].code] | sort | join(" ")')"
    same module libwinpr2.so.2 "$(query '.processes[0].blind_spots[]
        | select(.code == "foreign-abi").module | sub(".*/"; "")')"
    same provider libpcsclite.so.1 "$(query '[.resources[].provider] | unique | join(" ")')"
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
