#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2030,SC2031 # each test is a subshell
# shellcheck disable=SC2154 # attack.bash and run set them
#
# What must not change for the program: descriptor numbers, errno, exceptions, jumps, cancellation,
# signals, privileges.

load attack

setup_file()
{
    start_pcscd
}

teardown_file()
{
    stop_pcscd
}

# as_alone PROGRAM [ARGUMENT...]: same status and output with and without us; then judged
as_alone()
{
    local wanted
    run timeout -s KILL 60 "$@"
    wanted="$status $output"
    run live "$@"
    same "status and output" "$wanted" "$status $output"
    judged
}

# libunwind's pipe took 3 and 4
@test "descriptors: the numbers are the program's" {
    as_alone "$programs/unchanged" descriptors
    same calls 2 "$(calls)"
}

# the errno of a hook's own in place of 12345
@test "errno after each of the functions that we interpose" {
    as_alone "$programs/unchanged" errno
    same calls 10 "$(calls)"
    run -0 live "$programs/unchanged" errno
    grep -q 'SCardIsValidContext(5): errno 12345' <<<"$output"
    grep -q 'vfork: errno 12345' <<<"$output"
}

# with a lock held across the real call the second one hung
@test "calls left by siglongjmp and by pthread_cancel" {
    LD_LIBRARY_PATH=$standin as_alone "$programs/escapes"
    # 20 + 20 calls before, 20 + 0 to 20 left in the middle, 20 + 1 after
    [ "$(calls)" -ge 81 ] && [ "$(calls)" -le 101 ]
    run -0 "$SCARDAUDIT" dump --jsonl "$traces"/*.trace
    [ "$(gojq -s '[.[] | select(.function == "SCardGetStatusChange" and .result == "pending")] | length' \
        <<<"$output")" -ge 20 ]
}

# without unwind tables for the wrappers: terminate called
@test "an exception thrown by the provider" {
    LD_LIBRARY_PATH=$programs/throws as_alone "$programs/throwing"
    same calls 11 "$(calls)"
    run -0 "$SCARDAUDIT" dump --jsonl "$traces"/*.trace
    same pending 10 "$(gojq -s '[.[] | select(.result == "pending")] | length' <<<"$output")"
}

# with libunwind in the global scope, as when the preload needs it, it was libunwind.so.8's
@test "a C program with a C++ plugin: it throws with the unwinder it always had" {
    as_alone "$programs/throwing-host" "$programs/throwing-plugin.so"
    run -0 live "$programs/throwing-host" "$programs/throwing-plugin.so"
    same output "libgcc_s.so.1
caught" "$output"
}

# operator delete of the C++ library's own calls was looked for without the plugin: abort
@test "a C program with a plugin that brings operator new and delete" {
    as_alone "$programs/working-host" local "$programs/own-new.so"
    as_alone "$programs/working-host" global "$programs/own-new.so" "$programs/working-plugin.so"
}

# status 141: our line raised SIGPIPE
@test "nobody reads stderr" {
    for dir in /nowhere "$traces"; do
        run -0 --separate-stderr env LD_PRELOAD="$SCARDAUDIT_LIB" \
            SCARDAUDIT_OPTIONS="dir=$dir" "$PYTHON" -c 'import os, subprocess, sys
read, write = os.pipe()
os.close(read)
def default(): # not as Python, which ignores it
    import signal
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
print(subprocess.run(sys.argv[1:], stderr=write, preexec_fn=default).returncode)' \
        "$programs/odd-lives" little-address-space -
        same "output, dir=$dir" "called
0" "$output"
    done
    judged
    same calls 1 "$(calls)"
}

# the program hung in our line
@test "a full pipe for stderr, and no directory for the trace" {
    run -0 env LD_PRELOAD="$SCARDAUDIT_LIB" SCARDAUDIT_OPTIONS=dir=/nowhere timeout -s KILL 60 \
        "$PYTHON" -c 'import fcntl, os, subprocess, sys
read, write = os.pipe()
os.set_blocking(write, False)
try:
    while True:
        os.write(write, b"x" * 4096)
except BlockingIOError:
    os.set_blocking(write, True)
print(subprocess.run(sys.argv[1:], stderr=write, timeout=30).returncode)' \
        "$programs/odd-lives" little-address-space -
    same output "called
0" "$output"
}

# the loader drops LD_PRELOAD by itself: so the library is linked in, and has to look; it wrote a
# trace as the other user
@test "a program with more privileges than its user" {
    local dir as=()
    dir=$(mktemp -d /tmp/scardaudit-secure.XXXXXX)
    chmod 711 "$dir"
    mkdir -m 755 "$dir/.libs"
    mkdir -m 777 "$dir/traces"
    install "$SCARDAUDIT" "$dir/scardaudit"
    install "$SCARDAUDIT_LIB" "$dir/.libs/libscardaudit.so"
    # shellcheck disable=SC2046 # several words
    gcc -o "$dir/program" "$TESTS/robustness/odd-lives.c" "$dir/.libs/libscardaudit.so" \
        -Wl,--no-as-needed,-rpath,"$dir/.libs" $(pkg-config --cflags --libs libpcsclite)
    if [ "$(id -u)" = 0 ]; then
        as=(setpriv --reuid=65534 --regid=65534 --clear-groups)
        chmod 4755 "$dir/program"
    else
        local group
        group=$(id -G | tr ' ' '\n' | grep -vx "$(id -g)" | head -n 1)
        [ -n "$group" ] || die "needs root, or a user with a second group"
        chgrp "$group" "$dir/program"
        chmod 2755 "$dir/program"
    fi
    export SCARDAUDIT_OPTIONS=dir=$dir/traces
    run -0 "${as[@]}" "$dir/program" little-address-space -
    same output called "$output"
    same traces 0 "$(find "$dir/traces" -type f | wc -l)"
    unset SCARDAUDIT_OPTIONS
    run -0 --separate-stderr "${as[@]}" "$dir/scardaudit" run "$dir/program" little-address-space -
    same output called "$output"
    same stderr "$NOTHING_AUDITED" "$stderr"
    # the same program, without: the library works
    chmod 755 "$dir/program"
    SCARDAUDIT_OPTIONS=dir=$dir/traces:at_exit=none run -0 "${as[@]}" "$dir/program" \
        little-address-space -
    same traces 1 "$(find "$dir/traces" -type f | wc -l)"
    rm -rf "$dir"
}
