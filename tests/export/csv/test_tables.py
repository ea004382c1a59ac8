"""The tables: units in every head, exact numbers, guarded texts, fixed columns."""

from __future__ import annotations

import csv
import re
import tracemalloc
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from devicelog.export import chosen
from devicelog.export.csv.summary import summary
from devicelog.export.folder.package import export
from devicelog.ledger import Kind
from devicelog.numbers import number
from devicelog.record.record import Record
from devicelog.store.reader import Reader

Rows = list[dict[str, str]]


@pytest.fixture
def tables(store: Path, session: Callable[..., Path], tmp_path: Path) -> Callable[..., dict[str, Rows]]:
    """Records and exports a session: the rows of each file."""

    def make(**script: Any) -> dict[str, Rows]:
        session(**script)
        with Reader.open(store) as reader:
            folder = export(reader, "last", tmp_path / "out", chosen(["csv"])).folder
        return {path.name: _rows(path) for path in folder.glob("*.csv")}

    return make


def _rows(path: Path) -> Rows:
    data = path.read_bytes()
    assert data.endswith(b"\r\n")
    assert not data.startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file, strict=True)
        rows = list(reader)
    assert reader.fieldnames is not None
    assert len(set(reader.fieldnames)) == len(reader.fieldnames)
    for row in rows:
        assert None not in row
        assert None not in row.values()
    return rows


def test_numbers_have_units_and_no_noise(tables: Callable[..., dict[str, Rows]]) -> None:
    for name, rows in tables().items():
        for row in rows:
            for head, cell in row.items():
                if head.endswith("]") and cell:
                    assert re.fullmatch(r"-?(0|[1-9][0-9]*)(\.[0-9]*[1-9])?", cell), (name, head, cell)
                if "time_utc" in head and cell:
                    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", cell)


def test_an_injection(tables: Callable[..., dict[str, Rows]]) -> None:
    found = tables()
    row = found["injections.csv"][0]
    assert row == {
        "entry [1]": "8",
        "time_utc": "2026-09-21T14:13:20.300000Z",
        "elapsed [s]": "0.3",
        "link [1]": "1",
        "device serial": "SN-1",
        "zone": "forehead",
        "report": "injection",
        "syringe [1]": "",
        "products": "",
        "lots": "",
        "sequence [1]": "0",
        "volume [mL]": "0.02",
        "depth [mm]": "1.5",
        "mode": "N",
        "verdict": "within",
        "limits breached": "",
        "unresolved": "",
        "origin": "live",
        "happened [s]": "",
    }
    assert len(found["injections.csv"]) == 40
    last = found["injections.csv"][-1]
    assert (last["verdict"], last["limits breached"]) == ("warning", "zone volume_total")
    assert found["alarms.csv"][0]["limit"] == "zone volume_total"
    assert found["alarms.csv"][0]["peak [mL]"] == "0.8"
    assert found["devices.csv"][0]["simulated"] == "yes"
    assert found["reconciliation.csv"][1]["difference [mL]"] == "0"
    assert found["summary.csv"][0]["volume [mL]"] == "0.8"
    assert [row["zone"] for row in found["summary.csv"]] == ["", "forehead"]


def _summary_of(record: Record) -> dict[str, Any]:
    table, rows = summary(record)
    return dict(zip([field.head for field in table.fields], next(iter(rows)), strict=True))


def test_a_dose_that_is_not_known_is_an_empty_cell_with_its_reason(noneedle: Callable[..., Any]) -> None:
    unit = noneedle(current="rms", wave="bi")
    unit.flow(1_000, 3)
    row = _summary_of(unit.session.end().record)

    assert (row["samples [count]"], row["charge [mA*min]"], row["charge stated"]) == (3, None, "not known")
    assert row["why not exact"] == "charge: the current alternates around zero: it has no charge dose"
    assert (row["triggers [count]"], row["volume [mL]"], row["volume stated"]) == (None, None, None)


def test_a_dose_that_is_a_lower_bound_says_so(tables: Callable[..., dict[str, Rows]]) -> None:
    says = [{"id": "SN-1"}, {"report": "settings", "values": [1]}]
    says += [{"report": "injection", "values": [n, volume, 1500, "N"]} for n, volume in enumerate((None, 20_000))]
    session, zone = tables(says=says)["summary.csv"]

    assert (session["volume [mL]"], session["volume stated"]) == ("0.02", "at least")
    assert (session["injections stated"], session["charge stated"]) == ("exact", "")
    assert session["why not exact"] == "volume: 1 trigger came without a volume"
    assert (zone["volume stated"], zone["purged [mL]"], zone["purged stated"]) == ("at least", "", "")


def test_every_column_is_in_the_dictionary(tables: Callable[..., dict[str, Rows]]) -> None:
    found = tables()
    described = {(row["file"], row["column"]): row for row in found["data_dictionary.csv"]}
    for name, rows in found.items():
        for head in rows[0] if rows else ():
            row = described[name, head]
            assert row["meaning"]
            assert head == (f"{head.split(' [')[0]} [{row['unit']}]" if row["unit"] else head)
    depth = described["injections.csv", "depth [mm]"]
    assert (depth["basis"], depth["category"]) == ("extension", "measurement")
    assert depth["source"] == "driver test-gun, report injection, sent in um"


def test_columns_never_shift_when_units_or_devices_change(tables: Callable[..., dict[str, Rows]]) -> None:
    says = [
        {"id": "SN-1"},
        {"report": "injection", "values": [0, 20_000, 1500, "N"]},
        {"report": "injection", "values": [1, 20, 1500, "N"], "units": ["", "uL", "um", ""]},
        {"report": "injection", "values": [2, 7, 1500, "N"], "units": ["", "ML", "um", ""]},
        {"id": "SN-2"},
        {"report": "injection", "values": [0, 20_000, None, None]},
    ]
    rows = tables(says=says)["injections.csv"]
    assert [row["volume [mL]"] for row in rows] == ["0.02", "0.02", "", "0.02"]
    assert [row["unresolved"] for row in rows] == ["", "", "volume 7 ML", ""]
    assert [row["depth [mm]"] for row in rows] == ["1.5", "1.5", "1.5", ""]
    assert [row["device serial"] for row in rows] == ["SN-1", "SN-1", "SN-1", "SN-2"]


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("-0", "0"),
        ("0E-30", "0"),
        ("1E+3", "1000"),
        ("1E-12", "0"),
        ("-1E-12", "0"),
        ("1.50", "1.5"),
        ("43.14765000000000000000000001", "43.14765"),
        ("-25.974", "-25.974"),
    ],
)
def test_numbers_are_plain(value: str, written: str) -> None:
    assert number(Decimal(value)) == written


@pytest.mark.parametrize("value", ["NaN", "Infinity", "1E+1000000"])
def test_what_no_record_can_hold_is_no_number(value: str) -> None:
    with pytest.raises(ValueError, match="not a number"):
        number(Decimal(value))


def test_hostile_texts_and_names(tables: Callable[..., dict[str, Rows]]) -> None:
    says: list[Mapping[str, Any] | Kind] = [
        {"id": "=cmd|' /C calc'!A0"},
        {"report": "injection", "values": [0, 20_000, 1500, '=HYPERLINK("x")']},
        {"report": "injection", "values": [1, 20_000, 1500, 'a,"b"\r\nc']},
        {"report": "../Odd report", "values": ["@x"]},
        {"report": "alarms", "values": [-3]},
        Kind.NOTE,
    ]
    found = tables(says=says, acts={Kind.NOTE: {"text": "=1+1 李雷"}})
    assert [row["mode"] for row in found["injections.csv"]] == ['\'=HYPERLINK("x")', 'a,"b"\r\nc']
    assert found["injections.csv"][0]["device serial"] == "'=cmd|' /C calc'!A0"
    odd = next(rows for name, rows in found.items() if name.endswith("_odd_report.csv"))
    assert odd[0]["zone"] == "forehead"
    assert odd[0]["zone of the device"] == "'@x"
    alarms = next(rows for name, rows in found.items() if name.endswith("_alarms.csv"))
    assert alarms[0]["state"] == "-3"
    note = next(row for row in found["events.csv"] if row["kind"] == "note")
    assert note["content"] == '{"text":"=1+1 李雷"}'


def test_nothing_is_left_out_of_the_tables(tables: Callable[..., dict[str, Rows]], store: Path) -> None:
    found = tables()
    numbers = [int(row["entry [1]"]) for rows in found.values() for row in rows if "entry [1]" in row]
    with Reader.open(store) as reader:
        assert sorted(numbers) == [line.number for line in reader.lines(1)]


def test_gaps_and_bad_frames(tables: Callable[..., dict[str, Rows]]) -> None:
    says: list[Mapping[str, Any] | bytes] = [
        {"id": "SN-1", "simulated": False},
        {"report": "injection", "values": [0, 20_000, 1500, "N"]},
        b"not a frame\n",
        {"report": "injection", "values": [4, 20_000, 1500, "N"]},
        {"report": "injection", "values": [4, 20_000, 1500, "N"]},
    ]
    found = tables(says=says)
    assert found["gaps.csv"][0]["missing reports [count]"] == "3"
    assert found["gaps.csv"][0]["cause"] == "frames are missing"
    device = found["devices.csv"][0]
    assert (device["simulated"], device["bad frames [count]"], device["repeats [count]"]) == ("no", "1", "1")


def _peak(store: Path, to: Path) -> int:
    with Reader.open(store) as reader:
        tracemalloc.start()
        export(reader, "last", to, ["json", "csv"])
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    return peak


def test_memory_for_the_ledger_and_its_tables_does_not_grow_with_the_session(
    store: Path, session: Callable[..., Path], tmp_path: Path
) -> None:
    def injections(count: int) -> Iterator[bytes]:
        yield b'{"id":"SN-1"}\n'
        for first in range(0, count, 50):
            said = [b'{"report":"injection","values":[%d,20000,1500,"N"]}\n' % n for n in range(first, first + 50)]
            yield b"".join(said)

    session(session="s-1", says=injections(300), protocol=None)
    _peak(store, tmp_path / "warm")
    short = _peak(store, tmp_path / "short")
    session(session="s-2", says=injections(2400), protocol=None)
    assert _peak(store, tmp_path / "long") < short + 200_000
