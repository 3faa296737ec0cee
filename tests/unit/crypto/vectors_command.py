"""usage: vectors_command.py PROGRAM FOLDER

What the command says, where it says it, and with which status. FOLDER holds the
vector files.
"""

import json
import os
import subprocess
import sys
import tempfile

PROGRAM, FOLDER = sys.argv[1:]
PUBLISHED = os.path.join(FOLDER, "noise-published.json")
COMPUTED = os.path.join(FOLDER, "noise-computed.json")


def run(*args):
    return subprocess.run([PROGRAM, *args], capture_output=True, text=True,
                          timeout=30, check=False)


def run_text(text, *args):
    """Runs the command on a file of its own; NAME stands for it in what was said."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as f:
        f.write(text)
        f.flush()
        r = run("noise", f.name, *args)
        r.stderr = r.stderr.replace(f.name, "NAME")
        return r


def all_good():
    r = run("noise", PUBLISHED)
    return r.returncode == 0 and not r.stderr and \
        r.stdout == "69 passed, 0 failed, 0 unsupported\n"


def kinds_of_unsupported():
    r = run("noise", COMPUTED)
    lines = r.stdout.splitlines()
    return r.returncode == 0 and len(lines) == 3 and \
        "cipher AESGCM" in lines[0] and "dh 448" in lines[1] and \
        lines[2] == "90 passed, 0 failed, 2 unsupported"


def as_json():
    r = run("noise", "--json", COMPUTED)
    said = json.loads(r.stdout)
    return r.returncode == 0 and said == {
        "schema": 1, "file": COMPUTED, "passed": 90, "failed": 0, "unsupported": [
            {"reason": "cipher AESGCM", "count": 1}, {"reason": "dh 448", "count": 1}]}


def a_wrong_value():
    with open(PUBLISHED, encoding="utf-8") as f:
        all_of_it = json.load(f)
    vector = all_of_it["vectors"][0]
    vector["messages"][0]["ciphertext"] = "00" * 32
    r = run_text(json.dumps(all_of_it))
    return r.returncode == 1 and r.stdout.endswith("68 passed, 1 failed, 0 unsupported\n") \
        and r.stderr.startswith(f"NAME:1: {vector['protocol_name']}: message 0: ") \
        and r.stderr.count("\n") == 1


def nothing_that_can_be_run():
    r = run_text("handshake=Noise_NN_25519_AESGCM_SHA256\ngen_init_ephemeral=00\n"
                 "msg_0_payload=\nmsg_0_ciphertext=\n")
    return r.returncode == 1 and "not one vector could be run" in r.stderr


def bad_input():
    texts = {"": "NAME:1: expected ", "what\n": "NAME:1: expected ",
             '{"vectors": [\n{}]}': "NAME:2: expected ",
             "handshake=Noise_NN_25519_ChaChaPoly_SHA256\nprologue=0\n": "NAME:2: expected "}
    runs = [(run_text(t), want) for t, want in texts.items()]
    return all(r.returncode == 2 and not r.stdout and r.stderr.startswith(want)
               and r.stderr.count("\n") == 1 for r, want in runs)


def unreadable():
    runs = [run("noise", "/nonexistent/file"), run("noise", FOLDER)]
    return all(r.returncode == 2 and not r.stdout and "expected a readable file" in r.stderr
               for r in runs)


def bad_usage():
    runs = [run(*args) for args in
            ([], ["noise"], ["snow", PUBLISHED], ["noise", PUBLISHED, "more"],
             ["noise", PUBLISHED, "--jason"])]
    return all(r.returncode == 2 and not r.stdout and r.stderr.startswith("usage: ")
               for r in runs)


def help_is_no_error():
    r = run("--help")
    return r.returncode == 0 and r.stdout.startswith("usage: ") and not r.stderr


CASES = {
    "a file that holds is said to": all_good,
    "each kind of unsupported is counted": kinds_of_unsupported,
    "the same is told as JSON": as_json,
    "a wrong value is named, with its place": a_wrong_value,
    "a file of which nothing can be run does not pass": nothing_that_can_be_run,
    "bad input is one line with its place": bad_input,
    "what cannot be read is said": unreadable,
    "bad usage is answered with the usage": bad_usage,
    "asking for help is no error": help_is_no_error,
}


def main():
    failed = 0
    print(f"1..{len(CASES)}")
    for number, (says, holds) in enumerate(CASES.items(), 1):
        good = holds()
        failed += not good
        print("ok" if good else "not ok", number, "-", says)
    sys.exit(failed > 0)


main()
