"""usage: same_traces.py TELLTALE OTHER...

Every scenario, on the hardened profile, leaves the same trace byte for byte from
every build of the program: whatever the compiler, the optimisation, the
sanitizers, and whether controls can be switched off. One TAP case a scenario.
"""

import json
import os
import subprocess
import sys
import tempfile

from source import Tap


def trace(program, scenario, folder):
    out = os.path.join(folder, "trace.jsonl")
    run = subprocess.run(
        [program, "trace", scenario, "--profile", "hardened", "--seed", "1", "-o", out],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
    if run.returncode not in (0, 1):
        return f"exit status {run.returncode}: {run.stderr.decode(errors='replace')}"
    with open(out, "rb") as f:
        return f.read()


def difference(first, other):
    if isinstance(other, str):
        return other
    pairs = zip(first.split(b"\n"), other.split(b"\n"))
    line = next((n for n, (a, b) in enumerate(pairs, 1) if a != b), "the last")
    return f"differs at line {line}"


def main(programs):
    tap = Tap()
    listed = subprocess.run([programs[0], "list", "scenarios", "--json"],
                            stdout=subprocess.PIPE, check=True)
    with tempfile.TemporaryDirectory() as folder:
        for scenario in (s["id"] for s in json.loads(listed.stdout)):
            first, *rest = (trace(p, scenario, folder) for p in programs)
            problems = [first] if isinstance(first, str) else [
                f"{p}: {difference(first, t)}"
                for p, t in zip(programs[1:], rest) if t != first]
            if first == b"":
                problems.append("the trace is empty")
            tap.case(scenario, problems)
    tap.done()


if __name__ == "__main__":
    main(sys.argv[1:])
