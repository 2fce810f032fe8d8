#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# The field's real clients, as Debian 12 has them: to their normal end, with the output and status
# they have unaudited, and with the right numbers.

load helpers

setup_file()
{
    start_pcscd
}

teardown_file()
{
    stop_pcscd
}

clients=$TESTS/clients

@test "pcsc_scan" {
    need_command pcsc_scan pcsc-tools
    expect_same_behaviour pcsc_scan -r
    grep -q 'Virtual PCD' "$BATS_TEST_TMPDIR/audited.out"
    expect_resource context 1 1
    expect_findings
}

@test "opensc-tool" {
    need_command opensc-tool opensc
    expect_same_behaviour opensc-tool -l
    grep -q 'Virtual PCD' "$BATS_TEST_TMPDIR/audited.out"
    expect_resource context 1 1
    expect_resource card-handle 2 2
    expect_findings
    expect_same_behaviour opensc-tool -a
    grep -q '^3b:95:13' "$BATS_TEST_TMPDIR/audited.out"
    expect_findings
}

@test "pkcs11-tool, and its --pin is in no trace" {
    need_command pkcs11-tool opensc
    expect_same_behaviour pkcs11-tool -L
    expect_resource context 1 1
    expect_findings
    expect_same_behaviour pkcs11-tool --login --pin 271828 -O
    [ "$(calls)" -gt 0 ]
    run ! grep -rqa 271828 "$BATS_TEST_TMPDIR/same/traces"
    same args null "$(query '.processes[0].args')"
}

@test "p11-kit" {
    need_command p11-kit p11-kit
    expect_same_behaviour p11-kit list-modules
    [ "$(calls)" -gt 0 ]
    expect_resource context 1 1
    expect_findings
}

@test "scriptor (Perl)" {
    need_command scriptor pcsc-tools
    echo 00A4040000 >"$BATS_TEST_TMPDIR/apdus"
    expect_same_behaviour scriptor "$BATS_TEST_TMPDIR/apdus"
    grep -q '90 00' "$BATS_TEST_TMPDIR/audited.out"
    expect_resource context 1 1
    expect_resource card-handle 1 1
    expect_findings
}

@test "pyscard establishes two contexts and releases one" {
    expect_same_behaviour /usr/bin/python3 "$clients/connect.py"
    grep -q 3b9513 "$BATS_TEST_TMPDIR/audited.out"
    expect_resource context 2 1
    expect_findings "error context-leak context 1"
}

@test "a CardMonitor of pyscard" {
    report=$BATS_TEST_TMPDIR/report.json
    run -0 "$SCARDAUDIT" run --json "$report" -- /usr/bin/python3 "$clients/monitor.py"
    same output "card seen" "$output"
    [ "$(calls)" -gt 2 ]
    same complete true "$(query '.processes[0].complete')"
    same rules "context-leak" "$(query '[.findings[] | select(.severity == "error").rule]
        | unique | join(" ")')"
}

@test "GnuPG's scdaemon" {
    [ -x /usr/lib/gnupg/scdaemon ]
    export GNUPGHOME=$BATS_TEST_TMPDIR/gnupg
    mkdir -m 700 "$GNUPGHOME"
    echo disable-ccid >"$GNUPGHOME/scdaemon.conf"
    input=$BATS_TEST_TMPDIR/commands
    printf 'SERIALNO\nBYE\n' >"$input"
    timed=1 expect_same_behaviour /usr/lib/gnupg/scdaemon --server
    grep -q '^S SERIALNO' "$BATS_TEST_TMPDIR/audited.out"
    expect_resource context 1 0
    expect_findings "error context-leak context 1" "error handle-leak card-handle 1"
}

@test "Java's javax.smartcardio never releases its context" {
    need_command javac openjdk-17-jdk-headless
    javac -d "$BATS_TEST_TMPDIR" "$clients/Card.java"
    expect_same_behaviour java -cp "$BATS_TEST_TMPDIR" \
        -Dsun.security.smartcardio.library=/usr/lib/x86_64-linux-gnu/libpcsclite.so.1 Card
    grep -q 'ATR: 11 bytes' "$BATS_TEST_TMPDIR/audited.out"
    expect_resource context 1 0
    expect_resource card-handle 1 1
    expect_findings "error context-leak context 1"
}
