"""Floods without end: what they cost on hardened, and that a family of devices is
emptied by one in weeks."""

from tool import WEAKNESSES, Skip, main, run, run_json

# A tenth of a pacemaker's 15 uA, and how long 1 Ah lasts without any flood.
ALLOWED_PA, LIFE_DAYS = 1_500_000, 2_777


def floods(profile):
    r, j = run_json("energy", "--json", "-p", profile)
    assert j, r.stderr
    return r, j[0]


def hardened_pays_little():
    r, j = floods("hardened")
    worst = max(f["extra_pa"] for f in j["floods"])
    if r.returncode != 0:
        yield f"exit status {r.returncode}"
    if worst != j["worst_pa"] or not 0 < worst <= ALLOWED_PA:
        yield f"worst {worst} pA"
    if min(f["life_days"] for f in j["floods"]) < LIFE_DAYS * 10 // 11:
        yield "more than a tenth of a battery's life is gone"
    for f in j["floods"]:
        if not f["clinician_served"]:
            yield f"the clinician is shut out by {f}"


def a_family_is_emptied_in_weeks():
    if not WEAKNESSES:
        raise Skip("no profile lacks anything in this build")
    _, j = floods("legacy-static-key-pacemaker")
    replayed = {f["rate_millihertz"]: f["life_days"] for f in j["floods"]
                if f["flood"] == "replayed"}
    if not replayed[1000] < 60:
        yield f"one replayed wake-up a second: {replayed[1000]} days"
    if not replayed[4000] < replayed[1000] < replayed[100] < LIFE_DAYS:
        yield f"more wake-ups do not cost more: {replayed}"


def its_fix_ends_that():
    if not WEAKNESSES:
        raise Skip("no profile lacks anything in this build")
    _, j = floods("legacy-static-key-pacemaker-fixed")
    if j["worst_pa"] > ALLOWED_PA:
        yield f"worst {j['worst_pa']} pA"


def without_the_budget_it_is_found_out():
    if not WEAKNESSES:
        raise Skip("nothing can be taken away in this build")
    _, j = floods("without-wake-budget")
    if j["worst_pa"] <= ALLOWED_PA:
        yield f"worst {j['worst_pa']} pA: the figure does not depend on the control"


def mistakes_are_told():
    for args in (["energy", "-p", "nothing-like-it"], ["energy", "--seed", "x"],
                 ["energy", "more"]):
        r = run(*args)
        if r.returncode != 2 or not r.stderr:
            yield f"{args}: status {r.returncode}, {r.stderr!r}"


def listed(case):
    return lambda: list(case())


main({
    "hardened pays at most 1.5 uA, whatever the flood": listed(hardened_pays_little),
    "a family without a budget is emptied in weeks": listed(a_family_is_emptied_in_weeks),
    "its fix ends that": listed(its_fix_ends_that),
    "without the budget the figure moves": listed(without_the_budget_it_is_found_out),
    "mistakes are told": listed(mistakes_are_told),
})
