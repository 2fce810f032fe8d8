#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# Random sequences of legal calls on several threads: nothing is found but what is there.
# RANDOM_SEED repeats a run.

load helpers

setup_file()
{
    start_pcscd
}

teardown_file()
{
    stop_pcscd
}

# expect_only_implicit: no error, no warning, and as many notes as the program counted
expect_only_implicit()
{
    local wanted
    wanted=$(sed -n 's/^implicit releases: //p' <<<"$output")
    same "rules found" implicit-release "$(query '[.findings[].rule] | unique | join(" ")')"
    same severities "0 0" "$(query '.summary | "\(.error) \(.warning)"')"
    same "implicit releases" "$wanted" "$(query '[.findings[].count] | add')"
    same live 0 "$(query '[.resources[].live] | add')"
    same complete true "$(query '.processes[0].complete')"
}

@test "1,000 sequences on 4 threads" {
    local seed=${RANDOM_SEED:-$RANDOM}
    local sequences=1000
    [ -z "${SCARDAUDIT_LONG:-}" ] || sequences=20000
    echo "# RANDOM_SEED=$seed, $sequences sequences" >&3
    audit 0 random-calls "$seed" $sequences 4
    expect_only_implicit
}

@test "300 sequences on 1 thread" {
    local seed=${RANDOM_SEED:-$RANDOM}
    echo "# RANDOM_SEED=$seed" >&3
    audit 0 random-calls "$seed" 300 1
    expect_only_implicit
}
