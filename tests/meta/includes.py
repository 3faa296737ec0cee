"""usage: includes.py ROOT

Which layer may include what. The include paths already keep a layer from the
headers of those above it; this covers what lies on a path it does have: most of
crypto/ for the radio, libsodium and the operating system for everyone.
"""

import os
import re
import sys

from source import Tap, files, read

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.M)

# Headers of C17 that need no operating system behind them.
PURE_C = r"(assert|inttypes|limits|stdalign|stdbool|stddef|stdint|string)\.h"

# What a layer may include in angle brackets. In quotes, only its own files.
MAY = {
    "crypto": rf"crypto/.+|sodium\.h|{PURE_C}",
    "protocol": rf"(crypto|protocol)/.+|{PURE_C}",
    "radio": r"(?!sodium|protocol/|harness/|crypto/).+|crypto/(bytes|rng)\.h",
    "harness": r"(?!sodium).+",
}


def allowed(layer, path, mark, name):
    if mark == "<":
        return re.fullmatch(MAY[layer], name) is not None
    target = os.path.normpath(os.path.join(os.path.dirname(path), name))
    return target.split(os.sep)[0] == layer


def main(root):
    tap = Tap()
    for layer in MAY:
        sources = [p for p in files(root, ".c", ".h") if p.split(os.sep)[0] == layer]
        tap.case(f"{layer}/ includes only what it may", [
            f"{path}: {name}"
            for path in sources
            for mark, name in INCLUDE.findall(read(root, path))
            if not allowed(layer, path, mark, name)] or (
                [] if sources else ["no sources found"]))
    tap.done()


if __name__ == "__main__":
    main(sys.argv[1])
