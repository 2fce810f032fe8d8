#!/bin/sh
# SPDX-License-Identifier: MIT
# The rule catalogue is what the rules say: doc/rules.md. "make update-rules" renews it.
# Run in the build tree; TAP output.
set -u
source=${srcdir:-$(dirname "$0")/../..}

echo 1..2
if difference=$(tests/unit/make_rules | diff -u "$source/doc/rules.md" - 2>&1); then
    echo "ok 1 - doc/rules.md is current"
else
    echo "$difference" | sed 's/^/# /'
    echo "not ok 1 - doc/rules.md is current: make update-rules"
fi

# Each rule has an example, and each example a rule.
wanted=$(./scardaudit explain | cut -d ' ' -f 1 | sort)
found=$(for example in "$source"/report/examples/*.c; do basename "$example" .c; done | sort)
if [ "$wanted" = "$found" ]; then
    echo "ok 2 - each rule has an example"
else
    printf '# rules:\n%s\n# examples:\n%s\n' "$wanted" "$found" | sed 's/^/# /'
    echo "not ok 2 - each rule has an example"
fi
