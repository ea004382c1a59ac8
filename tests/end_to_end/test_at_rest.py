"""A3: nothing of a patient can be read at rest without the keys; files and folders are for their owner only."""

from __future__ import annotations

import os
import shutil
import stat
from typing import TYPE_CHECKING

import pytest

from tests.end_to_end.running import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.end_to_end.running import Devicelog

PATIENT, PRACTITIONER, ZONE = "Quetzalcoatl-19610304", "Dr. Xanthippe Zwetschge", "left_eyebrow_of_that_patient"
SECRETS = (PATIENT, PRACTITIONER, ZONE)
WHO = ("--subject", PATIENT, "--practitioner", PRACTITIONER, "--zone", ZONE)
URL = "sim://reference-mesogun?seed=1"
RECORD = ("record", "--device", f"reference-mesogun@{URL}&speed=max", "--protocol", "none", *WHO, "--no-live")


@pytest.fixture
def used(box: Devicelog) -> Devicelog:
    """A store with three sessions, the last one killed, so that its WAL is there; logs, temporary files, a witness."""
    (box.root / "tmp").mkdir()
    box.environment |= {
        "TMPDIR": str(box.root / "tmp"),
        "DEVICELOG_LOG": str(box.root / "log.txt"),
        "DEVICELOG_LOG_LEVEL": "debug",
    }
    box(*RECORD, "--until-quiet", "300 ms")
    box("witness", "add", str(box.root / "stick.witness"))
    box(*RECORD, "--until-quiet", "300 ms")
    with box.record(f"{URL}&speed=50", *WHO) as recording:
        recording.wait_for(20)
        recording.kill()
    wait_until((box.store / "devicelog.db-wal").exists, "a WAL")
    return box


def files(box: Devicelog) -> Iterator[Path]:
    return (path for path in box.root.rglob("*") if path.is_file())


def found_in(box: Devicelog) -> list[tuple[str, str]]:
    """Every secret that stands readable in a file, and where."""
    forms = {word: (word.encode(), word.encode("utf-16-le"), word.encode().hex().encode()) for word in SECRETS}
    return [
        (secret, str(path.relative_to(box.root)))
        for path in files(box)
        for secret, written in forms.items()
        if any(form in path.read_bytes() for form in written)
    ]


def test_nothing_of_the_patient_stands_readable_in_any_file(used: Devicelog) -> None:
    names = {path.name for path in files(used)}
    assert {"devicelog.db", "devicelog.db-wal", "log.txt", "stick.witness", "store.json"} <= names
    assert (used.root / "log.txt").stat().st_size > 0
    assert found_in(used) == []
    assert PATIENT in used("show", "last").out
    used("verify")
    assert found_in(used) == []


def test_an_export_is_the_only_readable_copy_and_leaves_nothing_behind(used: Devicelog) -> None:
    used("export", "last", "--to", str(used.root / "out"))
    used("verify", str(used.root / "out"))
    assert {name for _, name in found_in(used) if not name.startswith("out/")} == set()
    assert {secret for secret, _ in found_in(used)} == set(SECRETS)
    shutil.rmtree(used.root / "out")
    assert list((used.root / "tmp").iterdir()) == []
    assert found_in(used) == []


def test_another_key_opens_nothing(used: Devicelog) -> None:
    [key] = used.keys.glob("*/store.key")
    key.write_text("0" * 64, encoding="ascii")
    for words in (["sessions"], ["show", "last"], ["verify"], ["entries", "last"]):
        assert "damaged or under another key" in used.sentence(*words, code=2)


@pytest.mark.skipif(os.name != "posix", reason="rights are another thing here")
def test_files_and_folders_are_for_their_owner_only(used: Devicelog) -> None:
    folders = [used.store, *[path for path in used.keys.rglob("*") if path.is_dir()]]
    assert {str(path): oct(stat.S_IMODE(path.stat().st_mode)) for path in folders} == {
        str(path): "0o700" for path in folders
    }
    kept = [path for folder in (used.store, used.keys) for path in folder.rglob("*") if path.is_file()]
    kept.append(used.root / "stick.witness")
    assert len(kept) > 6
    assert {str(path): oct(stat.S_IMODE(path.stat().st_mode)) for path in kept} == {str(path): "0o600" for path in kept}
