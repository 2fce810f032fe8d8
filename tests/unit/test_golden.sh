#!/bin/sh
# SPDX-License-Identifier: MIT
# The golden traces: what is written must not change by accident, and what was written once must
# stay readable and say the same.
#
#     test_golden.sh                 compare with tests/golden; TAP output
#     test_golden.sh --update DIR    write traces and expectations into DIR instead
#
# Run in the build tree. Beside each NAME.trace, or folder NAME of traces, stand NAME.json and
# NAME.txt (reports), NAME.jsonl (dump) and NAME.status (of each: exit status and stderr). A trace
# that make_golden does not write any more, because the format moved on, is still read.
set -u
build=$(pwd)
golden=${srcdir:-$(dirname "$0")/../..}/tests/golden
update=
if [ "${1:-}" = --update ]; then
    golden=${2:?usage: test_golden.sh --update DIR}
    update=1
fi
golden=$(cd "$golden" && pwd) || exit 1
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
unset SCARDAUDIT_OPTIONS SCARDAUDIT_RUN_ID DEBUGINFOD_URLS
export LC_ALL=C NO_COLOR=1
number=0 failed=0

# The names of the traces and folders of traces in a folder.
names() {
    for trace in "$1"/*.trace "$1"/*/*.trace; do
        name=${trace#"$1"/}
        name=${name%%/*}
        [ ! -e "$trace" ] || echo "${name%.trace}"
    done | sort -u
}

# told STATUS NAME: one line of TAP; of a failure, the file `difference` is shown before.
told() {
    number=$((number + 1))
    if [ "$1" = 0 ]; then
        echo "ok $number - $2"
    else
        sed 's/^/# /' "$work/difference"
        echo "not ok $number - $2"
        failed=1
    fi
}

# observe NAME DIR OUT COMMAND...: in DIR; writes stdout into OUT, and tells status and stderr.
observe() {
    what=$1 dir=$2 out=$3
    shift 3
    (cd "$dir" && "$build/scardaudit" "$@") >"$out" 2>"$work/stderr"
    echo "$what $?"
    cat "$work/stderr"
}

# judge DIR NAME OUT: everything the program says of a trace of DIR, into files OUT/NAME.*.
judge() {
    input=$2.trace
    [ -e "$1/$input" ] || input=$2
    {
        observe "report --json" "$1" "$work/json" report --json - "$input"
        observe "report --text" "$1" "$3/$2.txt" report --text - "$input"
        : >"$3/$2.jsonl"
        for trace in "$1/$input" "$1/$input"/*.trace; do
            [ -f "$trace" ] || continue
            observe dump "$1" "$work/jsonl" dump --jsonl "${trace#"$1"/}"
            cat "$work/jsonl" >>"$3/$2.jsonl"
        done
    } >"$3/$2.status"
    sed 's/"version":"[^"]*"/"version":"*"/' "$work/json" >"$3/$2.json"
}

# As expected, with nothing missing on either side?
same_output() {
    differs=0
    for suffix in status txt json jsonl; do
        diff -u "$golden/$1.$suffix" "$work/said/$1.$suffix" || differs=1
    done
    return "$differs"
}

same_bytes() {
    for trace in "$work/traces/$1.trace" "$work/traces/$1"/*.trace; do
        [ ! -e "$trace" ] || cmp "$golden/${trace#"$work/traces/"}" "$trace" || return 1
    done
}

if [ "$update" ]; then
    "$build/tests/unit/make_golden" "$golden" || exit 1
    for name in $(names "$golden"); do
        judge "$golden" "$name" "$golden"
    done
    exit
fi

mkdir "$work/traces" "$work/said"
"$build/tests/unit/make_golden" "$work/traces" >"$work/difference" 2>&1
told $? "make_golden writes"
for name in $(names "$work/traces"); do
    same_bytes "$name" >"$work/difference" 2>&1
    told $? "$name: the same trace is written"
done
for name in $(names "$golden"); do
    judge "$golden" "$name" "$work/said"
    same_output "$name" >"$work/difference" 2>&1
    told $? "$name: the same is said of it"
done
echo "1..$number"
exit $failed
