"""Devices to train with: the installed simulators that an installed driver reads, and what a session opens of each."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from devicelog import registry
from devicelog.errors import UnknownNameError


@dataclass(frozen=True, slots=True)
class Trainer:
    """A simulated device; `scenarios` are the names of what may happen with it, the first one if none is named."""

    name: str
    model: str
    scenarios: tuple[str, ...]

    def device(self, scenario: str) -> str:
        """DRIVER@URL of the device in a scenario ("": its own); raises UnknownNameError for one that it has not."""
        if scenario and scenario not in self.scenarios:
            raise UnknownNameError(f"scenario of {self.name}", scenario, self.scenarios)
        wanted = {"seed": "1"} | ({"scenario": scenario} if scenario else {})
        return f"{self.name}@sim://{self.name}?{urlencode(wanted)}"


def trainers() -> list[Trainer]:
    """Every simulator with a driver of its name; one that cannot be imported is left out."""
    drivers = registry.drivers()
    return [
        Trainer(name, drivers[name].value.model, tuple(plugin.value.scenarios))  # type: ignore[union-attr]
        for name, plugin in registry.simulators().items()
        if plugin.value is not None and name in drivers and drivers[name].value is not None
    ]


def trainer(name: str) -> Trainer:
    """The one of that name; raises UnknownNameError."""
    known = {one.name: one for one in trainers()}
    if name not in known:
        raise UnknownNameError("simulated device", name, known)
    return known[name]
