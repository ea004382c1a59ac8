"""Replay: the kept chunks of a session through the same line again; shows what differs and changes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from devicelog import clock, registry, stored
from devicelog.driver import Driver
from devicelog.errors import BadInputError
from devicelog.ledger import Entry, Kind, Line
from devicelog.plan import Plan
from devicelog.recorder import Recorder
from devicelog.store.reader import Reader, SessionRow
from devicelog.treatment.protocol import TreatmentProtocol
from devicelog.treatment.protocol_file import parse

#: What the first entry says of the program and its drivers; another version may well say it differently.
_OF_THE_PROGRAM = ("software", "devices")


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where the replayed ledger is not the stored one; None where one of them has no entry."""

    number: int
    stored: Entry | None
    replayed: Entry | None


def replay(store: Reader, session: SessionRow, *, driver: str | None = None) -> Iterator[Line]:
    """The entries that the kept chunks give now, in order; with `driver` in the place of the one that was used.

    Raises BadInputError if the session cannot be replayed, StoreFormatError if it is damaged, UnknownNameError for a
    driver that is not installed.
    """
    first = next(stored.entries(store.lines(session.number), session), None)
    if first is None or first.kind != Kind.STARTED:
        raise BadInputError(f"session {session.id} does not begin with a 'started' entry; run `devicelog verify`.")
    content = first.content
    with stored.readable("entry 1", session):
        recorder = Recorder(_plan(content, driver), _protocol(content), _start(content))
    yield from recorder.take()[0]
    for number, chunk in enumerate(stored.chunks(store, session), start=1):
        with stored.readable(f"chunk {number}", session):
            recorder.handle(chunk)
        yield from recorder.take()[0]


def differences(store: Reader, session: SessionRow, *, driver: str | None = None) -> Iterator[Difference]:
    """Where a replay differs from what was recorded, entry by entry."""
    for kept, replayed in zip_longest(store.lines(session.number), replay(store, session, driver=driver)):
        if kept is not None and replayed is not None and kept.body == replayed.body:
            continue
        old = next(stored.entries([kept], session)) if kept is not None else None
        new = replayed.entry() if replayed is not None else None
        if old is not None and new is not None and _same_but_program(old, new):
            continue
        either = old if old is not None else new
        assert either is not None  # zip_longest never gives a pair of nothing
        yield Difference(either.number, old, new)


def _same_but_program(old: Entry, new: Entry) -> bool:
    """Whether two first entries say the same but for which program and drivers were installed."""
    if old.kind != Kind.STARTED or new.kind != Kind.STARTED:
        return False
    return {**old.content, **dict.fromkeys(_OF_THE_PROGRAM)} == {**new.content, **dict.fromkeys(_OF_THE_PROGRAM)}


def _plan(content: Mapping[str, Any], driver: str | None) -> Plan:
    drivers: dict[str, Driver] = {
        device["driver"]: registry.driver(driver or device["driver"]) for device in content["devices"]
    }
    return Plan.from_content(content, drivers)


def _protocol(content: Mapping[str, Any]) -> TreatmentProtocol | None:
    """The treatment protocol as its full text stands in the session, not as a file of that name may stand today."""
    protocol = content["protocol"]
    return parse(protocol["text"], where=f"the protocol kept with session {content['session']}") if protocol else None


def _start(content: Mapping[str, Any]) -> clock.Stamp:
    at = content["at"]
    return clock.Stamp(at["boot_ns"], clock.wall_ns(at["wall"]))
