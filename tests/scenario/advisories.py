"""The map of safety communications: whole, told the same everywhere, and a hole found."""

import functools
import json
import os
import shutil

from tool import FIXTURES, WEAKNESSES, Skip, fixture, folder, main, run

README = os.path.join(FIXTURES, "..", "README.md")
BEGIN = "<!-- telltale list advisories --markdown -->\n"
END = "<!-- until here -->\n"


@functools.cache
def told(*more):
    return run("list", "advisories", *more)


def rows(*more):
    return json.loads(told("--json", *more).stdout)


def needs_switches():
    if not WEAKNESSES:
        raise Skip("this build can take no control away")


def the_map_is_whole():
    r = told("--json")
    return [f"exit status {r.returncode}"] * (r.returncode != 0) + \
        [f"{row['date']}: {hole}" for row in rows() for hole in row["holes"]]


def nine_communications():
    ids = [row["id"] for row in rows()]
    return [str(ids)] * (ids != ["1", "2a", "2b", "3", "4", "5", "6", "7", "8"])


def text_and_json_agree():
    text = told().stdout
    wrong = [line for line in text.splitlines() if len(line) > 100]
    for row in rows():
        lines = [line.split() for line in text.splitlines()]
        at = next((n for n, words in enumerate(lines)
                   if words[:2] == [row["id"], row["date"]]), None)
        if at is None:
            return [f"{row['id']} is not told"]
        for s in row["scenarios"]:
            want = [s["id"]] + [v or "-" for v in s["verdicts"].values()]
            if want not in lines[at:at + 60]:
                wrong.append(f"{row['id']}: no line {want}")
    if told().returncode != told("--json").returncode:
        wrong.append("the exit statuses differ")
    return wrong


def readme_holds_the_table():
    needs_switches()
    with open(README, encoding="utf-8") as f:
        text = f.read()
    if text.count(BEGIN) != 1 or text.count(END) != 1:
        return ["the marks are not there"]
    table = text.split(BEGIN)[1].split(END)[0]
    return ["made again by: telltale list advisories --markdown"] * (
        table != told("--markdown").stdout)


def families_cite_their_advisories():
    """Each family is in one row, cites what the row cites, and so do its fixes."""
    needs_switches()
    profiles = {p["id"]: p for p in json.loads(run("list", "profiles", "--json").stdout)}
    wrong, seen = [], []
    for row in rows():
        seen += [row["family"]] + row["fixed"]
        for one in [row["family"]] + row["fixed"]:
            if not set(profiles[one]["advisories"]) <= set(row["advisories"]):
                wrong.append(f"{one} cites other advisories than its row")
        if profiles[row["family"]]["fixes"]:
            wrong.append(f"{row['family']} is a fix")
    legacy = sorted(p for p in profiles if p.startswith("legacy-"))
    return wrong + [f"in no row, or in two: {p}" for p in legacy if seen.count(p) != 1]


def a_fix_lacks_no_more():
    """Than its family, and less unless it only shuts a link."""
    needs_switches()
    profiles = {p["id"]: p for p in json.loads(run("list", "profiles", "--json").stdout)}
    wrong = []
    for p in profiles.values():
        family = set(profiles[p["fixes"]]["lacks"]) if p["fixes"] else set()
        lacks = set(p["lacks"])
        if p["fixes"] and not (lacks < family or (lacks == family and p["closes"])):
            wrong.append(f"{p['id']}: {sorted(lacks - family)}")
    return wrong


# --- scores ---

WEIGHTS = {"AV": {"N": .85, "A": .62, "L": .55, "P": .2}, "AC": {"L": .77, "H": .44},
           "UI": {"N": .85, "R": .62}, "C": {"H": .56, "L": .22, "N": 0}}


def base_score(vector):
    """Of CVSS 3: its own formula, with its own rounding up."""
    v = dict(part.split(":") for part in vector.split("/"))
    changed = v["S"] == "C"
    privileges = {"N": .85, "L": .68 if changed else .62, "H": .5 if changed else .27}
    spared = 1
    for part in "CIA":
        spared *= 1 - WEIGHTS["C"][v[part]]
    impact = 6.42 * (1 - spared)
    if changed:
        impact = 7.52 * (1 - spared - .029) - 3.25 * (1 - spared - .02) ** 15
    ease = 8.22 * privileges[v["PR"]]
    for part in ("AV", "AC", "UI"):
        ease *= WEIGHTS[part][v[part]]
    total = min(10, (impact + ease) * (1.08 if changed else 1)) if impact > 0 else 0
    exact = round(total * 100000)
    return exact / 100000 if exact % 10000 == 0 else (exact // 10000 + 1) / 10


def scores_follow_from_vectors():
    published = [w for row in rows() for w in row["weaknesses"] if w["cvss"]]
    return [f"{w['cve']}: {w['score']}, not {base_score(w['cvss'])}" for w in published
            if abs(base_score(w["cvss"]) - w["score"]) > .01] + \
        ["no score at all"] * (not published)


# --- holes ---

def with_fixtures(change):
    """What the map says of the fixtures after a change to a copy of them."""
    with folder() as where:
        copy = os.path.join(where, "fixtures")
        shutil.copytree(FIXTURES, copy, ignore=shutil.ignore_patterns("corpus"))
        change(copy)
        return run("list", "advisories", "--json", "--fixtures", copy)


def hole(change, says):
    """A change must cost the exit status, and be told on both streams."""
    r = with_fixtures(change)
    found = [h for row in json.loads(r.stdout) for h in row["holes"]] if r.stdout else []
    return [f"exit status {r.returncode}"] * (r.returncode != 1) + \
        [f"'{says}' is not among {found}"] * (says not in found) + \
        [f"stderr is without '{says}'"] * (says not in r.stderr)


def remove(*parts):
    return lambda copy: os.remove(os.path.join(copy, *parts))


def edit(path, old, new):
    def change(copy):
        text = fixture(path)
        assert old in text, old
        with open(os.path.join(copy, path), "w", encoding="utf-8") as f:
            f.write(text.replace(old, new))
    return change


def a_missing_scenario():
    return hole(remove("scenarios", "A11-wake-flood.yaml"),
                "there is no scenario A11-wake-flood")


def a_missing_fix():
    needs_switches()
    return hole(remove("profiles", "legacy-home-monitor-fixed.yaml"),
                "there is no profile legacy-home-monitor-fixed")


def a_fix_that_mends_nothing():
    needs_switches()
    family = "profiles/legacy-static-key-pacemaker.yaml"
    fixed = family.replace(".yaml", "-fixed.yaml")
    lacks = [next(line for line in fixture(path).splitlines()
                  if line.startswith("lacks:")) for path in (family, fixed)]
    return hole(edit(fixed, lacks[1], lacks[0]), "no attack that succeeds on its family is "
                "stopped on legacy-static-key-pacemaker-fixed")


def an_attack_that_is_logged_nowhere():
    return hole(edit("scenarios/A11-wake-flood.yaml", "must_log: refused-wake",
                     "must_log: trust-change"), "A11-wake-flood is stopped on hardened")


def a_broken_map():
    r = with_fixtures(edit("advisories.yaml", '"2013-06-13"', '"2013-06"'))
    good = r.returncode == 2 and ":7:11: expected a date" in r.stderr \
        and not r.stdout
    return [] if good else [r.returncode, r.stderr]


def a_fix_of_nothing():
    needs_switches()
    r = with_fixtures(edit("profiles/legacy-home-monitor-fixed.yaml",
                           "fixes: legacy-home-monitor", "fixes: legacy-nothing"))
    good = r.returncode == 2 and \
        "expected 'fixes' to name a family, found 'legacy-nothing'" in r.stderr
    return [] if good else [r.returncode, r.stderr]


main({
    "the map is whole": the_map_is_whole,
    "nine communications are told": nine_communications,
    "text and JSON agree": text_and_json_agree,
    "README holds the program's own table": readme_holds_the_table,
    "families cite their advisories": families_cite_their_advisories,
    "a fix lacks no more than its family": a_fix_lacks_no_more,
    "scores follow from their vectors": scores_follow_from_vectors,
    "a missing scenario is a hole": a_missing_scenario,
    "a missing fix is a hole": a_missing_fix,
    "a fix that mends nothing is a hole": a_fix_that_mends_nothing,
    "an attack that is not logged is a hole": an_attack_that_is_logged_nowhere,
    "a broken map is told with its place": a_broken_map,
    "a fix of nothing is refused": a_fix_of_nothing,
})
