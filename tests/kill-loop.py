# SPDX-License-Identifier: MIT
"""Kill an audited program at random moments and compare its trace with its own journal.

  kill-loop.py [--count N] [--threads N] [--seed N] DIRECTORY

Each time: kill-victim runs with the preload until it gets SIGKILL, up to 30 ms after its first
call. Whatever its journal has, the trace must have, with the same result; and what the trace has
beyond that is at most the call of each thread that had returned but was not journaled yet. A trace
in which something is missing is left in DIRECTORY. Every tenth trace is judged as well: no error
may be found, because nobody knows whether the victim would have released what it held.

SCARDAUDIT, SCARDAUDIT_LIB and TEST_PROGRAMS say what to run, as in helpers.bash; PC/SC must be
there, and TEST_READER be set. Status 0: all was there; 1: it was not.
"""
import argparse
import collections
import glob
import json
import mmap
import os
import random
import shutil
import signal
import struct
import subprocess
import sys
import time

ENTRY = struct.Struct("<32sQQQQ")  # struct entry of kill-victim.c
FIRST_CALL_SECONDS = 20
LATEST_KILL_SECONDS = 0.03
# A call is journaled with at most this many objects; of the rest nothing is compared.
OBJECTS_OF_A_CALL = 2
JUDGE_EVERY = 10


def start(directory, threads):
    environment = dict(
        os.environ,
        LD_PRELOAD=os.environ["SCARDAUDIT_LIB"],
        SCARDAUDIT_OPTIONS=f"dir={directory}:at_exit=none",
    )
    victim = os.path.join(os.environ["TEST_PROGRAMS"], "kill-victim")
    journal = os.path.join(directory, "journal")
    return subprocess.Popen([victim, journal, str(threads)], env=environment), journal


def wait_for_first_call(process, journal):
    end = time.monotonic() + FIRST_CALL_SECONDS
    while time.monotonic() < end and process.poll() is None:
        try:
            with open(journal, "rb") as file:
                if any(file.read(ENTRY.size)):
                    return True
        except FileNotFoundError:
            pass
        time.sleep(0.001)
    return False


def read_journal(path):
    found = collections.Counter()
    with open(path, "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        for function, obj, result, _, done in ENTRY.iter_unpack(data):
            if done:
                found[function.rstrip(b"\0").decode(), obj, result] += 1
    return found


def scardaudit(*arguments):
    """What it says on stdout; it must succeed and be silent on stderr."""
    answer = subprocess.run(
        [os.environ["SCARDAUDIT"], *arguments], capture_output=True, text=True, check=False
    )
    if answer.returncode != 0 or answer.stderr:
        raise AssertionError(
            f"{arguments[0]} ended with {answer.returncode}: {answer.stderr.strip()}"
        )
    return answer.stdout


def find_trace(directory):
    traces = glob.glob(os.path.join(directory, "*.trace"))
    if len(traces) != 1:
        raise AssertionError(f"{len(traces)} traces instead of one")
    return traces[0]


def read_trace(path):
    found = collections.Counter()
    for line in scardaudit("dump", "--jsonl", path).splitlines():
        event = json.loads(line)
        obj = int(event["object"], 16)
        if event["result"] != "pending" and obj != 0:
            found[event["function"], obj, int(event["result"], 16)] += 1
    return found


def compare(journal, trace, threads):
    missing = journal - trace
    if missing:
        raise AssertionError(f"{sum(missing.values())} events are missing: {list(missing)[:5]}")
    beyond = sum((trace - journal).values())
    if beyond > threads * OBJECTS_OF_A_CALL:
        raise AssertionError(f"{beyond} events in the trace never happened")


def judge(path):
    report = json.loads(scardaudit("report", "--json", "-", path))
    if report["summary"]["error"]:
        raise AssertionError(f"errors were found: {report['findings']}")


def run_once(directory, threads, delay, judged):
    """Return how many entries the journal had."""
    process, journal_path = start(directory, threads)
    started = wait_for_first_call(process, journal_path)
    time.sleep(delay)
    process.send_signal(signal.SIGKILL)
    if process.wait() != -signal.SIGKILL or not started:
        raise AssertionError(f"the victim ended by itself with {process.returncode}")
    journal = read_journal(journal_path)
    trace = find_trace(directory)
    compare(journal, read_trace(trace), threads)
    if judged:
        judge(trace)
    return sum(journal.values())


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(4), "little"))
    parser.add_argument("directory")
    arguments = parser.parse_args()
    print(f"seed {arguments.seed}")
    generator = random.Random(arguments.seed)
    entries = failures = 0
    for number in range(arguments.count):
        directory = os.path.join(arguments.directory, f"kill-{number}")
        os.makedirs(directory)
        try:
            entries += run_once(
                directory,
                arguments.threads,
                generator.uniform(0, LATEST_KILL_SECONDS),
                number % JUDGE_EVERY == 0,
            )
        except AssertionError as problem:
            failures += 1
            print(f"{directory}: {problem}")
        else:
            shutil.rmtree(directory)
    print(f"{arguments.count} kills, {entries} journal entries, {failures} failures")
    return 1 if failures else 0


sys.exit(main())
