"""usage: tally.py BUILD-FOLDER

Reads the logs of the last `meson test` and prints two numbers, cases passed and
cases failed; what failed goes to stderr. Every case inside a TAP program counts;
a program that dies or times out counts one failure more.
"""

import glob
import json
import os
import sys
import xml.etree.ElementTree as ElementTree

GOOD = {"OK", "EXPECTEDFAIL"}
LINES = 80  # of what a failing program said


def tap_cases(path):
    """For each TAP program, its cases: (name, "ok", "bad" or "skipped")."""
    found = {}
    for case in ElementTree.parse(path).iter("testcase"):
        _, _, test = case.get("classname").partition(".")
        if not test:
            continue  # no TAP: the project's own suite, one case a program
        bad = case.find("failure") is not None or case.find("error") is not None
        skipped = case.find("skipped") is not None
        found.setdefault(test, []).append(
            (case.get("name"), "bad" if bad else "skipped" if skipped else "ok"))
    return found


def show(run, bad):
    """Names what failed, then what the program said, less the cases that held."""
    print("\n".join(bad), file=sys.stderr)
    said = run.get("stdout", "").split("\n") + run.get("stderr", "").split("\n")
    said = [line for line in said if line and not line.startswith("ok ")]
    for line in said[-LINES:]:
        print(f"    {line}", file=sys.stderr)


def main(logs):
    # The names hold the wrapper's, if there was one: testlog-valgrind.json.
    (junit,) = glob.glob(os.path.join(logs, "testlog*.junit.xml"))
    taps = tap_cases(junit)
    passed = failed = 0
    with open(junit.replace(".junit.xml", ".json"), encoding="utf-8") as f:
        for run in map(json.loads, f):
            name, good = run["name"], run["result"] in GOOD
            cases = taps.get(name, [])
            bad = [f"{name}: {case}" for case, result in cases if result == "bad"]
            passed += sum(result == "ok" for _, result in cases) or (not cases and good)
            if not bad and not good and run["result"] != "SKIP":
                bad = [f"{name}: {run['result'].lower()}"]
            if bad:
                show(run, bad)
            failed += len(bad)
    print(passed, failed)


if __name__ == "__main__":
    main(os.path.join(sys.argv[1], "meson-logs"))
