#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2154 # run sets output
#
# The benches still measure. How long anything takes is no test.

load helpers

# expect_row WHAT PATTERN: the table has one such line, and what was measured is PATTERN
expect_row()
{
    local found
    found=$(awk -F ' *[|] *' -v what="$1" '$2 == what { print $3 }' <<<"$table")
    [[ $found =~ ^$2$ ]] || die "$1: \"$found\" is not $2"
}

# fails without: the contract of each family in report/replay/replay.c (bench_replay died)
@test "each bench gives its figures, with tiny counts" {
    local what number='-?[0-9]+\.[0-9]+' ratio='x[0-9]+\.[0-9]+'
    need_command valgrind valgrind
    need_command heaptrack heaptrack
    SCARDAUDIT_BUILD=$BUILD run -0 --separate-stderr timeout -s KILL 300 "$TESTS/bench/all" --quick
    table=$output
    for what in "free, nothing tracked" "free, 100 live" "realloc, 100 live" "delete, 100 live"; do
        expect_row "$what: instructions added" "$number \(empty preload: $number, of $number\)"
        expect_row "$what: added" "$number ns \(again: $number, empty preload: $number\)"
    done
    for what in "nothing tracked" "100 live"; do
        expect_row "free, random, $what: added" \
            "$number ns \(again: $number, empty preload: $number\)"
    done
    for what in "same place" "768 places" "2 threads"; do
        expect_row "pair, $what: added" "$number ns \(again: $number\)"
        expect_row "pair, $what: ratios" "scardaudit $ratio, heaptrack $ratio, \
AddressSanitizer $ratio, LeakSanitizer $ratio, memcheck $ratio"
    done
    for what in "one trace record" "one trace record, 2 threads" \
        "stack among 5000: more than if it is the only one" \
        "backtrace and hash of 15 frames more than one" \
        "backtrace and hash of 63 frames more than one"; do
        expect_row "$what" "$number ns \(again: $number\)"
    done
    expect_row "dlsym hook" "$number ns \(again: $number, empty preload: $number\)"
    for what in "allocations of many sizes" "python3, PYTHONMALLOC=malloc"; do
        expect_row "$what: CPU time" "$number % \(again: $number %\)"
    done
    expect_row "pair, living pcscd" \
        "unaudited, again $ratio, scardaudit $ratio, heaptrack $ratio, memcheck $ratio"
    expect_row "start and end of a program that never calls us" \
        "[-+][0-9]+ us \(again: [-+][0-9]+\), run: [-+][0-9]+"
    expect_row "RpcSmFree, many live to few" "$number ns with 10, again $ratio, 1000 live $ratio"
    for what in 100000 2000000; do
        expect_row "replay, $what live" "$number million events/s, [0-9]+ bytes a live object"
    done
}
