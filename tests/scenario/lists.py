"""What there is to run, as the program lists it, and whether it fits together."""

import json
import os

from tool import FIXTURES, WEAKNESSES, main, run

VECTORS = "/usr/share/gocode/src/github.com/flynn/noise/vectors.txt"
KINDS = ("scenarios", "profiles", "controls")


def listed(kind, *more):
    return json.loads(run("list", kind, "--json", *more).stdout)


def names(folder):
    return sorted(n[:-5] for n in os.listdir(os.path.join(FIXTURES, folder))
                  if n.endswith(".yaml"))


def every_list():
    wrong = []
    for kind in KINDS:
        r, entries = run("list", kind), listed(kind)
        lines = r.stdout.splitlines()
        if r.returncode or r.stderr or not lines:
            wrong.append(f"{kind}: status {r.returncode}, {r.stderr}")
        if [line.split()[0] for line in lines] != [e["id"] for e in entries]:
            wrong.append(f"{kind}: text and JSON list other ids")
        if len({e["id"] for e in entries}) != len(entries):
            wrong.append(f"{kind}: an id stands twice")
    return wrong


def lists_are_the_folders():
    scenarios = [s["id"] for s in listed("scenarios")]
    profiles = {p["id"] for p in listed("profiles")}
    wrong = ["scenarios differ from their folder"] * (scenarios != names("scenarios"))
    if WEAKNESSES:
        wrong += [p for p in names("profiles") if p not in profiles]
    elif profiles != {"hardened"}:
        wrong.append(f"without switches: {sorted(profiles)}")
    return wrong


def name_of(members):
    return "without-" + "+".join(members) if members else "hardened"


def every_cut_set_has_its_profiles():
    """The set itself, which must open, and the set less each of its members."""
    profiles = {p["id"]: sorted(p["lacks"]) for p in listed("profiles")}
    wrong = []
    for s in listed("scenarios") if WEAKNESSES else []:
        if s["kind"] == "attack" and not s["cuts"]:
            wrong.append(f"{s['id']} has no cut set")
        for cut in s["cuts"]:
            members = cut.split("+")
            for wanted in [members] + [[m for m in members if m != x] for x in members]:
                if profiles.get(name_of(wanted)) != sorted(wanted):
                    wrong.append(f"{s['id']} wants {name_of(wanted)}")
    return wrong


def no_cut_set_holds_another():
    wrong = []
    for s in listed("scenarios"):
        sets = [set(c.split("+")) for c in s["cuts"]]
        wrong += [f"{s['id']}: {sorted(a)} holds {sorted(b)}" for a in sets for b in sets
                  if a > b or (a is not b and a == b)]
    return wrong


def every_control_has_an_attack():
    scenarios = {s["id"]: s for s in listed("scenarios")}
    wrong = []
    for c in listed("controls"):
        if not c["scenarios"]:
            wrong.append(f"{c['id']} is in no cut set")
        wrong += [f"{c['id']} is not in a cut set of {s}" for s in c["scenarios"]
                  if not any(c["id"] in cut.split("+") for cut in scenarios[s]["cuts"])]
    return wrong


def advisories_are_those_of_the_files():
    wrong = []
    for folder in ("scenarios", "profiles"):
        for one in listed(folder):
            for advisory in one["advisories"]:
                with open(os.path.join(FIXTURES, folder, one["id"] + ".yaml"),
                          encoding="utf-8") as f:
                    if advisory not in f.read():
                        wrong.append(f"{one['id']} does not name {advisory}")
        if not any(one["advisories"] for one in listed(folder)) and (
                WEAKNESSES or folder == "scenarios"):
            wrong.append(f"no advisory in {folder}")
    return wrong


def other_fixtures():
    given = listed("scenarios", "--fixtures", FIXTURES)
    return ["other than by default"] * (given != listed("scenarios"))


def doctor_counts_them():
    r = run("doctor")
    want = f"{len(listed('scenarios'))} scenarios, {len(listed('profiles'))} profiles"
    return [r.stdout + r.stderr] if r.returncode or want not in r.stdout else []


def help_is_no_error():
    runs = [run(*a) for a in (["--help"], ["--version"], ["attack", "--help"],
                              ["trace", "--help"], ["list", "--help"])]
    return [str(r.args) for r in runs if r.returncode or r.stderr or not r.stdout]


CASES = {
    "every list is told as text and as JSON": every_list,
    "what is listed is what lies in the folders": lists_are_the_folders,
    "every cut set has its profiles": every_cut_set_has_its_profiles,
    "no cut set holds another of its scenario": no_cut_set_holds_another,
    "every control has an attack that needs it": every_control_has_an_attack,
    "advisories are those of the files": advisories_are_those_of_the_files,
    "fixtures may be named": other_fixtures,
    "the doctor counts the same": doctor_counts_them,
    "asking for help is no error": help_is_no_error,
}


def published_vectors():
    r = run("vectors", "noise", VECTORS)
    good = r.returncode == 0 and not r.stderr and "720 passed, 0 failed" in r.stdout
    return [] if good else [r.stdout + r.stderr]


if os.path.exists(VECTORS):
    CASES["the published vectors installed here hold"] = published_vectors

main(CASES)
