"""Where backups, restores, salvages and keys may be put, and where not."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.end_to_end.running import Devicelog

PASSPHRASE = {"DEVICELOG_PASSPHRASE": "three words and more"}


@pytest.fixture
def kept(recorded: Devicelog, box: Devicelog) -> Devicelog:
    """A copy of a store with two sessions."""
    shutil.copytree(recorded.store, box.store)
    shutil.copytree(recorded.keys, box.keys)
    return box


def backup_of(box: Devicelog) -> Path:
    """Take a backup; its folder."""
    return Path(box("backup", "--to", str(box.root / "backups"), "--json").document["backup"])


@pytest.mark.parametrize("place", ["store", "store/below", "keys"])
def test_a_backup_is_never_put_into_its_store_or_beside_its_keys(kept: Devicelog, place: str) -> None:
    [keys] = kept.keys.iterdir()
    to = keys / "backups" if place == "keys" else kept.root / place
    assert "name another --to" in kept.refuses("backup", "--to", str(to))


@pytest.mark.parametrize("place", ["backups", "store", "keys"])
def test_a_store_is_never_restored_into_a_backup_a_store_or_keys(kept: Devicelog, place: str) -> None:
    backup = backup_of(kept)
    [keys] = kept.keys.iterdir()
    within = {"backups": backup, "store": kept.store, "keys": keys}[place]
    (within / "mine").mkdir()
    before = sorted(within.iterdir())
    assert f"lies in {within}" in kept.refuses("restore", str(backup), "--to", str(within / "mine" / "new"))
    assert f"lies in {within}" in kept.refuses("restore", str(backup), "--drill", "--to", str(within / "mine"))
    assert sorted(within.iterdir()) == before


def test_nothing_is_restored_where_another_signing_key_is(kept: Devicelog) -> None:
    keys = kept.root / "keys.json"
    kept("backup", "--to", str(kept.root / "backups"), "--with-keys", str(keys), more=PASSPHRASE)
    [backup] = (kept.root / "backups").iterdir()
    kept("keys", "rotate")
    to = kept.root / "restored"
    words = ("restore", str(backup), "--to", str(to), "--keys", str(keys))
    assert "is another key" in kept.refuses(*words, more=PASSPHRASE)
    assert not to.exists()


def test_keys_that_cannot_be_written_are_said_and_no_backup_is_taken(kept: Devicelog) -> None:
    file = kept.root / "nodir" / "kk.json"
    words = ("backup", "--to", str(kept.root / "backups"), "--with-keys", str(file))
    sentence = kept.refuses(*words, more=PASSPHRASE)
    assert f"{file} cannot be written" in sentence
    assert "give a file in a folder that exists" in sentence
    assert not (kept.root / "backups").exists()


def test_what_another_program_left_unfinished_stays(kept: Devicelog) -> None:
    mine = kept.root / "backups" / ".unfinished" / "mine"
    mine.mkdir(parents=True)
    backup_of(kept)
    assert mine.exists()


def test_verify_names_the_backups_in_a_folder(kept: Devicelog) -> None:
    names = [backup_of(kept).name for _ in range(2)]
    assert ", ".join(names) in kept.refuses("verify", str(kept.root / "backups"))


def test_a_salvage_writes_nothing_into_the_damaged_store_or_beside_its_keys(kept: Devicelog) -> None:
    for to in (kept.store / "x", kept.store / "x" / "y"):
        assert "name another --to" in kept.refuses("salvage", str(kept.store), "--to", str(to))
    [keys] = kept.keys.iterdir()
    assert "name another --to" in kept.refuses("salvage", str(kept.store), "--to", str(keys / "x"))
    (kept.root / "door").symlink_to(kept.store)
    kept.refuses("salvage", str(kept.store), "--to", str(kept.root / "door" / "x"))
    assert not (kept.store / "x").exists()


def test_a_salvage_says_that_there_is_no_store(kept: Devicelog) -> None:
    (kept.root / "file").write_text("", encoding="ascii")
    for place in (kept.root / "nothing", kept.root / "file", kept.keys):
        words = ("salvage", str(place), "--to", str(kept.root / "saved"))
        assert f"{place} holds no store" in kept.refuses(*words)
