"""A recording of two devices of which one part breaks: it must end, or say so and record on; never be silent.

Noticed is a fault if in time (in `make torture`: within five seconds) the process has ended with a code that is not 0,
or the ledger has an alarm, a lost link or a fault of a driver, and entries of the device that is well are still
acknowledged after that. While the store itself does not answer the ledger can say nothing: then the sentence on stderr
counts. If the store comes back, the ledger must have an alarm with beginning and end, and no gap.
"""

from __future__ import annotations

import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path

from devicelog import clock
from devicelog.errors import DevicelogError
from devicelog.ledger import Entry
from devicelog.recording.standstill import Waiting
from tests.end_to_end.running import PATIENCE, Devicelog, Warm, wait_until
from tests.faults.acknowledged import acknowledged_in, judge
from tests.faults.replays import DAMAGED

#: A fault is noticed within this time (s).
WITHIN = 5.0
_LOOK_EVERY = 0.1
#: A device sends something in this time, so that a recording that goes on acknowledges something (s).
_RECORDS_ON = 2.0
#: A store that stalled has come back, and its alarm has ended, within this time after it was noticed (s).
_COMES_BACK = 15.0
#: A chunk was stamped so long before it was decoded at most (us).
_BEFORE_US = 300_000
#: What a ledger says when something is wrong.
_SAYS = frozenset({"alarm", "driver_fault", "link_lost", "gap"})
_ON_STDERR = "a sentence on stderr"
#: Each part of a recording, and how it breaks (tests/faults/breakers.py).
PARTS = (
    "driver_raises",
    "driver_hangs",
    "units_raise",
    "verdict_raises",
    "link_raises",
    "link_dies",
    "link_hangs",
    "writer_raises",
    "writer_hangs",
    "writer_stalls",
    "screen_raises",
)


@dataclass(frozen=True, slots=True)
class BrokenPart:
    """What came of one broken part. `after` is the seconds until it was noticed, None if it was not in time."""

    part: str
    after: float | None
    exit_code: int | None
    said: str
    records_on: bool
    lost: int
    verifies: bool
    alarm_whole: bool

    @property
    def noticed(self) -> bool:
        """In time, by an end that is no success, by the ledger of a recording that goes on, or by stderr."""
        in_time = self.after is not None
        if self.part == "writer_stalls":
            return in_time and self.records_on and self.alarm_whole
        return in_time and (self.exit_code not in (None, 0) or self.records_on or self.said == _ON_STDERR)

    @property
    def holds(self) -> bool:
        return self.noticed and self.lost == 0 and self.verifies

    def __str__(self) -> str:
        after = "not noticed in time" if self.after is None else f"after {self.after:.1f} s"
        end = "it records on" if self.records_on else f"it ended with {self.exit_code}"
        end = end if self.records_on or self.exit_code is not None else "it goes on and records nothing"
        return f"{self.part}: {after} ({self.said}), {end}, {self.lost} lost" + ("" if self.verifies else ", NOT VALID")


def break_part(folder: Path, part: str, *, warm: Warm | None = None, timed: bool = True) -> BrokenPart:
    """Record two devices, break that part, and see what comes of it; unless `timed`, however long that takes."""
    folder.mkdir(parents=True, exist_ok=True)
    own = warm or Warm(folder)
    try:
        return _Breaking(Devicelog(folder / part, own), own, part, timed=timed).watch()
    finally:
        if warm is None:
            own.close()


class _Breaking:
    """One recording, its broken part, and the eye on it."""

    def __init__(self, box: Devicelog, warm: Warm, part: str, *, timed: bool) -> None:
        self._box, self._warm, self._part = box, warm, part
        self._within, self._comes_back, self._goes_on = (
            (WITHIN, _COMES_BACK, _RECORDS_ON) if timed else (PATIENCE, PATIENCE, PATIENCE)
        )
        self._mark = box.root / "mark"
        (box.root / DAMAGED).touch()  # what a broken driver made of its bytes, a whole one does not
        box.environment["TORTURE_MARK"] = str(self._mark)
        urls = ("sim://reference-noneedle?speed=4", "sim://reference-mesogun?speed=20")
        self._words = (*Devicelog.recording(urls[0], driver="reference-noneedle"), "--print-acks")
        self._words += ("--device", f"reference-mesogun@{urls[1]}")

    def watch(self) -> BrokenPart:
        """Wait until the part breaks, then for word of it, and see whether the rest records on."""
        pid = self._warm.start(
            self._words, self._box.root, self._box.environment, first=f"tests.faults.breakers:{self._part}"
        )
        wait_until(lambda: self._mark.exists() or self._warm.has_ended(), f"the mark of {self._part}")
        broken_ns = int(self._mark.read_text(encoding="ascii")) if self._mark.exists() else clock.boot_ns()
        said, after = self._wait_for_word(broken_ns)
        alarm_whole = self._part == "writer_stalls" and self._wait_for_whole_alarm()
        records_on = self._records_on(for_ever_silent=said == _ON_STDERR and not alarm_whole)
        ended = self._warm.has_ended()
        code = self._end(pid, ended=ended)
        lost, verifies = self._look()
        return BrokenPart(self._part, after, code, said, records_on, lost, verifies, alarm_whole)

    def _records_on(self, *, for_ever_silent: bool) -> bool:
        """Whether it runs on and acknowledges something more; a store that never answers is not waited for."""
        before, began = len(acknowledged_in(self._warm.out)), time.monotonic()
        records_on, passed = False, 0.0
        while not self._warm.has_ended() and passed < (_RECORDS_ON if for_ever_silent else self._goes_on):
            time.sleep(_LOOK_EVERY)
            records_on, passed = len(acknowledged_in(self._warm.out)) > before, time.monotonic() - began
            if records_on and passed >= _RECORDS_ON:
                break
        return records_on and not self._warm.has_ended()

    def _wait_for_word(self, broken_ns: int) -> tuple[str, float | None]:
        """What says that something is wrong, and after how many seconds."""
        while (after := (clock.boot_ns() - broken_ns) / 1e9) <= self._within:
            said = "the process ended" if self._warm.has_ended() else self._word_of_it(broken_ns)
            if said:
                return said, after
            time.sleep(_LOOK_EVERY)
        return "", None

    def _word_of_it(self, broken_ns: int) -> str:
        """The first entry since then that says so, or else the sentence of a recording whose store does not answer."""
        if Waiting.STORE in self._warm.err.read_text(encoding="utf-8"):
            return _ON_STDERR
        entries = self._entries()
        if not entries:
            return ""
        since_us = (broken_ns - entries[0].content["at"]["boot_ns"]) // 1000 - _BEFORE_US
        return next((entry.kind for entry in entries if entry.kind in _SAYS and entry.t_us >= since_us), "")

    def _wait_for_whole_alarm(self) -> bool:
        """Whether the store comes back, and the ledger then says from when to when it was away, and has no gap."""
        until = time.monotonic() + self._comes_back
        while time.monotonic() < until:
            entries = self._entries()
            alarms = [entry.content for entry in entries if entry.kind == "alarm"]
            begun = {alarm["alarm"] for alarm in alarms if alarm["text"] == Waiting.STORE}
            ended = {entry.content["alarm"] for entry in entries if entry.kind == "alarm_ended"}
            if begun and begun <= ended:
                return not {"gap", "link_lost"} & {entry.kind for entry in entries}
            time.sleep(_LOOK_EVERY)
        return False

    def _entries(self) -> list[Entry]:
        try:
            return self._box.entries() if self._box.states() else []
        except DevicelogError:
            return []

    def _end(self, pid: int, *, ended: bool) -> int | None:
        """End what still runs as Ctrl-C does, or by force; the exit code, if it ended by itself."""
        if not ended:
            os.kill(pid, signal.SIGINT)
            until = time.monotonic() + WITHIN
            while time.monotonic() < until and not self._warm.has_ended():
                time.sleep(_LOOK_EVERY)
            if not self._warm.has_ended():
                os.kill(pid, signal.SIGKILL)
        done = self._warm.wait(self._words)
        return done.code if ended else None

    def _look(self) -> tuple[int, bool]:
        """How many acknowledged entries are lost or doubled, and whether the store verifies."""
        acks = acknowledged_in(self._warm.out)
        if not acks:
            return 0, True
        session = acks[0].partition("/")[0]
        kept = [f"{session}/{entry.number}" for entry in self._box.entries(session)]
        found = judge(acks, kept)
        return len(found.lost) + len(found.doubled), self._box("verify", code=None).code == 0
