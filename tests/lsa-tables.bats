#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2154 # attack.bash sets them
#
# Hosts of security packages, and packages, with odd function tables: the program behaves as alone,
# and what cannot be told is said. Each test says how it was seen to fail.

load attack

lsa=$TEST_PROGRAMS/lsa

# tables WAY: behaves as alone
tables()
{
    expect_same_behaviour "$lsa/tables" "$1" "$lsa/tables-package.so"
}

# blind CODE: of the blind spots, those that these programs are about
blind()
{
    same "blind spots" "$1" "$(query '[.processes[].blind_spots[].code] | sort | join(" ")')"
}

# the call went past us, the free() inside did not: mismatched-free
@test "FreeLsaHeap is free() itself" {
    tables heap
    expect_findings
    same released "1 1 1" "$(query '[.resources[].released] | join(" ")')"
    blind ""
}

# the copy's stub went on to the function that had come to the table later
@test "a table gets other functions, and somebody has a copy with those of before" {
    tables reused
    grep -qx "the copy's: a section, the table's: none" "$BATS_TEST_TMPDIR/audited.out"
}

# four of them were overwritten
@test "a host's table that ends early, and other data behind it" {
    tables short
    grep -qx "46 of 46 as before" "$BATS_TEST_TMPDIR/audited.out"
    blind table
}

# the shorter length was taken: stubs stood in place of functions with twelve arguments
@test "tables without a gap, which may be of several lengths" {
    tables full
    blind table
    expect_findings
    same released "1 1 1" "$(query '[.resources[].released] | join(" ")')"
}

# under the filter: SIGSEGV
@test "a package that says it has 39 tables" {
    tables lying
    blind ""
    run -0 --separate-stderr live "$lsa/tables" filtered "$lsa/tables-package.so"
    same output "done" "$output"
    run -0 "$SCARDAUDIT" report --allow-empty --json "$report" "$traces"
    blind "seccomp table"
}

# while it is bound, the loader does not tell the object of the package: nothing was audited
@test "a host that is linked to its package, and opened with RTLD_DEEPBIND and RTLD_NOW" {
    run -0 "$SCARDAUDIT" run --json "$report" -- "$lsa/linked-host" "$lsa/liblinked-host.so"
    expect_findings
    same "blocks of its heap" 1 "$(query '.resources[] | select(.kind == "lsa-heap-block").released')"
}
