#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016 # expanded elsewhere
# shellcheck disable=SC2034 # the report is read by the helpers
# shellcheck disable=SC2030,SC2031 # each test is a subshell, and sets its own variables
# shellcheck disable=SC2154 # stderr is set by run --separate-stderr
#
# scardaudit-ci, and the recipes of doc/ci: what can be run of them without their server.

load helpers

setup_file()
{
    start_pcscd
    # As after make install: side by side, and in PATH
    mkdir "$BATS_FILE_TMPDIR/bin"
    cp "$TOP/scripts/scardaudit-ci" "$BATS_FILE_TMPDIR/bin"
    ln -s "$SCARDAUDIT" "$BATS_FILE_TMPDIR/bin/scardaudit"
    ln -s "$PYTHON" "$BATS_FILE_TMPDIR/bin/python3" # Debian's, which has pytest
}

teardown_file()
{
    stop_pcscd
}

setup()
{
    export PATH="$BATS_FILE_TMPDIR/bin:$TEST_PROGRAMS:$PATH"
    unset GITHUB_ACTIONS GITHUB_STEP_SUMMARY
    mkdir "$BATS_TEST_TMPDIR/project" # what is looked for is in no other folder
    cd "$BATS_TEST_TMPDIR/project" || return 1
    report=scardaudit-out/report.json
}

# ci STATUS WORD...: scardaudit-ci
ci()
{
    run -"$1" --separate-stderr timeout -s KILL 120 scardaudit-ci "${@:2}"
}

# reports FOLDER: all are there, of one run, and are what they should be
reports()
{
    same files "codequality.json junit.xml report.html report.json report.sarif report.txt traces" \
        "$(cd "$1" && echo *)"
    gojq -e . "$1/codequality.json" "$1/report.sarif" >/dev/null
    xmllint --noout "$1/junit.xml"
    report=$1/report.json
    expect_schema
}

@test "scardaudit-ci: a pipeline from its first run on" {
    ci 23 --write-baseline known.jsonl -- pipeline context block
    [[ $stderr == *"ERROR context-leak: "*"scardaudit-ci: the reports are in scardaudit-out"* ]]
    reports scardaudit-out
    expect_findings "error context-leak context 1" "error autoallocate-leak autoallocate 1"

    ci 0 --baseline known.jsonl -- pipeline context block
    same "what is said" "" "$output$stderr"
    reports scardaudit-out
    same traces 1 "$(find scardaudit-out/traces -name '*.trace' | wc -l)"

    ci 23 --baseline known.jsonl -- pipeline context block handle
    same "findings that are told" 2 "$(grep -c '^ERROR' <<<"$stderr")"
    [[ $stderr == *leave_handle* && $stderr != *leave_block* ]]
    same new 2 "$(query '[.findings[] | select(.baseline == "new")] | length')"

    ci 0 --baseline known.jsonl -- pipeline block
    same gone context-leak "$(query '.fixed[].rule')"
}

@test "scardaudit-ci: children are audited, and what the command says and reads is its own" {
    echo words >input
    run -0 --separate-stderr scardaudit-ci --out 'a b' -- \
        sh -c 'cat; echo more >&2; pipeline nothing & wait' <input
    same stdout words "$output"
    same stderr more "$stderr"
    reports 'a b'
}

@test "scardaudit-ci: nothing audited is red, whatever earlier runs left" {
    ci 0 -- pipeline nothing
    cp -r scardaudit-out/traces earlier
    ci 3 -- true
    [[ $stderr == *"scardaudit: no scardaudit.*.trace in scardaudit-out/traces"* ]]
    reports scardaudit-out
    [ "$(xmllint --xpath 'count(//error | //failure)' scardaudit-out/junit.xml)" -gt 0 ]
    ci 3 -- sh -c 'cp earlier/*.trace scardaudit-out/traces' # of another run
    ci 3 -- "$PYTHON" -c "$without_preload" "$TEST_PROGRAMS/pipeline"
    [ -e ran ] && [[ $stderr != *"not executed"* ]]
    ci 0 --allow-empty -- true
}

# The program of the first argument, in a way that nothing follows
without_preload='
import ctypes, os, sys
open("ran", "w").close()
names = ("LD_PRELOAD", "LD_AUDIT", "SCARDAUDIT_OPTIONS", "SCARDAUDIT_RUN_ID")
environment = [f"{k}={v}".encode() for k, v in os.environ.items() if k not in names]
words = [sys.argv[1].encode(), b"nothing"]
strings = lambda list: (ctypes.c_char_p * (len(list) + 1))(*list, None)
ctypes.CDLL(None).syscall(59, words[0], strings(words), strings(environment)) # execve
sys.exit("not executed")'

@test "scardaudit-ci: the status is the gate's, or else the command's" {
    ci 7 -- sh -c 'pipeline nothing; exit 7'
    ci 23 -- sh -c 'pipeline context; exit 7'
    [[ $stderr == *"scardaudit-ci: the command ended with status 7"* ]]
    ci 7 --fail-on never -- sh -c 'pipeline context; exit 7'
    ci 137 -- sh -c 'pipeline nothing; kill -KILL $$'
    ci 127 -- ./no-such-command
    [[ $stderr == *"scardaudit: cannot run ./no-such-command: No such file or directory"* ]]
    : >no-program
    ci 126 -- ./no-program
    rm scardaudit-out/report.json
    mkdir scardaudit-out/report.json
    ci 125 -- pipeline nothing
}

@test "scardaudit-ci: what is wrong is said before the command runs" {
    ci 2 pipeline
    same stderr "scardaudit-ci: no -- in front of the command" "${stderr%%$'\n'*}"
    ci 2 --
    same stderr "scardaudit-ci: no command given" "${stderr%%$'\n'*}"
    ci 2 --out -- touch ran
    same stderr "scardaudit-ci: --out needs a folder" "${stderr%%$'\n'*}"
    ci 2 --run all -- touch ran
    ci 2 --json x -- touch ran
    ci 2 --html=x -- touch ran
    ci 2 --fail-on sometimes -- touch ran
    same stderr "scardaudit gate: --fail-on takes error, warning, note or never" "${stderr%%$'\n'*}"
    ci 3 --baseline none -- touch ran
    same stderr "scardaudit: cannot read none: No such file or directory" "$stderr"
    ci 125 --out /proc/none -- touch ran
    [ ! -e ran ]
    ci 0 --help
    [[ $output == "Usage: scardaudit-ci "* ]]
    ci 0 --version
    same version "$("$SCARDAUDIT" --version)" "$output"
}

@test "scardaudit-ci: what gate would take for --help is no option" {
    ci 2 --hel -- touch ran
    same stderr "scardaudit-ci: --help and --version stand alone, and in full" "${stderr%%$'\n'*}"
    ci 2 --vers -- touch ran
    [ ! -e ran ]
}

@test "scardaudit-ci: two at once in one folder: the second does not take the traces of the first" {
    # Should this test fail, its folder goes, and so does the command.
    scardaudit-ci -- sh -c 'pipeline context; : >leaked; while [ -e leaked ]; do sleep 0.05; done
        pipeline nothing' \
        >first 2>&1 3>&- &
    first=$!
    until [ -e leaked ]; do
        kill -0 "$first"
        sleep 0.05
    done
    ci 125 -- touch ran
    same stderr "scardaudit-ci: another one is at work in scardaudit-out: give each its own --out" \
        "$stderr"
    ci 0 --out other -- pipeline nothing
    rm leaked
    status=0
    wait "$first" || status=$?
    same status 23 "$status"
    [ ! -e ran ] && grep -q '^ERROR context-leak' first
    reports scardaudit-out

    # What the command leaves behind is not at work there.
    ci 0 -- sh -c 'pipeline nothing; sleep 60 >/dev/null 2>&1 3>&- & echo $! >left'
    ci 0 -- pipeline nothing
    kill "$(<left)"
}

@test "scardaudit-ci: cancelled, it writes its reports" {
    setsid scardaudit-ci -- sh -c 'pipeline nothing; : >started; exec sleep 60' 3>&- &
    group=$!
    until [ -e started ]; do
        kill -0 "$group"
        sleep 0.05
    done
    kill -TERM -- "-$group"
    status=0
    wait "$group" || status=$?
    same status 143 "$status"
    reports scardaudit-out
    expect_findings
}

@test "scardaudit-ci: in a test of a project that is under it itself" {
    ci 0 -- sh -c 'pipeline nothing; scardaudit-ci --fail-on never -- pipeline context'
    reports scardaudit-out
    expect_findings
    ci 23 -- sh -c 'pipeline nothing; scardaudit-ci -- pipeline context' # what its test ended with
    ci 3 -- scardaudit-ci --out inner -- pipeline nothing
}

@test "scardaudit-ci: on GitHub, annotations and a summary" {
    export GITHUB_ACTIONS=true GITHUB_STEP_SUMMARY=$PWD/summary
    ci 23 -- pipeline context
    [[ $output == "::error "*context-leak* ]]
    grep -q context-leak summary
    reports scardaudit-out
}

@test "scardaudit-ci: in the tree of the sources, and with no scardaudit to be found" {
    mkdir -p tree/scripts
    cp "$TOP/scripts/scardaudit-ci" tree/scripts
    PATH=/usr/bin:/bin
    run -125 tree/scripts/scardaudit-ci -- true
    same output "scardaudit-ci: scardaudit is neither beside scardaudit-ci nor in PATH" "$output"
    ln -s "$(dirname "$SCARDAUDIT")" tree/build
    run -0 tree/scripts/scardaudit-ci -- "$TEST_PROGRAMS/pipeline" nothing
    reports scardaudit-out
}

# ---- recipes -----------------------------------------------------------------------------------

# recipe HEADING: the commands under it
recipe()
{
    awk -v heading="$1" '/^#/ { found = $0 ~ "^#+ " heading "$" } found && sub(/^    /, "")' \
        "$TOP/doc/ci/README.md" | grep .
}

# follow STATUS HEADING: the recipe, in a shell like that of a pipeline
follow()
{
    recipe "$2" >../commands
    run -"$1" bash -e ../commands
}

# steps FILE: the shell commands of a pipeline that run scardaudit-ci
steps()
{
    case $1 in
    *.yml) "$PYTHON" - "$1" ;;
    *) sed -n "s/^ *sh '\(.*\)'\$/\1/p" "$1" ;;
    esac <<'END'
import sys
import yaml

def texts(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for inner in value:
            yield from texts(inner)

for text in texts(yaml.safe_load(open(sys.argv[1], encoding="utf-8"))):
    if text.startswith("scardaudit-ci "):
        print(text)
END
}

@test "recipes of GitHub, GitLab and Jenkins: what they run, and the files they take up" {
    printf 'check:\n\tpipeline $(LEAVES)\n' >Makefile
    baseline=$(recipe 'scardaudit in a pipeline')
    LEAVES=context bash -ec "$baseline"
    for file in github-actions.yml gitlab-ci.yml Jenkinsfile; do
        rm -rf scardaudit-out
        step=$(steps "$TOP/doc/ci/$file")
        same "steps of $file" 1 "$(grep -c . <<<"$step")"
        LEAVES=context run -0 bash -ec "$step"
        LEAVES="context block" run -23 bash -ec "$step"
        reports scardaudit-out
        while read -r name; do
            [ -e "$name" ] || die "$file: there is no $name"
        done < <(grep -o 'scardaudit-out/[a-z.]*' "$TOP/doc/ci/$file")
        LEAVES=none run -3 bash -ec "$step"
    done
}

@test "CTest" {
    cp "$TESTS/programs/pipeline.c" .
    cat >CMakeLists.txt <<'END'
cmake_minimum_required(VERSION 3.25)
project(sample C)
find_package(PkgConfig REQUIRED)
pkg_check_modules(PCSC REQUIRED IMPORTED_TARGET libpcsclite)
add_executable(pipeline pipeline.c)
target_link_libraries(pipeline PRIVATE PkgConfig::PCSC)
enable_testing()
add_test(NAME card COMMAND pipeline $ENV{LEAVES})
add_test(NAME no-card COMMAND pipeline)
END
    follow_both CTest
    rm -rf build
    before='rm -rf build; cmake -S . -B build; cmake --build build'
    usual ctest
}

@test "Meson" {
    cp "$TESTS/programs/pipeline.c" .
    cat >meson.build <<'END'
project('sample', 'c')
program = executable('pipeline', 'pipeline.c', dependencies: dependency('libpcsclite'))
test('card', find_program('card.sh'), args: [program])
test('no card', program)
END
    printf '#!/bin/sh\n"$1" $LEAVES\n' >card.sh
    chmod +x card.sh
    follow_both Meson
    usual meson
}

@test "Automake" {
    cat >configure.ac <<'END'
AC_INIT([sample], [1])
AM_INIT_AUTOMAKE([foreign])
AC_PROG_CC
AC_CONFIG_FILES([Makefile])
AC_OUTPUT
END
    cat >Makefile.am <<'END'
check_PROGRAMS = no-card
no_card_SOURCES = pipeline.c
LDADD = -lpcsclite
TESTS = card no-card skipped
END
    cp "$TESTS/programs/pipeline.c" .
    printf '#!/bin/sh\npipeline $LEAVES\n' >card
    printf '#!/bin/sh\nexit 77\n' >skipped
    chmod +x card skipped
    CPATH=$(pkg-config --variable=includedir libpcsclite)
    export CPATH
    autoreconf -fi >../log 2>&1 && ./configure >>../log 2>&1 || die "$(cat ../log)"
    follow_both Automake
    grep -q '^SKIP: skipped' <<<"$seen"
    usual make
}

@test "pytest" {
    cat >test_sample.py <<'END'
import os
import subprocess

def test_card():
    subprocess.run(["pipeline"] + os.environ["LEAVES"].split(), check=True)

def test_no_card():
    assert 1 + 1 == 2
END
    follow_both pytest
    usual pytest
}

# follow_both HEADING: green although a test touches no card, red with a leak, red with no card
follow_both()
{
    export LEAVES
    LEAVES=nothing follow 0 "$1"
    seen=$output
    rm -rf build
    LEAVES=context follow 23 "$1"
    [[ $output == *"ERROR context-leak: "*leave_context* ]]
    rm -rf build
    LEAVES='' follow 3 "$1"
}

# usual WORD: the runner that has this in its command, under scardaudit-ci; after $before
usual()
{
    {
        echo "${before:-}"
        recipe 'The usual way' | grep -w -e "$1"
    } >../commands
    LEAVES=context run -23 bash -e ../commands
    reports scardaudit-out
    expect_findings "error context-leak context 1"
    LEAVES=nothing run -0 bash -e ../commands
}
