"""The analysis table over many sessions, as pyarrow and a strict CSV reader read it."""

from __future__ import annotations

import csv
import os
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from devicelog.errors import BadInputError
from devicelog.export.flat import table as flat
from devicelog.ledger import Kind
from devicelog.store.access import accesses
from devicelog.store.folder import open_folder
from devicelog.store.reader import Reader
from tests.export.conftest import Script, injections, play
from tests.products.kit import product, syringe

parquet: Any = pytest.importorskip("pyarrow.parquet")

Run = Callable[..., tuple[int, str, str]]
Table = Callable[..., Path]

SYRINGE = (
    (Kind.PRODUCT, product(1, name="=Hyal").content()),
    (Kind.SYRINGE, syringe(1, (1, "0.5")).content()),
    (Kind.SYRINGE_IN_USE, {"syringe": 1, "because": "chosen"}),
)


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two patients, two guns: a session of 40 injections, and one of a real gun with a value that has no known unit."""
    root = tmp_path_factory.mktemp("clinic")
    odd = {"report": "injection", "values": [3, 7, 1500, "N"], "units": ["", "ML", "um", ""]}
    real: list[Any] = [{"id": "SN-2", "simulated": False}, *SYRINGE, *injections(3), odd]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DEVICELOG_KEYS", str(root / "keys"))
        play(root / "store", Script(session="s-1"))
        play(root / "store", Script(session="s-2", says=real, subject="P2", protocol=None, practitioner="=Dr B"))
    return root


@pytest.fixture
def table(clinic: Path, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> Table:
    """Makes a table of that clinic with these options: its path."""

    def make(name: str, *options: str) -> Path:
        monkeypatch.setenv("DEVICELOG_KEYS", str(clinic / "keys"))
        code, out, err = run("table", "--to", tmp_path / name, "--store", clinic / "store", *options)
        assert code == 0, err
        assert out.strip() == str(tmp_path / name)
        return tmp_path / name

    return make


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def test_there_is_a_row_for_each_injection_with_its_session(table: Table) -> None:
    rows = _rows(table("all.csv"))

    assert [row["session"] for row in rows] == ["s-1"] * 40 + ["s-2"] * 4
    first, last = rows[0], rows[-1]
    assert (first["volume [mL]"], first["depth [mm]"], first["verdict"]) == ("0.02", "1.5", "within")
    assert (first["date"], first["time_utc"]) == ("2026-09-21", "2026-09-21T14:13:20.300000Z")
    assert (first["simulated"], first["typed"], first["amended"]) == ("yes", "no", "no")
    assert (last["simulated"], last["practitioner"], last["protocol"]) == ("no", "'=Dr B", "")
    assert (last["device model"], last["device serial"], last["zone"]) == ("T-1", "SN-2", "forehead")
    assert (last["products"], last["lots"]) == ("'=Hyal", "A1")
    assert (last["volume [mL]"], last["unresolved"]) == ("", "volume 7 ML")


def test_patients_are_told_apart_by_random_ids_alone(table: Table, clinic: Path) -> None:
    path = table("all.csv")

    with Reader.open(clinic / "store") as reader:
        ids = {row.subject for row in reader.sessions()}
    assert {row["subject"] for row in _rows(path)} == ids
    assert "P1" not in path.read_text(encoding="utf-8")


def test_parquet_has_exact_decimals_times_in_utc_and_units_beside_its_columns(table: Table) -> None:
    found = parquet.read_table(table("all.parquet"))

    field = found.schema.field("volume [mL]")
    assert (str(field.type), field.metadata[b"unit"], field.metadata[b"ucum"]) == ("decimal128(28, 9)", b"mL", b"mL")
    assert str(found.schema.field("time_utc").type) == "timestamp[us, tz=UTC]"
    rows = found.to_pylist()
    assert len(rows) == 44
    assert rows[0]["volume [mL]"] == Decimal("0.02")
    assert rows[0]["time_utc"] == datetime(2026, 9, 21, 14, 13, 20, 300000, UTC)
    assert rows[0]["date"] == date(2026, 9, 21)
    assert (rows[0]["simulated"], rows[-1]["simulated"]) == (True, False)
    assert (rows[-1]["volume [mL]"], rows[-1]["products"]) == (None, "=Hyal")


def test_both_files_say_the_same(table: Table) -> None:
    """Down to the last digit, in each of the four sorts of rows."""
    for per in ("injection", "sample", "zone", "session"):
        texts = _rows(table(f"{per}.csv", "--per", per))
        values = parquet.read_table(table(f"{per}.parquet", "--per", per)).to_pylist()
        assert len(texts) == len(values)
        for text, value in zip(texts, values, strict=True):
            assert list(text) == list(value)
            for head, cell in value.items():
                if isinstance(cell, Decimal):
                    assert Decimal(text[head]) == cell
                elif cell is None or (isinstance(cell, int) and not isinstance(cell, bool)):
                    assert text[head] == ("" if cell is None else str(cell))


def test_a_row_of_a_zone_or_a_session_has_the_sums_and_says_what_is_only_a_lower_bound(table: Table) -> None:
    whole, bounded = _rows(table("sessions.csv", "--per", "session"))
    assert (whole["volume [mL]"], whole["volume stated"], whole["devices"]) == ("0.8", "exact", "T-1 SN-1")
    assert (bounded["volume [mL]"], bounded["volume stated"], bounded["lots"]) == ("0.06", "at least", "A1")
    assert bounded["why not exact"]
    zones = _rows(table("zones.csv", "--per", "zone"))
    assert [(row["session"], row["zone"], row["injections [count]"]) for row in zones] == [
        ("s-1", "forehead", "40"),
        ("s-2", "forehead", "4"),
    ]


def test_sessions_are_chosen_as_in_lists(table: Table) -> None:
    assert {row["session"] for row in _rows(table("1.csv", "--subject", "P2"))} == {"s-2"}
    assert {row["session"] for row in _rows(table("2.csv", "--device", "sn-1"))} == {"s-1"}
    assert {row["session"] for row in _rows(table("3.csv", "--lot", "a1"))} == {"s-2"}
    assert _rows(table("4.csv", "--since", "2030-01-01")) == []
    assert _rows(table("5.csv", "--subject", "nobody")) == []


def test_reading_is_logged(table: Table, clinic: Path) -> None:
    table("all.csv", "--by", "Ann", "--why", "audit")

    *_, last = accesses(open_folder(clinic / "store"))
    assert last.access is not None
    assert (last.access.what, last.access.by, last.access.why) == ("table", "Ann", "audit")
    assert len(last.access.subjects) == 2


@pytest.mark.parametrize(
    ("name", "says"),
    [("x.xlsx", "expected .csv or .parquet"), ("none/x.csv", "is no folder"), ("there.csv", "never overwritten")],
)
def test_what_cannot_be_a_table_is_refused_in_a_sentence(
    clinic: Path, tmp_path: Path, run: Run, name: str, says: str
) -> None:
    (tmp_path / "there.csv").write_text("mine", encoding="ascii")

    code, _, err = run("table", "--to", tmp_path / name, "--store", clinic / "store")

    assert (code, err.count("\n")) == (2, 1)
    assert says in err
    assert (tmp_path / "there.csv").read_text(encoding="ascii") == "mine"


def test_without_pyarrow_it_says_what_to_install(
    clinic: Path, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)

    code, _, err = run("table", "--to", tmp_path / "x.parquet", "--store", clinic / "store")

    assert code == 2
    assert 'pip install "devicelog[parquet]"' in err
    assert list(tmp_path.glob("*.parquet")) == []


def test_a_file_that_is_not_whole_is_not_there(table: Table, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from devicelog.export.flat import csv_file

    def fail(_self: object, _values: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(csv_file.CsvFile, "row", fail)
    with pytest.raises(AssertionError, match="No space left"):
        table("all.csv")

    assert [path.name for path in tmp_path.iterdir() if "all.csv" in path.name] == []


@pytest.mark.skipif(not hasattr(os, "O_TMPFILE"), reason="files without a name are of Linux")
def test_what_is_being_written_has_no_name_that_a_kill_would_leave(tmp_path: Path) -> None:
    to = tmp_path / "x.csv"
    with flat._aside(to) as file:
        file.write(b"a")
        assert list(tmp_path.iterdir()) == []
    assert to.read_bytes() == b"a"
    assert to.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("nameless", [True, False])
def test_a_file_that_was_made_meanwhile_is_not_overwritten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, nameless: bool
) -> None:
    if not nameless:
        monkeypatch.setattr(flat, "_nameless", lambda _: None)
    to = tmp_path / "x.csv"
    with pytest.raises(BadInputError, match="never overwritten"), flat._aside(to):
        to.write_bytes(b"of another")
    assert to.read_bytes() == b"of another"
    assert list(tmp_path.iterdir()) == [to]
