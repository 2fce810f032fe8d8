#!/bin/sh
# SPDX-License-Identifier: MIT
# The policy of html_policy.h for these files, as a C source, on standard output.
#
#   report/html/html_policy.sh FILE...
set -eu

# hash FILE: its SHA-256 as a policy has it
hash() {
    sum=$(sha256sum "$1")
    sum=$(printf %s "${sum%% *}" | tr a-f A-F | basenc -d --base16 | base64)
    if [ ${#sum} != 44 ]; then
        echo "html_policy.sh: no SHA-256 of $1" >&2
        return 1
    fi
    printf " 'sha256-%s'" "$sum"
}

styles='' scripts=''
for file in "$@"; do
    case $file in
    *.css) styles=$styles$(hash "$file") ;;
    *.js) scripts=$scripts$(hash "$file") ;;
    esac
done

cat <<END
/* SPDX-License-Identifier: MIT */
/* Made by report/html/html_policy.sh. */
#include "report/html/html_policy.h"
const char html_policy[] = "default-src 'none'; style-src$styles; script-src$scripts; "
                           "base-uri 'none'; form-action 'none'";
END
