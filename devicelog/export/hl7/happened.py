"""What happened as rows of a message: alarms, gaps, and what was stated of the time after the treatment."""

from __future__ import annotations

from decimal import Decimal

from devicelog.export.hl7.figures import site
from devicelog.export.hl7.limits import flag
from devicelog.export.hl7.segments import moment
from devicelog.export.hl7.terms import own
from devicelog.export.hl7.tree import About, Tree, amount, coded, text, time
from devicelog.export.hl7.visit import person
from devicelog.export.session import ExportedSession
from devicelog.ledger import Kind
from devicelog.ledger.sealed import words
from devicelog.record.afterwards import happened, notes, reactions, statements, written
from devicelog.record.record import Record
from devicelog.record.response import Reaction
from devicelog.record.statements import Statement
from devicelog.record.views import AlarmView, GapView


def alarm_rows(session: ExportedSession, tree: Tree) -> None:
    """How many alarms there were, 0 said outright, and each of them."""
    alarms = session.record.alarms.values()
    tree.vmd(own("alarms"))
    tree.channel(own("alarms"))
    tree.metric(own("alarms"), amount(len(alarms), "count"))
    for alarm in alarms:
        tree.channel(own("limit-breach" if alarm.limit is not None else "device-alarm"))
        _alarm(session, tree, alarm)


def _alarm(session: ExportedSession, tree: Tree, alarm: AlarmView) -> None:
    record = session.record
    began = moment(record.wall(alarm.began_us))
    about = About(at=began, site=site(record, alarm.zone))
    tree.metric(own("alarm-text"), text(alarm.text), About(flag=flag(session, alarm), at=began, site=about.site))
    tree.metric(own("alarm-priority"), text(alarm.priority), about)
    if alarm.source is not None:
        tree.metric(own("alarm-source"), text(alarm.source), about)
    if alarm.peak is not None and alarm.unit is not None:
        beyond = About(flag=flag(session, alarm), at=began, site=about.site)
        tree.metric(own("alarm-peak"), amount(Decimal(alarm.peak), alarm.unit), beyond)
    if alarm.readings is not None:
        tree.metric(own("alarm-readings"), amount(alarm.readings, "count"), about)
    _span(record, tree, alarm.began_us, alarm.ended_us, "it lasted when the recording ended")
    for one in alarm.acknowledged:
        seen = moment(record.wall(one.t_us))
        by = person(one.by) if one.by else None
        why = "it was not said by whom" if by is None else None
        tree.metric(own("alarm-acknowledged"), time(seen), About(at=seen, observer=by, site=about.site), why)


def gap_rows(session: ExportedSession, tree: Tree) -> None:
    """How many gaps there were, 0 said outright, and each of them."""
    gaps = session.record.gaps.values()
    tree.vmd(own("gaps"))
    tree.channel(own("gaps"))
    tree.metric(own("gaps"), amount(len(gaps), "count"))
    for gap in gaps:
        tree.channel(own("recording-gap"))
        _gap(session.record, tree, gap)


def _gap(record: Record, tree: Tree, gap: GapView) -> None:
    about = About(at=moment(record.wall(gap.since_us)))
    tree.metric(own("cause"), text(gap.cause), about)
    _span(record, tree, gap.since_us, gap.until_us, "nothing was heard after it")
    known = amount(gap.missing, "count") if gap.missing is not None else None
    tree.metric(own("missing-reports"), known, about, None if known else "nobody can tell how many")
    tree.metric(own("read-back"), amount(gap.filled, "count"), about, gap.because if gap.missing != 0 else None)


def _span(record: Record, tree: Tree, began_us: int, ended_us: int | None, open_because: str) -> None:
    tree.metric(own("began"), time(moment(record.wall(began_us))))
    ended = time(moment(record.wall(ended_us))) if ended_us is not None else None
    tree.metric(own("ended"), ended, why=None if ended else open_because)


def afterwards_rows(session: ExportedSession, tree: Tree) -> None:
    """Reactions, `None reported` only where that was said, and notes."""
    record = session.record
    tree.vmd(own("afterwards"))
    tree.channel(own("afterwards"))
    found = reactions(record)
    if found is None:
        tree.metric(own("skin-reaction"), None, why="not stated")
    else:
        for code in found or [Reaction.NONE.value]:
            tree.metric(own("skin-reaction"), coded(own(f"reaction.{code}")))
    for t_us, note in notes(record):
        tree.metric(own("note"), text(note), About(at=moment(record.wall(t_us))))
    for made in statements(record):
        if made.kind in (Kind.ADVERSE_EVENT, Kind.NOTE):
            _stated(record, tree, made)


def _stated(record: Record, tree: Tree, made: Statement) -> None:
    """An adverse event, or a note that was written later."""
    at = happened(made)
    why = f"written {written(record, made)}" + (f", happened {at}" if at is not None else "")
    said = made.now
    if made.kind == Kind.NOTE:
        tree.metric(own("note"), text(words(said["text"])), why=why)
        return
    parts = [said["code"], said["severity"], words(said["text"]) if said.get("text") is not None else ""]
    tree.metric(own("adverse-event"), text(", ".join(part for part in map(str, parts) if part)), why=why)
