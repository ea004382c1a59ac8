"""What was said after a treatment and who signed its record, in the words of every reader."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from devicelog.ledger import Kind
from devicelog.ledger.sealed import words
from devicelog.record.afterwards import happened, reactions, written
from devicelog.record.amounts import shown
from devicelog.record.response import Reaction
from devicelog.record.signatures import Status
from devicelog.treatment.past import local

if TYPE_CHECKING:
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


def told(record: Record, made: Statement) -> str:
    """A statement in a sentence: what, when, and by whom."""
    said = made.now
    kind = Kind(made.kind)
    fields = ", ".join(_field(kind, name, said[name]) for name in _FIRST.get(kind, ()) if said.get(name) is not None)
    if kind is Kind.REACTION and said["codes"] == [Reaction.NONE] and reactions(record):
        fields = "none seen until then"
    text = said.get("text", said.get("reason"))
    more = f": {words(text)}" if text is not None else ""
    head = f"{_NAMES.get(kind, kind.replace('_', ' '))} {fields}".rstrip()
    corrected = ", corrected, see Amendments" if made.corrections else ""
    return f"{head}{more} ({_when(record, made)}, by {said.get('by', 'nobody named')}{corrected})"


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
    when = local(datetime.fromisoformat(written(record, made)), str(zone))
    return f"{when:%Y-%m-%d %H:%M}"


def signed(signature: SignatureView) -> str:
    """A signature in a sentence: who, in which role, when, its meaning, of what, and what became of it."""
    at = signature.at or {}
    when = local(datetime.fromisoformat(at["wall"]), str(at.get("zone"))) if at else None
    registration = f", {signature.registration}" if signature.registration else ""
    time = f"{when:%Y-%m-%d %H:%M}" if when is not None else "time not stated"
    of = f"entries 1 to {signature.entries}, head {signature.head[:12]}"
    since = f"; {signature.since.value}" if signature.since is not Status.SIGNED else ""
    return f"{signature.by}, {signature.role}{registration}, {time}: {signature.meaning}, of {of}{since}"
