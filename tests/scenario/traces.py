"""One scenario in full: a trace is the same whenever it is made, and other programs
can read it."""

import json
import os
import shutil
import subprocess

from tool import WEAKNESSES, Skip, folder, main, run, run_json

STORY, ATTACK = "S01-clinician-session", "A23-value-out-of-range"


def trace(scenario, name, *more):
    """Makes a trace in a folder of its own; returns the run and the file's bytes."""
    with folder() as where:
        path = os.path.join(where, name)
        r = run("trace", scenario, "-o", path, *more)
        with open(path, "rb") as f:
            text = f.read()
        return r, text, os.listdir(where)


def lines_are_json():
    wrong = []
    for scenario in (STORY, ATTACK):
        r, text, _ = trace(scenario, "t.jsonl")
        events = [json.loads(line) for line in text.decode().splitlines()]
        if r.returncode or not events or not text.endswith(b"\n"):
            wrong.append(f"{scenario}: status {r.returncode}, {len(events)} events")
        if not all(isinstance(e, dict) for e in events):
            wrong.append(f"{scenario}: a line that is no object")
    return wrong


def the_verdict_goes_to_stderr():
    r, _, _ = trace(STORY, "t.jsonl")
    return [] if r.stderr.startswith(f"{STORY} on hardened: served") and not r.stdout \
        else [r.stdout + r.stderr]


def twice_is_the_same():
    return [f"{scenario} as {name}" for scenario in (STORY, ATTACK)
            for name in ("t.jsonl", "t.pcapng")
            if trace(scenario, name)[1] != trace(scenario, name)[1]]


def another_seed_differs():
    return [name for name in ("t.jsonl", "t.pcapng")
            if trace(STORY, name)[1] == trace(STORY, name, "--seed", "2")[1]]


def stdout_says_the_same():
    r = run("trace", STORY)
    return [] if r.stdout.encode() == trace(STORY, "t.jsonl")[1] else ["other lines"]


def nothing_else_is_left():
    return [str(left) for name in ("t.jsonl", "t.pcapng")
            for left in [trace(STORY, name)[2]] if left != [name]]


def tracing_changes_no_verdict():
    _, said = run_json("attack", "-s", ATTACK, "-p", "hardened", "-f", "json")
    r, _, _ = trace(ATTACK, "t.jsonl")
    verdict = said["cells"][0]["verdict"]
    return [] if f"hardened: {verdict}" in r.stderr else [r.stderr]


def a_weak_profile():
    if not WEAKNESSES:
        raise Skip("this build can take no control away")
    r, text, _ = trace(ATTACK, "t.jsonl", "-p", "without-range-limits")
    return [] if r.returncode == 0 and "succeeded" in r.stderr and b"I3" in text \
        else [r.stderr]


def tshark_reads_it():
    tshark = shutil.which("tshark")
    if not tshark:
        raise Skip("no tshark here")
    with folder() as where:
        path = os.path.join(where, "t.pcapng")
        r = run("trace", ATTACK, "-o", path)
        shown = subprocess.run([tshark, "-r", path], capture_output=True, text=True,
                               timeout=300, check=False)
    # Who runs as root is warned of it, whatever the file.
    said = [line for line in shown.stderr.splitlines() if "Running as user" not in line]
    return said + [f"status {r.returncode}, {shown.returncode}"] * \
        bool(r.returncode or shown.returncode) + \
        ["no packet"] * (not shown.stdout)


def packets_are_the_frames():
    tshark = shutil.which("tshark")
    if not tshark:
        raise Skip("no tshark here")
    with folder() as where:
        path = os.path.join(where, "t.pcapng")
        run("trace", STORY, "-o", path)
        shown = subprocess.run([tshark, "-r", path, "-T", "fields", "-e", "frame.len"],
                               capture_output=True, text=True, timeout=300, check=False)
    packets = len(shown.stdout.split())
    _, text, _ = trace(STORY, "t.jsonl")
    frames = sum('"from"' in line for line in text.decode().splitlines())
    return [] if packets == frames > 0 else [f"{packets} packets, {frames} frames"]


main({
    "each line is JSON": lines_are_json,
    "the verdict goes to stderr": the_verdict_goes_to_stderr,
    "twice is the same, byte for byte": twice_is_the_same,
    "another seed is another trace": another_seed_differs,
    "stdout gets the same lines": stdout_says_the_same,
    "nothing else is left beside the file": nothing_else_is_left,
    "tracing changes no verdict": tracing_changes_no_verdict,
    "on a weak profile the violation is in the trace": a_weak_profile,
    "tshark reads the packets without a complaint": tshark_reads_it,
    "there is a packet for each frame": packets_are_the_frames,
})
