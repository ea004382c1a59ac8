"""Witness files: appended, never made anew, caught up with, and held against the store."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from devicelog.errors import BadInputError, StoreFormatError
from devicelog.store.folder import open_folder
from devicelog.store.reader import Reader
from devicelog.store.rotation import rotate
from devicelog.store.writer import Writer
from devicelog.verification.findings import Findings
from devicelog.verification.store import verify_store
from devicelog.verification.witnesses import file_testimony, typed_testimony
from devicelog.witness import file, places
from devicelog.witness.keeper import Outcome, catch_up, standing
from devicelog.witness.statement import statement
from devicelog.witness.text import parse_seal_text

Record = Callable[[], str]


def verified(store: Path) -> Findings:
    """What `verify` finds with the registered witnesses."""
    with Reader.open(store) as reader:
        named = [file_testimony(path, asked=False) for path in places.registered(reader.folder)]
        return verify_store(reader, named)


def caught_up(store: Path) -> list[Outcome]:
    with Reader.open(store) as reader:
        return catch_up(reader)


@pytest.fixture
def stick(store: Path, record: Record, tmp_path: Path) -> Path:
    """A store with two sessions, and a witness that holds both, on a medium of its own."""
    record()
    record()
    (tmp_path / "stick").mkdir()
    path = places.add(open_folder(store), tmp_path / "stick")
    assert [outcome.written for outcome in caught_up(store)] == [2]
    return path


def test_a_folder_gets_a_file_named_after_the_installation(store: Path, stick: Path) -> None:
    assert stick.name == f"{open_folder(store).id}.witness"
    assert places.registered(open_folder(store)) == [stick]


def test_each_line_is_a_seal_whole_and_signed(store: Path, stick: Path) -> None:
    with Reader.open(store) as reader:
        seals = [seal for _, _, seal in reader.seals()]
    assert stick.read_bytes().splitlines() == [file.line_of(seal) for seal in seals]
    assert all(seal.is_signed_by(bytes.fromhex(open_folder(store).public_key)) for seal in seals)


def test_only_what_is_missing_is_appended(store: Path, stick: Path, record: Record) -> None:
    before = stick.read_bytes()
    assert [outcome.written for outcome in caught_up(store)] == [0]
    record()
    assert [outcome.written for outcome in caught_up(store)] == [1]
    assert stick.read_bytes().startswith(before)


def test_a_medium_that_is_away_is_said_never_made_up_and_caught_up_with(
    store: Path, stick: Path, record: Record, tmp_path: Path
) -> None:
    away = tmp_path / "in a pocket"
    stick.parent.rename(away)
    record()
    [outcome] = caught_up(store)
    assert outcome.fault is not None
    assert "plug the medium in" in outcome.fault
    assert not stick.parent.exists()
    found = verified(store)
    assert found.holds
    assert any("could not be read" in note for note in found.notes)
    away.rename(stick.parent)
    assert [outcome.written for outcome in caught_up(store)] == [1]
    assert len(file.read(stick).claims) == 3


def test_a_torn_last_line_does_not_count_and_the_seal_is_written_again(store: Path, stick: Path) -> None:
    whole = stick.read_bytes()
    stick.write_bytes(whole[:-40])
    assert [outcome.written for outcome in caught_up(store)] == [1]
    contents = file.read(stick)
    assert len(contents.claims) == 2
    assert contents.unreadable == [2]
    found = verified(store)
    assert found.holds
    assert any("lines that cannot be read" in note for note in found.notes)


def test_a_line_that_was_changed_is_a_fault(store: Path, stick: Path) -> None:
    stick.write_bytes(stick.read_bytes().replace(b'"entries":', b'"entries":1', 1))
    found = verified(store)
    assert [fault.what for fault in found.faults] == [
        f"the witness {stick} was changed: its line 1 is not what a key signed"
    ]


def test_an_older_copy_put_back_is_a_roll_back_and_stays_one_when_it_goes_on(
    store: Path, stick: Path, record: Record, tmp_path: Path
) -> None:
    shutil.copytree(store, tmp_path / "older")
    third = record()
    caught_up(store)
    assert verified(store).holds
    shutil.rmtree(store)
    (tmp_path / "older").rename(store)
    found = verified(store)
    assert [fault.where for fault in found.faults] == [f"{third}/1"]
    assert "holds seal 3, and here seal 2 is the last: a roll-back to an older copy" in found.faults[0].what
    other = record()
    assert [outcome.written for outcome in caught_up(store)] == [1]
    found = verified(store)
    assert len(found.faults) == 1
    assert "holds another seal 3 than is here" in found.faults[0].what
    assert other != third
    assert record()
    assert not verified(store).holds


def test_a_file_may_serve_two_installations(
    store: Path, stick: Path, record: Record, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Writer.open(tmp_path / "other") as writer:
        places.add(writer.folder, stick)
        rotate(writer)
    assert [outcome.written for outcome in caught_up(tmp_path / "other")] == [1]
    assert verified(store).holds
    assert verified(tmp_path / "other").holds
    record()
    assert [outcome.written for outcome in caught_up(store)] == [1]
    with Reader.open(store) as reader:
        assert [(one.reaches, one.of, one.fault) for one in standing(reader)] == [(3, 3, None)]


@pytest.mark.parametrize("inside", ["store", "keys"])
def test_a_witness_inside_the_store_or_beside_its_keys_is_refused(store: Path, record: Record, inside: str) -> None:
    record()
    folder = open_folder(store)
    path = {"store": folder.path, "keys": folder.keys.folder}[inside] / "w"
    with pytest.raises(BadInputError, match="has to be elsewhere"):
        places.add(folder, path)


def test_a_witness_is_registered_once_and_forgotten_by_its_path(store: Path, stick: Path) -> None:
    folder = open_folder(store)
    with pytest.raises(BadInputError, match="already"):
        places.add(folder, stick.parent)
    assert places.remove(folder, stick.parent) == stick
    assert places.registered(folder) == []
    assert stick.exists()
    with pytest.raises(BadInputError, match="not a witness"):
        places.remove(folder, stick)


def test_what_cannot_be_a_witness_is_refused(store: Path, record: Record, tmp_path: Path) -> None:
    record()
    other = tmp_path / "letter.txt"
    other.write_text("Dear Sir\n", encoding="ascii")
    with pytest.raises(BadInputError, match="something else than seals"):
        places.add(open_folder(store), other)
    with pytest.raises(BadInputError, match="cannot be written"):
        places.add(open_folder(store), tmp_path / "no" / "such" / "folder")
    assert other.read_text(encoding="ascii") == "Dear Sir\n"


def test_a_list_of_witnesses_that_cannot_be_read_is_said(store: Path, record: Record) -> None:
    record()
    folder = open_folder(store)
    for content in ("[]", "{}", "{", '{"witnesses": 1}', "[" * 100_000):
        (folder.keys.folder / "witnesses.json").write_text(content, encoding="ascii")
        with pytest.raises(
            StoreFormatError, match=r"is no list of witnesses; remove it, and add the witnesses again\.$"
        ):
            places.registered(folder)
    assert [outcome.fault is not None for outcome in caught_up(store)] == [True]


# -- statements and texts --------------------------------------------------------------------------------------


def test_a_statement_taken_along_with_a_copy_is_a_witness_of_what_was_there(
    store: Path, record: Record, tmp_path: Path
) -> None:
    record()
    shutil.copytree(store, tmp_path / "older")
    record()
    with Reader.open(store) as reader:
        said = statement(reader)
    (tmp_path / "heads").write_bytes(said.lines)
    assert said.text is not None
    assert parse_seal_text(said.text).number == 2
    for place, holds in ((store, True), (tmp_path / "older", False)):
        with Reader.open(place) as reader:
            for witness in (file_testimony(tmp_path / "heads", asked=True), typed_testimony(said.text)):
                assert verify_store(reader, [witness]).holds is holds


def test_an_empty_store_states_nothing(store: Path) -> None:
    with Writer.open(store) as writer:
        said = statement(writer)
    assert (said.text, said.lines) == (None, b"")


def test_a_text_of_another_installation_speaks_against_the_store(store: Path, record: Record, tmp_path: Path) -> None:
    record()
    with Writer.open(tmp_path / "other") as writer:
        rotate(writer)
        text = statement(writer).text
    assert text is not None
    with Reader.open(store) as reader:
        found = verify_store(reader, [typed_testimony(text)])
    assert "is of the installation" in found.faults[0].what


def test_what_is_newer_than_any_witness_is_said(store: Path, stick: Path, record: Record) -> None:
    assert any("witnessed up to seal 2" in note for note in verified(store).notes)
    record()
    found = verified(store)
    assert found.holds
    assert any("seals 3 to 3 are newer than any witness" in note for note in found.notes)
    places.remove(open_folder(store), stick)
    assert any("without a witness" in note for note in verified(store).notes)


def test_two_processes_do_not_bring_seals_at_once(store: Path, stick: Path, record: Record) -> None:
    record()
    before = stick.read_bytes()
    with places.alone(open_folder(store)) as own:
        assert own
        assert [(outcome.written, outcome.fault) for outcome in caught_up(store)] == [(0, None)]
        assert stick.read_bytes() == before
    assert [outcome.written for outcome in caught_up(store)] == [1]
