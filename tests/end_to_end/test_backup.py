"""Backups: taken while a session is recorded, there whole or not at all, refused when damaged, and stores again."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.end_to_end.limits import LARGEST
from tests.end_to_end.processes import NOWHERE
from tests.end_to_end.running import Devicelog, wait_until
from tests.end_to_end.test_bad_stores import small_disk
from tests.waiting import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.end_to_end.processes import Process

__all__ = ["small_disk"]

SIMULATED = "sim://reference-mesogun?speed=max"
PASSPHRASE = {"DEVICELOG_PASSPHRASE": "three words and more"}
#: What the WAL of a store may grow to (bytes).
WAL_LIMIT = 64 * 1024 * 1024


@pytest.fixture
def kept(recorded: Devicelog, box: Devicelog) -> Devicelog:
    """A copy of a store with two sessions."""
    shutil.copytree(recorded.store, box.store)
    shutil.copytree(recorded.keys, box.keys)
    return box


def _backup(box: Devicelog, *words: str, to: str = "backups") -> Path:
    """Take a backup; its folder."""
    document = box("backup", "--to", str(box.root / to), "--json", *words).document
    assert document["holds"]
    return Path(document["backup"])


def _manifest(backup: Path) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((backup / "manifest.json").read_bytes())
    return document


def _restored(box: Devicelog, backup: Path, to: str = "restored") -> Devicelog:
    """The store of a backup, with the keys of the first."""
    box("restore", str(backup), "--to", str(box.root / to))
    other = Devicelog(box.root, box.warm)
    other.store = box.root / to
    other.environment = {**box.environment, "DEVICELOG_STORE": str(other.store)}
    return other


def test_a_backup_during_a_recording_holds_all_that_was_acknowledged(box: Devicelog) -> None:
    backups = []
    wal = box.store / "devicelog.db-wal"
    with box.record("sim://reference-noneedle?speed=300", driver="reference-noneedle") as recording:
        recording.wait_for(500)
        for _ in range(3):
            before = list(recording.acks)
            backups.append((before, _backup(box)))
            recording.wait_for(len(recording.acks) + 100)
            assert wal.stat().st_size < WAL_LIMIT
        session = recording.session
        assert recording.end() == 0
    assert box("replay", session).code == 0
    live = [entry.number for entry in box.entries(session)]
    for number, (acknowledged, backup) in enumerate(backups):
        assert _manifest(backup)["running"] == [session]
        box("verify", str(backup))
        restored = _restored(box, backup, f"restored-{number}")
        restored("verify")
        ids = restored("entries", session, "--ids").out.split()
        assert set(acknowledged) <= set(ids)
        assert [int(one.rpartition("/")[2]) for one in ids] == live[: len(ids)]
        restored("replay", session)


def test_a_restored_store_records_on_and_verify_tells_the_restore(kept: Devicelog) -> None:
    restored = _restored(kept, _backup(kept))
    assert sorted(path.name for path in restored.store.iterdir()) == ["devicelog.db", "history.jsonl", "store.json"]

    restored(*restored.recording(SIMULATED), "--for", "200 ms")

    assert list(restored.states().values()) == ["ended", "ended", "ended"]
    assert "the store was restored on" in restored("verify").out
    (restored.store / "history.jsonl").unlink()
    assert "history that is not there" in restored("verify", code=1).out


def test_a_history_that_was_changed_does_not_verify(kept: Devicelog) -> None:
    restored = _restored(kept, _backup(kept))
    history = restored.store / "history.jsonl"
    history.write_bytes(history.read_bytes().replace(b'"newer_seal":null', b'"newer_seal":1000'))
    assert "history was changed" in restored("verify", code=1).out
    history.write_bytes(b"{}\n")
    assert "history" in restored("verify", code=1).out


def test_an_older_copy_is_said_to_be_one(kept: Devicelog) -> None:
    older = _backup(kept)
    kept(*kept.recording(SIMULATED), "--for", "200 ms")
    newer = _backup(kept)
    assert _manifest(older)["seal"] < _manifest(newer)["seal"]

    said = kept("restore", str(older), "--to", str(kept.root / "old")).err

    assert f"up to seal {_manifest(newer)['seal']}" in said
    told = kept("verify", str(kept.root / "old")).out
    assert "this is an older copy" in told
    assert "older copy" not in kept("restore", str(newer), "--drill").err


def test_a_manifest_is_checked_without_devicelog_and_names_the_last_seal(kept: Devicelog) -> None:
    backup = _backup(kept)
    session = kept("export", "last", "--to", str(kept.root / "exports")).out.strip()
    check = ["openssl", "pkeyutl", "-verify", "-rawin", "-pubin", "-inkey", f"{session}/public_key.pem"]
    check += ["-in", "manifest.json", "-sigfile", "manifest.sig"]
    assert subprocess.run(check, cwd=backup, capture_output=True, timeout=PATIENCE, check=False).returncode == 0

    manifest = _manifest(backup)

    assert f"number {manifest['seal']}, {manifest['digest'][:16]}" in kept("verify").out
    kept("verify", "--seal", manifest["seal_text"])
    kept("verify", "--witness", str(backup / "seals.witness"))
    assert {path.stat().st_mode & 0o077 for path in (backup, *backup.iterdir())} == {0}


def test_a_restore_never_goes_over_something_else(kept: Devicelog) -> None:
    backup = _backup(kept)
    file = kept.root / "file"
    file.write_text("mine", encoding="ascii")
    for taken in (kept.store, file, file / "below"):
        kept.refuses("restore", str(backup), "--to", str(taken))
    assert file.read_text(encoding="ascii") == "mine"
    assert "--to" in kept.refuses("restore", str(backup))


def test_a_drill_verifies_and_leaves_nothing(kept: Devicelog) -> None:
    backup = _backup(kept)
    before = kept.kept()
    place = kept.root / "place"
    place.mkdir()

    done = kept("restore", str(backup), "--drill", "--to", str(place), "--json")

    assert done.document["holds"]
    assert done.document["findings"]["checked"]["sessions"] == 2
    assert list(place.iterdir()) == []
    assert kept.kept() == before


def test_no_changed_byte_of_a_backup_is_restored(kept: Devicelog) -> None:
    backup = _backup(kept)
    chance = random.Random(5)
    for file in sorted(backup.iterdir()):
        whole = file.read_bytes()
        for _ in range(3):
            data = bytearray(whole)
            data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
            file.write_bytes(data)
            done = kept("restore", str(backup), "--to", str(kept.root / "restored"), code=None)
            assert done.code in (1, 2), f"a changed {file.name} was restored"
            assert "Traceback" not in done.err
            assert not (kept.root / "restored").exists()
        file.write_bytes(whole)
    kept("restore", str(backup), "--drill")


@pytest.mark.parametrize("name", ["devicelog.db", "store.json", "seals.witness", "manifest.json", "manifest.sig"])
def test_a_backup_that_lacks_a_file_is_not_restored(kept: Devicelog, name: str) -> None:
    backup = _backup(kept)
    (backup / name).unlink()
    done = kept("restore", str(backup), "--to", str(kept.root / "restored"), code=None)
    assert done.code in (1, 2)
    assert done.err.count("\n") == 1
    assert not (kept.root / "restored").exists()


def test_a_backup_signed_by_another_is_not_restored(kept: Devicelog, other_box: Devicelog) -> None:
    other_box(*other_box.recording(SIMULATED), "--for", "200 ms")
    backup, other = _backup(kept), _backup(other_box)
    shutil.copy(other / "manifest.sig", backup)
    assert "manifest" in kept("restore", str(backup), "--drill", code=1).err


def test_a_backup_opens_with_the_file_of_keys_on_another_computer(kept: Devicelog, other_box: Devicelog) -> None:
    keys = kept.root / "keys.json"
    kept("backup", "--to", str(kept.root / "backups"), "--with-keys", str(keys), more=PASSPHRASE)
    [backup] = (kept.root / "backups").iterdir()
    to = str(other_box.store)
    assert "DEVICELOG_KEYS" in other_box.refuses("restore", str(backup), "--to", to)
    wrong = {"DEVICELOG_PASSPHRASE": "three other words"}
    assert "passphrase" in other_box.refuses("restore", str(backup), "--to", to, "--keys", str(keys), more=wrong)

    other_box("restore", str(backup), "--drill", "--keys", str(keys), more=PASSPHRASE)
    assert not list(other_box.keys.iterdir())
    other_box("restore", str(backup), "--to", to, "--keys", str(keys), more=PASSPHRASE)

    other_box("verify")
    assert "P-1" in other_box("show", "last").out
    other_box(*other_box.recording(SIMULATED), "--for", "200 ms")
    other_box("verify")


def test_keys_are_never_written_beside_what_they_open(kept: Devicelog) -> None:
    for place in ("backups/keys.json", "store/keys.json"):
        words = ("backup", "--to", str(kept.root / "backups"), "--with-keys", str(kept.root / place))
        assert "beside" in kept.refuses(*words, more=PASSPHRASE)
    words = ("backup", "--to", str(kept.root / "backups"), "--with-keys", str(kept.root / "keys.json"))
    assert "12 or more" in kept.refuses(*words, more={"DEVICELOG_PASSPHRASE": "short"})
    assert "DEVICELOG_PASSPHRASE" in kept.refuses(*words)
    assert "are not in it" in kept("backup", "--to", str(kept.root / "backups")).err


def test_the_key_of_an_erased_subject_is_not_put_back(kept: Devicelog) -> None:
    keys = kept.root / "keys.json"
    kept("backup", "--to", str(kept.root / "backups"), "--with-keys", str(keys), more=PASSPHRASE)
    [backup] = (kept.root / "backups").iterdir()
    [subject] = kept.keys.glob("store-*/subjects/*")
    subject.unlink()

    done = kept("restore", str(backup), "--to", str(kept.root / "r"), "--keys", str(keys), more=PASSPHRASE)

    assert "1 subject" in done.err
    assert not subject.exists()


def test_only_so_many_backups_are_kept_and_never_none_that_holds(kept: Devicelog) -> None:
    backups = [_backup(kept) for _ in range(3)]
    foreign = kept.root / "backups" / "holiday"
    foreign.mkdir()
    kept(*kept.recording(SIMULATED), "--for", "200 ms")

    last = _backup(kept, "--keep", "2")

    assert sorted((kept.root / "backups").iterdir()) == sorted([backups[2], last, foreign])
    with kept.writing() as database:
        database.execute("UPDATE entry SET body = x'00' WHERE key = (SELECT max(key) FROM entry)")
    done = kept("backup", "--to", str(kept.root / "backups"), "--keep", "1", code=1)
    assert "does not verify" in done.err
    assert sorted((kept.root / "backups").iterdir()) == sorted([backups[2], last, foreign])
    kept("backup", "--to", str(kept.root / "backups"), "--keep", "1", "--with-faults", code=1)
    assert {backups[2], last, foreign} < set((kept.root / "backups").iterdir())
    [faulty] = set((kept.root / "backups").iterdir()) - {backups[2], last, foreign}
    assert not _manifest(faulty)["holds"]
    kept("restore", str(faulty), "--to", str(kept.root / "r"), code=1)
    kept("restore", str(faulty), "--to", str(kept.root / "r"), "--with-faults", code=1)
    kept("verify", str(kept.root / "r"), code=1)


def _begun(to: Path, process: Process) -> bool:
    return (to / ".devicelog-unfinished").exists() or process.poll() is not None


def test_a_store_that_was_set_back_unseen_is_not_backed_up(kept: Devicelog) -> None:
    shutil.copytree(kept.store, kept.root / "old")
    before = _backup(kept)
    kept(*kept.recording(SIMULATED), "--for", "200 ms")
    last = _backup(kept)
    shutil.rmtree(kept.store)
    shutil.copytree(kept.root / "old", kept.store)

    assert "roll-back" in kept("backup", "--to", str(kept.root / "backups"), "--keep", "1", code=1).err
    assert set((kept.root / "backups").iterdir()) == {before, last}

    restored = _restored(kept, before)
    restored(*kept.recording(SIMULATED), "--for", "200 ms")
    _backup(restored)


def test_a_killed_backup_is_never_taken_for_one(kept: Devicelog) -> None:
    to = kept.root / "backups"
    first = _backup(kept)
    content = {path.name: path.read_bytes() for path in first.iterdir()}
    chance = random.Random(3)
    for _ in range(12):
        process = kept.begin("backup", "--to", str(to), streams=(NOWHERE, NOWHERE, NOWHERE))
        wait_until(partial(_begun, to, process), "a backup")
        time.sleep(chance.random() * 0.15)
        process.kill()
        process.wait()
    for path in to.iterdir():
        if path.name != ".devicelog-unfinished":
            kept("restore", str(path), "--drill")
    for left in (to / ".devicelog-unfinished").iterdir() if (to / ".devicelog-unfinished").exists() else ():
        told = kept("restore", str(left), "--drill", code=None)
        assert told.code in (0, 2) or "nothing was restored" in told.err

    _backup(kept)

    assert {path.name: path.read_bytes() for path in first.iterdir()} == content
    assert not (to / ".devicelog-unfinished").exists()


def test_one_backup_at_a_time_is_written_to_a_place(kept: Devicelog) -> None:
    import fcntl

    to = kept.root / "backups"
    (to / ".devicelog-unfinished").mkdir(parents=True)
    with (to / ".devicelog-unfinished" / "lock").open("w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert "at this moment" in kept.sentence("backup", "--to", str(to), code=3)
    _backup(kept)


def test_a_disk_that_is_full_leaves_the_older_backup(small_disk: Callable[[str], Devicelog], kept: Devicelog) -> None:
    disk = small_disk("256k").root
    to = disk / "backups"
    kept("backup", "--to", str(to))
    [first] = to.iterdir()
    with (disk / "filler").open("wb", buffering=0) as file:
        file.write(bytes(30_000))

    assert "full" in kept.sentence("backup", "--to", str(to), "--keep", "1", code=3)

    assert list(to.iterdir()) == [first]
    kept("restore", str(first), "--drill")
    (disk / "filler").unlink()
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], timeout=PATIENCE, check=True)
    kept("restore", str(first), "--to", str(kept.root / "restored"))


def test_a_file_that_may_not_grow_fails_the_backup(kept: Devicelog) -> None:
    to = kept.root / "backups"
    to.mkdir()
    for size in (40_000, 80_000, 120_000):  # more than SQLite needs beside the store
        words = ("backup", "--to", str(to))
        limit = kept.environment | {LARGEST: str(size)}
        kept.warm.start(words, kept.root, limit, first="tests.end_to_end.limits:hold")
        done = kept.warm.wait(words)
        assert done.code == 3, done
        assert done.err.count("\n") == 1, done.err
        assert str(to) in done.err
        assert list(to.iterdir()) == []


def test_bad_places_are_one_sentence(kept: Devicelog) -> None:
    (kept.root / "file").write_text("", encoding="ascii")
    assert "expected a folder" in kept.refuses("backup", "--to", str(kept.root / "file"))
    assert "not a backup" in kept.refuses("restore", str(kept.root), "--to", str(kept.root / "r"))
    assert "not a backup" in kept.refuses("restore", str(kept.root / "nothing"), "--drill")
    assert "holds no store" in kept.refuses("backup", "--to", str(kept.root / "b"), "--store", str(kept.root / "x"))
    kept.refuses("backup", "--to", str(kept.root / "b"), "--keep", "0")
