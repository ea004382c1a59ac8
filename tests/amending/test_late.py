"""What is stated behind the end of a session: it holds, comes again in a replay, and no change of it goes unseen."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace as changed

from devicelog import registry
from devicelog.amending.correcting import correct
from devicelog.amending.signing import sign
from devicelog.amending.zones import correct_zone
from devicelog.backup.making import take_backup
from devicelog.backup.restoring import restore
from devicelog.driver import Event, Reading
from devicelog.errors import BadInputError
from devicelog.export import FORMATS
from devicelog.export.folder.package import export
from devicelog.export.proof.check import check_export
from devicelog.ledger import Chain, Kind, encode
from devicelog.ledger.statement import LATE, STATED
from devicelog.record.response import Meaning
from devicelog.replay.acceptance import accept
from devicelog.salvage.saving import salvage
from devicelog.store.reader import SessionRow
from devicelog.store.statements import state_late
from devicelog.store.writer import Writer
from devicelog_drivers import reference_mesogun
from tests.amending.clinic import GUN
from tests.clinic import Clinic
from tests.faults.forger import Forger
from tests.faults.tampering import _touching
from tests.store.dying import killed_at

NOTE: dict[str, Any] = {"text": "she called", "by": "Ann"}
WHO: dict[str, Any] = {"by": "Ann", "role": None, "reason": "it was wrong"}


def _count(writer: Writer, row: SessionRow) -> int:
    """So many entries there are: another number each time."""
    return sum(1 for _ in writer.lines(row.number))


def _move(writer: Writer, row: SessionRow) -> None:
    """What the recording has up to its entry 60, to another zone each time."""
    correct_zone(writer, row, f"zone_{_count(writer, row)}", first=1, last=60, **WHO)


def _other_driver(writer: Writer, row: SessionRow) -> str:
    """The other one of two drivers: each reads something else, so that there is something to accept."""
    acts = [entry.content for entry in writer.entries(row.number) if entry.kind == Kind.AMENDMENT]
    used = [act["drivers"][0]["driver"] for act in acts if "drivers" in act] or [GUN]
    return DEEPER.name if used[-1] == GUN else GUN


class Deeper:
    """Reads depths 100 um deeper than they are."""

    def __init__(self) -> None:
        self._decoder = reference_mesogun.DRIVER.decoder()

    def feed(self, data: bytes) -> list[Event]:
        return [self._read(event) for event in self._decoder.feed(data)]

    def end(self) -> list[Event]:
        return [self._read(event) for event in self._decoder.end()]

    def _read(self, event: Event) -> Event:
        if not isinstance(event, Reading) or event.report != "injection":
            return event
        depth = [metric.name for metric in reference_mesogun.DRIVER.report("injection").metrics].index("depth")
        values = [value + 100 if place == depth else value for place, value in enumerate(event.values)]  # type: ignore[operator]
        return changed(event, values=tuple(values))


DEEPER = replace(reference_mesogun.DRIVER, name="deeper-gun", decoder=Deeper)


@pytest.fixture(autouse=True)
def _drivers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both drivers are installed."""
    installed = registry.driver
    monkeypatch.setattr(registry, "driver", lambda name: DEEPER if name == DEEPER.name else installed(name))


#: Everything that can stand behind the end, by the letter that stands for it below.
ACTS: dict[str, Callable[[Writer, SessionRow], object]] = {
    "n": lambda writer, row: state_late(writer, row, Kind.NOTE, dict(NOTE)),
    "r": lambda writer, row: state_late(writer, row, Kind.REACTION, {"codes": ["none"], "by": "Ann"}),
    "c": lambda writer, row: correct(writer, row, "practitioner", f"Dr. {_count(writer, row)}", **WHO),
    "p": lambda writer, row: correct(writer, row, "product.1.lot", f"L{_count(writer, row)}", **WHO),
    "z": _move,
    "a": lambda writer, row: accept(writer, row, drivers=[_other_driver(writer, row)], by="Ann", reason="tried"),
    "s": lambda writer, row: sign(
        writer,
        row,
        by="Ann",
        role="nurse",
        registration=None,
        meaning=Meaning.AUTHORSHIP,
        despite_missing=True,
    ),
}


@pytest.mark.parametrize("number", [1, 2], ids=["ended", "interrupted"])
def test_a_late_statement_holds_and_comes_again_in_a_replay(clinic: Clinic, number: int) -> None:
    before = clinic.lines(number)

    entry = clinic.state(Kind.NOTE, number, **NOTE)

    assert entry == len(before) + 1
    assert clinic.lines(number)[: len(before)] == before
    clinic.must_hold()
    [made] = [one for one in clinic.record(number).statements.of(Kind.NOTE) if one.late]
    assert made.now["text"] == "she called"
    assert made.content["at"]["wall"].endswith("Z")


@pytest.mark.parametrize("kind", sorted(STATED - LATE))
def test_what_can_only_be_said_during_the_recording_is_a_fault_behind_the_end(clinic: Clinic, kind: Kind) -> None:
    with clinic.writing() as writer:
        state_late(writer, clinic.row(), kind, {"by": "Ann"})

    assert any("neither amendment nor statement" in fault.what for fault in clinic.verified().faults)


def test_a_late_statement_without_the_time_when_it_was_made_is_a_fault(clinic: Clinic) -> None:
    clinic.state(Kind.NOTE, **NOTE)

    faults = _rewritten(clinic, lambda body: [*body[:3], {**NOTE}] if body[0] == len(clinic.lines()) else body)

    assert any("does not say when it was made" in what for what in faults)


def test_a_signature_in_the_middle_of_a_recording_is_a_fault(clinic: Clinic) -> None:
    signature = {"by": "Ann", "role": "nurse", "meaning": "review", "entries": 1, "head": "0" * 64, "missing": []}

    faults = _rewritten(clinic, lambda body: [*body[:2], "signed", signature] if body[2] == "note" else body)

    assert any("signs a session that has not ended" in what for what in faults)


def _rewritten(clinic: Clinic, change: Callable[[list[Any]], list[Any]]) -> list[str]:
    """What verification says of the first session, its chain written anew with other entries."""
    lines, chain = clinic.lines(), Chain()
    bodies = [[entry.number, entry.t_us, entry.kind, entry.content] for entry in (line.entry() for line in lines)]
    spread = ([*body[:3], *body[3]] if body[2] == Kind.OBSERVATION else body for body in map(change, bodies))
    made = [chain.append(encode(body)) for body in spread]
    forger = Forger(clinic.store)
    with forger.undone():
        for line in made:
            key = (1 << 32) + line.number
            forger.db.execute("UPDATE entry SET body = ?, hash = ? WHERE key = ?", (line.body, line.hash, key))
        found = forger.verify()
    forger.close()
    return [fault.what for fault in found.faults]


#: An order in which everything is done.
LONGEST = "ncpaznrs"


def _orders() -> Iterator[str]:
    """The order in which things are done, some by hand, the rest by chance."""
    yield from ("nan", "zaz", "csnzc", LONGEST, "azza", "zcaczs", "psps")
    chance = random.Random(5)
    for _ in range(6):
        yield "".join(chance.choices("nrcpzas", k=5)).replace("ss", "sn")  # nothing new is not signed again


@pytest.mark.parametrize("order", list(_orders()))
def test_statements_and_amendments_hold_in_any_order(clinic: Clinic, order: str, tmp_path: Path) -> None:
    number = 1 + len(order) % 2
    for act in order:
        with clinic.writing() as writer:
            ACTS[act](writer, clinic.row(number))

    clinic.must_hold()
    record = clinic.record(number)
    late = [one.kind for one in record.statements if one.late]
    assert late == [{"n": "note", "r": "reaction", "s": "signed"}[act] for act in order if act in "nrs"]
    assert len(record.amendments) == sum(act in "cpza" for act in order)
    assert [one.kind for one in record.statements if not one.late] == [*_kinds_stated(clinic, number)]
    product = record.statements.of(Kind.PRODUCT)[0]
    assert len(product.corrections) == order.count("p")
    assert len(record.statements.first) == order.count("c")
    assert record.statements.lost == []
    with clinic.reading() as reader:
        formats = [name for name in FORMATS if name != "pdf" or order == LONGEST]  # it is composed for half a second
        package = export(reader, clinic.row(number).id, tmp_path / "out", formats)
    assert check_export(package.folder, None).faults == []


def _kinds_stated(clinic: Clinic, number: int) -> Iterator[str]:
    for entry in clinic.entries(number):
        if entry.kind in ("ended", "interrupted"):
            return
        if entry.kind in STATED:
            yield entry.kind


def test_every_change_of_what_stands_behind_the_end_is_found(clinic: Clinic) -> None:
    last = len(clinic.lines())
    for act in "npcs":
        with clinic.writing() as writer:
            ACTS[act](writer, clinic.row())
    chance, base = random.Random(1), 1 << 32
    forger = Forger(clinic.store)
    tried = 0
    for number in range(last + 1, len(clinic.lines()) + 1):
        [(body, digest)] = forger.db.execute("SELECT body, hash FROM entry WHERE key = ?", (base + number,))
        for at in {0, len(body) - 1, *(chance.randrange(len(body)) for _ in range(12))}:
            other = body[:at] + bytes([body[at] ^ 1 << chance.randrange(8)]) + body[at + 1 :]
            assert not forger.after_setting("entry", base + number, "key", "body", other).holds
            tried += 1
        wrong = bytes([digest[0] ^ 1]) + digest[1:]
        assert not forger.after_setting("entry", base + number, "key", "hash", wrong).holds
        assert not forger.after(f"DELETE FROM entry WHERE key = {base + number}").holds
        with forger.undone():
            forger.rewrite_chain(1, _touching(number, 1))
            assert not forger.verify().holds
    with forger.undone():
        forger.cut(1, last)
        assert not forger.verify().holds
    forger.close()
    assert tried >= 40


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"old": "L0"}, "which was not what it says"),
        ({"entry": 3}, "which was not what it says"),
        ({"entry": 12}, "nothing that a person stated"),
        ({"entry": 1, "field": "subject"}, "nothing that a person stated"),
    ],
)
def test_a_correction_that_does_not_say_what_stood_there_is_found(
    clinic: Clinic, change: dict[str, Any], said: str
) -> None:
    with clinic.writing() as writer:
        ACTS["p"](writer, clinic.row())

    def other(body: list[Any]) -> list[Any]:
        if body[2] != Kind.AMENDMENT:
            return body
        [made] = body[3]["changes"]
        return [*body[:3], {**body[3], "changes": [made | change]}]

    assert any(said in what for what in _rewritten(clinic, other))


def test_a_signature_of_something_else_is_found(clinic: Clinic) -> None:
    with clinic.writing() as writer:
        ACTS["s"](writer, clinic.row())

    def other(body: list[Any]) -> list[Any]:
        return [*body[:3], {**body[3], "entries": body[0] - 2}] if body[2] == Kind.SIGNED else body

    assert any("is a signature of something else" in what for what in _rewritten(clinic, other))


@pytest.mark.parametrize("act", ["n", "c", "z", "s"])
def test_killed_at_any_step_it_is_there_whole_or_not_at_all(clinic: Clinic, act: str) -> None:
    kept, row = clinic.store.with_name("kept"), clinic.row()
    before = clinic.lines()
    shutil.copytree(clinic.store, kept)
    step, outcomes = 1, set()
    while True:
        killed = killed_at(step, clinic.store, lambda writer: ACTS[act](writer, row))
        lines = clinic.lines()
        assert lines[: len(before)] == before
        outcomes.add(len(lines) > len(before))
        if lines == before:
            assert clinic.verified().faults == []
        else:
            clinic.must_hold()
        if not killed:
            break
        shutil.rmtree(clinic.store)
        shutil.copytree(kept, clinic.store)
        step += 5 if act == "z" else 1
    assert outcomes == {False, True}
    assert step > 5


def test_a_backup_has_what_stands_behind_the_end_and_gives_it_again(clinic: Clinic, tmp_path: Path) -> None:
    for act in "nzps":
        with clinic.writing() as writer:
            ACTS[act](writer, clinic.row())
    lines = clinic.lines()

    with clinic.reading() as reader:
        taken = take_backup(reader, tmp_path / "backups", with_faults=False, keep=None)
    assert taken.folder is not None
    restored = restore(taken.folder, tmp_path / "again", keys_in=None, with_faults=False)

    assert restored.done
    again = Clinic(tmp_path / "again")
    assert again.lines() == lines
    again.must_hold()


@pytest.mark.parametrize("number", [1, 2], ids=["ended", "interrupted"])
def test_what_stands_behind_the_end_is_salvaged_as_proved(clinic: Clinic, number: int, tmp_path: Path) -> None:
    for act in "nzps":
        with clinic.writing() as writer:
            ACTS[act](writer, clinic.row(number))
    lines = clinic.lines(number)

    salvage(clinic.store, tmp_path / "saved")

    saved = Clinic(tmp_path / "saved")
    assert saved.lines(number) == lines
    assert saved.row(number).state == clinic.row(number).state
    saved.must_hold()


def test_a_session_that_runs_takes_no_late_statement(clinic: Clinic) -> None:
    with clinic.writing() as writer:
        row = clinic.row()
        running = SessionRow(row.number, row.id, row.subject, row.started, "running")
        with pytest.raises(BadInputError, match="is running"):
            state_late(writer, running, Kind.NOTE, dict(NOTE))
