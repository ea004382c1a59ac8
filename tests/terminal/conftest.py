"""Sessions for the tests of what a terminal shows: the lines of recordings on a virtual clock."""

from __future__ import annotations

import pytest

from devicelog import registry
from devicelog.ledger import Line
from devicelog.store.reader import Reader
from devicelog.testing.simulated import record_session

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
