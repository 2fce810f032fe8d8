#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016 # the variables in quotes are those of another shell
# shellcheck disable=SC2154 # stderr is set by run --separate-stderr
#
# explain: every rule has words, an example and a fix; the examples are programs in which the rule
# is found.

load helpers

setup_file()
{
    start_pcscd
}

teardown_file()
{
    stop_pcscd
}

rules()
{
    "$SCARDAUDIT" explain | cut -d ' ' -f 1
}

is_package()
{
    grep -q '<scardaudit/lsahost.h>' "$1"
}

# build_example FILE PROGRAM: with the libraries whose headers it has. Warnings are errors.
build_example()
{
    local flags=()
    read -ra flags <<<"$(pkg-config --cflags --libs libpcsclite)"
    if is_package "$1"; then
        flags=("-I$TOP/providers" -shared -fPIC)
    elif grep -q '<scardaudit/' "$1"; then
        flags=("-I$TOP/providers" "-L$BUILD/.libs" "-Wl,-rpath,$BUILD/.libs" -lscardaudit-rpc)
    fi
    if grep -q '<winpr/' "$1"; then
        read -ra flags <<<"$(pkg-config --cflags --libs winpr2)"
    fi
    "${CC:-cc}" -std=gnu11 -g -Wall -Wextra -Werror -o "$2" "$1" "${flags[@]}" -pthread
}

# audit_example RULE: what it is called with, and what is behind WinPR. No plug-in of ours has a
# fault.
audit_example()
{
    local command=("./$1" 'Virtual PCD 00 00') plugin=.libs/libscardaudit-wtsapi.so
    if is_package "$1.c"; then
        command=("$BUILD/lsahost" "./$1")
    fi
    if [ "$1" = provider-fault ]; then
        plugin=tests/programs/wts/mock-channels.so
    fi
    # how it ends is its own affair
    WTSAPI_LIBRARY=$BUILD/$plugin timeout -s KILL 60 "$SCARDAUDIT" run --json "$report" -- \
        "${command[@]}" >/dev/null 2>&1 || :
}

@test "without a rule: all of them, with severities" {
    run -0 --separate-stderr "$SCARDAUDIT" explain
    same stderr "" "$stderr"
    [[ $output == "context-leak "* ]]
    [ "${#lines[@]}" -gt 30 ]
    local line
    for line in "${lines[@]}"; do
        [[ $line =~ ^[a-z-]+\ +(error|warning|note)\ +[A-Z] ]] || die "$line"
    done
    same "each once" "" "$(rules | sort | uniq -d)"
}

@test "a rule: words, an example, the fix" {
    run -0 --separate-stderr "$SCARDAUDIT" explain double-release
    same stderr "" "$stderr"
    same text "double-release (error): Released a second time

A context, card handle, WTS handle or LSA section was released again after it
was gone. The second call fails today; should its value have been given out
anew, it ends what is somebody else's.

Example:

    #include <stddef.h>
    #include <winscard.h>

    int main(void)
    {
        SCARDCONTEXT context;

        if (SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &context) != SCARD_S_SUCCESS)
            return 1;
        SCardReleaseContext(context);
        SCardReleaseContext(context); /* again */
        return 0;
    }

Fix: Let one place own the release, and set the variable to 0 once it is done." "$output"
}

@test "each rule has all three" {
    local rule
    for rule in $(rules); do
        run -0 "$SCARDAUDIT" explain "$rule"
        [[ $output == "$rule ("*"):"*$'\n\nExample:\n\n    #include <'*$'\n\nFix: '* ]] || die "$rule"
    done
}

@test "an unknown rule: those whose names are close" {
    run -2 --separate-stderr "$SCARDAUDIT" explain context-leek
    same stderr "scardaudit explain: there is no rule context-leek; close to it: context-leak
'scardaudit explain' lists them all." "$stderr"
    same stdout "" "$output"
    run -2 --separate-stderr "$SCARDAUDIT" explain doublefree
    [[ $stderr == *"; close to it: double-free"$'\n'* ]]
    run -2 --separate-stderr "$SCARDAUDIT" explain after-release
    [[ $stderr == *"use-after-release"* && $stderr == *"free-after-release"* ]]
    run -2 --separate-stderr "$SCARDAUDIT" explain nonsense
    same stderr "scardaudit explain: there is no rule nonsense
'scardaudit explain' lists them all." "$stderr"
    run -2 --separate-stderr "$SCARDAUDIT" explain ''
    run -2 --separate-stderr "$SCARDAUDIT" explain $'\033[31m'
    [[ $stderr == *'there is no rule \x1b[31m'* ]]
    run -2 --separate-stderr "$SCARDAUDIT" explain "$(head -c 100000 /dev/zero | tr '\0' a)"
    run -2 --separate-stderr "$SCARDAUDIT" explain double-free double-release
    [[ $stderr == "scardaudit explain: one rule at a time"* ]]
    run -2 "$SCARDAUDIT" explain --json - double-free
    run -3 --separate-stderr bash -c '"$1" explain >/dev/full' bash "$SCARDAUDIT"
    [[ $stderr == "scardaudit: cannot write standard output: "* ]]
}

@test "the examples are C, and have what they are examples of" {
    local rule
    export report=$BATS_TEST_TMPDIR/report.json
    cd "$BATS_TEST_TMPDIR"
    for rule in $(rules); do
        "$SCARDAUDIT" explain "$rule" | sed -n '/^Example:$/,/^Fix: /s/^    //p' >"$rule.c"
        build_example "$rule.c" "$rule" || die "$rule: the example cannot be built"
        rm -f "$report"
        audit_example "$rule"
        query '.findings[].rule' | grep -qx "$rule" || die "$rule: not found in its example"
        same "$rule: complete" true "$(query '[.processes[].complete] | all')"
    done
}
