"""An interrupt in the middle of a long run: what there is, is told; status 130."""

import json
import os
import signal
import subprocess
import time

from tool import PROGRAM, Skip, folder, main

DELAYS = (1.0, 0.5, 0.25, 0.1)  # seconds; a fast machine may be done in the first


def interrupted(*args):
    """Runs the whole matrix until it was caught at work; returns the run as
    (status, stdout, stderr)."""
    for delay in DELAYS:
        with subprocess.Popen([PROGRAM, "attack", "--jobs", "1", *args], text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE) as p:
            time.sleep(delay)
            p.send_signal(signal.SIGINT)
            out, err = p.communicate(timeout=120)
        if p.returncode == 130:
            return p.returncode, out, err
        if p.returncode != 0:
            break
    if p.returncode == 0:
        raise Skip("the run was over before the signal came")
    return p.returncode, out, err


def as_text():
    status, out, err = interrupted()
    return [f"status {status}, {err}"] * (status != 130) + \
        ["no sum at the end"] * (" cells, " not in out)


def as_json():
    status, out, _ = interrupted("--format", "json")
    said = json.loads(out)
    cells = said["cells"]
    return [f"status {status}"] * (status != 130) + \
        ["it does not say so"] * (not said["interrupted"]) + \
        ["no cell was told"] * (not cells) + \
        ["cells are counted otherwise"] * (said["summary"]["cells"] != len(cells)) + \
        [c["reproduce"] for c in cells if c["unexpected"] or not c["verdict"]]


def into_a_file():
    with folder() as where:
        path = os.path.join(where, "result.json")
        status, out, _ = interrupted("--format", "json", "-o", path)
        with open(path, encoding="utf-8") as f:
            said = json.load(f)
        left = os.listdir(where)
    return [f"status {status}"] * (status != 130) + [out] * bool(out) + \
        ["it does not say so"] * (not said["interrupted"]) + \
        [str(left)] * (left != ["result.json"])


def workers_are_gone():
    """A worker left behind would hold stdout open, and communicate() would wait."""
    began = time.monotonic()
    interrupted()
    took = time.monotonic() - began
    return [f"{took:.0f} s"] if took > 60 else []


main({
    "text: the sum of what was played, and status 130": as_text,
    "JSON: whole, and says that it was interrupted": as_json,
    "a file: there, and nothing beside it": into_a_file,
    "no worker stays behind": workers_are_gone,
})
