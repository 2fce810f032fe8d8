#!/bin/sh
# SPDX-License-Identifier: MIT
# Files as a C source: a table of name and content, as embed.h describes it, on standard output.
#
#   report/embed.sh TABLE FILE...
set -eu
table=${1:?usage: embed.sh TABLE FILE...}
shift

echo '/* SPDX-License-Identifier: MIT */'
echo '/* Made by report/embed.sh. */'
echo '#include "report/base/embed.h"'
number=0
for file in "$@"; do
    number=$((number + 1))
    echo "static const unsigned char file_$number[] = {"
    od -An -v -tx1 "$file" | sed 's/ *\([0-9a-f][0-9a-f]\)/0x\1,/g'
    echo '0};'
done
echo "const struct embedded_file $table[] = {"
number=0
for file in "$@"; do
    number=$((number + 1))
    echo "    {\"${file##*/}\", (const char *)file_$number, sizeof file_$number - 1},"
done
echo '    {0},'
echo '};'
