#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2154 # stderr is set by run --separate-stderr
# shellcheck disable=SC2016 # the variables in quotes are gojq's
#
# The HTML report as someone without scripts has it: read by html5lib, which knows nothing of us, and
# compared with the JSON report of the same traces.

load helpers

setup_file()
{
    "$PYTHON" -c 'import html5lib' || die "html5lib is missing: install the package python3-html5lib"
    start_pcscd
    record leaky "$TEST_PROGRAMS/leaky"
    record clean "$TEST_PROGRAMS/clean"
    record double-free "$TEST_PROGRAMS/give-back" SCardFreeMemory @free
    record error-path "$TEST_PROGRAMS/error-path-leak"
    # without debug information the names are those the linker knows
    strip -g -o "$BATS_FILE_TMPDIR/hostile-stripped" "$TEST_PROGRAMS/hostile-names"
    record hostile "$BATS_FILE_TMPDIR/hostile-stripped"
    record file-name "$TEST_PROGRAMS/hostile-names"
    record fork "$TEST_PROGRAMS/fork"
    mkdir "$BATS_FILE_TMPDIR/all"
    cp --sparse=always "$BATS_FILE_TMPDIR"/{leaky,double-free,error-path,file-name,fork}/*.trace \
        "$BATS_FILE_TMPDIR/all"
}

teardown_file()
{
    stop_pcscd
}

setup()
{
    mkdir "$BATS_TEST_TMPDIR/work"
    cd "$BATS_TEST_TMPDIR/work" || return 1
}

# record NAME PROGRAM [ARG...]: traces of it in the folder NAME
record()
{
    mkdir "$BATS_FILE_TMPDIR/$1"
    LD_PRELOAD=$SCARDAUDIT_LIB SCARDAUDIT_OPTIONS="dir=$BATS_FILE_TMPDIR/$1:at_exit=none" \
        "${@:2}" >/dev/null
}

# read_page FILE: what html5lib finds in it, as page.json; fails where it is not as it should be
read_page()
{
    "$PYTHON" "$TESTS/readers/html.py" "$1" "$TOP"/report/html/*.css "$TOP"/report/html/*.js \
        >page.json
}

# write STATUS NAME [OPTION...]: page and JSON of the traces recorded as NAME
write()
{
    local wanted=$1 traces=$BATS_FILE_TMPDIR/$2
    shift 2
    run -"$wanted" --separate-stderr "$SCARDAUDIT" report --source-root "$TOP" "$@" \
        --json out.json --html out.html "$traces"
    same stdout "" "$output"
    read_page out.html
}

# page FILTER: ask the last page
page()
{
    gojq -r "$1" page.json
}

@test "pages of real programs: well-formed, with landmarks, headings and heads of tables in order" {
    local name
    for name in leaky clean double-free error-path hostile file-name fork all; do
        write 0 "$name" --embed-source
    done
}

@test "the reader finds what is wrong" {
    write 0 leaky
    sed 's/<h3>/<h3 onclick="x()">/' out.html >broken.html
    run ! read_page broken.html
    sed 's/<body>/<body><p><div><\/p>/' out.html >broken.html
    run ! read_page broken.html
    sed 's/light-dark(#f6f7f9/light-dark(#f6f7f8/' out.html >broken.html
    run ! read_page broken.html
    sed 's/scardaudit-theme/scardaudit-them/' out.html >broken.html
    run ! read_page broken.html
    sed "s/form-action 'none'//" out.html >broken.html
    run ! read_page broken.html
    sed 's/href=#context-leak/href=#contextleak/' out.html >broken.html
    run ! read_page broken.html
}

@test "every finding of the JSON is in the page, with its stacks" {
    local wanted found
    write 0 all
    wanted=$(gojq -r '.findings[] | "\(.severity) \(.rule) \(.fingerprint) \(.message)"' out.json)
    same findings "$wanted" \
        "$(page '.cards[] | "\(.severity) \(.rule) \(.fingerprint) \(.message)"')"
    wanted=$(gojq -c '.findings[].places[0].stacks
        | [.acquired, .released, .misused, .sibling_released] | map(values)
        | map([.frames[] | .function // empty]
            | map(select(test("^(main|[a-z]+_[a-z_]+)$") and (test("libc|start") | not))))' out.json)
    found=$(page '.cards[].stacks | map([.frames[] | split(" ")[0]]
        | map(select(test("^(main|[a-z]+_[a-z_]+)$")))) | @json')
    same stacks "$wanted" "$found"
    same rules "$(gojq -r '[.findings[].rule] | unique[]' out.json)" "$(page '.rules | sort[]')"
    same suppressions "$(gojq -r '.findings[].fingerprint_strict' out.json)" \
        "$(page '.cards[].offer | split("fingerprint=")[1]')"
}

@test "the first screen: verdict, numbers, quality, blind spots, command, date" {
    write 0 leaky
    same verdict "Failed: 3 errors." "$(page '"\(.verdict): \(.why)"')"
    same numbers '{"errors":3,"known":0,"new":3,"notes":0,"suppressed":0,"warnings":0}' \
        "$(page '.numbers | @json')"
    same quality "complete, 4 audited calls; exited with 0" "$(page .facts.Trace)"
    same "blind spots" "none known" "$(page '.facts["Blind spots"]')"
    [[ $(page .facts.Again) == "scardaudit report "*" --html out.html "*/leaky ]]
    [[ $(page .facts.Date) =~ ^20[0-9-]+\ [0-9:]{8}\ UTC$ ]]
    same program "$TEST_PROGRAMS/leaky" "$(page .facts.Program)"
    write 0 clean
    same verdict "Passed: No error." "$(page '"\(.verdict): \(.why)"')"
    run -3 --separate-stderr "$SCARDAUDIT" report --html none.html .
    read_page none.html
    same verdict "Audit failed" "$(page .verdict)"
}

@test "a double free: three stacks side by side, two threads; a leak: where its siblings went" {
    write 0 double-free
    same captions "allocated by SCardListReaders, thread 1 (give-back)
freed by SCardFreeMemory, thread 1 (give-back)
freed again by free, thread 2 (second)" "$(page '.cards[0].stacks[].caption | split(", at")[0]')"
    same threads "in thread 1 (give-back), thread 2 (second)" \
        "$(page '.cards[0].facts | split(" · ")[2]')"
    write 0 error-path
    same captions "2 others from the same place released by SCardReleaseContext" \
        "$(page '.cards[0].stacks[1].caption | split(",")[0]')"
}

@test "known, grown, gone and suppressed ones are told apart" {
    write 0 leaky --write-baseline base.jsonl
    gojq -c 'if .rule == "handle-leak" then .rule = "transaction-leak" | .kind = "transaction"
        | .fingerprint = "0123456789abcdef" | .fingerprint_strict = "0123456789abcdef"
        else . end' base.jsonl >other.jsonl
    echo 'autoallocate-leak * reason=mine' >known.supp
    write 0 leaky --baseline other.jsonl --suppressions known.supp
    same cards "findings handle-leak new
known context-leak known
suppressed autoallocate-leak known" \
        "$(page '.cards[] | "\(.section) \(.rule) \(.notes | join(","))"')"
    same numbers "1 error, 1 new, 0 grown, 1 known, 1 gone, 1 suppressed" "$(page '.numbers
        | "\(.errors) error, \(.new) new, \(.grown) grown, \(.known) known, \(.gone) gone, \(.suppressed) suppressed"')"
    [[ $(page '.gone[0]') == "transaction-leak "*" 0123456789abcdef" ]]
    [[ $(page '.cards[2].facts') == *"suppressed by known.supp:1: mine"* ]]
    [[ $(page '.cards[0].facts') == *"follows from context-leak"* ]]
}

@test "resources, processes and their lives are those of the JSON" {
    write 0 all
    same resources \
        "$(gojq -r '.resources[] | [.kind, .acquired, .released, .live, .peak, .provider] | join(" ")' \
            out.json)" "$(page '.tables.resources[1:][] | join(" ")')"
    same processes "$(gojq -r '.processes[] | "\(.pid) \(.calls)"' out.json)" \
        "$(page '.tables.processes[1:][] | "\(.[0]) \(.[5])"')"
    same bars "$(gojq '[.resources[].acquired] | add' out.json)" "$(page .bars)"
    same rows "$(page .bars)" "$(page '.tables.timeline[1:] | length')"
    same "never released" "$(gojq '[.resources[].live] | add' out.json)" \
        "$(page '[.tables.timeline[1:][] | select(.[3] == "never")] | length')"
    same "held at the end" "$(gojq '[.resources[].live] | add' out.json)" \
        "$(grep -o '<p>[0-9]*, by the stacks' out.html | grep -o '[0-9]*')"
    page '.held[]' | grep -qE '^[0-9]+ connect_card\(\)'
}

@test "hostile names are nothing but text" {
    write 0 hostile --embed-source
    local files=("$TOP"/report/html/*.js)
    same scripts $((${#files[@]} + 1)) "$(grep -o '<script' out.html | wc -l)"
    page '.cards[].stacks[].frames[0]' | grep -qF "<script>alert('1')</script>&amp;]]>%0A::error::"
    page '.cards[].stacks[].caption' | grep -qF "thread 1 (<b>\"']]>\\xff%0A)"
    run ! grep -P '[\x00-\x08\x0b-\x1f\x7f]' out.html
    # a name of 64 KiB is cut
    [ "$(stat -c %s out.html)" -lt 100000 ]
    write 0 file-name
    page '.cards[].stacks[].frames[0]' | grep -qF "we<i>rd%0A:,]]>&\"'{0}[x]\\xff.c:"
}

@test "the same traces make the same bytes" {
    write 0 all
    mv out.html first.html
    write 0 all
    cmp first.html out.html
}

@test "--embed-source shows the lines of the owner, of files inside the source root only" {
    write 0 leaky
    same "lines of sources" 0 "$(page '[.cards[].source[]] | length')"
    write 0 leaky --embed-source
    same line "tests/programs/leaky.c $(grep -n 'check(SCardEstablishContext(' \
        "$TESTS/programs/leaky.c" | sed 's/: */ /')" \
        "$(page '.cards[] | select(.rule == "context-leak").source[0] | join(" ")')"
    # neither what lies elsewhere, nor what is no file, though it is where the file should be
    write 0 leaky --embed-source --source-root .
    same elsewhere 0 "$(page '[.cards[].source[]] | length')"
    mkdir -p "$BATS_TEST_TMPDIR/src"
    sed 's/^/  /' "$TESTS/programs/leaky.c" >"$BATS_TEST_TMPDIR/src/leaky.c"
    read -ra flags < <(pkg-config --cflags libpcsclite)
    gcc -g -I"$TESTS/programs" "${flags[@]}" -o leaky "$BATS_TEST_TMPDIR/src/leaky.c" -lpcsclite
    "$SCARDAUDIT" run --dir traces -- ./leaky >/dev/null 2>&1
    rm "$BATS_TEST_TMPDIR/src/leaky.c"
    for what in 'mkfifo' 'mkdir' 'ln -s /etc/passwd' 'ln -s leaky.c' \
        'cp /bin/ls'; do
        $what "$BATS_TEST_TMPDIR/src/leaky.c"
        timeout -s KILL 20 "$SCARDAUDIT" report --embed-source --source-root "$BATS_TEST_TMPDIR/src" \
            --html out.html traces 2>/dev/null
        read_page out.html
        same "cards, and sources with $what" "3 0" \
            "$(page '"\(.cards | length) \([.cards[].source[]] | length)"')"
        rm -r "$BATS_TEST_TMPDIR/src/leaky.c"
    done
}

@test "colours have the contrast that WCAG AA wants, in light and dark" {
    "$PYTHON" - "$TOP/report/html/style.css" <<'END'
import re
import sys

colours = dict(
    (name, both)
    for name, *both in re.findall(r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\);", open(sys.argv[1]).read())
)


def luminance(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    parts = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(a, b):
    bright, dark = sorted((luminance(a), luminance(b)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


words = ["text", "dim", "link", "error", "warning", "note", "good"]
pairs = [(word, ground, 4.5) for word in words for ground in ("page", "card", "sunk")]
pairs += [(word, word + "-soft", 4.5) for word in words[3:]] + [("text", "mark", 4.5)]
pairs += [(f"hue{i}", "card", 3) for i in range(7)] + [("focus", g, 3) for g in ("page", "card")]
poor = [
    (front, back, theme)
    for front, back, least in pairs
    for theme in (0, 1)
    if contrast(colours[front][theme], colours[back][theme]) < least
]
print(poor)
sys.exit(bool(poor))
END
}

@test "run, gate and the bare preload write it, too" {
    run -23 --separate-stderr "$SCARDAUDIT" gate --html gate.html "$BATS_FILE_TMPDIR/leaky"
    read_page gate.html
    run -0 --separate-stderr "$SCARDAUDIT" run --html run.html -- "$TEST_PROGRAMS/leaky"
    read_page run.html
    same cards 3 "$(page '.cards | length')"
    LD_PRELOAD=$SCARDAUDIT_LIB SCARDAUDIT_OPTIONS=at_exit=none:html=bare.%p.html \
        "$TEST_PROGRAMS/leaky" >/dev/null
    local file
    file=$(echo bare.[0-9]*.html)
    read_page "$file"
    same file "bare.$(page '.tables.processes[1][0]').html" "$file"
    same cards 3 "$(page '.cards | length')"
}
