"""Simulated devices on real lines, pseudo-terminals or sockets, each served by a thread of the test."""

from __future__ import annotations

import queue
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from devicelog import registry
from devicelog.errors import BadInputError
from devicelog.simulator import SimulatedDevice, Simulator
from devicelog.testing.faults import Fault, write_script

#: A simulator is ready, and ends, within so many seconds.
PATIENCE = 5


@dataclass(slots=True)
class RunningDevice:
    """A simulated device that can be opened at `url`; `faults` is the script of what happens to it, if any.

    `speed` is how many times faster than real time it runs; None: as fast as it is read.
    """

    name: str
    device: SimulatedDevice
    faults: Path | None = None
    url: str = ""
    speed: float | None = None
    pieces: list[bytes] = field(default_factory=list)

    @property
    def heard(self) -> bytes:
        """Every byte that has reached the device, taken down at its end of the line."""
        return b"".join(self.pieces)

    @property
    def finished(self) -> bool:
        """Whether it has nothing more to send by itself."""
        return self.device.finished

    @property
    def unstruck(self) -> list[int]:
        """The numbers of the faults that have not struck it."""
        numbers: list[int] = getattr(self.device, "unstruck", [])
        return numbers


class Lines:
    """The lines of one test; scripts and links are in `folder`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._start = registry.simulator_server("start-device")
        self._serve = registry.simulator_server("serve-device")
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []
        self.devices: list[RunningDevice] = []

    def start(
        self,
        simulator: Simulator | str,
        *,
        seed: int,
        speed: float | None,
        scenario: str | Path | None,
        faults: Sequence[Fault] | Path,
        socket: bool,
    ) -> RunningDevice:
        """A device that is ready to be opened; whatever its simulator refuses is raised here."""
        name = _name(simulator)
        number = len(self.devices) + 1
        script = self._script(faults, number)
        device = self._start(simulator, seed=seed, scenario=scenario, faults=script)
        running = RunningDevice(name, device, script, speed=speed)
        link = self._folder / f"line-{number}"  # a name that stays when the cable was out
        answers: queue.Queue[str | BaseException] = queue.Queue()
        how = {"speed": speed, "link": link, "socket": socket, "stop": self._stop, "heard": running.pieces.append}

        def run() -> None:
            try:
                self._serve(device, ready=answers.put, **how)
            except BaseException as error:
                answers.put(error)

        self._threads.append(threading.Thread(target=run, name=f"simulator-{name}"))
        self._threads[-1].start()
        answer = answers.get(timeout=PATIENCE)
        if isinstance(answer, BaseException):
            raise answer
        running.url = answer
        self.devices.append(running)
        return running

    def close(self) -> list[str]:
        """End them all; gives what makes their test worthless, in sentences."""
        self._stop.set()
        for thread in self._threads:
            thread.join(PATIENCE)
        hanging = [f"{thread.name} did not end within {PATIENCE} s." for thread in self._threads if thread.is_alive()]
        return hanging + [
            f"fault {number} of {device.faults} never struck {device.name}, so that this test shows nothing of it: "
            f"the device ended before, or sends no such frame; choose another `at` or `frame`."
            for device in self.devices
            for number in device.unstruck
        ]

    def _script(self, faults: Sequence[Fault] | Path, number: int) -> Path | None:
        if isinstance(faults, Path):
            return faults
        if isinstance(faults, Fault):
            raise BadInputError(
                f"found one fault, {faults}; expected a list of them: faults=[fault.{faults.kind}(...)]."
            )
        return write_script(faults, self._folder / f"faults-{number}.toml") if faults else None


def _name(simulator: object) -> str:
    """The name of a simulator that can be started; BadInputError for what is none."""
    if isinstance(simulator, str):
        return registry.simulator(simulator).name
    if isinstance(simulator, Simulator):
        return simulator.name
    found = f"simulated_device: found {simulator!r:.80}; expected a Simulator value or the name of an installed one"
    if hasattr(simulator, "advance"):
        raise BadInputError(f"{found}: this is a device that was started, which `recorder` takes as it is.")
    raise BadInputError(f"{found}.")
