#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""progress.py SCARDAUDIT TRACE: what a report shows on a terminal while it takes long.

The trace is of a module without debug information, and the debuginfod server asked for it does not
answer before one report has shown how far it is. Others that were waiting before that one are to
show nothing: on a dumb terminal, or with stderr elsewhere.
"""
import http.server
import os
import pty
import subprocess
import sys
import tempfile
import threading

PROGRESS = b"scardaudit: looking up symbols in module "

answer = threading.Event()
arrived = {"dumb": threading.Event(), "file": threading.Event(), "shown": threading.Event()}


class Late(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        arrived[self.path.split("/")[1]].set()
        answer.wait()
        self.send_error(404)

    def log_message(self, *_):
        pass


def variables(name, port, folder, term):
    return dict(
        os.environ,
        TERM=term,
        DEBUGINFOD_URLS=f"http://127.0.0.1:{port}/{name}",
        DEBUGINFOD_CACHE_PATH=f"{folder}/{name}",
        no_proxy="127.0.0.1",
    )


def on_terminal(command, environment):
    child, terminal = pty.fork()
    if child == 0:
        os.execve(command[0], command, environment)
    return child, terminal


def read_some(terminal):
    try:
        return os.read(terminal, 65536)
    except OSError:  # nobody has the other end any more
        return b""


def read_rest(child, terminal, said=b""):
    while some := read_some(terminal):
        said += some
    return said, os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def screen(said):
    """What is left to be seen: a carriage return goes back, and what comes then overwrites."""
    lines = []
    for line in said.replace(b"\r\n", b"\n").split(b"\n"):
        shown = b""
        for part in line.split(b"\r"):
            shown = part + shown[len(part) :]
        lines.append(shown.rstrip())
    return lines


def main():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Late)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    port = server.server_address[1]
    folder = tempfile.mkdtemp(dir=os.environ["BATS_TEST_TMPDIR"])
    command = [sys.argv[1], "report", "--debuginfod", "--json", f"{folder}/no/report"]
    command += ["--text", "-", sys.argv[2]]

    piped = subprocess.Popen(
        command,
        env=variables("file", port, folder, "xterm"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    dumb = on_terminal(command, variables("dumb", port, folder, "dumb"))
    arrived["file"].wait()
    arrived["dumb"].wait()

    shown = on_terminal(command, variables("shown", port, folder, "xterm"))
    said = b""
    while PROGRESS not in said:
        some = read_some(shown[1])
        assert some, f"it ended, and showed nothing: {said}"
        said += some
    answer.set()
    said, status = read_rest(*shown, said)

    out, err = piped.communicate()
    assert PROGRESS not in out + err, "progress that goes to no terminal"
    assert b"cannot write " in err, err
    assert (status, piped.returncode) == (3, 3), (status, piped.returncode)
    plain = [line.rstrip() for line in (out + err).split(b"\n")]
    assert screen(said) == plain, f"left on the terminal: {screen(said)}, and not {plain}"
    assert b"\033" not in said, "an escape sequence"
    assert PROGRESS not in read_rest(*dumb)[0], "progress on a dumb terminal"


main()
