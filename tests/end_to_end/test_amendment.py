"""A newer driver reads an old session: the difference is shown, never silently applied, and accepted with both kept."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema  # type: ignore[import-untyped]
import pytest

from devicelog import registry
from devicelog.ledger import Chain, Kind, encode
from devicelog.replay.replay import replay
from devicelog.sealed import is_sealed
from tests.end_to_end.running import DEVICELOG, PATIENCE, Devicelog, Done, Warm

if TYPE_CHECKING:
    from devicelog.ledger import Entry

DRIVER = '''
from dataclasses import replace
from msgspec.structs import replace as changed
from devicelog_drivers.reference_mesogun import DRIVER as GUN

class Decoder:
    """Reads depths {more} um deeper than the reference driver does, in injections only."""

    def __init__(self):
        self._decoder = GUN.decoder()

    def feed(self, data):
        return [self._read(event) for event in self._decoder.feed(data)]

    def end(self):
        return [self._read(event) for event in self._decoder.end()]

    def _read(self, event):
        if getattr(event, "report", None) != "injection":
            return event
        depth = [metric.name for metric in GUN.report("injection").metrics].index("depth")
        values = list(event.values)
        values[depth] += {more}
        return changed(event, values=tuple(values))

DRIVER = replace(GUN, name="clinic-gun", version="{version}", decoder=Decoder)
'''


@dataclass(frozen=True, slots=True)
class Clinic:
    """A computer on which a driver package "clinic-gun" is installed and upgraded."""

    box: Devicelog
    packages: Path

    def install(self, version: str, *, more: int = 0) -> None:
        """Install the driver in a version that reads depths so many micrometres deeper than they are."""
        info = self.packages / "clinic_gun.dist-info"
        info.mkdir(parents=True, exist_ok=True)
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: clinic-gun\nVersion: {version}\n", "ascii")
        (info / "entry_points.txt").write_text("[devicelog.drivers]\nclinic-gun = clinic_gun:DRIVER\n", "ascii")
        (self.packages / "clinic_gun.py").write_text(DRIVER.format(more=more, version=version), "ascii")

    def __call__(self, *words: str, code: int = 0) -> Done:
        """A command in a fresh process, which sees what is installed now."""
        paths = os.pathsep.join([str(self.packages), os.environ.get("PYTHONPATH", "")])
        environment = {**self.box.environment, "PYTHONPATH": paths, "PYTHONDONTWRITEBYTECODE": "1"}
        done = subprocess.run(
            [*DEVICELOG, *words],
            env=environment,
            cwd=self.box.root,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        assert done.returncode == code, done
        return Done(words, done.returncode, done.stdout, done.stderr)

    def accept(self, *words: str, code: int = 0) -> Done:
        return self("replay", "last", *words, "--accept", "--by", "Dr. New", "--reason", "depth was misread", code=code)


@pytest.fixture(scope="module")
def first_clinic(tmp_path_factory: pytest.TempPathFactory, warm: Warm) -> Clinic:
    """A clinic with a session that version 1 of its driver recorded; for tests that change nothing."""
    folder = tmp_path_factory.mktemp("clinic")
    clinic = Clinic(Devicelog(folder / "box", warm), folder / "packages")
    clinic.install("1")
    url = "sim://reference-mesogun?seed=1&speed=max&scenario=face-limits"
    words = clinic.box.recording(url, driver="clinic-gun", protocol="meso-face-gun-intradermal")
    clinic(*words, "--zone", "forehead", "--zone", "left_cheek", "--until-quiet", "500 ms")
    return clinic


@pytest.fixture
def clinic(first_clinic: Clinic, tmp_path: Path, warm: Warm) -> Clinic:
    """The same clinic, for one test alone."""
    shutil.copytree(first_clinic.box.root, tmp_path / "box")
    clinic = Clinic(Devicelog(tmp_path / "box", warm), tmp_path / "packages")
    clinic.install("1")
    return clinic


def _amended(entries: list[Entry]) -> list[Any]:
    """The entries that the last amendment holds, each as a list."""
    last = max(entry.content["amendment"] for entry in entries if entry.kind == Kind.AMENDMENT)
    amended = (entry.content for entry in entries if entry.kind == Kind.AMENDED)
    return [content["entry"] for content in amended if content["amendment"] == last]


def test_the_difference_is_said_with_units_and_nothing_is_changed(clinic: Clinic) -> None:
    clinic.install("2", more=100)
    before = clinic.box.kept()

    done = clinic("replay", "last", code=1)

    assert "depth: 1.5 mm → 1.6 mm" in done.out
    assert "{" not in done.out
    assert "'" not in done.out
    logged = "store/access.jsonl"
    assert clinic.box.kept() | {logged: b""} == before | {logged: b""}


def test_the_difference_as_json_has_both_sides_of_every_change(clinic: Clinic) -> None:
    clinic.install("2", more=100)

    found = clinic("replay", "last", "--json", code=1).document["differences"]

    changes = [change for one in found for change in one["changes"] if change["what"] == "depth"]
    assert len(changes) == 23
    assert {change["recorded"]["unit"] for change in changes} == {"mm"}
    assert all(float(c["now"]["value"]) - float(c["recorded"]["value"]) == pytest.approx(0.1) for c in changes)


def test_what_is_accepted_stands_behind_the_session_and_what_was_recorded_stays(clinic: Clinic) -> None:
    recorded = clinic.box.entries()
    clinic.install("2", more=100)

    clinic.accept()

    entries = clinic.box.entries()
    assert entries[: len(recorded)] == recorded
    amendment = entries[len(recorded)]
    assert amendment.kind == Kind.AMENDMENT
    assert amendment.content["by"] == "Dr. New"
    assert is_sealed(amendment.content["reason"])
    assert "reason: depth was misread" in clinic("show", "last").out
    assert [device["driver_version"] for device in amendment.content["drivers"]] == ["2"]
    assert (amendment.content["of"]["first"], amendment.content["of"]["last"]) == (1, len(recorded))
    assert {entry.kind for entry in entries[len(recorded) + 1 :]} == {Kind.AMENDED}
    assert _amended(entries)[-1][2] == "ended"


def test_the_reason_is_erased_with_the_person_and_nothing_can_be_accepted_any_more(clinic: Clinic) -> None:
    clinic.install("2", more=100)
    clinic.accept()
    (subject,) = {row["subject"] for row in clinic("sessions", "--json").document}

    clinic("subjects", "erase", subject, "--by", "Dr. Test", "--reason", "asked for it", "--yes")

    assert "depth was misread" not in clinic("show", "last").out
    (amendment,) = clinic("show", "last", "--json").document["amendments"]
    assert amendment["reason"] == "[erased]"
    clinic("verify")
    clinic("replay", "last")
    clinic.install("3", more=200)
    assert "expected a reason of the closed list" in clinic.accept(code=2).err


def test_the_record_has_the_new_values_and_the_old_ones_beside_them(clinic: Clinic) -> None:
    before = clinic("show", "last", "--json").document
    clinic.install("2", more=100)
    clinic.accept()

    record = clinic("show", "last", "--json").document

    [amendment] = record["amendments"]
    assert amendment["before"]["spreads"] == before["spreads"]
    assert amendment["before"]["verdicts"] == before["verdicts"]
    depths = [float(of["spreads"]["depth"]["low"]["value"]) for of in (amendment["before"], record)]
    assert depths[1] - depths[0] == pytest.approx(0.1)
    assert record["devices"][0]["driver_version"] == "2"
    shown = clinic("show", "last").out
    assert "AMENDED: amendment 1, decoded again by clinic-gun 2, by Dr. New" in shown
    assert "reason: depth was misread" in shown


def test_replay_and_verify_hold_of_an_amended_session(clinic: Clinic) -> None:
    clinic.install("2", more=100)
    clinic.accept()

    assert "the same entries, bit for bit" in clinic("replay", "last").err
    assert clinic("replay", "--all", "--json").document["same"]
    assert clinic("verify", "--json").document["holds"]


def test_a_third_version_differs_from_what_was_accepted_and_can_be_accepted_too(clinic: Clinic) -> None:
    clinic.install("2", more=100)
    clinic.accept()
    clinic.install("3", more=250)

    clinic("replay", "last", code=1)
    clinic.accept()

    record = clinic("show", "last", "--json").document
    lows = [of["spreads"]["depth"]["low"]["value"] for of in (*[a["before"] for a in record["amendments"]], record)]
    assert [float(b) - float(a) for a, b in pairwise(lows)] == pytest.approx([0.1, 0.15])
    clinic("replay", "last")
    assert clinic("verify", "--json").document["holds"]


def test_replay_gives_an_amended_ledger_again_bit_for_bit(clinic: Clinic) -> None:
    clinic.accept("--driver", "reference-noneedle")
    clinic.accept("--driver", "reference-mesogun")
    with clinic.box.reader() as reader:
        row = reader.session("last")
        stored = list(reader.lines(row.number))
        assert len(stored) > 2 * 100
        with _installed(clinic):
            assert list(replay(reader, row)) == stored


@contextmanager
def _installed(clinic: Clinic) -> Iterator[None]:
    """What the clinic has installed, also in this process."""
    sys.path.insert(0, str(clinic.packages))
    registry.drivers.cache_clear()
    try:
        yield
    finally:
        sys.path.remove(str(clinic.packages))
        sys.modules.pop("clinic_gun", None)
        registry.drivers.cache_clear()


def test_another_driver_may_be_named_and_the_first_one_be_taken_back(clinic: Clinic) -> None:
    recorded = [entry.content for entry in clinic.box.entries() if entry.kind == Kind.OBSERVATION]
    clinic("replay", "last", "--driver", "reference-noneedle", code=1)
    clinic.accept("--driver", "reference-noneedle")
    clinic.accept("--driver", "clinic-gun")

    again = [entry[3:] for entry in _amended(clinic.box.entries()) if entry[2] == Kind.OBSERVATION]
    assert again == recorded
    clinic("replay", "last")
    clinic("verify")


@pytest.mark.parametrize("accepted", [False, True])
def test_accepting_what_counts_already_is_refused(clinic: Clinic, *, accepted: bool) -> None:
    if accepted:
        clinic.install("2", more=100)
        clinic.accept()
    before = clinic.box.kept()

    said = clinic.accept(code=2).err

    assert ("amendment 1 has accepted that" if accepted else "it was recorded so") in said
    assert len(said.splitlines()) == 1
    assert clinic.box.kept() == before


def test_a_session_that_runs_cannot_be_amended(clinic: Clinic) -> None:
    url = "sim://reference-mesogun?seed=1"
    with clinic.box.record(url) as recording:
        recording.wait_for_entry("observation")
        said = clinic.accept(code=3).err
    assert "is in use by process" in said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["last", "--accept"], "--accept, --by and --reason go together"),
        (["last", "--by", "me", "--reason", "x"], "--accept, --by and --reason go together"),
        (["last", "--accept", "--by", " ", "--reason", "x"], "the person who accepts has no name"),
        (["last", "--all"], "give one of them"),
        ([], "give one of them"),
        (["--all", "--driver", "clinic-gun"], "--all goes with neither"),
        (["last", "--driver", "2=reference-mesogun"], "names no link of the session"),
        (["last", "--driver", "nobody"], "no driver is called 'nobody'"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_one_sentence(recorded: Devicelog, words: list[str], said: str) -> None:
    assert said in recorded.refuses("replay", *words)


def test_an_interrupted_session_can_be_amended(clinic: Clinic) -> None:
    with clinic.box.record("sim://reference-mesogun?seed=1") as recording:
        recording.wait_for_entry("observation")
        recording.kill()
    clinic.accept("--driver", "reference-noneedle")

    assert _amended(clinic.box.entries())[-1][2] == "interrupted"
    assert clinic("show", "last", "--json").document["state"] == "interrupted"
    clinic("replay", "last")
    clinic("verify")


def test_an_export_has_every_changed_value_before_and_after(clinic: Clinic, tmp_path: Path) -> None:
    clinic.install("2", more=100)
    clinic.accept()

    clinic("export", "last", "--to", str(tmp_path))
    clinic("verify", str(tmp_path))

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
def test_an_amendment_that_is_not_what_it_states_is_found(clinic: Clinic, change: dict[str, Any], said: str) -> None:
    """Found also if every hash was computed anew; that the seal does not fit then is another finding."""
    clinic.install("2", more=100)
    clinic.accept()
    bodies = [[entry.number, entry.t_us, entry.kind, entry.content] for entry in clinic.box.entries()]
    _rewrite(clinic, [_changed(body, change) for body in bodies])

    assert any(said in fault["what"] for fault in _faults(clinic))


def test_an_entry_behind_the_end_that_amends_nothing_is_found(clinic: Clinic) -> None:
    bodies = [[entry.number, entry.t_us, entry.kind, entry.content] for entry in clinic.box.entries()]
    _rewrite(clinic, [*bodies, [len(bodies) + 1, bodies[-1][1], "note", {"text": "added"}]])

    assert any("stands behind the end of the session" in fault["what"] for fault in _faults(clinic))


def _changed(body: list[Any], change: dict[str, Any]) -> list[Any]:
    return [*body[:3], {**body[3], **change}] if body[2] == Kind.AMENDMENT else body


def _rewrite(clinic: Clinic, bodies: list[list[Any]]) -> None:
    """Put other entries into the store, with hashes that fit them."""
    chain = Chain()
    spread = ([*body[:3], *body[3]] if body[2] == Kind.OBSERVATION else body for body in bodies)
    lines = [chain.append(encode(body)) for body in spread]
    with clinic.box.writing() as database:
        database.execute("DELETE FROM entry")
        rows = [((1 << 32) + line.number, line.body, line.hash) for line in lines]
        database.executemany("INSERT INTO entry VALUES (?, ?, ?)", rows)


def _faults(clinic: Clinic) -> list[dict[str, Any]]:
    faults: list[dict[str, Any]] = clinic("verify", "--json", code=1).document["results"][0]["faults"]
    return faults


def test_an_amendment_is_backed_up_restored_and_salvaged(clinic: Clinic) -> None:
    clinic.install("2", more=100)
    clinic.accept()
    entries, root = clinic.box.entries(), clinic.box.root

    backup = clinic("backup", "--to", str(root / "backups")).out.strip()
    clinic("verify", backup)
    clinic("restore", backup, "--to", str(root / "restored"))
    clinic("salvage", str(clinic.box.store), "--to", str(root / "salvaged"))

    for store in (root / "restored", root / "salvaged"):
        clinic("verify", "--store", str(store))
        clinic.box.store = store
        assert clinic.box.entries() == entries


def test_an_amendment_with_a_hole_is_saved_as_far_as_it_is_proved(clinic: Clinic) -> None:
    clinic.install("2", more=100)
    clinic.accept()
    entries, saved = clinic.box.entries(), clinic.box.root / "salvaged"
    hole = len(entries) - 5
    with clinic.box.writing() as database:
        database.pragma("secure_delete", True)
        database.execute("DELETE FROM entry WHERE key = ?", ((1 << 32) + hole,))
        database.pragma("wal_checkpoint", "TRUNCATE")

    said = clinic("salvage", str(clinic.box.store), "--to", str(saved), code=1)

    assert f"entries lost: {hole}" in said.out
    assert "its end is gone" not in said.out
    assert "is damaged: a part of it was lost" in clinic("verify", "--store", str(saved)).out
    clinic.box.store = saved
    left = [entry.number for entry in clinic.box.entries()]
    assert left == [number for number in range(1, len(entries) + 1) if number not in (hole, hole + 1)]
