"""What the end-to-end tests share: stores, recorded sessions, lines."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end_to_end.line import Line
from tests.end_to_end.running import Devicelog, Warm


@pytest.fixture(scope="session")
def warm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warm]:
    """What commands are run by."""
    warm = Warm(tmp_path_factory.mktemp("warm"))
    yield warm
    warm.close()


@pytest.fixture
def box(tmp_path: Path, warm: Warm) -> Devicelog:
    """A store and keys that do not exist yet."""
    return Devicelog(tmp_path / "box", warm)


@pytest.fixture
def other_box(tmp_path: Path, warm: Warm) -> Devicelog:
    """Another store, with keys of its own."""
    return Devicelog(tmp_path / "other", warm)


@pytest.fixture
def line() -> Iterator[Line]:
    """A line of the test's own."""
    line = Line()
    yield line
    line.close()


@pytest.fixture(scope="session")
def recorded(tmp_path_factory: pytest.TempPathFactory, warm: Warm) -> Devicelog:
    """A store with two sessions, for tests that only read: a meso-gun's, then a no-needle unit's, both with alarms."""
    box = Devicelog(tmp_path_factory.mktemp("recorded"), warm)
    for name, protocol, scenario, zones in (
        ("reference-mesogun", "meso-face-gun-intradermal", "face-limits", ("forehead", "left_cheek")),
        ("reference-noneedle", "noneedle-ionto-dc-face", "current-limits", ("full_face",)),
    ):
        url = f"sim://{name}?seed=1&speed=max&scenario={scenario}"
        given = [word for zone in zones for word in ("--zone", zone)]
        box(*box.recording(url, driver=name, protocol=protocol), *given, "--until-quiet", "500 ms")
    return box
