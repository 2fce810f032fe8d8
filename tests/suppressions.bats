#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2030,SC2031 # each test is a subshell, and sets its own variables
# shellcheck disable=SC2154 # stderr and stderr_lines are set by run --separate-stderr
#
# --suppressions: what counts no more, what is said of it, the files the program brings along.

load helpers

setup_file()
{
    start_pcscd
    # real traces that the tests only read
    local name
    for name in leaky clean wrong-context; do
        mkdir "$BATS_FILE_TMPDIR/$name"
        LD_PRELOAD=$SCARDAUDIT_LIB SCARDAUDIT_OPTIONS="dir=$BATS_FILE_TMPDIR/$name:at_exit=none" \
            "$TEST_PROGRAMS/$name" >/dev/null
    done
}

teardown_file()
{
    stop_pcscd
}

clients=$TESTS/clients

setup()
{
    mkdir "$BATS_TEST_TMPDIR/work"
    cd "$BATS_TEST_TMPDIR/work" || return 1
    leaky=$(echo "$BATS_FILE_TMPDIR"/leaky/*.trace)
    report=report.json
}

# judge_leaky STATUS [OPTION...]: the text report in $output, the JSON one in $report
judge_leaky()
{
    local wanted=$1
    shift
    run -"$wanted" --separate-stderr "$SCARDAUDIT" report "$@" --json "$report" --text - "$leaky"
}

# expect_suppressed RULE...: the rules of the suppressed findings, which are counted as such, in a
# report as the schema wants it
expect_suppressed()
{
    expect_schema
    same suppressed "$*" "$(query '[.findings[] | select(.suppressed).rule] | sort | join(" ")')"
    same "summary.suppressed" $# "$(query .summary.suppressed)"
    same "other findings" "$(query '.summary | .error + .warning + .note')" \
        "$(query '[.findings[] | select(.suppressed | not)] | length')"
}

# totals: the text report from its last line of totals on, without what repeats the command
totals()
{
    sed -n '/^scardaudit: [0-9]* error/,$p' <<<"$output" | grep -vE '^(trace|again): '
}

# ---- the report ----------------------------------------------------------------------------------

@test "a suppressed finding is not shown, but counted as suppressed" {
    echo 'context-leak leaky!establish main' >known.supp
    judge_leaky 0 --suppressions known.supp
    expect_suppressed context-leak
    [[ $output != *"ERROR context-leak"* && $output == *"ERROR handle-leak"* ]]
    [[ $output == *"  follows from context-leak "*" (suppressed)"* ]]
    same totals "scardaudit: 2 errors, 0 warnings, 0 notes
scardaudit: 1 suppressed (--suppressions known.supp)
  used:   known.supp:1: context-leak leaky!establish main (1 finding, 1 time)" "$(totals)"
}

@test "a block describes a finding as a line does, frame by frame" {
    cat >known.supp <<'END'
# both forms may stand in one file
handle-leak connect_card
{
    name: establish() keeps it, ticket 4711
    rule: context-leak
    frame: leaky!establish
    frame: main
    expires: 2999-12-31
}
{
    rule: autoallocate-leak
    frame: main
}
END
    judge_leaky 0 --suppressions known.supp
    expect_suppressed context-leak handle-leak
    same totals "scardaudit: 1 error, 0 warnings, 0 notes
scardaudit: 2 suppressed (--suppressions known.supp)
  used:   known.supp:2: handle-leak connect_card (1 finding, 1 time)
  used:   known.supp:3: establish() keeps it, ticket 4711 (1 finding, 1 time)
  unused: known.supp:10: autoallocate-leak main" "$(totals)"
    sed -i 's/^    frame: main$/    frame: ...\n&/' known.supp
    judge_leaky 0 --suppressions known.supp
    expect_suppressed autoallocate-leak context-leak handle-leak
    [[ $output == *"  used:   known.supp:11: autoallocate-leak ... main (1 finding, 1 time)"* ]]
}

@test "used and unused suppressions are listed, by their names" {
    printf '%s\n' '# what we know' 'handle-leak connect_card name="old handle" reason=known' \
        >one.supp
    printf '%s\n' 'double-release *' '' 'autoallocate-leak no_such name=obsolete' >two.supp
    judge_leaky 0 --suppressions one.supp --suppressions two.supp
    expect_suppressed handle-leak
    same totals "scardaudit: 2 errors, 0 warnings, 0 notes
scardaudit: 1 suppressed (--suppressions one.supp, two.supp)
  used:   one.supp:2: old handle (1 finding, 1 time)
  unused: two.supp:1: double-release *
  unused: two.supp:3: obsolete" "$(totals)"
    for _ in {1..12}; do echo 'double-release *'; done >many.supp
    judge_leaky 0 --suppressions many.supp
    [[ $output == *"  unused: many.supp:8: double-release *
  and 4 more unused"* ]]
}

@test "the offered lines suppress their findings, and those alone" {
    judge_leaky 0
    sed -n 's/^  suppress: //p' <<<"$output" >offered.supp
    same offered 3 "$(grep -c . offered.supp)"
    grep -q '^handle-leak leaky!connect_card fingerprint=[0-9a-f]\{16\}$' offered.supp
    judge_leaky 0 --suppressions offered.supp --fail-on note
    expect_suppressed autoallocate-leak context-leak handle-leak
    [[ $output != *ERROR* && $output != *unused* ]]
    sed -n 2p offered.supp >second.supp
    judge_leaky 0 --suppressions second.supp
    expect_suppressed handle-leak
}

@test "--fail-on counts what is not suppressed" {
    echo '* *' >all.supp
    echo 'context-leak *' >some.supp
    judge_leaky 0 --fail-on note --suppressions all.supp
    judge_leaky 23 --fail-on error --suppressions some.supp
    run -23 --separate-stderr "$SCARDAUDIT" report --fail-on error --suppressions some.supp \
        --json "$report" "$leaky"
    same stderr "scardaudit: 2 errors, 0 warnings, 0 notes: at or above --fail-on error" "$stderr"
    run -0 --separate-stderr "$SCARDAUDIT" run --fail-on note --suppressions all.supp \
        --json "$report" -- "$TEST_PROGRAMS/leaky"
    same stderr "" "$stderr"
    expect_suppressed autoallocate-leak context-leak handle-leak
    run -23 "$SCARDAUDIT" run --fail-on error --suppressions some.supp -- "$TEST_PROGRAMS/leaky"
    # notes that became warnings are suppressed all the same
    run -0 "$SCARDAUDIT" run --strict --fail-on warning --suppressions all.supp \
        -- "$TEST_PROGRAMS/implicit-release"
    # what is suppressed was audited; a silence that audited nothing still fails
    run -125 "$SCARDAUDIT" run --fail-on error --suppressions all.supp -- /bin/true
}

@test "a misuse is matched where it happened" {
    run -0 "$SCARDAUDIT" report --json "$report" "$BATS_FILE_TMPDIR/wrong-context"
    local acquired misused
    acquired=$(query '.findings[0].places[0].stacks.acquired.frames[0].function')
    misused=$(query '.findings[0].places[0].stacks.misused.frames[0].function')
    [ "$acquired" != "$misused" ]
    echo "wrong-context $acquired" >acquired.supp
    echo "wrong-context $misused" >misused.supp
    run -0 "$SCARDAUDIT" report --suppressions acquired.supp --json "$report" \
        "$BATS_FILE_TMPDIR/wrong-context"
    expect_suppressed
    run -0 "$SCARDAUDIT" report --suppressions misused.supp --json "$report" \
        "$BATS_FILE_TMPDIR/wrong-context"
    expect_suppressed wrong-context
}

@test "a clean program" {
    echo 'context-leak *' >known.supp
    run -0 "$SCARDAUDIT" report --suppressions known.supp "$BATS_FILE_TMPDIR/clean"
    [[ $output == *"scardaudit: no findings"*"
scardaudit: 0 suppressed (--suppressions known.supp)
  unused: known.supp:1: context-leak *"* ]]
    : >empty.supp
    run -0 "$SCARDAUDIT" report --suppressions empty.supp "$BATS_FILE_TMPDIR/clean"
    [[ $output != *"suppressed ("* ]]
}

@test "expires: past, it is inactive, and a warning says so" {
    echo 'context-leak * expires=2001-02-03' >old.supp
    judge_leaky 23 --fail-on error --suppressions old.supp
    same stderr "scardaudit: old.supp:1: expired on 2001-02-03, and suppresses nothing any more" \
        "$stderr"
    expect_suppressed
    [[ $output == *"scardaudit: 0 suppressed (--suppressions old.supp)"* ]]
    [[ $output != *unused* ]]
    echo 'context-leak * expires=2999-02-03' >new.supp
    judge_leaky 0 --suppressions new.supp
    same stderr "" "$stderr"
    expect_suppressed context-leak
}

@test "max: above it the finding counts again" {
    mkdir twice
    local name
    for name in 1 2; do
        cp --sparse=always "$leaky" "twice/scardaudit.leaky.$name.0.trace"
    done
    echo 'context-leak * max=1' >one.supp
    echo 'context-leak * max=2' >two.supp
    leaky=twice
    judge_leaky 23 --fail-on error --suppressions one.supp
    expect_suppressed
    [[ $output == *"ERROR context-leak"*"  not suppressed by one.supp:1: more than max=1"* ]]
    [[ $output != *unused* ]]
    judge_leaky 0 --suppressions one.supp --suppressions two.supp
    expect_suppressed context-leak
    same uses "  used:   two.supp:1: context-leak * (1 finding, 2 times)
  unused: one.supp:1: context-leak *" "$(grep used: <<<"$output")"
}

@test "run: the command to repeat the report has the suppressions" {
    echo 'context-leak *' >'my known.supp'
    run -0 --separate-stderr "$SCARDAUDIT" run --dir kept --suppressions 'my known.supp' \
        --suppressions default:java -- "$TEST_PROGRAMS/leaky"
    local again
    again=$(sed -n 's/^again: scardaudit //p' <<<"$stderr")
    run -0 sh -c "\"$SCARDAUDIT\" $again"
    [[ $output == *"1 suppressed (--suppressions my known.supp, default:java)"* ]]
}

# ---- files ---------------------------------------------------------------------------------------

# expect_refused FILE MESSAGE: by report and run, which does not start the program
expect_refused()
{
    run -3 --separate-stderr "$SCARDAUDIT" report --suppressions "$1" "$leaky"
    same stderr "scardaudit: $2" "$stderr"
    same stdout "" "$output"
    run -125 --separate-stderr "$SCARDAUDIT" run --suppressions "$1" -- touch started
    same stderr "scardaudit: $2" "$stderr"
    [ ! -e started ]
}

@test "a syntax error is fatal, and is told with file and line" {
    printf '%s\n' '# fine' 'context-leak main' 'context-leak "main' >bad.supp
    expect_refused bad.supp "bad.supp:3: the quote is not closed"
    echo context-leak >bad.supp
    expect_refused bad.supp "bad.supp:1: a frame is missing behind the rule: * is any"
    printf '{\n  rule: *\n}\n' >bad.supp
    expect_refused bad.supp "bad.supp:3: the block that ends here has no frame: * is any"
    printf '%s\n' '* main' '{' 'rule: *' 'frame: main' >bad.supp
    expect_refused bad.supp "bad.supp:2: the block that begins here has no end"
    printf '{\n  rule: *\n  fun: main\n}\n' >bad.supp
    expect_refused bad.supp "bad.supp:3: there is no key fun"
    echo 'context-leek main' >bad.supp
    expect_refused bad.supp "bad.supp:1: there is no rule context-leek"
    echo 'context-leak main kind=card' >bad.supp
    expect_refused bad.supp "bad.supp:1: there is no kind card"
    echo 'context-leak main expires=soon' >bad.supp
    expect_refused bad.supp "bad.supp:1: expires= takes a date like 2027-12-31"
}

@test "hostile files" {
    # A FIFO was seen to hang the reader for ever with its O_NONBLOCK taken out.
    mkfifo fifo
    expect_refused fifo "cannot read fifo: it is no regular file"
    expect_refused . "cannot read .: Is a directory"
    expect_refused missing "cannot read missing: No such file or directory"
    expect_refused /dev/zero "cannot read /dev/zero: it is no regular file"
    printf 'a\033[31m b\n' >'odd'$'\033''name'
    printf '* a\0b\n' >nul.supp
    expect_refused nul.supp "nul.supp:1: a NUL byte"
    printf '* "a' >'odd'$'\033''name'
    expect_refused 'odd'$'\033''name' 'odd\x1bname:1: the quote is not closed'
    # what is listed as unused is escaped
    printf 'x\033[31m\377* b\n' >odd.supp
    judge_leaky 0 --suppressions odd.supp
    [[ $output == *'unused: odd.supp:1: x\x1b[31m\xff* b'* ]]
    head -c 2000000 /dev/zero | tr '\0' a | sed 's/^/* /' >long.supp
    judge_leaky 0 --suppressions long.supp
    expect_suppressed
}

@test "usage errors" {
    local command
    for command in run report; do
        run -2 --separate-stderr "$SCARDAUDIT" $command --suppressions '' "$leaky"
        [[ $stderr == "scardaudit $command: an empty name is no file"* ]]
        run -2 --separate-stderr "$SCARDAUDIT" $command --suppressions default:none "$leaky"
        [[ $stderr == "scardaudit $command: --suppressions: there is no default of this name; \
there are default:java, default:pyscard, default:scdaemon"* ]]
        run -2 --separate-stderr "$SCARDAUDIT" $command --suppressions
    done
    run -2 "$SCARDAUDIT" dump --suppressions default:java "$leaky"
}

# ---- what the program brings along ---------------------------------------------------------------

# audit_with NAME COMMAND...: under run with default:NAME; standard input is $input, if set
audit_with()
{
    local name=$1
    shift
    "$SCARDAUDIT" run --json "$report" --suppressions "default:$name" -- "$@" \
        <"${input:-/dev/null}" >out
}

@test "default:pyscard: readers() counts no more" {
    audit_with pyscard /usr/bin/python3 "$clients/connect.py"
    expect_resource context 2 1
    expect_suppressed context-leak
    same errors 0 "$(query .summary.error)"
    audit_with pyscard /usr/bin/python3 "$clients/monitor.py"
    expect_suppressed context-leak
    same errors 0 "$(query .summary.error)"
}

@test "default:pyscard: a program's own leak through smartcard.scard counts" {
    local leak="select(.suppressed | not) | \"\(.rule) \(.count) \(.places_total)\""
    audit_with pyscard /usr/bin/python3 "$clients/own_leak.py" function
    same said "own leak" "$(cat out)"
    expect_resource context 2 0
    expect_suppressed context-leak
    same counts "context-leak 1 1" "$(query ".findings[] | $leak")"
    # the frames of fingerprints do not tell these apart; the suppression does, and one place counts
    audit_with pyscard /usr/bin/python3 "$clients/own_leak.py" constructor
    expect_resource context 2 0
    expect_suppressed
    same counts "context-leak 2 2" "$(query ".findings[] | $leak")"
    # of several that look like the singleton's, none is hidden
    audit_with pyscard /usr/bin/python3 "$clients/own_leak.py" singleton
    expect_resource context 3 0
    expect_suppressed
    same counts "context-leak 3 1" "$(query ".findings[] | $leak")"
}

@test "default:scdaemon: context and card handle count no more" {
    [ -x /usr/lib/gnupg/scdaemon ]
    export GNUPGHOME=$BATS_TEST_TMPDIR/gnupg
    mkdir -m 700 "$GNUPGHOME"
    echo disable-ccid >"$GNUPGHOME/scdaemon.conf"
    input=commands
    printf 'SERIALNO\nBYE\n' >commands
    audit_with scdaemon /usr/lib/gnupg/scdaemon --server
    grep -q '^S SERIALNO' out
    expect_suppressed context-leak handle-leak
    same errors 0 "$(query .summary.error)"
    # of another program it says nothing
    audit_with scdaemon "$TEST_PROGRAMS/leaky"
    expect_suppressed
}

# expect_suppressed_not "RULE INNERMOST-FUNCTION"...: the findings that count
expect_suppressed_not()
{
    same "what counts" "$(printf '%s\n' "$@")" "$(query '.findings[] | select(.suppressed | not)
        | .rule + " " + .places[0].stacks.acquired.frames[0].function' | sort)"
}

@test "default:java: the context counts no more, a program's own leaks do" {
    need_command javac openjdk-17-jdk-headless
    local library=-Dsun.security.smartcardio.library=/usr/lib/x86_64-linux-gnu/libpcsclite.so.1
    javac -d . "$clients/Card.java" "$clients/OwnLeak.java"
    audit_with java java -cp . "$library" Card
    expect_suppressed context-leak
    same errors 0 "$(query .summary.error)"

    local home flags
    home=$(dirname "$(dirname "$(realpath "$(command -v javac)")")")
    read -ra flags < <(pkg-config --cflags --libs libpcsclite)
    gcc -shared -fPIC -g -I"$home/include" -I"$home/include/linux" -o libown.so \
        "$clients/own_leak.c" "${flags[@]}"
    audit_with java java -cp . "$library" OwnLeak "$PWD/libown.so"
    expect_suppressed context-leak
    expect_suppressed_not "context-leak Java_OwnLeak_establish" \
        "handle-leak Java_sun_security_smartcardio_PCSC_SCardConnect"
}
