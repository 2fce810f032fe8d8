#!/bin/sh
# SPDX-License-Identifier: MIT
# Compares the symbolizer with addr2line (binutils): functions, files and lines of the return
# addresses of every call in the samples, built in several ways.
#
#     symbols_vs_addr2line.sh [SYMBOLS_CLI [PROGRAM...]]
#
# SYMBOLS_CLI is tests/unit/symbols_cli of the build tree. With programs, compares these instead of the samples. TAP output. Depth, files and lines must
# agree. Some function names may not: where DWARF has no linkage name (lambdas, functions local to a
# file, with gcc) addr2line takes the symbol around the address, of inlined functions a wrong one.
# addr2line 2.40 also misses inlined functions in clang's DWARF 5: compare with gcc's only.
set -u
cli=${1:-tests/unit/symbols_cli}
[ $# -eq 0 ] || shift
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
number=0

for tool in objdump addr2line "${CC:-cc}" "${CXX:-c++}"; do
    command -v "${tool%% *}" >/dev/null || { echo "1..0 # SKIP needs $tool"; exit 0; }
done

# Return addresses of the calls in a program, at most 1000 spread over it.
return_addresses() {
    objdump -d --no-show-raw-insn "$1" |
        awk '/^ *[0-9a-f]+:\t/ { sub(":", "", $1); if (call) print $1; call = $2 ~ /^call/ }' |
        awk '{ line[NR] = $0 } END { step = int(NR / 1000) + 1
              for (i = 1; i <= NR; i += step) print line[i] }'
}

# Both outputs become one line per frame, "address function|file:line", comparable as text.
normalize() {
    sed -e 's/ \[clone [^]]*\]//g; s/\.cold\([^0-9A-Za-z]\)/\1/; s/ (discriminator [0-9]*)$//' \
        -e 's/:?$/:0/; s/^[^|]*|[^:]*:0$/&#/' |
        awk -F'|' '/#$/ { print $1 "|?:0"; next } { print }' |
        sed -e 's/??/?/g' -e ':again' -e 's,/\./,/,; s,/[^/.|][^/|]*/\.\./,/,; t again'
}

compare() {
    return_addresses "$1" >"$work/addresses"
    sed "s,^,$1 ," "$work/addresses" | "$cli" |
        awk -F'\t' 'NF == 2 { print number + 0, $1 "|" $2; next } { number++ }' |
        normalize >"$work/ours"
    while read -r address; do printf '%x\n' $((0x$address - 1)); done <"$work/addresses" |
        addr2line -a -f -i -C -e "$1" |
        awk '/^0x[0-9a-f]+$/ { number++; name = ""; next }
             name == "" { name = $0; next }
             { print number - 1, name "|" $0; name = "" }' |
        normalize >"$work/theirs"
    total=$(wc -l <"$work/addresses")
    # Of each address: do depth, files and lines differ? If not, do the functions' short names?
    differ=$(awk -F'|' '
        function short(name) { sub(/^[0-9]+ /, "", name); gsub(/\(anonymous namespace\)/, "", name)
                               sub(/\(.*/, "", name); sub(/.*::/, "", name); return name }
        { split($1, part, " "); id = part[1] }
        FNR == NR { ours[id] = ours[id] short($1) "\n"
                    our_lines[id] = our_lines[id] $2 "\n"; next }
        { theirs[id] = theirs[id] short($1) "\n"; their_lines[id] = their_lines[id] $2 "\n" }
        END { for (id in theirs) if (our_lines[id] != their_lines[id]) lines++
                                 else if (ours[id] != theirs[id]) names++
              print lines + 0, names + 0 }' "$work/ours" "$work/theirs")
    lines=${differ% *}
    names=${differ#* }
    number=$((number + 1))
    result="$number - $2: $total addresses, lines of $lines and names of $names differ"
    if [ "$total" -gt 0 ] && [ "$lines" = 0 ] && [ $((names * 100)) -le $((total * 8)) ]; then
        echo "ok $result"
    else
        echo "not ok $result"
        failed=1
    fi
}

failed=0
if [ $# -gt 0 ]; then
    for program; do
        compare "$program" "$program"
    done
else
    for options in "-O0 -gdwarf-4" "-O0 -gdwarf-5" "-O2 -gdwarf-4" "-O2 -gdwarf-5" \
        "-O3 -g -no-pie -fno-pie" "-O2 -g0"; do
        # shellcheck disable=SC2086
        ${CC:-cc} $options -o "$work/sample" "$here/symbols_sample.c" &&
            compare "$work/sample" "C $options"
        # shellcheck disable=SC2086
        ${CXX:-c++} $options -o "$work/sample" "$here/symbols_sample.cc" &&
            compare "$work/sample" "C++ $options"
    done
fi
echo "1..$number"
exit $failed
