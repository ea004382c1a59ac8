"""The doctor on the store, its keys and its place."""

from __future__ import annotations

import os
import shutil
import sqlite3
from typing import TYPE_CHECKING

import pytest

from devicelog.doctor import Grade
from devicelog.store.folder import default_store
from devicelog.store.keys import keys_root
from devicelog.store.writer import Writer

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.doctor.conftest import Computer

pytestmark = pytest.mark.skipif("os.name != 'posix'", reason="modes of files are those of POSIX")


def test_a_sound_computer_has_nothing_to_mend(computer: Computer) -> None:
    assert computer.findings() == []


def test_it_changes_nothing(computer: Computer, tmp_path: Path) -> None:
    def all_files() -> dict[str, tuple[int, int]]:
        kept = [file for file in tmp_path.rglob("*") if not file.name.endswith("-shm")]  # readers share that memory
        return {str(file): (file.lstat().st_mtime_ns, file.lstat().st_mode) for file in kept}

    before = all_files()
    computer.findings()
    assert all_files() == before


@pytest.mark.parametrize(("version", "bad"), [((3, 40, 1), True), ((3, 51, 2), True), ((3, 51, 3), False)])
def test_a_sqlite_that_can_corrupt_a_store_is_bad(computer: Computer, version: tuple[int, ...], *, bad: bool) -> None:
    computer.sqlite = version

    assert [finding.grade for finding in computer.findings("SQLite")] == [Grade.BAD] * bad


def test_a_database_that_is_not_encrypted_is_bad(computer: Computer) -> None:
    (computer.store / "devicelog.db").unlink()
    database = sqlite3.connect(computer.store / "devicelog.db")
    database.execute("CREATE TABLE entry (body)")
    database.close()

    [found] = computer.findings("encryption")

    assert found.grade is Grade.BAD
    assert "is not encrypted" in found.found


def test_a_store_that_a_recording_would_refuse_is_bad(computer: Computer) -> None:
    database = computer.store / "devicelog.db"
    database.write_bytes(os.urandom(database.stat().st_size))

    [found] = computer.findings("store")

    assert found.grade is Grade.BAD
    assert "is damaged or under another key" in found.found


def test_a_store_that_is_being_recorded_is_no_fault(computer: Computer) -> None:
    with Writer.open(computer.store):
        [found] = computer.findings("store")

    assert found.grade is Grade.CARE
    assert "is in use by process" in found.found


def test_a_list_of_witnesses_that_cannot_be_read_is_bad(computer: Computer, keys: Callable[[], Path]) -> None:
    (keys() / "witnesses.json").write_text("{", encoding="ascii")

    [found] = computer.findings("witness")

    assert found.grade is Grade.BAD
    assert "is no list of witnesses" in found.found
    assert found.mend == "remove it, and add the witnesses again"


def test_keys_inside_the_store_are_bad(
    computer: Computer, keys: Callable[[], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.move(keys(), computer.store / "keys" / keys().name)
    monkeypatch.setenv("DEVICELOG_KEYS", str(computer.store / "keys"))

    [found] = computer.findings("keys")

    assert found.grade is Grade.BAD
    assert "lies inside the store" in found.found
    assert "DEVICELOG_KEYS" in found.mend


def test_a_copy_of_a_key_inside_the_store_is_bad(computer: Computer, keys: Callable[[], Path]) -> None:
    (computer.store / "safe").mkdir(mode=0o700)
    shutil.copy(keys() / "store.key", computer.store / "safe" / "store.key")

    [found] = computer.findings("keys")

    assert found.grade is Grade.BAD
    assert "store.key" in found.found


def test_the_keys_have_a_place_of_their_own_where_data_and_settings_share_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on macOS and Windows."""
    monkeypatch.delenv("DEVICELOG_KEYS", raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "AppData"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "AppData"))

    assert not keys_root().is_relative_to(default_store())
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    assert keys_root() == tmp_path / "config" / "devicelog" / "keys"


def test_keys_in_the_folder_beside_the_store_are_care(
    computer: Computer, keys: Callable[[], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    beside = computer.store.parent / "keys"
    shutil.move(keys(), beside / keys().name)
    monkeypatch.setenv("DEVICELOG_KEYS", str(beside))

    [found] = computer.findings("keys")

    assert found.grade is Grade.CARE
    assert "one backup would take both" in found.found


@pytest.mark.parametrize("name", ["store.key", "seal.key", "subjects", "."])
def test_keys_that_others_may_use_are_bad(computer: Computer, keys: Callable[[], Path], name: str) -> None:
    (keys() / name).chmod(0o755)

    [found] = computer.findings("keys")

    assert found.grade is Grade.BAD
    assert f"other users may use {keys() / name}".rstrip("/.") in found.found


def test_keys_that_are_lost_are_bad(computer: Computer, keys: Callable[[], Path]) -> None:
    (keys() / "store.key").unlink()

    [found] = computer.findings("keys")

    assert found.grade is Grade.BAD


def test_a_store_that_others_may_look_into_is_care(computer: Computer) -> None:
    computer.store.chmod(0o755)

    [found] = computer.findings("store")

    assert (found.grade, found.mend) == (Grade.CARE, f"chmod 700 {computer.store}")


@pytest.mark.parametrize(
    ("free", "total", "grade"),
    [
        (150_000_000, 500_000_000_000, Grade.BAD),
        (900_000_000, 2_000_000_000, Grade.CARE),
        (20_000_000_000, 500_000_000_000, Grade.CARE),
        (30_000_000_000, 500_000_000_000, None),
        (1_100_000_000, 10_000_000_000, None),
    ],
    ids=["below 200 MB", "below 1 GB", "below 5 %", "6 %", "more than both"],
)
def test_a_disk_that_is_nearly_full(computer: Computer, free: int, total: int, grade: Grade | None) -> None:
    computer.free, computer.total = free, total

    assert [finding.grade for finding in computer.findings("disk")] == ([grade] if grade else [])


@pytest.mark.parametrize(
    ("kind", "grade", "said"),
    [
        ("nfs4", Grade.BAD, "network file system"),
        ("fuse.sshfs", Grade.BAD, "network file system"),
        ("cifs", Grade.BAD, "network file system"),
        ("tmpfs", Grade.CARE, "in memory"),
    ],
)
def test_a_store_on_what_may_lose_it_is_named(computer: Computer, kind: str, grade: Grade, said: str) -> None:
    computer.file("/proc/self/mounts", f"/dev/sda1 / ext4 rw 0 0\nx {computer.store.parent} {kind} rw 0 0\n")

    [found] = computer.findings("file system")

    assert found.grade is grade
    assert said in found.found


def test_a_mount_elsewhere_is_no_matter(computer: Computer) -> None:
    computer.file("/proc/self/mounts", f"/dev/sda1 / ext4 rw 0 0\nx {computer.store}-other nfs4 rw 0 0\n")

    assert computer.findings("file system") == []


@pytest.mark.parametrize("folder", ["OneDrive", "OneDrive - Clinic", "Dropbox", "Google Drive", "Mobile Documents"])
def test_a_store_in_a_folder_that_is_copied_elsewhere_is_care(computer: Computer, folder: str, tmp_path: Path) -> None:
    shutil.move(computer.store, tmp_path / folder / "store")
    computer.store = tmp_path / folder / "store"

    [found] = computer.findings("store")

    assert found.grade is Grade.CARE
    assert repr(folder) in found.found


def test_keys_in_a_folder_that_is_copied_elsewhere_are_bad(
    computer: Computer, keys: Callable[[], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "OneDrive" / "keys"
    shutil.move(keys(), place / keys().name)
    monkeypatch.setenv("DEVICELOG_KEYS", str(place))

    [found] = computer.findings("keys")

    assert found.grade is Grade.BAD
