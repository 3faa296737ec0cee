"""The program under test, and what it is asked, as the scenario tests share it.

Usage of each script: SCRIPT PROGRAM FIXTURES WEAKNESSES SIZE. WEAKNESSES says whether
the build has switches to take controls away by (true or false), SIZE whether it is
fast enough for everything (whole) or for a part only (part).
"""

import json
import os
import subprocess
import sys
import tempfile

PROGRAM, FIXTURES = sys.argv[1:3]
WEAKNESSES = sys.argv[3] == "true"
WHOLE = sys.argv[4] == "whole"

# A few of everything: a sniffer, a replayer, an insider, a story; all light.
PART = ["-s", "A01*", "-s", "A23-v*", "-s", "E1*", "-s", "S0[123]*"]
if WEAKNESSES:
    PART += ["-p", "hardened", "-p", "legacy*", "-p", "without-range-limits",
             "-p", "without-padding"]


def run(*args, **more):
    return subprocess.run([PROGRAM, *args], capture_output=True, text=True,
                          timeout=580, check=False, **more)


def run_json(*args):
    r = run(*args)
    return r, json.loads(r.stdout) if r.stdout else None


def folder():
    return tempfile.TemporaryDirectory(prefix="telltale-")


def write(where, name, text):
    path = os.path.join(where, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as f:
        f.write(text)
    return path


def fixture(*parts):
    with open(os.path.join(FIXTURES, *parts), encoding="utf-8") as f:
        return f.read()


class Skip(Exception):
    """Raised by a case that cannot be asked here; says why."""


def main(cases):
    """Runs cases (a sentence: a function that returns what is wrong, or nothing)."""
    failed = 0
    print(f"1..{len(cases)}")
    for number, (says, wrong_with) in enumerate(cases.items(), 1):
        try:
            wrong = wrong_with()
        except Skip as why:
            print(f"ok {number} - {says} # SKIP {why}")
            continue
        print("not ok" if wrong else "ok", number, "-", says)
        for line in list(wrong or [])[:20]:
            print("#", str(line).replace("\n", "\n# "))
        failed += bool(wrong)
        sys.stdout.flush()
    sys.exit(failed > 0)
