"""The logs that a device keeps by itself: listed, fetched or brought by a person, dated, judged and counted.

A log is known by the device's serial number and the SHA-256 of its content. One that is there already is a repeat. One
that says something else than the one of that name and date is a conflict: both are kept, and the first one counts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from hashlib import sha256
from typing import Any

from devicelog.driver import Priority, Reading, ReportKind
from devicelog.driver.logbook import UNKNOWN_ZONE, DeviceTime, Listing, LogFile, RunLog
from devicelog.ledger import Kind
from devicelog.recorder.dating import ClockMark, Dated
from devicelog.recorder.journal import Journal
from devicelog.recorder.source import Shape, Source
from devicelog.recorder.upkeep import Upkeep
from devicelog.treatment.alarm import AlarmBook
from devicelog.treatment.check import Judgement
from devicelog.treatment.monitor import Monitor

#: Resolves the units of a reading; the layout is written if it is new.
ShapeOf = Callable[[Source, Reading], Shape]


class RunLogs:
    """The logs of all devices of a session. `requests` collects what is to be sent: link number and bytes."""

    def __init__(
        self, journal: Journal, alarms: AlarmBook, monitor: Monitor, upkeep: Upkeep, shape_of: ShapeOf
    ) -> None:
        self.requests = upkeep.backfill.requests
        self._journal = journal
        self._alarms = alarms
        self._monitor = monitor
        self._upkeep = upkeep
        self._shape_of = shape_of
        self._count = 0
        self._work: dict[int, Monitor] = {}
        self._taken: set[tuple[str, str]] = set()
        self._dates: dict[tuple[str, str], set[str]] = {}
        self._stated: dict[int, ClockMark | None] = {}

    def hear(self, source: Source, event: Listing | LogFile | DeviceTime) -> None:
        """What the device said of its card or its clock."""
        match event:
            case Listing():
                self._listed(source, event)
            case LogFile():
                self._fetched(source, event)
            case DeviceTime():
                self._time(source, event)

    # -- the line ----------------------------------------------------------------------------------------------

    def opened(self, source: Source) -> None:
        """The line is open, for the first time or again: the clock is stated and the card is listed anew."""
        self._stated[source.number] = None
        self._pause(source)

    def sent(self, source: Source, request: bytes) -> None:
        """A query left the host."""
        if source.dating is not None:
            source.dating.sent(request, self._journal.t)

    def lost(self, source: Source) -> None:
        """The line is gone."""
        self._state_last(source)
        self._pause(source)

    @staticmethod
    def ending(sources: Iterable[Source]) -> None:
        """The session is about to end: from now on every folder is listed again, and not only the newest."""
        for source in sources:
            if source.shelf is not None:
                source.shelf.thorough = True

    def end(self, source: Source) -> None:
        """The session ends: what came without an end is taken as it is, and what never came is named."""
        self._state_last(source)
        if source.shelf is None:
            return
        for file in source.shelf.unfinished:
            self._take(source, file, ["it has not the end of a finished log"])
        lacking = source.shelf.lacking
        if lacking:
            shown = ", ".join(lacking[:5])
            text = f"{len(lacking)} of the device's logs of this session did not come and can be imported: {shown}"
            self._alarms.begin(("logs", source.number), Priority.MEDIUM, text, latching=True, link=source.number)

    @staticmethod
    def _pause(source: Source) -> None:
        if source.dating is not None:
            source.dating.pause()
        if source.shelf is not None:
            source.shelf.pause()

    # -- the device's clock ------------------------------------------------------------------------------------

    def _time(self, source: Source, told: DeviceTime) -> None:
        """The device said what its clock says."""
        source.heard(self._journal.t)
        mark = source.dating.heard(told.said, told.at, self._journal.t) if source.dating is not None else None
        if mark is None or not source.is_known:
            return
        stated = self._stated.get(source.number)
        if stated is None:
            self._state(source, mark)
        elif mark.disagrees(stated):
            self._state(source, mark)
            text = f"the clock of {source.driver.name} was set or does not run evenly: it says {mark.said}"
            self._alarms.begin(("clock", source.number), Priority.LOW, text, latching=True, link=source.number)

    def _state(self, source: Source, mark: ClockMark) -> None:
        self._stated[source.number] = mark
        clock = source.driver.clock
        zone = {"zone": clock.zone} if clock is not None and clock.zone != UNKNOWN_ZONE else {}
        self._journal.write(Kind.DEVICE_CLOCK, mark.content(source.number) | zone)

    def _state_last(self, source: Source) -> None:
        """What the clock said last, when nothing more will be heard."""
        last = source.dating.last if source.dating is not None else None
        stated = self._stated.get(source.number)
        if last is not None and stated is not None and last is not stated:
            self._state(source, last)

    # -- the device's card -------------------------------------------------------------------------------------

    def _listed(self, source: Source, listing: Listing) -> None:
        """A folder was listed: what is not known yet is asked for."""
        source.heard(self._journal.t)
        logbook, shelf = source.driver.logbook, source.shelf
        if logbook is None or shelf is None or not source.is_known:
            return
        was_settled = shelf.is_settled
        folders, files = shelf.listed(listing)
        requests = [*map(logbook.fetching_of, files), *map(logbook.listing_of, folders)]
        self.requests += [(source.number, request) for request in requests if source.driver.may_ask(request)]
        self._settle(source, was_settled=was_settled)

    def _fetched(self, source: Source, file: LogFile) -> None:
        """A log came over the line, or a person brought it."""
        if file.imported:
            self._take(source, file, [file.doubt] if file.doubt else [])
            return
        source.heard(self._journal.t)
        if source.shelf is None or not source.is_known:
            return
        was_settled = source.shelf.is_settled
        if source.shelf.fetched(file):
            self._take(source, file, [])
        self._settle(source, was_settled=was_settled)

    def _settle(self, source: Source, *, was_settled: bool) -> None:
        """All that the card led to has come: nothing is missing, the time before included."""
        shelf = source.shelf
        if shelf is None or not shelf.is_settled:
            return
        if shelf.rounds == 1 and not was_settled:
            content = {"link": source.number, "folders": shelf.folders, "logs": shelf.old}
            self._journal.write(Kind.LOGS_LISTED, content)
        self._upkeep.gaps.close(source, 0)

    # -- a log -------------------------------------------------------------------------------------------------

    def _take(self, source: Source, file: LogFile, doubts: list[str]) -> None:
        digest = sha256(file.content).hexdigest()
        run = file.run
        name = file.path.rpartition("\\")[2].upper()
        serial = source.identity.serial if source.identity is not None else ""
        if (serial, digest) in self._taken:
            self._journal.write(Kind.REPEAT, {"link": source.number, "at": file.at, "from_memory": True})
            return
        of_that_date = self._dates.setdefault((serial, run.written), set()) if run is not None else set()
        why = self._why_not(run, serial, is_conflict=name in of_that_date)
        if of_that_date and why is None:
            doubts = [*doubts, "another log has the same date"]
        self._taken.add((serial, digest))
        of_that_date.add(name)
        dated = source.dating.date(run.written) if run is not None and source.dating is not None else None
        self._count += 1
        content = {
            "log": self._count,
            "link": source.number,
            "at": file.at,
            "path": file.path,
            "sha256": digest,
            "length": len(file.content),
            "origin": "imported" if file.imported else "read",
            "written": run.written if run is not None else "",
            "happened": dated.moment if dated is not None else None,
            "uncertain": dated.uncertain if dated is not None else None,
            "counted": why is None,
        }
        doubts = [*doubts, *self._doubts(dated, imported=file.imported), *([why] if why is not None else [])]
        self._journal.write(Kind.DEVICE_LOG, content | ({"doubt": "; ".join(doubts)} if doubts else {}))
        if doubts:
            text = f"the log {file.path} of {source.driver.name}: {'; '.join(doubts)}"
            condition = ("log", source.number, self._count)
            self._alarms.begin(condition, Priority.MEDIUM, text, latching=True, link=source.number)
        if why is None and run is not None:
            zone = self._upkeep.backfill.zone_of_log(digest, dated.moment if dated is not None else self._journal.t)
            for number, logged in enumerate(run.readings):
                reading = Reading(logged.report, logged.values, file.at, logged.units, from_memory=True)
                self._count_in(source, reading, dated, zone, is_first=number == 0)

    @staticmethod
    def _why_not(run: RunLog | None, serial: str, *, is_conflict: bool) -> str | None:
        """Why a log is kept and not counted; None if it is counted."""
        if run is None:
            return "it is no log that the driver can read"
        if run.serial != serial:
            return f"it is of the device {run.serial or 'that it does not name'}, and {serial or 'none'} is on the line"
        return "it says something else than the one of that name and date, which came before" if is_conflict else None

    def _doubts(self, dated: Dated | None, *, imported: bool) -> list[str]:
        """What makes it uncertain that a log belongs to the session."""
        if dated is None:
            return ["nobody knows when it was written, because the device's clock was not read"]
        if dated.latest < 0:
            return [f"by the device's clock it was written {-dated.moment / 1e6:.0f} s before the session"]
        if dated.earliest > self._journal.t:
            when = "the recording had ended" if imported else "it came"
            return [f"by the device's clock it was written after {when}"]
        return []

    def _count_in(
        self, source: Source, reading: Reading, dated: Dated | None, zone: str | None, *, is_first: bool
    ) -> None:
        """One report of a log: held against the limits, and counted in the zone of the time when it was written."""
        shape = self._shape_of(source, reading)
        layout, values = shape.layout, reading.values
        happened = dated.moment if dated is not None else self._journal.t
        work = self._work_of(source, zone, is_first=is_first)
        self._journal.hold()
        judged: Judgement = (None, ())
        if shape.treats:
            judged = work.judge(layout, values, happened, source.longest_ms)
        elif layout.kind is ReportKind.SETTINGS:
            work.set(layout, values)
            self._monitor.set(layout, values)
        content: dict[str, Any] = {
            "link": source.number,
            "at": reading.at,
            "layout": layout.number,
            "values": values,
            "log": self._count,
            "happened": dated.moment if dated is not None else None,
            "zone": zone,
            "verdict": judged[0],
            "breached": judged[1],
        }
        self._journal.write_first(Kind.FROM_MEMORY, content)
        for position, metric in shape.states:
            if source.states.get(metric.name) != values[position]:
                self._upkeep.state(source, metric, values[position])

    def _work_of(self, source: Source, zone: str | None, *, is_first: bool) -> Monitor:
        """What holds the logs of a device against the treatment protocol, in a zone."""
        work = self._work.get(source.number)
        if work is None:
            work = self._work[source.number] = self._monitor.of_logs(source.number)
        if is_first:
            work.tally.interrupt(source.number)
            work.forget(source.number)
        if work.tally.zone != zone:
            work.tally.enter(zone)
            work.forget(source.number)
        return work
