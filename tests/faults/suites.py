"""The conformance suites of drivers and shipped profiles: what each one's test says of its wire format."""

from __future__ import annotations

import importlib
from functools import lru_cache
from pathlib import Path

from devicelog import registry
from devicelog.driver import Driver
from devicelog.testing.conformance import DriverConformance
from tests.profile.profiles import PROFILES

_DRIVERS = Path(__file__).parents[1] / "drivers"


@lru_cache(maxsize=1)
def suites() -> dict[str, type[DriverConformance]]:
    """The suite of each installed driver and shipped profile that has one in tests/drivers, by its name."""
    found = {}
    for file in sorted(_DRIVERS.glob("test_*.py")):
        if "DriverConformance" not in file.read_text(encoding="utf-8"):
            continue
        module = importlib.import_module(f"tests.drivers.{file.stem}")
        for suite in vars(module).values():
            if isinstance(suite, type) and issubclass(suite, DriverConformance) and hasattr(suite, "driver"):
                found[suite.driver.name] = suite
    known = {name for name, plugin in registry.drivers().items() if plugin.value is not None} | set(PROFILES)
    return {name: suite for name, suite in found.items() if name in known}


def driver_of(name: str) -> Driver:
    """The driver of that name, or the one of a shipped profile."""
    return registry.driver(str(PROFILES.get(name, name)))
