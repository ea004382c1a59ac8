"""The zone of a stretch of entries corrected: all is decoded again, and totals, verdicts and zone limits are as they
would have been with the right zone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import structlog

from devicelog.amending.act import must_be_over
from devicelog.bodymap.zones import named
from devicelog.errors import BadInputError
from devicelog.ledger import Kind, Line
from devicelog.ledger.amendment import What
from devicelog.observation.layout import Layout
from devicelog.record.record import Record
from devicelog.recorder.corrected import counts
from devicelog.recorder.corrections import Stretch, ZoneCorrection
from devicelog.replay.acceptance import amend
from devicelog.replay.replay import Replay
from devicelog.store.reader import SessionRow
from devicelog.store.writer import Writer
from devicelog.stored import readable, record_of

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Moved:
    """A correction that was made: number of the amendment, how many reports it moved, the record before and since."""

    amendment: int
    reports: int
    before: Record
    after: Record


def correct_zone(
    store: Writer, session: SessionRow, zone: str, *, first: int, last: int, by: str, role: str | None, reason: str
) -> Moved:
    """Let what was given from entry `first` to entry `last` count in `zone`.

    Raises BadInputError, and nothing is changed, if these are no entries of one version of the session, if nothing was
    given between them, or if all of it counts there already.
    """
    must_be_over(session, "amended")
    replayed = Replay(store, session)
    before, decoding = record_of(store, session), replayed.chosen([])
    with readable("an entry", session):
        correction = _correction(replayed, len(before.amendments) + 1, zone, first, last)
        was = _given(replayed.versions[-1].lines(replayed.lines))
        would_be = _given(replayed.decoded(decoding, zones=[correction]))
        moved = [one for one, other in zip(was, would_be, strict=True) if one.zone != other.zone]
    if not moved:
        found = f"all that was given in the entries {first} to {last} of session {session.id} counts in {zone} already"
        raise BadInputError(f"{found}; nothing was changed.")
    meant = _meant(before, zone)
    more = {"zones": [{**correction.content(), **meant, "entries": [first, last]}], **({"role": role} if role else {})}
    what = What.ZONE_CORRECTED
    number = amend(store, replayed, what, decoding, by=by, reason=reason, more=more, zones=[correction])
    _log.info("session amended", session=session.id)
    reports = sum(not one.is_interval for one in moved)
    return Moved(number, reports, before, record_of(store, session))


def _meant(record: Record, zone: str) -> dict[str, str]:
    """The code of the zone on the session's body map; nothing where it is not on it, or the session names none."""
    body_map = named(record.started.get("body_map"))
    place = body_map.find(zone) if body_map is not None else None
    return {"code": place.code} if place is not None else {}


def _correction(replayed: Replay, amendment: int, zone: str, first: int, last: int) -> ZoneCorrection:
    """What was given between two entries, named by its places on the lines."""
    session = replayed.session.id
    version = next((one for one in replayed.versions if one.first <= first <= last <= one.last), None)
    if version is None:
        spans = ", or ".join(f"{one.first} to {one.last}" for one in replayed.versions)
        found = f"the entries {first} to {last} are not of one version of session {session}"
        raise BadInputError(f"{found}; expected two of its entries {spans}, the smaller one first.")
    places: dict[int, tuple[int, int]] = {}
    logs: set[str] = set()
    for given in _given(version.lines(replayed.lines)):
        if not first <= version.first + given.number - 1 <= last:
            continue
        if given.log is not None:
            logs.add(given.log)
        else:
            low, high = places.get(given.link, (given.at, given.at))
            places[given.link] = min(low, given.at), max(high, given.at)
    if not places and not logs:
        found = f"nothing was given in the entries {first} to {last} of session {session}"
        raise BadInputError(f"{found}; see `devicelog entries {session}` for those in which something was.")
    stretches = (Stretch(link, *span) for link, span in sorted(places.items()))
    return ZoneCorrection(amendment, zone, tuple(stretches), frozenset(logs))


@dataclass(frozen=True, slots=True)
class _Given:
    """A report of what was given: the number of its entry, its place on the line or the log it is of, and the zone.

    The entry of an interval stands for the report before it.
    """

    number: int
    link: int
    at: int
    zone: str | None
    log: str | None = None
    is_interval: bool = False


def _given(lines: Iterable[Line]) -> Iterator[_Given]:
    """All reports of what was given or purged in a version."""
    layouts: dict[int, Layout] = {}
    logs: dict[int, str] = {}
    zone: str | None = None
    last: _Given | None = None
    for entry in (line.entry() for line in lines):
        content = entry.content
        if entry.kind == Kind.LAYOUT:
            layouts[content["layout"]] = Layout.from_content(content)
        elif entry.kind == Kind.ZONE:
            zone = content["zone"]
        elif entry.kind == Kind.DEVICE_LOG:
            logs[content["log"]] = content["sha256"]
        elif entry.kind == Kind.OBSERVATION and counts(layouts[content[0]].kind):
            last = _Given(entry.number, layouts[content[0]].link, content[1], zone)
            yield last
        elif entry.kind == Kind.INTERVAL and last is not None:
            yield replace(last, number=entry.number, zone=content.get("zone", zone), is_interval=True)
        elif entry.kind == Kind.FROM_MEMORY and "zone" in content and counts(layouts[content["layout"]].kind):
            yield _Given(entry.number, content["link"], content["at"], content["zone"], logs.get(content.get("log")))
