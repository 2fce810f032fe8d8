#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016 # the variables in quotes are gojq's own, and those of a shell below
#
# A block of each family given to each deallocator of all families. They meet in a security package
# that is linked to all libraries (tests/programs/mismatched), once for each pair, in one audited
# run; a process that dies of it, as it does without the audit, has its finding all the same.

load helpers

setup_file()
{
    start_pcscd
    run_pairs
}

teardown_file()
{
    stop_pcscd
}

blocks="pcsc rpc wts wts-ex section heap"
deallocators="SCardFreeMemory RpcSmFree RpcSsFree rpc_ss_free WTSFreeMemory WTSFreeMemoryExA
    FreeSharedMemory FreeLsaHeap free realloc delete"
# BLOCK DEALLOCATOR: the right ones
right="pcsc SCardFreeMemory
rpc RpcSmFree
rpc RpcSsFree
rpc rpc_ss_free
wts WTSFreeMemory
wts-ex WTSFreeMemoryExA
section FreeSharedMemory
heap FreeLsaHeap"

# What is said of a block, and whose it would have been
instead="AUTOALLOCATE block: SCardFreeMemory
RPC block: RpcSmFree
WTS buffer: WTSFreeMemory
WTS buffer: WTSFreeMemoryExA
LSA block: FreeSharedMemory
LSA heap block: FreeLsaHeap"
titles='(AUTOALLOCATE block|RPC block|WTS buffer|LSA block|LSA heap block)'

# every_pair FILE [COMMAND...]: all pairs, one after the other, whatever becomes of them; how each
# ended is in FILE. Of what signal, when the memory of a section is taken for malloc's, is chance.
every_pair()
{
    local file=$1
    shift
    "$@" bash -c 'for block in $1; do
            for deallocator in $2; do
                PAIR="$block $deallocator" timeout -s KILL 60 "$3" "$4"
                echo "$block $deallocator: $?"
            done
        done' bash "$blocks" "$deallocators" "$BUILD/lsahost" \
        "$TEST_PROGRAMS/mismatched/package.so" 2>"$file.err" |
        sed -E 's/: 1[0-9]{2}$/: killed/' >"$file"
}

run_pairs()
{
    export report=$BATS_FILE_TMPDIR/report.json WTSAPI_LIBRARY=$BUILD/.libs/libscardaudit-wtsapi.so
    export WLOG_LEVEL=OFF
    every_pair "$BATS_FILE_TMPDIR/plain"
    every_pair "$BATS_FILE_TMPDIR/audited" "$SCARDAUDIT" run --json "$report" --
}

# pairs_of RULE: "BLOCK DEALLOCATOR COUNT" of each place, by the functions in its stacks
pairs_of()
{
    query --arg rule "$1" '[.findings[] | select(.rule == $rule).places[]
        | {pair: "\(.stacks.acquired.frames[0].function | ltrimstr("get_") | gsub("_"; "-"))
            \(.stacks.misused.frames[0].function // "" | ltrimstr("to_"))" | gsub("\\s+"; " "),
           count}] | group_by(.pair)[] | "\(.[0].pair) \([.[].count] | add)"' | sort
}

# wrong_pairs: those that are not right, once each
wrong_pairs()
{
    local block deallocator
    for block in $blocks; do
        for deallocator in $deallocators; do
            grep -qFx "$block $deallocator" <<<"$right" || echo "$block $deallocator 1"
        done
    done | sort
}

@test "all pairs were tried, and recorded, and ended as without the audit" {
    run ! grep ": 99$" "$BATS_FILE_TMPDIR/plain"
    diff "$BATS_FILE_TMPDIR/plain" "$BATS_FILE_TMPDIR/audited"
    same processes 66 \
        "$(query '[.processes[] | select(.executable | endswith("/lsahost"))] | length')"
    same complete true "$(query '[.processes[].complete] | all')"
    same "without an end" "$(grep -c ': killed$' "$BATS_FILE_TMPDIR/plain")" \
        "$(query '[.processes[] | select(.exit == "unknown")] | length')"
}

@test "each mismatched pair is told once, each right pair is silent" {
    same pairs "$(wrong_pairs)" "$(pairs_of mismatched-free)"
}

@test "a message names the block, and what it was given to" {
    local found pair message
    found=$(query '.findings[] | select(.rule == "mismatched-free")
        | "\(.places[0].stacks.misused.frames[0].function | ltrimstr("to_"))|\(.message)"')
    [ -n "$found" ]
    while IFS='|' read -r pair message; do
        pair=${pair/#delete/operator delete}
        grep -qE "^$titles from [A-Za-z]+\(\) .* was given to $pair(\(\))? instead of " \
            <<<"$message" || die "$message"
    done <<<"$found"
    # each kind has its own words, and its own deallocator
    same words "$(sort <<<"$instead")" "$(query '.findings[] | select(.rule == "mismatched-free").message' |
        sed -nE 's/^(.*) from .* instead of ([A-Za-z]+).*/\1: \2/p' | sort -u)"
}

# What a deallocator did not take is lost, which follows from the first finding; what a process held
# that was killed is no leak.
@test "nothing else is told, but what follows" {
    same others "" "$(query '
        [.findings[] | select(.rule == "mismatched-free").fingerprint] as $causes
        | .findings[] | select(.rule != "mismatched-free" and .rule != "held-at-end")
        | select(.cause | IN($causes[]) | not)
        | "\(.severity) \(.rule) \(.kind) \(.count)"')"
    same held "context
lsa-section
rpc-environment" "$(query '.findings[] | select(.rule == "held-at-end").kind' | sort)"
}
