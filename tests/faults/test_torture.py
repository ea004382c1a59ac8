"""The harness of `make torture`: each check in a process of its own, and a page that says what came of all."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.torture.check import Check, Outcome, Row, State
from tests.faults.torture.checks import checks, chosen
from tests.faults.torture.child import carry_out
from tests.faults.torture.page import Book
from tests.faults.torture.run import run_checks


def reached(_folder: Path, *, size: int) -> Outcome:
    return Outcome(size > 0, f"{size} times", "a|b", "caught")


def raises(_folder: Path) -> Outcome:
    raise RuntimeError("broken on purpose")


CHECK = Check("F1", "what is tried", "what must come of it", "check:Outcome", {"size": 3}, {"size": 0})


def test_the_sizes_are_those_of_a_release_or_of_a_quick_look(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Check, "function", lambda _: reached)

    full, quick = (carry_out(CHECK, tmp_path, quick=quick) for quick in (False, True))

    assert (full.state, full.size, full.holds) == (State.REACHED, "3 times", True)
    assert (quick.state, quick.holds) == (State.FAILED, False)


def test_a_check_that_nobody_has_written_is_said_to_be_not_built(tmp_path: Path) -> None:
    for run in ("no_such_module:function", "check:no_such_function"):
        row = carry_out(Check("F9", "what", "must be", run), tmp_path, quick=False)

        assert (row.state, row.holds) == (State.NOT_BUILT, False)


def test_a_crash_and_a_check_that_takes_too_long_are_rows_like_any_other(tmp_path: Path) -> None:
    unknown = Check("F98", "no process knows this one", "must be", "x:y")
    [slow] = chosen(["F13 reference-mesogun"])
    late = Check(slow.id, slow.what, slow.criterion, slow.run, slow.full, slow.quick, 0.05, slow.of)

    rows = {
        row.key: row.state for row in run_checks([unknown, late], tmp_path, quick=False, jobs=2, begin=lambda _: None)
    }

    assert rows == {"F98": State.CRASHED, late.key: State.LATE}


def test_a_row_comes_back_from_its_process_as_it_was(tmp_path: Path) -> None:
    [check] = chosen(["F27"])  # one that measures nothing

    [row] = run_checks([check], tmp_path, quick=True, jobs=1, begin=lambda _: None)

    assert row.state is State.REACHED, row
    assert "sequences" in row.size
    assert row.control.endswith("caught")


def test_rows_of_two_computers_are_not_told_as_those_of_one(tmp_path: Path) -> None:
    book = Book(tmp_path / "rows.json")
    for key, machine in (("F1", "one"), ("F2", "another")):
        book.take(Row(key, "what", "must be", State.REACHED), "2026-01-02T00:00:00+00:00", "0.1.0", machine)

    assert "Times are of this computer." in str(book.page(["F1"]))
    assert "Run on: another; one. Times are of these computers, each check on one of them." in str(
        book.page(["F1", "F2"])
    )


def test_the_page_is_written_when_every_check_has_been_run_and_keeps_the_newest_row(tmp_path: Path) -> None:
    book = Book(tmp_path / "rows.json")
    old = Row("F1", "what", "must be", State.CRASHED, found="a | b")
    book.take(old, "2026-01-01T00:00:00+00:00", "0.1.0", "a computer")

    assert book.page(["F1", "F2"]) is None

    book = Book(tmp_path / "rows.json")
    book.take(Row("F1", "what", "must be", State.REACHED), "2026-01-02T00:00:00+00:00", "0.1.0", "a computer")
    book.take(Row("F2", "what", "must be", State.NOT_HERE), "2026-01-03T00:00:00+00:00", "0.1.0", "a computer")
    page = book.page(["F1", "F2"])

    assert page is not None
    assert "**2026-01-02 to 2026-01-03, devicelog 0.1.0:** 1 reached, 1 not here." in page
    assert "| F1 | what |  | must be |  |  |  | reached |" in page
    assert "**not here**" in page
    assert "crashed" not in page


def test_the_page_names_no_folder_of_the_computer(tmp_path: Path) -> None:
    book = Book(tmp_path / "rows.json")
    found = f"sim://reference-mesogun, 3 frames/s and {tmp_path / 'store.json'} cannot be read"
    book.take(Row("F1", "what", "must be", State.CRASHED, found=found), "2026-01-01T00:00:00+00:00", "0.1.0", "m")

    page = book.page(["F1"])

    assert page is not None
    assert str(tmp_path) not in page
    assert "sim://reference-mesogun, 3 frames/s and …/store.json cannot be read" in page


def test_every_check_has_a_key_of_its_own_and_an_unknown_one_is_refused() -> None:
    keys = [check.key for check in checks()]

    assert len(set(keys)) == len(keys)
    assert {check.id for check in checks()} == {*(f"F{n}" for n in range(1, 28)), "A1", "A2", "A3", "A4"}
    with pytest.raises(ValueError, match="F99"):
        chosen(["F1", "F99"])
