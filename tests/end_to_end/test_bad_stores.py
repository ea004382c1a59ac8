"""Stores that cannot be used: of a newer version, damaged, under another key, on a full disk."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shutil
import subprocess
import time
from typing import TYPE_CHECKING

import pytest

from devicelog.store.schema import VERSION
from tests.end_to_end.running import Devicelog, wait_until
from tests.waiting import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.end_to_end.running import Warm

SIMULATED = "sim://reference-mesogun?speed=max"


@pytest.fixture
def kept(recorded: Devicelog, box: Devicelog) -> Devicelog:
    """A copy of a store with two sessions, to be spoilt."""
    shutil.copytree(recorded.store, box.store)
    shutil.copytree(recorded.keys, box.keys)
    return box


def _key(box: Devicelog, name: str) -> Path:
    return next(box.keys.glob(f"store-*/{name}"))


def _refused_by_all(box: Devicelog, named: str) -> None:
    for words in (["show", "last"], ["entries", "last"], ["sessions"], ["replay", "last"], ["verify"], ["protocols"]):
        assert named in box.refuses(*words)
    assert named in box.refuses(*box.recording(SIMULATED))
    assert named in box.refuses("export", "last", "--to", str(box.root / "out"))


def test_a_store_of_a_newer_version_is_left_alone(kept: Devicelog) -> None:
    file = kept.store / "store.json"
    described = json.loads(file.read_text(encoding="utf-8"))
    file.write_text(json.dumps(described | {"version": VERSION + 1, "id": ["changed"]}), encoding="utf-8")
    _refused_by_all(kept, "use a newer devicelog")


def test_a_database_of_a_newer_version_is_left_alone(kept: Devicelog) -> None:
    with kept.writing() as database:
        database.pragma("user_version", VERSION + 1)
    _refused_by_all(kept, "use a newer devicelog")


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"version": 1}', b'{"version": "1"}', b"[" * 100_000]
)
def test_a_store_whose_description_is_damaged_is_left_alone(kept: Devicelog, content: bytes) -> None:
    (kept.store / "store.json").write_bytes(content)
    _refused_by_all(kept, "store.json")


def _garbage(file: Path) -> None:
    file.write_bytes(secrets.token_bytes(file.stat().st_size))


def _cut(file: Path) -> None:
    os.truncate(file, file.stat().st_size // 2)


def _cut_to_a_stump(file: Path) -> None:
    os.truncate(file, 1_000)


def _without_its_first_page(file: Path) -> None:
    data = file.read_bytes()
    file.write_bytes(bytes(8_192) + data[8_192:])


def _without_its_last_pages(file: Path) -> None:
    data = file.read_bytes()
    file.write_bytes(data[:16_384] + secrets.token_bytes(len(data) - 16_384))


@pytest.mark.parametrize("spoil", [_garbage, _cut, _cut_to_a_stump, _without_its_first_page, _without_its_last_pages])
def test_a_damaged_database_is_said_and_left_alone(kept: Devicelog, spoil: Callable[[Path], None]) -> None:
    spoil(kept.store / "devicelog.db")
    for words in (["show", "last"], ["entries", "last"], kept.recording(SIMULATED)):
        assert "devicelog.db" in kept.refuses(*words)
    done = kept("verify", code=None)
    assert done.code in (1, 2)
    assert "Traceback" not in done.err
    if done.code == 1:
        assert "fault" in done.out
        assert done.err == ""


def test_a_damaged_session_that_was_left_open_is_said_and_stops_no_other(box: Devicelog) -> None:
    with box.record("sim://reference-mesogun") as recording:
        recording.wait_for(5)
        recording.kill()
    with box.writing() as database:
        database.execute("UPDATE entry SET body = x'00' WHERE key = (SELECT max(key) FROM entry)")
    damaged = next(iter(box.states()))

    assert "damaged" in box(*box.recording(SIMULATED), "--for", "1 s").err

    assert list(box.states().values()) == ["damaged", "ended"]
    assert "cannot be read" in box.refuses("show", damaged)
    box("verify", "last")
    box("verify", code=1)


def test_another_key_opens_nothing(kept: Devicelog) -> None:
    _key(kept, "store.key").write_text(secrets.token_hex(32), encoding="ascii")
    _refused_by_all(kept, "key")


@pytest.mark.parametrize("content", [None, b"", b"0123", b"\xff" * 64, b"z" * 64])
def test_a_key_that_is_missing_or_none_opens_nothing(kept: Devicelog, content: bytes | None) -> None:
    file = _key(kept, "store.key")
    file.unlink()
    if content is not None:
        file.write_bytes(content)
    _refused_by_all(kept, "store.key")


def test_keys_in_another_place_open_nothing(kept: Devicelog) -> None:
    elsewhere = {"DEVICELOG_KEYS": str(kept.root / "elsewhere")}
    assert "DEVICELOG_KEYS" in kept.refuses("show", "last", more=elsewhere)
    assert "DEVICELOG_KEYS" in kept.refuses(*kept.recording(SIMULATED), more=elsewhere)


@pytest.mark.parametrize("content", [None, b"", b"-----BEGIN PRIVATE KEY-----\n\n-----END PRIVATE KEY-----\n"])
def test_without_the_signing_key_nothing_is_recorded(kept: Devicelog, content: bytes | None) -> None:
    file = _key(kept, "seal.key")
    file.unlink()
    if content is not None:
        file.write_bytes(content)
    assert "seal.key" in kept.refuses(*kept.recording(SIMULATED))
    assert kept("show", "last").out


def test_keys_that_cannot_be_made_are_said(box: Devicelog) -> None:
    (box.root / "file").write_text("", encoding="ascii")
    keys = {"DEVICELOG_KEYS": str(box.root / "file")}
    sentence = box.sentence(*box.recording(SIMULATED), code=3, more=keys)
    assert str(box.root / "file") in sentence


@pytest.fixture
def small_disk(tmp_path: Path, warm: Warm) -> Iterator[Callable[[str], Devicelog]]:
    """Makes a box on a disk of its own of this size."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = False

    def make(size: str) -> Devicelog:
        nonlocal mounted
        command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
        if (
            shutil.which("mount") is None
            or subprocess.run(command, capture_output=True, timeout=PATIENCE, check=False).returncode
        ):
            pytest.skip("a disk of its own can only be mounted by root")
        mounted = True
        return Devicelog(folder, warm)

    yield make
    if mounted:
        subprocess.run(["umount", "--lazy", str(folder)], timeout=PATIENCE, check=True)


@pytest.mark.parametrize("size", ["8k", "40k", "1m", "100m"])
def test_nothing_begins_on_a_disk_that_is_full(small_disk: Callable[[str], Devicelog], size: str) -> None:
    box = small_disk(size)
    sentence = box.sentence(*box.recording(SIMULATED), code=3)
    assert "disk" in sentence
    assert str(box.store) in sentence


def test_a_disk_that_fills_up_loses_nothing_that_was_sent(small_disk: Callable[[str], Devicelog]) -> None:
    box = small_disk("250m")
    filler = box.root / "filler"
    with box.record("sim://reference-noneedle?speed=100", driver="reference-noneedle") as recording:
        recording.wait_for(500)
        with filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
            while file.write(bytes(4_096)):
                pass
        wait_until(lambda: "alarm: the disk is full" in recording.err, "the alarm")
        time.sleep(1)  # until what was printed before is read
        acknowledged = len(recording.acks)
        time.sleep(1)
        assert len(recording.acks) == acknowledged
        filler.unlink()
        recording.wait_for(acknowledged + 500)
        assert recording.end() == 0
    assert box("entries", "last", "--ids").out.split() == recording.acks
    box("verify")
    box("replay", "last")
    told = [entry.content for entry in box.entries() if entry.kind == "alarm"]
    assert told[0]["priority"] == "high"
    assert "the disk is full" in told[0]["text"]
    assert list(box.states().values()) == ["ended"]


def test_a_session_can_still_be_closed_on_a_disk_that_stays_full(small_disk: Callable[[str], Devicelog]) -> None:
    box = small_disk("250m")
    with box.record("sim://reference-noneedle?speed=100", driver="reference-noneedle") as recording:
        recording.wait_for(500)
        with (box.root / "filler").open("wb", buffering=0) as file, contextlib.suppress(OSError):
            while file.write(bytes(4_096)):
                pass
        wait_until(lambda: "alarm: the disk is full" in recording.err, "the alarm")
        assert recording.end() == 0
    assert box("entries", "last", "--ids").out.split() == recording.acks
    assert list(box.states().values()) == ["ended"]
    box("verify")
    box.sentence(*box.recording(SIMULATED), code=3)
