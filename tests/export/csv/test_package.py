"""The package of tables, as programs of others see it: types, keys, sizes and hashes that hold, every number exact."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest

from devicelog.export import chosen
from devicelog.export.csv.cell import unguarded
from devicelog.export.folder.package import export
from devicelog.ledger import Kind
from devicelog.numbers import number
from devicelog.record.as_json import content
from devicelog.store.reader import Reader
from tests.export.csv.conftest import Exported

frictionless: Any = pytest.importorskip("frictionless")

Rows = list[dict[str, str]]


@pytest.fixture(scope="module")
def package(rich: Exported) -> dict[str, Any]:
    """datapackage.json."""
    found: dict[str, Any] = json.loads((rich.folder / "datapackage.json").read_bytes())
    return found


@pytest.fixture(scope="module")
def tables(rich: Exported) -> dict[str, Rows]:
    """The rows of every table, by file."""
    return {path.name: _rows(path) for path in rich.folder.glob("*.csv")}


def _rows(path: Path) -> Rows:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def _fields(package: Mapping[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    return {(one["path"], field["name"]): field for one in package["resources"] for field in one["schema"]["fields"]}


def _validated(folder: Path) -> Any:
    return frictionless.validate(str(folder / "datapackage.json"))


# -- as frictionless sees it -----------------------------------------------------------------------------------


def test_frictionless_finds_no_fault(rich: Exported) -> None:
    report = _validated(rich.folder)

    assert report.flatten(["name", "type", "note"]) == []
    assert report.warnings == [warning for task in report.tasks for warning in task.warnings] == []
    assert report.stats["tasks"] == len(list(rich.folder.glob("*.csv")))


#: What is changed in which file, and how frictionless calls that.
CHANGES = (
    ("injections.csv", b",chin,", b",nose,", "foreign-key"),
    ("gaps.csv", b"1,1,", b"1,9,", "foreign-key"),
    ("alarms.csv", b",medium,", b",urgent,", "constraint-error"),
    ("devices.csv", b",yes,", b",maybe,", "type-error"),
    ("products.csv", b"2027-05-31", b"31/05/2027", "type-error"),
    ("session.csv", b"T14:13:2", b" 14.13.2", "type-error"),
    ("syringes.csv", b"\r\n2,", b"\r\n1,", "primary-key"),
    ("totals.csv", b",live,", b",life,", "hash-count"),
)


def test_frictionless_finds_what_was_changed(rich: Exported, tmp_path: Path) -> None:
    folder = copytree(rich.folder, tmp_path / "changed")
    for file, old, new, _ in CHANGES:
        data = (folder / file).read_bytes()
        assert old in data
        (folder / file).write_bytes(data.replace(old, new))

    found = {(task.name, error.type) for task in _validated(folder).tasks for error in task.errors}
    assert found >= {(file.removesuffix(".csv"), kind) for file, _, _, kind in CHANGES}


# -- the package itself ----------------------------------------------------------------------------------------


def test_it_is_a_tabular_data_package_of_every_table(package: dict[str, Any], rich: Exported) -> None:
    assert package["profile"] == "tabular-data-package"
    assert {one["profile"] for one in package["resources"]} == {"tabular-data-resource"}
    assert {one["path"] for one in package["resources"]} == {path.name for path in rich.folder.glob("*.csv")}
    assert all(re.fullmatch(r"[-a-z0-9._]+", one["name"]) for one in [package, *package["resources"]])
    assert package["simulated"] is True
    assert "SIMULATED" in package["description"]
    assert package["created"] == content(rich.session.record)["until"]


def test_sizes_and_hashes_are_those_of_the_files(package: dict[str, Any], rich: Exported) -> None:
    for one in package["resources"]:
        data = (rich.folder / one["path"]).read_bytes()
        assert (one["bytes"], one["hash"]) == (len(data), f"sha256:{sha256(data).hexdigest()}")


def test_every_key_that_could_break_holds_and_is_stated(package: dict[str, Any]) -> None:
    stated = {
        (one["name"], key["fields"][0], key["reference"]["resource"])
        for one in package["resources"]
        for key in one["schema"].get("foreignKeys", ())
    }

    assert stated >= {
        ("injections", "zone", "zones"),
        ("injections", "link [1]", "devices"),
        ("injections", "syringe [1]", "syringes"),
        ("alarms", "zone", "zones"),
        ("gaps", "link [1]", "devices"),
        ("accounting", "gap [1]", "gaps"),
        ("product_doses", "product [1]", "products"),
        ("corrections", "amendment [1]", "amendments"),
        ("points", "zone", "zones"),
    }


def test_every_number_has_its_unit_in_its_head_and_a_code_for_it(package: dict[str, Any]) -> None:
    for (_, head), field in _fields(package).items():
        if field["type"] in ("number", "integer"):
            assert head.endswith(f" [{field['unit']}]")
            assert field["ucum"]
        else:
            assert "unit" not in field
    depth = _fields(package)["injections.csv", "depth [mm]"]
    assert (depth["type"], depth["ucum"], depth["basis"], depth["category"]) == (
        "number",
        "mm",
        "extension",
        "measurement",
    )


def test_the_dictionary_says_the_same(package: dict[str, Any], tables: dict[str, Rows]) -> None:
    described = {(row["file"], row["column"]): (row["meaning"], row["unit"]) for row in tables["data_dictionary.csv"]}

    assert described == {key: (field["description"], field.get("unit", "")) for key, field in _fields(package).items()}


def test_a_program_that_keeps_to_the_specification_reads_every_time(
    package: dict[str, Any], tables: dict[str, Rows]
) -> None:
    """Its default form of a time is one of whole seconds, though frictionless takes more."""
    read = 0
    for (file, head), field in _fields(package).items():
        if field["type"] != "datetime":
            continue
        form = field.get("format", "%Y-%m-%dT%H:%M:%SZ")
        for cell in filter(None, (row[head] for row in tables[file])):
            assert datetime.strptime(cell, form).replace(tzinfo=UTC).isoformat(timespec="microseconds") == (
                cell.replace("Z", "+00:00")
            )
            read += 1
    assert read


# -- what stands in the cells ----------------------------------------------------------------------------------


def test_every_line_is_as_rfc_4180_has_it(rich: Exported) -> None:
    for path in rich.folder.glob("*.csv"):
        data = path.read_bytes()
        unquoted = re.sub(rb'"[^"]*"', b"", data)
        assert data.endswith(b"\r\n")
        assert not data.startswith(b"\xef\xbb\xbf")
        assert not re.search(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", data)
        assert unquoted.count(b"\r") == unquoted.count(b"\n") == unquoted.count(b"\r\n")


def test_every_number_is_a_plain_decimal_and_every_time_has_its_zone(
    package: dict[str, Any], tables: dict[str, Rows]
) -> None:
    """Frictionless takes a time without a zone, too."""
    patterns = {
        "number": r"-?(0|[1-9][0-9]*)(\.[0-9]*[1-9])?",
        "integer": r"-?(0|[1-9][0-9]*)",
        "datetime": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z",
        "date": r"\d{4}-\d\d-\d\d",
        "boolean": "yes|no",
    }
    seen = set()
    for (file, head), field in _fields(package).items():
        pattern = patterns.get(field["type"])
        for cell in (row[head] for row in tables[file]):
            if cell and pattern is not None:
                assert re.fullmatch(pattern, cell), (file, head, cell)
                seen.add(field["type"])
    assert seen == set(patterns)


def test_no_text_can_be_taken_for_a_formula(package: dict[str, Any], tables: dict[str, Rows]) -> None:
    guarded = set()
    for (file, head), field in _fields(package).items():
        for cell in (row[head] for row in tables[file]):
            if field["type"] == "string" and not re.fullmatch(r"-?\d+", cell):
                assert not cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"))
                guarded |= {cell} if unguarded(cell) != cell else set()
    assert guarded >= {"'=SN␀1", "'=Hyal", "'@face", "'-found on the box", "'＝C", "'=physician", "'+room\n2"}


def test_the_injections_are_those_of_the_ledger(rich: Exported, tables: dict[str, Rows]) -> None:
    record = rich.session.record
    rows = {row["entry [1]"]: row for row in tables["injections.csv"]}
    layouts = {n: one for n, one in record.layouts.items() if one.report == "injection"}
    counted = 0
    for entry in rich.session.counting():
        if entry.kind != Kind.OBSERVATION or entry.content[0] not in layouts:
            continue
        row, columns = rows[str(entry.number)], layouts[entry.content[0]].columns
        assert Decimal(row["elapsed [s]"]) == Decimal(entry.t_us).scaleb(-6)
        assert row["time_utc"] == f"{record.wall(entry.t_us):%Y-%m-%dT%H:%M:%S.%f}Z"
        for column, value in zip(columns, entry.content[2], strict=True):
            if column.unit is not None:
                expected = number(Decimal(value) * column.factor) if value is not None and column.factor else ""
                assert row[f"{column.metric} [{column.unit}]"] == expected
        counted += 1
    assert counted == len(rows) == 43
    assert [row["unresolved"] for row in rows.values() if row["unresolved"]] == ["volume 7 ML"]


def test_the_sums_are_those_of_the_record(rich: Exported, tables: dict[str, Rows]) -> None:
    told = content(rich.session.record)
    whole, *zones = tables["summary.csv"]

    for row, totals in [(whole, told["totals"]), *zip(zones, [one["totals"] for one in told["zones"]], strict=True)]:
        assert row["injections [count]"] == str(totals["injections"]["injections"])
        assert row["volume [mL]"] == totals["injections"]["volume"]["value"]
        assert row["volume stated"] == ("at least" if totals["injections"]["volume_lower_bound"] else "exact")
        assert row["samples [count]"] == row["charge [mA*min]"] == ""
    assert [row["zone"] for row in zones] == [one["zone"] for one in told["zones"]] == ["forehead", "chin"]


def test_the_alarms_and_gaps_are_those_of_the_record(rich: Exported, tables: dict[str, Rows]) -> None:
    told = content(rich.session.record)

    for row, alarm in zip(tables["alarms.csv"], told["alarms"], strict=True):
        assert (row["alarm text"], row["priority"], row["zone"]) == (
            alarm["text"],
            alarm["priority"],
            alarm["zone"] or "",
        )
        for name in ("peak", "bound"):
            if alarm[name] is not None:
                assert row[f"{name} [{alarm[name]['unit']}]"] == alarm[name]["value"]
    for row, gap in zip(tables["gaps.csv"], told["gaps"], strict=True):
        assert (row["since time_utc"], row["until time_utc"]) == (gap["since"], gap["until"])
        assert row["missing reports [count]"] == str(gap["missing_reports"])
    assert tables["alarms.csv"]
    assert tables["gaps.csv"]


def test_what_people_stated_stands_in_tables(tables: dict[str, Rows]) -> None:
    epilepsy, alcohol = tables["screening.csv"]
    assert (epilepsy["raises"], epilepsy["overridden by"]) == ("stop", "Dr A")
    assert epilepsy["override reason"] == 'seizure-free, "ten" years\r\n=1'
    assert (alcohol["raises"], alcohol["why"], alcohol["overridden by"]) == ("none", "", "")
    assert [row["of"] for row in tables["overrides.csv"]] == ["screening:epilepsy"]
    assert [(row["given"], row["version"]) for row in tables["consent.csv"]] == [("yes", "4")]
    assert {row["step"]: row["progress"] for row in tables["steps.csv"]}["screening"] == "taken"
    assert [(row["x [1]"], row["y [1]"]) for row in tables["points.csv"]] == [("0.41", "0.22"), ("0.5", "0.25")]
    assert [row["what"] for row in tables["consumables.csv"]] == ["needle", "electrode"]
    assert [(row["before"], row["after"]) for row in tables["corrections.csv"]] == [("3", "4"), ("", "L7")]
    assert [row["reason"] for row in tables["amendments.csv"]] == ["misread", "'-found on the box"]
    assert {row["kind"] for row in tables["afterwards.csv"]} == {"reaction", "follow_up"}


def test_the_session_is_one_row(rich: Exported, tables: dict[str, Rows]) -> None:
    told = content(rich.session.record)
    [row] = tables["session.csv"]

    assert (row["session"], row["state"], row["subject"]) == (told["session"], "ended", told["subject"])
    assert (row["role"], row["registration"], row["place"]) == ("'=physician", "'-12", "'+room\n2")
    assert (row["started time_utc"], row["until time_utc"]) == (told["started"], told["until"])
    assert (row["duration [s]"], row["zone of the clock"]) == (told["duration"]["value"], "UTC+01:00")
    assert (row["simulated"], row["typed"], row["response"]) == ("yes", "no", "redness")
    assert row["marks"] == "; ".join(told["marks"].values())
    assert row["protocol"] == "meso-face-gun-intradermal"


def test_the_same_session_gives_the_same_bytes(rich: Exported) -> None:
    for path in rich.again.iterdir():
        assert path.read_bytes() == (rich.folder / path.name).read_bytes(), path.name
    assert {path.suffix for path in rich.again.iterdir()} == {".csv", ".json"}


def test_two_devices_of_one_kind_stand_in_one_table_in_the_order_of_the_ledger(
    store: Path, session: Callable[..., Path], tmp_path: Path
) -> None:
    """Here the two are one that changes its unit with every report, which makes it two layouts."""
    units = (["", "nL", "um", ""], ["", "uL", "um", ""])
    says = [{"report": "injection", "values": [n, 1 + n % 2, 1500, "N"], "units": units[n % 2]} for n in range(20)]
    session(says=[{"id": "SN-1"}, *says], protocol=None)
    with Reader.open(store) as reader:
        folder = export(reader, "last", tmp_path / "out", chosen(["csv"])).folder

    rows = _rows(folder / "injections.csv")
    numbers = [int(row["entry [1]"]) for row in rows]
    assert numbers == sorted(numbers)
    assert [row["volume [mL]"] for row in rows] == ["0.000001", "0.002"] * 10
