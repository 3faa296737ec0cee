"""usage: house.py ROOT

The house rules a formatter does not see, over every text file of the tree.
"""

import sys

from source import Tap, files, read

SOURCES = (".c", ".h")
TEXTS = SOURCES + (".py", ".sh", ".build", ".txt", ".md", ".yaml", ".1")
AIM, LIMIT = 400, 450  # lines of a source file: said aloud above one, wrong above the other


def main(root):
    texts = {p: read(root, p) for p in files(root, *TEXTS) + ["dev", ".ci/run"]}
    sources = {p: t for p, t in texts.items() if p.endswith(SOURCES)}
    lengths = {p: t.count("\n") for p, t in sources.items()}
    tap = Tap()

    tap.case("no tab", [
        p for p, t in texts.items() if "\t" in t])
    tap.case("no space at the end of a line", [
        f"{p}:{n}" for p, t in texts.items()
        for n, line in enumerate(t.split("\n"), 1) if line != line.rstrip()])
    tap.case("every file ends with one newline", [
        p for p, t in texts.items() if not t.endswith("\n") or t.endswith("\n\n")])
    tap.case(f"no source file is longer than {LIMIT} lines", [
        f"{p}: {n} lines" for p, n in lengths.items() if n > LIMIT])
    for p, n in lengths.items():
        if AIM < n <= LIMIT:
            print(f"# {p}: {n} lines, aim under {AIM}")
    tap.case("a header opens with what it is for", [
        p for p, t in sources.items() if p.endswith(".h") and not t.startswith("// ")])
    tap.case("a header is guarded by its path", [
        f"{p}: wants {guard(p)}" for p, t in sources.items()
        if p.endswith(".h") and f"#ifndef {guard(p)}\n#define {guard(p)}\n" not in t])
    tap.done()


def guard(path):
    """crypto/include/crypto/bytes.h is CRYPTO_BYTES_H."""
    name = path.split("/include/")[-1]
    return name.upper().replace("/", "_").replace(".", "_").replace("-", "_")


if __name__ == "__main__":
    main(sys.argv[1])
