"""What came after a treatment, and who signed its record, in the summary of a session."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from rich.text import Text

from devicelog.ledger import Kind
from devicelog.record.afterwards import happened, response, statements, written
from devicelog.record.signatures import Status, signatures, status
from devicelog.screening.told import due_lines
from devicelog.sealed import words
from devicelog.terminal.plain import zone_of
from devicelog.terminal.screen import clean
from devicelog.terminal.statements import shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from devicelog.record.record import Record
    from devicelog.record.signatures import SignatureView
    from devicelog.record.statements import Statement

#: What each kind says first, before all else that it holds.
_FIRST = {
    Kind.REACTION: ("codes", "severity"),
    Kind.AFTERCARE: ("leaflet", "version"),
    Kind.ADVERSE_EVENT: ("code", "severity", "action", "reported_to"),
    Kind.FOLLOW_UP: ("on",),
    Kind.PHOTOGRAPH: ("when", "file"),
    Kind.LEFTOVER: ("syringe", "left", "wasted"),
    Kind.EXPLAINED: ("of",),
    Kind.POINTS: ("zone", "drawing"),
    Kind.REVIEWED: ("role",),
}
#: What is no sentence by its value alone.
_SAID = {
    (Kind.AFTERCARE, "version"): "version {}",
    (Kind.LEFTOVER, "syringe"): "in syringe {}",
    (Kind.LEFTOVER, "left"): "{} left",
    (Kind.LEFTOVER, "wasted"): "{} wasted",
    (Kind.REVIEWED, "role"): "as {}",
    (Kind.ADVERSE_EVENT, "reported_to"): "reported to {}",
}
_NAMES = {Kind.FOLLOW_UP: "follow-up", Kind.REVIEWED: "reviewed", Kind.AFTERCARE: "aftercare leaflet"}


def afterwards_lines(record: Record) -> Iterator[Text]:
    """The skin's response, then whatever else was said, each with who and when."""
    yield Text(f"reactions: {clean(response(record))}")
    for made in statements(record):
        yield Text(_told(record, made))
        for line in due_lines(made.now):
            yield Text(clean(f"  {line}"), style="dim")


def _told(record: Record, made: Statement) -> str:
    said = made.now
    kind = Kind(made.kind)
    fields = ", ".join(_field(kind, name, said[name]) for name in _FIRST.get(kind, ()) if said.get(name) is not None)
    text = said.get("text", said.get("reason"))
    more = f": {words(text)}" if text is not None else ""
    head = f"{_NAMES.get(kind, kind.replace('_', ' '))} {fields}".rstrip()
    corrected = ", corrected, see Amendments" if made.corrections else ""
    return clean(f"{head}{more} ({_when(record, made)}, by {said.get('by', 'nobody named')}{corrected})")


def _field(kind: Kind, name: str, value: object) -> str:
    return _SAID.get((kind, name), "{}").format(shown(value, name))


def _when(record: Record, made: Statement) -> str:
    """When it was, and when it was written where that is another time."""
    was = happened(made)
    at = _local(record, made)
    if not made.late:
        return f"{at}{f', of {_plain(was)}' if was else ''}"
    return f"{f'of {_plain(was)}, ' if was and _plain(was) != at else ''}written later, {at}"


def _plain(moment: str) -> str:
    """A date, or a time to the minute by the clock on the wall where it was written."""
    return moment if len(moment) == len("2026-11-22") else f"{datetime.fromisoformat(moment):%Y-%m-%d %H:%M}"


def _local(record: Record, made: Statement) -> str:
    zone = made.content["at"].get("zone") if made.late else record.started.get("host", {}).get("zone")
    when = datetime.fromisoformat(written(record, made)).astimezone(zone_of(zone))
    return f"{when:%Y-%m-%d %H:%M}"


def signature_lines(record: Record) -> Iterator[Text]:
    """What became of what was signed, then each signature with name, role, time and meaning, and what was missing."""
    now = status(record)
    yield Text(now.value, style="" if now is Status.SIGNED else "bold yellow")
    for signature in signatures(record):
        yield Text(_signed(signature))
        for what in signature.missing:
            yield Text(f"  missing when it was signed: {clean(what)}", style="dim")


def _signed(signature: SignatureView) -> str:
    at = signature.at or {}
    when = datetime.fromisoformat(at["wall"]).astimezone(zone_of(at.get("zone"))) if at else None
    registration = f", {signature.registration}" if signature.registration else ""
    time = f"{when:%Y-%m-%d %H:%M}" if when is not None else "time not stated"
    of = f"entries 1 to {signature.entries}, head {signature.head[:12]}"
    since = f"; {signature.since.value}" if signature.since is not Status.SIGNED else ""
    return clean(f"{signature.by}, {signature.role}{registration}, {time}: {signature.meaning}, of {of}{since}")
