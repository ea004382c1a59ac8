"""What `devicelog drivers new` writes is built, installed beside devicelog's wheel, tested there and recorded with."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from devicelog.chunk import ChunkKind
from devicelog.kit.package import write_package
from devicelog.record.record import fold
from devicelog.store.reader import Reader
from tests.kit.conftest import NAME, REPOSITORY, Clinic, run
from tests.kit.guide import TESTS
from tests.waiting import PATIENCE, killed_when_late

if TYPE_CHECKING:
    from collections.abc import Iterator

KNOWN_TYPES = REPOSITORY / ".mypy_cache" / "kit"
PACKAGE = f"{NAME.distribution} 0.1.0"


@contextmanager
def simulated(clinic: Clinic) -> Iterator[str]:
    """The URL of the package's simulator while it runs."""
    command = [clinic.python, "-m", "devicelog", "simulate", NAME.driver, "--speed", "max"]
    process = subprocess.Popen(command, cwd=clinic.home, env=clinic.environment, stdout=subprocess.PIPE, text=True)
    with process, killed_when_late(process):
        assert process.stdout is not None
        ready, url = process.stdout.readline().split()
        assert ready == "READY"
        yield url
        process.terminate()
        assert process.wait(PATIENCE) == 0


def test_the_installed_devicelog_writes_every_file_of_the_template(clinic: Clinic, tmp_path: Path) -> None:
    for path in write_package(NAME, tmp_path / "written"):
        written = clinic.source / path.relative_to(tmp_path / "written")
        assert written.read_bytes() == path.read_bytes()


def test_devicelog_and_the_driver_are_those_of_the_wheels(clinic: Clinic) -> None:
    for module in ("devicelog", NAME.module):
        assert clinic.evaluate(f"__import__('{module}').__file__").startswith(str(clinic.venv))


def test_the_wheel_holds_the_package_and_its_entry_points_and_nothing_else(clinic: Clinic) -> None:
    files = f"__import__('importlib.metadata').metadata.files('{NAME.distribution}')"

    top = clinic.evaluate(f"*{{path.parts[0] for path in {files}}}")

    assert set(top.split()) == {NAME.module, f"devicelog_{NAME.module}-0.1.0.dist-info"}


@pytest.fixture(scope="module")
def ci(clinic: Clinic) -> dict[str, subprocess.CompletedProcess[str]]:
    """What became of each step of its CI file behind the installation, by its words; pytest says what it skipped."""
    text = (clinic.source / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8")
    install, *steps = re.findall(r"^ +- run: (.+)$", text, re.MULTILINE)
    assert install == 'python -m pip install ".[dev]"'
    # What mypy knows of the libraries is kept for the next run; devicelog and the package are in new places each time.
    environment = {**clinic.environment, "PYTEST_ADDOPTS": "-rs", "MYPY_CACHE_DIR": str(KNOWN_TYPES)}
    ruff = shutil.which("ruff", path=Path(sys.executable).parent)
    assert ruff is not None
    done = {}
    for step in steps:
        words = shlex.split(step)
        command = [ruff, *words[1:]] if words[0] == "ruff" else [clinic.python, "-m", *words]
        done[step] = run(command, clinic.source, environment)
    return done


def test_what_its_ci_file_does_passes(ci: dict[str, subprocess.CompletedProcess[str]]) -> None:
    assert [step.split()[0] for step in ci] == ["ruff", "ruff", "mypy", "pytest", "devicelog"]
    for done in ci.values():
        assert done.returncode == 0, done.stdout + done.stderr


def test_no_promise_of_the_conformance_suite_is_skipped(ci: dict[str, subprocess.CompletedProcess[str]]) -> None:
    (told,) = (done.stdout for step, done in ci.items() if step.startswith("pytest"))

    assert " passed" in told
    assert "skipped" not in told.lower()


def test_the_examples_of_the_guide_pass_with_the_written_package(clinic: Clinic, tmp_path: Path) -> None:
    head = f"from {NAME.module}.driver import DRIVER\nfrom {NAME.module}.simulator import SIMULATOR\n\n\n"
    file = tmp_path / "test_guide.py"
    file.write_text(head + "\n\n".join(TESTS), encoding="utf-8")

    done = clinic.run(
        "pytest", "-q", "-c", str(clinic.source / "pyproject.toml"), "--rootdir", str(tmp_path), str(file)
    )

    assert len(TESTS) == 4
    assert done.returncode == 0, done.stdout
    assert "4 passed" in done.stdout


def test_devicelog_lists_the_driver_with_the_package_that_it_is_from(clinic: Clinic) -> None:
    told = clinic.run("devicelog", "drivers", NAME.driver)

    assert told.returncode == 0, told.stderr
    assert f"from {PACKAGE}" in told.stdout


def test_a_session_recorded_with_it_holds_every_dose_in_units(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    who = ["--protocol", "none", "--subject", "4711", "--practitioner", "Test"]
    with simulated(clinic) as url:
        done = clinic.run(
            "devicelog", "record", "--device", f"{NAME.driver}@{url}", *who, "--until-quiet", "1 s", "--no-live"
        )
    monkeypatch.setenv("DEVICELOG_KEYS", str(clinic.home / "keys"))
    with Reader.open(clinic.home / "store") as store:
        session = store.session("last").number
        record = fold(store.entries(session))
        sent = b"".join(chunk.data for chunk in store.chunks(session) if chunk.kind is ChunkKind.RECEIVED)

    assert done.returncode == 0, done.stderr
    assert "has not been verified on any real device" in done.stderr
    assert record.tally.session.triggers == 20
    assert record.tally.session.volume_ml == sum(doses_in_ml(sent))
    assert [device["serial"] for device in record.devices[1].identities] == ["SIM-0001"]
    assert record.simulated
    [missing] = record.missing_things()
    assert missing.startswith("skipped: history")
    assert record.devices[1].plan["package"] == PACKAGE


def doses_in_ml(sent: bytes) -> list[Decimal]:
    """The doses in some bytes, read without the driver."""
    found = re.findall(rb"^V=(\S+) (uL|mL) ", sent, re.MULTILINE)
    assert {unit for _, unit in found} == {b"uL", b"mL"}
    return [Decimal(value.decode()) / (1000 if unit == b"uL" else 1) for value, unit in found]
