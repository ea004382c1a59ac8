"""A recording of two devices of which one part breaks: it must end, or say so and record on; never be silent.

Noticed is a fault if within five seconds the process has ended with a code that is not 0, or the ledger has an alarm, a
lost link or a fault of a driver, and entries of the device that is well are still acknowledged after that.
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
from tests.end_to_end.running import Devicelog, Warm, wait_until
from tests.faults.acknowledged import acknowledged_in, judge
from tests.faults.replays import DAMAGED

#: A fault is noticed within this time (s).
WITHIN = 5.0
_LOOK_EVERY = 0.1
#: A device sends something in this time, so that a recording that goes on acknowledges something (s).
_RECORDS_ON = 2.0
#: A chunk was stamped so long before it was decoded at most (us).
_BEFORE_US = 300_000
#: What a ledger says when something is wrong.
_SAYS = frozenset({"alarm", "driver_fault", "link_lost", "gap"})
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
    "screen_raises",
)


@dataclass(frozen=True, slots=True)
class BrokenPart:
    """What came of one broken part. `after` is the seconds until it was noticed, None if it never was."""

    part: str
    after: float | None
    exit_code: int | None
    said: str
    records_on: bool
    lost: int
    verifies: bool

    @property
    def noticed(self) -> bool:
        """In time, by an end that is no success or by word in the ledger beside a recording that goes on."""
        in_time = self.after is not None and self.after <= WITHIN
        return in_time and (self.exit_code not in (None, 0) or self.records_on)

    @property
    def holds(self) -> bool:
        return self.noticed and self.lost == 0 and self.verifies

    def __str__(self) -> str:
        after = "not noticed" if self.after is None else f"after {self.after:.1f} s"
        end = "it records on" if self.records_on else f"it ended with {self.exit_code}"
        end = end if self.records_on or self.exit_code is not None else "it goes on and records nothing"
        return f"{self.part}: {after} ({self.said}), {end}, {self.lost} lost" + ("" if self.verifies else ", NOT VALID")


def break_part(folder: Path, part: str, *, warm: Warm | None = None) -> BrokenPart:
    """Record two devices, break that part, and see what comes of it."""
    folder.mkdir(parents=True, exist_ok=True)
    own = warm or Warm(folder)
    try:
        return _Breaking(Devicelog(folder / part, own), own, part).watch()
    finally:
        if warm is None:
            own.close()


class _Breaking:
    """One recording, its broken part, and the eye on it."""

    def __init__(self, box: Devicelog, warm: Warm, part: str) -> None:
        self._box, self._warm, self._part = box, warm, part
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
        before = len(acknowledged_in(self._warm.out))
        time.sleep(0.0 if self._warm.has_ended() else _RECORDS_ON)
        ended = self._warm.has_ended()
        records_on = not ended and len(acknowledged_in(self._warm.out)) > before
        code = self._end(pid, ended=ended)
        lost, verifies = self._look()
        return BrokenPart(self._part, after, code, said, records_on, lost, verifies)

    def _wait_for_word(self, broken_ns: int) -> tuple[str, float | None]:
        """What says that something is wrong, and after how many seconds."""
        while (after := (clock.boot_ns() - broken_ns) / 1e9) < WITHIN + 1:
            said = "the process ended" if self._warm.has_ended() else self._word_of_it(broken_ns)
            if said:
                return said, after
            time.sleep(_LOOK_EVERY)
        return "", None

    def _word_of_it(self, broken_ns: int) -> str:
        """The first entry since then that says so."""
        entries = self._entries()
        if not entries:
            return ""
        since_us = (broken_ns - entries[0].content["at"]["boot_ns"]) // 1000 - _BEFORE_US
        return next((entry.kind for entry in entries if entry.kind in _SAYS and entry.t_us >= since_us), "")

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
