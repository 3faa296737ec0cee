"""Bad usage and bad input: status 2, one line that says what and where, nothing on
stdout, and no file half written."""

import os
import re

from tool import FIXTURES, fixture, folder, main, run, write

SCENARIO = fixture("scenarios", "A23-value-out-of-range.yaml")
PROFILE = fixture("profiles", sorted(os.listdir(os.path.join(FIXTURES, "profiles")))[0])
QUICK = ["-s", "S01*", "-p", "hardened"]


def complaint(r, pattern, lines=1):
    """What is wrong with a refusal whose stderr must match a pattern."""
    wrong = [f"status {r.returncode}"] * (r.returncode != 2)
    wrong += ["stdout: " + r.stdout] * bool(r.stdout)
    if not re.search(pattern, r.stderr) or (lines and r.stderr.count("\n") != lines):
        wrong.append(f"wanted {pattern}, got: {r.stderr}")
    return wrong and [" ".join(map(str, r.args[1:]))] + wrong


def each(asked):
    return [w for args, pattern in asked for w in complaint(run(*args), pattern)]


def bad_usage():
    return each([
        (["attack", "--no-such-option"], "unknown option --no-such-option"),
        (["attack", "stray"], "unexpected argument stray"),
        (["attack", "--format", "xml"], "--format takes .*, not xml"),
        (["attack", "--jobs", "-1"], "--jobs"),
        (["attack", "--jobs", "many"], "many"),
        (["attack", "--air", "uhd"], "--air takes loopback, not uhd"),
        (["attack", "--fidelity", "symbol"], "--fidelity takes frame, not symbol"),
        (["trace"], "^usage: telltale trace"),
        (["trace", "S01*", "S02*"], "^usage: telltale trace"),
        (["trace", "S01-clinician-session", "--no-such-option"], "unknown option"),
        (["trace", "S01-clinician-session", "-o", "trace.txt"], r"\.jsonl or \.pcapng"),
        (["trace", "A*"], "name one scenario and one profile"),
        (["doctor", "stray"], "^usage: telltale doctor"),
    ])


def no_such_command():
    return complaint(run("no-such-command"), "no command 'no-such-command'", None) + \
        complaint(run(), "^usage: ", None) + \
        complaint(run("list", "no-such-kind"), "nothing is called 'no-such-kind'", 3) + \
        complaint(run("list"), "^usage: telltale list", 2) + \
        complaint(run("list", "profiles", "--markdown"), "--markdown is for advisories", 3) + \
        complaint(run("list", "advisories", "--json", "--markdown"), "^telltale list: one", 3)


def bad_seeds():
    return each([([*verb, "--seed", seed], "--seed takes a whole number, not")
                 for verb in (["attack", *QUICK], ["trace", "S01-clinician-session"])
                 for seed in ("x", "", "1x", "-1", " 1", "0x10", "18446744073709551616")])


def patterns_that_match_nothing():
    return each([
        (["attack", "-s", "Z*"], r"^no scenario matches 'Z\*'; 'telltale list scenarios'"),
        (["attack", "-s", "S01*", "-s", "Z*"], r"^no scenario matches 'Z\*'; "),
        (["attack", "-s", "mine.yaml"], r"^no scenario .*: '\./mine\.yaml'$"),
        (["attack", "-p", "nothing-like-it"],
         "^no profile matches 'nothing-like-it'; 'telltale list profiles' names them$"),
        (["attack", "-p", "without-nothing"], "^without-nothing: expected a control"),
        (["trace", "Z99"], "^no scenario matches 'Z99'; "),
    ])


def broken(where, name, text):
    """A broken file, as a scenario or profile to be asked for by its path."""
    return write(where, os.path.join("broken", name), text)


def malformed(option, name, text, changes):
    """Each change is (what, by what, line); the complaint names file and line."""
    wrong = []
    with folder() as where:
        for what, by, line in changes:
            assert what in text, what
            path = broken(where, name, text.replace(what, by, 1))
            out = os.path.join(where, "result")
            r = run("attack", option, path, "-o", out)
            wrong += complaint(r, f"^{re.escape(path)}:{line}:\\d+: ")
            wrong += [f"{by}: left {out}"] * os.path.exists(out)
    return wrong


def line_of(text, what):
    return text[:text.index(what)].count("\n") + 1


def malformed_scenarios():
    return malformed("-s", "A23-value-out-of-range.yaml", SCENARIO, [
        (what, by, line_of(SCENARIO, what)) for what, by in (
            ("tier: [stolen-key,", "tier: [stolen,"),
            ("category: integrity", "categroy: integrity"),
            ("lower_rate_ppm: 25", "lower_rate_ppm: many"),
            ("[range-limits]", "[range-limit]"),
            ("[I3]", "[I99]"),
            ("puppet-close", "puppet-shut"),
            ("steal: [programmer-key, programmer-bond]", "steal: [programmer-key"),
        )])


def malformed_profiles():
    first = PROFILE.index("lacks:")
    return malformed("-p", "broken.yaml", re.sub("^id: .*", "id: broken", PROFILE, 1, re.M), [
        ("lacks:", "lacsk:", PROFILE[:first].count("\n") + 1),
        ("id: broken", "id: [broken]", line_of(PROFILE, "id:")),
    ])


def an_id_that_is_not_the_file():
    with folder() as where:
        path = broken(where, "other.yaml", SCENARIO)
        return complaint(run("attack", "-s", path), re.escape(path))


def a_broken_folder_of_fixtures():
    """One broken file among many stops every command that loads them."""
    with folder() as where:
        write(where, "scenarios/A23-value-out-of-range.yaml", SCENARIO)
        write(where, "profiles/broken.yaml", "id: broken\nlacks: [nothing]\n")
        asked = [["attack"], ["list", "scenarios"], ["trace", "A23-value-out-of-range"]]
        # Without switches profiles are not looked at, but scenarios are.
        write(where, "scenarios/broken.yaml", "id: broken\nname: [\n")
        return [w for args in asked
                for w in complaint(run(*args, "--fixtures", where), r"broken\.yaml:\d+:")]


def malformed_baselines():
    texts = {"": r":1: ", "{": r":1: ", "[]\n": r":1: ", "{\n\"schema\": 99}\n": r":2: ",
             '{"schema": 1,\n"cells": 7}\n': r":2: "}
    wrong = []
    with folder() as where:
        for text, place in texts.items():
            path = write(where, "baseline.json", text)
            out = os.path.join(where, "result")
            r = run("attack", *QUICK, "--baseline", path, "-o", out)
            wrong += complaint(r, "^" + re.escape(path) + place + "expected ")
            wrong += [f"left {out}"] * os.path.exists(out)
        gone = os.path.join(where, "gone")
        wrong += complaint(run("attack", *QUICK, "-b", gone), re.escape(gone))
    return wrong


def malformed_vectors():
    with folder() as where:
        path = write(where, "vectors.txt", "handshake=Noise_NN\nwhat\n")
        wrong = complaint(run("vectors", "noise", path), f"^{re.escape(path)}:\\d+: ")
        gone = os.path.join(where, "gone")
        return wrong + complaint(run("vectors", "noise", gone), re.escape(gone))


def outputs_that_cannot_be():
    wrong = []
    with folder() as where:
        for args, name in ((["attack", *QUICK], "result"),
                           (["trace", "S01-clinician-session"], "t.jsonl"),
                           (["trace", "S01-clinician-session"], "t.pcapng")):
            path = os.path.join(where, "missing", name)
            wrong += complaint(run(*args, "-o", path), re.escape(path))
        wrong += [f"left {name}" for name in os.listdir(where)]
    return wrong


def what_stood_there_stays():
    """Bad input and bad usage do not touch an earlier result."""
    wrong = []
    with folder() as where:
        path = write(where, "result.jsonl", "earlier\n")
        bad = broken(where, "bad.yaml", "id: [\n")
        for args in (["attack", "-s", bad], ["attack", "-s", "Z*"],
                     ["attack", "--seed", "x"], ["attack", "-b", bad],
                     ["trace", "Z99"], ["trace", "S01-clinician-session", "-p", "x"]):
            r = run(*args, "-o", path)
            with open(path, encoding="utf-8") as f:
                if r.returncode != 2 or f.read() != "earlier\n":
                    wrong.append(f"{args}: status {r.returncode}")
        wrong += [name for name in os.listdir(where)
                  if name not in ("result.jsonl", "broken")]
    return wrong


def an_unexpected_verdict():
    """Status 1, and it is no bad input: a scenario that claims too much."""
    claim = SCENARIO.replace("id: A23-value-out-of-range", "id: Z01-claims-too-much")
    claim = claim.replace("lower_rate_ppm: 25", "lower_rate_ppm: 60")
    claim = claim.replace("must_log: refused-command", "must_log: refused-near-field")
    with folder() as where:
        path = write(where, "Z01-claims-too-much.yaml", claim)
        r = run("attack", "-s", path, "-p", "hardened")
    return [] if r.returncode == 1 and "1 unexpected" in r.stdout else \
        [f"status {r.returncode}", r.stdout, r.stderr]


main({
    "bad usage is refused in one line": bad_usage,
    "what is no command gets the usage": no_such_command,
    "a seed is a whole number of 64 bits": bad_seeds,
    "a pattern that matches nothing is refused": patterns_that_match_nothing,
    "a malformed scenario is told by file and line": malformed_scenarios,
    "a malformed profile is told by file and line": malformed_profiles,
    "a file's id is its name": an_id_that_is_not_the_file,
    "one broken file among the fixtures stops every command":
        a_broken_folder_of_fixtures,
    "a malformed baseline is told by file and line": malformed_baselines,
    "malformed vectors are told by file and line": malformed_vectors,
    "an output that cannot be is told, and nothing is left": outputs_that_cannot_be,
    "what stood there stays when input is bad": what_stood_there_stays,
    "an unexpected verdict is status 1": an_unexpected_verdict,
})
