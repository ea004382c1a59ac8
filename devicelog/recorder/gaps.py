"""Gaps: stretches for which a device's data is missing, each with its cause, its bounds and its alarm."""

from __future__ import annotations

from typing import Any

from devicelog.driver import Priority
from devicelog.ledger import Kind
from devicelog.recorder.journal import Journal
from devicelog.recorder.source import Gap, Source
from devicelog.treatment.alarm import AlarmBook
from devicelog.treatment.monitor import Monitor


class Gaps:
    """Opens and closes the gaps of a session."""

    def __init__(self, journal: Journal, alarms: AlarmBook, monitor: Monitor) -> None:
        self._journal = journal
        self._alarms = alarms
        self._monitor = monitor
        self._count = 0

    def open(self, source: Source, cause: str, *, alarm: bool = True) -> None:
        """Nothing more is heard of a device since it was heard last; a gap that is open already goes on.

        `alarm`: it is not said by another alarm already.
        """
        if source.gap is not None:
            return
        self._count += 1
        source.gap = Gap(self._count, cause, source.heard_us if source.heard_us is not None else self._journal.t)
        source.certain = source.number not in self._monitor.tally.uncertain
        content = {"gap": self._count, "link": source.number, "cause": cause, "since": source.gap.since_us}
        self._journal.write(Kind.GAP, content)
        if not alarm:
            return
        text = f"no data from {source.driver.name}: {cause}"
        self._alarms.begin(("gap", source.number), Priority.MEDIUM, text, latching=True, link=source.number)

    def close(self, source: Source, missing: int | None) -> None:
        """A device is heard again; `missing` counts the reports that never came (None: nobody can say)."""
        gap = source.gap
        if gap is None:
            return
        if missing != 0:
            self._monitor.interrupt(source.number)
        self._close(source, gap, missing, {})

    def close_to_fill(self, source: Source, missing: int | None, *, restart: int | None) -> Gap:
        """A device is heard again, and will be asked for what was missed; `restart`: the epoch that it is in now."""
        gap = source.gap
        assert gap is not None
        self._monitor.fork(source.number, gap.number, certain=source.certain, restart=restart)
        said = {"read_back": True, "certain": source.certain}
        self._close(source, gap, missing, said | ({"restarted": restart} if restart is not None else {}))
        return gap

    def _close(self, source: Source, gap: Gap, missing: int | None, more: dict[str, Any]) -> None:
        source.gap = None
        content = {
            "gap": gap.number,
            "link": source.number,
            "cause": gap.cause,
            "until": self._journal.t,
            "missing": missing,
        }
        self._journal.write(Kind.GAP_CLOSED, content | more)
        self._alarms.end(("gap", source.number))

    def check_end(self, source: Source) -> None:
        """The session ends: what nothing that came encloses is no data."""
        if source.is_gone(self._journal.t):
            silent = source.silence_due(self._journal.t)
            cause = source.silence(self._journal.t) if silent else "the device was not heard to the end"
            self.open(source, cause, alarm=False)

    def check_silence(self, source: Source) -> None:
        """Open a gap if a device that should be heard has not been for too long, or only what cannot be read."""
        if source.is_unreadable(self._journal.t):
            self.open(source, "nothing readable arrives")
        if source.silence_due(self._journal.t):
            self.open(source, source.silence(self._journal.t))
