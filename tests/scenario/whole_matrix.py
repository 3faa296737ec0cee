"""The matrix as it is, in all that this build can play: nothing unexpected, every
control proved needed, and neither workers nor the clock show in it."""

import functools
import os
import shlex

from tool import PART, WEAKNESSES, WHOLE, Skip, folder, main, run, run_json


@functools.cache
def matrix(*more):
    return run_json("attack", "--format", "json", *(() if WHOLE else PART), *more)


def first():
    return matrix("--jobs", "1", "--seed", "1")


def as_expected():
    r, said = first()
    return ([f"exit status {r.returncode}"] if r.returncode else []) + \
        [f"stderr: {r.stderr}"] * bool(r.stderr) + \
        [c["reproduce"] for c in said["cells"] if c["unexpected"]] + \
        ["no cell at all"] * (not said["cells"])


def sums_agree():
    _, said = first()
    s, cells = said["summary"], said["cells"]
    hardened = [c for c in cells if c["profile"] == "hardened"]
    stories = [c for c in hardened if c["expected"] == "served"]
    want = {"cells": len(cells), "unexpected": 0,
            "attacks": len(hardened) - len(stories),
            "attacks_stopped_on_hardened": len(hardened) - len(stories),
            "honest_stories": len(stories), "honest_served": len(stories)}
    return [f"{k}: {s[k]}, not {v}" for k, v in want.items() if s[k] != v] + \
        ["it does not say whether it is whole"] * (said["whole"] != WHOLE)


def every_control_is_killed():
    if not WEAKNESSES:
        raise Skip("this build can take no control away")
    if not WHOLE:
        raise Skip("not all of the matrix is played in this build")
    _, said = first()
    s = said["summary"]
    return [f"{c['id']}: {c['killed']}" for c in said["controls"]
            if c["killed"] not in ("sole", "layered") or not c["by"]] + \
        ["the summary counts otherwise"] * (s["controls"] != s["controls_killed"])


def no_control_is_killed_without_switches():
    if WEAKNESSES:
        raise Skip("this build can take controls away")
    _, said = first()
    return [c["id"] for c in said["controls"] if c["by"]]


def without_clock(said):
    """A result with its wall time taken out, which must be there."""
    summary = dict(said["summary"])
    summary.pop("seconds")
    return {**said, "summary": summary}


def differing(one, two):
    if without_clock(one) == without_clock(two):
        return []
    return [f"{a['scenario']} on {a['profile']}" for a, b in zip(one["cells"], two["cells"])
            if a != b] + ["not the same"]


def workers_do_not_show():
    return differing(first()[1], matrix("--jobs", "2", "--seed", "1")[1])


def the_same_again():
    _, one = run_json("attack", "-f", "json", "--seed", "7", *PART)
    _, two = run_json("attack", "-f", "json", "--seed", "7", *PART)
    return differing(one, two)


def another_seed():
    """Other keys and other chances, but the same verdicts."""
    _, one = run_json("attack", "-f", "json", "--seed", "7", *PART)
    r, two = run_json("attack", "-f", "json", "--seed", "18446744073709551615", *PART)
    same = [c["scenario"] for c, d in zip(one["cells"], two["cells"])
            if c["evidence"]["trace"] == d["evidence"]["trace"]
            and c["verdict"] != "unsupported"]
    return same + [f"exit status {r.returncode}"] * (r.returncode != 0) + \
        ["the seed is not told"] * (two["seed"] != "18446744073709551615")


def sample():
    cells = first()[1]["cells"]
    return cells[::max(1, len(cells) // 8)]


def a_cell_stands_alone():
    """What the whole says of a cell, a run of it alone says too."""
    wrong = []
    for c in sample():
        _, alone = run_json("attack", "-s", c["scenario"], "-p", c["profile"],
                            "--seed", "1", "-f", "json")
        wrong += [c["reproduce"]] * (alone["cells"] != [c])
    return wrong


def the_command_told_plays_it_again():
    wrong = []
    for c in sample():
        with folder() as where:
            command = c["reproduce"].replace("trace.jsonl",
                                             os.path.join(where, "trace.jsonl"))
            r = run(*shlex.split(command)[1:])
        if r.returncode or f": {c['verdict']}" not in r.stderr:
            wrong.append(f"{c['reproduce']}: {r.returncode}, {r.stderr}")
    return wrong


def text_ends_with_the_sum():
    r = run("attack", *PART)
    s = first()[1]["summary"]
    last = r.stdout.rstrip("\n").split("\n")[-1]
    wrong = [] if r.returncode == 0 and "cells, 0 unexpected" in last else [last]
    if not WHOLE and not last.startswith(f"{s['cells']} cells"):
        wrong.append(last)
    return wrong + [line for line in r.stdout.splitlines() if len(line) > 100]


def no_colour_in_a_pipe():
    return [x for x in [run("attack", *PART).stdout] if "\033" in x]


main({
    "nothing is unexpected": as_expected,
    "the sums agree with the cells": sums_agree,
    "every control is killed": every_control_is_killed,
    "without switches no control is said to be killed":
        no_control_is_killed_without_switches,
    "the number of workers does not show": workers_do_not_show,
    "the same seed gives the same result": the_same_again,
    "another seed gives another run and the same verdicts": another_seed,
    "a cell played alone is as it was": a_cell_stands_alone,
    "the command told for a cell plays it again": the_command_told_plays_it_again,
    "the text ends with the sum, within its columns": text_ends_with_the_sum,
    "no colour goes into a pipe": no_colour_in_a_pipe,
})
