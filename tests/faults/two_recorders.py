"""A second recorder on a port and on a store that are being recorded (F19): it is told who has them."""

from __future__ import annotations

import time
from dataclasses import dataclass

from tests.end_to_end.running import Devicelog
from tests.faults.heard import Counts, Heard, report
from tests.faults.ptys import Gun, Line

#: A second recorder is told within this time (s).
TOLD_WITHIN = 5.0
#: It is not possible now (docs/store.md).
_NOT_NOW = 3
#: So many reports show that the first recorder goes on.
_MORE = 5


@dataclass(frozen=True, slots=True)
class Refusal:
    """How one command ended, after how many seconds, and what it said."""

    code: int
    seconds: float
    sentence: str

    @classmethod
    def of(cls, box: Devicelog, url: str) -> Refusal:
        began = time.monotonic()
        done = box(*box.recording(url), code=None)
        return cls(done.code, time.monotonic() - began, done.err.strip())

    def __str__(self) -> str:
        return f"code {self.code} after {self.seconds:.1f} s"


@dataclass(frozen=True, slots=True)
class TwoRecorders(Counts):
    """What a second recorder was told, and whether the first one, process `holder`, went on."""

    port: Refusal
    store: Refusal
    holder: int
    first_exit_code: int
    first_recorded: int

    @property
    def promises(self) -> dict[str, bool]:
        refusals = (self.port, self.store)
        return {
            "refused": all(refusal.code == _NOT_NOW for refusal in refusals),
            "told who has it": all(f"process {self.holder}" in refusal.sentence for refusal in refusals),
            "the first goes on": self.first_exit_code == 0 and self.first_recorded == _MORE,
        }

    @property
    def in_time(self) -> dict[str, bool]:
        return {"told in time": max(self.port.seconds, self.store.seconds) < TOLD_WITHIN}


def two_recorders(box: Devicelog, other: Devicelog) -> TwoRecorders:
    """While `box` records from a port: `other` on that port, and a second recording into the store of `box`."""
    gun = Gun(Line(box.root / "gun"))
    gun.plug()
    with box.record(str(gun.line.path)) as first:
        gun.wait_for_reader()
        first.wait_for_entry("device_bound")
        port = Refusal.of(other, str(gun.line.path))
        store = Refusal.of(box, "sim://reference-mesogun?speed=max")
        report(gun, first, _MORE)
        holder, code = first.pid, first.end()
    gun.line.unplug()
    box("verify")
    box("replay", "last")
    return TwoRecorders(port, store, holder, code, len(Heard.of(box.entries()).numbers))
