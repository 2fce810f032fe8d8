# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016 # the variables in quotes are gojq's own, and those of a shell below
#
# What the suites of RPC stub memory share. Their programs (tests/programs/rpc) are there in several
# flavours, which is also the name of the folder: the functions of Windows and of DCE, with a status
# and with exceptions, of our libraries, of a mock of the DCE runtime, and of a mock of a port.

# shellcheck source=helpers.bash
load helpers

MARKING="sm ss"                 # a freed block stays until its environment is disabled
OURS="$MARKING dce_sm dce_ss"   # libscardaudit-rpc and libscardaudit-dce
LIKE="like_sm like_ss"          # libdcelike
RELEASING="dce_sm dce_ss $LIKE" # a freed block is released
EVERY="$OURS $LIKE"
export MARKING OURS LIKE RELEASING EVERY
RPC_PROGRAMS=$TEST_PROGRAMS/rpc

# of_each FLAVOURS PROGRAM [ARG]: audit the program in each flavour, all in one run
of_each()
{
    local flavour programs=()
    for flavour in $1; do
        programs+=("$RPC_PROGRAMS/$flavour/$2")
    done
    audit 0 sh -c 'argument=$1; shift; for program; do "$program" $argument || exit; done' sh \
        "${3:-}" "${programs[@]}"
}

# expect_each FLAVOURS "SEVERITY RULE KIND COUNT"...: in each flavour these, and no others. Each was
# audited, and completely.
expect_each()
{
    local flavour finding wanted='' found flavours=$1
    shift
    for flavour in $flavours; do
        for finding; do
            wanted+="$flavour $finding"$'\n'
        done
    done
    wanted=$(sort <<<"${wanted%$'\n'}")
    found=$(query '.processes as $processes
        | [.findings[] as $finding | $finding.places[] as $place | {
            flavour: ($processes[] | select(.pid == $place.pid).executable | split("/")[-2]),
            what: ($finding | "\(.severity) \(.rule) \(.kind)"),
            id: $finding.fingerprint_strict,
            count: $place.count}]
        | group_by(.flavour, .id) | map("\(.[0].flavour) \(.[0].what) \([.[].count] | add)")
        | sort[]') || return 1
    same findings "$wanted" "$found" || return 1
    same audited "$(tr ' ' '\n' <<<"$flavours" | sort)" "$(query '.processes[]
        | select(.complete and .calls > 0).executable | split("/")[-2]' | sort -u)"
}

# seeded FLAVOURS PROGRAM[:ARG] FINDING...: in each flavour the program has these findings, and its
# twin none. Leaves the report of the programs.
seeded()
{
    local flavours=$1 name=${2%%:*} argument=
    [ "$name" = "$2" ] || argument=${2#*:}
    shift 2
    of_each "$flavours" "$name-fixed" "$argument"
    expect_each "$flavours" || die "... in $name-fixed $argument" || return 1
    of_each "$flavours" "$name" "$argument"
    expect_each "$flavours" "$@" || die "... in $name $argument"
}

# stacks RULE STORY FUNCTION...: these are the innermost functions in every place of that rule
stacks()
{
    local rule=$1 story=$2
    shift 2
    same "$rule $story" "$*" "$(query --arg rule "$rule" --arg story "$story" --argjson depth $# \
        '[.findings[] | select(.rule == $rule).places[].stacks[$story]
            | .frames[:$depth] | map(.function // "?") | join(" ")] | unique[]')"
}

# messages RULE: each of them once
messages()
{
    query --arg rule "$1" '[.findings[] | select(.rule == $rule).message] | unique[]'
}
