#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# As many contexts and card handles as pcscd serves, and one more.

load helpers

setup_file()
{
    start_pcscd
}

teardown_file()
{
    stop_pcscd
}

@test "as many contexts as pcscd serves" {
    audit 0 contexts-limit
    local count=$output
    expect_findings "warning resource-limit context 1"
    expect_stack resource-limit context acquired main
    expect_stack resource-limit context misused main
    # one of two results
    same message "$count SCARDCONTEXTs were live at once, the 180th established by main(); pcscd\
 serves 200, for all programs together, and the next SCardEstablishContext(), in main(), failed with\
 0x801000.., which does not say so" \
        "$(field resource-limit message | sed 's/0x801000\(6A\|1D\)/0x801000../')"
    audit 0 contexts-limit 179
    same count 179 "$output"
    expect_findings
}

@test "as many card handles as a context may have" {
    audit 0 handles-limit
    same count 200 "$output"
    expect_findings "warning resource-limit card-handle 1"
    expect_stack resource-limit card-handle acquired main
    expect_stack resource-limit card-handle misused main
    same message "200 SCARDHANDLEs of one context were live at once, the 180th opened by main();\
 pcscd serves 200 for each context and each reader, and the next SCardConnect(), in main(), failed\
 with 0x80100001, which does not say so" "$(field resource-limit message)"
    audit 0 handles-limit 185
    expect_findings "warning resource-limit card-handle 1"
    expect_no_stack resource-limit card-handle misused
    audit 0 handles-limit 179
    expect_findings
}

@test "as many card handles as a reader may have, of several contexts" {
    audit 0 handles-limit 210 3
    same count 200 "$output"
    expect_findings "warning resource-limit card-handle 1"
    expect_stack resource-limit card-handle misused main
    same message "200 SCARDHANDLEs were live at once; pcscd serves 200 for each reader, for all\
 programs together, and the next SCardConnect(), in main(), failed with 0x80100001, which does not\
 say so" "$(field resource-limit message)"
    audit 0 handles-limit 199 3
    expect_findings
}
