"""What the source tests share: the tree's own files, and TAP."""

import os
import sys

SKIP = {".git", "__pycache__"}


def files(root, *suffixes):
    """Paths below root, relative to it and sorted; build folders are skipped."""
    found = []
    for folder, subfolders, names in os.walk(root):
        subfolders[:] = [d for d in subfolders if d not in SKIP and not (
            folder == root and d.startswith("build"))]
        for name in names:
            if not suffixes or name.endswith(suffixes):
                found.append(os.path.relpath(os.path.join(folder, name), root))
    return sorted(found)


def read(root, path):
    with open(os.path.join(root, path), encoding="utf-8") as f:
        return f.read()


class Tap:
    """Counts cases; done() says the plan and gives the exit status."""

    def __init__(self):
        self.cases = 0
        self.failed = 0

    def case(self, says, problems=()):
        self.cases += 1
        self.failed += bool(problems)
        print("not ok" if problems else "ok", self.cases, "-", says)
        for problem in problems:
            print("#", problem)

    def done(self):
        print(f"1..{self.cases}")
        sys.exit(1 if self.failed or not self.cases else 0)
