"""What a device's memory still has of what was missed: asked for, put in its place, judged, counted and marked.

A report belongs where its epoch and sequence say, never where its time does; one that is there already is a repeat or
a conflict. A gap that is filled in part keeps the right count of what it lacks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from devicelog.driver import Priority, Reading, Recalled, ReportKind
from devicelog.ledger import Kind
from devicelog.recorder.corrections import Corrections
from devicelog.recorder.gaps import Gaps
from devicelog.recorder.journal import Journal
from devicelog.recorder.recall import FILLED, Hole, Recall
from devicelog.recorder.settling import Settling
from devicelog.recorder.source import Shape, Source, kind_of
from devicelog.treatment.alarm import AlarmBook
from devicelog.treatment.check import Judgement
from devicelog.treatment.monitor import Monitor

#: An epoch of which nothing was heard at all is asked for too, if there are not more of them than these.
_EPOCHS_BETWEEN = 8


@dataclass(frozen=True, slots=True)
class _Anchor:
    """A moment of the session (microseconds) at which a device's own clock, in ms, is known."""

    t_us: int
    epoch: Any
    uptime: int | None


@dataclass(slots=True)
class _Filling:
    """A gap that is being filled: `left` and `right` are the reports before and behind it."""

    source: Source
    gap: int
    left: _Anchor
    right: _Anchor
    holes: int
    work: Monitor
    filled: int = 0
    missing: int | None = 0
    broken: bool = False
    why: str = FILLED


class Backfill:
    """The gaps of a session that are being filled. `requests` collects what is to be sent: link number and bytes.

    `asked` counts them.
    """

    def __init__(self, journal: Journal, alarms: AlarmBook, monitor: Monitor, gaps: Gaps, settling: Settling) -> None:
        self.requests: list[tuple[int, bytes]] = []
        self.asked = 0
        self._journal = journal
        self._alarms = alarms
        self._monitor = monitor
        self._gaps = gaps
        self._settling = settling
        self._fillings: dict[int, _Filling] = {}
        self._zones: list[tuple[int, str | None]] = []
        self.corrections: Corrections | None = None

    def enter(self, zone: str | None, since_us: int) -> None:
        """A zone is in use from this moment on; None: no zone."""
        self._zones.append((since_us, zone))

    # -- a gap is closed ---------------------------------------------------------------------------------------

    def close(self, source: Source, shape: Shape, reading: Reading, missing: int | None) -> None:
        """A gap ends with this reading: `missing` reports before it, or (None) those around a restart."""
        recall, numbering = source.remembers, shape.numbering
        if source.gap is None or recall is None or numbering is None or missing == 0:
            self._gaps.close(source, missing)
            return
        epoch, sequence = numbering.name(reading.values)
        before, expected = source.continuity.before
        restarted = missing is None
        left = self._left(source, numbering.modulus)
        gap = self._gaps.close_to_fill(source, missing, restart=epoch if restarted else None)
        holes = [Hole(gap.number, before, expected or 0, numbering.modulus, missing)]
        if restarted:
            between = range(before + 1, epoch) if isinstance(before, int) and isinstance(epoch, int) else range(0)
            if len(between) <= _EPOCHS_BETWEEN:
                holes += [Hole(gap.number, skipped, 0, numbering.modulus, None) for skipped in between]
            holes += [Hole(gap.number, epoch, 0, numbering.modulus, sequence)] if sequence else []
        right = _Anchor(self._journal.t, epoch, _uptime(shape, reading.values))
        work = self._monitor.of_branch(gap.number)
        left = left or _Anchor(gap.since_us, before, None)
        filling = _Filling(source, gap.number, left, right, len(holes), work)
        self._fillings[gap.number] = filling
        for hole in holes:
            recall.want(hole)

    def _left(self, source: Source, modulus: int) -> _Anchor | None:
        """The last report before the gap, if it is still known."""
        epoch, expected = source.continuity.before
        if expected is None:
            return None
        said = source.continuity.said((expected - 1) % modulus, epoch)
        shape = source.shapes.get(said[0]) if said is not None else None
        if said is None or shape is None or source.gap is None:
            return None
        return _Anchor(source.gap.since_us, epoch, _uptime(shape, said[1]))

    # -- what comes from the memory ----------------------------------------------------------------------------

    def remembered(self, source: Source, shape: Shape, reading: Reading) -> None:
        """A report from the memory: one that is missing, one that came before, or one that nobody asked for."""
        recall, numbering = source.recall, shape.numbering
        epoch, sequence = numbering.name(reading.values) if numbering is not None else (None, None)
        if recall is None or sequence is None:
            self._journal.write(Kind.FROM_MEMORY, _named(source, shape, reading))
            return
        if source.gap is None:
            source.heard(self._journal.t)
        recall.came(sequence, epoch, self._journal.t)
        found = recall.hole_of(epoch, sequence)
        if found is None:
            self._again(
                source, shape, reading, recall.known((epoch, sequence)) or source.continuity.said(sequence, epoch)
            )
            return
        recall.fill(*found, (epoch, sequence), reading)
        self._count_due(source, recall)

    def is_repeat(self, source: Source, shape: Shape, reading: Reading) -> bool:
        """Whether a report that comes long after its turn is one that was read back already."""
        numbering = shape.numbering
        if source.recall is None or numbering is None:
            return False
        known = source.recall.known(numbering.name(reading.values))
        return known == (reading.report, reading.values)

    def _again(self, source: Source, shape: Shape, reading: Reading, known: tuple[str, Any] | None) -> None:
        """A report that is not missing: kept; counted no second time."""
        named = _named(source, shape, reading)
        if known is None:
            self._journal.write(Kind.FROM_MEMORY, named)
        elif known == (reading.report, reading.values):
            self._journal.write(Kind.REPEAT, {"link": source.number, "at": reading.at, "from_memory": True})
        else:
            self._journal.write(Kind.CONFLICT, {**named, "because": "conflict", "from_memory": True})
            text = "the device's memory contradicts what it reported; both are kept, and what came first is counted"
            self._alarms.begin(("conflict", source.number), Priority.MEDIUM, text, link=source.number)

    def _fill(self, source: Source, hole: Hole, reading: Reading, *, skips: bool) -> None:
        """A missing report: it is counted in the place where it belongs; `skips`: some before it are not there."""
        shape, filling = source.shapes[kind_of(reading)], self._fillings[hole.gap]
        branch = self._monitor.branches[hole.gap]
        values, layout, work = reading.values, shape.layout, filling.work
        broken = filling.broken or skips
        filling.broken = False
        happened = _happened(filling, shape, hole.epoch, values)
        zone = self._zone_of(source, reading, happened)
        if branch.reach(hole.epoch, zone) or broken:
            work.forget(source.number)
        if broken:
            branch.interrupt()
        verdict, breached = self._judge(work, source, shape, values, happened)
        content = {
            **_named(source, shape, reading),
            "gap": hole.gap,
            "happened": happened,
            "zone": zone,
            "verdict": verdict,
            "breached": breached,
        }
        self._journal.write_first(Kind.FROM_MEMORY, content | ({"broken": True} if broken else {}))
        for position, counter in shape.counters:
            value = values[position]
            if isinstance(value, int) and hole.epoch == source.continuity.epoch:
                counter.remember(value)
        if layout.kind is ReportKind.TOTALS:
            self._settling.report(source, layout, values, hole.gap)

    def _judge(self, work: Monitor, source: Source, shape: Shape, values: Any, happened: int) -> Judgement:
        self._journal.hold()
        layout = shape.layout
        if shape.treats:
            return work.judge(layout, values, happened, source.longest_ms)
        if layout.kind is ReportKind.SETTINGS:
            work.set(layout, values)
        elif layout.kind is ReportKind.PURGE:
            work.purge(layout, values)
        return None, ()

    def zone_at(self, t_us: int) -> str | None:
        """The zone that was in use at a moment."""
        return next((zone for since, zone in reversed(self._zones) if since <= t_us), None)

    def _zone_of(self, source: Source, reading: Reading, happened: int) -> str | None:
        """Where a report was given: where it was corrected to, or by the time when it was made."""
        found = self.corrections.of(source.number, reading.at) if self.corrections is not None else None
        return found.zone if found is not None else self.zone_at(happened)

    def zone_of_log(self, digest: str, happened: int) -> str | None:
        """Where the reports of a device's own log were given."""
        found = self.corrections.of_log(digest) if self.corrections is not None else None
        return found.zone if found is not None else self.zone_at(max(happened, 0))

    # -- asking ------------------------------------------------------------------------------------------------

    def answered(self, source: Source, end: Recalled) -> None:
        """The device's answer is over."""
        if source.recall is not None:
            source.recall.answered(end)
            self._count_due(source, source.recall)

    def look(self, source: Source) -> None:
        """Time has passed."""
        if source.recall is not None and source.recall.holes:
            source.recall.expire(self._journal.t)
            self._count_due(source, source.recall)

    def ask(self, source: Source) -> None:
        """Ask for what is wanted next, if the device on the line can be asked now."""
        recall = source.recall
        if recall is None or not source.may_be_asked:
            return
        request = recall.request(self._journal.t)
        if request is not None:
            self.asked += 1
            self.requests.append((source.number, request))

    def pause(self, source: Source) -> None:
        """The line is gone."""
        if source.recall is not None:
            source.recall.pause()

    def give_up(self, source: Source, why: str) -> None:
        """Ask this device no more."""
        if source.recall is not None:
            source.recall.give_up(why)
            self._count_due(source, source.recall)

    def _count_due(self, source: Source, recall: Recall) -> None:
        """Count in device order what has come, and close the books on gaps of which nothing more is wanted.

        A report that comes ahead of one that is asked for again waits for it: a line drawn back would count twice.
        """
        finished, recall.finished = recall.finished, []
        for hole, why in finished:
            self._fill_due(source, hole)
            self._finish(source, hole, why)
        for hole in recall.holes:
            self._fill_due(source, hole)

    def _fill_due(self, source: Source, hole: Hole) -> None:
        for reading, skips in hole.due():
            self._fill(source, hole, reading, skips=skips)

    def _finish(self, source: Source, hole: Hole, why: str) -> None:
        filling = self._fillings[hole.gap]
        filling.holes -= 1
        filling.filled += hole.filled
        unknown = filling.missing is None or hole.missing is None
        filling.missing = None if unknown else (filling.missing or 0) + (hole.missing or 0)
        if hole.missing != 0:
            filling.broken, filling.why = True, why
        if filling.holes == 0:
            self._filled(source, self._fillings.pop(hole.gap))

    def _filled(self, source: Source, filling: _Filling) -> None:
        content: Mapping[str, Any] = {
            "gap": filling.gap,
            "link": source.number,
            "filled": filling.filled,
            "missing": filling.missing,
            "because": filling.why,
        }
        filling.work.end_alarms("the gap was read back as far as it can be")
        self._monitor.join(filling.gap, source.number, complete=filling.missing == 0)
        self._journal.write(Kind.GAP_FILLED, dict(content))
        self._settling.gap_done(filling.gap)


def _named(source: Source, shape: Shape, reading: Reading) -> dict[str, Any]:
    return {"link": source.number, "at": reading.at, "layout": shape.layout.number, "values": reading.values}


def _uptime(shape: Shape, values: Any) -> int | None:
    value = values[shape.uptime[0]] if shape.uptime is not None else None
    return value if isinstance(value, int) else None


def _happened(filling: _Filling, shape: Shape, epoch: Any, values: Any) -> int:
    """When a report was made by the session's clock, as far as the device's own clock tells; never outside its gap."""
    left, right = filling.left, filling.right
    uptime = _uptime(shape, values)
    modulus = shape.uptime[1] if shape.uptime is not None else 1
    moment = left.t_us
    if uptime is not None and right.uptime is not None and epoch == right.epoch:
        moment = right.t_us - (right.uptime - uptime) % modulus * 1000
    elif uptime is not None and left.uptime is not None and epoch == left.epoch:
        moment = left.t_us + (uptime - left.uptime) % modulus * 1000
    return min(max(moment, left.t_us), right.t_us)
