"""F11, F12, F24: what a device's memory gives back, and what its counters say of what is missing."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

from tests.faults.torture.built import tool
from tests.faults.torture.check import Outcome

#: A memory of so many frames does not hold what is missed.
_SMALL = 500
_RATE = 50


def outage(_folder: Path, *, seconds: int, outages: int) -> Outcome:
    """An outage with memory enough, one with too little, and many one behind the other."""
    tools = tool("backfill")
    whole = tools.outage(seconds=seconds, rate=_RATE)
    overrun = tools.outage(seconds=seconds, rate=_RATE, memory=_SMALL)
    many = tools.outages(count=outages)
    full, rest, often = (found.counts() for found in (whole, overrun, many))
    kept = full["missing"] == often["missing"] == 0 and full["filled"] >= seconds * _RATE
    right = 0 < rest["missing"] == full["filled"] - rest["filled"]
    sound = all(found[what] == 0 for found in (full, rest, often) for what in ("doubled", "conflicts"))
    ordered = all(_in_order(found) for found in (whole, overrun, many))
    return Outcome(
        kept and right and sound and ordered and rest["differ"] > 0,
        f"an outage of {seconds} s at {_RATE} triggers a second, twice; {outages} outages of 2 s",
        f"{full['filled']:,} filled, {full['missing']} missing; of a memory of {_SMALL}: {rest['filled']:,} filled, "
        f"{rest['missing']:,} missing; {outages} outages: {often['filled']:,} filled, {often['missing']} missing; "
        f"{sum(found['doubled'] for found in (full, rest, often))} doubled, "
        + ("in device order" if ordered else "NOT IN DEVICE ORDER"),
        f"the memory that is too small: {rest['differ']} of the device's totals differ"
        + (", caught" if rest["differ"] else ", NOT CAUGHT"),
    )


def _in_order(found: Any) -> bool:
    """Whether what came from memory, and what came live, is in the order of the device."""
    named = list(found.named())
    for origin in ("live", "memory"):
        numbers = [name for of, name in named if of == origin]
        if any(later <= earlier for earlier, later in pairwise(numbers)):
            return False
    return True


def repeats(_folder: Path, *, times: int) -> Outcome:
    """The memory sent again and again, overlapping, and one report of it with other content."""
    found, before = tool("backfill").repeated(times=times)
    after, counts = found.record.tally.session, found.counts()
    same = {name: getattr(after, name) for name in before} == before
    return Outcome(
        same and counts["doubled"] == 0 and counts["conflicts"] == 1,
        f"{times} repeats of the memory, 1 contradiction",
        f"totals {'unchanged' if same else 'CHANGED'}, {counts['doubled']} doubled, {counts['conflicts']} conflict",
    )


def reconciliation(_folder: Path) -> Outcome:
    """A device without a memory, all of whose frames arrive, and the same with one trigger dropped."""
    tools = tool("backfill")
    differ = {}
    for what, faults in (("none", []), ("one", [{"kind": "drop", "at": "20 s", "type": "INJ"}])):
        line = tools.gun_line(faults, memory=0)
        line.play()
        found = line.end()
        differ[what] = [figure for figure in found.record.reconciled if not figure["agrees"]]
    triggers = [figure for figure in differ["one"] if str(figure.get("difference")) in ("1", "-1")]
    return Outcome(
        bool(triggers) and not differ["none"],
        "two sessions of 100 triggers",
        f"one dropped: {len(differ['one'])} figures differ: "
        + "; ".join(f"{figure['metric']} by {figure['difference']}" for figure in differ["one"]),
        f"none dropped: {len(differ['none'])} figures differ",
    )
