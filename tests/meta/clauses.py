"""usage: clauses.py ROOT

Ties protocol/SPEC.md to what proves it. A clause is defined by a line that
starts with its id in bold, **[REC-3]**; it is proved by a test or a scenario
that names it, REC-3. Each clause is a case: it has at least one proof. And no
test may name a clause that SPEC.md does not have.
"""

import re
import sys

from source import Tap, files, read

DEFINED = re.compile(r"^\*\*\[([A-Z]{2,8}-\d+)\]\*\*", re.M)
TESTS = ("tests/unit/", "tests/scenario/", "tests/timing/", "tests/fuzz/",
         "fixtures/scenarios/")


def main(root):
    tap = Tap()
    clauses = DEFINED.findall(read(root, "protocol/SPEC.md"))
    tap.case("SPEC.md defines clauses", [] if clauses else ["none found"])
    tap.case("no clause is defined twice", sorted(
        {c for c in clauses if clauses.count(c) > 1}))

    # Only ids with a prefix that SPEC.md uses: SHA-256 is no clause.
    prefixes = "|".join(sorted({c.split("-")[0] for c in clauses})) or "(?!)"
    named = re.compile(rf"\b(?:{prefixes})-\d+\b")
    proofs = {}
    for path in files(root, ".c", ".h", ".yaml", ".build", ".py"):
        if path.startswith(TESTS):
            for clause in named.findall(read(root, path)):
                proofs.setdefault(clause, []).append(path)

    for clause in dict.fromkeys(clauses):
        tap.case(f"{clause} is named by a test",
                 [] if clause in proofs else ["by none below " + " ".join(TESTS)])
    tap.case("tests name only clauses that exist", [
        f"{clause}: {', '.join(sorted(set(paths)))}"
        for clause, paths in sorted(proofs.items()) if clause not in clauses])
    tap.done()


if __name__ == "__main__":
    main(sys.argv[1])
