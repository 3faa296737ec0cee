"""usage: schema_agrees.py SCENARIO_TOOL ROOT

The loader and the JSON Schemas come from the same tables. Here both judge the same
files: those of the tree, and what becomes of them when every key and value in turn
is dropped, doubled or replaced. They may differ only by the rules named below.
"""

import copy
import glob
import json
import os
import re
import subprocess
import sys
import tempfile

import jsonschema
import yaml

from source import Tap

# What the loader refuses and no schema can: the loader's words for it.
LOADER_ONLY = [
    r"expected a label captured or held before",
    r"expected the key 'label' with flood: capture",
    r"expected a label with flood: capture only",
    r"expected either an emergency act or an opcode",
    r"expected a monitor in the cast",
    r"expected another implant in the cast",
    r"expected a pump in the cast",
    r"expected a network in the cast",
    r"expected tiers that are able to",
    r"expected the smallest set of tiers",
    r"expected cut sets of which none holds another",
    r"expected an id that no generated profile has",
    r"expected a duration .* found .\d+(us|ms|s|min|h|d).$",  # its range
    r"with at most \d decimals, found '\d+\.\d+'$",
    r"expected an integer .* found '\d+\.0'$",  # which JSON takes for an integer
    r"expected true or false, found 'True'$",
    r"expected at most \d+ bytes",  # a schema counts characters
    r"expected each key once",  # which PyYAML does not mind
    r"expected a vector and its score",
    r"expected each id once",
    r"expected the order of their dates",
]

# Files told as text, for what PyYAML would not write: (kind, from, to, good).
STORY = """\
id: S
name: a story
kind: story
cast: {implant: cardiac, programmer: clinician}
steps:
  - programmer: {open: read-out}
"""
PROFILE = "id: p\nname: a profile\nlacks: [padding]\n"
ADVISORIES = """\
communications:
  - id: "1"
    date: "2017-08-29"
    device: a device
    advisories: [ICSMA-17-241-01]
    weaknesses: [{cwe: [920]}]
    consequence: a consequence
    remedy: a remedy
    family: legacy-x
    scenarios: [A11-wake-flood]
"""
LEAST = {"scenario": STORY, "profile": PROFILE, "advisories": ADVISORIES}
TEXTS = [
    ("scenario", "", "", True),
    ("profile", "", "", True),
    ("scenario", "programmer: {open: read-out}", "patient: {magnet: on}", True),
    ("scenario", "programmer: {open: read-out}", "patient: {magnet: 'off'}", True),
    ("scenario", "programmer: {open: read-out}", "patient: {magnet: 'true'}", False),
    ("scenario", "programmer: {open: read-out}", "patient: {magnet: True}", False),
    ("scenario", "{open: read-out}", "{close: }", True),
    ("scenario", "{open: read-out}", "{close: ~}", True),
    ("scenario", "{open: read-out}", "{close: ''}", False),
    ("scenario", "programmer: {open: read-out}", "remote: {bolus: 500}", False),
    ("scenario", "programmer: {open: read-out}", "programmer: {bolus: 500}", True),
    ("scenario", "programmer: {open: read-out}", "wait: 10min", True),
    ("scenario", "programmer: {open: read-out}", "wait: 10", False),
    ("scenario", "programmer: {open: read-out}", "wait: 3651d", False),
    ("scenario", "programmer: {", "attacker: {puppet-raw: 0x10}\n  - programmer: {", True),
    ("scenario", "programmer: {", "attacker: {puppet-raw: '16'}\n  - programmer: {", False),
    ("scenario", "programmer: {open: read-out}", "attacker: {capture: w}\n"
     "  - attacker: {flood: wake, label: w, rate_hz: 1, for: 1s}", False),
    ("scenario", "programmer: {open: read-out}", "attacker: {capture: w}\n"
     "  - attacker: {flood: capture, label: w, rate_hz: 0.5, for: 1s}", True),
    ("scenario", "{open: read-out}", "{alarm: 5.0}", False),
    ("scenario", "{open: read-out}", "{alarm: '5'}", False),
    ("scenario", "name: a story", "name: 12", False),
    ("scenario", "name: a story", "name: on", False),
    ("scenario", "name: a story", "name: 'on'", True),
    ("scenario", "name: a story", 'name: "a\\nb"', False),
    ("scenario", "name: a story", "name: a story\nwhy: |\n  a\n\n  b", True),
    ("scenario", "name: a story", "name: " + "é" * 100, False),
    ("scenario", "name: a story", "name: a story\nname: again", False),
    ("scenario", "kind: story", "kind: story\nair: {loss_percent: 0.00001}", False),
    ("scenario", "kind: story", "kind: story\nair: {loss_percent: 0.0001}", True),
    ("scenario", "kind: story", "kind: story\ntier: none", False),
    ("scenario", "kind: story", "kind: story\ntier: insider", False),
    ("scenario", "kind: story", "kind: attack", False),
    ("profile", "id: p", "id: hardened", False),
    ("profile", "id: p", "id: without-padding", False),
    ("profile", "[padding]", "padding", False),
    ("profile", "lacks", "closes: rf\nlacks", True),
    ("profile", "lacks", "closes: all\nlacks", False),
    ("advisories", '"2017-08-29"', '"2017-02-31"', True),
    ("advisories", '"2017-08-29"', '"1917-08-29"', False),
    ("advisories", "  - id", ADVISORIES.split("\n", 1)[1] + "  - id", False),
    ("advisories", "[920]", "[920], score: 5.3", False),
    ("advisories", "[920]", "[920], cvss: AVN, score: 5.35", False),
    ("advisories", "[920]", "[920], cvss: AVN, score: 5.3", True),
]

REPLACEMENTS = [None, True, -1, 0, 1, 77777777, 1.5, "", "zzz", "all", "other", "monitor",
                "attacker", "none", "first", "1s", "80", [], ["zzz"], {}, {"zzz": 1}]


class Dumper(yaml.SafeDumper):
    """Every text in quotes, so that no reader can take it for something else."""

    def ignore_aliases(self, data):
        return True


Dumper.add_representer(str, lambda d, v: d.represent_scalar(
    "tag:yaml.org,2002:str", v, style='"'))
Dumper.add_representer(float, lambda d, v: d.represent_scalar(
    "tag:yaml.org,2002:float", f"{v:.10f}".rstrip("0")))


def dump(document):
    return yaml.dump(document, Dumper=Dumper, default_flow_style=True, width=4096,
                     sort_keys=False, allow_unicode=True)


def nodes(value, path=()):
    yield path, value
    children = value.items() if isinstance(value, dict) else (
        enumerate(value) if isinstance(value, list) else ())
    for key, child in children:
        yield from nodes(child, path + (key,))


def at(document, path):
    for key in path:
        document = document[key]
    return document


def shape(document, path):
    """Where a place is in the format: the same for every step with the same verb."""
    verb = ""
    if path[:1] == ("steps",) and len(path) > 1 and isinstance(path[1], int):
        act = next(iter(document["steps"][path[1]].values()))
        verb = next(iter(act)) if isinstance(act, dict) else ""
    return verb, tuple("#" if isinstance(key, int) else key for key in path)


def changed(document, path, change):
    result = copy.deepcopy(document)
    change(at(result, path[:-1]), path[-1])
    return result


def rename(parent, key):
    if isinstance(parent, dict):
        parent[key + "x"] = parent.pop(key)


def double(parent, key):
    if isinstance(parent, list):
        parent.append(parent[key])


def drop(parent, key):
    del parent[key]


def add(parent, key):
    if isinstance(parent[key], dict):
        parent[key]["zzz"] = 1


def mutations(documents):
    """Every change at every place, once for each shape of place."""
    seen = set()
    for document in documents:
        for path, _ in nodes(document):
            place = shape(document, path)
            if not path or place in seen:
                continue
            seen.add(place)
            for change in (drop, rename, double, add):
                yield changed(document, path, change)
            for value in REPLACEMENTS:
                yield changed(document, path,
                              lambda p, k, v=value: p.__setitem__(k, copy.deepcopy(v)))


class Judges:
    def __init__(self, tool, root):
        self.tool = tool
        self.schemas = {
            kind: json.load(open(f"{root}/fixtures/schema/{kind}.schema.json"))
            for kind in LEAST}
        self.validators = {
            kind: jsonschema.Draft7Validator(s) for kind, s in self.schemas.items()}
        self.used = set()

    def loader(self, kind, texts):
        """One line a text: "ok", or what is wrong with it."""
        with tempfile.TemporaryDirectory() as folder:
            names = [os.path.join(folder, f"{n}.yaml") for n in range(len(texts))]
            for name, text in zip(names, texts):
                with open(name, "w", encoding="utf-8") as f:
                    f.write(text)
            said = []
            for n in range(0, len(names), 500):
                run = subprocess.run([self.tool, "check", kind] + names[n:n + 500],
                                     stdout=subprocess.PIPE, check=False)
                said += run.stdout.decode("utf-8").split("\n")[:-1]
        assert len(said) == len(texts)
        return [re.sub(r"^/\S*/", "", line) for line in said]

    def schema(self, kind, text):
        return self.validators[kind].is_valid(yaml.safe_load(text))

    def differ(self, kind, texts):
        """The texts over which the two fall out, and what the loader says of them."""
        problems = []
        for text, says in zip(texts, self.loader(kind, texts)):
            if (says == "ok") == self.schema(kind, text):
                continue
            excuse = [rule for rule in LOADER_ONLY if re.search(rule, says)]
            self.used.update(excuse)
            if says == "ok" or not excuse:
                problems.append(f"{says} | {text.strip()[:2000]!r}")
        return problems


def read_all(root, kind):
    paths = glob.glob(f"{root}/fixtures/{kind}s/*.yaml") + glob.glob(
        f"{root}/tests/data/{kind}s/*.yaml") + glob.glob(f"{root}/fixtures/{kind}.yaml")
    return [open(path, encoding="utf-8").read() for path in sorted(paths)]


def main(tool, root):
    tap = Tap()
    judges = Judges(tool, root)

    problems = []
    for kind, schema in judges.schemas.items():
        try:
            jsonschema.Draft7Validator.check_schema(schema)
        except jsonschema.SchemaError as e:
            problems.append(f"{kind}: {e.message}")
    tap.case("the schemas are schemas", problems)

    for kind in judges.schemas:
        files = read_all(root, kind)
        bad = [says for says in judges.loader(kind, files) if says != "ok"]
        bad += [text[:200] for text in files if not judges.schema(kind, text)]
        tap.case(f"every {kind} file of the tree is good to both", bad or (
            [] if files else ["none found"]))

        changes = sorted({dump(d) for d in mutations(map(yaml.safe_load, files))})
        print(f"# {len(changes)} changed files")
        tap.case(f"changed {kind} files are judged alike", judges.differ(kind, changes) or (
            [] if len(changes) > 100 else ["too few to mean anything"]))

    problems = []
    for kind, old, new, good in TEXTS:
        text = LEAST[kind].replace(old, new, 1)
        problems += judges.differ(kind, [text])
        says = judges.loader(kind, [text])[0]
        if (says == "ok") != good:
            problems.append(f"{new!r}: {says}")
    tap.case("values are judged alike however they are spelt", problems)
    tap.case("every rule of the loader's own was met", [
        rule for rule in LOADER_ONLY if rule not in judges.used])

    # The check above, seen to fail.
    judges.validators["profile"] = jsonschema.Draft7Validator(
        {**judges.schemas["profile"], "required": []})
    tap.case("a schema that asks for less is found out", [] if judges.differ(
        "profile", [PROFILE.replace("id: p\n", "")]) else ["nothing differs"])
    tap.done()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
