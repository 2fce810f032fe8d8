# shellcheck shell=bash
# SPDX-License-Identifier: MIT
#
# What the suites of WTS* share. Their programs (tests/programs/wts) call WinPR, behind which is our
# plug-in, or a mock of one for what that does not have: faults of a provider, channels,
# notifications.

# shellcheck source=helpers.bash
load helpers

WTS_PROGRAMS=$TEST_PROGRAMS/wts
export WTSAPI_LIBRARY=$BUILD/.libs/libscardaudit-wtsapi.so

# with_mock NAME COMMAND...: the mock of that name is behind WinPR
with_mock()
{
    local WTSAPI_LIBRARY=$WTS_PROGRAMS/mock-$1.so
    export WTSAPI_LIBRARY
    shift
    "$@"
}

# expect_winprs: whatever was found is WinPR's, as its functions were called; nothing is hidden
expect_winprs()
{
    same "blind spots" "" "$(query '.processes[].blind_spots[].code')" || return 1
    same "findings and resources of others" "" "$(query '.resources[], .findings[]
        | select(.family == "wts" and .provider != "libwinpr2.so.2")')"
}

# expect_only FINDING...: that was found, and it is WinPR's
expect_only()
{
    expect_findings "$@" && expect_winprs
}

# seeded PROGRAM[:ARG] FINDING...: that is found, and nothing in the twin. Leaves the program's
# report.
seeded()
{
    local program=${1%%:*} arguments=() ending=${status_of_program:-0}
    [ "$program" = "$1" ] || read -ra arguments <<<"${1#*:}"
    shift
    audit "$ending" "wts/$program-fixed" "${arguments[@]}"
    expect_only || die "... in $program-fixed ${arguments[*]}" || return 1
    audit "$ending" "wts/$program" "${arguments[@]}"
    expect_only "$@" || die "... in $program ${arguments[*]}"
}
