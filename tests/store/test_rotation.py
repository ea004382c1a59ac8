"""Changing the key that seals: chained, signed by both keys, whole or not at all, and old seals still verify."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from devicelog import registry
from devicelog.acts.keychain import KEY_ROTATED, KeyChain, rotation
from devicelog.errors import StoreFormatError
from devicelog.export import chosen
from devicelog.export.folder.package import export
from devicelog.export.proof.check import check_export
from devicelog.ledger import GENESIS, Seal, decode, encode, public_bytes, seal
from devicelog.store.folder import open_folder
from devicelog.store.reader import Reader
from devicelog.store.rotation import rotate, sealing_key
from devicelog.store.writer import Writer
from devicelog.testing.simulated import record_session
from devicelog.verification.findings import Findings
from devicelog.verification.store import verify_store
from tests.faults.forger import Forger
from tests.store.dying import killed_at

OLD, NEW, OTHER = (Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32) for number in (1, 2, 3))
PLACE = {"seal": 4, "installation": "store-1", "previous": GENESIS.hex()}


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A store with one session."""
    monkeypatch.setenv("DEVICELOG_KEYS", str(tmp_path / "box" / "keys"))
    record(tmp_path / "box" / "store")
    return tmp_path / "box" / "store"


def record(store: Path) -> str:
    simulator = registry.simulator("reference-mesogun")
    device = simulator.start(1, simulator.scenarios["face"])
    return record_session(registry.driver("reference-mesogun"), device, store, seconds=10).record.session


def verified(store: Path) -> Findings:
    with Reader.open(store) as reader:
        return verify_store(reader)


def changed(store: Path) -> bytes:
    with Writer.open(store) as writer:
        return rotate(writer)


# -- the chain of keys -----------------------------------------------------------------------------------------


def handover(old: Ed25519PrivateKey = OLD, new: Ed25519PrivateKey = NEW, **changes: Any) -> Seal:
    return seal(old, rotation(old, new, PLACE) | changes)


def chain(*acts: Seal) -> KeyChain:
    return KeyChain("store-1", public_bytes(OLD), [(decode(act.body)["seal"], act) for act in acts])


def test_a_key_that_was_handed_over_is_in_force_after_the_act() -> None:
    keys = chain(handover())
    assert keys.faults == []
    assert keys.keys == [public_bytes(OLD), public_bytes(NEW)]
    assert [keys.at(number) for number in (1, 4, 5, 99)] == [keys.first, keys.first, keys.current, keys.current]


@pytest.mark.parametrize(
    ("act", "says"),
    [
        (seal(NEW, rotation(OLD, NEW, PLACE)), "not signed by the key before"),
        (handover(OTHER), "not signed by the key before"),
        (handover(new_key=public_bytes(OTHER).hex()), "not signed by the key that it brings in"),
        (handover(consent=bytes(64).hex()), "not signed by the key that it brings in"),
        (handover(consent="x"), "not signed by the key that it brings in"),
        (handover(new_key="ff"), "not signed by the key that it brings in"),
        (handover(installation="store-2"), "made for another place"),
        (handover(public_key=public_bytes(OTHER).hex()), "made for another place"),
        (handover(previous=bytes([1] * 32).hex()), "not signed by the key that it brings in"),
    ],
)
def test_a_key_that_is_not_signed_by_both_changes_nothing(act: Seal, says: str) -> None:
    keys = chain(act)
    assert keys.current == public_bytes(OLD)
    assert [(number, says in what) for number, what in keys.faults] == [(4, True)]


def test_an_act_at_another_number_changes_nothing() -> None:
    keys = KeyChain("store-1", public_bytes(OLD), [(5, handover())])
    assert keys.current == public_bytes(OLD)
    assert "another place" in keys.faults[0][1]


# -- in a store ------------------------------------------------------------------------------------------------


def test_what_each_key_signed_verifies(store: Path) -> None:
    keys = [changed(store), changed(store)]
    record(store)
    with Writer.open(store) as writer:
        writer.approve({"id": "a", "sha256": "a" * 64, "by": "Dr A", "at": "2026-12-01T10:00:00Z"})
        assert writer.approval("a" * 64) is not None
        keys.append(rotate(writer))
    record(store)
    with Reader.open(store) as reader:
        assert reader.keychain().keys == [bytes.fromhex(open_folder(store).public_key), *keys]
        assert public_bytes(sealing_key(reader)) == keys[-1]
        assert reader.approval("a" * 64) is not None
    assert verified(store).faults == []


def test_the_old_private_key_is_gone(store: Path) -> None:
    file = open_folder(store).keys.folder / "seal.key"
    before = file.read_bytes()
    changed(store)
    kept = [path.read_bytes() for path in file.parent.rglob("*") if path.is_file()]
    assert before not in kept
    assert not (file.parent / "seal.key.next").exists()


def test_exports_from_before_and_after_a_change_verify(store: Path, tmp_path: Path) -> None:
    with Reader.open(store) as reader:
        first = export(reader, "last", tmp_path / "before", chosen([])).folder
    changed(store)
    with Reader.open(store) as reader:
        second = export(reader, "last", tmp_path / "after", chosen([])).folder
        own = reader.keychain().keys
    assert (first / "public_key.pem").read_bytes() != (second / "public_key.pem").read_bytes()
    for folder, standing in ((first, "one that it has changed since"), (second, "which is this installation's")):
        found = check_export(folder, own)
        assert found.faults == []
        assert any(standing in note for note in found.notes)


def test_an_export_whose_key_was_not_handed_over_does_not_hold(store: Path, tmp_path: Path) -> None:
    changed(store)
    with Reader.open(store) as reader:
        folder = export(reader, "last", tmp_path / "out", chosen(["json"])).folder
        consent = decode(reader.keychain().handovers[0].body)["consent"]
    file = folder / "session.json"
    other = consent[:-2] + ("01" if consent.endswith("00") else "00")
    file.write_bytes(file.read_bytes().replace(consent.encode(), other.encode()))
    assert any("was not handed over" in fault.what for fault in check_export(folder, None).faults)


def test_seals_of_a_key_that_was_not_handed_over_do_not_count(store: Path) -> None:
    """The thief of a store brings in a key of his own, and goes on with it."""
    folder = open_folder(store)
    forger = Forger(store)
    with Writer.open(store) as writer:
        genuine = writer.key
    with Reader.open(store) as reader:
        [(number, _, last)] = reader.seals()
    place = {"seal": number + 1, "installation": folder.id, "previous": last.digest.hex()}
    act = seal(OTHER, rotation(OTHER, OTHER, place) | {"public_key": folder.public_key})
    row = (number + 1, 0, act.body, act.signature)
    forger.db.execute("INSERT INTO seal VALUES (?, ?, ?, ?)", row)
    forger.close()
    found = verified(store)
    assert any("changes the key and is not signed by the key before" in fault.what for fault in found.faults)
    assert public_bytes(genuine).hex() == folder.public_key


def test_a_key_that_was_given_up_approves_nothing_more(store: Path) -> None:
    with Writer.open(store) as writer:
        old = writer.key
        rotate(writer)
        for key, name in ((writer.key, "a"), (old, "b")):
            writer.key = key
            writer.approve({"id": name, "sha256": name * 64, "by": "Dr A", "at": "2026-12-01T10:00:00Z"})
    assert any("approval 2 was changed or is not signed" in fault.what for fault in verified(store).faults)


def test_a_copy_from_before_a_change_can_be_read_and_verified_and_is_not_gone_on_with(
    store: Path, tmp_path: Path
) -> None:
    older = tmp_path / "older"
    shutil.copytree(store, older)
    changed(store)
    found = verified(older)
    assert [fault.what for fault in found.faults if "signs with" not in fault.what] == []
    with pytest.raises(StoreFormatError, match="older copy from before the key was changed"):
        Writer.open(older)


# -- cut short -------------------------------------------------------------------------------------------------


def test_a_change_that_is_killed_at_any_step_leaves_a_store_that_works(
    store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = bytes.fromhex(open_folder(store).public_key)
    outcomes = []
    for step in range(1, 60):
        box = tmp_path / f"box-{step}"
        shutil.copytree(store.parent, box)
        monkeypatch.setenv("DEVICELOG_KEYS", str(box / "keys"))
        killed = killed_at(step, box / "store", rotate)
        assert verified(box / "store").faults == [], step
        record(box / "store")
        found = verified(box / "store")
        assert found.faults == [], step
        with Reader.open(box / "store") as reader:
            outcomes.append(reader.keychain().current != first)
        assert not (open_folder(box / "store").keys.folder / "seal.key.next").exists()
        if not killed:
            break
    assert not killed, "the change has more steps than were tried"
    assert outcomes[0] is False
    assert outcomes[-1] is True
    assert outcomes == sorted(outcomes), "old up to one step, new from there on"
    assert len(outcomes) > 8


def test_the_act_is_in_the_chain_of_seals(store: Path) -> None:
    new = changed(store)
    with Reader.open(store) as reader:
        [(number, act)] = reader.acts()
        [(_, _, before)] = list(reader.seals())[:1]
    said = decode(act.body)
    assert (number, said["act"], said["new_key"]) == (2, KEY_ROTATED, new.hex())
    assert said["previous"] == before.digest.hex()
    assert act.body == encode(said)
