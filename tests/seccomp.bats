#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2030,SC2031 # each test is a subshell
# shellcheck disable=SC2154 # attack.bash and run set them
#
# Programs that give themselves a seccomp filter that kills. Without our answer each of them was
# killed, by SIGSYS, for a system call of ours: at its first call from a new place, at the first call
# of a thread or of a forked child, or at its end.

load attack

# confined STATUS HOW WHAT: as unaudited, it ends with STATUS; the report is made
confined()
{
    LD_LIBRARY_PATH=$standin run -"$1" timeout -s KILL 60 "$programs/seccomp" "$2" "$3"
    said=$output
    rm -f "$traces"/*
    LD_LIBRARY_PATH=$standin run -"$1" live "$programs/seccomp" "$2" "$3"
    same output "$said" "$output"
}

# blind: the codes of the blind spots
blind()
{
    query '[.processes[].blind_spots[].code] | sort | join(" ")'
}

@test "a filter set by prctl, by syscall, by libseccomp, or by another thread for all" {
    for how in prctl syscall prctl-through-syscall libseccomp thread; do
        confined 0 "$how" few
        judged
        same "calls under $how" 25 "$(calls)"
        same blind seccomp "$(blind)"
        same end exited "$(query '.processes[0].exit')"
    done
}

@test "a leak under a filter, with its whole stack" {
    confined 0 libseccomp leak
    judged
    expect_findings "error context-leak context 1"
    expect_stack context-leak context acquired open_context main
}

@test "a thread and a forked child under a filter" {
    confined 0 syscall thread
    judged
    same calls 26 "$(calls)"
    run -0 "$SCARDAUDIT" dump --jsonl "$traces"/*.trace
    same "frames of the thread" 1 "$(gojq -s '.[] | select(.thread == 2).stack | length' <<<"$output")"
    confined 0 syscall fork
    grep -q '^child: status 0$' <<<"$output"
    judged
    same calls 25 "$(calls)" # the child has no trace
    same processes 1 "$(query '.processes | length')"
}

@test "what fits into the trace is recorded, then recording stops" {
    confined 0 prctl many
    run -3 "$SCARDAUDIT" report --json "$report" "$traces"
    [ "$(calls)" -gt 10000 ]
    same complete false "$(query '.processes[0].complete')"
    run -0 "$SCARDAUDIT" dump "$traces"/*.trace
    grep -q "incomplete: the program's seccomp filter forbade the trace to grow" <<<"$output"
}

# its pid, which tells it from a vfork child, cannot be asked for
@test "_exit under a filter: how it ended is not known" {
    confined 7 prctl _exit
    judged
    same end unknown "$(query '.processes[0].exit')"
    LD_LIBRARY_PATH=$standin run -7 "$SCARDAUDIT" run --json "$report" -- "$programs/seccomp" \
        prctl _exit
    same end "unknown 7" "$(query '.processes[0] | "\(.exit) \(.status)"')"
}

# the kernel takes the time-stamp counter away, too: SIGSEGV at the next call; so recording stops
@test "the strict mode" {
    confined 0 strict raw-exit
    run -3 "$SCARDAUDIT" report --json "$report" "$traces"
    same calls 5 "$(calls)"
    same blind seccomp "$(blind)"
}

@test "questions, a refused filter and that of a vfork child are no filter" {
    confined 0 not few
    judged
    same calls 25 "$(calls)"
    same blind "" "$(blind)"
    same end exited "$(query '.processes[0].exit')"
}

@test "the path of the trace is said before the filter is set" {
    LD_PRELOAD=$SCARDAUDIT_LIB SCARDAUDIT_OPTIONS="dir=$traces" LD_LIBRARY_PATH=$standin \
        run -0 --separate-stderr "$programs/seccomp" prctl few
    same output "under the filter" "$output"
    same stderr "scardaudit: the program sets a seccomp filter, so nothing is said at its end; \
the report is made by: scardaudit report \
$(echo "$traces"/*.trace)" "$stderr"
}

# Ours is none of the program's making
@test "a filter that was there before, as in a container" {
    LD_LIBRARY_PATH=$standin run -0 live "$programs/refuse-populate" "$programs/seccomp" not few
    judged
    same calls 25 "$(calls)"
    same blind "" "$(blind)"
}

# Where a length may be read is asked of the kernel, but not by looking into the process.
@test "a container that kills who looks into processes" {
    LD_LIBRARY_PATH=$programs/blocks run -0 live "$programs/contained" "$programs/far-lengths"
    same "lines without a block" "" "$(grep -v ': 0, a block$' <<<"$output")"
    same lines 7 "${#lines[@]}"
    judged
    expect_findings
    same blind "" "$(blind)"
    same blocks "7 7" "$(query '.resources[] | select(.kind == "autoallocate")
        | "\(.acquired) \(.released)"')"
}
