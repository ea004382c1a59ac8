"""What a session's chart says in words: its title, its description for those who cannot see it, its note."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from devicelog.bodymap.names import name_of
from devicelog.export.ucum import UCUM
from devicelog.numbers import are, number, some
from devicelog.record.caveats import dose, flows, injects, is_typed, marks
from devicelog.treatment.protocol import Channel, Scope
from devicelog.treatment.protocol_file import limits_kept

if TYPE_CHECKING:
    from devicelog.record.caveats import Dose
    from devicelog.record.record import Record
    from devicelog.record.trace import Trace

#: Metrics whose spread is told, with the words for them.
_TOLD = (
    ("depth", "depth"),
    ("volume", "volume of an injection"),
    ("current_measured", "current"),
    ("voltage", "voltage"),
    ("voltage_measured", "voltage"),
)
#: Channels whose limits a chart has no place for, with the words for them.
_ELSEWHERE = {Channel.VOLUME_TOTAL: "the volume in a zone", Channel.CHARGE_DOSE: "the dose in a zone"}


def titled(record: Record, traced: Trace) -> str:
    """What it shows, of which session, and the marks without which it must not be seen."""
    shown = [
        words for words, found in (("injections", injects(record)), ("current", bool(traced.samples))) if found
    ] or ["treatment"]
    known = marks(record)
    said = [word.upper() for word in ("simulated", "typed", "interrupted", "running") if word in known]
    return f"Session {record.session}: {' and '.join(shown)}{''.join(f' · {word}' for word in said)}"


def described(record: Record, traced: Trace) -> str:
    """What is to be seen: amounts, ranges, zones, alarms, gaps, and what is known of them only in part."""
    return " ".join(f"{sentence}." for sentence in _sentences(record, traced))


def _sentences(record: Record, traced: Trace) -> Iterator[str]:
    yield f"{_minutes(record.last_us)} of session {record.session}"
    if not (traced.added or traced.injections or traced.samples):
        yield "nothing was given"
    if injects(record):
        yield f"injections: {_said(dose(record, None, 'injections'), '')}"
        yield f"volume: {_said(dose(record, None, 'volume'), 'mL')}"
    if flows(record):
        yield f"dose: {_said(dose(record, None, 'charge'), 'mA·min')}"
    for metric, words in _TOLD:
        spread = record.spreads.get((None, metric))
        if spread is not None and spread.count:
            shown = UCUM[spread.unit].shown if spread.unit in UCUM else spread.unit
            yield f"{words}: {number(spread.low)} to {number(spread.high)} {shown}"
    zones = [name_of(zone, record.places.get(zone)) for zone in record.tally.zones]
    if zones:
        yield f"{some(len(zones), 'zone')}: {'; '.join(zones)}"
    yield f"alarms: {_alarms(record)}"
    yield f"gaps: {len(record.gaps) or 'none'}"
    lost = sum(len(samples.lost) for samples in traced.samples.values())
    if lost:
        yield f"contact lost {some(lost, 'time')}"


def _alarms(record: Record) -> str:
    """How many of each priority."""
    found = [alarm.priority for alarm in record.alarms.values()]
    return ", ".join(f"{found.count(one)} {one}" for one in ("high", "medium", "low") if one in found) or "none"


def _said(given: Dose, unit: str) -> str:
    if given.value is None:
        return f"not known ({given.why})"
    amount = f"{number(given.value)} {unit}".rstrip()
    return f"at least {amount} ({given.why})" if given.at_least else amount


def noted(record: Record, traced: Trace) -> str:
    """What must be known to read it."""
    return " ".join(_notes(record, traced))


def _notes(record: Record, traced: Trace) -> Iterator[str]:
    if not (traced.added or traced.injections or traced.samples):
        yield "Nothing was given in this session: there is nothing to draw."
    if is_typed(record):
        yield "What a person typed stands at the moment when it was stated, not when it was given."
    elif record.tally.session.polled:
        yield "What a device counted between two answers stands at the later one."
    if traced.unplaced:
        yield f"Without a known moment, and not drawn: {some(traced.unplaced, 'report')} of a device's own log."
    if injects(record) and record.purges:
        yield f"{are(record.purges, 'purge')} not in the volume."
    kept = limits_kept(record.protocol)
    zone = [_ELSEWHERE[limit.channel] for limit in kept if limit.scope is Scope.ZONE and limit.channel in _ELSEWHERE]
    if zone and (traced.added or traced.samples):
        yield f"Limits of {' and '.join(dict.fromkeys(zone))} are not drawn."
    if record.protocol is None:
        yield "No treatment protocol was chosen: there are no limits."


def _minutes(microseconds: int) -> str:
    return f"{microseconds / 60_000_000:.1f} min"
