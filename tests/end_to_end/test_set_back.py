"""A store that is an older copy: told as a restore where a signed history says so, a roll-back where nothing does."""

from __future__ import annotations

import json
import shutil
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from devicelog.acts.keychain import rotation, told
from devicelog.ledger import seal

if TYPE_CHECKING:
    from tests.end_to_end.running import Devicelog

URL = "sim://reference-mesogun?seed=1&speed=max"
PASSPHRASE = {"DEVICELOG_PASSPHRASE": "three words and more"}


def record(box: Devicelog) -> None:
    """One more short session."""
    box(*box.recording(URL), "--until-quiet", "300 ms")


def backup(box: Devicelog, *words: str, to: str = "backups") -> Path:
    """Take a backup; its folder."""
    return Path(box("backup", "--to", str(box.root / to), *words, more=PASSPHRASE).out.strip())


def restore(box: Devicelog, copy: Path) -> None:
    """Restore a backup to the place of the store."""
    shutil.rmtree(box.store)
    box("restore", str(copy), "--to", str(box.store))


def put_back(box: Devicelog, copy: Path) -> None:
    """Put files of an older copy in the place of the store by hand."""
    shutil.rmtree(box.store)
    box.store.mkdir()
    for name in ("devicelog.db", "store.json", "history.jsonl"):
        if (copy / name).exists():
            shutil.copy(copy / name, box.store)


def notes(box: Devicelog, *words: str) -> str:
    """The notes of a verification that holds."""
    [result] = box("verify", *words, "--json").document["results"]
    return "\n".join(result["notes"])


@pytest.fixture
def witnessed(box: Devicelog) -> Devicelog:
    """A store with a session and a witness."""
    record(box)
    box("witness", "add", str(box.root / "a.witness"))
    return box


def test_a_restored_older_copy_is_a_restore_and_the_same_files_put_back_by_hand_are_a_roll_back(
    witnessed: Devicelog,
) -> None:
    older = backup(witnessed)
    record(witnessed)
    text = witnessed("witness", "show", "last", "--json").document["seal_text"]
    time.sleep(1.1)  # a text tells only the second in which its session began

    restore(witnessed, older)

    for words in ((), ("--seal", text), ("last",)):
        told = notes(witnessed, *words)
        assert "the store was restored on" in told
        assert "not here: the store was restored on" in told

    put_back(witnessed, older)
    done = witnessed("verify", code=1)
    assert "a roll-back to an older copy" in done.out
    assert "a roll-back to an older copy" in witnessed("verify", "--seal", text, code=1).out


def test_a_restore_explains_what_came_before_it_and_nothing_later(witnessed: Devicelog) -> None:
    older = backup(witnessed)
    record(witnessed)
    restore(witnessed, older)
    shutil.copytree(witnessed.store, witnessed.root / "restored")
    record(witnessed)
    assert "witnessed up to seal" in notes(witnessed)
    text = witnessed("witness", "show", "last", "--json").document["seal_text"]

    put_back(witnessed, witnessed.root / "restored")

    assert "a roll-back to an older copy" in witnessed("verify", code=1).out
    witnessed("witness", "remove", str(witnessed.root / "a.witness"))
    notes(witnessed)
    assert "a roll-back to an older copy" in witnessed("verify", "--seal", text, code=1).out


def test_a_backup_that_ends_before_its_witnesses_do_holds(witnessed: Devicelog) -> None:
    older = backup(witnessed)
    record(witnessed)
    newer = backup(witnessed)

    assert "the backup is of" in notes(witnessed, str(older))
    assert "the backup is of" in notes(witnessed, str(older), "--witness", str(newer / "seals.witness"))
    assert "the backup is of" not in notes(witnessed, str(newer))
    notes(witnessed, "--witness", str(older / "seals.witness"))


def test_a_backup_from_before_a_change_of_keys_is_restored_after_it(witnessed: Devicelog) -> None:
    older = backup(witnessed)
    session = witnessed("sessions", "--json").document[0]["session"]
    witnessed("keys", "rotate")
    record(witnessed)
    newer = backup(witnessed)

    for copy in (older, newer):
        witnessed("verify", str(copy))
        witnessed("restore", str(copy), "--drill")
    restore(witnessed, older)

    told = notes(witnessed)
    assert "the store was restored on" in told
    assert "from before the signing key was changed" in told
    assert session in witnessed("show", session).out
    witnessed("verify", str(backup(witnessed, to="again")))
    assert "older copy" in witnessed.sentence(*witnessed.recording(URL), "--for", "1 s", code=2)

    put_back(witnessed, older)
    assert "signs with" in witnessed("verify", code=1).out

    restore(witnessed, newer)
    record(witnessed)
    notes(witnessed)


def test_the_acts_in_a_history_lead_to_no_key_that_was_not_handed_over(witnessed: Devicelog) -> None:
    older = backup(witnessed)
    witnessed("keys", "rotate")
    restore(witnessed, older)
    history = witnessed.store / "history.jsonl"
    line = json.loads(history.read_bytes())
    line["event"]["keys"][0]["seal"]["consent"] = "00" * 64
    history.write_bytes(json.dumps(line).encode() + b"\n")
    done = witnessed("verify", code=1).out
    assert "history was changed or is not signed by this installation" in done
    assert "a roll-back" in done


def test_a_key_that_was_given_up_makes_no_backup(witnessed: Devicelog) -> None:
    older = backup(witnessed)
    [file] = witnessed.keys.glob("store-*/seal.key")
    old = load_pem_private_key(file.read_bytes(), password=None)
    assert isinstance(old, Ed25519PrivateKey)
    witnessed("keys", "rotate")
    witnessed("verify", str(older))
    said = json.loads((older / "manifest.json").read_bytes())
    other = Ed25519PrivateKey.generate()
    place = {"seal": said["seal"] + 1, "installation": said["installation"], "previous": said["digest"]}
    said["keys"] = told([seal(old, rotation(old, other, place))])
    (older / "manifest.json").write_bytes(json.dumps(said).encode())
    (older / "manifest.sig").write_bytes(other.sign((older / "manifest.json").read_bytes()))

    assert "states other keys" in witnessed("verify", str(older), code=1).out


def test_a_computer_with_the_keys_from_before_a_change_goes_on_with_them(box: Devicelog, other_box: Devicelog) -> None:
    record(box)
    older = backup(box, "--with-keys", str(box.root / "keys.json"))
    box("keys", "rotate")
    later = backup(box, "--with-keys", str(box.root / "later.json"))

    other_box(
        "restore", str(older), "--to", str(other_box.store), "--keys", str(box.root / "keys.json"), more=PASSPHRASE
    )
    record(other_box)
    notes(other_box)

    shutil.rmtree(other_box.store)
    shutil.rmtree(other_box.keys)
    other_box(
        "restore", str(later), "--to", str(other_box.store), "--keys", str(box.root / "later.json"), more=PASSPHRASE
    )
    assert len(other_box("keys", "--json").document["keys"]) == 2
    record(other_box)
    notes(other_box)


def test_keys_bring_the_list_of_witnesses_along(witnessed: Devicelog, other_box: Devicelog) -> None:
    file = witnessed.root / "keys.json"
    copy = backup(witnessed, "--with-keys", str(file))
    other_box("restore", str(copy), "--to", str(other_box.store), "--keys", str(file), more=PASSPHRASE)
    assert other_box("witness", "list", "--json").document == witnessed("witness", "list", "--json").document


def test_a_person_who_was_erased_does_not_come_back_with_the_keys(box: Devicelog, other_box: Devicelog) -> None:
    record(box)
    keys = box.root / "keys.json"
    older = backup(box, "--with-keys", str(keys))
    box("subjects", "erase", "P-1", "--yes", "--reason", "asked for it")
    newer = backup(box)

    for copy in (older, newer):
        words = ("restore", str(copy), "--to", str(other_box.store), "--keys", str(keys))
        other_box("restore", str(copy), "--drill", "--keys", str(keys), more=PASSPHRASE)
        assert "not put back: keys of 1 subject" in other_box(*words, more=PASSPHRASE).err
        assert not list(other_box.keys.glob("store-*/subjects/*"))
        assert "P-1" not in other_box("show", "last").out
        notes(other_box)
        shutil.rmtree(other_box.store)
        shutil.rmtree(other_box.keys)


def test_a_salvage_explains_what_it_lost_and_nothing_else(witnessed: Devicelog) -> None:
    for _ in range(2):
        record(witnessed)
    with witnessed.reader() as reader:
        last = reader.seal_count()
    with witnessed.writing() as database:
        database.pragma("secure_delete", True)
        database.execute(f"DELETE FROM seal WHERE number IN (2, {last})")
        database.pragma("wal_checkpoint", "TRUNCATE")
    done = witnessed("verify", code=1)
    assert "seal 2 is missing" in done.out
    assert "holds seal 2, which is gone" in done.out
    saved = witnessed.root / "saved"

    witnessed("salvage", str(witnessed.store), "--to", str(saved), code=1)

    told = notes(witnessed, "--store", str(saved))
    assert "holds seal 2, which is not here: the salvage lost it" in told
    assert f"holds seal {last}, which is not here: the store was salvaged on" in told
    witnessed.store = saved
    with witnessed.writing() as database:
        database.execute(f"DELETE FROM seal WHERE number = {last - 1}")
    assert f"holds seal {last - 1}" in witnessed("verify", "--store", str(saved), code=1).out
