"""Starts a simulator, by the names that people give."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from devicelog import registry
from devicelog.errors import UnknownNameError
from devicelog_simulators.faults import read_faults
from devicelog_simulators.faulty import with_faults

if TYPE_CHECKING:
    from devicelog.simulator import SimulatedDevice, Simulator


def start_device(
    of: Simulator | str, *, seed: int, scenario: str | Path | None, faults: Path | None
) -> SimulatedDevice:
    """A fresh device of a simulator or of the installed one of that name.

    `scenario` is the name of a built-in one or a file, None for the default.
    """
    simulator = registry.simulator(of) if isinstance(of, str) else of
    device = simulator.start(seed, _scenario_file(simulator, scenario))
    if faults is None:
        return device
    return with_faults(device, read_faults(faults), seed=seed, path=faults)


def _scenario_file(simulator: Simulator, scenario: str | Path | None) -> Path | None:
    if scenario is None:
        return None
    built_in = simulator.scenarios.get(str(scenario))
    if built_in is not None:
        return built_in
    path = Path(scenario)
    if not path.suffix and not path.exists():
        raise UnknownNameError("scenario", str(scenario), simulator.scenarios, hint="A file is given by its path.")
    return path
