#!/bin/sh
# SPDX-License-Identifier: MIT
# The policy of html_policy.h for these files, as a C source, on standard output.
#
#   report/html_policy.sh FILE...
set -eu

# hashes SUFFIX FILE...: of those files
hashes() {
    suffix=$1
    shift
    for file in "$@"; do
        case $file in
        *"$suffix")
            sum=$(sha256sum "$file")
            printf " 'sha256-%s'" \
                "$(printf %s "${sum%% *}" | tr a-f A-F | basenc -d --base16 | base64)"
            ;;
        esac
    done
}

cat <<END
/* SPDX-License-Identifier: MIT */
/* Made by report/html_policy.sh. */
#include "report/html_policy.h"
const char html_policy[] = "default-src 'none'; style-src$(hashes .css "$@"); "
                           "script-src$(hashes .js "$@"); base-uri 'none'; form-action 'none'";
END
