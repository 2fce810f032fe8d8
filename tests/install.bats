#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# `make install` and `ldconfig`, and what the README promises of them. The machine is left alone:
# each test has a mount namespace of its own, where /usr/local is empty and /etc a copy.
#
# shellcheck disable=SC2016 # expanded in there
# shellcheck disable=SC2034 # the report is read by the helpers

load helpers

setup_file()
{
    start_pcscd
    grep -qx 'prefix = /usr/local' "$BUILD/Makefile" ||
        die "$BUILD is not configured for the default prefix, /usr/local" || return 1
    machine >"$BATS_FILE_TMPDIR/machine"
}

teardown_file()
{
    stop_pcscd
}

# What of this machine must stay as it is.
machine()
{
    stat -c '%n %i %Y' /etc/ld.so.cache
    find /usr/local -printf '%p %T@\n' | sort
}

# For root, and for anyone else where the kernel allows it. (The root folder of a chroot has to be a
# mount point.) Nothing that is mounted in here is seen outside.
namespace=(unshare --mount --propagation private)
[ "$(id -u)" = 0 ] || namespace+=(--map-root-user)

# In the namespace, as root. The skeleton of /usr/local is there before and after, so it is no
# trace of ours.
install_there='
    export PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
    mkdir "$work/etc"
    cp -r --preserve=links /etc/. "$work/etc" 2>/dev/null || :
    mount -t tmpfs tmpfs /usr/local
    mkdir -p /usr/local/bin /usr/local/include /usr/local/lib/pkgconfig /usr/local/share/doc \
        /usr/local/share/man/man1 /usr/local/share/man/man3
    mount --bind "$work/etc" /etc
    mount -t tmpfs tmpfs /var/cache/ldconfig
    find /usr/local | sort >"$work/before"
    make -C "$BUILD" install >"$work/log" 2>&1 && ldconfig || { cat "$work/log"; exit 99; }
    cd "$work/here"
'

# inside COMMANDS: run them in an empty folder, after make install and ldconfig
inside()
{
    export BUILD TESTS work=$BATS_TEST_TMPDIR/work
    mkdir -p "$work/here"
    "${namespace[@]}" true || die "no mount namespace can be had: neither as root nor as a user" ||
        return 1
    "${namespace[@]}" bash -euc "$install_there$1"
}

@test "LD_PRELOAD=libscardaudit.so, by its plain name" {
    inside '
        "$TEST_PROGRAMS/leaky" >../plain.out
        LD_PRELOAD=libscardaudit.so "$TEST_PROGRAMS/leaky" >../out 2>../err
        scardaudit report --json ../report.json .'
    diff "$work/plain.out" "$work/out"
    set -- "$work/here"/*
    [[ $# = 1 && ${1##*/} =~ ^scardaudit\.leaky\.[0-9]+\.0\.trace$ ]]
    grep -qF "$1" "$work/err"
    report=$work/report.json
    expect_findings "error context-leak context 1" "error handle-leak card-handle 1" \
        "error autoallocate-leak autoallocate 1"
    expect_stack context-leak context acquired establish main
}

@test "a program without any audited call: prints nothing more, leaves nothing, keeps its status" {
    inside '
        both() {
            local plain=0 status=0
            "$@" >../plain.out 2>../plain.err || plain=$?
            LD_PRELOAD=libscardaudit.so "$@" >../out 2>../err || status=$?
            diff ../plain.out ../out
            diff ../plain.err ../err
            echo "$1: $plain $status"
        }
        both /bin/echo hello
        both false
        both sh -c "echo said >&2; exit 7"
        ls -A' >"$BATS_TEST_TMPDIR/said"
    same "status and files" "/bin/echo: 0 0
false: 1 1
sh: 7 7" "$(<"$BATS_TEST_TMPDIR/said")"
}

@test "the program and its manual are found" {
    inside '
        scardaudit --version
        scardaudit-ci --version
        man -w scardaudit
        man -w scardaudit-ci
        man -w libscardaudit-rpc
        man -w libscardaudit-wtsapi
        man -w lsahost
        scardaudit run -- sh -c "echo \$LD_PRELOAD" 2>/dev/null' >"$BATS_TEST_TMPDIR/said"
    same found "$("$SCARDAUDIT" --version)
$("$SCARDAUDIT" --version)
/usr/local/share/man/man1/scardaudit.1
/usr/local/share/man/man1/scardaudit-ci.1
/usr/local/share/man/man3/libscardaudit-rpc.3
/usr/local/share/man/man3/libscardaudit-wtsapi.3
/usr/local/share/man/man1/lsahost.1
/usr/local/lib/libscardaudit.so" "$(<"$BATS_TEST_TMPDIR/said")"
}

# fails without: the .pc files, the headers, relinking libscardaudit-dce
@test "ported programs are built with what pkg-config says, and find their libraries" {
    inside '
        build() {
            cc -Wall -Wextra -Wpedantic -Werror -o "$2" "$TESTS/providers/$2.c" \
                $(pkg-config --cflags --libs "$1")
        }
        build scardaudit-rpc ported
        build scardaudit-dce ported-dce
        pkg-config --modversion scardaudit-rpc scardaudit-dce
        ./ported
        ./ported-dce' >"$BATS_TEST_TMPDIR/said"
    local version
    version=$("$SCARDAUDIT" --version)
    same said "${version##* }
${version##* }
slot 0
slot 1
cleaning up
exception 87
released at once
slot 0
0x16c9a063" "$(<"$BATS_TEST_TMPDIR/said")"
}

# fails without: scardaudit-lsa.pc, -avoid-version
@test "lsahost loads what is built with its header, and WinPR the plug-in by its plain name" {
    inside '
        cc -Wall -Wextra -Werror -shared -fPIC -o package.so "$TESTS/providers/ported-package.c" \
            $(pkg-config --cflags scardaudit-lsa)
        $(pkg-config --variable=lsahost scardaudit-lsa) -v ./package.so
        cc -o sessions "$TESTS/providers/sessions.c" $(pkg-config --cflags --libs winpr2)
        WTSAPI_LIBRARY=libscardaudit-wtsapi.so ./sessions' >"$BATS_TEST_TMPDIR/said"
    same said "./package.so: interface 0x00010000, 1 packages
./package.so: package 1: ported, version 1, tokens of at most 0 bytes
0 Services" "$(<"$BATS_TEST_TMPDIR/said")"
}

@test "make uninstall leaves nothing behind" {
    inside '
        find /usr/local | sort >../installed
        make -C "$BUILD" uninstall >../log 2>&1
        find /usr/local | sort >../after'
    for file in bin/scardaudit lib/libscardaudit.so share/man/man1/scardaudit.1 \
        include/scardaudit/rpcsm.h lib/libscardaudit-rpc.so.0 lib/pkgconfig/scardaudit-dce.pc \
        bin/lsahost include/scardaudit/lsahost.h lib/libscardaudit-wtsapi.so; do
        grep -qx "/usr/local/$file" "$work/installed"
    done
    diff "$work/before" "$work/after"
}

@test "moved elsewhere as a whole, run still finds its library" {
    inside '
        cp -r /usr/local "$work/moved"
        make -C "$BUILD" uninstall >../log 2>&1
        "$work/moved/bin/scardaudit" run -- sh -c "echo \$LD_PRELOAD" 2>/dev/null
        "$work/moved/bin/scardaudit" run --json ../report.json -- "$TEST_PROGRAMS/leaky" >../out' \
        >"$BATS_TEST_TMPDIR/said"
    same library "$(realpath "$work")/moved/lib/libscardaudit.so" "$(<"$BATS_TEST_TMPDIR/said")"
    report=$work/report.json
    expect_findings "error context-leak context 1" "error handle-leak card-handle 1" \
        "error autoallocate-leak autoallocate 1"
}

@test "nothing that is installed looks for libraries in the build tree" {
    inside '
        for file in /usr/local/bin/{scardaudit,lsahost} /usr/local/lib/libscardaudit{,-rpc,-dce,-wtsapi}.so; do
            readelf -dW "$file" >../dynamic
            echo "$(grep -c NEEDED ../dynamic) needed, $(grep -cE "R(UN)?PATH" ../dynamic) paths"
        done' >"$BATS_TEST_TMPDIR/said"
    same paths "0 paths
0 paths
0 paths
0 paths
0 paths
0 paths" "$(sed 's/.*, //' "$BATS_TEST_TMPDIR/said")"
    run ! grep -q '^0 needed' "$BATS_TEST_TMPDIR/said"
}

@test "this machine is as it was" {
    diff "$BATS_FILE_TMPDIR/machine" <(machine)
}
