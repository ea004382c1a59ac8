"""A crowd that logs in during a recording: what it takes from the acknowledgements, and who still comes in."""

from __future__ import annotations

import json
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from bench.attended import PATIENCE, Kept, attended, part_of
from bench.child import started
from bench.crowd import GUESSER, RIGHT, STRANGER
from bench.interpreters import NotAvailableError
from bench.table import Section, number
from devicelog.accounts.throttle import FREE

_HEAD = ("log-ins a second", "p50 ms", "p99 ms", "max ms", "not kept", "share of a core")
_RATE, _LOGINS, _PEOPLE = 50, 50, 5
_SECONDS, _QUICK_SECONDS = 60, 10
#: What a person who gives the right password bears (s).
_MOST_WAIT = 10
_WRONG, _LATER, _IN = "401", "429", "303"


def measure(quick: bool) -> Section:
    """A minute with the crowd (ten seconds in a quick run), beside ten seconds without it."""
    seconds = _QUICK_SECONDS if quick else _SECONDS
    section = Section(f"Log-ins: {_LOGINS} a second for {seconds} s at {_RATE} readings/s", _HEAD)
    try:
        _, bare, share = _run(_QUICK_SECONDS, 0)
        _add(section, "none", bare, share)
        found, kept, share = _run(seconds, _LOGINS)
    except NotAvailableError as error:
        section.missing("the station", str(error))
        return section
    _add(section, str(_LOGINS), kept, share)
    section.data["crowd"] = found
    answers, waited = found["answers"], found["until_in"]
    section.target("p99 of the acknowledgement (ms)", found=kept.latency(0.99), most=200)
    section.target("readings not kept", found=kept.missing, most=0)
    section.target("guesses at one account that were looked at", found=answers[GUESSER].get(_WRONG, 0), most=FREE)
    section.target("s until a person with the right password was in", found=max(waited), most=_MOST_WAIT)
    section.notes.append(f"right: {_PEOPLE} people, each once a second: {_said(answers[RIGHT])}")
    section.notes.append(f"in after {part_of(waited, 0.5):.2f} s (p50), {part_of(waited, 0.99):.2f} s (p99)")
    section.notes.append(f"wrong, at one account from one address: {_said(answers[GUESSER])}")
    section.notes.append(f"wrong, each from another address: {_said(answers[STRANGER])}")
    section.notes.append("latency: from a reading's last byte written to the pty until the station was told it is kept")
    return section


def _run(seconds: int, logins: int) -> tuple[dict[str, Any], Kept, float]:
    """What became of the crowd, of the readings, and the station's share of a core."""
    with (
        attended(_RATE, seconds, people=_PEOPLE) as session,
        tempfile.TemporaryDirectory() as room,
        ExitStack() as stack,
    ):
        found: dict[str, Any] = {}
        if logins:
            crowd = stack.enter_context(started(sys.executable, "bench.crowd", Path(room)))
            crowd.tell(json.dumps({**session.at, "rate": logins, "seconds": seconds}))
            crowd.hear("READY", PATIENCE)
            crowd.tell("GO")
        session.begin()
        session.await_last(seconds)
        if logins:
            found = json.loads(crowd.hear("DONE", PATIENCE))
            crowd.end()
        time.sleep(1)
        return found, session.end(), session.share


def _add(section: Section, name: str, kept: Kept, share: float) -> None:
    late = [kept.latency(part) for part in (0.5, 0.99, 1)]
    section.rows.append((name, *map(number, late), str(kept.missing), f"{share:.1%}"))
    section.data[name] = {"latency_ms": late, "missing": kept.missing, "core": share}


def _said(answers: dict[str, int]) -> str:
    """What was answered, in words."""
    names = {_IN: "let in", _WRONG: "looked at and wrong", _LATER: "told to wait"}
    return ", ".join(f"{count} {names.get(status, f'answered {status}')}" for status, count in sorted(answers.items()))
