#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2030,SC2031 # each test is a subshell
# shellcheck disable=SC2154 # expect_same_behaviour sets them
#
# Security packages: what must not change for them and for their hosts, with the bare preload and
# under run. The package prints what it sees (tests/programs/lsa/odd.c), and so does a host that does
# what lsahost does not (host.c): what functions return, the access to pages, and how many words of
# the tables changed besides those that are the auditor's. $USE and $TABLES are odd.c's.

load helpers

setup()
{
    unset USE TABLES RAW NO_MAPS NOT_AGAIN FORKED
}

packages=$TEST_PROGRAMS/lsa

# by_lsahost OPTION... PACKAGE...
by_lsahost()
{
    expect_same_behaviour "$BUILD/lsahost" "$@"
}

# by_host WORD... PACKAGE...
by_host()
{
    expect_same_behaviour "$packages/host" "$@"
}

# watched WORD... PACKAGE...: the same by the host, where a report at the end cannot be made, or has
# something to say: the bare preload changes no output; leaves the report of the trace.
watched()
{
    local plain=0 status=0
    "$packages/host" "$@" >"$BATS_TEST_TMPDIR/plain.out" 2>&1 || plain=$?
    rm -rf "$BATS_TEST_TMPDIR/traces"
    preloaded "$packages/host" "$@" >"$BATS_TEST_TMPDIR/audited.out" \
        2>"$BATS_TEST_TMPDIR/audited.err" || status=$?
    same status "$plain" "$status"
    diff "$BATS_TEST_TMPDIR/plain.out" "$BATS_TEST_TMPDIR/audited.out"
    report=$BATS_TEST_TMPDIR/report.json
    "$SCARDAUDIT" report --json "$report" "$traces" || [ $? = 3 ]
}

# said LINE [COUNT]
said()
{
    same "lines '$1'" "${2:-1}" "$(grep -cFx -- "$1" "$BATS_TEST_TMPDIR/audited.out")"
}

# nothing_moved: in no table a word changed that is the package's or the host's own
nothing_moved()
{
    run ! grep -E '[1-9][0-9]* other (words|slots) changed' "$BATS_TEST_TMPDIR/audited.out"
    grep -q ', 0 other words changed' "$BATS_TEST_TMPDIR/audited.out"
}

# sections N: so many were created and deleted, and as many blocks of them and of the heap
sections()
{
    local kind
    for kind in lsa-section lsa-block lsa-heap-block; do
        expect_resource "$kind" "$1" "$1" || return 1
    done
    expect_findings
}

# blind CODE: each process has this blind spot; or none, if there is no CODE
blind()
{
    same "blind spots" "${1:-}" "$(query '[.processes[].blind_spots[].code] | unique | join(" ")')"
}

# ---- lsahost -------------------------------------------------------------------------------------

@test "two packages in one array, with tables as they are in different headers" {
    by_lsahost --verbose "$packages/package.so"
    expect_resource lsa-section 2 2
    by_lsahost --slots 29 "$packages/short.so"
    expect_resource lsa-section 2 2
    by_lsahost "$packages/const.so"
    expect_resource lsa-section 2 2
    blind
}

@test "several files, one of which fails" {
    by_lsahost "$packages/const.so" "$packages/failing.so" "$packages/no-tables.so" \
        "$packages/package.so"
    expect_resource lsa-section 5 5
}

@test "the host's table: to be written, read-only, or none" {
    local table
    for table in writable readonly; do
        by_lsahost --table "$table" "$packages/odd.so"
        nothing_moved
        sections 2
        by_lsahost --table "$table" "$packages/writing.so"
    done
    said written 0
    said "a page that is read-only"
    blind
    by_lsahost --table none "$packages/odd.so"
    expect_findings
    by_lsahost --table none --parameters none "$packages/package.so"
}

@test "no parameters" {
    by_lsahost --parameters none "$packages/odd.so"
    said "Initialize 1: id 1, no parameters, functions"
    sections 2
}

# ---- the package's tables ------------------------------------------------------------------------

# shape NAME TABLES SLOTS SECTIONS [CALLS]: and so many calls of the packages' own functions
shape()
{
    echo "shape $1:"
    export TABLES=$1
    by_host "tables=$2" "slots=$3" "$packages/odd.so"
    nothing_moved
    sections "$4"
    same "calls of packages" "${5:-$((2 * $2))}" "$(($(calls) - 6 * $4))"
    blind
}

@test "one table, in data, in constants, short, at the end of a page" {
    shape one 1 38 2
    shape const 1 38 2
    said "Initialize: own tables: r--p, 0 other words changed"
    said "Shutdown: own tables: r--p, 0 other words changed"
    shape short 1 27 2
    shape shortest 1 11 2
    said "Shutdown: own tables: r--p, 0 other words changed"
}

@test "two tables in an array, of any length" {
    shape two-38 2 38 4
    shape two-29 2 29 4
    shape two-43 2 43 4
    shape two-29-const 2 29 4
    said "Shutdown: own tables: r--p, 0 other words changed" 2
    shape heap 2 29 4
    shape mapped 2 29 4
    shape mapped-const 2 38 4
    said "Shutdown: own tables: r--p, 0 other words changed" 2
}

@test "a number of tables that is not true" {
    shape count-39 1 38 2
    shape count-39-mapped 1 29 2
    shape count-most 1 38 2
    shape count-most-mapped 1 38 2
}

# Several lengths fit, so the first table alone is taken, and that is said.
@test "functions behind the table that look like more tables" {
    TABLES=count-4-behind by_host slots=29 "$packages/odd.so"
    said "another result" 0
    same "blind spots" table "$(query '.processes[].blind_spots[].code')"
    expect_resource lsa-section 2 2
}

# The host knows better than what it is told.
@test "no tables, it says" {
    export TABLES=count-0
    watched "$packages/odd.so"
    nothing_moved
    said "stopped: 0x0"
}

@test "a version that is not true" {
    shape version-0 2 38 4
    shape version-most 1 29 2
    shape version-43 2 29 4
}

@test "slots that are NULL" {
    # Shutdown uses nothing then
    shape no-shutdown 2 38 2 2
    export TABLES=get-info-only
    watched tables=2 "$packages/odd.so"
    nothing_moved
    said "info: 7, 77" 2
}

# ---- how the host goes about it ------------------------------------------------------------------

@test "all that registers hold arrives, and comes back" {
    export USE=raw RAW=1 NOT_AGAIN=1
    by_host "$packages/odd.so"
    said "CreateSharedMemory: 1111111100010000 2222222200001000 3 4 5 6"
    said "DeleteSharedMemory: 53 54 55 56"
    said "free: abcdef010000001c"
    said "delete: abcdef0100000301"
    said "again: abcdef0100000000"
    said "initialized: 0x101"
    # of the last one only the first byte counts, which is 0
    expect_resource lsa-section 1 1
}

@test "errno" {
    export USE=errno NOT_AGAIN=1
    by_host "$packages/odd.so"
    said "errno: 12345"
    same "other errno" 1 "$(grep -c ' errno 1$' "$BATS_TEST_TMPDIR/audited.out")"
    by_lsahost "$packages/odd.so"
    said "errno: 12345"
}

@test "looked up for all, by version, or linked" {
    by_host default "$packages/odd.so"
    sections 2
    by_host version "$packages/odd-version.so"
    sections 2
    expect_same_behaviour "$packages/host-linked" "$packages/odd.so"
    nothing_moved
    sections 2
}

@test "nobody has the function" {
    by_host "$packages/odd.so"
    said "nobody's: 0"
    said "libc's: 0"
    by_host "$packages/odd.so" "$(plugin plugin)"
    grep -q "^not loaded: .*undefined symbol: SpLsaModeInitialize" "$BATS_TEST_TMPDIR/audited.out"
}

@test "the host's table: constant, ending with its page, with slots that are NULL, none" {
    local kind
    for kind in const mapped mapped-const; do
        by_host "functions=$kind" "$packages/odd.so"
        nothing_moved
        sections 2
        blind
    done
    said "functions: r--p, 0 other slots changed" 2
    by_host functions=const "$packages/odd.so"
    said "functions: r--p, 0 other slots changed" 2
    by_host functions=none "$packages/odd.so"
    export USE=some NOT_AGAIN=1
    by_host functions=nulls "$packages/odd.so"
    nothing_moved
    said "slot 26: NULL"
    said "slot 29: NULL"
    expect_resource lsa-heap-block 1 1
}

@test "the host's table on a page that nobody can write to" {
    by_host functions=sealed "$packages/odd.so"
    nothing_moved
    said "functions: r--s, 0 other slots changed" 2
    expect_findings
    blind table
}

@test "two packages with one table, and with a table each" {
    export TABLES=two-38
    by_host tables=2 "$packages/odd.so"
    said "calls 0: 4 4 4 4 4 4"
    sections 4
    by_host tables=2 functions=two "$packages/odd.so"
    said "calls 0: 2 2 2 2 2 2"
    said "calls 1: 2 2 2 2 2 2"
    sections 4
}

@test "a table that is a copy of one that another package was given" {
    export TABLES=two-38
    by_host tables=2 functions=copied "$packages/odd.so"
    said "calls 0: 4 4 4 4 4 4"
    sections 4
    same calls 28 "$(calls)"
}

@test "more tables than anybody has" {
    export TABLES=one NOT_AGAIN=1
    watched functions=many "$packages/odd.so"
    said "created: 1" 40
    blind table
}

@test "a host that calls the package through a copy of its table" {
    by_host copy "$packages/odd.so"
    nothing_moved
    sections 2
}

@test "a package that copies the host's table, before use and after" {
    USE=copy-first by_host "$packages/odd.so"
    sections 2
    USE=copy-after by_host "$packages/odd.so"
    sections 3
    USE=copy-first by_lsahost "$packages/odd.so"
    sections 2
}

@test "the host puts another function into its table" {
    by_host replace "$packages/odd.so"
    said "replaced: 1"
    nothing_moved
}

@test "everything is called again" {
    by_host again "$packages/odd.so"
    nothing_moved
    said "initialized: 0x101" 2
    sections 3
}

@test "unloaded, and loaded again" {
    export USE=leak NOT_AGAIN=1
    by_host rounds=40 "$packages/odd.so"
    nothing_moved
    said "Shutdown: own tables: rw-p, 0 other words changed" 40
    expect_findings "error lsa-section-leak lsa-section 40"
    expect_stack lsa-section-leak lsa-section acquired leak initialize initialize_first
}

@test "unloaded, and another one loaded" {
    by_host rounds=3 "$packages/odd.so" "$packages/odd-version.so"
    nothing_moved
    sections 12
}

@test "a child that is forked in Initialize" {
    export USE=fork NOT_AGAIN=1
    by_host "$packages/odd.so"
    said "child: 768"
    expect_findings
    # sections of this one are shared with the child, which frees the block for both
    FORKED=1 by_lsahost "$packages/odd.so"
    said "child: 768"
    expect_findings
}

@test "two threads" {
    export USE=threads NOT_AGAIN=1
    by_host "$packages/odd.so"
    said "thread: 0" 2
    expect_resource lsa-block 4000 4000
    by_lsahost "$packages/odd.so"
    said "thread: 0" 2
    expect_findings
    expect_resource lsa-heap-block 4000 4000
}

# ---- what cannot be asked or changed -------------------------------------------------------------

@test "no file can be opened any more" {
    export TABLES=const
    watched no-files "$packages/odd.so"
    sections 2
    watched no-files functions=const "$packages/odd.so"
    sections 2
    # where that is only known to the kernel
    TABLES=mapped-const watched no-files functions=mapped-const tables=2 "$packages/odd.so"
    blind table
}

@test "a seccomp filter refuses, or kills" {
    local kind filter
    export NO_MAPS=1
    for kind in const mapped-const data; do
        for filter in filter deadly-filter; do
            TABLES=const watched "$filter" "functions=$kind" "$packages/odd.so"
            said "stopped: 0x0"
        done
    done
}
