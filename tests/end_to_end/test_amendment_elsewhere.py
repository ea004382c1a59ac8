"""An amended session goes everywhere that its session goes, with every value before and after; a false one is found."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING, Any

import jsonschema  # type: ignore[import-untyped]
import pytest

from devicelog.ledger import Chain, Kind, encode

if TYPE_CHECKING:
    from pathlib import Path

    from tests.end_to_end.upgrades import Upgraded


def test_an_export_has_every_changed_value_before_and_after(amended_clinic: Upgraded, tmp_path: Path) -> None:

    amended_clinic("export", "last", "--to", str(tmp_path))
    amended_clinic("verify", str(tmp_path))

    [folder] = [path for path in tmp_path.iterdir() if (path / "session.json").exists()]
    document = json.loads((folder / "session.json").read_text(encoding="utf-8"))
    schema = json.loads((folder / "session.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(schema).validate(document)
    depths = [row for row in _rows(folder / "amended_values.csv") if row["what"] == "depth"]
    new = {row["entry [1]"]: row for row in _rows(folder / "injections.csv")}
    assert len(depths) == 23
    assert all(row["before unit"] == row["after unit"] == "mm" for row in depths)
    assert all(new[row["entry after [1]"]]["depth [mm]"] == row["after"] for row in depths)
    [amendment] = _rows(folder / "amendments.csv")
    assert amendment["reason"] == "depth was misread"
    assert _rows(folder / "summary_before_1.csv")[0] != _rows(folder / "summary.csv")[0]


def _rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"amendment": 2}, "says that it is amendment 2, expected 1"),
        ({"entries": 3}, "does not have the entries that it states"),
        ({"of": {"first": 1, "last": 3, "head": "0" * 64}}, "is not of the entries 1 to"),
    ],
)
def test_an_amendment_that_is_not_what_it_states_is_found(
    amended_clinic: Upgraded, change: dict[str, Any], said: str
) -> None:
    """Found also if every hash was computed anew; that the seal does not fit then is another finding."""
    bodies = [[entry.number, entry.t_us, entry.kind, entry.content] for entry in amended_clinic.box.entries()]
    _rewrite(amended_clinic, [_changed(body, change) for body in bodies])

    assert any(said in fault["what"] for fault in _faults(amended_clinic))


def test_an_entry_behind_the_end_that_amends_nothing_is_found(clinic: Upgraded) -> None:
    bodies = [[entry.number, entry.t_us, entry.kind, entry.content] for entry in clinic.box.entries()]
    _rewrite(clinic, [*bodies, [len(bodies) + 1, bodies[-1][1], "note", {"text": "added"}]])

    assert any("stands behind the end of the session" in fault["what"] for fault in _faults(clinic))


def _changed(body: list[Any], change: dict[str, Any]) -> list[Any]:
    return [*body[:3], {**body[3], **change}] if body[2] == Kind.AMENDMENT else body


def _rewrite(clinic: Upgraded, bodies: list[list[Any]]) -> None:
    """Put other entries into the store, with hashes that fit them."""
    chain = Chain()
    spread = ([*body[:3], *body[3]] if body[2] == Kind.OBSERVATION else body for body in bodies)
    lines = [chain.append(encode(body)) for body in spread]
    with clinic.box.writing() as database:
        database.execute("DELETE FROM entry")
        rows = [((1 << 32) + line.number, line.body, line.hash) for line in lines]
        database.executemany("INSERT INTO entry VALUES (?, ?, ?)", rows)


def _faults(clinic: Upgraded) -> list[dict[str, Any]]:
    faults: list[dict[str, Any]] = clinic("verify", "--json", code=1).document["results"][0]["faults"]
    return faults


def test_an_amendment_is_backed_up_restored_and_salvaged(amended_clinic: Upgraded) -> None:
    entries, root = amended_clinic.box.entries(), amended_clinic.box.root

    backup = amended_clinic("backup", "--to", str(root / "backups")).out.strip()
    amended_clinic("verify", backup)
    amended_clinic("restore", backup, "--to", str(root / "restored"))
    amended_clinic("salvage", str(amended_clinic.box.store), "--to", str(root / "salvaged"))

    for store in (root / "restored", root / "salvaged"):
        amended_clinic("verify", "--store", str(store))
        amended_clinic.box.store = store
        assert amended_clinic.box.entries() == entries


def test_an_amendment_with_a_hole_is_saved_as_far_as_it_is_proved(amended_clinic: Upgraded) -> None:
    entries, saved = amended_clinic.box.entries(), amended_clinic.box.root / "salvaged"
    hole = len(entries) - 5
    with amended_clinic.box.writing() as database:
        database.pragma("secure_delete", True)
        database.execute("DELETE FROM entry WHERE key = ?", ((1 << 32) + hole,))
        database.pragma("wal_checkpoint", "TRUNCATE")

    said = amended_clinic("salvage", str(amended_clinic.box.store), "--to", str(saved), code=1)

    assert f"entries lost: {hole}" in said.out
    assert "its end is gone" not in said.out
    assert "is damaged: a part of it was lost" in amended_clinic("verify", "--store", str(saved)).out
    amended_clinic.box.store = saved
    left = [entry.number for entry in amended_clinic.box.entries()]
    assert left == [number for number in range(1, len(entries) + 1) if number not in (hole, hole + 1)]
