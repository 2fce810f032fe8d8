#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2030,SC2031 # each test is a subshell, and sets its own variables
# shellcheck disable=SC2154 # stderr is set by run --separate-stderr
# shellcheck disable=SC2016,SC2034 # the variables in quotes are gojq's; $report is for the helpers
#
# The formats of pipelines, as other programs read them: SARIF by Microsoft's validator, JUnit XML by
# junitparser and xmllint, the others by readers that take nothing but what GitHub and GitLab describe.

load helpers

setup_file()
{
    need_command xmllint libxml2-utils
    VALIDATOR=$("$TOP/scripts/setup" npm)/@microsoft/sarif-multitool-linux/Sarif.Multitool
    [ -x "$VALIDATOR" ] || die "$VALIDATOR is missing: scripts/setup check installs it"
    export VALIDATOR
    start_pcscd
    # real traces that the tests only read
    record leaky "$TEST_PROGRAMS/leaky"
    record clean "$TEST_PROGRAMS/clean"
    record double-free "$TEST_PROGRAMS/give-back" SCardFreeMemory @free
    record error-path "$TEST_PROGRAMS/error-path-leak"
    record wrong-context "$TEST_PROGRAMS/wrong-context"
    record hostile "$TEST_PROGRAMS/hostile-names"
    # without debug information the names are those the linker knows
    strip -g -o "$BATS_FILE_TMPDIR/hostile-stripped" "$TEST_PROGRAMS/hostile-names"
    record stripped "$BATS_FILE_TMPDIR/hostile-stripped"
}

teardown_file()
{
    stop_pcscd
}

setup()
{
    mkdir "$BATS_TEST_TMPDIR/work"
    cd "$BATS_TEST_TMPDIR/work" || return 1
    unset GITHUB_STEP_SUMMARY
}

# record NAME PROGRAM [ARG...]: traces of it in the folder NAME
record()
{
    mkdir "$BATS_FILE_TMPDIR/$1"
    LD_PRELOAD=$SCARDAUDIT_LIB SCARDAUDIT_OPTIONS="dir=$BATS_FILE_TMPDIR/$1:at_exit=none" \
        "${@:2}" >/dev/null
}

# write STATUS NAME [OPTION...]: all formats of the traces recorded as NAME, or of a trace or folder
write()
{
    local wanted=$1 traces=$2
    shift 2
    [ -e "$traces" ] || traces=$BATS_FILE_TMPDIR/$traces
    run -"$wanted" --separate-stderr "$SCARDAUDIT" report --source-root "$TOP" "$@" --json out.json \
        --sarif out.sarif --junit out.xml --codequality out.codequality "$traces"
    same stdout "" "$output"
}

# validate FILE...: no error, and no warning but for the tool's missing address on the web
validate()
{
    local problems
    mkdir -p validated
    DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 timeout -s KILL 120 "$VALIDATOR" validate "$@" \
        --rule-kind 'Sarif;Ghas' --level 'Error;Warning' --output validated/all.sarif \
        --log ForceOverwrite >validated/log 2>&1 || {
        cat validated/log
        return 1
    }
    grep -q "^Done. $# files scanned" validated/log
    problems=$(grep -E '(error|warning) ' validated/log | grep -v 'warning SARIF2005: ' || :)
    same "the validator's problems" "" "$problems"
}

# read_junit: what junitparser reads; xmllint reads it too
read_junit()
{
    xmllint --noout out.xml
    "$PYTHON" "$TESTS/readers/junit.py" out.xml
}

read_codequality()
{
    "$PYTHON" "$TESTS/readers/codequality.py" out.codequality
}

# line_of FILE TEXT: the number of the line of a test program that has it
line_of()
{
    grep -nF "$2" "$TESTS/programs/$1" | head -n 1 | cut -d: -f1
}

# sarif FILTER: ask the last SARIF file
sarif()
{
    gojq -r "$1" out.sarif
}

# ---- SARIF ---------------------------------------------------------------------------------------

@test "SARIF of real programs passes Microsoft's validator, with GitHub's rules" {
    local name files=()
    for name in leaky clean double-free error-path wrong-context hostile stripped; do
        write 0 "$name"
        mv out.sarif "$name.sarif"
        files+=("$name.sarif")
    done
    validate "${files[@]}"
}

@test "SARIF of the golden traces passes it too" {
    run -3 --separate-stderr "$SCARDAUDIT" report --run all --sarif all.sarif --json all.json \
        "$TESTS"/golden/*.trace "$TESTS/golden/fork"
    validate all.sarif
    same results "$(gojq '.findings | length' all.json)" "$(gojq '.runs[0].results | length' all.sarif)"
}

@test "the validator finds what is wrong" {
    write 0 leaky
    gojq 'del(.runs[0].results[0].message)' out.sarif >broken.sarif
    run ! validate broken.sarif
    gojq '.runs[0].results[0].locations = []' out.sarif >broken.sarif
    run ! validate broken.sarif
}

@test "SARIF: a leak" {
    write 0 leaky
    report=out.json
    local result='.runs[0].results[] | select(.ruleId == "context-leak")'
    same place "tests/programs/leaky.c %SRCROOT% $(line_of leaky.c 'check(SCardEstablishContext(')" \
        "$(sarif "$result.locations[0].physicalLocation
            | \"\(.artifactLocation.uri) \(.artifactLocation.uriBaseId) \(.region.startLine)\"")"
    same fingerprints "$(field context-leak fingerprint):1 $(field context-leak fingerprint_strict)" \
        "$(sarif "$result.partialFingerprints
            | \"\(.primaryLocationLineHash) \(.\"scardaudit/v1\")\"")"
    same "level, rule" "error context-leak" \
        "$(sarif ".runs[0] as \$run | $result | \"\(.level) \(\$run.tool.driver.rules[.ruleIndex].id)\"")"
    same stack "establish main" \
        "$(sarif "$result.stacks[0].frames[:2]
            | map(.location.logicalLocations[0].fullyQualifiedName) | join(\" \")")"
    same flow 0 "$(sarif "$result.codeFlows | length")"
    same "outside the sources" "" "$(sarif '.. | .uri? // empty | select(startswith("tests/") | not)')"
    same id scardaudit/ "$(sarif '.runs[0].automationDetails.id')"
    same success true "$(sarif '.runs[0].invocations[0].executionSuccessful')"
}

@test "SARIF: a double free is a flow from acquired to freed to freed again" {
    write 0 double-free
    same flow "thread 1: acquire 1 list_readers
thread 1: release 2 free_block
thread 2: danger 3 give_to_free" \
        "$(sarif '.runs[0].results[0].codeFlows[0].threadFlows[] | .id as $id | .locations[]
            | "\($id): \(.kinds[0]) \(.executionOrder) \(.location.logicalLocations[0].fullyQualifiedName)"')"
    same related "list_readers free_block give_to_free" \
        "$(sarif '.runs[0].results[0].relatedLocations | map(.logicalLocations[0].fullyQualifiedName)
            | join(" ")')"
}

@test "SARIF: the rules are described" {
    write 0 clean
    same rules 0 "$(sarif '[.runs[0].tool.driver.rules[] | select(
        (.shortDescription.text and .fullDescription.text and .help.text and .help.markdown
            and .defaultConfiguration.level and (.properties.tags | length > 0)
            and .properties.precision and .properties."problem.severity") | not)] | length')"
    [ "$(sarif '.runs[0].tool.driver.rules | length')" -gt 30 ]
    same results 0 "$(sarif '.runs[0].results | length')"
}

# ---- JUnit, Code Quality -------------------------------------------------------------------------

@test "JUnit: a failed case for each rule and place, and two cases more" {
    write 0 leaky
    report=out.json
    same cases "passed trace complete
passed audit active
failure context-leak in establish() $(field context-leak fingerprint | cut -c1-8): $(field context-leak message)
failure handle-leak in connect_card() $(field handle-leak fingerprint | cut -c1-8): $(field handle-leak message)
failure autoallocate-leak in list_readers() $(field autoallocate-leak fingerprint | cut -c1-8): $(field autoallocate-leak message)" \
        "$(read_junit)"
    same text "#0 connect_card (leaky.c:$(line_of leaky.c 'check(SCardConnect('))" \
        "$(xmllint --xpath '//testcase[4]/failure/text()' out.xml | grep -o '#0.*' |
            sed -E 's:\(/.*/:(:')"
    write 0 clean
    same "cases of a clean program" $'passed trace complete\npassed audit active' "$(read_junit)"
}

@test "Code Quality: an entry for each finding" {
    write 0 leaky
    same entries "critical context-leak tests/programs/leaky.c:$(line_of leaky.c 'check(SCardEst')
critical handle-leak tests/programs/leaky.c:$(line_of leaky.c 'check(SCardConnect(')
critical autoallocate-leak tests/programs/leaky.c:$(line_of leaky.c 'check(SCardListReaders(')" \
        "$(read_codequality)"
    write 0 wrong-context
    [[ $(read_codequality) == "major wrong-context tests/programs/card.h:"* ]]
    write 0 clean
    same "entries of a clean program" "" "$(read_codequality)"
}

# ---- GitHub --------------------------------------------------------------------------------------

# github STATUS COMMAND OPTION-OR-OPERAND...: the annotations on stdout are in $annotations
github()
{
    local wanted=$1
    shift
    run -"$wanted" --separate-stderr "$SCARDAUDIT" "$1" --github --source-root "$TOP" "${@:2}"
    annotations=$("$PYTHON" "$TESTS/readers/github.py" <<<"$output")
}

@test "--github: annotations on stdout, a summary in a file" {
    local wanted
    wanted="error tests/programs/leaky.c:$(line_of leaky.c 'check(SCardEst') scardaudit: context-leak: SCARDCONTEXT established by establish() was never released
error tests/programs/leaky.c:$(line_of leaky.c 'check(SCardConnect(') scardaudit: handle-leak: SCARDHANDLE opened by connect_card() was never disconnected
error tests/programs/leaky.c:$(line_of leaky.c 'check(SCardListReaders(') scardaudit: autoallocate-leak: AUTOALLOCATE block from SCardListReaders() in list_readers() was never given to SCardFreeMemory"
    echo before >summary
    export GITHUB_STEP_SUMMARY=summary
    github 0 report "$BATS_FILE_TMPDIR/leaky"
    same annotations "$wanted" "$annotations"
    same "what was there" before "$(head -n 1 summary)"
    grep -qx '## scardaudit: 3 errors, 0 warnings, 0 notes' summary
    same rows 3 "$(grep -c '^| error | ' summary)"
    unset GITHUB_STEP_SUMMARY
    github 23 gate "$BATS_FILE_TMPDIR/leaky"
    same "annotations of gate" "$wanted" "$annotations"
    github 0 gate "$BATS_FILE_TMPDIR/clean"
    same "annotations of a clean program" "" "$annotations"
}

@test "--github: under run they begin a line of their own" {
    run -23 --separate-stderr "$SCARDAUDIT" run --fail-on error --github -- \
        sh -c '"$0" >/dev/null; printf "no end of line"' "$TEST_PROGRAMS/leaky"
    same "first line" "no end of line" "${lines[0]}"
    [[ ${lines[1]} == "::error file="* ]]
}

@test "--github: stdout is asked for once, other files are written" {
    run -2 "$SCARDAUDIT" report --github --sarif - "$BATS_FILE_TMPDIR/leaky"
    [[ $output == *"--github and '-' ask for stdout twice"* ]]
    github 0 report --junit out.xml "$BATS_FILE_TMPDIR/leaky"
    read_junit >/dev/null
}

@test "two reports to one file: neither is lost" {
    run -2 "$SCARDAUDIT" report --json out --html out "$BATS_FILE_TMPDIR/leaky"
    [[ $output == *"two reports to one file"* ]]
    [ ! -e out ]
    run -0 "$SCARDAUDIT" report --json /dev/null --html /dev/null "$BATS_FILE_TMPDIR/leaky"
}

@test "--github: a summary that cannot be written" {
    GITHUB_STEP_SUMMARY=no/such/folder github 3 report --junit out.xml "$BATS_FILE_TMPDIR/leaky"
    [[ $stderr == *'scardaudit: cannot write $GITHUB_STEP_SUMMARY, no/such/folder: '* ]]
    same annotations 3 "$(wc -l <<<"$annotations")"
    GITHUB_STEP_SUMMARY=/dev/full github 3 report "$BATS_FILE_TMPDIR/leaky"
    [[ $stderr == *'/dev/full: No space left on device' ]]
    # before the program runs
    GITHUB_STEP_SUMMARY=no/such/folder run -125 "$SCARDAUDIT" run --github -- touch ran
    [ ! -e ran ]
}

# ---- names of others -----------------------------------------------------------------------------

@test "hostile names of functions, files and threads" {
    local name
    for name in hostile stripped; do
        GITHUB_STEP_SUMMARY=$name.md github 0 report --source-root "$BUILD" "$BATS_FILE_TMPDIR/$name"
        same "annotations of $name" 3 "$(wc -l <<<"$annotations")"
        run ! grep -qE '[<>`]|\[x\]' "$name.md"
        [ "$(wc -c <"$name.md")" -lt 10000 ]
        write 0 "$name" --source-root "$BUILD"
        same "cases of $name" 5 "$(read_junit | wc -l)"
        same "entries of $name" 3 "$(read_codequality | wc -l)"
        run ! grep -qP '[\x00-\x09\x0b-\x1f\x7f-\xff]' out.xml out.sarif out.codequality
        same "results of $name" 3 "$(sarif '.runs[0].results | length')"
        validate out.sarif
        report=out.json
        expect_schema
    done
    [[ $(read_junit) == *"<script>alert('1')&amp;]]>%0A::error::{0}[x](1)"* ]]
    [[ $annotations == *"<script>alert('1')&amp;]]>%0A::error::{0}[x](1)"* ]]
    [[ $(sarif '.runs[0].results[].message.text') == *'%0A::error::{{0}}\[x](1)'* ]]
    # a file in the sources, whatever its name
    write 0 hostile --source-root "$BUILD"
    same uri 'we%3Ci%3Erd%250A%3A%2C%5D%5D%3E%26%22%27%7B0%7D%5Bx%5D%FF.c' \
        "$(sarif '.runs[0].results[0].locations[0].physicalLocation.artifactLocation.uri')"
}

# ---- what counts ---------------------------------------------------------------------------------

# two runs of leaky against a baseline: one grown, one known, one new, one gone
compare()
{
    local trace
    "$SCARDAUDIT" report --write-baseline one --text /dev/null "$BATS_FILE_TMPDIR/leaky"
    gojq -c 'if .rule == "handle-leak" then empty
        elif .rule == "autoallocate-leak" then .count = 2 else . end' one >baseline
    gojq -c 'select(.rule == "handle-leak") | .fingerprint = "00000000000000aa"
        | .fingerprint_strict = "00000000000000bb" | .message = "what <is> gone"' one >>baseline
    mkdir two
    for trace in "$BATS_FILE_TMPDIR"/leaky/*.trace; do
        cp "$trace" two/scardaudit.one.1.0.trace
        cp "$trace" two/scardaudit.two.2.0.trace
    done
    write 0 two --baseline baseline
}

@test "a baseline: new, known, grown and gone in each format" {
    compare
    same summary "2 1 1" "$(gojq -r '.summary | "\(.error) \(.known) \(.fixed)"' out.json)"
    same SARIF "context-leak updated
handle-leak new
autoallocate-leak unchanged" "$(sarif '.runs[0].results[] | "\(.ruleId) \(.baselineState)"')"
    same "SARIF, gone" "00000000000000bb" \
        "$(sarif '.runs[0].properties.fixed[]."scardaudit/v1"')"
    validate out.sarif
    same JUnit "passed passed failure failure skipped" "$(read_junit | cut -d' ' -f1 | paste -sd' ')"
    [[ $(read_junit) == *"skipped autoallocate-leak in list_readers() "*": known: 2 times in the baseline, 2 now" ]]
    [[ $(xmllint --xpath 'string(//system-out)' out.xml) == *"Gone: handle-leak 00000000: what <is> gone"* ]]
    same "Code Quality" "context-leak handle-leak" \
        "$(read_codequality | cut -d' ' -f2 | paste -sd' ')"
    GITHUB_STEP_SUMMARY=summary github 0 report --baseline baseline two
    same GitHub 2 "$(wc -l <<<"$annotations")"
    grep -q ', 1 known, 1 gone$' summary
    grep -qF '(grown: 1 time in the baseline, 2 now)' summary
    grep -qF 'what &#60;is&#62; gone' summary
}

@test "suppressed findings are no failures in any format" {
    echo 'context-leak * name=<ours>' >known.supp
    write 0 leaky --suppressions known.supp
    same SARIF "context-leak accepted suppressed by known.supp:1: <ours>
handle-leak no
autoallocate-leak no" "$(sarif '.runs[0].results | sort_by(.ruleIndex)[]
        | "\(.ruleId) \(.suppressions[0] | if . then "\(.status) \(.justification)" else "no" end)"')"
    validate out.sarif
    [[ $(read_junit) == *"skipped context-leak in establish() "*": suppressed by known.supp:1: <ours>"* ]]
    same "Code Quality" "handle-leak autoallocate-leak" \
        "$(read_codequality | cut -d' ' -f2 | paste -sd' ')"
    GITHUB_STEP_SUMMARY=summary github 0 report --suppressions known.supp "$BATS_FILE_TMPDIR/leaky"
    same GitHub 2 "$(wc -l <<<"$annotations")"
    grep -q ', 1 suppressed$' summary
}

# ---- an audit that failed ------------------------------------------------------------------------

# expect_red CASE WHY: the formats just written are red, and say why at this standing case
expect_red()
{
    local cases
    cases=$(read_junit)
    grep -q "^error $1: $2" <<<"$cases" || die "JUnit: $cases" || return 1
    same "SARIF, success" false "$(sarif '.runs[0].invocations[0].executionSuccessful')"
    sarif '.runs[0].invocations[0].toolExecutionNotifications[]
        | select(.level == "error").message.text' | grep -q "^$2"
    validate out.sarif
    read_codequality | grep -qx 'blocker audit-failed README.md:1'
}

# expect_red_github WHY
expect_red_github()
{
    grep -q "^error README.md:1 scardaudit: the audit failed: $1" <<<"$annotations" ||
        die "GitHub: $annotations"
}

@test "nothing audited is red" {
    run -0 "$SCARDAUDIT" run --sarif out.sarif --junit out.xml --codequality out.codequality -- /bin/true
    expect_red 'audit active' 'nothing was audited: '
    github 0 run -- /bin/true
    expect_red_github 'nothing was audited: '
    run -0 "$SCARDAUDIT" run --allow-empty --junit out.xml -- /bin/true
    same cases $'passed trace complete\npassed audit active' "$(read_junit)"
}

@test "an incomplete trace is red" {
    write 3 "$TESTS/golden/stopped.trace"
    expect_red 'trace complete' 'a trace is incomplete: '
    github 3 report "$TESTS/golden/stopped.trace"
    expect_red_github 'a trace is incomplete: '
}

@test "a trace that cannot be read is red, whatever the others say" {
    mkdir traces
    cp --sparse=always "$BATS_FILE_TMPDIR"/clean/*.trace traces
    echo 'no trace' >traces/scardaudit.odd.1.0.trace
    write 3 traces
    expect_red 'trace complete' 'traces are missing or could not be read: '
    github 3 gate traces
    expect_red_github 'traces are missing or could not be read: '
    run -3 "$SCARDAUDIT" report --write-baseline baseline traces
    [ ! -e baseline ]
}

@test "no trace at all is red, and no report of an earlier run stays" {
    mkdir empty
    write 0 clean
    write 3 empty
    expect_red 'audit active' 'nothing was audited: no trace was judged'
    github 3 gate empty
    expect_red_github 'nothing was audited: no trace was judged'
    write 0 clean
    write 3 no-such-folder
    expect_red 'trace complete' 'traces are missing or could not be read: '
    write 0 empty --allow-empty
    same cases $'passed trace complete\npassed audit active' "$(read_junit)"
    same entries "" "$(read_codequality)"
}

@test "traces of several runs are red" {
    mkdir mixed
    SCARDAUDIT_RUN_ID=first SCARDAUDIT_OPTIONS=dir=mixed:at_exit=none \
        LD_PRELOAD=$SCARDAUDIT_LIB "$TEST_PROGRAMS/clean" >/dev/null
    SCARDAUDIT_RUN_ID=second SCARDAUDIT_OPTIONS=dir=mixed:at_exit=none \
        LD_PRELOAD=$SCARDAUDIT_LIB "$TEST_PROGRAMS/clean" >/dev/null
    write 3 mixed
    expect_red 'trace complete' 'traces are missing or could not be read: '
}

# ---- files ---------------------------------------------------------------------------------------

@test "an output that cannot be written: the others are, and the status is 3" {
    run -3 --separate-stderr "$SCARDAUDIT" report --sarif no/such/folder/out.sarif --junit out.xml \
        --codequality /dev/full --text - "$BATS_FILE_TMPDIR/leaky"
    [[ $stderr == *"cannot write no/such/folder/out.sarif: No such file or directory"* ]]
    [[ $stderr == *"cannot write /dev/full: No space left on device"* ]]
    same cases 5 "$(read_junit | wc -l)"
    [[ $output == *"3 errors, 0 warnings, 0 notes"* ]]
}

@test "the same traces make the same bytes" {
    write 0 double-free
    mkdir first
    mv out.* first
    write 0 double-free
    for file in out.*; do
        cmp "$file" "first/$file"
    done
}

@test "what is not in the sources is shown in one file" {
    write 0 leaky --source-root "$BATS_TEST_TMPDIR" --fallback-file ./doc/audit.md
    same SARIF doc/audit.md:1 "$(sarif '[.runs[0].results[].locations[0].physicalLocation
        | "\(.artifactLocation.uri):\(.region.startLine)"] | unique[]')"
    same "related locations" 0 "$(sarif '[.runs[0].results[].relatedLocations[]] | length')"
    [[ $(read_codequality) == *" doc/audit.md:1" ]]
    validate out.sarif
}
