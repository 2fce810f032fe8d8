#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2154 # run sets output
#
# lsahost as a user sees it: packages are loaded, and each function is called when it should be. What
# sections do is tested in tests/unit/test_lsa_section.c.

load helpers

packages=$TEST_PROGRAMS/lsa

# lsahost [OPTION...] PACKAGE...
lsahost()
{
    timeout -s KILL 60 "$BUILD/lsahost" "$@"
}

# fails without: the order of Shutdown; a line more if anything is called twice
@test "Initialize and GetInfo for each package, and Shutdown at the end, the last first" {
    run -0 lsahost --verbose "$packages/package.so"
    same output "$packages/package.so: interface 0x00010000, 2 packages
Initialize 0: id 1, parameters, functions
$packages/package.so: package 1: first €, version 1, tokens of at most 2048 bytes
Initialize 1: id 2, parameters, functions
$packages/package.so: package 2: second 😀, version 2, tokens of at most 64 bytes
Shutdown 1
Shutdown 0" "$output"
    run -0 lsahost "$packages/package.so"
    run ! grep -v '^Initialize\|^Shutdown' <<<"$output"
}

@test "several files: packages are numbered on" {
    run -0 lsahost "$packages/package.so" "$packages/const.so"
    same output "Initialize 0: id 1, parameters, functions
Initialize 1: id 2, parameters, functions
Initialize 0: id 3, parameters, functions
Initialize 1: id 4, parameters, functions
Shutdown 1
Shutdown 0
Shutdown 1
Shutdown 0" "$output"
}

@test "no parameters, no table, a table that cannot be written" {
    run -0 lsahost --parameters none --table none "$packages/package.so"
    same "first line" "Initialize 0: id 1, no parameters, no functions" "${lines[0]}"
    run -0 lsahost --table=readonly "$packages/writing.so"
    same output "a page that is read-only" "$output"
    run -0 lsahost --table=writable "$packages/writing.so"
    same output "written" "$output"
}

@test "tables of another length" {
    run -0 lsahost --slots 29 "$packages/short.so"
    same lines "Initialize 0: id 1, parameters, functions Initialize 1: id 2, parameters, functions" \
        "${lines[0]} ${lines[1]}"
}

@test "what cannot be loaded is told, and the rest goes on" {
    run -1 --separate-stderr lsahost "$packages/no-tables.so" /nowhere/package.so \
        "$(which true)" "$packages/failing.so"
    same output "Initialize 0: id 1, parameters, functions
Shutdown 0" "$output"
    # shellcheck disable=SC2154
    same "first and last error" "lsahost: $packages/no-tables.so: has no packages
lsahost: $packages/failing.so: Initialize failed: 0xc0000001" \
        "$(sed -n '1p;$p' <<<"$stderr")"
    grep -q '^lsahost: /nowhere/package.so: .*No such file' <<<"$stderr"
    grep -q "^lsahost: .*bin/true: " <<<"$stderr"
}

@test "wrong arguments" {
    local arguments
    for arguments in "" "--slots=10 x" "--slots=x x" "--slots= x" "--table=green x" \
        "--table= x" "--parameters=|none x" "--nonsense x"; do
        # shellcheck disable=SC2086 # several
        run -2 lsahost $arguments
    done
    run -0 lsahost --help
    same "first word" Usage: "${output%% *}"
    run -0 lsahost --version
    same version "lsahost $("$SCARDAUDIT" --version | sed 's/.* //')" "$output"
}

# fails without: SCARDAUDIT_ANY_ARGUMENTS, extern "C"
@test "a package compiles without warnings, in C and C++, and has slots where Windows has them" {
    local language command
    for language in "gcc -std=c11" "clang -std=c11" "g++ -x c++ -std=c++17" \
        "clang++ -x c++ -std=c++17"; do
        read -ra command <<<"$language"
        need_command "${command[0]}" "${command[0]}"
        "${command[@]}" -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes -Werror -O2 -shared \
            -fPIC -I"$TOP/providers" -o "$BATS_TEST_TMPDIR/ported.so" \
            "$TESTS/providers/ported-package.c"
        run -0 lsahost -v "$BATS_TEST_TMPDIR/ported.so"
        same "$language" "$BATS_TEST_TMPDIR/ported.so: package 1: ported, version 1, tokens of at most 0 bytes" \
            "${lines[1]}"
    done
}
