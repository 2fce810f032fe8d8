# shellcheck shell=bash
# SPDX-License-Identifier: MIT
#
# What the benches share: ways to run a program, measured in turns, so that a machine that drifts
# does so for all of them; and the rows of the table that `all` puts together.
#
# A way is a function that is given a command. Among them are always `plain` and `again`, the same
# once more: what those two differ by is noise.
#
# A bench that sources this has $quick (not empty: tiny counts, to see that it works) and $scratch,
# a directory in memory, so that nothing is a measure of the disk.

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
build=${SCARDAUDIT_BUILD:-$top/build}
library=${SCARDAUDIT_LIB:-$build/.libs/libscardaudit.so}
bench=$build/tests/bench
case ${1:-} in
'' | --quick) ;;
*)
    echo "usage: $0 [--quick]" >&2
    exit 2
    ;;
esac
# shellcheck disable=SC2034 # the benches look at it
quick=${1:-}
unset LD_PRELOAD LD_AUDIT SCARDAUDIT_OPTIONS
export LC_ALL=C
make -s -C "$build" bench-programs >/dev/null

scratch=$(mktemp -d -p /dev/shm)
trap 'clean_up' EXIT
clean_up() {
    rm -rf "$scratch"
}
mkdir "$scratch/traces"
# the stand-in
export LD_LIBRARY_PATH=$bench/provider
options=dir=$scratch/traces:at_exit=none:max_trace_mb=1024

# ---- ways

plain() { "$@"; }
again() { "$@"; }
forward() { LD_PRELOAD=$bench/forward.so "$@"; }
audited() { LD_PRELOAD=$library SCARDAUDIT_OPTIONS=$options "$@"; }
with_heaptrack() { heaptrack --output "$scratch/heaptrack" "$@"; }
with_memcheck() { valgrind -q "$@"; }
# the first word is replaced by a build of the same program
with_asan() { ASAN_OPTIONS=detect_leaks=0 "$1-asan" "${@:2}"; }
with_lsan() { LSAN_OPTIONS=detect_leaks=0 "$1-lsan" "${@:2}"; }

declare -A titles=(
    [plain]="unaudited"
    [again]="unaudited, again"
    [forward]="an empty preload"
    [audited]="scardaudit"
    [with_heaptrack]="heaptrack"
    [with_memcheck]="memcheck"
    [with_asan]="AddressSanitizer"
    [with_lsan]="LeakSanitizer"
)

# ---- turns

# said COMMAND...: the number that the program says it took
said() {
    "$@" 2>&1 | awk '$1 == "took" { print $2; found = 1 } END { exit !found }'
}

# cpu_ms COMMAND...: milliseconds of CPU time, of it and its children
cpu_ms() {
    local TIMEFORMAT='%U %S'
    { time "$@" >/dev/null 2>&1; } 2>&1 | awk '{ print ($1 + $2) * 1000 }'
}

# in_turns ROUNDS HOW WAY... -- COMMAND...: each way once a round; WAY/N only in every Nth. HOW is
# the function that measures one. What is measured goes to $scratch/measured.WAY.
in_turns() {
    local rounds=$1 how=$2 ways=() round way every
    shift 2
    rm -f "$scratch"/measured.*
    while [ "$1" != -- ]; do
        ways+=("$1")
        shift
    done
    shift
    for ((round = 0; round < rounds; round++)); do
        for way in "${ways[@]}"; do
            every=1
            [[ $way != */* ]] || every=${way#*/}
            way=${way%/*}
            ((round % every == 0)) || continue
            "$how" "$way" "$@" >>"$scratch/measured.$way" || {
                echo "$0: failed: $way $*" >&2
                exit 1
            }
            rm -rf "$scratch"/heaptrack* "$scratch"/traces/*
        done
    done
}

# figure WAY: of what in_turns measured, the median or the least. The least is for the few
# nanoseconds of a short loop, to which others on the machine can only add.
statistic=median
figure() {
    sort -g "$scratch/measured.$1" |
        awk -v statistic="$statistic" '{ all[NR] = $1 }
            END { print all[statistic == "least" ? 1 : int((NR + 1) / 2)] }'
}

# ---- what is said

# calculate EXPRESSION [DECIMALS]
calculate() {
    awk "BEGIN { printf \"%.${2:-1}f\", $1 }"
}

# added WAY: its figure less that of plain
added() {
    calculate "$(figure "$1") - $(figure plain)" 2
}

# percent WAY: the same in percent of plain
percent() {
    calculate "100 * ($(figure "$1") / $(figure plain) - 1)"
}

# show WHAT UNIT PLAIN WAY...: one line for each way, compared with PLAIN
show() {
    local what=$1 unit=$2 plain way
    plain=$(figure "$3")
    shift 3
    echo "$what"
    for way in "$@"; do
        way=${way%/*}
        awk -v name="${titles[$way]}" -v unit="$unit" -v took="$(figure "$way")" -v plain="$plain" \
            'BEGIN { printf "  %-30s %10.2f %s  x%-6.2f %+10.2f %s\n",
                name, took, unit, took / plain, took - plain, unit }'
    done
}

# row WHAT MEASURED TARGET: a line of the table
row() {
    printf '| %-52s | %-60s | %-34s |\n' "$@"
}

# ratios WAY...: "TITLE xN.NN, ..." for a row
ratios() {
    local way all=
    for way in "$@"; do
        all+="${all:+, }${titles[$way]} x$(calculate "$(figure "$way") / $(figure plain)" 2)"
    done
    echo "$all"
}
