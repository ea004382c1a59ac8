"""`devicelog doctor` changes nothing and has a mend for whatever it finds."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

from devicelog.link.ports import PortFault
from devicelog.store.folder import Lock

if TYPE_CHECKING:
    from pathlib import Path

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


def test_the_exit_code_says_whether_anything_is_bad(store: Store, tmp_path: Path) -> None:
    (tmp_path / "store.json").write_text("{", encoding="ascii")
    damaged = type(store)(tmp_path, {}).run("doctor", "--json")
    sound = store.run("doctor", "--json")

    assert (damaged.exit_code, json.loads(damaged.stdout)["holds"]) == (1, False)
    grades = {finding["grade"] for finding in json.loads(sound.stdout)["findings"]}
    assert (sound.exit_code, json.loads(sound.stdout)["holds"]) == ((1, False) if "bad" in grades else (0, True))


def test_what_people_read_has_the_mend_under_what_was_found(store: Store, tmp_path: Path) -> None:
    (tmp_path / "store.json").write_text("{", encoding="ascii")

    lines = type(store)(tmp_path, {}).run("doctor").stdout.splitlines()

    [place] = [number for number, line in enumerate(lines) if line.startswith("BAD   store: ")]
    assert lines[place + 1] == "      mend: restore it from a backup"


def test_why_a_port_cannot_be_used_is_found_and_mend() -> None:
    assert str(PortFault("it is not there", "check the cable")) == "it is not there; check the cable"
