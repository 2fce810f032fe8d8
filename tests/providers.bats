#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2154 # run sets output
#
# The libraries that ported programs link to, as those who port see them. What each function does is
# tested in tests/unit/test_{rpc,dce,wts,lsa}*.c; that they are found when they are installed, in
# install.bats. lsahost has a suite of its own.

load helpers

sources=$TESTS/providers
warnings=(-Wall -Wextra -Wpedantic -Wshadow -Werror)
export LD_LIBRARY_PATH=$BUILD/.libs

# compiled COMPILER... -- SOURCE [LIBRARY]: build it as a user would, and run it
compiled()
{
    local command=()
    while [ "$1" != -- ]; do
        command+=("$1")
        shift
    done
    need_command "${command[0]}" "${command[0]}" || return 1
    "${command[@]}" -O2 "${warnings[@]}" -I"$TOP/providers" -o "$BATS_TEST_TMPDIR/program" \
        "$sources/$2" -L"$BUILD/.libs" "-lscardaudit-${3:-rpc}" -pthread -ldl || return 1
    timeout -s KILL 60 "$BATS_TEST_TMPDIR/program"
}

languages=("gcc -std=c11" "clang -std=c11" "g++ -x c++ -std=c++17" "clang++ -x c++ -std=c++17")

# fails without: the pragma in SCARDAUDIT_RPC_TRY, extern "C"
@test "a ported program compiles without warnings, in C and C++, and works" {
    local language command
    for language in "${languages[@]}"; do
        read -ra command <<<"$language"
        run -0 compiled "${command[@]}" -- ported.c
        same "$language" "slot 0
slot 1
cleaning up
exception 87
released at once" "$output"
        run -0 compiled "${command[@]}" -- ported-dce.c dce
        same "$language, dce" "slot 0
0x16c9a063" "$output"
    done
}

# fails without: weak
@test "a program's own midl_user_* and RpcRaiseException are taken" {
    run -0 compiled gcc -std=c11 -- own.c
    same output "my own midl_user_allocate
my own midl_user_free
RpcSsAllocate raised 87
my own RpcRaiseException(5)" "$output"
    local weak
    weak=$(nm -D "$BUILD/.libs/libscardaudit-rpc.so" | awk '$2 == "W" { print $3 }' | grep -v '^_')
    same "weak names" "RpcRaiseException
midl_user_allocate
midl_user_free" "$weak"
}

# fails without: -z nodelete
@test "closed by a program, the library stays for threads that end and for fork" {
    gcc -O1 -o "$BATS_TEST_TMPDIR/reopened" "$sources/reopened.c" -pthread -ldl
    run -0 timeout -s KILL 60 "$BATS_TEST_TMPDIR/reopened" "$BUILD/.libs/libscardaudit-rpc.so.0"
    same output "still alive" "$output"
}

# exported LIBRARY PATTERN
exported()
{
    nm -D --defined-only "$BUILD/.libs/$1" | awk '{ print $3 }' | grep -E "$2" | sort
}

# declared HEADER...: the functions that are
declared()
{
    sed 's,/\*.*\*/,,' "${@/#/$TOP/providers/scardaudit/}" | tr '\n' ' ' |
        grep -oE '[A-Za-z_]*(Rpc|rpc_|midl_)[A-Za-z_]*\([^()]*(\(\*[a-z_]*\)\([^()]*\)[^()]*)*\)( __attribute__\(\(noreturn\)\))?;' |
        sed 's/(.*//' | sort -u
}

# fails without: an export in front of any of them
@test "what the headers declare is exported, and nothing else that programs might have" {
    same rpc "$(declared rpcsm.h rpcexcept.h)" \
        "$(exported libscardaudit-rpc.so . | grep -vE \
            '^scardaudit_rpc_(allocate|client_|destroy|disable|enable|environment|get|mark|release|s[ew])')"
    same dce "$(declared dce.h)" "$(exported libscardaudit-dce.so .)"
    same "calls of audited names" "" \
        "$(nm -D --undefined-only "$BUILD/.libs/libscardaudit-dce.so" | grep -E 'Rpc(Sm|Ss)')"
    same "names of DCE's stubs" "" "$(exported libscardaudit-dce.so support_ptrs)"
}

# fails without: any of the locks (blocks_mark outside of it: a data race)
@test "ThreadSanitizer finds nothing" {
    local name
    for name in test_rpc test_rpc_threads test_rpc_except; do
        gcc -std=gnu11 -D_GNU_SOURCE -g -O1 -fsanitize=thread -I"$TOP/providers" \
            -o "$BATS_TEST_TMPDIR/$name" "$TESTS/unit/$name.c" \
            "$TOP"/providers/{blocks,core,environment,except,midl_user,rpcsm,thread}.c
        run -0 timeout -s KILL 120 "$BATS_TEST_TMPDIR/$name"
        run ! grep -E '^not ok|ThreadSanitizer' <<<"$output"
    done
}

# fails without: -fvisibility=hidden
@test "the plug-in for WinPR exports one function" {
    same exported InitWtsApi "$(exported libscardaudit-wtsapi.so .)"
}

# fails without: the locks of wts_server.c, lsa_section.c
@test "ThreadSanitizer finds nothing in the plug-in for WinPR, nor in sections" {
    local flags
    read -ra flags <<<"-std=gnu11 -D_GNU_SOURCE -g -O1 -fsanitize=thread $(pkg-config --cflags winpr2)"
    flags+=(-I"$TOP" -I"$TOP/providers" -I"$TESTS/unit")
    gcc "${flags[@]}" -shared -fPIC -o "$BATS_TEST_TMPDIR/plugin.so" "$TOP"/providers/wts_*.c -lwinpr2
    gcc "${flags[@]}" "-DPLUGIN=\"$BATS_TEST_TMPDIR/plugin.so\"" -o "$BATS_TEST_TMPDIR/test_wts" \
        "$TESTS/unit/test_wts.c" -lwinpr2
    gcc "${flags[@]}" -o "$BATS_TEST_TMPDIR/test_lsa_section" "$TESTS/unit/test_lsa_section.c" \
        "$TOP/providers/lsa_section.c"
    local name
    # A forked child has no thread to join.
    export TSAN_OPTIONS=report_thread_leaks=0
    for name in test_wts test_lsa_section; do
        run -0 timeout -s KILL 120 "$BATS_TEST_TMPDIR/$name"
        run ! grep -E '^not ok|ThreadSanitizer' <<<"$output"
    done
}
