#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# Transactions on a live card: how they nest, what ends them, and what keeps them.

load helpers

setup_file()
{
    start_pcscd
}

teardown_file()
{
    stop_pcscd
}

teardown()
{
    [ -z "${helper:-}" ] || kill "$helper" 2>/dev/null || true
    [ -z "${mend:-}" ] || "$mend"
}

@test "OpenSC 480: a transaction that the program believes ended by a reset" {
    audit 0 transaction-after-reset
    expect_findings "error context-leak context 1" "error handle-leak card-handle 1" \
        "error transaction-leak transaction 1"
    expect_stack transaction-leak transaction acquired begin log_in main
    expect_cause handle-leak context-leak
    expect_cause transaction-leak handle-leak
    same message "transaction begun by begin() was never ended" \
        "$(field transaction-leak message)"
    expect_resource transaction 1 0
    audit 0 transaction-after-reset-fixed
    expect_findings
    expect_resource transaction 1 1
}

@test "transactions nest: each begin wants an end" {
    audit 0 nested-transaction
    expect_findings "note implicit-release transaction 1"
    expect_stack implicit-release transaction acquired begin main
    expect_stack implicit-release transaction released close_card main
    # one of the two is given back by its handle
    expect_resource transaction 2 2
    audit 0 nested-transaction-fixed
    expect_findings
}

@test "a transaction that ends with its card handle" {
    audit 0 transaction-disconnect
    expect_findings "note implicit-release transaction 1"
    same message "transaction begun by begin() was never ended; it ended when close_card()\
 disconnected its card handle" "$(field implicit-release message)"
    audit 0 transaction-disconnect-fixed
    expect_findings
}

insert()
{
    "$TESTS/fixture/pcscd-fixture.sh" insert "$FIXTURE"
}

restart()
{
    "$TESTS/fixture/pcscd-fixture.sh" restart "$FIXTURE"
    insert
}

# while_begun WHAT PROGRAM: audit a program that says when it has begun, and do WHAT to the fixture
while_begun()
{
    local pipe=$BATS_TEST_TMPDIR/begun
    rm -f "$pipe"
    mkfifo "$pipe"
    {
        read -r _ <"$pipe"
        "$TESTS/fixture/pcscd-fixture.sh" "$1" "$FIXTURE"
    } 3>&- &
    helper=$!
    audit 0 "$2" "$pipe"
    wait "$helper"
    helper=
}

@test "a card that is pulled takes its transaction along" {
    mend=insert
    while_begun remove transaction-removed
    expect_findings
    expect_resource transaction 1 1
}

@test "without pcscd a context can be released, and nothing else" {
    mend=restart
    while_begun crash service-gone
    expect_findings "error context-leak context 1"
    expect_resource card-handle 1 0
    restart
    while_begun crash service-gone-fixed
    expect_findings
    expect_resource context 1 1
}
