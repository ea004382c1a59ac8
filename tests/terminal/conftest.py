"""Sessions for the tests of what a terminal shows: the lines of recordings on a virtual clock."""

from __future__ import annotations

import pytest

from devicelog import clock, registry
from devicelog.ledger import Line
from devicelog.store.reader import Reader
from devicelog.testing.simulated import BEGINS, record_session

#: Device, scenario, treatment protocol and zones of each session; both go beyond their limits.
_SESSIONS = {
    "gun": ("reference-mesogun", "face-limits", "meso-face-gun-intradermal", ("forehead", "left_cheek")),
    "current": ("reference-noneedle", "current-limits", "noneedle-ionto-dc-face", ()),
}


@pytest.fixture(scope="session")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Line]]:
    """The lines of the sessions "gun" and "current"."""
    folder = tmp_path_factory.mktemp("terminal")
    found = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DEVICELOG_KEYS", str(folder / "keys"))
        for name, (model, scenario, protocol, zones) in _SESSIONS.items():
            simulator = registry.simulator(model)
            device = simulator.start(1, simulator.scenarios[scenario])
            record_session(registry.driver(model), device, folder / name, protocol=protocol, zones=zones)
            with Reader.open(folder / name) as reader:
                found[name] = list(reader.lines(1))
    return found


class VirtualClock:
    """The session's clock in a test: `at(seconds)` since its beginning."""

    def __init__(self) -> None:
        self.boot_ns = BEGINS.boot_ns

    def at(self, seconds: float) -> None:
        self.boot_ns = BEGINS.boot_ns + round(seconds * 1e9)


@pytest.fixture
def virtual_clock(monkeypatch: pytest.MonkeyPatch) -> VirtualClock:
    """Time stands still until a test lets it pass."""
    now = VirtualClock()
    monkeypatch.setattr(clock, "boot_ns", lambda: now.boot_ns)
    return now
