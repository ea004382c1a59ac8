"""`devicelog doctor` changes nothing and has a mend for whatever it finds."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

from devicelog import doctor
from devicelog.ports import Port, PortFault, fault
from devicelog.store.folder import Lock

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from tests.cli.conftest import Store


def _of_the_store(store: Store) -> dict[str, Any]:
    findings = json.loads(store.run("doctor", "--json").stdout)["findings"]
    [found] = [finding for finding in findings if finding["about"] == "store"]
    return dict(found)


def test_it_leaves_the_lock_as_it_is(store: Store) -> None:
    lock = store.path / "lock"
    lock.write_text("4711", encoding="ascii")
    before = lock.stat()

    assert _of_the_store(store)["grade"] == "good"
    assert lock.read_text(encoding="ascii") == "4711"
    assert lock.stat().st_mtime_ns == before.st_mtime_ns


def test_it_makes_no_lock(store: Store) -> None:
    (store.path / "lock").unlink(missing_ok=True)

    assert _of_the_store(store)["grade"] == "good"
    assert not (store.path / "lock").exists()


def test_a_recording_is_care_and_names_its_process(store: Store) -> None:
    lock = Lock(store.path)
    lock.acquire()
    found = _of_the_store(store)
    lock.release()

    assert found["grade"] == "care"
    assert f"in use by process {os.getpid()}" in found["found"]
    assert found["mend"].startswith("end that recording")


def test_a_damaged_store_is_bad_and_has_a_mend(store: Store, tmp_path: Path) -> None:
    (tmp_path / "store.json").write_text("{", encoding="ascii")

    found = _of_the_store(type(store)(tmp_path, {}))

    assert found["grade"] == "bad"
    assert found["mend"] == "restore it from a backup"


def test_every_finding_that_is_not_good_has_a_mend(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    away = Port("/dev/ttyGONE", "maker", None, None, None, None, fault("/dev/ttyGONE"))
    monkeypatch.setattr(doctor, "ports", lambda _: [away])

    findings = doctor.examine(store.path)

    assert all(finding.mend for finding in findings if finding.grade is not doctor.Grade.GOOD)
    assert any(finding.found == "/dev/ttyGONE: it is not there" for finding in findings)


def test_why_a_port_cannot_be_used_is_found_and_mend() -> None:
    assert str(PortFault("it is not there", "check the cable")) == "it is not there; check the cable"
