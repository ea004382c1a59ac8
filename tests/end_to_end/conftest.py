"""What the end-to-end tests share: stores, recorded sessions, lines."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end_to_end.line import Line
from tests.end_to_end.running import Devicelog, Warm
from tests.end_to_end.serving import Serving, serving
from tests.end_to_end.upgrades import Upgraded


@pytest.fixture
def box(tmp_path: Path, warm: Warm) -> Devicelog:
    """A store and keys that do not exist yet."""
    return Devicelog(tmp_path / "box", warm)


@pytest.fixture(scope="session")
def warm_station(tmp_path_factory: pytest.TempPathFactory, warm: Warm) -> Warm:
    """What stations are run by, beside which commands are run."""
    return Warm(tmp_path_factory.mktemp("warm_station"), beside=warm)


@pytest.fixture
def station(box: Devicelog, warm_station: Warm) -> Iterator[Serving]:
    """The station of the store, not started yet."""
    with serving(box, warm_station) as one:
        yield one


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


@pytest.fixture(scope="session")
def first_clinic(tmp_path_factory: pytest.TempPathFactory, warm: Warm) -> Upgraded:
    """A clinic with a session that version 1 of its driver recorded; for tests that change nothing."""
    folder = tmp_path_factory.mktemp("clinic")
    clinic = Upgraded(Devicelog(folder / "box", warm), folder / "packages")
    clinic.install("1")
    url = "sim://reference-mesogun?seed=1&speed=max&scenario=face-limits"
    words = clinic.box.recording(url, driver="clinic-gun", protocol="meso-face-gun-intradermal")
    clinic(*words, "--zone", "forehead", "--zone", "left_cheek", "--until-quiet", "500 ms")
    return clinic


@pytest.fixture
def clinic(first_clinic: Upgraded, tmp_path: Path) -> Upgraded:
    """The same clinic, for one test alone."""
    return first_clinic.copy(tmp_path)


@pytest.fixture(scope="session")
def first_amended_clinic(first_clinic: Upgraded, tmp_path_factory: pytest.TempPathFactory) -> Upgraded:
    """The same clinic when version 2, which reads depths 0.1 mm deeper, was installed and accepted."""
    clinic = first_clinic.copy(tmp_path_factory.mktemp("amended"))
    clinic.install("2", more=100)
    clinic.accept()
    return clinic


@pytest.fixture
def amended_clinic(first_amended_clinic: Upgraded, tmp_path: Path) -> Upgraded:
    """That clinic, for one test alone."""
    return first_amended_clinic.copy(tmp_path)
