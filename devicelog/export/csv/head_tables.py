"""The first tables of a session: the session itself in one row, and its zones."""

from __future__ import annotations

from collections.abc import Sequence

from devicelog.export.csv.cell import Cell
from devicelog.export.csv.table import Filled, Table, num, required, text, time, whole, yes_no
from devicelog.export.session import ExportedSession
from devicelog.ledger import Kind
from devicelog.ledger.beginning import Through
from devicelog.numbers import rfc3339, seconds
from devicelog.record import facts
from devicelog.record.afterwards import response
from devicelog.record.caveats import is_typed, marks
from devicelog.record.record import Record
from devicelog.record.signatures import Status, status
from devicelog.record.steps import refused_because

_STATES = ("running", "ended", "interrupted")


def head_tables(session: ExportedSession) -> list[Filled]:
    """Both."""
    return [_session(session), _zones(session.record)]


def _session(session: ExportedSession) -> Filled:
    fields = (
        required(text("session", "its id")),
        required(text("state", "how far the recording came", _STATES)),
        text("ended because", "what ended the recording"),
        text("marks", "what must be known of it before its figures are believed; empty: nothing"),
        text("missing", "what a complete record would have and this one has not; empty: nothing"),
        yes_no("simulated", "whether any device said that it is a simulator"),
        yes_no("typed", "whether a person typed what a device showed"),
        yes_no("refused", "whether it was stopped before a device was read"),
        required(text("subject", "random id of the subject")),
        text("clinic's number", "the clinic's own number for the subject; empty: not known, or erased"),
        required(text("practitioner", "who treated")),
        text("role", "of the practitioner; empty: not stated"),
        text("registration", "register and number of the practitioner; empty: not stated"),
        text("place", "where it was; empty: not stated"),
        required(time("started", "when it was opened")),
        required(time("until", "when its last entry was made")),
        required(num("duration", "s", "from then till then", least=0)),
        text("zone of the clock", "offset of the clinic's clock from UTC"),
        text("protocol", "id of the treatment protocol; empty: none, and nothing was checked"),
        text("protocol version", "its version"),
        text("protocol status", "its status as the file says"),
        yes_no("protocol approved", "whether somebody of the clinic had approved it; empty: there is none"),
        required(whole("devices", "count", "links of the session")),
        required(whole("entries", "count", "entries of the ledger", least=1)),
        required(whole("amendments", "count", "amendments")),
        required(text("signed", "whether what was signed still stands", [one.value for one in Status])),
        required(text("response", "of the skin: what was seen, `None reported` if that was said, or `not stated`")),
        text("begun through", "the way by which it was begun; empty: not said", [one.value for one in Through]),
        text("begun by", "the person or the token that began it; empty: not known"),
        text("stopped", "when the recorder was not running and went on, for how long, by which clock; empty: never"),
        text("recorded by", "the software that recorded it"),
        text("written by", "the software that wrote these files"),
        text("seal", "the last seal as a text to keep elsewhere; empty: it was not sealed yet"),
    )
    return Table("session.csv", "The session in one row", fields, ("session",)), [_row(session)]


def _row(session: ExportedSession) -> Sequence[Cell]:
    record, started = session.record, session.record.started
    opened = record.statements.last(Kind.OPENED)
    said = opened.now if opened is not None else {}
    protocol = record.protocol
    offset = started.get("host", {}).get("zone")
    kept = [protocol.get(name) for name in ("id", "version", "status")] if protocol is not None else [None] * 3
    return [
        record.session,
        record.state,
        record.ended,
        "; ".join(marks(record).values()) or None,
        "; ".join(record.missing_things()) or None,
        record.simulated,
        is_typed(record),
        bool(refused_because(record)),
        started["subject"],
        session.source.reference,
        started["practitioner"],
        *(said.get(name) for name in ("role", "registration", "place")),
        rfc3339(record.wall(0)),
        rfc3339(record.wall(record.last_us)),
        seconds(record.last_us),
        f"UTC{offset}" if offset else None,
        *kept,
        bool(protocol.get("approved")) if protocol is not None else None,
        len(record.devices),
        record.entries,
        len(record.amendments),
        status(record).value,
        response(record),
        *(started.get("begun", {}).get(name) for name in ("through", "by")),
        facts.stops(record) if record.stops.all else None,
        started.get("software"),
        session.software,
        session.seal_text,
    ]


def _zones(record: Record) -> Filled:
    """Every zone that the other tables name."""
    fields = (
        required(text("zone", "as it was named")),
        text("code", "its code on the body map; empty: it is not on it, or was not in use"),
        yes_no("planned", "whether it was planned when the session was opened"),
        yes_no("in use", "whether it was chosen in the session"),
    )
    planned, chosen = record.started.get("zones", []), record.tally.zones
    alarmed = (alarm.zone for alarm in record.alarms.values() if alarm.zone is not None)
    rows = [
        (zone, record.places.get(zone), zone in planned, zone in chosen)
        for zone in dict.fromkeys([*planned, *chosen, *alarmed])
    ]
    return Table("zones.csv", "Zones", fields, ("zone",)), rows
