#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Read JUnit XML with junitparser: totals, then one line a test case."""
import sys
from junitparser import Error, Failure, JUnitXml, Skipped

WORDS = {Failure: "failure", Error: "error", Skipped: "skipped"}

root = JUnitXml.fromfile(sys.argv[1])
states, names, lines = [], [], []
for suite in root:
    for case in suite:
        results = case.result
        assert len(results) < 2, f"{case.name}: {len(results)} results"
        state = WORDS[type(results[0])] if results else "passed"
        message = f": {results[0].message}" if results else ""
        states.append(state)
        names.append((case.classname, case.name))
        lines.append(f"{state} {case.name}{message}")
    assert (suite.tests, suite.failures, suite.errors, suite.skipped) == (
        len(states), states.count("failure"), states.count("error"), states.count("skipped"),
    ), "the suite's totals are wrong"
assert len(set(names)) == len(names), "two cases of one name"
assert root.tests == len(states) and root.failures == states.count("failure"), "totals are wrong"
print(*lines, sep="\n")
