#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2030,SC2031 # each test is a subshell
# shellcheck disable=SC2154 # attack.bash and run set them
#
# Unusual threads, stacks, code, memory and file names.

load attack

# each thread took 4 KiB of the trace: 20 MB
@test "5,000 threads of one call each: the trace stays small" {
    LD_LIBRARY_PATH=$standin run -0 "$SCARDAUDIT" run --dir "$traces" --json "$report" -- \
        "$programs/short-threads"
    same output "done" "$output"
    same calls 5000 "$(calls)"
    same complete true "$(query '.processes[0].complete')"
    local size
    size=$(stat -c %s "$traces"/*.trace) # run has cut it to what was used
    [ "$size" -lt 1000000 ] || die "$size bytes for 5,000 calls"
    run -0 "$SCARDAUDIT" dump --jsonl "$traces"/*.trace
    same threads 5000 "$(gojq .thread <<<"$output" | sort -u | wc -l)"
}

# the unwinder touched the page below: SIGSEGV
@test "fibers with stacks of 6 KiB" {
    run -0 live "$programs/fiber"
    same output "done" "$output"
    judged
    same calls 13 "$(calls)"
    run -0 "$SCARDAUDIT" dump --jsonl "$traces"/*.trace
    same "calls from fibers" 6 "$(gojq -s '[.[] | select(.stack | length == 1)] | length' <<<"$output")"
}

# the arguments that its functions may have at most were copied from there: SIGSEGV
@test "a fiber that is an audited call alone, at the end of its stack" {
    LD_LIBRARY_PATH=$standin run -0 live "$programs/stack-end"
    same output "done" "$output"
    judged
    same calls 1 "$(calls)"
}

# libunwind guessed a frame pointer: the caller of the caller stood next to the generated code
@test "generated code: the stack ends there, and says so" {
    LD_LIBRARY_PATH=$standin run -0 live "$programs/generated"
    same output "done" "$output"
    judged
    expect_findings "error context-leak context 1"
    same frames '[{"function":null,"module":null}]' "$(query -c '.findings[0].places[0].stacks.acquired
        .frames | map({"function": .function, "module": .module})')"
    run -0 "$SCARDAUDIT" report "$traces"
    grep -qxF '    ... (deeper frames were not recorded)' <<<"$output"
}

# no name, no line: a frame is still a module and an offset
@test "a stripped program: module and offset, and a fingerprint that stays" {
    local first
    strip -o "$BATS_TEST_TMPDIR/stripped" "$programs/seccomp"
    LD_LIBRARY_PATH=$standin run -0 live "$BATS_TEST_TMPDIR/stripped" not leak
    judged
    expect_findings "error context-leak context 1"
    same frame "$BATS_TEST_TMPDIR/stripped true null null" "$(query '.findings[0].places[0]
        .stacks.acquired.frames[0] | "\(.module) \(.offset | startswith("0x")) \(.function) \(.line)"')"
    first=$(query '.findings[0].fingerprint')
    rm "$traces"/*
    LD_LIBRARY_PATH=$standin run -0 live "$BATS_TEST_TMPDIR/stripped" not leak
    judged
    same fingerprint "$first" "$(query '.findings[0].fingerprint')"
}

# libc knew no environment then: no dir=, no run id
@test "calls before our constructor and after our destructor" {
    LD_LIBRARY_PATH=$standin run -0 "$SCARDAUDIT" run --json "$report" -- "$programs/early-late"
    same output "preinit
constructor
main
destructor" "$output"
    expect_findings "error context-leak context 1"
    expect_stack context-leak context acquired establish establish_early before_all
    same calls 4 "$(calls)"
    LD_LIBRARY_PATH=$standin run -0 live "$programs/early-late"
    judged
    same calls 4 "$(calls)"
}

# 259 MiB, and as much of the disk
@test "mlockall, before and after the first call, takes no memory for what the trace may become" {
    local when rss
    for when in before after; do
        rm -f "$traces"/*
        run live "$programs/locked" "$when"
        [ "$status" != 77 ] || die "mlockall is not permitted here: raise RLIMIT_MEMLOCK"
        same status 0 "$status"
        rss=$(sed -n 's/^RSS \([0-9]*\),.*/\1/p' <<<"$output")
        [ "$rss" -lt 50 ] || die "$rss MiB resident"
        [ "$(du -k "$traces"/*.trace | cut -f 1)" -lt 1000 ]
        judged
    done
    same calls 2 "$(calls)"
}

# ld.so splits LD_PRELOAD there: "cannot be preloaded", nothing audited
@test "run from a path with a space, a colon and a dollar sign" {
    local dir="$BATS_TEST_TMPDIR/a b:c\$ORIGIN"
    mkdir -p "$dir/.libs"
    cp "$SCARDAUDIT" "$dir/scardaudit"
    cp "$SCARDAUDIT_LIB" "$dir/.libs/libscardaudit.so"
    run -0 --separate-stderr "$dir/scardaudit" run --json "$report" -- \
        "$programs/odd-lives" little-address-space -
    same output called "$output"
    same stderr "" "$stderr"
    same calls 1 "$(calls)"
}

# the other process's trace was overwritten, the file behind the link too
@test "a trace of the same program and pid is there, or a link somebody planted" {
    local pid precious=$BATS_TEST_TMPDIR/precious name=$traces/scardaudit.odd-lives
    echo keep >"$precious"
    # a process knows its pid before it becomes the program
    # shellcheck disable=SC2016 # for the inner shell
    pid=$(bash -c 'echo other >"$1.$$.0.trace"; ln -s "$2" "$1.$$.1.trace"; echo $$
        LD_PRELOAD=$SCARDAUDIT_LIB SCARDAUDIT_OPTIONS=dir=$3:at_exit=none \
        exec "$4" little-address-space - >/dev/null' bash "$name" "$precious" "$traces" \
        "$programs/odd-lives")
    same "the trace there was" other "$(<"$name.$pid.0.trace")"
    same "the file behind the link" keep "$(<"$precious")"
    run -0 "$SCARDAUDIT" report --json "$report" "$name.$pid.2.trace"
    same calls 1 "$(calls)"
    same mode 600 "$(stat -c %a "$name.$pid.2.trace")"
}

# the loader knows such a program by several ranges; tables were looked for behind the last: SIGSEGV
@test "a program with gaps between its segments, as the linker leaves them sometimes" {
    start_pcscd
    audit 0 gaps
    stop_pcscd
    expect_findings "error context-leak context 1"
    expect_stack context-leak context acquired open_context main
    same module "$TEST_PROGRAMS/gaps" \
        "$(query '.findings[0].places[0].stacks.acquired.frames[0].module')"
}

# libunwind's pipe stayed among the few numbers that the program has
@test "few descriptors: all are the program's" {
    cat >"$BATS_TEST_TMPDIR/script" <<'END'
ulimit -n 40
exec python3 -c 'import os, ctypes
ctypes.CDLL("libpcsclite.so.1").SCardIsValidContext(5)
files = 0
while True:
    try:
        os.open("/dev/null", 0)
    except OSError:
        break
    files += 1
print(files)'
END
    local plain
    plain=$(bash "$BATS_TEST_TMPDIR/script")
    [ "$plain" -gt 10 ]
    run -0 live bash "$BATS_TEST_TMPDIR/script"
    same files "$plain" "$output"
    judged
    same calls 1 "$(calls)"
}

# the trace's mapping took 256 MiB of it
@test "limited address space: the program's" {
    cat >"$BATS_TEST_TMPDIR/script" <<'END'
ulimit -v 400000
exec python3 -c 'import mmap, ctypes; ctypes.CDLL("libpcsclite.so.1").SCardIsValidContext(5)
mmap.mmap(-1, 250 << 20); print("mapped")'
END
    run -0 live bash "$BATS_TEST_TMPDIR/script"
    same output mapped "$output"
}

# exports KIND: what is said of the library's names
exports()
{
    rm -f "$traces"/*
    LD_LIBRARY_PATH=$programs/odd-exports/$1 run -0 live "$programs/contexts-only"
    judged
    query '.processes[].blind_spots[] | "\(.code): \(.message | sub(".*/libpcsclite.so.1 "; ""))"'
}

@test "a library with functions that nobody knows, by odd names, with either hash table" {
    local kind
    for kind in gnu sysv; do
        run -0 exports $kind
        [[ "$output" == "unknown-export: exports SCard"*", SCard"*", SCard"*", SCard"*" and 97 more, \
which scardaudit does not know: calls to them are not audited" ]]
        [[ "$output" != *SCardData* && "$output" != *SCardThreads* ]]
    done
    run -0 exports long
    same message "unknown-export: exports 1 function, which scardaudit does not know: calls to \
it are not audited" "$output"
}

@test "a library that calls its own exported functions" {
    LD_LIBRARY_PATH=$programs/inward-library run -0 live "$programs/inward"
    same output "reader, 7" "$output"
    judged
    expect_findings
    same calls 4 "$(calls)"
    same resources "autoallocate 1 1, context 1 1" "$(query '[.resources[]
        | "\(.kind) \(.acquired) \(.released)"] | sort | join(", ")')"
}
