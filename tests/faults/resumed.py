"""A recording in a process of its own that goes on with what was left open, or begins; killed as often as wanted.

`record` is what `Warm.start` calls in the new process (`tests/end_to_end/warm.py`), with the words of `words`.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

from devicelog import clock, naming
from devicelog.ledger import Line
from devicelog.recording import resuming
from devicelog.recording.opening import plan_session
from devicelog.recording.recording import Recording
from devicelog.store.writer import Writer
from tests.end_to_end.running import Devicelog, wait_until
from tests.faults.acknowledged import acknowledged_in

#: Where the process looks for another run of the host: a boot id, its boot-time clock at the moment (s), and by how
#: much its clock on the wall is set otherwise (s).
HOST = "TEST_HOST"


def record() -> NoReturn:
    """Open the store, go on or begin, and record until SIGTERM; SIGUSR1 leaves the session open."""
    store, protocol, *devices = sys.argv[1:]
    if HOST in os.environ:
        _be_another_host(*os.environ[HOST].split())
    with Writer.open(Path(store), resuming=True) as writer:
        writer.check_room()
        recording = resuming.go_on(writer, _acknowledge, at=clock.now()) or _begun(writer, protocol, devices)
        signal.signal(signal.SIGTERM, lambda *_: recording.stop("asked by the system"))
        signal.signal(signal.SIGUSR1, lambda *_: recording.leave())
        recording.open_ports()
        recording.run()
    os._exit(0)


def _begun(writer: Writer, protocol: str, devices: Sequence[str]) -> Recording:
    limits, start = naming.find_protocol(protocol), clock.now()
    plan = plan_session(
        writer,
        devices=[naming.parse_device(device) for device in devices],
        protocol=limits,
        subject="P-1",
        practitioner="Dr. Test",
        zones=("cheek",),
        settings={},
        start=start,
    )
    return Recording(writer, plan, limits, start, _acknowledge)


def _acknowledge(lines: Sequence[Line]) -> None:
    os.write(1, "".join(f"ACK session/{line.number}\n" for line in lines).encode())


def _be_another_host(boot_id: str, boot_s: str, wall_s: str) -> None:
    """From now on the host is another run of itself."""
    shift = round(float(boot_s) * 1e9) - clock.boot_ns()
    real_boot, real_wall = clock.boot_ns, time.time_ns
    clock.boot_ns = lambda: real_boot() + shift
    clock.boot_id = lambda: boot_id
    clock.now = lambda: clock.Stamp(clock.boot_ns(), real_wall() + round(float(wall_s) * 1e9))


@dataclass(slots=True)
class Killed:
    """The recordings of one session in one store, one process behind the other."""

    box: Devicelog
    devices: tuple[str, ...]
    protocol: str = "none"
    acknowledged: list[int] = field(default_factory=list)

    def start(self, more: Mapping[str, str] | None = None, *, acknowledges: int = 1) -> int:
        """A process that goes on or begins; its id, once it has acknowledged so many entries."""
        words = (str(self.box.store), self.protocol, *self.devices)
        environment = {**self.box.environment, **(more or {})}
        pid = self.box.warm.start(words, self.box.root, environment, first="tests.faults.resumed:record")
        out = self.box.warm.out
        wait_until(lambda: self.box.warm.has_ended() or len(acknowledged_in(out)) >= acknowledges, "acknowledgements")
        return pid

    def kill(self, pid: int) -> None:
        """End the process at once, and take down what it had acknowledged."""
        self._end(pid, signal.SIGKILL)

    def leave(self, pid: int) -> None:
        """Let the process end in order, and the session not."""
        self._end(pid, signal.SIGUSR1)

    def finish(self, pid: int) -> None:
        """Let the session end in order."""
        self._end(pid, signal.SIGTERM)

    def _end(self, pid: int, how: signal.Signals) -> None:
        if not self.box.warm.has_ended():
            os.kill(pid, how)
        done = self.box.warm.wait(("record",))
        assert done.code == (-signal.SIGKILL if how is signal.SIGKILL else 0), done
        self.acknowledged += [int(name.partition("/")[2]) for name in acknowledged_in(self.box.warm.out)]
