"""Five tabs and a full line: whether acknowledgements stay what they are without tabs, and memory stays flat."""

from __future__ import annotations

import threading
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from bench.attended import Kept, attended
from bench.child import Child
from bench.figures.page import Looks, looked_at
from bench.interpreters import NotAvailableError
from bench.table import Section, number

_HEAD = ("looked at by", "p50 ms", "p99 ms", "max ms", "not kept", "share of a core", "MB begun", "MB half", "MB end")
_RATE, _TABS = 300, 5
_SECONDS, _QUICK_SECONDS = 600, 30
#: Memory may be so much higher at the end than in the middle: lists that grow with the session (bytes).
_FLAT = 24_000_000


def measure(quick: bool) -> Section:
    """Ten minutes with five tabs (half a minute in a quick run), beside half a minute without any."""
    seconds = _QUICK_SECONDS if quick else _SECONDS
    section = Section(f"Soak: {_RATE} readings/s for {seconds} s, {_TABS} tabs", _HEAD)
    try:
        bare, full = _run(_QUICK_SECONDS, 0), _run(seconds, _TABS)
    except NotAvailableError as error:
        section.missing("the station", str(error))
        return section
    for found in (bare, full):
        section.rows.append(found.row())
        section.data[found.name] = found.content()
    section.target("p50 of the acknowledgement (ms)", found=full.kept.latency(0.5), most=20)
    section.target("p99 of the acknowledgement (ms)", found=full.kept.latency(0.99), most=40)
    section.target("readings not kept", found=full.kept.missing, most=0)
    section.target("MB more at the end than half-way", found=(full.memory[2] - full.memory[1]) / 1e6, most=_FLAT / 1e6)
    section.notes.append("latency: from a reading's last byte written to the pty until the station was told it is kept")
    section.notes.append("memory: resident, of the station's process, after a tenth of the time, half-way, at the end")
    return section


@dataclass(frozen=True, slots=True)
class _Found:
    """`memory` in bytes after a tenth, half and all of the time; `share` of a core that the station took."""

    name: str
    kept: Kept
    share: float
    memory: tuple[int, int, int]

    def row(self) -> tuple[str, ...]:
        late, missing = [number(each) for each in self._late()], str(self.kept.missing)
        return (self.name, *late, missing, f"{self.share:.1%}", *(number(each / 1e6) for each in self.memory))

    def content(self) -> dict[str, object]:
        found = {"latency_ms": self._late(), "missing": self.kept.missing}
        return {**found, "core": self.share, "memory": list(self.memory)}

    def _late(self) -> list[float]:
        return [self.kept.latency(part) for part in (0.5, 0.99, 1)]


def _run(seconds: int, tabs: int) -> _Found:
    with attended(_RATE, seconds) as session, ExitStack() as stack:
        if tabs:
            stack.enter_context(looked_at(session.at, Looks(tabs)))
        session.begin()
        memory = _memory(session.station, seconds)
        session.await_last(seconds)
        time.sleep(1)
        return _Found(f"{tabs} tabs", session.end(), session.share, memory)


def _memory(station: Child, seconds: int) -> tuple[int, int, int]:
    """What the process holds after a tenth, half and all of the time; waits as long."""
    began, found = time.monotonic(), []
    waiting = threading.Event()
    for part in (0.1, 0.5, 1.0):
        waiting.wait(max(0.0, began + part * seconds - time.monotonic()))
        found.append(_resident(station.number))
    return found[0], found[1], found[2]


def _resident(process: int) -> int:
    """Resident bytes of a process (proc(5), VmRSS); NotAvailableError where there is no /proc."""
    try:
        lines = Path(f"/proc/{process}/status").read_text(encoding="ascii").splitlines()
    except OSError:
        raise NotAvailableError("memory is read from /proc, which is not here") from None
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmRSS:"))
