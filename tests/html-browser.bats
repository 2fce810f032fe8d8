#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# The HTML report in a real browser: Debian's chromium, as tests/browser drives it through
# playwright-core. All tests share one browser, which runs in setup_file; here is what came out.
# Screenshots and paper are in the build tree, tests/browser/, for people to look at.

load helpers

# record NAME PROGRAM [ARG...]: traces of it in the folder NAME
record()
{
    mkdir -p "$BATS_FILE_TMPDIR/$1"
    LD_PRELOAD=$SCARDAUDIT_LIB SCARDAUDIT_OPTIONS="dir=$BATS_FILE_TMPDIR/$1:at_exit=none" \
        "${@:2}" >/dev/null
}

# page NAME TRACES [OPTION...]
page()
{
    "$SCARDAUDIT" report --run all --source-root "$TOP" --embed-source "${@:3}" \
        --html "$PAGES/$1.html" "$BATS_FILE_TMPDIR/$2" 2>>"$BATS_FILE_TMPDIR/said"
}

# made NAME COUNT: a page of a made-up trace
made()
{
    mkdir "$BATS_FILE_TMPDIR/$1"
    "$BUILD/tests/unit/make_many" "$2" "$BATS_FILE_TMPDIR/$1/scardaudit.app.1.0.trace"
    page "$1" "$1"
}

setup_file()
{
    local packages name
    need_command chromium chromium
    need_command node nodejs
    need_command pdftotext poppler-utils
    packages=$("$TOP/scripts/setup" npm)
    for name in playwright-core axe-core; do
        [ -d "$packages/$name" ] || die "$packages/$name is missing: scripts/setup check installs it"
    done
    make -C "$BUILD" tests/unit/make_many >/dev/null
    start_pcscd
    for name in leaky clean error-path-leak double-release nested-transaction fork \
        cross-thread-free context-per-call; do
        record story "$TEST_PROGRAMS/$name"
    done
    for name in leaky clean; do record "$name" "$TEST_PROGRAMS/$name"; done
    record hostile "$TEST_PROGRAMS/hostile-names"
    # without debug information the names are those the linker knows
    strip -g -o "$BATS_FILE_TMPDIR/hostile-stripped" "$TEST_PROGRAMS/hostile-names"
    record hostile "$BATS_FILE_TMPDIR/hostile-stripped"

    export PAGES=$BATS_FILE_TMPDIR/pages OUT=$BUILD/tests/browser
    mkdir -p "$PAGES" "$OUT"
    # known, grown, gone and suppressed ones
    "$SCARDAUDIT" report --run all --write-baseline "$PAGES/base.jsonl" "$BATS_FILE_TMPDIR/story" \
        2>/dev/null
    gojq -c 'select(.rule != "handle-leak")
        | if .rule == "autoallocate-leak" then .fingerprint = "0123456789abcdef"
            | .fingerprint_strict = "0123456789abcdef" else . end' \
        "$PAGES/base.jsonl" >"$PAGES/some.jsonl"
    echo 'double-release * reason="seen, and harmless"' >"$PAGES/known.supp"
    page story story --baseline "$PAGES/some.jsonl" --suppressions "$PAGES/known.supp"
    for name in leaky clean hostile; do page "$name" "$name"; done
    made lives 60
    made halves 3000
    made many 15000
    timeout -s KILL 300 node "$TESTS/browser/run.mjs" "$packages" "$PAGES" "$OUT" \
        >"$BATS_FILE_TMPDIR/tap" 2>"$BATS_FILE_TMPDIR/errors" || :
    grep '^# [0-9]' "$BATS_FILE_TMPDIR/tap" >&3 || :
}

teardown_file()
{
    stop_pcscd
}

# passed NAME: the tests of tests/browser/NAME.mjs ran to their end, and all passed
passed()
{
    local tap=$BATS_FILE_TMPDIR/tap wanted
    wanted=$(grep -cE '^    await test\(|^await test\(' "$TESTS/browser/$1.mjs")
    # lines of a test that failed follow it
    sed -n "/^not ok [0-9]* $1: /,/^\\(not \\)\\{0,1\\}ok /p" "$tap"
    run ! grep -q "^not ok [0-9]* $1: " "$tap"
    [ "$(grep -c "^ok [0-9]* $1: " "$tap")" -ge "$wanted" ] || {
        cat "$BATS_FILE_TMPDIR/errors"
        die "not all tests of $1.mjs were run"
    }
}

@test "search, filters and order" { passed choose; }
@test "what was chosen stands in the address" { passed address; }
@test "keyboard" { passed keys; }
@test "theme, and copying" { passed tools; }
@test "timeline and flame graph" { passed drawings; }
@test "light, dark, narrow, enlarged, on paper, without scripts; axe finds no violation" { passed looks; }
@test "hostile names, and what the policy forbids" { passed safety; }
@test "10,000 findings" { passed many; }
