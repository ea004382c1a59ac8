"""`devicelog entries`: the ledger as text, as ids and as one JSON document."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

from devicelog.ledger import Chain, Kind
from devicelog.store.reader import Reader
from devicelog.store.writer import Writer

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from tests.cli.conftest import Store


def test_there_is_one_line_an_entry(store: Store) -> None:
    lines = store.run("entries", store.sessions["gun"]).stdout.splitlines()

    assert len(lines) == len(store.lines("gun"))
    assert lines[0].split()[:3] == ["1", "00:00.000", "started"]
    assert any("injection: " in line and "depth 4.1 mm" in line and line.endswith("exceeded") for line in lines)


def test_ids_are_session_and_number(store: Store) -> None:
    session = store.sessions["gun"]
    ids = store.run("entries", session, "--ids").stdout.splitlines()

    assert ids == [f"{session}/{number}" for number in range(1, len(ids) + 1)]
    alarms = store.run("entries", session, "--ids", "--kind", "alarm").stdout.splitlines()
    assert len(alarms) == 3
    assert json.loads(store.run("entries", session, "--ids", "--kind", "alarm", "--json").stdout) == alarms


def test_json_spells_an_observation_out(store: Store) -> None:
    found = json.loads(store.run("entries", store.sessions["gun"], "--json").stdout)
    observations = [entry for entry in found if entry["kind"] == "observation"]
    injections = [entry for entry in observations if entry["content"]["report"] == "injection"]
    first = injections[0]

    assert len(injections) == 23
    assert set(first) == {"entry", "id", "time", "elapsed_s", "kind", "content"}
    assert first["content"]["values"]["volume"] == {"value": "0.02", "unit": "mL"}
    assert first["content"]["values"]["mode"] == "N"
    assert first["content"]["verdict"] == "within"
    assert first["time"].endswith("Z")
    assert first["id"] == f"{store.sessions['gun']}/{first['entry']}"


def test_a_kind_narrows_and_still_knows_the_layouts(store: Store) -> None:
    found = json.loads(store.run("entries", store.sessions["gun"], "--kind", "observation", "--json").stdout)

    assert {entry["kind"] for entry in found} == {"observation"}
    assert json.loads(store.run("entries", store.sessions["gun"], "--kind", "note", "--json").stdout) == []


def test_an_unknown_kind_lists_the_kinds(store: Store) -> None:
    result = store.run("entries", "last", "--kind", "alarms")

    assert result.exit_code == 2
    assert "did you mean 'alarm'?" in str(result.exception)
    assert all(kind.value in str(result.exception) for kind in Kind)


def test_a_damaged_entry_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, store: Store) -> None:
    monkeypatch.setenv("DEVICELOG_KEYS", str(tmp_path / "keys"))
    with Writer.open(tmp_path / "store") as writer:
        ledger = writer.begin("20260101-000000-dead", writer.subject_for("P1"), "2026-01-01T00:00:00.000000Z")
        chain = Chain()
        ledger.commit([chain.append(b"[1,0,not json")], [])
    damaged = type(store)(tmp_path / "store", {})

    for command in ("show", "entries"):
        result = damaged.run(command, "last")
        assert result.exit_code == 2
        assert "entry 1 of session 20260101-000000-dead cannot be read" in str(result.exception)
    assert "20260101-000000-dead" in damaged.run("sessions").stdout


def test_a_hundred_thousand_ids_come_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, store: Store) -> None:
    monkeypatch.setenv("DEVICELOG_KEYS", str(tmp_path / "keys"))
    with Writer.open(tmp_path / "store") as writer:
        ledger = writer.begin("20260101-000000-beef", writer.subject_for("P1"), "2026-01-01T00:00:00.000000Z")
        chain = Chain()
        body = b',0,"note",{"text":"x"}]'
        for first in range(1, 100_001, 10_000):
            ledger.commit([chain.append(b"[%d%b" % (number, body)) for number in range(first, first + 10_000)], [])
    began = time.process_time()
    ids = type(store)(tmp_path / "store", {}).run("entries", "last", "--ids").stdout.splitlines()
    took = time.process_time() - began

    assert len(ids) == 100_000
    assert took < 2, "of this process's own time, whatever else the computer does"
    with Reader.open(tmp_path / "store") as reader:
        assert sum(1 for _ in reader.lines(1, after=99_990)) == 10
