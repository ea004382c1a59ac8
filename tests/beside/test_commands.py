"""Every command that writes works while a service has the store and records."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.beside.conftest import MESOGUN, Station
from tests.end_to_end.running import Devicelog

BY = ("--by", "Dr. Test")
PROTOCOL = "meso-face-gun-intradermal"

#: In this order, in one store: some rest on what others wrote.
COMMANDS = [
    ("subjects add", ("--reference", "P-2", "--name", "Anna Beispiel", *BY)),
    ("subjects add", ("--reference", "P-3", *BY)),
    ("subjects change", ("P-2", "--name", "Anna Muster", *BY)),
    ("subjects merge", ("P-3", "P-2", *BY)),
    ("protocols approve", (PROTOCOL, *BY, "--role", "medical director")),
    ("protocols withdraw", (PROTOCOL, *BY, "--reason", "a newer one is coming")),
    ("bind", (f"reference-mesogun@{MESOGUN}", *BY)),
    ("amend", ("SESSION", "practitioner", "Dr. Other", *BY, "--reason", "entered wrongly")),
    ("amend", ("SESSION", "--zone", "neck", "--from", "1", "--to", "50", *BY, "--reason", "wrong zone")),
    ("add reaction", ("SESSION", "redness", "--severity", "mild", *BY)),
    ("add note", ("SESSION", "a note", *BY)),
    ("review", ("SESSION", *BY, "--role", "physician", "--text", "looked through")),
    ("sign", ("SESSION", *BY, "--role", "physician", "--meaning", "authorship", "--despite-missing")),
    ("lots recall", ("L-17", "--reason", "notice of the maker", *BY)),
    ("lots release", ("L-17", "--reason", "an error", *BY)),
    ("retention set", ("--years", "10", "--minor-until", "25", *BY)),
    ("keys rotate", ()),
    ("sessions", ("--rebuild",)),
    ("deliver", ("SESSION", "--to", "OUT", "--format", "json", *BY)),
    ("subjects erase", ("P-2", "--yes", *BY)),
]


@pytest.fixture(scope="module")
def session(shared: Devicelog, recording_station: Station) -> str:
    """The session that is over; the service records another one."""
    assert recording_station.pid
    return next(id_ for id_, state in shared.states().items() if state == "ended")


@pytest.mark.parametrize(("command", "words"), COMMANDS, ids=[command for command, _ in COMMANDS])
def test_a_command_that_writes_goes_through_the_service(
    shared: Devicelog, recording_station: Station, session: str, tmp_path: Path, command: str, words: tuple[str, ...]
) -> None:
    before = int(recording_station("commit 1"))
    given = [{"SESSION": session, "OUT": str(tmp_path)}.get(word, word) for word in words]

    shared(*command.split(), *given)

    assert int(recording_station("commit 1")) > before
    assert list(shared.states().values()).count("running") == 1


def test_what_they_wrote_is_there(shared: Devicelog, recording_station: Station, session: str) -> None:
    assert recording_station.pid
    record = shared("show", session, "--json").document
    assert record["practitioner"] == "Dr. Other"
    kinds = {entry.kind for entry in shared.entries(session)}
    assert {"reaction", "note", "reviewed", "signed", "amendment", "delivered"} <= kinds
    assert len(shared("keys", "--json").document["keys"]) == 2
    shared("verify")


def test_doctor_finds_nothing_wrong_with_it(shared: Devicelog, recording_station: Station) -> None:
    found = {one["about"]: one for one in shared("doctor", "--json", code=None).document["findings"]}
    assert found["store"]["grade"] == "good"
    assert f"process {recording_station.pid}, a service" in found["store"]["found"]


def test_what_is_stated_of_the_session_that_the_service_records_is_refused(
    shared: Devicelog, recording_station: Station
) -> None:
    assert recording_station("commit 1")
    running = next(id_ for id_, state in shared.states().items() if state == "running")
    assert "running" in shared.sentence("add", "note", running, "a note", *BY, code=2)
    assert "running" in shared.sentence("amend", running, "practitioner", "X", *BY, "--reason", "x", code=2)


def test_an_erased_subject_leaves_no_bytes_in_the_service_s_files(
    shared: Devicelog, recording_station: Station
) -> None:
    sizes = (shared.store / "devicelog.db-wal").stat().st_size
    shared("subjects", "add", "--reference", "P-9", *BY)
    assert (shared.store / "devicelog.db-wal").stat().st_size > sizes

    shared("subjects", "erase", "P-9", "--yes", *BY)

    assert (shared.store / "devicelog.db-wal").stat().st_size < sizes + 40_000
    assert "no subject" in shared.sentence("subjects", "change", "P-9", "--name", "X", *BY, code=2)
    assert recording_station("commit 1")


def test_without_a_service_the_sentence_is_what_it_was(box: Devicelog) -> None:
    with box.writer():
        said = box.sentence("subjects", "add", "--reference", "P-2", *BY, code=3)
        assert f"the store {box.store} is in use by process {os.getpid()}; end that recording first" in said
