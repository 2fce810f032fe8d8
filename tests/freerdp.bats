#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016 # the variables in quotes are those of a shell below
#
# FreeRDP's shadow server, audited while xfreerdp connects to it, each under an Xvfb of its own. The
# server opens a channel for sound from the client, and asks whether it came about; a client without
# /mic refuses it, and libfreerdp2 2.11.7 answers FALSE with a buffer that nobody frees.
#
# One connection each; with SCARDAUDIT_LONG many.

load wts

unset WTSAPI_LIBRARY

setup()
{
    need_tools
    need_command freerdp-shadow-cli freerdp2-shadow-x11
    need_command xfreerdp freerdp2-x11
    need_command Xvfb xvfb
    # a path in it is the address of a socket
    home=$(mktemp -d /tmp/freerdp.XXXXXX)
    touch "$home/err" "$home/client"
    export HOME=$home XDG_CONFIG_HOME=$home
    report=$home/report.json
    started=()
}

teardown()
{
    local process
    cat "$home/err" "$home/client" # shown where a test fails
    for process in "${started[@]}"; do
        kill -TERM "$process" 2>/dev/null || :
        wait "$process" || :
    done
    rm -rf "$home"
}

# background COMMAND...: it is the last one of $started, and is killed in the end
background()
{
    timeout -s KILL 100 "$@" 3>&- &
    started+=($!)
}

# eventually COMMAND...: within 30 seconds
eventually()
{
    local i
    for ((i = 0; i < 1500; i++)); do
        ! "$@" || return 0
        sleep 0.02
    done
    die "never: $*"
}

# start_display FILE: an Xvfb, whose number is then in the file; it is nobody else's, and the display
# stays when the server closes it for a moment
start_display()
{
    background sh -c 'exec Xvfb ":$$" -noreset -displayfd 4 4>"$1" -screen 0 320x240x24 \
        -nolisten tcp >/dev/null 2>&1' sh "$1"
    eventually test -s "$1"
}

# find_server PROCESS: the server among its children's children
find_server()
{
    server=$1
    eventually find_server_below
}

find_server_below()
{
    local child
    [ "$(cat "/proc/$server/comm" 2>/dev/null)" != freerdp-shadow- ] || return 0
    read -r child _ <"/proc/$server/task/$server/children" || :
    server=${child:-$server}
    return 1
}

threads_at_most()
{
    local threads=("/proc/$server/task/"*)
    [ ${#threads[@]} -le "$1" ]
}

threads_at_least()
{
    ! threads_at_most $(($1 - 1))
}

# start_server COMMAND...: with what comes before it
start_server()
{
    local threads
    start_display "$home/display"
    display_process=${started[-1]}
    background env DISPLAY=":$(cat "$home/display")" "$@" \
        freerdp-shadow-cli "/ipc-socket:$home/socket" -auth >"$home/out" 2>"$home/err"
    server_process=${started[-1]}
    eventually test -S "$home/socket"
    find_server "$server_process"
    eventually threads_at_least 3
    threads=("/proc/$server/task/"*)
    idle=${#threads[@]}
    start_display "$home/other-display"
}

connect()
{
    background env DISPLAY=":$(cat "$home/other-display")" \
        xfreerdp "/v:$home/socket" /cert-ignore /u:u /p:p "$@" >>"$home/client" 2>&1
    client=${started[-1]}
}

refusals_are()
{
    [ "$(grep -c 'audin.server.*WTSVirtualChannelQuery failed' "$home/err")" = "$1" ]
}

# end_client: and all of the server's threads for it
end_client()
{
    kill -TERM "$client" 2>/dev/null || :
    wait "$client" || :
    eventually threads_at_most "$idle"
}

# end_server: as it ends when its display is gone, which is by exit(1), on a thread of its own
end_server()
{
    local status=0
    kill -TERM "$display_process"
    wait "$server_process" || status=$?
    same status 1 "$status"
}

# connections: how many there are to be
connections()
{
    if [ -n "${SCARDAUDIT_LONG:-}" ]; then echo 20; else echo 1; fi
}

# expect_accounted CONNECTIONS LOST: every handle was closed; of the buffers, so many were not freed.
# How many there are depends on how often the server asks whether the channel is there.
expect_accounted()
{
    local acquired released
    expect_winprs
    same complete true "$(query '[.processes[].complete] | all')"
    expect_resource wts-server "$1" "$1"
    expect_resource wts-channel $(($1 * 4)) $(($1 * 4))
    read -r acquired released < <(query '.resources[] | select(.kind == "wts-buffer")
        | "\(.acquired) \(.released)"')
    [ "$acquired" -ge $(($1 * 7)) ] || die "only $acquired buffers"
    same "lost buffers" "$2" $((acquired - released))
}

@test "a channel that the client refuses: libfreerdp2's answer is nobody's" {
    local i count
    count=$(connections)
    start_server "$SCARDAUDIT" run --json "$report" --
    for ((i = 1; i <= count; i++)); do
        connect
        eventually refusals_are "$i"
        end_client
    done
    end_server
    expect_findings "warning provider-fault wts-buffer $count"
    expect_accounted "$count" "$count"
    same "who called" libfreerdp-server2.so.2 "$(query '.findings[0].places[0].stacks.acquired
        .frames[0].module | sub(".*/"; "")')"
    [[ "$(field provider-fault message)" == *WTSVirtualChannelQuery* ]]
    same bytes $((count * 4)) "$(field provider-fault bytes)"
}

# It wants a device that is not there, and leaves.
@test "a client that has sound to send: nothing is lost" {
    local i count
    count=$(connections)
    start_server env LD_PRELOAD="$SCARDAUDIT_LIB" \
        SCARDAUDIT_OPTIONS="dir=$home:at_exit=none:json=$report"
    for ((i = 1; i <= count; i++)); do
        connect /mic:sys:oss,dev:none
        wait "$client" || :
        eventually threads_at_most "$idle"
    done
    end_server
    expect_findings
    expect_accounted "$count" 0
}

@test "the server ends while a client is connected" {
    start_server "$SCARDAUDIT" run --json "$report" --
    connect
    eventually refusals_are 1
    end_server
    same findings "error wts-handle-leak wts-channel libfreerdp-server2.so.2
error wts-handle-leak wts-channel libfreerdp-server2.so.2
error wts-handle-leak wts-channel libfreerdp2.so.2
error wts-handle-leak wts-server libfreerdp-shadow2.so.2
warning provider-fault wts-buffer libfreerdp-server2.so.2" "$(query '.findings[]
        | "\(.severity) \(.rule) \(.kind) \(.places[0].stacks.acquired.frames[0].module
        | sub(".*/"; ""))"' | sort)"
}
