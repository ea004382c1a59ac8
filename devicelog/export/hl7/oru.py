"""ORU^R01: what was recorded as a tree of observations, in the manner of IHE PCD-01; no conformity is claimed.

MDS 1       the record: its state and marks, the session's figures, zones, products, alarms, gaps, afterwards
MDS 2 ...   the devices, in the order of their links
"""

from __future__ import annotations

from collections.abc import Iterator

from devicelog.export.hl7.devices import device_rows
from devicelog.export.hl7.figures import session_rows, zone_rows
from devicelog.export.hl7.happened import afterwards_rows, alarm_rows, gap_rows
from devicelog.export.hl7.message import MessageType, made_at, message
from devicelog.export.hl7.products import product_rows
from devicelog.export.hl7.segments import moment, segment
from devicelog.export.hl7.terms import SEAL, STATUS, own
from devicelog.export.hl7.tree import About, Tree, amount, coded, text
from devicelog.export.hl7.visit import authority, pid, practitioner, pv1
from devicelog.export.session import ExportedSession
from devicelog.record import facts
from devicelog.record.caveats import marks
from devicelog.record.completeness import lacking_by_aspect
from devicelog.record.signatures import status

_TYPE = MessageType("ORU", "R01", ("IHE_PCD_001", "IHE PCD", "1.3.6.1.4.1.19376.1.6.1.1.1", "ISO"))


def oru(session: ExportedSession) -> bytes:
    """The message."""
    body = [pid(session), pv1(session), _obr(session), *_notes(session), *_observations(session)]
    return message(session, _TYPE, body)


def _obr(session: ExportedSession) -> str:
    record = session.record
    number = (record.session, *authority(session))
    return segment(
        "OBR",
        {
            1: "1",
            2: number,
            3: number,
            4: own("record").field,
            7: moment(record.wall(0)),
            8: moment(record.wall(record.last_us)) if record.state != "running" else None,
            16: practitioner(session),
            22: moment(made_at(session)),
            25: _result(session),
        },
    )


def _result(session: ExportedSession) -> str:
    """Table 0123: C corrected, P preliminary while it runs, A some results of a recording that broke off, F final."""
    if session.record.amendments:
        return "C"
    return {"running": "P", "interrupted": "A"}.get(session.record.state, "F")


def _notes(session: ExportedSession) -> Iterator[str]:
    """What must be known before a figure is believed."""
    for number, mark in enumerate(marks(session.record).values(), start=1):
        yield segment("NTE", {1: str(number), 2: "L", 3: mark})


def _observations(session: ExportedSession) -> Tree:
    record = session.record
    tree = Tree("C" if record.amendments else "P" if record.state == "running" else "F")
    tree.mds(own("record"))
    _record_rows(session, tree)
    session_rows(session, tree)
    zone_rows(session, tree)
    product_rows(session, tree)
    alarm_rows(session, tree)
    gap_rows(session, tree)
    afterwards_rows(session, tree)
    device_rows(session, tree)
    return tree


def _record_rows(session: ExportedSession, tree: Tree) -> None:
    """State, marks, what is missing, signatures, seal."""
    record = session.record
    tree.vmd(own("record"))
    tree.channel(own("must-be-known"))
    at = About(at=moment(record.wall(record.last_us)))
    tree.metric(own("record-state"), text(record.state), at, why=record.ended)
    if (begun := facts.begun(record)) is not None:
        tree.metric(own("session-begun"), text(begun), About(at=moment(record.wall(0))))
    if record.stops.all:
        tree.metric(own("recording-stopped"), text(facts.stops(record)), at)
    for word, sentence in marks(record).items():
        tree.metric(own("must-be-known"), coded(own(f"mark.{word}")), why=sentence)
    if record.protocol is not None:
        tree.metric(own("protocol"), text(f"{record.protocol['id']} {record.protocol['version']}"))
    for word, count in record.verdicts.items():
        if count:
            tree.metric(own("verdict"), amount(count, "count"), why=word)
    for thing in lacking_by_aspect(record):
        tree.metric(own("incomplete"), text(thing))
    tree.metric(STATUS, text(status(record).value), About(at=moment(made_at(session))))
    sealed = session.seal_text
    tree.metric(SEAL, text(sealed) if sealed else None, why=None if sealed else "it was not sealed yet")
