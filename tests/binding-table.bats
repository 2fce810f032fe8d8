#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# The table of clients and ways of binding: as many calls seen as were made, and doc/bindings.md has
# the same rows.

load helpers

setup_file()
{
    need_tools
    table=$BATS_FILE_TMPDIR/table
    timeout -s KILL 300 "$TESTS/binding-table" >"$table"
}

setup()
{
    table=$BATS_FILE_TMPDIR/table
}

# row CLIENT BINDING: "made, bare, run, unchanged" of one row of the table
row()
{
    awk -F '  +' -v OFS=', ' -v client="$1" -v binding="$2" \
        '$1 == client && $2 == binding { print $3, $4, $5, $6 }' "$table"
}

# seen CLIENT BINDING: calls were made, and all of them seen
seen()
{
    local made bare audited unchanged
    IFS=, read -r made bare audited unchanged < <(row "$1" "$2" | tr -d ' ')
    [ "${made:-0}" -gt 0 ] || die "$1, $2: no row, or no calls"
    same "$1, $2" "$made, $made, $made, yes" "$made, $bare, $audited, $unchanged"
}

@test "real clients: every call that is made is seen" {
    seen "pcsc_scan" "linked"
    seen "OpenSC: opensc-tool" "dlopen LAZY, dlsym"
    seen "OpenSC: opensc-pkcs11.so in pkcs11-tool" "dlopen LAZY, dlsym"
    seen "OpenSC: opensc-pkcs11.so in p11-kit" "dlopen LAZY, dlsym"
    seen "Perl: Chipcard::PCSC in scriptor" "extension module: dlopen, dlsym"
    seen "Python: pyscard" "extension module: dlopen, dlsym"
    seen "OpenJDK 17" "libj2pcsc.so NEEDs it, in a local scope"
    seen "FreeRDP: WinPR in winpr-client" "dlopen, dlsym"
}

# it looks at its reader in step with the clock: one number of calls for each run
@test "scdaemon: every call that is made is seen" {
    local cells
    cells=$(row "GnuPG: scdaemon" "dlopen, dlsym@GLIBC_2.34")
    [[ $cells =~ ^([0-9]+)(, ([0-9]+))?,\ ([0-9]+),\ ([0-9]+),\ yes$ ]]
    same "bare" "${BASH_REMATCH[1]}" "${BASH_REMATCH[4]}"
    same "run" "${BASH_REMATCH[3]:-${BASH_REMATCH[1]}}" "${BASH_REMATCH[5]}"
    [ "${BASH_REMATCH[4]}" -gt 0 ]
}

@test "other ways of binding, played by programs of ours" {
    seen "newer OpenJDK, played by old-dlsym-client" "dlopen by absolute path, dlsym@GLIBC_2.2.5"
    seen "a client that asks for versions, dlvsym-client" "dlopen, dlvsym, then dlsym"
    seen "OpenSC 0.27, played by dlopen-client" "dlopen DEEPBIND of the library, dlsym"
    seen "a PKCS#11 module, played by plugin-host" "linked module, dlopen LOCAL"
    seen "pcsc-lite 2.1, played by two stand-ins" "linked; one half finds the other by dlsym"
    seen "two modules with a stand-in each" "linked modules, dlopen LOCAL, two providers"
}

@test "a linked module opened with RTLD_DEEPBIND is in the table too" {
    [[ $(row "a PKCS#11 module, played by plugin-host" "linked module, dlopen LOCAL, DEEPBIND") \
        == "3, 0 (deepbind), 3, yes" ]]
}

@test "doc/bindings.md has the rows of the table" {
    # how many they are is the package's version's business, and with scdaemon its clock's
    local plain='s/|\([0-9]*\)|\1|\1|/|all of them|/; s/^\(GnuPG: [^|]*|[^|]*\).*/\1/'
    same rows "$(sed 1d "$table" | sed "s/  \+/|/g; $plain")" \
        "$(sed -n '/^| client/,/^$/p' "$TOP/doc/bindings.md" | sed '1,2d;$d' |
            sed "s/^| //; s/ *| */|/g; s/|$//; $plain")"
}

@test "a preload that sees nothing fails the table" {
    SCARDAUDIT_LIB=/usr/lib/x86_64-linux-gnu/libm.so.6 run -1 timeout -s KILL 300 \
        "$TESTS/binding-table"
    grep -qE "^binding-table: pcsc_scan \(linked\): made .* with the bare preload, all expected \
to be seen, but \{\} was$" <<<"$output"
}
